//! A result as text for people: its own values line by line, and then a table for each list and each
//! record in it, without the rows that are zero throughout.

use super::{Described, Field, Grid};
use crate::words::{count, separated};
use fusebox::time::{Duration, Instant};
use serde_json::{Map, Value};

/// The most rows of a list within a result; the JSON has more.
const ROWS_MAX: usize = 50;

/// Any result as text.
#[must_use]
pub fn text<T: Described>(result: &T) -> String {
    let value = serde_json::to_value(result).unwrap_or_default();
    if let Value::Array(items) = &value {
        return list("", T::FIELDS, items);
    }
    let own = T::FIELDS.iter().map(|field| match &value[field.name] {
        Value::Null | Value::Array(_) | Value::Object(_) => String::new(),
        own => format!("{:<17} {}\n", words(field.name), shown(field, own)),
    });
    let tables = T::FIELDS.iter().map(|field| match &value[field.name] {
        Value::Array(items) => {
            let rest = items.len().saturating_sub(ROWS_MAX) as u64;
            let more = (rest > 0).then(|| format!("and {} more\n", count(rest)));
            list(field.name, field.inner, &items[..items.len().min(ROWS_MAX)])
                + &more.unwrap_or_default()
        }
        Value::Object(members) if field.suffix.is_empty() => {
            let row = |it: &Field| vec![words(it.name), shown(it, &members[it.name])];
            table(field.name, &[], field.inner.iter().map(row))
        }
        Value::Object(members) => named(field, members),
        _ => String::new(),
    });
    let tables = tables.filter(|table| !table.is_empty()).map(|table| format!("\n{table}"));
    own.chain(tables).collect()
}

/// A table with a row for each item, which begins with the first field of the item.
fn list(title: &str, fields: &[Field], items: &[Value]) -> String {
    let Some((first, others)) = fields.split_first() else { return String::new() };
    let row = |item: &Value| fields.iter().map(|it| shown(it, &item[it.name])).collect();
    table(if title.is_empty() { first.name } else { title }, others, items.iter().map(row))
}

/// A table with a row for each name.
fn named(field: &Field, members: &Map<String, Value>) -> String {
    let row = |(name, value): (&String, &Value)| {
        let of_record = field.inner.iter().map(|it| shown(it, &value[it.name]));
        let of_value = field.inner.is_empty().then(|| shown(field, value));
        [name.clone()].into_iter().chain(of_record).chain(of_value).collect()
    };
    table(field.name, field.inner, members.iter().map(row))
}

fn table(title: &str, fields: &[Field], rows: impl Iterator<Item = Vec<String>>) -> String {
    let is_some = |cell: &String| !cell.is_empty() && cell != "0";
    let rows: Vec<_> = rows.filter(|row| row.iter().skip(1).any(is_some)).collect();
    if rows.is_empty() {
        return String::new();
    }
    let mut grid = Grid::default();
    grid.add([title].into_iter().chain(fields.iter().map(|field| field.name)).map(words));
    for row in rows {
        grid.add(row);
    }
    grid.to_string()
}

/// The name of a field without the unit, which stands beside the number.
fn words(name: &str) -> String {
    name.trim_end_matches("_ms").replace('_', " ")
}

fn shown(field: &Field, value: &Value) -> String {
    let Some(number) = value.as_f64() else {
        return value.as_str().unwrap_or_default().to_string();
    };
    let length = Duration::from_secs_f64(number / 1e3);
    match (field.unit, value.as_u64()) {
        ("", Some(number)) => number.to_string(),
        (_, Some(number)) => count(number),
        ("ms", _) if field.name == "at_ms" => (Instant::ZERO + length).to_string(),
        ("ms", _) => length.to_string(),
        ("0 to 1", _) => format!("{:.1} %", number * 100.0),
        _ => separated(&format!("{number:.0$}", if number < 10.0 { 2 } else { 1 })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record;
    use crate::recovery::Recovery;
    use crate::report::RecoveryReport;

    record! {
        struct Result(recovery: RecoveryReport, list: Vec<RecoveryReport>) {
            seed: u64 = 1_000, "", "Plain";
            load: f64 = 1_000.0, "x", "Separated";
            recovery: RecoveryReport = recovery, "", "A table";
            others: Vec<RecoveryReport> = list, "", "A table with a head";
        }
    }

    #[test]
    fn own_values_come_first_and_rows_that_are_zero_are_left_out() {
        let recovered = RecoveryReport::from(Recovery::Recovered { after: Duration::ZERO });
        let metastable = Recovery::Metastable { before: 0.985, after: 0.25 }.into();
        let list = vec![RecoveryReport::from(Recovery::Idle), metastable];
        let shown = text(&Result::of(recovered, list));
        let lines = [
            "seed              1000",
            "load              1,000.0",
            "",
            "recovery",
            "verdict   recovered",
            "after     0 s",
            "",
            "others      after  useful share before  useful share after  load ratio",
            "metastable                      98.5 %              25.0 %",
        ];
        assert_eq!(shown.lines().collect::<Vec<_>>(), lines);
        assert_eq!(
            text(&vec![recovered]).lines().next().unwrap().split("  ").next(),
            Some("verdict")
        );
    }
}
