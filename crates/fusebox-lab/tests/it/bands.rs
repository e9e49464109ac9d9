//! Replications: the bands follow from their runs, in whatever order the runs are added.

use fusebox::time::Duration;
use fusebox_lab::bands::{Bands, SEEDS_MAX, Verdict};
use fusebox_lab::herd::{Comparison, Lane, MEASURES, Measure, Setup, run};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn comparison(words: &[&str]) -> Comparison {
    let length = Duration::from_secs(20);
    Comparison::of(Setup { clients: 200, length, ..Setup::default() }, words)
}

fn lane(comparison: &Comparison, lane: usize, seed: u64) -> Lane {
    run(&comparison.setup, &comparison.lanes[lane], seed).unwrap()
}

/// The bands of these seeds, with the runs added in this order.
fn bands(comparison: &Comparison, seeds: u32, order: impl Fn(&mut Vec<(usize, u64)>)) -> Bands {
    let mut bands = Bands::new(comparison, 42, seeds).unwrap();
    let mut runs: Vec<_> = bands.runs().collect();
    order(&mut runs);
    for (n, seed) in runs {
        assert!(bands.add(n, seed, &lane(comparison, n, seed)));
    }
    let all = comparison.lanes.len() * seeds as usize;
    assert_eq!(bands.progress(), (all, all));
    bands
}

fn measure(name: &str) -> &'static Measure {
    Measure::find(name).unwrap()
}

#[test]
fn the_order_in_which_runs_come_does_not_matter() {
    let comparison = comparison(&["immediate", "exponential", "full"]);
    let in_order = bands(&comparison, 7, |_| {});
    let backwards = bands(&comparison, 7, |runs| runs.reverse());
    let lane_by_lane =
        bands(&comparison, 7, |runs| runs.sort_by_key(|(lane, seed)| (*lane, seed % 3)));
    assert!(in_order == backwards && in_order == lane_by_lane);
    assert_eq!(in_order.csv(&comparison.lanes), backwards.csv(&comparison.lanes));
    for n in 0..3 {
        for (seed, fingerprint) in backwards.fingerprints(n) {
            assert_eq!(fingerprint, lane(&comparison, n, seed).fingerprint);
        }
    }
}

#[test]
fn a_band_is_around_the_runs() {
    let comparison = comparison(&["full"]);
    let bands = bands(&comparison, 21, |_| {});
    let runs: Vec<Lane> = (42..63).map(|seed| lane(&comparison, 0, seed)).collect();
    for measure in MEASURES {
        let spread = bands.spread(measure, 0).unwrap();
        let mut values: Vec<_> =
            runs.iter().map(|run| measure.of(&run.outcome, &run.setup)).collect();
        values.sort_by_key(|value| value.map_or(u64::MAX, f64::to_bits));
        assert_eq!(spread.seeds, 21);
        // With 21 seeds the percentiles need no interpolation.
        assert_eq!([spread.low, spread.median, spread.high], [values[1], values[10], values[19]]);
    }
    let buckets = bands.attempts(0);
    assert_eq!(buckets.len(), 200);
    for (n, bucket) in buckets.iter().enumerate() {
        let mut counts: Vec<_> = runs.iter().map(|run| run.buckets[n].attempts()).collect();
        counts.sort_unstable();
        let expected = (counts[1].into(), counts[10].into(), counts[19].into());
        assert_eq!((bucket.low, bucket.median, bucket.high), expected, "bucket {n}");
    }
}

#[test]
fn what_is_large_differs_and_a_lane_does_not_differ_from_itself() {
    let comparison = comparison(&["immediate", "full", "full", "full-budget-shared"]);
    let bands = bands(&comparison, 8, |_| {});
    let verdict = |name, one, other| {
        let pairs = bands.differences(measure(name));
        pairs.iter().find(|it| it.lanes == (one, other)).unwrap().verdict()
    };
    assert_eq!(verdict("attempts_per_call", 0, 1), Verdict::Larger);
    assert_eq!(verdict("attempts_per_call", 1, 3), Verdict::Larger);
    assert_eq!(verdict("failed", 1, 3), Verdict::Smaller);
    // It never recovers, which counts as longer than any time.
    assert_eq!(bands.spread(measure("recovered_after"), 0).unwrap().absent, 8);
    assert_eq!(verdict("recovered_after", 0, 1), Verdict::Larger);
    for measure in MEASURES {
        assert_eq!(verdict(measure.name, 1, 2), Verdict::Same, "{}", measure.name);
    }
    assert_eq!(bands.pairs(), 6);
}

/// Two strategies that differ by a thousandth, which is negligible compared with chance.
#[test]
fn few_seeds_say_nothing_and_chance_is_no_difference() {
    let mut comparison = comparison(&["full", "full"]);
    comparison.lanes[1].retry.backoff.base = Duration::from_millis(1_001);
    let difference = |seeds| {
        let bands = bands(&comparison, seeds, |_| {});
        bands.differences(measure("peak_after_repair"))[0]
    };
    assert_eq!(difference(5).verdict(), Verdict::TooFew);
    let difference = difference(40);
    assert_eq!(difference.verdict(), Verdict::Noise, "{difference:?}");
    assert!(difference.words().starts_with("within the noise"), "{}", difference.words());
}

#[test]
fn only_what_was_asked_for_is_taken() {
    let comparison = comparison(&["none"]);
    let run = lane(&comparison, 0, 41);
    let mut bands = Bands::new(&comparison, 42, 2).unwrap();
    for (lane, seed) in [(0, 41), (0, 44), (1, 42), (usize::MAX, u64::MAX)] {
        assert!(!bands.add(lane, seed, &run), "{lane} {seed}");
    }
    assert_eq!((bands.progress(), bands.spread(measure("peak_after_repair"), 0)), ((0, 2), None));
    let problem = |first, seeds| Bands::new(&comparison, first, seeds).unwrap_err().to_string();
    assert_eq!(problem(1, 1), "seeds is 1, but must be a whole number from 2 to 200");
    assert!(problem(1, SEEDS_MAX + 1).starts_with("seeds is 201"));
    assert!(problem(u64::MAX, 2).ends_with("at most 18,446,744,073,709,551,614 for 2 seeds"));
    assert!(Bands::new(&comparison, u64::MAX - 1, 2).unwrap().runs().count() == 2);
}
