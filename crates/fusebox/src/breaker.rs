//! The circuit breaker: after enough failures it stops calling, and later tries a few calls.

mod config;
mod memory;
mod rule;
mod snapshot;
mod state;
mod trials;
mod view;

pub use config::{
    BreakerConfig, HalfOpenEnd, HalfOpenTimeout, Overdue, Rate, Rule, SlowRate, Window,
};
pub use memory::{Counts, SavedWindow, WindowEntry};
pub use rule::RuleStatus;
pub use snapshot::{SavedState, Snapshot};
pub use state::{Cause, Exceeded, Mode, Recorded, ShadowTrip, State, StateName, Transition};
pub use view::{HalfOpen, WindowBucket};

use crate::backoff::{Backoff, Delays, spread};
use crate::config::ConfigError;
use crate::outcome::{Outcome, Rejection};
use crate::rng::Rng;
use crate::time::{Duration, Instant};
use core::num::NonZeroU64;
use memory::{InFlight, Memory};
use trials::Trials;

/// Permission to make one call, to be given back by [`CircuitBreaker::report`].
///
/// It belongs to the breaker that gave it, and can be neither copied nor reported twice. A permit
/// that is dropped counts for nothing, and a half-open breaker gives its place away at the trial timeout;
/// only the rule on overdue calls sees it as a call that never ends.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a permit is to be reported with the outcome of the call"]
pub struct Permit {
    generation: u64,
    began: Instant,
    /// The trial's number within its generation; none for a call through a closed breaker.
    trial: Option<NonZeroU64>,
}

impl Permit {
    /// The number of the trial that this permit is for, from 1; none for a call through a closed
    /// breaker.
    #[must_use]
    pub fn trial(&self) -> Option<u64> {
        self.trial.map(NonZeroU64::get)
    }

    /// When the permit was given.
    #[must_use]
    pub const fn began(&self) -> Instant {
        self.began
    }

    /// The same permit in a copy of the whole world; two copies of a permit have no other use.
    #[cfg(feature = "checkpoint")]
    pub(crate) const fn in_a_copy(&self) -> Self {
        Self { generation: self.generation, began: self.began, trial: self.trial }
    }
}

/// What a permit holds beside its generation: when the call began, and the number of the trial.
type Admission = (Instant, Option<NonZeroU64>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Machine {
    Closed,
    Open {
        until: Instant,
        cooldown: Duration,
    },
    HalfOpen(Cycle),
    /// Lets every call through, as if closed; with the rules reported since shadow mode began.
    Shadow(Seen),
    Disabled,
    ForcedOpen,
}

impl Machine {
    const fn of(mode: Mode) -> Self {
        match mode {
            Mode::Enforce => Self::Closed,
            Mode::Shadow => Self::Shadow(Seen([false; 4])),
            Mode::Disable => Self::Disabled,
            Mode::ForceOpen => Self::ForcedOpen,
        }
    }
}

/// The settings of a half-open cycle, fixed when it begins: a change of settings does not affect
/// it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cycle {
    began: Instant,
    trials: u32,
    needed: u32,
    half_open_timeout: Option<HalfOpenTimeout>,
}

impl Cycle {
    const fn new(began: Instant, config: &BreakerConfig) -> Self {
        let BreakerConfig { trials, trials_to_close: needed, half_open_timeout, .. } = *config;
        Self { began, trials, needed, half_open_timeout }
    }
}

/// Which rules a breaker in shadow mode has reported: failures, failure rate, slow rate, overdue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Seen([bool; 4]);

