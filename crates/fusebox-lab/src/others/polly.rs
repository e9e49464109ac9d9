//! Polly 8 for .NET: a ratio of failures over a sampling duration, and one trial.
//!
//! The sampling duration has ten windows, each begun by the call that needs it. The ratio is compared
//! after failures only. Every outcome that `ShouldHandle` does not handle is a success, and nothing
//! ties a result to the state in which its call began.

use super::Basis;
use super::model::{Admitted, Fate, Model, Pass};
use super::setup::{NearestRate, Setup, is_reached, lacks};
use crate::tape::Reply;
use fusebox::rng::Rng;
use fusebox::time::{Duration, Instant};
use fusebox::{
    Backoff, BackoffConfig, BreakerConfig, ConfigError, Delays, Rate, StateName, Window,
};
use std::collections::VecDeque;

const WINDOWS: u64 = 10;

/// The shortest sampling and break durations that the options accept.
const SHORTEST: Duration = Duration::from_millis(500);

struct Polly {
    failure_ratio: Rate,
    minimum_throughput: u32,
    sampling_duration: Duration,
    break_duration: Backoff,
    delays: Delays,
    rng: Rng,
    state: StateName,
    generation: u64,
    blocked_until: Instant,
    /// When each window began, its successes and its failures.
    windows: VecDeque<(Instant, u32, u32)>,
}

pub(super) fn model(
    config: &BreakerConfig,
    basis: Basis,
) -> Result<(Box<dyn Model>, Setup), ConfigError> {
    let mut setup = Setup::default();
    let (mut rate, mut minimum) = (Rate::percent(10), 100);
    let mut sampling = Duration::from_secs(30);
    let mut cooldown = BackoffConfig::constant(Duration::from_secs(5));
    if basis == Basis::Nearest {
        setup.lacks = lacks(config, false);
        let nearest = NearestRate::of(config, &mut setup.lacks);
        (rate, minimum) = (nearest.rate, nearest.min_calls.max(2));
        match config.window {
            Window::Time(length) => sampling = length.max(SHORTEST),
            Window::Count(_) => setup.lacks.push("a window by count: it looks at 30 s"),
            Window::Consecutive => setup.lacks.push("failures in a row: it looks at 30 s"),
        }
        cooldown = config.cooldown;
        cooldown.base = cooldown.base.max(SHORTEST);
        cooldown.cap = cooldown.cap.max(cooldown.base);
        if config.trials > 1 {
            setup.lacks.push("more than one trial");
        }
    }
    setup.settings = vec![
        ("FailureRatio", decimal(rate)),
        ("MinimumThroughput", minimum.to_string()),
        ("SamplingDuration", sampling.to_string()),
        ("BreakDuration", cooldown.base.to_string()),
    ];
    let model = Polly {
        failure_ratio: rate,
        minimum_throughput: minimum,
        sampling_duration: sampling,
        break_duration: Backoff::new(cooldown)?,
        delays: Delays::default(),
        rng: Rng::from_seed(super::ours::SEED),
        state: StateName::Closed,
        generation: 0,
        blocked_until: Instant::ZERO,
        windows: VecDeque::new(),
    };
    Ok((Box::new(model), setup))
}

/// A share as a number from 0 to 1.
fn decimal(rate: Rate) -> String {
    (f64::from(rate.as_per_ten_thousand()) / 10_000.0).to_string()
}

impl Polly {
    /// Begins a window if the newest is too old, and drops those that are older than the sampling
    /// duration.
    fn window(&mut self, now: Instant) -> &mut (Instant, u32, u32) {
        let length = Duration::from_micros(self.sampling_duration.as_micros() / WINDOWS);
        if self.windows.back().is_none_or(|(began, ..)| now.since(*began) >= length) {
            self.windows.push_back((now, 0, 0));
        }
        self.windows.retain(|(began, ..)| now.since(*began) < self.sampling_duration);
        let newest = self.windows.len() - 1;
        &mut self.windows[newest]
    }

