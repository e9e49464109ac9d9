//! A world that is looked at while it runs.

use super::at;
use super::random::Sketch;
use fusebox::time::{Duration, Instant};
use fusebox_sim::{
    Action, Command, Dependency, Each, Fault, FaultKind, Gauges, PoolGauges, Scenario, Target,
    What, World,
};
use std::collections::{BTreeMap, BTreeSet};

/// The most events that a scenario may have; none comes near it unless something goes round in circles.
const EVENTS_MAX: u64 = 5_000_000;

/// What is kept of a trace between two looks.
const TRACE: usize = 100_000;

/// How long a world may take to come to rest.
const REST: u64 = 50_000;

/// Checks a world after every event, or after a fixed number of events.
pub(crate) struct Checker {
    pub(crate) world: World,
    /// What was done to it by hand.
    pub(crate) applied: Vec<Action>,
    every: u64,
    seen: u64,
    /// Calls that were not answered yet, and when they were sent.
    awaited: BTreeMap<u64, Instant>,
    /// Calls that have not left their client's pipeline.
    unfinished: BTreeSet<u64>,
    /// The part of a server's slots that a fault has left, in thousandths.
    capacity: Each<Option<u32>>,
}

impl Checker {
    pub(crate) fn new(scenario: &Scenario, seed: u64, every: u64) -> Self {
        Self {
            world: World::with_trace(scenario, seed, TRACE).unwrap(),
            applied: Vec::new(),
            every,
            seen: 0,
            awaited: BTreeMap::new(),
            unfinished: BTreeSet::new(),
            capacity: Each::default(),
        }
    }

    /// The same for a random scenario, at its beginning.
    pub(crate) fn of(sketch: &Sketch, seed: u64) -> Self {
        Self::new(&sketch.scenario, seed, if sketch.large { 64 } else { 1 })
    }

    pub(crate) fn run_until(&mut self, end: Instant) {
        while self.world.next_at().is_some_and(|at| at <= end) {
            let before = self.world.now();
            self.world.step();
            assert!(self.world.now() >= before, "time ran back");
            if self.world.events().is_multiple_of(self.every) {
                self.check();
            }
        }
        self.world.run_until(end);
        self.check();
        let events = self.world.events();
        assert!(events < EVENTS_MAX, "{events} events until {end}{}", self.newest());
    }

    /// The newest events, and what is left in flight, to find the reason of a failure.
    fn newest(&self) -> String {
        let trace = self.world.trace();
        let entries = trace.since(trace.added().saturating_sub(30));
        let lines: Vec<String> = entries.map(|entry| format!("{entry:?}")).collect();
        format!("\n{}\n{:?}", lines.join("\n"), self.world.gauges())
    }

    pub(crate) fn apply(&mut self, on: impl Into<Target>, command: Command) {
        let action = Action::new(self.world.now(), on, command);
        self.applied.push(action);
        self.world.apply(action.on, command).unwrap();
        self.check();
    }

    /// Lets a world to which nothing more is done come to rest, and looks at what is left.
    pub(crate) fn run_dry(&mut self, sketch: &Sketch) {
        self.every = 64;
        let end = sketch.ends_at + Duration::from_secs(5);
        self.run_until(end);
        let mut is_bare = false;
        let rests = |world: &World| {
            let waits_for_ever = sketch.may_wait_for_ever();
            world.calls_in_flight() == 0
                && (waits_for_ever || is_empty(world, sketch.jobs_get_done()))
        };
        for second in 1..REST {
            if rests(&self.world) {
                break;
            }
            if !is_bare && self.world.gauges().jobs > 0 {
                // What protects the database may keep a job from it for ever.
                for layer in fusebox::LayerKind::ALL {
                    self.apply(Dependency::Postgres, Command::Layer(layer, false));
                }
                is_bare = true;
            }
            self.run_until(end + Duration::from_secs(second));
        }
        assert!(rests(&self.world), "something is left{}", self.newest());
        // One more sample, which shows the writes as they are now.
        self.run_until(self.world.now() + Duration::from_millis(100));
        assert_eq!((self.awaited.len(), self.unfinished.len()), (0, 0));
        self.check_writes(sketch);
    }

    fn check_writes(&self, sketch: &Sketch) {
        let writes = self.world.mutations();
        if sketch.jobs_get_done() {
            assert_eq!(writes.lost, 0, "{writes:?}");
        }
        if !sketch.may_wait_for_ever() && sketch.jobs_get_done() {
            let committed = writes.applied + writes.duplicated + writes.prevented;
            assert_eq!(committed + writes.rolled_back, writes.transactions, "{writes:?}");
        }
    }

    fn check(&mut self) {
        self.world.check().unwrap();
        self.read_trace();
        let counters = self.world.measures().counters();
        let ended = counters.useful() + counters.errors();
        assert_eq!(counters.calls, ended + self.awaited.len() as u64, "a call got lost");
        assert_eq!(self.unfinished.len(), self.awaited.len());
        self.check_places();
    }

