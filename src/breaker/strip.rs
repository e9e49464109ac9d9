//! The content of a window or of the trials, as the columns that the page draws.

use fusebox::time::{Duration, Instant};
use fusebox::{CircuitBreaker, Counts, HalfOpen, Window, WindowEntry};
use fusebox_lab::words::{count, left, plural, seconds};

/// Window buckets per column: the 50 buckets of a time window are 25 columns.
const BUCKETS: u64 = 2;

/// The largest number of columns. A time window needs one more than its share, since both the oldest
/// and the newest may be cut; a count window with more calls puts several into a column.
pub(super) const COLUMNS: usize = 26;

/// The columns, oldest first.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Strip {
    pub(super) columns: Vec<Column>,
    /// The labels below both ends.
    pub(super) axis: [String; 2],
}

/// One call, or several calls: of a stretch of time, or consecutive ones.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Column {
    pub(super) held: Held,
    /// The column and its stretch of time in words; only in a time window.
    pub(super) during: Option<(Instant, Instant, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Held {
    /// A place for a call that has not come yet.
    Free,
    /// A trial in flight.
    InFlight,
    Ended(Counts),
}

const PASSED: Held = Held::Ended(Counts { successes: 1, failures: 0, slow: 0 });
const FAILED: Held = Held::Ended(Counts { successes: 0, failures: 1, slow: 0 });

impl Strip {
    pub(super) fn of(breaker: &CircuitBreaker, now: Instant) -> Self {
        if let Some(cycle) = breaker.half_open() {
            return Self::of_trials(cycle, now);
        }
        match breaker.config().window {
            Window::Time(length) => Self {
                columns: by_time(breaker, length, now),
                axis: [format!("{length} ago"), "now".to_owned()],
            },
            Window::Count(calls) => Self::by_count(breaker, calls as usize),
            Window::Consecutive => {
                let of = breaker.config().failures.unwrap_or(1) as usize;
                let failed = breaker.window(now).failures as usize;
                let several = of.div_ceil(COLUMNS).max(1);
                let failed = std::iter::repeat_n(FAILED, failed.div_ceil(several));
                Self::new(
                    failed,
                    of.div_ceil(several),
                    ["failures in a row".into(), "opens".into()],
                )
            }
        }
    }

    /// This many columns; those after the first ones are free.
    fn new(first: impl Iterator<Item = Held>, columns: usize, axis: [String; 2]) -> Self {
        let all = first.chain(std::iter::repeat(Held::Free)).take(columns);
        Self { columns: all.map(|held| Column { held, during: None }).collect(), axis }
    }

    fn by_count(breaker: &CircuitBreaker, size: usize) -> Self {
        let several = size.div_ceil(COLUMNS).max(1);
        let calls: Vec<Counts> = breaker.window_entries().map(WindowEntry::counts).collect();
        let ended = calls.chunks(several).map(|calls| Held::Ended(sum(calls.iter().copied())));
        let oldest =
            if several > 1 { format!("a column is {several} calls") } else { "oldest".to_owned() };
        Self::new(ended, size.div_ceil(several), [oldest, "newest".to_owned()])
    }

    /// A column for each trial that a half-open breaker permits.
    fn of_trials(cycle: HalfOpen, now: Instant) -> Self {
        let HalfOpen { trials, running, passed, failed, next_timeout, .. } = cycle;
        let kinds = [(PASSED, passed), (FAILED, failed), (Held::InFlight, running)];
        let taken = kinds.into_iter().flat_map(|(held, times)| (0..times).map(move |_| held));
        let timeout = next_timeout.map_or_else(String::new, |end| {
            format!("a trial times out in {}", left(end.since(now)))
        });
        Self::new(taken, trials as usize, [timeout, String::new()])
    }
}

fn by_time(breaker: &CircuitBreaker, length: Duration, now: Instant) -> Vec<Column> {
    let Some(bucket) = breaker.bucket_length() else { return Vec::new() };
    let long = bucket.as_micros().saturating_mul(BUCKETS);
    let newest = now.as_micros() / long;
    let oldest = newest.saturating_sub(COLUMNS as u64 - 1);
    let buckets: Vec<_> = breaker.window_buckets(now).collect();
    // As many decimals as it takes to tell one column from the next.
    let decimals = if long < 100_000 { 3 } else { 1 };
    let column = |number: u64| {
        let from = Instant::from_micros(number.saturating_mul(long));
        let to = from + Duration::from_micros(long);
        let within = buckets.iter().filter(|bucket| (from..to).contains(&bucket.began));
        let counts = sum(within.map(|bucket| bucket.counts));
        let name = format!(
            "{:.decimals$} to {:.decimals$} s: {}, expires in {}",
            from.as_secs_f64(),
            to.as_secs_f64(),
            words(counts),
            seconds((to + length.saturating_sub(bucket)).since(now))
        );
        Column { held: Held::Ended(counts), during: Some((from, to, name)) }
    };
    (oldest..=newest).map(column).collect()
}

fn sum(counts: impl Iterator<Item = Counts>) -> Counts {
    counts.fold(Counts::default(), |sum, more| Counts {
        successes: sum.successes.saturating_add(more.successes),
        failures: sum.failures.saturating_add(more.failures),
        slow: sum.slow.saturating_add(more.slow),
    })
}

/// How many calls succeeded, failed or were slow, in words.
pub(super) fn words(counts: Counts) -> String {
    let Counts { successes, failures, slow } = counts;
    if counts.calls() == 0 {
        return "no calls".to_owned();
    }
    let slow = if slow == 0 { String::new() } else { format!(", {} slow", count(slow.into())) };
    format!(
        "{}, {}{slow}",
        plural(failures.into(), "failure", "failures"),
        plural(successes.into(), "success", "successes")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox::{BreakerConfig, Failure, Outcome};

    fn call(breaker: &mut CircuitBreaker, millis: u64, fails: bool) {
        let now = Instant::from_millis(millis);
        let permit = breaker.try_acquire(now).expect("it is closed");
        let outcome = if fails { Outcome::Failure(Failure::Timeout) } else { Outcome::Success };
        breaker.report(now, permit, outcome);
    }

    #[test]
    fn the_columns_hold_every_call_of_the_window() {
        let config = BreakerConfig { failures: Some(1_000), ..BreakerConfig::default() };
        let mut breaker = CircuitBreaker::new(config, 1).expect("it is in range");
        for millis in (0..25_000).step_by(90) {
            call(&mut breaker, millis, millis % 40 == 0);
            for ahead in [0, 170, 333, 2_000] {
                let now = Instant::from_millis(millis + ahead);
                let columns = Strip::of(&breaker, now).columns;
                let counts = columns.iter().map(|column| match column.held {
                    Held::Ended(counts) => counts,
                    held => panic!("{held:?} in a window by time"),
                });
                assert_eq!(sum(counts), breaker.window(now));
                assert!(columns.len() <= COLUMNS);
                let newest = columns.last().and_then(|column| column.during.as_ref());
                assert!(newest.is_some_and(|(from, to, _)| (from..to).contains(&&now)));
            }
        }
    }

    #[test]
    fn a_column_says_its_counts_and_when_it_expires() {
        let mut breaker = CircuitBreaker::new(BreakerConfig::default(), 1).expect("the default");
        call(&mut breaker, 1_250, true);
        call(&mut breaker, 1_300, false);
        let columns = Strip::of(&breaker, Instant::from_millis(7_000)).columns;
        assert_eq!(columns.len(), 18, "nothing was before the clock began");
        let name = |n: usize| columns[n].during.as_ref().map(|(.., name)| name.as_str());
        assert_eq!(name(3), Some("1.2 to 1.6 s: 1 failure, 1 success, expires in 4.4 s"));
        assert_eq!(name(4), Some("1.6 to 2.0 s: no calls, expires in 4.8 s"));
    }

    #[test]
    fn a_column_is_one_call_or_several_in_a_large_window() {
        let strip = |window, calls: u64| {
            let config = BreakerConfig {
                window: Window::Count(window),
                failures: Some(5),
                ..Default::default()
            };
            let mut breaker = CircuitBreaker::new(config, 1).expect("it is in range");
            (0..calls).for_each(|n| call(&mut breaker, n, n == 2));
            Strip::of(&breaker, Instant::ZERO)
        };
        let held = |strip: &Strip, n: usize| strip.columns[n].held;
        let one = strip(20, 4);
        assert_eq!((one.columns.len(), one.axis[0].as_str()), (20, "oldest"));
        assert_eq!([2, 3, 4].map(|n| held(&one, n)), [FAILED, PASSED, Held::Free]);
        let several = strip(100, 100);
        assert_eq!((several.columns.len(), several.axis[0].as_str()), (25, "a column is 4 calls"));
        let counts = Counts { successes: 3, failures: 1, slow: 0 };
        assert_eq!(held(&several, 0), Held::Ended(counts));
    }

    #[test]
    fn a_half_open_breaker_has_a_column_for_each_trial() {
        let config = BreakerConfig { failures: Some(1), trials: 4, ..BreakerConfig::default() };
        let mut breaker = CircuitBreaker::new(config, 1).expect("it is in range");
        call(&mut breaker, 0, true);
        call(&mut breaker, 30_000, false);
        let now = Instant::from_secs(31);
        let running = breaker.try_acquire(now).expect("the second trial");
        let Strip { columns, axis } = Strip::of(&breaker, now);
        let held: Vec<Held> = columns.iter().map(|column| column.held).collect();
        assert_eq!(held, [PASSED, Held::InFlight, Held::Free, Held::Free]);
        assert_eq!(axis[0], "a trial times out in 60.0 s");
        drop(running);
    }
}
