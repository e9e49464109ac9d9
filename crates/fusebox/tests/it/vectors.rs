//! Delays as other libraries have them: the vectors of their own tests, and of their formulas.
//!
//! What has no counterpart here, and why:
//!
//! - Polly's `TimeSpan.MaxValue` without a `MaxDelay`: there is always a cap.
//! - tenacity's `min`, and its `1e300` with a `max` of `1e-100`: no delay has a floor other than its
//!   base, and lengths are whole microseconds between 0 and the cap.
//! - tenacity's `wait_chain`: a list of delays has no rule to check.
//! - resilience4j's refusal of an attempt below 1 and of an interval below 1 ms: [`Delays`] counts
//!   for itself, and a delay of zero is a retry at once.
//! - The stop after so many times or so long of backon and backoff: that is for the retry.
//! - AWS's adaptive rate (CUBIC): it limits a rate, and is not a delay.
//! - Nanoseconds of the backoff crate stand as microseconds here.

use fusebox::rng::{Rng, mix};
use fusebox::time::Duration;
use fusebox::{Backoff, BackoffConfig, Delays, Growth, Jitter};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const DAY: Duration = Duration::from_secs(86_400);

const fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

const fn micros(micros: u64) -> Duration {
    Duration::from_micros(micros)
}

fn backoff(base: Duration, growth: Growth, cap: Duration, jitter: Jitter) -> Backoff {
    Backoff::new(BackoffConfig { base, growth, cap, jitter }).unwrap()
}

const fn factor(per_mille: u32) -> Growth {
    Growth::Exponential { factor_per_mille: per_mille }
}

const fn spread(per_mille: u32) -> Jitter {
    Jitter::PlusMinusShare { per_mille }
}

/// A uniform number from 0 to 1 as a fraction of 2^64.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float cast saturates, so that 1 is the largest fraction"
)]
const fn fraction(r: f64) -> u64 {
    (r * 18_446_744_073_709_551_616.0) as u64
}

/// Delay `n`, counted from 0, where chance gives `r`.
fn at(backoff: Backoff, n: u32, r: f64) -> Duration {
    backoff.next_at(&mut Delays::after(n), fraction(r))
}

/// The first delays where chance gives `r` each time.
fn row<const N: usize>(backoff: Backoff, r: f64) -> [Duration; N] {
    let mut delays = Delays::default();
    [(); N].map(|()| backoff.next_at(&mut delays, fraction(r)))
}

/// The ends of the range of each of the first delays.
fn ranges<const N: usize>(backoff: Backoff) -> [(Duration, Duration); N] {
    let ends = [row::<N>(backoff, 0.0), row::<N>(backoff, 1.0)];
    core::array::from_fn(|n| (ends[0][n], ends[1][n]))
}

/// So many random series of the first delays, in seconds, sorted by the number of the delay.
fn series<const N: usize>(backoff: Backoff, seed: u64, count: usize) -> [Vec<f64>; N] {
    let mut rng = Rng::from_seed(seed);
    let mut columns = [(); N].map(|()| Vec::with_capacity(count));
    for _ in 0..count {
        let mut delays = Delays::default();
        for column in &mut columns {
            column.push(backoff.next(&mut delays, &mut rng).as_secs_f64());
        }
    }
    columns
}

#[expect(clippy::cast_precision_loss, reason = "thousands of draws")]
fn mean(draws: &[f64]) -> f64 {
    draws.iter().sum::<f64>() / draws.len() as f64
}

/// Fails unless the two differ by at most `share` of what is expected.
#[track_caller]
fn expect_near(actual: f64, expected: f64, share: f64, what: &str) {
    let bound = expected.abs() * share;
    assert!((actual - expected).abs() <= bound, "{what}: {actual}, and not {expected} ± {bound}");
}

