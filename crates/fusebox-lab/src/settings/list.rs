//! All settings in a row, for forms and for the reference page.

use super::draft::{Draft, SCENARIO};
use super::kind::{Kind, Value};
use super::object::{Object, Shape, View};
use super::table::{SettingSpec, Table};
use fusebox_sim::Scenario;

/// A setting, and what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its whole key: `postgres.breaker.cooldown`.
    pub key: String,
    /// What its table says of it.
    pub spec: &'static SettingSpec,
    /// What it is where nothing is set, as text; none where it does not apply then.
    pub default: Option<String>,
    /// What it is, as text; none where it does not apply.
    pub value: Option<String>,
}

/// All settings of the parts that this scenario has, in the order of their tables: those too that do
/// not apply now, and those by which an optional part is there or not.
#[must_use]
pub fn all(scenario: &Scenario) -> Vec<Setting> {
    let (mut draft, mut default) = (Draft::new(scenario.clone()), Draft::new(Scenario::default()));
    let mut settings = Vec::new();
    walk(&mut draft.object(), Some(Box::new(default.object())), "", &mut settings);
    settings
}

/// The same of a config that stands alone, with the name of its table before each key.
#[must_use]
pub fn all_in<T: Clone>(table: &'static Table<T>, config: &T) -> Vec<Setting> {
    let (mut config, mut default) = (config.clone(), (table.fresh)());
    let mut settings = Vec::new();
    let default = Box::new(View { value: &mut default, table });
    let prefix = format!("{}.", table.name);
    walk(&mut View { value: &mut config, table }, Some(default), &prefix, &mut settings);
    settings
}

/// All settings that there are, table by table, each table once and with its name: `breaker`.
///
/// The keys begin with that name (`breaker.cooldown`), the defaults are those of the table alone, and
/// nothing has a value.
#[must_use]
pub fn reference() -> Vec<(&'static str, Vec<Setting>)> {
    shapes(SCENARIO)
        .into_iter()
        .map(|shape| {
            let name = shape.name();
            let settings = shape.specs().into_iter().zip(fresh_values(shape));
            let setting = |(spec, default): (&'static SettingSpec, Option<Value>)| Setting {
                key: format!("{name}.{}", spec.key),
                spec,
                default: default.map(|value| spec.kind.text(&value)),
                value: None,
            };
            (name, settings.map(setting).collect())
        })
        .collect()
}

/// The keys of a table's settings.
pub(crate) fn keys(shape: &'static dyn Shape) -> Vec<&'static str> {
    shape.specs().iter().map(|spec| spec.key).collect()
}

/// A table and all that are in it, each once by its name.
pub(crate) fn shapes(root: &'static dyn Shape) -> Vec<&'static dyn Shape> {
    let mut found = vec![root];
    let mut next = 0;
    while let Some(shape) = found.get(next).copied() {
        for inner in (0..shape.specs().len()).filter_map(|n| shape.inner(n)) {
            if found.iter().all(|known| known.name() != inner.name()) {
                found.push(inner);
            }
        }
        next += 1;
    }
    found
}

/// What each setting of a table is in its fresh config.
fn fresh_values(shape: &'static dyn Shape) -> Vec<Option<Value>> {
    let mut values = Vec::new();
    shape.with_fresh(&mut |fresh| {
        values = (0..shape.specs().len()).map(|n| fresh.read(n)).collect();
    });
    values
}

fn walk(
    object: &mut dyn Object,
    mut default: Option<Box<dyn Object + '_>>,
    prefix: &str,
    settings: &mut Vec<Setting>,
) {
    let shape = object.shape();
    let defaults = match &mut default {
        Some(default) => (0..shape.specs().len()).map(|n| default.read(n)).collect(),
        None => fresh_values(shape),
    };
    for ((n, spec), default_value) in shape.specs().into_iter().enumerate().zip(defaults) {
        let key = format!("{prefix}{}", spec.key);
        let is_list = matches!(spec.kind, Kind::Parts { .. });
        if spec.optional || shape.inner(n).is_none() {
            let text = |value| spec.kind.text(&value);
            let (value, default) = (object.read(n).map(text), default_value.map(text));
            settings.push(Setting { key: key.clone(), spec, default, value });
        }
        for at in 0..object.length(n) {
            let prefix = if is_list { format!("{key}.{at}.") } else { format!("{key}.") };
            let default = default.as_mut().and_then(|default| default.open(n, at));
            if let Some(mut inner) = object.open(n, at) {
                walk(&mut *inner, default, &prefix, settings);
            }
        }
    }
}

/// How many characters to add, drop or change to make one of these words of the other.
pub(super) fn edits(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (n, a) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = n + 1;
        for (m, b) in other.iter().enumerate() {
            let changed = diagonal + usize::from(a != *b);
            diagonal = row[m + 1];
            row[m + 1] = changed.min(row[m] + 1).min(diagonal + 1);
        }
    }
    row[other.len()]
}
