//! The setup of all lanes: the clients, the database, and its outage.

use super::strategy::Strategy;
use crate::settings::{Setting, all};
use crate::words::{multiple, requests};
use fusebox::time::{Duration, Instant};
use fusebox::{ConfigError, Expected, Pipeline, require};
use fusebox_sim::{
    Action, Arrivals, Burst, ClientsConfig, ColdStart, Dependency, Distribution, Fault, Link, Mix,
    RateSchedule, Scenario, ServerConfig,
};

/// When the database fails.
pub const DOWN_AT: Instant = Instant::from_secs(2);

/// The mean time of a message between a client and the database.
const LINK_TIME: Duration = Duration::from_millis(50);

/// The time within which all clients notice that the database has failed.
const NOTICED_WITHIN: Duration = Duration::from_millis(100);

/// When clients call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requests {
    /// One-shot: each client calls once, when the database fails, as its requests in flight break.
    OneShot,
    /// Closed loop: one call at a time, with a pause after each answer.
    Closed,
    /// Open loop: at random, whether calls are answered or not; each client also calls once more
    /// when the database fails, unless its capacity is only reduced.
    Open,
}

/// The fault of the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutageKind {
    /// It refuses connections at once.
    Down,
    /// It accepts requests and answers none.
    Hang,
    /// No message reaches it or comes from it.
    Partition,
    /// Its capacity is reduced.
    Reduced,
}

/// The settings of all lanes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setup {
    /// The number of clients: 10 to 100,000.
    pub clients: u32,
    /// When clients call.
    pub requests: Requests,
    /// The mean time between two calls of a client, or of its pause: 100 ms to 1 h.
    pub every: Duration,
    /// The database's capacity in calls per second for each 1,000 clients: 1 to 100,000.
    pub capacity: u32,
    /// The mean time of a query: 1 ms to 10 s. If one query at a time already exceeds the capacity,
    /// queries take longer.
    pub query_time: Duration,
    /// The fault of the database.
    pub kind: OutageKind,
    /// The share of its capacity that a reduced database has lost, in thousandths: 100 to 1000.
    pub depth_per_mille: u32,
    /// The length of the outage: 100 ms to 5 min.
    pub outage: Duration,
    /// How the database is slower for a while after the repair.
    pub cold: Option<ColdStart>,
    /// How long a client waits for the answer to an attempt: 10 ms to 1 min.
    pub timeout: Duration,
    /// The client deadline of a call: 10 ms to 1 h; none for no deadline.
    pub patience: Option<Duration>,
    /// How long the run is not measured: at most 10 min, and shorter than the run.
    pub warm_up: Duration,
    /// The length of the run: 10 s to 10 min, and at least 5 s longer than the outage.
    pub length: Duration,
}

impl Default for Setup {
    /// 1,000 clients with a call every 20 s, and a database with ten times that capacity that is down
    /// for 2 s.
    fn default() -> Self {
        Self {
            clients: 1_000,
            requests: Requests::Open,
            every: Duration::from_secs(20),
            capacity: 500,
            query_time: Duration::from_millis(40),
            kind: OutageKind::Down,
            depth_per_mille: 1_000,
            outage: Duration::from_secs(2),
            cold: None,
            timeout: Duration::from_secs(1),
            patience: Some(Duration::from_secs(15)),
            warm_up: Duration::ZERO,
            length: Duration::from_secs(30),
        }
    }
}

impl Setup {
    /// The longest run.
    pub const LONGEST: Duration = Duration::from_secs(600);

    /// The requests that the database queues.
    pub const QUEUE: u32 = 1_000_000;

    /// The shortest time that a run continues after the outage.
    pub const AFTERMATH: Duration = Duration::from_secs(5);

