//! A limited number of slots, so that one dependency cannot take every worker.

use crate::config::{ConfigError, require_in};
use crate::outcome::Rejection;
use crate::time::{Duration, Instant};
use alloc::collections::VecDeque;

crate::settings! {
    /// The settings of a [`Bulkhead`].
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct BulkheadConfig in "bulkhead" {
        /// Calls at the same time; with 0, every call is rejected.
        slots: u32 = 20, SLOTS: 0..=1_000_000;
        /// Calls that may wait for a slot.
        queue: u32 = 10, QUEUE: 0..=1_000_000;
        /// The max wait for a slot.
        max_wait: Duration = Duration::from_millis(100), MAX_WAIT: Duration::ZERO..=Duration::DAY;
    }
}

/// A caller in the queue, by its own name for the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiter(pub u64);

/// A slot that was taken, to be given back by [`Bulkhead::release`].
#[cfg_attr(feature = "checkpoint", derive(Clone))]
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a slot is to be released"]
pub struct Slot(());

/// What an admitted caller gets.
#[derive(Debug, PartialEq, Eq)]
pub enum Admission {
    /// A slot was free.
    Slot(Slot),
    /// Wait for a grant until this moment, and then call [`Bulkhead::leave_queue`].
    Queued {
        /// When the max wait is over.
        until: Instant,
        /// How many callers are ahead in the queue.
        ahead: u32,
    },
}

