//! A sweep as the user enters it in a form or a link: its axes are texts, which need not be valid
//! yet.

use super::Sweep;
use super::axis::{Axis, OF_LANE, plain};
use super::presets::SweepPreset;
use crate::herd::{Comparison, HerdPreset, Measure, PRESETS, Setup, Strategy, find};
use crate::link::{Notices, Parts, SEED, encoded, read_seed};
use crate::settings::{self, Kind, Problem, Setting};

/// The key of the name of the strategy.
const NAME: &str = "lane.name";

/// The default settings of the axes.
const USUAL: [&str; 2] = ["outage", "capacity"];

/// The user's input for a sweep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SweepForm {
    /// The sweep that it starts from; none for the lanes of a comparison.
    pub start: Option<&'static SweepPreset>,
    /// The comparison whose setup it starts from.
    pub preset: &'static HerdPreset,
    /// The setup of all cells, except for the settings of the axes.
    pub setup: Setup,
    /// The strategy, except for those settings.
    pub strategy: Strategy,
    /// The columns, as [`Axis::read`] reads them.
    pub x: String,
    /// The rows.
    pub y: String,
    /// The measure.
    pub measure: &'static Measure,
}

impl SweepForm {
    /// A preset with full jitter, and without axes.
    fn of(preset: &'static HerdPreset) -> Self {
        Self {
            start: None,
            preset,
            setup: (preset.comparison)().setup,
            strategy: Strategy::default(),
            x: String::new(),
            y: String::new(),
            measure: Measure::usual(),
        }
    }

    /// The first lane of a comparison, with the default axes.
    #[must_use]
    pub fn of_lanes(preset: &'static HerdPreset, comparison: &Comparison) -> Self {
        let strategy = comparison.lanes.first().cloned().unwrap_or_default();
        let mut form = Self { setup: comparison.setup, strategy, ..Self::of(preset) };
        form.fit();
        form
    }

    /// Replaces axes that this setup and strategy do not have with default ones.
    pub fn fit(&mut self) {
        let known = self.settings();
        let find = |key: &str| known.iter().find(|it| plain(&it.key) == key);
        let mut other = key_of(&self.y).to_string();
        for axis in [&mut self.x, &mut self.y] {
            if find(key_of(axis)).is_none() {
                let usual = USUAL.into_iter().filter(|key| *key != other).find_map(find);
                *axis = usual.map_or_else(String::new, Axis::around);
            }
            other = key_of(axis).to_string();
        }
    }

    /// The settings that an axis can have.
    #[must_use]
    pub fn settings(&self) -> Vec<Setting> {
        let mut all = settings::all(&self.setup);
        all.extend(settings::all(&self.strategy));
        all.retain(|it| {
            let can_be = match it.spec.kind {
                Kind::Time { .. } | Kind::Number { .. } | Kind::Choice(_) | Kind::Flag => true,
                Kind::Part => it.spec.optional,
                Kind::List { .. }
                | Kind::Rate
                | Kind::Change
                | Kind::Parts { .. }
                | Kind::Schedule { .. } => false,
            };
            can_be && it.value.is_some()
        });
        all
    }

    /// The sweep of this input.
    ///
    /// # Errors
    /// With the problems of the axes, which are called `x` and `y`.
    pub fn sweep(&self, seed: u64) -> Result<Sweep, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut read =
            |name, text: &str| Axis::read(name, text).map_err(|it| problems.push(it)).ok();
        let axes = (read("x", &self.x), read("y", &self.y));
        let (Some(x), Some(y)) = axes else { return Err(problems) };
        if x.key == y.key {
            let what = format!("is {}, but must differ from x", y.key);
            return Err(vec![Problem::new("y", what)]);
        }
        let Self { preset, setup, measure, .. } = *self;
        Ok(Sweep { preset, setup, strategy: self.strategy.clone(), x, y, measure, seed })
    }

    /// Reads a text in the style of links, like [`Sweep::read`].
    pub(super) fn read(text: &str, notices: &mut Notices) -> (Self, u64) {
        let mut parts = Parts::of(text, notices);
        if !parts.view.is_empty() {
            notices.say("the sweep", "must be parts such as x=outage:1s,5s with & between them");
        }
        let names: Vec<_> = PRESETS.iter().map(|preset| preset.name).collect();
        let preset = parts.word("preset", notices, &names, find).unwrap_or(&PRESETS[0]);
        let mut form = Self::of(preset);
        let seed = read_seed(&mut parts, notices).unwrap_or(SEED);
        form.take(&mut parts, "", notices);
        let mut axis = |name| parts.take(name).unwrap_or_default();
        (form.x, form.y) = (axis("x"), axis("y"));
        notices.extend(form.set_all(parts.rest()));
        (form, seed)
    }

    /// Takes the measure and the strategy from the parts of a link whose keys have this prefix.
    pub(crate) fn take(&mut self, parts: &mut Parts<'_>, prefix: &str, notices: &mut Notices) {
        let measure = parts.measure(&format!("{prefix}measure"), notices);
        self.measure = measure.unwrap_or(self.measure);
        let accepts = "a strategy such as full or full-budget-shared";
        let strategy = format!("{prefix}strategy");
        if let Some(strategy) = parts.read(&strategy, notices, accepts, Strategy::of) {
            self.strategy = strategy;
        }
    }

    /// Changes as many of these common settings as possible, as [`Sweep::set_all`] does.
    pub(crate) fn set_all(&mut self, given: Vec<(String, String)>) -> Vec<Problem> {
        set_in_common(&mut self.setup, &mut self.strategy, given)
    }
}

impl SweepPreset {
    /// The sweep.
    ///
    /// # Panics
    /// Never: a test reads all presets.
    #[must_use]
    pub fn sweep(&'static self) -> Sweep {
        self.form().sweep(SEED).expect("a preset can be read")
    }

    /// The sweep as input of a form.
    #[must_use]
    pub fn form(&'static self) -> SweepForm {
        let (form, _) = SweepForm::read(self.text, &mut Notices::default());
        SweepForm { start: Some(self), ..form }
    }
}

/// The key of an axis given as text.
#[must_use]
pub fn key_of(axis: &str) -> &str {
    axis.split_once(':').map_or(axis, |(key, _)| key)
}

/// Changes settings, and the name of the strategy; returns the problems.
pub(super) fn set_in_common(
    setup: &mut Setup,
    strategy: &mut Strategy,
    given: Vec<(String, String)>,
) -> Vec<Problem> {
    let (own, common): (Vec<_>, Vec<_>) =
        given.into_iter().partition(|(key, _)| key.starts_with(OF_LANE));
    let (names, own): (Vec<_>, Vec<_>) = own.into_iter().partition(|(key, _)| key == NAME);
    for (_, name) in &names {
        strategy.rename(name);
    }
    let mut problems = settings::set_all(setup, &common);
    problems.extend(settings::set_all(strategy, &own));
    problems
}

/// A strategy in the parts of a link: its word, its name, and its settings.
pub(crate) fn strategy_parts(strategy: &Strategy) -> Vec<(String, String)> {
    let word = strategy.word();
    let plain = Strategy::of(&word).unwrap_or_default();
    let mut parts = vec![("strategy".to_string(), word)];
    parts.extend(strategy.name.as_ref().map(|name| (NAME.to_string(), encoded(name))));
    let settings = settings::differences(&plain, strategy).into_iter();
    parts.extend(settings.map(|it| (it.key, encoded(&it.to))));
    parts
}