#[test]
fn polly_constant_linear_and_exponential() {
    let constant = backoff(secs(1), Growth::Constant, DAY, spread(250));
    for (r, expected) in [(0.0, 750), (0.4, 950), (0.6, 1_050), (1.0, 1_250)] {
        assert_eq!(at(constant, 0, r), millis(expected), "constant, {r}");
    }
    let linear = backoff(secs(1), Growth::Linear, DAY, spread(250));
    for (r, expected) in [(0.0, 2_250), (0.4, 2_850), (0.5, 3_000), (0.6, 3_150), (1.0, 3_750)] {
        assert_eq!(at(linear, 2, r), millis(expected), "linear, {r}");
    }
    let exponential = backoff(secs(1), Growth::DOUBLING, DAY, Jitter::None);
    assert_eq!(row(exponential, 0.0), [1, 2, 4].map(secs));
    let day = backoff(DAY, Growth::DOUBLING, DAY, Jitter::None);
    assert_eq!(at(day, 1_000, 0.0), DAY);
    for jitter in [Jitter::None, spread(250), Jitter::SmoothDecorrelated] {
        for growth in [Growth::Constant, Growth::Linear, Growth::DOUBLING] {
            let zero = backoff(Duration::ZERO, growth, DAY, jitter);
            for n in [0, 1, 2, 1_000, 1_024, 1_025] {
                assert_eq!(at(zero, n, 0.5), Duration::ZERO, "{growth:?} {jitter:?} {n}");
            }
        }
    }
}

#[test]
fn polly_jitter_stays_within_its_bounds() {
    let mut rng = Rng::from_seed(1);
    for jitter in [spread(250), Jitter::SmoothDecorrelated] {
        let capped = backoff(secs(2), Growth::DOUBLING, secs(30), jitter);
        let mut delays = Delays::default();
        for attempt in 0..=1_025 {
            let delay = capped.next(&mut delays, &mut rng);
            assert!(delay > Duration::ZERO && delay <= secs(30), "{jitter:?} {attempt}: {delay}");
        }
    }
    for _ in 0..10_000 {
        let base = micros(1 + rng.up_to(10_000_000));
        let quarter = backoff(base, Growth::Constant, DAY, spread(250));
        let delay = quarter.next(&mut Delays::default(), &mut rng);
        let (least, most) = (base.per_mille(750), base.per_mille(1_250));
        assert!((least..=most).contains(&delay), "{delay} of {base}");

        let smooth = backoff(base, Growth::Constant, DAY, Jitter::SmoothDecorrelated);
        let mut delays = Delays::default();
        for attempt in 0..10 {
            let delay = smooth.next(&mut delays, &mut rng);
            let most = base.saturating_mul(4 << attempt);
            assert!(delay < most, "{delay} of {base}, attempt {attempt}");
        }
    }
}

/// With a base of 1000 s a microsecond is the last of the nine places that the rows have.
#[test]
fn polly_smooth_decorrelated_rows() {
    let smooth = backoff(secs(1_000), Growth::Constant, DAY, Jitter::SmoothDecorrelated);
    let zero = [
        0,
        1_377_182_257,
        1_460_067_301,
        2_865_849_862,
        5_717_806_862,
        11_430_272_441,
        22_858_027_054,
    ];
    let quarter = [646_923_706, 1_013_569_986, 1_720_438_287, 3_404_509_883];
    let half = [
        897_404_936,
        1_093_003_547,
        2_035_747_963,
        4_045_979_423,
        8_083_631_610,
        16_163_662_812,
        32_325_517_202,
    ];
    let three_quarters = [1_128_360_242, 1_250_132_212, 2_414_000_608, 4_809_442_735];
    for (r, expected) in [
        (0.0, &zero[..]),
        (0.25, &quarter),
        (0.5, &half),
        (0.75, &three_quarters),
        (1.0, &zero[1..]),
    ] {
        let actual = row::<7>(smooth, r).map(Duration::as_micros);
        for (n, (actual, expected)) in actual.iter().zip(expected).enumerate() {
            assert!(actual.abs_diff(*expected) <= 1, "{r}, {n}: {actual}, and not {expected}");
        }
    }
    let short = backoff(secs(1), Growth::Constant, DAY, Jitter::SmoothDecorrelated);
    let rounded = row(short, 0.5).map(Duration::as_micros);
    assert_eq!(rounded, [897_405, 1_093_004, 2_035_748, 4_045_979, 8_083_632]);
}

