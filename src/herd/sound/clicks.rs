//! The clicks for a stretch of time: how many, when, and how loud.
//!
//! What is known is how many attempts came in each tenth of a second. They are spread over it, each in a
//! part of its own, and within that by chance that is the same each time: at even distances they would
//! be a tone.

use fusebox::time::Instant;
use fusebox_lab::herd::Bucket;

/// The most clicks in a stretch; where more attempts come, a click is for several.
pub(super) const CLICKS_MAX: u32 = 40;

/// How many loudnesses there are.
pub(super) const LEVELS: usize = 8;

/// A click.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Click {
    /// When, as a share of the stretch.
    pub(super) share: f64,
    /// For how many attempts it is.
    pub(super) attempts: u64,
}

/// The clicks for what comes from one moment on until another.
pub(super) fn clicks(buckets: &[Bucket], from: Instant, to: Instant) -> Vec<Click> {
    let (from, to) = (from.as_micros(), to.as_micros());
    let count = |from: u64, to: u64| before(buckets, to).saturating_sub(before(buckets, from));
    let length = to.saturating_sub(from);
    let all = count(from, to);
    let click = |at: u64, attempts| Click { share: share(at - from, length), attempts };
    if all > u64::from(CLICKS_MAX) {
        let edge = |n: u32| from + length * u64::from(n) / u64::from(CLICKS_MAX);
        let parts = (0..CLICKS_MAX).map(|n| (edge(n), edge(n + 1)));
        let parts = parts.map(|(from, to)| click(from, count(from, to)));
        return parts.filter(|click| click.attempts > 0).collect();
    }
    let first = from / Bucket::LENGTH.as_micros();
    let last = to / Bucket::LENGTH.as_micros();
    let moments = (first..=last).flat_map(|n| {
        let begin = n * Bucket::LENGTH.as_micros();
        let attempts = attempts(buckets, n);
        let those = |until: u64| within(attempts, until.saturating_sub(begin));
        (those(from)..those(to)).map(move |k| begin + moment(k, attempts))
    });
    moments.map(|at| click(at, 1)).collect()
}

/// How loud a click for so many attempts is, from 0 to [`LEVELS`] - 1: one more for each doubling.
pub(super) fn level(attempts: u64) -> usize {
    let doublings = attempts.checked_ilog2().unwrap_or(0);
    usize::try_from(doublings).unwrap_or(LEVELS).min(LEVELS - 1)
}

/// How many attempts come before a moment.
fn before(buckets: &[Bucket], at: u64) -> u64 {
    let n = at / Bucket::LENGTH.as_micros();
    let whole = usize::try_from(n).unwrap_or(usize::MAX).min(buckets.len());
    let earlier: u64 = buckets[..whole].iter().map(|it| u64::from(it.attempts())).sum();
    earlier + within(attempts(buckets, n), at % Bucket::LENGTH.as_micros())
}

/// The attempts of a bucket; none where there is no such bucket.
fn attempts(buckets: &[Bucket], n: u64) -> u64 {
    let bucket = usize::try_from(n).ok().and_then(|n| buckets.get(n));
    bucket.map_or(0, |bucket| bucket.attempts().into())
}

/// How many of a bucket's attempts come in its first microseconds.
fn within(attempts: u64, micros: u64) -> u64 {
    if micros >= Bucket::LENGTH.as_micros() {
        return attempts;
    }
    // Each comes in its own part, so that only the part that is not over yet has to be asked.
    let over = attempts * micros / Bucket::LENGTH.as_micros();
    over + u64::from(over < attempts && moment(over, attempts) < micros)
}

/// When the k-th of a bucket's attempts comes, in microseconds from its beginning.
fn moment(k: u64, attempts: u64) -> u64 {
    const WHOLE: u64 = 1 << 10;
    // Multiples of the golden ratio lie at even distances; mixed once more they look like chance.
    let chance = (k + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29);
    let chance = chance.wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 54;
    Bucket::LENGTH.as_micros() * (k * WHOLE + chance) / (attempts * WHOLE)
}

#[expect(clippy::cast_precision_loss, reason = "microseconds of a frame")]
fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
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
                assert!(frame.len() <= CLICKS_MAX as usize, "{}", frame.len());
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
        let moments: Vec<_> = (0..20).map(|k| moment(k, 20)).collect();
        let gaps: Vec<_> = moments.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert!(moments.iter().zip(0..).all(|(at, k)| at / 5_000 == k), "{moments:?}");
        assert!(gaps.iter().max().unwrap() > &(gaps.iter().min().unwrap() * 2), "{gaps:?}");
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
