//! The circuit breaker: after enough failures it stops calling, and later tries a few calls.
//!
//! ```text
//!            threshold failures in the window
//!   ┌────────┐ ───────────────────────────────▶ ┌──────┐
//!   │ Closed │                                  │ Open │ ◀┐
//!   └────────┘ ◀──────────┐      cooldown over  └──────┘  │ too many trials fail
//!        enough trials pass │    and a call comes │       │
//!                         ┌───────────┐ ◀─────────┘       │
//!                         │ Half-open │ ──────────────────┘
//!                         └───────────┘
//! ```
//!
//! The choices where libraries differ:
//! - The threshold itself trips (`>=`), and the cooldown's last instant already lets a trial through.
//! - The call that ends the cooldown is itself the first trial.
//! - A permit belongs to the generation (the stretch between two transitions) in which it was given.
//!   A report from an older one changes nothing and is counted as stale.
//! - A failure that is the request's own (400, 401, 404 ...) is neutral: five users with a wrong
//!   address must not cut off all others.
//! - A neutral outcome gives the permit back and says nothing, in every state.
//! - A trial that never reports loses its permit when its lease ends, so no breaker stays half-open
//!   for ever.

use crate::engine::config::{ConfigError, require};
use crate::engine::outcome::{Outcome, Rejection};
use crate::engine::rolling::{Rolling, Tally};
use crate::time::{Duration, Instant};
use alloc::vec::Vec;

/// How many calls ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Calls that succeeded.
    pub successes: u32,
    /// Calls that failed.
    pub failures: u32,
}

impl Tally for Counts {
    fn add(&mut self, other: Self) {
        self.successes = self.successes.saturating_add(other.successes);
        self.failures = self.failures.saturating_add(other.failures);
    }

    fn subtract(&mut self, other: Self) {
        self.successes = self.successes.saturating_sub(other.successes);
        self.failures = self.failures.saturating_sub(other.failures);
    }
}

/// The settings of a [`CircuitBreaker`]; the default is five failures in ten seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BreakerConfig {
    /// So many failures within the window open the breaker: 1 to 1,000,000.
    pub threshold: u32,
    /// The length of the rolling window: 1 ms to 1 day.
    pub window: Duration,
    /// How long an open breaker lets nothing through: up to 1 day.
    pub cooldown: Duration,
    /// The calls that a half-open breaker lets through: 1 to [`TRIALS_MAX`].
    pub trials: u32,
    /// How many of them must succeed to close it: 1 to `trials`.
    pub trials_to_close: u32,
    /// After this a trial without a report loses its permit: 1 ms to 1 day.
    pub lease: Duration,
}

/// The most trials that a breaker can have under way.
pub const TRIALS_MAX: u32 = 32;

const DAY: Duration = Duration::from_secs(86_400);
const MILLISECOND: Duration = Duration::from_millis(1);

impl Default for BreakerConfig {
    fn default() -> Self {
        Self {
            threshold: 5,
            window: Duration::from_secs(10),
            cooldown: Duration::from_secs(30),
            trials: 2,
            trials_to_close: 2,
            lease: Duration::from_secs(60),
        }
    }
}

impl BreakerConfig {
    fn check(&self) -> Result<(), ConfigError> {
        let length = |field, length| {
            require((MILLISECOND..=DAY).contains(&length), field, length, "1 ms to 1 day")
        };
        require(
            (1..=1_000_000).contains(&self.threshold),
            "breaker.threshold",
            self.threshold,
            "1 to 1,000,000 failures",
        )?;
        length("breaker.window", self.window)?;
        require(self.cooldown <= DAY, "breaker.cooldown", self.cooldown, "at most 1 day")?;
        let trials = 1..=TRIALS_MAX;
        require(trials.contains(&self.trials), "breaker.trials", self.trials, "1 to 32")?;
        require(
            (1..=self.trials).contains(&self.trials_to_close),
            "breaker.trials_to_close",
            self.trials_to_close,
            "1 to breaker.trials",
        )?;
        length("breaker.lease", self.lease)?;
        Ok(())
    }
}

/// Leave to make one call, to be given back by [`CircuitBreaker::report`].
///
/// It can be neither copied nor reported twice. One that is dropped instead counts for nothing,
/// and a half-open breaker takes it back when its lease ends.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a permit is to be reported with the outcome of the call"]
pub struct Permit {
    generation: u64,
    /// The trial's number within its generation; none for a call through a closed breaker.
    trial: Option<u32>,
}

