//! Charts over time: a value that describes the chart, and a function that draws it with any [`Pen`].

mod canvas;
mod file;
mod heat;
mod pen;
mod scale;
mod svg;
mod thin;

use crate::browser;
use crate::convert::float;
use crate::palette::Palette;
pub(super) use file::{Caption, Drawing, Key, Look, save, svg};
pub(super) use heat::{Heat, HeatAxis, HeatMap};
pub(super) use pen::Align;
pub(super) use pen::{Area, Paint, Pen};
pub(super) use scale::{Scale, moments, nice_ceiling};
use std::ops::Range;
pub(super) use svg::{document, escaped, short};
pub(super) use thin::thinned;
use web_sys::HtmlCanvasElement;
use yew::prelude::*;

/// A moment in seconds and a value; NaN is a gap.
pub(super) type Point = (f64, f64);

/// A chart of values over time.
pub(super) struct Chart<'a> {
    /// The range in seconds, from left to right.
    pub(super) time: Range<f64>,
    /// The vertical scale.
    pub(super) scale: Scale,
    /// How a value is written beside the scale.
    pub(super) words: fn(f64) -> String,
    /// Tinted spans of time.
    pub(super) spans: Vec<Span>,
    /// The marks, in the order in which they are drawn.
    pub(super) marks: Vec<Marks<'a>>,
    /// The position in time, marked by a vertical line; everything after it is dimmed.
    pub(super) position: Option<f64>,
}

/// A tinted span of time.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Span {
    pub(super) time: Range<f64>,
    pub(super) place: SpanPlace,
    /// Its name in a word or two, written if it fits.
    pub(super) name: &'static str,
}

/// The part of a chart that a span covers, so that the kinds differ by more than colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SpanPlace {
    /// A fault: the full height behind the marks, and a strip along the bottom.
    Full,
    /// An open breaker: a strip along the top.
    Strip,
    /// A half-open breaker: a strip of half that height.
    HalfStrip,
}

/// One quantity of a chart.
pub(super) enum Marks<'a> {
    /// A line.
    Line {
        points: Vec<Point>,
        paint: Paint<'a>,
        width: f64,
        /// The dash pattern in pixels: drawn and left out; none for a solid line.
        dash: Option<(f64, f64)>,
    },
    /// The area between two lines, or between a line and the bottom if the other line is empty.
    Between { upper: Vec<Point>, lower: Vec<Point>, paint: Paint<'a> },
    /// Bars from one value to another, all of this width in seconds, each at its left edge.
    Bars { bars: Vec<(f64, Range<f64>)>, width: f64, colour: &'a str },
    /// Short texts, each at the middle of its point or to one side of it, on a ground that keeps them
    /// readable.
    Labels { labels: Vec<Label>, colour: &'a str, ground: &'a str },
}

impl<'a> Marks<'a> {
    /// A line of one colour.
    pub(super) fn line(
        points: Vec<Point>,
        colour: &'a str,
        width: f64,
        dash: Option<(f64, f64)>,
    ) -> Self {
        Self::Line { points, paint: Paint::solid(colour), width, dash }
    }
}

/// A short text at a moment and a value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Label {
    pub(super) at: Point,
    pub(super) align: Align,
    pub(super) text: String,
}

/// The margins around the plane in pixels, for the strip and the text beside it.
pub(super) const LEFT: f64 = 46.0;
pub(super) const RIGHT: f64 = 10.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 20.0;

const STRIP: f64 = 6.0;

/// The approximate width of a letter in pixels.
const LETTER: f64 = 6.0;

/// Draws on a canvas of the page, in the canvas's size on the page.
pub(super) fn draw_on_canvas(
    canvas: &HtmlCanvasElement,
    drawing: &impl Drawing,
    palette: &Palette,
) {
    let (width, height, ratio) = browser::fit_canvas(canvas);
    // The text beside a canvas replaces one that cannot be drawn on, so there is nothing to do.
    if let Some(context) = browser::context_2d(canvas)
        && width > 2.0 * LEFT
    {
        let mut pen = canvas::CanvasPen::new(&context, (width, height), ratio);
        drawing.draw_below(&mut pen, palette, 0.0);
    }
}

/// A picture on a canvas of the page; it is redrawn whenever its value changes.
pub(super) trait OnCanvas: Clone + PartialEq + 'static {
    fn draw(&self, canvas: &HtmlCanvasElement);
}

