//! The nearest settings that a target can express, where it cannot express ours; and settings without
//! effect, which are no differences.

use crate::others::NearestRate;
use fusebox::time::Duration;
use fusebox::{
    BackoffConfig, BreakerConfig, BulkheadConfig, Growth, Jitter, LayerConfig, RetryConfig,
    TimeoutConfig, Window,
};
use fusebox_sim::DependencyConfig;

/// The settings of one kind of layer, to be changed or, by a second name, to be read.
macro_rules! layer {
    ($name:ident, $kind:ident, $Config:ident, $read:ident) => {
        layer!($name, $kind, $Config);
        #[doc = concat!("The settings of the ", stringify!($name), " around a dependency, if there is one.")]
        pub(super) fn $read(config: &DependencyConfig) -> Option<&$Config> {
            config.layers.iter().find_map(|layer| match layer {
                LayerConfig::$kind(config) => Some(config),
                _ => None,
            })
        }
    };
    ($name:ident, $kind:ident, $Config:ident) => {
        #[doc = concat!("The settings of the ", stringify!($name), ", if there is one.")]
        pub(super) fn $name(layers: &mut [LayerConfig]) -> Option<&mut $Config> {
            layers.iter_mut().find_map(|layer| match layer {
                LayerConfig::$kind(config) => Some(config),
                _ => None,
            })
        }
    };
}

layer!(breaker, Breaker, BreakerConfig, breaker_of);
layer!(retry, Retry, RetryConfig, retry_of);
layer!(timeout, Timeout, TimeoutConfig);
layer!(bulkhead, Bulkhead, BulkheadConfig);

/// A breaker with a rule on the share of failures in place of one on their number: see [`NearestRate`].
pub(super) fn with_rate(breaker: &mut BreakerConfig) {
    if breaker.failure_rate.is_none() || breaker.failures.is_some() {
        let NearestRate { rate, min_calls } = NearestRate::of(breaker, &mut Vec::new());
        if breaker.window == Window::Consecutive {
            breaker.window = Window::Count(min_calls.min(*Window::CALLS.end()));
        }
        breaker.failures = None;
        breaker.failure_rate = Some(rate);
        breaker.min_calls = min_calls;
    }
    if let Window::Count(calls) = breaker.window {
        breaker.min_calls = breaker.min_calls.min(calls);
    }
}

/// A breaker with a window by time in place of one by number.
pub(super) fn with_time(breaker: &mut BreakerConfig) {
    if let Window::Count(_) = breaker.window {
        breaker.window = Window::Time(Duration::from_secs(10));
    }
}

/// A breaker that counts failures in a row.
pub(super) fn in_a_row(breaker: &mut BreakerConfig) {
    let failures = breaker.failures.or(BreakerConfig::default().failures);
    breaker.window = Window::Consecutive;
    (breaker.failure_rate, breaker.slow_rate, breaker.overdue) = (None, None, None);
    breaker.failures = failures;
}

/// Copies what has no effect on both sides from one to the other, so that it is no difference.
pub(super) fn without_idle_settings(here: &mut [LayerConfig], there: &mut [LayerConfig]) {
    if let (Some(here), Some(there)) = (breaker(here), breaker(there)) {
        idle_backoff(&here.cooldown, &mut there.cooldown);
        let has_rate = |it: &BreakerConfig| it.failure_rate.is_some() || it.slow_rate.is_some();
        if !has_rate(here) && !has_rate(there) {
            there.min_calls = here.min_calls;
        }
    }
    if let (Some(here), Some(there)) = (retry(here), retry(there)) {
        idle_backoff(&here.backoff, &mut there.backoff);
        if (here.attempts, there.attempts) == (1, 1) {
            *there = *here;
        }
    }
    if let (Some(here), Some(there)) = (bulkhead(here), bulkhead(there)) {
        let has_queue = |it: &BulkheadConfig| it.queue > 0 && it.max_wait > Duration::ZERO;
        if !has_queue(here) && !has_queue(there) {
            (there.queue, there.max_wait) = (here.queue, here.max_wait);
        }
    }
}

/// A delay that does not grow has no use for a cap above it, a delay that follows a curve of its own has
/// none for its growth, and jitter of nothing is none.
fn idle_backoff(here: &BackoffConfig, there: &mut BackoffConfig) {
    const NOTHING: Jitter = Jitter::PlusMinusShare { per_mille: 0 };
    if here.jitter == Jitter::None && there.jitter == NOTHING {
        there.jitter = Jitter::None;
    }
    let is_curve =
        |it: &BackoffConfig| matches!(it.jitter, Jitter::Decorrelated | Jitter::SmoothDecorrelated);
    if is_curve(here) && is_curve(there) {
        there.growth = here.growth;
    }
    if has_idle_cap(here) && has_idle_cap(there) {
        there.cap = here.cap;
    }
}

/// Whether no delay can be longer than the cap.
fn has_idle_cap(backoff: &BackoffConfig) -> bool {
    let longest = match backoff.jitter {
        Jitter::None | Jitter::Full | Jitter::Equal => backoff.base,
        Jitter::PlusMinusShare { per_mille } => backoff.base.per_mille(1_000 + per_mille),
        _ => return false,
    };
    backoff.growth == Growth::Constant && longest <= backoff.cap
}

/// Lowers each base to its cap: the first delay is no longer than the cap either.
pub(super) fn within_caps(layers: &mut [LayerConfig]) {
    let lower = |backoff: &mut BackoffConfig| backoff.base = backoff.base.min(backoff.cap);
    if let Some(breaker) = breaker(layers) {
        lower(&mut breaker.cooldown);
    }
    if let Some(retry) = retry(layers) {
        lower(&mut retry.backoff);
    }
}

/// A delay that grows by a factor: 1 for a constant one, and 2 for what has no factor.
pub(super) fn factor_for_growth(backoff: &mut BackoffConfig) {
    backoff.growth = match backoff.growth {
        Growth::Constant => Growth::Exponential { factor_per_mille: 1_000 },
        Growth::Exponential { factor_per_mille } => Growth::Exponential { factor_per_mille },
        _ => Growth::DOUBLING,
    };
}

/// A delay that grows by a factor of more than 1 up to a cap above it, or else a constant one.
pub(super) fn factor_or_constant(backoff: &mut BackoffConfig) {
    let BackoffConfig { base, cap, .. } = *backoff;
    backoff.growth = match backoff.growth {
        Growth::Constant => Growth::Constant,
        _ if base == Duration::ZERO || cap <= base => Growth::Constant,
        Growth::Exponential { factor_per_mille: 1_000 } => Growth::Constant,
        Growth::Exponential { factor_per_mille } => Growth::Exponential { factor_per_mille },
        _ => Growth::DOUBLING,
    };
}