#[test]
fn polly_smooth_decorrelated_spreads_as_its_own() {
    let smooth = backoff(secs(1), Growth::Constant, DAY, Jitter::SmoothDecorrelated);
    let mut columns = series::<7>(smooth, 1, 100_000);
    let medians = [0.897, 1.140, 2.019, 4.015, 7.989, 15.97, 32.02];
    let means = [0.871, 1.158, 2.080, 4.131, 8.235, 16.48, 33.0];
    let tails = [1.367, 2.354, 4.034, 8.008, 15.99];
    for (n, column) in columns.iter_mut().enumerate() {
        column.sort_by(f64::total_cmp);
        expect_near(column[50_000], medians[n], 0.015, &format!("median {n}"));
        expect_near(mean(column), means[n], 0.01, &format!("mean {n}"));
        if let Some(&tail) = tails.get(n) {
            expect_near(column[99_000], tail, 0.01, &format!("99 % {n}"));
        }
    }
}

/// The same bits natively and in a browser.
#[test]
fn smooth_decorrelated_has_one_fingerprint() {
    let smooth = backoff(secs(1), Growth::Constant, DAY, Jitter::SmoothDecorrelated);
    let mut rng = Rng::from_seed(1);
    let mut hash = 0;
    for _ in 0..1_000 {
        let mut delays = Delays::default();
        for _ in 0..20 {
            hash = mix(hash ^ smooth.next(&mut delays, &mut rng).as_micros());
        }
    }
    assert_eq!(hash, 0xa183_b612_4c1b_6e1e, "{hash:#018x}");
}

/// Its draws run the other way: 0 is the longest.
#[test]
fn failsafe() {
    let range =
        backoff(millis(55), Growth::Constant, DAY, Jitter::PlusMinusTime { time: millis(45) });
    for (r, expected) in [(0.0, 10), (0.25, 32), (0.5, 55), (0.75, 77), (1.0, 100)] {
        assert_eq!(at(range, 0, r).as_micros() / 1_000, expected, "{r}");
    }
    for jitter in [spread(500), Jitter::PlusMinusTime { time: millis(50) }] {
        let delay = backoff(millis(100), Growth::Constant, DAY, jitter);
        for (r, expected) in [(0.0, 150), (0.25, 125), (0.5, 100), (0.75, 75), (0.9999, 50)] {
            assert_eq!(at(delay, 0, 1.0 - r).as_micros() / 1_000, expected, "{jitter:?} {r}");
        }
    }
    let doubling = backoff(secs(2), Growth::DOUBLING, secs(30), Jitter::None);
    assert_eq!(row(doubling, 0.0), [2, 4, 8, 16, 30].map(secs));
}

#[test]
fn backoff_crate() {
    let two = backoff(micros(2), Growth::Constant, DAY, spread(500));
    for (r, expected) in [(0.0, 1), (0.33, 1), (0.34, 2), (0.66, 2), (0.67, 3), (0.99, 3)] {
        assert_eq!(at(two, 0, r), micros(expected), "{r}");
    }
    let doubling = backoff(millis(500), Growth::DOUBLING, secs(5), spread(0));
    assert_eq!(row(doubling, 0.7), [500, 1_000, 2_000, 4_000, 5_000, 5_000].map(millis));
}

#[test]
fn tenacity() {
    let doubling = |cap| backoff(secs(1), Growth::DOUBLING, secs(cap), Jitter::None);
    assert_eq!(row(doubling(1_000), 0.0), [1, 2, 4, 8, 16, 32, 64, 128].map(secs));
    assert_eq!(row(doubling(40), 0.0), [1, 2, 4, 8, 16, 32, 40, 40].map(secs));
    assert_eq!(at(doubling(86_400), 19, 0.0), DAY, "2^19 s are more than a day");

    let added = Jitter::AddedTime { time: secs(1) };
    let exponential_jitter = backoff(secs(1), Growth::DOUBLING, secs(60), added);
    let expected = [(1, 2), (2, 3), (4, 5), (8, 9), (16, 17), (32, 33), (60, 60)];
    assert_eq!(ranges(exponential_jitter), expected.map(|(least, most)| (secs(least), secs(most))));

    let random = backoff(millis(500), Growth::DOUBLING, secs(60), Jitter::Full);
    let most = [500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000].map(millis);
    assert_eq!(ranges(random), most.map(|most| (Duration::ZERO, most)));
    let means = [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0];
    for (draws, expected) in series::<8>(random, 2, 4_000).iter().zip(means) {
        expect_near(mean(draws), expected, 0.08, "mean");
    }
}

