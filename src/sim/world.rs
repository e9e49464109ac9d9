//! The world: what exists, and what happens to it next.

mod attempt;
mod client;
mod service;

use crate::engine::{Bulkhead, CircuitBreaker, ConfigError, LayerKind, Outcome, Slot};
use crate::rng::{Label, Rng};
use crate::sim::calls::{CallKey, Calls};
use crate::sim::chance::{Spread, draw};
use crate::sim::database::{Database, Query};
use crate::sim::fingerprint::Fingerprint;
use crate::sim::measure::{Gauges, Measures, SAMPLE_EVERY};
use crate::sim::scenario::{Command, Scenario};
use crate::sim::schedule::Schedule;
use crate::sim::trace::{Entry, Reply, Trace, What};
use crate::time::{Duration, Instant};
use attempt::Attempt;
use client::Client;
use service::Service;
use std::collections::VecDeque;

const HERD: Label = Label::new("herd");
const PIPELINE: Label = Label::new("pipeline");

/// The number of no attempt; the first is 1.
const NO_ATTEMPT: u32 = 0;

/// Something that will happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Event {
    /// A client calls, and its next call is drawn.
    Arrival(u32),
    /// A client calls because all do.
    HerdCall(u32),
    ReachService(CallKey),
    HealthDone(CallKey),
    /// The timer of a call's machine.
    Wake(CallKey),
    ReachDatabase(Query<Attempt>),
    QueryDone {
        slot: u32,
        epoch: u32,
    },
    Answer(Attempt, Outcome),
    ReachClient(CallKey, Reply),
    PatienceOver(CallKey),
    Sample,
    Do(Command),
}

/// A world that runs.
#[derive(Debug)]
pub struct World {
    scenario: Scenario,
    seed: u64,
    now: Instant,
    schedule: Schedule<Event>,
    events: u64,
    clients: Vec<Client>,
    service: Option<Service>,
    database: Database<Attempt>,
    calls: Calls,
    next_call: u64,
    /// Slots of a bulkhead on their way to who waited for them.
    grants: VecDeque<(u64, Slot)>,
    measures: Measures,
    trace: Trace,
    fingerprint: Fingerprint,
}

impl World {
    /// The world of this scenario and seed, at time zero and without a trace.
    ///
    /// # Errors
    /// With the first field of the scenario that is outside its range.
    pub fn new(scenario: &Scenario, seed: u64) -> Result<Self, ConfigError> {
        Self::with_trace(scenario, seed, 0)
    }

    /// The same, with a trace of the newest `entries` things that happened.
    ///
    /// # Errors
    /// With the first field of the scenario that is outside its range.
    pub fn with_trace(scenario: &Scenario, seed: u64, entries: usize) -> Result<Self, ConfigError> {
        scenario.check()?;
        let service =
            scenario.service.as_ref().map(|config| Service::new(config, seed)).transpose()?;
        let clients = (0..scenario.clients.count)
            .map(|n| Client::new(scenario, seed, n))
            .collect::<Result<_, _>>()?;
        let mut world = Self {
            scenario: scenario.clone(),
            seed,
            now: Instant::ZERO,
            schedule: Schedule::new(),
            events: 0,
            clients,
            service,
            database: Database::new(scenario.database, seed),
            calls: Calls::default(),
            next_call: 0,
            grants: VecDeque::new(),
            measures: Measures::new(),
            trace: Trace::new(entries),
            fingerprint: Fingerprint::default(),
        };
        world.schedule_start();
        Ok(world)
    }

    /// Now.
    #[must_use]
    pub const fn now(&self) -> Instant {
        self.now
    }

    /// The scenario that it was made from.
    #[must_use]
    pub const fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// Lets everything happen up to and including `end`, and moves the clock there.
    pub fn run_until(&mut self, end: Instant) {
        while self.next_at().is_some_and(|at| at <= end) {
            self.step();
        }
        self.now = self.now.max(end);
    }

