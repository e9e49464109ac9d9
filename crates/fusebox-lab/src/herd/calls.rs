//! What became of the calls of a lane.

use fusebox_sim::Counters;

/// Of five calls, an outcome that counts as good answers more than this many.
pub(super) const ANSWERED_OF_FIVE: u64 = 4;

/// What became of the calls of a lane. Answered, failed and waiting calls are all its calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LaneCalls {
    /// Calls that were answered.
    pub answered: u64,
    /// Calls that failed, or that the client abandoned.
    pub failed: u64,
    /// Calls that were still waiting for their answer at the end of the run.
    pub waiting: u64,
    /// The failed calls that reached the client deadline.
    pub gave_up: u64,
    /// Retries that a budget refused.
    pub refused: u64,
    /// Attempts that a breaker rejected.
    pub rejected: u64,
}

impl LaneCalls {
    /// All calls.
    #[must_use]
    pub const fn all(&self) -> u64 {
        self.answered + self.failed + self.waiting
    }

    /// Whether more than four fifths of the calls are answered, so that fewer than a fifth can have failed.
    pub(super) const fn are_mostly_answered(&self) -> bool {
        5 * self.answered > ANSWERED_OF_FIVE * self.all()
    }

    pub(super) fn of(counters: &Counters) -> Self {
        let (answered, failed) = (counters.useful(), counters.errors());
        Self {
            answered,
            failed,
            waiting: (counters.calls + counters.carried).saturating_sub(answered + failed),
            gave_up: counters.gave_up,
            refused: counters.layers.budget_refusals,
            rejected: counters.layers.breaker_rejections,
        }
    }
}
