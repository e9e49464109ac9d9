//! The effect of each fault of the service, and its recovery.

use crate::support::checker::Checker;
use crate::support::{at, millis};
use fusebox::time::{Duration, Instant};
use fusebox::{Cause, Failure, Outcome, StateName};
use fusebox_sim::{
    Action, Arrivals, Command, Dependency, Fault, FaultKind, Mix, RateSchedule, Scenario, Target,
    What, World,
};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const POSTGRES: Dependency = Dependency::Postgres;

/// The default world, with 100 calls per second to this endpoint only.
fn asking(mix: Mix) -> Scenario {
    let mut scenario = Scenario::default();
    scenario.clients[0].mix = mix;
    scenario
}

const HEALTH: Mix = Mix { search: 0, cached_read: 0, health: 1, mutation: 0 };
const WRITES: Mix = Mix { search: 0, cached_read: 0, health: 0, mutation: 1 };

/// A run of 10 s with this fault from 2 s on, checked after every event.
fn with_fault(scenario: &Scenario, fault: Fault) -> Checker {
    let mut checker = Checker::new(scenario, 1, 1);
    checker.run_until(at(2_000));
    checker.apply(Target::Service, Command::Fault(fault));
    checker.run_until(at(10_000));
    checker
}

/// The number of useful answers from one moment to another.
fn useful(world: &World, from: Instant, until: Instant) -> u32 {
    let samples = world.measures().samples().iter();
    let within = samples.filter(|sample| from < sample.at && sample.at <= until);
    within.map(|sample| sample.useful).sum()
}

/// The number of a client's attempts that ended like this.
fn attempts(world: &World, ended: fn(Failure) -> bool) -> usize {
    let ends = world.trace().since(0).filter(|entry| {
        matches!(entry.what, What::Attempted { outcome: Outcome::Failure(failure), .. }
            if entry.on.is_none() && ended(failure))
    });
    ends.count()
}

fn connections(world: &World) -> u32 {
    let gauges = world.gauges();
    let pools = gauges.dependencies.iter().filter_map(|(_, gauge)| gauge.pool);
    pools.map(|pool| pool.used + pool.idle + pool.waiting).sum()
}

fn breaker(world: &World) -> StateName {
    world.breaker(POSTGRES).expect("there is one").state().name()
}

#[test]
fn a_crash_loses_all_that_is_in_the_process_and_it_comes_back_afresh() {
    let mut checker = Checker::new(&Scenario::default(), 1, 1);
    checker.run_until(at(6_000));
    checker.apply(Dependency::Postgres, Command::Fault(Fault::Down));
    checker.run_until(at(8_500));
    checker.apply(Dependency::Postgres, Command::Heal(FaultKind::Down));
    assert_eq!(breaker(&checker.world), StateName::Open);
    assert!(checker.world.gauges().threads_busy > 0 && connections(&checker.world) > 0);

    checker.apply(Target::Service, Command::Fault(Fault::Crash { restart_after: millis(2_000) }));
    let gauges = checker.world.gauges();
    assert_eq!((gauges.threads_busy, gauges.queued, connections(&checker.world)), (0, 0, 0));
    assert!(matches!(gauges.service_fault, Some(Fault::Crash { .. })));
    assert_eq!(breaker(&checker.world), StateName::Closed, "what it knew is gone");
    let last = checker.world.measures().breaker_changes().last().map(|it| it.transition.cause);
    assert_eq!(last, Some(Cause::ProcessEnded));

    checker.run_until(at(10_400));
    assert_eq!(useful(&checker.world, at(8_600), at(10_400)), 0, "nobody is there");
    checker.run_until(at(10_500));
    let of_service =
        |what| matches!(what, What::Restarted | What::Done(Target::Service, Command::Fault(_)));
    let entries = checker.world.trace().since(0);
    let entries = entries.filter(|entry| entry.on.is_none() && of_service(entry.what));
    let crash = Command::Fault(Fault::Crash { restart_after: millis(2_000) });
    assert_eq!(
        entries.map(|entry| (entry.at, entry.what)).collect::<Vec<_>>(),
        [(at(8_500), What::Done(Target::Service, crash)), (at(10_500), What::Restarted)]
    );
    checker.run_until(at(30_000));
    let world = &checker.world;
    assert_eq!(world.gauges().service_fault, None);
    assert_eq!(world.faults_ended_at(), Some(at(10_500)));
    assert_eq!(breaker(world), StateName::Closed);
    let pool = world.gauges().dependencies[POSTGRES].pool.unwrap_or_default();
    assert!(pool.used + pool.idle >= 5, "the pool is filled again: {pool:?}");
    assert!(attempts(world, |failure| failure == Failure::Connect) > 150);
    assert!(attempts(world, |failure| failure == Failure::ConnectionLost) > 0);
    assert_eq!(world.mutations().lost, 0);
}

