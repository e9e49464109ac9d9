//! A dependency, the link to it, and what the service puts around it.

use crate::chance::Distribution;
use core::ops::RangeInclusive;
use fusebox::time::Duration;
use fusebox::{
    Classifier, ConfigError, Expected, LayerConfig, LayerKind, RateLimitConfig, require,
    require_in, settings,
};

/// A dependency, the link to it, and what the service puts around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DependencyConfig {
    /// How it works on requests.
    pub server: ServerConfig,
    /// The link from the service.
    pub link: Link,
    /// The service's connections to it; none if each attempt opens its own at no cost.
    pub pool: Option<PoolConfig>,
    /// The service's layers around it, innermost first.
    pub layers: Vec<LayerConfig>,
    /// Which of these layers are off at the start.
    pub layers_off: Vec<LayerKind>,
    /// What its answers mean to these layers.
    pub classifier: Classifier,
}

settings! {
    /// A network link.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Link in "link" {
        /// The mean time of a message, in either direction.
        latency: Duration = Duration::MILLISECOND, LATENCY: Duration::ZERO..=Duration::from_secs(60);
        /// How that time is distributed.
        distribution: Distribution = Distribution::Constant;
    }
}

settings! {
    /// A server that works on a number of requests at the same time and queues the rest.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct ServerConfig in "dependency" {
        /// Requests that it works on at the same time.
        concurrency: u32 = 20, CONCURRENCY: 1..=1_000_000;
        /// Requests that may be queued; one more is refused with status 503.
        queue: u32 = 1_000, QUEUE: 0..=1_000_000;
        /// The mean time of a request. A write takes this time for each statement and once more for
        /// the commit.
        service_time: Duration = Duration::from_millis(10), SERVICE_TIME: Duration::from_micros(1)..=Duration::DAY;
        /// How that time is distributed.
        distribution: Distribution = Distribution::LogNormal { sigma_per_mille: 500 };
        /// How simultaneous requests lengthen that time.
        contention: Contention = Contention::None;
        /// Most connections that it accepts; one more is refused.
        max_connections: u32 = 100, MAX_CONNECTIONS: 1..=1_000_000;
        /// The mean time of a worker to open a connection of a pool; with none, it costs nothing.
        connect_time: Duration = Duration::ZERO, CONNECT_TIME: Duration::ZERO..=Duration::from_secs(60);
        /// Connections that it opens at the same time or has queued to be opened, if opening one takes
        /// time; one more is refused at once.
        concurrent_connects: u32 = 1_000_000, CONCURRENT_CONNECTS: 1..=1_000_000;
        /// How many requests it accepts; the rest are answered with `Retry-After`.
        rate_limit: Option<RateLimitConfig> = None;
        /// The status of those answers, and of those to requests above the limit of a fault.
        limit_status: LimitStatus = LimitStatus::TooManyRequests;
        /// The status of the requests that fail while it is flaky.
        flaky_status: u32 = 500, FLAKY_STATUS: 400..=599;
        /// How it is slower for a while after a start.
        cold_start: Option<ColdStart> = None;
    }
}

/// How simultaneous requests lengthen the time of a request that begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contention {
    /// They do not.
    None,
    /// Each request in progress, including the one that begins, adds a share of the time.
    Linear {
        /// The share in ten-thousandths, in [`Contention::PER_TEN_THOUSAND`].
        per_ten_thousand: u32,
    },
    /// Each request in progress above a threshold adds a share of the time.
    Knee {
        /// The threshold, in [`Contention::FROM`].
        from: u32,
        /// The share in ten-thousandths, in [`Contention::PER_TEN_THOUSAND`].
        per_ten_thousand: u32,
    },
}

/// The status, always with `Retry-After`, that asks a caller to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitStatus {
    /// 429.
    TooManyRequests = 429,
    /// 503, of servers that call their limit an overload.
    Unavailable = 503,
    /// 403, of large APIs that throttle with it.
    Forbidden = 403,
}

impl LimitStatus {
    /// The code.
    #[must_use]
    pub const fn code(self) -> u16 {
        self as u16
    }
}

settings! {
    /// The time after a start in which caches are empty.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct ColdStart in "cold_start" {
        /// How long it lasts.
        duration: Duration = Duration::from_secs(5), DURATION: Duration::MILLISECOND..=Duration::DAY;
        /// How many times as long a request takes at the beginning, in thousandths; it falls
        /// linearly to 1,000 at the end.
        factor_per_mille: u32 = 4_000, FACTOR_PER_MILLE: 1_000..=1_000_000;
    }
}

