//! Whether a world recovered: each verdict where it is due, and only there.

use crate::random::each_seed;
use crate::support::at;
use crate::support::random::{Chance, in_trouble};
use fusebox::time::{Duration, Instant};
use fusebox::{BackoffConfig, BudgetConfig, LayerConfig, RetryConfig, TimeoutConfig};
use fusebox_lab::recovery::{AS_GOOD, AS_MUCH, HEALTHY, Recovery, judge};
use fusebox_sim::{
    Action, Arrivals, Burst, ClientsConfig, Command, Dependency, Distribution, Fault, FaultKind,
    Link, Mix, RateSchedule, Scenario, ServerConfig, Target, What, World,
};
use std::cell::Cell;

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const FAULT_AT: u64 = 10_000;
const HEALED_AT: u64 = 20_000;

/// Clients with an attempt timeout of 1 s and three attempts, and a database that they use to 70 %,
/// with an unlimited queue and without cancellation. It hangs for 10 s.
fn retries(budget: Option<BudgetConfig>) -> Scenario {
    let secs = Duration::from_secs;
    let mut scenario = Scenario {
        clients: vec![ClientsConfig {
            count: 1,
            arrivals: Arrivals::Poisson(RateSchedule::constant(280_000)),
            burst: None,
            mix: Mix::SEARCH,
            deadline: Some(secs(10)),
            link: Link { latency: Duration::from_millis(1), distribution: Distribution::Constant },
            shared_policies: false,
            pool: None,
            layers: vec![
                LayerConfig::Timeout(TimeoutConfig {
                    connect: secs(1),
                    attempt: secs(1),
                    call: secs(10),
                }),
                LayerConfig::Retry(RetryConfig {
                    attempts: 3,
                    backoff: BackoffConfig {
                        base: Duration::from_millis(100),
                        ..BackoffConfig::default()
                    },
                    budget,
                    ..RetryConfig::default()
                }),
            ],
        }],
        service: None,
        schedule: vec![
            Action::new(at(FAULT_AT), Dependency::Postgres, Command::Fault(Fault::Hang)),
            Action::new(at(HEALED_AT), Dependency::Postgres, Command::Heal(FaultKind::Hang)),
        ],
        ..Scenario::default()
    };
    scenario.dependencies[Dependency::Postgres].server = ServerConfig {
        concurrency: 4,
        queue: 1_000_000,
        service_time: Duration::from_millis(10),
        cold_start: None,
        ..ServerConfig::default()
    };
    scenario
}

/// The same with a rate of its own, in calls a second, and a fault that hurts.
fn with_rate(rate: RateSchedule) -> Scenario {
    let mut scenario = retries(Some(BudgetConfig::default()));
    scenario.clients[0].arrivals = Arrivals::Poisson(rate);
    scenario
}

fn judged(scenario: &Scenario, end: u64) -> Recovery {
    let mut world = World::new(scenario, 1).unwrap();
    world.run_until(at(end));
    judge(&world)
}

#[test]
fn retries_without_a_budget_keep_a_database_down_that_is_well_again() {
    for end in [60_000, 300_000] {
        match judged(&retries(None), end) {
            Recovery::Metastable { before, after } => {
                assert!(before > 0.99 && after < 0.1, "{after} after {before}");
            }
            other => panic!("{other:?} at {end}"),
        }
    }
}

