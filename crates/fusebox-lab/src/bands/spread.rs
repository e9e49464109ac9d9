//! The spread of a number over the seeds.

/// A number over several seeds. A missing number counts as larger than any other.
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
    pub low: u32,
    /// The median.
    pub median: f64,
    /// The 95th percentile.
    pub high: u32,
}

/// None of its numbers is a `NaN`.
impl Eq for BucketSpread {}

impl Spread {
    pub(super) fn of(values: Vec<Option<f64>>) -> Option<Self> {
        let absent = values.iter().filter(|value| value.is_none()).count();
        let mut values: Vec<f64> =
            values.into_iter().map(|value| value.unwrap_or(f64::INFINITY)).collect();
        values.sort_by(f64::total_cmp);
        let seeds = values.len();
        let (low, high) = ends(seeds)?;
        let median = f64::midpoint(values[(seeds - 1) / 2], values[seeds / 2]);
        let known = |value: f64| value.is_finite().then_some(value);
        let (low, median, high) = (known(values[low]), known(median), known(values[high]));
        Some(Self { seeds, absent, low, median, high })
    }
}

impl BucketSpread {
    pub(super) fn of(mut counts: Vec<u32>) -> Option<Self> {
        counts.sort_unstable();
        let (low, high) = ends(counts.len())?;
        let (one, other) = (counts[(counts.len() - 1) / 2], counts[counts.len() / 2]);
        let median = f64::midpoint(one.into(), other.into());
        Some(Self { low: counts[low], median, high: counts[high] })
    }
}

/// The indices of both percentiles among this many sorted numbers. At most 5 % are outside on either side,
/// and none with up to 20 numbers.
const fn ends(count: usize) -> Option<(usize, usize)> {
    if count == 0 {
        return None;
    }
    let low = count.div_ceil(20) - 1;
    Some((low, count - 1 - low))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_has_its_percentiles_at_their_places() {
        let spread = |count: u32| {
            let numbers = (0..count).map(|n| Some(f64::from(n * 7 % count))).collect();
            Spread::of(numbers).map(|it| (it.low.unwrap(), it.median.unwrap(), it.high.unwrap()))
        };
        assert_eq!(spread(0), None);
        assert_eq!(spread(1), Some((0.0, 0.0, 0.0)));
        assert_eq!(spread(20), Some((0.0, 9.5, 19.0)));
        assert_eq!(spread(22), Some((1.0, 10.5, 20.0)));
        assert_eq!(spread(200), Some((9.0, 99.5, 190.0)));
    }

    #[test]
    fn never_is_beyond_every_number() {
        let spread = Spread::of(vec![None, Some(1.0), Some(2.0)]).unwrap();
        let expected =
            Spread { seeds: 3, absent: 1, low: Some(1.0), median: Some(2.0), high: None };
        assert_eq!(spread, expected);
        let spread = Spread::of(vec![None, Some(1.0)]).unwrap();
        assert_eq!((spread.median, spread.high), (None, None));
    }

    #[test]
    fn a_bucket_has_the_same_places() {
        let bucket = BucketSpread::of((1..=40).rev().collect()).unwrap();
        assert_eq!(bucket, BucketSpread { low: 2, median: 20.5, high: 39 });
        assert_eq!(BucketSpread::of(Vec::new()), None);
    }
}
