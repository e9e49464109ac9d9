//! Optimistic concurrency: contention on one row, and the effect of backoff.
//!
//! This is the simulation behind "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015), on
//! the engine's own [`Backoff`](fusebox::Backoff). Each client reads the version of the row, and
//! then writes the row if it still has this version; otherwise it waits and starts again with the
//! read, until one write succeeds. All clients begin at the same moment. A message takes 10 ms,
//! normally distributed with a standard deviation of 2 ms, so a single client takes 40 ms. The
//! backoff is added to the time of the messages.
//!
//! The row answers in no time and is never overloaded. So no backoff is the fastest here, and a
//! backoff saves calls; that is what matters where load has a cost.
//!
//! ```
//! use fusebox_sim::occ::{OccBackoff, run};
//!
//! let none = run(50, OccBackoff::None, 1)?;
//! let full = run(50, OccBackoff::Full, 1)?;
//! assert!(none.time < full.time && none.calls > full.calls);
//! # Ok::<(), fusebox::ConfigError>(())
//! ```

mod moments;
mod race;
mod series;

use fusebox::time::Duration;
use fusebox::{BackoffConfig, ConfigError, Growth, Jitter};
use race::Race;
pub use series::Series;

/// How a client waits before it starts again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OccBackoff {
    /// No wait.
    None,
    /// 10 ms, 20 ms, 40 ms ... 2 s.
    Exponential,
    /// Between half of the exponential wait and all of it.
    Equal,
    /// Between zero and the exponential wait.
    Full,
    /// Between 5 ms and three times the previous wait, which starts at 5 ms; at most 2 s.
    Decorrelated,
}

/// The result of one trial.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trial {
    /// When the last client got the answer to its last write.
    pub time: Duration,
    /// How many writes were tried; one per client succeeded.
    pub calls: u64,
}

/// Means and standard deviations over several trials.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// The mean of [`Trial::time`], in milliseconds.
    pub mean_time_ms: f64,
    /// Its sample standard deviation (with `trials - 1`), in milliseconds; 0 for one trial.
    pub sd_time_ms: f64,
    /// The mean of [`Trial::calls`].
    pub mean_calls: f64,
    /// Its sample standard deviation (with `trials - 1`); 0 for one trial.
    pub sd_calls: f64,
}

/// The base of the published model; its exponential waits start at twice the base.
const BASE: Duration = Duration::from_millis(5);

/// The max wait.
const CAP: Duration = Duration::from_secs(2);

impl OccBackoff {
    /// All of them, in the order of the declaration.
    pub const ALL: [Self; 5] =
        [Self::None, Self::Exponential, Self::Equal, Self::Full, Self::Decorrelated];

    /// The name in one lower-case word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Exponential => "exponential",
            Self::Equal => "equal",
            Self::Full => "full",
            Self::Decorrelated => "decorrelated",
        }
    }

    /// The settings of the engine for this strategy.
    ///
    /// The published model has `5 ms * 2^n` with `n = 1` after the first failure, which is a base
    /// of 10 ms in the engine, where the first `n` is 0.
    #[must_use]
    pub const fn config(self) -> BackoffConfig {
        match self {
            Self::None => BackoffConfig::IMMEDIATE,
            Self::Exponential => doubling(Jitter::None),
            Self::Equal => doubling(Jitter::Equal),
            Self::Full => doubling(Jitter::Full),
            Self::Decorrelated => BackoffConfig { base: BASE, ..doubling(Jitter::Decorrelated) },
        }
    }
}

const fn doubling(jitter: Jitter) -> BackoffConfig {
    let base = Duration::from_micros(BASE.as_micros() * 2);
    BackoffConfig { base, growth: Growth::DOUBLING, cap: CAP, jitter }
}

