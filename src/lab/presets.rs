//! Worlds worth looking at.

use crate::engine::{
    BackoffConfig, BreakerConfig, BudgetConfig, BulkheadConfig, FallbackConfig, LayerConfig,
    RetryConfig, TimeoutConfig,
};
use crate::sim::{ClientsConfig, DatabaseConfig, Scenario, ServiceConfig, Spread};
use crate::time::Duration;

/// The lesson's search endpoint: 200 calls a second to a service of 64 threads with one database.
///
/// All five layers are on. The time for an attempt is 2 s and the cooldown 10 s, where the lesson
/// has 10 s and 30 s, so that a learner sees the whole story within a minute.
#[must_use]
pub fn search_service() -> Scenario {
    let millis = Duration::from_millis;
    let secs = Duration::from_secs;
    Scenario {
        clients: ClientsConfig {
            count: 200,
            interval: Some(secs(1)),
            herd: None,
            patience: Some(secs(10)),
            network: millis(10),
            layers: Vec::new(),
        },
        service: Some(ServiceConfig {
            workers: 64,
            queue: 128,
            health_per_mille: 100,
            health_time: millis(2),
            network: millis(1),
            layers: vec![
                LayerConfig::Timeout(TimeoutConfig {
                    connect: millis(500),
                    attempt: secs(2),
                    call: secs(6),
                }),
                LayerConfig::Retry(RetryConfig {
                    attempts: 3,
                    backoff: BackoffConfig {
                        base: millis(100),
                        cap: secs(2),
                        ..BackoffConfig::default()
                    },
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
            ],
            off: Vec::new(),
        }),
        database: DatabaseConfig {
            slots: 20,
            queue: 1_000,
            time: millis(20),
            spread: Spread::LogNormal { sigma_per_mille: 500 },
        },
        schedule: Vec::new(),
    }
}
