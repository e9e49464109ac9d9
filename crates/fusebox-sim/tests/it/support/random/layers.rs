//! Layers by chance, with numbers small enough to be reached.

use super::Chance;
use fusebox::{
    BackoffConfig, BreakerConfig, BudgetConfig, BulkheadConfig, FallbackConfig, HedgeConfig,
    LayerConfig, LayerKind, Otherwise, Overdue, Rate, RateLimitConfig, RetryConfig, ThrottleConfig,
    TimeoutConfig, Window,
};

/// A random order of a random subset.
pub(super) fn some(chance: &mut Chance) -> Vec<LayerConfig> {
    let mut kinds = LayerKind::ALL.to_vec();
    let mut layers = Vec::new();
    for _ in 0..chance.number(0, 6) {
        let kind = chance.pick(&kinds);
        kinds.retain(|&other| other != kind);
        layers.push(layer(chance, kind));
    }
    layers
}

fn layer(chance: &mut Chance, kind: LayerKind) -> LayerConfig {
    match kind {
        LayerKind::Timeout => LayerConfig::Timeout(TimeoutConfig {
            connect: chance.millis(1, 30),
            attempt: chance.millis(10, 200),
            call: chance.millis(50, 1_000),
        }),
        LayerKind::Retry => LayerConfig::Retry(RetryConfig {
            attempts: chance.number(1, 5),
            backoff: BackoffConfig { base: chance.millis(0, 50), ..BackoffConfig::default() },
            budget: chance.maybe(500, budget),
            ..RetryConfig::default()
        }),
        LayerKind::Breaker => LayerConfig::Breaker(breaker(chance)),
        LayerKind::Fallback => LayerConfig::Fallback(FallbackConfig {
            max_stale_age: chance.maybe(700, |chance| chance.millis(0, 2_000)),
            otherwise: match chance.number(0, 2) {
                0 => Otherwise::Substitute,
                1 => Otherwise::Default,
                _ => Otherwise::Unavailable { retry_after: chance.millis(0, 100) },
            },
        }),
        LayerKind::Bulkhead => LayerConfig::Bulkhead(BulkheadConfig {
            slots: chance.number(0, 5),
            queue: chance.number(0, 5),
            max_wait: chance.millis(0, 100),
        }),
        LayerKind::Throttle => LayerConfig::Throttle(ThrottleConfig {
            k_per_mille: chance.number(1_000, 3_000),
            window: chance.millis(1, 2_000),
        }),
        LayerKind::RateLimiter => LayerConfig::RateLimiter(RateLimitConfig {
            permits: chance.number(1, 500),
            period: chance.millis(1, 1_000),
            burst: chance.number(1, 20),
        }),
        LayerKind::Hedge => LayerConfig::Hedge(HedgeConfig {
            delay: chance.millis(0, 50),
            attempts: chance.number(1, 10),
            budget: chance.maybe(500, |chance| Rate::per_ten_thousand(chance.number(1, 10_000))),
        }),
    }
}

fn budget(chance: &mut Chance) -> BudgetConfig {
    match chance.number(0, 4) {
        0 => BudgetConfig::InFlight {
            per_ten_thousand: chance.number(0, 10_000),
            floor: chance.number(0, 3),
        },
        1 => BudgetConfig::Tokens {
            tokens: chance.number(1, 10),
            success_refill_per_ten_thousand: chance.number(1, 10_000),
        },
        2 => BudgetConfig::Quota { capacity: chance.number(10, 50), cost: 5, throttled_cost: 3 },
        3 => BudgetConfig::Bucket {
            tokens: chance.number(1, 10),
            call_refill_per_ten_thousand: chance.number(1, 5_000),
        },
        _ => BudgetConfig::default(),
    }
}

fn breaker(chance: &mut Chance) -> BreakerConfig {
    let window = match chance.number(0, 2) {
        0 => Window::Time(chance.millis(100, 5_000)),
        1 => Window::Count(chance.number(5, 20)),
        _ => Window::Consecutive,
    };
    let rates = window != Window::Consecutive && chance.in_thousand(500);
    BreakerConfig {
        window,
        failures: Some(chance.number(1, 5)),
        failure_rate: rates.then(|| Rate::percent(chance.number(1, 100))),
        min_calls: chance.number(1, 5),
        overdue: chance.maybe(300, |chance| Overdue {
            calls: chance.number(1, 5),
            share: chance.maybe(500, |chance| Rate::per_ten_thousand(chance.number(1, 10_000))),
            after: chance.millis(1, 200),
        }),
        cooldown: BackoffConfig::constant(chance.millis(0, 1_000)),
        trial_timeout: chance.millis(1, 1_000),
        ..BreakerConfig::default()
    }
}
