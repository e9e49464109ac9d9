//! Results that describe themselves: each field is declared once, with its unit and a sentence.
//!
//! The sentence is the documentation of the field in the library and its line in the help of the
//! program for a terminal.

/// The description of a field in the JSON of a result.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The name in the JSON.
    pub name: &'static str,
    /// What is counted or measured; empty for what is no number.
    pub unit: &'static str,
    /// One sentence without its full stop.
    pub about: &'static str,
    /// `[]` for a list, or nothing.
    pub suffix: &'static str,
    /// The fields inside it.
    pub inner: &'static [Self],
}

impl Field {
    /// Visits the fields and everything inside them with their paths, such as `endpoints[].calls`.
    pub fn walk(fields: &[Self], path: &str, visit: &mut impl FnMut(String, &Self)) {
        for field in fields {
            let dot = if path.is_empty() { "" } else { "." };
            let path = format!("{path}{dot}{}", field.name);
            let within = format!("{path}{}", field.suffix);
            visit(path, field);
            Self::walk(field.inner, &within, visit);
        }
    }
}

/// A value in a result.
pub trait Described {
    /// `[]` for a list, or nothing.
    const SUFFIX: &'static str = "";
    /// The fields of a record, or nothing.
    const FIELDS: &'static [Field] = &[];

    /// The value as a count.
    fn count(&self) -> Option<u64> {
        None
    }

    /// The value as a number; the inner option is empty where this run has no such number.
    fn number(&self) -> Option<Option<f64>> {
        None
    }
}

impl Described for String {}
impl Described for &'static str {}
impl Described for u32 {}

impl Described for u64 {
    fn count(&self) -> Option<u64> {
        Some(*self)
    }
}

impl Described for f64 {
    fn number(&self) -> Option<Option<f64>> {
        Some(Some(*self))
    }
}

impl<T: Described> Described for Option<T> {
    const FIELDS: &'static [Field] = T::FIELDS;

    fn number(&self) -> Option<Option<f64>> {
        Some(self.as_ref().and_then(T::number).flatten())
    }
}

impl<T: Described> Described for Vec<T> {
    const SUFFIX: &'static str = "[]";
    const FIELDS: &'static [Field] = T::FIELDS;
}

/// Declares a struct that is written as JSON, with the unit and a sentence for each field.
///
/// It gets `counts` and `numbers`, which list the fields of type `u64` and `f64`.
#[macro_export]
macro_rules! record {
    ($(#[$meta:meta])* $vis:vis struct $name:ident {
        $($field_vis:vis $field:ident: $type:ty = $unit:literal, $about:literal;)*
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize)]
        $vis struct $name {
            $(#[doc = concat!($about, ".")] $field_vis $field: $type,)*
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

        #[allow(dead_code, reason = "not every record is shown as a row of numbers")]
        impl $name {
            /// The fields that are counts, with their names.
            $vis fn counts(&self) -> Vec<(&'static str, u64)> {
                let fields = [$((stringify!($field), $crate::report::Described::count(&self.$field))),*];
                fields.into_iter().filter_map(|(name, count)| Some((name, count?))).collect()
            }

            /// The fields that are measured, with their names.
            $vis fn numbers(&self) -> Vec<(&'static str, Option<f64>)> {
                let fields = [$((stringify!($field), $crate::report::Described::number(&self.$field))),*];
                fields.into_iter().filter_map(|(name, number)| Some((name, number?))).collect()
            }
        }
    };
}
