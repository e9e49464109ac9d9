//! The world: its parts, and the event loop.

mod cache;
mod check;
mod clients;
mod connects;
mod event;
mod exchange;
mod faults;
mod machines;
mod outage;
mod progress;
mod response;
mod service;
mod settings;
mod shared;
mod visits;
mod writes;

use crate::action::{Action, Command};
use crate::calls::{Attempt, CallKey, Calls};
use crate::chance::{Distribution, draw};
use crate::count;
use crate::dependency::{Dependency, Each};
use crate::fault::{Fault, FaultKind};
use crate::fault_set::FaultSet;
use crate::fingerprint::Fingerprint;
use crate::ledger::{Ledger, Mutations};
use crate::measure::{Attempts, DependencyGauges, Gauges, Measures, PoolGauges, SAMPLE_EVERY};
use crate::pool::Pool;
use crate::scenario::{DependencyConfig, Link, Scenario};
use crate::schedule::Schedule;
use crate::server::{Server, capacity};
use crate::target::Target;
use crate::trace::{Entry, Trace, What};
pub use check::Violation;
use clients::Client;
use event::Event;
use faults::Trouble;
use fusebox::rng::{Label, Rng};
use fusebox::time::{Duration, Instant};
use fusebox::{Bulkhead, ConfigError, Failure, Input, LayerKind, Outcome, Pipeline, Slot};
pub use progress::{Place, Progress};
use service::Service;
use shared::SharedBreaker;
use std::collections::VecDeque;

const PIPELINE: Label = Label::new("pipeline");
const LINK: Label = Label::new("link");

/// A dependency in the world, and the parts of the service around it.
#[derive(Clone, Debug)]
struct Site {
    server: Server,
    pipeline: Pipeline,
    link: Link,
    /// The most connections that the server takes.
    connections: u32,
    /// The index of the pool of its connections.
    pool: Option<usize>,
    /// Requests at the server whose connection the service has closed.
    orphans: u32,
    /// Reserved places of the pool for connections that the server has not opened yet.
    asking: u32,
    /// When the cached answer for each key was made; [`Instant::MAX`] for never.
    cached: Vec<Instant>,
}

/// A running world.
///
/// A clone continues exactly as the original does.
#[derive(Clone, Debug)]
pub struct World {
    scenario: Scenario,
    seed: u64,
    now: Instant,
    schedule: Schedule<Event>,
    events: u64,
    clients: Vec<Client>,
    /// The pipelines of the clients.
    pipelines: Vec<Pipeline>,
    service: Option<Service>,
    sites: Each<Site>,
    /// The breaker that all sites share, in place of their own.
    shared_breaker: Option<Box<SharedBreaker>>,
    pools: Vec<Pool<Attempt>>,
    /// Whether a pool may now have a connection for a queued attempt.
    pools_freed: bool,
    /// Whether there may be new work for a thread, a slot or a job.
    unsettled: bool,
    ledger: Ledger,
    calls: Calls,
    /// Calls of clients in flight.
    client_calls: u64,
    next_call: u64,
    /// Slots of bulkheads on their way to calls that were queued for them.
    grants: VecDeque<(u64, Slot)>,
    measures: Measures,
    trace: Trace,
    fingerprint: Fingerprint,
    trouble: Trouble,
}

impl World {
    /// The world of this scenario and seed, at time zero and without a trace.
    ///
    /// # Errors
    /// With the first field of the scenario that is outside its range.
    pub fn new(scenario: &Scenario, seed: u64) -> Result<Self, ConfigError> {
        Self::with_trace(scenario, seed, 0)
    }

