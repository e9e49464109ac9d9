//! Future events in order of time; events of the same moment in the order in which they were
//! scheduled.
//!
//! No single event is removed: an event names its subject with a generation, and the receiver
//! ignores one that is void. If many become void long before their time, as timeouts do, the owner
//! counts them, and a sweep removes them all together.

use fusebox::time::Instant;
use std::collections::VecDeque;

/// With fewer events than this, a sweep is not worth its cost.
const SWEEP_FROM: usize = 64;

/// One bucket for each bit of a moment.
const BUCKETS: usize = 64;

const EMPTY: [Bucket; BUCKETS] = [const { Bucket::EMPTY }; BUCKETS];

/// Up to this many events, comparing them all is faster than filing them anew.
const FEW: usize = 4;

/// How many events of a bucket are fetched together, since they are needed soon.
const SOON: usize = 64;

/// Up to this many events are all in the cache, and need not be fetched.
const NEAR: usize = 1_000;

/// Future events: at most 2^32; one more would never happen.
///
/// It is a radix heap (Ahuja, Mehlhorn, Orlin and Tarjan 1990): time only advances, so an event
/// only ever moves to a lower bucket, and buckets are read from end to end, which suits a cache
/// better than the jumps of a binary heap. An event scheduled for the past is in order too, but
/// makes the schedule file all others anew.
#[derive(Clone, Debug)]
pub struct Schedule<E> {
    /// The moment from which the buckets count; no future event is before it.
    base: Instant,
    /// The events at that moment, in their order.
    due: VecDeque<u32>,
    /// Later events, by the highest bit in which their moment differs from `base`: those in a lower
    /// bucket are earlier. Events of one moment share a bucket, in their order.
    buckets: [Bucket; BUCKETS],
    /// Which buckets are not empty, the lowest in the lowest bit.
    filled: u64,
    /// The events, each at an index that does not change.
    events: Vec<Option<E>>,
    free: Vec<u32>,
    /// How many events became void since the last sweep; some may have been popped since.
    stale: usize,
}

#[derive(Clone, Debug)]
struct Bucket {
    /// The earliest moment in it; [`Instant::MAX`] if it is empty.
    first: Instant,
    /// The moments, and the indices of their events.
    keys: Vec<(Instant, u32)>,
}

impl Bucket {
    const EMPTY: Self = Self { first: Instant::MAX, keys: Vec::new() };

    /// Removes the first event; the others keep their order.
    fn take_first(&mut self) -> Option<(Instant, u32)> {
        let next = self.keys.iter().position(|&(at, _)| at == self.first)?;
        let key = self.keys[next];
        let last = self.keys.len() - 1;
        (next..last).for_each(|n| self.keys[n] = self.keys[n + 1]);
        self.keys.truncate(last);
        self.find_first();
        Some(key)
    }

    fn find_first(&mut self) {
        self.first = self.keys.iter().map(|&(at, _)| at).min().unwrap_or(Instant::MAX);
    }
}

impl<E> Default for Schedule<E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<E> Schedule<E> {
    /// An empty schedule.
    #[must_use]
    pub fn new() -> Self {
        Self {
            base: Instant::ZERO,
            due: VecDeque::new(),
            buckets: EMPTY,
            filled: 0,
            events: Vec::new(),
            free: Vec::new(),
            stale: 0,
        }
    }

    /// Schedules an event at this moment, after all events scheduled for it before.
    pub fn at(&mut self, at: Instant, event: E) {
        let place = if let Some(place) = self.free.pop() {
            self.events[place as usize] = Some(event);
            place
        } else {
            let Ok(place) = u32::try_from(self.events.len()) else { return };
            self.events.push(Some(event));
            place
        };
        if at < self.base {
            self.turn_back(at);
        }
        self.file(at, place);
    }

    #[inline]
    fn file(&mut self, at: Instant, place: u32) {
        let Some(n) = (at.as_micros() ^ self.base.as_micros()).checked_ilog2() else {
            self.due.push_back(place);
            return;
        };
        self.filled |= 1 << n;
        let bucket = &mut self.buckets[n as usize];
        bucket.first = bucket.first.min(at);
        bucket.keys.push((at, place));
    }

    /// Files all events anew, as seen from this moment.
    #[cold]
    fn turn_back(&mut self, at: Instant) {
        let due = std::mem::take(&mut self.due).into_iter().map(|place| (self.base, place));
        let later = std::mem::replace(&mut self.buckets, EMPTY);
        let keys: Vec<_> = due.chain(later.into_iter().flat_map(|bucket| bucket.keys)).collect();
        self.base = at;
        self.filled = 0;
        for (at, place) in keys {
            self.file(at, place);
        }
    }

