//! Common random numbers: a change of one setting changes none of the other random draws.

use crate::random::each_seed;
use crate::support::random::{Chance, Sketch, sketch};
use crate::support::{at, fault, heal, millis};
use fusebox::time::{Duration, Instant};
use fusebox::{BackoffConfig, LayerConfig, LayerKind, RetryConfig};
use fusebox_sim::{
    Action, Arrivals, Command, Dependency, Endpoint, Fault, FaultKind, Mix, PoolConfig,
    RateSchedule, Scenario, What, World,
};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// The time, client and endpoint of each call.
type Tape = Vec<(Instant, u32, Endpoint)>;

fn tape(scenario: &Scenario, seed: u64, actions: &[Action], end: Instant) -> Tape {
    let mut world = World::with_trace(scenario, seed, 1_000_000).unwrap();
    for &Action { at, on, command } in actions {
        world.run_until(at);
        world.apply(on, command).unwrap();
    }
    world.run_until(end);
    let called = world.trace().since(0).filter_map(|entry| match entry.what {
        What::Called { client, endpoint } => Some((entry.at, client, endpoint)),
        _ => None,
    });
    let mut called: Tape = called.collect();
    // The order of calls in the same microsecond is that of events, which may differ.
    called.sort_unstable();
    called
}

#[test]
fn neither_layers_nor_faults_nor_the_retry_policy_change_the_times_of_calls() {
    let scenario = Scenario::search_service();
    let end = at(20_000);
    let usual = tape(&scenario, 5, &[], end);
    assert!(usual.len() > 3_000, "{} calls", usual.len());
    let moments = |tape: &Tape| tape.iter().map(|(at, ..)| *at).collect::<Vec<_>>();
    let other = tape(&scenario, 6, &[], end);
    assert!(moments(&other) != moments(&usual), "another seed is another tape");
    for command in [
        Command::Layer(LayerKind::Breaker, false),
        Command::Layer(LayerKind::Timeout, false),
        Command::Fault(Fault::Hang),
    ] {
        let action = Action::new(at(3_000), Dependency::Postgres, command);
        assert!(tape(&scenario, 5, &[action], end) == usual, "{command:?}");
    }
    let mut other = scenario.clone();
    let retry = RetryConfig {
        attempts: 9,
        backoff: BackoffConfig::IMMEDIATE,
        budget: None,
        ..RetryConfig::default()
    };
    other.dependencies[Dependency::Postgres].layers[1] = LayerConfig::Retry(retry);
    let trouble = [fault(at(3_000), Fault::Flaky { error_rate: 500 })];
    assert!(tape(&other, 5, &trouble, end) == usual, "another retry policy");
}

/// The calls of all open-loop groups except one.
fn of_the_others(sketch: &Sketch, tape: Tape, but: Option<usize>) -> Tape {
    let group_of = |client: u32| {
        let mut first = 0;
        let groups = &sketch.scenario.clients;
        groups.iter().position(|group| {
            first += group.count;
            client < first
        })
    };
    let counts = |group: usize| Some(group) != but && sketch.is_open(group);
    tape.into_iter().filter(|&(_, client, _)| group_of(client).is_some_and(counts)).collect()
}

#[test]
fn what_is_changed_for_one_group_leaves_the_calls_of_the_others_as_they_are() {
    each_seed(150, |seed| {
        let sketch = sketch(seed);
        let end = sketch.ends_at;
        let other = self::sketch(seed + 1_000_000).scenario;
        let usual = of_the_others(&sketch, tape(&sketch.scenario, seed, &[], end), Some(0));
        let changes: [fn(&mut Scenario, &Scenario); 5] = [
            |scenario, other| scenario.clients[0].arrivals = other.clients[0].arrivals.clone(),
            |scenario, other| scenario.clients[0].layers.clone_from(&other.clients[0].layers),
            |scenario, _| scenario.clients[0].deadline = Some(Duration::from_millis(7)),
            |scenario, other| scenario.clients[0].link = other.clients[0].link,
            |scenario, _| scenario.clients[0].mix = Mix { health: 3, ..Mix::SEARCH },
        ];
        for (n, change) in changes.into_iter().enumerate() {
            let mut altered = sketch.scenario.clone();
            change(&mut altered, &other);
            let tape = of_the_others(&sketch, tape(&altered, seed, &[], end), Some(0));
            assert!(tape == usual, "change {n}");
        }
    });
}

