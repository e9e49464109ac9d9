//! The events of a world, and how they enter the fingerprint.

use super::response::Response;
use crate::action::Command;
use crate::calls::{Attempt, CallKey};
use crate::dependency::Dependency;
use crate::pool::Connection;
use crate::server::Visit;
use crate::slab::Key;
use crate::target::Target;
use fusebox::time::Instant;
use fusebox::{Failure, Outcome};
use std::hash::{Hash, Hasher};

/// A scheduled event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// A client calls, and its next call is drawn.
    Arrival(u32),
    /// The clients of a group are about to call together, in this round.
    Burst {
        group: u8,
        round: u32,
    },
    /// A client calls in its group's burst.
    BurstCall(u32),
    ReachService(Attempt),
    HealthDone(CallKey),
    /// A slow service has done its own work on a request.
    Worked(CallKey),
    /// The service learns that a request was abandoned.
    CancelRequest(CallKey),
    /// A timer of a call, with its number; an older timer is void.
    Wake(CallKey, u32),
    /// A server receives a request for a connection.
    Dial(Dial),
    /// The answer to that request: the server's epoch, or none if it refused.
    Dialed(Dial, Option<u32>),
    /// A server receives the check of a connection.
    Check(Check),
    /// The end of that check: whether the connection is alive.
    Checked(Check, bool),
    ReachServer(Dependency, Visit),
    QueryDone(Dependency, Key),
    /// The server learns that a request was abandoned.
    CancelQuery(Dependency, Key),
    /// A server's answer to an attempt, and in which of its epochs it was sent.
    Answer {
        attempt: Attempt,
        outcome: Outcome,
        epoch: u32,
    },
    /// A client gets an answer of the service, or learns of its failure.
    ReachClient(Attempt, Result<Response, Failure>),
    /// A pool closes dead connections and opens missing ones.
    Maintain(usize),
    /// The target of a crash restarts, unless it was healed before.
    Restart(Target),
    /// The job queue is looked at again.
    RetryJobs,
    Sample,
    Do(Target, Command),
}

/// A request for a connection of a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Dial {
    pub(super) pool: u32,
    pub(super) to: Dependency,
    /// The attempt that needs it; none if it is for the pool itself.
    pub(super) whom: Option<Attempt>,
}

/// The check of a connection of a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Check {
    pub(super) pool: u32,
    pub(super) connection: Connection,
    /// The attempt that wants to use it; none if the pool itself checks it.
    pub(super) whom: Option<Attempt>,
    /// When an attempt last used it.
    pub(super) used_at: Instant,
    /// When the check ends if no answer has come.
    pub(super) until: Instant,
}

impl Event {
    /// Whether a pool opens or checks a connection of its own.
    pub(super) const fn is_pools_own(&self) -> bool {
        matches!(
            self,
            Self::Dial(Dial { whom: None, .. })
                | Self::Dialed(Dial { whom: None, .. }, _)
                | Self::Check(Check { whom: None, .. })
                | Self::Checked(Check { whom: None, .. }, _)
        )
    }
}

impl Hash for Event {
    /// As few whole words as possible, since every event passes through here.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let mut word = |kind: u64, small: u64| state.write_u64(kind << 56 ^ small);
        match *self {
            Self::Arrival(client) => word(1, client.into()),
            Self::Burst { group, round } => word(2, u64::from(group) << 32 | u64::from(round)),
            Self::BurstCall(client) => word(3, client.into()),
            Self::ReachService(attempt) => word(4, attempt.to_word()),
            Self::HealthDone(key) => word(5, key.to_word()),
            Self::CancelRequest(key) => word(6, key.to_word()),
            Self::Wake(key, number) => word(7, key.to_word() ^ u64::from(number) << 32),
            Self::Dial(dial) => (8_u64, dial).hash(state),
            Self::Dialed(dial, epoch) => (9_u64, dial, epoch).hash(state),
            Self::Check(check) => (23_u64, check).hash(state),
            Self::Checked(check, alive) => (24_u64, check, alive).hash(state),
            Self::ReachServer(on, visit) => {
                word(10, visit.attempt.to_word());
                word(on as u64, visit.key);
            }
            Self::QueryDone(on, slot) => word(11, (on as u64) << 48 ^ slot.to_word()),
            Self::CancelQuery(on, slot) => word(12, (on as u64) << 48 ^ slot.to_word()),
            Self::Answer { attempt, outcome, epoch } => {
                word(13, attempt.to_word());
                (outcome, epoch).hash(state);
            }
            Self::ReachClient(attempt, Ok(response)) => {
                word(14, attempt.to_word());
                response.hash(state);
            }
            Self::Maintain(pool) => word(15, pool as u64),
            Self::Restart(Target::Dependency(on)) => word(16, on as u64),
            Self::RetryJobs => word(17, 0),
            Self::Sample => word(18, 0),
            Self::Do(on, command) => (19_u64, on, command).hash(state),
            Self::Restart(Target::Service) => word(20, 0),
            Self::ReachClient(attempt, Err(failure)) => {
                word(21, attempt.to_word());
                failure.hash(state);
            }
            Self::Worked(key) => word(22, key.to_word()),
        }
    }
}
