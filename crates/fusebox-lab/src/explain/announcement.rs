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
    /// When each of the common kinds was last seen, told or not.
    seen: BTreeMap<(Common, Option<Dependency>), Instant>,
}

/// What is news where it has not been for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Common {
    TurnedAway,
    ThreadsBusy,
    PoolBusy,
    PoolFull,
    DeadConnections,
    BulkheadFull,
    Throttled,
    RateLimited,
    BudgetSpent,
    TimedOut,
    GaveUp,
    Enqueued,
    ClientBreaker,
}

/// A common thing is told again after so long without it.
const QUIET: Duration = Duration::from_secs(10);

impl Announcement {
    /// Whether an entry is news; to be asked about all entries in their order. [`event`](super::event)
    /// has it as a sentence.
    pub fn take(&mut self, entry: &Entry) -> bool {
        if is_news(entry) {
            return true;
        }
        let Some(common) = Common::of(entry) else { return false };
        let key = (common, entry.on);
        let before = self.seen.insert(key, entry.at);
        before.is_none_or(|before| entry.at.since(before) >= QUIET)
    }
}

impl Common {
    const fn of(entry: &Entry) -> Option<Self> {
        Some(match entry.what {
            What::TurnedAway => Self::TurnedAway,
            What::WaitsForThread(_) => Self::ThreadsBusy,
            What::WaitsForConnection(_) => Self::PoolBusy,
            What::PoolFull => Self::PoolFull,
            What::DeadConnections(_) => Self::DeadConnections,
            What::GaveUp { .. } => Self::GaveUp,
            What::Enqueued(_) => Self::Enqueued,
            What::Decided(decision) => match decision {
                Decision::Refused(Rejection::BulkheadFull { .. } | Rejection::BulkheadWait) => {
                    Self::BulkheadFull
                }
                Decision::Refused(Rejection::Throttled { .. }) => Self::Throttled,
                Decision::Refused(Rejection::RateLimited { .. }) => Self::RateLimited,
                Decision::GaveUp(GiveUp::BudgetEmpty(_)) => Self::BudgetSpent,
                Decision::TimedOut { .. } => Self::TimedOut,
                Decision::Transition(_) | Decision::ShadowTrip(_) => Self::ClientBreaker,
                _ => return None,
            },
            _ => return None,
        })
    }
}
