//! Retries with token buckets and circuit breakers: Brooker's simulation of 2022, in our world
//! ("Fixing retries with token buckets and circuit breakers"; `mbrooker/simulator_example`,
//! `retry_sim/`).
//!
//! 100 clients call 10 times per second each for 10 s, at random and independently of the answers.
//! A message takes an exponential time of mean 10 ms. The server fails each attempt with the same
//! probability, and is never overloaded. There is no wait before a retry. Each client has its own
//! budget: a bucket of 5 tokens to which a call adds a tenth, or retries while at most a tenth of
//! its calls has failed.
//!
//! The published table has the successes in per cent and the attempts per call, of one seed:
//!
//! | failures | no retries | 3 retries | bucket | share of failures |
//! |---|---|---|---|---|
//! | 10 % | 89.9 / 1.000 | 99.99 / 1.106 | 99.2 / 1.096 | 91.8 / 1.026 |
//! | 50 % | 50.0 / 1.000 | 93.5 / 1.881 | 57.0 / 1.143 | 49.8 / 1.000 |
//!
//! Without a budget there is a closed form. For the budgets, a copy of his model was run with 100
//! seeds per row.

use super::worlds::{NO_LIMIT, NO_WAY, always, load, rate_until, retry, run, world};
use crate::statistics::{mean, ratio};
use fusebox::time::{Duration, Instant};
use fusebox::{BudgetConfig, LayerConfig};
use fusebox_sim::{Arrivals, Counters, Distribution, Fault, Link, Scenario};

const BUCKET: BudgetConfig =
    BudgetConfig::Bucket { tokens: 5, call_refill_per_ten_thousand: 1_000 };

const SHARE: BudgetConfig = BudgetConfig::FailureRate { per_ten_thousand: 1_000 };

/// Runs behind each number of a row in his model.
const SEEDS_THERE: f64 = 100.0;

/// The failures per mille, attempts, budget; and the results of his model, each as the mean and the
/// standard deviation over runs: successes per call, and attempts per call.
type Row = (u32, u32, BudgetConfig, [f64; 2], [f64; 2]);

const ROWS: [Row; 6] = [
    (100, NO_LIMIT, BUCKET, [0.991_75, 0.001_25], [1.102_07, 0.002_30]),
    (300, NO_LIMIT, BUCKET, [0.796_87, 0.005_02], [1.139_05, 0.000_69]),
    (500, NO_LIMIT, BUCKET, [0.571_26, 0.005_58], [1.141_66, 0.000_60]),
    (100, 4, SHARE, [0.928_58, 0.004_59], [1.031_89, 0.002_43]),
    (300, 4, SHARE, [0.700_00, 0.004_89], [1.000_57, 0.000_28]),
    (500, 4, SHARE, [0.499_81, 0.005_14], [1.000_03, 0.000_05]),
];

#[test]
fn a_budget_does_what_it_does_in_the_published_model() {
    for (per_mille, attempts, budget, success, attempts_per_call) in ROWS {
        let scenario = scenario(per_mille, retry(attempts, Some(budget)));
        // The share of failures is at its critical point if a tenth fails, and varies the most
        // there.
        let seeds: u32 = if budget == SHARE && per_mille == 100 { 20 } else { 5 };
        let runs: Vec<[f64; 2]> =
            (0..seeds).map(|seed| shares(&drained(&scenario, seed.into()))).collect();
        for (n, [theirs, deviation]) in [(0, success), (1, attempts_per_call)] {
            let ours = mean(&runs.iter().map(|run| run[n]).collect::<Vec<f64>>());
            let name = format!("{per_mille} ‰ {budget:?} {n}");
            let band = 4.0 * deviation * (1.0 / f64::from(seeds) + 1.0 / SEEDS_THERE).sqrt();
            assert!((ours - theirs).abs() <= band, "{name}: {ours}, and not {theirs}");
        }
    }
}

/// With `n` retries and a failure rate `f` there are `(1 - f^(n + 1)) / (1 - f)` attempts per call,
/// and `1 - f^(n + 1)` of the calls succeed. The post says `f^n`; its code agrees with this
/// formula.
#[test]
fn without_a_budget_attempts_and_success_are_a_geometric_series() {
    for (attempts, per_mille) in
        [(1, 100), (1, 500), (2, 500), (4, 100), (4, 300), (4, 500), (4, 750), (10, 750)]
    {
        let counters = drained(&scenario(per_mille, retry(attempts, None)), 7);
        let ours = shares(&counters);
        let f = f64::from(per_mille) / 1_000.0;
        // The probability that each attempt is made, and that none of them succeeds.
        let made: Vec<f64> = (0..attempts).map(|n| f.powf(f64::from(n))).collect();
        let fails = f.powf(f64::from(attempts));
        let mean = (1.0 - fails) / (1.0 - f);
        // The sum of (2 n - 1) P(N >= n) is the mean square of N.
        let square: f64 = (0..attempts).zip(&made).map(|(n, p)| f64::from(2 * n + 1) * p).sum();
        let expected = [(1.0 - fails, fails * (1.0 - fails)), (mean, square - mean * mean)];
        for (ours, (theirs, variance)) in ours.into_iter().zip(expected) {
            let band = 4.0 * variance.max(0.0).sqrt() * ratio(1, counters.calls).sqrt() + 1e-9;
            let name = format!("{attempts} attempts, {per_mille} ‰");
            assert!((ours - theirs).abs() <= band, "{name}: {ours}, and not {theirs}");
        }
    }
}

/// If everything fails, a client with `n` calls makes 4 retries at the first of them, since the
/// last token is not spent, and then one for every ten calls: `1 + 0.1 + 4 / n` attempts per call.
#[test]
fn a_bucket_gives_its_tokens_but_one_and_then_a_tenth_of_the_calls() {
    for (calls, attempts) in [(1, 5), (10, 15), (11, 16), (12, 18), (100, 114), (1_000, 1_104)] {
        let mut scenario = scenario(1_000, retry(NO_LIMIT, Some(BUCKET)));
        // A call has failed for good before the next one starts, so no token is lost.
        scenario.clients[0].link = NO_WAY;
        let end = Instant::from_millis(100 * calls);
        scenario.clients[0].arrivals = Arrivals::Uniform(rate_until(1_000, end));
        let world = run(&scenario, 7, 1 + calls / 10);
        let counters = world.measures().counters();
        assert_eq!((counters.calls, counters.successes), (100 * calls, 0));
        assert_eq!(load(counters).attempts(), 100 * attempts, "{calls} calls");
    }
}

fn scenario(per_mille: u32, layer: LayerConfig) -> Scenario {
    let arrivals = Arrivals::Poisson(rate_until(1_000, Instant::from_secs(10)));
    let mut scenario = world(100, arrivals, vec![layer]);
    scenario.clients[0].link =
        Link { latency: Duration::from_millis(10), distribution: Distribution::Exponential };
    always(&mut scenario, Fault::Flaky { error_rate: per_mille });
    scenario
}

/// The counters after the last call has ended.
fn drained(scenario: &Scenario, seed: u64) -> Counters {
    let world = run(scenario, seed, 30);
    assert_eq!(world.calls_in_flight(), 0);
    *world.measures().counters()
}

/// Successes and attempts per call.
fn shares(counters: &Counters) -> [f64; 2] {
    let attempts = load(counters).attempts();
    [ratio(counters.successes, counters.calls), ratio(attempts, counters.calls)]
}
