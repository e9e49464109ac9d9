//! A circuit breaker that is too simple to be wrong: it keeps every call and every trial in a list,
//! and counts them anew each time.
//!
//! It says what the documentation says. Of how the engine does it, it knows what can be seen from
//! outside: a window by time forgets in 50 steps, and its clock never runs back.

use fusebox::time::{Duration, Instant};
use fusebox::{
    BackoffConfig, BreakerConfig, Cause, Counts, Exceeded, Growth, HalfOpenEnd, HalfOpenTimeout,
    Jitter, Mode, Outcome, Rejection, ShadowTrip, State, StateName, Transition, Window,
};

#[derive(Clone, Debug)]
pub(crate) struct Model {
    pub(crate) config: BreakerConfig,
    pub(crate) mode: Mode,
    /// What it is doing, apart from what the mode says.
    phase: Phase,
    pub(crate) generation: u64,
    /// All calls of this generation that ended, oldest first.
    ended: Vec<EndedCall>,
    /// The newest moment that the window has seen.
    window_clock: Instant,
    /// All calls of this generation in flight, and when they began by the clock of the rule on
    /// overdue calls.
    under_way: Vec<(u64, Instant)>,
    /// The newest moment that the rule on overdue calls has seen.
    overdue_clock: Instant,
    /// All trials of this cycle.
    trials: Vec<Trial>,
    /// All permits ever given.
    permits: u64,
    /// The cooldowns since it was last closed, without those that were asked for.
    pub(crate) cooldowns: u32,
    previous_cooldown: Option<Duration>,
    /// Whether the newest cooldown was asked for.
    asked: bool,
    /// The rules that have spoken, by number.
    spoken: Vec<u8>,
    pub(crate) last_transition: Option<Transition>,
    pub(crate) last_shadow_trip: Option<ShadowTrip>,
    pub(crate) shadow_trips: u64,
    pub(crate) stale: u64,
    pub(crate) rejections: u64,
}

#[derive(Clone, Copy, Debug)]
enum Phase {
    Closed,
    Open {
        /// When the cooldown began.
        since: Instant,
        least: Duration,
        /// More than the least only with jitter, until the breaker has said what it drew.
        most: Duration,
    },
    HalfOpen(Cycle),
}

/// The terms of a half-open cycle, which no later settings change.
#[derive(Clone, Copy, Debug)]
struct Cycle {
    began: Instant,
    trials: u32,
    needed: u32,
    half_open_timeout: Option<HalfOpenTimeout>,
}

#[derive(Clone, Copy, Debug)]
struct EndedCall {
    /// In microseconds; a call that another window took over may be from before the clock began.
    at: i64,
    failed: bool,
    slow: bool,
}

#[derive(Clone, Copy, Debug)]
struct Trial {
    permit: u64,
    next_timeout: Instant,
    result: Result,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Result {
    UnderWay,
    Passed,
    Failed,
    Slow,
    /// It was neutral, or its lease ended.
    GivenBack,
}

/// A permit of the model.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ticket {
    pub(crate) generation: u64,
    pub(crate) trial: Option<u32>,
    permit: u64,
    began: Instant,
}

fn micros(at: Instant) -> i64 {
    i64::try_from(at.as_micros()).unwrap()
}

/// The length of the steps in which a window forgets.
fn step_length(window: Duration) -> i64 {
    i64::try_from(window.as_micros().div_ceil(50)).unwrap()
}

impl Model {
    pub(crate) fn new(config: BreakerConfig) -> Self {
        Self {
            config,
            mode: Mode::Enforce,
            phase: Phase::Closed,
            generation: 0,
            ended: Vec::new(),
            window_clock: Instant::ZERO,
            under_way: Vec::new(),
            overdue_clock: Instant::ZERO,
            trials: Vec::new(),
            permits: 0,
            cooldowns: 0,
            previous_cooldown: None,
            asked: false,
            spoken: Vec::new(),
            last_transition: None,
            last_shadow_trip: None,
            shadow_trips: 0,
            stale: 0,
            rejections: 0,
        }
    }

    // What is done to it.

