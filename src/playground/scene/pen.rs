//! Lines, fills and text on a canvas, and slots as cells: a grid of threads, and rows of connections
//! and of places in queues.

use super::geometry::{Point, Rect, rect};
use crate::convert::whole;
use crate::palette::Palette;
use std::f64::consts::TAU;
use wasm_bindgen::JsValue;
use web_sys::CanvasRenderingContext2d as Context;

pub(super) const FONT: &str = "system-ui, -apple-system, 'Segoe UI', sans-serif";

/// The weight and the size of text.
pub(super) const TITLE: (u32, f64) = (620, 14.0);
pub(super) const WORDS: (u32, f64) = (400, 12.0);
pub(super) const SMALL: (u32, f64) = (400, 11.0);
/// Text below a symbol, where neighbours are close.
pub(super) const TINY: (u32, f64) = (400, 10.5);
pub(super) const TINY_BOLD: (u32, f64) = (620, 10.5);

/// Draws the scene: on a canvas of the page, or into a picture for a file. A path that is begun by `boxes`
/// or `discs` is drawn by `fill` or `stroke`.
pub(super) trait Pen: Copy {
    fn line(self, points: impl Iterator<Item = Point>, colour: &str, width: f64);

    /// The lengths of dashes and gaps of the lines to come; none for whole lines.
    fn dash(self, pattern: &[f64]);

    /// The opacity of everything to come.
    fn opacity(self, share: f64);

    /// A box with round corners, a fill and an outline.
    fn round(self, place: Rect, radius: f64, fill: Option<&str>, line: Option<(&str, f64)>);

    /// Begins a path of many boxes: setting a colour costs more than drawing.
    fn boxes(self, places: impl Iterator<Item = Rect>, radius: f64);

    fn discs(self, places: impl Iterator<Item = Point>, radius: f64);

    fn fill(self, colour: &str);

    fn stroke(self, colour: &str);

    /// A text from this point on.
    fn text(self, text: &str, x: f64, y: f64, style: (u32, f64), colour: &str);

    /// A text with its middle at this point.
    fn centred(self, text: &str, x: f64, y: f64, style: (u32, f64), colour: &str);
}

/// A pen for one canvas.
#[derive(Clone, Copy)]
pub(super) struct CanvasPen<'a>(&'a Context);

impl<'a> CanvasPen<'a> {
    /// A pen for an empty canvas of this size in CSS pixels, with this many screen pixels for each.
    pub(super) fn new(context: &'a Context, (width, height, ratio): (f64, f64, f64)) -> Self {
        // It cannot fail: the numbers are finite.
        let _ = context.set_transform(ratio, 0.0, 0.0, ratio, 0.0, 0.0);
        context.clear_rect(0.0, 0.0, width, height);
        Self(context)
    }
}

// None of the calls on the context can fail: the numbers are finite, and no radius is negative.
impl Pen for CanvasPen<'_> {
    fn line(self, points: impl Iterator<Item = Point>, colour: &str, width: f64) {
        self.0.begin_path();
        for (n, Point { x, y }) in points.enumerate() {
            if n == 0 { self.0.move_to(x, y) } else { self.0.line_to(x, y) }
        }
        self.0.set_stroke_style_str(colour);
        self.0.set_line_width(width);
        self.0.stroke();
    }

    fn dash(self, pattern: &[f64]) {
        let segments: js_sys::Array = pattern.iter().map(|&length| JsValue::from(length)).collect();
        let _ = self.0.set_line_dash(&segments);
    }

    fn opacity(self, share: f64) {
        self.0.set_global_alpha(share);
    }

    fn round(self, place: Rect, radius: f64, fill: Option<&str>, line: Option<(&str, f64)>) {
        self.0.begin_path();
        let Rect { x, y, width, height } = place;
        let _ = self.0.round_rect_with_f64(x, y, width, height, radius);
        if let Some(fill) = fill {
            self.0.set_fill_style_str(fill);
            self.0.fill();
        }
        if let Some((line, width)) = line {
            self.0.set_stroke_style_str(line);
            self.0.set_line_width(width);
            self.0.stroke();
        }
    }

    fn boxes(self, places: impl Iterator<Item = Rect>, radius: f64) {
        self.0.begin_path();
        for Rect { x, y, width, height } in places {
            let _ = self.0.round_rect_with_f64(x, y, width, height, radius);
        }
    }

    fn discs(self, places: impl Iterator<Item = Point>, radius: f64) {
        self.0.begin_path();
        for Point { x, y } in places {
            self.0.move_to(x + radius, y);
            let _ = self.0.arc(x, y, radius, 0.0, TAU);
        }
    }

    fn fill(self, colour: &str) {
        self.0.set_fill_style_str(colour);
        self.0.fill();
    }

    fn stroke(self, colour: &str) {
        self.0.set_stroke_style_str(colour);
        self.0.set_line_width(1.0);
        self.0.stroke();
    }

    fn text(self, text: &str, x: f64, y: f64, style: (u32, f64), colour: &str) {
        let (weight, size) = style;
        self.0.set_font(&format!("{weight} {size}px {FONT}"));
        self.0.set_fill_style_str(colour);
        let _ = self.0.fill_text(text, x, y);
    }

    fn centred(self, text: &str, x: f64, y: f64, style: (u32, f64), colour: &str) {
        self.0.set_text_align("center");
        self.text(text, x, y, style, colour);
        self.0.set_text_align("start");
    }
}