impl Seen {
    /// The part of this cause that was not reported before, which from now on counts as reported.
    fn news(&mut self, cause: Cause) -> Option<Cause> {
        let Self([by_failures, by_failure_rate, by_slow_rate, by_overdue]) = self;
        let Cause::Exceeded(mut news) = cause else {
            return (!core::mem::replace(by_overdue, true)).then_some(cause);
        };
        news.failures.take_if(|_| core::mem::replace(by_failures, true));
        news.failure_rate.take_if(|_| core::mem::replace(by_failure_rate, true));
        news.slow_rate.take_if(|_| core::mem::replace(by_slow_rate, true));
        let any =
            news.failures.is_some() || news.failure_rate.is_some() || news.slow_rate.is_some();
        any.then_some(Cause::Exceeded(news))
    }
}

/// A circuit breaker on the caller's clock.
///
/// ```text
///            a rule holds for the window
///   ┌────────┐ ───────────────────────────────▶ ┌──────┐
///   │ Closed │                                  │ Open │ ◀┐
///   └────────┘ ◀──────────┐      cooldown over  └──────┘  │ too many trials fail
///        enough trials pass │    and a call comes │       │
///                         ┌───────────┐ ◀─────────┘       │
///                         │ Half-open │ ──────────────────┘
///                         └───────────┘
/// ```
///
/// ```
/// use fusebox::{BreakerConfig, CircuitBreaker, Failure, Outcome, Rate, Window};
/// use fusebox::time::Instant;
///
/// // Opens when half of the last 20 calls have failed.
/// let config = BreakerConfig {
///     window: Window::Count(20),
///     failures: None,
///     failure_rate: Some(Rate::percent(50)),
///     min_calls: 20,
///     ..BreakerConfig::default()
/// };
/// let mut breaker = CircuitBreaker::new(config, 1)?;
/// for n in 0..20 {
///     let now = Instant::from_secs(n);
///     let permit = breaker.try_acquire(now).expect("closed");
///     let outcome =
///         if n % 2 == 0 { Outcome::Success } else { Outcome::Failure(Failure::Timeout) };
///     breaker.report(now, permit, outcome);
/// }
/// let why = breaker.last_transition().expect("it has opened").to_string();
/// assert_eq!(
///     why,
///     "the breaker went from closed to open: \
///      10 failures of 20 calls in the last 20 calls reached 50 %."
/// );
/// # Ok::<(), fusebox::ConfigError>(())
/// ```
///
/// The choices this breaker makes where libraries differ:
/// - A threshold trips when it is reached (`>=`), compared in whole numbers. The last instant of
///   the cooldown already lets a trial through. A call that takes exactly the slow duration is not
///   slow.
/// - The rules are evaluated at every completion, also at a success: the success that completes the
///   minimum calls opens a breaker whose failure rate is too high. Time that passes alone changes
///   nothing.
/// - A call is counted when it ends. Calls in flight and rejected calls are in no rate.
/// - A minimum of calls, or a number of failures, that the window cannot hold is an error.
/// - The call that ends the cooldown is itself the first trial.
/// - The rules of a closed breaker do not apply to the trials: `trials_to_close` of `trials` must
///   pass. That is decided as soon as it is certain, in whatever order the trials end. A slow trial
///   has not passed.
/// - A call that finds all trials taken is rejected, and does not wait for their outcome.
/// - A permit belongs to the generation (the stretch between two transitions) in which it was given.
///   A report from an older one changes nothing and is counted as stale.
/// - What an answer means, the [`Classifier`](crate::Classifier) says. An error of the request (400,
///   401, 404 ...) counts for nothing in a closed breaker: five users with a wrong address must not
///   cut off all others. Throttling (429 ...) does not either: opening would not raise the limit.
/// - Both pass a trial: an answer says that the dependency is up. If they did not, a breaker would
///   stay half-open, and open again, for as long as every trial is such a request. With
///   [`BreakerConfig::strict_trials`] only a success passes.
/// - A neutral outcome without an answer gives the permit back and counts for nothing, in every
///   state.
/// - A trial that does not report in time loses its place at the trial timeout, so that another
///   call can try. Should it still succeed in the same cycle, the success counts: a dependency that
///   is slow and healthy could not close the breaker otherwise. A late failure is stale.
/// - With [`BreakerConfig::half_open_timeout`] a cycle without a decision ends with the next call or
///   report, so that no breaker rejects calls for ever.
/// - A cooldown that the dependency asked for (`Retry-After`) has jitter on top of it: up to half of
///   it, so that nobody comes early, and breakers that were told the same time do not try together.
/// - An operator sets the mode of a breaker; it does not count how often the mode was set.
#[derive(Clone, Debug, PartialEq)]
pub struct CircuitBreaker {
    config: BreakerConfig,
    machine: Machine,
    generation: u64,
    /// Empty unless the breaker is closed.
    memory: Memory,
    /// Only with a rule on overdue calls; empty unless the breaker is closed.
    in_flight: Option<InFlight>,
    trials: Trials,
    cooldown: Backoff,
    /// How long the cooldowns since the breaker was last closed were, for the growth of the next.
    delays: Delays,
    rng: Rng,
    last_transition: Option<Transition>,
    last_shadow_trip: Option<ShadowTrip>,
    shadow_trips: u64,
    stale: u64,
    rejections: u64,
}

