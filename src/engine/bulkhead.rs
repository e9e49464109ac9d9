//! A number of slots, so that one dependency cannot take every worker.
//!
//! Callers beyond the slots wait in a bounded queue, first come first served.

use crate::engine::config::{ConfigError, require};
use crate::engine::outcome::Rejection;
use crate::time::{Duration, Instant};
use alloc::collections::VecDeque;

/// The settings of a [`Bulkhead`]; the default is 20 slots, and 10 callers that wait up to 100 ms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BulkheadConfig {
    /// Calls at the same time: 0, which refuses everything, to 1,000,000.
    pub slots: u32,
    /// Callers that may wait for a slot: 0 to 1,000,000.
    pub queue: u32,
    /// The longest that one waits: up to 1 day.
    pub max_wait: Duration,
}

impl Default for BulkheadConfig {
    fn default() -> Self {
        Self { slots: 20, queue: 10, max_wait: Duration::from_millis(100) }
    }
}

/// A caller in the queue, by the name that it gave itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiter(pub u64);

/// A slot that was taken, to be given back by [`Bulkhead::release`].
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a slot is to be released"]
pub struct Slot(());

/// What a bulkhead answers to who may come in.
#[derive(Debug, PartialEq, Eq)]
pub enum Admission {
    /// Come in.
    Slot(Slot),
    /// Wait, until granted or until this moment, and then call [`Bulkhead::leave_queue`].
    Queued {
        /// The end of the longest wait.
        until: Instant,
        /// How many are ahead.
        ahead: u32,
    },
}

/// Slots and a queue, shared by the calls of one pipeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bulkhead {
    config: BulkheadConfig,
    taken: u32,
    queue: VecDeque<Waiter>,
}

impl Bulkhead {
    /// An empty bulkhead.
    ///
    /// # Errors
    /// When a setting is outside the range that [`BulkheadConfig`] states.
    pub fn new(config: BulkheadConfig) -> Result<Self, ConfigError> {
        let BulkheadConfig { slots, queue, max_wait } = config;
        require(slots <= 1_000_000, "bulkhead.slots", slots, "0 to 1,000,000")?;
        require(queue <= 1_000_000, "bulkhead.queue", queue, "0 to 1,000,000")?;
        let day = Duration::from_secs(86_400);
        require(max_wait <= day, "bulkhead.max_wait", max_wait, "at most 1 day")?;
        Ok(Self { config, taken: 0, queue: VecDeque::new() })
    }

    /// The settings.
    #[must_use]
    pub const fn config(&self) -> &BulkheadConfig {
        &self.config
    }

    /// Asks for a slot, or for a place in the queue.
    ///
    /// # Errors
    /// When slots and queue are full.
    pub fn try_acquire(&mut self, now: Instant, waiter: Waiter) -> Result<Admission, Rejection> {
        if self.taken < self.config.slots {
            self.taken += 1;
            return Ok(Admission::Slot(Slot(())));
        }
        let ahead = self.waiting();
        if ahead >= self.config.queue || self.config.slots == 0 {
            return Err(Rejection::BulkheadFull);
        }
        self.queue.push_back(waiter);
        Ok(Admission::Queued { until: now + self.config.max_wait, ahead })
    }

    /// Gives a slot back; it goes to the first in the queue, who is returned and is to be told.
    pub fn release(&mut self, slot: Slot) -> Option<(Waiter, Slot)> {
        let next = self.queue.pop_front();
        if next.is_none() {
            self.taken = self.taken.saturating_sub(1);
        }
        next.map(|waiter| (waiter, slot))
    }

    /// Takes a waiter that gave up out of the queue.
    pub fn leave_queue(&mut self, waiter: Waiter) {
        // All wait equally long, so that who gives up is nearly always the first.
        if self.queue.front() == Some(&waiter) {
            self.queue.pop_front();
        } else {
            self.queue.retain(|&queued| queued != waiter);
        }
    }

    /// Slots taken.
    #[must_use]
    pub const fn taken(&self) -> u32 {
        self.taken
    }

    /// Callers in the queue.
    #[must_use]
    pub fn waiting(&self) -> u32 {
        u32::try_from(self.queue.len()).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bulkhead(slots: u32, queue: u32) -> Bulkhead {
        let config = BulkheadConfig { slots, queue, ..BulkheadConfig::default() };
        Bulkhead::new(config).unwrap()
    }

    fn slot(admission: Result<Admission, Rejection>) -> Slot {
        match admission {
            Ok(Admission::Slot(slot)) => slot,
            other => panic!("no slot: {other:?}"),
        }
    }

    #[test]
    fn slots_then_queue_then_refusal() {
        let mut bulkhead = bulkhead(1, 1);
        let first = slot(bulkhead.try_acquire(Instant::ZERO, Waiter(1)));
        let until = Instant::from_millis(100);
        let queued = Ok(Admission::Queued { until, ahead: 0 });
        assert_eq!(bulkhead.try_acquire(Instant::ZERO, Waiter(2)), queued);
        let refused = Err(Rejection::BulkheadFull);
        assert_eq!(bulkhead.try_acquire(Instant::ZERO, Waiter(3)), refused);
        let (next, second) = bulkhead.release(first).unwrap();
        assert_eq!((next, bulkhead.taken()), (Waiter(2), 1));
        assert_eq!((bulkhead.release(second), bulkhead.taken()), (None, 0));
    }

    #[test]
    fn who_waits_behind_one_that_gave_up_still_gets_in() {
        let mut bulkhead = bulkhead(1, 2);
        let first = slot(bulkhead.try_acquire(Instant::ZERO, Waiter(1)));
        for waiter in [2, 3] {
            assert!(bulkhead.try_acquire(Instant::ZERO, Waiter(waiter)).is_ok());
        }
        bulkhead.leave_queue(Waiter(2));
        assert_eq!(bulkhead.release(first).unwrap().0, Waiter(3));
    }

    #[test]
    fn no_slots_refuse_everything() {
        let mut bulkhead = bulkhead(0, 10);
        assert_eq!(bulkhead.try_acquire(Instant::ZERO, Waiter(1)), Err(Rejection::BulkheadFull));
    }
}