#[derive(PartialEq, Properties)]
pub(super) struct CanvasProps<P: OnCanvas> {
    pub(super) class: &'static str,
    /// The picture in words; none if they are elsewhere on the page.
    #[prop_or_default]
    pub(super) label: Option<AttrValue>,
    pub(super) picture: P,
}

/// A canvas with its picture.
#[component(Canvas)]
pub(super) fn canvas<P: OnCanvas>(props: &CanvasProps<P>) -> Html {
    let node = use_node_ref();
    use_effect_with((node.clone(), props.picture.clone()), |(node, picture)| {
        if let Some(canvas) = node.cast() {
            picture.draw(&canvas);
        }
    });
    let (role, hidden) =
        if props.label.is_some() { (Some("img"), None) } else { (None, Some("true")) };
    html! {
        <canvas
            ref={node} class={props.class} {role} aria-label={props.label.clone()}
            aria-hidden={hidden}
        />
    }
}

/// The width of the plane in pixels, for a picture of this width.
pub(super) fn plane_within(width: f64) -> f64 {
    (width - LEFT - RIGHT).max(1.0)
}

/// The width of the plane in pixels, for a canvas of the page.
pub(super) fn plane_width(canvas: &HtmlCanvasElement) -> f64 {
    plane_within(f64::from(canvas.client_width()))
}

impl Drawing for Chart<'_> {
    fn draw_below(&self, pen: &mut impl Pen, palette: &Palette, head: f64) {
        let bottom = pen.size().1;
        self.draw_between(pen, palette, head..bottom);
    }
}

impl Chart<'_> {
    /// Draws the chart in the full width of the picture, between two heights.
    pub(super) fn draw_between(&self, pen: &mut impl Pen, palette: &Palette, rows: Range<f64>) {
        let plane = Plane::new(pen.size().0, rows, self);
        for span in &self.spans {
            draw_span(pen, &plane, span, palette);
        }
        draw_axes(pen, &plane, palette);
        for marks in &self.marks {
            draw_marks(pen, &plane, marks);
        }
        if let Some(position) = self.position {
            draw_position(pen, &plane, position, palette);
        }
    }
}

/// The position of a moment and a value in pixels.
struct Plane<'a> {
    chart: &'a Chart<'a>,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

impl<'a> Plane<'a> {
    fn new(width: f64, rows: Range<f64>, chart: &'a Chart<'a>) -> Self {
        let Range { start, end } = rows;
        Self { chart, left: LEFT, right: width - RIGHT, top: start + TOP, bottom: end - BOTTOM }
    }

    fn x(&self, seconds: f64) -> f64 {
        let Range { start, end } = self.chart.time;
        let share = (seconds - start) / (end - start);
        self.left + share.clamp(0.0, 1.0) * (self.right - self.left)
    }

    fn y(&self, value: f64) -> f64 {
        self.bottom - self.chart.scale.share(value) * (self.bottom - self.top)
    }

    fn place(&self, points: &[Point]) -> Vec<Point> {
        points.iter().map(|&(seconds, value)| (self.x(seconds), self.y(value))).collect()
    }

    /// An area between two moments, at least a pixel wide, and between two heights in pixels.
    fn area(&self, time: &Range<f64>, top: f64, bottom: f64) -> Area {
        let (left, right) = (self.x(time.start), self.x(time.end));
        Area { x: left, y: top, width: (right - left).max(1.5), height: bottom - top }
    }
}

fn draw_span(pen: &mut impl Pen, plane: &Plane<'_>, span: &Span, palette: &Palette) {
    let Span { time, place, name } = span;
    let colour = match place {
        SpanPlace::Full => &palette.failure,
        SpanPlace::Strip => &palette.fast,
        SpanPlace::HalfStrip => &palette.slow,
    };
    let solid = Paint::solid(colour);
    match place {
        SpanPlace::Full => {
            let area = plane.area(time, plane.top, plane.bottom);
            pen.boxes(&[area], Paint { colour, opacity: 0.11 });
            pen.boxes(&[plane.area(time, plane.bottom + 1.0, plane.bottom + 4.0)], solid);
            if area.width > float(name.len()) * LETTER + 8.0 {
                pen.text(name, (area.x + 5.0, plane.top + 7.0), Align::Left, colour);
            }
        }
        SpanPlace::Strip => pen.boxes(&[plane.area(time, plane.top - STRIP, plane.top)], solid),
        SpanPlace::HalfStrip => {
            pen.boxes(&[plane.area(time, plane.top - STRIP / 2.0, plane.top)], solid);
        }
    }
}

