//! A heat map: a cell for each pair of values of two settings, with its number as a colour.

use super::pen::{Align, Area, Paint, Pen};
use super::{Drawing, LETTER, RIGHT};
use crate::convert::{float, whole};
use crate::palette::Palette;

/// The content of a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Heat {
    /// Not computed yet.
    Waiting,
    /// A number, by its place between the smallest and the largest, from 0 to 1.
    Share(f64),
    /// Not in this run, as for a database that does not recover.
    NotInRun,
    /// The measure is not defined here.
    Nothing,
    /// The settings of the cell are invalid.
    Refused,
}

/// One of the two settings.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct HeatAxis<'a> {
    pub(crate) label: String,
    /// Its values, from left to right or from the bottom to the top.
    pub(crate) texts: &'a [String],
}

/// All cells.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct HeatMap<'a> {
    pub(crate) x: HeatAxis<'a>,
    pub(crate) y: HeatAxis<'a>,
    /// The cells row by row, from the bottom.
    pub(crate) cells: Vec<Heat>,
    /// The smallest and the largest number as text; none if no cell has a number.
    pub(crate) ends: Option<(String, String)>,
    /// The cell under the pointer.
    pub(crate) cursor: Option<(usize, usize)>,
}

/// The margins in pixels: above the plane for the key and the name of the rows, and below it.
const TOP: f64 = 46.0;
const BOTTOM: f64 = 36.0;

/// The pixels between two lines of a hatch.
const HATCH: f64 = 5.0;

/// The lowest opacity of a number, so that it differs from an empty cell.
const FAINT: f64 = 0.16;

impl Drawing for HeatMap<'_> {
    fn draw_below(&self, pen: &mut impl Pen, palette: &Palette, head: f64) {
        let plane = Plane::new(self, pen.size(), head);
        self.draw_key(pen, &plane, palette);
        let columns = self.x.texts.len();
        for (n, cell) in self.cells.iter().enumerate() {
            draw_cell(pen, plane.area(n % columns, n / columns), *cell, palette);
        }
        self.draw_words(pen, &plane, palette);
        if let Some((x, y)) = self.cursor {
            let area = plane.area(x, y);
            pen.line(&outline(area, 1.0), Paint::solid(&palette.panel), 5.0, None);
            pen.line(&outline(area, 1.0), Paint::solid(&palette.ink), 2.0, None);
        }
    }
}

impl HeatMap<'_> {
    /// The cell at a position in a picture of this size.
    pub(crate) fn cell_at(&self, size: (f64, f64), (x, y): (f64, f64)) -> Option<(usize, usize)> {
        let plane = Plane::new(self, size, 0.0);
        let nth = |at: f64, of: usize| (at >= 0.0 && at < float(of)).then(|| whole(at) as usize);
        let column = nth((x - plane.left) / plane.step.0, self.x.texts.len())?;
        let row = nth((plane.bottom - y) / plane.step.1, self.y.texts.len())?;
        Some((column, row))
    }

    /// The key of the colours and patterns.
    fn draw_key(&self, pen: &mut impl Pen, plane: &Plane, palette: &Palette) {
        let mut x = 4.0;
        let y = plane.top - TOP + 12.0;
        let ink = &palette.ink_soft;
        if let Some((least, most)) = &self.ends {
            pen.text(least, (x, y), Align::Left, ink);
            x += letters(least) + 6.0;
            let (steps, width) = (16, if plane.right < 420.0 { 3.0 } else { 6.0 });
            for n in 0..steps {
                let area = Area { x, y: y - 6.0, width, height: 12.0 };
                draw_cell(pen, area, Heat::Share(float(n) / float(steps - 1)), palette);
                x += width;
            }
            pen.text(most, (x + 6.0, y), Align::Left, ink);
            x += letters(most) + 20.0;
        }
        for (of, label) in [
            (Heat::NotInRun, "not in this run"),
            (Heat::Nothing, "none"),
            (Heat::Refused, "cannot be run"),
        ] {
            if self.cells.contains(&of) {
                let area = Area { x, y: y - 6.0, width: 16.0, height: 12.0 };
                draw_cell(pen, area, of, palette);
                pen.text(label, (x + 22.0, y), Align::Left, ink);
                x += letters(label) + 36.0;
            }
        }
    }

    /// The labels of both settings: their names, and as many values as have room.
    fn draw_words(&self, pen: &mut impl Pen, plane: &Plane, palette: &Palette) {
        let (ink, soft) = (&palette.ink, &palette.ink_soft);
        let widest = self.x.texts.iter().map(|text| letters(text)).fold(0.0, f64::max);
        let shown = |texts: &[String], room: f64, step: f64| {
            let each = whole((room / step).ceil()).max(1) as usize;
            texts.iter().cloned().enumerate().step_by(each).collect::<Vec<_>>()
        };
        for (n, text) in shown(self.x.texts, widest + 8.0, plane.step.0) {
            let x = plane.left + (float(n) + 0.5) * plane.step.0;
            pen.text(&text, (x, plane.bottom + 10.0), Align::Middle, soft);
        }
        for (n, text) in shown(self.y.texts, 13.0, plane.step.1) {
            let y = plane.bottom - (float(n) + 0.5) * plane.step.1;
            pen.text(&text, (plane.left - 6.0, y), Align::Right, soft);
        }
        pen.text(&self.x.label, (plane.right, plane.bottom + 27.0), Align::Right, ink);
        pen.text(&self.y.label, (4.0, plane.top - 12.0), Align::Left, ink);
    }
}

