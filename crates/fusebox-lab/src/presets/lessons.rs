//! The purpose of each layer: one world, with more and more layers around its dependencies.

use fusebox::time::{Duration, Instant};
use fusebox::{
    BackoffConfig, BudgetConfig, BulkheadConfig, FallbackConfig, LayerConfig, LayerKind, Otherwise,
    RetryConfig, TimeoutConfig,
};
use fusebox_sim::{
    Action, Arrivals, Dependency, DependencyConfig, Fault, Mix, PoolConfig, RateSchedule, Scenario,
};

const BROKEN_AT: Instant = Instant::from_secs(20);
const HEALED_AT: Instant = Instant::from_secs(80);

/// One minute with a slow database, and the first `layers` of the usual layers.
pub(super) fn slow_database(layers: usize) -> Scenario {
    let mut scenario = Scenario {
        schedule: broken(Dependency::Postgres, Fault::Slow { factor: 500 }),
        duration: Duration::from_secs(120),
        ..bare()
    };
    // No limit on connections, since such a limit would be a protection too.
    scenario.dependencies[Dependency::Postgres].server.max_connections = 1_000_000;
    for (_, config) in scenario.dependencies.iter_mut() {
        config.layers = LayerKind::USUAL[..layers].iter().map(|&kind| layer(kind)).collect();
    }
    scenario
}

/// The model provider hangs, and only bulkheads and separate pools protect the rest from it.
pub(super) fn bulkheads_save_health() -> Scenario {
    let mut scenario = Scenario {
        schedule: broken(Dependency::Model, Fault::Hang),
        duration: Duration::from_secs(120),
        ..bare()
    };
    for (on, config) in scenario.dependencies.iter_mut() {
        let size = DependencyConfig::of(on).pool.map_or(20, |pool| pool.max_connections);
        config.layers = vec![LayerConfig::Bulkhead(BulkheadConfig {
            slots: size,
            queue: 10,
            max_wait: Duration::from_millis(100),
        })];
    }
    scenario
}

/// The model provider hangs, without bulkheads and with one pool for all dependencies.
pub(super) fn shared_pool() -> Scenario {
    let mut scenario = bulkheads_save_health();
    for (_, config) in scenario.dependencies.iter_mut() {
        config.layers = Vec::new();
    }
    if let Some(service) = &mut scenario.service {
        service.shared_pool = Some(PoolConfig { max_connections: 38, ..PoolConfig::default() });
    }
    scenario
}

/// Searches call the model provider and writes the database, with one breaker around both or one
/// around each, and then the model provider hangs.
pub(super) fn one_bad_host(shared: bool) -> Scenario {
    let mut scenario = Scenario {
        schedule: broken(Dependency::Model, Fault::Hang),
        duration: Duration::from_secs(120),
        ..bare()
    };
    scenario.clients[0].mix = Mix { search: 45, cached_read: 0, health: 10, mutation: 45 };
    for (on, config) in scenario.dependencies.iter_mut() {
        let breaker = |layer: &LayerConfig| layer.kind() == LayerKind::Breaker;
        config.layers = vec![layer(LayerKind::Timeout)];
        config.layers.extend(DependencyConfig::of(on).layers.into_iter().filter(breaker));
    }
    if let Some(service) = &mut scenario.service {
        service.search = vec![Dependency::Model];
        service.shared_breaker = shared;
    }
    scenario
}

/// A breaker that needs 5 failures in 10 s, with only one call every 5 s.
pub(super) fn little_traffic() -> Scenario {
    let mut scenario = slow_database(0);
    scenario.schedule = broken(Dependency::Postgres, Fault::Hang);
    scenario.dependencies[Dependency::Postgres].layers =
        [LayerKind::Timeout, LayerKind::Breaker].map(layer).to_vec();
    let clients = &mut scenario.clients[0];
    clients.count = 1;
    clients.arrivals = Arrivals::Uniform(RateSchedule::constant(200));
    clients.mix = Mix::SEARCH;
    scenario
}

/// The default world without layers.
fn bare() -> Scenario {
    let mut scenario = Scenario::default();
    for (_, config) in scenario.dependencies.iter_mut() {
        config.layers = Vec::new();
    }
    if let Some(service) = &mut scenario.service {
        service.writes.job_queue = None;
    }
    scenario
}

fn broken(on: Dependency, fault: Fault) -> Vec<Action> {
    vec![Action::fault(BROKEN_AT, on, fault), Action::heal(HEALED_AT, on, fault.kind())]
}

fn layer(kind: LayerKind) -> LayerConfig {
    let (millis, secs) = (Duration::from_millis, Duration::from_secs);
    match kind {
        LayerKind::Timeout => LayerConfig::Timeout(TimeoutConfig {
            connect: secs(2),
            attempt: secs(2),
            call: secs(6),
        }),
        LayerKind::Retry => LayerConfig::Retry(RetryConfig {
            attempts: 3,
            backoff: BackoffConfig { base: millis(100), cap: secs(1), ..BackoffConfig::default() },
            budget: Some(BudgetConfig::default()),
            ..RetryConfig::default()
        }),
        LayerKind::Fallback => LayerConfig::Fallback(FallbackConfig {
            otherwise: Otherwise::Unavailable { retry_after: secs(5) },
            ..FallbackConfig::default()
        }),
        kind => kind.default_config(),
    }
}