#[test]
fn a_service_that_is_healed_or_crashes_again_does_not_come_back_by_the_older_clock() {
    let crash =
        |millis| Command::Fault(Fault::Crash { restart_after: crate::support::millis(millis) });
    let is_up = |world: &World| world.gauges().service_fault.is_none();
    let mut world = World::new(&Scenario::default(), 1).unwrap();
    world.run_until(at(1_000));
    world.apply(Target::Service, crash(1_000)).unwrap();
    world.run_until(at(1_500));
    world.apply(Target::Service, crash(2_000)).unwrap();
    world.run_until(at(3_400));
    assert!(!is_up(&world));
    world.run_until(at(3_500));
    assert!(is_up(&world));
    world.apply(Target::Service, crash(1_000)).unwrap();
    world.apply(Target::Service, Command::Fault(Fault::Down)).unwrap();
    world.run_until(at(9_000));
    assert!(!is_up(&world), "somebody has to heal it");
}

#[test]
fn the_queue_of_jobs_outlives_the_process() {
    let mut checker = Checker::new(&asking(WRITES), 1, 1);
    checker.apply(Dependency::Postgres, Command::Fault(Fault::Down));
    checker.run_until(at(3_000));
    let jobs = checker.world.gauges().jobs;
    assert!(jobs > 50, "{jobs} jobs");
    checker.apply(Target::Service, Command::Fault(Fault::Down));
    assert_eq!(checker.world.gauges().jobs, jobs);
    checker.apply(Dependency::Postgres, Command::Heal(FaultKind::Down));
    checker.run_until(at(10_000));
    assert_eq!(checker.world.gauges().jobs, jobs, "nobody tries them");
    checker.apply(Target::Service, Command::Heal(FaultKind::Down));
    checker.run_until(at(60_000));
    assert!(checker.world.gauges().jobs < 5, "{:?}", checker.world.gauges());
    assert_eq!(checker.world.mutations().lost, 0);
}

#[test]
fn what_a_process_had_asked_for_runs_on_unless_work_is_cancelled() {
    for cancellation in [false, true] {
        let scenario = Scenario { cancellation, ..asking(Mix::SEARCH) };
        let mut checker = Checker::new(&scenario, 1, 1);
        checker.apply(Dependency::Postgres, Command::Fault(Fault::Slow { factor: 100 }));
        checker.run_until(at(500));
        let at_work = |checker: &Checker| checker.world.gauges().dependencies[POSTGRES].busy;
        let before = at_work(&checker);
        assert!(before > 5, "{before} at work");
        checker.apply(Target::Service, Command::Fault(Fault::Down));
        checker.run_until(at(505));
        let after = at_work(&checker);
        assert!(if cancellation { after == 0 } else { after >= before - 1 }, "{after} at work");
    }
}

#[test]
fn a_service_that_hangs_keeps_what_it_has_and_then_goes_on_with_it() {
    let mut scenario = asking(Mix::SEARCH);
    scenario.clients[0].deadline = None;
    let mut checker = with_fault(&scenario, Fault::Hang);
    let gauges = checker.world.gauges();
    assert!(gauges.threads_busy > 0 && gauges.queued == 128, "{gauges:?}");
    assert_eq!(useful(&checker.world, at(2_100), at(10_000)), 0);
    let refused = attempts(&checker.world, |failure| failure == Failure::Connect);
    // 100 per second for 8 s, except those in the queue.
    assert!((550..800).contains(&refused), "{refused} refused");
    checker.apply(Target::Service, Command::Heal(FaultKind::Hang));
    checker.run_until(at(12_000));
    let gauges = checker.world.gauges();
    assert!(gauges.queued == 0 && gauges.threads_busy < 64, "{gauges:?}");
    let goodput = useful(&checker.world, at(10_000), at(12_000));
    // The model provider is fully used, so most of the queued requests find its slots taken.
    assert!(goodput > 150, "{goodput} of those in the queue and of new ones");
}

#[test]
fn a_slow_service_takes_longer_for_itself_and_no_longer_for_what_it_waits_for() {
    for mix in [HEALTH, Mix::SEARCH] {
        let mean = |commands: &[Command]| {
            let mut world = World::new(&asking(mix), 1).unwrap();
            for &command in commands {
                world.apply(Target::Service, command).unwrap();
            }
            world.run_until(at(20_000));
            world.measures().latencies().mean().unwrap()
        };
        let slow = mean(&[Command::Fault(Fault::Slow { factor: 10 })]);
        let longer = slow.saturating_sub(mean(&[]));
        // A health check takes 2 ms.
        assert!((millis(17)..millis(20)).contains(&longer), "{longer} longer for {mix:?}");
    }
}

