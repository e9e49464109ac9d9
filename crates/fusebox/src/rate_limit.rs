//! A rate limit on outgoing calls: a number of permits per period, and a burst that can be saved
//! up.

use crate::config::ConfigError;
use crate::outcome::Rejection;
use crate::time::{Duration, Instant};

crate::settings! {
    /// The settings of a [`RateLimit`].
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct RateLimitConfig in "rate_limit" {
        /// Permits that accrue in each period, evenly spread.
        permits: u32 = 100, PERMITS: 1..=1_000_000;
        /// The period.
        period: Duration = Duration::from_secs(1), PERIOD: Duration::MILLISECOND..=Duration::DAY;
        /// The most permits that are saved up; the limit starts with this many.
        burst: u32 = 100, BURST: 1..=1_000_000;
    }
}

impl RateLimitConfig {
    /// One permit. In this unit, each microsecond adds `permits`, so nothing is ever rounded.
    fn permit(self) -> i128 {
        i128::from(self.period.as_micros())
    }

    fn most(self) -> i128 {
        i128::from(self.burst) * self.permit()
    }
}

/// A rate limiter on the caller's clock.
///
/// It is a token bucket that fills evenly, in whole numbers that are never rounded (equivalent to
/// the generic cell rate algorithm, ITU-T I.371, counted in permits instead of in time). A caller
/// that can wait reserves: it takes permits that are still to accrue, and learns how long to wait
/// for them.
///
/// The choices where libraries differ:
/// - Permits accrue one by one, not all at the start of each period: within any stretch of time, no
///   more pass than the burst and what accrued during it. With whole periods, twice the limit can
///   pass in a moment, where two periods meet.
/// - Time without traffic saves up to the burst and no more.
/// - A reservation may be for more than the burst; it then waits for the rest. Taking at once may
///   not.
/// - A rejected call has taken nothing, and learns after how long the same request would be
///   granted.
/// - A change of the limit keeps what was saved up, as far as the new burst allows, and what was
///   reserved.
///
/// ```
/// use fusebox::{RateLimit, RateLimitConfig};
/// use fusebox::time::{Duration, Instant};
///
/// let config = RateLimitConfig { permits: 10, period: Duration::from_secs(1), burst: 1 };
/// let mut limit = RateLimit::new(config)?;
/// let now = Instant::ZERO;
/// assert!(limit.try_acquire(now, 1).is_ok());
/// let rejected = limit.try_acquire(now, 1).unwrap_err();
/// assert_eq!(rejected.retry_after(), Some(Duration::from_millis(100)));
/// assert_eq!(limit.reserve(now, 2, Duration::from_secs(1)), Ok(Duration::from_millis(200)));
/// # Ok::<(), fusebox::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateLimit {
    config: RateLimitConfig,
    /// The permits saved up; below zero, the permits reserved.
    saved: i128,
    filled_at: Instant,
}

impl RateLimit {
    /// A limit with a full burst.
    ///
    /// # Errors
    /// When a setting is outside the range that [`RateLimitConfig`] states.
    pub fn new(config: RateLimitConfig) -> Result<Self, ConfigError> {
        config.check_ranges()?;
        Ok(Self { config, saved: config.most(), filled_at: Instant::ZERO })
    }

    /// The settings.
    #[must_use]
    pub const fn config(&self) -> &RateLimitConfig {
        &self.config
    }

    /// Changes the settings from now on; what accrued until now did so at the old rate.
    ///
    /// Permits saved up or reserved stay. Another period rounds them down, by less than what
    /// accrues in a microsecond.
    ///
    /// # Errors
    /// When a setting is outside its range; then nothing has changed.
    pub fn reconfigure(
        &mut self,
        now: Instant,
        config: RateLimitConfig,
    ) -> Result<(), ConfigError> {
        config.check_ranges()?;
        self.fill(now);
        let saved = self.saved.saturating_mul(config.permit()).div_euclid(self.config.permit());
        self.saved = saved.min(config.most());
        self.config = config;
        Ok(())
    }

    /// Takes this number of permits at once.
    ///
    /// # Errors
    /// When there are fewer. `retry_after` is when there would be enough if no other call took any,
    /// and [`Duration::MAX`] if that is never, because it is more than the burst.
    pub fn try_acquire(&mut self, now: Instant, permits: u32) -> Result<(), Rejection> {
        self.reserve(now, permits, Duration::ZERO).map(|_| ())
    }

    /// Takes this number of permits, including permits still to accrue, and returns the wait before
    /// they may be used: zero up to `max_wait`, rounded up to a microsecond. Later callers wait
    /// longer.
    ///
    /// # Errors
    /// When the wait would be longer than `max_wait`. `retry_after` is when the same reservation
    /// would be granted if no other call took any permits, and [`Duration::MAX`] if that is never.
    pub fn reserve(
        &mut self,
        now: Instant,
        permits: u32,
        max_wait: Duration,
    ) -> Result<Duration, Rejection> {
        self.fill(now);
        let price = i128::from(permits) * self.config.permit();
        let longest = i128::from(max_wait.as_micros());
        // If the clock has stepped back, permits still to accrue are further off by as much.
        let behind = i128::from(self.filled_at.since(now).as_micros());
        let missing = self.micros_for(price - self.saved);
        let wait = if missing > 0 { missing + behind } else { 0 };
        if wait <= longest {
            self.saved -= price;
            return Ok(duration(wait));
        }
        let at_best = self.micros_for(price - self.config.most());
        let retry_after = if at_best > longest { Duration::MAX } else { duration(wait - longest) };
        Err(Rejection::RateLimited { retry_after })
    }

