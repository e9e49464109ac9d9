//! The states, modes and transitions of a breaker, as data for code that shows or logs them.

use super::config::{BreakerConfig, HalfOpenTimeout, Overdue, Rate, Rule, SlowRate, Window};
use super::memory::{Counts, WindowEntry};
use crate::time::{Duration, Instant};
use core::fmt;

/// The state of a breaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Calls pass and are counted.
    Closed,
    /// No call passes until the cooldown is over and a call comes.
    Open {
        /// When the cooldown is over; [`Instant::MAX`] for a breaker that is forced open.
        until: Instant,
    },
    /// A few calls pass, and their outcome decides.
    HalfOpen {
        /// Trials in flight.
        running: u32,
        /// Trials that succeeded.
        passed: u32,
        /// Trials that failed or were slow.
        failed: u32,
    },
}

/// The three states without their data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StateName {
    /// See [`State::Closed`].
    Closed,
    /// See [`State::Open`].
    Open,
    /// See [`State::HalfOpen`].
    HalfOpen,
}

impl State {
    /// Which of the three states this is.
    #[must_use]
    pub const fn name(self) -> StateName {
        match self {
            Self::Closed => StateName::Closed,
            Self::Open { .. } => StateName::Open,
            Self::HalfOpen { .. } => StateName::HalfOpen,
        }
    }
}

/// The mode of a breaker, which an operator sets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// The breaker works as configured.
    #[default]
    Enforce,
    /// Shadow mode: the breaker lets every call pass, counts, and only reports when it would have
    /// opened.
    Shadow,
    /// The breaker lets every call pass and counts nothing; it stays closed.
    Disable,
    /// The breaker lets no call pass; it stays open.
    ForceOpen,
}

/// What a breaker made of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// The call counts, in the window or as a trial.
    Counted(WindowEntry),
    /// The outcome tells nothing about the dependency, or the breaker counts nothing.
    Neutral,
    /// The permit is older than the newest transition, or its trial had timed out.
    Stale,
}

/// A change of state and its cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transition {
    /// The time of the transition.
    pub at: Instant,
    /// The state before.
    pub from: StateName,
    /// The state after; the same as before only where one half-open cycle follows another.
    pub to: StateName,
    /// The rule that decided.
    pub cause: Cause,
}

/// A moment at which a breaker in shadow mode would have opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShadowTrip {
    /// That moment.
    pub at: Instant,
    /// The rule that would have decided.
    pub cause: Cause,
}

/// The rule behind a [`Transition`], with the numbers that it compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The ended calls exceed what the rules allow.
    Exceeded(Exceeded),
    /// Too many calls were in flight for too long.
    Overdue {
        /// How many were overdue.
        calls: u32,
        /// How many were in flight.
        of: u32,
        /// The rule.
        rule: Overdue,
    },
    /// The cooldown was over when a call came.
    CooldownOver {
        /// How long the cooldown was.
        cooldown: Duration,
    },
    /// Enough trials succeeded.
    TrialsPassed {
        /// How many succeeded.
        passed: u32,
        /// How many had to succeed.
        needed: u32,
    },
    /// Too many trials failed for the breaker to close.
    TrialsFailed {
        /// How many failed or were slow.
        failed: u32,
        /// How many of them were slow.
        slow: u32,
        /// How many the breaker lets through.
        trials: u32,
    },
    /// The cycle ended before its trials decided.
    HalfOpenTimedOut(HalfOpenTimeout),
    /// An operator did it.
    ByHand,
    /// The process of the breaker has ended, and the breaker's memory with it.
    ProcessEnded,
}

/// The rules on ended calls that hold, and their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exceeded {
    /// What the window held, the newest call included.
    pub counts: Counts,
    /// The window.
    pub window: Window,
    /// The number of failures that was reached.
    pub failures: Option<u32>,
    /// The share of failures that was reached.
    pub failure_rate: Option<Rate>,
    /// The share of slow calls that was reached.
    pub slow_rate: Option<SlowRate>,
}

