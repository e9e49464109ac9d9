//! The results of a sweep so far.

use super::Sweep;
use crate::csv;
use crate::herd::{LaneMeasures, Measure};
use crate::settings::Problem;
use std::collections::BTreeMap;

/// The results of the cells of a sweep, added one by one and in any order.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    size: (usize, usize),
    /// By row and column.
    cells: BTreeMap<(usize, usize), Result<LaneMeasures, Problem>>,
}

impl Field {
    /// A field without results.
    #[must_use]
    pub fn new(sweep: &Sweep) -> Self {
        Self { size: sweep.size(), cells: BTreeMap::new() }
    }

    /// Adds the result of a cell, or why it cannot be run; true if there is such a cell.
    pub fn put(&mut self, x: usize, y: usize, found: Result<LaneMeasures, Problem>) -> bool {
        let is_there = x < self.size.0 && y < self.size.1;
        if is_there {
            self.cells.insert((y, x), found);
        }
        is_there
    }

    /// The result of a cell, if it is there.
    #[must_use]
    pub fn get(&self, x: usize, y: usize) -> Option<&Result<LaneMeasures, Problem>> {
        self.cells.get(&(y, x))
    }

    /// The number of finished cells, and of all cells.
    #[must_use]
    pub fn progress(&self) -> (usize, usize) {
        (self.cells.len(), self.size.0 * self.size.1)
    }

    /// The smallest and the largest number of a measure; none if no cell has one.
    #[must_use]
    pub fn range(&self, measure: &Measure) -> Option<(f64, f64)> {
        let found = self.cells.values().filter_map(|cell| cell.as_ref().ok()?.get(measure));
        found.fold(None, |range, value| match range {
            None => Some((value, value)),
            Some((least, most)) => Some((value.min(least), value.max(most))),
        })
    }

    /// A hash of all results, which does not depend on the order in which they were added.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        let (columns, rows) = self.size;
        let cells = (0..rows).flat_map(|y| (0..columns).map(move |x| self.get(x, y)));
        let cells = cells.map(|cell| match cell {
            Some(Ok(found)) => found.fingerprint,
            Some(Err(_)) => 1,
            None => 0,
        });
        cells.fold(0xcbf2_9ce4_8422_2325, |hash, number| {
            (hash ^ number).wrapping_mul(0x0100_0000_01b3).rotate_left(23)
        })
    }

    /// The number of a cell, why it has none, and the fingerprint of its run.
    #[must_use]
    pub fn cell(
        &self,
        sweep: &Sweep,
        x: usize,
        y: usize,
    ) -> (Option<f64>, Option<String>, Option<String>) {
        match self.get(x, y) {
            Some(Ok(found)) => {
                let value = found.get(sweep.measure);
                let absent = value.is_none().then(|| sweep.measure.none.text().to_string());
                (value, absent, Some(format!("{:016x}", found.fingerprint)))
            }
            Some(Err(problem)) => (None, Some(problem.to_string()), None),
            None => (None, Some("not computed".to_string()), None),
        }
    }

    /// A row per cell: its two settings, the number, the fingerprint, and why it is empty.
    #[must_use]
    pub fn csv(&self, sweep: &Sweep) -> String {
        let measure = format!("{} ({})", sweep.measure.name, sweep.measure.unit.name());
        let headers = [&sweep.x.key, &sweep.y.key, &measure, "absent", "fingerprint"];
        let rows = sweep.cells().map(|(x, y)| {
            let (value, absent, fingerprint) = self.cell(sweep, x, y);
            let (x, y) = (&*sweep.x.texts[x], &*sweep.y.texts[y]);
            [x.into(), y.into(), value.into(), absent.into(), fingerprint.into()]
        });
        csv::write(&headers, rows)
    }
}