    /// Takes all permits saved up; returns how many whole permits those were. Reserved permits
    /// stay.
    ///
    /// For a dependency that announces that its limit is reached.
    pub fn drain(&mut self, now: Instant) -> u32 {
        let drained = self.available(now);
        self.fill(now);
        self.saved = self.saved.min(0);
        drained
    }

    /// Forgets what was taken and reserved, because the process has ended: the burst is full.
    pub(super) fn forget(&mut self, now: Instant) {
        *self = Self { config: self.config, saved: self.config.most(), filled_at: now };
    }

    /// How many permits could be taken at once.
    #[must_use]
    pub fn available(&self, now: Instant) -> u32 {
        let permits = self.saved_at(now).div_euclid(self.config.permit()).max(0);
        u32::try_from(permits).unwrap_or(u32::MAX)
    }

    fn fill(&mut self, now: Instant) {
        self.saved = self.saved_at(now);
        self.filled_at = self.filled_at.max(now);
    }

    fn saved_at(&self, now: Instant) -> i128 {
        let passed = i128::from(now.since(self.filled_at).as_micros());
        let came_in = passed * i128::from(self.config.permits);
        self.saved.saturating_add(came_in).min(self.config.most())
    }

    /// How long it takes until this much has accrued, in microseconds.
    fn micros_for(&self, missing: i128) -> i128 {
        let rate = i128::from(self.config.permits);
        (missing.max(0) + rate - 1) / rate
    }
}

fn duration(micros: i128) -> Duration {
    Duration::from_micros(u64::try_from(micros).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = Instant::ZERO;

    const fn millis(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    fn limit(permits: u32, period: Duration, burst: u32) -> RateLimit {
        RateLimit::new(RateLimitConfig { permits, period, burst }).unwrap()
    }

    const fn rejected(retry_after: Duration) -> Rejection {
        Rejection::RateLimited { retry_after }
    }

    #[test]
    fn three_permits_in_seven_milliseconds_are_three_to_the_last_fraction() {
        let passed = |burst| {
            let mut limit = limit(3, millis(7), burst);
            let ask = |micros| limit.try_acquire(Instant::from_micros(micros), 1).is_ok();
            (0..=7_000_000).map(ask).filter(|&passed| passed).count()
        };
        assert_eq!(passed(2), 2 + 3_000);
        // A permit accrues every 2,333 1/3 microseconds. A burst of 1 saves nothing up, not even
        // the fraction: a caller that asks every microsecond gets one permit every 2,334.
        assert_eq!(passed(1), 1 + 7_000_000 / 2_334);
    }

    #[test]
    fn a_rejection_says_when_the_same_would_be_granted() {
        let mut limit = limit(10, Duration::from_secs(1), 5);
        assert_eq!(limit.try_acquire(NOW, 5), Ok(()));
        for (permits, retry_after) in [(1, millis(100)), (5, millis(500)), (6, Duration::MAX)] {
            assert_eq!(limit.try_acquire(NOW, permits), Err(rejected(retry_after)));
        }
        assert_eq!(limit.reserve(NOW, 4, millis(300)), Err(rejected(millis(100))));
        assert_eq!(limit.reserve(NOW, 8, millis(299)), Err(rejected(Duration::MAX)));
        assert_eq!(limit.reserve(NOW, 8, millis(300)), Err(rejected(millis(500))));
        assert_eq!(limit.available(Instant::from_millis(100)), 1);
        assert_eq!(limit.reserve(Instant::from_millis(500), 8, millis(300)), Ok(millis(300)));
        assert_eq!(limit.try_acquire(Instant::from_millis(500), 0), Err(rejected(millis(300))));
    }

    #[test]
    fn no_number_is_too_large_for_it() {
        let mut limit = limit(1, Duration::from_secs(86_400), 1);
        assert!(limit.reserve(NOW, u32::MAX, Duration::from_secs(1)).is_err());
        assert_eq!(limit.try_acquire(NOW, 1), Ok(()));
        for day in 1..=100_000 {
            let wait = limit.reserve(NOW, 1, Duration::MAX);
            assert_eq!(wait, Ok(Duration::from_secs(day * 86_400)));
        }
        let too_long = limit.reserve(NOW, u32::MAX, Duration::MAX);
        assert_eq!(too_long, Err(rejected(Duration::MAX)));
        let faster = RateLimitConfig { permits: 1_000_000, period: millis(1), burst: 1_000_000 };
        limit.reconfigure(Instant::MAX, faster).unwrap();
        assert!(limit.try_acquire(Instant::MAX, 1).is_ok());
    }

    #[test]
    fn a_clock_that_steps_back_brings_nothing() {
        let mut limit = limit(1, Duration::from_secs(1), 1);
        assert_eq!(limit.try_acquire(Instant::from_secs(10), 1), Ok(()));
        for second in [9, 5, 0, 10] {
            let again = limit.try_acquire(Instant::from_secs(second), 1);
            assert_eq!(again, Err(rejected(Duration::from_secs(11 - second))));
        }
    }

    #[test]
    fn settings_out_of_range_name_themselves() {
        let default = RateLimitConfig::default();
        for (config, field) in [
            (RateLimitConfig { permits: 0, ..default }, "rate_limit.permits"),
            (RateLimitConfig { period: Duration::ZERO, ..default }, "rate_limit.period"),
            (RateLimitConfig { burst: 1_000_001, ..default }, "rate_limit.burst"),
        ] {
            assert_eq!(RateLimit::new(config).unwrap_err().field, field);
            let mut limit = RateLimit::new(default).unwrap();
            assert_eq!(limit.reconfigure(NOW, config).unwrap_err().field, field);
            assert_eq!(limit, RateLimit::new(default).unwrap());
        }
    }
}
