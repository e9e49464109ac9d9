//! The state of a breaker as data, to keep it across a restart or move it to another process.

use super::memory::{Memory, SavedWindow};
use super::state::Mode;
use super::{BreakerConfig, CircuitBreaker, Machine};
use crate::backoff::Delays;
use crate::config::ConfigError;
use crate::time::{Duration, Instant};

/// An exported breaker. It has durations in place of moments, since clocks differ between
/// processes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The mode that was set.
    pub mode: Mode,
    /// The state that the breaker was in.
    pub state: SavedState,
    /// How many times the cooldown has grown since the breaker was last closed.
    pub cooldowns: u32,
    /// What the window held.
    pub window: SavedWindow,
}

/// The states of a [`Snapshot`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SavedState {
    /// Closed.
    Closed,
    /// Open.
    Open {
        /// What is left of the cooldown.
        left: Duration,
    },
    /// Half-open; its trials belong to the old process, so a new one begins with a trial at once.
    HalfOpen,
}

impl Snapshot {
    /// The snapshot after this much time in which the breaker did not run.
    #[must_use]
    pub fn aged(mut self, passed: Duration) -> Self {
        if let SavedState::Open { left } = &mut self.state {
            *left = left.saturating_sub(passed);
        }
        if let SavedWindow::Time(calls) = &mut self.window {
            for (age, _) in calls {
                *age = age.saturating_add(passed);
            }
        }
        self
    }
}

impl CircuitBreaker {
    /// The state as data; calls in flight are not part of it.
    #[must_use]
    pub fn export(&self, now: Instant) -> Snapshot {
        let state = match self.machine {
            Machine::Open { until, .. } => SavedState::Open { left: until.since(now) },
            Machine::HalfOpen { .. } => SavedState::HalfOpen,
            _ => SavedState::Closed,
        };
        Snapshot {
            mode: self.mode(),
            state,
            cooldowns: self.delays.count(),
            window: self.memory.export(now),
        }
    }

    /// A breaker that continues from a snapshot.
    ///
    /// A window of another kind than the exported one begins empty; of a longer one, only what fits
    /// is kept.
    ///
    /// # Errors
    /// When a setting is outside the range that [`BreakerConfig`] states.
    pub fn import(
        config: BreakerConfig,
        seed: u64,
        now: Instant,
        snapshot: &Snapshot,
    ) -> Result<Self, ConfigError> {
        let mut breaker = Self::new(config, seed)?;
        breaker.delays = Delays::after(snapshot.cooldowns);
        breaker.machine = match (snapshot.mode, snapshot.state) {
            (Mode::Enforce, SavedState::Closed) => Machine::Closed,
            (Mode::Enforce, SavedState::Open { left }) => {
                Machine::Open { until: now + left, cooldown: left }
            }
            (Mode::Enforce, SavedState::HalfOpen) => {
                Machine::Open { until: now, cooldown: Duration::ZERO }
            }
            (mode, _) => Machine::of(mode),
        };
        if matches!(breaker.machine, Machine::Closed | Machine::Shadow(_)) {
            breaker.memory = Memory::import(config.window, now, &snapshot.window);
        }
        Ok(breaker)
    }
}
