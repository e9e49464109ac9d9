//! The fields of the JSON results in the help, each with its unit and a sentence.

use crate::backoff::Delay;
use crate::occ::Simulation;
use crate::replay::ReplayReport;
use fusebox_lab::herd::MEASURES;
use fusebox_lab::report::{Described, Field, Report};
use std::fmt::Write as _;

/// A line of the help: the path of a field, or another word; its unit; what it means. In a path `[]`
/// stands for each item of a list, and `<...>` for a name.
type Line = (String, &'static str, &'static str);

/// The same for lines that are written here.
type FixedLine = (&'static str, &'static str, &'static str);

/// The longest line of the help, in characters.
const LINE_MAX: usize = 100;

/// The least width of the column of units.
const UNIT: usize = 8;

/// The JSON of `fusebox run --seeds`.
const RUNS: &[FixedLine] = &[
    ("runs[]", "", "A report as above for each seed, in the order of the seeds"),
    ("summary.<number>", "", "A number of the reports, such as calls.sent, over all runs"),
    ("summary.<number>.runs", "runs", "Runs that have this number"),
    ("summary.<number>.mean", "", "Mean, in the unit of the number"),
    ("summary.<number>.min", "", "Smallest"),
    ("summary.<number>.median", "", "Median"),
    ("summary.<number>.max", "", "Largest"),
    ("verdicts.<verdict>", "runs", "Runs with this verdict on recovery"),
];

/// The values of `recovery.verdict`.
const VERDICTS: &[FixedLine] = &[
    (
        "recovered",
        "",
        "The share of useful answers was as good as before the fault for 5 s in a row",
    ),
    ("metastable", "", "Still worse 30 s after the last repair, under the same load as before"),
    ("overloaded", "", "Still worse, but clients send more than before, which may explain it"),
    ("unstable", "", "As good as before over the last 10 s, but never for 5 s in a row"),
    ("idle", "", "No call ended in the last 10 s, and none is in flight"),
    ("too_early", "", "Not recovered yet, less than 30 s after the last repair"),
    ("fault_active", "", "A fault is still active"),
    ("never_healthy", "", "Most calls failed before the first fault, or no call ended"),
    ("beyond_history", "", "The first fault was more than 10 min ago, beyond the kept history"),
    ("no_fault", "", "The run had no fault"),
];

/// The columns of the text that are not called like their fields.
const COLUMNS: &[FixedLine] = &[
    ("first", "", "first_attempts"),
    ("429", "", "rate_limited"),
    ("rejected", "", "breaker_rejections"),
    ("peak/s", "", "peak_per_second"),
];

/// The JSON of `fusebox herd`.
const HERD: &[FixedLine] = &[
    ("comparison", "", "The name of the preset or of the file"),
    ("seed", "", "The seed of all randomness; some JSON readers round numbers beyond 2^53"),
    ("lanes[].title", "", "The name of the strategy"),
    ("lanes[].strategy", "", "The strategy as --lanes takes it"),
    ("lanes[].what", "", "What the strategy does"),
    ("lanes[].measures.<measure>", "", "A measure from the list below; null for never or none"),
    ("lanes[].sentence", "", "The numbers explained in a sentence"),
    ("lanes[].events", "events", "Simulated events"),
    (
        "lanes[].fingerprint",
        "",
        "16 hexadecimal digits; the same run has the same on every machine",
    ),
];

/// The JSON of `fusebox herd --seeds`, where it differs from the JSON of one seed.
const BANDS: &[FixedLine] = &[
    ("seed", "", "The first seed"),
    ("seeds", "", "The number of seeds"),
    ("lanes[].measures.<measure>.p5", "", "5th percentile over the seeds"),
    ("lanes[].measures.<measure>.median", "", "Median over the seeds"),
    ("lanes[].measures.<measure>.p95", "", "95th percentile over the seeds; null if it never ends"),
    ("lanes[].measures.<measure>.absent", "seeds", "Seeds without this number"),
    ("lanes[].fingerprints[]", "", "The fingerprint of each run, in the order of the seeds"),
    ("differences[].measure", "", "The measure that is compared between two lanes, seed by seed"),
    ("differences[].one", "", "The index of the first lane, from 0"),
    ("differences[].other", "", "The index of the second lane"),
    (
        "differences[].larger",
        "seeds",
        "Seeds where the first lane is larger; never counts as largest",
    ),
    ("differences[].smaller", "seeds", "Seeds where the first lane is smaller"),
    ("differences[].same", "seeds", "Seeds where both lanes are equal"),
    ("differences[].verdict", "", "larger, smaller, same, noise or too_few_seeds, explained below"),
];

/// The values of `differences[].verdict`.
const DIFFERENCES: &[FixedLine] = &[
    ("larger", "", "Larger in enough of at least 6 seeds (sign test at 5 %)"),
    ("smaller", "", "Smaller in enough of at least 6 seeds"),
    ("same", "", "Equal in every seed"),
    ("noise", "", "The seeds disagree"),
    ("too_few_seeds", "", "Fewer than 6 seeds, which may agree by chance"),
];

/// The JSON of `fusebox sweep`.
const SWEEP: &[FixedLine] = &[
    ("sweep", "", "The whole sweep in one line, as in a link"),
    ("measure", "", "The measure, from the list below"),
    ("unit", "", "The unit of the measure"),
    ("strategy", "", "The strategy"),
    ("seed", "", "The seed of every run; some JSON readers round numbers beyond 2^53"),
    ("x.key", "", "The setting of the columns"),
    ("x.values[]", "", "Its values"),
    ("y.key", "", "The setting of the rows"),
    ("y.values[]", "", "Its values"),
    ("cells[].x", "", "The value of the column"),
    ("cells[].y", "", "The value of the row"),
    ("cells[].value", "", "The measured number, or null"),
    ("cells[].absent", "", "Why there is no number: never, none, or why it cannot run"),
    ("cells[].fingerprint", "", "The fingerprint of the run, in 16 hexadecimal digits"),
    ("fingerprint", "", "One fingerprint for all cells"),
];

const JSON: &str = "The JSON (--json), each field with its unit and meaning";

/// The end of the help of `fusebox herd`.
pub(super) fn herd(before: &str) -> String {
    let sections = [
        (JSON, fixed(HERD)),
        ("With --seeds and --json", fixed(BANDS)),
        ("The verdicts on differences", fixed(DIFFERENCES)),
        ("The measures", measures()),
    ];
    help(before, &sections)
}

/// The end of the help of `fusebox sweep`.
pub(super) fn sweep(before: &str) -> String {
    help(before, &[(JSON, fixed(SWEEP)), ("The measures", measures())])
}

fn measures() -> Vec<Line> {
    MEASURES.iter().map(|it| (it.name.to_string(), it.unit.name(), it.about)).collect()
}

/// The end of the help of `fusebox run`.
pub(super) fn run(before: &str) -> String {
    let sections = [
        (JSON, fields("", Report::FIELDS)),
        ("With --seeds and --json", fixed(RUNS)),
        ("The verdicts on recovery", fixed(VERDICTS)),
        ("The columns of a dependency in the text, and their fields", fixed(COLUMNS)),
    ];
    help(before, &sections)
}

/// The end of the help of `fusebox replay`.
pub(super) fn replay(before: &str) -> String {
    help(before, &[(JSON, fields("", ReplayReport::FIELDS))])
}

/// The end of the help of `fusebox backoff`.
pub(super) fn backoff(before: &str) -> String {
    help(before, &[(JSON, fields("[]", Delay::FIELDS))])
}

/// The end of the help of `fusebox occ`.
pub(super) fn occ(before: &str) -> String {
    help(before, &[(JSON, fields("", Simulation::FIELDS))])
}

fn fields(path: &str, fields: &[Field]) -> Vec<Line> {
    let mut lines = Vec::new();
    Field::walk(fields, path, &mut |path, field| lines.push((path, field.unit, field.about)));
    lines
}

fn fixed(lines: &[FixedLine]) -> Vec<Line> {
    lines.iter().map(|(path, unit, about)| ((*path).to_string(), *unit, *about)).collect()
}

fn help(before: &str, sections: &[(&str, Vec<Line>)]) -> String {
    let mut text = before.to_string();
    for (title, fields) in sections {
        let names = fields.iter().map(|(path, ..)| path.len()).max().unwrap_or_default();
        let units = fields.iter().map(|(_, unit, _)| unit.len()).max().unwrap_or_default();
        let units = if units > 0 { units.max(UNIT) + 2 } else { 0 };
        // Writing to a `String` cannot fail.
        let _ = write!(text, "\n\n{title}:");
        for (path, unit, about) in fields {
            let _ = write!(text, "\n  {path:<names$}  {unit:<units$}");
            write_words(&mut text, about, names + units + 4);
        }
    }
    text
}

/// Writes words from this column on, and wraps long lines to the same column.
fn write_words(text: &mut String, words: &str, indent: usize) {
    let mut column = indent;
    for (n, word) in words.split(' ').enumerate() {
        if n > 0 && column + 1 + word.len() > LINE_MAX {
            let _ = write!(text, "\n{:indent$}", "");
            column = indent;
        } else if n > 0 {
            text.push(' ');
            column += 1;
        }
        text.push_str(word);
        column += word.len();
    }
}
