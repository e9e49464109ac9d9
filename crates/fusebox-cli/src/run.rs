//! Runs a scenario with one seed, or with several on all threads.

use super::args::RunArgs;
use super::failure::Failure;
use super::herd::{self, Form};
use super::input::{self, Input, Named};
use super::output::write;
use super::progress::Progress;
use super::workers;
use fusebox::ConfigError;
use fusebox::time::{Duration, Instant};
use fusebox_lab::report::{Report, Runs};
use fusebox_sim::World;
use std::io::Write;
use std::ops::RangeInclusive;

/// The number of progress steps of a run.
const PARTS: u64 = 200;

pub(super) fn run(args: &RunArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let named = match input::any(&args.world)? {
        Input::World(named) => named,
        Input::Herd(name, mut herd) => {
            herd.seed = args.seed.unwrap_or(herd.seed);
            let form = if args.json { Form::Json } else { Form::Text };
            return herd::compare(&name, &herd, args.seeds, form, out);
        }
    };
    let seed = args.seed.unwrap_or(1);
    let Some(count) = args.seeds else {
        let report = one(&named, seed, &Progress::new(PARTS))?;
        return write(out, args.json, &report, |out| Ok(write!(out, "{report}")?));
    };
    let last = seed.checked_add(u64::from(count) - 1).ok_or_else(|| {
        let most = u64::MAX - (u64::from(count) - 1);
        Failure::input(format!("--seed is {seed}, but must be at most {most} for {count} seeds"))
    })?;
    // The text does not list state changes.
    let kept = |report| if args.json { report } else { without_transitions(report) };
    let runs = Runs::of(several(&named, seed..=last, kept)?);
    write(out, args.json, &runs, |out| Ok(write!(out, "{runs}")?))
}

/// Runs the scenario to its end with this seed.
fn one(named: &Named, seed: u64, progress: &Progress) -> Result<Report, ConfigError> {
    let mut world = World::new(&named.scenario, seed)?;
    let length = named.scenario.duration.as_micros();
    for part in 1..=PARTS {
        world.run_until(Instant::ZERO + Duration::from_micros(length * part / PARTS));
        progress.add(1);
    }
    Ok(Report::of(&world, &named.name, seed))
}

/// Drops the list of state changes but keeps their number: thousands of reports have millions.
fn without_transitions(mut report: Report) -> Report {
    report.transitions_omitted += report.transitions.len() as u64;
    report.transitions = Vec::new();
    report
}

/// Runs the scenario with each of these seeds, passes each report through `kept`, and returns them in
/// the order of the seeds.
fn several(
    named: &Named,
    seeds: RangeInclusive<u64>,
    kept: impl Fn(Report) -> Report + Sync,
) -> Result<Vec<Report>, ConfigError> {
    let (first, count) = (*seeds.start(), seeds.end() - seeds.start() + 1);
    let progress = Progress::new(PARTS * count);
    workers::each(count, |n| one(named, first + n, &progress).map(&kept)).into_iter().collect()
}
