//! The layers of a stack and their settings, compared with those of the preset.

use crate::playground::session::{Change, Session};
use fusebox::{LayerConfig, LayerKind};
use fusebox_lab::settings::{self, Setting, layer_word};
use fusebox_sim::{Dependency, Scenario};
use std::rc::Rc;

/// The stack around a dependency, or that of the clients if there is no service.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct StackSettings {
    /// The start of its settings' keys: `postgres`.
    key: String,
    /// Innermost first.
    pub(super) layers: Vec<Layer>,
    /// Whether the order differs from the preset.
    pub(super) is_reordered: bool,
    /// Whether a service calls the dependency; its layers can be switched during the run.
    pub(super) has_service: bool,
}

/// A layer and its settings that apply now.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Layer {
    pub(super) config: LayerConfig,
    /// The settings that are always visible.
    pub(super) main: Vec<LayerSetting>,
    /// All other settings.
    pub(super) rest: Vec<LayerSetting>,
}

/// A setting, and its value in the preset.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct LayerSetting {
    pub(super) setting: Rc<Setting>,
    pub(super) preset: Option<Rc<str>>,
}

impl StackSettings {
    /// The stack with the settings of this scenario.
    pub(super) fn of(Session { world, on, .. }: &Session, scenario: &Scenario) -> Self {
        let (preset, on) = (&world.base, *on);
        let has_service = scenario.service.is_some();
        // If there are several groups of clients, the first one represents them.
        let key = if has_service { on.name() } else { "clients.0" };
        let before = settings::all(&**preset);
        let before =
            |key: &str| before.iter().find(|it| it.key == key)?.value.as_deref().map(Rc::from);
        let settings = settings::all(scenario).into_iter().filter(|it| it.value.is_some());
        let settings: Vec<LayerSetting> = settings
            .map(|it| LayerSetting { preset: before(&it.key), setting: Rc::new(it) })
            .collect();
        let kinds =
            |layers: &[LayerConfig]| layers.iter().map(LayerConfig::kind).collect::<Vec<_>>();
        let configs = layers(&mut Scenario::clone(scenario), on).clone();
        Self {
            is_reordered: kinds(&configs) != kinds(layers(&mut Scenario::clone(preset), on)),
            layers: configs.into_iter().map(|config| Layer::of(config, key, &settings)).collect(),
            has_service,
            key: key.to_owned(),
        }
    }

    /// The kinds of its layers, innermost first.
    pub(super) fn kinds(&self) -> Vec<LayerKind> {
        self.layers.iter().map(|layer| layer.config.kind()).collect()
    }

    pub(super) fn layer(&self, kind: LayerKind) -> Option<&Layer> {
        self.layers.iter().find(|layer| layer.config.kind() == kind)
    }

    /// The number of differences from the preset; the order counts as one.
    pub(super) fn changed(&self) -> usize {
        let settings = self.layers.iter().map(Layer::changed).sum::<usize>();
        settings + usize::from(self.is_reordered)
    }

    /// The change that gives the stack these layers in this order.
    pub(super) fn reorder(&self, order: &[LayerKind]) -> (String, String) {
        let words: Vec<&str> = order.iter().map(|&kind| layer_word(kind)).collect();
        (format!("{}.layers", self.key), words.join(","))
    }
}

impl Layer {
    fn of(config: LayerConfig, key: &str, settings: &[LayerSetting]) -> Self {
        let prefix = format!("{key}.{}.", layer_word(config.kind()));
        let settings = settings.iter().filter(|it| it.setting.key.starts_with(&prefix)).cloned();
        let names = main(&config);
        let (main, rest) = settings.partition(|it| names.contains(&it.setting.spec.key));
        Self { config, main, rest }
    }

    /// The number of settings that differ from the preset.
    pub(super) fn changed(&self) -> usize {
        let settings = self.main.iter().chain(&self.rest);
        let differs = |it: &&LayerSetting| {
            it.preset.is_some() && it.preset.as_deref() != it.setting.value.as_deref()
        };
        settings.filter(differs).count()
    }
}

