//! The Herd: its lanes differ as expected, and in nothing else.

use fusebox::time::Duration;
use fusebox_lab::herd::{
    Comparison, DOWN_AT, Lane, LaneOutcome, LaneRecovery, OutageKind, PRESETS, Requests, Runner,
    Setup, Strategy, find, run, sentence, waves,
};
use fusebox_sim::{AttemptEnd, World};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn lane(setup: &Setup, word: &str, seed: u64) -> Lane {
    run(setup, &Strategy::of(word).unwrap(), seed).unwrap()
}

/// The lanes of a preset.
fn lanes(name: &str, seed: u64) -> Vec<Lane> {
    let Comparison { setup, lanes } = (find(name).unwrap().comparison)();
    lanes.iter().map(|strategy| run(&setup, strategy, seed).unwrap()).collect()
}

fn outcomes(name: &str, seed: u64) -> Vec<LaneOutcome> {
    lanes(name, seed).iter().map(|lane| lane.outcome).collect()
}

const fn is_metastable(outcome: &LaneOutcome) -> bool {
    matches!(outcome.recovery, LaneRecovery::Metastable)
}

fn after(outcome: &LaneOutcome) -> Duration {
    outcome.recovery.after().expect("it recovers")
}

#[test]
fn a_herd_that_retries_at_once_keeps_the_database_down_and_jitter_spreads_it() {
    for seed in 1..=3 {
        let [immediate, exponential, full, budget] = outcomes("two-seconds", seed)[..] else {
            panic!("four lanes")
        };
        assert!(is_metastable(&immediate), "{immediate:?}");
        assert!(after(&exponential) > Duration::from_secs(3), "{exponential:?}");
        assert!(after(&full) < Duration::from_secs(2), "{full:?}");
        assert!(
            immediate.peak_after_repair > 4.0 * full.peak_after_repair,
            "{immediate:?} and {full:?}"
        );
        assert!(
            full.peak_after_repair < 0.7 * exponential.peak_after_repair,
            "{exponential:?} and {full:?}"
        );
        assert!(immediate.attempts_per_call > 5.0 * full.attempts_per_call);
        // The price of a budget: a call without a retry left fails.
        assert!(budget.attempts_per_call < 1.11, "{budget:?}");
        assert!(budget.calls.failed > 500 && full.calls.failed < 20, "{budget:?} and {full:?}");
    }
}

#[test]
fn backoff_without_jitter_keeps_the_waves() {
    for seed in 1..=3 {
        let [exponential, factor, equal, full] = &lanes("waves", seed)[..] else {
            panic!("four lanes")
        };
        let late =
            |lane: &Lane| waves(lane).iter().filter(|wave| wave.from > lane.setup.up_at()).count();
        assert!(late(exponential) >= 2, "seed {seed}: {:?}", waves(exponential));
        for spread in [factor, equal, full] {
            assert!(late(spread) < late(exponential), "seed {seed}: {:?}", waves(spread));
        }
        // All of them retry at once, again and again.
        let highest = waves(exponential)
            .iter()
            .filter(|it| it.from > exponential.setup.up_at())
            .map(|wave| wave.height)
            .fold(0.0, f64::max);
        assert!(highest > 5.0, "{highest}");
    }
}

#[test]
fn backoff_does_not_save_an_open_system_and_a_budget_does() {
    for seed in 1..=3 {
        let [fixed, exponential, full, budget] = outcomes("overload", seed)[..] else {
            panic!("four lanes")
        };
        for lane in [fixed, exponential, full] {
            assert!(is_metastable(&lane), "seed {seed}: {lane:?}");
        }
        assert!(after(&budget) < Duration::from_secs(1), "seed {seed}: {budget:?}");
    }
}

#[test]
fn clients_that_wait_for_their_answer_slow_themselves_down() {
    for seed in 1..=3 {
        let (open, closed) = (outcomes("overload", seed), outcomes("closed-loop", seed));
        for (open, closed) in open.iter().zip(&closed).skip(1) {
            assert!(closed.recovery.after().is_some(), "seed {seed}: {closed:?}");
            assert!(
                closed.peak_in_outage < 0.5 * open.peak_in_outage,
                "seed {seed}: {open:?} and {closed:?}"
            );
        }
    }
    let differs = |name: &str| (find(name).unwrap().comparison)().setup;
    let closed = Setup { requests: Requests::Closed, ..differs("overload") };
    assert_eq!(closed, differs("closed-loop"), "it is the same but for that");
}

#[test]
fn a_cap_that_is_too_short_hammers_and_one_that_is_too_long_waits() {
    for seed in 1..=3 {
        let [short, usual, long] = outcomes("caps", seed)[..] else { panic!("three lanes") };
        assert!(is_metastable(&short), "seed {seed}: {short:?}");
        assert!(short.attempts_per_call > 10.0 * usual.attempts_per_call);
        let settled_after = usual.settled_after.expect("it catches up");
        assert!(settled_after < Duration::from_secs(30), "seed {seed}: {settled_after}");
        // The database has long been idle when the last client retries.
        assert!(long.settled_after.is_none_or(|it| it > Duration::from_secs(60)), "{long:?}");
        assert!(after(&long) < Duration::from_secs(1));
    }
}

