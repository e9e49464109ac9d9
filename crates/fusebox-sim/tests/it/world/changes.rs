//! Settings that change while a world runs: machines keep their state and go on by the new settings.

use crate::support::{at, millis};
use fusebox::{Decision, LayerConfig, StateName, TimeLimit};
use fusebox_sim::{
    Action, Change, Command, Dependency, DependencyConfig, Fault, Mix, PoolConfig, Scenario,
    Target, What, World,
};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const ON: Dependency = Dependency::Postgres;

/// A change with this function, whose value it may use.
fn change(value: u64, write: fn(&mut DependencyConfig, Change) -> bool) -> Command {
    Command::Set(Change { setting: 1, value, write })
}

/// The change of the first layer around the dependency for which `set` has one.
fn layer(config: &mut DependencyConfig, set: impl FnMut(&mut LayerConfig) -> Option<()>) -> bool {
    config.layers.iter_mut().find_map(set).is_some()
}

fn failures(config: &mut DependencyConfig, change: Change) -> bool {
    layer(config, |layer| match layer {
        LayerConfig::Breaker(breaker) => {
            // Only this number trips it.
            breaker.failures = u32::try_from(change.value).ok();
            breaker.failure_rate = None;
            Some(())
        }
        _ => None,
    })
}

fn searches() -> Scenario {
    let mut scenario = Scenario::search_service();
    scenario.clients[0].mix = Mix::SEARCH;
    scenario
}

#[test]
fn an_open_breaker_stays_open_and_what_it_counted_counts_by_the_new_rule() {
    let mut world = World::new(&searches(), 1).unwrap();
    world.run_until(at(2_000));
    world.apply(ON, Command::Fault(Fault::Down)).unwrap();
    while world.breaker(ON).unwrap().state().name() == StateName::Closed {
        world.step();
    }
    let before = world.breaker(ON).unwrap().state();
    world.apply(ON, change(50, failures)).unwrap();
    let breaker = world.breaker(ON).unwrap();
    assert_eq!((breaker.state(), breaker.config().failures), (before, Some(50)));

    let mut world = World::new(&searches(), 1).unwrap();
    world.apply(ON, change(1_000_000, failures)).unwrap();
    world.run_until(at(2_000));
    world.apply(ON, Command::Fault(Fault::Down)).unwrap();
    world.run_until(at(3_000));
    assert_eq!(world.breaker(ON).unwrap().state().name(), StateName::Closed);
    let seen = world.breaker(ON).unwrap().window(world.now()).failures;
    assert!(seen > 5, "{seen}");
    world.apply(ON, change(seen.into(), failures)).unwrap();
    assert_eq!(world.breaker(ON).unwrap().window(world.now()).failures, seen, "it forgot nothing");
    let calls = world.measures().counters().dependencies[ON].attempts();
    while world.breaker(ON).unwrap().state().name() == StateName::Closed {
        world.step();
    }
    let more = world.measures().counters().dependencies[ON].attempts() - calls;
    assert!(more <= 3, "the next failure opens it, not {more} attempts");
}

#[test]
fn attempts_in_flight_keep_their_timeout_and_later_ones_have_the_new_one() {
    let mut scenario = searches();
    scenario.clients[0].deadline = None;
    let mut world = World::with_trace(&scenario, 1, 1_000_000).unwrap();
    world.apply(ON, Command::Fault(Fault::Hang)).unwrap();
    world.run_until(at(1_000));
    let attempt = change(500_000, |config, change| {
        layer(config, |layer| match layer {
            LayerConfig::Timeout(timeout) => {
                timeout.attempt = fusebox::time::Duration::from_micros(change.value);
                Some(())
            }
            _ => None,
        })
    });
    world.apply(ON, attempt).unwrap();
    world.run_until(at(20_000));
    let timed_out = |after| {
        let decision = Decision::TimedOut { limit: TimeLimit::Attempt, after };
        let trace = world.trace().since(0);
        let moments = trace.filter(|entry| entry.what == What::Decided(decision));
        moments.map(|entry| entry.at - after).collect::<Vec<_>>()
    };
    let old = scenario.dependencies[ON].layers.iter().find_map(|layer| match layer {
        LayerConfig::Timeout(timeout) => Some(timeout.attempt),
        _ => None,
    });
    let (old, new) = (timed_out(old.unwrap()), timed_out(millis(500)));
    assert!(!old.is_empty() && old.iter().all(|&began| began <= at(1_000)), "{old:?}");
    assert!(!new.is_empty() && new.iter().all(|&began| began >= at(1_000)), "{new:?}");
}

#[test]
fn new_slots_go_to_the_queue_at_once_and_lost_ones_drain() {
    let mut scenario = searches();
    scenario.clients[0].deadline = None;
    let mut world = World::new(&scenario, 1).unwrap();
    world.apply(ON, Command::Fault(Fault::Hang)).unwrap();
    let slots = |slots| {
        change(slots, |config, change| {
            layer(config, |layer| match layer {
                LayerConfig::Bulkhead(bulkhead) => {
                    bulkhead.slots = u32::try_from(change.value).unwrap();
                    Some(())
                }
                _ => None,
            })
        })
    };
    world.apply(ON, slots(3)).unwrap();
    while world.bulkhead(ON).unwrap().waiting() < 2 {
        world.step();
    }
    assert_eq!(world.bulkhead(ON).unwrap().taken(), 3);
    world.apply(ON, slots(4)).unwrap();
    let bulkhead = world.bulkhead(ON).unwrap();
    assert_eq!((bulkhead.taken(), bulkhead.waiting()), (4, 1));
    world.apply(ON, slots(1)).unwrap();
    assert_eq!(world.bulkhead(ON).unwrap().taken(), 4, "nothing is taken away");
    world.apply(ON, Command::HealAll).unwrap();
    world.run_until(world.now() + millis(2_000));
    assert!(world.bulkhead(ON).unwrap().taken() <= 1);
    world.check().unwrap();
}

