//! Collapse under a spike and under a ramp: Brooker's simulation of 2023, in our world
//! (`mbrooker/simulator_example`, `simple_collapse_sim/sim.py`).
//!
//! A message takes an exponential time of mean 0.1 s, and the server `1 + 0.01 n` seconds for a
//! request when it works on `n` requests, so its throughput stays below 100 per second. A client
//! waits 3 s for an answer and then tries again, up to three attempts; the server continues work on
//! abandoned requests. There is no wait before a retry, or, with backoff, a uniform time up to 20 s
//! and then up to 40 s.
//!
//! A spike is 40 calls per second, and 80 from 20 s to 25 s. A ramp rises from 40 to 80 at 25 s and
//! then falls to zero at 75 s. A run ends at 80 s, and has collapsed if its last 20 s have fewer
//! than half as many answers as calls.
//!
//! In the published table, a spike collapses 28 of 40 and 73 of 100 runs with retries, and none
//! with backoff; a ramp always does, also with backoff. The numbers below are from a copy of his
//! model, with 400 seeds per row.

use super::worlds::{INFINITE, SERVER, run, timeout, world};
use crate::statistics::{Interval, RUNS, mean, ratio};
use fusebox::time::{Duration, Instant};
use fusebox::{BackoffConfig, Growth, Jitter, LayerConfig, RetryConfig};
use fusebox_sim::{
    Arrivals, Contention, Counters, Distribution, Link, RateSchedule, Sample, Scenario,
    ServerConfig, World,
};

/// Moments in seconds, and calls per second.
type Rates = &'static [(u64, u64)];

const FLAT: Rates = &[(0, 40)];
const SPIKE: Rates = &[(0, 40), (20, 40), (20, 80), (25, 80), (25, 40)];
const RAMP: Rates = &[(0, 40), (25, 80), (75, 0)];

const BACKOFF: BackoffConfig = BackoffConfig {
    base: Duration::from_secs(20),
    growth: Growth::DOUBLING,
    cap: Duration::from_secs(40),
    jitter: Jitter::Full,
};

/// Runs behind each number of a row in his model.
const SEEDS_THERE: f64 = 400.0;

/// The results of his model.
struct Row {
    rates: Rates,
    attempts: u32,
    backoff: BackoffConfig,
    /// How many runs of ours.
    seeds: u32,
    /// The share of runs that collapse.
    collapsed: f64,
    /// Answers per call, as the mean and the standard deviation over runs.
    goodput: [f64; 2],
    /// Retries per call, including those still waiting at the end.
    retries: [f64; 2],
}

const ROWS: [Row; 5] = [
    row(SPIKE, 1, BackoffConfig::IMMEDIATE, 40, 0.0, [0.9351, 0.0205], [0.0, 0.0]),
    row(SPIKE, 3, BackoffConfig::IMMEDIATE, 200, 0.7375, [0.4992, 0.2866], [0.9223, 0.538]),
    row(SPIKE, 3, BACKOFF, 40, 0.0, [0.9775, 0.0026], [0.044, 0.0224]),
    row(RAMP, 3, BackoffConfig::IMMEDIATE, 40, 1.0, [0.3036, 0.0259], [1.3942, 0.0515]),
    row(RAMP, 3, BACKOFF, 40, 1.0, [0.3139, 0.0273], [1.3362, 0.0548]),
];

const fn row(
    rates: Rates,
    attempts: u32,
    backoff: BackoffConfig,
    seeds: u32,
    collapsed: f64,
    goodput: [f64; 2],
    retries: [f64; 2],
) -> Row {
    Row { rates, attempts, backoff, seeds, collapsed, goodput, retries }
}

