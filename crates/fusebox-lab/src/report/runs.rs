//! Replications: one scenario with several seeds, and the spread of its numbers.

use super::{Grid, Report};
use crate::words::separated;
use core::fmt;

/// Several runs of one scenario that differ only in the seed.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Runs {
    /// Each run, in the order of the seeds.
    pub runs: Vec<Report>,
    /// Each number of a report over the runs, in the order of the reports. In JSON it is an object
    /// whose keys are the names.
    #[serde(serialize_with = "as_object")]
    pub summary: Vec<Spread>,
    /// The verdicts on recovery and how many runs have each, most first. In JSON it is an object whose
    /// keys are the verdicts.
    #[serde(serialize_with = "counts_as_object")]
    pub verdicts: Vec<(&'static str, usize)>,
}

/// A number over several runs.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Spread {
    /// Which number: its path in the JSON of a report, such as `calls.successes` or
    /// `dependencies.postgres.retries`.
    #[serde(skip)]
    pub name: String,
    /// How many of the runs have it; there is no latency where nothing was answered.
    pub runs: usize,
    /// The mean.
    pub mean: f64,
    /// The smallest.
    pub min: f64,
    /// The median.
    pub median: f64,
    /// The largest.
    pub max: f64,
}

impl Runs {
    /// The runs with their summary, without the numbers that no run has.
    #[must_use]
    pub fn of(runs: Vec<Report>) -> Self {
        let mut columns: Vec<(String, Vec<f64>)> = Vec::new();
        for report in &runs {
            for (n, (name, value)) in report.values().into_iter().enumerate() {
                if n == columns.len() {
                    columns.push((name, Vec::new()));
                }
                columns[n].1.extend(value);
            }
        }
        let summary = columns.into_iter().filter_map(|(name, column)| Spread::of(name, column));
        Self { summary: summary.collect(), verdicts: verdicts(&runs), runs }
    }
}

/// The verdicts on recovery and how many runs have each, most first.
fn verdicts(runs: &[Report]) -> Vec<(&'static str, usize)> {
    let mut verdicts: Vec<(&str, usize)> = Vec::new();
    for run in runs {
        let verdict = run.recovery.verdict;
        match verdicts.iter_mut().find(|(known, _)| *known == verdict) {
            Some((_, count)) => *count += 1,
            None => verdicts.push((verdict, 1)),
        }
    }
    verdicts.sort_by_key(|(_, count)| core::cmp::Reverse(*count));
    verdicts
}

impl Spread {
    fn of(name: String, mut values: Vec<f64>) -> Option<Self> {
        values.sort_by(f64::total_cmp);
        let (min, max) = (*values.first()?, *values.last()?);
        let runs = values.len();
        let median = f64::midpoint(values[(runs - 1) / 2], values[runs / 2]);
        let mean = values.iter().sum::<f64>() / super::values::float(runs as u64);
        Some(Self { name, runs, mean, min, median, max })
    }
}

fn as_object<S: serde::Serializer>(summary: &[Spread], to: S) -> Result<S::Ok, S::Error> {
    to.collect_map(summary.iter().map(|spread| (&spread.name, spread)))
}

fn counts_as_object<S: serde::Serializer>(
    counts: &[(&'static str, usize)],
    to: S,
) -> Result<S::Ok, S::Error> {
    to.collect_map(counts.iter().copied())
}

impl fmt::Display for Runs {
    /// Writes the summary as a table, without the rows that are zero throughout.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Some(first), Some(last)) = (self.runs.first(), self.runs.last()) else {
            return f.write_str("no runs\n");
        };
        let (from, to) = (first.seed, last.seed);
        writeln!(f, "{}, seeds {from} to {to}, {} each\n", first.scenario, first.length())?;
        let mut grid = Grid::new(&["", "mean", "min", "median", "max"]);
        for spread in self.summary.iter().filter(|spread| spread.max > 0.0) {
            let numbers = [spread.mean, spread.min, spread.median, spread.max];
            let mut row = vec![spread.name.clone()];
            let decimals = if spread.max < 10.0 { 2 } else { 1 };
            row.extend(numbers.map(|number| separated(&format!("{number:.decimals$}"))));
            grid.add(row);
        }
        write!(f, "{grid}\nrecovery:")?;
        for (n, (verdict, count)) in self.verdicts.iter().enumerate() {
            write!(f, "{} {count} x {verdict}", if n > 0 { "," } else { "" })?;
        }
        writeln!(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_is_that_of_the_values() {
        let spread = |values: &[f64]| Spread::of("x".to_string(), values.to_vec());
        assert_eq!(spread(&[]), None);
        let name = "x".to_string();
        let expected = Spread { name, runs: 4, mean: 3.5, min: 1.0, median: 2.5, max: 8.0 };
        assert_eq!(spread(&[3.0, 8.0, 1.0, 2.0]), Some(expected));
        assert_eq!(spread(&[3.0, 8.0, 1.0]).map(|spread| spread.median), Some(3.0));
    }
}
