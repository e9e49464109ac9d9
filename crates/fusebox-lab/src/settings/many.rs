//! Many settings at once, each as far as it can be.

use super::draft::Draft;
use super::kind::Kind;
use super::layers::LAYERS;
use super::object::Object;
use super::path::{Miss, set, write_text};
use super::problem::{Problem, check};
use super::service::DEPENDENCIES;
use super::whole;
use fusebox_sim::Scenario;

/// After so many tries to find the settings that do not go together, none of them is kept.
const TRIES_MAX: usize = 8;

/// A setting that somebody gave.
struct Given<'a> {
    key: &'a str,
    text: &'a str,
    /// The parts of its key, with a `*` for all groups of clients where it names none.
    parts: Vec<&'a str>,
    state: State,
}

/// What became of a setting.
#[derive(PartialEq)]
enum State {
    /// It has not been looked at, or applied nowhere so far.
    New,
    /// It is as it was given, in one place at least.
    Set,
    /// It cannot be so, and was told.
    Wrong,
}

/// Sets what is given, by key and text as for [`set`], in the order of the tables: so settings may be
/// given in any order, and one for a single place wins over one for all places.
///
/// What cannot be is told and left out, and so are settings that do not go together; what comes out
/// holds if the scenario did before.
pub fn set_all(scenario: &mut Scenario, given: &[(String, String)]) -> Vec<Problem> {
    let mut given: Vec<_> = given.iter().map(|(key, text)| Given::new(key, text)).collect();
    let mut told = Vec::new();
    for attempt in 0.. {
        let mut result = scenario.clone();
        let problems = apply(&mut result, &mut given);
        let wrong = check(&result);
        let Some(first) = wrong.first() else {
            *scenario = result;
            told.splice(..0, problems);
            break;
        };
        if given.is_empty() {
            break;
        }
        told.push(first.clone());
        leave_out(&mut given, &first.path, attempt >= TRIES_MAX);
    }
    told
}

/// Leaves out what has most in common with the place of a problem.
fn leave_out(given: &mut Vec<Given<'_>>, path: &str, all: bool) {
    let path = parts(path);
    let most = given.iter().map(|it| it.in_common(&path)).max().unwrap_or(0);
    given.retain(|it| !all && it.in_common(&path) < most);
}

fn apply(scenario: &mut Scenario, given: &mut [Given<'_>]) -> Vec<Problem> {
    let mut problems = Vec::new();
    // Which places there are depends on these.
    for it in given.iter_mut() {
        it.state = State::New;
        if it.key == "service" {
            it.state = State::Set;
            if let Err(problem) = set(scenario, it.key, it.text) {
                it.state = State::Wrong;
                problems.push(problem);
            }
        } else if whole::is_whole(it.key) {
            it.state = State::Set;
            problems.extend(whole::set(scenario, it.key, it.text));
        }
    }
    let mut draft = Draft::new(scenario.clone());
    let mut walk = Walk { given, problems, path: Vec::new(), service: scenario.service.is_some() };
    walk.object(&mut draft.object());
    problems = walk.problems;
    *scenario = draft.finish();
    // Where there is no such place, this says so.
    for it in given.iter_mut().filter(|it| it.state == State::New) {
        problems.extend(set(scenario, it.key, it.text).err());
    }
    problems
}

/// The way through all settings of a scenario.
struct Walk<'w, 'g> {
    given: &'w mut [Given<'g>],
    problems: Vec<Problem>,
    path: Vec<String>,
    /// Whether there is a service, around whose dependencies layers are then.
    service: bool,
}

impl Walk<'_, '_> {
    fn object(&mut self, object: &mut dyn Object) {
        let shape = object.shape();
        for (n, spec) in shape.specs().into_iter().enumerate() {
            self.path.push(spec.key.to_string());
            if spec.optional || shape.inner(n).is_none() {
                self.setting(object, n);
            }
            let is_list = matches!(spec.kind, Kind::Parts { .. });
            for at in 0..object.length(n) {
                if is_list {
                    self.path.push(at.to_string());
                }
                if let Some(mut inner) = object.open(n, at) {
                    self.object(&mut *inner);
                }
                if is_list {
                    self.path.pop();
                }
            }
            self.path.pop();
        }
    }

    /// Sets what was given for all such places, and then what was given for this one.
    fn setting(&mut self, object: &mut dyn Object, n: usize) {
        for general in [true, false] {
            for it in self.given.iter_mut() {
                let fits = it.state != State::Wrong
                    && it.is_general() == general
                    && it.means(&self.path, self.service);
                if !fits {
                    continue;
                }
                match write_text(object, n, it.key, it.text) {
                    Ok(()) => it.state = State::Set,
                    Err(Miss::NotHere(_)) => {}
                    Err(Miss::Wrong(problem)) => {
                        it.state = State::Wrong;
                        self.problems.push(problem);
                    }
                }
            }
        }
    }
}

/// The parts of a key, with a `*` where it means all objects of a list.
fn parts(key: &str) -> Vec<&str> {
    let mut parts: Vec<_> = key.split('.').collect();
    let is_list = matches!(parts[0], "clients" | whole::SCHEDULE);
    let is_place = |part: &&str| *part == "*" || part.starts_with(|c: char| c.is_ascii_digit());
    if is_list && !parts.get(1).is_some_and(is_place) {
        parts.insert(1, "*");
    }
    parts
}

impl<'a> Given<'a> {
    fn new(key: &'a str, text: &'a str) -> Self {
        Self { key, text, parts: parts(key), state: State::New }
    }

    /// Whether its key means all places in which there is such a layer.
    fn is_layer(&self) -> bool {
        LAYERS.contains(&self.parts[0])
    }

    fn is_general(&self) -> bool {
        self.is_layer() || self.parts.get(1) == Some(&"*")
    }

    /// Whether it means the setting at this place.
    fn means(&self, path: &[String], service: bool) -> bool {
        if !self.is_layer() {
            return fits(&self.parts, path);
        }
        match path {
            [holder, inside @ ..] if service && DEPENDENCIES.contains(&holder.as_str()) => {
                fits(&self.parts, inside)
            }
            [holder, _, inside @ ..] if !service && holder == "clients" => {
                fits(&self.parts, inside)
            }
            _ => false,
        }
    }

    /// How many parts its key and a path have in common from their beginning.
    fn in_common(&self, path: &[&str]) -> usize {
        let place = if self.is_layer() {
            path.iter().position(|part| *part == self.parts[0]).unwrap_or(path.len())
        } else {
            0
        };
        let both = self.parts.iter().zip(&path[place..]);
        let common = both.take_while(|(one, other)| one == other || **one == "*" || **other == "*");
        place + common.count()
    }
}

fn fits(pattern: &[&str], path: &[String]) -> bool {
    let part = |(one, other): (&&str, &String)| *one == "*" || one == other;
    pattern.len() == path.len() && pattern.iter().zip(path).all(part)
}
