//! The calls in flight, each with its state machine in a pipeline.

use crate::dependency::Dependency;
use crate::ledger::OperationId;
use crate::pool::Connection;
use crate::slab::{Key, Slab};
use crate::trace::{Endpoint, Reply};
use fusebox::Call;
use fusebox::rng::Rng;
use fusebox::time::Instant;

pub(super) type CallKey = Key;

/// One attempt of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Attempt {
    pub(super) call: CallKey,
    /// The number of the attempt, from 1, counted over all pipelines of the call.
    pub(super) number: u32,
}

impl Attempt {
    /// The attempt as one number, which is almost always unique within a run.
    pub(super) const fn to_word(self) -> u64 {
        self.call.to_word().rotate_left(20) ^ self.number as u64
    }
}

/// A number that no attempt has; the first attempt is 1.
pub(super) const NO_ATTEMPT: u32 = 0;

/// Something in a pipeline: a client's call, the service's work on it, or a job.
#[derive(Clone, Debug)]
pub(super) struct CallState {
    pub(super) from: Origin,
    /// The key of its own random streams.
    pub(super) stream_key: u64,
    pub(super) role: Role,
    /// The attempt in flight, counted over all pipelines of the call; an answer to an older attempt
    /// is too late.
    pub(super) attempt: u32,
    /// Attempts so far, counted over all pipelines.
    pub(super) attempts: u32,
    /// The number of the newest attempt in the current pipeline.
    pub(super) attempt_here: u32,
    /// When the newest attempt was made.
    pub(super) attempt_at: Instant,
    pub(super) exchange: Exchange,
    /// The newest hedge of this call; for a hedge, the attempt before it.
    pub(super) hedge: Option<CallKey>,
    /// The time of the only valid timer, and its number.
    pub(super) wake_at: Instant,
    pub(super) wake: u32,
    /// The stream for jitter.
    pub(super) rng: Rng,
}

/// For whom something is in a pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// A client's call, in the client's own pipeline.
    Client {
        called_at: Instant,
        gives_up_at: Instant,
        /// Whether the client's next call follows the end of this one (closed loop).
        leads_on: bool,
        /// The newest answer of the service.
        reply: Reply,
    },
    /// The service's work on an attempt of a client, in the pipeline around a dependency.
    Request {
        parent: Attempt,
        /// The cache key that it asks for.
        asks_for: u32,
        on: Dependency,
        /// The number of the step of its endpoint.
        step: u8,
        /// Whether a useful substitute replaces a part of the answer.
        degraded: bool,
        /// Whether a thread works on it.
        at_work: bool,
        /// Whether its write may have taken effect, as a commit was sent and never answered.
        unsure: bool,
    },
    /// A write from the queue of jobs, in the pipeline around the database.
    Job {
        /// How often it was tried, including this time.
        tries: u32,
    },
    /// A hedge: a further attempt of a call beside the one in flight. It has no state machine; its
    /// end goes to that of the call.
    Hedge {
        of: CallKey,
        on: Option<Dependency>,
        /// The step of the call's endpoint.
        step: u8,
    },
}

impl Role {
    /// Whether it is a client's own call, and not in the process of the service.
    pub(super) const fn is_client(&self) -> bool {
        matches!(self, Self::Client { .. } | Self::Hedge { on: None, .. })
    }
}

/// The progress of the attempt in flight at its dependency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Exchange {
    pub(super) line: Line,
    /// Round trips that were answered.
    pub(super) visits: u8,
    /// Whether a request of it is at the server.
    pub(super) at_server: bool,
    /// Whether its transaction has begun there and not ended.
    pub(super) transaction: bool,
    /// Its place at the server while the server works on it.
    pub(super) slot: Option<Key>,
    /// The service's work on it, for a client's call.
    pub(super) request: Option<CallKey>,
}

