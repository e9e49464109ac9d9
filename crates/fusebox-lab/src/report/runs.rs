//! Replications: one scenario with several seeds, and the spread of its numbers.

use super::{Described, Field, Report};
use crate::record;
use crate::words::float;
use serde_json::Value;
use std::collections::BTreeMap;

record! {
    /// Several runs of one scenario that differ only in the seed.
    pub struct Runs(runs: Vec<Report>) {
        scenario: String = runs[0].scenario.clone(), "", "The name of the preset or of the file";
        seed: u64 = runs[0].seed, "", "The first seed";
        seeds: usize = runs.len(), "seeds", "The number of seeds";
        summary: BTreeMap<String, Spread> = summary(&runs), "",
            "A number from the reports, such as calls.sent, over all runs that have it";
        verdicts: BTreeMap<&'static str, u64> = verdicts(&runs), "runs", "Runs with this verdict on recovery";
        runs: Vec<Report> = runs, "", "A report as above for each seed, in the order of the seeds";
    }
}

record! {
    /// A number over several runs, in ascending order.
    #[derive(Copy)]
    pub struct Spread(values: &[f64]) {
        runs: usize = values.len(), "runs", "Runs that have this number";
        mean: f64 = values.iter().sum::<f64>() / float(values.len() as u64), "",
            "Mean, in the unit of the number";
        min: f64 = values[0], "", "Smallest";
        median: f64 = f64::midpoint(values[(values.len() - 1) / 2], values[values.len() / 2]), "", "Median";
        max: f64 = values[values.len() - 1], "", "Largest";
    }
}

fn verdicts(runs: &[Report]) -> BTreeMap<&'static str, u64> {
    let mut verdicts = BTreeMap::new();
    for run in runs {
        *verdicts.entry(run.recovery.verdict).or_default() += 1;
    }
    verdicts
}

fn summary(runs: &[Report]) -> BTreeMap<String, Spread> {
    let mut columns: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for (path, number) in runs.iter().flat_map(numbers) {
        columns.entry(path).or_default().push(number);
    }
    let spread = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        Spread::of(&values)
    };
    columns.into_iter().map(|(name, values)| (name, spread(values))).collect()
}

/// Every number of a report under its path, in which an item of a list has its name:
/// `dependencies.postgres.retries`.
pub(crate) fn numbers(report: &Report) -> BTreeMap<String, f64> {
    let mut found = BTreeMap::new();
    find_numbers(Report::FIELDS, &serde_json::to_value(report).unwrap_or_default(), "", &mut found);
    found
}

fn find_numbers(fields: &[Field], value: &Value, path: &str, found: &mut BTreeMap<String, f64>) {
    for field in fields {
        let (path, value) = (format!("{path}{}", field.name), &value[field.name]);
        match value {
            Value::Number(number) if !field.unit.is_empty() => {
                found.extend(number.as_f64().map(|number| (path, number)));
            }
            Value::Object(_) => find_numbers(field.inner, value, &format!("{path}."), found),
            Value::Array(items) => {
                for item in items {
                    let Some(name) = item["name"].as_str() else { continue };
                    find_numbers(field.inner, item, &format!("{path}.{name}."), found);
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_is_that_of_the_values() {
        let expected = Spread { runs: 4, mean: 3.5, min: 1.0, median: 2.5, max: 8.0 };
        assert_eq!(Spread::of(&[1.0, 2.0, 3.0, 8.0]), expected);
        assert!((Spread::of(&[1.0, 3.0, 8.0]).median - 3.0).abs() < f64::EPSILON);
    }
}
