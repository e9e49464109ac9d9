//! The measures of a part of a run, each defined once.

use super::event::{Carried, Event, EventKind};
use super::unit::Unit;
use fusebox::time::Duration;
use fusebox_sim::{Dependency, Endpoint, LoadSample, Sample};

/// A part of a run, from one moment to another.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    /// Its events.
    pub events: &'a [Event],
    /// Its samples.
    pub samples: &'a [Sample],
    /// Its length.
    pub length: Duration,
    /// Only what is for this endpoint.
    pub endpoint: Option<Endpoint>,
    /// Only what is at this dependency.
    pub on: Option<Dependency>,
    /// The time from the last repair of the run to its recovery.
    pub recovered_after: Option<f64>,
}

/// A number of a part of a run.
#[derive(Clone, Copy, Debug)]
pub struct Measure {
    /// Its name in queries and goals.
    pub name: &'static str,
    /// Its unit.
    pub unit: Unit,
    /// A sentence that defines it, without its full stop.
    pub about: &'static str,
    read: fn(&Part<'_>) -> Option<f64>,
}

/// Measures with the same name are equal.
impl PartialEq for Measure {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Measure {}

/// All measures.
pub const MEASURES: &[Measure] = &[
    measure("success", Unit::Share, "Useful answers as a share of the calls that ended", |it| {
        let (useful, errors) = (it.ends(is_useful), it.ends(is_error));
        ratio(useful, useful + errors)
    }),
    measure("calls", Unit::Count, "Calls that clients sent", |it| {
        Some(it.ends(|kind| kind == EventKind::Called))
    }),
    measure("answers", Unit::Count, "Useful answers", |it| Some(it.ends(is_useful))),
    measure("errors", Unit::Count, "Calls that ended with an error or without an answer", |it| {
        Some(it.ends(is_error))
    }),
    measure(
        "amplification",
        Unit::Multiple,
        "Attempts as a multiple of the first attempts",
        |it| ratio(it.first_attempts() + it.retries(), it.first_attempts()),
    ),
    measure("attempts", Unit::Count, "Attempts that reached a dependency", |it| {
        Some(it.first_attempts() + it.retries())
    }),
    measure("first_attempts", Unit::Count, "First attempts that reached a dependency", |it| {
        Some(it.first_attempts())
    }),
    measure("retries", Unit::Count, "Later attempts that reached a dependency", |it| {
        Some(it.retries())
    }),
    measure("goodput", Unit::Rate, "Useful answers per second", |it| {
        ratio(it.ends(is_useful), it.length.as_secs_f64())
    }),
    measure("peak_load", Unit::Rate, "Most attempts within one second", |it| {
        const SECOND: usize = 10;
        let loads: Vec<f64> =
            it.samples.iter().map(|sample| it.load(sample, LoadSample::attempts)).collect();
        loads.windows(SECOND.min(loads.len().max(1))).map(|it| it.iter().sum()).reduce(f64::max)
    }),
    measure("p50", Unit::Time, "Median latency of useful answers", |it| it.latency(50)),
    measure("p90", Unit::Time, "90th percentile of the latency of useful answers", |it| {
        it.latency(90)
    }),
    measure("p99", Unit::Time, "99th percentile of the latency of useful answers", |it| {
        it.latency(99)
    }),
    measure("time", Unit::Time, "The length of this part of the run", |it| {
        Some(it.length.as_secs_f64())
    }),
    measure("recovered", Unit::Truth, "Whether the run recovered after its faults", |it| {
        Some(if it.recovered_after.is_some() { 1.0 } else { 0.0 })
    }),
    measure("recovered_after", Unit::Time, "The time from the last repair to recovery", |it| {
        it.recovered_after
    }),
];

const fn measure(
    name: &'static str,
    unit: Unit,
    about: &'static str,
    read: fn(&Part<'_>) -> Option<f64>,
) -> Measure {
    Measure { name, unit, about, read }
}

impl Measure {
    /// The measure of this name.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        MEASURES.iter().find(|measure| measure.name == name)
    }

    /// Its number; none if it is not defined for this part.
    #[must_use]
    pub fn of(&self, part: &Part<'_>) -> Option<f64> {
        (self.read)(part)
    }

    /// Whether it can be of a single dependency.
    pub(super) fn takes_dependency(&self) -> bool {
        ["amplification", "attempts", "first_attempts", "retries", "peak_load"].contains(&self.name)
    }

    /// Whether it can be of a single endpoint.
    pub(super) fn takes_endpoint(&self) -> bool {
        !self.takes_dependency() && !["time", "recovered", "recovered_after"].contains(&self.name)
    }
}

const fn is_useful(kind: EventKind) -> bool {
    matches!(kind, EventKind::Success | EventKind::Fallback | EventKind::Accepted)
}

const fn is_error(kind: EventKind) -> bool {
    matches!(kind, EventKind::Failed | EventKind::FailedFast | EventKind::GaveUp)
}

fn ratio(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

#[expect(clippy::cast_precision_loss, reason = "no run has 2^53 events")]
pub(super) fn number(count: usize) -> f64 {
    count as f64
}

impl Part<'_> {
    /// The events of the clients of these kinds, for the endpoint.
    fn ends(&self, is_it: fn(EventKind) -> bool) -> f64 {
        let of = |event: &&Event| self.endpoint.is_none_or(|it| event.endpoint == Some(it));
        number(self.events.iter().filter(of).filter(|event| is_it(event.kind)).count())
    }

    fn sum(&self, count: fn(&LoadSample) -> u32) -> f64 {
        self.samples.iter().map(|sample| self.load(sample, count)).sum()
    }

    fn first_attempts(&self) -> f64 {
        self.sum(|load| load.first_attempts)
    }

    fn retries(&self) -> f64 {
        self.sum(|load| load.retries)
    }

    fn load(&self, sample: &Sample, count: fn(&LoadSample) -> u32) -> f64 {
        let loads = sample.load.iter().filter(|(on, _)| self.on.is_none_or(|it| it == *on));
        loads.map(|(_, load)| f64::from(count(load))).sum()
    }

    fn latency(&self, percent: u32) -> Option<f64> {
        let of = |event: &&Event| self.endpoint.is_none_or(|it| event.endpoint == Some(it));
        let useful = self.events.iter().filter(of).filter(|event| is_useful(event.kind));
        percentile(useful.filter_map(|event| event.carried.number()).collect(), percent)
    }
}

impl Carried {
    /// As a number, a time in seconds.
    #[must_use]
    pub fn number(self) -> Option<f64> {
        match self {
            Self::Nothing => None,
            Self::Time(time) => Some(time.as_secs_f64()),
            Self::Count(count) => Some(count.into()),
        }
    }
}

/// The smallest of the numbers that at least this share in per cent do not exceed.
pub(super) fn percentile(mut numbers: Vec<f64>, percent: u32) -> Option<f64> {
    numbers.sort_by(f64::total_cmp);
    let rank = (numbers.len() * percent as usize).div_ceil(100);
    numbers.get(rank.max(1) - 1).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_the_nearest_rank() {
        let numbers = || (1..=10).map(f64::from).collect();
        assert_eq!(
            [1, 50, 51, 90, 99].map(|it| percentile(numbers(), it)),
            [Some(1.0), Some(5.0), Some(6.0), Some(9.0), Some(10.0)]
        );
        assert_eq!(percentile(Vec::new(), 50), None);
    }
}
