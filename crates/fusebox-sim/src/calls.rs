//! The calls under way, found by a key that a later call in the same place does not answer to.

use crate::dependency::Dependency;
use crate::ledger::OperationId;
use crate::pool::Connection;
use crate::server::SlotKey;
use crate::trace::{Endpoint, Reply};
use fusebox::rng::Rng;
use fusebox::time::Instant;
use fusebox::{Call, Slot};
use std::collections::VecDeque;
use std::hash::{Hash, Hasher};

/// A place and the number of the call in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CallKey {
    place: u32,
    generation: u32,
}

impl CallKey {
    /// The name that a pipeline knows the call by.
    pub(super) const fn to_id(self) -> u64 {
        (self.place as u64) << 32 | self.generation as u64
    }

    #[expect(clippy::cast_possible_truncation, reason = "the two halves")]
    pub(super) const fn from_id(id: u64) -> Self {
        Self { place: (id >> 32) as u32, generation: id as u32 }
    }
}

impl Hash for CallKey {
    /// In one step, as every event of a call does it.
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.to_id());
    }
}

/// One try of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Attempt {
    pub(super) call: CallKey,
    /// The number of the try, from 1, over all the pipelines that the call passes.
    pub(super) number: u32,
}

impl Attempt {
    /// The attempt as one number, which two attempts of a run hardly ever share.
    pub(super) const fn to_word(self) -> u64 {
        self.call.to_id().rotate_left(20) ^ self.number as u64
    }
}

/// The number of no attempt; the first is 1.
pub(super) const NO_ATTEMPT: u32 = 0;

/// Something that goes through a pipeline: a client's call, what the service does for it, or a job.
#[derive(Clone, Debug)]
pub(super) struct CallState {
    /// The number of the client's call in the run, from 0.
    pub(super) id: u64,
    /// What the chances of the client's call are drawn from; the same for the same call in every run.
    pub(super) tape: u64,
    /// What its own chances are drawn from.
    pub(super) tape_key: u64,
    pub(super) client: u32,
    /// Which of the groups of clients that one is in.
    pub(super) group: u8,
    /// Which of the pipelines of clients it goes through, where it is a client's own.
    pub(super) pipeline: u32,
    pub(super) endpoint: Endpoint,
    pub(super) role: Role,
    /// The write that it is about.
    pub(super) operation: Option<OperationId>,
    /// The attempt under way, counted over all the pipelines that it passes; an answer to an older one
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
        /// Which of the things that clients ask for.
        asks_for: u32,
        on: Dependency,
        /// Which of the steps of its endpoint it is at.
        step: u8,
        /// Whether something useful stands in for a part of the answer.
        degraded: bool,
        /// Whether a thread is at it.
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

/// Where the attempt under way stands at its dependency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Exchange {
    pub(super) line: Line,
    /// Round trips that were answered.
    pub(super) visits: u8,
    /// Whether a request of it is at the server.
    pub(super) at_server: bool,
    /// Whether its transaction has begun there and not ended.
    pub(super) transaction: bool,
    /// Its place at work there.
    pub(super) slot: Option<SlotKey>,
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
    pub(super) id: u64,
    pub(super) tape: u64,
    pub(super) client: u32,
    pub(super) group: u8,
    pub(super) pipeline: u32,
    pub(super) endpoint: Endpoint,
    pub(super) operation: Option<OperationId>,
}

