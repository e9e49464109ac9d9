//! What there is to read in the charts at a moment, as values.

use super::quantity::Quantity;
use super::series::Run;
use super::spans::{Mark, marks, state};
use super::{CHARTS, ChartData, ChartKind};
use fusebox::time::{Duration, Instant};
use std::ops::Range;

/// What the page has of the charts besides their pictures.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::playground) struct ChartsView {
    /// The seconds that are shown.
    pub(super) range: Range<f64>,
    /// Faults, and the states of the breaker, over that range.
    pub(in crate::playground) marks: Vec<Mark>,
    /// The newest moment that is recorded.
    pub(super) end: Instant,
    /// The moment at which the values are read.
    pub(super) at: Instant,
    /// Whether somebody points to that moment; it is the position in time otherwise.
    pub(super) crossed: bool,
    /// What is wrong at that moment, as part of a sentence.
    pub(super) state: String,
    pub(super) charts: [ChartView; CHARTS],
}

/// What there is to read in one chart.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ChartView {
    pub(super) title: String,
    pub(super) readings: Vec<Reading>,
    /// The same of the run with other settings, where there is one.
    pub(super) baseline: Option<Reading>,
    pub(super) rows: Vec<TableRow>,
}

/// A quantity and its value at the moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Reading {
    pub(super) quantity: Quantity,
    pub(super) limit: Option<f64>,
    pub(super) value: Option<f64>,
}

/// A row of the table: a moment and the values of all readings, the baseline's last.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct TableRow {
    pub(super) at: Instant,
    pub(super) values: [Option<f64>; COLUMNS],
}

/// The most readings of a chart, with the baseline's.
const COLUMNS: usize = 4;

/// The most rows of a table.
const ROWS: f64 = 20.0;

impl ChartsView {
    /// What there is to read at the moment that somebody points to, or else at the position in time.
    pub(in crate::playground) fn of(data: &ChartData<'_>, cross: Option<Instant>) -> Self {
        let ChartData { samples, baseline, scenario, on, now, ref range } = *data;
        let run = Run { samples, scenario, on };
        let baseline = baseline.map(|samples| Run { samples, scenario, on });
        let end = samples.back().map_or(Instant::ZERO, |last| last.at).max(now);
        let at = cross.unwrap_or(now).min(end);
        let sample = run.at(at).and_then(|number| samples.get(number));
        Self {
            range: range.clone(),
            marks: marks(run, range),
            end,
            at,
            crossed: cross.is_some(),
            state: sample.map(|sample| state(sample, on)).unwrap_or_default(),
            charts: ChartKind::ALL.map(|which| ChartView::of(which, run, baseline, at, range)),
        }
    }

    /// Before there is a world.
    pub(in crate::playground) fn of_nothing() -> Self {
        let chart = || ChartView {
            title: String::new(),
            readings: Vec::new(),
            baseline: None,
            rows: Vec::new(),
        };
        Self {
            range: 0.0..60.0,
            marks: Vec::new(),
            end: Instant::ZERO,
            at: Instant::ZERO,
            crossed: false,
            state: String::new(),
            charts: [chart(), chart(), chart(), chart()],
        }
    }
}

impl ChartView {
    fn of(
        which: ChartKind,
        run: Run<'_>,
        baseline: Option<Run<'_>>,
        at: Instant,
        range: &Range<f64>,
    ) -> Self {
        let Run { scenario, on, .. } = run;
        let quantities = which.quantities(scenario, on);
        let compared = which.compared(scenario);
        let reading = |run, quantity| Reading::of(run, quantity, at);
        let row = |at: Instant| {
            let mut values = [None; COLUMNS];
            let all = quantities.iter().map(|&quantity| Reading::of(run, quantity, at).value);
            let last = baseline.map(|baseline| Reading::of(baseline, compared, at).value);
            for (place, value) in values.iter_mut().zip(all.chain(last)) {
                *place = value;
            }
            TableRow { at, values }
        };
        Self {
            title: which.title(scenario, on),
            readings: quantities.iter().map(|&quantity| reading(run, quantity)).collect(),
            baseline: baseline.map(|baseline| reading(baseline, compared)),
            rows: moments(range, run).map(row).collect(),
        }
    }

