//! The world: that it can be repeated and compared, that nothing in it gets lost, that it agrees
//! with queueing theory, and that it shows what it is there to show.

use crate::random::each_seed;
use fusebox::engine::{
    BackoffConfig, BreakerConfig, BudgetConfig, BulkheadConfig, FallbackConfig, LayerConfig,
    LayerKind, RetryConfig, ThrottleConfig, TimeoutConfig,
};
use fusebox::lab::presets;
use fusebox::rng::Rng;
use fusebox::sim::{
    ClientsConfig, Command, Counters, DatabaseConfig, Fault, HerdConfig, Reply, Sample, Scenario,
    ServiceConfig, Spread, What, World,
};
use fusebox::time::{Duration, Instant};
use std::collections::BTreeSet;

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

const fn at(millis: u64) -> Instant {
    Instant::from_millis(millis)
}

const HEAL: Command = Command::Fault(None);

/// All that a run leaves behind, apart from its trace.
type Remains = (u64, u64, Counters, Vec<Sample>);

fn remains(world: &World) -> Remains {
    let measures = world.measures();
    let samples = measures.samples().iter().copied().collect();
    (world.fingerprint(), world.events(), *measures.counters(), samples)
}

// Repetition.

#[test]
fn the_same_seed_gives_the_same_run_and_another_seed_another() {
    let run = |seed| {
        let mut world = World::new(&presets::search_service(), seed).unwrap();
        world.run_until(at(2_000));
        world.apply(Command::Fault(Some(Fault::Down))).unwrap();
        world.run_until(at(6_000));
        remains(&world)
    };
    assert_eq!(run(7), run(7));
    let fingerprints: BTreeSet<u64> = (0..20).map(|seed| run(seed).0).collect();
    assert_eq!(fingerprints.len(), 20);
}

#[test]
fn a_run_in_pieces_is_the_run_in_one_piece() {
    each_seed(60, |seed| {
        let mut chance = Rng::from_seed(seed);
        let scenario = random_scenario(&mut chance);
        let commands = random_commands(&mut chance);
        let end = at(6_000);
        let run = |splits: u64| {
            let mut chance = Rng::from_seed(seed);
            let mut world = World::new(&scenario, seed).unwrap();
            let mut reach = |world: &mut World, end: Instant| {
                for _ in 0..splits {
                    let left = end.since(world.now()).as_micros();
                    world.run_until(world.now() + Duration::from_micros(chance.up_to(left)));
                }
                world.run_until(end);
            };
            for &(at, command) in &commands {
                reach(&mut world, at);
                world.apply(command).unwrap();
            }
            reach(&mut world, end);
            remains(&world)
        };
        assert_eq!(run(0), run(7));
    });
}

// One tape for every lane.

/// When which client calls for what.
fn tape(scenario: &Scenario, seed: u64, commands: &[(Instant, Command)]) -> Vec<(Instant, What)> {
    let mut world = World::with_trace(scenario, seed, 1_000_000).unwrap();
    for &(at, command) in commands {
        world.run_until(at);
        world.apply(command).unwrap();
    }
    world.run_until(at(20_000));
    let called = world.trace().since(0).filter(|entry| matches!(entry.what, What::Called { .. }));
    called.map(|entry| (entry.at, entry.what)).collect()
}

#[test]
fn neither_layers_nor_faults_nor_the_retry_policy_change_who_calls_when() {
    let scenario = presets::search_service();
    let usual = tape(&scenario, 5, &[]);
    assert!(usual.len() > 3_000, "{} calls", usual.len());
    let moments = |tape: &[(Instant, What)]| tape.iter().map(|(at, _)| *at).collect::<Vec<_>>();
    let other = tape(&scenario, 6, &[]);
    assert!(moments(&other) != moments(&usual), "another seed is another tape");
    for command in [
        Command::Layer(LayerKind::Breaker, false),
        Command::Layer(LayerKind::Timeout, false),
        Command::Fault(Some(Fault::Hang)),
    ] {
        assert!(tape(&scenario, 5, &[(at(3_000), command)]) == usual, "{command:?}");
    }
    let mut other = scenario.clone();
    let service = other.service.as_mut().unwrap();
    let retry = RetryConfig { attempts: 9, backoff: BackoffConfig::IMMEDIATE, budget: None };
    service.layers[1] = LayerConfig::Retry(retry);
    let trouble = [(at(3_000), Command::Fault(Some(Fault::Flaky { per_mille: 500 })))];
    assert!(tape(&other, 5, &trouble) == usual, "another retry policy");
}

