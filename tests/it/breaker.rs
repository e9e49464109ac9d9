//! The breaker beside a model that is too simple to be wrong, under random scripts and under all
//! short ones.

use crate::random::property;
use fusebox::engine::{
    BackoffConfig, BreakerConfig, CircuitBreaker, Failure, Outcome, Permit, Rejection, State,
    StateName, Window,
};
use fusebox::time::{Duration, Instant};
use proptest::prelude::*;

const FAILED: Outcome = Outcome::Failure(Failure::Timeout);

/// What can be done to a breaker.
#[derive(Clone, Copy, Debug)]
enum Op {
    /// Ask for a permit, and keep it.
    Acquire,
    /// Report the kept permit at this place, counted round, with this outcome.
    Report(usize, Outcome),
    /// Lose the kept permit at this place, counted round.
    Drop(usize),
    /// Let time pass.
    Wait(Duration),
}

/// The model keeps every failure and every trial in a list, and counts them anew each time.
#[derive(Debug)]
struct Model {
    config: BreakerConfig,
    /// Counts the transitions.
    cycle: u64,
    state: ModelState,
    stale: u64,
}

#[derive(Debug)]
enum ModelState {
    Closed { failures: Vec<Instant> },
    Open { until: Instant },
    HalfOpen { trials: Vec<Trial> },
}

#[derive(Debug)]
struct Trial {
    lease_ends: Instant,
    /// None while it is under way; one that was neutral or lost is taken out.
    passed: Option<bool>,
}

/// A permit of the model: the cycle, and the lease's end as the name of the trial.
#[derive(Clone, Copy, Debug)]
struct Ticket {
    cycle: u64,
    trial: Option<Instant>,
}

impl Model {
    fn new(config: BreakerConfig) -> Self {
        let state = ModelState::Closed { failures: Vec::new() };
        Self { config, cycle: 0, state, stale: 0 }
    }

    fn enter(&mut self, state: ModelState) {
        self.state = state;
        self.cycle += 1;
    }

    /// A window forgets in fifty steps: what counts is the number of the step.
    fn step(&self, at: Instant) -> u64 {
        let Window::Time(window) = self.config.window else { unreachable!("by time") };
        at.as_micros() / window.as_micros().div_ceil(50)
    }

    fn failures(&self, now: Instant) -> usize {
        let ModelState::Closed { failures } = &self.state else { return 0 };
        failures.iter().filter(|&&at| self.step(now) - self.step(at) < 50).count()
    }

    fn forget_ended_leases(&mut self, now: Instant) {
        if let ModelState::HalfOpen { trials } = &mut self.state {
            trials.retain(|trial| trial.passed.is_some() || now < trial.lease_ends);
        }
    }

    fn acquire(&mut self, now: Instant) -> Result<Ticket, Rejection> {
        if let ModelState::Open { until } = self.state {
            if now < until {
                return Err(Rejection::BreakerOpen { until, retry_after: until.since(now) });
            }
            self.enter(ModelState::HalfOpen { trials: Vec::new() });
        }
        self.forget_ended_leases(now);
        let (config, cycle) = (self.config, self.cycle);
        let ModelState::HalfOpen { trials } = &mut self.state else {
            return Ok(Ticket { cycle, trial: None });
        };
        if trials.len() == config.trials as usize {
            let under_way = trials.iter().filter(|trial| trial.passed.is_none());
            let until = under_way.map(|trial| trial.lease_ends).min().unwrap();
            return Err(Rejection::TrialsTaken { until });
        }
        let lease_ends = now + config.lease;
        trials.push(Trial { lease_ends, passed: None });
        Ok(Ticket { cycle, trial: Some(lease_ends) })
    }

    fn report(&mut self, now: Instant, ticket: Ticket, outcome: Outcome) {
        if ticket.cycle != self.cycle {
            self.stale += 1;
            return;
        }
        self.forget_ended_leases(now);
        match &mut self.state {
            ModelState::Closed { failures } => {
                if outcome.is_failure() {
                    failures.push(now);
                    if Some(self.failures(now)) >= self.config.failures.map(|n| n as usize) {
                        self.enter(ModelState::Open { until: now + self.config.cooldown.base });
                    }
                }
            }
            ModelState::Open { .. } => unreachable!("no permit is given in this state"),
            ModelState::HalfOpen { trials } => {
                let own = trials.iter().position(|trial| {
                    trial.passed.is_none() && Some(trial.lease_ends) == ticket.trial
                });
                match (own, outcome) {
                    (None, _) => self.stale += 1,
                    (Some(n), Outcome::Neutral) => drop(trials.remove(n)),
                    (Some(n), _) => trials[n].passed = Some(outcome.is_success()),
                }
                self.decide(now);
            }
        }
    }

