//! The readings of the charts at a moment, as values.

use super::quantity::{Content, Quantity};
use super::{CHARTS, ChartData, ChartKind};
use crate::chart::Span;
use fusebox::time::{Duration, Instant};
use fusebox_sim::Dependency;
use std::ops::Range;

/// The data of the charts on the page, besides the pictures.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::playground) struct ChartsView {
    /// The visible range in seconds.
    pub(super) range: Range<f64>,
    /// The states of the breaker around each dependency in that range.
    pub(in crate::playground) breakers: Vec<(Dependency, Vec<Span>)>,
    /// The latest recorded moment.
    pub(super) end: Instant,
    /// The moment of the readings.
    pub(super) at: Instant,
    /// Whether the user points to that moment; otherwise it is the position in time.
    pub(super) crossed: bool,
    /// The faults at that moment, as part of a sentence.
    pub(super) state: String,
    /// The name of the baseline, if there is one.
    pub(super) baseline: Option<&'static str>,
    pub(super) charts: [ChartView; CHARTS],
}

/// The readings of one chart.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct ChartView {
    pub(super) title: String,
    /// The last one may be of the baseline.
    pub(super) readings: Vec<Reading>,
    /// The values of all quantities at evenly spaced moments.
    pub(super) rows: Vec<(Instant, Vec<Option<f64>>)>,
}

/// A quantity and its value at the moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Reading {
    pub(super) quantity: Quantity,
    pub(super) limit: Option<f64>,
    pub(super) value: Option<f64>,
    /// The name of the run that it is of, if that is not the one on the screen.
    pub(super) baseline: Option<&'static str>,
}

/// The largest number of rows of a table.
const ROWS: f64 = 20.0;

impl ChartsView {
    /// The readings at the moment that the user points to, or else at the position in time.
    pub(in crate::playground) fn of(data: &ChartData<'_>, cross: Option<Instant>) -> Self {
        let end = data.samples.back().map_or(Instant::ZERO, |last| last.at).max(data.now);
        let at = cross.unwrap_or(data.now).min(end);
        let used = data.scenario.used().into_iter();
        Self {
            range: data.range.clone(),
            breakers: used.map(|on| (on, data.breaker_spans(on))).collect(),
            end,
            at,
            crossed: cross.is_some(),
            state: data.state(at),
            baseline: data.baseline.map(|_| data.baseline_name),
            charts: ChartKind::ALL.map(|which| ChartView::of(which, data, at)),
        }
    }
}

impl ChartView {
    fn of(which: ChartKind, data: &ChartData<'_>, at: Instant) -> Self {
        let Content { title, quantities, compared, .. } = which.content(data.scenario, data.on);
        let other = data.other();
        let all = |at: Instant| -> Vec<Reading> {
            let own = quantities.iter().map(|&quantity| Reading::of(data, quantity, at));
            let baseline = other.as_ref().map(|other| Reading {
                baseline: Some(data.baseline_name),
                ..Reading::of(other, compared, at)
            });
            own.chain(baseline).collect()
        };
        let values = |at| (at, all(at).iter().map(|reading| reading.value).collect());
        Self { title, readings: all(at), rows: moments(data).map(values).collect() }
    }

    /// All readings in words, for one announcement.
    pub(super) fn words(&self) -> String {
        let value = |reading: &Reading| match reading.value {
            Some(_) => reading.words(reading.value),
            None => "none".to_owned(),
        };
        let words = self.readings.iter().map(|it| format!("{} {}", it.name(), value(it)));
        words.collect::<Vec<_>>().join(", ")
    }
}

impl Reading {
    fn of(data: &ChartData<'_>, quantity: Quantity, at: Instant) -> Self {
        Self {
            quantity,
            limit: quantity.limit(data.scenario, data.on),
            value: data.value_at(quantity, at).filter(|value| !value.is_nan()),
            baseline: None,
        }
    }

    /// The full name of a reading, for text in which the others are not beside it.
    pub(super) fn name(&self) -> String {
        let label = self.quantity.label;
        self.baseline.map_or_else(|| label.to_owned(), |of| format!("{of}: {label}"))
    }

    /// The value as people write it.
    pub(super) fn words(&self, value: Option<f64>) -> String {
        self.quantity.words(value, self.limit)
    }
}

