//! What the lines of the charts stand for.

use super::ChartKind;
use crate::format::latency;
use crate::palette::Palette;
use fusebox::time::Duration;
use fusebox_sim::{Dependency, Sample, Scenario};

/// Something that is drawn or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quantity {
    Offered,
    Goodput,
    Errors,
    P50,
    P99,
    FirstAttempts,
    Retries,
    /// First attempts and retries.
    Attempts,
    Capacity,
    Workers,
    /// The service's connections to the dependency.
    Pool,
    /// Its connections to all dependencies together.
    SharedPool,
    /// The slots of the dependency itself.
    Slots,
}

/// How a quantity is read from samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sampling {
    /// It counts what happened since the sample before; its sum is shown a second.
    Rate,
    /// It is what was at that moment; its mean is shown.
    Gauge,
    /// It is of a longer time already, or wavers not at all.
    Known,
}

impl Quantity {
    /// Its name beside its line.
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Offered => "offered",
            Self::Goodput => "goodput",
            Self::Errors => "errors",
            Self::P50 => "p50",
            Self::P99 => "p99",
            Self::FirstAttempts => "first attempts",
            Self::Retries => "retries",
            Self::Attempts => "attempts",
            Self::Capacity => "capacity",
            Self::Workers => "threads",
            Self::Pool => "connections",
            Self::SharedPool => "all connections",
            Self::Slots => "slots",
        }
    }

    /// The class of the small line beside its name.
    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Offered | Self::P50 | Self::Pool | Self::SharedPool | Self::Slots => "is-thin",
            Self::Goodput | Self::FirstAttempts => "is-success",
            Self::Errors => "is-failure",
            Self::P99 => "is-slow",
            Self::Retries | Self::Attempts => "is-retry",
            Self::Capacity => "is-limit",
            Self::Workers => "is-copper",
        }
    }

    /// The colour of its line.
    pub(super) fn colour(self, palette: &Palette) -> &str {
        match self {
            Self::Goodput | Self::FirstAttempts => &palette.success,
            Self::Errors => &palette.failure,
            Self::P99 => &palette.slow,
            Self::Retries | Self::Attempts => &palette.retry,
            Self::Workers => &palette.copper,
            _ => &palette.ink_soft,
        }
    }

    /// How it is read from samples.
    pub(super) const fn kind(self) -> Sampling {
        match self {
            Self::Offered
            | Self::Goodput
            | Self::Errors
            | Self::FirstAttempts
            | Self::Retries
            | Self::Attempts => Sampling::Rate,
            Self::Workers | Self::Pool | Self::SharedPool | Self::Slots => Sampling::Gauge,
            Self::P50 | Self::P99 | Self::Capacity => Sampling::Known,
        }
    }

    /// Its number in a sample; not a number where it has none.
    pub(super) fn of(self, sample: &Sample, on: Dependency) -> f64 {
        let (load, gauges) = (&sample.load[on], &sample.gauges.dependencies[on]);
        let millis = |length: Option<Duration>| {
            length.map_or(f64::NAN, |length| length.as_secs_f64() * 1_000.0)
        };
        let count = match self {
            Self::Offered => sample.calls,
            Self::Goodput => sample.useful,
            Self::Errors => sample.errors,
            Self::FirstAttempts => load.first_attempts,
            Self::Retries => load.retries,
            Self::Attempts => load.attempts(),
            Self::Workers => sample.gauges.workers_busy,
            Self::Pool => gauges.pool.map_or(0, |pool| pool.used),
            Self::SharedPool => {
                let pools = sample.gauges.dependencies.iter();
                pools.filter_map(|(_, gauges)| gauges.pool).map(|pool| pool.used).sum()
            }
            Self::Slots => gauges.busy,
            Self::P50 => return millis(sample.p50),
            Self::P99 => return millis(sample.p99),
            Self::Capacity => return per_second(gauges.capacity).unwrap_or(f64::NAN),
        };
        f64::from(count)
    }

    /// How many there are of which so many are in use.
    pub(super) fn limit(self, scenario: &Scenario, on: Dependency) -> Option<f64> {
        let service = scenario.service.as_ref();
        let limit = match self {
            Self::Workers => service?.threads,
            Self::Pool => scenario.dependencies[on].pool?.max_connections,
            Self::SharedPool => service?.shared_pool?.max_connections,
            Self::Slots => scenario.dependencies[on].server.concurrency,
            _ => return None,
        };
        Some(f64::from(limit))
    }

    /// A value of it as a person reads it.
    pub(super) fn words(self, value: Option<f64>, limit: Option<f64>) -> String {
        match (value, limit) {
            (None, _) => "–".to_owned(),
            (Some(millis), _) if matches!(self, Self::P50 | Self::P99) => {
                latency(Duration::from_secs_f64(millis / 1_000.0))
            }
            (Some(value), Some(limit)) => format!("{value:.0} of {limit:.0}"),
            (Some(value), None) => format!("{value:.0}"),
        }
    }
}

impl ChartKind {
    /// What is read in it, each beside its line.
    pub(super) fn quantities(self, scenario: &Scenario, on: Dependency) -> Vec<Quantity> {
        match self {
            Self::Calls => vec![Quantity::Offered, Quantity::Goodput, Quantity::Errors],
            Self::Latency => vec![Quantity::P50, Quantity::P99],
            Self::Load => vec![Quantity::FirstAttempts, Quantity::Retries, Quantity::Capacity],
            Self::Busy => match &scenario.service {
                None => vec![Quantity::Slots],
                Some(service) => vec![
                    Quantity::Workers,
                    match (service.shared_pool, scenario.dependencies[on].pool) {
                        (Some(_), _) => Quantity::SharedPool,
                        (None, Some(_)) => Quantity::Pool,
                        (None, None) => Quantity::Slots,
                    },
                ],
            },
        }
    }

    /// What is drawn of a run with other settings.
    pub(super) const fn compared(self, scenario: &Scenario) -> Quantity {
        match self {
            Self::Calls => Quantity::Goodput,
            Self::Latency => Quantity::P99,
            Self::Load => Quantity::Attempts,
            Self::Busy if scenario.service.is_none() => Quantity::Slots,
            Self::Busy => Quantity::Workers,
        }
    }

    /// What it shows, with the unit.
    pub(super) fn title(self, scenario: &Scenario, on: Dependency) -> String {
        match self {
            Self::Calls => "Calls per second".to_owned(),
            Self::Latency => "Latency of useful answers".to_owned(),
            Self::Load => format!("Attempts per second at {}", on.title()),
            Self::Busy => match self.quantities(scenario, on)[..] {
                [_, Quantity::Slots] => format!("In use: threads, slots of {}", on.title()),
                [_, _] => "In use: threads and connections".to_owned(),
                _ => format!("In use: slots of {}", on.title()),
            },
        }
    }
}

/// A capacity in thousandths as a number.
#[expect(clippy::cast_precision_loss, reason = "a chart shows no more than 52 bits")]
pub(super) fn per_second(thousandths: Option<u64>) -> Option<f64> {
    thousandths.map(|capacity| capacity as f64 / 1_000.0)
}
