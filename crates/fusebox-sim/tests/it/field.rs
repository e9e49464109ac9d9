//! Cases reported by people who run pools of connections and breakers in production, by number.

use crate::support::{at, fault, heal, millis};
use fusebox::time::{Duration, Instant};
use fusebox::{Decision, Failure, LayerConfig, LayerKind, Outcome, StateName};
use fusebox_sim::{
    Action, Arrivals, Burst, ClientsConfig, Command, Dependency, DependencyConfig, Distribution,
    Fault, FaultKind, Link, Mix, PoolConfig, Scenario, ServerConfig, Target, What, World,
};

const POSTGRES: Dependency = Dependency::Postgres;

/// One client that calls every 2 s, and a pool of one connection: each message to the database takes
/// 10 ms, each query 1 ms, and everything else no time.
fn every_two_seconds() -> Scenario {
    let mut scenario = Scenario::search_service();
    let clients = &mut scenario.clients[0];
    (clients.count, clients.arrivals, clients.mix) = (1, Arrivals::None, Mix::SEARCH);
    clients.burst = Some(burst(Some(millis(2_000)), 1));
    clients.link.latency = Duration::ZERO;
    clients.deadline = None;
    let postgres = &mut scenario.dependencies[POSTGRES];
    postgres.layers.clear();
    postgres.link = Link { latency: millis(10), distribution: Distribution::Constant };
    postgres.server = server(20);
    postgres.pool = Some(PoolConfig { max_connections: 1, min_idle: 1, ..PoolConfig::default() });
    scenario
}

const fn burst(every: Option<Duration>, calls_per_client: u32) -> Burst {
    Burst { at: Instant::ZERO, within: Duration::ZERO, every, calls_per_client }
}

fn server(concurrency: u32) -> ServerConfig {
    let (service_time, distribution) = (millis(1), Distribution::Constant);
    ServerConfig { concurrency, service_time, distribution, ..ServerConfig::default() }
}

fn pool(scenario: &mut Scenario) -> &mut PoolConfig {
    scenario.dependencies[POSTGRES].pool.as_mut().expect("it has a pool")
}

/// Runs a world to this moment, and checks it after each event.
fn run(scenario: &Scenario, until: Instant) -> World {
    let mut world = World::with_trace(scenario, 1, 100_000).unwrap();
    while world.next_at().is_some_and(|at| at <= until) {
        world.step();
        world.check().unwrap();
    }
    world
}

/// When each attempt at the database ended, and how.
fn attempts(world: &World) -> Vec<(Instant, Outcome)> {
    let entries = world.trace().since(0).filter(|entry| entry.on == Some(POSTGRES));
    let ended = entries.filter_map(|entry| match entry.what {
        What::Attempted { outcome, .. } => Some((entry.at, outcome)),
        _ => None,
    });
    ended.collect()
}

/// When something happened.
fn moments(world: &World, what: impl Fn(&What) -> bool) -> Vec<Instant> {
    world.trace().since(0).filter(|entry| what(&entry.what)).map(|entry| entry.at).collect()
}

fn dead(world: &World) -> Vec<Instant> {
    moments(world, |what| matches!(what, What::DeadConnections(_)))
}

fn connected(world: &World) -> Vec<Instant> {
    moments(world, |what| matches!(what, What::Connected))
}

const SUCCESS: Outcome = Outcome::Success;
const REFUSED: Outcome = Outcome::Failure(Failure::Connect);
const LOST: Outcome = Outcome::Failure(Failure::ConnectionLost);

#[test]
fn f08_a_check_takes_the_time_of_the_link_unless_the_connection_was_just_used() {
    let mut scenario = every_two_seconds();
    let ends = |scenario: &Scenario| attempts(&run(scenario, at(3_000)));
    assert_eq!(ends(&scenario), [(at(21), SUCCESS), (at(2_041), SUCCESS)]);
    pool(&mut scenario).liveness_check = false;
    assert_eq!(ends(&scenario), [(at(21), SUCCESS), (at(2_021), SUCCESS)]);
    pool(&mut scenario).liveness_check = true;
    scenario.clients[0].burst = Some(burst(Some(millis(400)), 1));
    let expected = [0, 400, 800].map(|sent| (at(sent + 21), SUCCESS));
    assert_eq!(attempts(&run(&scenario, at(1_000))), expected);
}

#[test]
fn f08_a_crash_behind_a_partition_is_found_only_once_the_partition_is_healed() {
    let mut scenario = every_two_seconds();
    scenario.schedule = vec![
        fault(at(1_000), Fault::Partitioned),
        fault(at(1_100), Fault::Crash { restart_after: millis(100) }),
        heal(at(3_500), FaultKind::Partitioned),
    ];
    let world = run(&scenario, at(3_999));
    // The check arrives at 2,010 ms and is sent again each second; the first answer comes after it
    // is sent at 4,010 ms.
    assert_eq!(dead(&world), []);
    let world = run(&scenario, at(4_100));
    assert_eq!(dead(&world), [at(4_020)]);
    assert_eq!(attempts(&world)[1..], [(at(4_061), SUCCESS), (at(4_082), SUCCESS)]);
}

