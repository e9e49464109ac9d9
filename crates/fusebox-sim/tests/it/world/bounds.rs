//! Memory grows with what is in flight, and not with the length of the run.

use crate::support::{at, millis};
use fusebox::time::{Duration, Instant};
use fusebox::{BackoffConfig, LayerConfig, RetryConfig};
use fusebox_sim::{
    Arrivals, Burst, ClientsConfig, Command, Dependency, Distribution, Fault, Link, Mix,
    RateSchedule, Scenario, World,
};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// Clients that call the database themselves, with a client deadline of a day.
fn patient(arrivals: Arrivals) -> Scenario {
    let retry = RetryConfig {
        attempts: 5,
        backoff: BackoffConfig::constant(millis(20)),
        budget: None,
        ..RetryConfig::default()
    };
    let clients = ClientsConfig {
        count: 10,
        arrivals,
        mix: Mix::SEARCH,
        deadline: Some(Duration::from_secs(86_400)),
        link: Link { latency: millis(1), distribution: Distribution::Constant },
        layers: vec![LayerConfig::Retry(retry)],
        ..ClientsConfig::default()
    };
    Scenario { clients: vec![clients], service: None, ..Scenario::default() }
}

#[test]
fn timers_that_became_void_do_not_pile_up() {
    let scenario = patient(Arrivals::Poisson(RateSchedule::constant(200_000)));
    let mut world = World::new(&scenario, 1).unwrap();
    world.apply(Dependency::Postgres, Command::Fault(Fault::Flaky { error_rate: 900 })).unwrap();
    let mut most = 0;
    for second in 1..=20 {
        world.run_until(Instant::from_secs(second));
        most = most.max(world.events_pending());
    }
    // About 30 calls are in flight, each with a query or an answer and two timers.
    assert!(world.calls_in_flight() < 100);
    assert!(most < 500, "{most} events pending");
}

#[test]
fn a_burst_adds_its_calls_to_a_closed_loop_and_no_further_loops() {
    let mut scenario = patient(Arrivals::Closed {
        think_time: millis(1_000),
        distribution: Distribution::Constant,
    });
    let calls_of_a_minute = |scenario: &Scenario| {
        let mut world = World::new(scenario, 1).unwrap();
        world.run_until(at(60_000));
        world.measures().counters().calls
    };
    let alone = calls_of_a_minute(&scenario);
    let every = Some(millis(1_000));
    scenario.clients[0].burst =
        Some(Burst { at: at(500), within: millis(100), every, calls_per_client: 1 });
    // Ten clients, and sixty bursts.
    assert_eq!(calls_of_a_minute(&scenario), alone + 600);
}