    /// Failures and all calls.
    fn health(&self) -> (u32, u32) {
        self.windows.iter().fold((0, 0), |(failures, calls), (_, successes, failed)| {
            (failures + failed, calls + successes + failed)
        })
    }

    fn enter(&mut self, now: Instant, state: StateName) {
        self.generation += 1;
        self.state = state;
        match state {
            StateName::Open => {
                self.blocked_until =
                    now + self.break_duration.next(&mut self.delays, &mut self.rng);
            }
            StateName::Closed => {
                self.windows.clear();
                self.delays = Delays::default();
            }
            StateName::HalfOpen => {}
        }
    }

    fn succeed(&mut self, now: Instant, is_late: bool) -> String {
        self.window(now).1 += 1;
        let (failures, calls) = self.health();
        match self.state {
            StateName::HalfOpen if is_late => {
                self.enter(now, StateName::Closed);
                "A late success closes it: no result is tied to its state.".to_owned()
            }
            StateName::HalfOpen => {
                self.enter(now, StateName::Closed);
                "One success closes it: there is only one trial.".to_owned()
            }
            StateName::Open => "Open: a late success changes nothing.".to_owned(),
            StateName::Closed => {
                let would = calls >= self.minimum_throughput
                    && is_reached(self.failure_ratio, failures, calls);
                let only = if would { "; it is compared only after a failure" } else { "" };
                format!("{failures} of {calls} calls failed{only}.")
            }
        }
    }

    fn fail(&mut self, now: Instant, is_late: bool) -> String {
        match self.state {
            StateName::HalfOpen => {
                self.enter(now, StateName::Open);
                let late = "A late failure opens it: no result is tied to its state.";
                return if is_late { late } else { "The trial failed: open again." }.to_owned();
            }
            StateName::Open => {
                self.window(now).2 += 1;
                return "Open: a late failure changes nothing.".to_owned();
            }
            StateName::Closed => self.window(now).2 += 1,
        }
        let ((failures, calls), least) = (self.health(), self.minimum_throughput);
        let ratio = decimal(self.failure_ratio);
        if calls < least {
            return format!("{calls} calls are fewer than MinimumThroughput {least}.");
        }
        if !is_reached(self.failure_ratio, failures, calls) {
            return format!("{failures} of {calls} calls failed, below FailureRatio {ratio}.");
        }
        self.enter(now, StateName::Open);
        format!("{failures} of {calls} calls failed, which reached FailureRatio {ratio}.")
    }
}

impl Model for Polly {
    fn try_acquire(&mut self, now: Instant) -> Result<Admitted, String> {
        let mut why = String::new();
        match self.state {
            StateName::Open if now >= self.blocked_until => {
                self.enter(now, StateName::HalfOpen);
                "The BreakDuration is over: this call is the trial.".clone_into(&mut why);
            }
            StateName::Open => {
                return Err(format!("Open for another {}.", self.blocked_until.since(now)));
            }
            StateName::HalfOpen => {
                return Err(
                    "Half-open, and the one trial has not ended; no time ends it.".to_owned()
                );
            }
            StateName::Closed => {}
        }
        Ok(Admitted { pass: Pass { began: now, generation: self.generation, permit: None }, why })
    }

    fn report(&mut self, now: Instant, pass: Pass, reply: Reply) -> (Fate, String) {
        let is_late = pass.generation != self.generation;
        let fate = if self.state == StateName::Open { Fate::Neutral } else { Fate::Counted };
        let why = match reply {
            Reply::Success | Reply::Slow => self.succeed(now, is_late),
            Reply::Failure => self.fail(now, is_late),
            Reply::Ignored => {
                let why = self.succeed(now, is_late);
                format!("What ShouldHandle does not handle is a success. {why}")
            }
        };
        (fate, why)
    }

    fn state(&self) -> StateName {
        self.state
    }
}
