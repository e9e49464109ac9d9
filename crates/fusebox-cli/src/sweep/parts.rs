//! A sweep in parts, on as many machines as there are, and the parts put together again.
//!
//! A part is lines of JSON: the sweep and the number of the part, and then a line for each cell with the
//! words of its result, so that nothing is rounded. A cell belongs to the part that its number leaves
//! when it is divided by the number of parts.

use crate::args::MergeArgs;
use crate::failure::{Failure, warn};
use crate::input::{read, unreadable};
use crate::progress::Progress;
use crate::workers;
use fusebox_lab::herd::LaneMeasures;
use fusebox_lab::settings::Problem;
use fusebox_lab::sweep::{Field, Sweep};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::Write;

/// The most bytes of a part; the largest sweep has less.
const LENGTH_MAX: usize = 16_000_000;

/// So many cells are written at once.
const BATCH: usize = 32;

/// The first line of a part.
#[derive(Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
struct Head {
    /// The sweep in one line, as in a link.
    sweep: String,
    part: usize,
    of: usize,
}

/// A further line: a cell by its number, row by row.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Line {
    cell: usize,
    /// The words of its measures, in hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    words: Option<Vec<String>>,
    /// Why it cannot run: the setting, and what is wrong with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    problem: Option<[String; 2]>,
}

/// The result of a cell.
type Found = Result<LaneMeasures, Problem>;

impl Line {
    fn of(cell: usize, found: &Found) -> Self {
        let words = |it: &LaneMeasures| it.to_words().iter().map(|it| format!("{it:x}")).collect();
        let problem = found.as_ref().err().map(|it| [it.path.clone(), it.what.clone()]);
        Self { cell, words: found.as_ref().ok().map(words), problem }
    }

    fn found(&self) -> Option<Found> {
        match (&self.words, &self.problem) {
            (Some(words), None) => {
                let words = words.iter().map(|it| u64::from_str_radix(it, 16).ok());
                LaneMeasures::from_words(&words.collect::<Option<Vec<_>>>()?).map(Ok)
            }
            (None, Some([path, what])) => Some(Err(Problem::new(path, what))),
            _ => None,
        }
    }
}

/// A part as it was read.
struct Part {
    head: Head,
    sweep: Sweep,
    cells: BTreeMap<usize, Found>,
    /// The bytes of its lines that are not cut off.
    whole: usize,
}

/// Runs a part of a sweep, and prints it or adds it to a file.
pub(super) fn run(
    sweep: &Sweep,
    (part, of): (usize, usize),
    into: Option<&str>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let head = Head { sweep: sweep.write(), part, of };
    let file = into.map(|name| resume(name, &head)).transpose()?;
    let (mut file, begun) = file.unzip();
    let begun = begun.flatten();
    let out: &mut dyn Write = file.as_mut().map_or(out, |file| file);
    if begun.is_none() {
        line(out, &head)?;
    }
    let done = begun.map(|part| part.cells).unwrap_or_default();
    let cells: Vec<_> = sweep.cells().collect();
    let is_left = |n: &usize| n % of == part - 1 && !done.contains_key(n);
    let left: Vec<usize> = (0..cells.len()).filter(is_left).collect();
    let progress = Progress::new(left.len() as u64);
    for batch in left.chunks(BATCH) {
        let found = workers::each(batch.len(), |n| {
            let (x, y) = cells[batch[n]];
            let found = sweep.run_cell(x, y);
            progress.add(1);
            found
        });
        for (cell, found) in batch.iter().zip(&found) {
            line(out, &Line::of(*cell, found))?;
        }
        out.flush()?;
    }
    Ok(())
}

fn line(out: &mut dyn Write, of: &impl Serialize) -> Result<(), Failure> {
    serde_json::to_writer(&mut *out, of)?;
    Ok(writeln!(out)?)
}

