//! What ended in the last while: a rolling time window of a fixed number of buckets.

use crate::time::{Duration, Instant};

/// How many buckets a window has: it forgets in steps of 2 % of its length.
const BUCKETS: usize = 50;

/// How many calls ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Calls that succeeded.
    pub successes: u32,
    /// Calls that failed.
    pub failures: u32,
}

impl Counts {
    fn add(&mut self, other: Self) {
        self.successes = self.successes.saturating_add(other.successes);
        self.failures = self.failures.saturating_add(other.failures);
    }

    fn subtract(&mut self, other: Self) {
        self.successes = self.successes.saturating_sub(other.successes);
        self.failures = self.failures.saturating_sub(other.failures);
    }
}

/// Counts over the last `length` of time.
///
/// A record is forgotten between 98 % and 100 % of the length, rounded up to 50 equal buckets, after it
/// was made.
/// Time that steps back is taken as no time passed, so that nothing is forgotten early.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TimeWindow {
    bucket_length: Duration,
    /// The number of the newest bucket since the start of the clock.
    newest: u64,
    buckets: Box<[Counts; BUCKETS]>,
    total: Counts,
}

impl TimeWindow {
    /// An empty window of this length; a length that 50 buckets do not divide is rounded up.
    #[must_use]
    pub(super) fn new(length: Duration) -> Self {
        let micros = length.as_micros().div_ceil(BUCKETS as u64).max(1);
        Self {
            bucket_length: Duration::from_micros(micros),
            newest: 0,
            buckets: Box::new([Counts::default(); BUCKETS]),
            total: Counts::default(),
        }
    }

    /// Adds the end of a call.
    pub(super) fn record(&mut self, now: Instant, counts: Counts) {
        self.advance(now);
        self.buckets[slot(self.newest)].add(counts);
        self.total.add(counts);
    }

    /// What the window holds now.
    pub(super) fn total(&mut self, now: Instant) -> Counts {
        self.advance(now);
        self.total
    }

    /// What the window would hold at `now`, without moving it there.
    #[must_use]
    pub(super) fn peek(&self, now: Instant) -> Counts {
        let passed = self.bucket_number(now).saturating_sub(self.newest);
        let mut total = self.total;
        for number in self.expiring(passed) {
            total.subtract(self.buckets[slot(number)]);
        }
        total
    }

    fn advance(&mut self, now: Instant) {
        let number = self.bucket_number(now);
        if number <= self.newest {
            return;
        }
        for expired in self.expiring(number - self.newest) {
            self.total.subtract(core::mem::take(&mut self.buckets[slot(expired)]));
        }
        self.newest = number;
    }

    /// The places that the next `passed` buckets take, each at most once.
    fn expiring(&self, passed: u64) -> impl Iterator<Item = u64> + use<> {
        let first = self.newest + 1;
        first..first + passed.min(BUCKETS as u64)
    }

    fn bucket_number(&self, now: Instant) -> u64 {
        now.as_micros() / self.bucket_length.as_micros()
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a remainder of 50")]
const fn slot(number: u64) -> usize {
    (number % BUCKETS as u64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAILURE: Counts = Counts { successes: 0, failures: 1 };

    #[test]
    fn a_record_stays_for_the_length_and_no_longer() {
        let mut window = TimeWindow::new(Duration::from_secs(10));
        window.record(Instant::from_millis(100), FAILURE);
        assert_eq!(window.total(Instant::from_millis(9_999)), FAILURE);
        assert_eq!(window.total(Instant::from_millis(10_100)), Counts::default());
    }

    #[test]
    fn idle_for_an_hour_forgets_everything_at_once() {
        let mut window = TimeWindow::new(Duration::from_secs(10));
        for second in 0..10 {
            window.record(Instant::from_secs(second), FAILURE);
        }
        assert_eq!(window.peek(Instant::from_secs(3_600)), Counts::default());
        assert_eq!(window.total(Instant::from_secs(3_600)), Counts::default());
    }

    #[test]
    fn a_clock_that_steps_back_forgets_nothing() {
        let mut window = TimeWindow::new(Duration::from_secs(10));
        for (n, second) in [20, 17, 14, 11, 8, 5].into_iter().enumerate() {
            window.record(Instant::from_secs(second), FAILURE);
            assert_eq!(window.total(Instant::from_secs(second)).failures as usize, n + 1);
        }
    }

    #[test]
    fn peek_sees_what_total_would() {
        let mut window = TimeWindow::new(Duration::from_secs(5));
        for millis in (0..20_000).step_by(137) {
            window.record(Instant::from_millis(millis), FAILURE);
            for ahead in [0, 99, 100, 2_500, 4_999, 5_000, 60_000] {
                let at = Instant::from_millis(millis + ahead);
                assert_eq!(window.peek(at), window.clone().total(at));
            }
        }
    }
}
