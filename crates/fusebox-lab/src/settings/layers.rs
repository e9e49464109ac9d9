//! The kinds of layers, and the settings of each.

use super::breaker::BREAKER;
use super::kind::{Kind, Value};
use super::parts::RATE_LIMIT;
use super::policies::{BULKHEAD, FALLBACK, HEDGE, RETRY, THROTTLE, TIMEOUT};
use super::table::Item;
use super::view::Part;
use fusebox::{LayerConfig, LayerKind};
use fusebox_sim::ClientsConfig;

/// The words for [`LayerKind::ALL`], in its order.
pub(crate) const LAYERS: &[&str] =
    &["timeout", "retry", "breaker", "fallback", "bulkhead", "throttle", "rate_limiter", "hedge"];

/// A list of layers, each once.
pub(super) const SOME_LAYERS: Kind =
    Kind::List { of: LAYERS, min: 0, max: LAYERS.len(), repeats: false };

/// The word for a layer in keys and lists: `breaker`.
#[must_use]
pub fn layer_word(kind: LayerKind) -> &'static str {
    LAYERS[kind as usize]
}

/// The name of a layer in a sentence: `rate limiter`.
#[must_use]
pub fn layer_name(kind: LayerKind) -> String {
    layer_word(kind).replace('_', " ")
}

/// The name of a layer, as the label of its settings: `Circuit breaker`.
#[must_use]
pub fn layer_label(kind: LayerKind) -> &'static str {
    let layers = layers::<ClientsConfig>();
    let word = layer_word(kind);
    layers.iter().find(|item| item.spec.key == word).map_or(word, |item| item.spec.label)
}

/// The layer with a word.
pub(super) fn layer_of(word: &str) -> Option<LayerKind> {
    LayerKind::ALL.into_iter().find(|kind| layer_word(*kind) == word)
}

/// A config that has a list of layers.
pub(super) trait HasLayers: 'static {
    fn layers(&mut self) -> &mut Vec<LayerConfig>;
}

/// The settings of one kind of layer.
macro_rules! layer {
    ($word:literal, $kind:ident, $table:ident) => {
        Item::part(
            $word,
            &Part::One(
                |it: &mut T| {
                    it.layers().iter_mut().find_map(|layer| match layer {
                        LayerConfig::$kind(config) => Some(config),
                        _ => None,
                    })
                },
                $table,
            ),
        )
        .when("layers", &[$word])
    };
}

/// The list of layers, and the settings of each kind.
pub(super) const fn layers<T: HasLayers>() -> [Item<T>; 9] {
    [
        Item::any(
            "layers",
            SOME_LAYERS,
            |it: &mut T| {
                Some(Value::List(it.layers().iter().map(|it| layer_word(it.kind())).collect()))
            },
            set_layers,
        )
        .label("Layers")
        .help("The layers, innermost first; a new one has its defaults."),
        layer!("timeout", Timeout, TIMEOUT)
            .label("Timeout")
            .help("Limit the time of a connection, an attempt and a call."),
        layer!("retry", Retry, RETRY)
            .label("Retry")
            .help("Try a failed attempt again after a delay."),
        layer!("breaker", Breaker, BREAKER)
            .label("Circuit breaker")
            .help("Stop calling while many calls fail."),
        layer!("fallback", Fallback, FALLBACK)
            .label("Fallback")
            .help("Answer in place of a dependency that cannot answer."),
        layer!("bulkhead", Bulkhead, BULKHEAD).label("Bulkhead").help("Limit the calls in flight."),
        layer!("throttle", Throttle, THROTTLE)
            .label("Throttle")
            .help("Turn calls away while the dependency refuses many."),
        layer!("rate_limiter", RateLimiter, RATE_LIMIT)
            .label("Rate limiter")
            .help("Send no more calls than this rate."),
        layer!("hedge", Hedge, HEDGE)
            .label("Hedge")
            .help("Send a second attempt beside one that is slow to answer."),
    ]
}

fn set_layers<T: HasLayers>(of: &mut T, value: &Value) {
    let layers = of.layers();
    let layer = |kind: LayerKind| {
        let there = layers.iter().find(|layer| layer.kind() == kind).copied();
        there.unwrap_or_else(|| kind.default_config())
    };
    *layers = value.list().iter().filter_map(|word| layer_of(word)).map(layer).collect();
}