    /// Lets the next event happen.
    pub fn step(&mut self) {
        let Some((at, event)) = self.schedule.pop() else { return };
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

    /// Does something to the world now.
    ///
    /// # Errors
    /// When a number of the fault is outside its range; then nothing has happened.
    pub fn apply(&mut self, command: Command) -> Result<(), ConfigError> {
        if let Command::Fault(Some(fault)) = command {
            fault.check()?;
        }
        self.perform(command);
        Ok(())
    }

    fn perform(&mut self, command: Command) {
        self.fingerprint.add(&(self.now, command));
        self.file(None, What::Done(command));
        match command {
            Command::Fault(fault) => self.set_fault(fault),
            Command::Layer(kind, on) => {
                if let Some(service) = &mut self.service {
                    service.pipeline.switch(self.now, kind, on);
                }
            }
        }
    }

    /// What was measured.
    #[must_use]
    pub const fn measures(&self) -> &Measures {
        &self.measures
    }

    /// What happened.
    #[must_use]
    pub const fn trace(&self) -> &Trace {
        &self.trace
    }

    /// The service's breaker, if there is one.
    #[must_use]
    pub fn breaker(&self) -> Option<&CircuitBreaker> {
        self.service.as_ref()?.pipeline.breaker()
    }

    /// The service's bulkhead, if there is one and it is on.
    #[must_use]
    pub fn bulkhead(&self) -> Option<&Bulkhead> {
        let pipeline = &self.service.as_ref()?.pipeline;
        pipeline.bulkhead().filter(|_| pipeline.is_on(LayerKind::Bulkhead))
    }

    /// How many events have happened.
    #[must_use]
    pub const fn events(&self) -> u64 {
        self.events
    }

    /// A number that two runs share only if the same happened in both.
    #[must_use]
    pub const fn fingerprint(&self) -> u64 {
        self.fingerprint.value()
    }

    /// How many calls are under way.
    #[must_use]
    pub fn calls_under_way(&self) -> usize {
        self.calls.len()
    }

    /// What can be read off the world now.
    #[must_use]
    pub fn gauges(&self) -> Gauges {
        let service = self.service.as_ref();
        Gauges {
            workers_busy: service.map_or(0, |service| service.busy),
            queued: service.map_or(0, |service| count(service.queue.len())),
            database_busy: self.database.busy(),
            database_queued: self.database.queued(),
            fault: self.database.fault(),
            breaker: service
                .filter(|service| service.pipeline.is_on(LayerKind::Breaker))
                .and_then(|service| service.pipeline.breaker())
                .map(|breaker| breaker.state().name()),
        }
    }

    fn schedule_start(&mut self) {
        for &(at, command) in &self.scenario.schedule {
            self.schedule.at(at, Event::Do(command));
        }
        self.schedule.at(Instant::ZERO + SAMPLE_EVERY, Event::Sample);
        for n in 0..self.scenario.clients.count {
            self.schedule_arrival(n);
            if let Some(herd) = self.scenario.clients.herd {
                let mut rng = Rng::labelled(self.seed, HERD, u64::from(n));
                let after = Duration::from_micros(rng.up_to(herd.within.as_micros()));
                self.schedule.at(herd.at + after, Event::HerdCall(n));
            }
        }
    }

    fn schedule_arrival(&mut self, n: u32) {
        let Some(interval) = self.scenario.clients.interval else { return };
        let wait = draw(interval, Spread::Exponential, &mut self.clients[n as usize].arrivals);
        self.schedule.at(self.now + wait, Event::Arrival(n));
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::Arrival(client) => {
                self.call(client);
                self.schedule_arrival(client);
            }
            Event::HerdCall(client) => self.call(client),
            Event::ReachService(key) => self.accept(key),
            Event::HealthDone(key) => self.reply(key, Reply::Success),
            Event::Wake(key) => self.wake(key),
            Event::ReachDatabase(query) => self.reach_database(query),
            Event::QueryDone { slot, epoch } => {
                if epoch == self.database.epoch() {
                    self.finish_query(slot);
                }
            }
            Event::Answer(attempt, outcome) => self.answer(attempt, outcome),
            Event::ReachClient(key, reply) => self.reach_client(key, reply),
            Event::PatienceOver(key) => self.give_up(key),
            Event::Sample => {
                self.measures.sample(self.now, self.gauges());
                self.schedule.at(self.now + SAMPLE_EVERY, Event::Sample);
            }
            Event::Do(command) => self.perform(command),
        }
    }

    fn file(&mut self, call: Option<u64>, what: What) {
        self.trace.add(Entry { at: self.now, call, what });
    }
}

fn count(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

/// The seed of the pipeline of this service or client.
fn pipeline_seed(seed: u64, n: u32) -> u64 {
    Rng::labelled(seed, PIPELINE, u64::from(n)).up_to(u64::MAX)
}
