//! Settings by their keys.

use super::breaker::BREAKER;
use super::draft::{Draft, SCENARIO};
use super::kind::{Kind, Value};
use super::layers::LAYERS;
use super::object::{Object, Shape, View};
use super::problem::{Problem, near, shortened};
use super::service::DEPENDENCIES;
use super::table::{SettingSpec, Table};
use super::whole;
use fusebox::BreakerConfig;
use fusebox_sim::Scenario;

/// Why a key leads to no place.
pub(super) enum Miss {
    /// It may lead to one elsewhere.
    NotHere(Problem),
    /// It is wrong everywhere.
    Wrong(Problem),
}

/// What to do at a place: with its object, its number in the table, and its whole key.
type Act<'a> = dyn FnMut(&mut dyn Object, usize, &str) -> Result<(), Miss> + 'a;

/// Changes the setting with this key to what a text says, in all places that the key means.
///
/// Where one setting has to fit another, such as a cap that is not below its base, the setting changes
/// the other one too. What else does not go together is for [`check`](super::check) to find, once all
/// is set.
///
/// # Errors
/// When there is no such setting, the text is not what it may be, or it applies nowhere; then nothing
/// has changed.
pub fn set(scenario: &mut Scenario, key: &str, text: &str) -> Result<(), Problem> {
    if whole::is_whole(key) {
        let mut changed = scenario.clone();
        if let Some(problem) = whole::set(&mut changed, key, text).into_iter().next() {
            return Err(problem);
        }
        *scenario = changed;
        return Ok(());
    }
    let mut draft = Draft::new(scenario.clone());
    visit_all(&mut draft, key, &mut |object, n, path| write_text(object, n, path, text))?;
    *scenario = draft.finish();
    Ok(())
}

/// What the setting with this key is, as text; none where there is no such setting, it does not apply,
/// or the places that the key means differ.
#[must_use]
pub fn get(scenario: &Scenario, key: &str) -> Option<String> {
    if let Some(text) = whole::get(scenario, key) {
        return Some(text);
    }
    let mut draft = Draft::new(scenario.clone());
    let mut found: Vec<String> = Vec::new();
    let mut read = |object: &mut dyn Object, n: usize, path: &str| {
        let spec = object.shape().specs()[n];
        let value = object.read(n).ok_or_else(|| Miss::NotHere(misplaced(path, spec)))?;
        found.push(spec.kind.text(&value));
        Ok(())
    };
    visit_all(&mut draft, key, &mut read).ok()?;
    found.dedup();
    found.pop().filter(|_| found.is_empty())
}

/// Changes a setting of a config that stands alone; its key may begin with the table's name.
///
/// # Errors
/// When there is no such setting, the text is not what it may be, or it does not apply.
pub fn set_in<T>(
    table: &'static Table<T>,
    config: &mut T,
    key: &str,
    text: &str,
) -> Result<(), Problem> {
    let inside = key.strip_prefix(table.name).and_then(|rest| rest.strip_prefix('.'));
    let mut view = View { value: config, table };
    let mut write =
        |object: &mut dyn Object, n: usize, path: &str| write_text(object, n, path, text);
    let prefix = format!("{}.", table.name);
    visit(&mut view, &prefix, inside.unwrap_or(key), &mut write).map_err(Miss::problem)
}

/// What a setting of a config that stands alone is, as text; none where there is no such setting, or it
/// does not apply. Its key may begin with the table's name.
#[must_use]
pub fn get_in<T: Clone>(table: &'static Table<T>, config: &T, key: &str) -> Option<String> {
    let inside = key.strip_prefix(table.name).and_then(|rest| rest.strip_prefix('.'));
    let mut view = View { value: &mut config.clone(), table };
    let mut found = None;
    let mut read = |object: &mut dyn Object, n: usize, _: &str| {
        let spec = object.shape().specs()[n];
        found = object.read(n).map(|value| spec.kind.text(&value));
        Ok(())
    };
    visit(&mut view, "", inside.unwrap_or(key), &mut read).ok()?;
    found
}

