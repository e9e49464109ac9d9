//! The layers of a stack and their settings, beside those of the preset.

use fusebox::{LayerConfig, LayerKind};
use fusebox_lab::settings::{self, Setting, layer_word};
use fusebox_sim::{Dependency, Scenario};
use std::rc::Rc;

/// The stack around a dependency, or that of the clients where there is no service.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct StackSettings {
    /// What the keys of its settings begin with: `postgres`.
    pub(super) key: String,
    /// Innermost first.
    pub(super) layers: Vec<LayerConfig>,
    /// Their settings, layer by layer.
    pub(super) settings: Vec<LayerSettings>,
    /// The order in the preset.
    pub(super) preset: Vec<LayerKind>,
    /// What would have to be set to have the preset's stack again, in this order.
    pub(super) changes: Vec<(String, String)>,
    /// Whether a service calls it, whose layers can be switched while it runs.
    pub(super) has_service: bool,
}

/// The settings of one layer that apply now.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct LayerSettings {
    /// Those that are always to be seen.
    pub(super) main: Vec<LayerSetting>,
    /// All others.
    pub(super) rest: Vec<LayerSetting>,
}

/// A setting, and what it is in the preset.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct LayerSetting {
    pub(super) setting: Rc<Setting>,
    pub(super) preset: Option<Rc<str>>,
}

impl StackSettings {
    pub(super) fn of(scenario: &Scenario, preset: &Scenario, on: Dependency) -> Self {
        let (key, layers) = layers(scenario, on);
        let (settings, before) = (settings::all(scenario), settings::all(preset));
        let of_layers =
            layers.iter().map(|layer| LayerSettings::of(&key, layer, &settings, &before));
        let (_, preset_layers) = self::layers(preset, on);
        Self {
            settings: of_layers.collect(),
            preset: kinds(preset_layers),
            changes: changes(scenario, &settings, &before, &key),
            has_service: scenario.service.is_some(),
            layers: layers.to_vec(),
            key,
        }
    }

    /// The kinds of its layers, innermost first.
    pub(super) fn kinds(&self) -> Vec<LayerKind> {
        kinds(&self.layers)
    }

    /// The layer of this kind and its settings.
    pub(super) fn layer(&self, kind: LayerKind) -> Option<(&LayerConfig, &LayerSettings)> {
        self.layers.iter().zip(&self.settings).find(|(layer, _)| layer.kind() == kind)
    }

    /// The change that gives its layers this order, or leaves some out, or adds some.
    pub(super) fn reorder(&self, order: &[LayerKind]) -> (String, String) {
        let words: Vec<&str> = order.iter().map(|&kind| layer_word(kind)).collect();
        (format!("{}.layers", self.key), words.join(","))
    }
}

impl LayerSettings {
    fn of(key: &str, layer: &LayerConfig, settings: &[Setting], before: &[Setting]) -> Self {
        let prefix = format!("{key}.{}.", layer_word(layer.kind()));
        let applies =
            settings.iter().filter(|it| it.key.starts_with(&prefix) && it.value.is_some());
        let setting = |setting: &Setting| LayerSetting {
            preset: value(before, &setting.key).map(Rc::from),
            setting: Rc::new(setting.clone()),
        };
        let main = main(layer);
        let (main, rest) = applies.map(setting).partition(|it| main.contains(&it.setting.spec.key));
        Self { main, rest }
    }

    /// How many differ from the preset.
    pub(super) fn changed(&self) -> usize {
        self.main.iter().chain(&self.rest).filter(|setting| setting.is_changed()).count()
    }
}

impl LayerSetting {
    fn is_changed(&self) -> bool {
        self.preset.is_some() && self.preset.as_deref() != self.setting.value.as_deref()
    }
}

/// The beginning of the keys of a stack, and its layers.
fn layers(scenario: &Scenario, on: Dependency) -> (String, &[LayerConfig]) {
    if scenario.service.is_some() {
        (on.name().to_owned(), &scenario.dependencies[on].layers)
    } else {
        // Where there are several groups of clients, the first stands for them.
        ("clients.0".to_owned(), scenario.clients.first().map_or(&[], |group| &group.layers))
    }
}

fn kinds(layers: &[LayerConfig]) -> Vec<LayerKind> {
    layers.iter().map(LayerConfig::kind).collect()
}

/// The settings by which a layer is known: for a breaker the rule that it has, and the cooldown.
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

/// What a setting is among these.
fn value<'a>(settings: &'a [Setting], key: &str) -> Option<&'a str> {
    settings.iter().find(|setting| setting.key == key)?.value.as_deref()
}

/// What makes the stack with this key that of the preset, setting by setting.
fn changes(
    scenario: &Scenario,
    settings: &[Setting],
    before: &[Setting],
    key: &str,
) -> Vec<(String, String)> {
    let layers = format!("{key}.layers");
    let of_layers = LayerKind::ALL.map(|kind| format!("{key}.{}.", layer_word(kind)));
    let mut working = scenario.clone();
    let mut changes = Vec::new();
    for setting in before {
        let key = &setting.key;
        let is_here = *key == layers || of_layers.iter().any(|prefix| key.starts_with(prefix));
        let Some(old) = setting.value.as_deref().filter(|_| is_here) else { continue };
        // A setting that is made anew may have changed others, which are as they are then.
        let differs = value(settings, key) != Some(old) || !changes.is_empty();
        if differs
            && settings::get(&working, key).as_deref() != Some(old)
            && settings::set(&mut working, key, old).is_ok()
        {
            changes.push((key.clone(), old.to_owned()));
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox_lab::presets;

    const ON: Dependency = Dependency::Postgres;

    #[test]
    fn the_preset_itself_has_no_changes_and_each_layer_has_something_in_the_open() {
        for preset in presets::ALL {
            let scenario = (preset.scenario)();
            let place = StackSettings::of(&scenario, &scenario, ON);
            assert_eq!(place.changes, [], "{}", preset.name);
            assert_eq!(place.layers.len(), place.settings.len());
            for (layer, settings) in place.layers.iter().zip(&place.settings) {
                assert!(!settings.main.is_empty(), "{} {:?}", preset.name, layer.kind());
                assert_eq!(settings.changed(), 0);
            }
        }
    }

    #[test]
    fn the_changes_lead_back_to_the_preset() {
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
        for (key, text) in StackSettings::of(&scenario, &preset, ON).changes {
            settings::set(&mut scenario, &key, &text).unwrap();
        }
        assert_eq!(scenario, preset);
    }

    #[test]
    fn a_new_order_is_one_setting() {
        let mut scenario = Scenario::search_service();
        let place = StackSettings::of(&scenario, &scenario, ON);
        let mut order = place.kinds();
        order.reverse();
        let (key, text) = place.reorder(&order);
        settings::set(&mut scenario, &key, &text).unwrap();
        assert_eq!(StackSettings::of(&scenario, &scenario, ON).kinds(), order);
    }
}