    fn decide(&mut self, now: Instant) {
        let ModelState::HalfOpen { trials } = &self.state else { return };
        let count = |passed| trials.iter().filter(|trial| trial.passed == Some(passed)).count();
        let (passed, failed) = (count(true), count(false));
        let (needed, all) = (self.config.trials_to_close as usize, self.config.trials as usize);
        if passed >= needed {
            self.enter(ModelState::Closed { failures: Vec::new() });
        } else if all - failed < needed {
            self.enter(ModelState::Open { until: now + self.config.cooldown.base });
        }
    }

    fn state(&self) -> State {
        match &self.state {
            ModelState::Closed { .. } => State::Closed,
            ModelState::Open { until } => State::Open { until: *until },
            ModelState::HalfOpen { trials } => {
                let count = |passed| {
                    let counted = trials.iter().filter(|trial| trial.passed == passed);
                    u32::try_from(counted.count()).unwrap()
                };
                let (passed, failed) = (count(Some(true)), count(Some(false)));
                State::HalfOpen { running: count(None), passed, failed }
            }
        }
    }
}

/// A breaker and its model, to which the same is done.
struct Pair {
    breaker: CircuitBreaker,
    model: Model,
    now: Instant,
    kept: Vec<(Permit, Ticket)>,
}

impl Pair {
    fn new(config: BreakerConfig) -> Self {
        let breaker = CircuitBreaker::new(config, 1).unwrap();
        Self { breaker, model: Model::new(config), now: Instant::ZERO, kept: Vec::new() }
    }

    /// Does it to both, and tells where they differ.
    fn act(&mut self, op: Op) -> Result<(), TestCaseError> {
        match op {
            Op::Acquire => self.acquire()?,
            Op::Report(place, outcome) => {
                if let Some((permit, ticket)) = self.take(place) {
                    self.report(permit, ticket, outcome)?;
                }
            }
            Op::Drop(place) => drop(self.take(place)),
            Op::Wait(length) => self.now += length,
        }
        self.compare()
    }

    fn take(&mut self, place: usize) -> Option<(Permit, Ticket)> {
        let kept = self.kept.len();
        (kept > 0).then(|| self.kept.remove(place % kept))
    }

    fn acquire(&mut self) -> Result<(), TestCaseError> {
        let (real, model) = (self.breaker.try_acquire(self.now), self.model.acquire(self.now));
        prop_assert_eq!(real.as_ref().err(), model.as_ref().err());
        if let (Ok(permit), Ok(ticket)) = (real, model) {
            prop_assert_eq!(permit.trial().is_some(), ticket.trial.is_some());
            self.kept.push((permit, ticket));
        }
        Ok(())
    }

    fn report(
        &mut self,
        permit: Permit,
        ticket: Ticket,
        outcome: Outcome,
    ) -> Result<(), TestCaseError> {
        let is_old = ticket.cycle != self.model.cycle;
        let before = self.breaker.clone();
        self.breaker.report(self.now, permit, outcome);
        self.model.report(self.now, ticket, outcome);
        if is_old {
            let seen = |breaker: &CircuitBreaker| {
                (breaker.state(), breaker.window(self.now), breaker.generation())
            };
            prop_assert_eq!(seen(&self.breaker), seen(&before), "a stale report did something");
        }
        Ok(())
    }

    fn compare(&self) -> Result<(), TestCaseError> {
        let Self { breaker, model, now, .. } = self;
        prop_assert_eq!(breaker.state(), model.state());
        prop_assert_eq!(breaker.generation(), model.cycle);
        prop_assert_eq!(breaker.stale_reports(), model.stale);
        prop_assert_eq!(breaker.window(*now).failures as usize, model.failures(*now));
        if let State::HalfOpen { running, passed, failed } = breaker.state() {
            prop_assert!(running + passed + failed <= model.config.trials);
        }
        Ok(())
    }

    /// Whatever was done, after the cooldown and a lease a call gets through.
    fn compare_after_the_longest_wait(mut self) -> Result<(), TestCaseError> {
        let config = self.model.config;
        self.now += config.cooldown.base.saturating_add(config.lease);
        let acquired = self.breaker.try_acquire(self.now);
        prop_assert!(acquired.is_ok(), "stuck: {acquired:?}");
        Ok(())
    }
}

