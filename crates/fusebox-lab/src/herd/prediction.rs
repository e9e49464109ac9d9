//! A prediction about a comparison: the order in which its lanes recover, and the peak of one lane
//! after the repair.

mod sentence;

pub use sentence::times;

use super::outcome::LaneOutcome;
use super::setup::Setup;
use fusebox::time::Duration;
use std::cmp::Ordering;

/// The peaks to choose from as multiples of capacity, each about 1.4 times the one before.
pub const PEAKS: [f64; 20] = [
    0.2, 0.3, 0.4, 0.5, 0.7, 1.0, 1.4, 2.0, 3.0, 4.0, 5.0, 7.0, 10.0, 14.0, 20.0, 30.0, 40.0, 50.0,
    70.0, 100.0,
];

/// A prediction is close if it is off by at most this factor. [`PEAKS`] has a close one for every peak
/// between the lowest and the highest.
const CLOSE: f64 = 1.25;

/// A prediction about the lanes of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prediction {
    /// The lanes, from 0, in the order in which they recover.
    pub order: Vec<usize>,
    /// The predicted peak, as an index into [`PEAKS`].
    pub peak: usize,
}

impl Prediction {
    /// The lane whose peak after the repair is predicted: the first.
    pub const PEAK_OF: usize = 0;

    /// The initial prediction for this number of lanes: they recover in their own order.
    #[must_use]
    pub fn new(lanes: usize) -> Self {
        Self { order: (0..lanes).collect(), peak: 7 }
    }

    /// Moves a lane one place towards the front or the end and returns its new place, from 0; none if it
    /// is there already.
    pub fn shift(&mut self, lane: usize, forwards: bool) -> Option<usize> {
        let from = self.order.iter().position(|it| *it == lane)?;
        let to = if forwards { from.checked_sub(1)? } else { from + 1 };
        if to >= self.order.len() {
            return None;
        }
        self.order.swap(from, to);
        Some(to)
    }

    /// The predicted peak.
    #[must_use]
    pub fn height(&self) -> f64 {
        PEAKS[self.peak.min(PEAKS.len() - 1)]
    }

    /// Compares the prediction with the outcomes; none if their number differs.
    #[must_use]
    pub fn score(&self, setup: &Setup, outcomes: &[LaneOutcome]) -> Option<Score> {
        let peak = setup.multiple(outcomes.get(Self::PEAK_OF)?.peak_after_repair);
        if outcomes.len() != self.order.len() {
            return None;
        }
        let after: Vec<_> = outcomes.iter().map(|outcome| outcome.recovery.after()).collect();
        let standings = standings(&after);
        let standing = |lane: usize| standings.iter().find(|it| it.lane == lane);
        let hits = self.order.iter().enumerate().map(|(place, lane)| {
            standing(*lane).is_some_and(|it| (it.from..=it.to).contains(&place))
        });
        let pairs = (0..self.order.len()).flat_map(|a| (0..a).map(move |b| (b, a)));
        let is_right = |(first, second): &(usize, usize)| {
            let [first, second] = [first, second].map(|place| after[self.order[*place]]);
            compare(first, second) != Ordering::Greater
        };
        Some(Score {
            hits: hits.collect(),
            pairs: (pairs.clone().filter(is_right).count(), pairs.count()),
            standings,
            predicted: self.height(),
            peak,
        })
    }
}

/// A prediction compared with the outcomes.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// The lanes in the order in which they recovered.
    pub standings: Vec<Standing>,
    /// For each place of the prediction, whether its lane took that place.
    pub hits: Vec<bool>,
    /// How many pairs of lanes are in the right order, and how many there are. A tied pair is right
    /// either way.
    pub pairs: (usize, usize),
    /// The predicted peak, as a multiple of capacity.
    pub predicted: f64,
    /// The actual peak.
    pub peak: f64,
}

/// The places of a lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The lane, from 0.
    pub lane: usize,
    /// The first of its places, from 0; tied lanes share their places.
    pub from: usize,
    /// The last of its places.
    pub to: usize,
    /// How long the lane takes to recover; none if that is not within the run.
    pub after: Option<Duration>,
}

/// How far off the predicted peak is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PeakError {
    /// Off by no more than the steps of [`PEAKS`].
    Close,
    /// The actual peak is this many times as high.
    TooLow(f64),
    /// The predicted peak is this many times as high.
    TooHigh(f64),
}

impl Score {
    /// How far off the predicted peak is.
    #[must_use]
    pub fn peak_error(&self) -> PeakError {
        match self.peak / self.predicted {
            factor if factor > CLOSE => PeakError::TooLow(factor),
            factor if factor * CLOSE < 1.0 => PeakError::TooHigh(1.0 / factor),
            _ => PeakError::Close,
        }
    }

    /// The places of a lane.
    #[must_use]
    pub fn standing(&self, lane: usize) -> Option<&Standing> {
        self.standings.iter().find(|it| it.lane == lane)
    }
}

