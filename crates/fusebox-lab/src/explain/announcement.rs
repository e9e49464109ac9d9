//! Which of all the entries are worth a line in a log that somebody reads.

use fusebox::time::{Duration, Instant};
use fusebox::{Decision, GiveUp, Rejection};
use fusebox_sim::{Dependency, Entry, What};
use std::collections::BTreeMap;

/// Whether an entry is news by itself: something was done, a breaker around a dependency changed, a
/// dependency came back, a write took effect twice.
#[must_use]
pub const fn is_news(entry: &Entry) -> bool {
    match entry.what {
        What::Done(..) | What::Restarted | What::Committed { again: true } => true,
        What::Decided(Decision::Transition(_) | Decision::ShadowTrip(_)) => entry.on.is_some(),
        _ => false,
    }
}

/// A log of news: what is news by itself, and of what comes by the thousand the first after a while.
#[derive(Clone, Debug, Default)]
pub struct Announcement {
    /// When each common kind was last seen at each place, told or not.
    seen: BTreeMap<(&'static str, Option<Dependency>), Instant>,
}

/// A common kind is news again after this long without it.
const QUIET: Duration = Duration::from_secs(10);

impl Announcement {
    /// Whether an entry is news; to be asked about all entries in their order. [`event`](super::event)
    /// has it as a sentence.
    pub fn take(&mut self, entry: &Entry) -> bool {
        if is_news(entry) {
            return true;
        }
        let Some(kind) = common_kind(entry) else { return false };
        let before = self.seen.insert((kind, entry.on), entry.at);
        before.is_none_or(|before| entry.at.since(before) >= QUIET)
    }
}

/// The kind of what is news where it has not been for a while.
const fn common_kind(entry: &Entry) -> Option<&'static str> {
    Some(match entry.what {
        What::TurnedAway => "service full",
        What::WaitsForThread(_) => "threads busy",
        What::WaitsForConnection(_) => "pool busy",
        What::PoolFull => "pool full",
        What::DeadConnections(_) => "dead connections",
        What::GaveUp { .. } => "client gave up",
        What::Enqueued(_) => "job queue",
        What::Decided(decision) => match decision {
            Decision::Refused(Rejection::BulkheadFull { .. } | Rejection::BulkheadWait) => {
                "bulkhead full"
            }
            Decision::Refused(Rejection::Throttled { .. }) => "throttled",
            Decision::Refused(Rejection::RateLimited { .. }) => "rate limited",
            Decision::GaveUp(GiveUp::BudgetEmpty(_)) => "budget spent",
            Decision::TimedOut { .. } => "timed out",
            Decision::Transition(_) | Decision::ShadowTrip(_) => "breaker of a client",
            _ => return None,
        },
        _ => return None,
    })
}
