//! The schema of a document, for editors and for programs that write documents.

#[cfg(test)]
mod tests;

use super::apply::members;
use super::json::Json;
use super::value::{accepts, json as value_json};
use super::{PRESET, SCHEMA, written};
use crate::settings::{Config, Kind, Object, Scale, SettingSpec, Shape, shapes};
use fusebox_sim::Scenario;
use serde_json::{Map, Value, json};

/// A time: a decimal number and a unit.
const TIME: &str = r"^ *[0-9]+(_[0-9]+)*(\.[0-9]+)? *(us|µs|μs|ms|s|min|h|d) *$";

/// The JSON Schema (draft 2020-12) of what [`read`](super::read) accepts.
///
/// The descriptions state what a schema cannot: the ranges of times and shares, and when settings
/// apply. Whether settings contradict each other is only checked on reading.
#[must_use]
pub fn schema() -> Value {
    let root: &dyn Shape = Scenario::TABLE;
    let all = shapes(root);
    let definition = |shape: &&'static dyn Shape| {
        (shape.name().to_string(), table(*shape, begins_fresh(&all, *shape)))
    };
    let mut schema = table(root, true);
    schema["$defs"] = all[1..].iter().map(definition).collect();
    schema[SCHEMA] = "https://json-schema.org/draft/2020-12/schema".into();
    schema["title"] = "A scenario of Fusebox".into();
    for (key, description) in
        [(PRESET, "The preset that the rest changes."), (SCHEMA, "The schema of this document.")]
    {
        schema["properties"][key] = json!({ "type": "string", "description": description });
    }
    schema
}

/// Whether an object of this table can begin with the table's own defaults, so that they are the
/// same everywhere; an object that is always there begins as a part of its owner.
fn begins_fresh(all: &[&'static dyn Shape], table: &dyn Shape) -> bool {
    let begins = |shape: &dyn Shape, n: usize, spec: &SettingSpec| {
        let is_it = shape.inner(n).is_some_and(|inner| inner.name() == table.name());
        is_it && (spec.kind != Kind::Part || spec.optional || spec.when.is_some())
    };
    all.iter().any(|shape| members(*shape).any(|(n, spec)| begins(*shape, n, spec)))
}

fn table(shape: &'static dyn Shape, with_defaults: bool) -> Value {
    let mut fresh = shape.fresh();
    let property = |(n, spec): (usize, &'static SettingSpec)| {
        let mut property = property(shape, n, spec);
        if let Some(default) = default(&mut *fresh, n, spec).filter(|_| with_defaults) {
            property["default"] = (&default).into();
        }
        (spec.key.to_string(), property)
    };
    let properties: Map<String, Value> = members(shape).map(property).collect();
    let mut table =
        json!({ "type": "object", "properties": properties, "additionalProperties": false });
    let required = members(shape).filter(|(_, spec)| spec.required).map(|(_, spec)| spec.key);
    let required: Vec<_> = required.collect();
    if !required.is_empty() {
        table["required"] = required.into();
    }
    if !shape.one_of().is_empty() {
        table["oneOf"] = shape.one_of().iter().map(|key| json!({ "required": [key] })).collect();
    }
    table
}

/// The default of a setting, if it is the same everywhere.
fn default(fresh: &mut dyn Object, n: usize, spec: &SettingSpec) -> Option<Json> {
    match spec.kind {
        Kind::Parts { .. } | Kind::Schedule { .. } => None,
        Kind::Part if spec.optional && fresh.length(n) == 0 => Some(Json::Null),
        Kind::Part => fresh.open(n, 0).map(|mut inner| written(&mut *inner)),
        _ => fresh.read(n).map(|value| value_json(spec, &value)),
    }
}

fn property(shape: &'static dyn Shape, n: usize, spec: &SettingSpec) -> Value {
    let object = |inner: &dyn Shape| json!({ "$ref": format!("#/$defs/{}", inner.name()) });
    let mut property = match (shape.inner(n), spec.kind.parts()) {
        (Some(inner), Some((min, max))) => list(&object(inner), min, max),
        (Some(inner), None) => object(inner),
        (None, _) => plain(spec.kind),
    };
    if spec.optional {
        let off = if spec.kind == Kind::Part { json!([null]) } else { json!([null, "off"]) };
        property = json!({ "anyOf": [property, { "enum": off }] });
    }
    property["title"] = spec.label.into();
    property["description"] = description(spec).into();
    property
}

fn description(spec: &SettingSpec) -> String {
    let plain = matches!(spec.kind, Kind::Part | Kind::Flag) || spec.kind.parts().is_some();
    let range = (!plain).then(|| format!(" It is {}.", accepts(spec)));
    let place = spec.when.map(|when| format!(" It applies only where {}.", when.words()));
    [Some(spec.help.to_string()), range, place].into_iter().flatten().collect()
}

/// A kind, ignoring that it is optional.
fn plain(kind: Kind) -> Value {
    match kind {
        Kind::Time { .. } => json!({ "type": "string", "pattern": TIME }),
        Kind::Number { scale, .. } if scale.is_share() => {
            let decimals = scale.decimals();
            let pattern = format!(r"^ *[0-9]+(_[0-9]+)*(\.[0-9]{{1,{decimals}}}0*)? *% *$");
            json!({ "type": "string", "pattern": pattern })
        }
        Kind::Number { scale, .. } => {
            let ends = kind.range().map(|(min, max)| [min, max].map(Json::Number));
            let [min, max] = ends.unwrap_or([Json::Null, Json::Null]).map(|end| Value::from(&end));
            let whole = matches!(scale, Scale::Whole(_));
            let name = if whole { "integer" } else { "number" };
            json!({ "type": name, "minimum": min, "maximum": max })
        }
        Kind::Choice(of) => json!({ "enum": of }),
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Change => json!({ "type": "string", "pattern": "^[a-z0-9_.]+=.+$" }),
        Kind::List { of, min, max, repeats } => {
            let mut words = list(&json!({ "enum": of }), min, max);
            words["uniqueItems"] = (!repeats).into();
            words
        }
        Kind::Rate => {
            let number = json!({ "type": "number", "minimum": 0, "maximum": 1_000_000_000 });
            let at = json!({ "type": "string", "pattern": TIME });
            let point = json!({ "type": "array", "prefixItems": [at, number], "minItems": 2, "maxItems": 2 });
            json!({ "anyOf": [number, list(&point, 1, 1_000)] })
        }
        Kind::Part | Kind::Parts { .. } | Kind::Schedule { .. } => json!({}),
    }
}

fn list(items: &Value, min: usize, max: usize) -> Value {
    json!({ "type": "array", "items": items, "minItems": min, "maxItems": max })
}
