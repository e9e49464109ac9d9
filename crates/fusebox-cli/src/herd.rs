//! Compares retry strategies, with one seed or many.

pub(super) mod seeds;

use super::args::{HerdArgs, OutputArgs};
use super::failure::{Failure, warn_of_low_share};
use super::input;
use super::output::write_json;
use super::progress::Progress;
use super::reference::list;
use super::workers;
use fusebox::ConfigError;
use fusebox::time::Instant;
use fusebox_lab::bands::Bands;
use fusebox_lab::herd::{
    Comparison, Lane, MEASURES, Measure, PRESETS, Runner, STRATEGIES, Setup, Unit, sentence,
    table_csv,
};
use fusebox_lab::link::Herd;
use fusebox_lab::record;
use fusebox_lab::report::Grid;
use fusebox_lab::words::wrapped;
use fusebox_lab::words::{count, rate};
use std::collections::BTreeMap;
use std::io::Write;

/// The number of events between two progress updates.
const EVENTS: u32 = 50_000;

/// The width of wrapped sentences, in characters.
const WIDTH: usize = 94;

record! {
    /// The result of `fusebox herd`.
    pub(super) struct HerdReport(name: &str, seed: u64, lanes: &[Lane]) {
        comparison: String = name.to_string(), "", "The name of the preset or of the file";
        seed: u64 = seed, "", "The seed of all randomness; some JSON readers round numbers beyond 2^53";
        lanes: Vec<LaneReport> = lanes.iter().map(LaneReport::of).collect(), "", "Each strategy in its lane";
    }
}

record! {
    /// A lane of the comparison.
    pub(super) struct LaneReport(lane: &Lane) {
        title: String = lane.strategy.title(), "", "The name of the strategy";
        strategy: String = lane.strategy.word(), "", "The strategy as --lanes takes it";
        what: String = lane.strategy.words(), "", "What the strategy does";
        measures: BTreeMap<&'static str, Option<f64>> =
            MEASURES.iter().map(|it| (it.name, it.of(&lane.outcome, &lane.setup))).collect(), "",
            "A measure from the list below; null for never or none";
        sentence: String = sentence(lane), "", "The numbers explained in a sentence";
        events: u64 = lane.events, "events", "Simulated events";
        fingerprint: String = format!("{:016x}", lane.fingerprint), "",
            "16 hexadecimal digits; the same run has the same on every machine";
    }
}

pub(super) fn herd(args: &HerdArgs, out: &mut dyn Write) -> Result<(), Failure> {
    if args.form.list {
        let presets = PRESETS.iter().map(|it| [it.name, it.title, it.about]);
        return list(presets, args.form.output.json, out);
    }
    let name = args.comparison.as_deref().unwrap_or(PRESETS[0].name);
    let mut herd = input::herd(name)?;
    if let Some(lanes) = &args.lanes {
        let accepts = || format!("1 to 8 strategies with commas between them: {STRATEGIES}");
        let read = Comparison::read_lanes(lanes);
        herd.comparison.lanes =
            read.ok_or_else(|| Failure::must_be("--lanes", lanes, &accepts()))?;
    }
    input::set_all(&args.set, |given| herd.comparison.set_all(given))?;
    herd.seed = args.seed.unwrap_or(herd.seed);
    compare(name, &herd, args.seeds, &args.form.output, out)
}

/// Runs a comparison and writes its results.
pub(super) fn compare(
    name: &str,
    herd: &Herd,
    seeds: Option<u32>,
    output: &OutputArgs,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let Herd { comparison, seed, .. } = herd;
    if let Some(seeds) = seeds {
        let bands = Bands::new(comparison, *seed, seeds);
        let bands = bands.map_err(|it| Failure::input(format!("--{it}")))?;
        return seeds::compare(name, comparison, bands, output, out);
    }
    let runs: Vec<_> = (0..comparison.lanes.len()).map(|lane| (lane, *seed)).collect();
    let lanes = run_all(comparison, &runs, |_, lane| lane)?;
    warn_of_low_share(lanes.iter().map(|lane| lane.opened_at_low_share).sum());
    if output.csv {
        let titled = lanes.iter().map(|lane| (lane.strategy.title(), lane));
        Ok(write!(out, "{}", table_csv(&titled.collect::<Vec<_>>()))?)
    } else if output.json {
        write_json(out, &HerdReport::of(name, *seed, &lanes))
    } else {
        write_text(out, name, *seed, &lanes)
    }
}

/// Runs lanes with seeds on all threads, and returns what `kept` makes of each, in the same order.
fn run_all<T: Send>(
    comparison: &Comparison,
    runs: &[(usize, u64)],
    kept: impl Fn((usize, u64), Lane) -> T + Sync,
) -> Result<Vec<T>, ConfigError> {
    let Comparison { setup, lanes } = comparison;
    let millis = |at: Instant| at.as_micros() / 1_000;
    let progress = Progress::new(runs.len() as u64 * millis(setup.ends_at()));
    let run = |n| {
        let (lane, seed) = runs[n];
        let mut runner = Runner::new(setup, &lanes[lane], seed)?;
        let (mut told, mut is_over) = (0, false);
        while !is_over {
            is_over = runner.advance(EVENTS);
            let now = millis(if is_over { setup.ends_at() } else { runner.now() });
            progress.add(now.saturating_sub(told));
            told = now;
        }
        Ok(kept(runs[n], runner.lane()))
    };
    workers::each(runs.len(), run).into_iter().collect()
}

fn write_text(out: &mut dyn Write, name: &str, seed: u64, lanes: &[Lane]) -> Result<(), Failure> {
    if let Some(lane) = lanes.first() {
        writeln!(out, "{name}, seed {seed}, {}\n", in_common(&lane.setup))?;
    }
    let mut grid = Grid::default();
    let numbers = (0..lanes.len()).map(|n| format!("lane {n}"));
    grid.add([String::new()].into_iter().chain(numbers));
    for measure in MEASURES {
        let value = |lane: &Lane| measure.text(measure.of(&lane.outcome, &lane.setup));
        grid.add([title(measure)].into_iter().chain(lanes.iter().map(value)));
    }
    write!(out, "{grid}")?;
    for (n, lane) in lanes.iter().enumerate() {
        writeln!(out, "\nlane {n}: {} ({})", lane.strategy.title(), lane.strategy.words())?;
        for line in wrapped(&sentence(lane), WIDTH) {
            writeln!(out, "  {line}")?;
        }
        writeln!(out, "  {} events, fingerprint {:016x}", count(lane.events), lane.fingerprint)?;
    }
    Ok(())
}

/// The title of a measure in a table, with the unit if the numbers do not show it.
fn title(measure: &Measure) -> String {
    match measure.unit {
        Unit::Count(of) if !measure.label.to_ascii_lowercase().contains(of) => {
            format!("{}, {of}", measure.label)
        }
        Unit::Capacity => format!("{}, x capacity", measure.label),
        _ => measure.label.to_string(),
    }
}

/// The main settings that all lanes share.
fn in_common(setup: &Setup) -> String {
    let capacity = rate(setup.capacity_per_second());
    format!("{} clients, capacity {capacity}, {} each", count(setup.clients.into()), setup.length)
}
