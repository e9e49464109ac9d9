//! Comparisons: several lanes with one setup.

use super::setup::Setup;
use super::strategy::Strategy;
use crate::settings::{self, Problem};
use fusebox::ConfigError;

/// The most lanes of a comparison.
pub const LANES_MAX: usize = 8;

/// A comparison: one setup, and the strategies of its lanes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The setup that all lanes share.
    pub setup: Setup,
    /// The strategies: 1 to 8.
    pub lanes: Vec<Strategy>,
}

impl Default for Comparison {
    fn default() -> Self {
        Self::of(Setup::default(), &["immediate", "exponential", "full", "full-budget-shared"])
    }
}

impl Comparison {
    /// Lanes by the words of their strategies; unknown words are left out.
    #[must_use]
    pub fn of(setup: Setup, words: &[&str]) -> Self {
        let lanes = words.iter().filter_map(|word| Strategy::of(word)).take(LANES_MAX);
        Self { setup, lanes: lanes.collect() }
    }

    /// The strategies of a list of words, such as `immediate,full,full-budget-shared`: 1 to 8 of
    /// them; none if a word is unknown or there are too many.
    #[must_use]
    pub fn read_lanes(text: &str) -> Option<Vec<Strategy>> {
        let lanes: Option<Vec<_>> = text.split(',').map(Strategy::of).collect();
        lanes.filter(|lanes| lanes.len() <= LANES_MAX)
    }

    /// Changes a setting: a common one, as in `herd.clients` or `clients`, one of a lane by its
    /// number from 0, as in `lanes.0.retry.base` or `lanes.0.name`, or one of all lanes, as in
    /// `lanes.retry.base`.
    ///
    /// # Errors
    /// When there is no such setting, the text is not accepted, or the setting does not apply; then
    /// nothing has changed.
    pub fn set(&mut self, key: &str, text: &str) -> Result<(), Problem> {
        if self.rename(key, text) { Ok(()) } else { settings::set(self, key, text) }
    }

    /// Changes as many of these settings as possible, in any order; returns the problems of the
    /// others.
    pub fn set_all(&mut self, mut given: Vec<(String, String)>) -> Vec<Problem> {
        given.retain(|(key, text)| !self.rename(key, text));
        settings::set_all(self, &given)
    }

    /// Changes the name of a lane, if the key is that of a name.
    fn rename(&mut self, key: &str, text: &str) -> bool {
        let named = key.strip_prefix("lanes.").and_then(|rest| rest.strip_suffix(".name"));
        let lane = named.and_then(|n| self.lanes.get_mut(n.parse::<usize>().ok()?));
        lane.map(|lane| lane.rename(text)).is_some()
    }

    /// The comparison itself, if it is valid.
    ///
    /// # Errors
    /// With the first field that is outside its range.
    pub fn check(&self) -> Result<&Self, ConfigError> {
        self.setup.check()?;
        for (n, lane) in self.lanes.iter().enumerate() {
            self.setup.scenario(lane).map_err(|error| error.under(&format!("lanes.{n}")))?;
        }
        Ok(self)
    }
}