fn draw_axes(pen: &mut impl Pen, plane: &Plane<'_>, palette: &Palette) {
    let across =
        |y: f64| Area { x: plane.left, y: y.floor(), width: plane.right - plane.left, height: 1.0 };
    let ticks = plane.chart.scale.ticks();
    let lines: Vec<Area> = ticks.iter().map(|&value| across(plane.y(value))).collect();
    pen.boxes(&lines, Paint::solid(&palette.line));
    let ink = &palette.ink_soft;
    for &value in &ticks {
        let at = (plane.left - 6.0, plane.y(value));
        pen.text(&(plane.chart.words)(value), at, Align::Right, ink);
    }
    let moments = scale::moments(&plane.chart.time, plane.right - plane.left);
    let tick = |&seconds: &f64| Area {
        x: plane.x(seconds).floor(),
        y: plane.bottom,
        width: 1.0,
        height: 4.0,
    };
    let mut axis: Vec<Area> = moments.iter().map(tick).collect();
    axis.push(across(plane.bottom));
    pen.boxes(&axis, Paint::solid(&palette.edge));
    for &seconds in &moments {
        // The edge would cut the last label if it were centred on its mark.
        let (x, last) = (plane.x(seconds), plane.x(seconds) > plane.right - 10.0);
        let (x, align) = if last { (plane.right + 6.0, Align::Right) } else { (x, Align::Middle) };
        pen.text(&format!("{seconds:.0} s"), (x, plane.bottom + 12.0), align, ink);
    }
}

fn draw_marks(pen: &mut impl Pen, plane: &Plane<'_>, marks: &Marks<'_>) {
    match marks {
        Marks::Line { points, paint, width, dash } => {
            pen.line(&plane.place(points), *paint, *width, *dash);
        }
        Marks::Between { upper, lower, paint } => {
            for (upper, lower) in stretches(upper, lower, plane.chart.scale.least()) {
                let mut outline = plane.place(&upper);
                outline.extend(plane.place(&lower).iter().rev());
                pen.area(&outline, *paint);
            }
        }
        Marks::Bars { bars, width, colour } => {
            // If there is room, a little of the width is left free, so that bars can be told apart.
            let step = plane.x(plane.chart.time.start + width) - plane.left;
            let filled = if step >= 4.0 { width * 0.75 } else { *width };
            let areas: Vec<Area> = bars
                .iter()
                .map(|(left, height)| {
                    let time = *left..left + filled;
                    plane.area(&time, plane.y(height.end), plane.y(height.start))
                })
                .collect();
            pen.boxes(&areas, Paint::solid(colour));
        }
        Marks::Labels { labels, colour, ground } => {
            for Label { at, align, text } in labels {
                let (x, y) = (plane.x(at.0), plane.y(at.1));
                let width = float(text.chars().count()) * LETTER + 4.0;
                let left = match align {
                    Align::Left => x - 2.0,
                    Align::Middle => x - width / 2.0,
                    Align::Right => x + 2.0 - width,
                };
                let area = Area { x: left, y: y - 6.0, width, height: 12.0 };
                pen.boxes(&[area], Paint { colour: ground, opacity: 0.75 });
                pen.text(text, (x, y), *align, colour);
            }
        }
    }
}

/// The outlines between two lines, one for each stretch without a gap; an empty lower line stands for
/// the bottom.
fn stretches(upper: &[Point], lower: &[Point], bottom: f64) -> Vec<(Vec<Point>, Vec<Point>)> {
    let parts = |points: &[Point]| -> Vec<Vec<Point>> {
        points
            .split(|(_, value)| value.is_nan())
            .filter(|part| !part.is_empty())
            .map(<[Point]>::to_vec)
            .collect()
    };
    let uppers = parts(upper);
    let lowers = if lower.is_empty() {
        let ends = |part: &Vec<Point>| [part[0].0, part[part.len() - 1].0].map(|x| (x, bottom));
        uppers.iter().map(|part| ends(part).to_vec()).collect()
    } else {
        parts(lower)
    };
    uppers.into_iter().zip(lowers).collect()
}

fn draw_position(pen: &mut impl Pen, plane: &Plane<'_>, position: f64, palette: &Palette) {
    let x = plane.x(position);
    if x < plane.right {
        // The dimmed area covers the lines to the edge of the pixel, and the strip above the plane.
        let after = Area {
            x,
            y: plane.top - STRIP,
            width: plane.right - x + 1.0,
            height: plane.bottom - plane.top + STRIP,
        };
        pen.boxes(&[after], Paint { colour: &palette.panel, opacity: 0.62 });
    }
    let line = [(x, plane.top - STRIP), (x, plane.bottom)];
    pen.line(&line, Paint::solid(&palette.copper), 1.5, None);
}