/// Compares which recovers sooner; one that does not within the run comes last.
fn compare(one: Option<Duration>, other: Option<Duration>) -> Ordering {
    one.unwrap_or(Duration::MAX).cmp(&other.unwrap_or(Duration::MAX))
}

/// The lanes in the order in which they recovered; tied lanes stay in their own order.
fn standings(after: &[Option<Duration>]) -> Vec<Standing> {
    let mut lanes: Vec<_> = (0..after.len()).collect();
    lanes.sort_by(|a, b| compare(after[*a], after[*b]));
    let standing = |lane: usize| {
        let count = |order| after.iter().filter(|it| compare(**it, after[lane]) == order).count();
        let from = count(Ordering::Less);
        Standing { lane, from, to: from + count(Ordering::Equal) - 1, after: after[lane] }
    };
    lanes.into_iter().map(standing).collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::LaneRecovery;
    use super::*;

    /// The score for lanes that recover after these tenths of a second, with a peak of 2.4 times
    /// capacity in the first.
    pub(in crate::herd::prediction) fn score(order: &[usize], tenths: &[Option<u64>]) -> Score {
        let setup = Setup::default();
        let outcome = |tenths: &Option<u64>| LaneOutcome {
            peak_after_repair: 2.4 * setup.capacity_per_second(),
            recovery: tenths.map_or(LaneRecovery::Metastable, |tenths| {
                LaneRecovery::After(Duration::from_millis(100 * tenths))
            }),
            ..LaneOutcome::default()
        };
        let outcomes: Vec<_> = tenths.iter().map(outcome).collect();
        Prediction { order: order.to_vec(), peak: 7 }.score(&setup, &outcomes).unwrap()
    }

    #[test]
    fn the_right_order_has_all_pairs_and_its_opposite_none() {
        let tenths = [None, Some(30), Some(20), Some(10)];
        let right = score(&[3, 2, 1, 0], &tenths);
        assert_eq!((right.pairs, &right.hits[..]), ((6, 6), &[true; 4][..]));
        let wrong = score(&[0, 1, 2, 3], &tenths);
        assert_eq!((wrong.pairs, &wrong.hits[..]), ((0, 6), &[false; 4][..]));
        let one_off = score(&[3, 1, 2, 0], &tenths);
        assert_eq!((one_off.pairs, &one_off.hits[..]), ((5, 6), &[true, false, false, true][..]));
    }

    #[test]
    fn a_lane_that_does_not_recover_is_last_and_those_that_tie_are_right_either_way() {
        let tenths = [None, Some(20), None, Some(20)];
        for order in [[1, 3, 0, 2], [3, 1, 2, 0], [1, 3, 2, 0]] {
            let score = score(&order, &tenths);
            assert_eq!((score.pairs, &score.hits[..]), ((6, 6), &[true; 4][..]), "{order:?}");
        }
        let score = score(&[0, 1, 3, 2], &tenths);
        assert_eq!((score.pairs, &score.hits[..]), ((4, 6), &[false, true, false, true][..]));
        let places: Vec<_> = score.standings.iter().map(|it| (it.lane, it.from, it.to)).collect();
        assert_eq!(places, [(1, 0, 1), (3, 0, 1), (0, 2, 3), (2, 2, 3)]);
    }

    #[test]
    fn a_lane_moves_one_place_and_stops_at_the_ends() {
        let mut prediction = Prediction::new(3);
        assert_eq!(prediction.shift(2, true), Some(1));
        assert_eq!(prediction.order, [0, 2, 1]);
        assert_eq!(prediction.shift(2, true), Some(0));
        assert_eq!(prediction.shift(2, true), None);
        assert_eq!(prediction.shift(1, false), None);
        assert_eq!(prediction.shift(7, false), None);
        assert_eq!(prediction.shift(2, false), Some(1));
        assert_eq!(prediction.order, [0, 2, 1]);
    }

    #[test]
    fn each_peak_can_be_predicted_and_a_wrong_one_is_told() {
        let mut score = score(&[0], &[None]);
        assert_eq!(score.peak_error(), PeakError::Close);
        for tenths in 2..1_000 {
            score.peak = f64::from(tenths) / 10.0;
            let near = PEAKS.iter().any(|predicted| {
                Score { predicted: *predicted, ..score.clone() }.peak_error() == PeakError::Close
            });
            assert!(near, "{}", score.peak);
        }
        (score.predicted, score.peak) = (10.0, 40.0);
        assert_eq!(score.peak_error(), PeakError::TooLow(4.0));
        (score.predicted, score.peak) = (10.0, 5.0);
        assert_eq!(score.peak_error(), PeakError::TooHigh(2.0));
    }

    #[test]
    fn results_of_other_lanes_are_no_score() {
        assert_eq!(Prediction::new(2).score(&Setup::default(), &[]), None);
        let far = Prediction { order: Vec::new(), peak: 99 };
        assert!((far.height() - PEAKS[PEAKS.len() - 1]).abs() < 1e-9);
    }
}