impl CircuitBreaker {
    /// A closed breaker.
    ///
    /// The seed is for the jitter of the cooldown alone: breakers that should not try again at the
    /// same moment need different seeds.
    ///
    /// # Errors
    /// When a setting is outside the range that [`BreakerConfig`] states.
    pub fn new(config: BreakerConfig, seed: u64) -> Result<Self, ConfigError> {
        Ok(Self {
            cooldown: config.check()?,
            machine: Machine::Closed,
            generation: 0,
            memory: Memory::new(config.window),
            in_flight: config.overdue.map(InFlight::new),
            trials: Trials::new(config.trials),
            delays: Delays::default(),
            rng: Rng::from_seed(seed),
            last_transition: None,
            last_shadow_trip: None,
            shadow_trips: 0,
            stale: 0,
            rejections: 0,
            config,
        })
    }

    /// Asks for permission to call.
    ///
    /// # Errors
    /// When the breaker is open, or half-open with all its trials in flight.
    #[inline]
    pub fn try_acquire(&mut self, now: Instant) -> Result<Permit, Rejection> {
        let (began, trial) = match self.machine {
            Machine::Closed if self.in_flight.is_none() => (now, None),
            Machine::Open { until, .. } if now < until => return Err(self.reject_open(now, until)),
            _ => self.admit_rarely(now)?,
        };
        Ok(Permit { generation: self.generation, began, trial })
    }

    /// The rarer states, apart, so that the paths through a closed and an open breaker stay fast.
    #[inline(never)]
    fn admit_rarely(&mut self, now: Instant) -> Result<Admission, Rejection> {
        self.end_cycle_at_timeout(now, true);
        match self.machine {
            Machine::Closed | Machine::Shadow(_) => self.admit_watched(now),
            Machine::Disabled => Ok((now, None)),
            Machine::Open { until, .. } if now < until => Err(self.reject_open(now, until)),
            Machine::ForcedOpen => {
                self.rejections += 1;
                Err(Rejection::BreakerForcedOpen)
            }
            Machine::Open { cooldown, .. } => {
                let cause = Cause::CooldownOver { cooldown };
                let cycle = Cycle::new(now, &self.config);
                self.enter(now, Machine::HalfOpen(cycle), cause);
                self.admit_trial(now, cycle)
            }
            Machine::HalfOpen(cycle) => self.admit_trial(now, cycle),
        }
    }

