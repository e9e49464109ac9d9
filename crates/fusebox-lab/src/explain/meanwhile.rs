//! What happened for a call beside its attempts, or after the attempt that it belonged to was over.

use super::clauses::behind;
use crate::words::{length, plural};
use fusebox_sim::{Dependency, What};

/// What happened at a dependency while no attempt of the call is known to have been under way.
pub(super) fn at(on: Dependency, what: What) -> String {
    let to = on.title();
    match what {
        What::Connected => format!("a new connection to {to} was open"),
        What::WaitsForConnection(ahead) => {
            format!("it waited for a connection to {to} {}", behind(ahead))
        }
        What::WaitsAtServer(ahead) => {
            format!("it waited in the queue of {to} {}", behind(ahead))
        }
        What::PoolFull => {
            format!("the pool had no connection to {to}, and no place to wait for one")
        }
        What::RolledBack => {
            "the transaction was rolled back, and nothing of it can be seen".to_owned()
        }
        What::Committed { again: false } => {
            format!("{to} committed the write, although nobody waited for that any more")
        }
        What::Committed { again: true } => format!(
            "{to} committed the write although nobody waited for that any more: it has taken effect \
             once more than it should"
        ),
        What::KeyKnown => {
            format!(
                "{to} had the idempotency key of the write on record, and did not make it again"
            )
        }
        What::CacheHit { age } => {
            format!("the cached answer was {} old, which is fresh enough", length(age))
        }
        What::Substituted(other) => format!("{} was asked in its place", other.title()),
        What::JobDone => "the write was made at last, and left the queue of jobs".to_owned(),
        What::Restarted => format!("{to} came back"),
        What::DeadConnections(dead) => {
            let dead = plural(dead.into(), "dead connection", "dead connections");
            format!("{dead} to {to} left the pool")
        }
        // These are told by the call itself, in whose explanation they stand.
        What::Called { .. }
        | What::Decided(_)
        | What::Attempted(_)
        | What::TurnedAway
        | What::Finished(_)
        | What::Unavailable { .. }
        | What::Enqueued(_)
        | What::WaitsForThread(_)
        | What::Answered { .. }
        | What::GaveUp { .. }
        | What::Done(..) => format!("something happened at {to}"),
    }
}