/// Opens the file of a part to go on with it, and what it has, if it has begun. A file with anything else
/// stays as it is.
fn resume(name: &str, head: &Head) -> Result<(File, Option<Part>), Failure> {
    let file = OpenOptions::new().append(true).create(true).open(name);
    let file = file.map_err(|error| unreadable(name, &error))?;
    let text = read_part(name)?;
    // It may have been interrupted in its first line.
    if !text.contains('\n') && serde_json::to_string(head)?.starts_with(&text) {
        file.set_len(0)?;
        return Ok((file, None));
    }
    let part = Part::read(name, &text)?;
    if part.head != *head {
        let Head { sweep, part, of } = part.head;
        return Err(Failure::input(format!(
            "{name} is part {part}/{of} of the sweep {sweep}, and not of this one: give another file"
        )));
    }
    // What was interrupted in the middle of a line is run again.
    file.set_len(part.whole as u64)?;
    Ok((file, Some(part)))
}

/// Prints the sweep whose parts these files are.
pub(crate) fn merge(args: &MergeArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let mut all: Option<Part> = None;
    for name in &args.files {
        let text = read_part(name)?;
        let part = Part::read(name, &text)?;
        if part.whole < text.len() {
            warn(&format!("the last line of {name} is cut off"));
        }
        match &mut all {
            None => all = Some(part),
            Some(first) if first.head.sweep == part.head.sweep => first.cells.extend(part.cells),
            Some(_) => {
                let first = &args.files[0];
                return Err(Failure::input(format!(
                    "{name} is a part of another sweep than {first}"
                )));
            }
        }
    }
    let Some(mut all) = all else { return Ok(()) };
    let mut field = Field::new(&all.sweep);
    for (n, (x, y)) in all.sweep.cells().enumerate() {
        let Some(found) = all.cells.remove(&n) else { return Err(missing(&all, n)) };
        field.put(x, y, found);
    }
    super::write(out, &args.output, &all.sweep, &field)
}

/// The error for cells that no part has, of which this is the first; those before it have been taken out.
fn missing(all: &Part, n: usize) -> Failure {
    let count = all.sweep.cells().count();
    let missing = count - n - all.cells.len();
    let of = all.head.of;
    let part = n % of + 1;
    Failure::input(format!(
        "{missing} of {count} cells are missing, the first of them in part {part}/{of}: run it, or \
         start it again with --into and its file"
    ))
}

fn read_part(name: &str) -> Result<String, Failure> {
    read(name, LENGTH_MAX, "16 MB")
}

impl Part {
    /// Reads the lines of a part, but one that is cut off.
    fn read(name: &str, text: &str) -> Result<Self, Failure> {
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        let wrong = |n: usize, what: String| Failure::input(format!("{name}, line {n}: {what}"));
        let mut lines = (1..).zip(text[..whole].lines());
        let first = lines.next().map(|(_, line)| line).unwrap_or_default();
        let head: Head = serde_json::from_str(first).map_err(|error| {
            wrong(1, format!("{error}; it has to be that of fusebox sweep --part"))
        })?;
        let Head { part, of, .. } = head;
        if !(1..=of).contains(&part) {
            return Err(wrong(1, format!("there is no part {part}/{of}")));
        }
        let told = |problem: Problem| format!("{name}, line 1: {problem}");
        let sweep = Sweep::read(&head.sweep)
            .map_err(|problems| Failure::Input(problems.into_iter().map(told).collect()))?;
        let count = sweep.cells().count();
        let mut cells = BTreeMap::new();
        for (n, text) in lines {
            let line: Line =
                serde_json::from_str(text).map_err(|error| wrong(n, error.to_string()))?;
            if line.cell >= count || line.cell % of != part - 1 {
                return Err(wrong(n, format!("cell {} is not one of this part", line.cell)));
            }
            let found = line.found();
            let found = found.ok_or_else(|| wrong(n, "it has no result of a cell".to_owned()))?;
            cells.insert(line.cell, found);
        }
        Ok(Self { head, sweep, cells, whole })
    }
}
