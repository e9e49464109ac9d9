//! What there is: presets, their documents, and the schema of a document.

use super::args::{PresetsArgs, ShowArgs};
use super::failure::Failure;
use super::input::{self, Input};
use super::output::{write, write_json};
use fusebox_lab::{document, presets};
use serde::Serialize;
use std::io::Write;

/// How wide the text of a preset is, with its name.
const WIDTH: usize = 90;

/// A preset in the JSON of `fusebox presets`.
#[derive(Serialize)]
pub(super) struct PresetLine {
    /// What it is called in commands.
    name: &'static str,
    /// What it is called on the page.
    title: &'static str,
    /// What it shows, in a sentence or two.
    about: &'static str,
}

pub(super) fn presets(args: &PresetsArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let presets = presets::ALL.iter().map(|it| PresetLine::new(it.name, it.title, it.about));
    list(&presets.collect::<Vec<_>>(), args.json, out)
}

/// Writes a list of presets.
pub(super) fn list(lines: &[PresetLine], json: bool, out: &mut dyn Write) -> Result<(), Failure> {
    write(out, json, lines, |out| {
        let width = lines.iter().map(|line| line.name.len()).max().unwrap_or(0);
        for PresetLine { name, title, about } in lines {
            writeln!(out, "{name:<width$}  {title}")?;
            for line in wrapped(about, WIDTH.saturating_sub(width)) {
                writeln!(out, "{:<width$}    {line}", "")?;
            }
        }
        Ok(())
    })
}

impl PresetLine {
    pub(super) const fn new(name: &'static str, title: &'static str, about: &'static str) -> Self {
        Self { name, title, about }
    }
}

/// The words of a text in lines of at most so many characters, where no word is longer.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_string()),
        }
    }
    lines
}

pub(super) fn show(args: &ShowArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let text = match input::any(&args.world)? {
        Input::World(named) => document::write(&named.scenario),
        Input::Herd(_, herd) => document::write_comparison(&herd),
    };
    writeln!(out, "{}", text.trim_end())?;
    Ok(())
}

pub(super) fn schema(out: &mut dyn Write) -> Result<(), Failure> {
    write_json(out, &document::schema())
}
