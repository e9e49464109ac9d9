//! The measures of a lane, each defined once for tables, replications, sweeps and files.

use super::outcome::{LaneOutcome, ratio};
use super::setup::Setup;
use crate::words::float;
use crate::words::{length, multiple, seconds, separated};
use fusebox::time::Duration;

/// A number of a lane.
#[derive(Clone, Copy, Debug)]
pub struct Measure {
    /// Its name in links, files and the terminal.
    pub name: &'static str,
    /// Its label in tables.
    pub label: &'static str,
    /// A sentence that defines it.
    pub about: &'static str,
    /// Its unit.
    pub unit: Unit,
    /// What a missing number means.
    pub none: Absent,
    read: fn(&LaneOutcome, &Setup) -> Option<f64>,
}

/// The unit of a measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A whole number of these.
    Count(&'static str),
    /// A number of these with two decimals.
    Number(&'static str),
    /// A multiple of the capacity of the database.
    Capacity,
    /// A share, from 0 to 1.
    Share,
    /// Seconds.
    Seconds,
}

/// What it means that a measure has no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absent {
    /// The event is not within this run; it counts as later than any time.
    NotInRun,
    /// The number is not defined for this run.
    Nothing,
}

impl PartialEq for Measure {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Measure {}

/// All measures, in the order of the columns of tables.
pub const MEASURES: &[Measure] = &[
    measure(
        ("peak_after_repair", "Peak after repair"),
        "The highest load on the database in 100 ms once it is repaired, as a multiple of its capacity.",
        Unit::Capacity,
        |it, setup| Some(setup.multiple(it.peak_after_repair)),
    ),
    measure(
        ("recovered_after", "Recovered after"),
        "The time from the repair until the database's queue is short and calls are answered again.",
        Unit::Seconds,
        |it, _| it.recovery.after().map(Duration::as_secs_f64),
    ),
    measure(
        ("answered", "Answered calls"),
        "Calls that are answered within the run.",
        Unit::Count("calls"),
        |it, _| Some(float(it.calls.answered)),
    ),
    measure(
        ("failed", "Failed calls"),
        "Calls that fail or that the client abandons.",
        Unit::Count("calls"),
        |it, _| Some(float(it.calls.failed)),
    ),
    measure(
        ("waiting", "Calls still waiting"),
        "Calls that are neither answered nor failed when the run ends.",
        Unit::Count("calls"),
        |it, _| Some(float(it.calls.waiting)),
    ),
    measure(
        ("failure_rate", "Failure rate"),
        "Failed calls as a share of all calls, of which some may still be waiting.",
        Unit::Share,
        |it, _| (it.calls.all() > 0).then(|| ratio(it.calls.failed, it.calls.all())),
    ),
    measure(
        ("attempts_per_call", "Attempts per call"),
        "Attempts that reach the database, divided by calls.",
        Unit::Number("attempts"),
        |it, _| Some(it.attempts_per_call),
    ),
    measure(
        ("wasted_work", "Wasted work"),
        "The share of the database's work spent on abandoned requests.",
        Unit::Share,
        |it, _| Some(it.wasted_work),
    ),
    measure(
        ("first_wave", "First wave"),
        "The highest load of first attempts in 100 ms of the outage, as a multiple of capacity; the \
         failure brings it, and not the strategy.",
        Unit::Capacity,
        |it, setup| Some(setup.multiple(it.first_wave)),
    ),
    measure(
        ("peak_in_outage", "Peak in the outage"),
        "The highest load in 100 ms of the outage, as a multiple of capacity.",
        Unit::Capacity,
        |it, setup| Some(setup.multiple(it.peak_in_outage)),
    ),
    measure(
        ("load_at_end", "Load in the last 10 s"),
        "The mean load in the last 10 s of the run and after the repair, as a multiple of capacity.",
        Unit::Capacity,
        |it, setup| Some(setup.multiple(it.load_at_end)),
    ),
    measure(
        ("settled_after", "Settled after"),
        "The time from the repair until no more calls are in flight than before the outage, and fewer \
         than 5 % fail.",
        Unit::Seconds,
        |it, _| it.settled_after.map(Duration::as_secs_f64),
    ),
];

/// Makes a measure; a missing time means that it is not within the run.
const fn measure(
    (name, label): (&'static str, &'static str),
    about: &'static str,
    unit: Unit,
    read: fn(&LaneOutcome, &Setup) -> Option<f64>,
) -> Measure {
    let none = if matches!(unit, Unit::Seconds) { Absent::NotInRun } else { Absent::Nothing };
    Measure { name, label, about, unit, none, read }
}

impl Measure {
    /// The measure of this name.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        MEASURES.iter().find(|measure| measure.name == name)
    }

    /// The names of all measures, with commas.
    #[must_use]
    pub fn names() -> String {
        MEASURES.iter().map(|measure| measure.name).collect::<Vec<_>>().join(", ")
    }