#[test]
fn f08_a_check_without_an_answer_ends_after_its_own_timeout() {
    for fault_kind in [Fault::Partitioned, Fault::Hang] {
        let mut scenario = every_two_seconds();
        scenario.schedule = vec![fault(at(1_000), fault_kind)];
        pool(&mut scenario).liveness_timeout = millis(1_500);
        assert_eq!(dead(&run(&scenario, at(3_999))), [at(3_500)], "{fault_kind:?}");
    }
}

#[test]
fn f08_a_pool_without_calls_learns_nothing_of_a_crash_unless_it_checks() {
    let mut scenario = every_two_seconds();
    scenario.clients[0].burst = None;
    scenario.schedule = vec![fault(at(1_500), Fault::Crash { restart_after: millis(10) })];
    assert_eq!(dead(&run(&scenario, at(10_000))), []);
    // F34: a keepalive is sent at 1 s, when it is due, then at each whole second.
    pool(&mut scenario).keepalive_interval = Some(millis(900));
    assert_eq!(dead(&run(&scenario, at(10_000))), [at(2_020)]);
}

#[test]
fn f34_one_dead_connection_closes_the_others_of_its_generation() {
    for (close_generation, failures) in [(false, 5), (true, 1)] {
        let mut scenario = every_two_seconds();
        scenario.clients[0].burst = Some(burst(Some(millis(100)), 1));
        let pool = pool(&mut scenario);
        (pool.max_connections, pool.min_idle) = (5, 5);
        (pool.liveness_check, pool.close_generation) = (false, close_generation);
        scenario.schedule = vec![fault(at(1_050), Fault::Crash { restart_after: millis(10) })];
        let world = run(&scenario, at(5_000));
        let lost = attempts(&world).iter().filter(|(_, outcome)| *outcome == LOST).count();
        assert_eq!(lost, failures, "close_generation: {close_generation}");
    }
}

#[test]
fn f34_connections_close_at_the_end_of_their_lifetime_and_jitter_spreads_that() {
    let mut scenario = every_two_seconds();
    scenario.clients[0].burst = None;
    let few = pool(&mut scenario);
    (few.max_connections, few.min_idle, few.lifetime_jitter) = (10, 10, 0);
    (few.max_lifetime, few.check_interval) = (Some(millis(10_000)), millis(100));
    let in_step = connected(&run(&scenario, at(10_500)));
    assert_eq!(in_step, [at(10_020); 10]);
    pool(&mut scenario).lifetime_jitter = 500;
    let world = run(&scenario, at(10_500));
    let mut spread = connected(&world);
    assert!(spread.len() >= 10 && spread.iter().all(|&at| at > Instant::from_secs(5)));
    spread.dedup();
    assert!(spread.len() >= 7, "{spread:?}");
    assert_eq!(world.gauges().dependencies[POSTGRES].pool.unwrap().idle, 10);
}

#[test]
fn f34_a_connection_in_use_outlives_its_lifetime_until_it_is_free() {
    let mut scenario = every_two_seconds();
    scenario.dependencies[POSTGRES].server.service_time = millis(1_500);
    pool(&mut scenario).max_lifetime = Some(millis(1_000));
    pool(&mut scenario).lifetime_jitter = 0;
    let world = run(&scenario, at(3_000));
    assert_eq!(attempts(&world), [(at(1_520), SUCCESS)]);
    // The next maintenance opens another.
    assert_eq!(connected(&world), [at(2_020)]);
}

#[test]
fn f34_spare_connections_close_after_their_idle_timeout() {
    let mut scenario = every_two_seconds();
    scenario.clients[0].burst = Some(burst(None, 6));
    let few = pool(&mut scenario);
    (few.max_connections, few.min_idle) = (10, 2);
    few.idle_timeout = Some(millis(3_000));
    let idle = |until| run(&scenario, until).gauges().dependencies[POSTGRES].pool.unwrap().idle;
    assert_eq!([at(3_500), at(4_500)].map(idle), [6, 2]);
}

