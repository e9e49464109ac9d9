//! A recorded log of calls, and what a breaker would have done with it.
//!
//! A [`Replayer`] takes the calls of a log through a breaker of the engine, or if they have keys, through
//! one for each key: each asks for a permit when it started; a call with a permit reports its recorded outcome when it
//! ended, and a rejected call is not sent and reports nothing. Calls that ended at the moment when
//! another one started are reported first.
//!
//! Most logs are in the order in which calls ended. So the replay keeps up to [`PENDING_MAX`] calls and
//! puts them in the order of their starts: a log of that length may be in any order, and in a longer one
//! a call may come up to half as many calls too late. One that comes later is dropped as a line that
//! cannot be read.
//!
//! The limits of a replay:
//! - A rejected call takes load off the dependency, and later calls might have gone better than
//!   recorded. So if load was the cause, a replay shows the least that a breaker would have
//!   achieved.
//! - A trial of a half-open breaker has the outcome of the one call that was recorded at that time.
//!   The log does not have the retries that a rejected call would have caused.
//! - A log has no `Retry-After`, so a cooldown is always that of the settings.
//!
//! ```
//! use fusebox::BreakerConfig;
//! use fusebox_lab::log::{LogOptions, LogReader};
//! use fusebox_lab::replay::Replayer;
//!
//! let log = "start_ms,duration_ms,outcome\n0,10,ok\n20,1000,timeout\n1040,1000,503\n2050,9.5,200\n";
//! let config = BreakerConfig { failures: Some(2), ..BreakerConfig::default() };
//! let mut replayer = Replayer::new(config, 1)?;
//! let mut reader = LogReader::new(LogOptions::default());
//! reader.feed(log.as_bytes(), &mut |call, key| replayer.add(call, key))?;
//! reader.finish(&mut |call, key| replayer.add(call, key))?;
//! let replay = replayer.finish()?;
//! assert_eq!((replay.sent, replay.rejected.open, replay.successes_lost), (3, 1, 1));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod breakers;

use crate::log::{LogError, LoggedCall};
use crate::low_share::{self, is_at_low_share};
use crate::record;
use crate::report::millis;
use breakers::{Breakers, Pass};
use fusebox::time::Instant;
use fusebox::{
    BreakerConfig, CircuitBreaker, ConfigError, Outcome, Rejection, State, StateName, Transition,
};
use fusebox_sim::Schedule;
use std::collections::BTreeMap;

/// The most calls that wait for their turn.
pub const PENDING_MAX: usize = 1_000_000;

/// The most calls in flight at the same time.
pub const IN_FLIGHT_MAX: usize = 1_000_000;

/// The most state changes that a [`Replay`] keeps.
pub const TRANSITIONS_MAX: usize = 10_000;

/// The most keys.
pub const KEYS_MAX: usize = 10_000;

/// The longest key, in bytes.
pub const KEY_MAX: usize = 200;

record! {
    /// What a breaker would have done, or one for each key.
    ///
    /// A failure is what the breaker counts as one: errors of the request (400, 404 ...), throttling (429)
    /// and neutral outcomes are neither failures nor successes. A breaker is open from each change to open to the
    /// next change, or to the last start or report of the replay; a cooldown ends only when a call comes.
    pub struct Replay() {
        starts_at_ms: f64 = 0.0, "ms", "The first start on the clock of the log, as in Unix time; other times count from it";
        calls: u64 = 0, "calls", "Calls in the log";
        sent: u64 = 0, "calls", "Permitted by the breaker";
        rejected: Rejected = Rejected::of(), "", "Rejected by the breaker, by its state";
        failures: u64 = 0, "calls", "Calls in the log that the breaker counts as failures";
        failures_avoided: u64 = 0, "calls", "Failures in the log among the rejected calls";
        successes_lost: u64 = 0, "calls", "Successes in the log among the rejected calls";
        time_saved_ms: f64 = 0.0, "ms", "The recorded durations of the avoided failures, added up";
        time_open_ms: f64 = 0.0, "ms", "Time that the breaker was open; with keys, added up over their breakers";
        state: Option<String> = None, "", "The state at the end: closed, open or half-open; null with keys";
        open_until_ms: Option<f64> = None, "ms", "When the cooldown ends, if the state at the end is open; or null";
        stale_reports: u64 = 0, "calls", "Outcomes that arrived too late to count";
        state_changes: u64 = 0, "changes", "State changes";
        opened_at_low_share: u64 = 0, "changes", "Changes to open when fewer than 5 % of the calls in the window had failed";
        transitions: Vec<ReplayChange> = Vec::new(), "", "The first 10,000 state changes, oldest first";
        keys: Vec<KeyReplay> = Vec::new(), "", "The breakers of the keys, those that rejected most first; empty without keys";
    }
}

record! {
    /// Calls that the breaker rejected.
    #[derive(Copy, Eq)]
    pub struct Rejected() {
        open: u64 = 0, "calls", "The breaker was open";
        trials_taken: u64 = 0, "calls", "The breaker was half-open with all trials taken";
    }
}

