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

/// The lowest similarity at which a name is suggested.
const SIMILAR: f64 = 0.8;

/// The largest number of suggested names.
const SUGGESTIONS_MAX: usize = 3;

/// The scenario or the comparison that the arguments name, a preset or a file, with its settings.
pub(super) fn any(args: &WorldArgs) -> Result<Document, Failure> {
    let mut document = document(&args.scenario)?;
    let duration = args.duration.iter().map(|duration| format!("duration={duration}"));
    let settings: Vec<_> = args.set.iter().cloned().chain(duration).collect();
    set_all(&settings, |key, value| match &mut document {
        Document::Scenario(scenario) => settings::set(&mut **scenario, key, value),
        Document::Comparison(herd) => herd.comparison.set(key, value),
    })?;
    match &document {
        Document::Scenario(scenario) => {
            let problems = settings::check(scenario);
            if !problems.is_empty() {
                return Err(Failure::Input(problems.iter().map(Problem::to_string).collect()));
            }
        }
        Document::Comparison(herd) => {
            herd.comparison.check()?;
        }
    }
    Ok(document)
}

/// The scenario that the arguments name.
pub(super) fn world(args: &WorldArgs) -> Result<Scenario, Failure> {
    match any(args)? {
        Document::Scenario(scenario) => Ok(*scenario),
        Document::Comparison(_) => {
            let what = "is a comparison, but this command needs a scenario; use fusebox herd";
            Err(Failure::input(format!("{} {what}", args.scenario)))
        }
    }
}

/// The comparison with this name: a preset of `fusebox herd`, or a file.
pub(super) fn herd(name: &str) -> Result<Herd, Failure> {
    match document(name)? {
        Document::Comparison(herd) => Ok(*herd),
        Document::Scenario(_) => {
            let what = "is a scenario, but this command needs a comparison; use fusebox run";
            Err(Failure::input(format!("{name} {what}")))
        }
    }
}

/// Applies all of these settings; their order does not matter.
///
/// A list of layers is applied first, because other settings depend on it, and a key for several places
/// before a key for one of them. Settings that do not apply yet are tried again after the others.
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
    let accepts = "KEY=VALUE, as in breaker.cooldown=5s";
    let sides = sides.filter(|(key, _)| !key.is_empty());
    sides.ok_or_else(|| Failure::must_be("--set", setting, accepts))
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
    Document::read(&text, preset).map_err(|problems| {
        Failure::Input(problems.iter().map(|problem| format!("{name}: {problem}")).collect())
    })
}

fn is_file(name: &str) -> bool {
    let path = Path::new(name);
    name == "-" || path.extension().is_some_and(|it| it == "json") || path.exists()
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
        format!("the presets are {}", names().collect::<Vec<_>>().join(", "))
    } else {
        format!("did you mean {}?", near.join(" or "))
    };
    Failure::input(format!("{name:?} is {what}; {hint}"))
}

/// The text of a file, or of standard input for `-`, up to a limit of bytes.
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
