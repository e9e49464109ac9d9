//! The delays of a backoff as a table, retry by retry.
//!
//! The engine itself draws them, for simulated calls that never succeed.
//!
//! ```
//! use fusebox::{BackoffConfig, Jitter};
//! use fusebox_lab::delays::table;
//!
//! let backoff = BackoffConfig { jitter: Jitter::None, ..BackoffConfig::default() };
//! let delays = table(backoff, 4, 1, 1)?;
//! // 1 s, 2 s and 4 s before the three retries.
//! assert_eq!((delays[2].mean_ms, delays[2].cumulative_mean_ms), (4_000.0, 7_000.0));
//! # Ok::<(), fusebox::ConfigError>(())
//! ```

use crate::record;
use crate::report::millis;
use fusebox::rng::{Label, Rng};
use fusebox::time::Duration;
use fusebox::{Backoff, BackoffConfig, ConfigError, Delays, require};

record! {
    /// The delay before one retry over all samples, to the nearest microsecond.
    #[derive(Copy)]
    pub struct Delay(retry: u32, of: [Duration; 5]) {
        retry: u32 = retry, "", "The number of the retry, from 1";
        min_ms: f64 = millis(of[0]), "ms", "The shortest delay over all samples";
        mean_ms: f64 = millis(of[1]), "ms", "The mean delay";
        max_ms: f64 = millis(of[2]), "ms", "The longest delay";
        first_ms: f64 = millis(of[3]), "ms", "The delay in the first sample, as one client would see it";
        cumulative_mean_ms: f64 = millis(of[4]), "ms",
            "The mean of all delays up to and including this one, added up";
    }
}

const SAMPLES: Label = Label::new("delays samples");

/// The delay before each retry of a call with this number of attempts, 2 to 100 including the
/// first, over 1 to 100,000 samples.
///
/// Each sample has its own random stream, so more samples do not change the first ones, and more
/// attempts only add delays.
///
/// # Errors
/// When a setting of the backoff is outside the range that [`BackoffConfig`] states, or a number is
/// outside its range here.
pub fn table(
    backoff: BackoffConfig,
    attempts: u32,
    samples: u32,
    seed: u64,
) -> Result<Vec<Delay>, ConfigError> {
    let backoff = Backoff::new(backoff)?;
    require((2..=100).contains(&attempts), "delays.attempts", attempts, "2 to 100")?;
    require((1..=100_000).contains(&samples), "delays.samples", samples, "1 to 100,000")?;
    let mut columns = vec![Column::default(); attempts as usize - 1];
    for sample in 0..samples {
        let mut rng = Rng::labelled(seed, SAMPLES, u64::from(sample));
        let mut delays = Delays::default();
        for column in &mut columns {
            let delay = backoff.next(&mut delays, &mut rng);
            if sample == 0 {
                (column.first, column.min) = (delay, delay);
            }
            column.min = column.min.min(delay);
            column.max = column.max.max(delay);
            column.sum += delay.as_micros();
        }
    }
    let samples = u64::from(samples);
    let mean = |sum: u64| Duration::from_micros((sum + samples / 2) / samples);
    let mut so_far = 0;
    let delay = |(retry, column): (u32, Column)| {
        so_far += column.sum;
        let Column { first, min, max, sum } = column;
        Delay::of(retry, [min, mean(sum), max, first, mean(so_far)])
    };
    Ok((1..).zip(columns).map(delay).collect())
}

