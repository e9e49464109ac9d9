//! "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015): the results of its simulation
//! (aws-samples/aws-arch-backoff-simulator), with which ours must agree.

use fusebox_sim::occ::OccBackoff::{Decorrelated, Equal, Exponential, Full, None};
use fusebox_sim::occ::{OccBackoff, Summary, run, trials};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const TRIALS: u32 = 150;

/// Trials behind each of the numbers below.
const TRIALS_THERE: f64 = 400.0;

fn summary(clients: u32, backoff: OccBackoff) -> Summary {
    trials(clients, TRIALS, backoff, 2015, |_| {}).unwrap()
}

/// The time in milliseconds and the calls, each as the mean and the standard deviation.
type Row = (u32, OccBackoff, [f64; 2], [f64; 2]);

const ROWS: [Row; 20] = [
    (1, None, [40.0, 3.9], [1.0, 0.0]),
    (1, Exponential, [40.0, 3.9], [1.0, 0.0]),
    (1, Equal, [40.0, 3.9], [1.0, 0.0]),
    (1, Full, [40.0, 3.9], [1.0, 0.0]),
    (1, Decorrelated, [40.0, 3.9], [1.0, 0.0]),
    (2, None, [81.5, 5.3], [3.0, 0.0]),
    (2, Exponential, [92.1, 5.7], [3.0, 0.0]),
    (2, Equal, [89.5, 5.5], [3.0, 0.0]),
    (2, Full, [87.6, 5.6], [3.0, 0.0]),
    (2, Decorrelated, [91.3, 6.3], [3.0, 0.0]),
    (10, None, [377.0, 34.0], [50.6, 4.0]),
    (10, Exponential, [3484.0, 1303.0], [51.0, 3.9]),
    (10, Equal, [725.0, 166.0], [42.4, 2.6]),
    (10, Full, [472.0, 105.0], [39.2, 2.3]),
    (10, Decorrelated, [436.0, 82.0], [37.8, 2.1]),
    (50, None, [1136.0, 41.0], [689.6, 16.6]),
    (50, Exponential, [36_162.0, 3242.0], [621.5, 28.8]),
    (50, Equal, [4225.0, 498.0], [347.3, 5.7]),
    (50, Full, [2887.0, 545.0], [332.8, 4.8]),
    (50, Decorrelated, [2225.0, 511.0], [375.6, 13.5]),
];

#[test]
fn every_row_is_within_four_standard_errors_of_the_published_simulation() {
    // The rounding of the published numbers adds to it.
    let band = |sd: f64| 4.0 * sd * (1.0 / f64::from(TRIALS) + 1.0 / TRIALS_THERE).sqrt() + 0.05;
    for (clients, backoff, [time, time_sd], [calls, calls_sd]) in ROWS {
        let ours = summary(clients, backoff);
        let name = backoff.name();
        let off = (ours.mean_time_ms - time).abs();
        assert!(off <= band(time_sd), "{clients} {name}: {ours:?}, and not {time} ms");
        let off = (ours.mean_calls - calls).abs();
        assert!(off <= band(calls_sd), "{clients} {name}: {ours:?}, and not {calls} calls");
        // The standard deviation must agree too: four standard errors of it are 4 * sqrt((1/150 +
        // 1/400) / 2), which is 0.27, and a bit for tails that are not normal.
        for (ours, theirs) in [(ours.sd_time_ms, time_sd), (ours.sd_calls, calls_sd)] {
            assert!((ours - theirs).abs() <= 0.35 * theirs, "{clients} {name}: {ours}, {theirs}");
        }
    }
}

/// The conclusions of the post, at 100 clients.
#[test]
fn exponential_without_jitter_is_the_clear_loser_and_jitter_halves_the_calls() {
    let of = |backoff| trials(100, 20, backoff, 7, |_| {}).unwrap();
    let [none, exponential, equal, full, decorrelated] = OccBackoff::ALL.map(of);
    for other in [none, equal, full, decorrelated] {
        assert!(exponential.mean_time_ms > 8.0 * other.mean_time_ms, "{other:?}");
    }
    assert!(exponential.mean_calls > 0.7 * none.mean_calls, "and it saves few calls");
    for jitter in [equal, full, decorrelated] {
        assert!(2.0 * jitter.mean_calls < none.mean_calls, "{jitter:?}");
        // The row answers at once under any load, so no wait is the fastest.
        assert!(none.mean_time_ms < jitter.mean_time_ms, "{jitter:?}");
    }
    assert!(full.mean_time_ms < equal.mean_time_ms);
    assert!((full.mean_calls / equal.mean_calls - 1.0).abs() < 0.05, "about equal work");
    assert!(decorrelated.mean_calls > full.mean_calls, "which buys a little time");
}

/// Not in the post: with many clients decorrelated jitter has no advantage left over full jitter.
#[test]
fn from_many_clients_on_full_jitter_is_at_least_as_good_on_both_counts() {
    let of = |backoff| trials(190, 20, backoff, 7, |_| {}).unwrap();
    let (full, decorrelated) = (of(Full), of(Decorrelated));
    assert!(full.mean_time_ms <= decorrelated.mean_time_ms, "{full:?} {decorrelated:?}");
    assert!(full.mean_calls < decorrelated.mean_calls, "{full:?} {decorrelated:?}");
}

#[test]
fn a_trial_is_the_same_on_every_machine() {
    let trials = OccBackoff::ALL.map(|backoff| run(20, backoff, 42).unwrap());
    let row = trials.map(|trial| (trial.time.as_micros(), trial.calls));
    let expected =
        [(535_305, 139), (11_077_082, 137), (2_072_907, 109), (1_001_482, 101), (775_228, 97)];
    assert_eq!(row, expected);
}
