//! Common parts of the published worlds: clients that call one server, and nothing in between.

use fusebox::time::{Duration, Instant};
use fusebox::{BackoffConfig, BudgetConfig, LayerConfig, RetryConfig, TimeoutConfig};
use fusebox_sim::{
    Action, Arrivals, ClientsConfig, Contention, Counters, Dependency, DependencyCounters,
    Distribution, Fault, LimitStatus, Link, Mix, RateSchedule, Scenario, ServerConfig, World,
};

/// The one server.
pub(super) const SERVER: Dependency = Dependency::Postgres;

pub(super) const DAY: Duration = Duration::from_secs(86_400);

/// The most attempts that a call can have.
pub(super) const NO_LIMIT: u32 = 1_000_000;

/// A server that does everything at once and in no time.
pub(super) const INFINITE: ServerConfig = ServerConfig {
    concurrency: 1_000_000,
    queue: 0,
    service_time: Duration::from_micros(1),
    distribution: Distribution::Constant,
    contention: Contention::None,
    max_connections: 1_000_000,
    connect_time: Duration::ZERO,
    concurrent_connects: 1_000_000,
    rate_limit: None,
    flaky_status: 500,
    cold_start: None,
    limit_status: LimitStatus::TooManyRequests,
};

/// A link without latency.
pub(super) const NO_WAY: Link =
    Link { latency: Duration::ZERO, distribution: Distribution::Constant };

/// Clients that wait for ever and call the server themselves.
pub(super) fn world(clients: u32, arrivals: Arrivals, layers: Vec<LayerConfig>) -> Scenario {
    let mut scenario = Scenario {
        clients: vec![ClientsConfig {
            count: clients,
            arrivals,
            burst: None,
            mix: Mix::SEARCH,
            deadline: None,
            link: NO_WAY,
            pool: None,
            layers,
            shared_policies: false,
        }],
        service: None,
        ..Scenario::default()
    };
    scenario.dependencies[SERVER].server = INFINITE;
    scenario
}

/// Retries at once, up to this many attempts.
pub(super) const fn retry(attempts: u32, budget: Option<BudgetConfig>) -> LayerConfig {
    LayerConfig::Retry(RetryConfig {
        attempts,
        backoff: BackoffConfig::IMMEDIATE,
        budget,
        // The published worlds know no `Retry-After`.
        max_retry_after: None,
        pause: false,
    })
}

/// A timeout of this length for an attempt, from when it is sent.
pub(super) const fn timeout(attempt: Duration) -> LayerConfig {
    LayerConfig::Timeout(TimeoutConfig { connect: DAY, attempt, call: DAY })
}

/// Calls per second of all clients, until this moment.
pub(super) fn rate_until(per_second: u64, end: Instant) -> RateSchedule {
    let rate = per_second * 1_000;
    RateSchedule::new(vec![(Instant::ZERO, rate), (end, rate), (end, 0)]).unwrap()
}

/// A fault from the start on.
pub(super) fn always(scenario: &mut Scenario, fault: Fault) {
    scenario.schedule.push(Action::fault(Instant::ZERO, SERVER, fault));
}

/// A fault from a moment on, for this long.
pub(super) fn outage(scenario: &mut Scenario, fault: Fault, from: Instant, length: Duration) {
    scenario.schedule.push(Action::fault(from, SERVER, fault));
    scenario.schedule.push(Action::heal(from + length, SERVER, fault.kind()));
}

/// Runs a world up to this moment.
pub(super) fn run(scenario: &Scenario, seed: u64, seconds: u64) -> World {
    let mut world = World::new(scenario, seed).unwrap();
    world.run_until(Instant::from_secs(seconds));
    world
}

/// The load on the server.
pub(super) fn load(counters: &Counters) -> &DependencyCounters {
    &counters.dependencies[SERVER]
}