/// What the tables say of a setting of a config that stands alone, whether it applies now or not; its
/// key may begin with the table's name.
///
/// # Errors
/// When there is no such setting, or it is not one alone.
pub fn spec_in<T>(table: &'static Table<T>, key: &str) -> Result<&'static SettingSpec, Problem> {
    let mut shape: &dyn Shape = table;
    let inside = key.strip_prefix(table.name).and_then(|rest| rest.strip_prefix('.'));
    let mut rest = inside.unwrap_or(key);
    loop {
        let (head, after) = rest.split_once('.').unwrap_or((rest, ""));
        let all = shape.specs();
        let keys: Vec<_> = all.iter().map(|spec| spec.key).collect();
        let Some(n) = keys.iter().position(|known| *known == head) else {
            return Err(near(&shortened(key), head, &keys));
        };
        match (after, shape.inner(n)) {
            ("", inner) if inner.is_none() || all[n].optional => return Ok(all[n]),
            ("", _) => return Err(Problem::new(shortened(key), "is not one setting")),
            (_, Some(inner)) if !matches!(all[n].kind, Kind::Parts { .. }) => shape = inner,
            _ => return Err(Problem::new(shortened(key), "is one setting, and has none in it")),
        }
        rest = after;
    }
}

/// Changes a setting of a breaker that stands alone: `breaker.failures`.
///
/// # Errors
/// When there is no such setting, the text is not what it may be, or it does not apply.
pub fn set_breaker(config: &mut BreakerConfig, key: &str, text: &str) -> Result<(), Problem> {
    set_in(BREAKER, config, key, text)
}

/// The problem of a setting that is given where it does not apply.
pub(crate) fn misplaced(path: &str, spec: &SettingSpec) -> Problem {
    let what = match spec.when {
        Some(when) => format!("is given, but applies only where {}", when.words()),
        None if spec.optional => "is off, and so has no settings".to_string(),
        None => "is given, but does not apply beside the other settings".to_string(),
    };
    Problem::new(path, what)
}

pub(super) fn write_text(
    object: &mut dyn Object,
    n: usize,
    path: &str,
    text: &str,
) -> Result<(), Miss> {
    let spec = object.shape().specs()[n];
    if let (Some(inner), false) = (object.shape().inner(n), spec.optional) {
        if let (true, Some(how)) = (text.trim() == "off", how_off(object, spec, path)) {
            return Err(Miss::Wrong(Problem::new(path, how)));
        }
        let keys: Vec<_> = inner.specs().iter().map(|spec| spec.key).collect();
        let what = format!("is not one setting; it has {}", keys.join(", "));
        return Err(Miss::Wrong(Problem::new(path, what)));
    }
    let Some(value) = spec.parse(text) else {
        let text = shortened(text);
        let what = format!("is {text:?}, but must be {}", spec.accepts());
        return Err(Miss::Wrong(Problem::new(path, what)));
    };
    object.write(n, value);
    let applies = object.read(n).is_some();
    applies.then_some(()).ok_or_else(|| Miss::NotHere(misplaced(path, spec)))
}

/// How to switch off a layer, as a setting of what it is around; none for what is no layer.
fn how_off(object: &dyn Object, layer: &SettingSpec, path: &str) -> Option<String> {
    layer.when.filter(|when| when.key == "layers")?;
    let (holder, word) = path.rsplit_once('.')?;
    let has_off = object.shape().specs().iter().any(|spec| spec.key == "layers_off");
    let off = if has_off { format!("{holder}.layers_off={word} or ") } else { String::new() };
    Some(format!("is not one setting; to have it off, use {off}{holder}.layers without {word}"))
}

/// All with which the key of a setting can begin.
pub(crate) fn heads() -> Vec<&'static str> {
    let scenario = SCENARIO.items().map(|item| item.spec.key);
    scenario.chain([whole::GROUPS.key]).chain(LAYERS.iter().copied()).collect()
}

