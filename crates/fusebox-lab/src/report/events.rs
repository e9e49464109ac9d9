//! What breakers, the world as a whole and the data went through in a report.

use super::{Count, millis};
use crate::recovery::Recovery;
use fusebox::Transition;
use fusebox::time::Instant;
use fusebox_sim::{BreakerChange, Dependency, Mutations};

/// A breaker changed its state.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Change {
    /// When, in milliseconds since the start.
    pub at_ms: f64,
    /// The dependency that it is around; none for a client's own, and for one that stands alone.
    pub on: Option<&'static str>,
    /// The state before: `closed`, `open` or `half-open`.
    pub from: String,
    /// The state after.
    pub to: String,
    /// Why, in words.
    pub cause: String,
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

/// Whether the world came back after its faults: the [`Recovery`] with its numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize)]
pub struct RecoveryReport {
    /// Its name, in words such as `recovered`, `metastable` and `no_fault`.
    pub verdict: &'static str,
    /// How long after the last healing it was as good as before, in milliseconds.
    pub after_ms: Option<f64>,
    /// The useful share of the calls before the first fault, from 0 to 1.
    pub useful_before: Option<f64>,
    /// That of late, where the world has not recovered.
    pub useful_after: Option<f64>,
    /// How many times what they sent before the clients send, where that alone may be the reason.
    pub load: Option<f64>,
}

impl RecoveryReport {
    pub(super) fn of(recovery: Recovery) -> Self {
        let verdict = |verdict| Self { verdict, ..Self::default() };
        let shares = |name, before, after| Self {
            useful_before: Some(before),
            useful_after: Some(after),
            ..verdict(name)
        };
        match recovery {
            Recovery::NoFault => verdict("no_fault"),
            Recovery::Unhealed => verdict("unhealed"),
            Recovery::Forgotten => verdict("forgotten"),
            Recovery::NeverHealthy { before } => {
                Self { useful_before: before, ..verdict("never_healthy") }
            }
            Recovery::Recovered { after } => {
                Self { after_ms: Some(millis(after)), ..verdict("recovered") }
            }
            Recovery::TooEarly => verdict("too_early"),
            Recovery::Metastable { before, after } => shares("metastable", before, after),
            Recovery::Overloaded { load } => Self { load: Some(load), ..verdict("overloaded") },
            Recovery::Unsteady { before, after } => shares("unsteady", before, after),
            Recovery::Quiet => verdict("quiet"),
        }
    }

    /// The numbers that it may have.
    pub(super) const fn numbers(&self) -> [(&'static str, Option<f64>); 4] {
        [
            ("after_ms", self.after_ms),
            ("useful_before", self.useful_before),
            ("useful_after", self.useful_after),
            ("load", self.load),
        ]
    }
}

/// What became of the writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Writes {
    /// Writes that clients asked for.
    pub asked: u64,
    /// Writes that took effect, once or more often.
    pub applied: u64,
    /// Writes whose client was told that they are done or will be, and that never took effect.
    pub lost: u64,
    /// The times that a write took effect beyond its first.
    pub duplicated: u64,
    /// Repeats that a key kept from taking effect again.
    pub prevented: u64,
    /// Transactions that began and were rolled back.
    pub rolled_back: u64,
}

impl Writes {
    pub(super) const fn of(mutations: &Mutations) -> Self {
        Self {
            asked: mutations.asked,
            applied: mutations.applied,
            lost: mutations.lost,
            duplicated: mutations.duplicated,
            prevented: mutations.prevented,
            rolled_back: mutations.rolled_back,
        }
    }

    pub(super) const fn counts(&self) -> [Count; 6] {
        [
            ("asked", self.asked),
            ("applied", self.applied),
            ("lost", self.lost),
            ("duplicated", self.duplicated),
            ("prevented", self.prevented),
            ("rolled_back", self.rolled_back),
        ]
    }
}
