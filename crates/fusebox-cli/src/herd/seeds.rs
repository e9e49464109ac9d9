//! Strategies side by side under many seeds: bands, and which differences are not chance.

use super::{Form, in_common, millis, run, title};
use crate::failure::Failure;
use crate::output::write_json;
use crate::progress::Progress;
use crate::workers;
use fusebox_lab::bands::{Bands, SEEDS_LEAST, Spread, Verdict};
use fusebox_lab::herd::{Comparison, MEASURES, Measure};
use fusebox_lab::report::Grid;
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::io::Write;

/// The JSON of `fusebox herd --seeds`.
#[derive(Serialize)]
struct Report {
    comparison: String,
    seed: u64,
    seeds: u32,
    lanes: Vec<LaneReport>,
    differences: Vec<Difference>,
}

/// A lane in it.
#[derive(Serialize)]
struct LaneReport {
    title: String,
    strategy: String,
    what: String,
    measures: Map<String, Value>,
    /// By its seed.
    fingerprints: Vec<String>,
}

/// How two lanes differ in a measure.
#[derive(Serialize)]
struct Difference {
    measure: &'static str,
    one: usize,
    other: usize,
    larger: usize,
    smaller: usize,
    same: usize,
    verdict: &'static str,
}

pub(super) fn compare(
    name: &str,
    comparison: &Comparison,
    mut bands: Bands,
    form: Form,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    fill(comparison, &mut bands)?;
    match form {
        Form::Csv => Ok(write!(out, "{}", bands.csv(&comparison.lanes))?),
        Form::Json => write_json(out, &Report::of(name, comparison, &bands)),
        Form::Text => write_text(out, name, comparison, &bands),
    }
}

/// Runs all, as many at once as there are threads, and keeps no more lanes than that.
fn fill(comparison: &Comparison, bands: &mut Bands) -> Result<(), Failure> {
    let runs: Vec<_> = bands.runs().collect();
    let progress = Progress::new(runs.len() as u64 * millis(comparison.setup.ends_at()));
    let shared = std::sync::Mutex::new(bands);
    let results = workers::each(runs.len() as u64, |n| {
        let Some((n, seed)) = usize::try_from(n).ok().and_then(|n| runs.get(n)) else {
            return Ok(());
        };
        let lane = run(&comparison.setup, &comparison.lanes[*n], *seed, &progress)?;
        if let Ok(mut bands) = shared.lock() {
            bands.add(*n, *seed, &lane);
        }
        Ok(())
    });
    results.into_iter().collect()
}

impl Report {
    fn of(name: &str, comparison: &Comparison, bands: &Bands) -> Self {
        let (seed, seeds) = bands.seeds();
        let lanes = comparison.lanes.iter().enumerate();
        let lanes = lanes.map(|(n, lane)| LaneReport {
            title: lane.title(),
            strategy: lane.word(),
            what: lane.words(),
            measures: MEASURES.iter().filter_map(|it| spread(bands, it, n)).collect(),
            fingerprints: bands.fingerprints(n).map(|(_, it)| format!("{it:016x}")).collect(),
        });
        Self {
            comparison: name.to_string(),
            seed,
            seeds,
            lanes: lanes.collect(),
            differences: MEASURES.iter().flat_map(|it| differences(bands, it)).collect(),
        }
    }
}

fn spread(bands: &Bands, measure: &Measure, lane: usize) -> Option<(String, Value)> {
    let Spread { low, median, high, absent, .. } = bands.spread(measure, lane)?;
    let numbers = json!({ "p5": low, "median": median, "p95": high, "absent": absent });
    Some((measure.name.to_string(), numbers))
}

/// How all pairs of lanes differ in a measure.
fn differences(bands: &Bands, measure: &'static Measure) -> Vec<Difference> {
    let pairs = (0..bands.lanes()).flat_map(|one| (one + 1..bands.lanes()).map(move |n| (one, n)));
    let difference = |(one, other)| {
        let it = bands.difference(measure, one, other);
        let (larger, smaller, same) = (it.larger, it.smaller, it.same);
        let verdict = it.verdict().name();
        Difference { measure: measure.name, one, other, larger, smaller, same, verdict }
    };
    pairs.map(difference).collect()
}

fn write_text(
    out: &mut dyn Write,
    name: &str,
    comparison: &Comparison,
    bands: &Bands,
) -> Result<(), Failure> {
    let (first, seeds) = bands.seeds();
    let last = first + u64::from(seeds - 1);
    writeln!(out, "{name}, seeds {first} to {last}, {}", in_common(&comparison.setup))?;
    if (seeds as usize) < SEEDS_LEAST {
        let few = "too few to tell what differs from chance";
        writeln!(out, "{seeds} seeds are {few}, for which there must be {SEEDS_LEAST} at least.")?;
    }
    let width = comparison.lanes.iter().map(|lane| lane.title().chars().count()).max();
    for measure in MEASURES {
        let mut grid = Grid::new(&[&title(measure), "5 %", "median", "95 %"]);
        for (n, lane) in comparison.lanes.iter().enumerate() {
            let Some(it) = bands.spread(measure, n) else { continue };
            let numbers = [it.low, it.median, it.high].map(|number| measure.text(number));
            let lane = format!("  {n}  {:<width$}", lane.title(), width = width.unwrap_or(0));
            grid.add([lane].into_iter().chain(numbers).collect());
        }
        write!(out, "\n{grid}")?;
        write_differences(out, bands, measure)?;
    }
    Ok(())
}

/// Which lanes differ by more than chance, and which do not.
fn write_differences(
    out: &mut dyn Write,
    bands: &Bands,
    measure: &'static Measure,
) -> Result<(), Failure> {
    let all = differences(bands, measure);
    let of = |verdicts: [Verdict; 2]| {
        let fits = move |it: &&Difference| verdicts.iter().any(|word| word.name() == it.verdict);
        all.iter().filter(fits).collect::<Vec<_>>()
    };
    let beyond = of([Verdict::Larger, Verdict::Smaller]).into_iter().map(|it| {
        let is_larger = it.verdict == Verdict::Larger.name();
        let (more, less) = if is_larger { (it.one, it.other) } else { (it.other, it.one) };
        format!("{more} > {less}")
    });
    let pairs = |verdict| {
        of([verdict, verdict]).into_iter().map(|it| format!("{} and {}", it.one, it.other))
    };
    let lines = [
        ("larger than the noise", beyond.collect::<Vec<_>>()),
        ("within the noise", pairs(Verdict::Noise).collect()),
        ("the same", pairs(Verdict::Same).collect()),
    ];
    for (what, pairs) in lines.into_iter().filter(|(_, pairs)| !pairs.is_empty()) {
        writeln!(out, "  {what}: {}", pairs.join(", "))?;
    }
    Ok(())
}
