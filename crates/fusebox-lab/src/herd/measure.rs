//! The measures of a lane, each defined once for tables, replications, sweeps and files.

use super::float;
use super::outcome::{LaneOutcome, LaneRecovery};
use super::setup::Setup;
use crate::words::{length, separated};
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
    /// A share, from 0 to 1.
    Share,
    /// Seconds.
    Seconds,
}

/// What it means that a measure has no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absent {
    /// The event did not happen in this run; it counts as later than any time.
    Never,
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
        ("peak", "Peak"),
        "The most attempts per second that reach the database from the start of the outage.",
        Unit::Count("attempts/s"),
        |it, _| Some(it.peak),
    ),
    measure(
        ("peak_ratio", "Peak ratio"),
        "The peak as a multiple of the normal call rate.",
        Unit::Number("x normal"),
        LaneOutcome::peak_ratio,
    ),
    measure(
        ("peak_after_repair", "Peak after repair"),
        "The most attempts per second that reach the database once it is repaired.",
        Unit::Count("attempts/s"),
        |it, _| Some(it.peak_after_repair),
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
        ("failed", "Failed calls"),
        "Calls that fail or that the client abandons.",
        Unit::Count("calls"),
        |it, _| Some(float(it.failed)),
    ),
    measure(
        ("failure_rate", "Failure rate"),
        "Failed calls as a share of all calls.",
        Unit::Share,
        |it, _| (it.calls > 0).then(|| float(it.failed) / float(it.calls)),
    ),
    measure(
        ("recovered_after", "Recovered after"),
        "The time from the repair of the database until it has caught up with its queue.",
        Unit::Seconds,
        |it, _| it.recovery.after().map(Duration::as_secs_f64),
    ),
    measure(
        ("excess_load", "Excess load"),
        "Attempts per second beyond capacity at the end of the run; 0 once the database has recovered.",
        Unit::Count("attempts/s"),
        |it, _| match it.recovery {
            LaneRecovery::After(_) => Some(0.0),
            LaneRecovery::Metastable { excess } | LaneRecovery::Overloaded { excess } => {
                Some(excess)
            }
        },
    ),
    measure(
        ("settled_after", "Settled after"),
        "The time from the repair until no more calls are in flight than before the outage, and fewer \
         than 5 % fail.",
        Unit::Seconds,
        |it, _| it.settled_after.map(Duration::as_secs_f64),
    ),
];

/// Makes a measure; a missing time means that it never came.
const fn measure(
    (name, label): (&'static str, &'static str),
    about: &'static str,
    unit: Unit,
    read: fn(&LaneOutcome, &Setup) -> Option<f64>,
) -> Measure {
    let none = if matches!(unit, Unit::Seconds) { Absent::Never } else { Absent::Nothing };
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

    /// The number as text, with its unit if that is short: `1.4 s`, `12.5 %`, `never`.
    #[must_use]
    pub fn text(&self, value: Option<f64>) -> String {
        let Some(value) = value else { return self.none.text().to_string() };
        match self.unit {
            Unit::Count(_) => separated(&format!("{value:.0}")),
            Unit::Number(_) => separated(&format!("{value:.2}")),
            Unit::Share => format!("{:.1} %", value * 100.0),
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
            Self::Share => "share",
            Self::Seconds => "s",
        }
    }
}

impl Absent {
    /// The word in place of a number.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Nothing => "none",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::herd::Requests;

    const OUTCOME: LaneOutcome = LaneOutcome {
        peak: 1_234.0,
        peak_after_repair: 500.0,
        attempts_per_call: 1.125,
        wasted_work: 0.125,
        failed: 5,
        calls: 1_000,
        recovery: LaneRecovery::Metastable { excess: 77.4 },
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
        let expected =
            ["1,234", "24.68", "500", "1.12", "12.5 %", "5", "0.5 %", "never", "77", "1.4 s"];
        assert_eq!(texts, expected);
    }

    #[test]
    fn what_there_is_not_is_said() {
        let once = Setup { requests: Requests::OneShot, ..Setup::default() };
        let outcome = LaneOutcome {
            recovery: LaneRecovery::After(Duration::ZERO),
            settled_after: None,
            calls: 0,
            ..OUTCOME
        };
        assert_eq!(text("peak_ratio", &outcome, &once), "none");
        assert_eq!(text("settled_after", &outcome, &once), "never");
        assert_eq!(text("recovered_after", &outcome, &once), "0 s");
        assert_eq!(text("excess_load", &outcome, &once), "0");
        assert_eq!(text("failure_rate", &outcome, &once), "none");
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
