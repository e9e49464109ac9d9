//! The clicks for a stretch of time: how many, when, and how loud.
//!
//! Only the number of attempts in each tenth of a second is known. They are spread over it, and each
//! click has a pseudo-random position within its stretch, the same each time: evenly spaced clicks
//! would be heard as a tone.

use fusebox::time::Instant;
use fusebox_lab::herd::Bucket;

/// The largest number of clicks in a stretch; if more attempts come, a click stands for several.
pub(super) const CLICKS_MAX: u64 = 40;

/// The number of loudness levels.
pub(super) const LEVELS: usize = 8;

/// A click.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Click {
    /// Its time as a share of the stretch.
    pub(super) share: f64,
    /// The number of attempts that it stands for.
    pub(super) attempts: u64,
}

/// The clicks for the attempts between two moments.
pub(super) fn clicks(buckets: &[Bucket], from: Instant, to: Instant) -> Vec<Click> {
    let [first, last] = [from, to].map(|at| before(buckets, at.as_micros()));
    let all = last.saturating_sub(first);
    let count = all.min(CLICKS_MAX);
    let until = |n: u64| all * n / count;
    let click = |n: u64| Click {
        share: (float(n) + chance(first + n)) / float(count),
        attempts: until(n + 1) - until(n),
    };
    (0..count).map(click).collect()
}

/// The loudness level for a number of attempts, from 0 to [`LEVELS`] - 1: one more for each doubling.
pub(super) fn level(attempts: u64) -> usize {
    let doublings = attempts.checked_ilog2().unwrap_or(0);
    usize::try_from(doublings).unwrap_or(LEVELS).min(LEVELS - 1)
}

/// The number of attempts before a moment.
fn before(buckets: &[Bucket], at: u64) -> u64 {
    let length = Bucket::LENGTH.as_micros();
    let whole = usize::try_from(at / length).unwrap_or(usize::MAX).min(buckets.len());
    let earlier: u64 = buckets[..whole].iter().map(|it| u64::from(it.attempts())).sum();
    let now = buckets.get(whole).map_or(0, |bucket| bucket.attempts().into());
    earlier + (now * (at % length) + length / 2) / length
}

/// A pseudo-random number from 0 to 1.
fn chance(k: u64) -> f64 {
    // Multiples of the golden ratio are evenly spread, so they are mixed once more.
    let mixed = (k + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29);
    float(mixed.wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 54) / 1_024.0
}

#[expect(clippy::cast_precision_loss, reason = "small numbers")]
const fn float(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn buckets(attempts: &[u32]) -> Vec<Bucket> {
        attempts.iter().map(|&retries| Bucket { retries, ..Bucket::default() }).collect()
    }

    /// The clicks of a run that is played in frames of this length in microseconds.
    fn frames(buckets: &[Bucket], length: u64) -> Vec<Vec<Click>> {
        let end = buckets.len() as u64 * Bucket::LENGTH.as_micros();
        let frame = |n| {
            let [from, to] = [n, n + 1].map(|n: u64| Instant::from_micros((n * length).min(end)));
            clicks(buckets, from, to)
        };
        (0..end.div_ceil(length)).map(frame).collect()
    }

    #[test]
    fn each_attempt_is_heard_once_however_long_the_frames_are() {
        let counts = [0, 1, 7, 40, 41, 1_000, 100_000, 3];
        let buckets = buckets(&counts);
        for length in [1_667, 16_667, 33_333, 100_000, 333_340, 2_000_000] {
            let frames = frames(&buckets, length);
            let heard: u64 = frames.iter().flatten().map(|click| click.attempts).sum();
            assert_eq!(heard, counts.iter().map(|it| u64::from(*it)).sum::<u64>(), "{length}");
            for frame in frames {
                assert!(frame.len() as u64 <= CLICKS_MAX, "{}", frame.len());
                assert!(frame.is_sorted_by(|a, b| a.share <= b.share));
                assert!(frame.iter().all(|click| (0.0..1.0).contains(&click.share)));
            }
        }
    }

    #[test]
    fn few_attempts_are_a_click_each_and_many_are_fewer_and_louder() {
        let clicks = |attempts| {
            let buckets = buckets(&[attempts]);
            clicks(&buckets, Instant::ZERO, Instant::from_micros(100_000))
        };
        assert_eq!(clicks(0), []);
        assert!(clicks(40).len() == 40 && clicks(40).iter().all(|click| click.attempts == 1));
        let many = clicks(4_000);
        assert_eq!(many.len(), 40);
        assert!(many.iter().all(|click| (98..=102).contains(&click.attempts)), "{many:?}");
        assert!(level(many[0].attempts) > level(1));
    }

    #[test]
    fn attempts_are_spread_over_their_tenth_of_a_second_but_not_evenly() {
        let clicks = clicks(&buckets(&[20]), Instant::ZERO, Instant::from_micros(100_000));
        let moments: Vec<_> = clicks.iter().map(|click| click.share * 20.0).collect();
        let gaps: Vec<_> = moments.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert!(
            moments.iter().zip(0..).all(|(at, k)| (f64::from(k)..f64::from(k + 1)).contains(at)),
            "{moments:?}"
        );
        let (least, most) = gaps
            .iter()
            .fold((9.0_f64, 0.0_f64), |(least, most), gap| (least.min(*gap), most.max(*gap)));
        assert!(most > 2.0 * least, "{gaps:?}");
    }

    #[test]
    fn nothing_comes_after_the_end_or_backwards() {
        let buckets = buckets(&[5, 5]);
        let at = Instant::from_micros;
        assert_eq!(clicks(&buckets, at(200_000), at(900_000)), []);
        assert_eq!(clicks(&buckets, at(150_000), at(50_000)), []);
        assert_eq!(clicks(&[], at(0), at(50_000)), []);
    }

    #[test]
    fn loudness_grows_with_each_doubling_and_has_an_end() {
        assert_eq!([0, 1, 2, 3, 4, 100, u64::MAX].map(level), [0, 0, 1, 1, 2, 6, LEVELS - 1]);
    }
}
