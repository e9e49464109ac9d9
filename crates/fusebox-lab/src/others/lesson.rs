//! The minimal class of the lesson, in Python, with its flaws.
//!
//! - Failures are counted without a window: time never forgets one, and one success forgets all.
//! - A late success closes a half-open breaker, although it is no trial.
//! - The number of trials is set to 0 and never grows, so its limit never refuses a call.
//! - A late failure while it is open begins the cooldown anew.
//!
//! The model runs the class line by line: it notes each line that runs, with the variables after it.

use super::Basis;
use super::class::{Line, Variables};
use super::model::{Admitted, Fate, Model, Pass};
use super::setup::{Setup, lacks};
use crate::tape::Reply;
use crate::words::plural;
use fusebox::time::{Duration, Instant};
use fusebox::{BreakerConfig, Growth, StateName, Window};

struct Lesson {
    failure_threshold: u32,
    cooldown: Duration,
    trial_limit: u32,
    now: Variables,
    generation: u64,
    lines: Vec<Line>,
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
        trial_limit: trials,
        now: Variables::default(),
        generation: 0,
        lines: Vec::new(),
    };
    (Box::new(model), setup)
}

impl Lesson {
    /// Notes lines that run and change nothing, or the last of which has just changed a variable.
    fn ran(&mut self, lines: impl IntoIterator<Item = u32>) {
        let after = self.now;
        self.lines.extend(lines.into_iter().map(|number| Line { number, after }));
    }

    /// Sets the state, as a line does.
    fn enter(&mut self, state: StateName, line: u32) {
        self.generation += u64::from(state != self.now.state);
        self.now.state = state;
        self.ran([line]);
    }

    /// Opens it, as two lines do.
    fn open(&mut self, now: Instant, line: u32) {
        self.enter(StateName::Open, line);
        self.now.opened_at = Some(now);
        self.ran([line + 1]);
    }

    fn succeed(&mut self, is_late: bool) -> (Fate, String) {
        let before = self.now.failures;
        let why = match self.now.state {
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
        self.ran([27, 28]);
        let is_counted = self.now.state != StateName::Open;
        if is_counted {
            self.now.failures = 0;
            self.ran([29]);
            self.enter(StateName::Closed, 30);
        }
        self.ran([31]);
        (if is_counted { Fate::Counted } else { Fate::Neutral }, why)
    }

    fn fail(&mut self, now: Instant, is_late: bool) -> (Fate, String) {
        self.ran([32, 33]);
        self.now.failures += 1;
        self.ran([34, 35]);
        let (failures, threshold) = (self.now.failures, self.failure_threshold);
        let why = match self.now.state {
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
        if self.now.state == StateName::HalfOpen {
            self.open(now, 36);
        } else {
            self.ran([38]);
            if failures >= threshold {
                self.open(now, 39);
            }
        }
        self.ran([41]);
        (Fate::Counted, why)
    }

    /// What the class does before it calls the dependency; for a rejection, the reason.
    fn enters(&mut self, now: Instant) -> Result<String, String> {
        self.ran([13, 14, 15]);
        match self.now.state {
            StateName::Open => {
                let elapsed = now.since(self.now.opened_at.unwrap_or(now));
                self.now.elapsed = Some(elapsed);
                self.ran([16, 17]);
                if elapsed < self.cooldown {
                    self.ran([21]);
                    let left = self.cooldown.saturating_sub(elapsed);
                    return Err(format!("Open for another {left}."));
                }
                self.enter(StateName::HalfOpen, 18);
                self.now.trials = 0;
                self.ran([19]);
                Ok(format!("The cooldown of {} is over: half-open.", self.cooldown))
            }
            StateName::HalfOpen => {
                self.ran([22]);
                if self.now.trials >= self.trial_limit {
                    self.ran([24]);
                    return Err("All trials are taken.".to_owned());
                }
                let why = "Let through: the class never counts its trials, so trial_limit never \
                           refuses one.";
                Ok(why.to_owned())
            }
            StateName::Closed => {
                self.ran([22]);
                Ok(String::new())
            }
        }
    }
}

impl Model for Lesson {
    fn try_acquire(&mut self, now: Instant) -> Result<Admitted, String> {
        self.now.elapsed = None;
        let why = self.enters(now)?;
        self.ran([25, 26]);
        Ok(Admitted { pass: Pass { began: now, generation: self.generation, permit: None }, why })
    }

    fn report(&mut self, now: Instant, pass: Pass, reply: Reply) -> (Fate, String) {
        if self.lines.is_empty() {
            // A call of an earlier step ends, which has variables of its own.
            self.now.elapsed = None;
        }
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
        self.now.state
    }

    fn lines(&mut self) -> Vec<Line> {
        std::mem::take(&mut self.lines)
    }
}
