//! Who calls: groups of clients that are alike.

use super::{Link, require_time};
use crate::arrivals::{Arrivals, Burst};
use fusebox::time::Duration;
use fusebox::{BreakerConfig, ConfigError, LayerConfig, Window, require};

/// A group of clients that are alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientsConfig {
    /// How many: 1 to 1,000,000.
    pub count: u32,
    /// When they call.
    pub arrivals: Arrivals,
    /// Moments at which each of them calls besides.
    pub burst: Option<Burst>,
    /// What they call for.
    pub mix: Mix,
    /// How long a client waits for the end of a call before it gives up; none for ever: 1 ms to 1 day.
    pub deadline: Option<Duration>,
    /// The way to whom they call.
    pub link: Link,
    /// The layers of each client's own pipeline, innermost first.
    pub layers: Vec<LayerConfig>,
    /// Whether all clients of the group share one pipeline, as the users of one process do, and not each
    /// has its own: one breaker, one budget and one bulkhead for all of them.
    pub shared_policies: bool,
}

/// How often each endpoint is called, as weights; each 0 to 1,000,000 and not all 0.
///
/// Without a service every call is a read of the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mix {
    /// A search: what [`super::ServiceConfig::search`] lists, one after the other.
    pub search: u32,
    /// A read of the cache, and of the database where that has nothing fresh.
    pub cached_read: u32,
    /// A health check, which needs no dependency.
    pub health: u32,
    /// A write to the database.
    pub mutation: u32,
}

impl Mix {
    /// Searches alone.
    pub const SEARCH: Self = Self { search: 1, cached_read: 0, health: 0, mutation: 0 };

    /// The weights, in the order of the fields.
    pub(crate) const fn weights(&self) -> [u32; 4] {
        [self.search, self.cached_read, self.health, self.mutation]
    }
}

impl ClientsConfig {
    /// About how many bytes the layers of these clients take.
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
        u64::from(pipelines) * self.layers.iter().map(layer).sum::<u64>()
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let Self { count, arrivals, burst, mix, deadline: patience, link, .. } = self;
        require((1..=1_000_000).contains(count), "clients.count", *count, "1 to 1,000,000")?;
        arrivals.check().map_err(|error| error.within("clients.arrivals"))?;
        if let Some(burst) = burst {
            burst.check().map_err(|error| error.within("clients.burst"))?;
            let calls = u64::from(burst.calls_per_client) * u64::from(*count);
            let words = "at most 1,000,000 of all clients of the group";
            require(calls <= 1_000_000, "clients.burst.calls_per_client", calls, words)?;
        }
        for weight in mix.weights() {
            require(weight <= 1_000_000, "clients.mix", weight, "weights of 0 to 1,000,000")?;
        }
        let sum: u32 = mix.weights().iter().sum();
        require(sum > 0, "clients.mix", sum, "weights that are not all 0")?;
        if let Some(patience) = *patience {
            require_time("clients.deadline", patience)?;
        }
        link.check().map_err(|error| error.within("clients.link"))?;
        Ok(())
    }
}
