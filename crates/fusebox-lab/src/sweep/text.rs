//! A sweep as one line of text, in the style of links.

use super::{Axis, Sweep, axis};
use crate::herd::{HerdPreset, MEASURES, Measure, PRESETS, Setup, Strategy, find};
use crate::link::{Notices, Parts, SEED, encoded, read_seed};
use crate::settings::{Problem, differences};
use std::fmt::Write as _;

/// The key of what somebody called the strategy.
const NAME: &str = "lane.name";

/// Settings are tried so often, as long as some of them apply only where others are set.
const PASSES: usize = 3;

impl Sweep {
    /// A sweep over these axes that starts from a preset, with full jitter and the time until the
    /// database keeps up.
    #[must_use]
    pub fn of(preset: &'static HerdPreset, x: Axis, y: Axis) -> Self {
        let setup = (preset.comparison)().setup;
        let measure = Measure::find("recovered_after").unwrap_or(&MEASURES[0]);
        Self { preset, setup, strategy: Strategy::default(), x, y, measure, seed: SEED }
    }

    /// The sweep that a text says: `preset=half-down&strategy=full&x=outage:1s..60s:20&y=capacity_lost:50%,90%
    /// &measure=recovered_after&seed=7`, with any setting of the herd and of the lane besides, as in
    /// `clients=500&lane.retry.base=2s`.
    ///
    /// # Errors
    /// With all that is wrong with it, as far as it is worth telling.
    pub fn read(text: &str) -> Result<Self, Vec<Problem>> {
        let mut notices = Notices::default();
        let mut parts = Parts::of(text, &mut notices);
        if !parts.view.is_empty() {
            notices.say("the sweep", "must be parts such as x=outage:1s,5s with & between them");
        }
        let names: Vec<_> = PRESETS.iter().map(|preset| preset.name).collect();
        let preset = parts.word("preset", &mut notices, &names, find).unwrap_or(&PRESETS[0]);
        let measures: Vec<_> = MEASURES.iter().map(|measure| measure.name).collect();
        let measure = parts.word("measure", &mut notices, &measures, Measure::find);
        let accepts = "a strategy such as full or full-budget-shared";
        let strategy = parts.read("strategy", &mut notices, accepts, Strategy::of);
        let seed = read_seed(&mut parts, &mut notices);
        let mut axis = |name: &str| {
            let text = parts.take(name).unwrap_or_default();
            Axis::read(name, &text).map_err(|problem| notices.add(problem)).ok()
        };
        let (x, y) = (axis("x"), axis("y"));
        if let (Some(x), Some(y)) = (&x, &y)
            && x.key() == y.key()
        {
            notices.say("y", format!("is {}, but must be another setting than x", y.key()));
        }
        let mut setup = (preset.comparison)().setup;
        let mut strategy = strategy.unwrap_or_default();
        set_all(&mut setup, &mut strategy, parts.rest(), &mut notices);
        let problems = notices.into_vec();
        match (x, y) {
            (Some(x), Some(y)) if problems.is_empty() => {
                let sweep = Self::of(preset, x, y);
                let (measure, seed) = (measure.unwrap_or(sweep.measure), seed.unwrap_or(SEED));
                Ok(Self { setup, strategy, measure, seed, ..sweep })
            }
            _ => Err(problems),
        }
    }

    /// Changes a setting of what all cells have in common: `clients`, `lane.retry.base`.
    ///
    /// # Errors
    /// When there is no such setting, the text is not what it may be, or it does not apply.
    pub fn set(&mut self, key: &str, text: &str) -> Result<(), Problem> {
        set(&mut self.setup, &mut self.strategy, key, text)
    }

    /// The text that [`Sweep::read`] reads as this sweep; two that are the same are written the same.
    #[must_use]
    pub fn write(&self) -> String {
        let mut text = String::new();
        let mut say = |key: &str, value: &str| {
            let and = if text.is_empty() { "" } else { "&" };
            // A `String` takes all that is written to it.
            let _ = write!(text, "{and}{key}={}", encoded(value));
        };
        say("preset", self.preset.name);
        let base = (self.preset.comparison)().setup;
        for it in differences(&base, &self.setup) {
            say(it.key.strip_prefix("herd.").unwrap_or(&it.key), &it.to);
        }
        say("strategy", &self.strategy.word());
        if let Some(name) = &self.strategy.name {
            say(NAME, name);
        }
        let plain = Strategy::of(&self.strategy.word()).unwrap_or_default();
        for it in differences(&plain, &self.strategy) {
            say(&it.key, &it.to);
        }
        say("x", &self.x.write());
        say("y", &self.y.write());
        say("measure", self.measure.name);
        say("seed", &self.seed.to_string());
        text
    }
}

fn set(setup: &mut Setup, strategy: &mut Strategy, key: &str, text: &str) -> Result<(), Problem> {
    if key == NAME {
        strategy.rename(text);
        return Ok(());
    }
    axis::set(setup, strategy, key, text)
}

fn set_all(
    setup: &mut Setup,
    strategy: &mut Strategy,
    mut given: Vec<(String, String)>,
    notices: &mut Notices,
) {
    // Which settings there are depends on others, which may come later.
    for _ in 0..PASSES {
        given.retain(|(key, text)| set(setup, strategy, key, text).is_err());
    }
    notices.extend(given.iter().filter_map(|(key, text)| set(setup, strategy, key, text).err()));
}
