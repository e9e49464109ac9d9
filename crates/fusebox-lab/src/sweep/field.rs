//! The results of a sweep so far.

use super::Sweep;
use crate::csv::{self, Cell};
use crate::herd::{LaneMeasures, Measure};
use crate::settings::Problem;

/// The results of the cells of a sweep, put in one by one and in any order.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    columns: usize,
    /// Row by row; none for a cell that is not computed yet.
    cells: Vec<Option<Result<LaneMeasures, Problem>>>,
}

impl Field {
    /// A field without results.
    #[must_use]
    pub fn new(sweep: &Sweep) -> Self {
        Self { columns: sweep.x.len(), cells: vec![None; sweep.x.len() * sweep.y.len()] }
    }

    /// Puts in the result of a cell, or why it cannot be run; true if there is such a cell.
    pub fn put(&mut self, x: usize, y: usize, found: Result<LaneMeasures, Problem>) -> bool {
        let place = self.place(x, y).and_then(|place| self.cells.get_mut(place));
        let is_there = place.is_some();
        if let Some(cell) = place {
            *cell = Some(found);
        }
        is_there
    }

    /// The result of a cell, if it is there.
    #[must_use]
    pub fn get(&self, x: usize, y: usize) -> Option<&Result<LaneMeasures, Problem>> {
        self.cells.get(self.place(x, y)?)?.as_ref()
    }

    fn place(&self, x: usize, y: usize) -> Option<usize> {
        (x < self.columns).then(|| y.checked_mul(self.columns)?.checked_add(x)).flatten()
    }

    /// How many cells are done, and how many there are.
    #[must_use]
    pub fn progress(&self) -> (usize, usize) {
        (self.cells.iter().flatten().count(), self.cells.len())
    }

    /// The least and the greatest number of a measure; none if no cell has one.
    #[must_use]
    pub fn range(&self, measure: &Measure) -> Option<(f64, f64)> {
        let found = self.cells.iter().flatten().filter_map(|cell| cell.as_ref().ok()?.get(measure));
        found.fold(None, |range, value| match range {
            None => Some((value, value)),
            Some((least, most)) => Some((value.min(least), value.max(most))),
        })
    }

    /// One number for all results, which does not depend on the order in which they were put in.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        let cells = self.cells.iter().map(|cell| match cell {
            Some(Ok(found)) => found.fingerprint,
            Some(Err(_)) => 1,
            None => 0,
        });
        cells.fold(0xcbf2_9ce4_8422_2325, |hash, number| {
            (hash ^ number).wrapping_mul(0x0100_0000_01b3).rotate_left(23)
        })
    }

    /// A line for each cell: its two settings, the number, the fingerprint, and why it is empty.
    #[must_use]
    pub fn csv(&self, sweep: &Sweep) -> String {
        let measure = format!("{} ({})", sweep.measure.name, sweep.measure.unit.name());
        let headers = [sweep.x.key(), sweep.y.key(), &measure, "absent", "fingerprint"];
        let rows = sweep.cells().map(|(x, y)| {
            let text = |text: Option<&str>| Cell::from(text.unwrap_or_default());
            let (value, absent, fingerprint) = match self.get(x, y) {
                Some(Ok(found)) => {
                    let value = found.get(sweep.measure);
                    let absent = value.is_none().then(|| sweep.measure.none.text().to_string());
                    (value, absent, Some(format!("{:016x}", found.fingerprint)))
                }
                Some(Err(problem)) => (None, Some(problem.to_string()), None),
                None => (None, Some("not computed".to_string()), None),
            };
            let (x, y) = (text(sweep.x.text(x)), text(sweep.y.text(y)));
            [x, y, value.into(), absent.into(), fingerprint.into()]
        });
        csv::write(&headers, rows)
    }
}