    pub(crate) fn acquire(&mut self, now: Instant) -> core::result::Result<Ticket, Rejection> {
        self.end_undecided_cycle(now, true);
        match self.mode {
            Mode::ForceOpen => return self.reject(Rejection::BreakerForcedOpen),
            Mode::Disable => return Ok(self.ticket(now, None)),
            Mode::Enforce | Mode::Shadow => {}
        }
        if let (Phase::Closed, Some(rule)) = (self.phase, self.config.overdue) {
            self.overdue_clock = self.overdue_clock.max(now);
            let (calls, of) = (self.overdue(), u32::try_from(self.under_way.len()).unwrap());
            let share = rule.share.map_or(0, |share| u64::from(share.as_per_ten_thousand()));
            if calls >= rule.calls && u64::from(calls) * 10_000 >= u64::from(of) * share {
                self.trip(now, Cause::Overdue { calls, of, rule }, None);
                if let Phase::Open { since, least, .. } = self.phase {
                    let (until, retry_after) = (since + least, least);
                    return self.reject(Rejection::BreakerOpen { until, retry_after });
                }
            }
        }
        if let Phase::Open { since, least: cooldown, .. } = self.phase {
            let until = since + cooldown;
            if now < until {
                let retry_after = until.since(now);
                return self.reject(Rejection::BreakerOpen { until, retry_after });
            }
            self.try_again(now, Cause::CooldownOver { cooldown });
        }
        let Phase::HalfOpen(cycle) = self.phase else {
            let ticket = self.ticket(now, None);
            if self.config.overdue.is_some() {
                self.under_way.push((ticket.permit, self.overdue_clock));
            }
            return Ok(ticket);
        };
        self.end_leases(now);
        if self.count(|result| result != Result::GivenBack) >= cycle.trials {
            let under_way = self.trials.iter().filter(|trial| trial.result == Result::UnderWay);
            let until = under_way.map(|trial| trial.next_timeout).min().expect("one is under way");
            return self.reject(Rejection::TrialsTaken { until });
        }
        let number = u32::try_from(self.trials.len()).unwrap() + 1;
        let ticket = self.ticket(now, Some(number));
        let next_timeout = now + self.config.trial_timeout;
        let permit = ticket.permit;
        self.trials.push(Trial { permit, next_timeout, result: Result::UnderWay });
        Ok(ticket)
    }

    pub(crate) fn report(&mut self, now: Instant, ticket: Ticket, outcome: Outcome) {
        if ticket.generation != self.generation {
            self.stale += 1;
            return;
        }
        self.end_undecided_cycle(now, false);
        if ticket.generation != self.generation {
            self.stale += 1;
            return;
        }
        let took = now.since(ticket.began);
        let is_slow = self.config.slow_rate.is_some_and(|slow| took > slow.threshold);
        let failed = match outcome {
            Outcome::Success => Some(false),
            Outcome::Failure(failure) if failure.counts() => Some(true),
            Outcome::Failure(_) if ticket.trial.is_some() && !self.config.strict_trials => {
                Some(false)
            }
            Outcome::Failure(_) | Outcome::Neutral => None,
        };
        match self.phase {
            Phase::HalfOpen(cycle) => {
                let result = match failed {
                    None => Result::GivenBack,
                    Some(true) => Result::Failed,
                    Some(false) if is_slow => Result::Slow,
                    Some(false) => Result::Passed,
                };
                self.end_leases(now);
                let mut trials = self.trials.iter_mut();
                let own = trials.find(|trial| trial.permit == ticket.permit).expect("a trial");
                // A trial that reports once more has only had its place given away.
                if own.result == Result::UnderWay || result == Result::Passed {
                    own.result = result;
                    self.decide(now, cycle, outcome.retry_after());
                } else {
                    self.stale += 1;
                }
            }
            Phase::Closed if self.mode != Mode::Disable => {
                self.overdue_clock = self.overdue_clock.max(now);
                self.under_way.retain(|&(permit, _)| permit != ticket.permit);
                if let Some(failed) = failed {
                    self.window_clock = self.window_clock.max(now);
                    let at = micros(self.window_clock);
                    self.ended.push(EndedCall { at, failed, slow: is_slow });
                    self.judge(now, outcome.retry_after());
                }
            }
            _ => {}
        }
    }

    pub(crate) fn set_mode(&mut self, now: Instant, mode: Mode) {
        if mode != self.mode {
            self.start_cooldowns_anew();
            self.enter(now, mode, Phase::Closed, Cause::ByHand);
        }
    }

    pub(crate) fn reset(&mut self, now: Instant) {
        self.start_cooldowns_anew();
        self.enter(now, Mode::Enforce, Phase::Closed, Cause::ByHand);
    }

