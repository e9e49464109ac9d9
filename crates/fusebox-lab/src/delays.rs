//! The delays that a backoff gives, as a table: what its settings come to, retry by retry.
//!
//! The delays are drawn by the engine itself, for so many calls that never succeed.
//!
//! ```
//! use fusebox::{BackoffConfig, Jitter};
//! use fusebox_lab::delays::table;
//! use fusebox::time::Duration;
//!
//! let backoff = BackoffConfig { jitter: Jitter::None, ..BackoffConfig::default() };
//! let rows = table(backoff, 4, 1, 1)?;
//! // 1 s, 2 s and 4 s before the three retries.
//! assert_eq!(rows[2].mean, Duration::from_secs(4));
//! assert_eq!(rows[2].cumulative_mean, Duration::from_secs(7));
//! # Ok::<(), fusebox::ConfigError>(())
//! ```

use fusebox::rng::{Label, Rng};
use fusebox::time::Duration;
use fusebox::{Backoff, BackoffConfig, ConfigError, Delays, require};

/// The delay before one retry, over all samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The number of the retry, from 1.
    pub retry: u32,
    /// The shortest delay that was drawn.
    pub min: Duration,
    /// The mean of the delays, rounded to the nearest microsecond.
    pub mean: Duration,
    /// The longest delay that was drawn.
    pub max: Duration,
    /// The delay of the first sample, which is one call: its column is what one client would do.
    pub first: Duration,
    /// The mean time that a call has waited up to this retry, this delay included, rounded to the
    /// nearest microsecond.
    pub cumulative_mean: Duration,
}

const SAMPLES: Label = Label::new("delays samples");

/// A row for each retry of a call with so many attempts, 2 to 100 with the first one included, as
/// drawn for so many calls, 1 to 100,000.
///
/// Each call has its own stream of chance, so that more samples leave the first as they are, and
/// more attempts only add rows.
///
/// # Errors
/// When a setting of the backoff is outside the range that [`BackoffConfig`] states, or a number is
/// outside its range here.
pub fn table(
    backoff: BackoffConfig,
    attempts: u32,
    samples: u32,
    seed: u64,
) -> Result<Vec<Row>, ConfigError> {
    let backoff = Backoff::new(backoff)?;
    require((2..=100).contains(&attempts), "delays.attempts", attempts, "2 to 100")?;
    require((1..=100_000).contains(&samples), "delays.samples", samples, "1 to 100,000")?;
    let mut columns = vec![Column::default(); attempts as usize - 1];
    for sample in 0..samples {
        let mut rng = Rng::labelled(seed, SAMPLES, u64::from(sample));
        let mut delays = Delays::default();
        for column in &mut columns {
            column.add(backoff.next(&mut delays, &mut rng));
        }
    }
    let mut so_far = 0;
    let row = |(retry, column): (u32, Column)| {
        so_far += column.sum;
        Row {
            retry,
            min: column.min,
            mean: mean(column.sum, samples),
            max: column.max,
            first: column.first,
            cumulative_mean: mean(so_far, samples),
        }
    };
    Ok((1..).zip(columns).map(row).collect())
}

/// The delays before one retry.
#[derive(Clone, Copy, Debug, Default)]
struct Column {
    count: u32,
    first: Duration,
    min: Duration,
    max: Duration,
    /// In microseconds: a hundred times 100,000 delays of a day are far below the end of it.
    sum: u64,
}

impl Column {
    fn add(&mut self, delay: Duration) {
        if self.count == 0 {
            (self.first, self.min) = (delay, delay);
        }
        self.count += 1;
        self.min = self.min.min(delay);
        self.max = self.max.max(delay);
        self.sum += delay.as_micros();
    }
}

fn mean(sum: u64, count: u32) -> Duration {
    let count = u64::from(count);
    Duration::from_micros((sum + count / 2) / count)
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
            let cumulative_mean = Duration::from_secs(so_far);
            let (min, mean, max, first) = (delay, delay, delay, delay);
            assert_eq!(*row, Row { retry, min, mean, max, first, cumulative_mean });
        }
        assert_eq!(rows.len(), 6);
    }

    /// The means of the published table of AWS's formulas, with a base of 5 ms and a cap of 2 s.
    #[test]
    fn the_means_are_those_of_the_formulas() {
        let millis = |millis: f64| millis * 1_000.0;
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
                for (actual, expected) in [(row.mean, mean), (row.cumulative_mean, so_far)] {
                    let error = (actual.as_secs_f64() * 1e6 / millis(expected) - 1.0).abs();
                    assert!(error < 0.03, "{jitter:?} {row:?}: not {expected} ms");
                }
                assert!(row.min <= row.first && row.first <= row.max, "{row:?}");
                assert!(row.min < row.mean && row.mean < row.max, "{row:?}");
            }
        }
    }

    #[test]
    fn more_samples_and_more_attempts_leave_what_was_there() {
        let first = |attempts, samples| -> Vec<Duration> {
            let rows = table(BackoffConfig::default(), attempts, samples, 9).unwrap();
            rows.iter().map(|row| row.first).collect()
        };
        assert_eq!(first(6, 1), first(6, 500));
        assert_eq!(first(6, 1), first(30, 1)[..5]);
        let other = table(BackoffConfig::default(), 6, 1, 10).unwrap();
        assert_ne!(other[0].first, first(6, 1)[0]);
    }

    #[test]
    fn the_largest_table_does_not_overflow() {
        let day = Duration::from_secs(86_400);
        let rows = table(BackoffConfig::constant(day), 100, 100_000, 1).unwrap();
        let last = rows.last().unwrap();
        assert_eq!((last.mean, last.cumulative_mean), (day, day.saturating_mul(99)));
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
