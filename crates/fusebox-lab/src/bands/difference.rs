//! Whether two lanes differ by more than chance: an exact sign test, seed by seed.
//!
//! With one seed all lanes share common random numbers, so that only the strategy differs. If it made no
//! difference, each lane would be ahead equally often. The test is two-sided; seeds with the same value in
//! both lanes count for neither and are left out, as is usual for this test. Its `p` is that of
//! `scipy.stats.binomtest(larger, larger + smaller)`.
//!
//! Of many pairs of lanes some would seem to differ by chance. So each `p` is corrected for the number of
//! pairs (S. Holm, "A simple sequentially rejective multiple test procedure", 1979): if no pair differs,
//! the chance that any is said to is at most 5 %.

use crate::herd::Measure;
use crate::words::float;
use crate::words::list;
use std::cmp::Ordering;

/// The largest `p` of a difference.
const LEVEL: f64 = 0.05;

/// The fewest seeds that can show a difference between any of this many pairs of lanes: 6 for one pair,
/// since five seeds agree by chance in 2 of 2⁵ cases, and six in 2 of 2⁶.
#[must_use]
pub fn seeds_least(pairs: usize) -> usize {
    let (mut seeds, mut p) = (1, float(pairs.max(1) as u64));
    while p > LEVEL {
        (seeds, p) = (seeds + 1, p / 2.0);
    }
    seeds
}

/// How one lane differs from another in a measure, seed by seed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// The two lanes, from 0.
    pub lanes: (usize, usize),
    /// The number of pairs that are compared with this one.
    pub pairs: usize,
    /// The probability that chance alone splits the seeds at least as unevenly, corrected for the number
    /// of pairs; 1 if no seed differs.
    pub p: f64,
    /// Seeds with which the first lane has more; not within the run counts as more than any time.
    pub larger: usize,
    /// Seeds with which the first lane has less.
    pub smaller: usize,
    /// Seeds with which both have the same.
    pub same: usize,
}

/// The verdict on a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The first lane has more, by more than chance.
    Larger,
    /// The first lane has less, by more than chance.
    Smaller,
    /// Both have the same under every seed.
    Same,
    /// The difference may be chance.
    Noise,
    /// There are fewer than [`seeds_least`] seeds for which the measure is defined.
    TooFew,
}

impl Verdict {
    /// Its name in files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Larger => "larger",
            Self::Smaller => "smaller",
            Self::Same => "same",
            Self::Noise => "noise",
            Self::TooFew => "too_few_seeds",
        }
    }
}

/// Corrects the `p` of all pairs that are compared, by Holm's method: the smallest is multiplied by the
/// number of pairs, the next by one less, and none becomes smaller than the one before.
pub(super) fn correct(pairs: &mut [Difference]) {
    let count = pairs.len();
    let mut order: Vec<_> = pairs.iter_mut().collect();
    order.sort_by(|a, b| a.p.total_cmp(&b.p));
    let mut least = 0.0;
    for (n, pair) in order.into_iter().enumerate() {
        least = f64::max(least, f64::min(pair.p * float((count - n) as u64), 1.0));
        (pair.p, pair.pairs) = (least, count);
    }
}

/// The probability of the sign test for one pair.
fn sign_test(larger: usize, smaller: usize) -> f64 {
    let (few, differing) = (larger.min(smaller), larger + smaller);
    // The probability of each split by its smaller side, from 0 on.
    let (mut split, mut tail) = ((0..differing).fold(1.0, |p, _| p / 2.0), 0.0);
    for n in 0..=few as u64 {
        tail += split;
        split *= float(differing as u64 - n) / float(n + 1);
    }
    f64::min(2.0 * tail, 1.0)
}

impl Difference {
    /// The difference of two lanes alone.
    pub(super) fn of(
        measure: &Measure,
        lanes: (usize, usize),
        values: impl Iterator<Item = (Option<f64>, Option<f64>)>,
    ) -> Self {
        let (mut larger, mut smaller, mut same) = (0, 0, 0);
        for (one, other) in values {
            let known = [one, other].map(|value| measure.none.comparable(value));
            let [Some(one), Some(other)] = known else { continue };
            match one.total_cmp(&other) {
                Ordering::Greater => larger += 1,
                Ordering::Less => smaller += 1,
                Ordering::Equal => same += 1,
            }
        }
        Self { lanes, pairs: 1, p: sign_test(larger, smaller), larger, smaller, same }
    }

    /// The number of seeds for which both lanes have a value.
    #[must_use]
    pub const fn seeds(&self) -> usize {
        self.larger + self.smaller + self.same
    }

