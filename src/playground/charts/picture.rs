//! What each chart draws.

use super::quantity::Quantity;
use super::series::Run;
use super::spans::spans;
use super::{ChartData, ChartKind};
use crate::chart::{Chart, Look, Marks, Paint, Point, Scale, nice_ceiling, thinned};
use crate::palette::Palette;

/// Pixels of a line that matters, and of one beside it.
const BOLD: f64 = 2.0;
const THIN: f64 = 1.2;

/// The pixels of a column: to draw narrower ones takes long and shows nothing more.
const COLUMN: f64 = 2.0;

/// A run with other settings is dashed.
const BASELINE: (f64, f64) = (4.0, 3.0);
const LIMIT: (f64, f64) = (7.0, 4.0);

/// How the line of a run with other settings looks.
pub(super) const BASELINE_LOOK: Look = Look::Line(THIN, Some(BASELINE));

/// A capacity of more than so many times the highest load would make that a line at the bottom, and
/// is only read.
const CAPACITY_MOST: f64 = 2.0;

/// The picture of a chart whose plane has so many pixels from left to right.
pub(super) fn picture<'a>(
    which: ChartKind,
    data: &ChartData<'_>,
    palette: &'a Palette,
    pixels: f64,
) -> Chart<'a> {
    let lines = Lines::new(data, palette, pixels);
    let (scale, marks) = match which {
        ChartKind::Calls => lines.calls(),
        ChartKind::Latency => lines.latency(),
        ChartKind::Load => lines.load(),
        ChartKind::Busy => lines.busy(),
    };
    Chart {
        spans: spans(lines.run, &data.range, palette),
        time: data.range.clone(),
        scale,
        words: match which {
            ChartKind::Calls | ChartKind::Load => |value| format!("{value:.0}"),
            ChartKind::Latency => power_of_ten,
            ChartKind::Busy => |share| format!("{share:.0} %"),
        },
        marks,
        position: Some(data.now.as_secs_f64()),
    }
}

/// How the line of a quantity looks, which in its chart is the first one or a further one.
pub(super) const fn look(quantity: Quantity, first: bool) -> Look {
    match quantity {
        Quantity::Capacity => Look::Line(THIN, Some(LIMIT)),
        Quantity::Offered
        | Quantity::P50
        | Quantity::Retries
        | Quantity::Pool
        | Quantity::SharedPool => Look::Line(THIN, None),
        Quantity::Slots if !first => Look::Line(THIN, None),
        _ => Look::Line(BOLD, None),
    }
}

/// The lines of a run and of its baseline.
struct Lines<'a, 'd> {
    run: Run<'d>,
    baseline: Option<Run<'d>>,
    data: &'d ChartData<'d>,
    palette: &'a Palette,
    /// The seconds of a column of the screen, in which a line goes up and down once.
    column: f64,
}

type Drawn<'a> = (Scale, Vec<Marks<'a>>);

impl<'a, 'd> Lines<'a, 'd> {
    fn new(data: &'d ChartData<'d>, palette: &'a Palette, pixels: f64) -> Self {
        let ChartData { samples, baseline, scenario, on, ref range, .. } = *data;
        Self {
            run: Run { samples, scenario, on },
            baseline: baseline.map(|samples| Run { samples, scenario, on }),
            data,
            palette,
            column: COLUMN * (range.end - range.start) / pixels,
        }
    }

    fn points(&self, quantity: Quantity) -> Vec<Point> {
        let numbers = self.run.within(&self.data.range);
        thinned(self.run.points(quantity, numbers), self.column)
    }

    /// The baseline's line is coarser, as each of its dashes costs something.
    fn baseline(&self, quantity: Quantity) -> Vec<Point> {
        self.baseline.map_or_else(Vec::new, |run| {
            thinned(run.points(quantity, run.within(&self.data.range)), 2.0 * self.column)
        })
    }