#[test]
fn every_row_is_within_four_standard_errors_of_the_published_model() {
    for row in &ROWS {
        let scenario = scenario(row.rates, row.attempts, row.backoff);
        let runs: Vec<Run> = (0..row.seeds).map(|seed| Run::of(&scenario, seed.into())).collect();
        let of = |value: fn(&Run) -> f64| mean(&runs.iter().map(value).collect::<Vec<f64>>());
        let errors = 4.0 * (1.0 / f64::from(row.seeds) + 1.0 / SEEDS_THERE).sqrt();
        let bernoulli = (row.collapsed * (1.0 - row.collapsed)).sqrt();
        for (what, ours, theirs, deviation) in [
            ("collapsed", of(|run| f64::from(u8::from(run.collapsed))), row.collapsed, bernoulli),
            ("goodput", of(|run| run.goodput), row.goodput[0], row.goodput[1]),
            ("retries", of(|run| run.retries), row.retries[0], row.retries[1]),
        ] {
            let name = format!("{:?} {} {what}", row.rates, row.attempts);
            let off = (ours - theirs).abs();
            assert!(off <= errors * deviation + 1e-9, "{name}: {ours}, and not {theirs}");
        }
    }
}

/// An arrival sees the average number of requests, plus itself: with `a` calls per second there are
/// `n = a (1 + 0.01 (n + 1))` in progress, each for `n / a` seconds by Little's law. That is 67.3
/// for 1.68 s at 40 calls per second, and 179.6 for 2.81 s at 64, the highest rate at which 3 s
/// leave 0.2 s for the messages. Without the arrival itself, it would be 66.7 for 1.67 s.
#[test]
fn the_server_settles_where_the_fixed_point_of_its_load_is() {
    for (rate, at_work) in [(40, 67.333), (64, 179.556)] {
        let mut scenario = scenario(FLAT, 1, BackoffConfig::IMMEDIATE);
        scenario.clients[0].arrivals = Arrivals::Poisson(RateSchedule::constant(rate * 1_000));
        scenario.clients[0].layers.clear();
        let means: Vec<f64> = (0..RUNS as u64)
            .map(|seed| {
                let world = run(&scenario, seed, 480);
                let busy = |sample: &Sample| f64::from(sample.gauges.dependencies[SERVER].busy);
                mean(&since(&world, 40).map(busy).collect::<Vec<f64>>())
            })
            .collect();
        let ours = Interval::of(&means);
        ours.assert_holds(at_work, 0.01, &format!("at work with {rate} calls a second"));
        // Nor is the arrival left out, or counted twice.
        let others = [66.667, 68.0];
        assert!(rate > 40 || !others.iter().any(|&other| ours.holds(other)), "{ours:?}");
    }
}

/// The results of a run.
struct Run {
    collapsed: bool,
    goodput: f64,
    retries: f64,
}

impl Run {
    fn of(scenario: &Scenario, seed: u64) -> Self {
        let world = run(scenario, seed, 80);
        let counters = world.measures().counters();
        let (useful, calls) = since(&world, 60).fold((0, 0), |(useful, calls), sample| {
            (useful + u64::from(sample.useful), calls + u64::from(sample.calls))
        });
        Self {
            collapsed: 2 * useful < calls,
            goodput: ratio(counters.useful(), counters.calls),
            retries: ratio(decided(counters), counters.calls),
        }
    }
}

/// Retries that were decided on: after every timeout there is one, or the call has failed.
fn decided(counters: &Counters) -> u64 {
    counters.layers.timeouts() - counters.failures
}

/// The samples after this many seconds.
fn since(world: &World, seconds: u64) -> impl Iterator<Item = &Sample> {
    world.measures().samples().iter().filter(move |sample| sample.at > Instant::from_secs(seconds))
}

fn scenario(rates: Rates, attempts: u32, backoff: BackoffConfig) -> Scenario {
    let points = rates.iter().map(|&(at, rate)| (Instant::from_secs(at), rate * 1_000)).collect();
    let retry = LayerConfig::Retry(RetryConfig {
        attempts,
        backoff,
        budget: None,
        ..RetryConfig::default()
    });
    let arrivals = Arrivals::Poisson(RateSchedule::new(points).unwrap());
    let mut scenario = world(1, arrivals, vec![timeout(Duration::from_secs(3)), retry]);
    scenario.clients[0].link =
        Link { latency: Duration::from_millis(100), distribution: Distribution::Exponential };
    scenario.dependencies[SERVER].server = ServerConfig {
        service_time: Duration::from_secs(1),
        contention: Contention::Linear { per_ten_thousand: 100 },
        ..INFINITE
    };
    scenario
}
