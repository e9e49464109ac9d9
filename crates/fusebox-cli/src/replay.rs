//! Replays a recorded log through a breaker.

use super::args::ReplayArgs;
use super::failure::Failure;
use super::input;
use super::output::write;
use fusebox::BreakerConfig;
use fusebox_lab::record;
use fusebox_lab::replay::{self, Replay};
use fusebox_lab::report::{Change, Grid, millis};
use fusebox_lab::settings::{self, Problem};
use fusebox_lab::words::count;
use std::io::Write;

/// The longest log that is read, in bytes.
const LOG_MAX: usize = 100_000_000;

/// The most changes that the text has; the JSON has all that are kept.
const CHANGES_MAX: usize = 50;

record! {
    /// The JSON of `fusebox replay`; the fields are those of [`Replay`].
    pub(super) struct ReplayReport {
        calls: u64 = "calls", "Calls in the log";
        sent: u64 = "calls", "Permitted by the breaker";
        rejected: Rejected = "", "Rejected by the breaker, by its state";
        failures: u64 = "calls", "Calls in the log that the breaker counts as failures";
        failures_avoided: u64 = "calls", "Failures in the log among the rejected calls";
        successes_lost: u64 = "calls", "Successes in the log among the rejected calls";
        time_saved_ms: f64 = "ms", "The recorded durations of the avoided failures, added up";
        time_open_ms: f64 = "ms", "Time that the breaker was open";
        state: String = "", "The state at the end: closed, open or half-open";
        stale_reports: u64 = "calls", "Outcomes that arrived too late to count";
        transitions: Vec<Change> = "", "State changes, oldest first; at most 10,000";
        transitions_omitted: u64 = "changes", "State changes beyond those in the list";
    }
}

record! {
    /// Calls that the breaker rejected.
    struct Rejected {
        open: u64 = "calls", "The breaker was open";
        trials_taken: u64 = "calls", "The breaker was half-open with all trials taken";
    }
}

pub(super) fn replay(args: &ReplayArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let mut config = BreakerConfig::default();
    input::set_all(&args.set, |key, value| set(&mut config, key, value))?;
    let text = input::read(&args.log, LOG_MAX, "100 MB")?;
    let calls = replay::parse(&text);
    let calls = calls.map_err(|error| Failure::input(format!("{}: {error}", args.log)))?;
    drop(text);
    if calls.is_empty() {
        let what =
            "has no calls, but must have one line per call, as in start_ms,duration_ms,outcome";
        return Err(Failure::input(format!("{} {what}", args.log)));
    }
    let replay = replay::replay(&calls, config, args.seed)?;
    let report = ReplayReport::of(&replay);
    write(out, args.json, &report, |out| report.write(&replay, out))
}

/// Sets a setting of the breaker; its key may begin with `breaker.`.
fn set(config: &mut BreakerConfig, key: &str, value: &str) -> Result<(), Problem> {
    if key.split_once('.').is_some_and(|(head, _)| head != "breaker") {
        let what = "cannot be set here; only breaker.* can, as in breaker.failures=10";
        return Err(Problem::new(format!("{key:?}"), what));
    }
    settings::set_breaker(config, key, value)
}

impl ReplayReport {
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
            transitions_omitted: replay.transitions_omitted,
        }
    }

    fn write(&self, replay: &Replay, out: &mut dyn Write) -> Result<(), Failure> {
        let mut grid = Grid::new(&["calls", &count(self.calls)]);
        for (name, n) in [
            ("  sent", self.sent),
            ("  rejected, breaker open", self.rejected.open),
            ("  rejected, breaker half-open", self.rejected.trials_taken),
            ("failures in the log", self.failures),
            ("  avoided", self.failures_avoided),
            ("successes lost", self.successes_lost),
        ] {
            grid.add(vec![name.to_string(), count(n)]);
        }
        grid.add(vec!["time of avoided failures".to_string(), replay.time_saved.to_string()]);
        grid.add(vec!["time open".to_string(), replay.time_open.to_string()]);
        grid.add(vec!["state at the end".to_string(), self.state.clone()]);
        writeln!(out, "{grid}")?;
        for change in self.transitions.iter().take(CHANGES_MAX) {
            writeln!(out, "{:>9}  {change}", change.at())?;
        }
        let more = self.transitions.len().saturating_sub(CHANGES_MAX) as u64;
        if more + self.transitions_omitted > 0 {
            writeln!(out, "and {} more changes", count(more + self.transitions_omitted))?;
        }
        Ok(())
    }
}
