//! A lane up to the playhead, and in words what has happened so far.

use fusebox::time::{Duration, Instant};
use fusebox_lab::herd::{DOWN_AT, Lane, OutageKind, Setup, sentences};
use fusebox_lab::words::{plural, seconds};
use std::rc::Rc;

/// A lane up to the playhead.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shown {
    /// The lane, with the numbers up to that moment.
    pub(super) lane: Rc<Lane>,
    /// Whether that is its end.
    pub(super) is_whole: bool,
    at: Instant,
}

impl Shown {
    /// The lane up to a moment; none for its end.
    pub(super) fn new(lane: &Rc<Lane>, until: Option<Instant>) -> Self {
        match until {
            Some(at) => Self { lane: Rc::new(lane.until(at)), is_whole: false, at },
            None => Self { lane: lane.clone(), is_whole: true, at: lane.setup.ends_at() },
        }
    }

    /// `2.2 s since the repair`, once there was one.
    pub(super) fn since_repair(&self) -> String {
        self.back_for()
            .map_or_else(String::new, |time| format!("{} since the repair", seconds(time)))
    }

    fn back_for(&self) -> Option<Duration> {
        (self.at > self.lane.setup.up_at()).then(|| self.at.since(self.lane.setup.up_at()))
    }

    /// What has happened in sentences, of which the first few lead.
    pub(super) fn sentences(&self) -> Vec<String> {
        let Self { lane, at, .. } = self;
        if self.is_whole {
            return sentences(lane);
        }
        let waiting = match lane.outcome.calls.waiting {
            0 => "No call waits for an answer.".to_owned(),
            some => format!("{} for an answer.", plural(some, "call waits", "calls wait")),
        };
        if *at <= DOWN_AT {
            return vec!["Before the outage.".to_owned(), waiting];
        }
        let Some(time) = self.back_for() else {
            let fault = fault(&lane.setup);
            let time = seconds(at.since(DOWN_AT));
            return vec![format!("The database {fault} for {time}."), waiting];
        };
        let queued = lane.buckets.last().map_or(0, |it| it.queued);
        let queue = match queued {
            0 => "its queue is empty".to_owned(),
            some => format!("{} queued", plural(some.into(), "request is", "requests are")),
        };
        vec![format!("The database was repaired {} ago; {queue}.", seconds(time)), waiting]
    }
}

/// What the database does in an outage.
fn fault(setup: &Setup) -> &'static str {
    match setup.effect() {
        OutageKind::Down => "has been down",
        OutageKind::Hang => "has not answered",
        OutageKind::Partition => "has been unreachable",
        OutageKind::Reduced => "has had less capacity",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox_lab::herd::{Strategy, find, run};

    #[test]
    fn nothing_is_said_that_lies_beyond_the_playhead() {
        let setup = (find("jitter").unwrap().comparison)().setup;
        let setup = Setup { clients: 500, ..setup };
        let lane = Rc::new(run(&setup, &Strategy::of("factor").unwrap(), 1).unwrap());
        let shown = |seconds| Shown::new(&lane, Some(Instant::from_secs(seconds)));
        let (early, out, back) = (shown(1), shown(3), shown(5));
        for (it, begin) in [
            (&early, "Before the outage."),
            (&out, "The database has not answered for 1.0 s. 5"),
            (&back, "The database was repaired 1.0 s ago; "),
        ] {
            let told = it.sentences().join(" ");
            assert!(told.starts_with(begin), "{told}");
        }
        for it in [&early, &out, &back] {
            assert_eq!(it.lane.outcome.recovery.after(), None);
            assert_eq!(it.lane.buckets[..], lane.buckets[..it.lane.buckets.len()]);
        }
        assert!(early.lane.outcome.peak_after_repair + out.lane.outcome.peak_after_repair < 1e-9);
        assert_eq!(
            (early.since_repair(), back.since_repair()),
            (String::new(), "1.0 s since the repair".to_owned())
        );
        // The calls so far are those that were made, whatever became of them.
        let calls = |it: &Shown| it.lane.outcome.calls.all();
        assert!(calls(&early) < 60 && calls(&out) > 500 && calls(&out) < calls(&back));
        let whole = Shown::new(&lane, None);
        assert_eq!(whole.sentences(), sentences(&lane));
        assert_eq!(calls(&Shown::new(&lane, Some(setup.ends_at()))), calls(&whole));
    }
}
