//! Measures one strategy over a grid of two settings.

mod parts;

pub(super) use parts::merge;

use super::args::{OutputArgs, SweepArgs};
use super::failure::Failure;
use super::input::{no_preset, set_all, warm_up_setting};
use super::output::write_json;
use super::progress::Progress;
use super::reference::list;
use super::workers;
use fusebox_lab::herd::{self, Absent, Measure, STRATEGIES, Strategy};
use fusebox_lab::record;
use fusebox_lab::sweep::{Axis, Field, PRESETS, Sweep, find};
use std::io::Write;

record! {
    /// The result of `fusebox sweep`.
    pub(super) struct SweepReport(sweep: &Sweep, field: &Field) {
        sweep: String = sweep.write(), "", "The whole sweep in one line, as in a link";
        measure: &'static str = sweep.measure.name, "", "The measure, from the list below";
        unit: &'static str = sweep.measure.unit.name(), "", "The unit of the measure";
        strategy: String = sweep.strategy.word(), "", "The strategy";
        seed: u64 = sweep.seed, "", "The seed of every run; some JSON readers round numbers beyond 2^53";
        x: AxisReport = AxisReport::of(&sweep.x), "", "The columns";
        y: AxisReport = AxisReport::of(&sweep.y), "", "The rows";
        cells: Vec<CellReport> = sweep.cells().map(|(x, y)| {
            CellReport::of(&sweep.x.texts[x], &sweep.y.texts[y], field.cell(sweep, x, y))
        }).collect(), "",
            "The cells, row by row";
        fingerprint: String = format!("{:016x}", field.fingerprint()), "", "One fingerprint for all cells";
    }
}

record! {
    /// An axis of the sweep.
    pub(super) struct AxisReport(axis: &Axis) {
        key: String = axis.key.clone(), "", "The setting";
        values: Vec<String> = axis.texts.clone(), "", "Its values";
    }
}

record! {
    /// A cell of the sweep.
    pub(super) struct CellReport(x: &str, y: &str, of: (Option<f64>, Option<String>, Option<String>)) {
        x: String = x.to_string(), "", "The value of the column";
        y: String = y.to_string(), "", "The value of the row";
        value: Option<f64> = of.0, "", "The measured number, or null";
        absent: Option<String> = of.1, "", "Why there is no number: never, none, or why it cannot run";
        fingerprint: Option<String> = of.2, "",
            "The fingerprint of the run, in 16 hexadecimal digits";
    }
}

pub(super) fn sweep(args: &SweepArgs, out: &mut dyn Write) -> Result<(), Failure> {
    if args.form.list {
        let presets = PRESETS.iter().map(|it| [it.name, it.title, it.about]);
        return list(presets, args.form.output.json, out);
    }
    let sweep = read(args)?;
    if let Some(part) = args.part {
        return parts::run(&sweep, part, args.into.as_deref(), out);
    }
    write(out, &args.form.output, &sweep, &run(&sweep))
}

/// Writes the cells of a sweep as JSON, as CSV, or as text.
pub(super) fn write(
    out: &mut dyn Write,
    output: &OutputArgs,
    sweep: &Sweep,
    field: &Field,
) -> Result<(), Failure> {
    if output.csv {
        Ok(write!(out, "{}", field.csv(sweep))?)
    } else if output.json {
        write_json(out, &SweepReport::of(sweep, field))
    } else {
        write_text(out, sweep, field)
    }
}

/// The sweep that the arguments describe.
fn read(args: &SweepArgs) -> Result<Sweep, Failure> {
    let mut sweep = base(args)?;
    if let Some(name) = &args.measure {
        let accepts = || format!("one of {}", Measure::names());
        let measure = Measure::find(name);
        sweep.measure = measure.ok_or_else(|| Failure::must_be("--measure", name, &accepts()))?;
    }
    if let Some(word) = &args.strategy {
        let strategy = Strategy::of(word);
        sweep.strategy =
            strategy.ok_or_else(|| Failure::must_be("--strategy", word, STRATEGIES))?;
    }
    let warm_up = warm_up_setting(args.warm_up.as_deref());
    let settings: Vec<_> = args.set.iter().cloned().chain(warm_up).collect();
    set_all(&settings, |given| sweep.set_all(given))?;
    sweep.seed = args.seed.unwrap_or(sweep.seed);
    if sweep.x.key == sweep.y.key {
        return Err(Failure::input(format!("--y is {}, but must differ from --x", sweep.y.key)));
    }
    Ok(sweep)
}

