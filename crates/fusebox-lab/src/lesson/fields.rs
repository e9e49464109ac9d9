//! The members of a lesson's document: each is declared once, for its type, its reader and its schema.

use super::prose::Prose;
use crate::link::Link;
use crate::query::event::Events;
use crate::query::{Goal, Moment, Query, setting};
use crate::settings::{Problem, hint, shortened};
use core::str::FromStr;
use serde_json::{Value, json};

/// The most problems that are reported.
const PROBLEMS_MAX: usize = 20;

/// The most items of a list.
const ITEMS_MAX: usize = 200;

/// The longest link, in bytes.
const LINK_MAX: usize = 4_000;

/// The problems of a document.
#[derive(Debug, Default)]
pub(super) struct Problems(Vec<Problem>);

impl Problems {
    pub(super) fn say(&mut self, path: &str, what: impl Into<String>) {
        if self.0.len() < PROBLEMS_MAX {
            self.0.push(Problem::new(path, what));
        }
    }

    pub(super) fn into_vec(self) -> Vec<Problem> {
        self.0
    }
}

/// What a member of a document can be.
pub(super) trait Field: Sized {
    /// Its schema.
    fn schema() -> Value;

    /// Its value; none after a problem.
    fn read(json: &Value, path: &str, problems: &mut Problems) -> Option<Self>;

    /// Its value where the document does not have it; none if it must.
    fn absent() -> Option<Self> {
        None
    }
}

/// Declares an object of a document.
macro_rules! object {
    ($(#[$meta:meta])* pub struct $name:ident {
        $(#[doc = $about:literal] $field:ident: $type:ty,)*
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name {
            $(#[doc = $about] pub $field: $type,)*
        }

        impl $crate::lesson::fields::Field for $name {
            fn schema() -> serde_json::Value {
                let mut properties = serde_json::Map::new();
                let mut required: Vec<&str> = Vec::new();
                $(
                    let mut property = <$type as $crate::lesson::fields::Field>::schema();
                    property["description"] = $about.trim().into();
                    properties.insert(stringify!($field).to_string(), property);
                    if <$type as $crate::lesson::fields::Field>::absent().is_none() {
                        required.push(stringify!($field));
                    }
                )*
                serde_json::json!({
                    "type": "object",
                    "properties": properties,
                    "required": required,
                    "additionalProperties": false,
                })
            }

            fn read(
                json: &serde_json::Value,
                path: &str,
                problems: &mut $crate::lesson::fields::Problems,
            ) -> Option<Self> {
                const NAMES: &[&str] = &[$(stringify!($field)),*];
                let members = $crate::lesson::fields::members(json, path, NAMES, problems)?;
                // All are read before any is missed, so that all problems are found.
                $(let $field = $crate::lesson::fields::member(members, stringify!($field), path, problems);)*
                Some(Self { $($field: $field?),* })
            }
        }
    };
}

/// Declares an object with exactly one of several members.
macro_rules! choice {
    ($(#[$meta:meta])* pub enum $name:ident {
        $(#[doc = $about:literal] $variant:ident($field:literal, $type:ty),)*
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        pub enum $name {
            $(#[doc = $about] $variant($type),)*
        }

        impl $name {
            /// The name of its member.
            #[must_use]
            pub const fn name(&self) -> &'static str {
                match self { $(Self::$variant(_) => $field),* }
            }
        }

        impl $crate::lesson::fields::Field for $name {
            fn schema() -> serde_json::Value {
                let mut properties = serde_json::Map::new();
                $(
                    let mut property = <$type as $crate::lesson::fields::Field>::schema();
                    property["description"] = $about.trim().into();
                    properties.insert($field.to_string(), property);
                )*
                serde_json::json!({
                    "type": "object",
                    "properties": properties,
                    "minProperties": 1,
                    "maxProperties": 1,
                    "additionalProperties": false,
                })
            }

            fn read(
                json: &serde_json::Value,
                path: &str,
                problems: &mut $crate::lesson::fields::Problems,
            ) -> Option<Self> {
                const NAMES: &[&str] = &[$($field),*];
                let members = $crate::lesson::fields::members(json, path, NAMES, problems)?;
                let mut names = members.keys();
                match (names.next().map(String::as_str), names.next()) {
                    $((Some($field), None) => {
                        $crate::lesson::fields::member(members, $field, path, problems)
                            .map(Self::$variant)
                    })*
                    _ => {
                        let accepts = NAMES.join(", ");
                        problems.say(path, format!("must have exactly one of {accepts}"));
                        None
                    }
                }
            }
        }
    };
}

pub(super) use {choice, object};

/// The members of an object, of which none may be unknown.
pub(super) fn members<'a>(
    json: &'a Value,
    path: &str,
    names: &[&str],
    problems: &mut Problems,
) -> Option<&'a serde_json::Map<String, Value>> {
    let Value::Object(members) = json else {
        problems.say(path, format!("is {}, but must be an object", words(json)));
        return None;
    };
    for name in members.keys().filter(|name| !names.contains(&name.as_str())) {
        let what = format!("is not a member of this object{}", hint(name, names));
        problems.say(&inside(path, &shortened(name)), what);
    }
    Some(members)
}

/// A member of an object.
pub(super) fn member<T: Field>(
    members: &serde_json::Map<String, Value>,
    name: &str,
    path: &str,
    problems: &mut Problems,
) -> Option<T> {
    let path = inside(path, name);
    if let Some(json) = members.get(name) {
        return T::read(json, &path, problems);
    }
    let absent = T::absent();
    if absent.is_none() {
        problems.say(&path, "is missing");
    }
    absent
}

fn inside(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_string() } else { format!("{path}.{name}") }
}

/// A short description of a value.
fn words(json: &Value) -> String {
    match json {
        Value::Object(_) => "an object".to_string(),
        Value::Array(_) => "a list".to_string(),
        other => shortened(&other.to_string()),
    }
}

fn text<'a>(json: &'a Value, path: &str, most: usize, problems: &mut Problems) -> Option<&'a str> {
    let found = json.as_str().filter(|text| !text.trim().is_empty() && text.len() <= most);
    if found.is_none() {
        let what = format!("is {}, but must be a text of 1 to {most} bytes", words(json));
        problems.say(path, what);
    }
    found
}

