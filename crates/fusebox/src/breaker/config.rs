//! The settings of a circuit breaker: what it remembers, when it opens, and how it tries again.

use crate::backoff::{Backoff, BackoffConfig};
use crate::config::{ConfigError, Expected, Ranged, require, require_in};
use crate::time::{Duration, Instant};
use alloc::string::{String, ToString};
use core::ops::RangeInclusive;

/// The settings of a [`CircuitBreaker`](super::CircuitBreaker); the default opens after five failures
/// within ten seconds.
///
/// At least one of the rules `failures`, `failure_rate`, `slow_rate` and `overdue` must be set. The
/// first that holds opens the breaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BreakerConfig {
    /// The ended calls that the rules look at.
    pub window: Window,
    /// The number of failures in the window that opens the breaker: 1 to 1,000,000, and no more than
    /// the window holds.
    pub failures: Option<u32>,
    /// The share of failures among the calls in the window that opens the breaker.
    pub failure_rate: Option<Rate>,
    /// The share of slow calls among the calls in the window that opens the breaker.
    pub slow_rate: Option<SlowRate>,
    /// The smallest number of calls in the window before a rate counts: 1 to 1,000,000, and no more
    /// than the window holds.
    pub min_calls: u32,
    /// The number of calls in flight for too long that opens the breaker.
    pub overdue: Option<Overdue>,
    /// How long an open breaker rejects every call. It grows and is jittered like the delay of a
    /// retry: each opening in a row is one retry more, and closing starts again with the first.
    pub cooldown: BackoffConfig,
    /// The longest `Retry-After` that the breaker heeds, up to 1 day; none to ignore the header. The
    /// `Retry-After` of the failure that opened the breaker, unless it is zero, is cut to this and
    /// replaces the cooldown, which then does not grow; up to half of it is added as jitter.
    pub max_retry_after: Option<Duration>,
    /// The calls that a half-open breaker lets through: 1 to 32.
    pub trials: u32,
    /// How many of the trials must pass, which is to succeed and not be slow, to close the breaker: 1
    /// to `trials`.
    pub trials_to_close: u32,
    /// Whether only a success passes a trial. Otherwise any answer does that is not a failure, such
    /// as a 404.
    pub strict_trials: bool,
    /// How long a trial may take before its place is given to another call: 1 ms to 1 day.
    pub trial_timeout: Duration,
    /// When half-open ends without a decision; none to wait for the trials however long they take.
    pub half_open_timeout: Option<HalfOpenTimeout>,
}

/// Which ended calls a closed breaker remembers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// The calls that ended within this length of time: 1 ms to 1 day. It forgets bucket by bucket, and
    /// a bucket is 2 % of the length.
    Time(Duration),
    /// The last calls, this many: 1 to 100,000.
    Count(u32),
    /// The failures since the last success. Rates have no meaning in it.
    Consecutive,
}

/// A share in ten-thousandths, compared exactly: 0.01 % to 100 %.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rate(u32);

impl Rate {
    /// The range of every rate, in ten-thousandths.
    pub const PER_TEN_THOUSAND: RangeInclusive<u32> = 1..=10_000;
    /// The range of every rate.
    pub const RANGE: RangeInclusive<Self> = Self(1)..=Self(10_000);

    /// A rate in per cent.
    #[must_use]
    pub const fn percent(percent: u32) -> Self {
        Self(percent.saturating_mul(100))
    }

    /// A rate in ten-thousandths.
    #[must_use]
    pub const fn per_ten_thousand(n: u32) -> Self {
        Self(n)
    }

    /// The rate in ten-thousandths.
    #[must_use]
    pub const fn as_per_ten_thousand(self) -> u32 {
        self.0
    }

    /// Whether `part` of `total` is at least this share, without rounding.
    #[inline]
    pub(super) const fn is_reached(self, part: u32, total: u32) -> bool {
        part as u64 * 10_000 >= total as u64 * self.0 as u64
    }
}

/// A rule on slow calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlowRate {
    /// A call that takes longer than this, from permit to report, is slow: up to 1 day.
    pub threshold: Duration,
    /// The share of slow calls that opens the breaker; slow successes and slow failures both count.
    pub rate: Rate,
}

