//! The herd: every client is hit by the same outage, and tries again in its own way.
//!
//! Each lane is a world of its own with the same seed, and so the same tape: the same calls at the
//! same moments, the same outage, the same time in the database for the same query. Only the wait
//! before a retry differs.

use crate::engine::{BackoffConfig, ConfigError, LayerConfig, RetryConfig, TimeoutConfig, require};
use crate::sim::{
    Arrivals, Burst, ClientsConfig, Command, Dependency, Fault, FaultKind, Link, Mix, RateSchedule,
    SAMPLE_EVERY, Sample, Scenario, ServerConfig, World,
};
use crate::time::{Duration, Instant};

/// What the lanes have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outage {
    /// How many clients there are: 100 to 10,000.
    pub clients: u32,
    /// How long the database is down: 0.1 s to 10 s.
    pub length: Duration,
}

/// When the database goes down.
pub const DOWN_AT: Instant = Instant::from_secs(2);

/// The mean time between two of the usual calls of a client.
pub const CALL_EVERY: Duration = Duration::from_secs(10);

/// How long a client waits for the answer to an attempt.
pub const ATTEMPT_TIME: Duration = Duration::from_secs(1);

/// The database can do so many times what the usual calls ask of it.
pub const HEADROOM: u32 = 5;

/// The mean time of a query.
const QUERY_TIME: Duration = Duration::from_millis(40);

/// How long a run goes on after the database is up again.
pub const AFTERMATH: Duration = Duration::from_secs(20);

/// A database that had nothing to catch up on for so long keeps up again.
const STEADY_FOR: Duration = Duration::from_secs(1);

impl Default for Outage {
    fn default() -> Self {
        Self { clients: 2_000, length: Duration::from_secs(2) }
    }
}

impl Outage {
    /// The fewest and the most clients.
    pub const CLIENTS: (u32, u32) = (100, 10_000);
    /// The shortest and the longest outage.
    pub const LENGTH: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(10));

    /// The outage itself, where it can be.
    ///
    /// # Errors
    /// With the field that is outside its range.
    pub fn check(self) -> Result<Self, ConfigError> {
        let clients = self.clients;
        let range = Self::CLIENTS.0..=Self::CLIENTS.1;
        require(range.contains(&clients), "herd.clients", clients, "100 to 10,000")?;
        let range = Self::LENGTH.0..=Self::LENGTH.1;
        require(range.contains(&self.length), "herd.outage", self.length, "0.1 s to 10 s")?;
        Ok(self)
    }

    /// When the database is up again.
    #[must_use]
    pub fn up_at(self) -> Instant {
        DOWN_AT + self.length
    }

    /// When the run ends.
    #[must_use]
    pub fn ends_at(self) -> Instant {
        self.up_at() + AFTERMATH
    }
}

/// A way to try again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strategy {
    /// At once, until it works.
    Immediate,
    /// After a random time up to 1 s, 2 s, 4 s ... 20 s, until it works.
    FullJitter,
}

impl Strategy {
    /// The strategies that are compared.
    pub const ALL: [Self; 2] = [Self::Immediate, Self::FullJitter];

    fn backoff(self) -> BackoffConfig {
        match self {
            Self::Immediate => BackoffConfig::IMMEDIATE,
            Self::FullJitter => BackoffConfig::default(),
        }
    }

    /// The layers of a client that follows this strategy.
    fn layers(self) -> Vec<LayerConfig> {
        let day = Duration::from_secs(86_400);
        vec![
            LayerConfig::Timeout(TimeoutConfig {
                connect: ATTEMPT_TIME,
                attempt: ATTEMPT_TIME,
                call: day,
            }),
            LayerConfig::Retry(RetryConfig {
                attempts: 1_000_000,
                backoff: self.backoff(),
                budget: None,
            }),
        ]
    }
}

/// What became of the database under one strategy.
#[derive(Clone, Debug, PartialEq)]
pub struct Lane {
    /// The strategy.
    pub strategy: Strategy,
    /// What it had to deal with.
    pub outage: Outage,
    /// The world every 100 ms.
    pub samples: Vec<Sample>,
    /// What the database can do in 100 ms.
    pub capacity: f64,
    /// The most retries that arrived in 100 ms once the database was up again, as a multiple of
    /// the capacity.
    pub retry_peak: f64,
    /// Attempts for each call that was sent.
    pub attempts_per_call: f64,
    /// How long after the outage the database kept up again; none where it did not in this run.
    pub recovery: Option<Duration>,
    /// Calls that were still without an answer at the end.
    pub unanswered: u64,
    /// Attempts that were in the database's queue at the end, most of them given up on.
    pub queued: u32,
    /// The run's fingerprint.
    pub fingerprint: u64,
}

