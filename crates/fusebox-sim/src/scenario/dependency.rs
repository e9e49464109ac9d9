//! A dependency, the way to it, and what the service puts around it.

use super::{DAY, MINUTE, require_time};
use crate::chance::Distribution;
use fusebox::time::Duration;
use fusebox::{
    ConfigError, Expected, LayerConfig, LayerKind, OtherField, RateLimitConfig, require,
};

/// A dependency, the way to it, and what the service puts around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DependencyConfig {
    /// What it does with a request.
    pub server: ServerConfig,
    /// The way from the service.
    pub link: Link,
    /// The service's connections to it; none where each attempt has one of its own at no cost.
    pub pool: Option<PoolConfig>,
    /// The layers of the service around it, innermost first.
    pub layers: Vec<LayerConfig>,
    /// Those of them that are off at the start.
    pub layers_off: Vec<LayerKind>,
}

/// A way that messages take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The mean time of a message, in either direction: up to 1 min.
    pub latency: Duration,
    /// How that time spreads.
    pub distribution: Distribution,
}

/// A server that does so much at the same time, and has the rest wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerConfig {
    /// Requests that it works on at the same time: 1 to 1,000,000.
    pub concurrency: u32,
    /// Requests that may wait; one more is refused with status 503: 0 to 1,000,000.
    pub queue: u32,
    /// The mean time of a request: 1 µs to 1 day. A write takes it for each statement, and the commit
    /// takes it once more.
    pub service_time: Duration,
    /// How that time spreads.
    pub distribution: Distribution,
    /// What more work at the same time does to that time.
    pub contention: Contention,
    /// Connections that it takes; one more is refused: 1 to 1,000,000.
    pub max_connections: u32,
    /// How many requests it takes; the rest get 429 with `Retry-After`.
    pub rate_limit: Option<RateLimitConfig>,
    /// How it is slower for a while after a start.
    pub cold_start: Option<ColdStart>,
}

/// What more work at the same time does to the time of a request that begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contention {
    /// Nothing.
    None,
    /// Each request at work, that one included, adds a share of the time.
    Linear {
        /// The share in ten-thousandths: 1 to 1,000,000.
        per_ten_thousand: u32,
    },
    /// Each request at work beyond so many does.
    Knee {
        /// As many change nothing: 1 to 1,000,000.
        from: u32,
        /// The share in ten-thousandths: 1 to 1,000,000.
        per_ten_thousand: u32,
    },
}

/// The time after a start, in which caches are empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ColdStart {
    /// How long it lasts: 1 ms to 1 day.
    pub duration: Duration,
    /// How much longer a request takes at its beginning, in thousandths; it falls evenly to 1000 at
    /// its end: 1000 to 1,000,000.
    pub factor_per_mille: u32,
}

/// A pool of connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolConfig {
    /// Connections at the most: 1 to 10,000.
    pub max_connections: u32,
    /// Connections that are kept open to each dependency even where nobody needs them: up to `size`.
    pub min_idle: u32,
    /// Attempts that may wait for a connection; one more fails at once: 0 to 1,000,000.
    pub queue: u32,
    /// Whether a connection is looked at before it is used, and a dead one thrown away.
    pub liveness_check: bool,
    /// How often dead connections are thrown away and missing ones opened: 1 ms to 1 day.
    pub check_interval: Duration,
}

impl DependencyConfig {
    /// The first part of a field's path is replaced by the dependency's name.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
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
        require(self.latency <= MINUTE, "link.latency", self.latency, "at most 1 min")?;
        self.distribution.check().map_err(|error| error.within("link.latency"))?;
        Ok(())
    }
}

impl ServerConfig {
    /// Requests a second that it can do at the most, on average and under no load of its own.
    #[must_use]
    pub fn capacity_per_second(&self) -> f64 {
        f64::from(self.concurrency) / self.service_time.as_secs_f64()
    }

    fn check(&self) -> Result<(), ConfigError> {
        let Self {
            concurrency: slots,
            queue,
            service_time: time,
            distribution: spread,
            contention: load,
            max_connections: connections,
            rate_limit,
            cold_start: cold,
        } = *self;
        let million = |field, value| {
            require((1..=1_000_000).contains(&value), field, value, "1 to 1,000,000")
        };
        million("dependency.concurrency", slots)?;
        require(queue <= 1_000_000, "dependency.queue", queue, "0 to 1,000,000")?;
        let in_range = (Duration::from_micros(1)..=DAY).contains(&time);
        require(in_range, "dependency.service_time", time, "1 µs to 1 day")?;
        spread.check().map_err(|error| error.within("dependency.service_time"))?;
        match load {
            Contention::None => {}
            Contention::Linear { per_ten_thousand } => {
                million("dependency.contention_per_request", per_ten_thousand)?;
            }
            Contention::Knee { from: at, per_ten_thousand } => {
                million("dependency.contention_from", at)?;
                million("dependency.contention_per_request", per_ten_thousand)?;
            }
        }
        million("dependency.max_connections", connections)?;
        if let Some(limit) = rate_limit {
            limit.check().map_err(|error| error.within("dependency.rate_limit"))?;
        }
        if let Some(ColdStart { duration: length, factor_per_mille: factor }) = cold {
            require_time("dependency.cold_start.duration", length)?;
            let range = 1_000..=1_000_000;
            require(
                range.contains(&factor),
                "dependency.cold_start.factor",
                factor,
                "1000 to 1,000,000 ‰",
            )?;
        }
        Ok(())
    }
}

impl PoolConfig {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let Self {
            max_connections: size,
            min_idle: min,
            queue: waiting,
            check_interval: check_every,
            ..
        } = *self;
        require((1..=10_000).contains(&size), "pool.max_connections", size, "1 to 10,000")?;
        let expected = Expected::AtMost(OtherField::new("pool.max_connections", size));
        require(min <= size, "pool.min_idle", min, expected)?;
        require(waiting <= 1_000_000, "pool.queue", waiting, "0 to 1,000,000")?;
        require_time("pool.check_interval", check_every)?;
        Ok(())
    }
}
