//! Scenarios: a world as one plain value.

mod clients;
mod defaults;
pub(crate) mod dependency;
mod service;

use crate::action::{Action, Change, Command};
use crate::dependency::{Dependency, Each};
use crate::target::Target;
pub use clients::{ClientsConfig, Mix};
use core::ops::RangeInclusive;
pub use defaults::breaker_by_rate;
pub use dependency::{
    ColdStart, Contention, DependencyConfig, LimitStatus, Link, PoolConfig, ServerConfig,
};
use fusebox::time::{Duration, Instant};
use fusebox::{ConfigError, Expected, LayerConfig, Otherwise, require, require_in};
pub use service::{CacheConfig, JobQueueConfig, ServiceConfig, WritesConfig};

/// Everything that determines a run, except its seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scenario {
    /// The clients: 1 to 8 groups, together at most 1,000,000.
    pub clients: Vec<ClientsConfig>,
    /// The service between the clients and the dependencies; none if the clients call the database
    /// themselves.
    pub service: Option<ServiceConfig>,
    /// The dependencies; one that is never called has no effect.
    pub dependencies: Each<DependencyConfig>,
    /// Whether work in progress is cancelled when the caller gives up. Without it, the work runs to its
    /// end, as it does in most systems.
    pub cancellation: bool,
    /// The actions that belong to the scenario: at most 1,000.
    pub schedule: Vec<Action>,
    /// The default length of a run, in [`Scenario::DURATION`].
    pub duration: Duration,
    /// How long a run is not measured, in [`Scenario::WARM_UP`] and shorter than the run, so that its
    /// beginning does not bias the measures of a steady state. Samples are taken all the same.
    pub warm_up: Duration,
}

impl Scenario {
    /// The range of `duration`.
    pub const DURATION: RangeInclusive<Duration> = Duration::MILLISECOND..=Duration::DAY;
    /// The range of `warm_up`.
    pub const WARM_UP: RangeInclusive<Duration> = Duration::ZERO..=Duration::from_secs(3_600);

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
        for (n, action) in self.schedule.iter().enumerate() {
            let checked = action.command.check(action.on, self.service.is_some());
            checked.map_err(|error| error.within(&format!("schedule.{n}")))?;
        }
        self.check_changes()?;
        require_in(&Self::DURATION, "duration", self.duration)?;
        require_in(&Self::WARM_UP, "warm_up", self.warm_up)?;
        let expected = Expected::other("less than", "duration", self.duration);
        require(self.warm_up < self.duration, "warm_up", self.warm_up, expected)?;
        Ok(())
    }

    /// Checks that each scheduled change fits the settings that it will find.
    fn check_changes(&self) -> Result<(), ConfigError> {
        let mut changes: Vec<(Instant, usize, Dependency, Change)> = Vec::new();
        for (n, &Action { at, on, command }) in self.schedule.iter().enumerate() {
            if let (Command::Set(change), Target::Dependency(on)) = (command, on) {
                let place = changes.partition_point(|&(other, ..)| other <= at);
                changes.insert(place, (at, n, on, change));
            }
        }
        let mut now = self.dependencies.clone();
        for (_, n, on, change) in changes {
            let after = change.of(&now[on]);
            now[on] = after.map_err(|error| error.under(&format!("schedule.{n}")))?;
        }
        Ok(())
    }

    /// The dependencies that clients can call, in order, possibly with repetitions.
    pub(crate) fn called(&self) -> Vec<Dependency> {
        let Some(service) = &self.service else { return vec![Dependency::Postgres] };
        let any = |weight: fn(&Mix) -> u32| self.clients.iter().any(|group| weight(&group.mix) > 0);
        let mut called = if any(|mix| mix.search) { service.search.clone() } else { Vec::new() };
        if any(|mix| mix.cached_read) {
            called.extend([Dependency::Postgres, Dependency::Cache]);
        }
        if any(|mix| mix.mutation) {
            called.push(Dependency::Postgres);
        }
        called
    }

    /// The dependencies that can ever be called, in order: a substitute follows its dependency, if
    /// the fallback there asks for a substitute.
    #[must_use]
    pub fn used(&self) -> Vec<Dependency> {
        let mut used = Vec::new();
        for on in self.called() {
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

    /// About how many bytes the layers of all clients need.
    #[must_use]
    pub fn memory(&self) -> u64 {
        self.clients.iter().map(ClientsConfig::memory).sum()
    }

    /// The number of clients in all groups.
    #[must_use]
    pub fn client_count(&self) -> u32 {
        self.clients.iter().map(|group| group.count).sum()
    }
}
