//! A lane of the herd as a job.

use super::Work;
use crate::herd::{Comparison, Lane, Runner, Setup, Strategy};
use crate::link::{Herd, Link};
use core::fmt;
use fusebox::ConfigError;
use fusebox::time::Instant;

/// One lane; as text it is a link to the Herd that has only this lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HerdJob {
    /// What the lane has in common with others.
    pub setup: Setup,
    /// How its clients try again.
    pub strategy: Strategy,
    /// What all chance comes from.
    pub seed: u64,
}

impl fmt::Display for HerdJob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { setup, strategy, seed } = self.clone();
        let comparison = Comparison { setup, lanes: vec![strategy] };
        let link = Link::from(Herd { comparison, seed, ..Herd::default() });
        f.write_str(&link.write())
    }
}

impl HerdJob {
    /// The lane from its words; none where these are the words of another kind of job.
    #[must_use]
    pub fn lane(&self, words: &[u64]) -> Option<Lane> {
        Lane::from_words(self.setup, self.strategy.clone(), words)
    }

    pub(super) fn read(text: &str) -> Result<Self, String> {
        let (link, problems) = Link::read(text);
        if let Some(problem) = problems.first() {
            return Err(problem.to_string());
        }
        let Link::Herd(herd) = link else { return Err("the link is none to the herd".to_owned()) };
        let Herd { comparison: Comparison { setup, mut lanes }, seed, .. } = *herd;
        match (lanes.pop(), lanes.is_empty()) {
            (Some(strategy), true) => Ok(Self { setup, strategy, seed }),
            _ => Err("lanes are several, but a job has only one".to_owned()),
        }
    }

    pub(super) fn begin(&self) -> Result<Runner, ConfigError> {
        Runner::new(&self.setup, &self.strategy, self.seed)
    }
}

impl Work for Runner {
    fn advance(&mut self, events: u32) -> bool {
        Self::advance(self, events)
    }

    fn progress(&self) -> f64 {
        let done = self.now().since(Instant::ZERO).as_secs_f64();
        (done / self.ends_at().since(Instant::ZERO).as_secs_f64()).min(1.0)
    }

    fn result(&self) -> Vec<u64> {
        self.lane().to_words()
    }
}

#[cfg(test)]
mod tests {
    use super::super::begin;
    use super::*;
    use crate::herd::run;
    use fusebox::time::Duration;

    #[test]
    fn a_job_gives_the_lane_that_a_run_gives() {
        let setup = Setup { clients: 123, timeout: Duration::from_millis(700), ..Setup::default() };
        let mut strategy = Strategy::of("equal-budget").unwrap();
        strategy.rename("Ours & theirs");
        let job = HerdJob { setup, strategy, seed: 8 };
        let mut work = begin(&job.to_string()).unwrap();
        while !work.advance(5_000) {
            assert!((0.0..=1.0).contains(&work.progress()));
        }
        assert_eq!(job.lane(&work.result()), run(&job.setup, &job.strategy, 8).ok());
    }

    #[test]
    fn what_is_no_single_lane_is_told() {
        for (text, what) in [
            ("herd", "several"),
            ("herd?lanes=full&clients=3", "10 to 100,000"),
            ("herd?lanes=fool", "lanes is \"fool\""),
        ] {
            let error = begin(text).err().unwrap();
            assert!(error.contains(what), "{error}");
        }
    }
}
