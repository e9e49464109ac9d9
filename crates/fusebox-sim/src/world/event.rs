//! The events of a world, and how they enter the fingerprint.

use super::response::Response;
use crate::action::Command;
use crate::calls::{Attempt, CallKey};
use crate::dependency::Dependency;
use crate::server::Visit;
use crate::slab::Key;
use crate::target::Target;
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
    /// A server receives a request for a connection, for an attempt or to fill a pool.
    Dial {
        to: Dependency,
        whom: Option<Attempt>,
    },
    /// The answer to that request: the server's epoch, or none if it refused.
    Dialed {
        to: Dependency,
        whom: Option<Attempt>,
        epoch: Option<u32>,
    },
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
            Self::Dial { to, whom } => (8_u64, to, whom).hash(state),
            Self::Dialed { to, whom, epoch } => (9_u64, to, whom, epoch).hash(state),
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
