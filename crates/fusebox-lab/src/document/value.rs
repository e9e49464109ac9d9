//! Settings as JSON: values with a unit are text, plain numbers are numbers, and off is null.

use super::json::Json;
use crate::settings::{
    Kind, SettingSpec, Value, checked_points, constant_rate, parse_point, point_text,
};

/// The value of this JSON, if the setting accepts it.
pub(super) fn value(spec: &SettingSpec, json: &Json) -> Option<Value> {
    match (spec.kind, json) {
        (_, Json::Null) => spec.optional.then_some(Value::Off),
        (Kind::Number { scale, .. }, Json::Text(text)) => {
            let is_text = scale.is_share() || text == "off";
            is_text.then(|| spec.parse(text)).flatten()
        }
        (Kind::Time { .. } | Kind::Choice(_) | Kind::Change, Json::Text(text)) => spec.parse(text),
        (Kind::Number { scale, .. }, Json::Number(number)) => {
            (!scale.is_share()).then(|| spec.kind.parse(number)).flatten()
        }
        (Kind::Rate, Json::Number(number)) => spec.kind.parse(number),
        (Kind::Rate, Json::List(points)) => {
            let points = points.iter().map(point).collect::<Option<_>>()?;
            checked_points(points).map(Value::Rate)
        }
        (Kind::Flag, Json::Bool(flag)) => Some(Value::Flag(*flag)),
        (Kind::List { of, .. }, Json::List(items)) => {
            let words = items.iter().map(|item| match item {
                Json::Text(word) => Some(word.as_str()).filter(|word| of.contains(word)),
                _ => None,
            });
            let words: Vec<&str> = words.collect::<Option<_>>()?;
            spec.kind.parse(&words.join(","))
        }
        _ => None,
    }
}

fn point(json: &Json) -> Option<(fusebox::time::Instant, u64)> {
    match json {
        Json::List(pair) => match &pair[..] {
            [Json::Text(at), Json::Number(rate)] => parse_point(at, rate),
            _ => None,
        },
        _ => None,
    }
}

/// The accepted values, in words that follow "must be".
pub(super) fn accepts(spec: &SettingSpec) -> String {
    let words = spec.accepts();
    match spec.kind {
        Kind::Rate => words.replace("0s:40, 20s:80", "[[\"0s\", 40], [\"20s\", 80]]"),
        Kind::Schedule { max } => Kind::Parts { min: 0, max }.accepts(),
        Kind::Part => "an object".to_string() + if spec.optional { " or null" } else { "" },
        _ => words.replace(", or off", ", or null"),
    }
}

/// The value as JSON, which [`value`] reads as the same value.
pub(super) fn json(spec: &SettingSpec, value: &Value) -> Json {
    match (spec.kind, value) {
        (_, Value::Off) => Json::Null,
        (_, Value::Flag(flag)) => Json::Bool(*flag),
        (_, Value::List(words)) => Json::List(words.iter().copied().map(Json::text).collect()),
        (_, Value::Rate(points)) => constant_rate(points).map_or_else(
            || Json::List(points.iter().copied().map(point_json).collect()),
            Json::Number,
        ),
        (Kind::Number { scale, .. }, value) if !scale.is_share() => {
            Json::Number(spec.kind.text(value))
        }
        (kind, value) => Json::Text(kind.text(value)),
    }
}

fn point_json(point: (fusebox::time::Instant, u64)) -> Json {
    let (at, rate) = point_text(point);
    Json::List(vec![Json::Text(at), Json::Number(rate)])
}
