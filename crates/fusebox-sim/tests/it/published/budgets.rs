//! The effect of libraries' own budgets in a world, compared with their documents.
//!
//! The rules themselves are tested step by step elsewhere; this is about their consequences.

use super::worlds::{DAY, INFINITE, NO_LIMIT, SERVER, always, load, outage, retry, run, world};
use crate::statistics::{Interval, RUNS, ratio};
use fusebox::time::{Duration, Instant};
use fusebox::{BudgetConfig, RateLimitConfig};
use fusebox_sim::{
    Arrivals, Burst, Counters, Distribution, Fault, Link, RateSchedule, Scenario, ServerConfig,
    World,
};

/// Calls of one client, one after the other: an attempt takes 1 µs, and calls are 1 ms apart.
fn one_client(attempts: u32, budget: BudgetConfig, per_second: u64) -> Scenario {
    let arrivals = Arrivals::Uniform(RateSchedule::constant(per_second * 1_000));
    world(1, arrivals, vec![retry(attempts, Some(budget))])
}

/// gRPC, proposal A6 (`maxTokens` 10, `tokenRatio` 0.1, 4 attempts): a Markov chain over the tokens
/// gives the attempts and the successes of a call exactly. A simulation with one seed gave the
/// numbers in the table, which vary most where retries are about to stop.
///
/// Retries help up to a failure rate of about `0.1 / 1.1`, 9.09 %, and beyond that they stop; the
/// load never grows by more than about 6 %.
#[test]
fn grpc_stops_retries_where_a_tenth_fails() {
    // Failures, attempts per call, and successes if they are known.
    for (per_mille, attempts, success) in [
        (10, 1.0101, None),
        (50, 1.0517, Some(0.9994)),
        (80, 1.0617, Some(0.977)),
        (91, 1.0427, None),
        (100, 1.0211, Some(0.9195)),
        (150, 1.0001, None),
    ] {
        let chain = chain(f64::from(per_mille) / 1_000.0);
        let mut scenario = one_client(4, BudgetConfig::GRPC, 1_000);
        always(&mut scenario, Fault::Flaky { error_rate: per_mille });
        let runs: Vec<[f64; 2]> = (0..RUNS as u64).map(|seed| steady(&scenario, seed)).collect();
        for (n, published) in [(0, Some(attempts)), (1, success)] {
            let Some(published) = published else { continue };
            let name = format!("{per_mille} ‰, {}", ["attempts", "successes"][n]);
            let off = (chain[n] - published).abs();
            assert!(off < 0.005, "{name}: {}, and not {published}", chain[n]);
            let mut ours = Interval::of(&runs.iter().map(|run| run[n]).collect::<Vec<f64>>());
            // If only a few events make up the whole difference, their spread is not known well.
            ours.half_width = ours.half_width.max(0.0005);
            ours.assert_holds(chain[n], 0.01, &name);
        }
    }
}

/// Attempts and successes per call, from the end of the first second to that of the eighth.
fn steady(scenario: &Scenario, seed: u64) -> [f64; 2] {
    let mut world = World::new(scenario, seed).unwrap();
    world.run_until(Instant::from_secs(1));
    let before = *world.measures().counters();
    world.run_until(Instant::from_secs(8));
    let after = *world.measures().counters();
    let per_call = |count: fn(&Counters) -> u64| {
        ratio(count(&after) - count(&before), after.calls - before.calls)
    };
    [per_call(|counters| load(counters).attempts()), per_call(|counters| counters.successes)]
}

/// The exact attempts and successes per call in the steady state, if this share fails.
///
/// The state is the number of tokens at the start of a call, in tenths, from 0 to 100.
fn chain(failures: f64) -> [f64; 2] {
    let mut states = vec![0.0; 101];
    states[100] = 1.0;
    let mut sums = [0.0; 2];
    for _ in 0..3_000 {
        let mut next = vec![0.0; 101];
        sums = [0.0; 2];
        for (start, &share) in states.iter().enumerate() {
            let (mut left, mut tokens) = (share, start);
            for attempt in 1..=4 {
                sums[0] += left;
                sums[1] += left * (1.0 - failures);
                next[(tokens + 1).min(100)] += left * (1.0 - failures);
                left *= failures;
                tokens = tokens.saturating_sub(10);
                if attempt == 4 || tokens <= 50 {
                    next[tokens] += left;
                    break;
                }
            }
        }
        states = next;
    }
    sums
}

/// Finagle (`RetryBudget.scala`: 20 %, and 10 per second): if everything fails, a call makes 1.2
/// attempts in the long run, plus those of the reserve.
#[test]
fn finagle_amplifies_by_a_fifth_and_its_reserve() {
    for (rate, expected) in [(10, 2.2), (100, 1.3), (1_000, 1.21)] {
        let mut scenario = one_client(NO_LIMIT, BudgetConfig::FINAGLE, rate);
        always(&mut scenario, Fault::Flaky { error_rate: 1_000 });
        let mut world = World::new(&scenario, 7).unwrap();
        let mut at = |second| {
            world.run_until(Instant::from_secs(second));
            let counters = world.measures().counters();
            (load(counters).attempts(), counters.calls)
        };
        let (before, after) = (at(20), at(60));
        let ours = ratio(after.0 - before.0, after.1 - before.1);
        assert!((ours - expected).abs() < 0.01 * expected, "{rate} a second: {ours}");
    }
}

/// Envoy (`retry_budget`, 20 % and never less than 3; the example of PR #9069): of 25 calls that
/// are in flight and fail together, 5 are retried; of a few calls, 3.
#[test]
fn envoy_retries_a_fifth_of_the_calls_in_flight() {
    for (calls, retries) in [(2, 2), (3, 3), (10, 3), (25, 5), (100, 20), (1_000, 200)] {
        let mut scenario = one_client(2, BudgetConfig::ENVOY, 1);
        let clients = &mut scenario.clients[0];
        clients.arrivals = Arrivals::None;
        clients.burst = Some(Burst {
            at: Instant::ZERO,
            within: Duration::ZERO,
            every: None,
            calls_per_client: calls,
        });
        clients.link =
            Link { latency: Duration::from_millis(10), distribution: Distribution::Constant };
        always(&mut scenario, Fault::Flaky { error_rate: 1_000 });
        let world = run(&scenario, 7, 1);
        let counters = world.measures().counters();
        assert_eq!(
            (load(counters).first_attempts, load(counters).retries),
            (calls.into(), retries)
        );
    }
}

/// The quota of the AWS SDKs from 2026 on (500, of which a retry takes 14, or 5 after throttling):
/// in a total outage a client makes 35 retries, or 100, and from then on only first attempts.
#[test]
fn aws_pays_for_35_retries_in_an_outage() {
    let throttled = ServerConfig {
        rate_limit: Some(RateLimitConfig { permits: 1, period: DAY, burst: 1 }),
        ..INFINITE
    };
    for (fault, server, most) in [
        (Some(Fault::Down), INFINITE, 35),
        (Some(Fault::Flaky { error_rate: 1_000 }), INFINITE, 35),
        (None, throttled, 100),
    ] {
        let mut scenario = one_client(NO_LIMIT, BudgetConfig::AWS, 100);
        scenario.dependencies[SERVER].server = server;
        if let Some(fault) = fault {
            outage(&mut scenario, fault, Instant::ZERO, Duration::from_secs(10));
        }
        let counters = *run(&scenario, 7, 10).measures().counters();
        assert_eq!(load(&counters).retries, most, "{fault:?}: {counters:?}");
    }
}
