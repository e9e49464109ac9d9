//! Errors of configuration: which field, which value, which range.

use alloc::format;
use alloc::string::{String, ToString};
use core::fmt;

/// A setting that cannot be: it names the field, the value given and what would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The field, as a path: `breaker.failures`.
    pub field: String,
    /// The value that was given.
    pub value: String,
    /// What would be accepted, as words: `1 to 10,000`.
    pub expected: &'static str,
}

impl ConfigError {
    /// The same error of a part that stands at this path in something larger: `backoff.cap` within
    /// `breaker.cooldown` is `breaker.cooldown.cap`.
    #[must_use]
    pub fn within(mut self, path: &str) -> Self {
        self.field = match self.field.split_once('.') {
            Some((_, leaf)) => format!("{path}.{leaf}"),
            None => path.to_string(),
        };
        self
    }

    /// The same error of a part that stands in something at this path: `breaker.failures` under
    /// `postgres` is `postgres.breaker.failures`.
    #[must_use]
    pub fn under(mut self, path: &str) -> Self {
        self.field = format!("{path}.{}", self.field);
        self
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is {}, but must be {}", self.field, self.value, self.expected)
    }
}

impl core::error::Error for ConfigError {}

/// Gives the value back where it holds, and an error that names it otherwise.
///
/// # Errors
/// When `holds` is false.
pub fn require<T: fmt::Display>(
    holds: bool,
    field: &'static str,
    value: T,
    expected: &'static str,
) -> Result<T, ConfigError> {
    if holds {
        Ok(value)
    } else {
        Err(ConfigError { field: field.to_string(), value: value.to_string(), expected })
    }
}
