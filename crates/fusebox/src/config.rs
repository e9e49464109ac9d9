//! Configuration errors: the field, its value, and what the value must be.

use crate::time::Duration;
use alloc::format;
use alloc::string::{String, ToString};
use core::fmt;
use core::ops::RangeInclusive;

/// A setting that a constructor does not accept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The path of the field: `breaker.failures`.
    pub field: String,
    /// The value that was given.
    pub value: String,
    /// What the value must be.
    pub expected: Expected,
}

/// What a setting must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// From `min` to `max`, both included.
    Range {
        /// The smallest value.
        min: String,
        /// The largest value.
        max: String,
    },
    /// A value in relation to another field.
    Other {
        /// The relation, in words before the other field: `at least`.
        relation: &'static str,
        /// The path of the other field.
        field: String,
        /// The value of the other field.
        value: String,
    },
    /// What these words say, which follow "must be".
    Words(&'static str),
}

/// A type of settings that has ranges.
pub trait Ranged: PartialOrd {
    /// The value in an error: `1,000,000`, `1 day`.
    fn text(&self) -> String;
}

impl Expected {
    /// A value that has this relation to another field.
    pub fn other(relation: &'static str, field: &str, value: impl fmt::Display) -> Self {
        Self::Other { relation, field: field.to_string(), value: value.to_string() }
    }
}

impl ConfigError {
    /// Replaces the first part of each path: `backoff.cap` within `breaker.cooldown` becomes
    /// `breaker.cooldown.cap`.
    #[must_use]
    pub fn within(self, path: &str) -> Self {
        self.map_paths(|field| match field.split_once('.') {
            Some((_, leaf)) => format!("{path}.{leaf}"),
            None => path.to_string(),
        })
    }

    /// Puts `path` before each path: `breaker.failures` under `postgres` becomes
    /// `postgres.breaker.failures`.
    #[must_use]
    pub fn under(self, path: &str) -> Self {
        self.map_paths(|field| format!("{path}.{field}"))
    }

    /// Changes the path of the field, and that of the other field if there is one.
    #[must_use]
    pub fn map_paths(mut self, map: impl Fn(&str) -> String) -> Self {
        self.field = map(&self.field);
        if let Expected::Other { field, .. } = &mut self.expected {
            *field = map(field);
        }
        self
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is {}, but must be {}", self.field, self.value, self.expected)
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Range { min, max } => write!(f, "{min} to {max}"),
            Self::Other { relation, field, value } => {
                write!(f, "{relation} {field}, which is {value}")
            }
            Self::Words(words) => f.write_str(words),
        }
    }
}

impl core::error::Error for ConfigError {}

impl From<&'static str> for Expected {
    fn from(words: &'static str) -> Self {
        Self::Words(words)
    }
}

macro_rules! ranged_numbers {
    ($($number:ty)*) => {
        $(impl Ranged for $number {
            fn text(&self) -> String {
                with_commas(&self.to_string())
            }
        })*
    };
}

ranged_numbers!(u32 u64 usize);

impl Ranged for Duration {
    fn text(&self) -> String {
        let micros = self.as_micros();
        match micros / Self::DAY.as_micros() {
            1 if *self == Self::DAY => "1 day".to_string(),
            days @ 1.. if micros.is_multiple_of(Self::DAY.as_micros()) => format!("{days} days"),
            _ => self.to_string(),
        }
    }
}

fn with_commas(digits: &str) -> String {
    let mut text = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Declares a struct of settings: each setting with its type, its default and, for a number, the
/// name of the constant that holds its range. The string is the prefix of paths in errors.
#[macro_export]
macro_rules! settings {
    (
        $(#[$meta:meta])*
        pub struct $Settings:ident in $path:literal {
            $(
                $(#[$doc:meta])*
                $field:ident: $Value:ty = $default:expr $(, $RANGE:ident: $range:expr)?;
            )*
        }
    ) => {
        $(#[$meta])*
        pub struct $Settings {
            $(
                $(#[$doc])*
                #[doc = concat!("\n\nDefault: `", stringify!($default), "`.")]
                $(#[doc = concat!("Range: `", stringify!($range), "`.")])?
                pub $field: $Value,
            )*
        }

        impl Default for $Settings {
            fn default() -> Self {
                Self { $($field: $default,)* }
            }
        }

        impl $Settings {
            $($(
                #[doc = concat!("The range of `", stringify!($field), "`.")]
                pub const $RANGE: core::ops::RangeInclusive<$Value> = $range;
            )?)*

            /// Checks that each number is in its range.
            ///
            /// # Errors
            /// With the first number that is out of range.
            pub fn check_ranges(&self) -> Result<(), $crate::ConfigError> {
                $($(
                    let field = concat!($path, ".", stringify!($field));
                    $crate::require_in(&Self::$RANGE, field, self.$field)?;
                )?)*
                Ok(())
            }
        }
    };
}

/// Returns the value if it is in the range.
///
/// # Errors
/// When it is not.
pub fn require_in<T: Ranged>(
    range: &RangeInclusive<T>,
    field: &str,
    value: T,
) -> Result<T, ConfigError> {
    if range.contains(&value) {
        return Ok(value);
    }
    let expected = Expected::Range { min: range.start().text(), max: range.end().text() };
    Err(ConfigError { field: field.to_string(), value: value.text(), expected })
}

/// Returns the value if `holds` is true.
///
/// # Errors
/// When `holds` is false.
pub fn require<T: fmt::Display>(
    holds: bool,
    field: &str,
    value: T,
    expected: impl Into<Expected>,
) -> Result<T, ConfigError> {
    if holds {
        return Ok(value);
    }
    let (field, value) = (field.to_string(), value.to_string());
    Err(ConfigError { field, value, expected: expected.into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_says_what_the_value_must_be() {
        let at_most = Expected::other("at most", "breaker.trials", 2);
        let million = require_in(&(1..=1_000_000), "breaker.failures", 0_u32);
        let day = require_in(&(Duration::MILLISECOND..=Duration::DAY), "a.b", Duration::ZERO);
        for (error, text) in [
            (million, "breaker.failures is 0, but must be 1 to 1,000,000"),
            (require(false, "a", 3, "set"), "a is 3, but must be set"),
            (
                require(false, "a", 3, at_most),
                "a is 3, but must be at most breaker.trials, which is 2",
            ),
        ] {
            assert_eq!(error.unwrap_err().to_string(), text);
        }
        assert_eq!(day.unwrap_err().to_string(), "a.b is 0 s, but must be 1 ms to 1 day");
        let year = Duration::DAY.saturating_mul(365);
        assert_eq!(year.text(), "365 days");
    }

    #[test]
    fn both_paths_move_together() {
        let expected = Expected::other("at least", "backoff.base", Duration::DAY);
        let error = require(false, "backoff.cap", 1, expected).unwrap_err();
        let error = error.within("breaker.cooldown").under("postgres");
        assert_eq!(error.field, "postgres.breaker.cooldown.cap");
        let base = Expected::other("at least", "postgres.breaker.cooldown.base", Duration::DAY);
        assert_eq!(error.expected, base);
    }
}
