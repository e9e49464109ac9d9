//! The lesson's world: a search endpoint, what it depends on, and the whole stack of layers.

use super::{
    ClientsConfig, ColdStart, DependencyConfig, Link, Mix, PoolConfig, Scenario, ServerConfig,
    ServiceConfig,
};
use crate::arrivals::{Arrivals, RateSchedule};
use crate::dependency::{Dependency, Each};
use fusebox::time::Duration;
use fusebox::{
    BackoffConfig, BreakerConfig, BudgetConfig, BulkheadConfig, FallbackConfig, LayerConfig,
    LayerKind, RetryConfig, TimeoutConfig,
};

impl Default for Scenario {
    /// One group of clients, the service with all its layers, no fault, and a minute.
    fn default() -> Self {
        Self {
            clients: vec![ClientsConfig::default()],
            service: Some(ServiceConfig::default()),
            dependencies: Each::of(DependencyConfig::of),
            cancellation: false,
            schedule: Vec::new(),
            duration: Duration::from_secs(60),
        }
    }
}

impl Scenario {
    /// The lesson's search endpoint: 200 calls a second to a service of 64 threads with one database.
    ///
    /// All five layers are on. The time for an attempt is 2 s and the cooldown 10 s, where the lesson
    /// has 10 s and 30 s, so that a learner sees the whole explanation within a minute.
    #[must_use]
    pub fn search_service() -> Self {
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
                backoff: BackoffConfig {
                    base: millis(100),
                    cap: secs(2),
                    ..BackoffConfig::default()
                },
                budget: Some(BudgetConfig::Traffic {
                    per_ten_thousand: 1_000,
                    min_per_second: 2,
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
        let mut scenario = Self {
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
            ..Self::default()
        };
        let postgres = &mut scenario.dependencies[Dependency::Postgres];
        postgres.server = ServerConfig { service_time: millis(20), ..ServerConfig::default() };
        postgres.pool = None;
        postgres.layers = layers;
        scenario
    }
}

impl DependencyConfig {
    /// What this dependency is like where nothing else is said: the lesson's pool sizes, and for the
    /// database a slower time after a start.
    #[must_use]
    pub fn of(dependency: Dependency) -> Self {
        let millis = Duration::from_millis;
        let plain = ServerConfig::default();
        let (size, link, server) = match dependency {
            Dependency::Postgres => {
                (20, 1, ServerConfig { cold_start: Some(ColdStart::default()), ..plain })
            }
            Dependency::Replica => (20, 1, plain),
            Dependency::Model => {
                (10, 5, ServerConfig { concurrency: 50, service_time: millis(100), ..plain })
            }
            Dependency::SmallModel => {
                (10, 5, ServerConfig { concurrency: 50, service_time: millis(30), ..plain })
            }
            Dependency::VectorStore => (8, 1, ServerConfig { service_time: millis(20), ..plain }),
            Dependency::Cache => (
                20,
                1,
                ServerConfig { concurrency: 4, service_time: Duration::from_micros(200), ..plain },
            ),
        };
        let layer = |kind: LayerKind| match kind {
            LayerKind::Bulkhead => {
                LayerConfig::Bulkhead(BulkheadConfig { slots: size, ..BulkheadConfig::default() })
            }
            kind => kind.default_config(),
        };
        Self {
            server,
            link: Link { latency: millis(link), ..Link::default() },
            pool: Some(PoolConfig { max_connections: size, ..PoolConfig::default() }),
            layers: LayerKind::USUAL.map(layer).to_vec(),
            layers_off: Vec::new(),
        }
    }
}
