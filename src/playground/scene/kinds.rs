//! What a dot is, and sets of it.

use fusebox::time::Duration;
use fusebox::{Decision, Rejection};
use fusebox_sim::Reply;

/// What a dot is; each has a shape and a colour of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    FirstTry,
    Retry,
    Success,
    Slow,
    Failure,
    /// Our own rejection.
    FailedFast,
    Fallback,
    /// Whoever waited for the answer does so no longer.
    Abandoned,
}

/// A success that took longer is shown as slow.
const SLOW: Duration = Duration::from_millis(500);

impl Kind {
    pub(crate) const ALL: [Self; 8] = [
        Self::FirstTry,
        Self::Retry,
        Self::Success,
        Self::Slow,
        Self::Failure,
        Self::FailedFast,
        Self::Fallback,
        Self::Abandoned,
    ];

    /// What a client got.
    pub(super) fn of(reply: Reply, latency: Duration) -> Self {
        match reply {
            Reply::Success if latency > SLOW => Self::Slow,
            Reply::Success => Self::Success,
            Reply::Fallback | Reply::Queued => Self::Fallback,
            Reply::Failure => Self::Failure,
            Reply::FailedFast => Self::FailedFast,
        }
    }

    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::FirstTry => "first try",
            Self::Retry => "retry",
            Self::Success => "success",
            Self::Slow => "slow",
            Self::Failure => "failure",
            Self::FailedFast => "failed fast",
            Self::Fallback => "fallback",
            Self::Abandoned => "given up",
        }
    }

    /// What it is, in a sentence.
    pub(crate) const fn meaning(self) -> &'static str {
        match self {
            Self::FirstTry => "A request that is sent for the first time.",
            Self::Retry => "The same request once more, after a failure.",
            Self::Success => "An answer with what was asked for.",
            Self::Slow => "The same, but after more than half a second.",
            Self::Failure => "An error, or a connection that was refused or lost.",
            Self::FailedFast => "A layer of ours refused the call, which was not sent.",
            Self::Fallback => "Something useful in place of the answer.",
            Self::Abandoned => "Time ran out: whoever waited for the answer hung up.",
        }
    }

    /// Its class in the style sheets.
    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::FirstTry => "is-first",
            Self::Retry => "is-retry",
            Self::Success => "is-success",
            Self::Slow => "is-slow",
            Self::Failure => "is-failure",
            Self::FailedFast => "is-open",
            Self::Fallback => "is-fallback",
            Self::Abandoned => "is-abandoned",
        }
    }
}

/// Whether a decision is that a layer did not let a call through, and whether that was the breaker.
pub(super) const fn refused_by_breaker(decision: &Decision) -> Option<bool> {
    match decision {
        Decision::Refused(
            Rejection::BreakerOpen { .. }
            | Rejection::BreakerForcedOpen
            | Rejection::TrialsTaken { .. },
        ) => Some(true),
        Decision::Refused(_) => Some(false),
        _ => None,
    }
}

/// Some of the kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KindSet(u8);

impl KindSet {
    pub(crate) const ALL: Self = Self(u8::MAX);

    pub(crate) const fn has(self, kind: Kind) -> bool {
        self.0 & (1 << kind as u8) != 0
    }

    /// The same set with this kind, or without it where it was there.
    #[must_use]
    pub(crate) const fn toggled(self, kind: Kind) -> Self {
        Self(self.0 ^ (1 << kind as u8))
    }
}

impl Default for KindSet {
    fn default() -> Self {
        Self::ALL
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_goes_and_comes_back() {
        let without = KindSet::ALL.toggled(Kind::Retry);
        for kind in Kind::ALL {
            assert!(KindSet::ALL.has(kind));
            assert_eq!(without.has(kind), kind != Kind::Retry);
        }
        assert_eq!(without.toggled(Kind::Retry), KindSet::default());
    }
}
