//! Which layers there are, and the settings of each.

use super::breaker::BREAKER;
use super::kind::{Kind, Value};
use super::object::Sometimes;
use super::parts::RATE_LIMIT;
use super::policies::{BULKHEAD, FALLBACK, HEDGE, RETRY, THROTTLE, TIMEOUT};
use super::table::{Access, Item, setting};
use fusebox::{LayerConfig, LayerKind};
use fusebox_sim::ClientsConfig;

/// The words for [`LayerKind::ALL`], in its order.
pub(super) const LAYERS: &[&str] =
    &["timeout", "retry", "breaker", "fallback", "bulkhead", "throttle", "rate_limiter", "hedge"];

/// A list of layers, each once.
pub(super) const SOME_LAYERS: Kind =
    Kind::List { of: LAYERS, min: 0, max: LAYERS.len(), repeats: false };

/// The word for a layer in keys and lists: `breaker`.
#[must_use]
pub fn layer_word(kind: LayerKind) -> &'static str {
    LAYERS[kind as usize]
}

/// The name of a layer, as the label of its settings: `Circuit breaker`.
#[must_use]
pub fn layer_label(kind: LayerKind) -> &'static str {
    let layers = layers::<ClientsConfig>();
    let word = layer_word(kind);
    layers.iter().find(|item| item.spec.key == word).map_or(word, |item| item.spec.label)
}

/// The layer that a word is for.
pub(super) fn layer_of(word: &str) -> Option<LayerKind> {
    LayerKind::ALL.into_iter().find(|kind| layer_word(*kind) == word)
}

/// A config that has a list of layers.
pub(super) trait HasLayers: 'static {
    fn layers(&mut self) -> &mut Vec<LayerConfig>;
    fn layers_ref(&self) -> &[LayerConfig];
}

/// The settings of one kind of layer.
macro_rules! layer {
    ($word:literal, $kind:ident, $table:ident, $label:literal, $help:literal) => {
        setting(
            $word,
            $label,
            $help,
            Kind::Part,
            Access::Inner {
                optional: false,
                inner: &Sometimes {
                    place: |of: &mut T| {
                        of.layers().iter_mut().find_map(|layer| match layer {
                            LayerConfig::$kind(config) => Some(config),
                            _ => None,
                        })
                    },
                    table: $table,
                },
            },
        )
        .when("layers", &[$word])
    };
}

/// Which layers there are, and the settings of each.
pub(super) const fn layers<T: HasLayers>() -> [Item<T>; 9] {
    [
        setting(
            "layers",
            "Layers",
            "The layers, innermost first; one that is named here for the first time has its defaults.",
            SOME_LAYERS,
            Access::Any {
                optional: false,
                read: |of| {
                    let words = of.layers_ref().iter().map(|layer| layer_word(layer.kind()));
                    Some(Value::List(words.collect()))
                },
                write: set_layers,
            },
        ),
        layer!(
            "timeout",
            Timeout,
            TIMEOUT,
            "Timeout",
            "Limits of time, so that nobody waits for ever."
        ),
        layer!("retry", Retry, RETRY, "Retry", "Whether a failed attempt is made again, and when."),
        layer!(
            "breaker",
            Breaker,
            BREAKER,
            "Circuit breaker",
            "When to stop calling, and how to try again."
        ),
        layer!(
            "fallback",
            Fallback,
            FALLBACK,
            "Fallback",
            "What to answer when the dependency cannot."
        ),
        layer!(
            "bulkhead",
            Bulkhead,
            BULKHEAD,
            "Bulkhead",
            "How many calls there may be at the same time."
        ),
        layer!(
            "throttle",
            Throttle,
            THROTTLE,
            "Throttle",
            "Turns calls away where too many are refused."
        ),
        layer!(
            "rate_limiter",
            RateLimiter,
            RATE_LIMIT,
            "Rate limiter",
            "Send no more calls than this rate."
        ),
        layer!(
            "hedge",
            Hedge,
            HEDGE,
            "Hedge",
            "Send a second attempt beside one that is slow to answer."
        ),
    ]
}

fn set_layers<T: HasLayers>(of: &mut T, value: &Value) {
    let Value::List(words) = value else { return };
    let layers = of.layers();
    let layer = |kind: LayerKind| {
        let there = layers.iter().find(|layer| layer.kind() == kind).copied();
        there.unwrap_or_else(|| kind.default_config())
    };
    *layers = words.iter().filter_map(|word| layer_of(word)).map(layer).collect();
}
