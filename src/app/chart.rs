//! Charts over time, drawn with plotters on whatever can be drawn on.

use crate::app::browser;
use crate::app::palette::{Palette, rgb};
use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use plotters_canvas::CanvasBackend;
use std::ops::Range;
use web_sys::HtmlCanvasElement;

/// A picture of how something changed.
pub(super) struct Chart {
    /// Seconds, from left to right.
    pub(super) time: Range<f64>,
    /// The highest value that is shown.
    pub(super) most: f64,
    /// Stretches of time that are tinted.
    pub(super) spans: Vec<Span>,
    /// The first is drawn first.
    pub(super) marks: Vec<Marks>,
    /// A dashed line across, such as a capacity.
    pub(super) limit: Option<f64>,
    /// A line down at the position in time.
    pub(super) position: Option<f64>,
}

/// A tinted stretch of time.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Span {
    pub(super) time: Range<f64>,
    pub(super) colour: String,
    pub(super) height: SpanHeight,
}

/// How much of a chart a span covers, so that two at the same time can be told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SpanHeight {
    /// All of it, behind the marks.
    Full,
    /// A strip along the top.
    Strip,
}

/// One quantity.
pub(super) enum Marks {
    /// A line through (seconds, value), with the area below it tinted where `filled`.
    Line { points: Vec<(f64, f64)>, colour: String, filled: bool },
    /// Bars from one value to another, all of this width in seconds, each from its left edge.
    Bars { bars: Vec<(f64, Range<f64>)>, width: f64, colour: String },
}

type Drawn<B> = Result<(), DrawingAreaErrorKind<<B as DrawingBackend>::ErrorType>>;
type Plane<'a, B> = ChartContext<'a, B, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

/// Draws a chart on a canvas of the page, as large as the page has it.
pub(super) fn draw_on_canvas(canvas: &HtmlCanvasElement, chart: &Chart, palette: &Palette) {
    let (_, _, ratio) = browser::fit_canvas(canvas);
    if let Some(backend) = CanvasBackend::with_canvas_object(canvas.clone()) {
        // A canvas that cannot be drawn on is replaced by the text beside it, so there is nothing to do.
        let _ = draw(&backend.into_drawing_area(), chart, palette, ratio);
    }
}

/// Draws a chart, with lines and letters `scale` times their usual size.
pub(super) fn draw<B: DrawingBackend>(
    area: &DrawingArea<B, Shift>,
    chart: &Chart,
    palette: &Palette,
    scale: f64,
) -> Drawn<B> {
    area.fill(&rgb(&palette.panel))?;
    let mut plane = ChartBuilder::on(area)
        .margin_top(px(6.0, scale))
        .margin_right(px(16.0, scale))
        .x_label_area_size(px(24.0, scale))
        .y_label_area_size(px(40.0, scale))
        .build_cartesian_2d(chart.time.clone(), 0.0..chart.most)?;
    for span in &chart.spans {
        let (bottom, opacity) = match span.height {
            SpanHeight::Full => (0.0, 0.13),
            SpanHeight::Strip => (chart.most * 0.95, 1.0),
        };
        let corners = [(span.time.start, bottom), (span.time.end, chart.most)];
        let style = rgb(&span.colour).mix(opacity).filled();
        plane.draw_series([Rectangle::new(corners, style)])?;
    }
    draw_axes(&mut plane, palette, scale)?;
    for marks in &chart.marks {
        draw_marks(&mut plane, marks, scale)?;
    }
    if let Some(limit) = chart.limit {
        let style = rgb(&palette.ink_soft).stroke_width(px(1.0, scale));
        let ends = [(chart.time.start, limit), (chart.time.end, limit)];
        plane.draw_series(DashedLineSeries::new(ends, px(5.0, scale), px(4.0, scale), style))?;
    }
    if let Some(position) = chart.position {
        let style = rgb(&palette.copper).stroke_width(px(1.5, scale));
        let ends = [(position, 0.0), (position, chart.most)];
        plane.draw_series([PathElement::new(ends, style)])?;
    }
    area.present()
}

fn draw_axes<B: DrawingBackend>(
    plane: &mut Plane<'_, B>,
    palette: &Palette,
    scale: f64,
) -> Drawn<B> {
    let letters =
        ("system-ui, sans-serif", 11.5 * scale).into_font().color(&rgb(&palette.ink_soft));
    plane
        .configure_mesh()
        .disable_x_mesh()
        .bold_line_style(rgb(&palette.line).stroke_width(px(1.0, scale)))
        .light_line_style(TRANSPARENT)
        .axis_style(rgb(&palette.line_strong).stroke_width(px(1.0, scale)))
        .label_style(letters)
        .x_labels(7)
        .y_labels(4)
        .x_label_formatter(&|seconds| format!("{seconds:.0} s"))
        .y_label_formatter(&|value| format!("{value:.0}"))
        .set_all_tick_mark_size(px(4.0, scale))
        .draw()
}

fn draw_marks<B: DrawingBackend>(plane: &mut Plane<'_, B>, marks: &Marks, scale: f64) -> Drawn<B> {
    match marks {
        Marks::Line { points, colour, filled } => {
            let colour = rgb(colour);
            if *filled {
                let area = AreaSeries::new(points.iter().copied(), 0.0, colour.mix(0.14));
                plane.draw_series(area)?;
            }
            let style = colour.stroke_width(px(1.6, scale));
            plane.draw_series(LineSeries::new(points.iter().copied(), style))?;
        }
        Marks::Bars { bars, width, colour } => {
            let style = rgb(colour).filled();
            // Where there is room, a little of the width is left free, so that bars can be told apart.
            let pixels = f64::from(plane.plotting_area().dim_in_pixel().0);
            let range = plane.x_range();
            let wide = width / (range.end - range.start) * pixels >= 4.0 * scale;
            let filled = if wide { width * 0.75 } else { *width };
            plane.draw_series(bars.iter().map(|(left, height)| {
                let corners = [(*left, height.start), (left + filled, height.end)];
                Rectangle::new(corners, style)
            }))?;
        }
    }
    Ok(())
}

/// The next number of the row 1, 2, 5, 10, 20, 50 ... that is not below this one.
pub(super) fn nice_ceiling(value: f64) -> f64 {
    let mut step = 1.0;
    loop {
        for factor in [1.0, 2.0, 2.5, 5.0] {
            if step * factor >= value || step > 1e12 {
                return step * factor;
            }
        }
        step *= 10.0;
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few pixels")]
fn px(length: f64, scale: f64) -> u32 {
    (length * scale).round() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ceilings_are_round() {
        for (value, ceiling) in [(0.0, 1.0), (1.0, 1.0), (182.0, 200.0), (201.0, 250.0)] {
            assert!((nice_ceiling(value) - ceiling).abs() < f64::EPSILON, "{value}");
        }
    }
}