    /// Every call is answered once or given up once, and leaves its client's pipeline once.
    fn read_trace(&mut self) {
        let trace = self.world.trace();
        assert!(trace.added() - self.seen <= TRACE as u64, "a longer trace is needed");
        for entry in trace.since(self.seen) {
            if let What::Done(on, command) = entry.what {
                note_capacity(&mut self.capacity, on, command);
            }
            let Some(call) = entry.call else { continue };
            match entry.what {
                What::Called { .. } => {
                    assert!(self.awaited.insert(call, entry.at).is_none(), "{entry:?}");
                    assert!(self.unfinished.insert(call), "{entry:?}");
                }
                What::Answered { latency, .. } | What::GaveUp { latency, .. } => {
                    let since = self.awaited.remove(&call);
                    assert_eq!(
                        since.map(|since| entry.at.since(since)),
                        Some(latency),
                        "{entry:?}"
                    );
                }
                What::Finished(_) if entry.on.is_none() => {
                    assert!(self.unfinished.remove(&call), "finished again: {entry:?}");
                }
                _ => {}
            }
        }
        self.seen = trace.added();
    }

    /// Nothing is queued for a resource that is free.
    fn check_places(&self) {
        let scenario = self.world.scenario();
        let gauges = self.world.gauges();
        for (on, gauge) in gauges.dependencies.iter() {
            let slots = u64::from(scenario.dependencies[on].server.concurrency);
            let left = u64::from(self.capacity[on].unwrap_or(1_000));
            let room = (slots * left).div_ceil(1_000);
            assert!(gauge.queued == 0 || u64::from(gauge.busy) >= room, "{on:?} in {gauges:?}");
        }
        if let Some(service) = &scenario.service {
            let threads = threads(&self.world, service.threads);
            assert!(gauges.queued == 0 || gauges.threads_busy >= threads, "{gauges:?}");
            if let Some(pool) = service.shared_pool {
                check_pool(
                    pool.max_connections,
                    &[0, 1, 2, 3, 4, 5].map(|n| pool_of(&gauges, Dependency::ALL[n])),
                );
            } else {
                for (on, config) in scenario.dependencies.iter() {
                    let size = config.pool.map_or(0, |pool| pool.max_connections);
                    check_pool(size, &[pool_of(&gauges, on)]);
                }
            }
        }
    }
}

/// Threads of the service that take requests, out of this many.
fn threads(world: &World, workers: u32) -> u32 {
    let left = world.faults(Target::Service).find_map(|fault| match fault {
        Fault::Hang | Fault::Down | Fault::Crash { .. } => Some(0),
        Fault::Degraded { capacity } => Some((workers * capacity).div_ceil(1_000)),
        _ => None,
    });
    left.unwrap_or(workers)
}

fn note_capacity(capacity: &mut Each<Option<u32>>, on: Target, command: Command) {
    let Target::Dependency(on) = on else { return };
    match command {
        Command::Fault(Fault::Degraded { capacity: left }) => capacity[on] = Some(left),
        Command::Heal(FaultKind::Degraded) => capacity[on] = None,
        _ => {}
    }
}

fn pool_of(gauges: &Gauges, on: Dependency) -> PoolGauges {
    gauges.dependencies[on].pool.unwrap_or_default()
}

/// No attempt is queued for a connection while one is free or another may be opened; a pool that
/// became smaller may have more.
fn check_pool(size: u32, parts: &[PoolGauges]) {
    let sum = |count: fn(&PoolGauges) -> u32| parts.iter().map(count).sum::<u32>();
    let waits = sum(|pool| pool.waiting) > 0;
    assert!(!waits || sum(|pool| pool.idle) == 0 && sum(|pool| pool.used) >= size, "{parts:?}");
}

/// Whether nothing is in flight any more, except jobs if those may go on for ever.
///
/// A pool may still be opening connections in reserve; [`World::check`] tells those from the
/// others.
pub(crate) fn is_empty(world: &World, jobs_too: bool) -> bool {
    let gauges = world.gauges();
    let idle = |on: Dependency| {
        let gauge = &gauges.dependencies[on];
        let pool = gauge.pool.unwrap_or_default();
        let taken = world.bulkhead(on).map_or(0, |bulkhead| bulkhead.taken() + bulkhead.waiting());
        gauge.busy + gauge.queued + pool.waiting + taken == 0
    };
    let mut dependencies = Dependency::ALL.into_iter();
    let jobs = gauges.jobs > 0;
    gauges.threads_busy + gauges.queued == 0
        && !(jobs && jobs_too)
        && dependencies.all(|on| idle(on) || jobs && on == Dependency::Postgres)
}

#[test]
fn a_world_without_calls_is_empty() {
    let scenario = Scenario { clients: Vec::new(), ..Scenario::default() };
    assert!(World::new(&scenario, 1).is_err(), "a world needs somebody");
    let mut world = World::new(&Scenario::default(), 1).unwrap();
    assert!(is_empty(&world, true));
    world.run_until(at(100));
    assert!(!is_empty(&world, true));
}
