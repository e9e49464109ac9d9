//! A link to the Playground: a preset, changes from it, and the action log.

use super::notices::Notices;
use super::parts::{Parts, encoded};
use super::{AT, SEED, read_at, read_seed};
use crate::action_log::ActionLog;
use crate::presets::{self, Preset};
use crate::settings::{
    self, DAY, DEPENDENCIES, Difference, LAYERS, actions, actions_text, named, time_text,
};
use fusebox::time::Instant;
use fusebox_sim::{Dependency, Scenario};

/// The content of a link to the Playground.
///
/// Scenario, seed and action log determine a run to its last event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Playground {
    /// The world from which it starts.
    pub preset: &'static Preset,
    /// The world itself, which may differ from that of the preset in any setting.
    pub scenario: Scenario,
    /// The seed of the run.
    pub seed: u64,
    /// The selected dependency; none for the default of the view.
    pub on: Option<Dependency>,
    /// The actions of the user.
    pub actions: ActionLog,
    /// The moment at which the view opens, at most a day after the start; none for its default.
    pub at: Option<Instant>,
}

/// The first words of keys that are not settings.
const KEYS: [&str; 6] = ["preset", "seed", "on", "actions", AT, "database"];

impl Default for Playground {
    fn default() -> Self {
        Self::of(&presets::ALL[0])
    }
}

impl Playground {
    /// A preset without changes and actions.
    #[must_use]
    pub fn of(preset: &'static Preset) -> Self {
        Self {
            preset,
            scenario: (preset.scenario)(),
            seed: SEED,
            on: None,
            actions: ActionLog::default(),
            at: None,
        }
    }

    /// The settings that were changed from the preset.
    #[must_use]
    pub fn differences(&self) -> Vec<Difference> {
        settings::differences(&(self.preset.scenario)(), &self.scenario)
    }

    pub(super) fn read(mut parts: Parts<'_>, notices: &mut Notices) -> Self {
        let names: Vec<_> = presets::ALL.iter().map(|preset| preset.name).collect();
        let preset = parts.word("preset", notices, &names, presets::find);
        let mut read = preset.map_or_else(Self::default, Self::of);
        read.seed = read_seed(&mut parts, notices).unwrap_or(SEED);
        read.on = parts.word("on", notices, DEPENDENCIES, named);
        read.at = read_at(&mut parts, notices);
        let text = parts.take("actions").unwrap_or_default();
        let (actions, problems) = actions("actions", &text, ActionLog::MAX);
        read.actions = actions.into_iter().collect();
        let known = KEYS.iter().chain(LAYERS).copied().chain(settings::keys::<Scenario>());
        let given = parts.known(&known.collect::<Vec<_>>(), notices);
        notices.extend(settings::set_all(&mut read.scenario, &given));
        notices.extend(problems);
        read
    }

    /// The parts that are not the default, in the order in which they are written.
    pub(super) fn parts(&self) -> Vec<(String, String)> {
        let mut parts = Vec::new();
        let mut say = |key: &str, text: String| parts.push((key.to_string(), text));
        if *self.preset != presets::ALL[0] {
            say("preset", self.preset.name.to_string());
        }
        for Difference { key, to, .. } in self.differences() {
            say(&key, encoded(&to));
        }
        if self.seed != SEED {
            say("seed", self.seed.to_string());
        }
        if let Some(on) = self.on {
            say("on", on.name().to_string());
        }
        if !self.actions.actions().is_empty() {
            say("actions", encoded(&actions_text(self.actions.actions())));
        }
        if let Some(at) = self.at {
            say(AT, time_text(at.since(Instant::ZERO).min(DAY)));
        }
        parts
    }
}
