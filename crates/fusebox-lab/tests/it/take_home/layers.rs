// The layers around postgres, for the crate fusebox 0.1. Exported by Fusebox.
// These numbers were tuned in a simulation: observe them in shadow before you rely on them.

#[allow(unused_imports)]
use fusebox::{
    BackoffConfig, BreakerConfig, BudgetConfig, BulkheadConfig, FallbackConfig, Growth, HalfOpenEnd,
    HalfOpenTimeout, HedgeConfig, Jitter, LayerConfig, Otherwise, Overdue, Rate, RateLimitConfig,
    RetryConfig, SlowRate, ThrottleConfig, TimeoutConfig, Window, time::Duration,
};

/// The layers around postgres, innermost first, for `fusebox::Pipeline::new`.
pub fn layers() -> Vec<LayerConfig> {
    vec![
        LayerConfig::Timeout(TimeoutConfig {
            connect: Duration::from_millis(500),
            attempt: Duration::from_millis(800),
            call: Duration::from_secs(3),
        }),
        LayerConfig::Retry(RetryConfig {
            attempts: 3,
            backoff: BackoffConfig {
                base: Duration::from_millis(100),
                growth: Growth::Fibonacci,
                cap: Duration::from_secs(2),
                jitter: Jitter::PlusMinusShare { per_mille: 200 },
            },
            budget: Some(BudgetConfig::Quota {
                capacity: 500,
                cost: 14,
                throttled_cost: 5,
            }),
            max_retry_after: None,
            pause: true,
        }),
        LayerConfig::Breaker(BreakerConfig {
            window: Window::Time(Duration::from_secs(10)),
            failures: None,
            failure_rate: Some(Rate::per_ten_thousand(5000)),
            slow_rate: Some(SlowRate {
                threshold: Duration::from_secs(1),
                rate: Rate::per_ten_thousand(1250),
            }),
            min_calls: 20,
            overdue: Some(Overdue {
                calls: 3,
                share: None,
                after: Duration::from_secs(10),
            }),
            cooldown: BackoffConfig {
                base: Duration::from_secs(5),
                growth: Growth::Constant,
                cap: Duration::from_secs(5),
                jitter: Jitter::AddedTime { time: Duration::from_secs(1) },
            },
            max_retry_after: None,
            trials: 1,
            trials_to_close: 1,
            strict_trials: false,
            trial_timeout: Duration::from_secs(60),
            half_open_timeout: Some(HalfOpenTimeout {
                after: Duration::from_secs(20),
                then: HalfOpenEnd::Open,
            }),
        }),
        LayerConfig::Fallback(FallbackConfig {
            max_stale_age: Some(Duration::from_secs(300)),
            otherwise: Otherwise::Unavailable { retry_after: Duration::from_secs(5) },
        }),
        LayerConfig::Bulkhead(BulkheadConfig {
            slots: 25,
            queue: 0,
            max_wait: Duration::from_secs(0),
        }),
        LayerConfig::Throttle(ThrottleConfig {
            k_per_mille: 2000,
            window: Duration::from_secs(120),
        }),
        LayerConfig::RateLimiter(RateLimitConfig {
            permits: 100,
            period: Duration::from_secs(1),
            burst: 100,
        }),
        LayerConfig::Hedge(HedgeConfig {
            delay: Duration::from_millis(100),
            attempts: 2,
            budget: None,
        }),
    ]
}
