//! What independent runs say of a mean: an interval that holds it with a known chance.

/// The mean over independent runs, and how far the true one may be from it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Interval {
    pub(crate) mean: f64,
    pub(crate) half_width: f64,
}

/// So many runs are made where nothing else is said.
pub(crate) const RUNS: usize = 20;

/// The 99.5 % quantile of Student's t with [`RUNS`] - 1 degrees of freedom.
const STUDENT: f64 = 2.8609;

impl Interval {
    /// The interval that holds the true mean in 99 % of cases, from [`RUNS`] independent runs.
    ///
    /// One of a hundred misses. Seeds are fixed, so that none of them does so by turns; but where a
    /// change moves what is drawn, a single narrow miss is to be looked at with other seeds first.
    pub(crate) fn of(values: &[f64]) -> Self {
        assert_eq!(values.len(), RUNS, "the quantile is for so many");
        Self { mean: mean(values), half_width: STUDENT * standard_error(values) }
    }

    /// Asserts that the interval is narrow enough to say something, and that it holds the truth.
    #[track_caller]
    pub(crate) fn assert_holds(self, truth: f64, widest: f64, what: &str) {
        let width = self.half_width / truth;
        assert!(width <= widest, "{what}: {self:?} is too wide to say anything of {truth}");
        let off = (self.mean - truth).abs();
        assert!(off <= self.half_width, "{what}: {self:?} does not hold {truth}");
    }

    pub(crate) fn holds(self, truth: f64) -> bool {
        (self.mean - truth).abs() <= self.half_width
    }
}

pub(crate) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / count(values)
}

/// The sample standard deviation.
pub(crate) fn deviation(values: &[f64]) -> f64 {
    let mean = mean(values);
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (squares / (count(values) - 1.0)).sqrt()
}

/// The standard error of the mean.
pub(crate) fn standard_error(values: &[f64]) -> f64 {
    deviation(values) / count(values).sqrt()
}

#[expect(clippy::cast_precision_loss, reason = "a few runs")]
fn count(values: &[f64]) -> f64 {
    values.len() as f64
}

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
pub(crate) fn ratio(part: u64, whole: u64) -> f64 {
    part as f64 / whole as f64
}

#[test]
fn an_interval_is_that_of_the_book() {
    // 1 to 20: the mean is 10.5, the variance 35, the standard error the root of 1.75.
    let values: Vec<f64> = (1..=20).map(f64::from).collect();
    let interval = Interval::of(&values);
    assert!((interval.mean - 10.5).abs() < 1e-12);
    assert!((interval.half_width - 2.8609 * 1.322_876).abs() < 1e-4, "{interval:?}");
    assert!(interval.holds(10.5 + 3.78) && !interval.holds(10.5 + 3.79));
}