#[test]
fn f41_borrowers_fail_at_once_while_connects_are_refused() {
    let mut scenario = every_two_seconds();
    scenario.clients[0].count = 10;
    scenario.dependencies[POSTGRES].link.latency = millis(100);
    pool(&mut scenario).min_idle = 0;
    scenario.schedule = vec![fault(at(0), Fault::Down)];
    let world = run(&scenario, at(1_999));
    assert_eq!(
        attempts(&world),
        [(at(200), REFUSED); 10],
        "one connect, and nine that wait for it"
    );
    // Only the one that connected came to the database.
    assert_eq!(world.measures().counters().dependencies[POSTGRES].attempts(), 1);

    scenario.clients[0].count = 1;
    scenario.clients[0].burst = Some(burst(Some(millis(250)), 1));
    let ends = |world: &World| attempts(world).iter().map(|it| it.0).collect::<Vec<_>>();
    assert_eq!(ends(&run(&scenario, at(600))), [at(200), at(250)], "the next is at 700 ms");
    pool(&mut scenario).refusal_memory = Duration::ZERO;
    assert_eq!(ends(&run(&scenario, at(600))), [at(200), at(450)]);
}

/// 10 clients that call the database themselves, each with a connection of its own, which takes
/// 100 ms of the only worker to open.
fn ten_clients() -> Scenario {
    let few = PoolConfig { max_connections: 1, min_idle: 0, ..PoolConfig::default() };
    let mut scenario = Scenario {
        clients: vec![ClientsConfig {
            count: 10,
            arrivals: Arrivals::None,
            burst: Some(burst(None, 1)),
            mix: Mix::SEARCH,
            deadline: None,
            link: Link { latency: millis(5), distribution: Distribution::Constant },
            pool: Some(few),
            ..ClientsConfig::default()
        }],
        service: None,
        ..Scenario::default()
    };
    scenario.dependencies[POSTGRES].server =
        ServerConfig { connect_time: millis(100), ..server(1) };
    scenario
}

#[test]
fn f35_a_connect_takes_time_of_a_worker() {
    let mut scenario = ten_clients();
    let world = run(&scenario, at(5_000));
    let expected: Vec<_> = (1..=10).map(|n| at(10 + 100 * n)).collect();
    assert_eq!(connected(&world), expected);
    assert_eq!(attempts(&world).len(), 10);
    assert_eq!(world.gauges().dependencies[POSTGRES].pool.unwrap().idle, 10);
    // The next calls need no connect.
    scenario.clients[0].burst = Some(burst(Some(millis(5_000)), 1));
    scenario.clients[0].pool.as_mut().unwrap().liveness_check = false;
    let world = run(&scenario, at(9_000));
    assert_eq!(connected(&world).len(), 10);
    let last = attempts(&world)[19];
    assert_eq!(last, (at(5_020), SUCCESS), "ten queries of 1 ms and 10 ms on the way");
}

#[test]
fn f35_a_limit_of_concurrent_connects_refuses_the_rest_at_once() {
    let mut scenario = ten_clients();
    scenario.dependencies[POSTGRES].server.concurrent_connects = 3;
    let world = run(&scenario, at(5_000));
    let refused = attempts(&world).into_iter().filter(|it| it.1 == REFUSED).collect::<Vec<_>>();
    assert_eq!(refused, [(at(10), REFUSED); 7]);
    assert_eq!(connected(&world).len(), 3);
}

#[test]
fn f35_connects_in_progress_are_lost_in_a_crash_and_sent_again_through_a_partition() {
    let mut scenario = ten_clients();
    scenario.schedule = vec![
        fault(at(250), Fault::Partitioned),
        heal(at(350), FaultKind::Partitioned),
        fault(at(450), Fault::Crash { restart_after: millis(10) }),
    ];
    let world = run(&scenario, at(5_000));
    let ended = attempts(&world);
    // Two were connected before the partition; the third, whose answer was lost, sends its request
    // again, and so is the only one that the crash does not hit.
    let refused = ended.iter().filter(|it| **it == (at(455), REFUSED)).count();
    assert_eq!((refused, ended.len()), (6, 10), "{ended:?}");
    assert_eq!(connected(&world).len(), 4);
}

#[test]
fn f29_measures_begin_after_the_warm_up_and_the_run_is_the_same() {
    let mut scenario = Scenario::search_service();
    scenario.schedule =
        vec![fault(at(0), Fault::Slow { factor: 20 }), heal(at(5_000), FaultKind::Slow)];
    let cold = run(&scenario, at(10_000));
    let from_zero = run(&scenario, at(30_000));
    scenario.warm_up = millis(9_950);
    let warm = run(&scenario, at(30_000));
    assert_eq!(warm.fingerprint(), from_zero.fingerprint());
    assert!(warm.measures().samples() == from_zero.measures().samples());
    assert_eq!(warm.measures().began(), at(10_000), "the next sample");
    let counters = |world: &World| *world.measures().counters();
    let [before, whole, part] = [&cold, &from_zero, &warm].map(counters);
    assert_eq!(part.carried, cold.calls_in_flight());
    assert_eq!(part.calls, whole.calls - before.calls);
    assert_eq!(part.useful(), whole.useful() - before.useful());
    assert_eq!(part.attempts(POSTGRES), whole.attempts(POSTGRES) - before.attempts(POSTGRES));
    let slowest = |world: &World| world.measures().latencies().longest().unwrap();
    assert!(slowest(&from_zero) > millis(1_000) && slowest(&warm) < millis(300));
    assert!(warm.measures().breaker_changes().is_empty());

    scenario.warm_up = scenario.duration;
    let error = World::new(&scenario, 1).unwrap_err().to_string();
    assert_eq!(error, "warm_up is 60 s, but must be less than duration, which is 60 s");
}

