//! The settings of links, pools, rate limits and cold starts.

use super::kind::{Kind, count, factor, time};
use super::spread::{HasSpread, spread};
use super::table::{Access, Item, Table, setting};
use fusebox::RateLimitConfig;
use fusebox_sim::{ColdStart, Distribution, Link, PoolConfig};

pub(super) const RATE_LIMIT: &Table<RateLimitConfig> = &Table {
    name: "rate_limit",
    fresh: RateLimitConfig::default,
    items: &[&[
        setting(
            "permits",
            "Permits",
            "Requests that it takes in each period, evenly spread.",
            count("requests", RateLimitConfig::PERMITS),
            Access::Number(|limit| Some(&mut limit.permits)),
        ),
        setting(
            "period",
            "Period",
            "How long a period is.",
            time(RateLimitConfig::PERIOD),
            Access::Time(|limit| Some(&mut limit.period)),
        ),
        setting(
            "burst",
            "Burst",
            "The most permits that are saved up; it starts with all of them.",
            count("requests", RateLimitConfig::BURST),
            Access::Number(|limit| Some(&mut limit.burst)),
        ),
    ]],
    one_of: &[],
};

pub(super) const COLD: &Table<ColdStart> = &Table {
    name: "cold",
    fresh: ColdStart::default,
    items: &[&[
        setting(
            "duration",
            "Length",
            "How long it is slower.",
            time(ColdStart::DURATION),
            Access::Time(|cold| Some(&mut cold.duration)),
        ),
        setting(
            "factor",
            "Factor",
            "How many times as long a request takes at first; it falls evenly to 1.",
            factor(ColdStart::FACTOR_PER_MILLE),
            Access::Number(|cold| Some(&mut cold.factor_per_mille)),
        ),
    ]],
    one_of: &[],
};

pub(super) const LINK: &Table<Link> = &Table {
    name: "link",
    fresh: Link::default,
    items: &[
        &[setting(
            "latency",
            "Time",
            "The mean time of a message, in either direction.",
            time(Link::LATENCY),
            Access::Time(|link| Some(&mut link.latency)),
        )],
        &LINK_SPREAD,
    ],
    one_of: &[],
};

const LINK_SPREAD: [Item<Link>; 4] =
    spread(["latency_distribution", "latency_width", "latency_sigma", "latency_deviation"]);

impl HasSpread for Link {
    fn spread(&mut self) -> Option<&mut Distribution> {
        Some(&mut self.distribution)
    }

    fn spread_now(&self) -> Option<Distribution> {
        Some(self.distribution)
    }
}

pub(super) const POOL: &Table<PoolConfig> = &Table {
    name: "pool",
    fresh: PoolConfig::default,
    items: &[&[
        setting(
            "max_connections",
            "Size",
            "Connections at the most; those that are kept open follow it down.",
            count("connections", PoolConfig::MAX_CONNECTIONS),
            Access::Number(|pool: &mut PoolConfig| Some(&mut pool.max_connections)),
        )
        .then(|pool| pool.min_idle = pool.min_idle.min(pool.max_connections)),
        setting(
            "min_idle",
            "Kept open",
            "Connections that are kept open even where nobody needs them; no more than the size.",
            count("connections", PoolConfig::MIN_IDLE),
            Access::Number(|pool| Some(&mut pool.min_idle)),
        ),
        setting(
            "queue",
            "Waiting",
            "Attempts that may wait for a connection; one more fails at once.",
            count("attempts", PoolConfig::QUEUE),
            Access::Number(|pool| Some(&mut pool.queue)),
        ),
        setting(
            "liveness_check",
            "Liveness check",
            "Whether a connection is looked at before it is used, and a dead one thrown away.",
            Kind::Flag,
            Access::Flag(|pool| Some(&mut pool.liveness_check)),
        ),
        setting(
            "check_interval",
            "Check every",
            "How often dead connections are thrown away and missing ones opened.",
            time(PoolConfig::CHECK_INTERVAL),
            Access::Time(|pool| Some(&mut pool.check_interval)),
        ),
    ]],
    one_of: &[],
};
