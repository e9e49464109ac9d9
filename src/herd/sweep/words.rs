//! A sweep and its cells in words and as a picture.

use super::run::Run;
use crate::chart::{Heat, HeatAxis, HeatMap};
use fusebox_lab::herd::{Absent, LaneMeasures, Measure};
use fusebox_lab::settings::Problem;
use fusebox_lab::sweep::{Axis, Field, Sweep, SweepForm};
use fusebox_lab::words::count;

/// The size of the sweep, or why it cannot be run.
pub(super) fn size(form: &SweepForm) -> String {
    match form.sweep(0) {
        Ok(sweep) => {
            let (columns, rows) = sweep.size();
            format!("{columns} × {rows} = {} runs", count((columns * rows) as u64))
        }
        Err(_) => "Correct both settings and their ranges to run the sweep.".to_owned(),
    }
}

/// What a cell shows, on a scale from the least to the greatest number.
fn heat(
    cell: Option<&Result<LaneMeasures, Problem>>,
    measure: &Measure,
    range: Option<(f64, f64)>,
) -> Heat {
    match cell {
        None => Heat::Waiting,
        Some(Err(_)) => Heat::Refused,
        Some(Ok(found)) => match found.get(measure) {
            Some(value) => {
                let (least, most) = range.unwrap_or((value, value));
                Heat::Share(if most > least { (value - least) / (most - least) } else { 0.0 })
            }
            None if measure.none == Absent::NotInRun => Heat::NotInRun,
            None => Heat::Nothing,
        },
    }
}

/// The picture of a sweep.
pub(super) fn heat_map<'a>(
    sweep: &'a Sweep,
    field: &Field,
    cursor: Option<(usize, usize)>,
) -> HeatMap<'a> {
    let range = field.range(sweep.measure);
    let cells = sweep.cells().map(|(x, y)| heat(field.get(x, y), sweep.measure, range)).collect();
    let ends = range
        .map(|(least, most)| (sweep.measure.text(Some(least)), sweep.measure.text(Some(most))));
    HeatMap {
        x: HeatAxis { label: format!("{} →", label(&sweep.x)), texts: &sweep.x.texts },
        y: HeatAxis { label: format!("{} ↑", label(&sweep.y)), texts: &sweep.y.texts },
        cells,
        ends,
        cursor,
    }
}

/// The text of a cell in the table.
pub(super) fn brief(cell: Option<&Result<LaneMeasures, Problem>>, measure: &Measure) -> String {
    match cell {
        None => "–".to_owned(),
        Some(Err(_)) => "cannot be run".to_owned(),
        Some(Ok(found)) => measure.text(found.get(measure)),
    }
}

/// The name of an axis.
pub(super) fn label(axis: &Axis) -> String {
    super::fields::label(&axis.key, axis.spec)
}

/// A cell in a sentence.
pub(super) fn told(run: &Run, (x, y): (usize, usize)) -> String {
    let sweep = &run.sweep;
    let place = |axis: &Axis, n: usize| {
        format!("{} {}", label(axis), axis.texts.get(n).map_or("–", String::as_str))
    };
    let place = format!("{}, {}", place(&sweep.x, x), place(&sweep.y, y));
    match run.field.get(x, y) {
        None => format!("{place}: not computed yet."),
        Some(Err(problem)) => format!("{place} cannot be run: {problem}."),
        Some(Ok(found)) => {
            let (label, text) = (sweep.measure.label, sweep.measure.text(found.get(sweep.measure)));
            format!("{place}. {label}: {text}.")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox::time::Duration;
    use fusebox_lab::herd::{Lane, LaneOutcome, LaneRecovery};

    #[test]
    fn a_cell_says_its_settings_and_its_number_or_why_there_is_none() {
        let text = "x=outage:1s,2s&y=lane.retry.base:1s,2s&clients=20";
        let mut run = Run::new(Sweep::read(text).unwrap(), 0.0);
        let lane = fusebox_lab::herd::run(&run.sweep.setup, &run.sweep.strategy, 1).unwrap();
        let found = |recovery| {
            let outcome = LaneOutcome { recovery, ..lane.outcome };
            Ok(Lane { outcome, ..lane.clone() }.measures())
        };
        let after = LaneRecovery::After(Duration::from_millis(1_500));
        run.field.put(0, 0, found(after));
        run.field.put(1, 0, found(LaneRecovery::Metastable));
        run.field.put(0, 1, Err(Problem::new("outage", "cannot be 1s")));
        let said = |cell| told(&run, cell);
        assert!(said((0, 0)).starts_with("Outage 1s, Retry: "), "{}", said((0, 0)));
        assert!(said((0, 0)).ends_with(": 1.5 s."), "{}", said((0, 0)));
        assert!(said((1, 0)).ends_with(": not in this run."), "{}", said((1, 0)));
        assert!(said((0, 1)).ends_with("cannot be run: outage cannot be 1s."), "{}", said((0, 1)));
        assert!(said((1, 1)).ends_with("not computed yet."));
        let heats = [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(x, y)| {
            heat(run.field.get(x, y), run.sweep.measure, run.field.range(run.sweep.measure))
        });
        assert_eq!(heats, [Heat::Share(0.0), Heat::NotInRun, Heat::Refused, Heat::Waiting]);
    }
}