#[test]
fn with_a_budget_the_same_database_comes_back() {
    match judged(&retries(Some(BudgetConfig::default())), 120_000) {
        // The queue of 10 s then grows by 308 requests per second, and shrinks by 400.
        Recovery::Recovered { after } => {
            let range = Duration::from_secs(20)..Duration::from_secs(45);
            assert!(range.contains(&after), "after {after}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_service_that_crashes_during_an_outage_of_its_database_comes_back() {
    let mut world = World::new(&Scenario::default(), 1).unwrap();
    world.run_until(at(6_000));
    world.apply(Dependency::Postgres, Command::Fault(Fault::Down)).unwrap();
    world.run_until(at(8_500));
    world.apply(Dependency::Postgres, Command::Heal(FaultKind::Down)).unwrap();
    let crash = Fault::Crash { restart_after: Duration::from_secs(2) };
    world.apply(Target::Service, Command::Fault(crash)).unwrap();
    world.run_until(at(30_000));
    assert!(matches!(judge(&world), Recovery::Recovered { .. }), "{:?}", judge(&world));
}

#[test]
fn a_world_is_judged_by_what_has_happened_so_far() {
    let scenario = retries(None);
    let verdicts = [5_000, 9_999, 10_000, 19_999, 20_000, 49_999];
    let verdicts = verdicts.map(|end| judged(&scenario, end));
    let expected = ["NoFault", "NoFault", "FaultActive", "FaultActive", "TooEarly", "TooEarly"];
    assert_eq!(verdicts.map(|verdict| format!("{verdict:?}")), expected);
    assert!(matches!(judged(&scenario, 50_000), Recovery::Metastable { .. }));
}

#[test]
fn a_fault_that_does_no_harm_is_recovered_from_at_once() {
    let mut scenario = retries(None);
    scenario.schedule[0] = Action::fault(at(FAULT_AT), Dependency::Cache, Fault::Down);
    scenario.schedule[1] = Action::heal(at(HEALED_AT), Dependency::Cache, FaultKind::Down);
    assert_eq!(judged(&scenario, 24_900), Recovery::TooEarly);
    assert_eq!(judged(&scenario, 25_000), Recovery::Recovered { after: Duration::ZERO });
    // The verdict is the same by hand.
    scenario.schedule.clear();
    let mut world = World::new(&scenario, 1).unwrap();
    world.run_until(at(6_000));
    let crash = Fault::Crash { restart_after: Duration::from_secs(2) };
    world.apply(Dependency::Cache, Command::Fault(crash)).unwrap();
    world.run_until(at(7_999));
    assert_eq!(judge(&world), Recovery::FaultActive);
    world.run_until(at(15_000));
    assert_eq!(judge(&world), Recovery::Recovered { after: Duration::ZERO });
}

#[test]
fn a_world_that_was_never_well_cannot_come_back() {
    let mut overloaded = with_rate(RateSchedule::constant(2_000_000));
    match judged(&overloaded, 60_000) {
        Recovery::NeverHealthy { before: Some(before) } => assert!(before < HEALTHY, "{before}"),
        other => panic!("{other:?}"),
    }
    overloaded.schedule[0].at = Instant::ZERO;
    assert_eq!(judged(&overloaded, 60_000), Recovery::NeverHealthy { before: None });
}

#[test]
fn clients_that_send_more_than_before_are_overload_and_not_metastable() {
    let more = RateSchedule::new(vec![(at(15_000), 280_000), (at(15_000), 1_000_000)]);
    match judged(&with_rate(more.unwrap()), 60_000) {
        Recovery::Overloaded { load } => assert!((3.2..3.9).contains(&load), "{load}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn without_calls_there_is_no_verdict() {
    let none = RateSchedule::new(vec![(at(15_000), 280_000), (at(15_000), 0)]).unwrap();
    let mut scenario = with_rate(none);
    assert_eq!(judged(&scenario, 60_000), Recovery::Idle);
    // Clients that wait for ever still count.
    scenario.clients[0].deadline = None;
    scenario.clients[0].layers.clear();
    scenario.schedule[0] = Action::fault(at(FAULT_AT), Dependency::Postgres, Fault::Partitioned);
    scenario.schedule[1] =
        Action::heal(at(HEALED_AT), Dependency::Postgres, FaultKind::Partitioned);
    match judged(&scenario, 60_000) {
        Recovery::Metastable { after, .. } => assert!(after.abs() < 1e-9),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_fault_of_long_ago_is_forgotten() {
    let scenario = with_rate(RateSchedule::constant(10_000));
    assert!(matches!(judged(&scenario, 600_000), Recovery::Recovered { .. }));
    assert_eq!(judged(&scenario, 700_000), Recovery::BeyondHistory);
}

#[test]
fn trouble_that_comes_every_few_seconds_is_no_recovery() {
    let mut scenario = with_rate(RateSchedule::constant(50_000));
    let group = &mut scenario.clients[0];
    group.count = 20;
    group.layers.clear();
    group.burst = Some(Burst {
        at: at(100),
        within: Duration::ZERO,
        every: Some(Duration::from_secs(4)),
        calls_per_client: 1,
    });
    scenario.dependencies[Dependency::Postgres].server = ServerConfig {
        concurrency: 1,
        queue: 0,
        service_time: Duration::from_millis(1),
        ..ServerConfig::default()
    };
    match judged(&scenario, 60_000) {
        Recovery::Unstable { before, after } => {
            assert!(before > 0.8 && after > AS_GOOD * before, "{after} after {before}");
        }
        other => panic!("{other:?}"),
    }
}

/// The counts of a trace over some time: calls, useful answers, and ended calls.
#[derive(Clone, Copy, Debug, Default)]
struct Span {
    calls: f64,
    useful: f64,
    ended: f64,
}

/// Sums the entries after one moment and up to another.
fn span(world: &World, after: Instant, until: Instant) -> Span {
    let mut span = Span::default();
    for entry in world.trace().since(0).filter(|entry| entry.at > after && entry.at <= until) {
        match entry.what {
            What::Called { .. } => span.calls += 1.0,
            What::Answered { reply, .. } => {
                span.ended += 1.0;
                span.useful += f64::from(u8::from(reply.is_useful()));
            }
            What::GaveUp { .. } => span.ended += 1.0,
            _ => {}
        }
    }
    span
}

#[test]
fn whatever_the_trouble_a_world_comes_back_or_is_named() {
    let (recovered, metastable) = (Cell::new(0), Cell::new(0));
    each_seed(120, |seed| {
        let scenario = in_trouble(&mut Chance::new(seed));
        let mut world = World::with_trace(&scenario, seed, 1_000_000).unwrap();
        world.run_until(at(50_000));
        world.check().unwrap();
        let healed_at = world.faults_ended_at().unwrap();
        // Samples are taken every 100 ms, and the last one before the fault ends the baseline.
        let fault_at = world.first_fault_at().unwrap().as_micros() / 100_000;
        let fault_at = at(fault_at * 100);
        let second = Duration::from_secs(1);
        let baseline = span(&world, fault_at - Duration::from_secs(5), fault_at);
        let before = baseline.useful / baseline.ended;
        let end = span(&world, at(40_000), at(50_000));
        let load = end.calls / 2.0 / baseline.calls;
        let verdict = judge(&world);
        match verdict {
            Recovery::Recovered { after } => {
                recovered.set(recovered.get() + 1);
                for tenth in 0..=40 {
                    let from = healed_at + after + Duration::from_millis(100 * tenth);
                    let span = span(&world, from, from + second);
                    let bad = span.useful < AS_GOOD * before * span.ended;
                    assert!(!bad, "{span:?} at {from}: {verdict:?} of {before}");
                }
            }
            Recovery::Metastable { after, .. } => {
                metastable.set(metastable.get() + 1);
                assert!((after - end.useful / end.ended).abs() < 1e-9 || end.ended == 0.0);
                assert!(end.useful < AS_GOOD * before * end.ended.max(1.0), "{verdict:?}, {end:?}");
                assert!(load <= AS_MUCH, "{load}");
            }
            Recovery::NeverHealthy { .. } => assert!(baseline.ended == 0.0 || before < HEALTHY),
            Recovery::Overloaded { .. } => assert!(load > AS_MUCH, "{load}"),
            Recovery::Unstable { .. } => assert!(end.useful >= AS_GOOD * before * end.ended),
            other => panic!("{other:?}"),
        }
    });
    assert!(recovered.get() > 60, "{} recovered", recovered.get());
    assert!(metastable.get() > 2, "{} metastable", metastable.get());
}