    fn line(&self, quantity: Quantity, points: Vec<Point>, width: f64) -> Marks<'a> {
        let paint = Paint::solid(quantity.colour(self.palette));
        Marks::Line { points, paint, width, dash: None }
    }

    fn dashed(&self, quantity: Quantity, points: Vec<Point>) -> Marks<'a> {
        let paint = Paint::solid(quantity.colour(self.palette));
        Marks::Line { points, paint, width: THIN, dash: Some(BASELINE) }
    }

    /// The tint below a line.
    fn below(&self, quantity: Quantity, points: &[Point]) -> Marks<'a> {
        self.between(quantity, points, &[], 0.16)
    }

    fn between(
        &self,
        quantity: Quantity,
        upper: &[Point],
        lower: &[Point],
        opacity: f64,
    ) -> Marks<'a> {
        let paint = Paint { colour: quantity.colour(self.palette), opacity };
        Marks::Between { upper: upper.to_vec(), lower: lower.to_vec(), paint }
    }

    fn calls(&self) -> Drawn<'a> {
        use Quantity::{Errors, Goodput, Offered};
        let [offered, goodput, errors] = [Offered, Goodput, Errors].map(|one| self.points(one));
        let baseline = self.baseline(Goodput);
        let most = most([&offered, &goodput, &errors, &baseline]);
        let marks = vec![
            self.below(Goodput, &goodput),
            self.line(Offered, offered, THIN),
            self.dashed(Goodput, baseline),
            self.line(Goodput, goodput, BOLD),
            self.line(Errors, errors, BOLD),
        ];
        (linear(most), marks)
    }

    fn latency(&self) -> Drawn<'a> {
        use Quantity::{P50, P99};
        let (median, tail) = (self.points(P50), self.points(P99));
        let baseline = self.baseline(P99);
        let values = || [&median, &tail, &baseline].into_iter().flatten().map(|&(_, value)| value);
        let least = values().fold(f64::INFINITY, f64::min);
        let scale = if least.is_finite() {
            Scale::log(least..values().fold(least, f64::max))
        } else {
            Scale::log(1.0..1_000.0)
        };
        let marks = vec![
            self.below(P99, &tail),
            self.line(P50, median, THIN),
            self.dashed(P99, baseline),
            self.line(P99, tail, BOLD),
        ];
        (scale, marks)
    }

    fn load(&self) -> Drawn<'a> {
        use Quantity::{Attempts, Capacity, FirstAttempts, Retries};
        let (first, all) = (self.points(FirstAttempts), self.points(Attempts));
        let baseline = self.baseline(Attempts);
        let capacity = self.points(Capacity);
        let load = most([&all, &baseline, &[]]);
        // A gap where it is out of sight.
        let seen = |value: f64| if value <= load * CAPACITY_MOST { value } else { f64::NAN };
        let capacity: Vec<Point> =
            capacity.into_iter().map(|(at, value)| (at, seen(value))).collect();
        let most = most([&all, &baseline, &capacity]);
        let marks = vec![
            self.below(FirstAttempts, &first),
            self.between(Retries, &all, &first, 0.5),
            self.dashed(Attempts, baseline),
            self.line(Retries, all, THIN),
            self.line(FirstAttempts, first, BOLD),
            Marks::Line {
                points: capacity,
                paint: Paint::solid(Capacity.colour(self.palette)),
                width: THIN,
                dash: Some(LIMIT),
            },
        ];
        (linear(most), marks)
    }

    fn busy(&self) -> Drawn<'a> {
        let ChartData { scenario, on, .. } = *self.data;
        let share = |quantity: Quantity, points: Vec<Point>| -> Vec<Point> {
            let limit = quantity.limit(scenario, on).unwrap_or(1.0);
            points.into_iter().map(|(at, value)| (at, 100.0 * value / limit)).collect()
        };
        let compared = ChartKind::Busy.compared(scenario);
        let mut marks = vec![self.dashed(compared, share(compared, self.baseline(compared)))];
        for (n, quantity) in ChartKind::Busy.quantities(scenario, on).into_iter().enumerate() {
            let points = share(quantity, self.points(quantity));
            if n == 0 {
                marks.insert(0, self.below(quantity, &points));
            }
            marks.push(self.line(quantity, points, if n == 0 { BOLD } else { THIN }));
        }
        (Scale::Linear { most: 100.0 }, marks)
    }
}

/// A latency beside the scale: `10 ms`, `1 s`.
fn power_of_ten(millis: f64) -> String {
    if millis < 0.9 {
        format!("{millis:.1} ms")
    } else if millis < 999.0 {
        format!("{millis:.0} ms")
    } else {
        format!("{:.0} s", millis / 1_000.0)
    }
}

/// The highest of all values, and 10 where all are lower.
fn most<const N: usize>(lines: [&[Point]; N]) -> f64 {
    lines.into_iter().flatten().map(|&(_, value)| value).fold(10.0, f64::max)
}

/// From 0 to a little more than a value.
fn linear(most: f64) -> Scale {
    Scale::Linear { most: nice_ceiling(most * 1.05) }
}
