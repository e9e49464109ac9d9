//! The calls in flight, each with its machine in a pipeline.

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
    /// The number of the attempt, from 1, over all the pipelines that the call passes.
    pub(super) number: u32,
}

impl Attempt {
    /// The attempt as one number, which two attempts of a run hardly ever share.
    pub(super) const fn to_word(self) -> u64 {
        self.call.to_word().rotate_left(20) ^ self.number as u64
    }
}

/// The number of no attempt; the first is 1.
pub(super) const NO_ATTEMPT: u32 = 0;

/// Something that goes through a pipeline: a client's call, what the service does for it, or a job.
#[derive(Clone, Debug)]
pub(super) struct CallState {
    pub(super) from: Origin,
    /// What its own chances are drawn from.
    pub(super) stream_key: u64,
    pub(super) role: Role,
    /// The attempt in flight, counted over all the pipelines that it passes; an answer to an older one
    /// comes too late.
    pub(super) attempt: u32,
    /// Attempts so far, counted in the same way.
    pub(super) attempts: u32,
    /// The number of the newest attempt in the pipeline that it is in.
    pub(super) attempt_here: u32,
    /// When it was made.
    pub(super) attempt_at: Instant,
    pub(super) exchange: Exchange,
    /// The newest attempt beside its own; of such an attempt, the one before it.
    pub(super) hedge: Option<CallKey>,
    /// The moment of the one timer that counts, and its number.
    pub(super) wake_at: Instant,
    pub(super) wake: u32,
    /// The stream for its jitter.
    pub(super) rng: Rng,
}

/// On whose behalf something goes through a pipeline, and whose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// A client's call, in the client's own pipeline.
    Client {
        called_at: Instant,
        gives_up_at: Instant,
        /// Whether the next one, of a client that has one at a time, comes after it.
        leads_on: bool,
        /// What the newest answer of the service was.
        reply: Reply,
    },
    /// What the service does for an attempt of a client, in the pipeline around a dependency.
    Request {
        parent: Attempt,
        /// Which of the keys of the cache it asks for.
        asks_for: u32,
        on: Dependency,
        /// The number of the step of its endpoint.
        step: u8,
        /// Whether something useful stands in for a part of the answer.
        degraded: bool,
        /// Whether it has a thread.
        at_work: bool,
    },
    /// A write from the queue of jobs, in the pipeline around the database.
    Job {
        /// How often it was tried, this time included.
        tries: u32,
    },
    /// A further attempt of a call beside the one in flight. It has no machine: how it ends is told to
    /// the call's.
    Hedge {
        of: CallKey,
        on: Option<Dependency>,
        /// The step of the call's endpoint.
        step: u8,
    },
}

impl Role {
    /// Whether it is a client's own, and not in the process of the service.
    pub(super) const fn is_client(&self) -> bool {
        matches!(self, Self::Client { .. } | Self::Hedge { on: None, .. })
    }
}

/// How far the attempt in flight has come at its dependency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Exchange {
    pub(super) line: Line,
    /// Round trips that were answered.
    pub(super) visits: u8,
    /// Whether a request of it is at the server.
    pub(super) at_server: bool,
    /// Whether its transaction has begun there and not ended.
    pub(super) transaction: bool,
    /// Its place at the server, while that works on it.
    pub(super) slot: Option<Key>,
    /// What the service does for it, where it is a client's.
    pub(super) request: Option<CallKey>,
}

/// The connection of an attempt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Line {
    /// None yet.
    #[default]
    None,
    /// It waits for one of a pool.
    Waiting,
    /// One is asked for, in a place of a pool.
    Asking,
    /// The server has opened it, and the word of that is on its way.
    Opening,
    /// One of its own, opened in this epoch of the server.
    Own(u32),
    /// One of a pool.
    Open(Connection),
}

/// What a call begins with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Origin {
    /// The number of the client's call in the run, from 0.
    pub(super) id: u64,
    /// What the chances of the client's call are drawn from; the same for the same call in every run.
    pub(super) stream: u64,
    pub(super) client: u32,
    /// The group of clients that this one is in.
    pub(super) group: u8,
    /// Which of the pipelines of clients it goes through, where it is a client's own.
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

/// Calls, each with its machine in a pipeline once it has entered one.
///
/// The machines stand apart, so that a call that comes or goes does not move one.
#[derive(Clone, Debug, Default)]
pub(super) struct Calls {
    calls: Slab<CallState>,
    machines: Vec<Machine>,
}

/// The machine of a call that has entered a pipeline. It fills its cache lines.
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

    /// The machine of a call, once it has entered a pipeline.
    pub(super) fn machine(&self, key: CallKey) -> Option<&Call> {
        self.get(key)?;
        self.machines.get(key.index())?.0.as_ref()
    }

    /// A call and its machine.
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

    /// The attempt in flight of a call has its connection.
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

    /// All of them, with their keys.
    pub(super) fn iter(&self) -> impl Iterator<Item = (CallKey, &CallState)> {
        self.calls.iter()
    }
}
