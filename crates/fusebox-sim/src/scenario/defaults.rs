//! The default world: a search endpoint, its dependencies, and the whole stack of layers.

use super::{
    ClientsConfig, ColdStart, DependencyConfig, Link, Mix, PoolConfig, Scenario, ServerConfig,
    ServiceConfig,
};
use crate::arrivals::{Arrivals, RateSchedule};
use crate::dependency::{Dependency, Each};
use fusebox::time::Duration;
use fusebox::{
    BackoffConfig, BreakerConfig, BudgetConfig, BulkheadConfig, Classifier, LayerConfig, LayerKind,
    Rate, RetryConfig, TimeoutConfig, Window,
};

impl Default for Scenario {
    /// One group of clients, the service with all its layers, no fault, and one minute.
    fn default() -> Self {
        Self {
            clients: vec![ClientsConfig::default()],
            service: Some(ServiceConfig::default()),
            dependencies: Each::of(DependencyConfig::of),
            cancellation: false,
            schedule: Vec::new(),
            duration: Duration::from_secs(60),
            warm_up: Duration::ZERO,
        }
    }
}

impl Scenario {
    /// The search endpoint: 200 calls per second to a service of 64 threads with one database.
    ///
    /// All five usual layers are on. The timeout of an attempt is 2 s and the cooldown 10 s, in
    /// place of the engine's defaults of 10 s and 30 s, so that a learner sees everything happen
    /// within a minute.
    #[must_use]
    pub fn search_service() -> Self {
        let (millis, secs) = (Duration::from_millis, Duration::from_secs);
        let timeout = TimeoutConfig { connect: millis(500), attempt: secs(2), call: secs(6) };
        let backoff = BackoffConfig { base: millis(100), cap: secs(2), ..BackoffConfig::default() };
        let (per_ten_thousand, min_per_second, ttl) = (1_000, 2, secs(10));
        let budget = Some(BudgetConfig::Traffic { per_ten_thousand, min_per_second, ttl });
        let cooldown = BackoffConfig::constant(secs(10));
        let mut scenario = Self::default();
        scenario.clients[0].count = 200;
        scenario.clients[0].arrivals = Arrivals::Poisson(RateSchedule::constant(200_000));
        scenario.clients[0].mix = Mix { search: 90, cached_read: 0, health: 10, mutation: 0 };
        let search = vec![Dependency::Postgres];
        scenario.service = Some(ServiceConfig { search, ..ServiceConfig::default() });
        let postgres = &mut scenario.dependencies[Dependency::Postgres];
        postgres.server = ServerConfig { service_time: millis(20), ..ServerConfig::default() };
        postgres.pool = None;
        postgres.layers = vec![
            LayerConfig::Timeout(timeout),
            LayerConfig::Retry(RetryConfig {
                attempts: 3,
                backoff,
                budget,
                ..RetryConfig::default()
            }),
            LayerConfig::Breaker(BreakerConfig { cooldown, ..breaker_by_rate() }),
            LayerKind::Fallback.default_config(),
            LayerKind::Bulkhead.default_config(),
        ];
        scenario
    }
}

/// The rule of a breaker for much traffic: it opens when 20 % of at least 20 calls in 5 s have failed. The
/// engine's default of 5 failures in 10 s would open it at 1 % of 50 calls per second. The window is
/// short, so that the successes from before a hang leave it while the first calls time out.
#[must_use]
pub fn breaker_by_rate() -> BreakerConfig {
    BreakerConfig {
        window: Window::Time(Duration::from_secs(5)),
        failures: None,
        failure_rate: Some(Rate::percent(20)),
        min_calls: 20,
        ..BreakerConfig::default()
    }
}

impl DependencyConfig {
    /// The defaults of this dependency: its pool size, and for the database a cold start.
    #[must_use]
    pub fn of(dependency: Dependency) -> Self {
        let (connections, link_millis, concurrency, micros) = match dependency {
            Dependency::Postgres | Dependency::Replica => (20, 1, 20, 10_000),
            Dependency::Model => (10, 5, 50, 100_000),
            Dependency::SmallModel => (10, 5, 50, 30_000),
            Dependency::VectorStore => (8, 1, 20, 20_000),
            Dependency::Cache => (20, 1, 4, 200),
        };
        let service_time = Duration::from_micros(micros);
        let cold_start = (dependency == Dependency::Postgres).then(ColdStart::default);
        let plain = ServerConfig::default();
        let layer = |kind: LayerKind| match kind {
            LayerKind::Bulkhead => LayerConfig::Bulkhead(BulkheadConfig {
                slots: connections,
                ..BulkheadConfig::default()
            }),
            LayerKind::Breaker => LayerConfig::Breaker(breaker_by_rate()),
            kind => kind.default_config(),
        };
        Self {
            server: ServerConfig { concurrency, service_time, cold_start, ..plain },
            link: Link { latency: Duration::from_millis(link_millis), ..Link::default() },
            pool: Some(PoolConfig { max_connections: connections, ..PoolConfig::default() }),
            layers: LayerKind::USUAL.map(layer).to_vec(),
            layers_off: Vec::new(),
            classifier: Classifier::default(),
        }
    }
}