impl CallState {
    pub(super) fn new(from: Origin, role: Role, tape_key: u64, rng: Rng) -> Self {
        let Origin { id, tape, client, group, pipeline, endpoint, operation } = from;
        Self {
            id,
            tape,
            tape_key,
            client,
            group,
            pipeline,
            endpoint,
            role,
            operation,
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

    /// What it began with, for something that is done on its behalf.
    pub(super) const fn origin(&self) -> Origin {
        let Self { id, tape, client, group, pipeline, endpoint, operation, .. } = *self;
        Origin { id, tape, client, group, pipeline, endpoint, operation }
    }

    /// The attempt under way.
    pub(super) const fn attempt(&self, key: CallKey) -> Attempt {
        Attempt { call: key, number: self.attempt }
    }
}

/// Slots of a bulkhead on their way to who waited for them.
#[derive(Debug, Default)]
pub(super) struct Grants(VecDeque<(u64, Slot)>);

impl Grants {
    pub(super) fn add(&mut self, grant: (u64, Slot)) {
        self.0.push_back(grant);
    }

    pub(super) fn next(&mut self) -> Option<(u64, Slot)> {
        self.0.pop_front()
    }
}

impl Clone for Grants {
    /// For a copy of the whole world alone.
    fn clone(&self) -> Self {
        Self(self.0.iter().map(|(id, slot)| (*id, slot.in_a_copy())).collect())
    }
}

/// Calls, each with its machine in a pipeline once it has entered one.
///
/// The machines stand apart, so that a call that comes or goes does not move one.
#[derive(Debug, Default)]
pub(super) struct Calls {
    places: Vec<Place>,
    machines: Vec<Machine>,
    free: Vec<u32>,
}

/// It fills its cache lines, as most events look at one.
#[derive(Clone, Debug)]
#[repr(align(64))]
struct Place {
    generation: u32,
    call: Option<CallState>,
}

/// The machine of a call that has entered a pipeline. It fills its cache lines too.
#[derive(Debug, Default)]
#[repr(align(64))]
struct Machine(Option<Call>);

impl Clone for Calls {
    /// For a copy of the whole world alone, as the machines hold permits.
    fn clone(&self) -> Self {
        let machines =
            self.machines.iter().map(|machine| Machine(machine.0.as_ref().map(Call::in_a_copy)));
        Self { places: self.places.clone(), machines: machines.collect(), free: self.free.clone() }
    }
}

impl Calls {
    pub(super) fn insert(&mut self, call: CallState) -> CallKey {
        if let Some(place) = self.free.pop() {
            let slot = &mut self.places[place as usize];
            slot.call = Some(call);
            CallKey { place, generation: slot.generation }
        } else {
            let place = u32::try_from(self.places.len()).unwrap_or(u32::MAX);
            self.places.push(Place { generation: 0, call: Some(call) });
            self.machines.push(Machine::default());
            CallKey { place, generation: 0 }
        }
    }

    pub(super) fn get(&self, key: CallKey) -> Option<&CallState> {
        let place = self.places.get(key.place as usize)?;
        if place.generation == key.generation { place.call.as_ref() } else { None }
    }

    pub(super) fn get_mut(&mut self, key: CallKey) -> Option<&mut CallState> {
        let place = self.places.get_mut(key.place as usize)?;
        if place.generation == key.generation { place.call.as_mut() } else { None }
    }

    /// The machine of a call, once it has entered a pipeline.
    pub(super) fn machine(&self, key: CallKey) -> Option<&Call> {
        self.get(key)?;
        self.machines.get(key.place as usize)?.0.as_ref()
    }

    /// A call and its machine.
    pub(super) fn with_machine(
        &mut self,
        key: CallKey,
    ) -> Option<(&mut CallState, &mut Option<Call>)> {
        let place = self.places.get_mut(key.place as usize)?;
        let call = place.call.as_mut().filter(|_| place.generation == key.generation)?;
        Some((call, &mut self.machines.get_mut(key.place as usize)?.0))
    }

    /// Whether a call is in a pipeline.
    pub(super) fn has_machine(&self, key: CallKey) -> bool {
        self.get(key).is_some()
            && self.machines.get(key.place as usize).is_some_and(|machine| machine.0.is_some())
    }

    /// The call of an attempt, while that attempt is under way.
    pub(super) fn of(&mut self, attempt: Attempt) -> Option<&mut CallState> {
        self.get_mut(attempt.call).filter(|call| call.attempt == attempt.number)
    }

    /// The attempt under way of a call has its connection.
    pub(super) fn connected(&mut self, key: CallKey) {
        if let Some((_, Some(machine))) = self.with_machine(key) {
            machine.connected();
        }
    }

    pub(super) fn remove(&mut self, key: CallKey) {
        if self.get(key).is_none() {
            return;
        }
        let place = &mut self.places[key.place as usize];
        place.call = None;
        place.generation = place.generation.wrapping_add(1);
        self.machines[key.place as usize].0 = None;
        self.free.push(key.place);
    }

    /// How many are under way.
    pub(super) fn len(&self) -> usize {
        self.places.len() - self.free.len()
    }

    /// All that are under way, with their keys.
    pub(super) fn iter(&self) -> impl Iterator<Item = (CallKey, &CallState)> {
        self.places.iter().enumerate().filter_map(|(n, place)| {
            let key = CallKey {
                place: u32::try_from(n).unwrap_or(u32::MAX),
                generation: place.generation,
            };
            Some((key, place.call.as_ref()?))
        })
    }
}
