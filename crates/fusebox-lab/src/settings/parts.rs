//! The settings of links, pools, rate limits and cold starts.

use super::kind::{Kind, MILLISECOND_TO_DAY, UP_TO_MINUTE, count, factor};
use super::spread::{HasSpread, spread};
use super::table::{Access, Item, Table, setting};
use fusebox::RateLimitConfig;
use fusebox::time::Duration;
use fusebox_sim::{ColdStart, Distribution, Link, PoolConfig};

pub(super) const RATE_LIMIT: &Table<RateLimitConfig> = &Table {
    name: "rate_limit",
    fresh: RateLimitConfig::default,
    items: &[&[
        setting(
            "permits",
            "Permits",
            "Requests that it takes in each period, evenly spread.",
            count("requests", 1..=1_000_000),
            Access::Number(|limit| Some(&mut limit.permits)),
        ),
        setting(
            "period",
            "Period",
            "How long a period is.",
            MILLISECOND_TO_DAY,
            Access::Time(|limit| Some(&mut limit.period)),
        ),
        setting(
            "burst",
            "Burst",
            "The most permits that are saved up; it starts with all of them.",
            count("requests", 1..=1_000_000),
            Access::Number(|limit| Some(&mut limit.burst)),
        ),
    ]],
    one_of: &[],
};

pub(super) const COLD: &Table<ColdStart> = &Table {
    name: "cold",
    fresh: || ColdStart { duration: Duration::from_secs(5), factor_per_mille: 4_000 },
    items: &[&[
        setting(
            "duration",
            "Length",
            "How long it is slower.",
            MILLISECOND_TO_DAY,
            Access::Time(|cold| Some(&mut cold.duration)),
        ),
        setting(
            "factor",
            "Factor",
            "How many times as long a request takes at first; it falls evenly to 1.",
            factor(1_000..=1_000_000),
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
            UP_TO_MINUTE,
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
            count("connections", 1..=10_000),
            Access::Number(|pool: &mut PoolConfig| Some(&mut pool.max_connections)),
        )
        .then(|pool| pool.min_idle = pool.min_idle.min(pool.max_connections)),
        setting(
            "min_idle",
            "Kept open",
            "Connections that are kept open even where nobody needs them; no more than the size.",
            count("connections", 0..=10_000),
            Access::Number(|pool| Some(&mut pool.min_idle)),
        ),
        setting(
            "queue",
            "Waiting",
            "Attempts that may wait for a connection; one more fails at once.",
            count("attempts", 0..=1_000_000),
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
            MILLISECOND_TO_DAY,
            Access::Time(|pool| Some(&mut pool.check_interval)),
        ),
    ]],
    one_of: &[],
};