    pub(crate) fn open_for(&mut self, now: Instant, cooldown: Duration) {
        let open = Phase::Open { since: now, least: cooldown, most: cooldown };
        self.enter(now, Mode::Enforce, open, Cause::ByHand);
    }

    pub(crate) fn reconfigure(&mut self, now: Instant, config: BreakerConfig) {
        if config.window != self.config.window {
            self.take_over(now, config.window);
        }
        if config.overdue != self.config.overdue {
            self.under_way.clear();
            self.overdue_clock = Instant::ZERO;
            let counts = matches!(self.mode, Mode::Enforce | Mode::Shadow);
            self.generation += u64::from(counts && matches!(self.phase, Phase::Closed));
        }
        self.config = config;
    }

    /// Ends, and begins again from what was exported; all permits are lost.
    pub(crate) fn restart(&mut self, now: Instant) {
        self.take_over(now, self.config.window);
        self.phase = match self.phase {
            Phase::Open { since, least, .. } => {
                let left = (since + least).since(now);
                Phase::Open { since: now, least: left, most: left }
            }
            Phase::HalfOpen(_) => {
                Phase::Open { since: now, least: Duration::ZERO, most: Duration::ZERO }
            }
            Phase::Closed => Phase::Closed,
        };
        *self = Self {
            mode: self.mode,
            phase: self.phase,
            ended: core::mem::take(&mut self.ended),
            window_clock: self.window_clock,
            cooldowns: self.cooldowns,
            ..Self::new(self.config)
        };
    }

    /// Learns what a cooldown with jitter came to; tells whether it may have.
    pub(crate) fn settle(&mut self, until: Instant) -> bool {
        let Phase::Open { since, least, most } = self.phase else { return true };
        let cooldown = until.since(since);
        if least < most && least <= cooldown && cooldown <= most {
            self.phase = Phase::Open { since, least: cooldown, most: cooldown };
            if !self.asked {
                self.previous_cooldown = Some(cooldown);
            }
        }
        (since + least..=since + most).contains(&until)
    }

    // What it shows.

    pub(crate) fn state(&self) -> State {
        match (self.mode, self.phase) {
            (Mode::ForceOpen, _) => State::Open { until: Instant::MAX },
            (_, Phase::Closed) => State::Closed,
            (_, Phase::Open { since, least, .. }) => State::Open { until: since + least },
            (_, Phase::HalfOpen(_)) => State::HalfOpen {
                running: self.count(|result| result == Result::UnderWay),
                passed: self.count(|result| result == Result::Passed),
                failed: self.failed(),
            },
        }
    }

    pub(crate) fn window(&self, now: Instant) -> Counts {
        let mut counts = Counts::default();
        for call in self.remembered(now) {
            counts.successes += u32::from(!call.failed);
            counts.failures += u32::from(call.failed);
            counts.slow += u32::from(call.slow);
        }
        counts
    }

    /// How many trials this cycle allows.
    pub(crate) fn trials_allowed(&self) -> u32 {
        let Phase::HalfOpen(cycle) = self.phase else { return 0 };
        cycle.trials
    }

    /// When a cycle without a decision is to end.
    pub(crate) fn cycle_ends(&self) -> Option<Instant> {
        let Phase::HalfOpen(cycle) = self.phase else { return None };
        cycle.half_open_timeout.map(|limit| cycle.began + limit.after)
    }

    // Counting.

    fn remembered(&self, now: Instant) -> &[EndedCall] {
        let all = &self.ended[..];
        let first = match self.config.window {
            Window::Time(length) => {
                let step = |at: i64| at.div_euclid(step_length(length));
                let newest = step(micros(now.max(self.window_clock)));
                all.iter().take_while(|call| newest - step(call.at) >= 50).count()
            }
            Window::Count(calls) => all.len().saturating_sub(calls as usize),
            Window::Consecutive => {
                all.iter().rposition(|call| !call.failed).map_or(0, |success| success + 1)
            }
        };
        &all[first..]
    }

    fn overdue(&self) -> u32 {
        let Some(rule) = self.config.overdue else { return 0 };
        // A call counts from 49 to 50 steps on, and not before its time.
        let length = i64::try_from(rule.after.as_micros().div_ceil(49)).unwrap();
        let step = |at: Instant| micros(at) / length;
        let is_overdue = |began| step(self.overdue_clock) - step(began) >= 50;
        let calls = self.under_way.iter().filter(|&&(_, began)| is_overdue(began));
        u32::try_from(calls.count()).unwrap()
    }

