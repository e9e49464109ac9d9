//! Values of JSON that are written as strings by one tool and as numbers by another, as text.

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use std::borrow::Cow;
use std::fmt;

/// A string, which is borrowed where it has no escapes, or anything else as it is written; none for
/// `null` and what is missing.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Text<'a>(Option<Cow<'a, str>>);

impl Text<'_> {
    pub(super) fn as_str(&self) -> Option<&str> {
        self.0.as_deref()
    }

    fn owned(value: &impl ToString) -> Self {
        Self(Some(Cow::Owned(value.to_string())))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_borrowed_str<E: Error>(self, value: &'de str) -> Result<Text<'de>, E> {
        Ok(Text(Some(Cow::Borrowed(value))))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Text<'de>, E> {
        Ok(Text::owned(&value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Text<'de>, E> {
        Ok(Text::owned(&value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Text<'de>, E> {
        Ok(Text::owned(&value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Text<'de>, E> {
        Ok(Text::owned(&Value::from(value)))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Text<'de>, E> {
        Ok(Text::owned(&value))
    }

    fn visit_unit<E: Error>(self) -> Result<Text<'de>, E> {
        Ok(Text(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Text<'de>, A::Error> {
        Value::deserialize(SeqAccessDeserializer::new(list)).map(|value| Text::owned(&value))
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Text<'de>, A::Error> {
        Value::deserialize(MapAccessDeserializer::new(object)).map(|value| Text::owned(&value))
    }
}

/// An `AnyValue` of OpenTelemetry, such as `{"intValue": "200"}`: the value in it, and none for what is
/// no object.
#[derive(Debug, Default)]
pub(super) struct AnyValue<'a>(Text<'a>);

impl AnyValue<'_> {
    pub(super) fn as_str(&self) -> Option<&str> {
        self.0.as_str()
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for AnyValue<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValueVisitor)
    }
}

struct AnyValueVisitor;

impl<'de> Visitor<'de> for AnyValueVisitor {
    type Value = AnyValue<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with one value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<AnyValue<'de>, A::Error> {
        let first = object.next_entry::<IgnoredAny, Text<'de>>()?;
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(AnyValue(first.map(|(_, value)| value).unwrap_or_default()))
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<AnyValue<'de>, E> {
        Ok(AnyValue::default())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<AnyValue<'de>, E> {
        Ok(AnyValue::default())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<AnyValue<'de>, E> {
        Ok(AnyValue::default())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<AnyValue<'de>, E> {
        Ok(AnyValue::default())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<AnyValue<'de>, E> {
        Ok(AnyValue::default())
    }

    fn visit_unit<E: Error>(self) -> Result<AnyValue<'de>, E> {
        Ok(AnyValue::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<AnyValue<'de>, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(AnyValue::default())
    }
}