#[cfg(test)]
mod tests {
    use super::file::svg;
    use super::*;

    fn drawn(chart: &Chart<'_>) -> String {
        svg(chart, &Palette::for_tests(), (156.0, 130.0), &Caption::default())
    }

    fn chart(marks: Vec<Marks<'_>>) -> Chart<'_> {
        Chart {
            time: 0.0..10.0,
            scale: Scale::Linear { most: 100.0 },
            words: |value| format!("{value:.0}"),
            spans: Vec::new(),
            marks,
            position: None,
        }
    }

    #[test]
    fn a_line_is_broken_at_a_gap_and_stays_in_the_plane() {
        let points = vec![(0.0, 0.0), (5.0, 50.0), (6.0, f64::NAN), (8.0, 900.0), (99.0, 100.0)];
        let paint = Paint::solid("#010203");
        let line = Marks::Line { points, paint, width: 1.0, dash: Some((4.0, 3.0)) };
        let svg = drawn(&chart(vec![line]));
        let path = "d=\"M46 110L96 60M126 10L146 10\"";
        assert!(svg.contains(path), "{svg}");
        assert!(svg.contains("stroke-dasharray=\"4 3\""), "{svg}");
    }

    #[test]
    fn an_area_between_two_lines_has_one_outline_for_each_stretch() {
        let upper = vec![(0.0, 50.0), (5.0, 50.0), (6.0, f64::NAN), (8.0, 100.0), (10.0, 100.0)];
        let lower = vec![(0.0, 0.0), (5.0, 10.0), (6.0, f64::NAN), (8.0, 0.0), (10.0, 50.0)];
        let between =
            |lower| Marks::Between { upper: upper.clone(), lower, paint: Paint::solid("#1") };
        let svg = drawn(&chart(vec![between(lower)]));
        assert!(svg.contains("M46 60L96 60L96 100L46 110Z"), "{svg}");
        assert!(svg.contains("M126 10L146 10L146 60L126 110Z"), "{svg}");
        let svg = drawn(&chart(vec![between(Vec::new())]));
        assert!(svg.contains("M46 60L96 60L96 110L46 110Z"), "{svg}");
    }

    #[test]
    fn a_span_is_as_wide_as_it_is_long_and_named_where_there_is_room() {
        let span = |time, place| Span { time, place, name: "down" };
        let spans = vec![
            span(1.0..6.0, SpanPlace::Full),
            span(8.0..8.001, SpanPlace::Full),
            span(2.0..3.0, SpanPlace::Strip),
        ];
        let svg = drawn(&Chart { spans, ..chart(Vec::new()) });
        assert!(svg.contains("M56 10h50v100h-50Z"), "{svg}");
        assert!(svg.contains("M126 10h1.5v100h-1.5Z"), "{svg}");
        assert!(svg.contains("M66 4h10v6h-10Z"), "{svg}");
        assert_eq!(svg.matches(">down<").count(), 1, "{svg}");
    }

    #[test]
    fn an_exported_chart_has_a_background_and_a_caption() {
        let key = Key { label: "a < b".to_owned(), colour: "#123456", look: Look::Fill(5.0) };
        let caption = Caption {
            title: "Calls & more".to_owned(),
            about: "At 4 s: 200".to_owned(),
            keys: vec![key],
        };
        let line = Marks::Line {
            points: vec![(0.0, 0.0), (10.0, 100.0)],
            paint: Paint::solid("#010203"),
            width: 2.0,
            dash: None,
        };
        let palette = Palette { panel: "#fffefb".to_owned(), ..Palette::for_tests() };
        let svg = svg(&chart(vec![line]), &palette, (156.0, 172.0), &caption);
        let ground = svg.find("d=\"M0 0h156v172h-156Z\" fill=\"#fffefb\"").expect("a ground");
        assert!(ground < svg.find("<text").unwrap(), "nothing is behind the ground: {svg}");
        assert!(
            svg.contains(">Calls &amp; more</text>") && svg.contains(">a &lt; b</text>"),
            "{svg}"
        );
        assert!(svg.contains("fill=\"#123456\""), "{svg}");
        // Two lines of text are 42 pixels high, and the plane begins below them.
        assert!(svg.contains("d=\"M46 152L146 52\""), "{svg}");
    }
}
