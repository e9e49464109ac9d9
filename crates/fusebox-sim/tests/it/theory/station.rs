//! A world that is one queue, and its measurements in the steady state.

use crate::statistics::{Interval, RUNS, ratio};
use fusebox::time::{Duration, Instant};
use fusebox_sim::{
    Arrivals, ClientsConfig, Contention, Dependency, DependencyConfig, Distribution, Gauges, Link,
    Mix, RateSchedule, Reply, Scenario, ServerConfig, ServiceConfig, What, World,
};

/// The mean time of a request.
const TIME: Duration = Duration::from_millis(10);

/// The queue never reaches this length in any of these worlds.
const ENDLESS: u32 = 1_000_000;

/// A queue, and how long it is observed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Station {
    pub(super) servers: u32,
    pub(super) queue: u32,
    pub(super) spread: Distribution,
    /// Arrivals per second times the mean service time, divided by the number of servers.
    pub(super) utilisation: f64,
    /// What the servers are.
    pub(super) kind: Kind,
    /// About the number of arrivals observed in each run, after a warm-up of an eighth as many.
    pub(super) arrivals: u32,
}

/// What has this number of servers, and a queue.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    /// The database, which the clients call themselves.
    Database,
    /// The service, whose threads wait for a database that is never busy.
    Threads,
}

/// The measurements of a station, each over [`RUNS`] runs; times are in service times.
#[derive(Debug)]
pub(super) struct Seen {
    /// The time from the call to a good answer, by the clients' clocks.
    pub(super) time: Interval,
    /// Requests queued or in service, on average over time, by the gauges.
    pub(super) present: Interval,
    /// Queued requests.
    pub(super) waiting: Interval,
    /// The share of the arrivals that was lost.
    pub(super) blocked: Interval,
    /// The requests present, divided by the product of the arrival rate and the time in the system.
    pub(super) little: Interval,
}

impl Station {
    /// A station with one server, an unlimited queue and this utilisation.
    pub(super) const fn of_one(spread: Distribution, utilisation: f64, arrivals: u32) -> Self {
        let kind = Kind::Database;
        Self { servers: 1, queue: ENDLESS, spread, utilisation, kind, arrivals }
    }

    /// The offered load in erlangs.
    pub(super) fn load(&self) -> f64 {
        self.utilisation * f64::from(self.servers)
    }

    pub(super) fn watch(&self) -> Seen {
        let runs: Vec<Run> = (0..RUNS as u64).map(|seed| Run::of(self, seed)).collect();
        let of =
            |value: fn(&Run) -> f64| Interval::of(&runs.iter().map(value).collect::<Vec<f64>>());
        Seen {
            time: of(Run::time),
            present: of(|run| (run.waiting + run.at_work) / run.length),
            waiting: of(|run| run.waiting / run.length),
            blocked: of(|run| ratio(run.refused, run.answered + run.refused)),
            little: of(Run::little),
        }
    }

    fn scenario(&self) -> Scenario {
        let rate = self.load() / TIME.as_secs_f64();
        let link = Link { latency: Duration::ZERO, distribution: Distribution::Constant };
        let mut scenario = Scenario {
            clients: vec![ClientsConfig {
                count: 10,
                arrivals: Arrivals::Poisson(RateSchedule::constant(per_mille(rate))),
                mix: Mix::SEARCH,
                deadline: None,
                link,
                ..ClientsConfig::default()
            }],
            service: None,
            ..Scenario::default()
        };
        let server = ServerConfig {
            service_time: TIME,
            distribution: self.spread,
            contention: Contention::None,
            cold_start: None,
            ..ServerConfig::default()
        };
        let (slots, queue) = match self.kind {
            Kind::Database => (self.servers, self.queue),
            Kind::Threads => {
                scenario.service = Some(ServiceConfig {
                    threads: self.servers,
                    accept_queue: self.queue,
                    search: vec![Dependency::Postgres],
                    ..ServiceConfig::default()
                });
                (ENDLESS, 0)
            }
        };
        scenario.dependencies[Dependency::Postgres] = DependencyConfig {
            server: ServerConfig { concurrency: slots, queue, ..server },
            link,
            pool: None,
            layers: Vec::new(),
            layers_off: Vec::new(),
            classifier: fusebox::Classifier::default(),
        };
        scenario
    }

    /// How many requests are queued, and how many are in service.
    fn gauge(&self, gauges: &Gauges) -> (u32, u32) {
        match self.kind {
            Kind::Database => {
                let database = &gauges.dependencies[Dependency::Postgres];
                (database.queued, database.busy)
            }
            Kind::Threads => (gauges.queued, gauges.threads_busy),
        }
    }
}

/// The measurements of one run after its warm-up; times are in seconds.
#[derive(Debug, Default)]
struct Run {
    length: f64,
    answered: u64,
    refused: u64,
    /// The sum of all times to a good answer.
    latency: f64,
    /// The integrals of the queued requests and of those in service, over time.
    waiting: f64,
    at_work: f64,
}

impl Run {
    fn of(station: &Station, seed: u64) -> Self {
        let mut world = World::with_trace(&station.scenario(), seed, 1_000).unwrap();
        let length = f64::from(station.arrivals) * TIME.as_secs_f64() / station.load();
        let warm = Instant::ZERO + Duration::from_secs_f64(length / 8.0);
        let end = warm + Duration::from_secs_f64(length);
        world.run_until(warm);
        let mut run = Self { length: end.since(warm).as_secs_f64(), ..Self::default() };
        while world.now() < end {
            run.step(station, &mut world, end);
        }
        run
    }

    /// The current state lasts until the next event.
    fn step(&mut self, station: &Station, world: &mut World, end: Instant) {
        let (waiting, at_work) = station.gauge(&world.gauges());
        let next = world.next_at().unwrap_or(end).min(end);
        let lasts = next.since(world.now()).as_secs_f64();
        self.waiting += f64::from(waiting) * lasts;
        self.at_work += f64::from(at_work) * lasts;
        let seen = world.trace().added();
        world.run_until(next);
        for entry in world.trace().since(seen) {
            match entry.what {
                What::Answered { reply: Reply::Success, latency, .. } => {
                    self.answered += 1;
                    self.latency += latency.as_secs_f64();
                }
                What::Answered { .. } => self.refused += 1,
                _ => {}
            }
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
    fn time(&self) -> f64 {
        self.latency / self.answered as f64 / TIME.as_secs_f64()
    }

    /// By Little's law this is 1, except for the calls that cross an edge of the run.
    fn little(&self) -> f64 {
        (self.waiting + self.at_work) / self.latency
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rate")]
fn per_mille(rate: f64) -> u64 {
    (rate * 1_000.0).round() as u64
}