/// One trial with 1 to 10,000 clients, each of which writes the row once.
///
/// Without a backoff, the work grows almost with the square of the clients: 100 clients make some
/// 2,400 calls, 10,000 clients some 16 million.
///
/// # Errors
/// When the number of clients is outside its range.
pub fn run(clients: u32, backoff: OccBackoff, seed: u64) -> Result<Trial, ConfigError> {
    let mut race = Race::new(clients, backoff, seed)?;
    while !race.advance(u32::MAX) {}
    Ok(race.trial())
}

/// 1 to 100,000 trials, each with its own seed derived from this one; `progress` is called after
/// each with the number of trials done.
///
/// Trial number `n` has the same message times with every backoff.
///
/// # Errors
/// When the number of clients or that of trials is outside its range.
pub fn trials(
    clients: u32,
    trials: u32,
    backoff: OccBackoff,
    seed: u64,
    mut progress: impl FnMut(u32),
) -> Result<Summary, ConfigError> {
    let mut series = Series::new(clients, trials, backoff, seed)?;
    // Each round runs to the end of one trial.
    for trial in 1..=trials {
        series.advance(u32::MAX);
        progress(trial);
    }
    Ok(series.summary())
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox::{Backoff, Delays};

    #[test]
    fn a_client_alone_needs_four_hops_and_one_call() {
        for backoff in OccBackoff::ALL {
            let trial = run(1, backoff, 1).unwrap();
            let millis = Duration::from_millis;
            assert!((millis(25)..millis(55)).contains(&trial.time), "{}", trial.time);
            assert_eq!(trial.calls, 1);
        }
    }

    #[test]
    fn the_waits_are_those_of_the_published_model() {
        let row = |backoff: OccBackoff, random| {
            let (backoff, mut delays) =
                (Backoff::new(backoff.config()).unwrap(), Delays::default());
            [(); 10].map(|()| backoff.next_at(&mut delays, random).as_micros())
        };
        let milli = |row: [u64; 10]| row.map(|wait| wait * 1_000);
        let exponential = milli([10, 20, 40, 80, 160, 320, 640, 1_280, 2_000, 2_000]);
        assert_eq!(row(OccBackoff::None, 0), [0; 10]);
        assert_eq!(row(OccBackoff::Exponential, 0), exponential);
        assert_eq!(row(OccBackoff::Full, 0), [0; 10]);
        assert_eq!(row(OccBackoff::Full, u64::MAX), exponential);
        assert_eq!(row(OccBackoff::Equal, 0), exponential.map(|wait| wait / 2));
        assert_eq!(row(OccBackoff::Equal, u64::MAX), exponential);
        assert_eq!(row(OccBackoff::Decorrelated, 0), [5_000; 10]);
        let thrice = milli([15, 45, 135, 405, 1_215, 2_000, 2_000, 2_000, 2_000, 2_000]);
        assert_eq!(row(OccBackoff::Decorrelated, u64::MAX), thrice);
    }

    #[test]
    fn trials_differ_and_their_progress_is_told() {
        let mut told = Vec::new();
        let summary = trials(3, 20, OccBackoff::Full, 1, |n| told.push(n)).unwrap();
        assert_eq!(told, (1..=20).collect::<Vec<u32>>());
        assert!(summary.sd_time_ms > 0.0);
        assert_eq!(summary, trials(3, 20, OccBackoff::Full, 1, |_| {}).unwrap());
        assert_ne!(summary, trials(3, 20, OccBackoff::Full, 2, |_| {}).unwrap());
        let one = trials(3, 1, OccBackoff::Full, 1, |_| {}).unwrap();
        assert!(one.sd_time_ms.abs() < 1e-12 && one.sd_calls.abs() < 1e-12);
    }

    #[test]
    fn numbers_out_of_range_name_themselves() {
        let field = |clients, n| {
            trials(clients, n, OccBackoff::None, 1, |_| {}).err().map(|error| error.field)
        };
        assert_eq!(field(1, 1), None);
        for clients in [0, 10_001] {
            assert_eq!(field(clients, 1).as_deref(), Some("occ.clients"));
        }
        for n in [0, 100_001] {
            assert_eq!(field(1, n).as_deref(), Some("occ.trials"));
        }
    }
}