    fn count(&self, counts: impl Fn(Result) -> bool) -> u32 {
        let trials = self.trials.iter().filter(|trial| counts(trial.result));
        u32::try_from(trials.count()).unwrap()
    }

    fn failed(&self) -> u32 {
        self.count(|result| matches!(result, Result::Failed | Result::Slow))
    }

    // Deciding.

    fn judge(&mut self, now: Instant, asked: Option<Duration>) {
        let BreakerConfig { window, min_calls, .. } = self.config;
        let counts = self.window(now);
        let calls = counts.successes + counts.failures;
        let share = |part, per_ten_thousand| {
            calls >= min_calls
                && u64::from(part) * 10_000 >= u64::from(calls) * u64::from(per_ten_thousand)
        };
        let failures = self.config.failures.filter(|&most| counts.failures >= most);
        let failure_rate = self
            .config
            .failure_rate
            .filter(|rate| share(counts.failures, rate.as_per_ten_thousand()));
        let slow_rate = self
            .config
            .slow_rate
            .filter(|slow| share(counts.slow, slow.rate.as_per_ten_thousand()));
        if failures.is_some() || failure_rate.is_some() || slow_rate.is_some() {
            let exceeded = Exceeded { counts, window, failures, failure_rate, slow_rate };
            self.trip(now, Cause::Exceeded(exceeded), asked);
        }
    }

    fn decide(&mut self, now: Instant, cycle: Cycle, asked: Option<Duration>) {
        let Cycle { trials, needed, .. } = cycle;
        let (passed, failed) = (self.count(|result| result == Result::Passed), self.failed());
        if passed >= needed {
            self.close(now, Cause::TrialsPassed { passed, needed });
        } else if trials - failed < needed {
            let slow = self.count(|result| result == Result::Slow);
            self.trip(now, Cause::TrialsFailed { failed, slow, trials }, asked);
        }
    }

    fn end_undecided_cycle(&mut self, now: Instant, is_call: bool) {
        let Phase::HalfOpen(Cycle { began, half_open_timeout: Some(limit), .. }) = self.phase
        else {
            return;
        };
        let ended = began + limit.after;
        if now < ended {
            return;
        }
        let cause = Cause::HalfOpenTimedOut(limit);
        if limit.then == HalfOpenEnd::Close {
            self.close(now, cause);
            return;
        }
        let (least, most) = self.next_cooldown(None);
        assert_eq!(least, most, "a jitter here would have to be known");
        // One cycle follows another at once where the cooldown is over too, and a call is there to
        // begin it.
        if is_call && ended + least <= now {
            self.try_again(now, cause);
        } else {
            self.enter(now, Mode::Enforce, Phase::Open { since: ended, least, most }, cause);
        }
    }

    fn trip(&mut self, now: Instant, cause: Cause, asked: Option<Duration>) {
        if self.mode == Mode::Shadow {
            if let Some(cause) = self.news(cause) {
                self.last_shadow_trip = Some(ShadowTrip { at: now, cause });
                self.shadow_trips += 1;
            }
        } else {
            let (least, most) = self.next_cooldown(asked);
            self.enter(now, Mode::Enforce, Phase::Open { since: now, least, most }, cause);
        }
    }

    /// What of this no rule has said before.
    fn news(&mut self, cause: Cause) -> Option<Cause> {
        let mut speak = |rule| {
            let is_new = !self.spoken.contains(&rule);
            self.spoken.push(rule);
            is_new
        };
        let Cause::Exceeded(mut exceeded) = cause else { return speak(0).then_some(cause) };
        exceeded.failures = exceeded.failures.filter(|_| speak(1));
        exceeded.failure_rate = exceeded.failure_rate.filter(|_| speak(2));
        exceeded.slow_rate = exceeded.slow_rate.filter(|_| speak(3));
        let Exceeded { failures, failure_rate, slow_rate, .. } = exceeded;
        let is_silent = failures.is_none() && failure_rate.is_none() && slow_rate.is_none();
        (!is_silent).then_some(Cause::Exceeded(exceeded))
    }

