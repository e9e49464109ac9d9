//! Measures one strategy over a grid of two settings.

use super::args::SweepArgs;
use super::failure::Failure;
use super::herd::Form;
use super::input::{no_preset, set_all};
use super::output::write_json;
use super::progress::Progress;
use super::reference::{PresetLine, list};
use super::workers;
use fusebox_lab::herd::{self, Absent, MEASURES, Measure, Strategy};
use fusebox_lab::settings::Problem;
use fusebox_lab::sweep::{Axis, Field, PRESETS, Sweep, find};
use serde::Serialize;
use std::io::Write;

/// The JSON of `fusebox sweep`.
#[derive(Serialize)]
struct Report<'a> {
    sweep: String,
    measure: &'static str,
    unit: &'static str,
    strategy: String,
    seed: u64,
    x: AxisReport<'a>,
    y: AxisReport<'a>,
    cells: Vec<CellReport<'a>>,
    fingerprint: String,
}

/// An axis in it.
#[derive(Serialize)]
struct AxisReport<'a> {
    key: &'a str,
    values: &'a [String],
}

/// A cell in it.
#[derive(Serialize)]
struct CellReport<'a> {
    x: &'a str,
    y: &'a str,
    value: Option<f64>,
    absent: Option<String>,
    fingerprint: Option<String>,
}

pub(super) fn sweep(args: &SweepArgs, out: &mut dyn Write) -> Result<(), Failure> {
    if args.form.list {
        let presets = PRESETS.iter().map(|it| PresetLine::new(it.name, it.title, it.about));
        return list(&presets.collect::<Vec<_>>(), args.form.json, out);
    }
    let sweep = read(args)?;
    let field = run(&sweep);
    match Form::of(&args.form) {
        Form::Csv => Ok(write!(out, "{}", field.csv(&sweep))?),
        Form::Json => write_json(out, &Report::of(&sweep, &field)),
        Form::Text => write_text(out, &sweep, &field),
    }
}