    /// The verdict: the lanes differ if there are enough seeds and `p` is at most 5 %.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let seeds = self.seeds();
        if seeds < seeds_least(self.pairs) {
            Verdict::TooFew
        } else if self.same == seeds {
            Verdict::Same
        } else if self.p > LEVEL {
            Verdict::Noise
        } else if self.larger > self.smaller {
            Verdict::Larger
        } else {
            Verdict::Smaller
        }
    }

    /// Whether the difference is larger than the noise.
    #[must_use]
    pub fn differs(&self) -> bool {
        matches!(self.verdict(), Verdict::Larger | Verdict::Smaller)
    }

    /// The verdict in words.
    #[must_use]
    pub fn words(&self) -> String {
        let seeds = self.seeds();
        let larger = ("larger", self.larger);
        let smaller = ("smaller", self.smaller);
        let sides = if self.larger >= self.smaller { [larger, smaller] } else { [smaller, larger] };
        let counts = [sides[0], sides[1], ("the same", self.same)].into_iter();
        let counts = counts.filter(|(_, count)| *count > 0);
        let counts: Vec<_> = counts.map(|(what, count)| format!("{what} with {count}")).collect();
        let counts = format!("{} of {seeds} seeds (p {})", list(&counts), p_value(self.p));
        match self.verdict() {
            Verdict::Larger | Verdict::Smaller => counts,
            Verdict::Same => format!("the same with all {seeds} seeds"),
            Verdict::Noise => format!("within the noise: {counts}"),
            Verdict::TooFew => {
                let least = seeds_least(self.pairs);
                format!("unknown: {seeds} seeds are too few; at least {least} are needed")
            }
        }
    }
}

