//! Which of all entries get a line in the log.

use fusebox::time::{Duration, Instant};
use fusebox::{Decision, GiveUp, NoHedge, Rejection};
use fusebox_sim::{Dependency, Entry, What};
use std::collections::BTreeMap;

/// Whether an entry always gets a line: an action, a change of a breaker around a dependency, a
/// restart of a dependency, a write that took effect twice.
#[must_use]
pub const fn is_news(entry: &Entry) -> bool {
    match entry.what {
        What::Done(..) | What::Restarted | What::Committed { again: true } => true,
        What::Decided(Decision::Transition(_) | Decision::ShadowTrip(_)) => entry.on.is_some(),
        _ => false,
    }
}

/// The filter of the log: some entries always get a line, common ones only after a quiet time.
#[derive(Clone, Debug, Default)]
pub struct Announcement {
    /// When each common kind was last seen at each place, whether logged or not.
    seen: BTreeMap<(&'static str, Option<Dependency>), Instant>,
}

/// A common kind is logged again after this long without it.
const QUIET: Duration = Duration::from_secs(10);

impl Announcement {
    /// Whether an entry gets a line; must be called for all entries in their order.
    /// [`event`](super::event) gives the sentence.
    pub fn take(&mut self, entry: &Entry) -> bool {
        if is_news(entry) {
            return true;
        }
        let Some(kind) = common_kind(entry) else { return false };
        let before = self.seen.insert((kind, entry.on), entry.at);
        before.is_none_or(|before| entry.at.since(before) >= QUIET)
    }
}

/// The kind of an entry that is logged only after a quiet time.
const fn common_kind(entry: &Entry) -> Option<&'static str> {
    Some(match entry.what {
        What::TurnedAway => "service full",
        What::WaitsForThread(_) => "threads busy",
        What::WaitsForConnection(_) => "pool busy",
        What::QueueFull => "queue full",
        What::PoolFull => "pool full",
        What::RefusedBefore => "refused before",
        What::DeadConnections(_) => "dead connections",
        What::GaveUp { .. } => "client gave up",
        What::Enqueued(_) => "job queue",
        What::Decided(decision) => match decision {
            Decision::Rejected(Rejection::BulkheadFull { .. }) => "bulkhead full",
            Decision::Rejected(Rejection::BulkheadWait) => "bulkhead wait",
            Decision::Rejected(Rejection::Throttled { .. }) => "throttled",
            Decision::Rejected(Rejection::RateLimited { .. }) => "rate limited",
            Decision::Rejected(Rejection::Paused { .. })
            | Decision::Paused { .. }
            | Decision::NotHedged(NoHedge::Paused) => "paused",
            Decision::NotHedged(NoHedge::BudgetSpent) => "hedge budget spent",
            Decision::GaveUp(GiveUp::BudgetEmpty(_)) => "budget spent",
            Decision::TimedOut { .. } => "timed out",
            Decision::Transition(_) | Decision::ShadowTrip(_) => "breaker of a client",
            _ => return None,
        },
        _ => return None,
    })
}
