//! Scenarios by chance: everything that a scenario may hold, in numbers small enough to matter and to
//! be computed in milliseconds.

mod chance;
mod clients;
mod dependencies;
mod layers;
mod trouble;

use self::clients::When;
use super::at;
pub(crate) use chance::Chance;
pub(crate) use dependencies::spread;
use fusebox::time::{Duration, Instant};
use fusebox::{LayerConfig, LayerKind};
use fusebox_sim::{
    Action, Arrivals, CacheConfig, ClientsConfig, Command, Dependency, DependencyConfig, Each,
    Fault, FaultKind, JobQueueConfig, Scenario, ServiceConfig, Target, WritesConfig,
};
pub(crate) use trouble::in_trouble;

/// A scenario by chance, and what can be known of it without a run.
#[derive(Clone, Debug)]
pub(crate) struct Sketch {
    pub(crate) scenario: Scenario,
    /// When the last call is sent and the last fault healed, at the latest.
    pub(crate) ends_at: Instant,
    /// Whether calls end there; otherwise some client retries for ever.
    pub(crate) ends: bool,
    /// Whether it has more of everything, and too much for a look at all of it after every event.
    pub(crate) large: bool,
}

/// The scenario of this seed.
pub(crate) fn sketch(seed: u64) -> Sketch {
    let mut chance = Chance::new(seed);
    let large = chance.in_thousand(20);
    let ends = chance.in_thousand(700);
    let length = chance.number(100, 2_500);
    let when = When { length, ends, large };
    let groups = chance.number(1, 3);
    let clients = (0..groups).map(|_| clients::group(&mut chance, when)).collect();
    let service = chance.maybe(800, |chance| service(chance, large));
    let dependencies = Each::of(|on| dependencies::dependency(&mut chance, on, large));
    let mut sketch = Sketch {
        scenario: Scenario {
            clients,
            service,
            dependencies,
            cancellation: chance.in_thousand(400),
            schedule: Vec::new(),
            duration: Duration::from_millis(length.into()),
            // The checker counts from the beginning.
            warm_up: Duration::ZERO,
        },
        ends_at: at(length.into()),
        ends,
        large,
    };
    sketch.scenario.schedule = actions(&mut chance, &sketch);
    if sketch.may_wait_for_ever() {
        let patience = chance.millis(100, 3_000);
        for group in &mut sketch.scenario.clients {
            group.deadline.get_or_insert(patience);
        }
    }
    sketch
}

impl Sketch {
    /// Whether something may be cut off that has no limit of time, and so waits for ever.
    pub(crate) fn may_wait_for_ever(&self) -> bool {
        let schedule = &self.scenario.schedule;
        let has = |on: Target, command: Command| {
            schedule.iter().any(|action| (action.on, action.command) == (on, command))
        };
        let cut_off = |on: Target| has(on, Command::Fault(Fault::Partitioned));
        let whom = match self.scenario.service {
            Some(_) => Target::Service,
            None => Dependency::Postgres.into(),
        };
        let limited = |group: &ClientsConfig| group.deadline.is_some() || times(&group.layers);
        if cut_off(whom) && !self.scenario.clients.iter().all(limited) {
            return true;
        }
        if self.scenario.service.is_none() {
            return false;
        }
        let limited = |on| {
            let DependencyConfig { layers, layers_off: off, .. } = &self.scenario.dependencies[on];
            let switched = has(on.into(), Command::Layer(LayerKind::Timeout, false));
            times(layers) && !off.contains(&LayerKind::Timeout) && !switched
        };
        Dependency::ALL.into_iter().any(|on| cut_off(on.into()) && !limited(on))
    }

    /// Whether every job is done in the end, once no layer protects the database from it.
    ///
    /// A quota may always be too small for the statements of one transaction, and jobs that are tried
    /// together may always be in each other's way where the database has no room for them all.
    pub(crate) fn jobs_get_done(&self) -> bool {
        let server = self.scenario.dependencies[Dependency::Postgres].server;
        let service = self.scenario.service.as_ref();
        let workers =
            service.and_then(|service| service.writes.job_queue).map_or(0, |jobs| jobs.workers);
        server.rate_limit.is_none()
            && server.concurrency + server.queue >= workers
            && !self.may_wait_for_ever()
    }

