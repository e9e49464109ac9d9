//! The score of a prediction in sentences.

use super::{PeakError, Prediction, Score, Standing};
use crate::words::{list, plural};
use fusebox::time::Duration;

impl Score {
    /// How much of the prediction was right, which lanes recover first and last, and how high the peak
    /// is. The names are those of the lanes in their own order.
    #[must_use]
    pub fn sentence(&self, names: &[String]) -> String {
        let mut sentences = Vec::new();
        if self.pairs.1 > 0 {
            sentences.push(self.order());
        }
        sentences.push(self.ends(names));
        sentences.push(self.height(names));
        sentences.join(" ")
    }

    fn order(&self) -> String {
        let (right, all) = self.pairs;
        let pairs = plural(all as u64, "pair", "pairs");
        match right {
            right if right == all && all == 1 => "The two are in the right order.".to_owned(),
            right if right == all => format!("All {pairs} of lanes are in the right order."),
            0 => format!("None of {pairs} of lanes is in the right order."),
            1 => format!("One of {pairs} of lanes is in the right order."),
            right => format!("{right} of {pairs} of lanes are in the right order."),
        }
    }

    /// Which lane recovers first, and which last.
    fn ends(&self, names: &[String]) -> String {
        let (Some(first), Some(last)) = (self.standings.first(), self.standings.last()) else {
            return String::new();
        };
        let lanes = |of: &Standing| {
            let all = self.standings.iter().filter(|it| it.from == of.from);
            let all = all.map(|it| names.get(it.lane).cloned().unwrap_or_default());
            list(&all.collect::<Vec<_>>())
        };
        let verb = |it: &Standing, one, many| if it.from == it.to { one } else { many };
        let (leaders, recover) = (lanes(first), verb(first, "recovers", "recover"));
        match (first.after, last.after) {
            (None, _) => format!("{leaders} never {recover}."),
            (Some(after), _) if first.from == last.from => {
                format!("{leaders} {recover} {}.", when(after))
            }
            (Some(after), None) => {
                let (others, do_so) = (lanes(last), verb(last, "does", "do"));
                format!("{leaders} {recover} first, {}; {others} never {do_so}.", when(after))
            }
            (Some(after), Some(later)) => {
                let (after, later, others) = (when(after), when(later), lanes(last));
                format!("{leaders} {recover} first, {after}, and {others} last, {later}.")
            }
        }
    }

    fn height(&self, names: &[String]) -> String {
        let name = names.get(Prediction::PEAK_OF).map_or("", String::as_str);
        let verdict = match self.peak_error() {
            PeakError::Close => "close".to_owned(),
            PeakError::TooLow(factor) => format!("too low by a factor of {}", plain(factor)),
            PeakError::TooHigh(factor) if factor.is_infinite() => "too high".to_owned(),
            PeakError::TooHigh(factor) => format!("too high by a factor of {}", plain(factor)),
        };
        let (peak, predicted, unit) = (times(self.peak), times(self.predicted), self.unit);
        format!(
            "The peak of {name} is {peak} {unit}, and your prediction was {predicted}: {verdict}."
        )
    }
}

fn when(after: Duration) -> String {
    if after == Duration::ZERO {
        return "at once".to_owned();
    }
    format!("{:.1} s after the repair", after.as_secs_f64())
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

    fn told(order: &[usize], tenths: &[Option<u64>]) -> String {
        score(order, tenths).sentence(&["A", "B", "C"].map(str::to_owned))
    }

    const PEAK: &str = "The peak of A is 12× normal, and your prediction was 10×: close.";

    #[test]
    fn the_sentence_says_what_the_numbers_say() {
        let tenths = [None, Some(35), Some(0)];
        let order = "C recovers first, at once; A never does.";
        assert_eq!(
            told(&[2, 1, 0], &tenths),
            format!("All 3 pairs of lanes are in the right order. {order} {PEAK}")
        );
        assert_eq!(
            told(&[1, 2, 0], &tenths),
            format!("2 of 3 pairs of lanes are in the right order. {order} {PEAK}")
        );
        assert!(told(&[0, 2, 1], &tenths).starts_with("One of 3 pairs of lanes is in"));
        assert!(told(&[0, 1, 2], &tenths).starts_with("None of 3 pairs of lanes is in"));
        assert!(told(&[1, 0], &[None, Some(1)]).starts_with("The two are in the right order."));
    }

    #[test]
    fn lanes_that_tie_are_named_together() {
        let ends = |tenths: &[Option<u64>]| {
            let told = told(&[0, 1, 2], tenths);
            let told = told.split_once("right order. ").unwrap().1;
            told.strip_suffix(PEAK).unwrap().trim_end().to_owned()
        };
        assert_eq!(
            ends(&[Some(5), None, None]),
            "A recovers first, 0.5 s after the repair; B and C never do."
        );
        assert_eq!(
            ends(&[Some(5), Some(5), Some(72)]),
            "A and B recover first, 0.5 s after the repair, and C last, 7.2 s after the repair."
        );
        assert_eq!(ends(&[None; 3]), "A, B and C never recover.");
        assert_eq!(ends(&[Some(0); 3]), "A, B and C recover at once.");
    }

    #[test]
    fn a_lane_alone_has_no_order() {
        assert_eq!(told(&[0], &[Some(20)]), format!("A recovers 2.0 s after the repair. {PEAK}"));
        let mut far = score(&[0], &[None]);
        far.peak = 4.0;
        assert!(
            far.sentence(&["A".to_owned()]).ends_with(
                "is 4× normal, and your prediction was 10×: too high by a factor of 2.5."
            )
        );
        far.peak = 61.4;
        assert!(
            far.sentence(&["A".to_owned()]).ends_with(
                "is 61× normal, and your prediction was 10×: too low by a factor of 6.1."
            )
        );
    }
}
