//! Rolling sums: a time window of a fixed number of buckets.

use crate::time::{Duration, Instant};
use alloc::boxed::Box;

/// How many buckets a window has: it forgets in steps of 2 % of its length.
const BUCKETS: usize = 50;

/// A value that a window can sum.
pub(super) trait Tally: Copy + Default {
    /// Adds, saturating.
    fn add(&mut self, other: Self);
    /// Subtracts a value that was added before.
    fn subtract(&mut self, other: Self);
}

impl Tally for [u64; 2] {
    fn add(&mut self, other: Self) {
        self.iter_mut().zip(other).for_each(|(sum, more)| *sum = sum.saturating_add(more));
    }

    fn subtract(&mut self, other: Self) {
        self.iter_mut().zip(other).for_each(|(sum, less)| *sum = sum.saturating_sub(less));
    }
}

/// The sum of what was recorded over the last `length` of time.
///
/// A record is forgotten between 98 % and 100 % of the length after it was made; the length is
/// rounded up to 50 equal buckets. A clock that steps back counts as standing still, so that
/// nothing is forgotten early.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rolling<T> {
    bucket_length: Duration,
    /// The number of the newest bucket; the clock starts with the buckets of one window behind it.
    newest: u64,
    /// The index of the newest bucket.
    slot: usize,
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
            newest: BUCKETS as u64,
            slot: 0,
            ends: Instant::ZERO + bucket_length,
            buckets: Box::new([T::default(); BUCKETS]),
            total: T::default(),
        }
    }

    /// Adds to the sum.
    pub(super) fn record(&mut self, now: Instant, tally: T) {
        self.record_with(now, |sum| sum.add(tally));
    }

    /// Adds to the sum with a function cheaper than adding a whole tally, and returns the sum.
    #[inline]
    pub(super) fn record_with(&mut self, now: Instant, add: impl Fn(&mut T)) -> &T {
        self.advance(now);
        add(&mut self.buckets[self.slot]);
        add(&mut self.total);
        &self.total
    }

    /// What the window holds now.
    #[inline]
    pub(super) fn total(&mut self, now: Instant) -> T {
        self.advance(now);
        self.total
    }

    /// What the window would hold at `now`, without moving the window.
    #[must_use]
    pub(super) fn peek(&self, now: Instant) -> T {
        let passed = self.bucket_number(now).saturating_sub(self.newest);
        let mut total = self.total;
        for number in self.expiring(passed) {
            total.subtract(self.buckets[slot(number)]);
        }
        total
    }

    /// Adds a record of this age, unless the window has forgotten that time.
    pub(super) fn record_aged(&mut self, now: Instant, age: Duration, tally: T) {
        self.advance(now);
        let within = age.as_micros().saturating_sub(self.since_bucket_began(now));
        let back = within.div_ceil(self.bucket_length.as_micros());
        if back < BUCKETS as u64 {
            self.buckets[slot(self.newest - back)].add(tally);
            self.total.add(tally);
        }
    }

    /// Removes what was recorded at `at`, unless the window has forgotten it.
    pub(super) fn take_back(&mut self, now: Instant, at: Instant, tally: T) {
        self.advance(now);
        let number = self.bucket_number(at).min(self.newest);
        if self.newest - number < BUCKETS as u64 {
            self.buckets[slot(number)].subtract(tally);
            self.total.subtract(tally);
        }
    }

    /// The moment under which a record made now is kept: now, unless the clock has stepped back.
    pub(super) fn booked_at(&self, now: Instant) -> Instant {
        now.max(self.ends - self.bucket_length)
    }

    /// The sums of the buckets, oldest first, each with the time since the bucket began.
    pub(super) fn aged(&self, now: Instant) -> impl Iterator<Item = (Duration, T)> {
        let now = self.booked_at(now);
        let (number, since_bucket_began) = (self.bucket_number(now), self.since_bucket_began(now));
        (0..BUCKETS as u64).rev().filter_map(move |back| {
            let of_bucket = number.saturating_sub(back);
            let age = back.saturating_mul(self.bucket_length.as_micros());
            (of_bucket <= self.newest).then(|| {
                let age = Duration::from_micros(age.saturating_add(since_bucket_began));
                (age, self.buckets[slot(of_bucket)])
            })
        })
    }

    /// A window of another length with as much of this one as it holds.
    pub(super) fn with_length(&self, now: Instant, length: Duration) -> Self {
        let mut other = Self::new(length);
        for (age, tally) in self.aged(now) {
            other.record_aged(now, age, tally);
        }
        other
    }

    /// The length of a bucket.
    pub(super) const fn bucket_length(&self) -> Duration {
        self.bucket_length
    }

    /// The time from the beginning of a bucket until it is forgotten.
    pub(super) const fn length(&self) -> Duration {
        self.bucket_length.saturating_mul(BUCKETS as u64)
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.buckets.fill(T::default());
        self.total = T::default();
    }

    #[inline]
    fn advance(&mut self, now: Instant) {
        if now >= self.ends {
            self.expire(now);
        }
    }

    /// A separate function, since it runs only once per bucket.
    #[inline(never)]
    fn expire(&mut self, now: Instant) {
        let number = self.bucket_number(now);
        for expired in self.expiring(number - self.newest) {
            self.total.subtract(core::mem::take(&mut self.buckets[slot(expired)]));
        }
        self.newest = number;
        self.slot = slot(number);
        let since_bucket_began = Duration::from_micros(self.since_bucket_began(now));
        self.ends = now - since_bucket_began + self.bucket_length;
    }

    /// The indices of the next `passed` buckets, each at most once.
    fn expiring(&self, passed: u64) -> impl Iterator<Item = u64> + use<T> {
        let first = self.newest.saturating_add(1);
        first..first.saturating_add(passed.min(BUCKETS as u64))
    }

    fn bucket_number(&self, now: Instant) -> u64 {
        (now.as_micros() / self.bucket_length.as_micros()).saturating_add(BUCKETS as u64)
    }

    /// Microseconds since the bucket of this moment began.
    const fn since_bucket_began(&self, now: Instant) -> u64 {
        now.as_micros() % self.bucket_length.as_micros()
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
