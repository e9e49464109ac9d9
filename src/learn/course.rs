//! The way through a lesson: the step that is shown, its neighbours, and what is done.

use fusebox_lab::lesson::{Lesson, Part, Step};
use fusebox_lab::link::{self, Link, View};
use fusebox_lab::words::plural;
use std::rc::Rc;

/// A lesson at one of its steps; there is at least one.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Course {
    pub(super) lesson: Rc<Lesson>,
    link: Rc<link::Learn>,
    /// The index of the step.
    at: usize,
}

impl Course {
    /// The lesson at the step of a link, or at its first if there is no such step.
    pub(super) fn new(lesson: Rc<Lesson>, link: Rc<link::Learn>) -> Self {
        let place = |id: &String| lesson.steps.iter().position(|step| step.id.0 == *id);
        let at = link.step.as_ref().and_then(place).unwrap_or(0);
        Self { lesson, link, at }
    }

    pub(super) fn step(&self) -> &Step {
        &self.lesson.steps[self.at]
    }

    /// The steps of a part.
    pub(super) fn steps<'a>(&'a self, part: &'a Part) -> impl Iterator<Item = &'a Step> {
        self.lesson.steps.iter().filter(move |step| step.part == part.id)
    }

    pub(super) fn is_done(&self, step: &Step) -> bool {
        self.link.done.contains(&step.id.0)
    }

    /// The link to a step; what is done stays done.
    pub(super) fn to(&self, step: &Step) -> String {
        self.link_to(step, false)
    }

    fn link_to(&self, step: &Step, and_done: bool) -> String {
        let mut link = (*self.link).clone();
        link.step = Some(step.id.0.clone());
        if and_done {
            link.finish(&self.step().id.0);
        }
        Link::from(link).write()
    }

    /// The link to the step before this one.
    pub(super) fn before(&self) -> Option<String> {
        let before = self.at.checked_sub(1)?;
        Some(self.to(&self.lesson.steps[before]))
    }

    /// The step after this one.
    pub(super) fn next(&self) -> Option<&Step> {
        self.lesson.steps.get(self.at + 1)
    }

    /// The link to the step after this one, with this one done.
    pub(super) fn after(&self) -> Option<String> {
        self.next().map(|next| self.link_to(next, true))
    }

    /// Where the lesson leads after its last step.
    pub(super) fn beyond() -> View {
        View::named("check").unwrap_or_default()
    }

    /// Where the step is, in words.
    pub(super) fn place(&self) -> String {
        let part = &self.step().part;
        let (parts, steps) = (&self.lesson.parts, &self.lesson.steps);
        let Some(n) = parts.iter().position(|it| it.id == *part) else {
            return format!("Step {} of {}", self.at + 1, steps.len());
        };
        let here: Vec<_> = self.steps(&parts[n]).map(|step| &step.id).collect();
        let step = here.iter().position(|id| **id == self.step().id).unwrap_or(0);
        format!("{}, step {} of {}", parts[n].title, step + 1, here.len())
    }

    /// How many steps are done, of how many.
    pub(super) fn progress(&self) -> (usize, usize) {
        let steps = &self.lesson.steps;
        (steps.iter().filter(|step| self.is_done(step)).count(), steps.len())
    }

    /// How many steps have a goal.
    pub(super) fn goals(&self) -> usize {
        self.lesson.steps.iter().filter(|step| step.goal.is_some()).count()
    }

    /// What there is still to do.
    pub(super) fn left(&self) -> String {
        let (done, all) = self.progress();
        let left = all - done;
        let minutes = self.lesson.minutes.map_or_else(String::new, |minutes| {
            let minutes = (u64::from(minutes) * left as u64).div_ceil(all as u64);
            format!(", about {minutes} min")
        });
        match left {
            0 => "All steps are done".to_owned(),
            left => format!("{} to go{minutes}", plural(left as u64, "step", "steps")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn course(link: &str) -> Course {
        let step = |id: &str, part: &str| {
            format!(
                r#"{{ "id": "{id}", "part": "{part}", "title": "T", "text": ["T."], "world": "playground" }}"#
            )
        };
        let text = format!(
            r#"{{ "id": "x", "title": "X", "about": "X.", "minutes": 10,
                 "parts": [{{ "id": "one", "title": "One" }}, {{ "id": "two", "title": "Two" }}],
                 "steps": [{}, {}, {}] }}"#,
            step("a", "one"),
            step("b", "one"),
            step("c", "two")
        );
        let Link::Learn(link) = Link::read(link).0 else { panic!("another view") };
        Course::new(Rc::new(Lesson::read(&text).unwrap()), Rc::new(*link))
    }

    #[test]
    fn next_notes_that_a_step_is_done_and_back_does_not() {
        let course = course("learn?step=b&done=a");
        assert_eq!(course.place(), "One, step 2 of 2");
        assert_eq!(course.before().unwrap(), "learn?step=a&done=a");
        assert_eq!(course.after().unwrap(), "learn?step=c&done=a,b");
        assert_eq!(course.left(), "2 steps to go, about 7 min");
    }

    #[test]
    fn a_lesson_begins_at_its_first_step_and_ends_after_its_last() {
        for link in ["learn", "learn?step=none-such"] {
            let course = course(link);
            assert_eq!((course.step().id.0.as_str(), course.before()), ("a", None));
        }
        let last = course("learn?step=c&done=a,b,c");
        assert_eq!((last.after(), last.left().as_str()), (None, "All steps are done"));
    }
}
