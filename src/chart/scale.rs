//! Maps values and moments to positions in a chart, and chooses those that are labelled.

use std::ops::Range;

/// The vertical scale of a chart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Scale {
    /// Linear, from 0 to the largest value.
    Linear { most: f64 },
    /// Logarithmic; both ends are powers of ten.
    Log { least: f64, most: f64 },
}

impl Scale {
    /// The logarithmic scale for values from one to another; it spans at least two powers of ten.
    pub(crate) fn log(values: Range<f64>) -> Self {
        let low = values.start.log10().floor();
        let high = values.end.log10().ceil().max(low + 2.0);
        Self::Log { least: 10_f64.powf(low), most: 10_f64.powf(high) }
    }

    /// The value at the bottom.
    pub(super) const fn least(self) -> f64 {
        match self {
            Self::Linear { .. } => 0.0,
            Self::Log { least, .. } => least,
        }
    }

    /// The height of a value, from 0 to 1; NaN stays NaN.
    pub(super) fn share(self, value: f64) -> f64 {
        let share = match self {
            Self::Linear { most } => value / most,
            Self::Log { least, most } => (value.max(least) / least).ln() / (most / least).ln(),
        };
        // On a logarithmic scale, `max` has turned NaN into a number.
        if value.is_nan() { value } else { share.clamp(0.0, 1.0) }
    }

    /// The values that are labelled.
    pub(super) fn ticks(self) -> Vec<f64> {
        match self {
            Self::Linear { most } => {
                let step = nice_step(most / 4.0).max(1.0);
                // A little more than the top, so that rounding does not lose the last value.
                steps(0.0, step, most + step / 1e6)
            }
            Self::Log { least, most } => {
                let next = |value: &f64| Some(value * 10.0).filter(|next| *next < most * 1.5);
                std::iter::successors(Some(least), next).collect()
            }
        }
    }
}

/// The moments that are labelled, in seconds: as many as have room within this width in pixels.
pub(crate) fn moments(time: &Range<f64>, pixels: f64) -> Vec<f64> {
    const STEPS: [f64; 9] = [1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 60.0, 120.0];
    let least = (time.end - time.start) / (pixels / 58.0).max(1.0);
    let step = STEPS.into_iter().find(|step| *step >= least).unwrap_or_else(|| nice_step(least));
    steps((time.start / step).ceil() * step, step, time.end + step / 1e6)
}

/// The values from one to another in steps; the number of them is bounded for any input.
fn steps(first: f64, step: f64, last: f64) -> Vec<f64> {
    let next = |value: &f64| Some(value + step);
    let values = std::iter::successors(Some(first), next);
    values.take_while(|value| *value <= last).take(50).collect()
}

/// The smallest number of the series 1, 2, 5, 10, 20, 50 ... that is not below this one.
fn nice_step(value: f64) -> f64 {
    nice(value, &[1.0, 2.0, 5.0])
}

/// The smallest number of the series 1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 12 ... that is not below
/// this one.
pub(crate) fn nice_ceiling(value: f64) -> f64 {
    nice(value, &[1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0])
}

fn nice(value: f64, row: &[f64]) -> f64 {
    let mut power = 1.0;
    loop {
        for factor in row {
            if power * factor >= value || power > 1e12 {
                return power * factor;
            }
        }
        power *= 10.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Equal but for rounding.
    #[track_caller]
    fn near(found: &[f64], expected: &[f64]) {
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() <= 1e-9 * expected.abs(), "{found} for {expected}");
        }
    }

    #[test]
    fn ceilings_are_round() {
        for (value, ceiling) in [(0.0, 1.0), (1.0, 1.0), (182.0, 200.0), (1_050.0, 1_200.0)] {
            near(&[nice_ceiling(value)], &[ceiling]);
        }
    }

    #[test]
    fn few_and_round_values_are_written() {
        near(&Scale::Linear { most: 250.0 }.ticks(), &[0.0, 100.0, 200.0]);
        near(&Scale::Linear { most: 80.0 }.ticks(), &[0.0, 20.0, 40.0, 60.0, 80.0]);
        near(&Scale::Linear { most: 1.0 }.ticks(), &[0.0, 1.0]);
        near(&Scale::log(3.0..1_700.0).ticks(), &[1.0, 10.0, 100.0, 1_000.0, 10_000.0]);
        near(&Scale::log(40.0..41.0).ticks(), &[10.0, 100.0, 1_000.0]);
        near(&moments(&(0.0..60.0), 300.0), &[0.0, 15.0, 30.0, 45.0, 60.0]);
        near(&moments(&(0.0..600.0), 300.0), &[0.0, 120.0, 240.0, 360.0, 480.0, 600.0]);
        near(&moments(&(33.0..93.0), 120.0), &[60.0, 90.0]);
    }

    #[test]
    fn a_value_by_magnitude_is_as_far_up_as_its_digits_are_many() {
        let scale = Scale::log(1.0..10_000.0);
        near(&[scale.share(100.0), scale.share(0.0), scale.share(1e9)], &[0.5, 0.0, 1.0]);
        assert!(scale.share(f64::NAN).is_nan());
    }
}
