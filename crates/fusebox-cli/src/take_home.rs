//! Exports the layers around a dependency to other libraries and proxies, and imports their files.

use super::args::{ExportArgs, ImportArgs, WorldArgs};
use super::failure::{Failure, note};
use super::input;
use super::output::write_json;
use fusebox_lab::action_log::ActionLog;
use fusebox_lab::settings::Problem;
use fusebox_lab::take_home::{self, Exported, Figure, LENGTH_MAX, Mapping, Measured, Note, Target};
use fusebox_lab::timeline::Plan;
use fusebox_lab::words::wrapped;
use fusebox_lab::{document, presets};
use fusebox_sim::Scenario;
use serde::Serialize;
use std::io::Write;
use std::rc::Rc;

/// The widest line of a note in a list, in characters.
const WIDTH: usize = 96;

/// What is exported, as JSON.
#[derive(Serialize)]
struct ExportReport<'a> {
    target: &'static str,
    version: &'static str,
    on: &'static str,
    file_name: &'a str,
    text: &'a str,
    notes: &'a [Note],
    /// The run in words, and its figures; absent unless asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    measured: Option<MeasuredReport>,
}

/// What the differences do to a run, as JSON.
#[derive(Serialize)]
struct MeasuredReport {
    about: String,
    figures: Vec<Figure>,
}

pub(super) fn export(args: &ExportArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let target = args.target;
    if args.table {
        return table(target, out);
    }
    let scenario = scenario(args.scenario.as_deref(), &args.set)?;
    let exported = take_home::export(target, &scenario, args.on);
    let measured = args.measure.then(|| measured(&scenario, args, &exported)).transpose()?;
    if args.json {
        let report = ExportReport {
            target: target.name,
            version: target.version,
            on: args.on.name(),
            file_name: &exported.file_name,
            text: &exported.text,
            notes: &exported.notes,
            measured,
        };
        return write_json(out, &report);
    }
    write!(out, "{}", exported.text)?;
    if !exported.has_comments {
        for it in &exported.notes {
            note(&it.text);
        }
    }
    if let Some(MeasuredReport { about, figures }) = measured {
        note(&format!("in {about}:"));
        for Figure { name, here, there } in figures {
            note(&format!("{name}: {here} here, {there} with the file alone"));
        }
    }
    Ok(())
}

/// What the differences do to a run of the scenario.
fn measured(
    scenario: &Scenario,
    args: &ExportArgs,
    exported: &Exported,
) -> Result<MeasuredReport, Failure> {
    let scenario = Rc::new(scenario.clone());
    let plan = Plan { scenario, seed: args.seed, actions: ActionLog::default() };
    let mut measured = Measured::new(&plan, exported, args.on)
        .map_err(|error| Failure::input(format!("the file cannot be compared: {error}")))?;
    while !measured.advance(u32::MAX) {}
    Ok(MeasuredReport { about: measured.about(), figures: measured.figures() })
}

/// Writes what a target has for each of our settings.
fn table(target: &Target, out: &mut dyn Write) -> Result<(), Failure> {
    writeln!(out, "{} {}", target.title, target.version)?;
    for Mapping { ours, theirs, note } in target.mappings() {
        writeln!(out, "\n{ours}\n  {}", theirs.unwrap_or("-"))?;
        for line in wrapped(note, WIDTH) {
            writeln!(out, "  {line}")?;
        }
    }
    Ok(())
}

pub(super) fn import(args: &ImportArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let text = input::read(&args.file, LENGTH_MAX, "64 KiB")?;
    let mut scenario = scenario(args.scenario.as_deref(), &[])?;
    let instance = args.instance.as_deref();
    let read = take_home::import(args.target, &text, instance, &mut scenario, args.on);
    let notes = read.map_err(|problems| refused(&args.file, &problems))?;
    for it in &notes {
        note(&format!("{}: {}", args.file, it.text));
    }
    writeln!(out, "{}", document::write(&scenario).trim_end())?;
    Ok(())
}

fn refused(file: &str, problems: &[Problem]) -> Failure {
    Failure::Input(problems.iter().map(|problem| format!("{file}: {problem}")).collect())
}

/// The scenario with this name, or else the first preset.
fn scenario(name: Option<&str>, set: &[String]) -> Result<Scenario, Failure> {
    let scenario = name.unwrap_or(presets::FIRST.name).to_string();
    input::world(&WorldArgs { scenario, set: set.to_vec(), duration: None })
}