/// The scenario of a lane.
///
/// The database's capacity is [`HEADROOM`] times what the usual calls need, one from each client in
/// [`CALL_EVERY`] on average.
/// When the outage begins, every client sends one more: whatever it had under way has broken.
///
/// # Errors
/// With the field of the outage that is outside its range.
pub fn scenario(outage: Outage, strategy: Strategy) -> Result<Scenario, ConfigError> {
    let outage = outage.check()?;
    // A client calls once in [`CALL_EVERY`], so the rate in thousandths of a call a second is
    let rate = u64::from(outage.clients) * 1_000_000_000 / CALL_EVERY.as_micros();
    let mut scenario = Scenario {
        clients: vec![ClientsConfig {
            count: outage.clients,
            arrivals: Arrivals::Poisson(RateSchedule::constant(rate)),
            burst: Some(Burst {
                at: DOWN_AT,
                within: Duration::from_millis(100),
                every: None,
                calls: 1,
            }),
            mix: Mix::SEARCH,
            patience: None,
            link: Link { time: Duration::from_millis(50), ..Link::default() },
            layers: strategy.layers(),
        }],
        service: None,
        schedule: vec![
            (DOWN_AT, Command::Fault(Dependency::Postgres, Fault::Down)),
            (outage.up_at(), Command::Heal(Dependency::Postgres, FaultKind::Down)),
        ],
        ..Scenario::default()
    };
    scenario.dependencies[Dependency::Postgres].server = ServerConfig {
        slots: slots(outage.clients),
        queue: 1_000_000,
        time: QUERY_TIME,
        ..ServerConfig::default()
    };
    Ok(scenario)
}

/// A lane that is still being computed, in slices that a page can fit between two frames.
#[derive(Debug)]
pub struct Runner {
    outage: Outage,
    strategy: Strategy,
    world: World,
}

impl Runner {
    /// A lane at its beginning.
    ///
    /// # Errors
    /// With the field of the outage that is outside its range.
    pub fn new(outage: Outage, strategy: Strategy, seed: u64) -> Result<Self, ConfigError> {
        let world = World::new(&scenario(outage, strategy)?, seed)?;
        Ok(Self { outage, strategy, world })
    }

    /// Lets up to `events` happen; true once the lane has come to its end.
    pub fn advance(&mut self, events: u32) -> bool {
        let ends_at = self.outage.ends_at();
        for _ in 0..events {
            if self.world.next_at().is_none_or(|at| at > ends_at) {
                return true;
            }
            self.world.step();
        }
        false
    }

    /// How far it has come.
    #[must_use]
    pub const fn now(&self) -> Instant {
        self.world.now()
    }

    /// The lane, as far as it has come.
    #[must_use]
    pub fn lane(&self) -> Lane {
        let Self { outage, strategy, ref world } = *self;
        let database = &world.scenario().dependencies[Dependency::Postgres].server;
        let capacity = database.capacity_per_second() * SAMPLE_EVERY.as_secs_f64();
        let counters = world.measures().counters();
        let samples: Vec<Sample> = world.measures().samples().iter().copied().collect();
        let after = samples.iter().filter(|sample| sample.at > outage.up_at());
        let most = after.map(|sample| sample.load[Dependency::Postgres].retries).max().unwrap_or(0);
        Lane {
            strategy,
            outage,
            capacity,
            retry_peak: f64::from(most) / capacity,
            attempts_per_call: ratio(counters.attempts(Dependency::Postgres), counters.calls),
            recovery: recovery(&samples, outage, database.slots),
            unanswered: counters.calls - counters.useful() - counters.errors(),
            queued: world.gauges().dependencies[Dependency::Postgres].queued,
            samples,
            fingerprint: world.fingerprint(),
        }
    }
}

/// Runs one lane from beginning to end.
///
/// # Errors
/// With the field of the outage that is outside its range.
pub fn run(outage: Outage, strategy: Strategy, seed: u64) -> Result<Lane, ConfigError> {
    let mut runner = Runner::new(outage, strategy, seed)?;
    while !runner.advance(u32::MAX) {}
    Ok(runner.lane())
}

/// How many queries the database works on at the same time, so that it has its headroom.
fn slots(clients: u32) -> u32 {
    let busy = u64::from(clients) * u64::from(HEADROOM) * QUERY_TIME.as_micros();
    u32::try_from(busy / CALL_EVERY.as_micros()).unwrap_or(u32::MAX)
}

/// Attempts that arrived in the 100 ms before a sample.
#[must_use]
pub const fn arrivals(sample: &Sample) -> u32 {
    sample.load.get(Dependency::Postgres).attempts()
}

/// How long after the outage the database had, for a second on end, no more waiting for it than it
/// works on at the same time.
fn recovery(samples: &[Sample], outage: Outage, slots: u32) -> Option<Duration> {
    let up_at = outage.up_at();
    let mut steady_since = None;
    for sample in samples.iter().filter(|sample| sample.at > up_at) {
        if sample.gauges.dependencies[Dependency::Postgres].queued > slots {
            steady_since = None;
            continue;
        }
        let since = *steady_since.get_or_insert(sample.at);
        if sample.at.since(since) >= STEADY_FOR {
            return Some(since.since(up_at));
        }
    }
    None
}

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