// Nothing is lost.

fn random_scenario(chance: &mut Rng) -> Scenario {
    let maybe = |chance: &mut Rng, least, most| {
        chance.chance(700).then(|| millis(least + chance.up_to(most - least)))
    };
    let layers = random_layers(chance);
    Scenario {
        clients: ClientsConfig {
            count: number(chance, 1, 30),
            interval: Some(millis(50 + chance.up_to(900))),
            herd: None,
            patience: maybe(chance, 100, 3_000),
            network: millis(chance.up_to(20)),
            layers: random_layers(chance),
        },
        service: chance.chance(750).then(|| ServiceConfig {
            workers: number(chance, 1, 8),
            queue: number(chance, 0, 10),
            health_per_mille: number(chance, 0, 300),
            health_time: millis(chance.up_to(5)),
            network: millis(chance.up_to(3)),
            off: LayerKind::ALL.into_iter().filter(|_| chance.chance(300)).collect(),
            layers,
        }),
        database: DatabaseConfig {
            slots: number(chance, 1, 6),
            queue: number(chance, 0, 20),
            time: millis(1 + chance.up_to(100)),
            spread: match chance.up_to(2) {
                0 => Spread::Constant,
                1 => Spread::Exponential,
                _ => Spread::LogNormal { sigma_per_mille: number(chance, 0, 2_000) },
            },
        },
        schedule: Vec::new(),
    }
}

/// A random order of a random subset, with numbers small enough to be reached.
fn random_layers(chance: &mut Rng) -> Vec<LayerConfig> {
    let mut kinds = LayerKind::ALL.to_vec();
    let mut layers = Vec::new();
    for _ in 0..chance.up_to(6) {
        let place = usize::try_from(chance.up_to(kinds.len() as u64 - 1)).unwrap();
        layers.push(match kinds.remove(place) {
            LayerKind::Timeout => LayerConfig::Timeout(TimeoutConfig {
                connect: millis(1 + chance.up_to(20)),
                attempt: millis(10 + chance.up_to(200)),
                call: millis(50 + chance.up_to(1_000)),
            }),
            LayerKind::Retry => LayerConfig::Retry(RetryConfig {
                attempts: number(chance, 1, 5),
                backoff: BackoffConfig {
                    base: millis(chance.up_to(50)),
                    ..BackoffConfig::default()
                },
                budget: chance.chance(500).then(BudgetConfig::default),
            }),
            LayerKind::Breaker => LayerConfig::Breaker(BreakerConfig {
                failures: Some(number(chance, 1, 5)),
                cooldown: BackoffConfig::constant(millis(chance.up_to(1_000))),
                lease: millis(1 + chance.up_to(1_000)),
                ..BreakerConfig::default()
            }),
            LayerKind::Fallback => LayerConfig::Fallback(FallbackConfig {
                stale_for: Some(millis(chance.up_to(2_000))),
                ..FallbackConfig::default()
            }),
            LayerKind::Bulkhead => LayerConfig::Bulkhead(BulkheadConfig {
                slots: number(chance, 0, 5),
                queue: number(chance, 0, 5),
                max_wait: millis(chance.up_to(100)),
            }),
            LayerKind::Throttle => LayerConfig::Throttle(ThrottleConfig {
                k_per_mille: number(chance, 1_000, 3_000),
                window: millis(1 + chance.up_to(2_000)),
            }),
        });
    }
    layers
}

/// Faults, healings and switches at random moments of the first five seconds.
fn random_commands(chance: &mut Rng) -> Vec<(Instant, Command)> {
    let mut moments: Vec<u64> = (0..chance.up_to(12)).map(|_| chance.up_to(5_000)).collect();
    moments.sort_unstable();
    let mut command = || match chance.up_to(9) {
        0..=1 => HEAL,
        2 => Command::Fault(Some(Fault::Down)),
        3 => Command::Fault(Some(Fault::Hang)),
        4 => Command::Fault(Some(Fault::Slow { factor: number(chance, 2, 20) })),
        5 => Command::Fault(Some(Fault::Flaky { per_mille: number(chance, 1, 1_000) })),
        _ => {
            let kind = LayerKind::ALL[number(chance, 0, 5) as usize];
            Command::Layer(kind, chance.chance(500))
        }
    };
    moments.into_iter().map(|moment| (at(moment), command())).collect()
}

fn number(chance: &mut Rng, least: u32, most: u32) -> u32 {
    least + u32::try_from(chance.up_to(u64::from(most - least))).unwrap()
}