fn text_schema(most: usize) -> Value {
    json!({ "type": "string", "minLength": 1, "maxLength": most })
}

/// Reads a text with [`FromStr`], whose problem already names the text.
fn parsed<T: FromStr<Err = Problem>>(
    json: &Value,
    path: &str,
    most: usize,
    problems: &mut Problems,
) -> Option<T> {
    match text(json, path, most, problems)?.parse() {
        Ok(value) => Some(value),
        Err(problem) => {
            problems.say(path, format!("cannot be read: {problem}"));
            None
        }
    }
}

/// Declares members that are texts with a grammar.
macro_rules! texts {
    ($($type:ty = $most:expr,)*) => {
        $(impl Field for $type {
            fn schema() -> Value {
                text_schema($most)
            }

            fn read(json: &Value, path: &str, problems: &mut Problems) -> Option<Self> {
                parsed(json, path, $most, problems)
            }
        })*
    };
}

texts! {
    Prose = 3_000,
    Query = crate::query::LENGTH_MAX,
    Moment = crate::query::LENGTH_MAX,
    Events = crate::query::LENGTH_MAX,
    Goal = crate::query::LENGTH_MAX,
    Id = 60,
    WorldLink = LINK_MAX,
    Key = 120,
}

impl Field for String {
    fn schema() -> Value {
        text_schema(400)
    }

    fn read(json: &Value, path: &str, problems: &mut Problems) -> Option<Self> {
        text(json, path, 400, problems).map(ToString::to_string)
    }
}

impl Field for bool {
    fn schema() -> Value {
        json!({ "type": "boolean", "default": false })
    }

    fn read(json: &Value, path: &str, problems: &mut Problems) -> Option<Self> {
        let found = json.as_bool();
        if found.is_none() {
            problems.say(path, format!("is {}, but must be true or false", words(json)));
        }
        found
    }

    fn absent() -> Option<Self> {
        Some(false)
    }
}

impl Field for u32 {
    fn schema() -> Value {
        json!({ "type": "integer", "minimum": 1, "maximum": 1_000 })
    }

    fn read(json: &Value, path: &str, problems: &mut Problems) -> Option<Self> {
        let found = json.as_u64().filter(|number| (1..=1_000).contains(number));
        if found.is_none() {
            let what = format!("is {}, but must be a whole number from 1 to 1,000", words(json));
            problems.say(path, what);
        }
        found.and_then(|number| Self::try_from(number).ok())
    }
}

impl<T: Field> Field for Option<T> {
    fn schema() -> Value {
        T::schema()
    }

    fn read(json: &Value, path: &str, problems: &mut Problems) -> Option<Self> {
        T::read(json, path, problems).map(Some)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: Field> Field for Vec<T> {
    fn schema() -> Value {
        json!({ "type": "array", "items": T::schema(), "maxItems": ITEMS_MAX })
    }

    fn read(json: &Value, path: &str, problems: &mut Problems) -> Option<Self> {
        let Some(items) = json.as_array().filter(|items| items.len() <= ITEMS_MAX) else {
            let what = format!("is {}, but must be a list of at most {ITEMS_MAX}", words(json));
            problems.say(path, what);
            return None;
        };
        let read = |(n, item): (usize, &Value)| T::read(item, &format!("{path}.{n}"), problems);
        let read: Vec<_> = items.iter().enumerate().map(read).collect();
        read.into_iter().collect()
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }
}

/// A name of a part of a lesson, for links to it: small letters, digits and hyphens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Id(pub String);

impl FromStr for Id {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        let is_in = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if text.chars().all(is_in) {
            return Ok(Self(text.to_string()));
        }
        let what = "may have only small letters, digits and hyphens";
        Err(Problem::new(format!("{:?}", shortened(text)), what))
    }
}

/// The link of a world, all of which can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorldLink(pub String);

impl FromStr for WorldLink {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        match Link::read(text).1.into_iter().next() {
            None => Ok(Self(text.to_string())),
            Some(problem) => Err(problem),
        }
    }
}

/// The key of a setting of a Playground, a Herd or a Breaker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key(pub String);

impl FromStr for Key {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        setting(text).map(|_| Self(text.to_string()))
    }
}
