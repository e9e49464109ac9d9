//! Reading and changing settings by their keys.

use super::action_text::schedule;
use super::config::Config;
use super::kind::{Kind, Value};
use super::list::{Setting, all};
use super::place::{Place, misplaced};
use super::problem::{Problem, shortened};
use super::spec::SettingSpec;
use super::view::View;
use std::collections::BTreeMap;

/// After this many tries to find contradicting settings, none of the changes is kept.
const TRIES_MAX: usize = 8;

/// The most settings of which each is tried for being the one at fault.
const SUSPECTS_MAX: usize = 24;

/// The new value of a setting.
pub(crate) enum Input {
    /// A text, to be parsed.
    Text(String),
    /// A value of its kind; for a list of objects, their number.
    Value(Value),
}

/// A setting in which two configs differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Its full key: `postgres.breaker.cooldown`.
    pub key: String,
    /// Its labels, from the outermost part to itself: database, circuit breaker, cooldown.
    pub labels: Vec<&'static str>,
    /// Its description in the table.
    pub spec: &'static SettingSpec,
    /// The old value as text; none if it did not apply.
    pub from: Option<String>,
    /// The new value as text.
    pub to: String,
}

/// Sets the setting with this key from a text, in all places that the key means.
///
/// If one setting limits another, such as a base its cap, the change adjusts the other one too. Any
/// other contradictions are found by [`check`](super::check) once all settings are set.
///
/// # Errors
/// When there is no such setting, the text is not accepted, or the setting applies nowhere; then
/// nothing has changed.
pub fn set<C: Config>(config: &mut C, key: &str, text: &str) -> Result<(), Problem> {
    let mut draft = C::Draft::from(config.clone());
    let given = [(key.to_string(), Input::Text(text.to_string()))];
    if let Some(problem) = apply::<C>(&mut draft, &given).0.into_iter().next() {
        return Err(problem);
    }
    *config = draft.into();
    Ok(())
}

/// The value of the setting with this key, as text; none if there is no such setting, it does not
/// apply, or it differs between the places that the key means.
#[must_use]
pub fn get<C: Config>(config: &C, key: &str) -> Option<String> {
    read::<C>(&mut config.clone().into(), key)
}

/// The description of the setting with this key, whether it applies now or not.
///
/// # Errors
/// When there is no such setting, or the key means several.
pub fn spec<C: Config>(key: &str) -> Result<&'static SettingSpec, Problem> {
    let place = find::<C>(key)?;
    if place.spec.has_value() { Ok(place.spec) } else { Err(not_one(&place, "")) }
}

/// The first words of the keys of a config.
#[must_use]
pub fn keys<C: Config>() -> Vec<&'static str> {
    C::TABLE.items().map(|item| item.spec.key).collect()
}

/// Sets these settings, by key and text as for [`set`], in any order; a setting of a single place
/// overrides one for all places.
///
/// Invalid settings are reported and left out, and so are contradicting ones; the result is valid
/// if the config was.
pub fn set_all<C: Config>(config: &mut C, given: &[(String, String)]) -> Vec<Problem> {
    let given = given.iter().map(|(key, text)| (key.clone(), Input::Text(text.clone())));
    set_inputs(config, given.collect())
}

/// Sets these settings like [`set_all`].
pub(crate) fn set_inputs<C: Config>(
    config: &mut C,
    mut given: Vec<(String, Input)>,
) -> Vec<Problem> {
    let mut told = Vec::new();
    for attempt in 0.. {
        let mut draft = C::Draft::from(config.clone());
        let (problems, paths) = apply::<C>(&mut draft, &given);
        let result: C = draft.into();
        let Some(first) = result.problems().into_iter().next() else {
            *config = result;
            told.splice(..0, problems);
            break;
        };
        if given.is_empty() {
            break;
        }
        // Those settings are left out whose paths are most like that of the problem, or only the one of
        // them that is enough.
        let common = |n| {
            let own = paths.iter().filter(|(of, _)| *of == n);
            own.map(|(_, path)| in_common(path, &first.path)).max().unwrap_or(0)
        };
        let common: Vec<usize> = (0..given.len()).map(common).collect();
        let most = common.iter().max().copied().unwrap_or(0);
        let suspects: Vec<usize> = (0..given.len()).filter(|n| common[*n] == most).collect();
        let one = if (2..=SUSPECTS_MAX).contains(&suspects.len()) {
            suspects.iter().copied().find(|n| solves(config, &mut given, *n, &first))
        } else {
            None
        };
        if attempt >= TRIES_MAX {
            given.clear();
        } else if let Some(one) = one {
            given.remove(one);
        } else {
            let mut common = common.into_iter();
            given.retain(|_| common.next() < Some(most));
        }
        told.push(first);
    }
    told
}