#[test]
fn resilience4j() {
    let randomized = backoff(millis(100), Growth::Constant, DAY, spread(500));
    assert_eq!(ranges(randomized), [(millis(50), millis(150)); 3]);
    let doubling = backoff(millis(100), Growth::DOUBLING, secs(100), Jitter::None);
    let row = row::<13>(doubling, 0.0);
    assert!(row[..11].is_sorted_by(|a, b| a < b), "{row:?}");
    assert_eq!(row[11..], [secs(100); 2]);
    let jitter = spread(1_001);
    assert!(Backoff::new(BackoffConfig { jitter, ..BackoffConfig::default() }).is_err());
}

#[test]
fn failsafe_rs_and_recloser() {
    let failsafe = backoff(secs(10), Growth::DOUBLING, secs(100), Jitter::None);
    assert_eq!(row(failsafe, 0.0), [10, 20, 40, 80, 100, 100].map(secs));
    let recloser = backoff(secs(1), Growth::DOUBLING, secs(5), Jitter::None);
    assert_eq!(row(recloser, 0.0), [1, 2, 4, 5, 5].map(secs));
}

#[test]
fn backon() {
    let with = |growth, jitter| backoff(secs(1), growth, secs(60), jitter);
    assert_eq!(row(with(Growth::DOUBLING, Jitter::None), 0.0), [1, 2, 4].map(secs));
    assert_eq!(row(with(factor(1_500), Jitter::None), 0.0), [1_000, 1_500, 2_250].map(millis));
    let jittered = with(Growth::DOUBLING, Jitter::AddedShare { per_mille: 1_000 });
    assert_eq!(ranges(jittered), [(1, 2), (2, 4), (4, 8)].map(|(a, b)| (secs(a), secs(b))));
    let fibonacci = with(Growth::Fibonacci, Jitter::None);
    assert_eq!(row(fibonacci, 0.0), [1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 60].map(secs));
    let capped = backoff(secs(1), Growth::Fibonacci, secs(2), Jitter::None);
    assert_eq!(row(capped, 0.0), [1, 1, 2, 2].map(secs));
}

#[test]
fn tower_and_envoy() {
    let share = Jitter::AddedShare { per_mille: 990 };
    let tower = backoff(millis(50), Growth::DOUBLING, millis(150), share);
    let expected = [(50_000, 99_500), (100_000, 150_000), (150_000, 150_000)];
    assert_eq!(ranges(tower), expected.map(|(least, most)| (micros(least), micros(most))));
    let envoy = backoff(millis(25), Growth::Mersenne, millis(250), Jitter::Full);
    let most = [25, 75, 175, 250, 250].map(millis);
    assert_eq!(ranges(envoy), most.map(|most| (Duration::ZERO, most)));
}

/// The simulator of AWS counts retries from 1, so that a base of 5 ms there is one of 10 ms here,
/// but for the decorrelated jitter.
#[test]
fn aws_means_by_retry() {
    let with = |base, cap, jitter| backoff(millis(base), Growth::DOUBLING, cap, jitter);
    let cap = millis(2_000);
    let full = [5.0, 10.0, 20.0, 40.0, 80.0, 160.0, 320.0, 640.0, 1_000.0, 1_000.0];
    let equal = full.map(|mean| mean * 1.5);
    let decorrelated = [10.0, 17.5, 28.7, 45.6, 70.9, 109.0, 164.0, 232.0, 307.0, 382.0];
    let mut uncapped = [0.0; 10];
    let mut power = 1.0;
    for mean in &mut uncapped {
        power *= 1.5;
        *mean = 5.0 * (2.0 * power - 1.0);
    }
    for (backoff, expected, share) in [
        (with(10, cap, Jitter::Full), full, 0.01),
        (with(10, cap, Jitter::Equal), equal, 0.01),
        (with(5, cap, Jitter::Decorrelated), decorrelated, 0.015),
        (with(5, DAY, Jitter::Decorrelated), uncapped, 0.03),
    ] {
        for (n, draws) in series::<10>(backoff, 3, 100_000).iter().enumerate() {
            let what = format!("{:?} {n}", backoff.config());
            expect_near(mean(draws) * 1_000.0, expected[n], share, &what);
        }
    }
}
