//! A recorded log of calls, and what a breaker would have done with them.
//!
//! [`parse`] reads the log, and [`replay`] takes its calls through a breaker of the engine: each asks
//! for leave when it started; one that is let through is reported with its recorded outcome when it
//! ended, and one that is rejected is not sent and reports nothing. What was recorded to end at the
//! moment when another call starts is reported first.
//!
//! What a replay cannot know:
//! - A call that is not sent takes load off the dependency, and the calls after it might have gone
//!   better than was recorded. So a replay tells what a breaker would have kept away at the least, if
//!   load was the cause.
//! - A trial of a half-open breaker has the outcome of the one call that was recorded at that time.
//!   Where a call that is turned away is tried again by its caller, the log of then has no such call.
//! - A log has no `Retry-After`, so that a cooldown is always that of the settings.
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

use fusebox::time::{Duration, Instant};
use fusebox::{
    BreakerConfig, CircuitBreaker, ConfigError, Outcome, Permit, Rejection, State, StateName,
    Transition, require,
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

/// The most transitions that a [`Replay`] keeps.
pub const TRANSITIONS_MAX: usize = 10_000;

/// What a breaker would have done.
///
/// Failure is here what the breaker takes for one: where the request itself was at fault (400, 404
/// ...), a call is neither a failure nor a success, and neither is one with a neutral outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replay {
    /// The calls of the log.
    pub calls: u64,
    /// Those that the breaker would have let through.
    pub sent: u64,
    /// Those that it would have turned away; with `sent` they are all calls.
    pub rejected: Rejected,
    /// Calls that were recorded as failures.
    pub failures: u64,
    /// Calls turned away that were recorded as failures.
    pub failures_avoided: u64,
    /// Calls turned away that were recorded as successes.
    pub successes_lost: u64,
    /// The recorded durations of the failures that were avoided, added up.
    pub time_saved: Duration,
    /// The first [`TRANSITIONS_MAX`] changes of state.
    pub transitions: Vec<Transition>,
    /// How many more there were.
    pub transitions_omitted: u64,
    /// How long the breaker was open, from each transition to open to the next one from it, or to the
    /// last start or report of the replay. A cooldown that is over ends it only when a call comes.
    pub time_open: Duration,
    /// The state after the last start and report.
    pub state: State,
    /// Reports that came too late for the breaker: their calls began before its newest transition, or
    /// were trials that had lost their lease.
    pub stale_reports: u64,
}

/// Calls that were not sent, by the reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rejected {
    /// The breaker was open.
    pub open: u64,
    /// The breaker was half-open, and all its trials were taken.
    pub trials_taken: u64,
}

impl Rejected {
    /// All of them.
    #[must_use]
    pub const fn total(self) -> u64 {
        self.open + self.trials_taken
    }
}

/// Takes the calls, at most [`CALLS_MAX`] in any order, through a breaker with these settings.
///
/// Calls that started at the same moment keep their order. The seed is for the jitter of the
/// cooldown; without one it changes nothing.
///
/// # Errors
/// When there are too many calls, or a setting is outside the range that [`BreakerConfig`] states.
pub fn replay(calls: &[Recorded], config: BreakerConfig, seed: u64) -> Result<Replay, ConfigError> {
    let in_range = calls.len() <= CALLS_MAX;
    require(in_range, "replay.calls", calls.len(), "at most 1,000,000")?;
    let mut player = Player::new(CircuitBreaker::new(config, seed)?);
    let mut order: Vec<&Recorded> = calls.iter().collect();
    order.sort_by_key(|call| call.start);
    for call in order {
        player.report_until(call.start);
        player.start(call);
    }
    player.report_until(Instant::MAX);
    Ok(player.finish())
}

/// A breaker on its way through a log.
struct Player {
    breaker: CircuitBreaker,
    /// The calls under way, by their ends.
    under_way: Schedule<(Permit, Outcome)>,
    now: Instant,
    open_since: Option<Instant>,
    replay: Replay,
}

impl Player {
    fn new(breaker: CircuitBreaker) -> Self {
        let replay = Replay {
            calls: 0,
            sent: 0,
            rejected: Rejected::default(),
            failures: 0,
            failures_avoided: 0,
            successes_lost: 0,
            time_saved: Duration::ZERO,
            transitions: Vec::new(),
            transitions_omitted: 0,
            time_open: Duration::ZERO,
            state: breaker.state(),
            stale_reports: 0,
        };
        let (under_way, now) = (Schedule::new(), Instant::ZERO);
        Self { breaker, under_way, now, open_since: None, replay }
    }

    /// Reports all calls that ended at this moment or before.
    fn report_until(&mut self, until: Instant) {
        while self.under_way.next_at().is_some_and(|at| at <= until) {
            let Some((at, (permit, outcome))) = self.under_way.pop() else { return };
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
                self.under_way.at(call.start + call.duration, (permit, call.outcome));
            }
            Err(rejection) => {
                match rejection {
                    Rejection::TrialsTaken { .. } => replay.rejected.trials_taken += 1,
                    _ => replay.rejected.open += 1,
                }
                replay.successes_lost += u64::from(call.outcome.is_success());
                if failed {
                    replay.failures_avoided += 1;
                    replay.time_saved = replay.time_saved.saturating_add(call.duration);
                }
            }
        }
        self.note(call.start, generation);
    }

    /// Keeps the transition that may have come with this moment; there is never more than one.
    fn note(&mut self, now: Instant, generation: u64) {
        self.now = now;
        let new = self.breaker.generation() != generation;
        let Some(transition) = self.breaker.last_transition().filter(|_| new) else { return };
        if let Some(since) = self.open_since.take() {
            let open = transition.at.since(since);
            self.replay.time_open = self.replay.time_open.saturating_add(open);
        }
        self.open_since = (transition.to == StateName::Open).then_some(transition.at);
        if self.replay.transitions.len() < TRANSITIONS_MAX {
            self.replay.transitions.push(transition);
        } else {
            self.replay.transitions_omitted += 1;
        }
    }

    fn finish(mut self) -> Replay {
        let open = self.open_since.map_or(Duration::ZERO, |since| self.now.since(since));
        self.replay.time_open = self.replay.time_open.saturating_add(open);
        self.replay.state = self.breaker.state();
        self.replay.stale_reports = self.breaker.stale_reports();
        self.replay
    }
}
