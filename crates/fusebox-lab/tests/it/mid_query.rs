//! What happens when the database dies mid-query: seven steps, in their order and each for its real
//! reason, as the trace shows them.

use fusebox::time::{Duration, Instant};
use fusebox::{Answer, Decision, Rejection, StateName};
use fusebox_lab::presets;
use fusebox_sim::{
    Action, Command, Dependency, Endpoint, Entry, Fault, Mutations, Reply, Scenario, What, World,
};
use std::collections::BTreeMap;

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const POSTGRES: Dependency = Dependency::Postgres;

fn scenario() -> Scenario {
    (presets::find("dies-mid-query").expect("a preset").scenario)()
}

fn died_at(scenario: &Scenario) -> Instant {
    let Action { at, on, command } = scenario.schedule[0];
    assert_eq!(on, POSTGRES.into());
    assert!(matches!(command, Command::Fault(Fault::Crash { .. })));
    at
}

fn run(scenario: &Scenario, seed: u64) -> World {
    let mut world = World::with_trace(scenario, seed, 1_000_000).unwrap();
    let end = Instant::ZERO + scenario.duration;
    while world.next_at().is_some_and(|at| at <= end) {
        world.step();
        if world.events().is_multiple_of(64) {
            world.check().unwrap();
        }
    }
    world
}

/// The explanation of a run from the death of the database on.
struct Explanation {
    entries: Vec<Entry>,
}

impl Explanation {
    fn of(world: &World) -> Self {
        let from = died_at(world.scenario());
        let entries = world.trace().since(0).filter(|entry| entry.at >= from);
        Self { entries: entries.copied().collect() }
    }

    /// The first entry from this moment on that fulfils a condition.
    fn first(&self, from: Instant, what: impl Fn(&What) -> bool) -> &Entry {
        let mut entries = self.entries.iter().filter(|entry| entry.at >= from);
        entries.find(|entry| what(&entry.what)).expect("it happened")
    }

    fn breaker(&self, from: Instant, to: StateName) -> &Entry {
        self.first(from, |what| {
            matches!(what, What::Decided(Decision::Transition(transition))
                if transition.to == to)
        })
    }
}

#[test]
fn the_seven_steps_happen_in_their_order() {
    let scenario = scenario();
    let world = run(&scenario, 1);
    let explanation = Explanation::of(&world);
    let died = died_at(&scenario);

    // 1. The open transaction rolls back, at the moment of the crash.
    let rolled_back = explanation.first(died, |what| matches!(what, What::RolledBack));
    assert_eq!((rolled_back.at, rolled_back.on), (died, Some(POSTGRES)));
    assert!(rolled_back.call.is_some());

    // 2. The pool finds dead connections.
    let dead = explanation.first(died, |what| matches!(what, What::DeadConnections(_)));
    assert_eq!(dead.on, Some(POSTGRES));
    assert!(dead.at >= rolled_back.at);

    // 3. The breaker trips, on failures of connections, once their retries have failed as well.
    let opened = explanation.breaker(dead.at, StateName::Open);
    assert_eq!(opened.on, Some(POSTGRES));
    assert!(opened.at.since(died) < Duration::from_secs(5), "{opened:?}");

    // 4. New requests get a fast 503 with Retry-After, within the latency of the network.
    let refused = explanation.first(opened.at, |what| {
        matches!(what, What::Decided(Decision::Rejected(Rejection::BreakerOpen { .. })))
    });
    let new = explanation.entries.iter().filter(|entry| entry.at > refused.at);
    let new = new.filter(|entry| matches!(entry.what, What::Called { .. }));
    let called_at: BTreeMap<_, _> = new.map(|entry| (entry.call, entry.at)).collect();
    let fast = explanation.entries.iter().find(|entry| {
        let waits = matches!(entry.what, What::Unavailable { retry_after: Some(_) });
        waits && called_at.contains_key(&entry.call)
    });
    let fast = fast.expect("a 503 for a new request");
    assert!(fast.at.since(called_at[&fast.call]) <= Duration::from_millis(20), "{fast:?}");

    // 5. Degraded reads go on, and writes queue.
    let stale = explanation.first(opened.at, |what| {
        matches!(what, What::Decided(Decision::Answered(Answer::Stale { .. })))
    });
    let enqueued = explanation.first(opened.at, |what| matches!(what, What::Enqueued(_)));
    let back = explanation.first(died, |what| matches!(what, What::Restarted));
    assert!(stale.at < back.at && enqueued.at < back.at);

    // 7. Half-open, with trials on fresh connections, and then closed.
    let half_open = explanation.breaker(opened.at, StateName::HalfOpen);
    assert!(half_open.at >= back.at);
    let connected = explanation.first(back.at, |what| matches!(what, What::Connected));
    assert_eq!(connected.on, Some(POSTGRES));
    let closed = explanation.breaker(half_open.at, StateName::Closed);
    assert!(connected.at <= closed.at);

    // 6. A write that had taken effect, and whose answer was lost, is repeated under its key: once.
    let known = explanation.first(half_open.at, |what| matches!(what, What::KeyKnown));
    let commits = explanation_of_call(&world, known.call)
        .filter(|entry| matches!(entry.what, What::Committed { .. }));
    assert_eq!(
        commits.map(|entry| entry.at < died + Duration::from_millis(1)).collect::<Vec<_>>(),
        [true]
    );

    // Service resumes: the last 10 s are as good as those before the crash.
    let end = Instant::ZERO + scenario.duration;
    let before = share(&world, died, 10);
    assert!(share(&world, end, 10) > 0.99 * before, "{before}");
}

