//! What a document says, applied to a scenario, with all that is wrong with it.

use super::PRESET;
use super::json::Json;
use super::value::{accepts, value};
use crate::settings::{Kind, Object, Problem, SettingSpec, misplaced, near, shortened};

/// The most problems that are told of one document.
const PROBLEMS_MAX: usize = 20;

/// What is wrong with a document, as far as it is worth telling.
#[derive(Debug, Default)]
pub(super) struct Problems(Vec<Problem>);

impl Problems {
    pub(super) fn add(&mut self, problem: Problem) {
        if !self.is_full() {
            self.0.push(problem);
        }
    }

    /// Whether nothing more is told.
    fn is_full(&self) -> bool {
        self.0.len() >= PROBLEMS_MAX
    }

    fn say(&mut self, path: &str, what: impl Into<String>) {
        self.add(Problem::new(path, what));
    }

    /// That a value is not what it must be.
    pub(super) fn refuse(&mut self, path: &str, json: &Json, expected: &str) {
        self.say(path, format!("is {}, but must be {expected}", json.words()));
    }

    pub(super) fn into_vec(self) -> Vec<Problem> {
        self.0
    }
}

/// Applies the members of an object in the order of its table; `new` where it was not there before.
pub(super) fn object(
    object: &mut dyn Object,
    members: &[(String, Json)],
    prefix: &str,
    new: bool,
    problems: &mut Problems,
) {
    let shape = object.shape();
    let all = shape.specs();
    check_keys(&all, members, prefix, problems);
    let given = |key| members.iter().find(|(member, _)| member == key).map(|(_, json)| json);
    let mut written = Vec::new();
    for (n, spec) in all.iter().enumerate() {
        let path = format!("{prefix}{}", spec.key);
        let Some(json) = given(spec.key) else {
            if new && spec.required {
                problems.say(&path, format!("is missing; it must be {}", accepts(spec)));
            }
            continue;
        };
        match spec.kind {
            Kind::Part => part(object, n, json, &path, problems),
            Kind::Parts { min, max } => {
                parts(object, n, json, (min, max), &path, problems);
            }
            _ => match value(spec, json) {
                Some(value) => {
                    object.write(n, value.clone());
                    written.push((n, value));
                }
                None => problems.refuse(&path, json, &accepts(spec)),
            },
        }
    }
    let one_of = shape.one_of();
    let chosen = one_of.iter().filter(|key| given(key).is_some()).count();
    if new && !one_of.is_empty() && chosen != 1 {
        let what = format!("must have exactly one of {}", one_of.join(", "));
        return problems.say(prefix.trim_end_matches('.'), what);
    }
    // Only now is it certain which settings apply.
    for (n, value) in written {
        if object.read(n).as_ref() != Some(&value) {
            problems.add(misplaced(&format!("{prefix}{}", all[n].key), all[n]));
        }
    }
}

fn check_keys(
    all: &[&SettingSpec],
    members: &[(String, Json)],
    prefix: &str,
    problems: &mut Problems,
) {
    for (n, (key, _)) in members.iter().enumerate() {
        if problems.is_full() {
            return;
        }
        let path = format!("{prefix}{}", shortened(key));
        if all.iter().all(|spec| spec.key != key) {
            let top = prefix.is_empty().then_some(PRESET);
            let keys: Vec<_> = top.into_iter().chain(all.iter().map(|spec| spec.key)).collect();
            problems.add(near(&path, key, &keys));
        } else if members[..n].iter().any(|(before, _)| before == key) {
            problems.say(&path, "is there twice");
        }
    }
}

fn part(of: &mut dyn Object, n: usize, json: &Json, path: &str, problems: &mut Problems) {
    let spec = of.shape().specs()[n];
    match json {
        Json::Null if spec.optional => of.resize(n, 0),
        Json::Object(members) => {
            let new = of.length(n) == 0;
            if new {
                of.resize(n, 1);
            }
            match of.open(n, 0) {
                Some(mut inner) => {
                    object(&mut *inner, members, &format!("{path}."), new, problems);
                }
                None => problems.add(misplaced(path, spec)),
            }
        }
        _ => problems.refuse(path, json, &accepts(spec)),
    }
}

fn parts(
    of: &mut dyn Object,
    n: usize,
    json: &Json,
    (min, max): (usize, usize),
    path: &str,
    problems: &mut Problems,
) {
    let spec = of.shape().specs()[n];
    let items = match json {
        Json::List(items) if (min..=max).contains(&items.len()) => items,
        Json::List(items) => {
            let what = format!("has {} objects, but must be {}", items.len(), accepts(spec));
            return problems.say(path, what);
        }
        _ => return problems.refuse(path, json, &accepts(spec)),
    };
    // What has settings that must be given is not changed but made anew.
    let inner = of.shape().inner(n);
    if inner.is_some_and(|shape| shape.specs().iter().any(|spec| spec.required)) {
        of.resize(n, 0);
    }
    let before = of.length(n);
    of.resize(n, items.len());
    for (at, item) in items.iter().enumerate() {
        let path = format!("{path}.{at}");
        match (item, of.open(n, at)) {
            (Json::Object(members), Some(mut inner)) => {
                let new = at >= before;
                object(&mut *inner, members, &format!("{path}."), new, problems);
            }
            _ => problems.refuse(&path, item, "an object"),
        }
    }
}