/// A probability with two digits, or a bound if it is tiny.
fn p_value(p: f64) -> String {
    if p < 0.000_1 {
        return "< 0.0001".to_owned();
    }
    let digits = [0.1, 0.01, 0.001].iter().filter(|step| p < **step).count() + 2;
    let text = format!("{p:.digits$}");
    format!("= {}", text.trim_end_matches('0').trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pair of lanes that is compared alone.
    fn alone(larger: usize, smaller: usize, same: usize) -> Difference {
        let p = sign_test(larger, smaller);
        Difference { lanes: (0, 1), pairs: 1, p, larger, smaller, same }
    }

    fn verdict(larger: usize, smaller: usize, same: usize) -> Verdict {
        alone(larger, smaller, same).verdict()
    }

    /// `statsmodels.stats.multitest.multipletests(p, method='holm')` of statsmodels 0.15.0; the first is
    /// also the example of R's `p.adjust`.
    #[test]
    fn the_correction_for_many_pairs_is_that_of_a_reference_implementation() {
        let reference: [(&[f64], &[f64]); 4] = [
            (&[0.01, 0.02, 0.03, 0.04, 0.05], &[0.05, 0.08, 0.09, 0.09, 0.09]),
            (&[0.000_1, 0.04, 0.03, 0.02], &[0.000_4, 0.06, 0.06, 0.06]),
            (&[0.5, 0.001, 0.9, 0.012, 0.012, 0.2], &[1.0, 0.006, 1.0, 0.06, 0.06, 0.6]),
            (&[1.0, 1.0, 0.031], &[1.0, 1.0, 0.093]),
        ];
        for (raw, expected) in reference {
            let mut pairs: Vec<_> =
                raw.iter().map(|&p| Difference { p, ..alone(20, 0, 0) }).collect();
            correct(&mut pairs);
            for (pair, expected) in pairs.iter().zip(expected) {
                assert!((pair.p - expected).abs() < 1e-12, "{raw:?}: {} {expected}", pair.p);
                assert_eq!(pair.pairs, raw.len());
            }
        }
    }

    #[test]
    fn more_pairs_take_more_seeds() {
        assert_eq!([1, 2, 3, 6, 28].map(seeds_least), [6, 7, 7, 8, 11]);
        let mut three = [alone(6, 0, 0); 3];
        correct(&mut three);
        assert_eq!(three[0].verdict(), Verdict::TooFew);
        let mut three = [alone(7, 0, 0), alone(7, 0, 0), alone(3, 4, 0)];
        correct(&mut three);
        assert_eq!(
            three.map(|it| it.verdict()),
            [Verdict::Larger, Verdict::Larger, Verdict::Noise]
        );
        // Alone they would differ: p is 0.041.
        let mut many = [alone(15, 5, 0); 2];
        correct(&mut many);
        assert_eq!(many[0].verdict(), Verdict::Noise);
    }

    #[test]
    fn seeds_must_be_enough_and_ties_count_for_neither_lane() {
        assert_eq!(verdict(5, 0, 0), Verdict::TooFew);
        assert_eq!(verdict(0, 0, 0), Verdict::TooFew);
        assert_eq!(verdict(0, 0, 5), Verdict::TooFew);
        assert_eq!(verdict(6, 0, 0), Verdict::Larger);
        assert_eq!(verdict(0, 6, 0), Verdict::Smaller);
        assert_eq!(verdict(17, 0, 3), Verdict::Larger);
        assert_eq!(verdict(0, 17, 3), Verdict::Smaller);
        assert_eq!(verdict(6, 0, 194), Verdict::Larger);
        assert_eq!(verdict(5, 0, 15), Verdict::Noise);
        assert_eq!(verdict(15, 5, 0), Verdict::Larger);
        assert_eq!(verdict(14, 6, 0), Verdict::Noise);
        assert_eq!(verdict(0, 0, 6), Verdict::Same);
        assert_eq!(verdict(100, 100, 0), Verdict::Noise);
    }

    /// `scipy.stats.binomtest(larger, larger + smaller).pvalue` of `SciPy` 1.17.1; it takes no empty list.
    #[test]
    fn p_is_that_of_a_reference_implementation() {
        let reference = [
            (1, 0, 1.0),
            (2, 0, 0.5),
            (1, 1, 1.0),
            (3, 0, 0.25),
            (2, 1, 1.0),
            (5, 0, 0.062_5),
            (6, 0, 0.031_25),
            (17, 0, 1.525_878_906_25e-5),
            (15, 5, 0.041_389_465_332_031_25),
            (14, 6, 0.115_318_298_339_843_75),
            (18, 1, 7.629_394_531_25e-5),
            (10, 10, 1.0),
            (115, 85, 0.040_037_191_613_399_5),
            (114, 86, 0.055_965_740_494_264_71),
            (200, 0, 1.244_603_055_572_228_3e-60),
        ];
        for (larger, smaller, p) in reference {
            for (larger, smaller) in [(larger, smaller), (smaller, larger)] {
                let ours = sign_test(larger, smaller);
                assert!((ours / p - 1.0).abs() < 1e-12, "{larger} and {smaller}: {ours}");
            }
        }
        assert!((sign_test(0, 0) - 1.0).abs() < 1e-15);
    }

    /// Each seed is one of two sides: all outcomes are as likely, so they can be counted.
    #[test]
    fn p_is_the_share_of_outcomes_that_are_as_uneven() {
        for seeds in 1..=14_u32 {
            let unevenness = |sides: u32| (2 * sides.count_ones()).abs_diff(seeds);
            for larger in 0..=seeds {
                let own = (2 * larger).abs_diff(seeds);
                let as_uneven = (0..1_u32 << seeds).filter(|it| unevenness(*it) >= own).count();
                let share = float(as_uneven as u64) / float(1 << seeds);
                let (larger, smaller) = (larger as usize, (seeds - larger) as usize);
                let p = sign_test(larger, smaller);
                assert!((p - share).abs() < 1e-12, "{larger} and {smaller}: {p} {share}");
            }
        }
    }

    #[test]
    fn the_words_state_the_counts_and_the_probability() {
        let words = |larger, smaller, same| alone(larger, smaller, same).words();
        let all = [
            (words(20, 0, 0), "larger with 20 of 20 seeds (p < 0.0001)"),
            (words(17, 0, 3), "larger with 17 and the same with 3 of 20 seeds (p < 0.0001)"),
            (words(5, 15, 0), "smaller with 15 and larger with 5 of 20 seeds (p = 0.041)"),
            (words(0, 6, 0), "smaller with 6 of 6 seeds (p = 0.031)"),
            (
                words(6, 7, 7),
                "within the noise: smaller with 7, larger with 6 and the same with 7 of 20 seeds \
                 (p = 1)",
            ),
            (words(0, 0, 20), "the same with all 20 seeds"),
            (words(3, 0, 0), "unknown: 3 seeds are too few; at least 6 are needed"),
        ];
        for (words, expected) in all {
            assert_eq!(words, expected);
        }
        assert_eq!([0.5, 0.11, 0.000_31].map(p_value), ["= 0.5", "= 0.11", "= 0.00031"]);
    }

    #[test]
    fn never_is_more_than_any_time_and_nothing_says_nothing() {
        let recovery = Measure::find("recovered_after").unwrap();
        let pairs = [(None, Some(9.0)), (Some(1.0), None), (None, None), (Some(1.0), Some(2.0))];
        let difference = Difference::of(recovery, (0, 1), pairs.into_iter());
        assert_eq!(difference, alone(1, 2, 1));
        let rate = Measure::find("failure_rate").unwrap();
        assert_eq!(Difference::of(rate, (0, 1), pairs.into_iter()).seeds(), 1);
    }
}
