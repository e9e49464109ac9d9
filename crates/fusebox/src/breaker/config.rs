//! The settings of a circuit breaker: what it remembers, when it opens, and how it tries again.

use crate::backoff::{Backoff, BackoffConfig};
use crate::config::{ConfigError, Expected, OtherField, Ranged, require, require_in};
use crate::time::{Duration, Instant};
use alloc::string::{String, ToString};
use core::ops::RangeInclusive;

/// The settings of a [`CircuitBreaker`](super::CircuitBreaker); the default is five failures in ten
/// seconds.
///
/// At least one of the rules `failures`, `failure_rate`, `slow_rate` and `overdue` is to be set; the
/// first that holds opens the breaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BreakerConfig {
    /// Which calls the rules look at.
    pub window: Window,
    /// So many failures in the window open the breaker: 1 to 1,000,000, and no more than the window
    /// holds.
    pub failures: Option<u32>,
    /// So large a share of failures among the calls in the window opens the breaker.
    pub failure_rate: Option<Rate>,
    /// So large a share of slow calls among the calls in the window opens the breaker.
    pub slow_rate: Option<SlowRate>,
    /// The rates hold from so many calls in the window on: 1 to 1,000,000, and no more than the window
    /// holds.
    pub min_calls: u32,
    /// So many calls that are under way for too long open the breaker.
    pub overdue: Option<Overdue>,
    /// How long an open breaker lets nothing through. It grows and spreads as a backoff does, where
    /// each cooldown is one more retry and closing starts it anew.
    pub cooldown: BackoffConfig,
    /// The `Retry-After` of the failure that opened the breaker takes the cooldown's place, up to this
    /// length and unless it is zero, and then the cooldown does not grow: none to heed no
    /// `Retry-After`, up to 1 day.
    pub retry_after: Option<Duration>,
    /// The calls that a half-open breaker lets through: 1 to 32.
    pub trials: u32,
    /// How many of them must succeed, and not be slow, to close it: 1 to `trials`.
    pub trials_to_close: u32,
    /// After this a trial without a report loses its permit: 1 ms to 1 day.
    pub lease: Duration,
    /// What ends a half-open cycle that its trials do not decide; none for nothing.
    pub undecided: Option<Undecided>,
}

/// Which of the calls that ended a closed breaker remembers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// Those of the last while: 1 ms to 1 day. It forgets in 50 steps.
    Time(Duration),
    /// The last so many: 1 to 100,000.
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

    /// So many per cent.
    #[must_use]
    pub const fn percent(percent: u32) -> Self {
        Self(percent.saturating_mul(100))
    }

    /// So many in ten thousand.
    #[must_use]
    pub const fn per_ten_thousand(n: u32) -> Self {
        Self(n)
    }

    /// How many in ten thousand this is.
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
    /// A call is slow if it took longer than this, from permit to report: up to 1 day.
    pub longer_than: Duration,
    /// The share of slow calls, whether they succeeded or not, that opens the breaker.
    pub rate: Rate,
}

/// A rule on calls that have not ended yet: it sees a dependency that hangs before the first call has
/// failed.
///
/// It is looked at when a call asks for a permit. Every permit is to be reported under this rule, since
/// one that is lost is a call that never ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overdue {
    /// So many calls open the breaker: 1 to 1,000,000.
    pub calls: u32,
    /// A call is overdue when it has been under way for this long, or up to 3 % and 50 µs longer: 1 ms
    /// to 1 day.
    pub after: Duration,
}

/// The end of a half-open cycle that its trials do not decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Undecided {
    /// How long after its first trial the cycle ends: 1 ms to 1 day.
    pub after: Duration,
    /// How it ends then.
    pub then: Verdict,
}

/// What to take a cycle without a decision for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A failure: the breaker is open from the end of the cycle on.
    Open,
    /// A success: the breaker is closed.
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
            retry_after: Some(Duration::from_secs(300)),
            trials: 2,
            trials_to_close: 2,
            lease: Duration::from_secs(60),
            undecided: Some(Undecided { after: Duration::from_secs(300), then: Verdict::Open }),
        }
    }
}

impl BreakerConfig {
    /// The range of [`failures`](Self::failures).
    pub const FAILURES: RangeInclusive<u32> = 1..=1_000_000;
    /// The range of [`min_calls`](Self::min_calls).
    pub const MIN_CALLS: RangeInclusive<u32> = 1..=1_000_000;
    /// The range of [`retry_after`](Self::retry_after).
    pub const RETRY_AFTER: RangeInclusive<Duration> = Duration::ZERO..=Duration::DAY;
    /// The range of [`trials`](Self::trials).
    pub const TRIALS: RangeInclusive<u32> = 1..=32;
    /// The range of [`lease`](Self::lease).
    pub const LEASE: RangeInclusive<Duration> = Duration::MILLISECOND..=Duration::DAY;

