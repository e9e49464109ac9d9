//! The world of the Playground.

use crate::engine::{
    BackoffConfig, BreakerConfig, BudgetConfig, BulkheadConfig, FallbackConfig, LayerConfig,
    RetryConfig, TimeoutConfig,
};
use crate::sim::{
    Arrivals, ClientsConfig, Dependency, Mix, RateSchedule, Scenario, ServerConfig, ServiceConfig,
};
use crate::time::Duration;

/// The lesson's search endpoint: 200 calls a second to a service of 64 threads with one database.
///
/// All five layers are on. The time for an attempt is 2 s and the cooldown 10 s, where the lesson
/// has 10 s and 30 s, so that a learner sees the whole story within a minute.
#[must_use]
pub fn search_service() -> Scenario {
    let millis = Duration::from_millis;
    let secs = Duration::from_secs;
    let layers = vec![
        LayerConfig::Timeout(TimeoutConfig {
            connect: millis(500),
            attempt: secs(2),
            call: secs(6),
        }),
        LayerConfig::Retry(RetryConfig {
            attempts: 3,
            backoff: BackoffConfig { base: millis(100), cap: secs(2), ..BackoffConfig::default() },
            budget: Some(BudgetConfig::Traffic {
                per_ten_thousand: 1_000,
                floor_per_second: 2,
                ttl: secs(10),
            }),
        }),
        LayerConfig::Breaker(BreakerConfig {
            cooldown: BackoffConfig::constant(secs(10)),
            ..BreakerConfig::default()
        }),
        LayerConfig::Fallback(FallbackConfig::default()),
        LayerConfig::Bulkhead(BulkheadConfig::default()),
    ];
    let mut scenario = Scenario {
        clients: vec![ClientsConfig {
            count: 200,
            arrivals: Arrivals::Poisson(RateSchedule::constant(200_000)),
            mix: Mix { search: 90, cached_read: 0, health: 10, mutation: 0 },
            ..ClientsConfig::default()
        }],
        service: Some(ServiceConfig {
            search: vec![Dependency::Postgres],
            ..ServiceConfig::default()
        }),
        ..Scenario::default()
    };
    let postgres = &mut scenario.dependencies[Dependency::Postgres];
    postgres.server = ServerConfig { time: millis(20), ..ServerConfig::default() };
    postgres.pool = None;
    postgres.layers = layers;
    scenario
}
