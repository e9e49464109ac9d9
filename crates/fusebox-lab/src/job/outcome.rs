//! What a lane comes to as a job, for who runs very many of them and looks at none.

use super::{HerdJob, Work};
use crate::herd::{Outcome, Runner};
use core::fmt;
use fusebox::ConfigError;

/// The words that kinds of job begin with: this one, and the lane's.
const OWN: &str = "outcome";
const LANE: &str = "herd";

/// A lane of which only the outcome and the fingerprint are asked for; as text it is the lane's with
/// another word in front.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutcomeJob(pub HerdJob);

impl fmt::Display for OutcomeJob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.to_string();
        write!(f, "{OWN}{}", text.strip_prefix(LANE).unwrap_or(&text))
    }
}

impl OutcomeJob {
    /// The outcome and the fingerprint from their words; none where these are the words of another
    /// kind of job.
    #[must_use]
    pub fn outcome(words: &[u64]) -> Option<(Outcome, u64)> {
        let (fingerprint, outcome) = words.split_first()?;
        Some((Outcome::from_words(outcome)?, *fingerprint))
    }

    pub(super) fn read(text: &str) -> Result<Self, String> {
        let parts = text.trim().strip_prefix(OWN).unwrap_or_default();
        HerdJob::read(&format!("{LANE}{parts}")).map(Self)
    }

    pub(super) fn begin(&self) -> Result<OutcomeWork, ConfigError> {
        self.0.begin().map(OutcomeWork)
    }
}

/// A lane under way.
pub(super) struct OutcomeWork(Runner);

impl Work for OutcomeWork {
    fn advance(&mut self, events: u32) -> bool {
        self.0.advance(events)
    }

    fn progress(&self) -> f64 {
        Work::progress(&self.0)
    }

    fn result(&self) -> Vec<u64> {
        let mut words = vec![self.0.fingerprint()];
        self.0.outcome().push_to(&mut words);
        words
    }
}

#[cfg(test)]
mod tests {
    use super::super::begin;
    use super::*;
    use crate::sweep::PRESETS;

    #[test]
    fn a_cell_of_a_sweep_comes_to_the_same_as_a_job() {
        let mut sweep = PRESETS[0].sweep();
        sweep.set("clients", "100").unwrap();
        for (x, y) in [(0, 0), (2, 20)] {
            let (setup, strategy) = sweep.cell(x, y).unwrap();
            let job = OutcomeJob(HerdJob { setup, strategy, seed: sweep.seed });
            let mut work = begin(&job.to_string()).unwrap();
            while !work.advance(9_000) {}
            let words = work.result();
            assert!(words.len() < 12, "{} words", words.len());
            let (outcome, fingerprint) = OutcomeJob::outcome(&words).unwrap();
            let found = sweep.run_cell(x, y).unwrap();
            assert_eq!(fingerprint, found.fingerprint);
            assert_eq!(sweep.measure.of(&outcome, &setup), found.value);
        }
    }

    #[test]
    fn what_is_no_outcome_is_told() {
        assert_eq!(OutcomeJob::outcome(&[]), None);
        assert_eq!(OutcomeJob::outcome(&[7; 12]), None);
        let error = begin("outcome?lanes=full&clients=3").err().unwrap();
        assert!(error.contains("10 to 100,000"), "{error}");
    }
}