#[test]
fn a_flaky_service_fails_its_share_of_requests_of_itself() {
    let checker = with_fault(&asking(HEALTH), Fault::Flaky { error_rate: 300 });
    let counters = checker.world.measures().counters();
    let failed = attempts(&checker.world, |failure| failure == Failure::status(500));
    assert!((200..280).contains(&failed), "{failed} of 800");
    assert_eq!(counters.failures, failed as u64);
    assert_eq!(counters.errors(), failed as u64);
}

#[test]
fn a_rate_limit_of_the_service_answers_the_rest_429_and_says_when_to_come_back() {
    let checker = with_fault(&asking(HEALTH), Fault::RateLimited { rate: 20 });
    let answered = useful(&checker.world, at(3_000), at(10_000));
    // Without a burst to save up, unevenly spaced requests get less.
    assert!((100..=141).contains(&answered), "{answered} answered in 7 s");
    let told = |failure| matches!(failure, Failure::Status { code: 429, retry_after: Some(_), .. });
    let refused = attempts(&checker.world, told);
    assert_eq!(checker.world.measures().counters().failed_fast, refused as u64);
    assert!(refused > 500, "{refused} refused");
}

#[test]
fn across_a_partition_no_message_and_no_error_arrives() {
    let mut scenario = asking(Mix::SEARCH);
    scenario.clients[0].deadline = Some(Duration::from_secs(1));
    let mut checker = with_fault(&scenario, Fault::Partitioned);
    let counters = *checker.world.measures().counters();
    assert_eq!(useful(&checker.world, at(2_100), at(10_000)), 0);
    assert_eq!(checker.world.gauges().threads_busy, 0);
    assert!(counters.gave_up > 650 && counters.failures == 0, "{counters:?}");
    checker.apply(Target::Service, Command::Heal(FaultKind::Partitioned));
    checker.run_until(at(12_000));
    assert!(useful(&checker.world, at(10_200), at(12_000)) > 150);
}

#[test]
fn with_less_capacity_fewer_threads_take_requests_and_one_at_the_least() {
    let mut scenario = asking(Mix::SEARCH);
    let rate = RateSchedule::constant(200_000);
    scenario.clients[0].arrivals = Arrivals::Uniform(rate);
    let checker = with_fault(&scenario, Fault::Degraded { capacity: 50 });
    let gauges = checker.world.gauges();
    assert!(gauges.threads_busy == 4 && gauges.queued > 100, "{gauges:?}");
    let checker = with_fault(&scenario, Fault::Degraded { capacity: 1 });
    assert_eq!(checker.world.gauges().threads_busy, 1);
}

#[test]
fn faults_of_several_kinds_stand_beside_each_other() {
    let mut checker = Checker::new(&Scenario::default(), 1, 1);
    checker.run_until(at(1_000));
    for fault in [Fault::Hang, Fault::Flaky { error_rate: 500 }, Fault::Down] {
        checker.apply(Target::Service, Command::Fault(fault));
    }
    let faults: Vec<Fault> = checker.world.faults(Target::Service).collect();
    assert_eq!(faults, [Fault::Down, Fault::Hang, Fault::Flaky { error_rate: 500 }]);
    assert_eq!(checker.world.gauges().service_fault, Some(Fault::Down));
    assert_eq!(checker.world.faults(POSTGRES).next(), None);
    checker.run_until(at(2_000));
    checker.apply(Target::Service, Command::Heal(FaultKind::Down));
    checker.run_until(at(3_000));
    assert_eq!(checker.world.gauges().threads_busy, 0, "it is back and hangs");
    assert!(checker.world.gauges().queued > 0);
    checker.apply(Target::Service, Command::Heal(FaultKind::Hang));
    checker.apply(Target::Service, Command::Heal(FaultKind::Flaky));
    assert_eq!(checker.world.faults_ended_at(), Some(at(3_000)));
    checker.run_until(at(6_000));
    assert!(useful(&checker.world, at(4_000), at(6_000)) > 180);
}

#[test]
fn a_world_without_a_service_refuses_its_faults() {
    let bare = Scenario { service: None, ..Scenario::search_service() };
    let mut world = World::new(&bare, 1).unwrap();
    let words = "on is service, but must be a dependency, as there is no service";
    for command in [Command::Fault(Fault::Down), Command::Heal(FaultKind::Down)] {
        let error = world.apply(Target::Service, command).unwrap_err();
        assert_eq!(error.to_string(), format!("action.{words}"));
    }
    let scheduled =
        Scenario { schedule: vec![Action::fault(at(5), Target::Service, Fault::Hang)], ..bare };
    let error = World::new(&scheduled, 1).unwrap_err();
    assert_eq!(error.to_string(), format!("schedule.0.{words}"));
    assert!(world.apply(Target::Service, Command::Fault(Fault::Slow { factor: 1 })).is_err());
}