    /// Gives a permit back with the outcome of the call; returns what the breaker made of it.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "a call would cost as much as the report itself")]
    #[expect(clippy::needless_pass_by_value, reason = "a report uses the permit up")]
    pub fn report(&mut self, now: Instant, permit: Permit, outcome: Outcome) -> Recorded {
        if permit.generation != self.generation {
            self.stale += 1;
            return Recorded::Stale;
        }
        let is_plain = self.machine == Machine::Closed && self.in_flight.is_none();
        if is_plain && outcome.is_success() && self.config.slow_rate.is_none() {
            let ended = WindowEntry { failed: false, slow: false };
            self.record(now, ended, None);
            Recorded::Counted(ended)
        } else {
            self.report_rarely(now, permit.began, permit.trial, outcome)
        }
    }

    /// Closes the breaker and forgets what it has seen; calls in flight become stale.
    pub fn reset(&mut self, now: Instant) {
        self.begin_as(now, Mode::Enforce);
    }

    /// Forgets what the breaker has seen, and keeps its mode.
    pub(super) fn begin_anew(&mut self, now: Instant) {
        self.begin_as(now, self.mode());
    }

    /// Begins anew, because the process that the breaker is in has ended.
    pub(super) fn forget(&mut self, now: Instant) {
        self.delays = Delays::default();
        self.enter(now, Machine::of(self.mode()), Cause::ProcessEnded);
    }

    /// Opens the breaker for this long in whatever state it is, for example for an announced
    /// maintenance.
    ///
    /// This does not lengthen later cooldowns, and trials follow it as after any other cooldown. A
    /// breaker in another mode goes back to enforcing.
    pub fn open_for(&mut self, now: Instant, cooldown: Duration) {
        self.enter(now, Machine::Open { until: now + cooldown, cooldown }, Cause::ByHand);
    }

    /// Sets the mode of the breaker. The breaker begins anew, and calls in flight become stale.
    ///
    /// Setting the mode that the breaker already has changes nothing.
    pub fn set_mode(&mut self, now: Instant, mode: Mode) {
        if mode != self.mode() {
            self.begin_as(now, mode);
        }
    }

    /// Changes the settings; keeps the state, and as much of the window as fits.
    ///
    /// A cooldown, a trial timeout and a half-open cycle that have begun end by the old settings. A
    /// change of the rule on overdue calls makes the calls in flight stale.
    ///
    /// # Errors
    /// When a setting is outside the range that [`BreakerConfig`] states; then nothing changes.
    pub fn reconfigure(&mut self, now: Instant, config: BreakerConfig) -> Result<(), ConfigError> {
        self.cooldown = config.check()?;
        if config.window != self.config.window {
            self.memory = Memory::import(config.window, now, &self.memory.export(now));
        }
        if config.overdue != self.config.overdue {
            self.in_flight = config.overdue.map(InFlight::new);
            if matches!(self.machine, Machine::Closed | Machine::Shadow(_)) {
                self.generation += 1;
            }
        }
        self.config = config;
        Ok(())
    }

    /// The settings.
    #[must_use]
    pub const fn config(&self) -> &BreakerConfig {
        &self.config
    }

    /// The state of the breaker.
    ///
    /// An open breaker stays open after its cooldown until a call comes.
    #[must_use]
    pub fn state(&self) -> State {
        match self.machine {
            Machine::Closed | Machine::Shadow(_) | Machine::Disabled => State::Closed,
            Machine::Open { until, .. } => State::Open { until },
            Machine::ForcedOpen => State::Open { until: Instant::MAX },
            Machine::HalfOpen(_) => {
                let Trials { passed, failed, .. } = self.trials;
                State::HalfOpen { running: self.trials.running(), passed, failed }
            }
        }
    }

    /// The mode that was set.
    #[must_use]
    pub const fn mode(&self) -> Mode {
        match self.machine {
            Machine::Closed | Machine::Open { .. } | Machine::HalfOpen(_) => Mode::Enforce,
            Machine::Shadow(_) => Mode::Shadow,
            Machine::Disabled => Mode::Disable,
            Machine::ForcedOpen => Mode::ForceOpen,
        }
    }

    /// What the window holds; nothing unless the breaker is closed.
    #[must_use]
    pub fn window(&self, now: Instant) -> Counts {
        self.memory.peek(now)
    }