/// The largest and the smallest cell of a grid, including the gap beside it.
const CELL_MAX: u32 = 22;
const CELL_MIN: u32 = 7;

/// A grid of cells, each for one thread or for several.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct CellGrid {
    place: Rect,
    cell: f64,
    columns: u32,
    cells: u32,
    pub(super) per_cell: u32,
}

impl CellGrid {
    /// The grid with the largest cells that all fit.
    pub(super) fn new(place: Rect, slots: u32) -> Self {
        let steps = (0..5).flat_map(|power| [1, 2, 5].map(|n| n * 10_u32.pow(power)));
        for per_cell in steps {
            let cells = slots.div_ceil(per_cell);
            for cell in (CELL_MIN..=CELL_MAX).rev() {
                let columns = whole(place.width / f64::from(cell)).max(1);
                if cells.div_ceil(columns) <= whole(place.height / f64::from(cell)) {
                    let cell = f64::from(cell);
                    return Self { place, cell, columns, cells, per_cell };
                }
            }
        }
        Self { place, cell: f64::from(CELL_MIN), columns: 1, cells: 0, per_cell: u32::MAX }
    }

    pub(super) fn paint(&self, pen: impl Pen, busy: u32, colour: &str, palette: &Palette) {
        let side = self.cell - self.cell.min(16.0) * 0.22;
        let cell = |n: u32| {
            let (column, row) = (f64::from(n % self.columns), f64::from(n / self.columns));
            rect(self.place.x + column * self.cell, self.place.y + row * self.cell, side, side)
        };
        let filled = busy.div_ceil(self.per_cell).min(self.cells);
        pen.boxes((filled..self.cells).map(cell), 2.5);
        pen.stroke(&palette.edge);
        pen.boxes((0..filled).map(cell), 2.5);
        pen.fill(colour);
    }
}

/// The usage of a resource, in words and as a row of cells.
pub(super) struct CellRow<'a> {
    pub(super) place: Rect,
    /// Offsets from its upper edge: the text, the top of the cells, and their height.
    pub(super) rows: (f64, f64, f64),
    pub(super) words: String,
    pub(super) ink: &'a str,
    /// The number of cells: all, those filled, and those after them that are ready.
    pub(super) cells: [u32; 3],
    pub(super) colour: &'a str,
}

impl CellRow<'_> {
    /// Draws the row; if there are too many cells, each one drawn stands for several.
    pub(super) fn paint(&self, pen: impl Pen, palette: &Palette) {
        let (Rect { x, y, width, .. }, (words, top, high)) = (self.place, self.rows);
        pen.text(&self.words, x, y + words, SMALL, self.ink);
        let [of, filled, pale] = self.cells;
        let cells = of.clamp(1, whole(width / 5.0).clamp(1, 40));
        let wide = (width / f64::from(cells)).min(11.0);
        let cell = |n: u32| rect(x + f64::from(n) * wide, y + top, wide - 2.0, high);
        // Rounded up, so that a single filled cell is visible.
        let scaled = |n: u32| {
            let share = u64::from(n.min(of)) * u64::from(cells);
            u32::try_from(share.div_ceil(u64::from(of.max(1)))).unwrap_or(cells).min(cells)
        };
        let (filled, ready) = (scaled(filled), scaled(filled.saturating_add(pale)));
        pen.boxes((ready..cells).map(cell), 1.5);
        pen.stroke(&palette.edge);
        pen.boxes((filled..ready).map(cell), 1.5);
        pen.stroke(&palette.ink_soft);
        pen.boxes((0..filled).map(cell), 1.5);
        pen.fill(self.colour);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_threads_fit_and_cells_stand_for_more_only_where_they_must() {
        let place = rect(0.0, 0.0, 150.0, 240.0);
        for workers in [1, 8, 64, 200, 1_000, 10_000] {
            let grid = CellGrid::new(place, workers);
            let rows = grid.cells.div_ceil(grid.columns);
            assert!(f64::from(rows) * grid.cell <= place.height, "{workers}");
            assert!(f64::from(grid.columns) * grid.cell <= place.width, "{workers}");
            assert_eq!(grid.cells, workers.div_ceil(grid.per_cell));
        }
        assert_eq!(CellGrid::new(place, 64).per_cell, 1);
        assert!(CellGrid::new(place, 10_000).per_cell > 1);
    }
}
