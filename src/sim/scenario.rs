//! A world as one plain value.

use crate::engine::{ConfigError, LayerConfig, LayerKind, require};
use crate::sim::chance::Spread;
use crate::sim::fault::Fault;
use crate::time::{Duration, Instant};

/// Everything that, with a seed, determines a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scenario {
    /// Who calls.
    pub clients: ClientsConfig,
    /// What stands between the clients and the database; none where they call it themselves.
    pub service: Option<ServiceConfig>,
    /// The database.
    pub database: DatabaseConfig,
    /// What happens at which moment without anybody doing it; at most 1,000 entries.
    pub schedule: Vec<(Instant, Command)>,
}

/// Something done to a world from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Command {
    /// Sets the database's fault, or heals it.
    Fault(Option<Fault>),
    /// Switches a layer of the service's pipeline.
    Layer(LayerKind, bool),
}

/// A group of clients that are alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientsConfig {
    /// How many: 1 to 1,000,000.
    pub count: u32,
    /// The mean time between two calls of one client, whose calls come at random (Poisson) and do
    /// not wait for each other; none for no such calls: 1 ms to 1 day.
    pub interval: Option<Duration>,
    /// A moment at which every client calls.
    pub herd: Option<HerdConfig>,
    /// How long a client waits for an answer before it gives up; none for ever: 1 ms to 1 day.
    pub patience: Option<Duration>,
    /// The way of a message to whom they call, and of the answer back: up to 1 min.
    pub network: Duration,
    /// The layers of each client's own pipeline, innermost first.
    pub layers: Vec<LayerConfig>,
}

/// A moment at which every client of a group sends one call, because the same thing happened to all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HerdConfig {
    /// When the first calls.
    pub at: Instant,
    /// How long after that the last one does: up to 1 day.
    pub within: Duration,
}

/// A service that answers a client's call with one query to the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceConfig {
    /// Threads; one has one call from beginning to end: 1 to 10,000.
    pub workers: u32,
    /// Calls that may wait for a thread; one more is answered 503 at once: 0 to 1,000,000.
    pub queue: u32,
    /// The share of health checks among the calls, which need no database, in thousandths.
    pub health_per_mille: u32,
    /// How long a health check takes: up to 1 min.
    pub health_time: Duration,
    /// The way of a message to the database, and of the answer back: up to 1 min.
    pub network: Duration,
    /// The layers around the database, innermost first.
    pub layers: Vec<LayerConfig>,
    /// Those of them that are off at the start.
    pub off: Vec<LayerKind>,
}

/// A database that does so much at the same time, and has the rest wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DatabaseConfig {
    /// Queries at the same time: 1 to 100,000.
    pub slots: u32,
    /// Queries that may wait; one more is refused with status 503: 0 to 1,000,000.
    pub queue: u32,
    /// The mean time of a query: 1 µs to 1 day.
    pub time: Duration,
    /// How that time spreads.
    pub spread: Spread,
}

impl DatabaseConfig {
    /// Queries a second that it can do at the most, on average.
    #[must_use]
    pub fn capacity_per_second(&self) -> f64 {
        f64::from(self.slots) / self.time.as_secs_f64()
    }
}

impl Scenario {
    /// Checks every field but the layers, which their own constructors check.
    ///
    /// # Errors
    /// With the first field that is outside its range.
    pub fn check(&self) -> Result<(), ConfigError> {
        self.clients.check()?;
        if let Some(service) = &self.service {
            service.check()?;
        }
        self.database.check()?;
        let entries = self.schedule.len();
        require(entries <= 1_000, "schedule", entries, "at most 1,000 entries")?;
        for &(_, command) in &self.schedule {
            if let Command::Fault(Some(fault)) = command {
                fault.check()?;
            }
        }
        Ok(())
    }
}

const DAY: Duration = Duration::from_secs(86_400);
const MINUTE: Duration = Duration::from_secs(60);

impl ClientsConfig {
    fn check(&self) -> Result<(), ConfigError> {
        let Self { count, interval, herd, patience, network, .. } = self;
        require((1..=1_000_000).contains(count), "clients.count", *count, "1 to 1,000,000")?;
        let positive = Duration::from_millis(1)..=DAY;
        for (field, length) in [("clients.interval", interval), ("clients.patience", patience)] {
            if let Some(length) = *length {
                require(positive.contains(&length), field, length, "1 ms to 1 day")?;
            }
        }
        if let Some(HerdConfig { within, .. }) = *herd {
            require(within <= DAY, "clients.herd.within", within, "at most 1 day")?;
        }
        require(*network <= MINUTE, "clients.network", *network, "at most 1 min")?;
        Ok(())
    }
}

impl ServiceConfig {
    fn check(&self) -> Result<(), ConfigError> {
        let Self { workers, queue, health_per_mille, health_time, network, .. } = *self;
        require((1..=10_000).contains(&workers), "service.workers", workers, "1 to 10,000")?;
        require(queue <= 1_000_000, "service.queue", queue, "0 to 1,000,000")?;
        let share = health_per_mille;
        require(share <= 1_000, "service.health", share, "0 to 1000 ‰")?;
        require(health_time <= MINUTE, "service.health_time", health_time, "at most 1 min")?;
        require(network <= MINUTE, "service.network", network, "at most 1 min")?;
        Ok(())
    }
}

impl DatabaseConfig {
    fn check(&self) -> Result<(), ConfigError> {
        let Self { slots, queue, time, spread } = *self;
        require((1..=100_000).contains(&slots), "database.slots", slots, "1 to 100,000")?;
        require(queue <= 1_000_000, "database.queue", queue, "0 to 1,000,000")?;
        let in_range = (Duration::from_micros(1)..=DAY).contains(&time);
        require(in_range, "database.time", time, "1 µs to 1 day")?;
        spread.check().map_err(|error| error.within("database.spread"))?;
        Ok(())
    }
}