/// The delays before one retry.
#[derive(Clone, Copy, Debug, Default)]
struct Column {
    first: Duration,
    min: Duration,
    max: Duration,
    /// In microseconds; 100 delays of a day in 100,000 samples do not overflow it.
    sum: u64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox::{Growth, Jitter};

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn without_jitter_every_column_is_the_rule_itself() {
        let backoff = BackoffConfig { jitter: Jitter::None, ..BackoffConfig::default() };
        let rows = table(backoff, 7, 3, 1).unwrap();
        let expected = [(1, 1), (2, 3), (4, 7), (8, 15), (16, 31), (20, 51)];
        for ((retry, (delay, so_far)), row) in (1..).zip(expected).zip(&rows) {
            let delay = Duration::from_secs(delay);
            let so_far = Duration::from_secs(so_far);
            assert_eq!(*row, Delay::of(retry, [delay, delay, delay, delay, so_far]));
        }
        assert_eq!(rows.len(), 6);
    }

    /// The means of the published table of AWS's formulas, with a base of 5 ms and a cap of 2 s.
    #[test]
    fn the_means_are_those_of_the_formulas() {
        let decorrelated = [10.0, 17.5, 28.7, 45.6, 70.9, 109.0, 164.0, 232.0, 307.0, 382.0];
        for (base, jitter, means) in [
            (10, Jitter::Full, [5.0, 10.0, 20.0, 40.0, 80.0, 160.0, 320.0, 640.0, 1e3, 1e3]),
            (10, Jitter::Equal, [7.5, 15.0, 30.0, 60.0, 120.0, 240.0, 480.0, 960.0, 1.5e3, 1.5e3]),
            (5, Jitter::Decorrelated, decorrelated),
        ] {
            let (base, cap) = (Duration::from_millis(base), SECOND.saturating_mul(2));
            let backoff = BackoffConfig { base, growth: Growth::DOUBLING, cap, jitter };
            let mut so_far = 0.0;
            for (row, mean) in table(backoff, 11, 20_000, 5).unwrap().iter().zip(means) {
                so_far += mean;
                for (actual, expected) in [(row.mean_ms, mean), (row.cumulative_mean_ms, so_far)] {
                    let error = (actual / expected - 1.0).abs();
                    assert!(error < 0.03, "{jitter:?} {row:?}: not {expected} ms");
                }
                assert!(row.min_ms <= row.first_ms && row.first_ms <= row.max_ms, "{row:?}");
                assert!(row.min_ms < row.mean_ms && row.mean_ms < row.max_ms, "{row:?}");
            }
        }
    }

    #[test]
    fn more_samples_and_more_attempts_leave_what_was_there() {
        let first = |attempts, samples| -> Vec<f64> {
            let rows = table(BackoffConfig::default(), attempts, samples, 9).unwrap();
            rows.iter().map(|row| row.first_ms).collect()
        };
        assert_eq!(first(6, 1), first(6, 500));
        assert_eq!(first(6, 1), first(30, 1)[..5]);
        let other = table(BackoffConfig::default(), 6, 1, 10).unwrap();
        assert_ne!(other[0].first_ms.to_bits(), first(6, 1)[0].to_bits());
    }

    #[test]
    fn the_largest_table_does_not_overflow() {
        let day = Duration::from_secs(86_400);
        let rows = table(BackoffConfig::constant(day), 100, 100_000, 1).unwrap();
        let last = rows.last().unwrap();
        assert_eq!((last.mean_ms, last.cumulative_mean_ms), (86_400e3, 99.0 * 86_400e3));
    }

    #[test]
    fn numbers_out_of_range_name_themselves() {
        let default = BackoffConfig::default();
        let wrong = BackoffConfig { base: Duration::MAX, ..default };
        for (backoff, attempts, samples, field) in [
            (wrong, 4, 1, "backoff.base"),
            (default, 1, 1, "delays.attempts"),
            (default, 101, 1, "delays.attempts"),
            (default, 4, 0, "delays.samples"),
            (default, 4, 100_001, "delays.samples"),
        ] {
            assert_eq!(table(backoff, attempts, samples, 1).unwrap_err().field, field);
        }
        assert_eq!(table(default, 2, 1, 1).unwrap().len(), 1);
        assert_eq!(table(default, 100, 1, 1).unwrap().len(), 99);
    }
}
