//! The trials of a half-open breaker.

use super::memory::WindowEntry;
use crate::time::{Duration, Instant};
use alloc::vec::Vec;
use core::num::NonZeroU64;

/// The trials of one half-open cycle; between cycles, only its allocation is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Trials {
    /// The number of each trial in flight, and when it times out.
    running: Vec<(NonZeroU64, Instant)>,
    /// The number of the newest trial.
    last: u64,
    pub(super) passed: u32,
    /// Trials that failed, or succeeded too slowly.
    pub(super) failed: u32,
    /// Failed trials that were slow.
    pub(super) slow: u32,
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

    /// Records the end of a trial, unless it is neutral; false if the trial had timed out before
    /// and does not pass.
    ///
    /// A success passes unless it was slow, also after the timeout.
    pub(super) fn finish(
        &mut self,
        now: Instant,
        trial: Option<NonZeroU64>,
        ended: Option<WindowEntry>,
    ) -> bool {
        self.drop_timed_out(now);
        let running = self.running.iter().position(|&(running, _)| Some(running) == trial);
        match running {
            Some(place) => drop(self.running.swap_remove(place)),
            None if ended == Some(WindowEntry { failed: false, slow: false }) => {}
            None => return false,
        }
        if let Some(WindowEntry { failed, slow }) = ended {
            self.passed += u32::from(!failed && !slow);
            self.failed += u32::from(failed || slow);
            self.slow += u32::from(!failed && slow);
        }
        true
    }
}
