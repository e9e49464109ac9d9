//! From the samples of a run to the points of a line.

use super::quantity::{Quantity, Sampling};
use crate::chart::Point;
use crate::convert::float;
use fusebox::time::Instant;
use fusebox_sim::{Dependency, SAMPLE_EVERY, Sample, Scenario};
use std::collections::VecDeque;
use std::ops::Range;

/// What wavers is smoothed over so many samples, a second, as in the panel of numbers.
const SMOOTHED: usize = 10;

/// The samples of one run, and what they are samples of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run<'a> {
    pub(super) samples: &'a VecDeque<Sample>,
    pub(super) scenario: &'a Scenario,
    pub(super) on: Dependency,
}

impl<'a> Run<'a> {
    /// The numbers of the samples within these seconds.
    pub(super) fn within(self, time: &Range<f64>) -> Range<usize> {
        let before =
            |end: f64| self.samples.partition_point(|sample| sample.at.as_secs_f64() < end);
        let first = before(time.start);
        first..before(time.end + SAMPLE_EVERY.as_secs_f64() / 2.0).max(first)
    }

    /// The number of the sample that says what was at a moment; none where nothing is recorded yet.
    pub(super) fn at(self, at: Instant) -> Option<usize> {
        let after = self.samples.partition_point(|sample| sample.at < at);
        let recorded = self.samples.back().is_some_and(|last| at < last.at + SAMPLE_EVERY);
        recorded.then(|| after.min(self.samples.len() - 1))
    }

    /// A quantity in the samples with these numbers; a rate is a second, and what wavers is smoothed.
    pub(super) fn points(
        self,
        quantity: Quantity,
        numbers: Range<usize>,
    ) -> impl Iterator<Item = Point> + 'a {
        let Self { samples, on, .. } = self;
        let kind = quantity.kind();
        let warm = numbers.start.min(SMOOTHED - 1);
        let mut recent = [0.0; SMOOTHED];
        let mut known = 0;
        let points = samples.range(numbers.start - warm..numbers.end).map(move |sample| {
            let value = quantity.of(sample, on);
            recent.rotate_left(1);
            recent[SMOOTHED - 1] = value;
            known = SMOOTHED.min(known + 1);
            let count = float(known);
            let sum = || recent.iter().sum::<f64>();
            let value = match kind {
                Sampling::Rate => sum() / (count * SAMPLE_EVERY.as_secs_f64()),
                Sampling::Gauge => sum() / count,
                Sampling::Known => value,
            };
            (sample.at.as_secs_f64(), value)
        });
        points.skip(warm)
    }

    /// A quantity in the sample with this number, as in [`Run::points`].
    pub(super) fn value(self, quantity: Quantity, number: usize) -> Option<f64> {
        let mut points = self.points(quantity, number..number + 1);
        points.next().map(|(_, value)| value).filter(|value| !value.is_nan())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox_sim::World;

    fn run_for(seconds: u64) -> World {
        let mut world = World::new(&Scenario::search_service(), 7).unwrap();
        world.run_until(Instant::from_secs(seconds));
        world
    }

    fn run(world: &World) -> Run<'_> {
        let samples = world.measures().samples();
        Run { samples, scenario: world.scenario(), on: Dependency::Postgres }
    }

    #[test]
    fn a_rate_is_that_of_the_last_second_wherever_the_line_begins() {
        let world = run_for(4);
        let run = run(&world);
        let all: Vec<Point> = run.points(Quantity::Offered, 0..40).collect();
        let late: Vec<Point> = run.points(Quantity::Offered, 17..23).collect();
        assert_eq!(all[17..23], late);
        let sum: u32 = run.samples.range(8..18).map(|sample| sample.calls).sum();
        assert!((all[17].1 - f64::from(sum)).abs() < 1e-9);
        let first = f64::from(run.samples[0].calls);
        assert!((all[0].1 - first / 0.1).abs() < 1e-9, "one sample is a tenth of a second");
        assert_eq!(run.value(Quantity::Offered, 20), Some(all[20].1));
    }

    #[test]
    fn a_moment_is_in_the_sample_that_ends_with_it_or_next() {
        let world = run_for(4);
        let run = run(&world);
        assert_eq!(run.at(Instant::ZERO), Some(0));
        assert_eq!(run.at(Instant::from_millis(1_000)), Some(9));
        assert_eq!(run.at(Instant::from_millis(1_001)), Some(10));
        assert_eq!(run.at(Instant::from_millis(4_099)), Some(39));
        assert_eq!(run.at(Instant::from_millis(4_100)), None);
        assert_eq!(run.within(&(1.0..2.0)), 9..20);
        assert_eq!(run.within(&(9.0..20.0)), 40..40);
    }

    #[test]
    fn there_is_no_latency_before_the_first_whole_second() {
        let world = run_for(4);
        let run = run(&world);
        assert_eq!(run.value(Quantity::P50, 3), None);
        let (p50, p99) = (run.value(Quantity::P50, 20), run.value(Quantity::P99, 20));
        assert!(p50.unwrap() > 1.0 && p50 <= p99, "{p50:?} {p99:?}");
    }
}
