//! What the cells of a sweep come to, as far as they are computed.

use super::{Found, Sweep};
use crate::csv::{self, Cell};
use crate::settings::Problem;

/// What the cells of a sweep come to, put in one by one and in any order.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    columns: usize,
    /// Row by row; none for what is not there yet.
    cells: Vec<Option<Result<Found, Problem>>>,
}

impl Field {
    /// A field without anything yet.
    #[must_use]
    pub fn new(sweep: &Sweep) -> Self {
        Self { columns: sweep.x.len(), cells: vec![None; sweep.x.len() * sweep.y.len()] }
    }

    /// Puts in what a cell comes to, or why it cannot be; true where there is such a cell.
    pub fn put(&mut self, x: usize, y: usize, found: Result<Found, Problem>) -> bool {
        let place = self.place(x, y).and_then(|place| self.cells.get_mut(place));
        let is_there = place.is_some();
        if let Some(cell) = place {
            *cell = Some(found);
        }
        is_there
    }

    /// What is there of a cell.
    #[must_use]
    pub fn get(&self, x: usize, y: usize) -> Option<&Result<Found, Problem>> {
        self.cells.get(self.place(x, y)?)?.as_ref()
    }

    fn place(&self, x: usize, y: usize) -> Option<usize> {
        (x < self.columns).then(|| y.checked_mul(self.columns)?.checked_add(x)).flatten()
    }

    /// How many cells are there, and how many there are to be.
    #[must_use]
    pub fn progress(&self) -> (usize, usize) {
        (self.cells.iter().flatten().count(), self.cells.len())
    }

    /// The least and the greatest number that is there; none where there is none.
    #[must_use]
    pub fn range(&self) -> Option<(f64, f64)> {
        let found = self.cells.iter().flatten().filter_map(|cell| cell.as_ref().ok()?.value);
        found.fold(None, |range, value| match range {
            None => Some((value, value)),
            Some((least, most)) => Some((value.min(least), value.max(most))),
        })
    }

    /// One number for all that is there, which does not depend on the order in which it came.
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
                Some(Ok(Found { value, fingerprint })) => {
                    let absent = value.is_none().then(|| sweep.measure.none.text().to_string());
                    (*value, absent, Some(format!("{fingerprint:016x}")))
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
