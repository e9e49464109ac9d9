//! The score of a prediction in sentences.

use super::{PeakError, Score};
use crate::words::plural;

impl Score {
    /// How much of the predicted order is right, and how high the peak after the repair is of the lane with
    /// this name.
    #[must_use]
    pub fn sentence(&self, name: &str) -> String {
        let (right, all) = self.pairs;
        let verdict = match self.peak_error() {
            PeakError::Close => "close".to_owned(),
            PeakError::TooLow(factor) => format!("too low by a factor of {}", plain(factor)),
            PeakError::TooHigh(factor) if factor.is_infinite() => "too high".to_owned(),
            PeakError::TooHigh(factor) => format!("too high by a factor of {}", plain(factor)),
        };
        let (peak, predicted) = (times(self.peak), times(self.predicted));
        let peak = format!(
            "The peak of {name} after the repair is {peak} capacity, and your prediction was \
             {predicted}: {verdict}."
        );
        if all == 0 {
            return peak;
        }
        let pairs = plural(all as u64, "pair", "pairs");
        let are = if right == 1 { "is" } else { "are" };
        format!("{right} of {pairs} of lanes {are} in the right order. {peak}")
    }
}

/// A multiple, with a decimal below ten if it is not whole: `1.4×`, `12×`.
#[must_use]
pub fn times(factor: f64) -> String {
    format!("{}×", plain(factor))
}

fn plain(factor: f64) -> String {
    let tenths = (factor * 10.0).round() / 10.0;
    if tenths < 10.0 && tenths.fract() > 0.0 {
        format!("{tenths:.1}")
    } else {
        format!("{factor:.0}")
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::score;

    const PEAK: &str =
        "The peak of A after the repair is 2.4× capacity, and your prediction was 2×: close.";

    #[test]
    fn the_sentence_says_what_the_numbers_say() {
        let tenths = [None, Some(35), Some(0)];
        for (order, pairs) in [
            (&[2, 1, 0][..], "3 of 3 pairs of lanes are"),
            (&[1, 2, 0], "2 of 3 pairs of lanes are"),
            (&[0, 2, 1], "1 of 3 pairs of lanes is"),
            (&[0, 1, 2], "0 of 3 pairs of lanes are"),
        ] {
            let told = score(order, &tenths).sentence("A");
            assert_eq!(told, format!("{pairs} in the right order. {PEAK}"));
        }
        let told = score(&[1, 0], &[None, Some(1)]).sentence("A");
        assert!(told.starts_with("1 of 1 pair of lanes is in the right order."), "{told}");
    }

    #[test]
    fn a_lane_alone_has_no_order() {
        assert_eq!(score(&[0], &[Some(20)]).sentence("A"), PEAK);
        let mut far = score(&[0], &[None]);
        for (peak, told) in [
            (0.8, "is 0.8× capacity, and your prediction was 2×: too high by a factor of 2.5."),
            (61.4, "is 61× capacity, and your prediction was 2×: too low by a factor of 31."),
        ] {
            far.peak = peak;
            assert!(far.sentence("A").ends_with(told));
        }
    }
}