impl Permit {
    /// The number of the trial that this permit is for, from 1; none through a closed breaker.
    #[must_use]
    pub const fn trial(&self) -> Option<u32> {
        self.trial
    }
}

/// What a breaker is doing, as data for a caller that shows or logs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Calls pass and are counted.
    Closed,
    /// No call passes until the cooldown is over and a call comes.
    Open {
        /// When the cooldown is over.
        until: Instant,
    },
    /// A few calls pass, and their outcome decides.
    HalfOpen {
        /// Trials under way.
        running: u32,
        /// Trials that succeeded.
        passed: u32,
        /// Trials that failed.
        failed: u32,
    },
}

/// The three states without their data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StateName {
    /// See [`State::Closed`].
    Closed,
    /// See [`State::Open`].
    Open,
    /// See [`State::HalfOpen`].
    HalfOpen,
}

impl State {
    /// Which of the three states this is.
    #[must_use]
    pub const fn name(self) -> StateName {
        match self {
            Self::Closed => StateName::Closed,
            Self::Open { .. } => StateName::Open,
            Self::HalfOpen { .. } => StateName::HalfOpen,
        }
    }
}

/// A change of state and what brought it about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transition {
    /// When.
    pub at: Instant,
    /// The state before.
    pub from: StateName,
    /// The state after.
    pub to: StateName,
    /// The rule that decided.
    pub cause: Cause,
}

/// The rule behind a [`Transition`], with the numbers that it compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The failures in the window reached the threshold.
    Threshold {
        /// Failures in the window, the last one included.
        failures: u32,
        /// The threshold.
        threshold: u32,
        /// The length of the window.
        window: Duration,
    },
    /// The cooldown was over when a call came.
    CooldownOver {
        /// How long the cooldown was.
        cooldown: Duration,
    },
    /// Enough trials succeeded.
    TrialsPassed {
        /// How many did.
        passed: u32,
        /// How many had to.
        needed: u32,
    },
    /// So many trials failed that not enough can succeed any more.
    TrialsFailed {
        /// How many failed.
        failed: u32,
        /// How many the breaker lets through.
        trials: u32,
    },
    /// Somebody reset the breaker.
    Reset,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Machine {
    Closed(Rolling<Counts>),
    Open { until: Instant },
    HalfOpen(Trials),
}

/// The trials of one half-open cycle.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Trials {
    /// Number and end of lease of each trial under way.
    running: Vec<(u32, Instant)>,
    /// The number of the newest trial.
    last: u32,
    passed: u32,
    failed: u32,
}

/// A circuit breaker on the caller's clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CircuitBreaker {
    config: BreakerConfig,
    machine: Machine,
    generation: u64,
    last_transition: Option<Transition>,
    stale: u64,
}

impl CircuitBreaker {
    /// A closed breaker.
    ///
    /// # Errors
    /// When a setting is outside the range that [`BreakerConfig`] states.
    pub fn new(config: BreakerConfig) -> Result<Self, ConfigError> {
        config.check()?;
        Ok(Self {
            config,
            machine: Machine::Closed(Rolling::new(config.window)),
            generation: 0,
            last_transition: None,
            stale: 0,
        })
    }

    /// The settings.
    #[must_use]
    pub const fn config(&self) -> &BreakerConfig {
        &self.config
    }

    /// Asks for leave to call.
    ///
    /// # Errors
    /// When the breaker is open, or half-open with all its trials under way.
    #[inline]
    pub fn try_acquire(&mut self, now: Instant) -> Result<Permit, Rejection> {
        match &self.machine {
            Machine::Closed(_) => Ok(Permit { generation: self.generation, trial: None }),
            Machine::Open { until } if now < *until => {
                Err(Rejection::BreakerOpen { until: *until, retry_after: until.since(now) })
            }
            Machine::Open { .. } => {
                let cause = Cause::CooldownOver { cooldown: self.config.cooldown };
                self.enter(now, Machine::HalfOpen(Trials::new(self.config.trials)), cause);
                self.acquire_trial(now)
            }
            Machine::HalfOpen(_) => self.acquire_trial(now),
        }
    }

