//! The fields of the JSON results in the help, each with its unit and a sentence.

use crate::goal::GoalReport;
use crate::herd::HerdReport;
use crate::herd::seeds::BandsReport;
use crate::occ::Simulation;
use crate::settings::Group;
use crate::sweep::SweepReport;
use fusebox_lab::delays::Delay;
use fusebox_lab::herd::MEASURES;
use fusebox_lab::query::event::EventKind;
use fusebox_lab::query::measure::MEASURES as MEASURES_OF_PARTS;
use fusebox_lab::query::series::SERIES;
use fusebox_lab::replay::Replay;
use fusebox_lab::report::{Described, Field, Report, Runs};
use fusebox_lab::words::wrapped;

/// A line of the help: the path of a field, or another word; its unit; its meaning. In a path, `[]`
/// stands for each item of a list, and `<name>` for a name that varies.
type Line = (String, &'static str, &'static str);

/// A part of the help under its title.
type Section = (&'static str, Vec<Line>);

/// The longest line of the help, in characters.
const LINE_MAX: usize = 100;

/// The smallest width of the column of units.
const UNIT: usize = 8;

/// The values of `recovery.verdict`.
const VERDICTS: &[(&str, &str)] = &[
    ("recovered", "The share of useful answers was as good as before the fault for 5 s in a row"),
    ("metastable", "Still worse 30 s after the last repair, under the same load as before"),
    ("overloaded", "Still worse, but clients send more than before, which may explain it"),
    ("unstable", "As good as before over the last 10 s, but never for 5 s in a row"),
    ("idle", "No call ended in the last 10 s, and none is in flight"),
    ("too_early", "Not recovered yet, less than 30 s after the last repair"),
    ("fault_active", "A fault is still active"),
    ("never_healthy", "Most calls failed before the first fault, or no call ended"),
    ("beyond_history", "The first fault was more than 10 min ago, beyond the kept history"),
    ("no_fault", "The run had no fault"),
];

/// The values of `differences[].verdict`.
const DIFFERENCES: &[(&str, &str)] = &[
    ("larger", "Larger in most seeds, with p of at most 0.05"),
    ("smaller", "Smaller in most seeds, with p of at most 0.05"),
    ("same", "Equal in every seed"),
    ("noise", "The difference may be chance: p is above 0.05"),
    (
        "too_few_seeds",
        "So few seeds that all may agree by chance: fewer than 6 for two lanes, and 11 for eight",
    ),
];

/// The part of a subcommand's long help that follows its examples.
pub(super) fn after(task: &str) -> String {
    let sections = match task {
        "run" => {
            let mut of_seeds = seeds::<Runs>();
            of_seeds.1.retain(|(path, ..)| !path.starts_with("runs[]."));
            let of_goal = ("With --goal and --json", fields::<GoalReport>());
            vec![json::<Report>(), of_seeds, of_goal, words("The verdicts on recovery", VERDICTS)]
        }
        "herd" => {
            let of_differences = words("The verdicts on differences", DIFFERENCES);
            vec![json::<HerdReport>(), seeds::<BandsReport>(), of_differences, measures()]
        }
        "sweep" => vec![json::<SweepReport>(), measures()],
        "lesson" => vec![
            (
                "The measures of a query",
                MEASURES_OF_PARTS.iter().map(|it| plain(it.name, it.about)).collect(),
            ),
            ("The series of a query", SERIES.iter().map(|it| plain(it.name, it.about)).collect()),
            (
                "The events of a query",
                EventKind::ALL.iter().map(|it| plain(it.name(), it.about())).collect(),
            ),
        ],
        "replay" => vec![json::<Replay>()],
        "backoff" => vec![json::<Vec<Delay>>()],
        "occ" => vec![json::<Simulation>()],
        "settings" => vec![json::<Vec<Group>>()],
        _ => Vec::new(),
    };
    sections.iter().flat_map(lines).collect()
}

fn plain(name: &str, about: &'static str) -> Line {
    (name.to_string(), "", about)
}

fn json<T: Described>() -> Section {
    ("The JSON (--json), each field with its unit and meaning", fields::<T>())
}

fn seeds<T: Described>() -> Section {
    ("With --seeds and --json", fields::<T>())
}

fn fields<T: Described>() -> Vec<Line> {
    let mut lines = Vec::new();
    let mut add = |path, field: &Field| lines.push((path, field.unit, field.about));
    Field::walk(T::FIELDS, T::SUFFIX, &mut add);
    lines
}

fn measures() -> Section {
    let line = |it: &fusebox_lab::herd::Measure| (it.name.to_string(), it.unit.name(), it.about);
    ("The measures", MEASURES.iter().map(line).collect())
}

fn words(title: &'static str, words: &[(&str, &'static str)]) -> Section {
    (title, words.iter().map(|(word, about)| ((*word).to_string(), "", *about)).collect())
}

/// The lines of a section, each preceded by a line break.
fn lines((title, lines): &Section) -> Vec<String> {
    let names = lines.iter().map(|(path, ..)| path.len()).max().unwrap_or_default();
    let units = lines.iter().map(|(_, unit, _)| unit.len()).max().unwrap_or_default();
    let units = if units > 0 { units.max(UNIT) + 2 } else { 0 };
    let indent = names + units + 4;
    let line = |(path, unit, about): &Line| {
        let about = wrapped(about, LINE_MAX - indent).join(&format!("\n{:indent$}", ""));
        format!("\n  {path:<names$}  {unit:<units$}{about}")
    };
    [format!("\n\n{title}:")].into_iter().chain(lines.iter().map(line)).collect()
}
