//! A running job, in a worker or inline: it advances in slices of time.

use super::Report;
use crate::browser;
use fusebox_lab::job::{Job, Work};
use gloo_timers::callback::Timeout;
use std::cell::RefCell;
use std::rc::{Rc, Weak};

/// Events between two checks of the clock; they take well below a millisecond.
const EVENTS: u32 = 1_000;

/// Milliseconds between two reports of progress.
const REPORT_EVERY: f64 = 125.0;

/// A job that has begun, or the reason why it could not.
pub(super) struct Task {
    work: Result<Work, String>,
    /// When progress was last reported; none before the first slice.
    reported_at: Option<f64>,
}

/// A task between two slices; dropping it cancels the task.
pub(super) struct Running(#[expect(dead_code, reason = "kept")] Rc<Next>);

/// The timer of the next slice.
type Next = RefCell<Option<Timeout>>;

impl Task {
    pub(super) fn new(text: &str) -> Self {
        let job = Job::decode(text).ok_or_else(|| "the job cannot be decoded".to_owned());
        let work = job.and_then(|job| job.begin().map_err(|error| error.to_string()));
        Self { work, reported_at: None }
    }

    /// Runs in slices of this many milliseconds, the first of them soon; `on` receives the reports.
    pub(super) fn run(self, slice: f64, on: impl Fn(Report) + 'static) -> Running {
        let next = Rc::default();
        self.schedule(slice, Rc::downgrade(&next), on);
        Running(next)
    }

    fn schedule(mut self, slice: f64, next: Weak<Next>, on: impl Fn(Report) + 'static) {
        let Some(cell) = next.upgrade() else { return };
        let timeout = Timeout::new(0, move || {
            let report = self.slice(slice, browser::now);
            let is_last = report.as_ref().is_some_and(Report::is_last);
            if let Some(report) = report {
                on(report);
            }
            if !is_last {
                self.schedule(slice, next, on);
            }
        });
        cell.replace(Some(timeout));
    }

    /// Runs for this many milliseconds and returns a report if one is due. The last report ends the
    /// task.
    fn slice(&mut self, length: f64, now: impl Fn() -> f64) -> Option<Report> {
        let work = match &mut self.work {
            Ok(work) => work,
            Err(why) => return Some(Report::Failed(why.clone())),
        };
        let begin = now();
        let reported_at = self.reported_at.get_or_insert(begin);
        loop {
            if work.advance(EVENTS) {
                return Some(Report::Done(work.result()));
            }
            let now = now();
            if now < begin + length {
                continue;
            }
            let due = now - *reported_at >= REPORT_EVERY;
            if due {
                *reported_at = now;
            }
            return due.then(|| Report::Progress(work.progress()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[test]
    fn a_task_goes_on_for_its_slice_and_reports_its_progress_now_and_then() {
        let looks = Cell::new(0);
        // Each reading of the clock is one millisecond later.
        let clock = || {
            looks.set(looks.get() + 1);
            f64::from(looks.get())
        };
        let mut task = Task::new("contention 100 none 100 1");
        assert_eq!(task.slice(10.0, clock), None);
        assert!((11..=13).contains(&looks.get()), "{}", looks.get());
        let (mut told, mut before) = (0, 0.0);
        let words = loop {
            match task.slice(10.0, clock) {
                Some(Report::Progress(share)) => {
                    assert!(share > before && share < 1.0);
                    (told, before) = (told + 1, share);
                }
                Some(Report::Done(words)) => break words,
                Some(Report::Failed(why)) => panic!("{why}"),
                None => {}
            }
        };
        assert_eq!(words.len(), 4);
        assert!(told > 2 && told <= looks.get() / 125, "{told} of {}", looks.get());
    }

    #[test]
    fn a_task_that_cannot_begin_says_why() {
        let report = Task::new("nothing").slice(10.0, || 0.0).unwrap();
        assert!(report.is_last());
        assert!(matches!(report, Report::Failed(why) if why.contains("cannot be decoded")));
    }
}