    /// Whether a group calls whatever is answered.
    pub(crate) fn is_open(&self, group: usize) -> bool {
        !matches!(self.scenario.clients[group].arrivals, Arrivals::Closed { .. })
    }
}

fn times(layers: &[LayerConfig]) -> bool {
    layers.iter().any(|layer| layer.kind() == LayerKind::Timeout)
}

fn service(chance: &mut Chance, large: bool) -> ServiceConfig {
    let steps = if chance.in_thousand(100) { 8 } else { chance.number(1, 3) };
    ServiceConfig {
        threads: if large { chance.number(1, 100) } else { chance.number(1, 8) },
        accept_queue: if large { chance.number(0, 1_000) } else { chance.number(0, 12) },
        search: (0..steps).map(|_| chance.pick(&Dependency::ALL)).collect(),
        health_check_time: chance.millis(0, 5),
        shared_pool: chance.maybe(300, |chance| dependencies::pool(chance, large)),
        shared_breaker: chance.in_thousand(250),
        cache: CacheConfig { keys: chance.number(1, 20), ttl: chance.millis(0, 1_000) },
        writes: WritesConfig {
            statements: if chance.in_thousand(50) { 20 } else { chance.number(1, 3) },
            idempotency_keys: chance.in_thousand(500),
            retry_without_key: chance.in_thousand(500),
            job_queue: chance.maybe(600, |chance| JobQueueConfig {
                capacity: chance.number(1, 20),
                workers: chance.number(1, 3),
                retry_interval: chance.millis(1, 300),
            }),
        },
    }
}

/// Faults, healings and switches at random moments, and at the end the healing of all that may be left.
fn actions(chance: &mut Chance, sketch: &Sketch) -> Vec<Action> {
    let length = sketch.ends_at.as_micros();
    let number = if chance.in_thousand(250) { 0 } else { chance.number(1, 14) };
    // Few dependencies matter to a run; those that do are hit more often than the rest.
    let hit = match &sketch.scenario.service {
        Some(service) => vec![Dependency::Postgres, service.search[0]],
        None => vec![Dependency::Postgres],
    };
    let of_service = sketch.scenario.service.is_some() && chance.in_thousand(500);
    let mut actions = Vec::new();
    let mut other = Chance::new(length);
    for _ in 0..number {
        if of_service && chance.in_thousand(300) {
            let command = if chance.in_thousand(700) {
                Command::Fault(dependencies::fault(chance))
            } else {
                Command::Heal(chance.pick(&FaultKind::ALL))
            };
            actions.push(Action::new(chance.moment(length), Target::Service, command));
            continue;
        }
        let on =
            if chance.in_thousand(700) { chance.pick(&hit) } else { chance.pick(&Dependency::ALL) };
        let command = match chance.number(0, 9) {
            0..=5 => Command::Fault(dependencies::fault(chance)),
            6..=7 => Command::Heal(chance.pick(&FaultKind::ALL)),
            _ => Command::Layer(chance.pick(&LayerKind::ALL), chance.in_thousand(500)),
        };
        let is_set = matches!(command, Command::Layer(..)) && other.in_thousand(500);
        let set = Command::Set(dependencies::change(&mut other));
        let command = if is_set { set } else { command };
        actions.push(Action::new(chance.moment(length), on, command));
    }
    actions.sort_by_key(|action| action.at);
    let mut healed: Vec<_> = actions
        .iter()
        .filter_map(|action| match action.command {
            Command::Fault(fault) => Some(Action::heal(sketch.ends_at, action.on, fault.kind())),
            _ => None,
        })
        .collect();
    healed.dedup();
    actions.extend(healed);
    actions
}
