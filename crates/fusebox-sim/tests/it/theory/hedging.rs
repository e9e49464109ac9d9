//! Hedged attempts against the theory of the smaller of two times.

use crate::statistics::{Interval, RUNS};
use fusebox::time::{Duration, Instant};
use fusebox::{HedgeConfig, LayerConfig};
use fusebox_sim::{
    Arrivals, ClientsConfig, Dependency, Distribution, Link, Mix, RateSchedule, Scenario, World,
};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// The mean time of a request, which is exponential.
const MEAN: Duration = Duration::from_millis(10);

/// Three times the mean: one request in 20 takes longer.
const DELAY: Duration = Duration::from_millis(30);

const CALLS_PER_SECOND: u64 = 1_000;

/// Clients of a database that is never busy, with these layers.
fn scenario(layers: Vec<LayerConfig>) -> Scenario {
    let link = Link { latency: Duration::ZERO, distribution: Distribution::Constant };
    let mut scenario = Scenario {
        clients: vec![ClientsConfig {
            count: 10,
            arrivals: Arrivals::Poisson(RateSchedule::constant(1_000 * CALLS_PER_SECOND)),
            mix: Mix::SEARCH,
            deadline: None,
            link,
            layers,
            ..ClientsConfig::default()
        }],
        service: None,
        ..Scenario::default()
    };
    let database = &mut scenario.dependencies[Dependency::Postgres];
    database.server.service_time = MEAN;
    database.server.distribution = Distribution::Exponential;
    database.server.concurrency = 1_000_000;
    database.server.cold_start = None;
    database.link = link;
    scenario
}

/// The 99th percentile of the latency as a multiple of the mean, and the hedges per call.
fn watch(scenario: &Scenario, seed: u64) -> (f64, f64) {
    let mut world = World::new(scenario, seed).unwrap();
    world.run_until(Instant::from_secs(20));
    let measures = world.measures();
    let p99 = measures.latencies().quantile(0.99).unwrap();
    let counters = measures.counters();
    #[expect(clippy::cast_precision_loss, reason = "some thousand")]
    let hedges = counters.client_layers.hedges as f64 / counters.calls as f64;
    (p99.as_secs_f64() / MEAN.as_secs_f64(), hedges)
}

#[test]
fn a_hedge_cuts_the_tail_to_the_smaller_of_two_times_for_one_request_in_twenty() {
    let runs = |layers: Vec<LayerConfig>| {
        let scenario = scenario(layers);
        let runs: Vec<_> = (0..RUNS as u64).map(|seed| watch(&scenario, seed)).collect();
        let of = |value: fn(&(f64, f64)) -> f64| {
            Interval::of(&runs.iter().map(value).collect::<Vec<_>>())
        };
        (of(|run| run.0), of(|run| run.1))
    };
    let (plain, none) = runs(Vec::new());
    plain.assert_holds(100.0_f64.ln(), 0.03, "the 99th percentile without a hedge");
    assert!(none.mean == 0.0 && none.half_width == 0.0, "hedges without the layer: {none:?}");
    // Beyond the delay d, a call takes longer than t with the probability e^(-t/m) e^(-(t - d)/m).
    let (shorter, hedges) =
        runs(vec![LayerConfig::Hedge(HedgeConfig { delay: DELAY, attempts: 2, budget: None })]);
    let delay = DELAY.as_secs_f64() / MEAN.as_secs_f64();
    shorter.assert_holds(f64::midpoint(100.0_f64.ln(), delay), 0.03, "the same with a hedge");
    hedges.assert_holds((-delay).exp(), 0.05, "the share of hedged calls");
}