/// The preset to start from: a sweep, or a comparison together with both axes.
fn base(args: &SweepArgs) -> Result<Sweep, Failure> {
    let name = args.preset.as_deref().unwrap_or(PRESETS[0].name);
    let axis = |name: &str, text: &Option<String>| -> Result<Option<Axis>, Failure> {
        let read = text.as_ref().map(|text| Axis::read(name, text)).transpose();
        read.map_err(Failure::from)
    };
    let (x, y) = (axis("--x", &args.x)?, axis("--y", &args.y)?);
    if let Some(preset) = find(name) {
        let mut sweep = preset.sweep();
        sweep.x = x.unwrap_or(sweep.x);
        sweep.y = y.unwrap_or(sweep.y);
        return Ok(sweep);
    }
    let Some(preset) = herd::find(name) else {
        let herds = herd::PRESETS.iter().map(|preset| preset.name);
        let names = || PRESETS.iter().map(|preset| preset.name).chain(herds.clone());
        return Err(no_preset(
            name,
            "neither a preset of fusebox sweep nor one of fusebox herd",
            names,
        ));
    };
    match (x, y) {
        (Some(x), Some(y)) => Ok(Sweep::of(preset, x, y)),
        (x, _) => {
            let missing = if x.is_none() { "--x" } else { "--y" };
            Err(Failure::input(format!(
                "{missing} is missing; give a setting and its values, as in outage:1s..60s:20"
            )))
        }
    }
}

fn run(sweep: &Sweep) -> Field {
    let cells: Vec<_> = sweep.cells().collect();
    let progress = Progress::new(cells.len() as u64);
    let found = workers::each(cells.len(), |n| {
        let found = sweep.run_cell(cells[n].0, cells[n].1);
        progress.add(1);
        found
    });
    let mut field = Field::new(sweep);
    for ((x, y), found) in cells.into_iter().zip(found) {
        field.put(x, y, found);
    }
    field
}

/// Draws one mark per cell, with the last row of the axis at the top, and explains the marks.
fn write_text(out: &mut dyn Write, sweep: &Sweep, field: &Field) -> Result<(), Failure> {
    let Sweep { x, y, measure, strategy, seed, .. } = sweep;
    let what = measure.label;
    writeln!(out, "{what} of {} ({}), seed {seed}\n", strategy.title(), strategy.words())?;
    let none = match measure.none {
        Absent::NotInRun => "X",
        Absent::Nothing => "-",
    };
    let range = field.range(measure);
    let mark = |x, y| match (field.get(x, y), range) {
        (Some(Ok(found)), Some((least, most))) => match found.get(measure) {
            Some(value) => {
                let share = (value - least) / (most - least).max(f64::MIN_POSITIVE);
                format!("{:.0}", (share * 9.0).round())
            }
            None => none.to_string(),
        },
        (Some(Ok(_)), None) => none.to_string(),
        _ => "?".to_string(),
    };
    let width = y.texts.iter().map(|text| text.chars().count()).max().unwrap_or(0);
    let mut all = Vec::new();
    for row in (0..y.texts.len()).rev() {
        let marks: Vec<_> = (0..x.texts.len()).map(|x| mark(x, row)).collect();
        writeln!(out, "{:>width$}  {}", y.texts[row], marks.join(" "))?;
        all.extend(marks);
    }
    let ends = |axis: &Axis| {
        let (first, last) = (&axis.texts[0], &axis.texts[axis.texts.len() - 1]);
        format!("{}: {first} to {last}", axis.key)
    };
    let mut legend = vec![("from left to right", ends(x)), ("from bottom to top", ends(y))];
    let ends = range.map(|(least, most)| [least, most].map(|number| measure.text(Some(number))));
    legend.extend(ends.map(|ends| ("0 to 9", ends.join(" to "))));
    if all.iter().any(|mark| mark == none) {
        legend.push((none, measure.none.text().to_string()));
    }
    let problem = sweep.cells().find_map(|(x, y)| field.get(x, y)?.as_ref().err());
    legend.extend(problem.map(|problem| ("?", format!("cannot run: {problem}"))));
    legend.push(("fingerprint", format!("{:016x}", field.fingerprint())));
    writeln!(out)?;
    legend.iter().try_for_each(|(title, text)| Ok(writeln!(out, "{title:<20}{text}")?))
}