    /// The default measure: the time until the database has recovered.
    #[must_use]
    pub fn usual() -> &'static Self {
        Self::find("recovered_after").unwrap_or(&MEASURES[0])
    }

    /// The number for a lane; [`Measure::none`] says what a missing one means.
    #[must_use]
    pub fn of(&self, outcome: &LaneOutcome, setup: &Setup) -> Option<f64> {
        (self.read)(outcome, setup)
    }

    /// The number as text, with its unit if that is short: `1.4 s`, `12.5 %`, `not in this run`.
    #[must_use]
    pub fn text(&self, value: Option<f64>) -> String {
        let Some(value) = value else { return self.none.text().to_string() };
        match self.unit {
            Unit::Count(_) => separated(&format!("{value:.0}")),
            Unit::Number(_) => separated(&format!("{value:.2}")),
            Unit::Share => format!("{:.1} %", value * 100.0),
            Unit::Capacity => multiple(value),
            // Times are whole buckets of 100 ms, and a percentile between two is no more precise.
            Unit::Seconds if value < 0.05 => "at once".to_owned(),
            Unit::Seconds if value < 59.95 => seconds(Duration::from_secs_f64(value)),
            Unit::Seconds => length(Duration::from_secs_f64(value)),
        }
    }
}

/// All measures of one run, and its fingerprint.
#[derive(Clone, Debug, PartialEq)]
pub struct LaneMeasures {
    /// In the order of [`MEASURES`].
    pub(super) values: Vec<Option<f64>>,
    /// The fingerprint of the run.
    pub fingerprint: u64,
}

impl LaneMeasures {
    pub(super) fn of(outcome: &LaneOutcome, setup: &Setup, fingerprint: u64) -> Self {
        let values = MEASURES.iter().map(|measure| measure.of(outcome, setup)).collect();
        Self { values, fingerprint }
    }

    /// A measure of the run; [`Measure::none`] says what a missing number means.
    #[must_use]
    pub fn get(&self, measure: &Measure) -> Option<f64> {
        let place = MEASURES.iter().position(|it| it == measure)?;
        self.values.get(place).copied().flatten()
    }
}

impl Unit {
    /// Its name in files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Count(of) | Self::Number(of) => of,
            Self::Capacity => "x capacity",
            Self::Share => "share",
            Self::Seconds => "s",
        }
    }
}

impl Absent {
    /// The number to compare by in place of this one: a time that is not within the run is later than
    /// any; none if the number is not defined.
    pub(crate) fn comparable(self, value: Option<f64>) -> Option<f64> {
        match self {
            Self::NotInRun => Some(value.unwrap_or(f64::INFINITY)),
            Self::Nothing => value,
        }
    }

    /// The word in place of a number.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::NotInRun => "not in this run",
            Self::Nothing => "none",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::herd::{LaneCalls, LaneRecovery};

    const CALLS: LaneCalls =
        LaneCalls { answered: 985, failed: 5, waiting: 10, gave_up: 3, refused: 0, rejected: 0 };

    const OUTCOME: LaneOutcome = LaneOutcome {
        first_wave: 5_000.0,
        peak_in_outage: 5_500.0,
        peak_after_repair: 1_375.0,
        load_at_end: 450.0,
        attempts_per_call: 1.125,
        wasted_work: 0.125,
        calls: CALLS,
        recovery: LaneRecovery::Metastable,
        settled_after: Some(Duration::from_millis(1_400)),
    };

    fn text(name: &str, outcome: &LaneOutcome, setup: &Setup) -> String {
        let measure = Measure::find(name).unwrap();
        measure.text(measure.of(outcome, setup))
    }

    #[test]
    fn each_measure_reads_its_own_number() {
        let setup = Setup::default();
        let texts: Vec<_> =
            MEASURES.iter().map(|measure| text(measure.name, &OUTCOME, &setup)).collect();
        let expected = [
            ["2.8×", "not in this run", "985", "5", "10", "0.5 %"],
            ["1.12", "12.5 %", "10.0×", "11.0×", "0.9×", "1.4 s"],
        ];
        assert_eq!(texts, expected.concat());
    }

    #[test]
    fn what_there_is_not_is_said() {
        let setup = Setup::default();
        let outcome = LaneOutcome {
            recovery: LaneRecovery::After(Duration::ZERO),
            settled_after: None,
            calls: LaneCalls::default(),
            ..OUTCOME
        };
        assert_eq!(text("settled_after", &outcome, &setup), "not in this run");
        assert_eq!(text("recovered_after", &outcome, &setup), "at once");
        assert_eq!(text("failure_rate", &outcome, &setup), "none");
    }

    #[test]
    fn names_are_found_again_and_are_words() {
        for measure in MEASURES {
            assert_eq!(Measure::find(measure.name), Some(measure));
            assert!(measure.name.chars().all(|c| c.is_ascii_lowercase() || c == '_'));
            assert!(measure.about.ends_with('.'));
        }
        assert_eq!(Measure::find("Peak"), None);
    }
}