/// The area of the cells.
struct Plane {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
    step: (f64, f64),
}

impl Plane {
    fn new(map: &HeatMap<'_>, (width, height): (f64, f64), head: f64) -> Self {
        let widest = map.y.texts.iter().map(|text| letters(text)).fold(0.0, f64::max);
        let (left, right) = (widest + 14.0, width - RIGHT);
        let (top, bottom) = (head + TOP, height - BOTTOM);
        let each = |length: f64, of: usize| length.max(1.0) / float(of.max(1));
        let step = (each(right - left, map.x.texts.len()), each(bottom - top, map.y.texts.len()));
        Self { left, right, top, bottom, step }
    }

    /// A cell with a hairline around it, on whole pixels so that colours do not mix at its edges.
    fn area(&self, x: usize, y: usize) -> Area {
        let (left, right) = (float(x) * self.step.0, float(x + 1) * self.step.0);
        let (below, above) = (float(y) * self.step.1, float(y + 1) * self.step.1);
        let (left, right) = ((self.left + left).round(), (self.left + right).round());
        let (top, bottom) = ((self.bottom - above).round(), (self.bottom - below).round());
        let free = if self.step.0.min(self.step.1) >= 6.0 { 1.0 } else { 0.0 };
        let length = |length: f64| (length - free).max(1.0);
        Area { x: left, y: top, width: length(right - left), height: length(bottom - top) }
    }
}

/// Fills a cell so that each kind can be told apart without colour.
fn draw_cell(pen: &mut impl Pen, area: Area, of: Heat, palette: &Palette) {
    let (ground, lines, ink, width) = match of {
        Heat::Waiting => (Some((&palette.line, 0.4)), Vec::new(), &palette.ink, 0.0),
        Heat::Share(share) => {
            let opacity = FAINT + (1.0 - FAINT) * share.clamp(0.0, 1.0);
            (Some((&palette.fallback, opacity)), Vec::new(), &palette.ink, 0.0)
        }
        Heat::NotInRun => (Some((&palette.failure_wash, 1.0)), hatch(&area), &palette.failure, 1.5),
        Heat::Nothing => (Some((&palette.line, 1.0)), dash(&area), &palette.ink_soft, 1.5),
        Heat::Refused => (None, cross(&area), &palette.ink_soft, 1.0),
    };
    if let Some((colour, opacity)) = ground {
        pen.boxes(&[area], Paint { colour, opacity });
    }
    if !lines.is_empty() {
        pen.line(&lines, Paint::solid(ink), width, None);
    }
}

/// Parallel lines that continue from cell to cell.
fn hatch(area: &Area) -> Vec<(f64, f64)> {
    let Area { x, y, width, height } = *area;
    let (right, bottom) = (x + width, y + height);
    // A line is where the sum of both coordinates is a multiple of the distance.
    let first = ((x + y) / HATCH).ceil() * HATCH;
    let sums = std::iter::successors(Some(first), |sum| Some(sum + HATCH));
    sums.take_while(|sum| *sum <= right + bottom)
        .take(2_000)
        .flat_map(|sum| {
            let (from, to) = (x.max(sum - bottom), right.min(sum - y));
            [(from, sum - from), (to, sum - to), (f64::NAN, f64::NAN)]
        })
        .collect()
}

