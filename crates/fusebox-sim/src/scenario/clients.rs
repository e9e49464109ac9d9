//! Groups of clients with the same settings.

use super::{Link, PoolConfig};
use crate::arrivals::{Arrivals, Burst, RateSchedule};
use core::ops::RangeInclusive;
use fusebox::time::Duration;
use fusebox::{BreakerConfig, ConfigError, LayerConfig, Window, require, require_in, settings};

settings! {
    /// A group of clients with the same settings: by default 100, each with one call per second.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ClientsConfig in "clients" {
        /// The number of clients.
        count: u32 = 100, COUNT: 1..=1_000_000;
        /// When they call.
        arrivals: Arrivals = Arrivals::Poisson(RateSchedule::constant(100_000));
        /// Moments at which every client of the group makes additional calls.
        burst: Option<Burst> = None;
        /// Which endpoints they call.
        mix: Mix = Mix { search: 50, cached_read: 30, health: 10, mutation: 10 };
        /// The client deadline: how long a client waits for a call before it gives up, in
        /// [`ClientsConfig::DEADLINE`]; none to wait for ever.
        deadline: Option<Duration> = Some(Duration::from_secs(10));
        /// The network between the clients and the service, or the database if there is no service.
        link: Link = Link { latency: Duration::from_millis(10), ..Link::default() };
        /// Each client's own pool of connections to the database, if there is no service; none if each
        /// attempt opens its own at no cost.
        pool: Option<PoolConfig> = None;
        /// The layers of each client's own pipeline, innermost first.
        layers: Vec<LayerConfig> = Vec::new();
        /// Whether all clients of the group share one pipeline, as the users of one process do: one
        /// breaker, one budget and one bulkhead for all of them.
        shared_policies: bool = false;
    }
}

/// How often each endpoint is called, as weights in [`Mix::WEIGHT`] that are not all 0.
///
/// Without a service, every call is a read of the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mix {
    /// A search, which calls the dependencies of [`super::ServiceConfig::search`] one after the
    /// other.
    pub search: u32,
    /// A read of the cache, and of the database if the cache has nothing fresh.
    pub cached_read: u32,
    /// A health check, which needs no dependency.
    pub health: u32,
    /// A write to the database.
    pub mutation: u32,
}

impl Mix {
    /// The range of each weight.
    pub const WEIGHT: RangeInclusive<u32> = 0..=1_000_000;
    /// Only searches.
    pub const SEARCH: Self = Self { search: 1, cached_read: 0, health: 0, mutation: 0 };

    /// The weights, in the order of the fields.
    pub(crate) const fn weights(&self) -> [u32; 4] {
        [self.search, self.cached_read, self.health, self.mutation]
    }
}

impl ClientsConfig {
    /// The range of `deadline`.
    pub const DEADLINE: RangeInclusive<Duration> = Duration::MILLISECOND..=Duration::DAY;

    /// About how many bytes the layers of these clients need.
    pub(super) fn memory(&self) -> u64 {
        let layer = |layer: &LayerConfig| match layer {
            LayerConfig::Breaker(BreakerConfig { window: Window::Count(calls), .. }) => {
                2_000 + 16 * u64::from(*calls)
            }
            LayerConfig::Breaker(_) | LayerConfig::Throttle(_) => 4_000,
            LayerConfig::Retry(_) => 1_000,
            _ => 200,
        };
        let pipelines = if self.shared_policies { 1 } else { self.count };
        let pools = if self.pool.is_some() { self.count } else { 0 };
        u64::from(pipelines) * self.layers.iter().map(layer).sum::<u64>() + 500 * u64::from(pools)
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        self.check_ranges()?;
        let Self { count, arrivals, burst, mix, deadline, link, .. } = self;
        arrivals.check().map_err(|error| error.within("clients.arrivals"))?;
        if let Some(burst) = burst {
            burst.check().map_err(|error| error.within("clients.burst"))?;
            let calls = u64::from(burst.calls_per_client) * u64::from(*count);
            let words = "at most 1,000,000 of all clients of the group";
            require(calls <= 1_000_000, "clients.burst.calls_per_client", calls, words)?;
        }
        for weight in mix.weights() {
            require_in(&Mix::WEIGHT, "clients.mix", weight)?;
        }
        let sum: u32 = mix.weights().iter().sum();
        require(sum > 0, "clients.mix", sum, "weights that are not all 0")?;
        if let Some(deadline) = *deadline {
            require_in(&Self::DEADLINE, "clients.deadline", deadline)?;
        }
        link.check().map_err(|error| error.within("clients.link"))?;
        if let Some(pool) = &self.pool {
            pool.check().map_err(|error| error.within("clients.pool"))?;
        }
        Ok(())
    }
}