    /// The number of the generation, which grows whenever the permits given so far become stale:
    /// with each transition, and when the breaker begins anew by hand.
    #[must_use]
    pub const fn generation(&self) -> u64 {
        self.generation
    }

    /// The newest transition, if there was one.
    #[must_use]
    pub const fn last_transition(&self) -> Option<Transition> {
        self.last_transition
    }

    /// The last rule for which a breaker in shadow mode would have opened; each rule is reported once.
    #[must_use]
    pub const fn last_shadow_trip(&self) -> Option<ShadowTrip> {
        self.last_shadow_trip
    }

    /// How often a breaker in shadow mode would have opened.
    #[must_use]
    pub const fn shadow_trips(&self) -> u64 {
        self.shadow_trips
    }

    /// Reports of an older generation, or after the trial timeout.
    #[must_use]
    pub const fn stale_reports(&self) -> u64 {
        self.stale
    }

    /// Calls that were rejected.
    #[must_use]
    pub const fn rejections(&self) -> u64 {
        self.rejections
    }

    /// A permit of a closed breaker, unless too many calls are overdue.
    fn admit_watched(&mut self, now: Instant) -> Result<Admission, Rejection> {
        if let (Some(in_flight), Some(rule)) = (&mut self.in_flight, self.config.overdue) {
            let calls = in_flight.overdue(now);
            let of = in_flight.all();
            if rule.is_reached(calls, of) {
                self.trip(now, Cause::Overdue { calls, of, rule }, None);
            }
        }
        if let Machine::Open { until, .. } = self.machine {
            return Err(self.reject_open(now, until));
        }
        let began = self.in_flight.as_mut().map_or(now, |in_flight| in_flight.begin(now));
        Ok((began, None))
    }

    #[inline]
    fn reject_open(&mut self, now: Instant, until: Instant) -> Rejection {
        self.rejections += 1;
        Rejection::BreakerOpen { until, retry_after: until.since(now) }
    }