fn explanation_of_call(world: &World, call: Option<u64>) -> impl Iterator<Item = &Entry> {
    world.trace().since(0).filter(move |entry| entry.call == call)
}

/// The share of useful answers in this many seconds before a moment.
fn share(world: &World, until: Instant, seconds: u64) -> f64 {
    let from = Instant::from_micros(until.as_micros() - seconds * 1_000_000);
    let samples = world.measures().samples().iter();
    let samples = samples.filter(|sample| sample.at > from && sample.at <= until);
    let (useful, ended) = samples.fold((0, 0), |(useful, ended), sample| {
        (useful + sample.useful, ended + sample.useful + sample.errors)
    });
    f64::from(useful) / f64::from(ended)
}

/// Lets all work come to its end: no more calls, and time for the job queue.
fn mutations(scenario: &Scenario, seed: u64) -> Mutations {
    let mut world = run(scenario, seed);
    world.run_until(world.now() + Duration::from_secs(60));
    world.mutations()
}

#[test]
fn with_keys_every_write_takes_effect_once_and_without_them_some_do_twice() {
    let with_keys = scenario();
    let mut without_keys = scenario();
    without_keys.service.as_mut().expect("a service").writes.idempotency_keys = false;
    for seed in 1..=5 {
        let with = mutations(&with_keys, seed);
        assert_eq!((with.duplicated, with.lost), (0, 0), "seed {seed}: {with:?}");
        assert!(with.prevented > 0, "seed {seed}: {with:?}");
        let without = mutations(&without_keys, seed);
        assert_eq!(without.prevented, 0);
        assert!(without.duplicated > 0, "seed {seed}: {without:?}");
    }
}

#[test]
fn without_a_key_a_write_whose_outcome_is_unknown_is_answered_500_and_not_asked_for_again() {
    let mut scenario = scenario();
    let writes = &mut scenario.service.as_mut().expect("a service").writes;
    (writes.idempotency_keys, writes.retry_without_key, writes.job_queue) = (false, false, None);
    let mut unknown = 0;
    for seed in 47..=56 {
        let world = run(&scenario, seed);
        assert_eq!(world.mutations().duplicated, 0, "seed {seed}");
        let is_unknown = |entry: &&Entry| entry.what == What::OutcomeUnknown;
        for entry in world.trace().since(0).filter(is_unknown) {
            unknown += 1;
            // Neither a 503 nor a retry follows.
            let mut then = explanation_of_call(&world, entry.call).filter(|it| it.at >= entry.at);
            let again = |what: &What| {
                matches!(what, What::Unavailable { .. } | What::Decided(Decision::Retry { .. }))
            };
            assert!(!then.any(|it| again(&it.what)), "seed {seed}: {entry:?}");
        }
    }
    assert!(unknown >= 5, "too few to tell: {unknown}");
}

#[test]
fn a_client_that_was_told_of_success_finds_its_write_once() {
    let scenario = scenario();
    let world = run(&scenario, 2);
    let mut applied: BTreeMap<u64, u32> = BTreeMap::new();
    let mut told: Vec<u64> = Vec::new();
    let mut mutations: Vec<u64> = Vec::new();
    for entry in world.trace().since(0) {
        let Some(call) = entry.call else { continue };
        match entry.what {
            What::Called { endpoint: Endpoint::Mutation, .. } => mutations.push(call),
            What::Committed { .. } => *applied.entry(call).or_default() += 1,
            What::Answered { reply: Reply::Success, .. } => told.push(call),
            _ => {}
        }
    }
    assert!(applied.values().all(|&times| times == 1));
    let told = told.iter().filter(|call| mutations.binary_search(call).is_ok());
    assert!(told.clone().count() > 500);
    assert!(told.clone().all(|call| applied.contains_key(call)));
}
