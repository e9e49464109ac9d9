//! Latencies to any end beside those of useful answers, and what a closed loop hides: as a report and an
//! explanation give them.

use fusebox::time::{Duration, Instant};
use fusebox_lab::closed::corrected;
use fusebox_lab::explain::{self, Announcement, Number};
use fusebox_lab::report::{Report, text};
use fusebox_sim::{
    Arrivals, Command, Dependency, Distribution, Fault, Latencies, Scenario, What, World,
};

const ON: Dependency = Dependency::Postgres;

/// Ten seconds of searches whose clients give up after a second, and of which the database hangs for the
/// last four.
fn hung(change: impl FnOnce(&mut Scenario)) -> World {
    let mut scenario = Scenario::search_service();
    scenario.clients[0].deadline = Some(Duration::from_secs(1));
    scenario.dependencies[ON].layers.clear();
    change(&mut scenario);
    let mut world = World::with_trace(&scenario, 1, 100_000).unwrap();
    world.run_until(Instant::from_secs(6));
    world.apply(ON, Command::Fault(Fault::Hang)).unwrap();
    world.run_until(Instant::from_secs(10));
    world
}

fn closed_loop(scenario: &mut Scenario) {
    let think_time = Duration::from_millis(100);
    let distribution = Distribution::Exponential;
    scenario.clients[0].arrivals = Arrivals::Closed { think_time, distribution };
}

fn millis(latencies: &Latencies, quantile: f64) -> f64 {
    latencies.quantile(quantile).unwrap().as_secs_f64() * 1e3
}

#[test]
fn a_report_has_both_latencies_and_no_call_outlasts_its_client() {
    let world = hung(|_| {});
    let Report { latency_ms, latency_all_ms, latency_corrected_ms, calls, .. } =
        Report::of_world(&world, "hung", 1);
    assert!(calls.gave_up > 100, "{}", calls.gave_up);
    assert!(latency_ms.p99 < Some(500.0), "{latency_ms:?}");
    // The client gives up after exactly a second, of which quantiles are within 1 %.
    assert_eq!(latency_all_ms.max, Some(1_000.0));
    assert!(latency_all_ms.p99 > Some(990.0) && latency_all_ms.p99 <= latency_all_ms.max);
    let all = world.measures().all_latencies();
    assert!((latency_all_ms.p50.unwrap() - millis(&all, 0.5)).abs() < 1e-9);
    assert_eq!(latency_corrected_ms, None, "an open loop hides nothing");
}

#[test]
fn a_closed_loop_says_what_it_hides_and_gives_the_corrected_number() {
    let world = hung(closed_loop);
    let (_, without) = corrected(&world).unwrap();
    let report = Report::of_world(&world, "hung", 1);
    let p99 = report.latency_corrected_ms.unwrap().p99.unwrap();
    assert!((p99 - millis(&without, 0.99)).abs() < 1e-9);
    // A call in ten waits in the hang; those that were not sent meanwhile would have waited as well.
    let waits =
        |of: &Latencies| (1..100).filter(|n| millis(of, f64::from(*n) / 100.0) > 300.0).count();
    let all = world.measures().all_latencies();
    assert!(waits(&without) > 2 * waits(&all), "{} and {}", waits(&without), waits(&all));
    assert!(text(&report).contains("corrected"), "{}", text(&report));

    let told = explain::of_number(Number::P99, &world, ON);
    let is_said = |what: &str| told.lines.iter().any(|line| line.text.contains(what));
    assert!(is_said("a closed loop, which hides waiting (coordinated omission)"));
    assert!(is_said("half of all calls that ended") && is_said("half of the useful answers"));
}

#[test]
fn the_log_says_that_the_queue_of_a_dependency_overflows() {
    let world = hung(|scenario| scenario.dependencies[ON].server.queue = 5);
    let mut news = Announcement::default();
    let lines = world.trace().since(0).filter(|entry| news.take(entry));
    let lines: Vec<_> = lines.filter(|it| it.what == What::QueueFull).map(explain::event).collect();
    assert_eq!(lines.len(), 1, "one line until it is quiet");
    assert!(lines[0].contains("the queue of the database overflows"), "{lines:?}");
}
