//! What can be measured of a lane, each number once: for tables, bands, sweeps and files.

use super::float;
use super::outcome::{Outcome, Recovery};
use super::setup::Setup;
use crate::words::{length, separated};
use fusebox::time::Duration;

/// A number of a lane.
#[derive(Clone, Copy, Debug)]
pub struct Measure {
    /// Its name in links, files and for the terminal.
    pub name: &'static str,
    /// What a table calls it.
    pub label: &'static str,
    /// What it is, in a sentence.
    pub about: &'static str,
    /// What it counts.
    pub unit: Unit,
    /// What it means where there is no such number.
    pub none: Absent,
    read: fn(&Outcome, &Setup) -> Option<f64>,
}

/// What a measure counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// So many calls or attempts.
    Count(&'static str),
    /// A number with two decimals, of these.
    Number(&'static str),
    /// A share, from 0 to 1.
    Share,
    /// Seconds.
    Seconds,
}

/// What it means that a measure has no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absent {
    /// That does not come in this run, which is longer than any time.
    Never,
    /// There is no such thing here.
    Nothing,
}

impl PartialEq for Measure {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Measure {}

/// All measures, in the order in which tables have them.
pub const MEASURES: &[Measure] = &[
    Measure {
        name: "peak",
        label: "Peak",
        about: "The most attempts within a second that come to the database from its outage on.",
        unit: Unit::Count("attempts a second"),
        none: Absent::Nothing,
        read: |outcome, _| Some(outcome.peak),
    },
    Measure {
        name: "peak_of_normal",
        label: "Peak of normal",
        about: "The peak as a multiple of the calls a second where all is well.",
        unit: Unit::Number("times"),
        none: Absent::Nothing,
        read: Outcome::peak_of_normal,
    },
    Measure {
        name: "peak_after",
        label: "Peak after",
        about: "The most attempts within a second that come once the database is up again.",
        unit: Unit::Count("attempts a second"),
        none: Absent::Nothing,
        read: |outcome, _| Some(outcome.peak_after),
    },
    Measure {
        name: "attempts_per_call",
        label: "Attempts per call",
        about: "Attempts that come to the database for each call.",
        unit: Unit::Number("attempts"),
        none: Absent::Nothing,
        read: |outcome, _| Some(outcome.attempts_per_call),
    },
    Measure {
        name: "wasted",
        label: "Wasted work",
        about: "The share of the database's work for which nobody waits any more when it is done.",
        unit: Unit::Share,
        none: Absent::Nothing,
        read: |outcome, _| Some(outcome.wasted),
    },
    Measure {
        name: "failed",
        label: "Failed calls",
        about: "Calls that fail for good, or that nobody waits for any more.",
        unit: Unit::Count("calls"),
        none: Absent::Nothing,
        read: |outcome, _| Some(float(outcome.failed)),
    },
    Measure {
        name: "failed_share",
        label: "Failed share",
        about: "The same as a share of all calls.",
        unit: Unit::Share,
        none: Absent::Nothing,
        read: |outcome, _| {
            (outcome.calls > 0).then(|| float(outcome.failed) / float(outcome.calls))
        },
    },
    Measure {
        name: "recovery",
        label: "Keeps up after",
        about: "The time from the database's repair until it keeps up with what comes.",
        unit: Unit::Seconds,
        none: Absent::Never,
        read: |outcome, _| outcome.recovery.after().map(Duration::as_secs_f64),
    },
    Measure {
        name: "excess",
        label: "To be shed",
        about: "Attempts a second at the end beyond what the database can do; 0 where it keeps up.",
        unit: Unit::Count("attempts a second"),
        none: Absent::Nothing,
        read: |outcome, _| match outcome.recovery {
            Recovery::After(_) => Some(0.0),
            Recovery::Metastable { excess } | Recovery::Overloaded { excess } => Some(excess),
        },
    },
    Measure {
        name: "caught_up",
        label: "All back after",
        about: "The time from the database's repair until no more calls are under way than before, and fewer \
                than one in twenty fail.",
        unit: Unit::Seconds,
        none: Absent::Never,
        read: |outcome, _| outcome.caught_up.map(Duration::as_secs_f64),
    },
];

impl Measure {
    /// The measure of this name.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        MEASURES.iter().find(|measure| measure.name == name)
    }

    /// The number of a lane; none means what [`Measure::none`] says.
    #[must_use]
    pub fn of(&self, outcome: &Outcome, setup: &Setup) -> Option<f64> {
        (self.read)(outcome, setup)
    }

    /// The number as people read it, with its unit where that is short: `1.4 s`, `12.5 %`, `never`.
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

impl Unit {
    /// What a file calls it.
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
    /// What stands where a number would.
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

    const OUTCOME: Outcome = Outcome {
        peak: 1_234.0,
        peak_after: 500.0,
        attempts_per_call: 1.125,
        wasted: 0.125,
        failed: 5,
        calls: 1_000,
        recovery: Recovery::Metastable { excess: 77.4 },
        caught_up: Some(Duration::from_millis(1_400)),
    };

    fn text(name: &str, outcome: &Outcome, setup: &Setup) -> String {
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
        let outcome = Outcome {
            recovery: Recovery::After(Duration::ZERO),
            caught_up: None,
            calls: 0,
            ..OUTCOME
        };
        assert_eq!(text("peak_of_normal", &outcome, &once), "none");
        assert_eq!(text("caught_up", &outcome, &once), "never");
        assert_eq!(text("recovery", &outcome, &once), "0 s");
        assert_eq!(text("excess", &outcome, &once), "0");
        assert_eq!(text("failed_share", &outcome, &once), "none");
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