/// Goes to all places that a key means, the short ones for layers included.
fn visit_all(draft: &mut Draft, key: &str, act: &mut Act<'_>) -> Result<(), Problem> {
    let mut root = draft.object();
    let head = key.split('.').next().unwrap_or_default();
    if !LAYERS.contains(&head) {
        return visit(&mut root, "", key, act).map_err(Miss::problem);
    }
    let service = root.shape().specs().iter().position(|spec| spec.key == "service");
    let has_service = service.and_then(|n| root.read(n)) == Some(Value::Flag(true));
    let holders = if has_service { DEPENDENCIES } else { &["clients"] };
    let places = holders.iter().map(|holder| visit(&mut root, "", &format!("{holder}.{key}"), act));
    any(places).map_err(|miss| match miss {
        Miss::NotHere(first) => Problem::new(key, format!("applies nowhere: {first}")),
        Miss::Wrong(problem) => problem,
    })
}

/// Goes to all places that a key means within an object.
fn visit(object: &mut dyn Object, prefix: &str, key: &str, act: &mut Act<'_>) -> Result<(), Miss> {
    let (head, rest) = key.split_once('.').map_or((key, None), |(head, rest)| (head, Some(rest)));
    let all = object.shape().specs();
    let path = format!("{prefix}{}", shortened(head));
    let Some((n, spec)) = all.iter().enumerate().find(|(_, spec)| spec.key == head) else {
        let keys: Vec<_> = all.iter().map(|spec| spec.key).collect();
        return Err(Miss::Wrong(near(&path, head, &keys)));
    };
    match (spec.kind, rest) {
        (_, None) => act(object, n, &path),
        (Kind::Part, Some(rest)) => match object.open(n, 0) {
            Some(mut inner) => visit(&mut *inner, &format!("{path}."), rest, act),
            None => Err(Miss::NotHere(misplaced(&path, spec))),
        },
        (Kind::Parts { .. }, Some(rest)) => visit_list(object, n, &path, rest, act),
        _ => Err(Miss::Wrong(Problem::new(path, "is one setting, and has none in it"))),
    }
}

/// Goes on in one object of a list by its number, or in all of them.
fn visit_list(
    object: &mut dyn Object,
    n: usize,
    path: &str,
    key: &str,
    act: &mut Act<'_>,
) -> Result<(), Miss> {
    let length = object.length(n);
    let (head, rest) = key.split_once('.').unwrap_or((key, ""));
    let mut visit_at = |at: usize, key: &str| {
        if let Some(mut inner) = object.open(n, at) {
            return visit(&mut *inner, &format!("{path}.{at}."), key, act);
        }
        let what = format!("is not there; there are {length}, counted from 0");
        Err(Miss::Wrong(Problem::new(format!("{path}.{at}"), what)))
    };
    if head.starts_with(|c: char| c.is_ascii_digit()) {
        return visit_at(head.parse().unwrap_or(usize::MAX), rest);
    }
    let key = if head == "*" { rest } else { key };
    if length == 0 {
        return Err(Miss::NotHere(Problem::new(path, "is empty")));
    }
    any((0..length).map(|at| visit_at(at, key)))
}

/// Well where there was one place at least and nothing was wrong.
fn any(places: impl Iterator<Item = Result<(), Miss>>) -> Result<(), Miss> {
    let mut result = None;
    for place in places {
        match place {
            Err(miss @ Miss::Wrong(_)) => return Err(miss),
            Ok(()) => result = Some(Ok(())),
            Err(miss) => result = result.or(Some(Err(miss))),
        }
    }
    result.unwrap_or(Ok(()))
}

impl Miss {
    fn problem(self) -> Problem {
        match self {
            Self::NotHere(problem) | Self::Wrong(problem) => problem,
        }
    }
}
