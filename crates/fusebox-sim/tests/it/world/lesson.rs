//! What the default world is meant to show.

use crate::support::at;
use fusebox::LayerKind;
use fusebox::time::Instant;
use fusebox_sim::{Command, Dependency, Endpoint, Fault, FaultKind, Reply, Scenario, What, World};
use std::collections::BTreeSet;

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// The preset without any layer.
fn bare() -> Scenario {
    let mut scenario = Scenario::search_service();
    scenario.dependencies[Dependency::Postgres].layers_off = LayerKind::USUAL.to_vec();
    scenario
}

#[test]
fn with_all_layers_the_service_comes_back_after_every_fault() {
    // Half of the database's capacity is still more than its load.
    let harms = |fault: &Fault| fault.kind() != FaultKind::Degraded;
    for trouble in Fault::ALL.into_iter().filter(harms) {
        for seed in 1..=3 {
            let mut world = World::new(&Scenario::search_service(), seed).unwrap();
            world.run_until(at(5_000));
            assert!(goodput(&world, 2_000) > 0.99, "before the fault");
            world.apply(Dependency::Postgres, Command::Fault(trouble)).unwrap();
            world.run_until(at(15_000));
            // Half of the capacity is still enough for this load.
            let harmless = trouble.kind() == FaultKind::Degraded;
            let good = goodput(&world, 12_000);
            assert!(harmless || good < 0.9, "{trouble} does no harm with seed {seed}");
            world.apply(Dependency::Postgres, Command::Heal(trouble.kind())).unwrap();
            let mut good_at = None;
            for second in 16..=45 {
                world.run_until(Instant::from_secs(second));
                let good = goodput(&world, second * 1_000 - 1_000) > 0.9;
                good_at = if good { good_at.or(Some(second - 15)) } else { None };
            }
            let good_at = good_at.expect("good at the end");
            assert!(good_at <= 20, "{trouble}: good for good after {good_at} s, seed {seed}");
        }
    }
}

/// The share of calls since a moment that the database itself answered, including health checks.
fn goodput(world: &World, since: u64) -> f64 {
    let samples = world.measures().samples().iter().filter(|sample| sample.at > at(since));
    let (mut good, mut calls) = (0, 0);
    for sample in samples {
        good += sample.useful - sample.fallbacks;
        calls += sample.calls;
    }
    f64::from(good) / f64::from(calls)
}

/// The number of health checks within 2 s of a hanging database that were answered in good time.
fn health_checks(scenario: &Scenario) -> (World, usize, usize) {
    let mut world = World::with_trace(scenario, 3, 1_000_000).unwrap();
    world.run_until(at(5_000));
    world.apply(Dependency::Postgres, Command::Fault(Fault::Hang)).unwrap();
    world.run_until(at(11_000));
    let trace: Vec<_> = world.trace().since(0).copied().collect();
    let sent: BTreeSet<Option<u64>> = trace
        .iter()
        .filter(|entry| matches!(entry.what, What::Called { endpoint: Endpoint::Health, .. }))
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
    assert_eq!(world.gauges().threads_busy, 64);
    assert!(sent > 20 && answered == 0, "{answered} of {sent}");
}

#[test]
fn with_all_layers_health_checks_are_answered_while_the_database_hangs() {
    let (world, sent, answered) = health_checks(&Scenario::search_service());
    assert!(world.gauges().threads_busy < 64);
    assert!(sent > 20 && answered == sent, "{answered} of {sent}");
}