    /// The setup itself, if it is valid.
    ///
    /// # Errors
    /// With the first field that is outside its range.
    pub fn check(self) -> Result<Self, ConfigError> {
        for Setting { key, spec, value, .. } in all(&self) {
            let Some(value) = value else { continue };
            let (min, max) = spec.kind.range().unwrap_or_default();
            require(spec.parse(&value).is_some(), &key, &value, Expected::Range { min, max })?;
        }
        let words = "at least 5 s after the end of the outage";
        require(self.length >= self.least_length(), "herd.duration", self.length, words)?;
        let expected = Expected::other("less than", "herd.duration", self.length);
        require(self.warm_up < self.length, "herd.warm_up", self.warm_up, expected)?;
        let calls = self.calls();
        let words = "a setup with at most 2,000,000 calls in its run";
        require(calls <= 2_000_000, "herd.call_interval", self.every, words)?;
        Ok(self)
    }

    /// The shortest run for this outage.
    #[must_use]
    pub fn least_length(&self) -> Duration {
        (self.up_at() + Self::AFTERMATH).since(Instant::ZERO)
    }

    /// The length of a longer run: twice as long, and for at least this time after the repair; none if
    /// no such run is possible.
    #[must_use]
    pub fn lengthened(&self, aftermath: Duration) -> Option<Duration> {
        let least = (self.up_at() + aftermath).since(Instant::ZERO);
        let seconds = least.max(self.length.saturating_mul(2)).as_micros().div_ceil(1_000_000);
        let length = Duration::from_secs(seconds.next_multiple_of(10)).min(Self::LONGEST);
        let is_possible = length > self.length && Self { length, ..*self }.check().is_ok();
        is_possible.then_some(length)
    }

    /// The approximate number of calls in a run.
    fn calls(&self) -> u64 {
        let each = match self.requests {
            Requests::OneShot => 1,
            _ => 1 + self.length.as_micros() / self.every.as_micros().max(1),
        };
        u64::from(self.clients) * each
    }

    /// When the database is repaired.
    #[must_use]
    pub fn up_at(&self) -> Instant {
        DOWN_AT + self.outage
    }

    /// When the run ends.
    #[must_use]
    pub fn ends_at(&self) -> Instant {
        Instant::ZERO + self.length
    }

    /// The capacity of the database in calls per second.
    #[must_use]
    pub fn capacity_per_second(&self) -> f64 {
        f64::from(self.clients) * f64::from(self.capacity) / 1_000.0
    }

    /// A load in requests per second as a multiple of the capacity.
    #[must_use]
    pub fn multiple(&self, load: f64) -> f64 {
        load / self.capacity_per_second()
    }

    /// A load in both of its units: `784 requests/s (1.6× capacity)`.
    #[must_use]
    pub fn load_words(&self, load: f64) -> String {
        format!("{} ({} capacity)", requests(load), multiple(self.multiple(load)))
    }

    /// The concurrency of the database, and the time of each query.
    #[must_use]
    pub fn slots(&self) -> (u32, Duration) {
        let capacity = u64::from(self.clients) * u64::from(self.capacity);
        // Thousandths of a query per second, times microseconds.
        let slots = (capacity * self.query_time.as_micros() + 500_000_000) / 1_000_000_000;
        let slots = slots.clamp(1, 1_000_000);
        let micros = slots * 1_000_000_000 / capacity;
        (u32::try_from(slots).unwrap_or(u32::MAX), Duration::from_micros(micros.max(1)))
    }

    /// The normal call rate of all clients; none if they call only once.
    #[must_use]
    pub fn calls_per_second(&self) -> Option<f64> {
        let each = match self.requests {
            Requests::OneShot => return None,
            Requests::Open => self.every.as_secs_f64(),
            Requests::Closed => {
                let answer = 2.0 * LINK_TIME.as_secs_f64() + self.slots().1.as_secs_f64();
                self.every.as_secs_f64() + answer
            }
        };
        Some(f64::from(self.clients) / each)
    }

    fn arrivals(&self) -> Arrivals {
        match self.requests {
            Requests::OneShot => Arrivals::None,
            Requests::Closed => {
                Arrivals::Closed { think_time: self.every, distribution: Distribution::Exponential }
            }
            Requests::Open => {
                // The rate of all clients, in thousandths of a call per second.
                let rate = u64::from(self.clients) * 1_000_000_000 / self.every.as_micros();
                Arrivals::Poisson(RateSchedule::constant(rate.max(1)))
            }
        }
    }

