//! An outage that outlasts its cause: the example of "Metastable Failures in Distributed Systems"
//! (Bronson, Aghayev, Charapko and Zhu, Hot Topics in Operating Systems 2021).
//!
//! A database has a capacity of 300 queries per second and a load of 280. A client that waits for
//! longer than 1 s retries once. The database hangs for 10 s, so the queries of this time are
//! queued; it drops none of them. From then on every query waits for longer than 1 s, so the load
//! is 560 per second at a capacity of 300, for ever: the outage is over, and its effect sustains
//! itself.
//!
//! It ends by itself if load and retries together stay below capacity: below 150 calls per second
//! with one retry, and below `300 / (1 + r)` with a budget of `r` retries per call. So a budget of
//! a tenth helps up to 272 calls per second, but not at the 280 of the example.

use super::worlds::{INFINITE, SERVER, outage, retry, run, timeout, world};
use fusebox::BudgetConfig;
use fusebox::time::{Duration, Instant};
use fusebox_sim::{Arrivals, Fault, RateSchedule, Scenario, ServerConfig, World};

const TENTH: Option<BudgetConfig> =
    Some(BudgetConfig::Bucket { tokens: 5, call_refill_per_ten_thousand: 1_000 });

/// The end of the trigger, in seconds.
const HEALED: u64 = 30;

/// Calls per second, attempts, budget, and the seconds of a run.
type Case = (u64, u32, Option<BudgetConfig>, u64);

#[test]
fn what_load_and_retries_ask_together_stays_for_ever_where_it_is_too_much() {
    // The last column is the load from then on, which is above 300.
    let cases: [(Case, f64); 4] = [
        ((280, 2, None, 120), 560.0),
        ((280, 2, TENTH, 120), 308.0),
        ((250, 2, None, 120), 500.0),
        ((160, 2, None, 120), 320.0),
    ];
    for (case, asked) in cases {
        let world = run(&scenario(case, Fault::Hang), 7, case.3);
        let name = format!("{case:?}");
        assert_good(&world, 10, 20, &name);
        let after = Seen::of(&world, HEALED + 10, case.3);
        assert_eq!(after.useful, 0, "{name}: {after:?}");
        // Four standard deviations of the calls of 80 s, each of which makes as many attempts.
        let band = asked * 4.0 / (after.calls).sqrt();
        assert!((after.asked - asked).abs() <= band, "{name}: {after:?}");
        let queued =
            |sample: usize| world.measures().samples()[sample].gauges.dependencies[SERVER].queued;
        assert!(queued(1_190) > queued(590), "{name}: the queue grows");
    }
}

#[test]
fn it_ends_by_itself_where_they_are_not() {
    let cases: [Case; 4] =
        [(280, 1, None, 320), (250, 2, TENTH, 320), (140, 2, None, 320), (100, 2, None, 120)];
    for case in cases {
        let world = run(&scenario(case, Fault::Hang), 7, case.3);
        let name = format!("{case:?}");
        let during = Seen::of(&world, HEALED, HEALED + 5);
        assert_eq!(during.useful, 0, "{name}: it is not over with its trigger: {during:?}");
        assert_good(&world, case.3 - 20, case.3, &name);
    }
}

/// The queue sustains the failure. If queries are lost on the way or refused, only the retries of
/// one second are queued after the outage, and the database works them off.
#[test]
fn an_outage_that_leaves_no_queue_leaves_nothing() {
    for fault in [Fault::Partitioned, Fault::Down] {
        let world = run(&scenario((280, 2, None, 60), fault), 7, 60);
        let during = Seen::of(&world, 21, 30);
        assert_eq!(during.useful, 0, "{fault:?}: {during:?}");
        assert_good(&world, 40, 60, &format!("{fault:?}"));
    }
}

/// The measurements of a stretch of a run.
#[derive(Debug)]
struct Seen {
    calls: f64,
    useful: u32,
    errors: u32,
    /// Attempts that reached the database per second.
    asked: f64,
}

impl Seen {
    /// The stretch from one second to another.
    fn of(world: &World, from: u64, to: u64) -> Self {
        let (from, to) = (Instant::from_secs(from), Instant::from_secs(to));
        let mut seen = Self { calls: 0.0, useful: 0, errors: 0, asked: 0.0 };
        let samples = world.measures().samples();
        for sample in samples.iter().filter(|sample| sample.at > from && sample.at <= to) {
            seen.calls += f64::from(sample.calls);
            seen.useful += sample.useful;
            seen.errors += sample.errors;
            seen.asked += f64::from(sample.load[SERVER].attempts());
        }
        seen.asked /= to.since(from).as_secs_f64();
        seen
    }
}

#[track_caller]
fn assert_good(world: &World, from: u64, to: u64, name: &str) {
    let seen = Seen::of(world, from, to);
    assert!(seen.useful > 1_000 && seen.errors == 0, "{name}: {seen:?}");
}

fn scenario((rate, attempts, budget, _): Case, fault: Fault) -> Scenario {
    let arrivals = Arrivals::Poisson(RateSchedule::constant(rate * 1_000));
    let layers = vec![timeout(Duration::from_secs(1)), retry(attempts, budget)];
    let mut scenario = world(1, arrivals, layers);
    scenario.dependencies[SERVER].server = ServerConfig {
        concurrency: 1,
        queue: 1_000_000,
        service_time: Duration::from_micros(3_333),
        ..INFINITE
    };
    outage(&mut scenario, fault, Instant::from_secs(20), Duration::from_secs(HEALED - 20));
    scenario
}
