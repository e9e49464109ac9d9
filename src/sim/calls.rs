//! The calls under way, found by a key that a later call in the same place does not answer to.

use crate::engine::Call;
use crate::rng::Rng;
use crate::time::Instant;

/// A place and the number of the call in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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

/// A client's call on its way.
#[derive(Debug)]
pub(super) struct CallState {
    /// Its number in the run, from 0.
    pub(super) id: u64,
    /// What its own chances are drawn from; the same for the same call in every run.
    pub(super) tape_key: u64,
    pub(super) client: u32,
    pub(super) health: bool,
    pub(super) called_at: Instant,
    /// Whether the client still waits.
    pub(super) awaited: bool,
    /// The call's machine in a pipeline, once it has entered one.
    pub(super) machine: Option<Call>,
    /// The attempt under way; an answer to an older one comes too late.
    pub(super) attempt: u32,
    /// The moment of the one timer that counts.
    pub(super) wake_at: Instant,
    /// The stream for its jitter.
    pub(super) rng: Rng,
}

#[derive(Debug, Default)]
pub(super) struct Calls {
    places: Vec<(u32, Option<CallState>)>,
    free: Vec<u32>,
}

impl Calls {
    pub(super) fn insert(&mut self, call: CallState) -> CallKey {
        if let Some(place) = self.free.pop() {
            let (generation, slot) = &mut self.places[place as usize];
            *slot = Some(call);
            CallKey { place, generation: *generation }
        } else {
            let place = u32::try_from(self.places.len()).unwrap_or(u32::MAX);
            self.places.push((0, Some(call)));
            CallKey { place, generation: 0 }
        }
    }

    pub(super) fn get_mut(&mut self, key: CallKey) -> Option<&mut CallState> {
        let (generation, call) = self.places.get_mut(key.place as usize)?;
        if *generation == key.generation { call.as_mut() } else { None }
    }

    pub(super) fn remove(&mut self, key: CallKey) -> Option<CallState> {
        let (generation, call) = self.places.get_mut(key.place as usize)?;
        if *generation != key.generation {
            return None;
        }
        let removed = call.take()?;
        *generation = generation.wrapping_add(1);
        self.free.push(key.place);
        Some(removed)
    }

    /// How many calls are under way.
    pub(super) fn len(&self) -> usize {
        self.places.len() - self.free.len()
    }
}
