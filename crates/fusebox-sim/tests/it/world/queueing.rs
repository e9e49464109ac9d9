//! The world agrees with queueing theory.

use crate::support::{at, fault, heal, millis};
use fusebox::LayerKind;
use fusebox::time::Duration;
use fusebox_sim::{
    Action, Arrivals, ClientsConfig, Command, Dependency, Distribution, Fault, FaultKind, Link,
    Mix, RateSchedule, Sample, Scenario, ServerConfig, What, World,
};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// The share of calls that are queued (Erlang C) in a system with `c` servers at this load.
fn erlang_c(c: u32, load: f64) -> f64 {
    let mut term = 1.0;
    let mut sum = 0.0;
    for k in 0..c {
        sum += term;
        term *= load / f64::from(k + 1);
    }
    let waiting = term / (1.0 - load / f64::from(c));
    waiting / (sum + waiting)
}

#[test]
fn erlang_c_has_the_values_of_the_tables() {
    assert!((erlang_c(1, 0.7) - 0.7).abs() < 1e-12, "M/M/1 waits with its utilisation");
    assert!((erlang_c(2, 1.0) - 1.0 / 3.0).abs() < 1e-12);
    assert!((erlang_c(4, 2.8) - 0.428_66).abs() < 1e-5, "{}", erlang_c(4, 2.8));
}

/// Clients that call a database with four slots and nothing in between, at this utilisation in
/// thousandths.
fn queue_of_theory(utilisation: u32) -> Scenario {
    let capacity = 400;
    let mut scenario = Scenario {
        clients: vec![ClientsConfig {
            count: 200,
            arrivals: Arrivals::Poisson(RateSchedule::constant(u64::from(utilisation * capacity))),
            burst: None,
            mix: Mix::SEARCH,
            deadline: None,
            link: Link { latency: Duration::ZERO, distribution: Distribution::Constant },
            pool: None,
            layers: Vec::new(),
            shared_policies: false,
        }],
        service: None,
        ..Scenario::default()
    };
    scenario.dependencies[Dependency::Postgres].server = ServerConfig {
        concurrency: 4,
        queue: 1_000_000,
        service_time: millis(10),
        distribution: Distribution::Exponential,
        ..ServerConfig::default()
    };
    scenario
}

#[test]
fn the_database_queues_as_erlang_says() {
    let (servers, utilisation) = (4, 0.7);
    let load = utilisation * f64::from(servers);
    let expected_queue = erlang_c(servers, load) * utilisation / (1.0 - utilisation);
    let capacity = 400.0;
    let runs: Vec<[f64; 3]> = (1..=10).map(|seed| means(700, seed)).collect();
    for (n, name, expected) in [
        (0, "calls in 100 ms", utilisation * capacity / 10.0),
        (1, "busy", load),
        (2, "queued", expected_queue),
    ] {
        let (mean, error) = mean_and_error(runs.iter().map(|means| means[n]));
        // Five standard errors, which must be small enough to be meaningful.
        assert!(error < 0.05 * expected, "{name}: a standard error of {error}");
        let far = (mean - expected).abs() / error;
        assert!(far < 5.0, "{name}: {mean}, not {expected}: {far} standard errors away");
    }
}

/// The mean number of calls per 100 ms, of queries in progress and of queued queries, over 100 s
/// after the first 20 s.
fn means(utilisation: u32, seed: u64) -> [f64; 3] {
    let mut world = World::new(&queue_of_theory(utilisation), seed).unwrap();
    world.run_until(at(120_000));
    let samples = world.measures().samples();
    let mean = |count: fn(&Sample) -> u32| {
        let late = samples.iter().filter(|sample| sample.at > at(20_000));
        mean_and_error(late.map(|sample| count(sample).into())).0
    };
    [
        mean(|sample| sample.calls),
        mean(|sample| sample.gauges.dependencies[Dependency::Postgres].busy),
        mean(|sample| sample.gauges.dependencies[Dependency::Postgres].queued),
    ]
}

/// The mean, and its standard error if the values are independent.
fn mean_and_error(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let values: Vec<f64> = values.collect();
    let count = f64::from(u32::try_from(values.len()).unwrap());
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (mean, (squares / (count - 1.0) / count).sqrt())
}

#[test]
fn littles_law_holds_to_the_microsecond() {
    let mut scenario = Scenario::search_service();
    scenario.clients[0].deadline = None;
    scenario.schedule = vec![
        fault(at(3_000), Fault::Hang),
        heal(at(6_000), FaultKind::Hang),
        Action::new(at(9_000), Dependency::Postgres, Command::Layer(LayerKind::Bulkhead, false)),
        fault(at(10_000), Fault::Slow { factor: 10 }),
    ];
    let end = at(15_000);
    let mut world = World::with_trace(&scenario, 4, 1_000_000).unwrap();
    // The number of calls in flight, summed over time ...
    let mut over_time = 0;
    while let Some(next) = world.next_at().filter(|&next| next <= end) {
        over_time += world.calls_in_flight() * next.since(world.now()).as_micros();
        world.step();
    }
    over_time += world.calls_in_flight() * end.since(world.now()).as_micros();
    // ... is the time that each call spent in the system, summed over calls.
    let mut over_calls = 0;
    for entry in world.trace().since(0) {
        match entry.what {
            What::Called { .. } => over_calls += end.since(entry.at).as_micros(),
            What::Answered { .. } => over_calls -= end.since(entry.at).as_micros(),
            _ => {}
        }
    }
    assert!(over_time > 1_000_000);
    assert_eq!(over_time, over_calls);
}
