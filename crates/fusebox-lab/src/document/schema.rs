//! The schema of a document, for editors and for programs that write documents.

#[cfg(test)]
mod tests;

use super::apply::members;
use super::json::Json;
use super::value::{accepts, json};
use super::{PRESET, SCHEMA, written};
use crate::settings::{Config, Kind, Object, Scale, SettingSpec, Shape, shapes};
use fusebox_sim::Scenario;

/// A time: a decimal number and a unit.
const TIME: &str = r"^ *[0-9]+(_[0-9]+)*(\.[0-9]+)? *(us|µs|μs|ms|s|min|h|d) *$";

/// The JSON Schema (draft 2020-12) of what [`read`](super::read) accepts.
///
/// What a schema cannot say is in the descriptions: the ranges of times and shares, and which settings
/// apply where. What must fit each other, only reading can tell.
#[must_use]
pub fn schema() -> serde_json::Value {
    let root: &dyn Shape = Scenario::TABLE;
    let all = shapes(root);
    let Json::Object(mut members) = table(root, true) else { return serde_json::Value::Null };
    let definition = |shape: &&'static dyn Shape| {
        (shape.name().to_string(), table(*shape, begins_fresh(&all, *shape)))
    };
    let definitions = all[1..].iter().map(definition).collect();
    members.push(("$defs".to_string(), Json::Object(definitions)));
    members.push((SCHEMA.to_string(), Json::text("https://json-schema.org/draft/2020-12/schema")));
    members.push(("title".to_string(), Json::text("A scenario of Fusebox")));
    Json::Object(members).into()
}

