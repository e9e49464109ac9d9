//! What breakers, the world as a whole and the data went through in a report.

use super::millis;
use crate::record;
use crate::recovery::Recovery;
use fusebox::Transition;
use fusebox::time::Instant;
use fusebox_sim::{BreakerChange, Dependency, Mutations};

record! {
    /// A state change of a breaker.
    pub struct Change {
        pub at_ms: f64 = "ms", "Time since the start of the run or of the log";
        pub on: Option<&'static str> = "", "The dependency that it guards; null for a client's own breaker and in a replay";
        pub from: String = "", "The state before: closed, open or half-open";
        pub to: String = "", "The state after";
        pub cause: String = "", "The reason, as a sentence";
    }
}

impl Change {
    /// The change of a breaker around this dependency, or of one that stands alone.
    #[must_use]
    pub fn of(transition: &Transition, on: Option<Dependency>) -> Self {
        Self {
            at_ms: millis(transition.at.since(Instant::ZERO)),
            on: on.map(Dependency::name),
            from: transition.from.to_string(),
            to: transition.to.to_string(),
            cause: transition.cause.to_string(),
        }
    }

    pub(super) fn of_breaker(change: &BreakerChange) -> Self {
        Self::of(&change.transition, change.on)
    }
}

record! {
    /// Whether the world recovered after its faults: the [`Recovery`] with its numbers.
    #[derive(Copy, Default)]
    pub struct RecoveryReport {
        pub verdict: &'static str = "", "Whether the service recovered after its faults; the verdicts are listed below";
        pub after_ms: Option<f64> = "ms", "Time from the last repair to recovery, or null";
        pub useful_share_before: Option<f64> = "0 to 1", "Share of useful answers before the first fault, or null";
        pub useful_share_after: Option<f64> = "0 to 1", "Share of useful answers in the last 10 s, or null";
        pub load_ratio: Option<f64> = "x", "Calls sent in the last 10 s, as a multiple of before the fault, or null";
    }
}

impl RecoveryReport {
    pub(super) fn of(recovery: Recovery) -> Self {
        let verdict = |verdict| Self { verdict, ..Self::default() };
        let shares = |name, before, after| Self {
            useful_share_before: Some(before),
            useful_share_after: Some(after),
            ..verdict(name)
        };
        match recovery {
            Recovery::NoFault => verdict("no_fault"),
            Recovery::FaultActive => verdict("fault_active"),
            Recovery::BeyondHistory => verdict("beyond_history"),
            Recovery::NeverHealthy { before } => {
                Self { useful_share_before: before, ..verdict("never_healthy") }
            }
            Recovery::Recovered { after } => {
                Self { after_ms: Some(millis(after)), ..verdict("recovered") }
            }
            Recovery::TooEarly => verdict("too_early"),
            Recovery::Metastable { before, after } => shares("metastable", before, after),
            Recovery::Overloaded { load } => {
                Self { load_ratio: Some(load), ..verdict("overloaded") }
            }
            Recovery::Unstable { before, after } => shares("unstable", before, after),
            Recovery::Idle => verdict("idle"),
        }
    }
}

record! {
    /// The outcomes of the writes.
    #[derive(Copy, Eq)]
    pub struct Writes {
        pub requested: u64 = "writes", "Writes that clients requested";
        pub applied: u64 = "writes", "Took effect, once or more often";
        pub lost: u64 = "writes", "Confirmed to the client but never applied";
        pub duplicated: u64 = "times", "A write took effect again after its first time";
        pub prevented: u64 = "repeats", "Stopped by an idempotency key";
        pub rolled_back: u64 = "", "Transactions that were rolled back";
    }
}

impl Writes {
    pub(super) const fn of(mutations: &Mutations) -> Self {
        Self {
            requested: mutations.asked,
            applied: mutations.applied,
            lost: mutations.lost,
            duplicated: mutations.duplicated,
            prevented: mutations.prevented,
            rolled_back: mutations.rolled_back,
        }
    }
}