    /// The rule of the cooldown, where the settings are as they may be.
    pub(super) fn check(&self) -> Result<Backoff, ConfigError> {
        self.check_window()?;
        self.check_rules()?;
        self.check_rates()?;
        self.check_trials()?;
        if let Some(longest) = self.retry_after {
            require_in(&Self::RETRY_AFTER, "breaker.retry_after", longest)?;
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
        let Self { failures, failure_rate, slow_rate, overdue, .. } = *self;
        let any = failures.is_some() || failure_rate.is_some() || slow_rate.is_some();
        let expected = "set, as no other rule opens the breaker";
        require(any || overdue.is_some(), "breaker.failures", "none", expected)?;
        if let Some(failures) = failures {
            require_in(&Self::FAILURES, "breaker.failures", failures)?;
            self.require_room("breaker.failures", failures)?;
        }
        if let Some(overdue) = overdue {
            require_in(&Overdue::CALLS, "breaker.overdue.calls", overdue.calls)?;
            require_in(&Overdue::AFTER, "breaker.overdue.after", overdue.after)?;
        }
        Ok(())
    }

    fn check_rates(&self) -> Result<(), ConfigError> {
        if let Some(slow) = self.slow_rate {
            let field = "breaker.slow_rate.longer_than";
            require_in(&SlowRate::LONGER_THAN, field, slow.longer_than)?;
        }
        let rates = [
            ("breaker.failure_rate", self.failure_rate),
            ("breaker.slow_rate", self.slow_rate.map(|slow| slow.rate)),
        ];
        for (field, rate) in rates {
            let Some(rate) = rate else { continue };
            require_in(&Rate::RANGE, field, rate)?;
            let other = OtherField::new("breaker.window", "consecutive");
            let has_rates = self.window != Window::Consecutive;
            require(has_rates, field, rate, Expected::UnsetWhere(other))?;
            require_in(&Self::MIN_CALLS, "breaker.min_calls", self.min_calls)?;
            self.require_room("breaker.min_calls", self.min_calls)?;
        }
        Ok(())
    }

    /// The window has room for so many calls.
    fn require_room(&self, field: &str, calls: u32) -> Result<(), ConfigError> {
        let Window::Count(window) = self.window else { return Ok(()) };
        let expected = Expected::AtMost(OtherField::new("breaker.window_calls", window));
        require(calls <= window, field, calls, expected).map(drop)
    }

    fn check_trials(&self) -> Result<(), ConfigError> {
        let Self { trials, trials_to_close: needed, .. } = *self;
        require_in(&Self::TRIALS, "breaker.trials", trials)?;
        let field = "breaker.trials_to_close";
        require_in(&Self::TRIALS, field, needed)?;
        let expected = Expected::AtMost(OtherField::new("breaker.trials", trials));
        require(needed <= trials, field, needed, expected)?;
        require_in(&Self::LEASE, "breaker.lease", self.lease)?;
        if let Some(limit) = self.undecided {
            require_in(&Undecided::AFTER, "breaker.undecided.after", limit.after)?;
        }
        Ok(())
    }

    /// Whether a call that took this long is slow.
    #[inline]
    pub(super) fn is_slow(&self, began: Instant, ended: Instant) -> bool {
        self.slow_rate.is_some_and(|slow| ended.since(began) > slow.longer_than)
    }
}

impl Window {
    /// The range of [`Window::Time`].
    pub const LENGTH: RangeInclusive<Duration> = Duration::MILLISECOND..=Duration::DAY;
    /// The range of [`Window::Count`].
    pub const CALLS: RangeInclusive<u32> = 1..=100_000;
}

impl SlowRate {
    /// The range of [`longer_than`](Self::longer_than).
    pub const LONGER_THAN: RangeInclusive<Duration> = Duration::ZERO..=Duration::DAY;
}

impl Overdue {
    /// The range of [`calls`](Self::calls).
    pub const CALLS: RangeInclusive<u32> = 1..=1_000_000;
    /// The range of [`after`](Self::after).
    pub const AFTER: RangeInclusive<Duration> = Duration::MILLISECOND..=Duration::DAY;
}

impl Undecided {
    /// The range of [`after`](Self::after).
    pub const AFTER: RangeInclusive<Duration> = Duration::MILLISECOND..=Duration::DAY;
}

impl Ranged for Rate {
    fn text(&self) -> String {
        self.to_string()
    }
}