    /// The world of this scenario and seed, with a trace of the newest `entries` events.
    ///
    /// # Errors
    /// With the first field of the scenario that is outside its range.
    pub fn with_trace(scenario: &Scenario, seed: u64, entries: usize) -> Result<Self, ConfigError> {
        scenario.check()?;
        let service = scenario.service.clone();
        let service = service.map(|config| Service { config, ..Service::default() });
        let sites = Each::try_of(|on| Site::new(on, &scenario.dependencies[on], seed))?;
        let writes = scenario.service.as_ref().map(|service| service.writes);
        let statements = writes.map_or(1, |writes| writes.statements);
        let keys = writes.is_some_and(|writes| writes.idempotency_keys);
        let (clients, pipelines) = clients::all(scenario, seed)?;
        let mut world = Self {
            scenario: scenario.clone(),
            seed,
            now: Instant::ZERO,
            schedule: Schedule::new(),
            events: 0,
            clients,
            pipelines,
            service,
            shared_breaker: SharedBreaker::of(scenario, &sites),
            sites,
            pools: Vec::new(),
            pools_freed: false,
            unsettled: true,
            ledger: Ledger::new(statements, keys)?,
            calls: Calls::default(),
            client_calls: 0,
            next_call: 0,
            grants: VecDeque::new(),
            measures: Measures::new(),
            trace: Trace::new(entries),
            fingerprint: Fingerprint::default(),
            trouble: Trouble::default(),
        };
        world.open_pools();
        world.schedule_start();
        Ok(world)
    }

    /// The seed of the world.
    #[must_use]
    pub const fn seed(&self) -> u64 {
        self.seed
    }

    /// The current time of the world.
    #[must_use]
    pub const fn now(&self) -> Instant {
        self.now
    }

    /// The scenario of the world.
    #[must_use]
    pub const fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// Runs all events up to and including `end`, and advances the clock to it.
    ///
    /// How long that takes depends on the scenario: a client with a million attempts and no wait
    /// between them makes them all at the same moment. To stop earlier, use [`World::run_events`].
    pub fn run_until(&mut self, end: Instant) {
        while self.run_events(end, u32::MAX) == u32::MAX {}
        self.now = self.now.max(end);
    }

    /// Runs at most this number of events, none of them after `end`, and returns how many ran; the
    /// clock stays at the last of them.
    pub fn run_events(&mut self, end: Instant, most: u32) -> u32 {
        for happened in 0..most {
            if self.next_at().is_none_or(|at| at > end) {
                return happened;
            }
            self.step();
        }
        most
    }

    /// Runs the next event.
    pub fn step(&mut self) {
        let Some((at, event)) = self.schedule.pop() else { return };
        debug_assert!(at >= self.now, "time ran back");
        self.now = at;
        self.events += 1;
        self.fingerprint.add(&(at, event));
        self.handle(event);
        self.settle();
    }

    /// The moment of the next event.
    #[must_use]
    pub fn next_at(&self) -> Option<Instant> {
        self.schedule.next_at()
    }

    /// Applies a command to the service or a dependency now.
    ///
    /// # Errors
    /// When the parameter of a fault is outside its range, the world has no service, the command is for
    /// a layer of the service, which has no layers, or a setting cannot have the value. The world is
    /// then unchanged.
    pub fn apply(&mut self, on: impl Into<Target>, command: Command) -> Result<(), ConfigError> {
        let on = on.into();
        command.check(on, self.service.is_some())?;
        if let (Command::Set(change), Target::Dependency(on)) = (command, on) {
            change.of(&self.scenario.dependencies[on])?;
        }
        self.perform(on, command);
        self.settle();
        Ok(())
    }

    /// A clone. Its code is large, and the compiler would put that of [`Clone::clone`] into each caller.
    #[inline(never)]
    #[must_use]
    pub fn copy(&self) -> Self {
        self.clone()
    }

    /// A clone without the entries of its trace and without samples older than a second, so that
    /// many clones fit in memory; its future is the same.
    #[must_use]
    pub fn checkpoint(&mut self) -> Self {
        let trace = self.trace.take();
        let samples = self.measures.take_old_samples();
        let copy = self.copy();
        self.trace.put_back(trace);
        self.measures.put_back(samples);
        copy
    }

    /// Drops samples older than a second, for a caller that has recorded them; the future of the
    /// world is the same.
    pub fn forget_samples(&mut self) {
        self.measures.forget_old_samples();
    }

    /// From now on, keeps the attempts of clients that call the database themselves, in this number
    /// of rows.
    pub fn watch(&mut self, rows: u32) {
        self.measures.attempts = Some(Box::new(Attempts::new(count(self.clients.len()), rows)));
    }

    /// The measurements.
    #[must_use]
    pub const fn measures(&self) -> &Measures {
        &self.measures
    }

    /// What became of the writes since the start, or since the warm-up: applied, duplicated, lost.
    #[must_use]
    pub const fn mutations(&self) -> Mutations {
        self.ledger.mutations()
    }