/// Whether a problem is gone without one of the settings.
fn solves<C: Config>(
    config: &C,
    given: &mut Vec<(String, Input)>,
    n: usize,
    problem: &Problem,
) -> bool {
    let left_out = given.remove(n);
    let mut draft = C::Draft::from(config.clone());
    apply::<C>(&mut draft, given);
    given.insert(n, left_out);
    let result: C = draft.into();
    result.problems().into_iter().next().is_none_or(|it| it.path != problem.path)
}

/// The settings that turn `base` into `of` when applied with [`set`] one after the other: in the
/// order of the tables, and without those that follow from earlier ones.
#[must_use]
pub fn differences<C: Config>(base: &C, of: &C) -> Vec<Difference> {
    let (mut before, mut now) = (C::Draft::from(base.clone()), C::Draft::from(base.clone()));
    let mut found = Vec::new();
    for Setting { key, spec, value, .. } in all(of) {
        if value == read::<C>(&mut now, &key) {
            continue;
        }
        if let (Some(to), Ok(place)) = (value, find::<C>(&key)) {
            apply::<C>(&mut now, &[(key.clone(), Input::Text(to.clone()))]);
            let from = read::<C>(&mut before, &key);
            found.push(Difference { from, key, labels: place.labels, spec, to });
        }
    }
    found
}

fn find<C: Config>(key: &str) -> Result<Place, Problem> {
    let (prefix, inside) = inside::<C>(key);
    Place::find(C::TABLE, prefix, inside)
}

/// A key without the optional prefix of its config.
fn inside<C: Config>(key: &str) -> (&'static str, &str) {
    key.strip_prefix(C::PREFIX).map_or(("", key), |inside| (C::PREFIX, inside))
}

fn read<C: Config>(draft: &mut C::Draft, key: &str) -> Option<String> {
    let mut found: Vec<String> = Vec::new();
    for key in C::places(draft, inside::<C>(key).1) {
        let mut root = View { value: &mut *draft, table: C::TABLE };
        // Visits all places, since the setting may apply in others.
        let _ = find::<C>(&key).ok()?.visit(&mut root, "", &mut |object, n, path| {
            let spec = object.shape().specs()[n];
            let value = object.read(n).ok_or_else(|| misplaced(path, spec))?;
            found.push(spec.kind.text(&value));
            Ok(())
        });
    }
    found.dedup();
    found.pop().filter(|_| found.is_empty())
}

/// Sets these settings in the order of the tables; returns the problems, and the index of each
/// setting with each place that it means.
fn apply<C: Config>(
    draft: &mut C::Draft,
    given: &[(String, Input)],
) -> (Vec<Problem>, Vec<(usize, String)>) {
    let (mut problems, mut paths) = (Vec::new(), Vec::new());
    // The places that exist depend on the settings of the outermost object.
    for nested in [false, true] {
        let mut writes = Vec::new();
        for (n, (key, input)) in given.iter().enumerate() {
            if inside::<C>(key).1.contains('.') == nested {
                let found = writes_of::<C>(draft, key, input, &mut problems);
                let found = found.map_err(|problem| problems.push(problem)).unwrap_or_default();
                writes.extend(found.into_iter().map(|write| (n, write)));
            }
        }
        writes.sort_by_cached_key(|(_, write)| write.place.order(write.short));
        let mut results = BTreeMap::new();
        for (n, write) in writes {
            let done = write.apply::<C>(draft, &given[n].0);
            let result = results.entry(n).or_insert_with(|| done.clone());
            *result = done.or_else(|_| result.clone());
            paths.push((n, write.place.path));
        }
        problems.extend(results.into_values().filter_map(Result::err));
    }
    problems.dedup();
    (problems, paths)
}