/// Looks at a world after every event.
struct Checker {
    world: World,
    seen: u64,
    awaited: BTreeSet<u64>,
    finished: BTreeSet<u64>,
}

impl Checker {
    fn new(scenario: &Scenario, seed: u64) -> Self {
        let world = World::with_trace(scenario, seed, 10_000).unwrap();
        Self { world, seen: 0, awaited: BTreeSet::new(), finished: BTreeSet::new() }
    }

    fn run_until(&mut self, end: Instant) {
        while self.world.next_at().is_some_and(|at| at <= end) {
            let before = self.world.now();
            self.world.step();
            assert!(self.world.now() >= before, "time ran back");
            self.check();
        }
        self.world.run_until(end);
    }

    fn apply(&mut self, command: Command) {
        self.world.apply(command).unwrap();
        self.check();
    }

    fn check(&mut self) {
        self.read_trace();
        let Self { world, awaited, .. } = self;
        let counters = world.measures().counters();
        let ended = counters.useful() + counters.errors();
        assert_eq!(counters.calls, ended + awaited.len() as u64, "a call got lost");
        // A call that its client gave up on may still be under way, but not the other way round.
        let under_way = world.calls_under_way();
        if world.scenario().clients.patience.is_some() {
            assert!(awaited.len() <= under_way, "{} of {under_way}", awaited.len());
        } else {
            assert_eq!(awaited.len(), under_way);
        }
        self.check_places();
    }

    /// Every client that waits is answered once or gives up once, and every call is finished once.
    fn read_trace(&mut self) {
        let trace = self.world.trace();
        for entry in trace.since(self.seen) {
            let Some(call) = entry.call else { continue };
            match entry.what {
                What::Called { .. } => assert!(self.awaited.insert(call), "{entry}"),
                What::Answered { .. } | What::GaveUp { .. } => {
                    assert!(self.awaited.remove(&call), "the second end of a call: {entry}");
                }
                What::Finished(_) | What::TurnedAway => {
                    assert!(self.finished.insert(call), "finished again: {entry}");
                }
                _ => {}
            }
        }
        self.seen = trace.added();
    }

    /// No more is taken than there is, and nobody waits while something is free.
    fn check_places(&self) {
        let scenario = self.world.scenario();
        let gauges = self.world.gauges();
        let DatabaseConfig { slots, queue, .. } = scenario.database;
        let (busy, queued) = (gauges.database_busy, gauges.database_queued);
        assert!(busy <= slots && queued <= queue, "{gauges:?}");
        assert!(queued == 0 || busy == slots, "{gauges:?}");
        if let Some(service) = &scenario.service {
            let (busy, queued) = (gauges.workers_busy, gauges.queued);
            assert!(busy <= service.workers && queued <= service.queue, "{gauges:?}");
            assert!(queued == 0 || busy == service.workers, "{gauges:?}");
        }
    }
}

#[test]
fn whatever_is_done_to_a_world_no_call_and_no_slot_gets_lost() {
    each_seed(300, |seed| {
        let mut chance = Rng::from_seed(seed);
        let mut checker = Checker::new(&random_scenario(&mut chance), seed);
        for (at, command) in random_commands(&mut chance) {
            checker.run_until(at);
            checker.apply(command);
        }
        checker.run_until(at(6_000));
    });
}

#[test]
fn once_nobody_calls_any_more_a_healthy_world_becomes_empty() {
    each_seed(300, |seed| {
        let mut chance = Rng::from_seed(seed);
        let mut scenario = random_scenario(&mut chance);
        scenario.clients.interval = None;
        scenario.clients.count = number(&mut chance, 1, 200);
        scenario.clients.herd = Some(HerdConfig { at: at(100), within: millis(3_000) });
        let mut checker = Checker::new(&scenario, seed);
        for (at, command) in random_commands(&mut chance) {
            checker.run_until(at);
            checker.apply(command);
        }
        checker.run_until(at(5_000));
        checker.apply(HEAL);
        checker.run_until(at(300_000));
        let world = &checker.world;
        assert_eq!(world.calls_under_way(), 0);
        let gauges = world.gauges();
        let busy =
            [gauges.workers_busy, gauges.queued, gauges.database_busy, gauges.database_queued];
        assert_eq!(busy, [0; 4]);
        assert_eq!(world.bulkhead().map_or((0, 0), |b| (b.taken(), b.waiting())), (0, 0));
    });
}

