//! Outcomes that all policies share: how an attempt ended, and why a call was not sent.

use crate::class::{Class, Verdict};
use crate::time::{Duration, Instant};
use core::fmt;

/// How an attempt, or a whole call, ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The dependency did what was asked.
    Success,
    /// The dependency did not do it, or not in time.
    Failure(Failure),
    /// Nothing is known about the dependency: the caller hung up, or a policy of ours rejected the
    /// call.
    Neutral,
}

/// The kinds of failure, as far as a policy needs to tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Failure {
    /// No connection could be made, so the request was never seen.
    Connect,
    /// The connection broke after the request was sent; whether it took effect is unknown.
    ConnectionLost,
    /// No answer came in time; whether the request took effect is unknown.
    Timeout,
    /// The transaction was rolled back, so nothing took effect.
    Aborted,
    /// The answer was an error.
    Status {
        /// The HTTP status code, from 400 on.
        code: u16,
        /// The wait that the dependency asked for.
        retry_after: Option<Duration>,
        /// What it means; [`Failure::answer`] gives the usual.
        class: Class,
    },
}

/// Why a policy of ours did not let a call through.
///
/// A rejection never counts against the dependency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// The breaker is open.
    BreakerOpen {
        /// When it lets the next trial through.
        until: Instant,
        /// How long that is from now.
        retry_after: Duration,
    },
    /// The breaker is forced open by hand.
    BreakerForcedOpen,
    /// The dependency asked for a wait that would not end before the deadline.
    Paused {
        /// How long the pause lasts from now.
        retry_after: Duration,
    },
    /// The breaker is half-open, and as many trials are in flight as it allows.
    TrialsTaken {
        /// When the next of those trials times out; most end long before.
        until: Instant,
    },
    /// All slots of the bulkhead are taken, and its queue is full.
    BulkheadFull {
        /// The slots.
        slots: u32,
        /// The places in the queue.
        queue: u32,
    },
    /// No slot of the bulkhead came free within the max wait.
    BulkheadWait,
    /// The throttle rejects a share of the calls.
    Throttled {
        /// The share in thousandths, rounded down.
        per_mille: u32,
    },
    /// The rate limit has no permit, or not soon enough.
    RateLimited {
        /// How long until it has one; [`Duration::MAX`] for never.
        retry_after: Duration,
    },
    /// The caller's deadline had passed before anything was sent.
    DeadlinePassed,
}

impl Outcome {
    /// True for [`Outcome::Success`].
    #[must_use]
    pub const fn is_success(self) -> bool {
        matches!(self, Self::Success)
    }

    /// The wait that the dependency asked for, if any.
    #[must_use]
    pub const fn retry_after(self) -> Option<Duration> {
        match self {
            Self::Failure(failure) => failure.retry_after(),
            Self::Success | Self::Neutral => None,
        }
    }

    /// True for [`Outcome::Failure`].
    #[must_use]
    pub const fn is_failure(self) -> bool {
        matches!(self, Self::Failure(_))
    }
}

impl Failure {
    /// The failure of an answer with this status code and without `Retry-After`.
    #[must_use]
    pub const fn status(code: u16) -> Self {
        Self::answer(code, None)
    }

    /// The failure of an answer with this status code, in the class that a
    /// [`Classifier`](crate::Classifier) without rules gives it.
    #[must_use]
    pub const fn answer(code: u16, retry_after: Option<Duration>) -> Self {
        Self::Status { code, retry_after, class: Class::of(code, retry_after.is_some()) }
    }

    /// What it means to the policies.
    #[must_use]
    pub const fn class(self) -> Class {
        match self {
            Self::Connect | Self::Aborted => Class::UNAVAILABLE,
            Self::ConnectionLost | Self::Timeout => Class::FAILURE,
            Self::Status { class, .. } => class,
        }
    }

    /// Whether it counts against the dependency.
    #[must_use]
    pub const fn counts(self) -> bool {
        matches!(self.class().verdict, Verdict::Failure)
    }

    /// The wait that the dependency asked for, if any.
    #[must_use]
    pub const fn retry_after(self) -> Option<Duration> {
        match self {
            Self::Status { retry_after, .. } => retry_after,
            _ => None,
        }
    }
}

impl Rejection {
    /// The wait after which a new call has a chance, if known.
    #[must_use]
    pub const fn retry_after(self) -> Option<Duration> {
        match self {
            Self::BreakerOpen { retry_after, .. }
            | Self::RateLimited { retry_after }
            | Self::Paused { retry_after } => Some(retry_after),
            _ => None,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connect => f.write_str("connection refused"),
            Self::ConnectionLost => f.write_str("connection lost"),
            Self::Timeout => f.write_str("timed out"),
            Self::Aborted => f.write_str("transaction rolled back"),
            Self::Status { code, .. } => write!(f, "status {code}"),
        }
    }
}

/// A phrase without a verb, so that it can follow any sentence about the call.
impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BreakerOpen { until: Instant::MAX, .. } | Self::BreakerForcedOpen => {
                f.write_str("breaker forced open")
            }
            Self::BreakerOpen { retry_after, .. } => {
                write!(f, "breaker open for another {retry_after}")
            }
            Self::TrialsTaken { .. } => f.write_str("breaker half-open with all trials in flight"),
            Self::BulkheadFull { slots, queue } => {
                write!(f, "bulkhead full (slots: {slots}, queue: {queue})")
            }
            Self::BulkheadWait => f.write_str("no bulkhead slot in time"),
            Self::Throttled { per_mille } => {
                let (whole, tenth) = (per_mille / 10, per_mille % 10);
                write!(f, "throttle rejecting {whole}.{tenth} % of calls")
            }
            Self::RateLimited { retry_after: Duration::MAX } => {
                f.write_str("rate limit reached for good")
            }
            Self::RateLimited { retry_after } => {
                write!(f, "rate limit reached for another {retry_after}")
            }
            Self::Paused { retry_after } => {
                write!(f, "paused by a Retry-After for another {retry_after}")
            }
            Self::DeadlinePassed => f.write_str("deadline passed"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_is_a_success_or_a_failure_or_neither() {
        let failure = Outcome::Failure(Failure::Timeout);
        let is = |outcome: Outcome| (outcome.is_success(), outcome.is_failure());
        assert_eq!(
            [Outcome::Success, failure, Outcome::Neutral].map(is),
            [(true, false), (false, true), (false, false)]
        );
    }

    #[test]
    fn only_failures_of_the_dependency_count() {
        let codes = [399, 400, 404, 407, 408, 409, 428, 429, 430, 499, 500, 501, 503, 511, 599];
        let counted = codes.into_iter().filter(|&code| Failure::status(code).counts());
        assert_eq!(counted.collect::<Vec<u16>>(), [399, 408, 500, 503, 599]);
        assert!(Failure::Connect.counts() && Failure::Timeout.counts());
    }

    #[test]
    fn only_an_answer_can_ask_for_a_wait() {
        let wait = Some(Duration::from_secs(3));
        let asks = Failure::answer(429, wait);
        assert_eq!(Outcome::Failure(asks).retry_after(), wait);
        for outcome in [Outcome::Success, Outcome::Neutral, Outcome::Failure(Failure::Connect)] {
            assert_eq!(outcome.retry_after(), None);
        }
    }
}
