//! Results that describe themselves: each field is declared once, with its value, its unit and a sentence.
//!
//! The sentence is the documentation of the field in the library and its line in the help of the
//! program for a terminal.

use serde::Serialize;
use std::collections::BTreeMap;

/// The description of a field in the JSON of a result.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The name in the JSON.
    pub name: &'static str,
    /// What is counted or measured; empty for what is no number.
    pub unit: &'static str,
    /// One sentence without its full stop.
    pub about: &'static str,
    /// `[]` for a list, `.<name>` for an object with names that vary, or nothing.
    pub suffix: &'static str,
    /// The fields inside it.
    pub inner: &'static [Self],
}

impl Field {
    /// Visits the fields and everything inside them with their paths, such as `endpoints[].calls`.
    pub fn walk(fields: &[Self], path: &str, visit: &mut impl FnMut(String, &Self)) {
        for field in fields {
            let dot = if path.is_empty() { "" } else { "." };
            let path = format!("{path}{dot}{}{}", field.name, field.suffix);
            visit(path.clone(), field);
            Self::walk(field.inner, &path, visit);
        }
    }
}

/// A value in a result.
pub trait Described: Serialize {
    /// `[]` for a list, `.<name>` for an object with names that vary, or nothing.
    const SUFFIX: &'static str = "";
    /// The fields of a record, or nothing.
    const FIELDS: &'static [Field] = &[];
}

impl Described for String {}
impl Described for &'static str {}
impl Described for bool {}
impl Described for u32 {}
impl Described for u64 {}
impl Described for usize {}
impl Described for f64 {}

impl<T: Described> Described for Option<T> {
    const FIELDS: &'static [Field] = T::FIELDS;
}

impl<T: Described> Described for Vec<T> {
    const SUFFIX: &'static str = "[]";
    const FIELDS: &'static [Field] = T::FIELDS;
}

impl<K: Serialize, T: Described> Described for BTreeMap<K, T> {
    const SUFFIX: &'static str = ".<name>";
    const FIELDS: &'static [Field] = T::FIELDS;
}

/// Declares a struct that is written as JSON and how it is made: each field has its type, its value,
/// its unit and a sentence.
#[macro_export]
macro_rules! record {
    ($(#[$meta:meta])* $vis:vis struct $name:ident($($from:ident: $from_type:ty),*) {
        $($field:ident: $type:ty = $value:expr, $unit:literal, $about:literal;)*
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize)]
        $vis struct $name {
            $(#[doc = concat!($about, ".")] pub $field: $type,)*
        }

        impl $name {
            /// The record of these values.
            #[must_use]
            $vis fn of($($from: $from_type),*) -> Self {
                Self { $($field: $value),* }
            }
        }

        impl $crate::report::Described for $name {
            const FIELDS: &'static [$crate::report::Field] = &[$($crate::report::Field {
                name: stringify!($field),
                unit: $unit,
                about: $about,
                suffix: <$type as $crate::report::Described>::SUFFIX,
                inner: <$type as $crate::report::Described>::FIELDS,
            }),*];
        }
    };
}
