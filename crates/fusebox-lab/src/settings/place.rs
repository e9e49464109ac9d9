//! The places in a config that a key means.

use super::object::{Object, Shape};
use super::problem::{Problem, near, shortened};
use super::spec::SettingSpec;

/// The places in a config that a key means: one, or one in each object of a list.
pub(super) struct Place {
    /// The index of the setting on each level, and that of the object to enter next; none for all
    /// objects.
    steps: Vec<(usize, Option<usize>)>,
    /// The full key, with a `*` for all objects of a list.
    pub(super) path: String,
    /// The labels along the path.
    pub(super) labels: Vec<&'static str>,
    pub(super) spec: &'static SettingSpec,
    /// The table of the setting, and that of the object in it.
    pub(super) owner: &'static dyn Shape,
    pub(super) inner: Option<&'static dyn Shape>,
}

/// A function to call at a place, with its object, its index in the table, and its full key.
type Act<'a> = dyn FnMut(&mut dyn Object, usize, &str) -> Result<(), Problem> + 'a;

impl Place {
    /// The places that a key means in a config with this table.
    ///
    /// # Errors
    /// When there is no such setting.
    pub(super) fn find(
        mut owner: &'static dyn Shape,
        prefix: &str,
        key: &str,
    ) -> Result<Self, Problem> {
        let (mut steps, mut labels) = (Vec::new(), Vec::new());
        let (mut path, mut rest) = (prefix.to_string(), key);
        loop {
            let (head, after) = split(rest);
            path += &shortened(head);
            let specs = owner.specs();
            let Some(n) = specs.iter().position(|spec| spec.key == head) else {
                let keys: Vec<_> = specs.iter().map(|spec| spec.key).collect();
                return Err(near(&path, head, &keys));
            };
            let (spec, inner) = (specs[n], owner.inner(n));
            labels.push(spec.label);
            let Some(after) = after else {
                steps.push((n, None));
                return Ok(Self { steps, path, labels, spec, owner, inner });
            };
            let Some(table) = inner else {
                return Err(Problem::new(path, "is a single setting, with no settings inside it"));
            };
            let mut at = Some(0);
            rest = after;
            if spec.kind.parts().is_some() {
                (at, rest) = split_list(after);
                path += &at.map_or(".*".to_string(), |at| format!(".{at}"));
            }
            path.push('.');
            steps.push((n, at));
            owner = table;
        }
    }

    /// The sorting key of places: a setting follows those that it depends on, and a setting for all
    /// objects precedes one for a single object.
    pub(super) fn order(&self, short: bool) -> (Vec<usize>, bool, Vec<Option<usize>>) {
        let (numbers, objects): (Vec<_>, Vec<_>) = self.steps.iter().copied().unzip();
        let one = !short && objects[..objects.len() - 1].iter().all(Option::is_some);
        (numbers, one, objects)
    }

    /// Calls the function at all places; succeeds if it succeeds at one of them.
    pub(super) fn visit(
        &self,
        root: &mut dyn Object,
        prefix: &str,
        act: &mut Act<'_>,
    ) -> Result<(), Problem> {
        visit(root, prefix, &self.steps, act)
    }
}

fn visit(
    object: &mut dyn Object,
    prefix: &str,
    steps: &[(usize, Option<usize>)],
    act: &mut Act<'_>,
) -> Result<(), Problem> {
    let [(n, at), inside @ ..] = steps else { return Ok(()) };
    let (n, spec) = (*n, object.shape().specs()[*n]);
    let path = format!("{prefix}{}", spec.key);
    if inside.is_empty() {
        return act(object, n, &path);
    }
    if spec.kind.parts().is_none() {
        return match object.open(n, 0) {
            Some(mut inner) => visit(&mut *inner, &format!("{path}."), inside, act),
            None => Err(misplaced(&path, spec)),
        };
    }
    let length = object.length(n);
    let places = at.map_or(0..length, |at| at..at.saturating_add(1));
    let mut result = Err(Problem::new(&path, "is empty"));
    for (turn, at) in places.enumerate() {
        let path = format!("{path}.{at}");
        let done = if let Some(mut inner) = object.open(n, at) {
            visit(&mut *inner, &format!("{path}."), inside, act)
        } else {
            let what = format!("does not exist; the list has {length}, counted from 0");
            Err(Problem::new(path, what))
        };
        if turn == 0 || done.is_ok() {
            result = done;
        }
    }
    result
}

/// The problem of a setting that does not apply.
pub(super) fn misplaced(path: &str, spec: &SettingSpec) -> Problem {
    let what = match spec.when {
        Some(when) => format!("is given, but applies only where {}", when.words()),
        None if spec.optional => "is off, so it has no settings".to_string(),
        None => "is given, but does not apply with the other settings".to_string(),
    };
    Problem::new(path, what)
}

/// The first part of a key, and the rest.
fn split(key: &str) -> (&str, Option<&str>) {
    key.split_once('.').map_or((key, None), |(head, rest)| (head, Some(rest)))
}

/// The index of an object in a list, none for all, and the rest of the key.
fn split_list(key: &str) -> (Option<usize>, &str) {
    let (head, rest) = split(key);
    match head {
        "*" => (None, rest.unwrap_or_default()),
        _ if head.starts_with(|c: char| c.is_ascii_digit()) => {
            (Some(head.parse().unwrap_or(usize::MAX)), rest.unwrap_or_default())
        }
        _ => (None, key),
    }
}