#[test]
fn a_long_queue_that_is_refused_at_once_is_no_deep_recursion() {
    let mut scenario = presets::search_service();
    scenario.clients.count = 100_000;
    scenario.clients.interval = None;
    scenario.clients.patience = None;
    scenario.clients.herd = Some(HerdConfig { at: at(0), within: millis(1_000) });
    let service = scenario.service.as_mut().unwrap();
    service.workers = 1;
    service.queue = 1_000_000;
    service.health_per_mille = 0;
    let nothing = BulkheadConfig { slots: 0, ..BulkheadConfig::default() };
    service.layers = vec![LayerConfig::Bulkhead(nothing)];
    service.off = vec![LayerKind::Bulkhead];
    let mut world = World::new(&scenario, 1).unwrap();
    world.apply(Command::Fault(Some(Fault::Hang))).unwrap();
    world.run_until(at(2_000));
    world.apply(Command::Layer(LayerKind::Bulkhead, true)).unwrap();
    world.apply(HEAL).unwrap();
    world.run_until(at(3_000));
    assert_eq!(world.calls_under_way(), 0);
    assert!(world.measures().counters().refusals.bulkhead > 50_000);
}

// What it is there to show.

/// The preset without any layer.
fn bare() -> Scenario {
    let mut scenario = presets::search_service();
    scenario.service.as_mut().unwrap().off = LayerKind::USUAL.to_vec();
    scenario
}

#[test]
fn with_all_layers_the_service_comes_back_after_every_fault() {
    for fault in Fault::ALL {
        for seed in 1..=3 {
            let mut world = World::new(&presets::search_service(), seed).unwrap();
            world.run_until(at(5_000));
            assert!(goodput(&world, 2_000) > 0.99, "before the fault");
            world.apply(Command::Fault(Some(fault))).unwrap();
            world.run_until(at(15_000));
            assert!(goodput(&world, 12_000) < 0.9, "{fault} does no harm with seed {seed}");
            world.apply(HEAL).unwrap();
            let mut good_at = None;
            for second in 16..=45 {
                world.run_until(Instant::from_secs(second));
                let good = goodput(&world, second * 1_000 - 1_000) > 0.9;
                good_at = if good { good_at.or(Some(second - 15)) } else { None };
            }
            let good_at = good_at.expect("good at the end");
            assert!(good_at <= 20, "{fault}: good for good after {good_at} s, seed {seed}");
        }
    }
}

/// The share of calls since a moment that the database itself answered, health checks included.
fn goodput(world: &World, since: u64) -> f64 {
    let samples = world.measures().samples().iter().filter(|sample| sample.at > at(since));
    let (mut good, mut calls) = (0, 0);
    for sample in samples {
        good += sample.useful - sample.fallbacks;
        calls += sample.calls;
    }
    f64::from(good) / f64::from(calls)
}

/// How many health checks of two seconds, with the database hanging, were answered well in time.
fn health_checks(scenario: &Scenario) -> (World, usize, usize) {
    let mut world = World::with_trace(scenario, 3, 1_000_000).unwrap();
    world.run_until(at(5_000));
    world.apply(Command::Fault(Some(Fault::Hang))).unwrap();
    world.run_until(at(11_000));
    let trace: Vec<_> = world.trace().since(0).copied().collect();
    let sent: BTreeSet<Option<u64>> = trace
        .iter()
        .filter(|entry| matches!(entry.what, What::Called { health: true, .. }))
        .filter(|entry| (at(8_000)..at(10_000)).contains(&entry.at))
        .map(|entry| entry.call)
        .collect();
    let well = |what| matches!(what, What::Answered { reply: Reply::Success, .. });
    let answered = trace.iter().filter(|entry| well(entry.what) && sent.contains(&entry.call));
    let answered = answered.count();
    (world, sent.len(), answered)
}

#[test]
fn without_layers_a_hanging_database_takes_every_thread_and_the_health_checks_with_them() {
    let (world, sent, answered) = health_checks(&bare());
    assert_eq!(world.gauges().workers_busy, 64);
    assert!(sent > 20 && answered == 0, "{answered} of {sent}");
}

#[test]
fn with_all_layers_health_checks_are_answered_while_the_database_hangs() {
    let (world, sent, answered) = health_checks(&presets::search_service());
    assert!(world.gauges().workers_busy < 64);
    assert!(sent > 20 && answered == sent, "{answered} of {sent}");
}

// What theory says.

/// The share of calls that have to wait (Erlang C) in a system with `c` servers at this load.
fn erlang_c(c: u32, load: f64) -> f64 {
    let mut term = 1.0;
    let mut sum = 0.0;
    for k in 0..c {
        sum += term;
        term *= load / f64::from(k + 1);
    }
    let waiting = term / (1.0 - load / f64::from(c));
    waiting / (sum + waiting)
}

