//! Many trials, in slices.

use super::moments::Moments;
use super::race::Race;
use super::{OccBackoff, Summary};
use fusebox::rng::{Label, Rng};
use fusebox::{ConfigError, require};

const TRIALS: Label = Label::new("occ trials");

/// Many trials, of which some are done: in slices they give the same numbers as
/// [`trials`](super::trials) at once.
pub struct Series {
    clients: u32,
    trials: u32,
    backoff: OccBackoff,
    seed: u64,
    done: u32,
    /// The next trial, which is not done; none after the last.
    race: Option<Race>,
    times: Moments,
    calls: Moments,
}

impl Series {
    /// 1 to 10,000 clients and 1 to 100,000 trials, none of which is done.
    ///
    /// # Errors
    /// When the number of clients or that of trials is outside its range.
    pub fn new(
        clients: u32,
        trials: u32,
        backoff: OccBackoff,
        seed: u64,
    ) -> Result<Self, ConfigError> {
        require((1..=100_000).contains(&trials), "occ.trials", trials, "1 to 100,000")?;
        let (times, calls) = (Moments::default(), Moments::default());
        let race = Some(Race::new(clients, backoff, seed_of(seed, 0))?);
        Ok(Self { clients, trials, backoff, seed, done: 0, race, times, calls })
    }

    /// Processes up to this many events of the current trial; true once all trials are done.
    pub fn advance(&mut self, events: u32) -> bool {
        if self.race.as_mut().is_some_and(|race| race.advance(events)) {
            self.next_trial();
        }
        self.is_done()
    }

    fn next_trial(&mut self) {
        if let Some(trial) = self.race.take().map(|race| race.trial()) {
            self.times.add(trial.time.as_micros());
            self.calls.add(trial.calls);
            self.done += 1;
        }
        if !self.is_done() {
            // It cannot fail: the first has had the same settings.
            self.race = Race::new(self.clients, self.backoff, seed_of(self.seed, self.done)).ok();
        }
    }

    /// Whether all trials are done.
    #[must_use]
    pub const fn is_done(&self) -> bool {
        self.done >= self.trials
    }

    /// The share that is done, from 0 to 1.
    #[must_use]
    pub fn progress(&self) -> f64 {
        let part = self.race.as_ref().map_or(0.0, Race::progress);
        (f64::from(self.done) + part) / f64::from(self.trials)
    }

    /// The summary of the trials that are done; its means are `NaN` before the first.
    #[must_use]
    pub fn summary(&self) -> Summary {
        Summary {
            mean_time_ms: self.times.mean() / 1_000.0,
            sd_time_ms: self.times.deviation() / 1_000.0,
            mean_calls: self.calls.mean(),
            sd_calls: self.calls.deviation(),
        }
    }
}

/// Each trial has a seed of its own.
fn seed_of(seed: u64, trial: u32) -> u64 {
    Rng::labelled(seed, TRIALS, u64::from(trial)).up_to(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::occ;

    #[test]
    fn in_pieces_it_is_the_same() {
        for backoff in OccBackoff::ALL {
            let whole = occ::trials(7, 5, backoff, 3, |_| {}).unwrap();
            for events in [1, 10, 1_000] {
                let mut series = Series::new(7, 5, backoff, 3).unwrap();
                let mut progress = series.progress();
                assert!(progress.abs() < 1e-12);
                while !series.advance(events) {
                    assert!((progress..=1.0).contains(&series.progress()));
                    progress = series.progress();
                }
                assert!((series.progress() - 1.0).abs() < 1e-12);
                assert_eq!(series.summary(), whole);
                assert!(series.advance(events), "it stays done");
                assert_eq!(series.done, 5);
            }
        }
    }
}