/// A rule on calls in flight: it notices a dependency that hangs before the first call has failed.
///
/// The breaker checks it when a call asks for a permit. Under this rule every permit must be reported:
/// a lost permit counts as a call that never ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overdue {
    /// The number of overdue calls that opens the breaker, and with `share` the smallest: 1 to
    /// 1,000,000.
    pub calls: u32,
    /// The share of overdue calls among those in flight that must be reached too. A number alone
    /// means 100 times more at a hundredth of the traffic.
    pub share: Option<Rate>,
    /// A call is overdue when it has been in flight for this long, or up to 3 % and 50 µs longer: 1 ms
    /// to 1 day.
    pub after: Duration,
}

/// When half-open ends without a decision of its trials, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HalfOpenTimeout {
    /// The time since the first trial: 1 ms to 1 day.
    pub after: Duration,
    /// What the breaker does then.
    pub then: HalfOpenEnd,
}

/// How a half-open breaker ends without a decision of its trials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HalfOpenEnd {
    /// It opens, and the cooldown starts at the moment of the timeout.
    Open,
    /// It closes.
    Close,
}

impl Default for BreakerConfig {
    fn default() -> Self {
        Self {
            window: Window::Time(Duration::from_secs(10)),
            failures: Some(5),
            failure_rate: None,
            slow_rate: None,
            min_calls: 10,
            overdue: None,
            cooldown: BackoffConfig::constant(Duration::from_secs(30)),
            max_retry_after: Some(Duration::from_secs(300)),
            trials: 2,
            trials_to_close: 2,
            strict_trials: false,
            trial_timeout: Duration::from_secs(60),
            half_open_timeout: Some(HalfOpenTimeout {
                after: Duration::from_secs(300),
                then: HalfOpenEnd::Open,
            }),
        }
    }
}

/// A rule that opens a closed breaker, without its window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// See [`BreakerConfig::failures`].
    Failures(u32),
    /// See [`BreakerConfig::failure_rate`].
    FailureRate(Rate),
    /// See [`BreakerConfig::slow_rate`].
    SlowRate(SlowRate),
    /// See [`BreakerConfig::overdue`].
    Overdue(Overdue),
}

impl Rule {
    /// Whether this many counted calls, of all these calls, open the breaker.
    pub(super) const fn is_reached(self, counted: u32, calls: u32, min_calls: u32) -> bool {
        match self {
            Self::Failures(most) => counted >= most,
            Self::Overdue(overdue) => overdue.is_reached(counted, calls),
            Self::FailureRate(rate) | Self::SlowRate(SlowRate { rate, .. }) => {
                calls >= min_calls && rate.is_reached(counted, calls)
            }
        }
    }
}

impl BreakerConfig {
    /// The rules that open the breaker.
    pub fn rules(&self) -> impl Iterator<Item = Rule> {
        let Self { failures, failure_rate, slow_rate, overdue, .. } = *self;
        let rules = [
            failures.map(Rule::Failures),
            failure_rate.map(Rule::FailureRate),
            slow_rate.map(Rule::SlowRate),
            overdue.map(Rule::Overdue),
        ];
        rules.into_iter().flatten()
    }

    /// The range of [`failures`](Self::failures).
    pub const FAILURES: RangeInclusive<u32> = 1..=1_000_000;
    /// The range of [`min_calls`](Self::min_calls).
    pub const MIN_CALLS: RangeInclusive<u32> = 1..=1_000_000;
    /// The range of [`max_retry_after`](Self::max_retry_after).
    pub const MAX_RETRY_AFTER: RangeInclusive<Duration> = Duration::ZERO..=Duration::DAY;
    /// The range of [`trials`](Self::trials).
    pub const TRIALS: RangeInclusive<u32> = 1..=32;
    /// The range of [`trial_timeout`](Self::trial_timeout).
    pub const TRIAL_TIMEOUT: RangeInclusive<Duration> = Duration::MILLISECOND..=Duration::DAY;

    /// The cooldown, if all settings are in range.
    pub(crate) fn check(&self) -> Result<Backoff, ConfigError> {
        self.check_window()?;
        self.check_rules()?;
        self.check_trials()?;
        if let Some(longest) = self.max_retry_after {
            require_in(&Self::MAX_RETRY_AFTER, "breaker.max_retry_after", longest)?;
        }
        Backoff::new(self.cooldown).map_err(|error| error.within("breaker.cooldown"))
    }

    fn check_window(&self) -> Result<(), ConfigError> {
        match self.window {
            Window::Time(length) => {
                require_in(&Window::LENGTH, "breaker.window_length", length).map(drop)
            }
            Window::Count(calls) => {
                require_in(&Window::CALLS, "breaker.window_calls", calls).map(drop)
            }
            Window::Consecutive => Ok(()),
        }
    }