    /// The least and the most that the cooldown may be.
    fn next_cooldown(&mut self, asked: Option<Duration>) -> (Duration, Duration) {
        let asked = asked.filter(|&asked| asked > Duration::ZERO);
        self.asked = asked.is_some() && self.config.max_retry_after.is_some();
        if let (Some(asked), Some(longest)) = (asked, self.config.max_retry_after) {
            let cooldown = asked.min(longest);
            return (cooldown, cooldown.per_mille(1_500));
        }
        let BackoffConfig { base, growth, cap, jitter } = self.config.cooldown;
        let n = self.cooldowns;
        self.cooldowns += 1;
        let delay = match growth {
            Growth::Constant => base,
            Growth::Linear => base.saturating_mul(u64::from(n) + 1),
            Growth::Exponential { factor_per_mille } => {
                assert_eq!(factor_per_mille % 1_000, 0, "a whole factor");
                let factor = u64::from(factor_per_mille / 1_000);
                base.saturating_mul(factor.saturating_pow(n))
            }
            Growth::Fibonacci | Growth::Mersenne => unreachable!("not among the scripts"),
        };
        let delay = delay.min(cap);
        let (least, most) = match jitter {
            Jitter::None => (delay, delay),
            Jitter::PlusMinusShare { per_mille: spread } => {
                (delay.per_mille(1_000 - spread), delay.per_mille(1_000 + spread))
            }
            Jitter::Full => (Duration::ZERO, delay),
            Jitter::Equal => (delay.per_mille(500), delay),
            Jitter::Decorrelated => {
                let previous = self.previous_cooldown.unwrap_or(base);
                (base, base.max(previous.saturating_mul(3)))
            }
            _ => unreachable!("not among the scripts"),
        };
        (least.min(cap), most.min(cap))
    }

    fn start_cooldowns_anew(&mut self) {
        self.cooldowns = 0;
        self.previous_cooldown = None;
    }

    // Moving.

    fn try_again(&mut self, now: Instant, cause: Cause) {
        let BreakerConfig { trials, trials_to_close: needed, half_open_timeout, .. } = self.config;
        let cycle = Cycle { began: now, trials, needed, half_open_timeout };
        self.enter(now, Mode::Enforce, Phase::HalfOpen(cycle), cause);
    }

    fn close(&mut self, now: Instant, cause: Cause) {
        self.start_cooldowns_anew();
        self.enter(now, Mode::Enforce, Phase::Closed, cause);
    }

    fn enter(&mut self, at: Instant, mode: Mode, phase: Phase, cause: Cause) {
        let from = self.state().name();
        (self.mode, self.phase) = (mode, phase);
        self.generation += 1;
        self.ended.clear();
        self.under_way.clear();
        self.trials.clear();
        self.spoken.clear();
        let to: StateName = self.state().name();
        if from != to || cause != Cause::ByHand {
            self.last_transition = Some(Transition { at, from, to, cause });
        }
    }

    fn end_leases(&mut self, now: Instant) {
        for trial in &mut self.trials {
            if trial.result == Result::UnderWay && trial.next_timeout <= now {
                trial.result = Result::GivenBack;
            }
        }
    }

    fn ticket(&mut self, began: Instant, trial: Option<u32>) -> Ticket {
        self.permits += 1;
        Ticket { generation: self.generation, trial, permit: self.permits, began }
    }

    fn reject(&mut self, rejection: Rejection) -> core::result::Result<Ticket, Rejection> {
        self.rejections += 1;
        Err(rejection)
    }

    /// Keeps of the calls what is remembered now and fits into this window.
    fn take_over(&mut self, now: Instant, window: Window) {
        let remembered = self.remembered(now).to_vec();
        self.ended = match (self.config.window, window) {
            (Window::Time(old), Window::Time(_)) => {
                // Each call is as old as the step in which it is remembered.
                let begin = |at: i64| at.div_euclid(step_length(old)) * step_length(old);
                let newest = micros(now).max(begin(micros(self.window_clock)));
                let aged = remembered.iter().map(|call| {
                    let age = newest - begin(call.at);
                    EndedCall { at: micros(now) - age, ..*call }
                });
                aged.collect()
            }
            (Window::Count(_), Window::Count(_)) | (Window::Consecutive, Window::Consecutive) => {
                remembered
            }
            _ => Vec::new(),
        };
        self.window_clock = if self.ended.is_empty() { Instant::ZERO } else { now };
    }
}
