//! The database: so many queries at the same time, a queue for the rest, and faults.

use crate::rng::{Label, Rng};
use crate::sim::chance::draw;
use crate::sim::fault::Fault;
use crate::sim::scenario::DatabaseConfig;
use crate::time::{Duration, Instant};
use std::collections::VecDeque;

const TIME: Label = Label::new("database time");
const FLAKY: Label = Label::new("database flaky");

/// An attempt, as the database knows it: whom to answer, and the chance that is its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Query<W> {
    /// Whom to answer.
    pub(super) whom: W,
    /// Draws for a query depend on this and the seed alone, so that the same query takes the same
    /// time in every run in which it is made.
    pub(super) key: u64,
}

/// What becomes of a query that arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arrival {
    /// It is worked on in this slot, and is done then.
    Started(Started),
    /// It waits.
    Queued,
    /// The queue is full.
    Full,
    /// Nobody is there.
    Refused,
}

/// A query that the database has begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Started {
    pub(super) slot: u32,
    pub(super) done_at: Instant,
}

/// The end of a query.
#[derive(Debug)]
pub(super) struct Finished<W> {
    pub(super) query: Query<W>,
    pub(super) succeeded: bool,
}

#[derive(Debug)]
pub(super) struct Database<W> {
    config: DatabaseConfig,
    seed: u64,
    fault: Option<Fault>,
    /// The query in each slot.
    slots: Vec<Option<Query<W>>>,
    free: Vec<u32>,
    queue: VecDeque<Query<W>>,
    /// Slots whose query would be done, had the database not hung.
    stalled: Vec<u32>,
    /// Counts the crashes; what was begun before one never ends.
    epoch: u32,
}

impl<W: Copy> Database<W> {
    pub(super) fn new(config: DatabaseConfig, seed: u64) -> Self {
        Self {
            config,
            seed,
            fault: None,
            slots: vec![None; config.slots as usize],
            free: (0..config.slots).rev().collect(),
            queue: VecDeque::new(),
            stalled: Vec::new(),
            epoch: 0,
        }
    }

    pub(super) const fn fault(&self) -> Option<Fault> {
        self.fault
    }

    pub(super) const fn epoch(&self) -> u32 {
        self.epoch
    }

    pub(super) fn busy(&self) -> u32 {
        count(self.slots.len() - self.free.len())
    }

    pub(super) fn queued(&self) -> u32 {
        count(self.queue.len())
    }

    pub(super) fn arrive(&mut self, now: Instant, query: Query<W>) -> Arrival {
        if self.fault == Some(Fault::Down) {
            Arrival::Refused
        } else if let Some(slot) = self.free.pop() {
            Arrival::Started(self.begin(now, slot, query))
        } else if self.queued() < self.config.queue {
            self.queue.push_back(query);
            Arrival::Queued
        } else {
            Arrival::Full
        }
    }

    /// Ends the query of a slot, and begins the next in the queue there.
    ///
    /// A database that hangs ends nothing; [`Database::set_fault`] gives the slot back later.
    pub(super) fn finish(
        &mut self,
        now: Instant,
        slot: u32,
    ) -> (Option<Finished<W>>, Option<Started>) {
        if self.fault == Some(Fault::Hang) {
            self.stalled.push(slot);
            return (None, None);
        }
        let finished = self.slots[slot as usize]
            .take()
            .map(|query| Finished { succeeded: !self.fails(&query), query });
        let next = self.queue.pop_front().map(|query| self.begin(now, slot, query));
        if next.is_none() {
            self.free.push(slot);
        }
        (finished, next)
    }

    /// Sets or heals the fault; gives the slots that are done now that it no longer hangs.
    #[must_use]
    pub(super) fn set_fault(&mut self, fault: Option<Fault>) -> Vec<u32> {
        self.fault = fault;
        if fault == Some(Fault::Hang) { Vec::new() } else { std::mem::take(&mut self.stalled) }
    }

    /// Loses all that is under way; gives whom to tell.
    #[must_use]
    pub(super) fn crash(&mut self) -> Vec<W> {
        self.epoch += 1;
        self.stalled.clear();
        self.free = (0..self.config.slots).rev().collect();
        let under_way = self.slots.iter_mut().filter_map(Option::take);
        under_way.chain(self.queue.drain(..)).map(|query| query.whom).collect()
    }

    fn begin(&mut self, now: Instant, slot: u32, query: Query<W>) -> Started {
        self.slots[slot as usize] = Some(query);
        Started { slot, done_at: now + self.time(&query) }
    }

    fn time(&self, query: &Query<W>) -> Duration {
        let mut rng = Rng::labelled(self.seed, TIME, query.key);
        let time = draw(self.config.time, self.config.spread, &mut rng);
        match self.fault {
            Some(Fault::Slow { factor }) => time.saturating_mul(u64::from(factor)),
            _ => time,
        }
    }

    fn fails(&self, query: &Query<W>) -> bool {
        match self.fault {
            Some(Fault::Flaky { per_mille }) => {
                Rng::labelled(self.seed, FLAKY, query.key).chance(per_mille)
            }
            _ => false,
        }
    }
}

fn count(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}
