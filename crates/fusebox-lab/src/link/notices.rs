//! What is wrong with a link, as far as it is worth telling.

use crate::settings::{Problem, hint, shortened};

/// The most problems that are told of one link, without the number of the others.
const TOLD_MAX: usize = 8;

/// How often settings are tried again, as some of them apply only where others are set.
const PASSES: usize = 3;

/// Problems, of which only the first are kept.
#[derive(Debug, Default)]
pub(crate) struct Notices {
    told: Vec<Problem>,
    others: usize,
}

impl Notices {
    pub(crate) fn add(&mut self, problem: Problem) {
        if self.told.contains(&problem) {
            return;
        }
        if self.told.len() < TOLD_MAX {
            self.told.push(problem);
        } else {
            self.others += 1;
        }
    }

    pub(crate) fn say(&mut self, path: &str, what: impl Into<String>) {
        self.add(Problem::new(path, what));
    }

    pub(crate) fn extend(&mut self, problems: impl IntoIterator<Item = Problem>) {
        problems.into_iter().for_each(|problem| self.add(problem));
    }

    /// Sets all that is given, whatever its order, and adds what cannot be set.
    pub(crate) fn settle(
        &mut self,
        mut given: Vec<(String, String)>,
        mut set: impl FnMut(&str, &str) -> Result<(), Problem>,
    ) {
        for _ in 0..PASSES {
            given.retain(|(key, text)| set(key, text).is_err());
        }
        self.extend(given.iter().filter_map(|(key, text)| set(key, text).err()));
    }

    /// The problems, and how many there are besides.
    pub(crate) fn into_vec(mut self) -> Vec<Problem> {
        if self.others > 0 {
            let what = format!("has {} more parts that cannot be read", self.others);
            self.told.push(Problem::new("the link", what));
        }
        self.told
    }
}

/// That there is no such key, with those that are near.
pub(crate) fn nothing(key: &str, head: &str, known: &[&str]) -> Problem {
    let key = if key.is_empty() { "\"\"" } else { key };
    Problem::new(shortened(key), format!("is not a key of this view{}", hint(head, known)))
}

/// The problems of a link as sentences for a reader, the last of which says that the rest is kept.
#[must_use]
pub fn sentences(problems: &[Problem]) -> Vec<String> {
    const REST: &str = "the link's other parts are kept.";
    match problems {
        [] => Vec::new(),
        [problem] => vec![format!("{problem}; {REST}")],
        [first @ .., last] => {
            let first = first.iter().map(|problem| format!("{problem}."));
            first.chain([format!("{last}; {REST}")]).collect()
        }
    }
}
