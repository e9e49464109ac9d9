//! The breaker of the engine, as one that plays a tape.

use super::model::{Admitted, Fate, Model, Pass};
use super::setup::Setup;
use crate::settings;
use crate::tape::Reply;
use crate::words::{plural, sentence};
use fusebox::time::Instant;
use fusebox::{
    BreakerConfig, CircuitBreaker, ConfigError, Failure, Outcome, Recorded, Rejection, State,
    StateName,
};

/// The seed of a cooldown with jitter.
pub(super) const SEED: u64 = 42;

pub(super) struct Ours(CircuitBreaker);

/// The settings of ours that are not the default.
pub(super) fn setup(config: &BreakerConfig) -> Setup {
    let changed = settings::differences(&BreakerConfig::default(), config);
    let settings = changed.into_iter().map(|it| (it.spec.key, it.to)).collect();
    Setup { settings, lacks: Vec::new() }
}

impl Ours {
    pub(super) fn new(config: BreakerConfig) -> Result<Self, ConfigError> {
        CircuitBreaker::new(config, SEED).map(Self)
    }

    pub(super) fn into_breaker(self) -> CircuitBreaker {
        self.0
    }

    /// The newest transition as a sentence, if it is newer than that generation.
    fn changed(&self, generation: u64) -> Option<String> {
        let last = self.0.last_transition().filter(|_| self.0.generation() != generation)?;
        Some(sentence(&format!("{}: from {} to {}", last.cause, last.from, last.to)))
    }

    /// What the window or the trials hold after a call.
    fn holds(&self, now: Instant) -> String {
        if let State::HalfOpen { passed, failed, .. } = self.0.state() {
            let needed = self.0.config().trials_to_close;
            return format!("{passed} of {needed} trials passed, {failed} failed.");
        }
        let counts = self.0.window(now);
        let failures = plural(counts.failures.into(), "failure", "failures");
        format!(
            "The window holds {failures} of {}.",
            plural(counts.calls().into(), "call", "calls")
        )
    }
}

impl Model for Ours {
    fn try_acquire(&mut self, now: Instant) -> Result<Admitted, String> {
        let generation = self.0.generation();
        let permit = self.0.try_acquire(now).map_err(|rejection| match rejection {
            Rejection::BreakerOpen { retry_after, .. } => {
                format!("Open for another {retry_after}.")
            }
            Rejection::TrialsTaken { .. } => "All trials are taken.".to_owned(),
            other => sentence(&other.to_string()),
        })?;
        let pass = Pass { began: now, generation: 0, permit: Some(permit) };
        Ok(Admitted { pass, why: self.changed(generation).unwrap_or_default() })
    }

    fn report(&mut self, now: Instant, pass: Pass, reply: Reply) -> (Fate, String) {
        let Some(permit) = pass.permit else { return (Fate::Nothing, String::new()) };
        let outcome = match reply {
            Reply::Success | Reply::Slow => Outcome::Success,
            Reply::Failure => Outcome::Failure(Failure::Timeout),
            Reply::Ignored => Outcome::Neutral,
        };
        let (generation, began) = (self.0.generation(), permit.began());
        let recorded = self.0.report(now, permit, outcome);
        let changed = self.changed(generation);
        match recorded {
            Recorded::Counted(entry) => {
                let slow = if entry.slow { "It was slow. " } else { "" };
                (Fate::Counted, format!("{slow}{}", changed.unwrap_or_else(|| self.holds(now))))
            }
            Recorded::Neutral => {
                let why = "It says nothing about the dependency, so it counts neither way.";
                (Fate::Neutral, changed.unwrap_or_else(|| why.to_owned()))
            }
            Recorded::Stale => {
                let why = format!(
                    "Too late: this call began at {began}, before the newest change of state, and says \
                     nothing about now."
                );
                (Fate::Stale, why)
            }
        }
    }

    fn state(&self) -> StateName {
        self.0.state().name()
    }
}
