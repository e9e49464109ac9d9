//! Scenarios and logs from outside: read whole, but never more than so much.

use super::args::WorldArgs;
use super::failure::Failure;
use crate::lab::knobs::{self, Problem};
use crate::lab::{document, presets};
use crate::sim::Scenario;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// The least likeness of a name that is suggested.
const LIKE: f64 = 0.8;

/// The most names that are suggested.
const SUGGESTIONS_MAX: usize = 3;

/// A scenario and what it is called.
pub(super) struct Named {
    /// The name of the preset or the file.
    pub(super) name: String,
    pub(super) scenario: Scenario,
}

/// The scenario that the arguments say: a preset or a file, with the settings after it.
pub(super) fn world(args: &WorldArgs) -> Result<Named, Failure> {
    let mut scenario = scenario(&args.scenario)?;
    set_all(&args.set, |key, value| knobs::set(&mut scenario, key, value))?;
    if let Some(length) = &args.length {
        let set = knobs::set(&mut scenario, "length", length);
        set.map_err(|problem| Failure::of_argument("--for", &problem))?;
    }
    let problems = knobs::check(&scenario);
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
        return Err(Failure::input(format!("{key} is given twice, but must be given once")));
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
            "--set is {setting:?}, but must be a setting and its value, as in breaker.cooldown=5s"
        ))
    })
}

fn scenario(name: &str) -> Result<Scenario, Failure> {
    if let Some(preset) = presets::find(name) {
        return Ok((preset.scenario)());
    }
    let is_file = name == "-" || Path::new(name).extension().is_some_and(|it| it == "json");
    if !is_file && !Path::new(name).exists() {
        return Err(no_preset(name));
    }
    let text = read(name, document::LENGTH_MAX, "1 MB")?;
    let preset = |name: &str| presets::find(name).map(|preset| (preset.scenario)());
    document::read(&text, preset).map_err(|problems| {
        Failure::Input(problems.iter().map(|problem| format!("{name}: {problem}")).collect())
    })
}

fn no_preset(name: &str) -> Failure {
    let names = || presets::ALL.iter().map(|preset| preset.name);
    let mut near: Vec<_> =
        names().map(|known| (strsim::jaro_winkler(name, known), known)).collect();
    near.retain(|(likeness, _)| *likeness >= LIKE);
    near.sort_by(|a, b| b.0.total_cmp(&a.0));
    let near: Vec<_> = near.into_iter().take(SUGGESTIONS_MAX).map(|(_, known)| known).collect();
    let hint = if near.is_empty() {
        format!("there are {}", names().collect::<Vec<_>>().join(", "))
    } else {
        let is = if near.len() == 1 { "is" } else { "are" };
        format!("near it {is} {}", near.join(", "))
    };
    Failure::input(format!("{name:?} is neither a preset nor a file: {hint}"))
}

/// The text of a file, or of the standard input for `-`, up to so many bytes.
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
        return Err(Failure::input(format!("{name} is longer than {most_in_words}")));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Failure::input(format!("{name} is not text in UTF-8: byte {at} is not"))
    })
}
