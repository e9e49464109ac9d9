//! What will happen, in the order of time; what is to happen at the same time, in the order in which
//! it was scheduled.
//!
//! Nothing is ever taken out: an event names what it is for with a generation, and whoever receives
//! it ignores one that is out of date.

use crate::time::Instant;
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// Events to come.
#[derive(Debug)]
pub struct Schedule<E> {
    heap: BinaryHeap<Entry<E>>,
    scheduled: u64,
}

#[derive(Debug)]
struct Entry<E> {
    at: Instant,
    sequence: u64,
    event: E,
}

impl<E> Default for Schedule<E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<E> Schedule<E> {
    /// Nothing to come.
    #[must_use]
    pub fn new() -> Self {
        Self { heap: BinaryHeap::new(), scheduled: 0 }
    }

    /// Has something happen at this moment, after all that was scheduled for it before.
    pub fn at(&mut self, at: Instant, event: E) {
        self.heap.push(Entry { at, sequence: self.scheduled, event });
        self.scheduled += 1;
    }

    /// The moment of the next event.
    #[must_use]
    pub fn next_at(&self) -> Option<Instant> {
        self.heap.peek().map(|entry| entry.at)
    }

    /// Takes the next event out.
    pub fn pop(&mut self) -> Option<(Instant, E)> {
        self.heap.pop().map(|entry| (entry.at, entry.event))
    }
}

impl<E> Ord for Entry<E> {
    /// The standard heap gives the greatest first, so the earliest has to be the greatest.
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at, other.sequence).cmp(&(self.at, self.sequence))
    }
}

impl<E> PartialOrd for Entry<E> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<E> PartialEq for Entry<E> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl<E> Eq for Entry<E> {}

#[cfg(test)]
mod tests {
    use super::*;

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
}
