//! Sums over the last while: a rolling time window of a fixed number of buckets.

use crate::time::{Duration, Instant};
use alloc::boxed::Box;

/// How many buckets a window has: it forgets in steps of 2 % of its length.
const BUCKETS: usize = 50;

/// What a window can add up.
pub(super) trait Tally: Copy + Default {
    /// Adds, saturating.
    fn add(&mut self, other: Self);
    /// Takes away what was added before.
    fn subtract(&mut self, other: Self);
}

/// The sum of what was recorded over the last `length` of time.
///
/// A record is forgotten between 98 % and 100 % of the length, rounded up to 50 equal buckets, after it
/// was made.
/// Time that steps back is taken as no time passed, so that nothing is forgotten early.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rolling<T> {
    bucket_length: Duration,
    /// The number of the newest bucket since the start of the clock.
    newest: u64,
    /// When the newest bucket ends, so that most records need no division.
    ends: Instant,
    buckets: Box<[T; BUCKETS]>,
    total: T,
}

impl<T: Tally> Rolling<T> {
    /// An empty window of this length; a length that 50 buckets do not divide is rounded up.
    #[must_use]
    pub(super) fn new(length: Duration) -> Self {
        let micros = length.as_micros().div_ceil(BUCKETS as u64).max(1);
        let bucket_length = Duration::from_micros(micros);
        Self {
            bucket_length,
            newest: 0,
            ends: Instant::ZERO + bucket_length,
            buckets: Box::new([T::default(); BUCKETS]),
            total: T::default(),
        }
    }

    /// Adds to the sum.
    #[inline]
    pub(super) fn record(&mut self, now: Instant, tally: T) {
        self.advance(now);
        self.buckets[slot(self.newest)].add(tally);
        self.total.add(tally);
    }

    /// What the window holds now.
    #[inline]
    pub(super) fn total(&mut self, now: Instant) -> T {
        self.advance(now);
        self.total
    }

    /// What the window would hold at `now`, without moving it there.
    #[must_use]
    pub(super) fn peek(&self, now: Instant) -> T {
        let passed = self.bucket_number(now).saturating_sub(self.newest);
        let mut total = self.total;
        for number in self.expiring(passed) {
            total.subtract(self.buckets[slot(number)]);
        }
        total
    }

    #[inline]
    fn advance(&mut self, now: Instant) {
        if now >= self.ends {
            self.expire(now);
        }
    }

    fn expire(&mut self, now: Instant) {
        let number = self.bucket_number(now);
        for expired in self.expiring(number - self.newest) {
            self.total.subtract(core::mem::take(&mut self.buckets[slot(expired)]));
        }
        self.newest = number;
        let end = number.saturating_add(1).saturating_mul(self.bucket_length.as_micros());
        self.ends = Instant::from_micros(end);
    }

    /// The places that the next `passed` buckets take, each at most once.
    fn expiring(&self, passed: u64) -> impl Iterator<Item = u64> + use<T> {
        let first = self.newest.saturating_add(1);
        first..first.saturating_add(passed.min(BUCKETS as u64))
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

    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    struct Count(u32);

    impl Tally for Count {
        fn add(&mut self, other: Self) {
            self.0 += other.0;
        }

        fn subtract(&mut self, other: Self) {
            self.0 -= other.0;
        }
    }

    const ONE: Count = Count(1);

    #[test]
    fn a_record_stays_for_the_length_and_no_longer() {
        let mut window = Rolling::new(Duration::from_secs(10));
        window.record(Instant::from_millis(100), ONE);
        assert_eq!(window.total(Instant::from_millis(9_999)), ONE);
        assert_eq!(window.total(Instant::from_millis(10_100)), Count(0));
    }

    #[test]
    fn idle_for_an_hour_forgets_everything_at_once() {
        let mut window = Rolling::new(Duration::from_secs(10));
        for second in 0..10 {
            window.record(Instant::from_secs(second), ONE);
        }
        assert_eq!(window.peek(Instant::from_secs(3_600)), Count(0));
        assert_eq!(window.total(Instant::from_secs(3_600)), Count(0));
    }

    #[test]
    fn a_clock_that_steps_back_forgets_nothing() {
        let mut window = Rolling::new(Duration::from_secs(10));
        for (n, second) in (1..).zip([20, 17, 14, 11, 8, 5]) {
            window.record(Instant::from_secs(second), ONE);
            assert_eq!(window.total(Instant::from_secs(second)), Count(n));
        }
    }

    #[test]
    fn the_last_moment_of_the_clock_is_a_moment_like_any_other() {
        for micros in [1, 50, 51, 86_400_000_000] {
            let mut window = Rolling::new(Duration::from_micros(micros));
            window.record(Instant::MAX, ONE);
            window.record(Instant::MAX, ONE);
            assert_eq!(window.total(Instant::MAX), Count(2));
        }
    }

    #[test]
    fn peek_sees_what_total_would() {
        let mut window = Rolling::new(Duration::from_secs(5));
        for millis in (0..20_000).step_by(137) {
            window.record(Instant::from_millis(millis), ONE);
            for ahead in [0, 99, 100, 2_500, 4_999, 5_000, 60_000] {
                let at = Instant::from_millis(millis + ahead);
                assert_eq!(window.peek(at), window.clone().total(at));
            }
        }
    }
}
