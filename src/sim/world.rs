//! The world: what exists, and what happens to it next.

use crate::engine::{
    Call, CircuitBreaker, ConfigError, Context, End, Failure, Input, LayerKind, Outcome, Pipeline,
    Repeat, Request, Slot, Step,
};
use crate::rng::{Label, Rng, mix};
use crate::sim::calls::{CallKey, CallState, Calls};
use crate::sim::chance::{Spread, draw};
use crate::sim::database::{Arrival, Database, Finished, Query, Started};
use crate::sim::fault::Fault;
use crate::sim::fingerprint::Fingerprint;
use crate::sim::measure::{Gauges, Measures, SAMPLE_EVERY};
use crate::sim::scenario::{Command, Scenario, ServiceConfig};
use crate::sim::schedule::Schedule;
use crate::sim::trace::{Ear, Entry, Reply, Trace, What};
use crate::time::{Duration, Instant};
use std::collections::VecDeque;

const ARRIVALS: Label = Label::new("arrivals");
const HERD: Label = Label::new("herd");
const HEALTH: Label = Label::new("health");
const JITTER: Label = Label::new("jitter");

/// Calls under way at the same time, at the most; a client that would add one finds no connection.
const CALLS_MAX: usize = 1_000_000;

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

/// One try of a call at the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Attempt {
    call: CallKey,
    number: u32,
}

/// A client as far as it is more than its number.
#[derive(Debug)]
struct Client {
    arrivals: Rng,
    calls: u32,
    /// Its own pipeline, where it calls the database itself.
    pipeline: Option<Pipeline>,
}

