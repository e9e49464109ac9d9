//! A world as one plain value.

mod clients;
mod defaults;
mod dependency;
mod service;

use crate::engine::{ConfigError, LayerKind, require};
use crate::sim::dependency::{Dependency, Each};
use crate::sim::fault::{Fault, FaultKind};
use crate::time::{Duration, Instant};
pub use clients::{ClientsConfig, Mix};
pub use dependency::{Cold, DependencyConfig, Link, Load, PoolConfig, ServerConfig};
pub use service::{CacheConfig, JobsConfig, ServiceConfig, WritesConfig};

/// Everything that, with a seed, determines a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scenario {
    /// Who calls: 1 to 8 groups of clients, together at most 1,000,000.
    pub clients: Vec<ClientsConfig>,
    /// What stands between the clients and the dependencies; where there is none, the clients call
    /// the database themselves.
    pub service: Option<ServiceConfig>,
    /// What the service depends on; what it never calls does nothing.
    pub dependencies: Each<DependencyConfig>,
    /// Whether who gives up also has the work stopped that was begun for it. Where this is off, that
    /// work runs to its end, as it does in most systems.
    pub cancellation: bool,
    /// What happens at which moment without anybody doing it; at most 1,000 entries.
    pub schedule: Vec<(Instant, Command)>,
    /// How long a run is, where nobody says otherwise: 1 ms to 1 day.
    pub length: Duration,
}

/// Something done to a world from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Command {
    /// Sets a fault of a dependency, in place of one of the same kind.
    Fault(Dependency, Fault),
    /// Heals the fault of this kind.
    Heal(Dependency, FaultKind),
    /// Switches a layer of the pipeline around a dependency.
    Layer(Dependency, LayerKind, bool),
}

impl Command {
    pub(super) fn check(self) -> Result<Self, ConfigError> {
        if let Self::Fault(_, fault) = self {
            fault.check()?;
        }
        Ok(self)
    }
}

const DAY: Duration = Duration::from_secs(86_400);
const MINUTE: Duration = Duration::from_secs(60);

/// From the shortest setting of a time to the longest.
fn require_time(field: &'static str, length: Duration) -> Result<Duration, ConfigError> {
    let range = Duration::from_millis(1)..=DAY;
    require(range.contains(&length), field, length, "1 ms to 1 day")
}

impl Scenario {
    /// Checks every field but the layers, which their own constructors check.
    ///
    /// # Errors
    /// With the first field that is outside its range.
    pub fn check(&self) -> Result<(), ConfigError> {
        let groups = self.clients.len();
        require((1..=8).contains(&groups), "clients", groups, "1 to 8 groups")?;
        for (n, group) in self.clients.iter().enumerate() {
            group.check().map_err(|error| error.within(&format!("clients.{n}")))?;
        }
        let count: u64 = self.clients.iter().map(|group| u64::from(group.count)).sum();
        require(count <= 1_000_000, "clients.count", count, "at most 1,000,000 in all groups")?;
        let memory: u64 = self.clients.iter().map(ClientsConfig::memory).sum();
        let words = "500,000,000 bytes at the most for the layers of all clients together";
        require(memory <= 500_000_000, "clients.layers", memory, words)?;
        if let Some(service) = &self.service {
            service.check()?;
        }
        for (dependency, config) in self.dependencies.iter() {
            config.check().map_err(|error| error.within(dependency.name()))?;
        }
        let entries = self.schedule.len();
        require(entries <= 1_000, "schedule", entries, "at most 1,000 entries")?;
        for (n, &(_, command)) in self.schedule.iter().enumerate() {
            command.check().map_err(|error| error.within(&format!("schedule.{n}")))?;
        }
        require_time("length", self.length)?;
        Ok(())
    }

    /// How many clients there are, in all groups.
    #[must_use]
    pub fn client_count(&self) -> u32 {
        self.clients.iter().map(|group| group.count).sum()
    }
}
