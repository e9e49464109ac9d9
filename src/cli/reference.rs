//! What there is: presets, their documents, and the schema of a document.

use super::args::{PresetsArgs, ShowArgs};
use super::failure::Failure;
use super::input;
use super::output::{write, write_json};
use crate::lab::{document, presets};
use serde::Serialize;
use std::io::Write;

/// How wide the text of a preset is, with its name.
const WIDTH: usize = 90;

/// A preset in the JSON of `fusebox presets`.
#[derive(Serialize)]
struct PresetLine {
    /// What it is called in commands.
    name: &'static str,
    /// What it is called on the page.
    title: &'static str,
    /// What it shows, in a sentence or two.
    about: &'static str,
}

pub(super) fn presets(args: &PresetsArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let line = |preset: &presets::Preset| PresetLine {
        name: preset.name,
        title: preset.title,
        about: preset.about,
    };
    let lines: Vec<_> = presets::ALL.iter().map(line).collect();
    write(out, args.json, &lines, |out| {
        let width = lines.iter().map(|line| line.name.len()).max().unwrap_or(0);
        for PresetLine { name, title, about } in &lines {
            writeln!(out, "{name:<width$}  {title}")?;
            for line in wrapped(about, WIDTH.saturating_sub(width)) {
                writeln!(out, "{:<width$}    {line}", "")?;
            }
        }
        Ok(())
    })
}

/// The words of a text in lines of at most so many characters, where no word is longer.
fn wrapped(text: &str, width: usize) -> Vec<String> {
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
    let named = input::world(&args.world)?;
    writeln!(out, "{}", document::write(&named.scenario).trim_end())?;
    Ok(())
}

pub(super) fn schema(out: &mut dyn Write) -> Result<(), Failure> {
    write_json(out, &document::schema())
}