    /// The rarer states, apart, so that the path through a closed breaker stays fast.
    #[inline(never)]
    fn report_rarely(
        &mut self,
        now: Instant,
        began: Instant,
        trial: Option<NonZeroU64>,
        outcome: Outcome,
    ) -> Recorded {
        let slow = self.config.is_slow(began, now);
        let ended = match outcome {
            Outcome::Success => Some(WindowEntry { failed: false, slow }),
            Outcome::Failure(failure) if failure.counts() => {
                Some(WindowEntry { failed: true, slow })
            }
            // It is no failure, and an answer says that the dependency is up.
            Outcome::Failure(_) if trial.is_some() && !self.config.strict_trials => {
                Some(WindowEntry { failed: false, slow })
            }
            Outcome::Failure(_) | Outcome::Neutral => None,
        };
        match self.machine {
            Machine::Closed | Machine::Shadow(_) => {
                if let Some(in_flight) = &mut self.in_flight {
                    in_flight.end(now, began);
                }
                if let Some(ended) = ended {
                    self.record(now, ended, outcome.retry_after());
                }
            }
            Machine::HalfOpen(cycle) => {
                if !self.report_trial(now, cycle, trial, ended, outcome.retry_after()) {
                    self.stale += 1;
                    return Recorded::Stale;
                }
            }
            // A disabled breaker counts nothing, and an open one gives no permits.
            Machine::Disabled | Machine::Open { .. } | Machine::ForcedOpen => {
                return Recorded::Neutral;
            }
        }
        ended.map_or(Recorded::Neutral, Recorded::Counted)
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "a call would cost as much as the report itself")]
    fn record(&mut self, now: Instant, ended: WindowEntry, asked: Option<Duration>) {
        let counts = self.memory.record(now, ended);
        if self.config.is_exceeded(counts) {
            let counts = *counts;
            self.trip_by(now, counts, asked);
        }
    }

    #[cold]
    fn trip_by(&mut self, now: Instant, counts: Counts, asked: Option<Duration>) {
        self.trip(now, Cause::Exceeded(self.config.exceeded(&counts)), asked);
    }

    /// Opens the breaker, or in shadow mode records that it would have opened.
    #[cold]
    fn trip(&mut self, now: Instant, cause: Cause, asked: Option<Duration>) {
        if let Machine::Shadow(seen) = &mut self.machine {
            if let Some(cause) = seen.news(cause) {
                self.last_shadow_trip = Some(ShadowTrip { at: now, cause });
                self.shadow_trips += 1;
            }
        } else {
            let cooldown = self.next_cooldown(asked);
            self.enter(now, Machine::Open { until: now + cooldown, cooldown }, cause);
        }
    }

    fn next_cooldown(&mut self, asked: Option<Duration>) -> Duration {
        match (asked, self.config.max_retry_after) {
            (Some(asked), Some(longest)) if asked > Duration::ZERO => {
                spread(asked.min(longest), Duration::MAX, &mut self.rng)
            }
            _ => self.cooldown.next(&mut self.delays, &mut self.rng),
        }
    }

    fn admit_trial(&mut self, now: Instant, cycle: Cycle) -> Result<Admission, Rejection> {
        match self.trials.acquire(now, self.config.trial_timeout, cycle.trials) {
            Ok(trial) => Ok((now, Some(trial))),
            Err(until) => {
                self.rejections += 1;
                Err(Rejection::TrialsTaken { until })
            }
        }
    }

    /// Records how a trial ended; false if it no longer counts.
    fn report_trial(
        &mut self,
        now: Instant,
        cycle: Cycle,
        trial: Option<NonZeroU64>,
        ended: Option<WindowEntry>,
        asked: Option<Duration>,
    ) -> bool {
        let generation = self.generation;
        self.end_cycle_at_timeout(now, false);
        if generation != self.generation || !self.trials.finish(now, trial, ended) {
            return false;
        }
        let Cycle { trials, needed, .. } = cycle;
        let Trials { passed, failed, slow, .. } = self.trials;
        if passed >= needed {
            self.close(now, Cause::TrialsPassed { passed, needed });
        } else if failed > trials - needed {
            self.trip(now, Cause::TrialsFailed { failed, slow, trials }, asked);
        }
        true
    }

    /// Ends a half-open cycle at its timeout, as of the moment of the timeout.
    ///
    /// If the cooldown that follows is over too, a call begins the next cycle.
    fn end_cycle_at_timeout(&mut self, now: Instant, is_call: bool) {
        let Machine::HalfOpen(Cycle { began, half_open_timeout: Some(limit), .. }) = self.machine
        else {
            return;
        };
        let ended = began + limit.after;
        if now < ended {
            return;
        }
        let cause = Cause::HalfOpenTimedOut(limit);
        match limit.then {
            HalfOpenEnd::Close => self.close(now, cause),
            HalfOpenEnd::Open => {
                let cooldown = self.next_cooldown(None);
                let until = ended + cooldown;
                let next = if is_call && now >= until {
                    Machine::HalfOpen(Cycle::new(now, &self.config))
                } else {
                    Machine::Open { until, cooldown }
                };
                self.enter(now, next, cause);
            }
        }
    }

    fn begin_as(&mut self, now: Instant, mode: Mode) {
        self.delays = Delays::default();
        self.enter(now, Machine::of(mode), Cause::ByHand);
    }

    fn close(&mut self, now: Instant, cause: Cause) {
        self.delays = Delays::default();
        self.enter(now, Machine::Closed, cause);
    }

    /// Begins a new generation.
    fn enter(&mut self, now: Instant, machine: Machine, cause: Cause) {
        let from = self.state().name();
        self.machine = machine;
        self.generation += 1;
        self.memory.clear();
        self.trials.clear();
        if let Some(in_flight) = &mut self.in_flight {
            in_flight.clear();
        }
        let to = self.state().name();
        if from != to || !matches!(cause, Cause::ByHand | Cause::ProcessEnded) {
            self.last_transition = Some(Transition { at: now, from, to, cause });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backoff::BackoffConfig;

    #[test]
    fn settings_out_of_range_name_themselves() {
        let default = BreakerConfig::default();
        let day_and_more = Duration::from_secs(86_401);
        let none = BreakerConfig { failures: None, ..default };
        let by_count = BreakerConfig { window: Window::Count(5), ..default };
        let half = Some(Rate::percent(50));
        let overdue = Overdue { calls: 1, share: None, after: Duration::from_secs(1) };
        let half_open_timeout = |after| Some(HalfOpenTimeout { after, then: HalfOpenEnd::Open });
        for (config, field) in [
            (none, "breaker.failures"),
            (BreakerConfig { failures: Some(0), ..default }, "breaker.failures"),
            (BreakerConfig { failures: Some(1_000_001), ..default }, "breaker.failures"),
            (BreakerConfig { failures: Some(6), ..by_count }, "breaker.failures"),
            (
                BreakerConfig { window: Window::Time(Duration::ZERO), ..default },
                "breaker.window_length",
            ),
            (
                BreakerConfig { window: Window::Time(day_and_more), ..default },
                "breaker.window_length",
            ),
            (BreakerConfig { window: Window::Count(0), ..default }, "breaker.window_calls"),
            (BreakerConfig { window: Window::Count(100_001), ..default }, "breaker.window_calls"),
            (
                BreakerConfig { failure_rate: Some(Rate::percent(0)), ..none },
                "breaker.failure_rate",
            ),
            (
                BreakerConfig { failure_rate: Some(Rate::percent(101)), ..none },
                "breaker.failure_rate",
            ),
            (
                BreakerConfig { failure_rate: half, window: Window::Consecutive, ..none },
                "breaker.failure_rate",
            ),
            (BreakerConfig { failure_rate: half, min_calls: 0, ..none }, "breaker.min_calls"),
            (BreakerConfig { failure_rate: half, min_calls: 6, ..by_count }, "breaker.min_calls"),
            (
                BreakerConfig { overdue: Some(Overdue { calls: 0, ..overdue }), ..none },
                "breaker.overdue.calls",
            ),
            (
                BreakerConfig {
                    overdue: Some(Overdue { share: Some(Rate::percent(101)), ..overdue }),
                    ..none
                },
                "breaker.overdue.share",
            ),
            (
                BreakerConfig {
                    overdue: Some(Overdue { after: Duration::ZERO, ..overdue }),
                    ..none
                },
                "breaker.overdue.after",
            ),
            (
                BreakerConfig { cooldown: BackoffConfig::constant(Duration::MAX), ..default },
                "breaker.cooldown.base",
            ),
            (
                BreakerConfig { max_retry_after: Some(day_and_more), ..default },
                "breaker.max_retry_after",
            ),
            (BreakerConfig { trials: 0, trials_to_close: 0, ..default }, "breaker.trials"),
            (BreakerConfig { trials: 33, ..default }, "breaker.trials"),
            (BreakerConfig { trials_to_close: 3, ..default }, "breaker.trials_to_close"),
            (BreakerConfig { trials_to_close: 0, ..default }, "breaker.trials_to_close"),
            (BreakerConfig { trial_timeout: Duration::ZERO, ..default }, "breaker.trial_timeout"),
            (
                BreakerConfig { half_open_timeout: half_open_timeout(Duration::ZERO), ..default },
                "breaker.half_open_timeout.after",
            ),
        ] {
            let error = CircuitBreaker::new(config, 1).unwrap_err();
            assert_eq!(error.field, field);
            assert!(error.to_string().contains(" must be "), "{error}");
        }
    }
}
