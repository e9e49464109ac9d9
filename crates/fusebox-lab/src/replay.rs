//! A recorded log of calls, and what a breaker would have done with it.
//!
//! [`parse`] reads the log, and [`replay`] takes its calls through a breaker of the engine: each asks
//! for a permit when it started; a call with a permit reports its recorded outcome when it ended, and a
//! rejected call is not sent and reports nothing. Calls that ended at the moment when another one started
//! are reported first.
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
//! use fusebox_lab::replay::{parse, replay};
//!
//! let log = "start_ms,duration_ms,outcome\n0,10,ok\n20,1000,timeout\n1040,1000,503\n2050,9.5,200\n";
//! let config = BreakerConfig { failures: Some(2), ..BreakerConfig::default() };
//! let replay = replay(&parse(log)?, config, 1)?;
//! assert_eq!((replay.sent, replay.rejected.open, replay.successes_lost), (3, 1, 1));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod log;

pub use log::{LogError, parse};

use crate::record;
use crate::report::{Change, millis};
use fusebox::time::{Duration, Instant};
use fusebox::{
    BreakerConfig, CircuitBreaker, ConfigError, Outcome, Permit, Rejection, State, StateName,
    require,
};
use fusebox_sim::Schedule;

/// One call of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// When it started, on the clock of the log.
    pub start: Instant,
    /// How long it took.
    pub duration: Duration,
    /// How it ended.
    pub outcome: Outcome,
}

/// The most calls in a log.
pub const CALLS_MAX: usize = 1_000_000;

/// The most state changes that a [`Replay`] keeps.
pub const TRANSITIONS_MAX: usize = 10_000;

record! {
    /// What a breaker would have done.
    ///
    /// A failure is what the breaker counts as one: errors of the request (400, 404 ...) and neutral
    /// outcomes are neither failures nor successes. The breaker is open from each change to open to the
    /// next change, or to the last start or report of the replay; a cooldown ends only when a call comes.
    pub struct Replay() {
        calls: u64 = 0, "calls", "Calls in the log";
        sent: u64 = 0, "calls", "Permitted by the breaker";
        rejected: Rejected = Rejected::of(), "", "Rejected by the breaker, by its state";
        failures: u64 = 0, "calls", "Calls in the log that the breaker counts as failures";
        failures_avoided: u64 = 0, "calls", "Failures in the log among the rejected calls";
        successes_lost: u64 = 0, "calls", "Successes in the log among the rejected calls";
        time_saved_ms: f64 = 0.0, "ms", "The recorded durations of the avoided failures, added up";
        time_open_ms: f64 = 0.0, "ms", "Time that the breaker was open";
        state: String = String::new(), "", "The state at the end: closed, open or half-open";
        open_until_ms: Option<f64> = None, "ms", "When the cooldown ends, if the state at the end is open; or null";
        stale_reports: u64 = 0, "calls", "Outcomes that arrived too late to count";
        state_changes: u64 = 0, "changes", "State changes";
        transitions: Vec<Change> = Vec::new(), "", "The first 10,000 state changes, oldest first";
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

/// Takes the calls, at most [`CALLS_MAX`] in any order, through a breaker with these settings.
///
/// Calls that started at the same moment keep their order. The seed is for the jitter of the
/// cooldown.
///
/// # Errors
/// When there are too many calls, or a setting is outside the range that [`BreakerConfig`] states.
pub fn replay(calls: &[Recorded], config: BreakerConfig, seed: u64) -> Result<Replay, ConfigError> {
    let in_range = calls.len() <= CALLS_MAX;
    require(in_range, "replay.calls", calls.len(), "at most 1,000,000")?;
    let mut player = Player {
        breaker: CircuitBreaker::new(config, seed)?,
        in_flight: Schedule::new(),
        now: Instant::ZERO,
        open_since: None,
        replay: Replay::of(),
    };
    let mut order: Vec<&Recorded> = calls.iter().collect();
    order.sort_by_key(|call| call.start);
    for call in order {
        player.report_until(call.start);
        player.start(call);
    }
    player.report_until(Instant::MAX);
    Ok(player.finish())
}

/// A breaker in the middle of a log.
struct Player {
    breaker: CircuitBreaker,
    /// The permitted calls that have not ended yet, by their ends.
    in_flight: Schedule<(Permit, Outcome)>,
    now: Instant,
    open_since: Option<Instant>,
    replay: Replay,
}

impl Player {
    /// Reports all calls that ended up to and including this moment.
    fn report_until(&mut self, until: Instant) {
        while self.in_flight.next_at().is_some_and(|at| at <= until) {
            let Some((at, (permit, outcome))) = self.in_flight.pop() else { return };
            let generation = self.breaker.generation();
            self.breaker.report(at, permit, outcome);
            self.note(at, generation);
        }
    }

    fn start(&mut self, call: &Recorded) {
        let failed = matches!(call.outcome, Outcome::Failure(failure) if !failure.is_of_request());
        let replay = &mut self.replay;
        replay.calls += 1;
        replay.failures += u64::from(failed);
        let generation = self.breaker.generation();
        match self.breaker.try_acquire(call.start) {
            Ok(permit) => {
                replay.sent += 1;
                self.in_flight.at(call.start + call.duration, (permit, call.outcome));
            }
            Err(rejection) => {
                match rejection {
                    Rejection::TrialsTaken { .. } => replay.rejected.trials_taken += 1,
                    _ => replay.rejected.open += 1,
                }
                replay.successes_lost += u64::from(call.outcome.is_success());
                if failed {
                    replay.failures_avoided += 1;
                    replay.time_saved_ms += millis(call.duration);
                }
            }
        }
        self.note(call.start, generation);
    }

    /// Records the state change of this moment, if there was one; there is never more than one.
    fn note(&mut self, now: Instant, generation: u64) {
        self.now = now;
        let new = self.breaker.generation() != generation;
        let Some(transition) = self.breaker.last_transition().filter(|_| new) else { return };
        if let Some(since) = self.open_since.take() {
            self.replay.time_open_ms += millis(transition.at.since(since));
        }
        self.open_since = (transition.to == StateName::Open).then_some(transition.at);
        self.replay.state_changes += 1;
        if self.replay.transitions.len() < TRANSITIONS_MAX {
            self.replay.transitions.push(Change::of(&transition, None));
        }
    }

    fn finish(mut self) -> Replay {
        let state = self.breaker.state();
        if let Some(since) = self.open_since {
            self.replay.time_open_ms += millis(self.now.since(since));
        }
        if let State::Open { until } = state {
            self.replay.open_until_ms = Some(millis(until.since(Instant::ZERO)));
        }
        self.replay.state = state.name().to_string();
        self.replay.stale_reports = self.breaker.stale_reports();
        self.replay
    }
}