fn configs() -> impl Strategy<Value = BreakerConfig> {
    let millis = |least| (least..300_u64).prop_map(Duration::from_millis);
    (1..4_u32, millis(1), millis(0), 1..5_u32, 0..5_u32, millis(1)).prop_map(
        |(threshold, window, cooldown, trials, to_close, lease)| {
            let trials_to_close = 1 + to_close % trials;
            BreakerConfig {
                failures: Some(threshold),
                window: Window::Time(window),
                cooldown: BackoffConfig::constant(cooldown),
                trials,
                trials_to_close,
                lease,
                ..BreakerConfig::default()
            }
        },
    )
}

fn ops() -> impl Strategy<Value = Op> {
    let outcome =
        prop_oneof![2 => Just(Outcome::Success), 3 => Just(FAILED), 1 => Just(Outcome::Neutral)];
    prop_oneof![
        5 => Just(Op::Acquire),
        5 => (0..8_usize, outcome).prop_map(|(place, outcome)| Op::Report(place, outcome)),
        1 => (0..8_usize).prop_map(Op::Drop),
        2 => (0..40_000_u64).prop_map(|micros| Op::Wait(Duration::from_micros(micros))),
        1 => (0..400_u64).prop_map(|millis| Op::Wait(Duration::from_millis(millis))),
    ]
}

#[test]
fn the_breaker_does_what_its_model_does_under_random_scripts() {
    let scripts = (configs(), proptest::collection::vec(ops(), 0..80));
    property(3_000, &scripts, |(config, script)| {
        let mut pair = Pair::new(config);
        for op in script {
            pair.act(op)?;
        }
        pair.compare_after_the_longest_wait()
    });
}

#[test]
fn the_breaker_does_what_its_model_does_under_every_short_script() {
    const DEPTH: u32 = 7;
    let unit = Duration::from_millis(50);
    let alphabet = [
        Op::Acquire,
        Op::Report(0, Outcome::Success),
        Op::Report(0, FAILED),
        Op::Report(0, Outcome::Neutral),
        // The newest of two, which is the only one where there is one.
        Op::Report(1, FAILED),
        Op::Wait(unit),
    ];
    let config = BreakerConfig {
        failures: Some(1),
        window: Window::Time(unit),
        cooldown: BackoffConfig::constant(unit),
        trials: 2,
        trials_to_close: 1,
        lease: unit,
        ..BreakerConfig::default()
    };
    let mut half_open = 0;
    for trials_to_close in [1, 2] {
        for script in 0..alphabet.len().pow(DEPTH) {
            let mut pair = Pair::new(BreakerConfig { trials_to_close, ..config });
            let letters =
                (0..DEPTH).map(|n| alphabet[script / alphabet.len().pow(n) % alphabet.len()]);
            let script: Vec<Op> = letters.collect();
            for &op in &script {
                pair.act(op).unwrap_or_else(|difference| panic!("{difference} in {script:?}"));
            }
            half_open += u32::from(pair.breaker.state().name() == StateName::HalfOpen);
            pair.compare_after_the_longest_wait()
                .unwrap_or_else(|difference| panic!("{difference} in {script:?}"));
        }
    }
    assert!(half_open > 1_000, "only {half_open} scripts got to the trials");
}

#[test]
fn what_the_trials_decide_does_not_depend_on_their_order() {
    for trials in 1..=5_u32 {
        for trials_to_close in 1..=trials {
            for passed in 0..1_u32 << trials {
                let config = BreakerConfig {
                    failures: Some(1),
                    trials,
                    trials_to_close,
                    ..BreakerConfig::default()
                };
                let outcomes = (0..trials).map(|n| passed >> n & 1 == 1);
                let expected = passed.count_ones() >= trials_to_close;
                let closed = closes(config, outcomes);
                assert_eq!(closed, expected, "{config:?} with outcomes {passed:05b}");
            }
        }
    }
}

/// Whether a half-open breaker closes after trials that end in this order.
fn closes(config: BreakerConfig, outcomes: impl Iterator<Item = bool>) -> bool {
    let mut breaker = CircuitBreaker::new(config, 1).unwrap();
    let permit = breaker.try_acquire(Instant::ZERO).unwrap();
    breaker.report(Instant::ZERO, permit, FAILED);
    let now = Instant::ZERO + config.cooldown.base;
    let permits: Vec<Permit> =
        (0..config.trials).map(|_| breaker.try_acquire(now).unwrap()).collect();
    assert!(breaker.try_acquire(now).is_err(), "one trial too many");
    for (permit, passed) in permits.into_iter().zip(outcomes) {
        breaker.report(now, permit, if passed { Outcome::Success } else { FAILED });
    }
    breaker.state() == State::Closed
}
