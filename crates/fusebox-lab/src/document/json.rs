//! JSON as it was written: members in their order, including repeated ones, and numbers as decimal
//! digits.

use crate::settings::shortened;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// A value of JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Json {
    Null,
    Bool(bool),
    /// In the shortest decimal digits for the same number.
    Number(String),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

/// Values up to this many characters long are written on one line.
const LINE_MAX: usize = 80;

impl Json {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub(super) fn number(number: impl fmt::Display) -> Self {
        Self::Number(number.to_string())
    }

    /// A short description of the value.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Null => "null".to_string(),
            Self::Bool(flag) => flag.to_string(),
            Self::Number(number) => shortened(number),
            Self::Text(text) => format!("{:?}", shortened(text)),
            Self::List(_) => shortened(&self.write(0, usize::MAX)),
            Self::Object(_) => "an object".to_string(),
        }
    }

    /// As text with line breaks; a short value stays on one line.
    pub(super) fn pretty(&self) -> String {
        self.write(0, 0) + "\n"
    }

    /// As text, on one line if it is no longer than `width`.
    fn write(&self, depth: usize, width: usize) -> String {
        let (open, close) = match self {
            Self::Null => return "null".to_string(),
            Self::Bool(flag) => return flag.to_string(),
            Self::Number(number) => return number.clone(),
            Self::Text(text) => return quoted(text),
            Self::List(_) => ("[", "]"),
            Self::Object(members) if members.is_empty() => ("{", "}"),
            Self::Object(_) => ("{ ", " }"),
        };
        let inner = |json: &Self| json.write(depth + 1, width.max(LINE_MAX));
        let items: Vec<String> = match self {
            Self::List(items) => items.iter().map(inner).collect(),
            Self::Object(members) => members
                .iter()
                .map(|(key, json)| format!("{}: {}", quoted(key), inner(json)))
                .collect(),
            _ => Vec::new(),
        };
        let line = format!("{open}{}{close}", items.join(", "));
        if items.is_empty() || (line.chars().count() <= width && !line.contains('\n')) {
            return line;
        }
        let (indent, end) = ("  ".repeat(depth + 1), "  ".repeat(depth));
        let items = items.join(&format!(",\n{indent}"));
        format!("{}\n{indent}{items}\n{end}{}", open.trim_end(), close.trim_start())
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Json, E> {
        Ok(Json::Bool(flag))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Json, E> {
        Ok(Json::number(number))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Json, E> {
        Ok(Json::number(number))
    }

    /// The shortest digits of a float are the digits in the document, up to 15 of them.
    fn visit_f64<E>(self, number: f64) -> Result<Json, E> {
        Ok(Json::number(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Json, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Json::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Json, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = object.next_entry()? {
            members.push(member);
        }
        Ok(Json::Object(members))
    }
}

impl From<&Json> for serde_json::Value {
    fn from(json: &Json) -> Self {
        serde_json::from_str(&json.write(0, usize::MAX)).unwrap_or_default()
    }
}