#[test]
fn what_is_changed_behind_the_clients_leaves_all_their_calls_as_they_are() {
    each_seed(150, |seed| {
        let sketch = sketch(seed);
        let end = sketch.ends_at;
        let other = self::sketch(seed + 1_000_000).scenario;
        let usual = of_the_others(&sketch, tape(&sketch.scenario, seed, &[], end), None);
        let changes: [fn(&mut Scenario, &Scenario); 6] = [
            |scenario, other| scenario.dependencies = other.dependencies.clone(),
            |scenario, _| scenario.schedule.clear(),
            |scenario, _| scenario.cancellation = !scenario.cancellation,
            |scenario, _| {
                for (_, dependency) in scenario.dependencies.iter_mut() {
                    dependency.layers.clear();
                    dependency.layers_off.clear();
                }
            },
            |scenario, _| {
                for (_, dependency) in scenario.dependencies.iter_mut() {
                    dependency.pool = match dependency.pool {
                        Some(_) => None,
                        None => Some(PoolConfig::default()),
                    };
                }
            },
            |scenario, other| {
                if let (Some(service), Some(other)) = (&mut scenario.service, &other.service) {
                    service.clone_from(other);
                }
            },
        ];
        for (n, change) in changes.into_iter().enumerate() {
            let mut altered = sketch.scenario.clone();
            change(&mut altered, &other);
            let tape = of_the_others(&sketch, tape(&altered, seed, &[], end), None);
            assert!(tape == usual, "change {n}");
        }
    });
}

/// A service in which calls only ever wait for the database, with two groups of 10 clients.
fn without_queues(chance: &mut Chance) -> Scenario {
    let mut scenario = Scenario::search_service();
    let group = &mut scenario.clients[0];
    group.count = 10;
    group.arrivals = Arrivals::Poisson(RateSchedule::constant(50_000));
    group.mix = Mix { search: 1, cached_read: 0, health: 0, mutation: 0 };
    group.link.distribution = crate::support::random::spread(chance);
    group.deadline = None;
    let again = group.clone();
    scenario.clients.push(again);
    scenario.service.as_mut().unwrap().threads = 10_000;
    let postgres = &mut scenario.dependencies[Dependency::Postgres];
    postgres.server.concurrency = 1_000_000;
    postgres.server.cold_start = None;
    postgres.server.distribution = crate::support::random::spread(chance);
    postgres.layers.clear();
    scenario
}

/// When each call of the first group was answered, by its time and client.
fn answers(scenario: &Scenario, seed: u64) -> Vec<(Instant, u32, Duration)> {
    let mut world = World::with_trace(scenario, seed, 1_000_000).unwrap();
    world.run_until(at(10_000));
    let answered = world.trace().since(0).filter_map(|entry| match entry.what {
        What::Answered { client, latency, .. } if client < 10 => {
            Some((entry.at - latency, client, latency))
        }
        _ => None,
    });
    let mut answers: Vec<_> = answered.filter(|&(sent, ..)| sent < at(5_000)).collect();
    answers.sort_unstable();
    answers
}

#[test]
fn the_same_read_takes_the_same_time_whatever_else_goes_on() {
    each_seed(20, |seed| {
        let scenario = without_queues(&mut Chance::new(seed));
        let usual = answers(&scenario, seed);
        assert!(usual.len() > 200, "{} answers", usual.len());
        let changes: [fn(&mut Scenario); 4] = [
            |scenario| scenario.clients[1].arrivals = Arrivals::None,
            |scenario| {
                scenario.clients[1].arrivals = Arrivals::Uniform(RateSchedule::constant(300_000));
            },
            |scenario| {
                scenario.clients[0].layers = DEFAULT_LAYERS.map(LayerKind::default_config).to_vec();
            },
            |scenario| {
                let layers = [LayerKind::Retry, LayerKind::Breaker].map(LayerKind::default_config);
                scenario.dependencies[Dependency::Postgres].layers = layers.to_vec();
            },
        ];
        for (n, change) in changes.into_iter().enumerate() {
            let mut altered = scenario.clone();
            change(&mut altered);
            assert!(answers(&altered, seed) == usual, "change {n}");
        }
        let mut slow = scenario.clone();
        slow.schedule =
            vec![fault(at(1_000), Fault::Slow { factor: 2 }), heal(at(2_000), FaultKind::Slow)];
        let slow = answers(&slow, seed);
        assert!(slow != usual, "a fault shows");
        let later = |answers: &[(Instant, u32, Duration)]| {
            answers
                .iter()
                .copied()
                .filter(|&(sent, ..)| sent > at(2_000) + millis(500))
                .collect::<Vec<_>>()
        };
        assert!(later(&slow) == later(&usual), "and is forgotten");
    });
}

/// Settings of the client itself; none of them has an effect while there is no fault.
const DEFAULT_LAYERS: [LayerKind; 2] = [LayerKind::Retry, LayerKind::Breaker];

#[test]
fn two_reads_of_the_same_dependency_in_one_search_take_times_of_their_own() {
    let mut scenario = Scenario::search_service();
    scenario.clients[0].mix = Mix::SEARCH;
    let search = &mut scenario.service.as_mut().unwrap().search;
    *search = vec![Dependency::Postgres, Dependency::Postgres];
    scenario.dependencies[Dependency::Postgres].layers.clear();
    let mut world = World::new(&scenario, 1).unwrap();
    world.run_until(at(60_000));
    // The 99th percentile of the sum of two lognormal times of 20 ms with sigma 0.5 is 93 ms, found
    // by drawing a million pairs; for twice the same time it is 113 ms. Six messages add 24 ms.
    let p99 = world.measures().latencies().quantile(0.99).unwrap();
    assert!((millis(105)..millis(128)).contains(&p99), "{p99}");
}