#[derive(Debug)]
struct Service {
    config: ServiceConfig,
    pipeline: Pipeline,
    busy: u32,
    queue: VecDeque<CallKey>,
    /// When the newest answer of the database was put into the cache.
    cached_at: Option<Instant>,
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
        let service = scenario.service.as_ref().map(Service::new).transpose()?;
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
        self.deliver_grants();
    }

    /// The moment of the next event.
    #[must_use]
    pub fn next_at(&self) -> Option<Instant> {
        self.schedule.next_at()
    }

    /// Does something to the world now.
    pub fn apply(&mut self, command: Command) {
        self.fingerprint.add(&(self.now, command));
        self.file(None, What::Done(command));
        match command {
            Command::Fault(fault) => self.set_fault(fault),
            Command::Layer(kind, on) => {
                if let Some(service) = &mut self.service {
                    service.pipeline.switch(kind, on);
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
            Event::Do(command) => self.apply(command),
        }
    }

    // The client's side.

    fn call(&mut self, n: u32) {
        let client = &mut self.clients[n as usize];
        let tape_key = mix(u64::from(n)) ^ u64::from(client.calls);
        client.calls += 1;
        self.measures.counters.calls += 1;
        let id = self.next_call;
        self.next_call += 1;
        let health = self.service.as_ref().is_some_and(|service| {
            let share = service.config.health_per_mille;
            Rng::labelled(self.seed, HEALTH, tape_key).chance(share)
        });
        self.file(Some(id), What::Called { client: n, health });
        if self.calls.len() >= CALLS_MAX {
            self.measures.counters.reply(Reply::FailedFast);
            return;
        }
        let key = self.calls.insert(CallState {
            id,
            tape_key,
            client: n,
            health,
            called_at: self.now,
            awaited: true,
            machine: None,
            attempt: NO_ATTEMPT,
            wake_at: Instant::MAX,
            rng: Rng::labelled(self.seed, JITTER, tape_key),
        });
        if let Some(patience) = self.scenario.clients.patience {
            self.schedule.at(self.now + patience, Event::PatienceOver(key));
        }
        if self.service.is_some() {
            let arrives_at = self.now + self.scenario.clients.network;
            self.schedule.at(arrives_at, Event::ReachService(key));
        } else {
            self.enter_pipeline(key);
        }
    }

    fn reach_client(&mut self, key: CallKey, reply: Reply) {
        let Some(call) = self.calls.remove(key) else { return };
        if call.awaited {
            let latency = self.now.since(call.called_at);
            self.measures.counters.reply(reply);
            self.measures.latency(latency);
            self.file(Some(call.id), What::Answered { client: call.client, reply, latency });
        }
    }

    fn give_up(&mut self, key: CallKey) {
        let Some(call) = self.calls.get_mut(key) else { return };
        call.awaited = false;
        let (id, client, latency) = (call.id, call.client, self.now.since(call.called_at));
        self.measures.counters.gave_up += 1;
        self.measures.latency(latency);
        self.file(Some(id), What::GaveUp { client, latency });
    }

    // The service's side.

    fn accept(&mut self, key: CallKey) {
        let Some(service) = &mut self.service else { return };
        if service.busy < service.config.workers {
            service.busy += 1;
            self.work(key);
        } else if count(service.queue.len()) < service.config.queue {
            service.queue.push_back(key);
        } else if let Some(call) = self.calls.get_mut(key) {
            let id = call.id;
            self.file(Some(id), What::TurnedAway);
            self.send_reply(key, Reply::FailedFast);
        }
    }

    /// A worker thread begins with a call.
    fn work(&mut self, key: CallKey) {
        let Some(service) = &self.service else { return };
        let Some(call) = self.calls.get_mut(key) else { return };
        if call.health {
            let done_at = self.now + service.config.health_time;
            self.schedule.at(done_at, Event::HealthDone(key));
        } else {
            self.enter_pipeline(key);
        }
    }

    /// A worker thread is done with a call, and takes the next.
    fn reply(&mut self, key: CallKey, reply: Reply) {
        self.send_reply(key, reply);
        if let Some(service) = &mut self.service {
            match service.queue.pop_front() {
                Some(next) => self.work(next),
                None => service.busy -= 1,
            }
        }
    }

    fn send_reply(&mut self, key: CallKey, reply: Reply) {
        // Without a service the client itself is done, and there is no way back.
        if self.service.is_some() {
            let arrives_at = self.now + self.scenario.clients.network;
            self.schedule.at(arrives_at, Event::ReachClient(key, reply));
        } else {
            self.reach_client(key, reply);
        }
    }

    // The pipeline's side.

    fn enter_pipeline(&mut self, key: CallKey) {
        let cached_at = self.service.as_ref().and_then(|service| service.cached_at);
        self.drive(key, |pipeline, machine, cx| {
            let request = Request { id: key.to_id(), repeat: Repeat::Safe, cached_at };
            let (started, step) = pipeline.start(request, cx);
            *machine = Some(started);
            step
        });
    }

    fn tell(&mut self, key: CallKey, input: Input) {
        self.drive(key, |pipeline, machine, cx| match machine {
            Some(machine) => pipeline.advance(machine, input, cx),
            None => Step::Unchanged,
        });
    }

    /// Does something with a call's machine in its pipeline, and then what the machine says.
    fn drive(
        &mut self,
        key: CallKey,
        act: impl FnOnce(&mut Pipeline, &mut Option<Call>, &mut Context<'_, Ear<'_>>) -> Step,
    ) {
        let Some(call) = self.calls.get_mut(key) else { return };
        let own = self.clients[call.client as usize].pipeline.as_mut();
        let shared = self.service.as_mut().map(|service| &mut service.pipeline);
        let Some(pipeline) = shared.or(own) else { return };
        let mut ear =
            Ear { trace: &mut self.trace, counters: &mut self.measures.counters, call: call.id };
        let mut cx = Context { now: self.now, rng: &mut call.rng, explain: &mut ear };
        let step = act(pipeline, &mut call.machine, &mut cx);
        self.grants.extend(std::iter::from_fn(|| pipeline.poll_grant()));
        self.follow(key, step);
    }

    fn follow(&mut self, key: CallKey, step: Step) {
        let network = self.network_to_database();
        let Some(call) = self.calls.get_mut(key) else { return };
        match step {
            Step::Attempt(number) => {
                call.attempt = number;
                let query = Query {
                    whom: Attempt { call: key, number },
                    key: mix(call.tape_key) ^ u64::from(number),
                };
                self.schedule.at(self.now + network, Event::ReachDatabase(query));
            }
            Step::Backoff | Step::Queue => call.attempt = NO_ATTEMPT,
            Step::Unchanged => {}
            Step::Done(end) => {
                call.attempt = NO_ATTEMPT;
                call.machine = None;
                self.finish_call(key, end);
            }
        }
        self.schedule_wake(key);
    }

    fn finish_call(&mut self, key: CallKey, end: End) {
        let Some(call) = self.calls.get_mut(key) else { return };
        let id = call.id;
        self.file(Some(id), What::Finished(end));
        if let (End::Success, Some(service)) = (end, &mut self.service) {
            service.cached_at = Some(self.now);
        }
        self.reply(key, Reply::from(end));
    }

    fn schedule_wake(&mut self, key: CallKey) {
        let Some(call) = self.calls.get_mut(key) else { return };
        let wake_at = call.machine.as_ref().map_or(Instant::MAX, Call::wake_at);
        // A timer that is set for earlier will look again when it fires.
        if wake_at < call.wake_at {
            call.wake_at = wake_at;
            self.schedule.at(wake_at, Event::Wake(key));
        }
    }

    fn wake(&mut self, key: CallKey) {
        let Some(call) = self.calls.get_mut(key) else { return };
        if call.wake_at == self.now {
            call.wake_at = Instant::MAX;
            self.tell(key, Input::Timer);
        }
    }

    fn deliver_grants(&mut self) {
        while let Some((id, slot)) = self.grants.pop_front() {
            self.tell(CallKey::from_id(id), Input::Granted(slot));
        }
    }

    // The database's side.

    fn reach_database(&mut self, query: Query<Attempt>) {
        let attempt = query.whom;
        let counters = &mut self.measures.counters;
        *if attempt.number == 1 { &mut counters.first_attempts } else { &mut counters.retries } +=
            1;
        match self.database.arrive(self.now, query) {
            Arrival::Refused => self.send_answer(attempt, Outcome::Failure(Failure::Connect)),
            Arrival::Full => self.send_answer(attempt, Outcome::Failure(Failure::status(503))),
            Arrival::Started(started) => {
                self.schedule_query_done(started);
                self.connected(attempt);
            }
            Arrival::Queued => self.connected(attempt),
        }
    }

    fn connected(&mut self, attempt: Attempt) {
        if let Some(call) = self.calls.get_mut(attempt.call)
            && call.attempt == attempt.number
            && let Some(machine) = &mut call.machine
        {
            machine.connected();
        }
    }

    fn schedule_query_done(&mut self, Started { slot, done_at }: Started) {
        let epoch = self.database.epoch();
        self.schedule.at(done_at, Event::QueryDone { slot, epoch });
    }

    fn finish_query(&mut self, slot: u32) {
        let (finished, next) = self.database.finish(self.now, slot);
        if let Some(started) = next {
            self.schedule_query_done(started);
        }
        if let Some(Finished { query, succeeded }) = finished {
            let failed = Outcome::Failure(Failure::status(500));
            self.send_answer(query.whom, if succeeded { Outcome::Success } else { failed });
        }
    }

    fn send_answer(&mut self, attempt: Attempt, outcome: Outcome) {
        let arrives_at = self.now + self.network_to_database();
        self.schedule.at(arrives_at, Event::Answer(attempt, outcome));
    }

    fn answer(&mut self, attempt: Attempt, outcome: Outcome) {
        let Some(call) = self.calls.get_mut(attempt.call) else { return };
        if call.attempt == attempt.number {
            let id = call.id;
            self.file(Some(id), What::Attempted(outcome));
            self.tell(attempt.call, Input::Ended(outcome));
        }
    }

    fn set_fault(&mut self, fault: Option<Fault>) {
        if fault == Some(Fault::Down) {
            for attempt in self.database.crash() {
                self.send_answer(attempt, Outcome::Failure(Failure::ConnectionLost));
            }
        }
        for slot in self.database.set_fault(fault) {
            self.finish_query(slot);
        }
    }

    fn network_to_database(&self) -> Duration {
        let clients = self.scenario.clients.network;
        self.service.as_ref().map_or(clients, |service| service.config.network)
    }

    fn file(&mut self, call: Option<u64>, what: What) {
        self.trace.add(Entry { at: self.now, call, what });
    }
}

impl Client {
    fn new(scenario: &Scenario, seed: u64, n: u32) -> Result<Self, ConfigError> {
        let own = scenario.service.is_none();
        Ok(Self {
            arrivals: Rng::labelled(seed, ARRIVALS, u64::from(n)),
            calls: 0,
            pipeline: own.then(|| Pipeline::new(&scenario.clients.layers)).transpose()?,
        })
    }
}

impl Service {
    fn new(config: &ServiceConfig) -> Result<Self, ConfigError> {
        let mut pipeline = Pipeline::new(&config.layers)?;
        for &kind in &config.off {
            pipeline.switch(kind, false);
        }
        Ok(Self {
            config: config.clone(),
            pipeline,
            busy: 0,
            queue: VecDeque::new(),
            cached_at: None,
        })
    }
}

fn count(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}
