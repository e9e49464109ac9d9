//! Nothing is lost, whatever is done to a world.

use crate::random::each_seed;
use crate::support::checker::Checker;
use crate::support::random::{Sketch, sketch};
use crate::support::{at, fault, heal, millis};
use fusebox::{BulkheadConfig, LayerConfig, LayerKind};
use fusebox_sim::{
    Arrivals, Burst, Command, Dependency, Fault, FaultKind, Mix, PoolConfig, RateSchedule,
    Scenario, World,
};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// Small scenarios, so that they run quickly in a browser.
fn each_small(seeds: u64, check: impl Fn(u64, &Sketch)) {
    each_seed(seeds, |seed| {
        let sketch = sketch(seed);
        if !sketch.large {
            check(seed, &sketch);
        }
    });
}

#[test]
fn whatever_is_done_to_a_world_no_call_and_no_slot_gets_lost() {
    each_small(200, |seed, sketch| {
        let mut checker = Checker::of(sketch, seed);
        checker.run_until(sketch.ends_at + millis(1_000));
    });
}

#[test]
fn a_healthy_world_becomes_empty_once_the_calls_stop() {
    each_small(200, |seed, sketch| {
        if sketch.ends {
            let mut checker = Checker::of(sketch, seed);
            checker.run_until(sketch.ends_at);
            checker.run_dry(sketch);
        }
    });
}

#[test]
fn a_long_queue_that_is_refused_at_once_is_no_deep_recursion() {
    let mut scenario = Scenario::search_service();
    let clients = &mut scenario.clients[0];
    clients.count = 100_000;
    clients.arrivals = Arrivals::None;
    clients.mix = Mix::SEARCH;
    clients.deadline = None;
    clients.burst =
        Some(Burst { at: at(0), within: millis(1_000), every: None, calls_per_client: 1 });
    let service = scenario.service.as_mut().unwrap();
    service.threads = 1;
    service.accept_queue = 1_000_000;
    let nothing = BulkheadConfig { slots: 0, ..BulkheadConfig::default() };
    let postgres = &mut scenario.dependencies[Dependency::Postgres];
    postgres.layers = vec![LayerConfig::Bulkhead(nothing)];
    postgres.layers_off = vec![LayerKind::Bulkhead];
    let mut world = World::new(&scenario, 1).unwrap();
    world.apply(Dependency::Postgres, Command::Fault(Fault::Hang)).unwrap();
    world.run_until(at(2_000));
    world.apply(Dependency::Postgres, Command::Layer(LayerKind::Bulkhead, true)).unwrap();
    world.apply(Dependency::Postgres, Command::Heal(FaultKind::Hang)).unwrap();
    world.run_until(at(3_000));
    assert_eq!(world.calls_in_flight(), 0);
    assert!(world.measures().counters().layers.bulkhead_rejections > 50_000);
}

#[test]
fn each_transaction_ends_once_however_its_attempt_ends() {
    let mut scenario = Scenario::search_service();
    let clients = &mut scenario.clients[0];
    clients.mix = Mix { search: 0, cached_read: 0, health: 0, mutation: 1 };
    clients.arrivals =
        Arrivals::Poisson(RateSchedule::new(vec![(at(20_000), 200_000), (at(20_000), 0)]).unwrap());
    let on = Dependency::Postgres;
    for (n, trouble) in [
        Fault::Flaky { error_rate: 300 },
        Fault::Crash { restart_after: millis(300) },
        Fault::Partitioned,
        Fault::Slow { factor: 100 },
        Fault::RateLimited { rate: 50 },
        Fault::Hang,
    ]
    .into_iter()
    .enumerate()
    {
        let begins = at(2_000 + 3_000 * n as u64);
        scenario.schedule.push(fault(begins, trouble));
        scenario.schedule.push(heal(begins + millis(1_500), trouble.kind()));
    }
    for cancellation in [false, true] {
        scenario.cancellation = cancellation;
        scenario.dependencies[on].pool = Some(PoolConfig::default());
        let mut checker = Checker::new(&scenario, 1, 1);
        checker.run_until(at(25_000));
        checker.run_until(at(120_000));
        let writes = checker.world.mutations();
        let committed = writes.applied + writes.duplicated + writes.prevented;
        assert_eq!(committed + writes.rolled_back, writes.transactions, "{writes:?}");
        assert!(writes.rolled_back > 50 && writes.lost == 0, "{writes:?}");
    }
}