    /// All readings in words, which are read out together.
    pub(super) fn words(&self, baseline: &str) -> String {
        let mut words: Vec<String> = self.readings.iter().map(Reading::sentence).collect();
        if let Some(reading) = &self.baseline {
            words.push(format!("{baseline} {}", reading.sentence()));
        }
        words.join(", ")
    }
}

impl Reading {
    fn of(run: Run<'_>, quantity: Quantity, at: Instant) -> Self {
        Self {
            quantity,
            limit: quantity.limit(run.scenario, run.on),
            value: run.at(at).and_then(|number| run.value(quantity, number)),
        }
    }

    /// Its value as a person reads it.
    pub(super) fn words(&self) -> String {
        self.quantity.words(self.value, self.limit)
    }

    fn sentence(&self) -> String {
        match self.value {
            Some(_) => format!("{} {}", self.quantity.label(), self.words()),
            None => format!("{} none", self.quantity.label()),
        }
    }
}

/// Evenly spaced moments on whole seconds, as far as there is something recorded.
fn moments(range: &Range<f64>, run: Run<'_>) -> impl Iterator<Item = Instant> {
    let step = ((range.end - range.start) / ROWS).ceil().max(1.0);
    let first = (range.start / step).floor() * step + step;
    let end = run.samples.back().map_or(0.0, |last| last.at.as_secs_f64()).min(range.end);
    let moments = std::iter::successors(Some(first), move |at| Some(at + step));
    moments.take_while(move |at| *at <= end).map(|at| Instant::ZERO + Duration::from_secs_f64(at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox_sim::Scenario;
    use fusebox_sim::{Command, Dependency, Fault, World};

    fn data(world: &World) -> ChartData<'_> {
        ChartData {
            samples: world.measures().samples(),
            baseline: None,
            scenario: world.scenario(),
            on: Dependency::Postgres,
            now: world.now(),
            range: 0.0..60.0,
        }
    }

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
        let data = data(&world);
        let now = ChartsView::of(&data, None);
        assert!(!now.crossed && now.at == world.now());
        assert!(now.state.starts_with("the database is hanging"), "{}", now.state);
        let before = ChartsView::of(&data, Some(Instant::from_secs(9)));
        assert!(before.crossed && before.state.is_empty());
        let goodput = before.charts[0].readings[1];
        assert_eq!(goodput.quantity, Quantity::Goodput);
        assert!(goodput.value.unwrap() > 100.0, "{goodput:?}");
        let workers = before.charts[3].readings[0].words();
        assert!(workers.ends_with(" of 64"), "{workers}");
        let beyond = ChartsView::of(&data, Some(Instant::from_secs(50)));
        assert_eq!(beyond.at, world.now());
    }

    #[test]
    fn a_table_has_few_rows_and_each_stays_as_it_is() {
        let world = broken_at_10();
        let view = ChartsView::of(&data(&world), None);
        let rows = &view.charts[1].rows;
        let at: Vec<u64> = rows.iter().map(|row| row.at.as_micros() / 1_000_000).collect();
        assert_eq!(at, [3, 6, 9, 12, 15, 18, 21, 24, 27, 30]);
        let long = ChartsView::of(&ChartData { range: 0.0..600.0, ..data(&world) }, None);
        assert_eq!(long.charts[0].rows.len(), 1);
        assert_eq!(long.charts[0].rows[0], view.charts[0].rows[9]);
    }

    #[test]
    fn a_baseline_is_read_beside_the_run() {
        let (world, mut other) =
            (broken_at_10(), World::new(&Scenario::search_service(), 7).unwrap());
        other.run_until(Instant::from_secs(31));
        let data = ChartData { baseline: Some(other.measures().samples()), ..data(&world) };
        let view = ChartsView::of(&data, Some(Instant::from_secs(30)));
        let baseline = view.charts[0].baseline.unwrap();
        assert_eq!(baseline.quantity, Quantity::Goodput);
        assert!(baseline.value.unwrap() > 100.0);
        assert_eq!(view.charts[0].rows[0].values[3], view.charts[0].rows[0].values[1]);
        let words = view.charts[0].words("without protection");
        assert!(words.starts_with("offered ") && words.contains(", without protection goodput "));
    }
}
