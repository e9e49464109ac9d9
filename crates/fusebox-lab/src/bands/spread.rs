//! The spread of a number over the seeds.
//!
//! Percentiles are interpolated between the two nearest numbers, as by default in `NumPy`, R (type 7) and
//! spreadsheets.

use crate::herd::Absent;
use crate::words::float;

/// A number over several seeds. A time that never came counts as later than any other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The number of seeds.
    pub seeds: usize,
    /// The number of seeds without the number.
    pub absent: usize,
    /// The 5th percentile.
    pub low: Option<f64>,
    /// The median.
    pub median: Option<f64>,
    /// The 95th percentile.
    pub high: Option<f64>,
}

/// The attempts in a bucket over several seeds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BucketSpread {
    /// The 5th percentile.
    pub low: f64,
    /// The median.
    pub median: f64,
    /// The 95th percentile.
    pub high: f64,
}

/// None of its numbers is a `NaN`.
impl Eq for BucketSpread {}

impl Spread {
    /// The spread of these values; a number that is not defined is left out of the percentiles.
    pub(super) fn of(values: impl Iterator<Item = Option<f64>>, none: Absent) -> Option<Self> {
        let values: Vec<_> = values.collect();
        let (seeds, absent) = (values.len(), values.iter().filter(|it| it.is_none()).count());
        let known = values.into_iter().filter_map(|value| none.comparable(value));
        let [low, median, high] = percentiles(known.collect());
        (seeds > 0).then_some(Self { seeds, absent, low, median, high })
    }
}

impl BucketSpread {
    pub(super) fn of(counts: impl Iterator<Item = u32>) -> Option<Self> {
        let [low, median, high] = percentiles(counts.map(f64::from).collect());
        Some(Self { low: low?, median: median?, high: high? })
    }
}

/// The 5th, 50th and 95th percentile; none that is infinite, and none of no numbers.
fn percentiles(mut numbers: Vec<f64>) -> [Option<f64>; 3] {
    numbers.sort_by(f64::total_cmp);
    [5, 50, 95].map(|percent| {
        let place = numbers.len().checked_sub(1)? * percent;
        let (below, above) = (numbers[place / 100], numbers[place.div_ceil(100)]);
        let share = float((place % 100) as u64) / 100.0;
        let number = if below < above { below + (above - below) * share } else { below };
        number.is_finite().then_some(number)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spread(values: &[Option<f64>], none: Absent) -> Option<Spread> {
        Spread::of(values.iter().copied(), none)
    }

    /// `numpy.quantile(numbers, [0.05, 0.5, 0.95])` of `NumPy` 2.4.6.
    #[test]
    fn percentiles_are_those_of_a_reference_implementation() {
        let to = |count: u32| (0..count).map(|n| f64::from(n * 13 % count)).collect();
        let reference: [(Vec<f64>, [f64; 3]); 8] = [
            (vec![3.0], [3.0, 3.0, 3.0]),
            (vec![8.0, 3.0], [3.25, 5.5, 7.75]),
            (vec![3.0, 8.0, 4.0], [3.1, 4.0, 7.6]),
            (vec![3.0, 9.0, 3.0, 3.0], [3.0, 3.0, 8.1]),
            (to(20), [0.95, 9.5, 18.05]),
            (to(21), [1.0, 10.0, 19.0]),
            (to(22), [1.05, 10.5, 19.95]),
            (to(200), [9.95, 99.5, 189.05]),
        ];
        for (numbers, expected) in reference {
            let ours = percentiles(numbers).map(Option::unwrap);
            let off = ours.iter().zip(expected).map(|(one, other)| (one - other).abs());
            assert!(off.fold(0.0, f64::max) < 1e-12, "{ours:?}, not {expected:?}");
        }
        assert_eq!(percentiles(Vec::new()), [None; 3]);
    }

    #[test]
    fn never_is_beyond_every_number() {
        let never = |values: &[_]| spread(values, Absent::NotInRun).unwrap();
        let some = never(&[None, Some(1.0), Some(2.0)]);
        assert_eq!((some.seeds, some.absent), (3, 1));
        assert_eq!((some.median, some.high), (Some(2.0), None));
        assert!((some.low.unwrap() - 1.1).abs() < 1e-12);
        let half = never(&[None, Some(1.0)]);
        assert_eq!((half.low, half.median, half.high), (None, None, None));
        let all = never(&[None, None, None]);
        assert_eq!((all.absent, all.low, all.median), (3, None, None));
        // One of 41 is beyond the 95th percentile.
        let one = [vec![Some(7.0); 40], vec![None]].concat();
        assert_eq!((never(&one).high, never(&one).absent), (Some(7.0), 1));
        assert_eq!(spread(&[], Absent::NotInRun), None);
    }

    #[test]
    fn what_is_not_defined_is_left_out() {
        let some = spread(&[None, Some(1.0), None, Some(2.0)], Absent::Nothing).unwrap();
        assert_eq!((some.seeds, some.absent, some.median), (4, 2, Some(1.5)));
        let none = spread(&[None, None], Absent::Nothing).unwrap();
        assert_eq!((none.absent, none.low, none.high), (2, None, None));
    }

    #[test]
    fn a_bucket_has_the_same_percentiles() {
        let bucket = BucketSpread::of((0..=40).rev()).unwrap();
        assert_eq!(bucket, BucketSpread { low: 2.0, median: 20.0, high: 38.0 });
        assert_eq!(BucketSpread::of(std::iter::empty()), None);
    }
}
