//! The trials of a half-open breaker.

use crate::time::{Duration, Instant};
use alloc::vec::Vec;
use core::num::NonZeroU64;

/// The trials of one half-open cycle; between cycles it only keeps its room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Trials {
    /// The number of each trial in flight, and when it times out.
    running: Vec<(NonZeroU64, Instant)>,
    /// The number of the newest trial.
    last: u64,
    pub(super) passed: u32,
    /// Trials that failed, or succeeded too slowly.
    pub(super) failed: u32,
    /// Those of them that were slow.
    pub(super) slow: u32,
}

/// What a trial says about the dependency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Finding {
    Passed,
    Failed,
    Slow,
    Nothing,
}

impl Trials {
    pub(super) fn new(limit: u32) -> Self {
        Self { running: Vec::with_capacity(limit as usize), last: 0, passed: 0, failed: 0, slow: 0 }
    }

    /// Begins a new cycle.
    pub(super) fn clear(&mut self) {
        self.running.clear();
        (self.last, self.passed, self.failed, self.slow) = (0, 0, 0, 0);
    }

    /// Trials in flight.
    pub(super) fn running(&self) -> u32 {
        u32::try_from(self.running.len()).unwrap_or(u32::MAX)
    }

    /// When the next trial times out.
    pub(super) fn next_timeout(&self) -> Option<Instant> {
        self.running.iter().map(|&(_, end)| end).min()
    }

    /// The number of a new trial, or, if no place is free, when the next one times out.
    pub(super) fn acquire(
        &mut self,
        now: Instant,
        trial_timeout: Duration,
        limit: u32,
    ) -> Result<NonZeroU64, Instant> {
        self.drop_timed_out(now);
        if self.running() + self.passed + self.failed >= limit {
            return Err(self.next_timeout().unwrap_or(now));
        }
        let number = NonZeroU64::MIN.saturating_add(self.last);
        self.last = number.get();
        self.running.push((number, now + trial_timeout));
        Ok(number)
    }

    /// Takes back the permits of trials that have timed out.
    fn drop_timed_out(&mut self, now: Instant) {
        self.running.retain(|&(_, end)| now < end);
    }

    /// Records what a trial found; false if the trial had timed out before.
    pub(super) fn finish(
        &mut self,
        now: Instant,
        trial: Option<NonZeroU64>,
        finding: Finding,
    ) -> bool {
        self.drop_timed_out(now);
        let running = self.running.iter().position(|&(running, _)| Some(running) == trial);
        let Some(place) = running else { return false };
        self.running.swap_remove(place);
        match finding {
            Finding::Passed => self.passed += 1,
            Finding::Failed => self.failed += 1,
            Finding::Slow => (self.failed, self.slow) = (self.failed + 1, self.slow + 1),
            Finding::Nothing => {}
        }
        true
    }
}