fn cross(area: &Area) -> Vec<(f64, f64)> {
    let (x, y) = (area.x + area.width / 2.0, area.y + area.height / 2.0);
    let arm = (area.width.min(area.height) / 4.0).max(1.0);
    let gap = (f64::NAN, f64::NAN);
    [(x - arm, y - arm), (x + arm, y + arm), gap, (x - arm, y + arm), (x + arm, y - arm), gap]
        .into()
}

fn dash(area: &Area) -> Vec<(f64, f64)> {
    let (x, y) = (area.x + area.width / 2.0, area.y + area.height / 2.0);
    let arm = (area.width / 4.0).max(1.0);
    [(x - arm, y), (x + arm, y), (f64::NAN, f64::NAN)].into()
}

fn outline(area: Area, around: f64) -> [(f64, f64); 5] {
    let (left, top) = (area.x - around, area.y - around);
    let (right, bottom) = (area.x + area.width + around, area.y + area.height + around);
    [(left, top), (right, top), (right, bottom), (left, bottom), (left, top - 1.0)]
}

fn letters(text: &str) -> f64 {
    float(text.chars().count()) * LETTER
}

#[cfg(test)]
mod tests {
    use super::super::Caption;
    use super::super::file::svg;
    use super::*;

    fn map<'a>(x: &'a [String], y: &'a [String], cells: Vec<Heat>) -> HeatMap<'a> {
        let axis = |label: &str, texts: &'a [String]| HeatAxis { label: label.to_owned(), texts };
        let ends = Some(("0 s".to_owned(), "9 s".to_owned()));
        HeatMap { x: axis("Outage", x), y: axis("Depth", y), cells, ends, cursor: None }
    }

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn a_place_is_the_cell_that_is_drawn_there() {
        let (x, y) = (texts(&["1s", "2s", "3s"]), texts(&["50%", "60%"]));
        let map = map(&x, &y, vec![Heat::Waiting; 6]);
        let size = (400.0, 300.0);
        let plane = Plane::new(&map, size, 0.0);
        for cell in [(0, 0), (2, 0), (1, 1), (2, 1)] {
            let Area { x, y, width, height } = plane.area(cell.0, cell.1);
            let middle = (x + width / 2.0, y + height / 2.0);
            assert_eq!(map.cell_at(size, middle), Some(cell));
        }
        assert!(plane.area(0, 0).y > plane.area(0, 1).y, "rows go up");
        for outside in [(2.0, 100.0), (399.0, 100.0), (200.0, 10.0), (200.0, 299.0)] {
            assert_eq!(map.cell_at(size, outside), None);
        }
    }

    #[test]
    fn each_kind_of_cell_has_a_look_and_only_kinds_in_use_have_a_key() {
        let (x, y) = (texts(&["1s", "2s"]), texts(&["50%", "60%"]));
        let palette = Palette { failure: "#00ff00".to_owned(), ..Palette::for_tests() };
        let svg = |cells: Vec<Heat>| {
            svg(&map(&x, &y, cells), &palette, (300.0, 200.0), &Caption::default())
        };
        let all = svg(vec![Heat::Share(0.5), Heat::NotInRun, Heat::Nothing, Heat::Refused]);
        let keys = ["not in this run", "none", "cannot be run"];
        for word in ["0 s", "9 s", "Outage", "Depth", "60%", "2s"].into_iter().chain(keys) {
            assert!(all.contains(&format!(">{word}</text>")), "{word}: {all}");
        }
        assert!(all.contains("stroke=\"#00ff00\""), "{all}");
        let some = svg(vec![Heat::Share(0.5); 4]);
        assert!(!some.contains("not in this run") && !some.contains("#00ff00"), "{some}");
    }

    #[test]
    fn a_hatch_stays_in_its_cell() {
        let area = Area { x: 13.0, y: 7.0, width: 20.0, height: 11.0 };
        let points: Vec<_> = hatch(&area).into_iter().filter(|it| !it.0.is_nan()).collect();
        assert!(points.len() >= 8);
        for (x, y) in points {
            assert!((13.0..=33.0).contains(&x) && (7.0..=18.0).contains(&y), "{x}, {y}");
        }
    }
}