#[test]
fn a_smaller_server_and_a_smaller_pool_drain_and_larger_ones_serve_their_queue() {
    let mut scenario = searches();
    scenario.clients[0].deadline = None;
    scenario.dependencies[ON].layers.clear();
    scenario.dependencies[ON].pool = Some(PoolConfig::default());
    let mut world = World::new(&scenario, 1).unwrap();
    let both = |places| {
        change(places, |config, change| {
            let places = u32::try_from(change.value).unwrap();
            config.server.concurrency = places;
            let pool = config.pool.as_mut();
            pool.is_some_and(|pool| {
                (pool.max_connections, pool.min_idle) = (places, 0);
                true
            })
        })
    };
    let gauges = |world: &World| world.gauges().dependencies[ON];
    world.apply(ON, Command::Fault(Fault::Hang)).unwrap();
    world.run_until(at(2_000));
    let full = gauges(&world);
    assert!(full.busy > 4 && full.pool.unwrap().waiting > 2, "{full:?}");
    world.apply(ON, both(2)).unwrap();
    assert_eq!(gauges(&world).busy, full.busy, "requests in progress stay");
    world.check().unwrap();
    world.apply(ON, Command::HealAll).unwrap();
    for _ in 0..500 {
        world.step();
        world.check().unwrap();
    }
    let drained = gauges(&world);
    assert_eq!((drained.busy, drained.pool.unwrap().used), (2, 2), "{drained:?}");
    world.apply(ON, both(40)).unwrap();
    world.run_until(world.now() + millis(10));
    assert!(gauges(&world).busy > 2, "{:?}", gauges(&world));
    world.check().unwrap();
}

#[test]
fn what_a_running_world_cannot_change_is_an_error_and_changes_nothing() {
    let mut world = World::new(&searches(), 1).unwrap();
    let fingerprint = world.fingerprint();
    for (command, field) in [
        (change(0, |_, _| false), "action.set"),
        (change(0, |config, _| config.layers.pop().is_some()), "action.set"),
        (change(0, |config, _| config.pool.take().is_some()), "action.set"),
        (change(0, failures), "breaker.failures"),
        (
            change(0, |config, _| {
                config.server.concurrency = 0;
                true
            }),
            "dependency.concurrency",
        ),
    ] {
        assert_eq!(world.apply(ON, command).unwrap_err().field, field);
        let mut scheduled = searches();
        scheduled.schedule = vec![Action::new(at(5), ON, command)];
        assert_eq!(scheduled.check().unwrap_err().field, format!("schedule.0.{field}"));
    }
    assert!(world.apply(Target::Service, change(3, failures)).is_err());
    assert_eq!(world.fingerprint(), fingerprint);
}

#[test]
fn a_change_at_time_zero_is_a_change_of_the_scenario_and_a_scheduled_one_comes_when_it_is_due() {
    let mut changed = searches();
    let Command::Set(three) = change(3, failures) else { unreachable!("it is one") };
    assert!(failures(&mut changed.dependencies[ON], three));
    let mut scheduled = searches();
    scheduled.schedule = vec![Action::new(at(0), ON, Command::Set(three))];
    let run = |scenario: &Scenario| {
        let mut world = World::new(scenario, 1).unwrap();
        world.run_until(at(2_000));
        world.apply(ON, Command::Fault(Fault::Flaky { error_rate: 300 })).unwrap();
        world.run_until(at(20_000));
        (*world.measures().counters(), world.scenario().dependencies.clone())
    };
    assert!(run(&changed) == run(&scheduled));
    assert!(run(&changed).0 != run(&searches()).0, "the setting matters");
}

#[test]
fn the_latency_to_any_end_has_its_exact_longest_at_the_deadline_and_a_full_queue_is_told() {
    let mut scenario = searches();
    scenario.clients[0].deadline = Some(millis(1_003));
    scenario.dependencies[ON].layers.clear();
    scenario.dependencies[ON].server.queue = 5;
    let mut world = World::with_trace(&scenario, 1, 1_000_000).unwrap();
    world.run_until(at(3_000));
    let usual = world.measures().all_latencies();
    assert_eq!(usual.longest(), world.measures().latencies().longest(), "all were useful");
    world.apply(ON, Command::Fault(Fault::Hang)).unwrap();
    world.run_until(at(6_000));
    let (all, useful) = (world.measures().all_latencies(), world.measures().latencies());
    assert_eq!(all.longest(), Some(millis(1_003)));
    assert_eq!(all.quantile(1.0), Some(millis(1_003)));
    assert!(all.quantile(0.999) <= all.longest());
    assert!(useful.longest() < Some(millis(500)), "{:?}", useful.longest());
    let sample = *world.measures().samples().back().unwrap();
    // Nearly all of them are quick errors, of which only the latency to any end tells.
    assert!(sample.p99.is_none() && sample.p99_all.is_some(), "{sample:?}");
    let overflows = world.trace().since(0).filter(|entry| entry.what == What::QueueFull);
    assert!(overflows.count() > 100);
}