    fn check_rules(&self) -> Result<(), ConfigError> {
        let expected = "set, as no other rule opens the breaker";
        require(self.rules().next().is_some(), "breaker.failures", "none", expected)?;
        for rule in self.rules() {
            match rule {
                Rule::Failures(failures) => {
                    require_in(&Self::FAILURES, "breaker.failures", failures)?;
                    self.require_room("breaker.failures", failures)?;
                }
                Rule::FailureRate(rate) => self.check_rate("breaker.failure_rate", rate)?,
                Rule::SlowRate(SlowRate { threshold, rate }) => {
                    require_in(&SlowRate::THRESHOLD, "breaker.slow_rate.threshold", threshold)?;
                    self.check_rate("breaker.slow_rate", rate)?;
                }
                Rule::Overdue(Overdue { calls, share, after }) => {
                    if let Some(share) = share {
                        require_in(&Rate::RANGE, "breaker.overdue.share", share)?;
                    }
                    require_in(&Overdue::CALLS, "breaker.overdue.calls", calls)?;
                    require_in(&Overdue::AFTER, "breaker.overdue.after", after)?;
                }
            }
        }
        Ok(())
    }

    fn check_rate(&self, field: &str, rate: Rate) -> Result<(), ConfigError> {
        require_in(&Rate::RANGE, field, rate)?;
        let expected = Expected::other("unset with", "breaker.window", "consecutive");
        require(self.window != Window::Consecutive, field, rate, expected)?;
        require_in(&Self::MIN_CALLS, "breaker.min_calls", self.min_calls)?;
        self.require_room("breaker.min_calls", self.min_calls)
    }

    /// Requires that the window holds this number of calls.
    fn require_room(&self, field: &str, calls: u32) -> Result<(), ConfigError> {
        let Window::Count(window) = self.window else { return Ok(()) };
        let expected = Expected::other("at most", "breaker.window_calls", window);
        require(calls <= window, field, calls, expected).map(drop)
    }

    fn check_trials(&self) -> Result<(), ConfigError> {
        let Self { trials, trials_to_close: needed, .. } = *self;
        require_in(&Self::TRIALS, "breaker.trials", trials)?;
        let field = "breaker.trials_to_close";
        require_in(&Self::TRIALS, field, needed)?;
        let expected = Expected::other("at most", "breaker.trials", trials);
        require(needed <= trials, field, needed, expected)?;
        require_in(&Self::TRIAL_TIMEOUT, "breaker.trial_timeout", self.trial_timeout)?;
        if let Some(limit) = self.half_open_timeout {
            require_in(&HalfOpenTimeout::AFTER, "breaker.half_open_timeout.after", limit.after)?;
        }
        Ok(())
    }

    /// Whether a call that took this long is slow.
    #[inline]
    pub(super) fn is_slow(&self, began: Instant, ended: Instant) -> bool {
        self.slow_rate.is_some_and(|slow| ended.since(began) > slow.threshold)
    }
}

impl Window {
    /// The range of [`Window::Time`].
    pub const LENGTH: RangeInclusive<Duration> = Duration::MILLISECOND..=Duration::DAY;
    /// The range of [`Window::Count`].
    pub const CALLS: RangeInclusive<u32> = 1..=100_000;
}

impl SlowRate {
    /// The range of [`longer_than`](Self::threshold).
    pub const THRESHOLD: RangeInclusive<Duration> = Duration::ZERO..=Duration::DAY;
}

impl Overdue {
    /// The range of [`calls`](Self::calls).
    pub const CALLS: RangeInclusive<u32> = 1..=1_000_000;

    /// Whether this many overdue calls, of all these in flight, open the breaker.
    pub(super) const fn is_reached(self, overdue: u32, in_flight: u32) -> bool {
        let is_share = match self.share {
            Some(share) => share.is_reached(overdue, in_flight),
            None => true,
        };
        overdue >= self.calls && is_share
    }

    /// The range of [`after`](Self::after).
    pub const AFTER: RangeInclusive<Duration> = Duration::MILLISECOND..=Duration::DAY;
}

impl HalfOpenTimeout {
    /// The range of [`after`](Self::after).
    pub const AFTER: RangeInclusive<Duration> = Duration::MILLISECOND..=Duration::DAY;
}

impl Ranged for Rate {
    fn text(&self) -> String {
        self.to_string()
    }
}
