//! Whether two lanes differ by more than chance: an exact sign test, seed by seed.
//!
//! With one seed all lanes share common random numbers, so that only the strategy differs. If it made no
//! difference, each lane would be ahead equally often, and all of n seeds would agree with a probability
//! of 2 in 2ⁿ. Among many pairs of lanes, one agrees by chance now and then with few seeds, and hardly
//! ever with 20.

use crate::herd::{Absent, Measure};
use std::cmp::Ordering;

/// The fewest seeds that can show a difference. Five that agree may do so by chance: 2 in 2⁵ is more than
/// 5 %, and 2 in 2⁶ is less.
pub const SEEDS_LEAST: usize = 6;

/// How one lane differs from another in a measure, seed by seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Seeds with which the first lane has more; never counts as more than any time.
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
    /// There are fewer than [`SEEDS_LEAST`] seeds for which the measure is defined.
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

impl Difference {
    pub(super) fn of(
        measure: &Measure,
        pairs: impl Iterator<Item = (Option<f64>, Option<f64>)>,
    ) -> Self {
        let mut difference = Self { larger: 0, smaller: 0, same: 0 };
        for (one, other) in pairs {
            let known = |value: Option<f64>| match measure.none {
                Absent::Never => Some(value.unwrap_or(f64::INFINITY)),
                Absent::Nothing => value,
            };
            let (Some(one), Some(other)) = (known(one), known(other)) else { continue };
            match one.total_cmp(&other) {
                Ordering::Greater => difference.larger += 1,
                Ordering::Less => difference.smaller += 1,
                Ordering::Equal => difference.same += 1,
            }
        }
        difference
    }

    /// The number of seeds for which both lanes have a value.
    #[must_use]
    pub const fn seeds(&self) -> usize {
        self.larger + self.smaller + self.same
    }

    /// The verdict: the lanes differ if at least 95 % of the seeds agree, and there are enough
    /// seeds. Seeds with the same value in both lanes count for neither side.
    #[must_use]
    pub const fn verdict(&self) -> Verdict {
        let seeds = self.seeds();
        if seeds < SEEDS_LEAST {
            Verdict::TooFew
        } else if self.same == seeds {
            Verdict::Same
        } else if 20 * self.larger >= 19 * seeds {
            Verdict::Larger
        } else if 20 * self.smaller >= 19 * seeds {
            Verdict::Smaller
        } else {
            Verdict::Noise
        }
    }

    /// Whether the difference is larger than the noise.
    #[must_use]
    pub const fn differs(&self) -> bool {
        matches!(self.verdict(), Verdict::Larger | Verdict::Smaller)
    }

    /// The verdict in words.
    #[must_use]
    pub fn words(&self) -> String {
        let seeds = self.seeds();
        match self.verdict() {
            Verdict::Larger => format!("larger with {} of {seeds} seeds", self.larger),
            Verdict::Smaller => format!("smaller with {} of {seeds} seeds", self.smaller),
            Verdict::Same => format!("the same with all {seeds} seeds"),
            Verdict::Noise => format!(
                "within the noise: larger with {} and smaller with {} of {seeds} seeds",
                self.larger, self.smaller
            ),
            Verdict::TooFew => {
                format!("unknown: {seeds} seeds are too few; at least {SEEDS_LEAST} are needed")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn verdict(larger: usize, smaller: usize, same: usize) -> Verdict {
        Difference { larger, smaller, same }.verdict()
    }

    #[test]
    fn seeds_must_be_enough_and_agree() {
        assert_eq!(verdict(5, 0, 0), Verdict::TooFew);
        assert_eq!(verdict(0, 0, 0), Verdict::TooFew);
        assert_eq!(verdict(6, 0, 0), Verdict::Larger);
        assert_eq!(verdict(0, 6, 0), Verdict::Smaller);
        assert_eq!(verdict(18, 1, 0), Verdict::Noise);
        assert_eq!(verdict(19, 1, 0), Verdict::Larger);
        assert_eq!(verdict(19, 0, 1), Verdict::Larger);
        assert_eq!(verdict(18, 0, 2), Verdict::Noise);
        assert_eq!(verdict(0, 0, 6), Verdict::Same);
        assert_eq!(verdict(100, 100, 0), Verdict::Noise);
    }

    /// The two-sided probability that as many agree by chance is at most 5 % for every number of seeds.
    #[test]
    fn what_is_told_as_a_difference_is_rarely_chance() {
        for seeds in SEEDS_LEAST..=200 {
            let least = (0..=seeds).find(|n| verdict(*n, seeds - n, 0) == Verdict::Larger).unwrap();
            let (mut ways, mut tail) = (0.5_f64.powi(i32::try_from(seeds).unwrap()), 0.0);
            for n in 0..=seeds - least {
                tail += ways;
                let (n, seeds) = (
                    f64::from(u32::try_from(n).unwrap()),
                    f64::from(u32::try_from(seeds).unwrap()),
                );
                ways *= (seeds - n) / (n + 1.0);
            }
            assert!(2.0 * tail <= 0.05, "{least} of {seeds}: {tail}");
        }
    }

    #[test]
    fn never_is_more_than_any_time_and_nothing_says_nothing() {
        let recovery = Measure::find("recovered_after").unwrap();
        let pairs = [(None, Some(9.0)), (Some(1.0), None), (None, None), (Some(1.0), Some(2.0))];
        let difference = Difference::of(recovery, pairs.into_iter());
        assert_eq!(difference, Difference { larger: 1, smaller: 2, same: 1 });
        let normal = Measure::find("peak_ratio").unwrap();
        assert_eq!(Difference::of(normal, pairs.into_iter()).seeds(), 1);
    }
}