/// Slots and a queue, shared by the calls of one pipeline.
///
/// Callers beyond the slots wait in a bounded queue, first come first served. Giving a slot back
/// and granting it to the next caller are separate steps: [`Bulkhead::poll_grant`] hands free slots
/// to the queue, and no later caller overtakes it. So the number of slots can change while calls
/// are in flight: a decrease takes no slot away, and an increase goes to the queue.
///
/// ```
/// use fusebox::{Admission, Bulkhead, BulkheadConfig, Waiter};
/// use fusebox::time::Instant;
///
/// let now = Instant::ZERO;
/// let config = BulkheadConfig { slots: 1, ..BulkheadConfig::default() };
/// let mut bulkhead = Bulkhead::new(config)?;
/// let Ok(Admission::Slot(slot)) = bulkhead.try_acquire(now, Waiter(1)) else { panic!("full") };
/// assert!(matches!(bulkhead.try_acquire(now, Waiter(2)), Ok(Admission::Queued { .. })));
/// bulkhead.release(slot);
/// let (next, slot) = bulkhead.poll_grant().expect("a free slot and one that waits");
/// assert_eq!(next, Waiter(2));
/// bulkhead.release(slot);
/// assert_eq!(bulkhead.poll_grant(), None);
/// # Ok::<(), fusebox::ConfigError>(())
/// ```
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
        config.check_ranges()?;
        Ok(Self { config, taken: 0, queue: VecDeque::new() })
    }

    /// The settings.
    #[must_use]
    pub const fn config(&self) -> &BulkheadConfig {
        &self.config
    }

    /// Changes the number of slots to 0 to 1,000,000.
    ///
    /// A call keeps its slot, so after a decrease more slots may be taken than there are, and
    /// queued callers stay queued. After an increase, call [`Bulkhead::poll_grant`].
    ///
    /// # Errors
    /// When the number is outside that range; then nothing has changed.
    pub fn set_slots(&mut self, slots: u32) -> Result<(), ConfigError> {
        self.config.slots = require_in(&BulkheadConfig::SLOTS, "bulkhead.slots", slots)?;
        Ok(())
    }

    /// Changes the settings: the slots as [`Bulkhead::set_slots`] does. Callers in the queue stay there
    /// until the moment that they were told, also if it is now longer than it may be.
    ///
    /// # Errors
    /// When a setting is outside its range; then nothing has changed.
    pub fn reconfigure(&mut self, config: BulkheadConfig) -> Result<(), ConfigError> {
        config.check_ranges()?;
        self.config = config;
        Ok(())
    }

    /// Asks for a slot, or for a place in the queue.
    ///
    /// A free slot goes to queued callers first.
    ///
    /// # Errors
    /// When all slots and the queue are full, or there are no slots at all.
    pub fn try_acquire(&mut self, now: Instant, waiter: Waiter) -> Result<Admission, Rejection> {
        if self.taken < self.config.slots && self.queue.is_empty() {
            self.taken += 1;
            return Ok(Admission::Slot(Slot(())));
        }
        let ahead = self.waiting();
        if ahead >= self.config.queue || self.config.slots == 0 {
            let BulkheadConfig { slots, queue, .. } = self.config;
            return Err(Rejection::BulkheadFull { slots, queue });
        }
        self.queue.push_back(waiter);
        Ok(Admission::Queued { until: now + self.config.max_wait, ahead })
    }

    /// Gives a slot back; [`Bulkhead::poll_grant`] then gives it to the queue.
    #[expect(clippy::needless_pass_by_value, reason = "a release uses the slot up")]
    pub fn release(&mut self, slot: Slot) {
        let Slot(()) = slot;
        self.taken = self.taken.saturating_sub(1);
    }

    /// Takes the first caller out of the queue and gives it a free slot, if there is one; tell that
    /// caller.
    ///
    /// Call this until it returns none, after anything that may have freed a slot.
    pub fn poll_grant(&mut self) -> Option<(Waiter, Slot)> {
        if self.taken >= self.config.slots {
            return None;
        }
        let waiter = self.queue.pop_front()?;
        self.taken += 1;
        Some((waiter, Slot(())))
    }

    /// Frees all slots and empties the queue, because all callers are gone.
    pub(super) fn forget(&mut self) {
        self.taken = 0;
        self.queue.clear();
    }

    /// Takes a caller that gave up out of the queue.
    pub fn leave_queue(&mut self, waiter: Waiter) {
        // All callers have the same max wait, so one that gives up is nearly always the first.
        if self.queue.front() == Some(&waiter) {
            self.queue.pop_front();
        } else {
            self.queue.retain(|&queued| queued != waiter);
        }
    }

    /// Slots taken; more than there are only after [`Bulkhead::set_slots`] has lowered their
    /// number.
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
    fn slots_then_queue_then_rejection() {
        let mut bulkhead = bulkhead(1, 1);
        let first = slot(bulkhead.try_acquire(Instant::ZERO, Waiter(1)));
        let until = Instant::from_millis(100);
        let queued = Ok(Admission::Queued { until, ahead: 0 });
        assert_eq!(bulkhead.try_acquire(Instant::ZERO, Waiter(2)), queued);
        let rejected = Err(Rejection::BulkheadFull { slots: 1, queue: 1 });
        assert_eq!(bulkhead.try_acquire(Instant::ZERO, Waiter(3)), rejected);
        bulkhead.release(first);
        let (next, second) = bulkhead.poll_grant().unwrap();
        assert_eq!((next, bulkhead.taken()), (Waiter(2), 1));
        bulkhead.release(second);
        assert_eq!((bulkhead.poll_grant(), bulkhead.taken()), (None, 0));
    }

    #[test]
    fn who_waits_behind_one_that_gave_up_still_gets_in() {
        let mut bulkhead = bulkhead(1, 2);
        let first = slot(bulkhead.try_acquire(Instant::ZERO, Waiter(1)));
        for waiter in [2, 3] {
            assert!(bulkhead.try_acquire(Instant::ZERO, Waiter(waiter)).is_ok());
        }
        bulkhead.leave_queue(Waiter(2));
        bulkhead.release(first);
        assert_eq!(bulkhead.poll_grant().unwrap().0, Waiter(3));
    }

    #[test]
    fn a_new_arrival_does_not_overtake_who_waits_for_a_free_slot() {
        let mut bulkhead = bulkhead(1, 2);
        let first = slot(bulkhead.try_acquire(Instant::ZERO, Waiter(1)));
        assert!(bulkhead.try_acquire(Instant::ZERO, Waiter(2)).is_ok());
        bulkhead.release(first);
        let late = bulkhead.try_acquire(Instant::ZERO, Waiter(3));
        assert!(matches!(late, Ok(Admission::Queued { ahead: 1, .. })), "{late:?}");
        assert_eq!(bulkhead.poll_grant().unwrap().0, Waiter(2));
        assert_eq!(bulkhead.poll_grant(), None);
    }

    #[test]
    fn fewer_slots_take_none_away_and_more_go_to_who_waits() {
        let mut bulkhead = bulkhead(2, 3);
        let mut taken: Vec<Slot> =
            (1..=2).map(|n| slot(bulkhead.try_acquire(Instant::ZERO, Waiter(n)))).collect();
        for waiter in 3..=5 {
            assert!(bulkhead.try_acquire(Instant::ZERO, Waiter(waiter)).is_ok());
        }
        bulkhead.set_slots(1).unwrap();
        bulkhead.release(taken.pop().unwrap());
        assert_eq!((bulkhead.taken(), bulkhead.poll_grant()), (1, None));
        bulkhead.set_slots(3).unwrap();
        let granted = core::iter::from_fn(|| bulkhead.poll_grant().map(|(waiter, _)| waiter));
        assert_eq!(granted.collect::<Vec<_>>(), [Waiter(3), Waiter(4)]);
        assert_eq!((bulkhead.taken(), bulkhead.waiting()), (3, 1));
        assert_eq!(bulkhead.set_slots(1_000_001).unwrap_err().field, "bulkhead.slots");
        assert_eq!(bulkhead.config().slots, 3);
    }

    #[test]
    fn no_slots_reject_everything() {
        let mut bulkhead = bulkhead(0, 10);
        let rejected = Err(Rejection::BulkheadFull { slots: 0, queue: 10 });
        assert_eq!(bulkhead.try_acquire(Instant::ZERO, Waiter(1)), rejected);
    }
}
