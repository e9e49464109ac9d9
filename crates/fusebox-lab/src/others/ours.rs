//! The breaker of the engine, as one that plays a tape.

use super::model::{Admitted, Fate, Model, Pass};
use super::setup::Setup;
use crate::settings;
use crate::tape::Reply;
use crate::words::{plural, sentence, share};
use fusebox::time::Instant;
use fusebox::{
    BreakerConfig, CircuitBreaker, ConfigError, Failure, Outcome, Recorded, Rejection, Rule,
    RuleStatus, State, StateName,
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

    /// The newest transition in sentences, if it is newer than that generation.
    fn changed(&self, generation: u64) -> Option<String> {
        let last = self.0.last_transition().filter(|_| self.0.generation() != generation)?;
        let what = match (last.from, last.to) {
            (StateName::HalfOpen, StateName::Open) => "It opens again",
            (_, StateName::Open) => "It opens",
            (_, StateName::HalfOpen) => "It is half-open",
            (_, StateName::Closed) => "It closes",
        };
        Some(format!("{what}: {}.", last.cause))
    }

    /// How far the window or the trials are from a change of state.
    fn holds(&self, now: Instant) -> String {
        if let State::HalfOpen { passed, failed, .. } = self.0.state() {
            let needed = self.0.config().trials_to_close;
            return format!("{passed} of {needed} trials passed, {failed} failed.");
        }
        self.0.rules(now).first().map(counted).unwrap_or_default()
    }
}

/// What a rule has counted, what it asks for, and what is missing.
fn counted(status: &RuleStatus) -> String {
    let RuleStatus { rule, window, counted, calls, min_calls, missing, .. } = *status;
    let more = missing.map_or_else(String::new, |missing| {
        let trip = if missing == 1 { "trips" } else { "trip" };
        format!(": {missing} more {trip} it")
    });
    let of_calls = |what: &str| {
        let percent = share(counted.into(), calls.into());
        format!("{counted} of {} {what}, {percent}", plural(calls.into(), "call", "calls"))
    };
    let early = |rate| format!("{rate} trips it, once there are {min_calls} calls");
    let first = match rule {
        Rule::Failures(limit) => format!("{counted} of {limit} failures {window}{more}"),
        Rule::Overdue(rule) => {
            format!("{counted} of {} calls in flight for over {}{more}", rule.calls, rule.after)
        }
        Rule::FailureRate(rate) if calls < min_calls => {
            format!("{}: {}", of_calls("failed"), early(rate))
        }
        Rule::SlowRate(slow) if calls < min_calls => {
            format!("{}: {}", of_calls("slow"), early(slow.rate))
        }
        Rule::FailureRate(rate) => format!("{}: {rate} trips it", of_calls("failed")),
        Rule::SlowRate(slow) => format!("{}: {} trips it", of_calls("slow"), slow.rate),
    };
    format!("{first}.")
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
