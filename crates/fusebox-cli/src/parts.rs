//! A sweep in parts, on as many machines as there are, and the parts put together again.
//!
//! A part is lines of JSON: the sweep and the number of the part, and then a line for each cell with the
//! words of its result, so that nothing is rounded. A cell belongs to the part that its number leaves
//! when it is divided by the number of parts.

use super::args::MergeArgs;
use super::failure::{Failure, warn};
use super::input::{read, unreadable};
use super::progress::Progress;
use super::sweep;
use super::workers;
use fusebox_lab::herd::LaneMeasures;
use fusebox_lab::settings::Problem;
use fusebox_lab::sweep::{Field, Sweep};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};

/// The most bytes of a part; the largest sweep has less.
const LENGTH_MAX: usize = 16_000_000;

/// So many cells are written at once.
const BATCH: usize = 32;

/// The first line of a part.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
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

/// Runs a part of a sweep, and prints it or adds it to a file.
pub(super) fn run(
    sweep: &Sweep,
    (part, of): (usize, usize),
    into: Option<&str>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let head = Head { sweep: sweep.write(), part, of };
    let cells: Vec<_> = sweep.cells().collect();
    let own = (0..cells.len()).filter(|n| n % of == part - 1);
    let (mut file, done) = match into.map(|name| resume(name, &head, cells.len())).transpose()? {
        Some((file, done)) => (Some(file), done),
        None => (None, None),
    };
    let out: &mut dyn Write = file.as_mut().map_or(out, |file| file);
    if done.is_none() {
        line(out, &head)?;
    }
    let done = done.unwrap_or_default();
    let left: Vec<usize> = own.filter(|n| !done.contains_key(n)).collect();
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

/// Opens the file of a part to go on with it; the cells that it has, or none if it is new.
fn resume(
    name: &str,
    head: &Head,
    cells: usize,
) -> Result<(File, Option<BTreeMap<usize, Found>>), Failure> {
    let open = |options: &mut OpenOptions| options.open(name).map_err(|it| unreadable(name, &it));
    match File::open(name) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Ok((open(OpenOptions::new().append(true).create_new(true))?, None));
        }
        _ => {}
    }
    let text = read(name, LENGTH_MAX, "16 MB")?;
    // What was interrupted in the middle of a line is run again.
    let whole = text.rfind('\n').map_or(0, |end| end + 1);
    let file = open(OpenOptions::new().append(true))?;
    file.set_len(whole as u64)?;
    if whole == 0 {
        return Ok((file, None));
    }
    let (other, found) = parse(name, &text[..whole], cells)?;
    if other == *head {
        return Ok((file, Some(found)));
    }
    let (part, of) = (other.part, other.of);
    Err(Failure::input(format!(
        "{name} is part {part}/{of} of the sweep {}, and not of this one: give another file",
        other.sweep
    )))
}

/// Prints the sweep whose parts these files are.
pub(super) fn merge(args: &MergeArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let mut all: Option<(Sweep, Head)> = None;
    let mut cells = BTreeMap::new();
    for name in &args.files {
        let text = read(name, LENGTH_MAX, "16 MB")?;
        let head = head(name, &text)?;
        let (sweep, first) = match &all {
            Some(all) => all,
            None => all.insert((sweep_of(name, &head)?, head.clone())),
        };
        if first.sweep != head.sweep {
            let first = &args.files[0];
            return Err(Failure::input(format!("{name} is a part of another sweep than {first}")));
        }
        if !text.ends_with('\n') {
            warn(&format!("the last line of {name} is cut off"));
        }
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        cells.extend(parse(name, &text[..whole], sweep.cells().count())?.1);
    }
    let Some((sweep, head)) = all else { return Ok(()) };
    let mut field = Field::new(&sweep);
    for (n, (x, y)) in sweep.cells().enumerate() {
        let Some(found) = cells.remove(&n) else { return Err(missing(&sweep, &cells, n, &head)) };
        field.put(x, y, found);
    }
    sweep::write(out, (args.json, args.csv), &sweep, &field)
}

/// The error for a cell that no part has.
fn missing(sweep: &Sweep, left: &BTreeMap<usize, Found>, n: usize, head: &Head) -> Failure {
    let all = sweep.cells().count();
    let count = (n..all).filter(|it| !left.contains_key(it)).count();
    let part = n % head.of + 1;
    let of = head.of;
    Failure::input(format!(
        "{count} of {all} cells are missing, the first of them in part {part}/{of}: run it, or start it \
         again with --into and its file"
    ))
}

fn head(name: &str, text: &str) -> Result<Head, Failure> {
    let first = text.lines().next().unwrap_or_default();
    let head: Head = serde_json::from_str(first).map_err(|error| {
        Failure::input(format!(
            "{name}, line 1: {error}; it has to be that of fusebox sweep --part"
        ))
    })?;
    if head.of == 0 || !(1..=head.of).contains(&head.part) {
        let Head { part, of, .. } = head;
        return Err(Failure::input(format!("{name}, line 1: there is no part {part}/{of}")));
    }
    Ok(head)
}

fn sweep_of(name: &str, head: &Head) -> Result<Sweep, Failure> {
    let told = |problem: Problem| format!("{name}, line 1: {problem}");
    Sweep::read(&head.sweep)
        .map_err(|problems| Failure::Input(problems.into_iter().map(told).collect()))
}

/// The first line and the cells of a part, of a sweep with so many cells.
fn parse(name: &str, text: &str, cells: usize) -> Result<(Head, BTreeMap<usize, Found>), Failure> {
    let head = head(name, text)?;
    let mut found = BTreeMap::new();
    for (n, text) in text.lines().enumerate().skip(1) {
        let wrong = |what: String| Failure::input(format!("{name}, line {}: {what}", n + 1));
        let line: Line = serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
        if line.cell >= cells || line.cell % head.of != head.part - 1 {
            return Err(wrong(format!("cell {} is not one of this part", line.cell)));
        }
        let result = line.found().ok_or_else(|| wrong("it has no result of a cell".to_owned()))?;
        found.insert(line.cell, result);
    }
    Ok((head, found))
}
