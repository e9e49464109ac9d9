//! Code of a target, from a template and its values.

use super::convert::Field;
use super::document::{comments, placed};
use super::note::Note;
use super::table::{Code, Part};
use fusebox::LayerKind;
use fusebox_sim::Dependency;

/// The marks around a path in a template.
const MARKS: (char, char) = ('«', '»');

/// The placeholder of the dependency's name.
const NAME: &str = "name";

/// The code of these layers, innermost first.
pub(super) fn code(
    template: &Code,
    on: Dependency,
    kinds: &[LayerKind],
    fields: &[Field],
    notes: &[Note],
    about: &[String],
) -> String {
    let mark = format!("{} ", template.comment);
    let mut filler = Filler { on, fields, notes, mark: &mark, shown: Vec::new() };
    let mut code = String::new();
    for part in template.parts {
        let (of, kinds): (_, Vec<LayerKind>) = match part {
            Part::Lines(text) => {
                code += &filler.fill(text);
                continue;
            }
            Part::Layers(of) => (of, kinds.iter().rev().copied().collect()),
            Part::FromInside(of) => (of, kinds.to_vec()),
        };
        for kind in kinds {
            let text = of.iter().find(|(it, _)| *it == kind);
            code += &text.map_or_else(String::new, |(_, text)| filler.fill(text));
        }
    }
    let shown = filler.shown;
    let is_left = |note: &&Note| note.theirs.as_deref().is_none_or(|path| !shown.contains(&path));
    let left = notes.iter().filter(is_left).map(|note| &note.text);
    let blank = String::from("\n");
    comments(about.iter(), &mark) + &comments(left, &mark) + &blank + &code
}

/// Fills templates.
struct Filler<'a> {
    on: Dependency,
    fields: &'a [Field],
    notes: &'a [Note],
    mark: &'a str,
    /// The paths whose notes have been written.
    shown: Vec<&'a str>,
}

impl<'a> Filler<'a> {
    /// The lines of a text with their values, without those that do not get what they ask for.
    fn fill(&mut self, text: &'a str) -> String {
        let mut out = String::new();
        for line in text.lines() {
            let Some((line, paths)) = filled_line(line, self.on, self.fields) else { continue };
            let indent: String = line.chars().take_while(|c| c.is_whitespace()).collect();
            for path in paths {
                if !self.shown.contains(&path) {
                    let notes = placed(self.notes, path);
                    out += &comments(notes.iter(), &format!("{indent}{}", self.mark));
                    self.shown.push(path);
                }
            }
            out += line.trim_end();
            out.push('\n');
        }
        out
    }
}

/// A line with its values, and their paths; none if it does not get what it asks for.
fn filled_line<'a>(
    line: &'a str,
    on: Dependency,
    fields: &[Field],
) -> Option<(String, Vec<&'a str>)> {
    let (mut out, mut paths, mut rest) = (String::new(), Vec::new(), line);
    while let Some((before, after)) = rest.split_once(MARKS.0) {
        let (path, after) = after.split_once(MARKS.1)?;
        out += before;
        rest = after;
        let value = |path: &str| fields.iter().find(|field| field.path == path);
        if path == NAME {
            out += on.name();
        } else if let Some(path) = path.strip_prefix('?') {
            value(path)?;
        } else if let Some(path) = path.strip_prefix('!') {
            if value(path).is_some() {
                return None;
            }
        } else {
            out += value(path)?.scalar.text();
            paths.push(path);
        }
    }
    Some((out + rest, paths))
}
