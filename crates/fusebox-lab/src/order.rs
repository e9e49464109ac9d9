//! The order of layers: where a kind belongs, and what is lost if two are in the wrong order.

use fusebox::LayerKind;

/// Two layers in the wrong order, and the effect of that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Advice {
    /// The inner one.
    pub inner: LayerKind,
    /// The outer one.
    pub outer: LayerKind,
    /// Which of the two should be moved.
    pub moved: LayerKind,
    /// The effect, in a sentence or two.
    pub text: &'static str,
}

/// Each effect was observed in two worlds that differ only in the order, and a test checks it.
const WRONG: &[Advice] = &[
    Advice {
        inner: LayerKind::Retry,
        outer: LayerKind::Timeout,
        moved: LayerKind::Timeout,
        text: "The timeout is outside the retry: its limit covers all attempts together, so one that \
               hangs uses it up and is never tried again.",
    },
    Advice {
        inner: LayerKind::Breaker,
        outer: LayerKind::Retry,
        moved: LayerKind::Breaker,
        text: "The breaker is inside the retry: it counts attempts and not calls, so failures that a \
               retry makes good open it all the same.",
    },
    Advice {
        inner: LayerKind::Fallback,
        outer: LayerKind::Retry,
        moved: LayerKind::Fallback,
        text: "The fallback is inside the retry: it answers the first failure, so the retry sees none \
               and tries nothing again.",
    },
    Advice {
        inner: LayerKind::Fallback,
        outer: LayerKind::Breaker,
        moved: LayerKind::Fallback,
        text: "The fallback is inside the breaker: the breaker sees its answers and no failures, so \
               no failure ever opens it.",
    },
    Advice {
        inner: LayerKind::Fallback,
        outer: LayerKind::Throttle,
        moved: LayerKind::Fallback,
        text: "The fallback is inside the throttle: the throttle takes its answers for accepted \
               requests, so it holds hardly anything back.",
    },
    Advice {
        inner: LayerKind::Bulkhead,
        outer: LayerKind::Retry,
        moved: LayerKind::Bulkhead,
        text: "The bulkhead is inside the retry: a call gives its slot back before each wait and needs \
               another to try again. Where there is none, its failure ends as a refusal, which no \
               breaker counts.",
    },
];

/// From the innermost to the outermost: the usual order, with throttle and rate limiter beside the
/// breaker, since their rejections need a fallback as well.
const RANKS: [LayerKind; LayerKind::ALL.len()] = [
    LayerKind::Hedge,
    LayerKind::Timeout,
    LayerKind::Retry,
    LayerKind::Breaker,
    LayerKind::Throttle,
    LayerKind::RateLimiter,
    LayerKind::Fallback,
    LayerKind::Bulkhead,
];

/// The problems of this order of layers, innermost first; none for the usual order.
///
/// Leave out layers that are off.
///
/// ```
/// use fusebox::LayerKind;
/// use fusebox_lab::order::advice;
///
/// assert_eq!(advice(&LayerKind::USUAL), []);
/// let wrong = advice(&[LayerKind::Fallback, LayerKind::Breaker]);
/// assert!(wrong[0].text.contains("no failure ever opens it"));
/// ```
#[must_use]
pub fn advice(layers: &[LayerKind]) -> Vec<Advice> {
    let place = |kind| layers.iter().position(|&layer| layer == kind);
    let is_so = |rule: &&Advice| match (place(rule.inner), place(rule.outer)) {
        (Some(inner), Some(outer)) => inner < outer,
        _ => false,
    };
    WRONG.iter().filter(is_so).copied().collect()
}

impl Advice {
    /// The order with one of the two moved to the nearest position with the fewest problems.
    #[must_use]
    pub fn mend(&self, layers: &[LayerKind]) -> Vec<LayerKind> {
        let others = [self.inner, self.outer].into_iter().filter(|&kind| kind != self.moved);
        let kinds = [self.moved].into_iter().chain(others);
        let orders =
            kinds.filter_map(|kind| layers.iter().position(|&it| it == kind)).flat_map(|from| {
                (0..layers.len()).map(move |to| (to.abs_diff(from), moved(layers, from, to)))
            });
        let badness = |(distance, order): &(usize, Vec<LayerKind>)| {
            let wrong = advice(order);
            (wrong.contains(self), wrong.len(), *distance)
        };
        orders.min_by_key(badness).map_or_else(|| layers.to_vec(), |(_, order)| order)
    }
}

/// The order with the layer at one position moved to another.
///
/// # Panics
/// When there is no such position.
#[must_use]
pub fn moved(layers: &[LayerKind], from: usize, to: usize) -> Vec<LayerKind> {
    let mut order = layers.to_vec();
    let kind = order.remove(from);
    order.insert(to, kind);
    order
}

/// The order with an additional layer of this kind in its usual position: inside the first layer
/// that is usually outside it.
#[must_use]
pub fn with(layers: &[LayerKind], kind: LayerKind) -> Vec<LayerKind> {
    let rank = |kind| RANKS.iter().position(|&other| other == kind);
    let place = layers.iter().position(|&layer| rank(layer) > rank(kind));
    let mut order = layers.to_vec();
    order.insert(place.unwrap_or(layers.len()), kind);
    order
}
