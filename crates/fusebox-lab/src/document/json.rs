//! JSON as it was written: members in their order, with those that are there twice, and numbers as
//! decimal digits.

use crate::settings::shortened;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::fmt::{self, Write as _};

/// A value of JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Json {
    Null,
    Bool(bool),
    /// In the shortest decimal digits that mean the same number.
    Number(String),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

/// What fits in so many characters is written in one line.
const LINE_MAX: usize = 80;

impl Json {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub(super) fn number(number: impl fmt::Display) -> Self {
        Self::Number(number.to_string())
    }

    /// An object with these members.
    pub(super) fn object<const N: usize>(members: [(&str, Self); N]) -> Self {
        Self::Object(members.map(|(key, json)| (key.to_string(), json)).into())
    }

    /// What it is, in a few words.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Null => "null".to_string(),
            Self::Bool(flag) => flag.to_string(),
            Self::Number(number) => shortened(number),
            Self::Text(text) => format!("{:?}", shortened(text)),
            Self::List(_) => {
                let mut line = String::new();
                self.write_line(&mut line);
                shortened(&line)
            }
            Self::Object(_) => "an object".to_string(),
        }
    }

    /// As text with line breaks, and what is short in one line.
    pub(super) fn pretty(&self) -> String {
        let mut text = String::new();
        match self {
            Self::Object(members) => write_lines(&mut text, 0, ['{', '}'], members, |text, it| {
                write_text(text, &it.0);
                text.push_str(": ");
                it.1.write(text, 1);
            }),
            other => other.write(&mut text, 0),
        }
        text.push('\n');
        text
    }

    fn write(&self, text: &mut String, depth: usize) {
        let mut line = String::new();
        self.write_line(&mut line);
        if line.chars().count() <= LINE_MAX {
            return text.push_str(&line);
        }
        match self {
            Self::List(items) => write_lines(text, depth, ['[', ']'], items, |text, item| {
                item.write(text, depth + 1);
            }),
            Self::Object(members) => write_lines(text, depth, ['{', '}'], members, |text, it| {
                write_text(text, &it.0);
                text.push_str(": ");
                it.1.write(text, depth + 1);
            }),
            _ => text.push_str(&line),
        }
    }

    fn write_line(&self, text: &mut String) {
        match self {
            Self::Null => text.push_str("null"),
            Self::Bool(flag) => text.push_str(if *flag { "true" } else { "false" }),
            Self::Number(number) => text.push_str(number),
            Self::Text(string) => write_text(text, string),
            Self::List(items) => {
                text.push('[');
                for (n, item) in items.iter().enumerate() {
                    text.push_str(if n > 0 { ", " } else { "" });
                    item.write_line(text);
                }
                text.push(']');
            }
            Self::Object(members) if members.is_empty() => text.push_str("{}"),
            Self::Object(members) => {
                for (n, (key, json)) in members.iter().enumerate() {
                    text.push_str(if n > 0 { ", " } else { "{ " });
                    write_text(text, key);
                    text.push_str(": ");
                    json.write_line(text);
                }
                text.push_str(" }");
            }
        }
    }
}

fn write_lines<T>(
    text: &mut String,
    depth: usize,
    [open, close]: [char; 2],
    items: &[T],
    mut write: impl FnMut(&mut String, &T),
) {
    text.push(open);
    for (n, item) in items.iter().enumerate() {
        text.push_str(if n > 0 { ",\n" } else { "\n" });
        text.push_str(&"  ".repeat(depth + 1));
        write(text, item);
    }
    text.push('\n');
    text.push_str(&"  ".repeat(depth));
    text.push(close);
}

fn write_text(text: &mut String, string: &str) {
    text.push('"');
    for c in string.chars() {
        match c {
            '"' | '\\' => text.extend(['\\', c]),
            c if c.is_control() => {
                // A `String` takes all that is written to it.
                let _ = write!(text, "\\u{:04x}", u32::from(c));
            }
            c => text.push(c),
        }
    }
    text.push('"');
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

    /// The shortest digits of a float are those that were written, up to 15 of them.
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

impl From<Json> for serde_json::Value {
    fn from(json: Json) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::Bool(flag) => Self::Bool(flag),
            Json::Number(number) => number.parse().map_or(Self::Null, Self::Number),
            Json::Text(text) => Self::String(text),
            Json::List(items) => Self::Array(items.into_iter().map(Self::from).collect()),
            Json::Object(members) => Self::Object(
                members.into_iter().map(|(key, json)| (key, Self::from(json))).collect(),
            ),
        }
    }
}
