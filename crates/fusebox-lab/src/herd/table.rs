//! The numbers of lanes as a table for spreadsheets and programs.

use super::lane::Lane;
use super::measure::{MEASURES, Measure};
use crate::csv::{Cell, write};

/// A line for each lane: its name, its strategy, all measures with their units, and its fingerprint. A
/// number that there is not is empty.
#[must_use]
pub fn table_csv(lanes: &[Lane]) -> String {
    let measure = |measure: &Measure| format!("{} ({})", measure.name, measure.unit.name());
    let names = ["lane", "strategy"].map(str::to_string).into_iter();
    let names = names.chain(MEASURES.iter().map(measure)).chain(["fingerprint".to_string()]);
    let rows = lanes.iter().map(|lane| {
        let names = [Cell::from(lane.strategy.title()), lane.strategy.word().into()];
        let values = MEASURES.iter().map(|it| Cell::from(it.of(&lane.outcome, &lane.setup)));
        let fingerprint = Cell::from(format!("{:016x}", lane.fingerprint));
        names.into_iter().chain(values).chain([fingerprint])
    });
    write(&names.collect::<Vec<_>>(), rows)
}