/// Searches call the model provider and writes the database, each with a breaker around it; from 5 s on
/// the provider answers with errors.
fn two_hosts(shared_breaker: bool) -> Scenario {
    let mut scenario = Scenario::default();
    scenario.clients[0].mix = Mix { search: 50, cached_read: 0, health: 0, mutation: 50 };
    for (on, config) in scenario.dependencies.iter_mut() {
        let breaker = |layer: &LayerConfig| layer.kind() == LayerKind::Breaker;
        config.layers = DependencyConfig::of(on).layers.into_iter().filter(breaker).collect();
    }
    let service = scenario.service.as_mut().expect("it has a service");
    (service.search, service.shared_breaker) = (vec![MODEL], shared_breaker);
    service.writes.job_queue = None;
    scenario.schedule = vec![Action::fault(at(5_000), MODEL, Fault::Flaky { error_rate: 1_000 })];
    scenario
}

const MODEL: Dependency = Dependency::Model;

/// How many calls to a dependency a breaker rejected.
fn rejected(world: &World, on: Dependency) -> usize {
    let entries = world.trace().since(0).filter(|entry| entry.on == Some(on));
    let is_rejection = |what: &What| {
        let What::Decided(Decision::Rejected(of)) = what else { return false };
        of.layer() == Some(LayerKind::Breaker)
    };
    entries.filter(|entry| is_rejection(&entry.what)).count()
}

#[test]
fn f26_one_bad_host_opens_the_breaker_of_all_if_they_share_one() {
    let apart = run(&two_hosts(false), at(10_000));
    assert!(rejected(&apart, MODEL) > 100);
    assert_eq!(rejected(&apart, POSTGRES), 0);
    assert!(apart.measures().breaker_changes().iter().all(|change| change.on == Some(MODEL)));
    assert!(!apart.share_breaker(POSTGRES, MODEL));

    let together = run(&two_hosts(true), at(10_000));
    assert!(rejected(&together, MODEL) > 100 && rejected(&together, POSTGRES) > 100);
    assert!(together.share_breaker(POSTGRES, MODEL));
    let changes = together.measures().breaker_changes();
    let of = |on| changes.iter().filter(move |it| it.on == Some(on)).map(|it| it.transition);
    assert!(of(MODEL).eq(of(POSTGRES)) && of(MODEL).count() > 0, "{changes:?}");
    let states = [MODEL, POSTGRES].map(|on| together.gauges().dependencies[on].breaker);
    assert_eq!(states, [Some(StateName::Open); 2]);
    let postgres = together.measures().counters().dependencies[POSTGRES];
    assert_eq!(postgres.failures, 0, "the database is well");
}

#[test]
fn f26_a_shared_breaker_that_is_off_around_one_host_lets_its_calls_through() {
    let mut scenario = two_hosts(true);
    scenario.dependencies[POSTGRES].layers_off = vec![LayerKind::Breaker];
    let world = run(&scenario, at(10_000));
    assert!(rejected(&world, MODEL) > 100);
    assert_eq!(rejected(&world, POSTGRES), 0);
    assert!(world.measures().breaker_changes().iter().all(|change| change.on == Some(MODEL)));
    // Switched on, it is the one breaker again, which begins anew.
    let mut world = world;
    world.apply(POSTGRES, Command::Layer(LayerKind::Breaker, true)).unwrap();
    assert_eq!(world.gauges().dependencies[MODEL].breaker, Some(StateName::Closed));
    world.run_until(at(15_000));
    assert!(rejected(&world, POSTGRES) > 100);
}

#[test]
fn f26_a_restart_of_the_service_closes_a_shared_breaker() {
    let mut world = run(&two_hosts(true), at(8_000));
    assert_eq!(world.breaker(POSTGRES).unwrap().state().name(), StateName::Open);
    world.apply(MODEL, Command::HealAll).unwrap();
    let crash = Fault::Crash { restart_after: millis(100) };
    world.apply(Target::Service, Command::Fault(crash)).unwrap();
    for on in [MODEL, POSTGRES] {
        assert_eq!(world.breaker(on).unwrap().state().name(), StateName::Closed);
        let last = world.measures().breaker_changes().iter().rfind(|it| it.on == Some(on));
        assert_eq!(last.map(|it| it.at), Some(at(8_000)));
    }
}
