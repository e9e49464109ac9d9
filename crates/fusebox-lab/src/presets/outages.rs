//! Outages, and how much of the service works during and after them.

use fusebox::time::{Duration, Instant};
use fusebox::{
    BackoffConfig, BreakerConfig, BudgetConfig, FallbackConfig, LayerConfig, Otherwise,
    RateLimitConfig, RetryConfig, TimeoutConfig,
};
use fusebox_sim::{
    Action, Arrivals, ClientsConfig, ColdStart, Dependency, Distribution, Fault, FaultKind,
    JobQueueConfig, Link, Mix, PoolConfig, RateSchedule, Scenario, ServerConfig,
};

const POSTGRES: Dependency = Dependency::Postgres;

const fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

/// A model provider that accepts fewer calls than are made, and a smaller model as its substitute.
pub(super) fn rate_limited_model() -> Scenario {
    let mut scenario = Scenario { duration: secs(120), ..Scenario::default() };
    let model = &mut scenario.dependencies[Dependency::Model];
    let limit = RateLimitConfig { permits: 30, period: secs(1), burst: 30 };
    model.server.rate_limit = Some(limit);
    for layer in &mut model.layers {
        if let LayerConfig::Fallback(fallback) = layer {
            *fallback = FallbackConfig { max_stale_age: None, otherwise: Otherwise::Substitute };
        }
    }
    scenario
}

/// A crash under load, and a restart with empty caches.
pub(super) fn cold_restart() -> Scenario {
    let mut scenario = Scenario { duration: secs(120), ..Scenario::default() };
    scenario.schedule = vec![Action::fault(
        Instant::from_secs(20),
        POSTGRES,
        Fault::Crash { restart_after: secs(10) },
    )];
    let cold = ColdStart { duration: secs(40), factor_per_mille: 30_000 };
    scenario.dependencies[POSTGRES].server.cold_start = Some(cold);
    scenario
}

/// A database that crashes in the middle of queries: clients retry as well, and writes have keys.
pub(super) fn dies_mid_query() -> Scenario {
    let mut scenario = Scenario { duration: secs(90), ..Scenario::default() };
    scenario.clients[0].mix = Mix { search: 40, cached_read: 20, health: 10, mutation: 30 };
    scenario.clients[0].layers = vec![
        LayerConfig::Timeout(TimeoutConfig { connect: secs(1), attempt: secs(2), call: secs(10) }),
        LayerConfig::Retry(RetryConfig::default()),
    ];
    if let Some(service) = &mut scenario.service {
        // Half of the requests ask for something new, so the cache cannot help them.
        service.cache.keys = 2_000;
        // Matters when keys are switched off: clients then repeat their writes all the same.
        service.writes.retry_without_key = true;
    }
    let postgres = &mut scenario.dependencies[POSTGRES];
    for layer in &mut postgres.layers {
        if let LayerConfig::Breaker(breaker) = layer {
            // That of the lesson: 5 failures in 10 s.
            *breaker = BreakerConfig::default();
        }
    }
    // A longer latency, during which the answer to a commit can be lost.
    postgres.link = Link { latency: Duration::from_millis(5), ..Link::default() };
    scenario.schedule = vec![Action::fault(
        Instant::from_secs(20),
        POSTGRES,
        Fault::Crash { restart_after: secs(20) },
    )];
    scenario
}

/// The complete stack through 2 minutes without the database.
pub(super) fn two_minutes() -> Scenario {
    let schedule = vec![
        Action::fault(Instant::from_secs(30), POSTGRES, Fault::Down),
        Action::heal(Instant::from_secs(150), POSTGRES, FaultKind::Down),
    ];
    let mut scenario = Scenario { schedule, duration: secs(240), ..Scenario::default() };
    if let Some(service) = &mut scenario.service {
        // Room for the writes of 2 minutes.
        service.writes.job_queue =
            Some(JobQueueConfig { capacity: 10_000, workers: 4, retry_interval: secs(1) });
    }
    scenario
}

/// A database with a capacity of 300 reads per second and a load of 200, from clients with a
/// timeout and one retry (after the example of Bronson et al., "Metastable failures in distributed
/// systems", `HotOS` 2021, with room for a budget of 10 % to recover in).
pub(super) fn retry_storm(budget: bool) -> Scenario {
    let millis = Duration::from_millis;
    let mut scenario = Scenario {
        clients: vec![ClientsConfig {
            count: 200,
            arrivals: Arrivals::Poisson(RateSchedule::constant(200_000)),
            mix: Mix::SEARCH,
            deadline: None,
            link: Link { latency: millis(1), ..Link::default() },
            shared_policies: false,
            layers: vec![
                LayerConfig::Timeout(TimeoutConfig {
                    connect: secs(1),
                    attempt: secs(1),
                    call: secs(10),
                }),
                LayerConfig::Retry(RetryConfig {
                    attempts: 2,
                    backoff: BackoffConfig::IMMEDIATE,
                    budget: budget.then_some(BudgetConfig::Traffic {
                        per_ten_thousand: 1_000,
                        min_per_second: 0,
                        ttl: secs(10),
                    }),
                    ..RetryConfig::default()
                }),
            ],
            ..ClientsConfig::default()
        }],
        service: None,
        schedule: vec![
            Action::fault(Instant::from_secs(20), POSTGRES, Fault::Hang),
            Action::heal(Instant::from_secs(30), POSTGRES, FaultKind::Hang),
        ],
        duration: secs(120),
        ..Scenario::default()
    };
    scenario.dependencies[POSTGRES].server = ServerConfig {
        concurrency: 1,
        queue: 100_000,
        service_time: Duration::from_micros(3_333),
        distribution: Distribution::Constant,
        ..ServerConfig::default()
    };
    scenario
}

/// 2,000 clients with a connection each to a database that can open 200 connections per second, and a
/// crash that breaks all of them. Their calls set in slowly, so that the first connects are no storm.
pub(super) fn connect_storm(limit: bool) -> Scenario {
    let millis = Duration::from_millis;
    let rate = [(Instant::ZERO, 0), (Instant::from_secs(30), 1_000_000)];
    let mut pool = PoolConfig { max_connections: 1, min_idle: 0, ..PoolConfig::default() };
    if limit {
        (pool.max_lifetime, pool.lifetime_jitter) = (Some(secs(40)), 500);
    }
    let mut scenario = retry_storm(false);
    let clients = &mut scenario.clients[0];
    clients.count = 2_000;
    clients.arrivals = RateSchedule::new(rate.to_vec()).map_or(Arrivals::None, Arrivals::Poisson);
    clients.pool = Some(pool);
    clients.layers[1] = LayerConfig::Retry(RetryConfig {
        attempts: 3,
        backoff: BackoffConfig { base: millis(200), cap: secs(2), ..BackoffConfig::default() },
        budget: None,
        ..RetryConfig::default()
    });
    scenario.schedule = vec![Action::fault(
        Instant::from_secs(40),
        POSTGRES,
        Fault::Crash { restart_after: secs(5) },
    )];
    scenario.dependencies[POSTGRES].server = ServerConfig {
        concurrency: 20,
        queue: 100_000,
        service_time: millis(5),
        distribution: Distribution::Constant,
        max_connections: 5_000,
        connect_time: millis(100),
        concurrent_connects: if limit { 20 } else { *ServerConfig::CONCURRENT_CONNECTS.end() },
        ..ServerConfig::default()
    };
    scenario
}
