//! All settings in one list, for forms and for the reference page.

use super::config::Config;
use super::draft::SCENARIO;
use super::kind::Value;
use super::object::{Object, Shape};
use super::spec::SettingSpec;
use super::view::View;

/// A setting and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its full key: `postgres.breaker.cooldown`.
    pub key: String,
    /// Its description in the table.
    pub spec: &'static SettingSpec,
    /// Its default, as text; none if it does not apply by default.
    pub default: Option<String>,
    /// Its value, as text; none if it does not apply.
    pub value: Option<String>,
}

/// A config to read its settings from.
pub(crate) fn object<C: Config>(config: &C) -> Box<dyn Object> {
    Box::new(View { value: C::Draft::from(config.clone()), table: C::TABLE })
}

/// All settings of the parts of this config, in the order of their tables, including those that do
/// not apply now, and those that switch an optional part on or off.
#[must_use]
pub fn all<C: Config>(config: &C) -> Vec<Setting> {
    let mut settings = Vec::new();
    walk(&mut *object(config), Some(C::TABLE.fresh()), C::PREFIX, &mut settings);
    settings
}

/// All settings, table by table, each table once and with its name: `breaker`.
///
/// The keys begin with that name (`breaker.cooldown`), the defaults are those of the table alone,
/// and no setting has a value.
#[must_use]
pub fn reference() -> Vec<(&'static str, Vec<Setting>)> {
    shapes(SCENARIO)
        .into_iter()
        .map(|shape| {
            let name = shape.name();
            let settings = shape.specs().into_iter().zip(values(&mut *shape.fresh()));
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

/// A table and all tables inside it, each once by its name.
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

/// The value of each setting of an object.
fn values(object: &mut dyn Object) -> Vec<Option<Value>> {
    (0..object.shape().specs().len()).map(|n| object.read(n)).collect()
}

fn walk(
    object: &mut dyn Object,
    default: Option<Box<dyn Object + '_>>,
    prefix: &str,
    settings: &mut Vec<Setting>,
) {
    let shape = object.shape();
    let mut default = default.unwrap_or_else(|| shape.fresh());
    let defaults = values(&mut *default);
    for ((n, spec), default_value) in shape.specs().into_iter().enumerate().zip(defaults) {
        let key = format!("{prefix}{}", spec.key);
        let is_list = spec.kind.parts().is_some();
        if spec.has_value() {
            let text = |value| spec.kind.text(&value);
            let (value, default) = (object.read(n).map(text), default_value.map(text));
            settings.push(Setting { key: key.clone(), spec, default, value });
        }
        for at in 0..object.length(n) {
            let prefix = if is_list { format!("{key}.{at}.") } else { format!("{key}.") };
            let default = default.open(n, at);
            if let Some(mut inner) = object.open(n, at) {
                walk(&mut *inner, default, &prefix, settings);
            }
        }
    }
}
