//! A recorded log through a breaker.

use super::args::ReplayArgs;
use super::failure::Failure;
use super::input;
use super::output::write;
use fusebox::BreakerConfig;
use fusebox_lab::replay::{self, Replay};
use fusebox_lab::report::{Change, Grid, millis};
use fusebox_lab::settings::{self, Problem};
use fusebox_lab::words::count;
use serde::Serialize;
use std::io::Write;

/// The longest log that is read, in bytes.
const LOG_MAX: usize = 100_000_000;

/// The most changes that the text has; the JSON has all that are kept.
const CHANGES_MAX: usize = 50;

/// The JSON of `fusebox replay`; the fields are those of [`Replay`].
#[derive(Serialize)]
struct Outcome {
    calls: u64,
    sent: u64,
    rejected: Rejected,
    failures: u64,
    failures_avoided: u64,
    successes_lost: u64,
    time_saved_ms: f64,
    time_open_ms: f64,
    /// The state at the end.
    state: String,
    stale_reports: u64,
    transitions: Vec<Change>,
    transitions_beyond: u64,
}

/// Calls that were not sent, by the state of the breaker.
#[derive(Serialize)]
struct Rejected {
    open: u64,
    trials_taken: u64,
}

pub(super) fn replay(args: &ReplayArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let mut config = BreakerConfig::default();
    input::set_all(&args.set, |key, value| set(&mut config, key, value))?;
    let text = input::read(&args.log, LOG_MAX, "100 MB")?;
    let calls = replay::parse(&text);
    let calls = calls.map_err(|error| Failure::input(format!("{}: {error}", args.log)))?;
    drop(text);
    if calls.is_empty() {
        let what = "has no call, but must have a line for each, as in start_ms,duration_ms,outcome";
        return Err(Failure::input(format!("{} {what}", args.log)));
    }
    let replay = replay::replay(&calls, config, args.seed)?;
    let outcome = Outcome::of(&replay);
    write(out, args.json, &outcome, |out| outcome.write(&replay, out))
}

/// Sets what is of the breaker; its key may begin with `breaker.` or with nothing.
fn set(config: &mut BreakerConfig, key: &str, value: &str) -> Result<(), Problem> {
    if key.split_once('.').is_some_and(|(head, _)| head != "breaker") {
        let what = "cannot be set here; only breaker.* can, as in breaker.failures=10";
        return Err(Problem::new(format!("{key:?}"), what));
    }
    settings::set_breaker(config, key, value)
}

impl Outcome {
    fn of(replay: &Replay) -> Self {
        let change = |transition| Change::of(transition, None);
        Self {
            calls: replay.calls,
            sent: replay.sent,
            rejected: Rejected {
                open: replay.rejected.open,
                trials_taken: replay.rejected.trials_taken,
            },
            failures: replay.failures,
            failures_avoided: replay.failures_avoided,
            successes_lost: replay.successes_lost,
            time_saved_ms: millis(replay.time_saved),
            time_open_ms: millis(replay.time_open),
            state: replay.state.name().to_string(),
            stale_reports: replay.stale_reports,
            transitions: replay.transitions.iter().map(change).collect(),
            transitions_beyond: replay.transitions_beyond,
        }
    }

    fn write(&self, replay: &Replay, out: &mut dyn Write) -> Result<(), Failure> {
        let mut grid = Grid::new(&["calls", &count(self.calls)]);
        for (name, n) in [
            ("  sent", self.sent),
            ("  rejected, breaker open", self.rejected.open),
            ("  rejected, breaker on trial", self.rejected.trials_taken),
            ("failures in the log", self.failures),
            ("  of them avoided", self.failures_avoided),
            ("successes lost", self.successes_lost),
        ] {
            grid.add(vec![name.to_string(), count(n)]);
        }
        grid.add(vec!["time of avoided failures".to_string(), replay.time_saved.to_string()]);
        grid.add(vec!["time open".to_string(), replay.time_open.to_string()]);
        grid.add(vec!["at the end".to_string(), self.state.clone()]);
        writeln!(out, "{grid}")?;
        for change in self.transitions.iter().take(CHANGES_MAX) {
            writeln!(out, "{:>9}  {change}", change.at())?;
        }
        let more = self.transitions.len().saturating_sub(CHANGES_MAX) as u64;
        if more + self.transitions_beyond > 0 {
            writeln!(out, "and {} more changes", count(more + self.transitions_beyond))?;
        }
        Ok(())
    }
}
