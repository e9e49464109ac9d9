//! A link to a check, with the answers of a learner: a result is a link.

use super::learn::{id, is_id, lesson};
use super::notices::Notices;
use super::parts::{Parts, encoded};

/// The content of a link to a check. The link is the only place that keeps the answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// The name of the document, without its folder and its ending.
    pub lesson: String,
    /// What is shown: a question, a challenge, an interview question or the result; none for the first.
    pub on: Option<String>,
    /// The answers, each with the name of what it answers, as texts that the document's questions read.
    pub answers: Vec<(String, String)>,
}

/// The document of a link without one.
const LESSON: &str = "check";

/// The most answers of a link.
const ANSWERS_MAX: usize = 200;

/// The longest answer, in bytes.
const ANSWER_MAX: usize = 600;

impl Default for Check {
    fn default() -> Self {
        Self { lesson: LESSON.to_string(), on: None, answers: Vec::new() }
    }
}

impl Check {
    pub(super) fn read(mut parts: Parts<'_>, notices: &mut Notices) -> Self {
        let lesson = lesson(&mut parts, notices, LESSON);
        let on = parts.read("on", notices, "the name of a question", id);
        let accepts = "answers such as threads:2,silence:30";
        let answers = parts.read("answers", notices, accepts, answers).unwrap_or_default();
        parts.known(&["lesson", "on", "answers"], notices);
        Self { lesson, on, answers }
    }

    /// The parts that are not the default, in the order in which they are written.
    pub(super) fn parts(&self) -> Vec<(String, String)> {
        let mut parts = Vec::new();
        let mut say = |key: &str, text: String| parts.push((key.to_string(), text));
        if self.lesson != LESSON {
            say("lesson", encoded(&self.lesson));
        }
        if let Some(on) = &self.on {
            say("on", on.clone());
        }
        if !self.answers.is_empty() {
            let all = self.answers.iter().map(|(id, answer)| format!("{id}:{answer}"));
            say("answers", encoded(&all.collect::<Vec<_>>().join(",")));
        }
        parts
    }
}

/// The answers of a link, each to another question.
fn answers(text: &str) -> Option<Vec<(String, String)>> {
    let mut answers: Vec<(String, String)> = Vec::new();
    for pair in text.split(',').filter(|pair| !pair.is_empty()) {
        let (id, answer) = pair.split_once(':')?;
        let is_new = !answers.iter().any(|(other, _)| other == id);
        let fits = answers.len() < ANSWERS_MAX && answer.len() <= ANSWER_MAX;
        if !(is_new && fits && is_id(id)) {
            return None;
        }
        answers.push((id.to_string(), answer.to_string()));
    }
    Some(answers)
}

#[cfg(test)]
mod tests {
    use super::super::Link;
    use super::*;

    #[test]
    fn a_result_is_written_as_it_is_read() {
        let text = "check?lesson=my-course&on=silence\
                    &answers=threads:2,silence:30,order:1/0/2,set:postgres.breaker.cooldown=5s";
        let (link, problems) = Link::read(text);
        assert_eq!((link.write().as_str(), problems), (text, vec![]));
        let layers = Check {
            answers: vec![("set".into(), "postgres.layers=timeout;breaker/a=12.5%".into())],
            ..Check::default()
        };
        let link = Link::from(layers);
        assert_eq!(Link::read(&link.write()), (link, vec![]));
        assert_eq!(Link::read("check").0, Check::default().into());
    }

    #[test]
    fn a_result_that_cannot_be_read_is_left_out() {
        let long = format!("a:{}", "1".repeat(ANSWER_MAX + 1));
        let many: Vec<_> = (0..=ANSWERS_MAX).map(|n| format!("q{n}:1")).collect();
        for answers in ["a", "A:1", "a:1,a:2", ":1", &long, &many.join(",")] {
            let (link, problems) = Link::read(&format!("check?answers={answers}"));
            assert_eq!((link.write().as_str(), problems.len()), ("check", 1), "{answers}");
        }
        assert_eq!(Link::read("check?on=A&seed=1&lesson=a/b").1.len(), 3);
    }
}
