//! A link to the Herd: a preset, changes from it, the seed, and the open experiments.

use super::experiments::{BANDS, Experiments, PREDICTION, SWEEP};
use super::notices::Notices;
use super::parts::{Parts, encoded};
use super::{AT, SEED, read_at, read_seed};
use crate::herd::{Comparison, HerdPreset, PRESETS, STRATEGIES, Setup, Strategy, find};
use crate::settings::{self, DAY, time_text};
use fusebox::time::Instant;

/// The content of a link to the Herd.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Herd {
    /// The comparison from which it starts.
    pub preset: &'static HerdPreset,
    /// The comparison itself, which may differ from that of the preset in any setting.
    pub comparison: Comparison,
    /// The seed of the run.
    pub seed: u64,
    /// The moment at which the view opens, at most a day after the start; none for its default.
    pub at: Option<Instant>,
    /// The experiments that are open.
    pub experiments: Experiments,
}

/// The keys of a link that are not settings.
const KEYS: [&str; 7] = ["preset", "lanes", "seed", AT, PREDICTION, BANDS, SWEEP];

const NAME: &str = "name";

impl Default for Herd {
    fn default() -> Self {
        Self::of(&PRESETS[0])
    }
}

impl Herd {
    /// A preset without changes.
    #[must_use]
    pub fn of(preset: &'static HerdPreset) -> Self {
        Self {
            preset,
            comparison: (preset.comparison)(),
            seed: SEED,
            at: None,
            experiments: Experiments::default(),
        }
    }

    pub(super) fn read(mut parts: Parts<'_>, notices: &mut Notices) -> Self {
        let names: Vec<_> = PRESETS.iter().map(|preset| preset.name).collect();
        let preset = parts.word("preset", notices, &names, find);
        let mut read = preset.map_or_else(Self::default, Self::of);
        read.seed = read_seed(&mut parts, notices).unwrap_or(SEED);
        read.at = read_at(&mut parts, notices);
        let accepts = format!("1 to 8 strategies with commas between them: {STRATEGIES}");
        if let Some(lanes) = parts.read("lanes", notices, &accepts, Comparison::read_lanes) {
            read.comparison.lanes = lanes;
        }
        let experiments = parts.split_off(&[PREDICTION, BANDS, SWEEP]);
        let known: Vec<_> = KEYS.into_iter().chain(settings::keys::<Setup>()).collect();
        let given = parts.known(&known, notices);
        notices.extend(read.comparison.set_all(given));
        if let Some(parts) = experiments {
            read.experiments = Experiments::read(parts, (read.preset, &read.comparison), notices);
        }
        read
    }

    /// The parts that are not the default, in the order in which they are written.
    pub(super) fn parts(&self) -> Vec<(String, String)> {
        let mut parts = Vec::new();
        let mut say = |key: &str, text: String| parts.push((key.to_string(), text));
        if *self.preset != PRESETS[0] {
            say("preset", self.preset.name.to_string());
        }
        let base = (self.preset.comparison)();
        for it in settings::differences(&base.setup, &self.comparison.setup) {
            say(it.key.strip_prefix("herd.").unwrap_or(&it.key), encoded(&it.to));
        }
        let words = |lanes: &[Strategy]| lanes.iter().map(Strategy::word).collect::<Vec<_>>();
        let given = words(&self.comparison.lanes);
        let mut bases = base.lanes;
        if given != words(&bases) {
            bases = given.iter().filter_map(|word| Strategy::of(word)).collect();
            say("lanes", encoded(&given.join(",")));
        }
        for (n, (lane, base)) in self.comparison.lanes.iter().zip(&bases).enumerate() {
            if lane.name != base.name {
                let name = lane.name.as_deref().unwrap_or_default();
                say(&format!("lanes.{n}.{NAME}"), encoded(name));
            }
            for it in settings::differences(base, lane) {
                let key = it.key.strip_prefix("lane.").unwrap_or(&it.key);
                say(&format!("lanes.{n}.{key}"), encoded(&it.to));
            }
        }
        if self.seed != SEED {
            say("seed", self.seed.to_string());
        }
        if let Some(at) = self.at {
            say(AT, time_text(at.since(Instant::ZERO).min(DAY)));
        }
        parts.extend(self.experiments.parts((self.preset, &self.comparison)));
        parts
    }
}