/// The changes of this scenario that restore the stack of the preset.
pub(super) fn restored(Session { world, on, .. }: &Session, scenario: &Scenario) -> Vec<Change> {
    let mut preset = scenario.clone();
    layers(&mut preset, *on).clone_from(layers(&mut Scenario::clone(&world.base), *on));
    let differences = settings::differences(scenario, &preset);
    differences.into_iter().map(|difference| (difference.key, difference.to)).collect()
}

/// The layers around a dependency, or those of the clients if there is no service.
fn layers(scenario: &mut Scenario, on: Dependency) -> &mut Vec<LayerConfig> {
    match scenario.clients.first_mut() {
        Some(group) if scenario.service.is_none() => &mut group.layers,
        _ => &mut scenario.dependencies[on].layers,
    }
}

/// The main settings of a layer: for a breaker its rule and the cooldown.
const fn main(layer: &LayerConfig) -> &'static [&'static str] {
    match layer {
        LayerConfig::Timeout(_) => &["attempt"],
        LayerConfig::Retry(_) => &["max_attempts"],
        LayerConfig::Breaker(breaker) if breaker.failures.is_some() => &["failures", "cooldown"],
        LayerConfig::Breaker(breaker) if breaker.failure_rate.is_some() => {
            &["failure_rate", "cooldown"]
        }
        LayerConfig::Breaker(breaker) if breaker.slow_rate.is_some() => &["slow_rate", "cooldown"],
        LayerConfig::Breaker(_) => &["overdue_calls", "cooldown"],
        LayerConfig::Fallback(_) => &["max_stale_age"],
        LayerConfig::Bulkhead(_) => &["max_concurrent"],
        LayerConfig::Throttle(_) => &["k"],
        LayerConfig::RateLimiter(_) => &["permits"],
        LayerConfig::Hedge(_) => &["delay"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox_lab::presets;

    fn session(preset: &Scenario, scenario: &Scenario) -> Session {
        let mut session = Session::default();
        session.world.base = Rc::new(preset.clone());
        session.world.plan.scenario = Rc::new(scenario.clone());
        session
    }

    #[test]
    fn the_preset_itself_has_no_changes_and_each_layer_has_something_in_the_open() {
        for preset in presets::ALL {
            let scenario = (preset.scenario)();
            let place = StackSettings::of(&session(&scenario, &scenario), &scenario);
            assert_eq!(place.changed(), 0, "{}", preset.name);
            for layer in &place.layers {
                assert!(!layer.main.is_empty(), "{} {:?}", preset.name, layer.config.kind());
            }
        }
    }

    #[test]
    fn a_changed_stack_leads_back_to_the_preset() {
        let preset = Scenario::search_service();
        let mut scenario = preset.clone();
        for (key, text) in [
            ("postgres.breaker.cooldown", "5s"),
            ("postgres.layers", "throttle,timeout,breaker,fallback"),
            ("postgres.breaker.window", "consecutive"),
            ("postgres.fallback.otherwise", "default"),
        ] {
            settings::set(&mut scenario, key, text).unwrap();
        }
        assert!(StackSettings::of(&session(&preset, &scenario), &scenario).changed() >= 3);
        for (key, text) in restored(&session(&preset, &scenario), &scenario.clone()) {
            settings::set(&mut scenario, &key, &text).unwrap();
        }
        assert_eq!(scenario, preset);
    }

    #[test]
    fn a_new_order_is_one_setting() {
        let mut scenario = Scenario::search_service();
        let place = StackSettings::of(&session(&scenario, &scenario), &scenario);
        let mut order = place.kinds();
        order.reverse();
        let (key, text) = place.reorder(&order);
        settings::set(&mut scenario, &key, &text).unwrap();
        assert_eq!(StackSettings::of(&session(&scenario, &scenario), &scenario).kinds(), order);
    }
}