    /// Whether all clients call at the moment of the outage, when their requests in flight fail.
    #[must_use]
    pub fn all_call_at_once(&self) -> bool {
        match self.requests {
            Requests::OneShot => true,
            Requests::Open => self.kind != OutageKind::Reduced,
            Requests::Closed => false,
        }
    }

    /// The kind of the outage in effect: a database that has lost all of its capacity hangs.
    #[must_use]
    pub const fn effect(&self) -> OutageKind {
        match self.kind {
            OutageKind::Reduced if self.depth_per_mille >= 1_000 => OutageKind::Hang,
            kind => kind,
        }
    }

    fn fault(&self) -> Fault {
        match self.effect() {
            OutageKind::Down => Fault::Down,
            OutageKind::Hang => Fault::Hang,
            OutageKind::Partition => Fault::Partitioned,
            OutageKind::Reduced => Fault::Degraded { capacity: 1_000 - self.depth_per_mille },
        }
    }

    /// The scenario of a lane.
    ///
    /// # Errors
    /// With the field that is outside its range: `herd.outage`, or `breaker.failures` of the strategy.
    pub fn scenario(&self, strategy: &Strategy) -> Result<Scenario, ConfigError> {
        self.check()?;
        Pipeline::new(&strategy.layers(self.timeout), 0)?;
        let scenario = self.unchecked_scenario(strategy);
        scenario.check().map(|()| scenario)
    }

    /// The scenario of a setup whose values are known to be in range. A check needs the tables of the
    /// settings, which the page fetches after its first view.
    pub(crate) fn unchecked_scenario(&self, strategy: &Strategy) -> Scenario {
        let burst = Burst { at: DOWN_AT, within: NOTICED_WITHIN, every: None, calls_per_client: 1 };
        let fault = self.fault();
        let mut scenario = Scenario {
            clients: vec![ClientsConfig {
                count: self.clients,
                arrivals: self.arrivals(),
                burst: self.all_call_at_once().then_some(burst),
                mix: Mix::SEARCH,
                deadline: self.patience,
                link: Link { latency: LINK_TIME, ..Link::default() },
                pool: None,
                layers: strategy.layers(self.timeout),
                shared_policies: strategy.shared,
            }],
            service: None,
            schedule: vec![
                Action::fault(DOWN_AT, Dependency::Postgres, fault),
                Action::heal(self.up_at(), Dependency::Postgres, fault.kind()),
            ],
            duration: self.length,
            warm_up: self.warm_up,
            ..Scenario::default()
        };
        let (slots, time) = self.slots();
        scenario.dependencies[Dependency::Postgres].server = ServerConfig {
            concurrency: slots,
            queue: Self::QUEUE,
            service_time: time,
            max_connections: 1_000_000,
            cold_start: self.cold,
            ..ServerConfig::default()
        };
        scenario
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_database_has_the_capacity_that_was_asked_for() {
        for (clients, capacity) in [(10, 1), (10, 250), (1_000, 250), (3_333, 77), (100_000, 1)] {
            let setup = Setup { clients, capacity, ..Setup::default() };
            let (slots, time) = setup.slots();
            let has = f64::from(slots) / time.as_secs_f64();
            let error = has / setup.capacity_per_second() - 1.0;
            assert!(error.abs() < 1e-3, "{clients} clients, {capacity}: {has}");
        }
    }

    #[test]
    fn what_cannot_be_is_named() {
        let base = Setup::default();
        let field = |setup: Setup| setup.check().unwrap_err().field;
        assert_eq!(field(Setup { clients: 9, ..base }), "herd.clients");
        assert_eq!(field(Setup { outage: Duration::from_secs(25), ..base }), "herd.duration");
        let every = Duration::from_millis(100);
        assert_eq!(field(Setup { clients: 100_000, every, ..base }), "herd.call_interval");
        assert_eq!(base.check(), Ok(base));
    }
}
