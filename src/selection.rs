//! Selections: the parts of the page that can be explained.

use fusebox::time::Instant;
use fusebox_lab::explain::Number;
use fusebox_sim::Dependency;

/// A part of the page that can be explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Selection {
    /// A call, by its number, and a moment at which it was in flight.
    Call(u64, Instant),
    /// A bucket of the breaker's window: the calls to a dependency that ended between two moments.
    Bucket { on: Dependency, from: Instant, to: Instant },
    /// A transition of the breaker on a dependency.
    Change { on: Dependency, at: Instant },
    /// One of the numbers of the service.
    Number(Number),
    /// A line of the log, by its number.
    Line(u64),
    /// The whole page at this moment.
    Now(Instant),
}

impl Selection {
    /// Whether the selection exists at this moment.
    pub(crate) fn exists_at(self, now: Instant) -> bool {
        match self {
            Self::Now(at) => at == now,
            Self::Call(_, at) | Self::Change { at, .. } | Self::Bucket { from: at, .. } => {
                at <= now
            }
            Self::Number(_) | Self::Line(_) => true,
        }
    }
}
