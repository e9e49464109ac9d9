//! Reads scenarios, comparisons and logs, up to a limit of bytes.

use super::args::WorldArgs;
use super::failure::Failure;
use fusebox_lab::document::Document;
use fusebox_lab::link::Herd;
use fusebox_lab::settings::{self, Problem};
use fusebox_lab::{document, herd, presets};
use fusebox_sim::Scenario;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// The smallest similarity of a name that is suggested.
const SIMILAR: f64 = 0.8;

/// The largest number of suggested names.
const SUGGESTIONS_MAX: usize = 3;

/// A scenario with its name.
pub(super) struct Named {
    /// The name of the preset or the file.
    pub(super) name: String,
    pub(super) scenario: Scenario,
}

/// The input that the arguments name.
pub(super) enum Input {
    /// One scenario.
    World(Box<Named>),
    /// A comparison of strategies, with its name.
    Herd(String, Box<Herd>),
}

/// The scenario or the comparison that the arguments name, a preset or a file, with its settings.
pub(super) fn any(args: &WorldArgs) -> Result<Input, Failure> {
    let name = &args.scenario;
    match document(name)? {
        Document::Scenario(scenario) => named(args, *scenario).map(|it| Input::World(Box::new(it))),
        Document::Comparison(mut herd) => {
            set_all(&args.set, |key, value| herd.comparison.set(key, value))?;
            if let Some(duration) = &args.duration {
                let set = herd.comparison.set("duration", duration);
                set.map_err(|problem| Failure::of_argument("--duration", &problem))?;
            }
            herd.comparison.check()?;
            Ok(Input::Herd(name.clone(), herd))
        }
    }
}

/// The scenario that the arguments name.
pub(super) fn world(args: &WorldArgs) -> Result<Named, Failure> {
    match document(&args.scenario)? {
        Document::Scenario(scenario) => named(args, *scenario),
        Document::Comparison(_) => Err(Failure::input(format!(
            "{} is a comparison, but this command needs a scenario; use fusebox herd",
            args.scenario
        ))),
    }
}

/// The comparison with this name: a preset of `fusebox herd`, or a file.
pub(super) fn herd(name: &str) -> Result<Herd, Failure> {
    if let Some(preset) = herd::find(name) {
        return Ok(Herd::of(preset));
    }
    let names = || herd::PRESETS.iter().map(|preset| preset.name);
    if !is_file(name) {
        return Err(no_preset(name, "neither a preset of fusebox herd nor a file", names));
    }
    let text = read(name, document::LENGTH_MAX, "1 MB")?;
    document::read_comparison(&text).map_err(|problems| told(name, &problems))
}

/// The scenario with the settings from the arguments.
fn named(args: &WorldArgs, mut scenario: Scenario) -> Result<Named, Failure> {
    set_all(&args.set, |key, value| settings::set(&mut scenario, key, value))?;
    if let Some(duration) = &args.duration {
        let set = settings::set(&mut scenario, "duration", duration);
        set.map_err(|problem| Failure::of_argument("--duration", &problem))?;
    }
    let problems = settings::check(&scenario);
    if !problems.is_empty() {
        return Err(Failure::Input(problems.iter().map(Problem::to_string).collect()));
    }
    Ok(Named { name: args.scenario.clone(), scenario })
}

/// Sets all of these, whatever their order.
///
/// They go in an order of their own, from what makes room for others and what means many places to
/// what means one. Those that have no place yet are tried again once others have one.
pub(super) fn set_all(
    settings: &[String],
    mut set: impl FnMut(&str, &str) -> Result<(), Problem>,
) -> Result<(), Failure> {
    let mut left = settings.iter().map(|it| key_and_value(it)).collect::<Result<Vec<_>, _>>()?;
    left.sort_by_key(|(key, _)| {
        let makes_room = key.rsplit('.').next() == Some("layers");
        let depth = key.split('.').filter(|part| *part != "*").count();
        (!makes_room, depth, *key)
    });
    if let Some(twice) = left.windows(2).find(|two| two[0].0 == two[1].0) {
        let key = twice[0].0;
        return Err(Failure::input(format!("{key} is given twice; give it once")));
    }
    loop {
        let before = left.len();
        let mut problems = Vec::new();
        left.retain(|(key, value)| {
            let problem = set(key, value).err();
            problems.extend(problem.as_ref().map(Problem::to_string));
            problem.is_some()
        });
        if left.is_empty() {
            return Ok(());
        }
        if left.len() == before {
            return Err(Failure::Input(problems));
        }
    }
}

/// The two sides of `breaker.cooldown=5s`.
fn key_and_value(setting: &str) -> Result<(&str, &str), Failure> {
    let sides = setting.split_once('=').map(|(key, value)| (key.trim(), value.trim()));
    sides.filter(|(key, _)| !key.is_empty()).ok_or_else(|| {
        Failure::input(format!(
            "--set is {setting:?}, but must be KEY=VALUE, as in breaker.cooldown=5s"
        ))
    })
}

fn document(name: &str) -> Result<Document, Failure> {
    let preset = |name: &str| presets::find(name).map(|preset| (preset.scenario)());
    if let Some(scenario) = preset(name) {
        return Ok(Document::Scenario(Box::new(scenario)));
    }
    if let Some(preset) = herd::find(name) {
        return Ok(Document::Comparison(Box::new(Herd::of(preset))));
    }
    if !is_file(name) {
        let scenarios = presets::ALL.iter().map(|preset| preset.name);
        let names = || scenarios.clone().chain(herd::PRESETS.iter().map(|preset| preset.name));
        return Err(no_preset(name, "neither a preset nor a file", names));
    }
    let text = read(name, document::LENGTH_MAX, "1 MB")?;
    Document::read(&text, preset).map_err(|problems| told(name, &problems))
}

fn is_file(name: &str) -> bool {
    let path = Path::new(name);
    name == "-" || path.extension().is_some_and(|it| it == "json") || path.exists()
}

fn told(name: &str, problems: &[Problem]) -> Failure {
    Failure::Input(problems.iter().map(|problem| format!("{name}: {problem}")).collect())
}

/// The error for an unknown name, with similar names or else all names.
pub(super) fn no_preset<N: Iterator<Item = &'static str>>(
    name: &str,
    what: &str,
    names: impl Fn() -> N,
) -> Failure {
    let mut near: Vec<_> =
        names().map(|known| (strsim::jaro_winkler(name, known), known)).collect();
    near.retain(|(likeness, _)| *likeness >= SIMILAR);
    near.sort_by(|a, b| b.0.total_cmp(&a.0));
    let near: Vec<_> = near.into_iter().take(SUGGESTIONS_MAX).map(|(_, known)| known).collect();
    let hint = if near.is_empty() {
        format!("the names are {}", names().collect::<Vec<_>>().join(", "))
    } else {
        format!("did you mean {}?", near.join(" or "))
    };
    Failure::input(format!("{name:?} is {what}: {hint}"))
}

/// The text of a file, or of the standard input for `-`, up to a limit of bytes.
pub(super) fn read(name: &str, most: usize, most_in_words: &str) -> Result<String, Failure> {
    let unreadable = |error: io::Error| Failure::input(format!("{name} cannot be read: {error}"));
    let mut bytes = Vec::new();
    let limit = most as u64 + 1;
    match name {
        "-" => io::stdin().lock().take(limit).read_to_end(&mut bytes),
        path => File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes)),
    }
    .map_err(unreadable)?;
    if bytes.len() > most {
        return Err(Failure::input(format!("{name} is larger than {most_in_words}")));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Failure::input(format!("{name} is not UTF-8 text: byte {at} is invalid"))
    })
}
