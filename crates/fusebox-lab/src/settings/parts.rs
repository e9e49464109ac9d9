//! The settings of links, connection pools, rate limits and cold starts.

use super::spread::{HasSpread, spread};
use super::table::{Item, Table};
use fusebox::RateLimitConfig;
use fusebox_sim::{ColdStart, Distribution, Link, PoolConfig};

type Limit = Item<RateLimitConfig>;
type Cold = Item<ColdStart>;
type Pool = Item<PoolConfig>;

pub(super) const RATE_LIMIT: &Table<RateLimitConfig> =
    &Table::new("rate_limit", RateLimitConfig::default, &[LIMIT_ITEMS]);

const LIMIT_ITEMS: &[Limit] = &[
    Limit::number("permits", "requests", RateLimitConfig::PERMITS, |it| Some(&mut it.permits))
        .label("Permits")
        .help("The requests permitted in each period, evenly spread."),
    Limit::time("period", RateLimitConfig::PERIOD, |it| Some(&mut it.period))
        .label("Period")
        .help("The length of a period."),
    Limit::number("burst", "requests", RateLimitConfig::BURST, |it| Some(&mut it.burst))
        .label("Burst")
        .help("The maximum number of saved permits; the run starts with all of them."),
];

pub(super) const COLD: &Table<ColdStart> = &Table::new("cold", ColdStart::default, &[COLD_ITEMS]);

const COLD_ITEMS: &[Cold] = &[
    Cold::time("duration", ColdStart::DURATION, |it| Some(&mut it.duration))
        .label("Duration")
        .help("The time after a start in which requests take longer."),
    Cold::factor("factor", ColdStart::FACTOR_PER_MILLE, |it| Some(&mut it.factor_per_mille))
        .label("Factor")
        .help("The factor by which a request takes longer at first; it falls evenly to 1."),
];

pub(super) const LINK: &Table<Link> =
    &Table::new("link", Link::default, &[LINK_ITEMS, &LINK_SPREAD]);

const LINK_ITEMS: &[Item<Link>] =
    &[Item::<Link>::time("latency", Link::LATENCY, |it| Some(&mut it.latency))
        .label("Latency")
        .help("The mean time of a message in either direction.")];

const LINK_SPREAD: [Item<Link>; 4] =
    spread(["latency_distribution", "latency_width", "latency_sigma", "latency_deviation"]);

impl HasSpread for Link {
    fn spread(&mut self) -> Option<&mut Distribution> {
        Some(&mut self.distribution)
    }
}

pub(super) const POOL: &Table<PoolConfig> = &Table::new("pool", PoolConfig::default, &[POOL_ITEMS]);

const POOL_ITEMS: &[Pool] = &[
    Pool::number("max_connections", "connections", PoolConfig::MAX_CONNECTIONS, |it| {
        Some(&mut it.max_connections)
    })
    .label("Maximum connections")
    .help("The maximum number of connections; lowering it below the minimum idle lowers that too.")
    .then(|it| it.min_idle = it.min_idle.min(it.max_connections)),
    Pool::number("min_idle", "connections", PoolConfig::MIN_IDLE, |it| Some(&mut it.min_idle))
        .label("Minimum idle")
        .help("Connections that stay open while no attempt needs them; at most the maximum."),
    Pool::number("queue", "attempts", PoolConfig::QUEUE, |it| Some(&mut it.queue))
        .label("Queue")
        .help("Attempts that can be queued for a connection; any more fail at once."),
    Pool::flag("liveness_check", |it| Some(&mut it.liveness_check))
        .label("Liveness check")
        .help("Check a connection that was idle for 500 ms before its use, and close it if it is dead."),
    Pool::time("liveness_timeout", PoolConfig::LIVENESS_TIMEOUT, |it| {
        Some(&mut it.liveness_timeout)
    })
    .label("Liveness timeout")
    .help("How long a check waits for an answer before the connection counts as dead."),
    Pool::flag("close_generation", |it| Some(&mut it.close_generation))
        .label("Close the generation")
        .help("When one connection is dead, close the idle ones from before the same crash too."),
    Pool::time("check_interval", PoolConfig::CHECK_INTERVAL, |it| Some(&mut it.check_interval))
        .label("Check interval")
        .help("How often the pool closes old connections and opens missing ones."),
    Pool::time("refusal_memory", PoolConfig::REFUSAL_MEMORY, |it| Some(&mut it.refusal_memory))
        .label("Refusal memory")
        .help("After a refused connect, attempts that need a new connection fail at once for this long."),
    Pool::time_or_off("max_lifetime", PoolConfig::AGE, |it| Some(&mut it.max_lifetime))
        .label("Maximum lifetime")
        .help("Close a connection at this age, once it is free.")
        .then(|it| {
            if it.max_lifetime.is_none() {
                it.lifetime_jitter = PoolConfig::default().lifetime_jitter;
            }
        }),
    Pool::per_mille("lifetime_jitter", PoolConfig::LIFETIME_JITTER, |it| {
        it.max_lifetime.is_some().then_some(&mut it.lifetime_jitter)
    })
    .label("Lifetime jitter")
    .help("The share of its lifetime by which a connection may close earlier, at random.")
    .when("max_lifetime", &[]),
    Pool::time_or_off("idle_timeout", PoolConfig::AGE, |it| Some(&mut it.idle_timeout))
        .label("Idle timeout")
        .help("Close a connection beyond the minimum idle that was unused for this long."),
    Pool::time_or_off("keepalive_interval", PoolConfig::AGE, |it| Some(&mut it.keepalive_interval))
        .label("Keepalive interval")
        .help("Check an idle connection after this long without an answer."),
];
