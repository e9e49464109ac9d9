//! A world as one plain value.

mod clients;
mod defaults;
mod dependency;
mod service;

use crate::dependency::{Dependency, Each};
use crate::fault::{Fault, FaultKind};
use crate::target::Target;
pub use clients::{ClientsConfig, Mix};
pub use dependency::{ColdStart, Contention, DependencyConfig, Link, PoolConfig, ServerConfig};
use fusebox::time::{Duration, Instant};
use fusebox::{ConfigError, LayerConfig, LayerKind, Otherwise, require};
pub use service::{CacheConfig, JobQueueConfig, ServiceConfig, WritesConfig};

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
    pub duration: Duration,
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
    /// Sets a fault of the service itself, in place of one of the same kind. What each kind comes to:
    ///
    /// - [`Fault::Down`] and [`Fault::Crash`]: its process is gone. Requests are refused at once;
    ///   those in it are lost, and their clients see a lost connection. Its connections close. What it
    ///   had asked servers for runs on there, unless [`Scenario::cancellation`] is on. What it had in
    ///   memory is gone for good: when it is back its breakers are closed, its budgets full, and its
    ///   pools empty, and it opens their fewest connections. The queue of jobs and the cache are
    ///   stores of their own and keep what they have.
    /// - [`Fault::Hang`]: its process stands still. Requests wait in the accept queue, and one more
    ///   than that takes is refused. Nothing in it begins, goes on or ends, and no limit of time of
    ///   its own runs out, before it is healed; then it hears of all that happened meanwhile.
    /// - [`Fault::Slow`]: its own work takes so many times as long. That of a health check is its
    ///   time; that of any other request, which is left out of the model where all is well, is taken
    ///   to be as much, so that each request has its thread for so much longer before its first step.
    /// - [`Fault::Flaky`]: that share of the requests that a thread takes is answered 500 at once.
    /// - [`Fault::RateLimit`]: it takes so many requests a second, and answers the rest 429 with
    ///   `Retry-After`.
    /// - [`Fault::Partition`]: nothing passes between the clients and it, and nobody is told.
    /// - [`Fault::Capacity`]: that share of its worker threads is left; those at work finish.
    ///
    /// A world without a service refuses it.
    ServiceFault(Fault),
    /// Heals the fault of this kind of the service itself.
    ServiceHeal(FaultKind),
}

impl Command {
    /// To what it is done, or around what.
    #[must_use]
    pub const fn on(self) -> Target {
        match self {
            Self::Fault(on, _) | Self::Heal(on, _) | Self::Layer(on, ..) => Target::Dependency(on),
            Self::ServiceFault(_) | Self::ServiceHeal(_) => Target::Service,
        }
    }

    /// The command itself, where it can be done in a world with a service or without.
    pub(super) fn check(self, has_service: bool) -> Result<Self, ConfigError> {
        if let Self::Fault(_, fault) | Self::ServiceFault(fault) = self {
            fault.check()?;
        }
        let on = self.on();
        let words = "a dependency, as there is no service";
        require(has_service || on != Target::Service, "command.on", on.name(), words)?;
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
        let memory = self.memory();
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
            let checked = command.check(self.service.is_some());
            checked.map_err(|error| error.within(&format!("schedule.{n}")))?;
        }
        require_time("length", self.duration)?;
        Ok(())
    }

    /// The dependencies that can ever be called, in the order in which they are: a substitute stands
    /// after what it is for, where the fallback there asks for one.
    #[must_use]
    pub fn used(&self) -> Vec<Dependency> {
        let Some(service) = &self.service else { return vec![Dependency::Postgres] };
        let any = |weight: fn(&Mix) -> u32| self.clients.iter().any(|group| weight(&group.mix) > 0);
        let search = service.search.iter().filter(|_| any(|mix| mix.search)).copied();
        let reads = [Dependency::Postgres, Dependency::Cache];
        let reads = reads.into_iter().filter(|_| any(|mix| mix.cached_read));
        let writes = any(|mix| mix.mutation).then_some(Dependency::Postgres);
        let mut used = Vec::new();
        for on in search.chain(reads).chain(writes) {
            let substitute = on.substitute().filter(|_| self.asks_substitute(on));
            for on in [Some(on), substitute].into_iter().flatten() {
                if !used.contains(&on) {
                    used.push(on);
                }
            }
        }
        used
    }

    fn asks_substitute(&self, on: Dependency) -> bool {
        self.dependencies[on].layers.iter().any(|layer| {
            matches!(layer, LayerConfig::Fallback(fallback) if fallback.otherwise == Otherwise::Substitute)
        })
    }

    /// About how many bytes the layers of all clients take.
    #[must_use]
    pub fn memory(&self) -> u64 {
        self.clients.iter().map(ClientsConfig::memory).sum()
    }

    /// How many clients there are, in all groups.
    #[must_use]
    pub fn client_count(&self) -> u32 {
        self.clients.iter().map(|group| group.count).sum()
    }
}