    /// Gives a permit back with what came of the call.
    #[inline]
    #[expect(clippy::needless_pass_by_value, reason = "a report uses the permit up")]
    pub fn report(&mut self, now: Instant, permit: Permit, outcome: Outcome) {
        if permit.generation != self.generation {
            self.stale += 1;
            return;
        }
        let outcome = match outcome {
            Outcome::Failure(failure) if failure.is_of_request() => Outcome::Neutral,
            outcome => outcome,
        };
        match (&mut self.machine, outcome) {
            (Machine::Closed(window), Outcome::Success) => {
                window.record(now, Counts { successes: 1, failures: 0 });
            }
            (Machine::Closed(window), Outcome::Failure(_)) => {
                window.record(now, Counts { successes: 0, failures: 1 });
                self.trip(now);
            }
            (Machine::HalfOpen(_), _) => self.report_trial(now, &permit, outcome),
            (Machine::Closed(_), Outcome::Neutral) | (Machine::Open { .. }, _) => {}
        }
    }

    /// Closes the breaker and forgets what it has seen; calls under way become stale.
    pub fn reset(&mut self, now: Instant) {
        self.enter(now, Machine::Closed(Rolling::new(self.config.window)), Cause::Reset);
    }

    /// What the breaker is doing.
    ///
    /// An open breaker stays open after its cooldown until a call comes.
    #[must_use]
    pub fn state(&self) -> State {
        match &self.machine {
            Machine::Closed(_) => State::Closed,
            Machine::Open { until } => State::Open { until: *until },
            Machine::HalfOpen(trials) => State::HalfOpen {
                running: u32::try_from(trials.running.len()).unwrap_or(u32::MAX),
                passed: trials.passed,
                failed: trials.failed,
            },
        }
    }

    /// What the window holds; nothing unless the breaker is closed.
    #[must_use]
    pub fn window(&self, now: Instant) -> Counts {
        match &self.machine {
            Machine::Closed(window) => window.peek(now),
            _ => Counts::default(),
        }
    }

    /// The number of transitions so far.
    #[must_use]
    pub const fn generation(&self) -> u64 {
        self.generation
    }

    /// The newest transition, if there was one.
    #[must_use]
    pub const fn last_transition(&self) -> Option<Transition> {
        self.last_transition
    }

    /// Reports that came from an older generation, or after the end of their lease.
    #[must_use]
    pub const fn stale_reports(&self) -> u64 {
        self.stale
    }

    fn trip(&mut self, now: Instant) {
        let Machine::Closed(window) = &mut self.machine else { return };
        let failures = window.total(now).failures;
        let BreakerConfig { threshold, window, .. } = self.config;
        if failures >= threshold {
            self.open(now, Cause::Threshold { failures, threshold, window });
        }
    }

    fn acquire_trial(&mut self, now: Instant) -> Result<Permit, Rejection> {
        let (lease, limit) = (self.config.lease, self.config.trials);
        let Machine::HalfOpen(trials) = &mut self.machine else {
            return Ok(Permit { generation: self.generation, trial: None });
        };
        match trials.acquire(now, lease, limit) {
            Ok(trial) => Ok(Permit { generation: self.generation, trial: Some(trial) }),
            Err(until) => Err(Rejection::TrialsTaken { until }),
        }
    }

    fn report_trial(&mut self, now: Instant, permit: &Permit, outcome: Outcome) {
        let BreakerConfig { trials: limit, trials_to_close: needed, window, .. } = self.config;
        let Machine::HalfOpen(trials) = &mut self.machine else { return };
        if !trials.finish(now, permit.trial, outcome) {
            self.stale += 1;
            return;
        }
        let (passed, failed) = (trials.passed, trials.failed);
        if passed >= needed {
            let closed = Machine::Closed(Rolling::new(window));
            self.enter(now, closed, Cause::TrialsPassed { passed, needed });
        } else if failed > limit - needed {
            self.open(now, Cause::TrialsFailed { failed, trials: limit });
        }
    }

    fn open(&mut self, now: Instant, cause: Cause) {
        self.enter(now, Machine::Open { until: now + self.config.cooldown }, cause);
    }

    fn enter(&mut self, now: Instant, machine: Machine, cause: Cause) {
        let from = self.state().name();
        self.machine = machine;
        self.generation += 1;
        let to = self.state().name();
        self.last_transition = Some(Transition { at: now, from, to, cause });
    }
}

