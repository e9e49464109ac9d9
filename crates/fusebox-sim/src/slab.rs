//! A slab: values at indices that do not change, found by keys that are never reused.

use crate::count;
use std::hash::{Hash, Hasher};

/// An index, and the number of the value there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    place: u32,
    generation: u32,
}

impl Key {
    pub(super) const fn index(self) -> usize {
        self.place as usize
    }

    pub(super) const fn to_word(self) -> u64 {
        (self.place as u64) << 32 | self.generation as u64
    }

    #[expect(clippy::cast_possible_truncation, reason = "the two halves")]
    pub(super) const fn from_word(word: u64) -> Self {
        Self { place: (word >> 32) as u32, generation: word as u32 }
    }
}

impl Hash for Key {
    /// One hashing step, since every event of a call does it.
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.to_word());
    }
}

#[derive(Clone, Debug)]
pub(super) struct Slab<T> {
    places: Vec<Place<T>>,
    free: Vec<u32>,
}

/// Aligned to cache lines, since most events read one entry.
#[derive(Clone, Debug)]
#[repr(align(64))]
struct Place<T> {
    generation: u32,
    thing: Option<T>,
}

impl<T> Default for Slab<T> {
    fn default() -> Self {
        Self { places: Vec::new(), free: Vec::new() }
    }
}

impl<T> Slab<T> {
    pub(super) fn insert(&mut self, thing: T) -> Key {
        let place = self.free.pop().unwrap_or_else(|| {
            self.places.push(Place { generation: 0, thing: None });
            count(self.places.len() - 1)
        });
        let slot = &mut self.places[place as usize];
        slot.thing = Some(thing);
        Key { place, generation: slot.generation }
    }

    pub(super) fn get(&self, key: Key) -> Option<&T> {
        let place = self.places.get(key.index())?;
        if place.generation == key.generation { place.thing.as_ref() } else { None }
    }

    pub(super) fn get_mut(&mut self, key: Key) -> Option<&mut T> {
        let place = self.places.get_mut(key.index())?;
        if place.generation == key.generation { place.thing.as_mut() } else { None }
    }

    pub(super) fn remove(&mut self, key: Key) -> Option<T> {
        let place = self.places.get_mut(key.index())?;
        let thing = place.thing.take_if(|_| place.generation == key.generation)?;
        place.generation = place.generation.wrapping_add(1);
        self.free.push(key.place);
        Some(thing)
    }

    pub(super) fn len(&self) -> usize {
        self.places.len() - self.free.len()
    }

    /// All values, with their keys.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Key, &T)> {
        self.places.iter().enumerate().filter_map(|(place, Place { generation, thing })| {
            Some((Key { place: count(place), generation: *generation }, thing.as_ref()?))
        })
    }
}
