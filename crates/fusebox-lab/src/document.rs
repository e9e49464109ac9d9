//! Scenarios as JSON documents, their problems, and their schema; and
//! [comparisons](read_comparison) likewise.
//!
//! A document states its changes from a base: the preset that it names, or [`Scenario::default`].
//! Its objects have the settings of [`settings`](super::settings), in any order. Within an object, the settings on
//! which others depend are applied first. A group of clients changes the group with the same index
//! in the base, and the result has as many groups as the document; a schedule replaces that of the
//! base.
//!
//! ```
//! use fusebox_lab::document;
//!
//! let text = r#"{
//!     "postgres": { "breaker": { "window_calls": 50, "window": "count", "cooldown": "5s" } },
//!     "schedule": [{ "at": "10s", "on": "postgres", "fault": "down", "heal_after": "20s" }]
//! }"#;
//! let scenario = document::read(text, |_| None).unwrap();
//! assert_eq!(scenario.schedule.len(), 2, "the fault and its end");
//! assert_eq!(document::read(&document::write(&scenario), |_| None), Ok(scenario));
//!
//! let problems = document::read(r#"{ "duration": "5", "postgres": { "concurency": 3 } }"#, |_| None);
//! let said: Vec<_> = problems.unwrap_err().iter().map(ToString::to_string).collect();
//! assert_eq!(said, [
//!     "duration is \"5\", but must be a time such as 250ms or 2s, from 1 ms to 1 day",
//!     "postgres.concurency is not a setting; the closest is concurrency",
//! ]);
//! ```

mod apply;
mod comparison;
mod json;
mod schema;
#[cfg(test)]
mod tests;
mod value;

use crate::herd;
use crate::presets::ALL;
use crate::settings::{Config, Kind, Object, Problem, Value, object, set_inputs};
use apply::{Reader, members};
pub use comparison::{Document, read_comparison, write_comparison};
use fusebox_sim::Scenario;
use json::Json;
pub use schema::schema;

/// The longest document that is read, in bytes.
pub const LENGTH_MAX: usize = 1_000_000;

/// Keys of a document beside the settings: its base, and the schema that an editor checks it
/// against.
const PRESET: &str = "preset";
const SCHEMA: &str = "$schema";

/// The scenario of a document, based on the preset that it names.
///
/// # Errors
/// With all problems that can be detected, up to 20.
pub fn read(
    text: &str,
    presets: impl Fn(&str) -> Option<Scenario>,
) -> Result<Scenario, Vec<Problem>> {
    let (scenario, problems) = read_leniently(text, presets);
    if problems.is_empty() { Ok(scenario) } else { Err(problems) }
}

/// The valid parts of a document, and its problems.
///
/// Each invalid setting keeps the value of the base, and so does each part of the scenario whose
/// settings contradict each other. So the result is always a valid world, if the base is.
pub fn read_leniently(
    text: &str,
    presets: impl Fn(&str) -> Option<Scenario>,
) -> (Scenario, Vec<Problem>) {
    let mut reader = Reader::default();
    let mut json = match parse(text) {
        Ok(json) => json,
        Err(problem) => return (Scenario::default(), vec![problem]),
    };
    let scenario = base(&json, presets, &mut reader);
    for key in [PRESET, SCHEMA] {
        take(&mut json, key);
    }
    apply(scenario, reader, &json)
}

/// The config with the valid parts of a document, and the problems.
fn apply<C: Config>(
    mut config: C,
    mut reader: Reader,
    json: &[(String, Json)],
) -> (C, Vec<Problem>) {
    reader.object(C::TABLE, json, "");
    let given = std::mem::take(&mut reader.given);
    for problem in set_inputs(&mut config, given) {
        reader.add(problem);
    }
    (config, reader.into_problems())
}

/// Takes a member out; a repeated one is left, to be reported as an unknown key.
fn take(json: &mut Vec<(String, Json)>, key: &str) -> Option<Json> {
    let place = json.iter().position(|(member, _)| member == key)?;
    Some(json.remove(place).1)
}

/// The document of a scenario, with every setting that applies.
#[must_use]
pub fn write(scenario: &Scenario) -> String {
    written(&mut *object(scenario)).pretty()
}

/// Whether a document is a comparison, and not a scenario.
fn is_comparison(json: &[(String, Json)]) -> bool {
    json.iter().any(|(key, json)| match (key.as_str(), json) {
        ("herd" | "lanes", _) => true,
        (PRESET, Json::Text(name)) => herd::find(name).is_some(),
        _ => false,
    })
}

fn parse(text: &str) -> Result<Vec<(String, Json)>, Problem> {
    if text.len() > LENGTH_MAX {
        return Err(Problem::new("", format!("is longer than {LENGTH_MAX} bytes")));
    }
    // Some editors put a byte order mark before the text.
    match serde_json::from_str(text.strip_prefix('\u{feff}').unwrap_or(text)) {
        Ok(Json::Object(members)) => Ok(members),
        Ok(other) => Err(Problem::new("", format!("is {}, but must be an object", other.words()))),
        Err(error) => Err(Problem::new("", format!("is not JSON: {error}"))),
    }
}

fn base(
    members: &[(String, Json)],
    presets: impl Fn(&str) -> Option<Scenario>,
    reader: &mut Reader,
) -> Scenario {
    let Some((_, preset)) = members.iter().find(|(key, _)| key == PRESET) else {
        return Scenario::default();
    };
    let found = match preset {
        Json::Text(name) => presets(name),
        _ => None,
    };
    found.unwrap_or_else(|| {
        let known = ALL.iter().map(|preset| preset.name).filter(|name| presets(name).is_some());
        let known = known.collect::<Vec<_>>().join(", ");
        let colon = if known.is_empty() { "" } else { ": " };
        let preset = preset.words();
        let what = format!("is {preset}, but must be the name of a preset{colon}{known}");
        reader.add(Problem::new(PRESET, what));
        Scenario::default()
    })
}

/// An object with every setting that applies.
fn written(object: &mut dyn Object) -> Json {
    let mut written = Vec::new();
    let shape = object.shape();
    // An object that is always made anew leaves out settings that are off.
    let anew = shape.specs().iter().any(|spec| spec.required);
    let is_said = |value: &Value| !anew || *value != Value::Off;
    for (n, spec) in members(shape) {
        let json = match spec.kind {
            Kind::Parts { .. } | Kind::Schedule { .. } => {
                let one = |at| object.open(n, at).map(|mut inner| self::written(&mut *inner));
                Some(Json::List((0..).map_while(one).collect()))
            }
            Kind::Part => match object.open(n, 0) {
                Some(mut inner) => Some(self::written(&mut *inner)),
                None => spec.optional.then_some(Json::Null),
            },
            _ => object.read(n).filter(is_said).map(|value| value::json(spec, &value)),
        };
        written.extend(json.map(|json| (spec.key.to_string(), json)));
    }
    Json::Object(written)
}