impl Trials {
    fn new(limit: u32) -> Self {
        Self { running: Vec::with_capacity(limit as usize), last: 0, passed: 0, failed: 0 }
    }

    /// The number of a new trial, or the end of the first lease where none is left.
    fn acquire(&mut self, now: Instant, lease: Duration, limit: u32) -> Result<u32, Instant> {
        self.take_back(now);
        if self.running.len() + (self.passed + self.failed) as usize >= limit as usize {
            return Err(self.running.iter().map(|&(_, end)| end).min().unwrap_or(now));
        }
        self.last = self.last.wrapping_add(1);
        self.running.push((self.last, now + lease));
        Ok(self.last)
    }

    /// Takes the permits back whose lease has ended.
    fn take_back(&mut self, now: Instant) {
        self.running.retain(|&(_, end)| now < end);
    }

    /// Takes a trial's outcome; false where its lease had ended and its permit was taken back.
    fn finish(&mut self, now: Instant, trial: Option<u32>, outcome: Outcome) -> bool {
        self.take_back(now);
        let running = self.running.iter().position(|&(running, _)| Some(running) == trial);
        let Some(place) = running else { return false };
        self.running.swap_remove(place);
        match outcome {
            Outcome::Success => self.passed += 1,
            Outcome::Failure(_) => self.failed += 1,
            Outcome::Neutral => {}
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::outcome::Failure;

    const FAILED: Outcome = Outcome::Failure(Failure::Connect);

    fn breaker() -> CircuitBreaker {
        CircuitBreaker::new(BreakerConfig::default()).unwrap()
    }

    fn at(seconds: u64) -> Instant {
        Instant::from_secs(seconds)
    }

    fn call(breaker: &mut CircuitBreaker, now: Instant, outcome: Outcome) {
        let permit = breaker.try_acquire(now).expect("a permit");
        breaker.report(now, permit, outcome);
    }

    /// A breaker that five failures opened at `now`.
    fn opened(now: Instant) -> CircuitBreaker {
        let mut breaker = breaker();
        for _ in 0..5 {
            call(&mut breaker, now, FAILED);
        }
        breaker
    }

    #[test]
    fn the_threshold_itself_trips() {
        let mut breaker = breaker();
        for _ in 0..4 {
            call(&mut breaker, at(1), FAILED);
        }
        assert_eq!(breaker.state(), State::Closed);
        assert_eq!(breaker.window(at(1)).failures, 4);
        call(&mut breaker, at(2), FAILED);
        assert_eq!(breaker.state(), State::Open { until: at(32) });
        assert_eq!(
            breaker.last_transition().unwrap().cause,
            Cause::Threshold { failures: 5, threshold: 5, window: Duration::from_secs(10) }
        );
    }

    #[test]
    fn failures_of_the_request_do_not_count() {
        let mut breaker = breaker();
        for code in [400, 401, 403, 404, 422] {
            call(&mut breaker, at(0), Outcome::Failure(Failure::status(code)));
        }
        assert_eq!(breaker.window(at(0)), Counts::default());
        for code in [408, 429, 500, 502, 503] {
            call(&mut breaker, at(0), Outcome::Failure(Failure::status(code)));
        }
        assert_eq!(breaker.state().name(), StateName::Open);
    }

    #[test]
    fn failures_that_left_the_window_do_not_count() {
        let mut breaker = breaker();
        for second in [0, 3, 6, 9, 12, 15, 18] {
            call(&mut breaker, at(second), FAILED);
        }
        assert_eq!(breaker.state(), State::Closed);
    }

    #[test]
    fn open_counts_the_cooldown_down_and_then_tries() {
        let mut breaker = opened(at(0));
        let rejection = breaker.try_acquire(at(12)).unwrap_err();
        assert_eq!(rejection.retry_after(), Some(Duration::from_secs(18)));
        let first = breaker.try_acquire(at(30)).unwrap();
        let second = breaker.try_acquire(at(30)).unwrap();
        assert_eq!((first.trial(), second.trial()), (Some(1), Some(2)));
        assert!(matches!(breaker.try_acquire(at(30)), Err(Rejection::TrialsTaken { .. })));
        breaker.report(at(31), first, Outcome::Success);
        assert_eq!(breaker.state().name(), StateName::HalfOpen);
        breaker.report(at(31), second, Outcome::Success);
        assert_eq!(breaker.state(), State::Closed);
        assert_eq!(breaker.window(at(31)), Counts::default());
    }

    #[test]
    fn one_failed_trial_of_two_opens_again() {
        let mut breaker = opened(at(0));
        call(&mut breaker, at(30), FAILED);
        assert_eq!(breaker.state(), State::Open { until: at(60) });
    }

    #[test]
    fn two_of_three_trials_are_decided_as_early_as_can_be() {
        let config = BreakerConfig { trials: 3, trials_to_close: 2, ..BreakerConfig::default() };
        for (outcomes, end) in [
            (&[Outcome::Success, FAILED, Outcome::Success][..], StateName::Closed),
            (&[Outcome::Success, Outcome::Success], StateName::Closed),
            (&[FAILED, FAILED], StateName::Open),
            (&[FAILED, Outcome::Success], StateName::HalfOpen),
        ] {
            let mut breaker = CircuitBreaker::new(config).unwrap();
            for _ in 0..5 {
                call(&mut breaker, at(0), FAILED);
            }
            for &outcome in outcomes {
                call(&mut breaker, at(30), outcome);
            }
            assert_eq!(breaker.state().name(), end, "{outcomes:?}");
        }
    }

    #[test]
    fn a_late_report_from_before_the_trip_changes_nothing() {
        let mut breaker = breaker();
        let late = [breaker.try_acquire(at(0)).unwrap(), breaker.try_acquire(at(0)).unwrap()];
        for _ in 0..5 {
            call(&mut breaker, at(0), FAILED);
        }
        let _trial = breaker.try_acquire(at(30)).unwrap();
        let before = breaker.state();
        for (permit, outcome) in late.into_iter().zip([Outcome::Success, FAILED]) {
            breaker.report(at(31), permit, outcome);
        }
        assert_eq!(breaker.state(), before);
        assert_eq!(breaker.stale_reports(), 2);
    }

    #[test]
    fn a_neutral_trial_gives_its_permit_back() {
        let mut breaker = opened(at(0));
        for _ in 0..100 {
            call(&mut breaker, at(30), Outcome::Neutral);
        }
        assert_eq!(breaker.state(), State::HalfOpen { running: 0, passed: 0, failed: 0 });
    }

    #[test]
    fn a_trial_that_never_reports_loses_its_permit() {
        let mut breaker = opened(at(0));
        let lost = breaker.try_acquire(at(30)).unwrap();
        let _also_lost = breaker.try_acquire(at(30)).unwrap();
        let rejection = breaker.try_acquire(at(89)).unwrap_err();
        assert_eq!(rejection, Rejection::TrialsTaken { until: at(90) });
        assert_eq!(rejection.retry_after(), None, "the trials are likely to be decided before");
        call(&mut breaker, at(90), Outcome::Success);
        breaker.report(at(90), lost, FAILED);
        assert_eq!(breaker.stale_reports(), 1);
        call(&mut breaker, at(91), Outcome::Success);
        assert_eq!(breaker.state(), State::Closed);
    }

    #[test]
    fn a_reset_closes_and_makes_calls_under_way_stale() {
        let mut breaker = opened(at(0));
        breaker.reset(at(1));
        assert_eq!(breaker.state(), State::Closed);
        assert_eq!(breaker.last_transition().unwrap().cause, Cause::Reset);
    }

    #[test]
    fn settings_out_of_range_name_themselves() {
        let default = BreakerConfig::default();
        for (config, field) in [
            (BreakerConfig { threshold: 0, ..default }, "breaker.threshold"),
            (BreakerConfig { window: Duration::ZERO, ..default }, "breaker.window"),
            (BreakerConfig { cooldown: Duration::MAX, ..default }, "breaker.cooldown"),
            (BreakerConfig { trials: 33, ..default }, "breaker.trials"),
            (BreakerConfig { trials_to_close: 3, ..default }, "breaker.trials_to_close"),
            (BreakerConfig { lease: Duration::ZERO, ..default }, "breaker.lease"),
        ] {
            let error = CircuitBreaker::new(config).unwrap_err();
            assert_eq!(error.field, field);
            assert!(error.to_string().contains(" must be "), "{error}");
        }
    }
}
