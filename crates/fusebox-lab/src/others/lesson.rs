//! The minimal class of the lesson, in Python, with its flaws.
//!
//! - Failures are counted without a window: time never forgets one, and one success forgets all.
//! - A late success closes a half-open breaker, although it is no trial.
//! - The number of trials is set to 0 and never grows, so its limit never refuses a call.
//! - A late failure while it is open begins the cooldown anew.

use super::Basis;
use super::model::{Admitted, Fate, Model, Pass};
use super::setup::{Setup, lacks};
use crate::tape::Reply;
use crate::words::plural;
use fusebox::time::{Duration, Instant};
use fusebox::{BreakerConfig, Growth, StateName, Window};

struct Lesson {
    failure_threshold: u32,
    cooldown: Duration,
    state: StateName,
    failures: u32,
    opened_at: Instant,
    generation: u64,
}

pub(super) fn model(config: &BreakerConfig, basis: Basis) -> (Box<dyn Model>, Setup) {
    let mut setup = Setup::default();
    let (threshold, cooldown, trials) = match basis {
        Basis::Defaults => (5, Duration::from_secs(30), 2),
        Basis::Nearest => {
            setup.lacks = lacks(config, false);
            if config.window != Window::Consecutive {
                setup.lacks.push("a window");
            }
            if config.failures.is_none() {
                setup.lacks.push("a rate: its share of the minimum calls stands for it");
            }
            if config.cooldown.growth != Growth::Constant {
                setup.lacks.push("a growing cooldown");
            }
            // The number of failures that makes the rate at the minimum of calls.
            let of_rate = config.failure_rate.map_or(config.min_calls, |rate| {
                let failures = u64::from(config.min_calls) * u64::from(rate.as_per_ten_thousand());
                u32::try_from(failures.div_ceil(10_000)).unwrap_or(u32::MAX)
            });
            (config.failures.unwrap_or(of_rate), config.cooldown.base, config.trials)
        }
    };
    setup.settings = vec![
        ("failure_threshold", threshold.to_string()),
        ("cooldown", cooldown.to_string()),
        ("trial_limit", trials.to_string()),
    ];
    let model = Lesson {
        failure_threshold: threshold,
        cooldown,
        state: StateName::Closed,
        failures: 0,
        opened_at: Instant::ZERO,
        generation: 0,
    };
    (Box::new(model), setup)
}

impl Lesson {
    fn succeed(&mut self, is_late: bool) -> (Fate, String) {
        let before = self.failures;
        let why = match self.state {
            StateName::Open => "Open: a success changes nothing.".to_owned(),
            StateName::Closed if before > 0 => {
                let failures = plural(before.into(), "failure", "failures");
                format!("One success wipes all: the count goes from {failures} to 0.")
            }
            StateName::Closed => "The count of failures stays 0.".to_owned(),
            StateName::HalfOpen if is_late => {
                "A late success closes it: the class does not know which calls are trials."
                    .to_owned()
            }
            StateName::HalfOpen => "One success closes it; no second one is needed.".to_owned(),
        };
        if self.state == StateName::Open {
            return (Fate::Neutral, why);
        }
        self.failures = 0;
        self.enter(StateName::Closed);
        (Fate::Counted, why)
    }

    fn fail(&mut self, now: Instant, is_late: bool) -> (Fate, String) {
        self.failures += 1;
        let (failures, threshold) = (self.failures, self.failure_threshold);
        let why = match self.state {
            StateName::HalfOpen if is_late => {
                "A late failure opens it: the class does not know which calls are trials."
                    .to_owned()
            }
            StateName::HalfOpen => "One failure opens it again.".to_owned(),
            _ if failures < threshold => {
                format!("{failures} of {threshold} failures; time never forgets one.")
            }
            StateName::Open => "A late failure begins the cooldown anew.".to_owned(),
            StateName::Closed => {
                format!("{failures} failures reached failure_threshold {threshold}.")
            }
        };
        if self.state == StateName::HalfOpen || failures >= threshold {
            self.opened_at = now;
            self.enter(StateName::Open);
        }
        (Fate::Counted, why)
    }

    fn enter(&mut self, state: StateName) {
        self.generation += u64::from(state != self.state);
        self.state = state;
    }
}

impl Model for Lesson {
    fn try_acquire(&mut self, now: Instant) -> Result<Admitted, String> {
        let mut why = String::new();
        match self.state {
            StateName::Open => {
                let elapsed = now.since(self.opened_at);
                if elapsed < self.cooldown {
                    return Err(format!(
                        "Open for another {}.",
                        self.cooldown.saturating_sub(elapsed)
                    ));
                }
                self.enter(StateName::HalfOpen);
                why = format!("The cooldown of {} is over: half-open.", self.cooldown);
            }
            StateName::HalfOpen => {
                "Let through: the class never counts its trials, so trial_limit never refuses one."
                    .clone_into(&mut why);
            }
            StateName::Closed => {}
        }
        Ok(Admitted { pass: Pass { began: now, generation: self.generation, permit: None }, why })
    }

    fn report(&mut self, now: Instant, pass: Pass, reply: Reply) -> (Fate, String) {
        let is_late = pass.generation != self.generation;
        match reply {
            Reply::Success | Reply::Slow => self.succeed(is_late),
            Reply::Failure => self.fail(now, is_late),
            Reply::Ignored => {
                let (fate, why) = self.fail(now, is_late);
                (fate, format!("It counts every exception as a failure. {why}"))
            }
        }
    }

    fn state(&self) -> StateName {
        self.state
    }
}
