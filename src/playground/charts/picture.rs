//! The picture of a chart.

use super::quantity::{Content, Quantity, THIN};
use super::{ChartData, ChartKind};
use crate::chart::{Chart, Look, Marks, Paint, Point, Scale, nice_ceiling, thinned};
use crate::palette::Palette;
use fusebox_lab::words::figure;

/// The width of a column in pixels: narrower ones take longer to draw and show no more.
const COLUMN: f64 = 2.0;

/// The dash pattern of the baseline.
const BASELINE: Option<(f64, f64)> = Some((4.0, 3.0));

/// The look of the baseline's lines.
pub(super) const BASELINE_LOOK: Look = Look::Line(THIN, BASELINE);

/// If the capacity is more than this many times the highest load, its line is not drawn, as the load
/// would be flat at the bottom; it can still be read.
const CAPACITY_MOST: f64 = 2.0;

/// The picture of a chart whose plane is this many pixels wide.
pub(super) fn picture<'a>(
    which: ChartKind,
    data: &ChartData<'_>,
    palette: &'a Palette,
    pixels: f64,
) -> Chart<'a> {
    let Content { quantities, compared, .. } = which.content(data.scenario, data.on);
    let column = COLUMN * (data.range.end - data.range.start) / pixels;
    // The baseline's line has fewer points, as each of its dashes takes time.
    let baseline = data.other().map_or_else(Vec::new, |it| points(&it, compared, 2.0 * column));
    let mut lines: Vec<(Quantity, Vec<Point>)> =
        quantities.into_iter().map(|it| (it, points(data, it.drawn(), column))).collect();
    if which == ChartKind::Load {
        leave_out_of_sight(&mut lines, &baseline);
    }
    let drawn = lines.iter().map(|(_, points)| points).chain([&baseline]).flatten();
    let scale = scale(which, &drawn.map(|&(_, value)| value).collect::<Vec<f64>>());
    let mut marks = tints(&lines, palette);
    marks.push(line(compared, baseline, palette, BASELINE));
    // Main lines are drawn last.
    lines.sort_by(|(a, _), (b, _)| a.style.width.total_cmp(&b.style.width));
    marks.extend(lines.into_iter().map(|(it, points)| line(it, points, palette, it.style.dash)));
    Chart {
        spans: data.spans(),
        time: data.range.clone(),
        scale,
        words: match which {
            ChartKind::Calls | ChartKind::Load => figure,
            ChartKind::Latency => power_of_ten,
            ChartKind::Busy => |share| format!("{share:.0} %"),
        },
        marks,
        position: Some(data.now.as_secs_f64()),
    }
}

/// The points of a line; a usage is drawn in per cent of its capacity.
fn points(data: &ChartData<'_>, quantity: Quantity, column: f64) -> Vec<Point> {
    let limit = quantity.limit(data.scenario, data.on);
    let share = |value: f64| limit.map_or(value, |limit| 100.0 * value / limit);
    thinned(data.points(quantity).map(|(at, value)| (at, share(value))), column)
}

/// Makes a gap where the last line, the capacity, is far above the others.
fn leave_out_of_sight(lines: &mut [(Quantity, Vec<Point>)], baseline: &[Point]) {
    let Some(((_, capacity), others)) = lines.split_last_mut() else { return };
    let load = others.iter().flat_map(|(_, points)| points).chain(baseline);
    let most = load.map(|&(_, value)| value).fold(10.0, f64::max);
    for (_, value) in capacity.iter_mut().filter(|(_, value)| *value > most * CAPACITY_MOST) {
        *value = f64::NAN;
    }
}

fn scale(which: ChartKind, values: &[f64]) -> Scale {
    let most = |least: f64| values.iter().copied().fold(least, f64::max);
    match which {
        ChartKind::Busy => Scale::Linear { most: 100.0 },
        ChartKind::Calls | ChartKind::Load => {
            Scale::Linear { most: nice_ceiling(most(10.0) * 1.05) }
        }
        ChartKind::Latency => match values.iter().copied().fold(f64::INFINITY, f64::min) {
            least if least.is_finite() => Scale::log(least..most(least)),
            _ => Scale::log(1.0..1_000.0),
        },
    }
}

/// The tint below each line that has one; that of the retries ends at the first attempts.
fn tints<'a>(lines: &[(Quantity, Vec<Point>)], palette: &'a Palette) -> Vec<Marks<'a>> {
    let tint = |n: usize| {
        let (quantity, upper) = &lines[n];
        let lower = if quantity.drawn() == *quantity { &[][..] } else { &lines[n - 1].1 };
        let paint =
            Paint { colour: (quantity.style.colour)(palette), opacity: quantity.style.tint? };
        Some(Marks::Between { upper: upper.clone(), lower: lower.to_vec(), paint })
    };
    (0..lines.len()).filter_map(tint).collect()
}

fn line(
    quantity: Quantity,
    points: Vec<Point>,
    palette: &Palette,
    dash: Option<(f64, f64)>,
) -> Marks<'_> {
    let width = if dash.is_some() { THIN } else { quantity.style.width };
    Marks::line(points, (quantity.style.colour)(palette), width, dash)
}

/// A latency on the scale: `10 ms`, `1 s`.
fn power_of_ten(millis: f64) -> String {
    if millis < 0.9 {
        format!("{millis:.1} ms")
    } else if millis < 999.0 {
        format!("{millis:.0} ms")
    } else {
        format!("{:.0} s", millis / 1_000.0)
    }
}
