//! Dependencies, ways and faults by chance.

use super::Chance;
use super::layers;
use fusebox::time::Duration;
use fusebox::{LayerConfig, LayerKind, RateLimitConfig};
use fusebox_sim::{
    Change, ColdStart, Contention, Dependency, DependencyConfig, Distribution, Fault, LimitStatus,
    Link, PoolConfig, ServerConfig,
};

pub(super) fn dependency(chance: &mut Chance, on: Dependency, large: bool) -> DependencyConfig {
    let layers = match chance.number(0, 9) {
        0..=1 => Vec::new(),
        2..=3 => DependencyConfig::of(on).layers,
        _ => layers::some(chance),
    };
    let kinds = layers.iter().map(fusebox::LayerConfig::kind);
    let off = kinds.filter(|_| chance.in_thousand(150)).collect::<Vec<LayerKind>>();
    DependencyConfig {
        server: server(chance, large),
        link: link(chance),
        pool: chance.maybe(600, |chance| pool(chance, large)),
        layers,
        layers_off: off,
        classifier: fusebox::Classifier::default(),
    }
}

fn server(chance: &mut Chance, large: bool) -> ServerConfig {
    let share = |chance: &mut Chance| chance.number(1, 5_000);
    ServerConfig {
        concurrency: if large { chance.number(1, 200) } else { chance.number(1, 6) },
        queue: if large { chance.number(0, 1_000) } else { chance.number(0, 15) },
        service_time: if chance.in_thousand(100) {
            Duration::from_micros(1)
        } else {
            chance.millis(0, 60).max(Duration::from_micros(1))
        },
        distribution: spread(chance),
        contention: match chance.number(0, 4) {
            0 => Contention::Linear { per_ten_thousand: share(chance) },
            1 => Contention::Knee { from: chance.number(1, 5), per_ten_thousand: share(chance) },
            _ => Contention::None,
        },
        max_connections: if chance.in_thousand(400) { chance.number(1, 5) } else { 1_000 },
        connect_time: if chance.in_thousand(300) { chance.millis(0, 20) } else { Duration::ZERO },
        concurrent_connects: if chance.in_thousand(200) { chance.number(1, 5) } else { 1_000_000 },
        rate_limit: chance.maybe(150, |chance| RateLimitConfig {
            permits: chance.number(1, 50),
            period: chance.millis(10, 1_000),
            burst: chance.number(1, 20),
        }),
        cold_start: chance.maybe(300, |chance| ColdStart {
            duration: chance.millis(1, 1_000),
            factor_per_mille: chance.number(1_000, 8_000),
        }),
        flaky_status: if chance.in_thousand(300) { chance.number(400, 599) } else { 500 },
        limit_status: match chance.number(0, 3) {
            0 => LimitStatus::Unavailable,
            1 => LimitStatus::Forbidden,
            _ => LimitStatus::TooManyRequests,
        },
    }
}

/// Other settings of a running dependency and of the layers around it: all that can change at once.
pub(crate) fn change(chance: &mut Chance) -> Change {
    Change { setting: 0, value: chance.number(0, 1_000_000).into(), write: write_all }
}

fn write_all(config: &mut DependencyConfig, given: Change) -> bool {
    let mut chance = Chance::new(given.value);
    let (was, other) = (config.server, server(&mut chance, false));
    // Neither a new quota nor too little room keeps a job from being done.
    let rate_limit = was.rate_limit.and(other.rate_limit);
    let concurrency = other.concurrency.max(3);
    config.server = ServerConfig { rate_limit, concurrency, ..other };
    config.link = link(&mut chance);
    config.pool = config.pool.map(|_| pool(&mut chance, false));
    for mut other in layers::some(&mut chance) {
        if let LayerConfig::Bulkhead(bulkhead) = &mut other {
            bulkhead.slots = bulkhead.slots.max(1);
        }
        let same = config.layers.iter_mut().find(|layer| layer.kind() == other.kind());
        if let Some(layer) = same {
            *layer = other;
        }
    }
    true
}

pub(super) fn link(chance: &mut Chance) -> Link {
    let time = if chance.in_thousand(200) { Duration::ZERO } else { chance.millis(0, 15) };
    Link { latency: time, distribution: spread(chance) }
}

pub(crate) fn spread(chance: &mut Chance) -> Distribution {
    let share = chance.number(0, 1_000);
    match chance.number(0, 5) {
        0..=1 => Distribution::Constant,
        2 => Distribution::Uniform { width_per_mille: share },
        3 => Distribution::Exponential,
        4 => Distribution::LogNormal { sigma_per_mille: 2 * share },
        _ => Distribution::Normal { deviation_per_mille: share },
    }
}

pub(super) fn pool(chance: &mut Chance, large: bool) -> PoolConfig {
    let size = if large { chance.number(1, 200) } else { chance.number(1, 8) };
    let max_lifetime = chance.maybe(300, |chance| chance.millis(50, 2_000));
    let lifetime_jitter = match max_lifetime {
        Some(_) => chance.number(0, 1_000),
        None => PoolConfig::default().lifetime_jitter,
    };
    PoolConfig {
        max_connections: size,
        min_idle: chance.number(0, size),
        queue: chance.number(0, 12),
        liveness_check: chance.in_thousand(600),
        check_interval: chance.millis(20, 1_000),
        liveness_timeout: chance.millis(1, 500),
        close_generation: chance.in_thousand(300),
        refusal_memory: chance.millis(0, 100),
        max_lifetime,
        lifetime_jitter,
        idle_timeout: chance.maybe(300, |chance| chance.millis(50, 1_000)),
        keepalive_interval: chance.maybe(300, |chance| chance.millis(50, 1_000)),
    }
}

pub(super) fn fault(chance: &mut Chance) -> Fault {
    match chance.number(0, 7) {
        0 => Fault::Down,
        1 => Fault::Crash { restart_after: chance.millis(1, 500) },
        2 => Fault::Hang,
        3 => Fault::Slow { factor: chance.number(2, 10) },
        4 => Fault::Flaky { error_rate: chance.number(1, 1_000) },
        5 => Fault::RateLimited { rate: chance.number(1, 100) },
        6 => Fault::Partitioned,
        _ => Fault::Degraded { capacity: chance.number(1, 999) },
    }
}