#[test]
fn erlang_c_has_the_values_of_the_tables() {
    assert!((erlang_c(1, 0.7) - 0.7).abs() < 1e-12, "M/M/1 waits with its utilisation");
    assert!((erlang_c(2, 1.0) - 1.0 / 3.0).abs() < 1e-12);
    assert!((erlang_c(4, 2.8) - 0.428_66).abs() < 1e-5, "{}", erlang_c(4, 2.8));
}

/// Clients that call a database with four slots and nothing in between.
fn queue_of_theory(utilisation: f64) -> Scenario {
    let clients = 200;
    let capacity = 400.0;
    Scenario {
        clients: ClientsConfig {
            count: clients,
            interval: Some(Duration::from_secs_f64(f64::from(clients) / (utilisation * capacity))),
            herd: None,
            patience: None,
            network: Duration::ZERO,
            layers: Vec::new(),
        },
        service: None,
        database: DatabaseConfig {
            slots: 4,
            queue: 1_000_000,
            time: millis(10),
            spread: Spread::Exponential,
        },
        schedule: Vec::new(),
    }
}

#[test]
fn the_database_queues_as_erlang_says() {
    let (servers, utilisation) = (4, 0.7);
    let load = utilisation * f64::from(servers);
    let expected_queue = erlang_c(servers, load) * utilisation / (1.0 - utilisation);
    let capacity = 400.0;
    let runs: Vec<[f64; 3]> = (1..=10).map(|seed| means(utilisation, seed)).collect();
    for (n, name, expected) in [
        (0, "calls in 100 ms", utilisation * capacity / 10.0),
        (1, "busy", load),
        (2, "queued", expected_queue),
    ] {
        let (mean, error) = mean_and_error(runs.iter().map(|means| means[n]));
        // Five standard errors, which themselves have to be small enough to say something.
        assert!(error < 0.05 * expected, "{name}: a standard error of {error}");
        let far = (mean - expected).abs() / error;
        assert!(far < 5.0, "{name}: {mean}, not {expected}: {far} standard errors away");
    }
}

/// The mean numbers of calls in 100 ms, of queries that are worked on and of those that wait, over
/// 100 s after 20 s.
fn means(utilisation: f64, seed: u64) -> [f64; 3] {
    let mut world = World::new(&queue_of_theory(utilisation), seed).unwrap();
    world.run_until(at(120_000));
    let samples = world.measures().samples();
    let mean = |count: fn(&Sample) -> u32| {
        let late = samples.iter().filter(|sample| sample.at > at(20_000));
        mean_and_error(late.map(|sample| count(sample).into())).0
    };
    [
        mean(|sample| sample.calls),
        mean(|sample| sample.gauges.database_busy),
        mean(|sample| sample.gauges.database_queued),
    ]
}

/// The mean, and its standard error where the values are independent.
fn mean_and_error(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let values: Vec<f64> = values.collect();
    let count = f64::from(u32::try_from(values.len()).unwrap());
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (mean, (squares / (count - 1.0) / count).sqrt())
}

#[test]
fn littles_law_holds_to_the_microsecond() {
    let mut scenario = presets::search_service();
    scenario.clients.patience = None;
    scenario.schedule = vec![
        (at(3_000), Command::Fault(Some(Fault::Hang))),
        (at(6_000), HEAL),
        (at(9_000), Command::Layer(LayerKind::Bulkhead, false)),
        (at(10_000), Command::Fault(Some(Fault::Slow { factor: 10 }))),
    ];
    let end = at(15_000);
    let mut world = World::with_trace(&scenario, 4, 1_000_000).unwrap();
    // The number of calls under way, summed over time ...
    let mut over_time = 0;
    while let Some(next) = world.next_at().filter(|&next| next <= end) {
        over_time += world.calls_under_way() as u64 * next.since(world.now()).as_micros();
        world.step();
    }
    over_time += world.calls_under_way() as u64 * end.since(world.now()).as_micros();
    // ... is the time that each call spent in the system, summed over calls.
    let mut over_calls = 0;
    for entry in world.trace().since(0) {
        match entry.what {
            What::Called { .. } => over_calls += end.since(entry.at).as_micros(),
            What::Answered { .. } => over_calls -= end.since(entry.at).as_micros(),
            _ => {}
        }
    }
    assert!(over_time > 1_000_000);
    assert_eq!(over_time, over_calls);
}
