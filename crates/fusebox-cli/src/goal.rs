//! Holds a goal against a run with one seed or with several.

use super::args::RunArgs;
use super::failure::{Failure, warn_of_low_share};
use super::output::write_json;
use super::progress::Progress;
use super::workers;
use fusebox::time::Duration;
use fusebox_lab::link::{Herd, Playground};
use fusebox_lab::query::{Experiment, Goal, Judgement, Measured};
use fusebox_lab::record;
use fusebox_lab::report::Grid;
use fusebox_lab::settings::Problem;
use fusebox_lab::words::wrapped;
use fusebox_lab::words::{length, list};
use fusebox_sim::Scenario;
use std::io::Write;

/// The longest line in words.
const WIDTH: usize = 100;

record! {
    /// The result of `fusebox run --goal`.
    pub(crate) struct GoalReport(goal: &Goal, name: &str, runs: Vec<GoalRun>) {
        scenario: String = name.to_string(), "", "The name of the preset or of the file";
        goal: String = goal.text.clone(), "", "The goal";
        holds: bool = runs.iter().all(|run| run.holds), "", "Whether it holds with every seed";
        runs: Vec<GoalRun> = runs, "", "Each seed, in their order";
    }
}

record! {
    /// A goal with one seed.
    pub(crate) struct GoalRun(seed: u64, judgement: Judgement) {
        seed: u64 = seed, "", "The seed";
        holds: bool = judgement.holds, "", "Whether the goal holds";
        comparisons: Vec<ComparisonReport> = judgement.clauses.iter().map(ComparisonReport::of).collect(), "",
            "Each comparison, in the order of the goal";
    }
}

record! {
    /// A comparison of a goal with one seed.
    pub(crate) struct ComparisonReport(of: &Measured) {
        text: String = of.text.clone(), "", "The comparison";
        words: String = format!("{}: {}", of.subject, of.wanted), "", "The same in words";
        measured: Option<f64> = of.left, "", "The number on its left, times in seconds, or null";
        shown: String = of.words(), "", "The same with its unit";
        holds: bool = of.holds, "", "Whether it holds";
    }
}

/// Holds the goal against a scenario.
pub(super) fn of_scenario(
    scenario: &Scenario,
    goal: &Goal,
    args: &RunArgs,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let playground = Playground { scenario: scenario.clone(), ..Playground::default() };
    judge(&playground.into(), args.seed.unwrap_or(1), goal, args, out)
}

/// Holds the goal against a comparison, whose seed the arguments may replace.
pub(super) fn of_comparison(
    herd: Herd,
    goal: &Goal,
    args: &RunArgs,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let seed = herd.seed;
    judge(&herd.into(), seed, goal, args, out)
}

/// The goal of the arguments.
pub(super) fn read(text: &str) -> Result<Goal, Failure> {
    let goal: Goal = text.parse()?;
    if goal.needs_without() {
        return Err(Failure::input("--goal has of=without, which only a lesson can have"));
    }
    Ok(goal)
}

fn judge(
    experiment: &Experiment,
    first: u64,
    goal: &Goal,
    args: &RunArgs,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let count = args.seeds.unwrap_or(1);
    let progress = Progress::new(count.into());
    let runs = workers::each(count as usize, |n| {
        let seed = first.wrapping_add(n as u64);
        let run = experiment.clone().with_seed(seed).within(goal.within).run()?;
        progress.add(1);
        let low_share: u64 = run.lanes.iter().map(|lane| lane.opened_at_low_share).sum();
        Ok::<_, Problem>((GoalRun::of(seed, goal.judge(&run, None)), low_share))
    });
    drop(progress);
    let (runs, low_share): (_, Vec<u64>) =
        runs.into_iter().collect::<Result<Vec<_>, _>>()?.into_iter().unzip();
    warn_of_low_share(low_share.iter().sum());
    let report = GoalReport::of(goal, &args.world.scenario, runs);
    if args.json {
        write_json(out, &report)?;
    } else {
        write_text(out, &report, goal.within)?;
    }
    if report.holds { Ok(()) } else { Err(Failure::Unmet) }
}

fn write_text(
    out: &mut dyn Write,
    report: &GoalReport,
    within: Option<Duration>,
) -> Result<(), Failure> {
    let comparisons = &report.runs[0].comparisons;
    for (n, comparison) in comparisons.iter().enumerate() {
        let indent = if comparisons.len() > 1 { format!("{}. ", n + 1) } else { String::new() };
        let lines = wrapped(&comparison.words, WIDTH - indent.len());
        let text = lines.join(&format!("\n{:width$}", "", width = indent.len()));
        writeln!(out, "{indent}{text}")?;
    }
    if let Some(within) = within {
        writeln!(out, "Each run lasts {}.", length(within))?;
    }
    writeln!(out)?;
    let mut grid = Grid::default();
    let heads = (1..=comparisons.len()).map(|n| match comparisons.len() {
        1 => "measured".to_string(),
        _ => format!("{n}."),
    });
    grid.add(["seed".to_string()].into_iter().chain(heads).chain(["holds".to_string()]));
    for run in &report.runs {
        let numbers = run.comparisons.iter().map(|it| it.shown.clone());
        let holds = if run.holds { "yes" } else { "no" };
        grid.add([run.seed.to_string()].into_iter().chain(numbers).chain([holds.to_string()]));
    }
    let failed = report.runs.iter().filter(|run| !run.holds).map(|run| run.seed.to_string());
    let (failed, all): (Vec<_>, _) = (failed.collect(), report.runs.len());
    let sentence = match (failed.len(), all) {
        (0, 1) => "The goal holds.".to_string(),
        (0, _) => format!("The goal holds with all {all} seeds."),
        (_, 1) => "The goal does not hold.".to_string(),
        (none, _) if none == all => format!("The goal holds with none of {all} seeds."),
        (some, _) => {
            let held = all - some;
            format!("The goal holds with {held} of {all} seeds, but not with {}.", list(&failed))
        }
    };
    Ok(write!(out, "{grid}\n{sentence}\n")?)
}
