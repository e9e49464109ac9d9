//! The trials of a half-open breaker.

use crate::time::{Duration, Instant};
use alloc::vec::Vec;
use core::num::NonZeroU64;

/// The trials of one half-open cycle; between cycles it only keeps its room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Trials {
    /// Number and end of lease of each trial under way.
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

    /// Trials under way.
    pub(super) fn running(&self) -> u32 {
        u32::try_from(self.running.len()).unwrap_or(u32::MAX)
    }

    /// When the first lease of a trial under way ends.
    pub(super) fn lease_ends(&self) -> Option<Instant> {
        self.running.iter().map(|&(_, end)| end).min()
    }

    /// The number of a new trial, or the end of the first lease where none is left.
    pub(super) fn acquire(
        &mut self,
        now: Instant,
        lease: Duration,
        limit: u32,
    ) -> Result<NonZeroU64, Instant> {
        self.take_back(now);
        if self.running() + self.passed + self.failed >= limit {
            return Err(self.lease_ends().unwrap_or(now));
        }
        let number = NonZeroU64::MIN.saturating_add(self.last);
        self.last = number.get();
        self.running.push((number, now + lease));
        Ok(number)
    }

    /// Takes the permits back whose lease has ended.
    fn take_back(&mut self, now: Instant) {
        self.running.retain(|&(_, end)| now < end);
    }

    /// Takes what a trial found; false where its lease had ended and its permit was taken back.
    pub(super) fn finish(
        &mut self,
        now: Instant,
        trial: Option<NonZeroU64>,
        finding: Finding,
    ) -> bool {
        self.take_back(now);
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
