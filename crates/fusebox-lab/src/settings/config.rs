//! What a config needs so that its settings have keys.

use super::problem::Problem;
use super::table::Table;

/// A config whose settings have keys.
pub trait Config: Clone + 'static {
    /// The config while its settings are changed.
    type Draft: From<Self> + Into<Self> + 'static;

    /// Its settings.
    const TABLE: &'static Table<Self::Draft>;

    /// The prefix of its keys where they are listed: `lane.`, or nothing.
    const PREFIX: &'static str;

    /// The full keys of a short key.
    #[must_use]
    fn places(_: &Self::Draft, key: &str) -> Vec<String> {
        vec![key.to_string()]
    }

    /// The settings that are out of range, or invalid together.
    fn problems(&self) -> Vec<Problem> {
        Vec::new()
    }
}