/// Whether an object of this table can begin as the table's own fresh config, so that its defaults
/// are the same in every place; one that is always there begins as a part of its owner's.
fn begins_fresh(all: &[&'static dyn Shape], table: &dyn Shape) -> bool {
    let begins = |shape: &dyn Shape, n: usize, spec: &SettingSpec| {
        let is_it = shape.inner(n).is_some_and(|inner| inner.name() == table.name());
        is_it && (spec.kind != Kind::Part || spec.optional || spec.when.is_some())
    };
    all.iter().any(|shape| members(*shape).any(|(n, spec)| begins(*shape, n, spec)))
}

fn table(shape: &'static dyn Shape, with_defaults: bool) -> Json {
    let mut fresh = shape.fresh();
    let property = |(n, spec): (usize, &'static SettingSpec)| {
        let default = if with_defaults { default(&mut *fresh, n, spec) } else { None };
        (spec.key.to_string(), property(shape, n, spec, default))
    };
    let mut properties: Vec<_> = members(shape).map(property).collect();
    if shape.name() == Scenario::TABLE.name() {
        properties.push((PRESET.to_string(), described("The preset that the rest changes.")));
        properties.push((SCHEMA.to_string(), described("The schema of this document.")));
    }
    let mut object = vec![
        ("type".to_string(), Json::text("object")),
        ("properties".to_string(), Json::Object(properties)),
        ("additionalProperties".to_string(), Json::Bool(false)),
    ];
    let keys = |keys: Vec<&str>| Json::List(keys.into_iter().map(Json::text).collect());
    let required = members(shape).filter(|(_, spec)| spec.required).map(|(_, spec)| spec.key);
    let required: Vec<_> = required.collect();
    if !required.is_empty() {
        object.push(("required".to_string(), keys(required)));
    }
    if !shape.one_of().is_empty() {
        let one = |key: &&'static str| Json::object([("required", keys(vec![*key]))]);
        object.push(("oneOf".to_string(), Json::List(shape.one_of().iter().map(one).collect())));
    }
    Json::Object(object)
}

/// What a setting is where nothing is set, as far as that is one value for all.
fn default(fresh: &mut dyn Object, n: usize, spec: &SettingSpec) -> Option<Json> {
    match spec.kind {
        Kind::Parts { .. } | Kind::Schedule { .. } => None,
        Kind::Part if spec.optional && fresh.length(n) == 0 => Some(Json::Null),
        Kind::Part => fresh.open(n, 0).map(|mut inner| written(&mut *inner)),
        _ => fresh.read(n).map(|value| json(spec, &value)),
    }
}

fn described(description: &str) -> Json {
    Json::object([("type", Json::text("string")), ("description", Json::text(description))])
}

fn property(
    shape: &'static dyn Shape,
    n: usize,
    spec: &SettingSpec,
    default: Option<Json>,
) -> Json {
    let reference = shape
        .inner(n)
        .map(|inner| Json::object([("$ref", Json::text(format!("#/$defs/{}", inner.name())))]));
    let mut plain = match reference {
        Some(reference) => match spec.kind.parts() {
            Some((min, max)) => Json::object([
                ("type", Json::text("array")),
                ("items", reference),
                ("minItems", Json::number(min)),
                ("maxItems", Json::number(max)),
            ]),
            None => reference,
        },
        None => plain(spec.kind),
    };
    if spec.optional {
        let mut others = vec![Json::Null];
        if spec.kind != Kind::Part {
            others.push(Json::text("off"));
        }
        let off = Json::object([("enum", Json::List(others))]);
        plain = Json::object([("anyOf", Json::List(vec![plain, off]))]);
    }
    if let Json::Object(members) = &mut plain {
        members.push(("title".to_string(), Json::text(spec.label)));
        members.push(("description".to_string(), Json::text(description(spec))));
        members.extend(default.map(|default| ("default".to_string(), default)));
    }
    plain
}

fn description(spec: &SettingSpec) -> String {
    let plain = matches!(spec.kind, Kind::Part | Kind::Flag) || spec.kind.parts().is_some();
    let range = (!plain).then(|| format!(" It is {}.", accepts(spec)));
    let place = spec.when.map(|when| format!(" It applies only where {}.", when.words()));
    [Some(spec.help.to_string()), range, place].into_iter().flatten().collect()
}

/// A kind without its being optional.
fn plain(kind: Kind) -> Json {
    let text = |pattern: &str| {
        Json::object([("type", Json::text("string")), ("pattern", Json::text(pattern))])
    };
    let words = |of: &[&'static str]| Json::List(of.iter().copied().map(Json::text).collect());
    match kind {
        Kind::Time { .. } => text(TIME),
        Kind::Number { scale, .. } if scale.is_share() => {
            text(&format!(r"^ *[0-9]+(_[0-9]+)*(\.[0-9]{{1,{}}}0*)? *% *$", scale.decimals()))
        }
        Kind::Number { scale, .. } => {
            let (min, max) = kind.range().unwrap_or_default();
            let whole = matches!(scale, Scale::Whole(_));
            Json::object([
                ("type", Json::text(if whole { "integer" } else { "number" })),
                ("minimum", Json::Number(min)),
                ("maximum", Json::Number(max)),
            ])
        }
        Kind::Choice(of) => Json::object([("enum", words(of))]),
        Kind::Flag => Json::object([("type", Json::text("boolean"))]),
        Kind::List { of, min, max, repeats } => Json::object([
            ("type", Json::text("array")),
            ("items", Json::object([("enum", words(of))])),
            ("minItems", Json::number(min)),
            ("maxItems", Json::number(max)),
            ("uniqueItems", Json::Bool(!repeats)),
        ]),
        Kind::Rate => rate(),
        Kind::Part | Kind::Parts { .. } | Kind::Schedule { .. } => Json::Bool(true),
    }
}

fn rate() -> Json {
    let number = || {
        Json::object([
            ("type", Json::text("number")),
            ("minimum", Json::number(0)),
            ("maximum", Json::number(1_000_000_000)),
        ])
    };
    let at = Json::object([("type", Json::text("string")), ("pattern", Json::text(TIME))]);
    let point = Json::object([
        ("type", Json::text("array")),
        ("prefixItems", Json::List(vec![at, number()])),
        ("minItems", Json::number(2)),
        ("maxItems", Json::number(2)),
    ]);
    let points = Json::object([
        ("type", Json::text("array")),
        ("items", point),
        ("minItems", Json::number(1)),
        ("maxItems", Json::number(1_000)),
    ]);
    Json::object([("anyOf", Json::List(vec![number(), points]))])
}