settings! {
    /// A pool of connections.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct PoolConfig in "pool" {
        /// Most connections.
        max_connections: u32 = 20, MAX_CONNECTIONS: 1..=10_000;
        /// Idle connections that are kept open to each dependency; at most `max_connections`.
        min_idle: u32 = 5, MIN_IDLE: 0..=10_000;
        /// Attempts that may be queued for a connection; one more fails at once.
        queue: u32 = 1_000, QUEUE: 0..=1_000_000;
        /// Whether a connection on which the server has not answered within the last 500 ms is checked
        /// before use, and closed if it is dead. The check is a message to the server and its answer.
        liveness_check: bool = true;
        /// How long a check waits for the answer of a server that cannot be reached or hangs, before
        /// the connection counts as dead.
        liveness_timeout: Duration = Duration::from_secs(5), LIVENESS_TIMEOUT: Duration::MILLISECOND..=Duration::DAY;
        /// Whether a dead connection also closes the idle ones that were opened before the same crash.
        close_generation: bool = false;
        /// How often old connections are closed, missing ones opened, and those checked that are due.
        check_interval: Duration = Duration::from_secs(1), CHECK_INTERVAL: Duration::MILLISECOND..=Duration::DAY;
        /// The time after a refused connect in which attempts that need a new connection fail at once.
        refusal_memory: Duration = Duration::from_millis(100), REFUSAL_MEMORY: Duration::ZERO..=Duration::DAY;
        /// How long a connection lives, in [`PoolConfig::AGE`]; one in use is closed once it is free.
        max_lifetime: Option<Duration> = None;
        /// The share of that time by which a connection may live shorter, at random, in thousandths.
        lifetime_jitter: u32 = 25, LIFETIME_JITTER: 0..=1_000;
        /// How long a connection beyond `min_idle` may be idle, in [`PoolConfig::AGE`].
        idle_timeout: Option<Duration> = None;
        /// How long a connection may be without an answer before the pool itself checks it, in
        /// [`PoolConfig::AGE`].
        keepalive_interval: Option<Duration> = None;
    }
}

impl DependencyConfig {
    /// In an error, the name of the dependency replaces the first part of the field's path.
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        self.server.check()?;
        self.link.check().map_err(|error| error.within("dependency.link"))?;
        if let Some(pool) = &self.pool {
            pool.check().map_err(|error| error.within("dependency.pool"))?;
        }
        Ok(())
    }
}

impl Link {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        self.check_ranges()?;
        self.distribution.check().map_err(|error| error.within("link.latency"))
    }
}

impl Contention {
    /// The range of the threshold of a knee.
    pub const FROM: RangeInclusive<u32> = 1..=1_000_000;
    /// The range of a share, in ten-thousandths.
    pub const PER_TEN_THOUSAND: RangeInclusive<u32> = 1..=1_000_000;

    /// The threshold, and the share that each request above it adds; none without contention.
    pub(crate) const fn knee_and_share(self) -> Option<(u32, u32)> {
        match self {
            Self::None => None,
            Self::Linear { per_ten_thousand } => Some((0, per_ten_thousand)),
            Self::Knee { from, per_ten_thousand } => Some((from, per_ten_thousand)),
        }
    }
}

impl ServerConfig {
    /// The capacity in requests per second, on average and without contention.
    #[must_use]
    pub fn capacity_per_second(&self) -> f64 {
        f64::from(self.concurrency) / self.service_time.as_secs_f64()
    }

    fn check(&self) -> Result<(), ConfigError> {
        self.check_ranges()?;
        self.distribution.check().map_err(|error| error.within("dependency.service_time"))?;
        if let Contention::Knee { from, .. } = self.contention {
            require_in(&Contention::FROM, "dependency.contention_from", from)?;
        }
        if let Some((_, share)) = self.contention.knee_and_share() {
            let range = &Contention::PER_TEN_THOUSAND;
            require_in(range, "dependency.contention_per_request", share)?;
        }
        if let Some(limit) = self.rate_limit {
            limit.check_ranges().map_err(|error| error.within("dependency.rate_limit"))?;
        }
        if let Some(cold) = self.cold_start {
            cold.check_ranges().map_err(|error| error.within("dependency.cold_start"))?;
        }
        Ok(())
    }
}

impl PoolConfig {
    /// The range of `max_lifetime`, `idle_timeout` and `keepalive_interval`.
    pub const AGE: RangeInclusive<Duration> = Duration::MILLISECOND..=Duration::DAY;

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        self.check_ranges()?;
        for (field, age) in [
            ("pool.max_lifetime", self.max_lifetime),
            ("pool.idle_timeout", self.idle_timeout),
            ("pool.keepalive_interval", self.keepalive_interval),
        ] {
            require_in(&Self::AGE, field, age.unwrap_or(Duration::DAY))?;
        }
        let Self { max_connections: most, min_idle, .. } = *self;
        let expected = Expected::other("at most", "pool.max_connections", most);
        require(min_idle <= most, "pool.min_idle", min_idle, expected)?;
        Ok(())
    }
}