    /// The moment of the next event.
    #[must_use]
    pub fn next_at(&self) -> Option<Instant> {
        if !self.due.is_empty() {
            return Some(self.base);
        }
        self.buckets.get(self.filled.trailing_zeros() as usize).map(|bucket| bucket.first)
    }

    /// Removes and returns the next event.
    pub fn pop(&mut self) -> Option<(Instant, E)> {
        let (at, place) = self.pop_key()?;
        self.free.push(place);
        Some((at, self.events[place as usize].take()?))
    }

    fn pop_key(&mut self) -> Option<(Instant, u32)> {
        if self.due.is_empty() {
            let bucket = self.buckets.get_mut(self.filled.trailing_zeros() as usize)?;
            if bucket.keys.len() <= FEW {
                let key = bucket.take_first()?;
                if bucket.keys.is_empty() {
                    self.filled &= self.filled - 1;
                }
                return Some(key);
            }
            self.file_next_anew();
        }
        Some((self.base, self.due.pop_front()?))
    }

    /// Files the lowest bucket anew, as seen from its earliest moment: all its events move lower.
    fn file_next_anew(&mut self) {
        let n = self.filled.trailing_zeros() as usize;
        let Some(bucket) = self.buckets.get_mut(n) else { return };
        let Bucket { first, mut keys } = std::mem::replace(bucket, Bucket::EMPTY);
        self.base = first;
        self.filled &= self.filled - 1;
        if keys.len() <= SOON && self.events.len() > NEAR {
            self.fetch(&keys);
        }
        keys.drain(..).for_each(|(at, place)| self.file(at, place));
        // The allocation is kept for later events.
        self.buckets[n].keys = keys;
    }

    /// Reads these events, so that several are loaded into the cache at the same time; otherwise
    /// each would be waited for in its turn.
    fn fetch(&self, keys: &[(Instant, u32)]) {
        let there = keys.iter().filter(|&&(_, place)| self.events[place as usize].is_some());
        std::hint::black_box(there.count());
    }

    /// How many events are scheduled, including void ones.
    #[must_use]
    pub fn len(&self) -> usize {
        self.events.len() - self.free.len()
    }

    /// Whether no event is scheduled.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Notes that one scheduled event has become void.
    pub fn note_stale(&mut self) {
        self.stale += 1;
    }

    /// Removes all events that are not `live`, if there are at least 64 and more than half of them
    /// have been noted as stale; the others keep their order.
    ///
    /// Called after every note and every [`Self::pop`], it keeps at most 63 events or twice the
    /// live ones, and a note has a constant cost on average. A void event that was popped still
    /// counts, which can only make the next sweep earlier.
    #[inline]
    pub fn sweep_if_due(&mut self, live: impl FnMut(&E) -> bool) {
        if self.len() >= SWEEP_FROM && self.stale > self.len() / 2 {
            self.retain(live);
            self.stale = 0;
        }
    }

