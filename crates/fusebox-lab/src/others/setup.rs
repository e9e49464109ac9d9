//! The settings of a breaker as its own library writes them, and what it cannot express.

use fusebox::{BreakerConfig, Rate, SlowRate, Window};

/// The settings of a breaker.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Setup {
    /// The settings by the names that the library gives them.
    pub settings: Vec<(&'static str, String)>,
    /// The settings of ours that it cannot express, in a few words each.
    pub lacks: Vec<&'static str>,
}

/// A rule on the share of failures, which stands for the rules of ours where a library has no other.
pub(crate) struct NearestRate {
    pub(crate) rate: Rate,
    pub(crate) min_calls: u32,
}

/// The share of failures that stands for a number of failures.
const HALF: Rate = Rate::percent(50);

impl NearestRate {
    /// The rule on the share of failures that is nearest to the rules of a breaker; what is lost is
    /// added to `lacks`.
    ///
    /// A number of failures among a number of calls is their share of a full window, and failures in
    /// a row are a window of only failures. A number of failures in a time has no equal: half of at
    /// least as many calls stands for it.
    pub(crate) fn of(config: &BreakerConfig, lacks: &mut Vec<&'static str>) -> Self {
        let BreakerConfig { window, failures, failure_rate, min_calls, .. } = *config;
        if let Some(rate) = failure_rate {
            if failures.is_some() {
                lacks.push("a number of failures beside the rate");
            }
            return Self { rate, min_calls };
        }
        match (failures, window) {
            (Some(failures), Window::Consecutive) => {
                Self { rate: Rate::percent(100), min_calls: failures }
            }
            (Some(failures), Window::Count(calls)) => {
                let share = u64::from(failures) * 10_000 / u64::from(calls.max(1));
                let share = u32::try_from(share).unwrap_or(10_000).clamp(1, 10_000);
                Self { rate: Rate::per_ten_thousand(share), min_calls: calls }
            }
            (Some(failures), Window::Time(_)) => {
                lacks.push("a number of failures: 50 % of as many calls stands for it");
                Self { rate: HALF, min_calls: failures }
            }
            (None, _) => Self { rate: Rate::percent(100), min_calls },
        }
    }
}

/// What no other breaker here has.
pub(super) fn lacks(config: &BreakerConfig, has_slow_rate: bool) -> Vec<&'static str> {
    let mut lacks = Vec::new();
    if config.overdue.is_some() {
        lacks.push("a rule on overdue calls");
    }
    if matches!(config.slow_rate, Some(SlowRate { .. })) && !has_slow_rate {
        lacks.push("a rule on slow calls");
    }
    lacks
}

/// Whether a part of all calls is at least this share, without rounding.
pub(super) fn is_reached(rate: Rate, part: u32, all: u32) -> bool {
    u64::from(part) * 10_000 >= u64::from(all) * u64::from(rate.as_per_ten_thousand())
}
