//! Problems with settings, as sentences that name the setting.

use core::fmt;
use fusebox::ConfigError;
use strsim::osa_distance;

/// A problem with a setting, a document or a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The key of the setting, or empty for a whole document.
    pub path: String,
    /// The problem, in words that follow the path.
    pub what: String,
}

impl Problem {
    /// A problem at this path.
    #[must_use]
    pub fn new(path: impl Into<String>, what: impl Into<String>) -> Self {
        Self { path: path.into(), what: what.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() { "the document" } else { &self.path };
        write!(f, "{path} {}", self.what)
    }
}

impl core::error::Error for Problem {}

impl From<ConfigError> for Problem {
    fn from(error: ConfigError) -> Self {
        let error = error.map_paths(|path| key_of_field(path).unwrap_or_else(|| path.to_string()));
        Self::new(error.field, format!("is {}, but must be {}", error.value, error.expected))
    }
}

/// Endings of the paths of config fields whose settings have a different key, with those keys.
///
/// In a config a backoff is an object of its own; in a table its settings are on the level of its
/// owner.
const KEYS_OF_FIELDS: &[(&str, &str)] = &[
    ("retry.attempts", "retry.max_attempts"),
    ("retry.backoff.base", "retry.base"),
    ("retry.backoff.cap", "retry.cap"),
    ("retry.backoff.factor_per_mille", "retry.growth_factor"),
    ("bulkhead.slots", "bulkhead.max_concurrent"),
    ("cold_start.factor_per_mille", "cold_start.factor"),
    ("breaker.window_length", "breaker.window_duration"),
    ("breaker.slow_rate.threshold", "breaker.slow_threshold"),
    ("breaker.overdue.calls", "breaker.overdue_calls"),
    ("breaker.overdue.after", "breaker.overdue_after"),
    ("breaker.half_open_timeout.after", "breaker.half_open_timeout"),
    ("breaker.cooldown.base", "breaker.cooldown"),
    ("breaker.cooldown.factor_per_mille", "breaker.cooldown_factor"),
    ("breaker.cooldown.cap", "breaker.cooldown_cap"),
];

/// The key of the setting for a field whose path is not the key itself.
fn key_of_field(path: &str) -> Option<String> {
    KEYS_OF_FIELDS
        .iter()
        .find_map(|(field, key)| Some(format!("{}{key}", path.strip_suffix(field)?)))
}

/// The problem of an unknown key, with known keys.
pub(crate) fn near(path: &str, key: &str, known: &[&str]) -> Problem {
    let path = if path.is_empty() { "\"\"" } else { path };
    Problem::new(path, format!("is not a setting; {}", near_words(key, known)))
}

/// Known words similar to an unknown one, or otherwise all known words.
fn near_words(word: &str, known: &[&str]) -> String {
    close_words(word, known).unwrap_or_else(|| format!("use one of {}", known.join(", ")))
}

/// A hint after a `;` with similar words; empty if no word is similar and there are many.
pub(crate) fn hint(word: &str, known: &[&str]) -> String {
    const FEW: usize = 8;
    let words = close_words(word, known);
    let words = words.or_else(|| (known.len() <= FEW).then(|| near_words(word, known)));
    words.map_or_else(String::new, |words| format!("; {words}"))
}

fn close_words(word: &str, known: &[&str]) -> Option<String> {
    let close: Vec<_> = known.iter().copied().filter(|other| is_near(word, other)).collect();
    match close[..] {
        [] => None,
        [one] => Some(format!("the closest is {one}")),
        _ => Some(format!("the closest are {}", close.join(", "))),
    }
}

fn is_near(key: &str, known: &str) -> bool {
    let key = shortened(key);
    let inside = key.len() >= 4 && (known.contains(&key) || key.contains(known));
    inside || osa_distance(&key, known) <= 1 + known.len() / 6
}

/// A text from outside, shortened to fit into a sentence.
pub(crate) fn shortened(text: &str) -> String {
    const MOST: usize = 40;
    if text.chars().count() <= MOST {
        return text.to_string();
    }
    text.chars().take(MOST).chain("...".chars()).collect()
}
