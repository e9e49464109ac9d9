//! Lists of presets, their documents, and the schema of a document.

use super::args::{DocumentKind, PresetsArgs, SchemaArgs, WorldArgs};
use super::failure::Failure;
use super::input;
use super::output::write_json;
use fusebox_lab::document::{self, Document};
use fusebox_lab::words::wrapped;
use fusebox_lab::{lesson, presets};
use serde::Serialize;
use std::io::Write;

/// The widest line of a preset's text, including the column of its name.
const WIDTH: usize = 90;

/// A preset in the JSON of a list.
#[derive(Serialize)]
struct PresetLine {
    name: &'static str,
    title: &'static str,
    about: &'static str,
}

pub(super) fn presets(args: &PresetsArgs, out: &mut dyn Write) -> Result<(), Failure> {
    list(presets::ALL.iter().map(|it| [it.name, it.title, it.about]), args.json, out)
}

/// Writes a list of presets, each given by its name, its title and what it is about.
pub(super) fn list(
    presets: impl Iterator<Item = [&'static str; 3]>,
    json: bool,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let lines: Vec<_> =
        presets.map(|[name, title, about]| PresetLine { name, title, about }).collect();
    if json {
        return write_json(out, &lines);
    }
    let width = lines.iter().map(|line| line.name.len()).max().unwrap_or(0);
    for PresetLine { name, title, about } in lines {
        writeln!(out, "{name:<width$}  {title}")?;
        for line in wrapped(about, WIDTH.saturating_sub(width)) {
            writeln!(out, "{:<width$}    {line}", "")?;
        }
    }
    Ok(())
}

pub(super) fn show(args: &WorldArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let text = match input::any(args, None)? {
        Document::Scenario(scenario) => document::write(&scenario),
        Document::Comparison(herd) => document::write_comparison(&herd),
    };
    writeln!(out, "{}", text.trim_end())?;
    Ok(())
}

pub(super) fn schema(args: &SchemaArgs, out: &mut dyn Write) -> Result<(), Failure> {
    write_json(
        out,
        &match args.of {
            DocumentKind::Scenario => document::schema(),
            DocumentKind::Lesson => lesson::schema(),
        },
    )
}