record! {
    /// A state change of a breaker in a replay.
    pub struct ReplayChange(of: &Transition, name: Option<String>) {
        at_ms: f64 = millis(of.at.since(Instant::ZERO)), "ms", "Time since the first start of the log";
        key: Option<String> = name, "", "The key of the breaker; null without keys";
        from: String = of.from.to_string(), "", "The state before: closed, open or half-open";
        to: String = of.to.to_string(), "", "The state after";
        cause: String = of.cause.to_string(), "", "The reason, as a sentence";
    }
}

record! {
    /// What the breaker of one key would have done.
    #[derive(Eq)]
    pub struct KeyReplay(name: String) {
        key: String = name, "", "The key";
        calls: u64 = 0, "calls", "Calls in the log with this key";
        rejected: u64 = 0, "calls", "Rejected by the breaker";
        failures: u64 = 0, "calls", "Calls that the breaker counts as failures";
        failures_avoided: u64 = 0, "calls", "Failures among the rejected calls";
        successes_lost: u64 = 0, "calls", "Successes among the rejected calls";
        state_changes: u64 = 0, "changes", "State changes";
        state: String = String::new(), "", "The state at the end; none if the breaker was idle for so long that it left";
    }
}

/// Takes calls through a breaker, or through one for each key.
pub struct Replayer {
    breakers: Breakers,
    seed: u64,
    /// The calls that may still be preceded by others.
    pending: Vec<Pending>,
    /// The start of the newest call that had its turn.
    floor: Instant,
    /// The start of the first call.
    origin: Option<Instant>,
    /// The permitted calls that have not ended yet, by their ends.
    in_flight: Schedule<(Pass, u32, Outcome)>,
    now: Instant,
    numbers: BTreeMap<String, u32>,
    /// What each key has seen; without keys, there is one.
    lanes: Vec<Lane>,
    replay: Replay,
}

struct Pending {
    call: LoggedCall,
    key: u32,
}

struct Lane {
    open_since: Option<Instant>,
    replay: KeyReplay,
}

impl Replayer {
    /// A replay of no calls yet. If the first one has a key, there will be a breaker for each key.
    ///
    /// The seed is for the jitter of the cooldown.
    ///
    /// # Errors
    /// When a setting is outside its range.
    pub fn new(config: BreakerConfig, seed: u64) -> Result<Self, ConfigError> {
        Ok(Self {
            breakers: Breakers::new(config, seed)?,
            seed,
            pending: Vec::new(),
            floor: Instant::ZERO,
            origin: None,
            in_flight: Schedule::new(),
            now: Instant::ZERO,
            numbers: BTreeMap::new(),
            lanes: vec![Lane::new(String::new())],
            replay: Replay::of(),
        })
    }

    /// Adds the next call of the log. Calls that started at the same moment keep their order.
    ///
    /// # Errors
    /// When the call comes too late for its start, when there are too many keys, or when too many calls
    /// are in flight at the same time.
    pub fn add(&mut self, call: LoggedCall, key: Option<&str>) -> Result<(), LogError> {
        if call.start < self.floor {
            let start = call.start.since(Instant::ZERO).as_micros() / 1_000;
            let expected = "at most 500,000 calls later than those that started after it";
            return Err(LogError::new("the start", &format!("{start} ms"), expected));
        }
        if key.is_some() && self.origin.is_none() && self.pending.is_empty() {
            self.breakers.split(self.seed);
            self.lanes.clear();
        }
        let key = self.number(key.unwrap_or_default())?;
        self.pending.push(Pending { call, key });
        if self.pending.len() == PENDING_MAX { self.play(PENDING_MAX / 2) } else { Ok(()) }
    }

    /// Takes the calls that are left through the breaker.
    ///
    /// # Errors
    /// When too many calls are in flight at the same time.
    pub fn finish(mut self) -> Result<Replay, LogError> {
        self.play(self.pending.len())?;
        self.report_until(Instant::MAX);
        let Self { breakers, now, lanes, mut replay, .. } = self;
        for (key, lane) in (0..).zip(lanes) {
            let Lane { open_since, replay: mut of_key } = lane;
            let state = breakers.get(key).map(CircuitBreaker::state);
            replay.time_open_ms += open_since.map_or(0.0, |since| millis(now.since(since)));
            if breakers.is_keyed() {
                of_key.state = state.map(|state| state.name().to_string()).unwrap_or_default();
                replay.keys.push(of_key);
                continue;
            }
            if let Some(State::Open { until }) = state {
                replay.open_until_ms = Some(millis(until.since(Instant::ZERO)));
            }
            replay.state = state.map(|state| state.name().to_string());
        }
        replay.keys.sort_by_key(|it| std::cmp::Reverse((it.rejected, it.failures, it.calls)));
        Ok(replay)
    }

