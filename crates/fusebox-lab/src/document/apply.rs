//! The settings of a document by their keys, and its problems.

use super::PRESET;
use super::json::Json;
use super::value::{accepts, value};
use crate::settings::{GROUPS, Input, Problem, SettingSpec, Shape, Value, near, shortened};

/// The most problems of one document that are reported.
const PROBLEMS_MAX: usize = 20;

/// The content of a document.
#[derive(Default)]
pub(super) struct Reader {
    /// The settings, by their full keys.
    pub(super) given: Vec<(String, Input)>,
    /// The problems that are reported.
    problems: Vec<Problem>,
}

/// The settings of a table that a document can have, each with its index.
pub(super) fn members(shape: &dyn Shape) -> impl Iterator<Item = (usize, &'static SettingSpec)> {
    shape.specs().into_iter().enumerate().filter(|(_, spec)| spec.key != GROUPS)
}

impl Reader {
    pub(super) fn add(&mut self, problem: Problem) {
        if !self.is_full() {
            self.problems.push(problem);
        }
    }

    /// Whether no more problems are reported.
    fn is_full(&self) -> bool {
        self.problems.len() >= PROBLEMS_MAX
    }

    fn say(&mut self, path: &str, what: impl Into<String>) {
        self.add(Problem::new(path, what));
    }

    /// Reports a value that is not accepted.
    pub(super) fn refuse(&mut self, path: &str, json: &Json, expected: &str) {
        self.say(path, format!("is {}, but must be {expected}", json.words()));
    }

    pub(super) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    /// Reads the members of an object.
    pub(super) fn object(&mut self, shape: &dyn Shape, json: &[(String, Json)], prefix: &str) {
        self.check_keys(shape, json, prefix);
        let given = |key| json.iter().find(|(member, _)| member == key).map(|(_, json)| json);
        for (n, spec) in members(shape) {
            let path = format!("{prefix}{}", spec.key);
            match (given(spec.key), shape.inner(n)) {
                (None, _) if spec.required => {
                    self.say(&path, format!("is missing; it must be {}", accepts(spec)));
                }
                (None, _) => {}
                (Some(json), Some(inner)) if spec.kind.parts().is_some() => {
                    self.list(spec, inner, json, &path);
                }
                (Some(Json::Null), Some(_)) if spec.optional => self.give(path, Value::Flag(false)),
                (Some(Json::Object(json)), Some(inner)) => {
                    self.give(path.clone(), Value::Flag(true));
                    self.object(inner, json, &format!("{path}."));
                }
                (Some(json), _) => match value(spec, json) {
                    Some(value) => self.give(path, value),
                    None => self.refuse(&path, json, &accepts(spec)),
                },
            }
        }
        let one_of = shape.one_of();
        let chosen = one_of.iter().filter(|key| given(key).is_some()).count();
        if !one_of.is_empty() && chosen != 1 {
            let what = format!("must have exactly one of {}", one_of.join(", "));
            self.say(prefix.trim_end_matches('.'), what);
        }
    }

    fn give(&mut self, path: String, value: Value) {
        self.given.push((path, Input::Value(value)));
    }

    fn check_keys(&mut self, shape: &dyn Shape, json: &[(String, Json)], prefix: &str) {
        let known = members(shape).map(|(_, spec)| spec.key);
        let known: Vec<_> = prefix.is_empty().then_some(PRESET).into_iter().chain(known).collect();
        for (n, (key, _)) in json.iter().enumerate() {
            let path = format!("{prefix}{}", shortened(key));
            if self.is_full() {
                return;
            } else if !known.contains(&key.as_str()) {
                self.add(near(&path, key, &known));
            } else if json[..n].iter().any(|(before, _)| before == key) {
                self.say(&path, "is given twice");
            }
        }
    }

    fn list(&mut self, spec: &SettingSpec, inner: &dyn Shape, json: &Json, path: &str) {
        let (min, max) = spec.kind.parts().unwrap_or_default();
        let items = match json {
            Json::List(items) if (min..=max).contains(&items.len()) => items,
            Json::List(items) => {
                let what = format!("has {} objects, but must be {}", items.len(), accepts(spec));
                return self.say(path, what);
            }
            _ => return self.refuse(path, json, &accepts(spec)),
        };
        // An object with required settings is replaced, not changed.
        if inner.specs().iter().any(|spec| spec.required) {
            self.give(path.to_string(), Value::Number(0));
        }
        let length = u32::try_from(items.len()).unwrap_or(u32::MAX);
        self.give(path.to_string(), Value::Number(length));
        for (at, item) in items.iter().enumerate() {
            let path = format!("{path}.{at}");
            match item {
                Json::Object(json) => self.object(inner, json, &format!("{path}.")),
                _ => self.refuse(&path, item, "an object"),
            }
        }
    }
}
