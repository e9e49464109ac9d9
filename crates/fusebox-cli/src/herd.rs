//! Compares retry strategies, with one seed or many.

mod seeds;

use super::args::{FormArgs, HerdArgs};
use super::failure::Failure;
use super::input;
use super::output::write_json;
use super::progress::Progress;
use super::reference::{PresetLine, list, wrapped};
use super::workers;
use fusebox::ConfigError;
use fusebox::time::Instant;
use fusebox_lab::bands::Bands;
use fusebox_lab::herd::{
    Comparison, Lane, MEASURES, Measure, PRESETS, Runner, Setup, Strategy, sentence, table_csv,
};
use fusebox_lab::link::Herd;
use fusebox_lab::report::Grid;
use fusebox_lab::words::count;
use serde::Serialize;
use serde_json::{Map, Value};
use std::io::Write;

/// The number of events between two progress updates.
const EVENTS: u32 = 50_000;

/// The width of wrapped sentences, in characters.
const WIDTH: usize = 94;

/// The output format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Text for people.
    Text,
    /// JSON for programs.
    Json,
    /// CSV for spreadsheets.
    Csv,
}

impl Form {
    pub(super) const fn of(args: &FormArgs) -> Self {
        match (args.json, args.csv) {
            (true, _) => Self::Json,
            (_, true) => Self::Csv,
            _ => Self::Text,
        }
    }
}

/// The JSON of `fusebox herd`.
#[derive(Serialize)]
struct Report {
    comparison: String,
    seed: u64,
    lanes: Vec<LaneReport>,
}

/// A lane in it.
#[derive(Serialize)]
struct LaneReport {
    title: String,
    strategy: String,
    what: String,
    measures: Map<String, Value>,
    sentence: String,
    events: u64,
    fingerprint: String,
}

pub(super) fn herd(args: &HerdArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let form = Form::of(&args.form);
    if args.form.list {
        let presets = PRESETS.iter().map(|it| PresetLine::new(it.name, it.title, it.about));
        return list(&presets.collect::<Vec<_>>(), args.form.json, out);
    }
    let name = args.comparison.as_deref().unwrap_or(PRESETS[0].name);
    let mut herd = input::herd(name)?;
    if let Some(lanes) = &args.lanes {
        herd.comparison.lanes = Comparison::read_lanes(lanes).ok_or_else(|| {
            Failure::input(format!(
                "--lanes is {lanes:?}, but must be 1 to 8 of none, immediate, fixed, exponential, \
                 factor, full, equal and decorrelated, separated by commas, each optionally followed \
                 by -budget, -breaker or -shared"
            ))
        })?;
    }
    input::set_all(&args.set, |key, value| herd.comparison.set(key, value))?;
    herd.comparison.check()?;
    herd.seed = args.seed.unwrap_or(herd.seed);
    compare(name, &herd, args.seeds, form, out)
}

/// Runs a comparison and writes its results.
pub(super) fn compare(
    name: &str,
    herd: &Herd,
    seeds: Option<u32>,
    form: Form,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let Herd { comparison, seed, .. } = herd;
    if let Some(seeds) = seeds {
        let bands = Bands::new(comparison, *seed, seeds);
        let bands = bands.map_err(|it| Failure::input(format!("--{it}")))?;
        return seeds::compare(name, comparison, bands, form, out);
    }
    let lanes = run_all(comparison, *seed)?;
    match form {
        Form::Csv => Ok(write!(out, "{}", table_csv(&lanes))?),
        Form::Json => {
            let lanes = lanes.iter().map(LaneReport::of).collect();
            write_json(out, &Report { comparison: name.to_string(), seed: *seed, lanes })
        }
        Form::Text => write_text(out, name, *seed, &lanes),
    }
}

fn run_all(comparison: &Comparison, seed: u64) -> Result<Vec<Lane>, ConfigError> {
    let Comparison { setup, lanes } = comparison;
    let progress = Progress::new(lanes.len() as u64 * millis(setup.ends_at()));
    let lane = |n| {
        let lane = usize::try_from(n).ok().and_then(|n| lanes.get(n));
        run(setup, lane.unwrap_or(&lanes[0]), seed, &progress)
    };
    workers::each(lanes.len() as u64, lane).into_iter().collect()
}

/// Runs one lane and reports its progress in simulated milliseconds.
pub(super) fn run(
    setup: &Setup,
    strategy: &Strategy,
    seed: u64,
    progress: &Progress,
) -> Result<Lane, ConfigError> {
    let mut runner = Runner::new(setup, strategy, seed)?;
    let (mut told, mut is_over) = (0, false);
    while !is_over {
        is_over = runner.advance(EVENTS);
        let now = millis(if is_over { setup.ends_at() } else { runner.now() });
        progress.add(now.saturating_sub(told));
        told = now;
    }
    Ok(runner.lane())
}

const fn millis(at: Instant) -> u64 {
    at.as_micros() / 1_000
}

impl LaneReport {
    fn of(lane: &Lane) -> Self {
        let value = |measure: &Measure| {
            let value = measure.of(&lane.outcome, &lane.setup);
            (measure.name.to_string(), value.map_or(Value::Null, Value::from))
        };
        Self {
            title: lane.strategy.title(),
            strategy: lane.strategy.word(),
            what: lane.strategy.words(),
            measures: MEASURES.iter().map(value).collect(),
            sentence: sentence(lane),
            events: lane.events,
            fingerprint: format!("{:016x}", lane.fingerprint),
        }
    }
}

fn write_text(out: &mut dyn Write, name: &str, seed: u64, lanes: &[Lane]) -> Result<(), Failure> {
    if let Some(lane) = lanes.first() {
        writeln!(out, "{name}, seed {seed}, {}\n", in_common(&lane.setup))?;
    }
    let numbers: Vec<_> = (0..lanes.len()).map(|n| format!("lane {n}")).collect();
    let head: Vec<_> = [""].into_iter().chain(numbers.iter().map(String::as_str)).collect();
    let mut grid = Grid::new(&head);
    for measure in MEASURES {
        let value = |lane: &Lane| measure.text(measure.of(&lane.outcome, &lane.setup));
        let label = [title(measure)].into_iter();
        grid.add(label.chain(lanes.iter().map(value)).collect());
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
    use fusebox_lab::herd::Unit;

    match measure.unit {
        Unit::Count(of) if !measure.label.to_lowercase().contains(of) => {
            format!("{}, {of}", measure.label)
        }
        _ => measure.label.to_string(),
    }
}

/// The main settings that all lanes share.
fn in_common(setup: &Setup) -> String {
    format!("{} clients, {} each", count(setup.clients.into()), setup.length)
}