impl BreakerConfig {
    /// Whether these calls exceed a rule.
    #[inline]
    pub(super) fn is_exceeded(&self, counts: &Counts) -> bool {
        self.failures.is_some_and(|most| counts.failures >= most)
            || (self.has_rates() && self.is_rate_exceeded(counts))
    }

    #[inline(never)]
    fn is_rate_exceeded(&self, counts: &Counts) -> bool {
        let Exceeded { failure_rate, slow_rate, .. } = self.exceeded(counts);
        failure_rate.is_some() || slow_rate.is_some()
    }

    #[inline]
    const fn has_rates(&self) -> bool {
        self.failure_rate.is_some() || self.slow_rate.is_some()
    }

    /// The rules that these calls exceed.
    pub(super) fn exceeded(&self, counts: &Counts) -> Exceeded {
        let Counts { failures, slow, .. } = *counts;
        let met = |rule: Rule, counted| rule.is_reached(counted, counts.calls(), self.min_calls);
        Exceeded {
            counts: *counts,
            window: self.window,
            failures: self.failures.filter(|&it| met(Rule::Failures(it), failures)),
            failure_rate: self.failure_rate.filter(|&it| met(Rule::FailureRate(it), failures)),
            slow_rate: self.slow_rate.filter(|&it| met(Rule::SlowRate(it), slow)),
        }
    }
}

impl fmt::Display for StateName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Closed => "closed",
            Self::Open => "open",
            Self::HalfOpen => "half-open",
        })
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = self.as_per_ten_thousand();
        match (n / 100, n % 100) {
            (whole, 0) => write!(f, "{whole} %"),
            (whole, part) if part % 10 == 0 => write!(f, "{whole}.{} %", part / 10),
            (whole, part) => write!(f, "{whole}.{part:02} %"),
        }
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Time(length) => write!(f, "in {length}"),
            Self::Count(calls) => write!(f, "in the last {calls} calls"),
            Self::Consecutive => f.write_str("in a row"),
        }
    }
}

impl fmt::Display for Transition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the breaker went from {} to {}: {}.", self.from, self.to, self.cause)
    }
}

impl fmt::Display for ShadowTrip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the breaker is in shadow mode, and would have opened: {}.", self.cause)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exceeded(exceeded) => exceeded.fmt(f),
            Self::Overdue { calls, rule: Overdue { calls: most, share: None, after }, .. } => {
                write!(f, "{calls} calls in flight for over {after} reached the limit of {most}")
            }
            Self::Overdue { calls, of, rule: Overdue { share: Some(share), after, .. } } => {
                write!(f, "{calls} of {of} calls in flight for over {after} reached {share}")
            }
            Self::CooldownOver { cooldown } => {
                write!(f, "the cooldown of {cooldown} was over when a call came")
            }
            Self::TrialsPassed { passed, needed } => {
                write!(f, "{passed} of {needed} trials passed")
            }
            Self::TrialsFailed { failed, slow: 0, trials } => {
                write!(f, "{failed} of {trials} trials failed")
            }
            Self::TrialsFailed { failed, slow, trials } => {
                write!(f, "{failed} of {trials} trials failed, {slow} of them slow")
            }
            Self::HalfOpenTimedOut(HalfOpenTimeout { after, .. }) => {
                write!(f, "the trials had not decided after {after}")
            }
            Self::ByHand => f.write_str("by hand"),
            Self::ProcessEnded => f.write_str("its process ended"),
        }
    }
}

impl fmt::Display for Exceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { counts, window, .. } = self;
        let mut and = "";
        if let Some(failures) = self.failures {
            write!(f, "{} failures {window} reached the threshold of {failures}", counts.failures)?;
            and = ", and ";
        }
        if let Some(rate) = self.failure_rate {
            let (failures, calls) = (counts.failures, counts.calls());
            write!(f, "{and}{failures} failures of {calls} calls {window} reached {rate}")?;
            and = ", and ";
        }
        if let Some(SlowRate { threshold, rate }) = self.slow_rate {
            let (slow, calls) = (counts.slow, counts.calls());
            write!(
                f,
                "{and}{slow} of {calls} calls {window} were slow (over {threshold}), which reached {rate}"
            )?;
        }
        Ok(())
    }
}