/// The connection of an attempt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Line {
    /// None yet.
    #[default]
    None,
    /// Queued for a connection of a pool.
    Waiting,
    /// A connection has been asked for, in a reserved place of a pool.
    Asking,
    /// The server has opened a connection, and its answer is on the way.
    Opening,
    /// A connection of a pool, which is being checked.
    Checking(Connection),
    /// A connection of its own, opened in this epoch of the server.
    Own(u32),
    /// A connection of a pool.
    Open(Connection),
}

/// The initial data of a call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Origin {
    /// The number of the client's call in the run, from 0.
    pub(super) id: u64,
    /// The key of the random streams of the client's call, the same in every run.
    pub(super) stream: u64,
    pub(super) client: u32,
    /// The group of the client.
    pub(super) group: u8,
    /// Which client pipeline it goes through, for a client's own call.
    pub(super) pipeline: u32,
    pub(super) endpoint: Endpoint,
    /// The write that it is about.
    pub(super) operation: Option<OperationId>,
}

impl CallState {
    pub(super) fn new(from: Origin, role: Role, stream_key: u64, rng: Rng) -> Self {
        Self {
            from,
            stream_key,
            role,
            attempt: NO_ATTEMPT,
            attempts: 0,
            attempt_here: 0,
            attempt_at: Instant::ZERO,
            exchange: Exchange::default(),
            hedge: None,
            wake_at: Instant::MAX,
            wake: 0,
            rng,
        }
    }

    /// The attempt in flight.
    pub(super) const fn attempt(&self, key: CallKey) -> Attempt {
        Attempt { call: key, number: self.attempt }
    }
}

/// Calls, each with its state machine once it has entered a pipeline.
///
/// The machines are stored apart, so that adding or removing a call does not move one.
#[derive(Clone, Debug, Default)]
pub(super) struct Calls {
    calls: Slab<CallState>,
    machines: Vec<Machine>,
}

/// The state machine of a call that has entered a pipeline, aligned to cache lines.
#[derive(Clone, Debug, Default)]
#[repr(align(64))]
struct Machine(Option<Call>);

impl Calls {
    pub(super) fn insert(&mut self, call: CallState) -> CallKey {
        let key = self.calls.insert(call);
        if key.index() == self.machines.len() {
            self.machines.push(Machine::default());
        }
        key
    }

    pub(super) fn get(&self, key: CallKey) -> Option<&CallState> {
        self.calls.get(key)
    }

    pub(super) fn get_mut(&mut self, key: CallKey) -> Option<&mut CallState> {
        self.calls.get_mut(key)
    }

    /// The state machine of a call, once it has entered a pipeline.
    pub(super) fn machine(&self, key: CallKey) -> Option<&Call> {
        self.get(key)?;
        self.machines.get(key.index())?.0.as_ref()
    }

    /// A call and its state machine.
    pub(super) fn with_machine(
        &mut self,
        key: CallKey,
    ) -> Option<(&mut CallState, &mut Option<Call>)> {
        Some((self.calls.get_mut(key)?, &mut self.machines.get_mut(key.index())?.0))
    }

    /// The call of an attempt, while that attempt is in flight.
    pub(super) fn of(&self, attempt: Attempt) -> Option<&CallState> {
        self.get(attempt.call).filter(|call| call.attempt == attempt.number)
    }

    pub(super) fn of_mut(&mut self, attempt: Attempt) -> Option<&mut CallState> {
        self.get_mut(attempt.call).filter(|call| call.attempt == attempt.number)
    }

    /// Reports that the attempt in flight of a call has its connection.
    pub(super) fn connected(&mut self, key: CallKey) {
        if let Some((_, Some(machine))) = self.with_machine(key) {
            machine.connected();
        }
    }

    pub(super) fn remove(&mut self, key: CallKey) {
        if self.calls.remove(key).is_some() {
            self.machines[key.index()].0 = None;
        }
    }

    pub(super) fn len(&self) -> usize {
        self.calls.len()
    }

    /// All calls, with their keys.
    pub(super) fn iter(&self) -> impl Iterator<Item = (CallKey, &CallState)> {
        self.calls.iter()
    }
}
