//! Series: numbers that a run has every 100 ms.

use super::unit::Unit;
use fusebox::time::Duration;
use fusebox_sim::{Dependency, DependencyGauges, LoadSample, SAMPLE_EVERY, Sample};

/// A number that changes during a run.
#[derive(Clone, Copy, Debug)]
pub struct Series {
    /// Its name in queries.
    pub name: &'static str,
    /// Its unit.
    pub unit: Unit,
    /// What it is, in a phrase.
    pub about: &'static str,
    read: fn(&Sample, Option<Dependency>) -> Option<f64>,
}

/// Series with the same name are equal.
impl PartialEq for Series {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Series {}

/// All series.
pub const SERIES: &[Series] = &[
    series("threads", Unit::Count, "busy threads of the service", |it, _| {
        Some(it.gauges.threads_busy.into())
    }),
    series("thread_queue", Unit::Count, "requests queued for a thread", |it, _| {
        Some(it.gauges.queued.into())
    }),
    series("held", Unit::Count, "requests that the service holds in its memory", |it, _| {
        Some((it.gauges.threads_busy + it.gauges.queued).into())
    }),
    series("jobs", Unit::Count, "writes in the job queue", |it, _| Some(it.gauges.jobs.into())),
    series("health", Unit::Share, "share of health checks that were answered", |it, _| {
        (it.health_checks > 0).then(|| f64::from(it.health_answers) / f64::from(it.health_checks))
    }),
    series("sent", Unit::Rate, "calls that clients send", |it, _| Some(per_second(it.calls))),
    series("useful", Unit::Rate, "useful answers", |it, _| Some(per_second(it.useful))),
    series("failing", Unit::Rate, "errors", |it, _| Some(per_second(it.errors))),
    series("load", Unit::Rate, "attempts that reach the dependency", |it, on| {
        Some(per_second(total(it, on, LoadSample::attempts)))
    }),
    series("retry_load", Unit::Rate, "retries that reach the dependency", |it, on| {
        Some(per_second(total(it, on, |load| load.retries)))
    }),
    series("busy", Unit::Count, "requests in progress at the dependency", |it, on| {
        Some(gauges(it, on).busy.into())
    }),
    series("server_queue", Unit::Count, "requests queued at the dependency", |it, on| {
        Some(gauges(it, on).queued.into())
    }),
    series("connections", Unit::Count, "connections of the pool that are open", |it, on| {
        let pool = gauges(it, on).pool?;
        Some((pool.used + pool.idle).into())
    }),
    series("connections_used", Unit::Count, "connections of the pool in use", |it, on| {
        Some(gauges(it, on).pool?.used.into())
    }),
    series("connection_queue", Unit::Count, "attempts queued for a connection", |it, on| {
        Some(gauges(it, on).pool?.waiting.into())
    }),
    series("latency", Unit::Time, "99th percentile of the latency of all ends", |it, _| {
        it.p99_all.map(Duration::as_secs_f64)
    }),
];

const fn series(
    name: &'static str,
    unit: Unit,
    about: &'static str,
    read: fn(&Sample, Option<Dependency>) -> Option<f64>,
) -> Series {
    Series { name, unit, about, read }
}

fn per_second(count: u32) -> f64 {
    f64::from(count) / SAMPLE_EVERY.as_secs_f64()
}

/// The state of this dependency, or of the database.
fn gauges(sample: &Sample, on: Option<Dependency>) -> DependencyGauges {
    sample.gauges.dependencies[on.unwrap_or(Dependency::Postgres)]
}

fn total(sample: &Sample, on: Option<Dependency>, count: fn(&LoadSample) -> u32) -> u32 {
    let of = |other: Dependency| on.is_none_or(|on| on == other);
    let loads = sample.load.iter().filter(|(other, _)| of(*other));
    loads.map(|(_, load)| count(load)).sum()
}

impl Series {
    /// The series with this name.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        SERIES.iter().find(|series| series.name == name)
    }

    /// Its number in a sample, of this dependency if there is one of each; none if there is none.
    #[must_use]
    pub fn of(&self, sample: &Sample, on: Option<Dependency>) -> Option<f64> {
        (self.read)(sample, on)
    }
}