    /// The newest events.
    #[must_use]
    pub const fn trace(&self) -> &Trace {
        &self.trace
    }

    /// The service's bulkhead around a dependency, if there is one and it is on.
    #[must_use]
    pub fn bulkhead(&self, on: Dependency) -> Option<&Bulkhead> {
        let pipeline = &self.sites[on].pipeline;
        pipeline.bulkhead().filter(|_| pipeline.is_on(LayerKind::Bulkhead))
    }

    /// Whether the pipeline around a dependency has a layer of this kind that is on.
    #[must_use]
    pub fn is_on(&self, on: Dependency, kind: LayerKind) -> bool {
        self.sites[on].pipeline.is_on(kind)
    }

    /// How many events have run.
    #[must_use]
    pub const fn events(&self) -> u64 {
        self.events
    }

    /// How many events are scheduled.
    #[must_use]
    pub fn events_pending(&self) -> usize {
        self.schedule.len()
    }

    /// A hash of the run, equal for two runs if the same events happened in both.
    #[must_use]
    pub const fn fingerprint(&self) -> u64 {
        self.fingerprint.value()
    }

    /// How many calls of clients are in flight.
    #[must_use]
    pub const fn calls_in_flight(&self) -> u64 {
        self.client_calls
    }

    /// The gauges of the world now.
    #[must_use]
    pub fn gauges(&self) -> Gauges {
        let service = self.service.as_ref();
        Gauges {
            threads_busy: service.map_or(0, |service| service.busy),
            queued: service.map_or(0, Service::queued),
            jobs: service.map_or(0, |service| count(service.jobs.len()) + service.jobs_busy),
            dependencies: Each::of(|on| self.dependency_gauges(on)),
            service_fault: self.faults(Target::Service).next(),
        }
    }

    /// The current faults of the service or a dependency, in the order of
    /// [`FaultKind::ALL`](super::FaultKind::ALL).
    pub fn faults(&self, of: impl Into<Target>) -> impl Iterator<Item = Fault> {
        self.fault_set(of.into()).into_iter().flat_map(FaultSet::iter)
    }

    fn dependency_gauges(&self, on: Dependency) -> DependencyGauges {
        let site = &self.sites[on];
        let breaker = if self.service.is_some() && site.pipeline.is_on(LayerKind::Breaker) {
            self.breaker(on)
        } else {
            None
        };
        let takes_writes = on == Dependency::Postgres
            && self.scenario.clients.iter().any(|group| group.mix.mutation > 0);
        DependencyGauges {
            capacity: if takes_writes {
                None
            } else {
                capacity(&self.scenario.dependencies[on].server, site.server.faults())
            },
            busy: site.server.busy(),
            queued: site.server.queued(),
            fault: site.server.faults().iter().next(),
            breaker: breaker.map(|breaker| breaker.state().name()),
            pool: self.pool_gauges(on),
        }
    }

    /// The connections to a dependency, of all pools together; none without a pool.
    fn pool_gauges(&self, on: Dependency) -> Option<PoolGauges> {
        let pools = self.pools_of(on);
        let sum =
            |of: fn(&Pool<Attempt>, Dependency) -> u32| pools.iter().map(|it| of(it, on)).sum();
        (!pools.is_empty()).then(|| PoolGauges {
            used: sum(Pool::used),
            idle: sum(Pool::idle),
            waiting: sum(Pool::waiting_for),
        })
    }

    fn schedule_start(&mut self) {
        for n in 0..self.scenario.schedule.len() {
            let Action { at, on, command } = self.scenario.schedule[n];
            self.schedule.at(at, Event::Do(on, command));
        }
        self.schedule.at(Instant::ZERO + SAMPLE_EVERY, Event::Sample);
        self.schedule_clients();
    }

