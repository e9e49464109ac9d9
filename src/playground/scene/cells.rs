//! Slots as cells: a grid of threads, and rows of connections and places in queues.

use super::geometry::{Rect, rect};
use super::pen::Pen;
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

/// A row of cells: so many of all are filled, and so many after them are ready.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct CellRow {
    pub(super) place: Rect,
    pub(super) of: u32,
    pub(super) filled: u32,
    pub(super) pale: u32,
    /// Whether the words stand below the cells.
    pub(super) below: bool,
}

impl CellRow {
    /// Draws the cells at this height; where there are too many, each stands for a share of them.
    pub(super) fn paint(&self, pen: Pen, y: f64, high: f64, colour: &str, palette: &Palette) {
        let most = whole(self.place.width / 5.0).clamp(1, 40);
        let cells = self.of.clamp(1, most);
        let wide = (self.place.width / f64::from(cells)).min(11.0);
        let cell = |n: u32| rect(self.place.x + f64::from(n) * wide, y, wide - 2.0, high);
        // Rounded up, so that one that is taken is seen.
        let scaled = |n: u32| {
            let share = u64::from(n.min(self.of)) * u64::from(cells);
            u32::try_from(share.div_ceil(u64::from(self.of.max(1)))).unwrap_or(cells).min(cells)
        };
        let (filled, ready) = (scaled(self.filled), scaled(self.filled.saturating_add(self.pale)));
        pen.boxes((ready..cells).map(cell), 1.5);
        pen.stroke(&palette.line_strong);
        pen.boxes((filled..ready).map(cell), 1.5);
        pen.stroke(&palette.ink_soft);
        pen.boxes((0..filled).map(cell), 1.5);
        pen.fill(colour);
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