#[test]
fn a_breaker_for_each_client_sees_too_little() {
    for seed in 1..=3 {
        let [none, own, shared] = outcomes("local-breakers", seed)[..] else {
            panic!("three lanes")
        };
        // A call every 20 s never makes five failures in 10 s.
        assert!((own.attempts_per_call - none.attempts_per_call).abs() < 0.01, "{own:?}");
        assert!(shared.attempts_per_call < 0.8 * own.attempts_per_call, "{shared:?}");
        assert!(shared.wasted_work < own.wasted_work, "{shared:?}");
        // The price of it: the breaker still rejects when the database is up.
        assert!(shared.calls.failed > own.calls.failed, "{shared:?}");
    }
}

#[test]
fn a_reduced_database_is_over_with_its_fault_unless_calls_are_tried_again() {
    for seed in 1..=3 {
        let [none, fixed, full, budget] = outcomes("half-down", seed)[..] else {
            panic!("four lanes")
        };
        assert!(is_metastable(&fixed) && is_metastable(&full), "seed {seed}");
        assert!(after(&none) < Duration::from_secs(15), "seed {seed}: {none:?}");
        assert!(after(&budget) < Duration::from_secs(30), "seed {seed}: {budget:?}");
    }
}

#[test]
fn all_lanes_have_the_same_tape() {
    let lanes = lanes("eight-ways", 4);
    let down = usize::try_from(DOWN_AT.as_micros() / 100_000).unwrap();
    for lane in &lanes[1..] {
        assert_ne!(lane.fingerprint, lanes[0].fingerprint);
        assert_eq!(lane.outcome.calls.all(), lanes[0].outcome.calls.all());
        // There are no retries yet, so there is no difference at all.
        assert_eq!(lane.buckets[..down], lanes[0].buckets[..down]);
    }
}

#[test]
fn the_attempts_of_the_raster_are_those_that_came() {
    for word in ["immediate", "full-breaker"] {
        let setup = Setup { clients: 200, ..Setup::default() };
        let lane = lane(&setup, word, 5);
        let sum: u64 = lane.attempts.cells().iter().flatten().map(|&n| u64::from(n)).sum();
        let came: u64 = lane.buckets.iter().map(|it| u64::from(it.attempts())).sum();
        // Attempts on their way to the database, and those that have not ended, are in only one of
        // them.
        assert!(sum.abs_diff(came) < 250, "{word}: {sum} and {came}");
        let useful: u64 = lane.buckets.iter().map(|it| u64::from(it.useful)).sum();
        let of = |end: AttemptEnd| -> u64 {
            lane.attempts.cells().iter().map(|cell| u64::from(cell[end as usize])).sum()
        };
        assert_eq!(of(AttemptEnd::Success), useful, "{word}");
        let followed = lane.attempts.followed();
        assert!(followed.len() > 100 && followed.iter().all(|it| it.client < 200));
    }
}

#[test]
fn a_lane_in_slices_is_the_lane_at_once() {
    let length = Duration::from_secs(10);
    let setup = Setup { clients: 100, length, ..Setup::default() };
    for word in ["immediate", "full-budget-shared", "equal-breaker"] {
        let whole = lane(&setup, word, 9);
        for events in [1, 2, 97] {
            let mut runner = Runner::new(&setup, &whole.strategy, 9).unwrap();
            let mut slices = 1;
            while !runner.advance(events) {
                slices += 1;
                assert!(runner.now() <= setup.ends_at());
            }
            assert!(slices > 5, "only {slices} slices");
            assert!(runner.lane() == whole, "{word} in slices of {events}");
        }
        let mut world = World::new(&setup.scenario(&whole.strategy).unwrap(), 9).unwrap();
        world.run_until(setup.ends_at());
        assert_eq!(world.fingerprint(), whole.fingerprint, "watching changes nothing");
    }
}

#[test]
fn every_setup_of_the_presets_and_of_the_edges_can_be_run() {
    for preset in PRESETS {
        let comparison = (preset.comparison)();
        assert!(comparison.check().is_ok(), "{}", preset.name);
    }
    let base = Setup { clients: 10, length: Duration::from_secs(10), ..Setup::default() };
    for requests in [Requests::Open, Requests::Closed, Requests::OneShot] {
        for kind in [OutageKind::Down, OutageKind::Hang, OutageKind::Partition, OutageKind::Reduced]
        {
            for depth_per_mille in [100, 1_000] {
                let setup = Setup { requests, kind, depth_per_mille, ..base };
                let lane = lane(&setup, "full-budget-breaker-shared", 1);
                assert!(sentence(&lane).ends_with('.'));
                assert_eq!(lane.buckets.len(), 100);
            }
        }
    }
}

/// A change of any of these numbers is a change of behaviour, and must be reviewed as such.
#[cfg(not(target_arch = "wasm32"))]
#[test]
fn what_the_presets_come_to() {
    use std::fmt::Write as _;

    let mut table = String::new();
    for preset in PRESETS {
        writeln!(table, "{}: {}", preset.name, preset.title).unwrap();
        for lane in lanes(preset.name, 42) {
            let LaneOutcome { attempts_per_call: attempts, wasted_work: wasted, .. } = lane.outcome;
            let peak = lane.setup.multiple(lane.outcome.peak_after_repair);
            writeln!(
                table,
                "  {}: {peak:.1}x after the repair, {attempts:.2} attempts a call, {wasted:.2} wasted\n    {}",
                lane.strategy.title(),
                sentence(&lane),
            )
            .unwrap();
        }
    }
    insta::assert_snapshot!(table);
    assert_eq!(DOWN_AT, fusebox::time::Instant::from_secs(2));
}
