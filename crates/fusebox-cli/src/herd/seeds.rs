//! A comparison with many seeds: medians with their 5-95 % bands, and which differences are larger than
//! the noise.

use super::{in_common, run_all, title};
use crate::args::OutputArgs;
use crate::failure::{Failure, warn_of_low_share};
use crate::output::write_json;
use fusebox_lab::bands::{Bands, Difference, Spread, seeds_least};
use fusebox_lab::herd::{Comparison, MEASURES, Measure, Strategy};
use fusebox_lab::record;
use fusebox_lab::report::Grid;
use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Mutex;

record! {
    /// The result of `fusebox herd --seeds`.
    pub(crate) struct BandsReport(name: &str, lanes: &[Strategy], bands: &Bands) {
        comparison: String = name.to_string(), "", "The name of the preset or of the file";
        seed: u64 = bands.seeds().0, "", "The first seed";
        seeds: u32 = bands.seeds().1, "", "The number of seeds";
        lanes: Vec<LaneBands> =
            lanes.iter().enumerate().map(|(n, lane)| LaneBands::of(lane, n, bands)).collect(), "",
            "Each strategy in its lane";
        differences: Vec<DifferenceReport> =
            MEASURES.iter().flat_map(|it| differences(bands, it)).collect(), "",
            "Each measure compared between two lanes, seed by seed";
    }
}

record! {
    /// A lane of the comparison.
    pub(crate) struct LaneBands(lane: &Strategy, n: usize, bands: &Bands) {
        title: String = lane.title(), "", "The name of the strategy";
        strategy: String = lane.word(), "", "The strategy as --lanes takes it";
        what: String = lane.words(), "", "What the strategy does";
        measures: BTreeMap<&'static str, SpreadReport> = MEASURES.iter()
            .filter_map(|it| Some((it.name, SpreadReport::of(&bands.spread(it, n)?)))).collect(), "",
            "A measure from the list below";
        fingerprints: Vec<String> = bands.fingerprints(n).map(|(_, it)| format!("{it:016x}")).collect(), "",
            "The fingerprint of each run, in the order of the seeds";
    }
}

record! {
    /// The spread of a measure over the seeds.
    pub(crate) struct SpreadReport(of: &Spread) {
        p5: Option<f64> = of.low, "", "5th percentile";
        median: Option<f64> = of.median, "", "Median";
        p95: Option<f64> = of.high, "", "95th percentile; null if it never ends";
        absent: usize = of.absent, "seeds", "Seeds without this number";
    }
}

record! {
    /// How two lanes differ in a measure.
    pub(crate) struct DifferenceReport(measure: &Measure, of: &Difference) {
        measure: &'static str = measure.name, "", "The measure";
        one: usize = of.lanes.0, "", "The index of the first lane, from 0";
        other: usize = of.lanes.1, "", "The index of the second lane";
        larger: usize = of.larger, "seeds", "Seeds where the first lane is larger; never counts as largest";
        smaller: usize = of.smaller, "seeds", "Seeds where the first lane is smaller";
        same: usize = of.same, "seeds", "Seeds where both lanes are equal";
        p: f64 = of.p, "",
            "Probability that chance alone splits the seeds so unevenly (two-sided sign test, corrected for all pairs of lanes by Holm's method)";
        verdict: &'static str = of.verdict().name(), "",
            "larger, smaller, same, noise or too_few_seeds, explained below";
    }
}

pub(super) fn compare(
    name: &str,
    comparison: &Comparison,
    mut bands: Bands,
    output: &OutputArgs,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let runs: Vec<_> = bands.runs().collect();
    let shared = Mutex::new(&mut bands);
    // No more lanes are in memory at a time than there are threads.
    let opened_at_low_share = run_all(comparison, &runs, |(n, seed), lane| {
        if let Ok(mut bands) = shared.lock() {
            bands.add(n, seed, &lane);
        }
        lane.opened_at_low_share
    })?;
    warn_of_low_share(opened_at_low_share.iter().sum());
    if output.csv {
        Ok(write!(out, "{}", bands.csv(&comparison.lanes))?)
    } else if output.json {
        write_json(out, &BandsReport::of(name, &comparison.lanes, &bands))
    } else {
        write_text(out, name, comparison, &bands)
    }
}

/// How all pairs of lanes differ in a measure.
fn differences(bands: &Bands, measure: &Measure) -> Vec<DifferenceReport> {
    bands.differences(measure).iter().map(|it| DifferenceReport::of(measure, it)).collect()
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
    let (pairs, enough) = (bands.pairs(), seeds_least(bands.pairs()));
    if (seeds as usize) < enough {
        let few = "too few to tell what differs from chance";
        writeln!(out, "{seeds} seeds are {few}; use at least {enough}.")?;
    } else if pairs > 1 {
        let what = "Larger than the noise: p of at most 5 %, corrected for";
        writeln!(out, "{what} {pairs} pairs of lanes (Holm).")?;
    }
    for measure in MEASURES {
        let mut grid = Grid::default();
        grid.add([&title(measure), "strategy", "5 %", "median", "95 %"]);
        for (n, lane) in comparison.lanes.iter().enumerate() {
            let Some(it) = bands.spread(measure, n) else { continue };
            let numbers = [it.low, it.median, it.high].map(|number| measure.text(number));
            grid.add([format!("  {n}"), lane.title()].into_iter().chain(numbers));
        }
        write!(out, "\n{grid}")?;
        write_differences(out, &differences(bands, measure))?;
    }
    Ok(())
}

/// The pairs of lanes that differ by more than chance, and those that do not.
fn write_differences(out: &mut dyn Write, all: &[DifferenceReport]) -> Result<(), Failure> {
    let mut lines = [
        ("larger than the noise", Vec::new()),
        ("within the noise", Vec::new()),
        ("the same", Vec::new()),
    ];
    for DifferenceReport { one, other, verdict, .. } in all {
        let (line, pair) = match *verdict {
            "larger" => (0, format!("{one} > {other}")),
            "smaller" => (0, format!("{other} > {one}")),
            "noise" => (1, format!("{one} and {other}")),
            "same" => (2, format!("{one} and {other}")),
            _ => continue,
        };
        lines[line].1.push(pair);
    }
    for (what, pairs) in lines.into_iter().filter(|(_, pairs)| !pairs.is_empty()) {
        writeln!(out, "  {what}: {}", pairs.join(", "))?;
    }
    Ok(())
}
