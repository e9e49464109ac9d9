//! A link to a step of a lesson, with what its reader has done.

use super::notices::Notices;
use super::parts::{Parts, encoded};

/// The content of a link to a lesson. The link is the only place that keeps the progress.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Learn {
    /// The name of the lesson's document, without its folder and its ending.
    pub lesson: String,
    /// The step that is shown; none for the first.
    pub step: Option<String>,
    /// The steps that are done, in the order in which they were.
    pub done: Vec<String>,
}

/// The lesson of a link without one.
const LESSON: &str = "resilience";

/// The longest name of a document or a step, in characters.
const NAME_MAX: usize = 60;

/// The most steps that a link keeps as done.
const DONE_MAX: usize = 200;

impl Default for Learn {
    fn default() -> Self {
        Self { lesson: LESSON.to_string(), step: None, done: Vec::new() }
    }
}

impl Learn {
    pub(super) fn read(mut parts: Parts<'_>, notices: &mut Notices) -> Self {
        let mut read = Self { lesson: lesson(&mut parts, notices, LESSON), ..Self::default() };
        read.step = parts.read("step", notices, "the name of a step", id);
        let all = |text: &str| {
            let named = text.split(',').filter(|name| !name.is_empty());
            let ids = named.map(id).collect::<Option<Vec<_>>>()?;
            (ids.len() <= DONE_MAX).then_some(ids)
        };
        let done = parts.read("done", notices, "the names of steps", all).unwrap_or_default();
        for id in done {
            read.finish(&id);
        }
        parts.known(&["lesson", "step", "done"], notices);
        read
    }

    /// The parts that are not the default, in the order in which they are written.
    pub(super) fn parts(&self) -> Vec<(String, String)> {
        let mut parts = Vec::new();
        let mut say = |key: &str, text: String| parts.push((key.to_string(), text));
        if self.lesson != LESSON {
            say("lesson", encoded(&self.lesson));
        }
        if let Some(step) = &self.step {
            say("step", step.clone());
        }
        if !self.done.is_empty() {
            say("done", self.done.join(","));
        }
        parts
    }

    /// Notes that a step is done.
    pub fn finish(&mut self, step: &str) {
        if !self.done.iter().any(|done| done == step) {
            self.done.push(step.to_string());
        }
    }
}

/// The document that a link names; this one if it names none.
pub(super) fn lesson(parts: &mut Parts<'_>, notices: &mut Notices, usual: &str) -> String {
    let accepts = format!("the name of a document beside the page, such as {usual}.json");
    let named = parts.read("lesson", notices, &accepts, document);
    named.unwrap_or_else(|| usual.to_string())
}

/// The name of a document in the folder of the lessons: no address, no other folder, nothing hidden.
fn document(text: &str) -> Option<String> {
    let name = text.strip_suffix(".json").unwrap_or(text);
    let is_in = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let is_plain = (1..=NAME_MAX).contains(&name.len())
        && name.chars().all(is_in)
        && !name.starts_with('.')
        && !name.contains("..");
    is_plain.then(|| name.to_string())
}

/// The name of a step or of a question.
pub(super) fn id(text: &str) -> Option<String> {
    is_id(text).then(|| text.to_string())
}

pub(super) fn is_id(text: &str) -> bool {
    let is_in = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (1..=NAME_MAX).contains(&text.len()) && text.chars().all(is_in)
}

#[cfg(test)]
mod tests {
    use super::super::Link;
    use super::*;

    #[test]
    fn a_link_to_a_step_is_written_as_it_is_read() {
        let text = "learn?lesson=my-course&step=trips&done=threads,trips";
        let (link, problems) = Link::read(text);
        assert_eq!((link.write().as_str(), problems), (text, vec![]));
        let shorter = Link::read("learn?lesson=resilience.json&done=a,,a").0;
        assert_eq!(shorter.write(), "learn?done=a");
        assert_eq!(Link::read("learn").0, Learn::default().into());
    }

    #[test]
    fn a_document_is_one_of_the_same_folder() {
        for wrong in
            ["https://a.example/b.json", "../secret", "a/b", "a..b", ".json", "a%2Fb", "", "a b"]
        {
            let (link, problems) = Link::read(&format!("learn?lesson={wrong}"));
            assert_eq!(link.write(), "learn", "{wrong}");
            assert!(problems[0].to_string().contains("the name of a document"), "{wrong}");
        }
        assert_eq!(Link::read("learn?step=A").1.len(), 1);
        assert_eq!(Link::read("learn?seed=1").1.len(), 1);
    }
}