/// A value for all places of one key.
struct Write {
    place: Place,
    /// Whether the full key comes from a short one.
    short: bool,
    value: Value,
}

impl Write {
    fn apply<C: Config>(&self, draft: &mut C::Draft, key: &str) -> Result<(), Problem> {
        let mut root = View { value: draft, table: C::TABLE };
        let done = self.place.visit(&mut root, inside::<C>(key).0, &mut |object, n, path| {
            object.write(n, &self.value);
            let applies = object.length(n) > 0 || object.read(n).is_some();
            applies.then_some(()).ok_or_else(|| misplaced(path, self.place.spec))
        });
        done.map_err(|problem| {
            let nowhere = || Problem::new(key, format!("applies nowhere: {problem}"));
            if self.short { nowhere() } else { problem }
        })
    }
}

fn writes_of<C: Config>(
    draft: &C::Draft,
    key: &str,
    input: &Input,
    problems: &mut Vec<Problem>,
) -> Result<Vec<Write>, Problem> {
    let (prefix, inside) = inside::<C>(key);
    let mut writes: Vec<Write> = Vec::new();
    let places = C::places(draft, inside);
    for own in &places {
        let place = Place::find(C::TABLE, prefix, own);
        // Names the given key in a problem, and not the full key.
        let given = |problem: Problem| Problem::new(shortened(key), problem.what);
        let place = place.map_err(|it| if own == inside { it } else { given(it) })?;
        let value = match writes.first() {
            Some(write) => write.value.clone(),
            None => value_of(key, &place, input, problems)?,
        };
        writes.push(Write { place, short: places.len() > 1, value });
    }
    Ok(writes)
}

/// The value that is given for a place. Invalid actions of a schedule are reported as a problem,
/// and the others are kept.
fn value_of(
    key: &str,
    place: &Place,
    input: &Input,
    problems: &mut Vec<Problem>,
) -> Result<Value, Problem> {
    let text = match input {
        Input::Value(value) => return Ok(value.clone()),
        Input::Text(text) => text,
    };
    if let Kind::Schedule { max } = place.spec.kind {
        let (actions, wrong) = schedule(key, text, max);
        problems.extend(wrong);
        return Ok(Value::Schedule(actions));
    }
    if !place.spec.has_value() {
        return Err(not_one(place, text));
    }
    place.spec.parse(text).ok_or_else(|| {
        let text = shortened(text);
        Problem::new(key, format!("is {text:?}, but must be {}", place.spec.accepts()))
    })
}

/// Reports that a setting is an object; for a layer, also how to switch it off, if the text tries
/// to.
fn not_one(place: &Place, text: &str) -> Problem {
    let Place { path, spec, owner, inner, .. } = place;
    if let (true, Some((holder, word)), Some("layers")) =
        (text.trim() == "off", path.rsplit_once('.'), spec.when.map(|when| when.key))
    {
        let has_off = owner.specs().iter().any(|spec| spec.key == "layers_off");
        let off = if has_off { format!("{holder}.layers_off={word} or ") } else { String::new() };
        let what =
            format!("is not one setting; to turn it off, use {off}{holder}.layers without {word}");
        return Problem::new(path, what);
    }
    let keys: Vec<_> = inner.iter().flat_map(|it| it.specs()).map(|spec| spec.key).collect();
    Problem::new(path, format!("cannot be set as a whole; it has {}", keys.join(", ")))
}

/// How many leading parts two paths have in common.
fn in_common(one: &str, other: &str) -> usize {
    let both = one.split('.').zip(other.split('.'));
    both.take_while(|(one, other)| one == other || *one == "*" || *other == "*").count()
}
