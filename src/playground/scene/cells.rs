//! Slots as cells: a grid of threads, and rows of connections and places in queues.

use super::geometry::{Rect, rect};
use super::pen::{Pen, SMALL};
use crate::convert::whole;
use crate::palette::Palette;

/// The largest and the smallest cell of a grid, with the gap beside it.
const CELL_MAX: u32 = 22;
const CELL_MIN: u32 = 7;

/// A grid of cells, one for each thread or for so many of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct CellGrid {
    place: Rect,
    cell: f64,
    columns: u32,
    cells: u32,
    pub(super) per_cell: u32,
}

impl CellGrid {
    /// The largest cells with which all fit.
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

    pub(super) fn paint(&self, pen: Pen, busy: u32, colour: &str, palette: &Palette) {
        let side = self.cell - self.cell.min(16.0) * 0.22;
        let cell = |n: u32| {
            let (column, row) = (f64::from(n % self.columns), f64::from(n / self.columns));
            rect(self.place.x + column * self.cell, self.place.y + row * self.cell, side, side)
        };
        let filled = busy.div_ceil(self.per_cell).min(self.cells);
        pen.boxes((filled..self.cells).map(cell), 2.5);
        pen.stroke(&palette.line_strong);
        pen.boxes((0..filled).map(cell), 2.5);
        pen.fill(colour);
    }
}

/// How much of something is used, in words and as a row of cells.
pub(super) struct CellRow<'a> {
    pub(super) place: Rect,
    /// Below its upper edge: where the words stand, where the cells begin, and how high those are.
    pub(super) rows: (f64, f64, f64),
    pub(super) words: String,
    pub(super) ink: &'a str,
    /// All cells, those that are filled, and those after them that are ready.
    pub(super) cells: [u32; 3],
    pub(super) colour: &'a str,
}

impl CellRow<'_> {
    /// Draws it; where there are too many cells, each stands for a share of them.
    pub(super) fn paint(&self, pen: Pen, palette: &Palette) {
        let (Rect { x, y, width, .. }, (words, top, high)) = (self.place, self.rows);
        pen.text(&self.words, x, y + words, SMALL, self.ink);
        let [of, filled, pale] = self.cells;
        let cells = of.clamp(1, whole(width / 5.0).clamp(1, 40));
        let wide = (width / f64::from(cells)).min(11.0);
        let cell = |n: u32| rect(x + f64::from(n) * wide, y + top, wide - 2.0, high);
        // Rounded up, so that one that is taken is seen.
        let scaled = |n: u32| {
            let share = u64::from(n.min(of)) * u64::from(cells);
            u32::try_from(share.div_ceil(u64::from(of.max(1)))).unwrap_or(cells).min(cells)
        };
        let (filled, ready) = (scaled(filled), scaled(filled.saturating_add(pale)));
        pen.boxes((ready..cells).map(cell), 1.5);
        pen.stroke(&palette.line_strong);
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
