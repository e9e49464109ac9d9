//! What a breaker remembers, cut into the pieces that the page draws.

use crate::format::{count, plural, seconds};
use fusebox::time::{Duration, Instant};
use fusebox::{CircuitBreaker, Counts, Window};

/// How many steps of a window by time are one slice: its 50 steps are 25 slices.
const STEPS: u64 = 2;

/// The slices that can be seen: one more than the window has, since the oldest and the newest may both
/// be cut.
pub(super) const SLICES: usize = 26;

/// The most cells of a window by count, in two rows of as many as there are slices; where it holds more
/// calls, a cell is several.
const CELLS: u32 = 52;

/// What a breaker remembers.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Strip {
    /// The slices of a window by time, oldest first.
    Slices(Vec<Slice>),
    /// The cells of a window by count, oldest first; those that are still empty are none.
    Cells { cells: Vec<Option<Counts>>, per_cell: u32 },
    /// The failures since the last success, and how many open it.
    Run { failures: u32, of: u32 },
}

/// A slice of a window by time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Slice {
    pub(super) from: Instant,
    pub(super) to: Instant,
    pub(super) counts: Counts,
    /// How long until all of it is forgotten.
    pub(super) expires_in: Duration,
}

impl Strip {
    pub(super) fn of(breaker: &CircuitBreaker, now: Instant) -> Self {
        let config = breaker.config();
        match config.window {
            Window::Time(length) => Self::Slices(slices(breaker, length, now)),
            Window::Count(calls) => cells(breaker, calls),
            Window::Consecutive => Self::Run {
                failures: breaker.window(now).failures,
                of: config.failures.unwrap_or(1),
            },
        }
    }
}

fn slices(breaker: &CircuitBreaker, length: Duration, now: Instant) -> Vec<Slice> {
    let Some(bucket) = breaker.bucket_length() else { return Vec::new() };
    let long = bucket.as_micros().saturating_mul(STEPS);
    let newest = now.as_micros() / long;
    let oldest = newest.saturating_sub(SLICES as u64 - 1);
    let mut slices: Vec<Slice> = (oldest..=newest)
        .map(|number| {
            let from = Instant::from_micros(number.saturating_mul(long));
            let to = from + Duration::from_micros(long);
            let forgotten = to + length.saturating_sub(bucket);
            Slice { from, to, counts: Counts::default(), expires_in: forgotten.since(now) }
        })
        .collect();
    for step in breaker.window_buckets(now) {
        let number = (step.began.as_micros() / long).checked_sub(oldest);
        let place = number.and_then(|number| usize::try_from(number).ok());
        if let Some(slice) = place.and_then(|place| slices.get_mut(place)) {
            add(&mut slice.counts, step.counts);
        }
    }
    slices
}

fn cells(breaker: &CircuitBreaker, size: u32) -> Strip {
    let per_cell = size.div_ceil(CELLS).max(1);
    let mut cells = vec![None; size.div_ceil(per_cell) as usize];
    for (n, ended) in breaker.window_entries().enumerate() {
        let place = n / per_cell as usize;
        if let Some(cell) = cells.get_mut(place) {
            add(cell.get_or_insert_default(), ended.counts());
        }
    }
    Strip::Cells { cells, per_cell }
}

const fn add(sum: &mut Counts, more: Counts) {
    sum.successes = sum.successes.saturating_add(more.successes);
    sum.failures = sum.failures.saturating_add(more.failures);
    sum.slow = sum.slow.saturating_add(more.slow);
}

impl Slice {
    /// The slice in words: `17.5 to 18.0 s: 3 failures, 88 successes, expires in 4.2 s`.
    pub(super) fn name(&self) -> String {
        // As many decimals as tell one slice from the next.
        let short = self.to.since(self.from) < Duration::from_millis(100);
        let decimals = if short { 3 } else { 1 };
        format!(
            "{:.decimals$} to {:.decimals$} s: {}, expires in {}",
            self.from.as_secs_f64(),
            self.to.as_secs_f64(),
            words(self.counts),
            seconds(self.expires_in)
        )
    }
}

/// How many calls ended how, in words.
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
    fn the_slices_hold_all_that_the_window_does() {
        let config = BreakerConfig { failures: Some(1_000), ..BreakerConfig::default() };
        let mut breaker = CircuitBreaker::new(config, 1).expect("it is in range");
        for millis in (0..25_000).step_by(90) {
            call(&mut breaker, millis, millis % 40 == 0);
            for ahead in [0, 170, 333, 2_000] {
                let now = Instant::from_millis(millis + ahead);
                let Strip::Slices(slices) = Strip::of(&breaker, now) else { panic!("by time") };
                let mut sum = Counts::default();
                for slice in &slices {
                    add(&mut sum, slice.counts);
                }
                assert_eq!(sum, breaker.window(now));
                assert!(slices.len() <= SLICES);
                let newest = slices.last().expect("there is always a newest");
                assert!(newest.from <= now && now < newest.to);
            }
        }
    }

    #[test]
    fn a_slice_says_what_it_holds_and_when_it_goes() {
        let mut breaker = CircuitBreaker::new(BreakerConfig::default(), 1).expect("the default");
        call(&mut breaker, 1_250, true);
        call(&mut breaker, 1_300, false);
        let Strip::Slices(slices) = Strip::of(&breaker, Instant::from_millis(7_000)) else {
            panic!("by time")
        };
        assert_eq!(slices.len(), 18, "nothing was before the clock began");
        assert_eq!(slices[3].name(), "1.2 to 1.6 s: 1 failure, 1 success, expires in 4.4 s");
        assert_eq!(slices[4].name(), "1.6 to 2.0 s: no calls, expires in 4.8 s");
    }

    #[test]
    fn a_cell_is_a_call_or_where_they_are_too_many_several() {
        let strip = |window, calls: u64| {
            let config = BreakerConfig {
                window: Window::Count(window),
                failures: Some(5),
                ..Default::default()
            };
            let mut breaker = CircuitBreaker::new(config, 1).expect("it is in range");
            (0..calls).for_each(|n| call(&mut breaker, n, n == 2));
            let Strip::Cells { cells, per_cell } = Strip::of(&breaker, Instant::ZERO) else {
                panic!("by count")
            };
            (cells, per_cell)
        };
        let (cells, per_cell) = strip(20, 4);
        assert_eq!((cells.len(), per_cell), (20, 1));
        assert_eq!(cells[2].map(|counts| counts.failures), Some(1));
        assert_eq!(cells[4], None);
        let (cells, per_cell) = strip(100, 100);
        assert_eq!((cells.len(), per_cell), (50, 2));
        assert_eq!(cells[1], Some(Counts { successes: 1, failures: 1, slow: 0 }));
    }
}
