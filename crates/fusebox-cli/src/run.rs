//! Runs a scenario with one seed, or with several on all threads.

use super::args::{OutputArgs, RunArgs};
use super::failure::{Failure, warn, warn_of_low_share};
use super::output::write;
use super::progress::Progress;
use super::{goal, herd, input, workers};
use fusebox::ConfigError;
use fusebox::time::{Duration, Instant};
use fusebox_lab::document::Document;
use fusebox_lab::report::{Report, Runs};
use fusebox_lab::trial_time;
use fusebox_sim::{Scenario, World};
use std::io::Write;

/// The number of progress steps of a run.
const PARTS: u64 = 200;

pub(super) fn run(args: &RunArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let name = &args.world.scenario;
    let goal = args.goal.as_deref().map(goal::read).transpose()?;
    let scenario = match input::any(&args.world, args.warm_up.as_deref())? {
        Document::Scenario(scenario) => *scenario,
        Document::Comparison(mut herd) => {
            herd.seed = args.seed.unwrap_or(herd.seed);
            if let Some(goal) = goal {
                return goal::of_comparison(*herd, &goal, args, out);
            }
            let output = OutputArgs { json: args.json, csv: false };
            return herd::compare(name, &herd, args.seeds, &output, out);
        }
    };
    for on in scenario.used() {
        let off = &scenario.dependencies[on].layers_off;
        if let Some(doubt) = trial_time::warning(&scenario, on, |kind| !off.contains(&kind)) {
            warn(&format!("{}: {doubt}", on.name()));
        }
    }
    if let Some(goal) = goal {
        return goal::of_scenario(&scenario, &goal, args, out);
    }
    let seed = args.seed.unwrap_or(1);
    let Some(seeds) = args.seeds else {
        let report = one(&scenario, name, seed, &Progress::new(PARTS))?;
        warn_of_low_share(report.opened_at_low_share);
        return write(out, args.json, &report);
    };
    let count = u64::from(seeds);
    if seed.checked_add(count - 1).is_none() {
        let most = u64::MAX - (count - 1);
        let what = format!("--seed is {seed}, but must be at most {most} for {count} seeds");
        return Err(Failure::input(what));
    }
    let progress = Progress::new(PARTS * count);
    let runs = workers::each(seeds as usize, |n| {
        let mut report = one(&scenario, name, seed + n as u64, &progress)?;
        if !args.json {
            // The text does not list transitions, and thousands of reports would have millions of them.
            report.transitions = Vec::new();
        }
        Ok::<_, ConfigError>(report)
    });
    drop(progress);
    let runs: Vec<Report> = runs.into_iter().collect::<Result<_, _>>()?;
    warn_of_low_share(runs.iter().map(|report| report.opened_at_low_share).sum());
    let mut runs = Runs::of(runs);
    if !args.json {
        runs.runs.clear();
        runs.summary.retain(|_, spread| spread.max > 0.0);
    }
    write(out, args.json, &runs)
}

/// Runs the scenario to its end with this seed.
fn one(
    scenario: &Scenario,
    name: &str,
    seed: u64,
    progress: &Progress,
) -> Result<Report, ConfigError> {
    let mut world = World::new(scenario, seed)?;
    let length = scenario.duration.as_micros();
    for part in 1..=PARTS {
        world.run_until(Instant::ZERO + Duration::from_micros(length * part / PARTS));
        progress.add(1);
    }
    Ok(Report::of_world(&world, name, seed))
}
