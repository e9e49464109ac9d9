//! More calls in flight than the limit, for which a browser would not have the memory.

use crate::support::{at, millis};
use fusebox_sim::{
    Arrivals, Burst, ClientsConfig, Command, Dependency, Distribution, Fault, Scenario, What, World,
};

#[test]
fn a_call_beyond_the_most_calls_is_refused_and_its_client_goes_on() {
    let mut scenario = Scenario::search_service();
    scenario.service = None;
    scenario.dependencies[Dependency::Postgres].server.queue = 1_000_000;
    let clients = &mut scenario.clients[0];
    clients.count = 1_000;
    clients.arrivals = Arrivals::None;
    clients.deadline = None;
    clients.burst =
        Some(Burst { at: at(0), within: millis(0), every: None, calls_per_client: 1_000 });
    let (think, spread) = (millis(100), Distribution::Constant);
    let one = ClientsConfig {
        count: 1,
        arrivals: Arrivals::Closed { think_time: think, distribution: spread },
        burst: None,
        ..clients.clone()
    };
    scenario.clients.push(one);
    let mut world = World::with_trace(&scenario, 1, 3).unwrap();
    world.apply(Dependency::Postgres, Command::Fault(Fault::Hang)).unwrap();
    world.run_until(at(550));
    assert_eq!(world.calls_in_flight(), 1_000_000);
    assert_eq!(world.measures().counters().failed_fast, 5);
    assert!(world.trace().since(0).any(|entry| matches!(entry.what, What::Answered { .. })));
}