/// Evenly spaced moments on whole seconds, up to the latest recorded one.
fn moments(data: &ChartData<'_>) -> impl Iterator<Item = Instant> {
    let range = &data.range;
    let step = ((range.end - range.start) / ROWS).ceil().max(1.0);
    let first = (range.start / step).floor() * step + step;
    let end = data.samples.back().map_or(0.0, |last| last.at.as_secs_f64()).min(range.end);
    let moments = std::iter::successors(Some(first), move |at| Some(at + step));
    moments.take_while(move |at| *at <= end).map(|at| Instant::ZERO + Duration::from_secs_f64(at))
}

#[cfg(test)]
mod tests {
    use super::super::quantity::GOODPUT;
    use super::*;
    use fusebox_sim::Scenario;
    use fusebox_sim::{Command, Dependency, Fault, World};

    fn broken_at_10() -> World {
        let mut world = World::new(&Scenario::search_service(), 7).unwrap();
        world.run_until(Instant::from_secs(10));
        world.apply(Dependency::Postgres, Command::Fault(Fault::Hang)).unwrap();
        world.run_until(Instant::from_secs(31));
        world
    }

    #[test]
    fn values_are_those_of_the_moment_pointed_to_or_else_of_now() {
        let world = broken_at_10();
        let data = ChartData::of(&world);
        let now = ChartsView::of(&data, None);
        assert!(!now.crossed && now.at == world.now());
        assert!(now.state.starts_with("the database is hanging"), "{}", now.state);
        let before = ChartsView::of(&data, Some(Instant::from_secs(9)));
        assert!(before.crossed && before.state.is_empty());
        let goodput = before.charts[0].readings[1];
        assert_eq!(goodput.quantity, GOODPUT);
        assert!(goodput.value.unwrap() > 100.0, "{goodput:?}");
        let threads = before.charts[3].readings[0];
        let threads = threads.words(threads.value);
        assert!(threads.ends_with(" of 64"), "{threads}");
        let beyond = ChartsView::of(&data, Some(Instant::from_secs(50)));
        assert_eq!(beyond.at, world.now());
    }

    #[test]
    fn at_the_position_in_time_the_values_are_those_of_the_panels_even_if_the_run_has_gone_further()
    {
        let later = broken_at_10();
        for millis in [9_960, 10_050, 12_340, 12_400] {
            let mut world = World::new(&Scenario::search_service(), 7).unwrap();
            world.run_until(Instant::from_millis(millis.min(10_000)));
            if millis > 10_000 {
                world.apply(Dependency::Postgres, Command::Fault(Fault::Hang)).unwrap();
            }
            world.run_until(Instant::from_millis(millis));
            let samples = later.measures().samples();
            let view = ChartsView::of(&ChartData { samples, ..ChartData::of(&world) }, None);
            let words = |chart: usize, n: usize| {
                let reading = view.charts[chart].readings[n];
                reading.words(reading.value)
            };
            assert_eq!(words(3, 0), format!("{} of 64", world.gauges().threads_busy), "{millis}");
            let last = world.measures().samples().iter().rev().take(10);
            assert_eq!(words(0, 0), last.map(|it| it.calls).sum::<u32>().to_string(), "{millis}");
            assert_eq!(view.state.is_empty(), millis < 10_000, "{millis}");
        }
    }

    #[test]
    fn a_table_has_few_rows_and_each_stays_as_it_is() {
        let world = broken_at_10();
        let view = ChartsView::of(&ChartData::of(&world), None);
        let rows = &view.charts[1].rows;
        let at: Vec<u64> = rows.iter().map(|row| row.0.as_micros() / 1_000_000).collect();
        assert_eq!(at, [3, 6, 9, 12, 15, 18, 21, 24, 27, 30]);
        let long = ChartsView::of(&ChartData { range: 0.0..600.0, ..ChartData::of(&world) }, None);
        assert_eq!(long.charts[0].rows.len(), 1);
        assert_eq!(long.charts[0].rows[0], view.charts[0].rows[9]);
    }

    #[test]
    fn a_baseline_is_read_beside_the_run() {
        let (world, mut other) =
            (broken_at_10(), World::new(&Scenario::search_service(), 7).unwrap());
        other.run_until(Instant::from_secs(31));
        let data =
            ChartData { baseline: Some(other.measures().samples()), ..ChartData::of(&world) };
        let view = ChartsView::of(&data, Some(Instant::from_secs(30)));
        let baseline = view.charts[0].readings[5];
        assert_eq!(baseline.quantity, GOODPUT);
        assert!(baseline.value.unwrap() > 100.0);
        assert_eq!(view.charts[0].rows[0].1[5], view.charts[0].rows[0].1[1]);
        let words = view.charts[0].words();
        assert!(
            words.starts_with("offered ") && words.contains(", without protection: goodput "),
            "{words}"
        );
    }
}