/// The sweep that the arguments describe.
fn read(args: &SweepArgs) -> Result<Sweep, Failure> {
    let mut sweep = base(args)?;
    if let Some(name) = &args.measure {
        sweep.measure = Measure::find(name).ok_or_else(|| {
            let names: Vec<_> = MEASURES.iter().map(|measure| measure.name).collect();
            let names = names.join(", ");
            Failure::input(format!("--measure is {name:?}, but must be one of {names}"))
        })?;
    }
    if let Some(word) = &args.strategy {
        sweep.strategy = Strategy::of(word).ok_or_else(|| {
            Failure::input(format!(
                "--strategy is {word:?}, but must be none, immediate, fixed, exponential, factor, \
                 full, equal or decorrelated, optionally followed by -budget, -breaker or -shared"
            ))
        })?;
    }
    set_all(&args.set, |key, value| sweep.set(key, value))?;
    sweep.seed = args.seed.unwrap_or(sweep.seed);
    if sweep.x.key() == sweep.y.key() {
        let key = sweep.x.key();
        return Err(Failure::input(format!("--y is {key}, but must differ from --x")));
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
    let found = workers::each(cells.len() as u64, |n| {
        let (x, y) = usize::try_from(n).map_or((0, 0), |n| cells[n]);
        let found = sweep.run_cell(x, y);
        progress.add(1);
        found
    });
    let mut field = Field::new(sweep);
    for ((x, y), found) in cells.into_iter().zip(found) {
        field.put(x, y, found);
    }
    field
}

impl<'a> Report<'a> {
    fn of(sweep: &'a Sweep, field: &Field) -> Self {
        let axis = |axis: &'a Axis| AxisReport { key: axis.key(), values: axis.texts() };
        Self {
            sweep: sweep.write(),
            measure: sweep.measure.name,
            unit: sweep.measure.unit.name(),
            strategy: sweep.strategy.word(),
            seed: sweep.seed,
            x: axis(&sweep.x),
            y: axis(&sweep.y),
            cells: sweep.cells().map(|(x, y)| CellReport::of(sweep, field, x, y)).collect(),
            fingerprint: format!("{:016x}", field.fingerprint()),
        }
    }
}

impl<'a> CellReport<'a> {
    fn of(sweep: &'a Sweep, field: &Field, x: usize, y: usize) -> Self {
        let (value, absent, fingerprint) = match field.get(x, y) {
            Some(Ok(found)) => {
                let value = found.get(sweep.measure);
                let absent = value.is_none().then(|| sweep.measure.none.text().to_string());
                (value, absent, Some(format!("{:016x}", found.fingerprint)))
            }
            Some(Err(problem)) => (None, Some(problem.to_string()), None),
            None => (None, None, None),
        };
        let text = |axis: &'a Axis, n| axis.text(n).unwrap_or_default();
        Self { x: text(&sweep.x, x), y: text(&sweep.y, y), value, absent, fingerprint }
    }
}

/// Draws one digit per cell, with the last row of the axis at the top.
fn write_text(out: &mut dyn Write, sweep: &Sweep, field: &Field) -> Result<(), Failure> {
    let Sweep { x, y, measure, strategy, seed, .. } = sweep;
    let what = measure.label;
    writeln!(out, "{what} of {} ({}), seed {seed}\n", strategy.title(), strategy.words())?;
    let width = y.texts().iter().map(|text| text.chars().count()).max().unwrap_or(0);
    for row in (0..y.len()).rev() {
        let marks: Vec<_> = (0..x.len()).map(|x| mark(sweep, field, x, row)).collect();
        writeln!(out, "{:>width$}  {}", y.texts()[row], marks.join(" "))?;
    }
    let (first, last) = (&x.texts()[0], &x.texts()[x.len() - 1]);
    writeln!(out, "\nfrom left to right  {}: {first} to {last}", x.key())?;
    let (first, last) = (&y.texts()[0], &y.texts()[y.len() - 1]);
    writeln!(out, "from bottom to top  {}: {first} to {last}", y.key())?;
    if let Some((least, most)) = field.range(sweep.measure) {
        let ends = [least, most].map(|number| measure.text(Some(number)));
        writeln!(out, "0 to 9              {}", ends.join(" to "))?;
    }
    write_marks(out, sweep, field)?;
    writeln!(out, "fingerprint         {:016x}", field.fingerprint())?;
    Ok(())
}

/// Explains the marks that are not digits, if there are any.
fn write_marks(out: &mut dyn Write, sweep: &Sweep, field: &Field) -> Result<(), Failure> {
    let cells = || sweep.cells().filter_map(|(x, y)| field.get(x, y));
    if cells().any(|cell| cell.as_ref().is_ok_and(|found| found.get(sweep.measure).is_none())) {
        writeln!(out, "{:<20}{}", none_mark(sweep), sweep.measure.none.text())?;
    }
    let problem: Option<&Problem> = cells().find_map(|cell| cell.as_ref().err());
    if let Some(problem) = problem {
        writeln!(out, "{:<20}cannot run: {problem}", "?")?;
    }
    Ok(())
}

const fn none_mark(sweep: &Sweep) -> &'static str {
    match sweep.measure.none {
        Absent::Never => "X",
        Absent::Nothing => "-",
    }
}

fn mark(sweep: &Sweep, field: &Field, x: usize, y: usize) -> String {
    let (least, most) = field.range(sweep.measure).unwrap_or_default();
    match field.get(x, y) {
        Some(Ok(found)) => match found.get(sweep.measure) {
            Some(value) if most > least => {
                format!("{:.0}", ((value - least) / (most - least) * 9.0).round())
            }
            Some(_) => "0".to_string(),
            None => none_mark(sweep).to_string(),
        },
        Some(Err(_)) | None => "?".to_string(),
    }
}