    /// Removes all events that are not `live`; the others keep their order.
    #[cold]
    pub fn retain(&mut self, mut live: impl FnMut(&E) -> bool) {
        let Self { due, buckets, filled, events, free, .. } = self;
        let mut keep = |place: u32| {
            let event = &mut events[place as usize];
            let keep = event.as_ref().is_some_and(&mut live);
            if !keep {
                *event = None;
                free.push(place);
            }
            keep
        };
        due.retain(|&place| keep(place));
        for (n, bucket) in buckets.iter_mut().enumerate() {
            bucket.keys.retain(|&(_, place)| keep(place));
            bucket.keys.shrink_to(SWEEP_FROM);
            bucket.find_first();
            if bucket.keys.is_empty() {
                *filled &= !(1 << n);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox::rng::Rng;

    #[test]
    fn events_come_by_time_and_then_by_the_order_of_scheduling() {
        let mut schedule = Schedule::new();
        for (at, name) in [(2, 'c'), (1, 'a'), (2, 'd'), (1, 'b')] {
            schedule.at(Instant::from_secs(at), name);
        }
        assert_eq!(schedule.next_at(), Some(Instant::from_secs(1)));
        let order: String = std::iter::from_fn(|| schedule.pop()).map(|(_, name)| name).collect();
        assert_eq!(order, "abcd");
    }

    #[test]
    fn a_sweep_comes_once_more_than_half_of_at_least_64_are_void() {
        let mut schedule = Schedule::new();
        for n in 0..63 {
            schedule.at(Instant::from_secs(n), n);
            schedule.note_stale();
        }
        schedule.sweep_if_due(|_| false);
        assert_eq!(schedule.len(), 63);

        let mut schedule = Schedule::new();
        (0..64).for_each(|n| schedule.at(Instant::from_secs(n), n));
        (0..32).for_each(|_| schedule.note_stale());
        schedule.sweep_if_due(|n| *n >= 32);
        assert_eq!(schedule.len(), 64, "half is not more than half");
        schedule.note_stale();
        schedule.sweep_if_due(|n| *n >= 33);
        assert_eq!(schedule.len(), 31);
        assert_eq!(schedule.next_at(), Some(Instant::from_secs(33)));

        // Events noted before a sweep no longer count after it.
        (64..128).for_each(|n| schedule.at(Instant::from_secs(n), n));
        schedule.sweep_if_due(|_| false);
        assert_eq!(schedule.len(), 95);
    }

    #[test]
    fn a_sweep_gives_the_memory_back() {
        let mut schedule = Schedule::new();
        for n in 0..100_000 {
            schedule.at(Instant::from_micros(n), n);
            schedule.note_stale();
        }
        schedule.sweep_if_due(|n| *n == 99_999);
        assert_eq!(schedule.len(), 1);
        let capacity: usize = schedule.buckets.iter().map(|bucket| bucket.keys.capacity()).sum();
        assert!(capacity <= BUCKETS * SWEEP_FROM, "{capacity}");
        assert_eq!(schedule.pop(), Some((Instant::from_micros(99_999), 99_999)));
    }

    /// A plain and slow schedule to compare with: in order of time, and then of scheduling.
    #[derive(Default)]
    struct Model {
        sorted: Vec<(u64, usize)>,
        noted: usize,
    }

    impl Model {
        fn at(&mut self, at: u64, id: usize) {
            let place = self.sorted.partition_point(|&(other, _)| other <= at);
            self.sorted.insert(place, (at, id));
        }

        fn pop(&mut self) -> Option<(Instant, usize)> {
            let next = (!self.sorted.is_empty()).then(|| self.sorted.remove(0));
            next.map(|(at, id)| (Instant::from_micros(at), id))
        }

        /// Whether there was a sweep.
        fn sweep_if_due(&mut self, void: &[bool]) -> bool {
            let due = self.sorted.len() >= 64 && 2 * self.noted > self.sorted.len();
            if due {
                self.sorted.retain(|&(_, id)| !void[id]);
                self.noted = 0;
            }
            due
        }
    }

    #[test]
    fn it_does_what_a_sorted_list_does() {
        let mut rng = Rng::from_seed(11);
        let (mut schedule, mut model) = (Schedule::new(), Model::default());
        let mut void = Vec::new();
        let mut sweeps = 0;
        for step in 0..50_000 {
            // The schedule grows for a while and then shrinks, several times.
            let grows = step / 5_000 % 2 == 0;
            if rng.chance(if grows { 700 } else { 450 }) {
                // Few moments, so that many events share one.
                let at = rng.up_to(200);
                schedule.at(Instant::from_micros(at), void.len());
                model.at(at, void.len());
                void.push(false);
            } else {
                assert_eq!(schedule.pop(), model.pop());
            }
            if rng.chance(600) && !model.sorted.is_empty() {
                let place = rng.up_to(model.sorted.len() as u64 - 1);
                let (_, id) = model.sorted[usize::try_from(place).unwrap()];
                if !void[id] {
                    void[id] = true;
                    schedule.note_stale();
                    model.noted += 1;
                }
            }
            schedule.sweep_if_due(|&id| !void[id]);
            sweeps += u32::from(model.sweep_if_due(&void));
            assert_eq!(schedule.len(), model.sorted.len());
            assert_eq!(schedule.is_empty(), model.sorted.is_empty());
            let next = model.sorted.first().map(|&(at, _)| Instant::from_micros(at));
            assert_eq!(schedule.next_at(), next);
        }
        assert!(sweeps > 20, "{sweeps} sweeps");
        while let Some(next) = model.pop() {
            assert_eq!(schedule.pop(), Some(next));
        }
        assert_eq!(schedule.pop(), None);
    }
}
