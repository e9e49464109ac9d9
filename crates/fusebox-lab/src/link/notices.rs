//! The problems of a link that are reported.

use crate::settings::{Problem, hint, shortened};

/// The most problems of one link that are reported, without the line for the number of the others.
const TOLD_MAX: usize = 8;

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

    /// The problems, and the number of those left out.
    pub(crate) fn into_vec(mut self) -> Vec<Problem> {
        if self.others > 0 {
            let what = format!("has {} more parts that cannot be read", self.others);
            self.told.push(Problem::new("the link", what));
        }
        self.told
    }
}

/// The problem of an unknown key, with known keys that are similar.
pub(crate) fn nothing(key: &str, head: &str, known: &[&str]) -> Problem {
    let key = if key.is_empty() { "\"\"" } else { key };
    Problem::new(shortened(key), format!("is not a key of this view{}", hint(head, known)))
}

/// The problems of a link as sentences; the last one says that the rest of the link is kept.
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
