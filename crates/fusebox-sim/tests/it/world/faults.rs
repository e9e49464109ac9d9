//! Faults that meet one another, and what a world remembers of them.

use crate::support::{at, millis};
use fusebox_sim::{
    Arrivals, Burst, Command, Dependency, Fault, FaultKind, Mix, PoolConfig, Scenario, World,
};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn world() -> World {
    World::new(&Scenario::search_service(), 1).unwrap()
}

fn is_down(world: &World) -> bool {
    world.gauges().dependencies[Dependency::Postgres].fault.is_some()
}

fn crash(millis: u64) -> Command {
    Command::Fault(Fault::Crash { restart_after: crate::support::millis(millis) })
}

#[test]
fn a_crashed_server_comes_back_by_itself() {
    let mut world = world();
    world.apply(Dependency::Postgres, crash(500)).unwrap();
    world.run_until(at(499));
    assert!(is_down(&world));
    world.run_until(at(500));
    assert!(!is_down(&world));
}

#[test]
fn a_restart_is_that_of_the_newest_crash() {
    for (second, back_at) in [(crash(5_000), Some(5_500)), (Command::Fault(Fault::Down), None)] {
        let mut world = world();
        world.apply(Dependency::Postgres, crash(1_000)).unwrap();
        world.run_until(at(500));
        world.apply(Dependency::Postgres, second).unwrap();
        world.run_until(at(back_at.unwrap_or(60_000) - 1));
        assert!(is_down(&world), "{second:?}");
        world.run_until(at(back_at.unwrap_or(60_000)));
        assert_eq!(is_down(&world), back_at.is_none(), "{second:?}");
    }
}

#[test]
fn a_restart_is_void_once_the_server_is_healed() {
    let mut world = world();
    world.apply(Dependency::Postgres, crash(1_000)).unwrap();
    world.run_until(at(200));
    world.apply(Dependency::Postgres, Command::Heal(FaultKind::Down)).unwrap();
    world.run_until(at(300));
    world.apply(Dependency::Postgres, crash(5_000)).unwrap();
    world.run_until(at(5_299));
    assert!(is_down(&world));
    world.run_until(at(5_300));
    assert!(!is_down(&world));
}

#[test]
fn a_server_accepts_simultaneous_connections_up_to_its_limit() {
    let mut scenario = Scenario::search_service();
    let clients = &mut scenario.clients[0];
    clients.arrivals = Arrivals::None;
    clients.burst = Some(Burst { at: at(0), within: millis(0), every: None, calls_per_client: 1 });
    clients.count = 3;
    clients.mix = Mix::SEARCH;
    let postgres = &mut scenario.dependencies[Dependency::Postgres];
    postgres.layers.clear();
    postgres.server.max_connections = 2;
    postgres.pool = Some(PoolConfig { max_connections: 3, min_idle: 0, ..PoolConfig::default() });
    let mut world = World::new(&scenario, 1).unwrap();
    world.run_until(at(5_000));
    let counters = world.measures().counters();
    assert_eq!((counters.successes, counters.failures), (2, 1));
}

#[test]
fn a_milder_loss_of_capacity_makes_room_at_once() {
    let mut scenario = Scenario::search_service();
    scenario.dependencies[Dependency::Postgres].layers.clear();
    let mut world = World::new(&scenario, 1).unwrap();
    world.apply(Dependency::Postgres, Command::Fault(Fault::Degraded { capacity: 50 })).unwrap();
    world.run_until(at(2_000));
    let postgres = |world: &World| {
        let gauges = world.gauges().dependencies[Dependency::Postgres];
        (gauges.busy, gauges.queued > 0)
    };
    assert_eq!(postgres(&world), (1, true));
    world.apply(Dependency::Postgres, Command::Fault(Fault::Degraded { capacity: 500 })).unwrap();
    assert_eq!(postgres(&world), (10, true));
    world.apply(Dependency::Postgres, Command::Heal(FaultKind::Degraded)).unwrap();
    assert_eq!(postgres(&world).0, 20);
}

#[test]
fn a_world_remembers_when_its_trouble_began_and_ended() {
    let mut world = world();
    assert_eq!((world.first_fault_at(), world.faults_ended_at()), (None, None));
    world.run_until(at(1_000));
    world.apply(Dependency::Postgres, Command::Fault(Fault::Hang)).unwrap();
    world.run_until(at(2_000));
    world.apply(Dependency::Postgres, crash(3_000)).unwrap();
    world.apply(Dependency::Postgres, Command::Fault(Fault::Flaky { error_rate: 1 })).unwrap();
    world.apply(Dependency::Postgres, Command::Fault(Fault::Flaky { error_rate: 2 })).unwrap();
    world.run_until(at(3_000));
    world.apply(Dependency::Postgres, Command::Heal(FaultKind::Hang)).unwrap();
    world.apply(Dependency::Postgres, Command::Heal(FaultKind::Hang)).unwrap();
    world.apply(Dependency::Postgres, Command::Heal(FaultKind::Flaky)).unwrap();
    world.run_until(at(4_999));
    assert_eq!((world.first_fault_at(), world.faults_ended_at()), (Some(at(1_000)), None));
    world.run_until(at(9_000));
    assert_eq!(world.faults_ended_at(), Some(at(5_000)), "the restart");
    world.apply(Dependency::Cache, Command::Fault(Fault::Down)).unwrap();
    assert_eq!(world.faults_ended_at(), None);
    world.run_until(at(9_000) + millis(1));
    world.apply(Dependency::Cache, Command::Heal(FaultKind::Down)).unwrap();
    assert_eq!(world.faults_ended_at(), Some(at(9_001)));
    assert_eq!(world.first_fault_at(), Some(at(1_000)));
}

#[test]
fn a_database_that_is_written_to_has_no_capacity() {
    let mut scenario = Scenario::search_service();
    let capacity = |scenario: &Scenario, on| {
        World::new(scenario, 1).expect("it is in range").gauges().dependencies[on].capacity
    };
    assert!(capacity(&scenario, Dependency::Postgres).is_some());
    scenario.clients[0].mix.mutation = 1;
    assert_eq!(capacity(&scenario, Dependency::Postgres), None);
    assert!(capacity(&scenario, Dependency::Model).is_some());
}