    /// The number of a key, which is new if the key is.
    fn number(&mut self, key: &str) -> Result<u32, LogError> {
        if !self.breakers.is_keyed() {
            return Ok(0);
        }
        if let Some(&number) = self.numbers.get(key) {
            return Ok(number);
        }
        if key.len() > KEY_MAX {
            return Err(LogError::new("the key", key, "at most 200 bytes long"));
        }
        if self.lanes.len() == KEYS_MAX {
            let expected = "one of at most 10,000 different values; choose another column";
            return Err(LogError::fatal("the key", key, expected));
        }
        let number = u32::try_from(self.lanes.len()).unwrap_or(u32::MAX);
        self.lanes.push(Lane::new(key.to_string()));
        self.numbers.insert(key.to_string(), number);
        Ok(number)
    }

    /// Takes this many of the calls, those that started first, through the breaker.
    fn play(&mut self, calls: usize) -> Result<(), LogError> {
        let mut pending = std::mem::take(&mut self.pending);
        pending.sort_by_key(|it| it.call.start);
        for Pending { call, key } in pending.drain(..calls) {
            self.floor = call.start;
            if self.origin.is_none() {
                self.replay.starts_at_ms = millis(call.start.since(Instant::ZERO));
            }
            let origin = *self.origin.get_or_insert(call.start);
            let start = Instant::ZERO + call.start.since(origin);
            self.report_until(start);
            if self.in_flight.len() == IN_FLIGHT_MAX {
                let expected = "at most 1,000,000 at the same time";
                return Err(LogError::fatal(
                    "the number of calls in flight",
                    "1,000,001",
                    expected,
                ));
            }
            self.start(LoggedCall { start, ..call }, key);
        }
        self.pending = pending;
        Ok(())
    }

    /// Reports all calls that ended up to and including this moment.
    fn report_until(&mut self, until: Instant) {
        while self.in_flight.next_at().is_some_and(|at| at <= until) {
            let Some((at, (pass, key, outcome))) = self.in_flight.pop() else { return };
            let generation = self.breakers.generation(key);
            let is_stale = self.breakers.report(at, key, pass, outcome);
            self.replay.stale_reports += u64::from(is_stale);
            self.note(at, key, generation);
        }
    }

    fn start(&mut self, call: LoggedCall, key: u32) {
        let failed = matches!(call.outcome, Outcome::Failure(failure) if failure.counts());
        let (succeeded, failed) = (u64::from(call.outcome.is_success()), u64::from(failed));
        let generation = self.breakers.generation(key);
        let permitted = self.breakers.try_acquire(call.start, key);
        let (lane, replay) = (&mut self.lanes[key as usize].replay, &mut self.replay);
        replay.calls += 1;
        lane.calls += 1;
        replay.failures += failed;
        lane.failures += failed;
        match permitted {
            Ok(pass) => {
                replay.sent += 1;
                self.in_flight.at(call.start + call.duration, (pass, key, call.outcome));
            }
            Err(rejection) => {
                match rejection {
                    Rejection::TrialsTaken { .. } => replay.rejected.trials_taken += 1,
                    _ => replay.rejected.open += 1,
                }
                lane.rejected += 1;
                replay.successes_lost += succeeded;
                lane.successes_lost += succeeded;
                replay.failures_avoided += failed;
                lane.failures_avoided += failed;
                if failed > 0 {
                    replay.time_saved_ms += millis(call.duration);
                }
            }
        }
        self.note(call.start, key, generation);
    }

    /// Records the state change of this moment, if there was one; there is never more than one.
    fn note(&mut self, now: Instant, key: u32, generation: Option<u64>) {
        self.now = now;
        let (lane, replay) = (&mut self.lanes[key as usize], &mut self.replay);
        let Some(breaker) = self.breakers.get(key) else { return };
        if generation.is_none() {
            // The breaker that was there before was idle for so long that it left.
            replay.time_open_ms += lane.open_since.take().map_or(0.0, |it| millis(now.since(it)));
        }
        let is_new = breaker.generation() != generation.unwrap_or_default();
        let Some(transition) = breaker.last_transition().filter(|_| is_new) else { return };
        if let Some(since) = lane.open_since.take() {
            replay.time_open_ms += millis(transition.at.since(since));
        }
        lane.open_since = (transition.to == StateName::Open).then_some(transition.at);
        lane.replay.state_changes += 1;
        replay.state_changes += 1;
        replay.opened_at_low_share += u64::from(is_at_low_share(&transition));
        if replay.transitions.len() < TRANSITIONS_MAX {
            let name = self.breakers.is_keyed().then(|| lane.replay.key.clone());
            replay.transitions.push(ReplayChange::of(&transition, name));
        }
    }
}

impl Replay {
    /// What is doubtful about the settings, as a sentence.
    #[must_use]
    pub fn warning(&self) -> Option<String> {
        low_share::warning(self.opened_at_low_share)
    }
}

impl Lane {
    fn new(key: String) -> Self {
        Self { open_since: None, replay: KeyReplay::of(key) }
    }
}