    /// Handles an event. What is rare is not inlined here, since the code of the common events hardly
    /// fits into the instruction cache as it is.
    fn handle(&mut self, event: Event) {
        if self.service_is(FaultKind::Hang) && self.holds_back(event) {
            return;
        }
        match event {
            Event::Arrival(client) => {
                self.call(client, true);
                self.schedule_next(client, false);
            }
            Event::Burst { group, round } => self.burst(group, round),
            Event::BurstCall(client) => self.call(client, false),
            Event::ReachService(attempt) => self.accept(attempt),
            Event::HealthDone(key) | Event::Worked(key) => self.worked(key),
            Event::CancelRequest(key) => self.cancel_request(key),
            Event::Wake(key, number) => self.wake(key, number),
            Event::Dial(dial) => self.dial(dial),
            Event::Dialed(dial, epoch) => self.dialed(dial, epoch),
            Event::Check(check) => self.check_arrives(check),
            Event::Checked(check, is_alive) => self.checked(check, is_alive),
            Event::ReachServer(on, visit) => self.reach_server(on, visit),
            Event::QueryDone(on, slot) => self.finish_query(on, slot),
            Event::CancelQuery(on, slot) => self.cancel_query(on, slot),
            Event::Answer { attempt, outcome, epoch } => self.answer(attempt, outcome, epoch),
            Event::ReachClient(attempt, response) => self.reach_client(attempt, response),
            Event::Maintain(pool) => self.maintain(pool),
            Event::Restart(on) => self.restart(on),
            Event::RetryJobs => self.unsettled = true,
            Event::Sample => self.sample(),
            Event::Do(on, command) => self.perform(on, command),
        }
    }

    #[cold]
    fn sample(&mut self) {
        let gauges = self.gauges();
        self.measures.sample(self.now, &gauges);
        let warm_at = Instant::ZERO + self.scenario.warm_up;
        if self.now - SAMPLE_EVERY < warm_at && warm_at <= self.now {
            self.measures.begin(self.now, self.client_calls);
            self.ledger.end_warm_up();
        }
        self.schedule.at(self.now + SAMPLE_EVERY, Event::Sample);
    }

    /// Gives freed threads, slots and connections to whatever is queued for them.
    ///
    /// It loops because a call may end as soon as it begins, and so may a whole queue of calls.
    fn settle(&mut self) {
        while self.unsettled || self.pools_freed {
            if let Some(next) = self.next_in_queue() {
                self.work(next);
            } else if let Some((id, slot)) = self.grants.pop_front() {
                self.tell(CallKey::from_word(id), Input::Granted(slot));
            } else if self.pools_freed {
                self.serve_pools();
            } else if !self.start_job() {
                self.unsettled = false;
            }
        }
        let calls = &self.calls;
        self.schedule.sweep_if_due(|event| match event {
            Event::Wake(key, number) => calls.get(*key).is_some_and(|call| call.wake == *number),
            _ => true,
        });
    }

    /// Schedules an event for when its message has passed the link; `key` identifies the message.
    fn send(&mut self, link: Link, key: u64, event: Event) {
        let time = travel(link, self.seed, key);
        self.schedule.at(self.now + time, event);
    }

    fn file(&mut self, call: Option<u64>, on: Option<Dependency>, what: What) {
        self.trace.add(Entry { at: self.now, call, on, what });
    }
}

impl Site {
    fn new(on: Dependency, config: &DependencyConfig, seed: u64) -> Result<Self, ConfigError> {
        let name = on.name();
        let index = 1 + on as u64;
        let pipeline = Pipeline::new(&config.layers, pipeline_seed(seed, u64::MAX - index));
        let mut pipeline = pipeline.map_err(|error| error.under(name))?;
        pipeline.set_classifier(config.classifier.clone());
        for &kind in &config.layers_off {
            pipeline.switch(Instant::ZERO, kind, false);
        }
        let server = Server::new(config.server, on, seed);
        Ok(Self {
            server: server.map_err(|error| error.under(name))?,
            pipeline,
            link: config.link,
            connections: config.server.max_connections,
            pool: None,
            orphans: 0,
            asking: 0,
            cached: Vec::new(),
        })
    }
}

/// The time that a message takes; `key` identifies the message.
fn travel(link: Link, seed: u64, key: u64) -> Duration {
    if link.distribution == Distribution::Constant {
        return link.latency;
    }
    draw(link.latency, link.distribution, &mut Rng::labelled(seed, LINK, key))
}

const REFUSED: Outcome = Outcome::Failure(Failure::Connect);
const LOST: Outcome = Outcome::Failure(Failure::ConnectionLost);

/// The seed of the pipeline of a client or of a dependency.
fn pipeline_seed(seed: u64, n: u64) -> u64 {
    Rng::labelled(seed, PIPELINE, n).up_to(u64::MAX)
}
