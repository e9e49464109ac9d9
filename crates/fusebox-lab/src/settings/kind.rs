//! The kinds and values of settings.

use core::ops::RangeInclusive;
use fusebox::time::{Duration, Instant};
use fusebox_sim::{Action, Change};

/// The values that a setting accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A duration, or a moment as the time since the start of a run.
    Time {
        /// The shortest.
        min: Duration,
        /// The longest.
        max: Duration,
    },
    /// A number.
    Number {
        /// The smallest, in the unit of the config.
        min: u32,
        /// The largest, in the unit of the config.
        max: u32,
        /// How the stored number is written.
        scale: Scale,
    },
    /// One of these words.
    Choice(&'static [&'static str]),
    /// True or false.
    Flag,
    /// Some of these words, in an order that matters.
    List {
        /// The words.
        of: &'static [&'static str],
        /// The fewest words.
        min: usize,
        /// The most words.
        max: usize,
        /// Whether a word may be repeated.
        repeats: bool,
    },
    /// A rate in calls per second, constant or over time.
    Rate,
    /// Another value for a setting of a dependency, such as `breaker.failures=3`.
    Change,
    /// An object with settings of its own, which are set instead; if it is optional, the object
    /// itself is on or off.
    Part,
    /// A list of objects.
    Parts {
        /// The fewest objects.
        min: usize,
        /// The most objects.
        max: usize,
    },
    /// A schedule: actions, each of which is also an object.
    Schedule {
        /// The most actions.
        max: usize,
    },
}

/// How a stored number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Unchanged, as a count in this unit: `calls`.
    Whole(&'static str),
    /// Stored in thousandths: 1500 is written `1.5`.
    Thousandths,
    /// A share, stored in thousandths: 125 is written `12.5%`.
    PerMille,
    /// A share, stored in ten-thousandths: 1250 is written `12.5%`.
    PerTenThousand,
}

/// The value of a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Off, for an optional setting.
    Off,
    /// A duration, or a moment as the time since the start of a run.
    Time(Duration),
    /// A number in the unit of the config.
    Number(u32),
    /// A word.
    Choice(&'static str),
    /// True or false, or whether an optional object is on.
    Flag(bool),
    /// Words.
    List(Vec<&'static str>),
    /// Points of a rate: moments with thousandths of a call per second, and straight lines between.
    Rate(Vec<(Instant, u64)>),
    /// Another value for a setting of a dependency.
    Change(Change),
    /// The actions of a schedule.
    Schedule(Vec<Action>),
}

impl Value {
    pub(super) const fn number(&self) -> Option<u32> {
        match *self {
            Self::Number(number) => Some(number),
            _ => None,
        }
    }

    pub(super) const fn time(&self) -> Option<Duration> {
        match *self {
            Self::Time(time) => Some(time),
            _ => None,
        }
    }

    /// The words of a list.
    pub(super) fn list(&self) -> &[&'static str] {
        match self {
            Self::List(words) => words,
            _ => &[],
        }
    }
}

pub(crate) const DAY: Duration = Duration::DAY;

/// From 1 ms to 1 day.
pub(super) const MILLISECOND_TO_DAY: RangeInclusive<Duration> = Duration::MILLISECOND..=DAY;
/// Up to 1 day.
pub(super) const UP_TO_DAY: RangeInclusive<Duration> = Duration::ZERO..=DAY;

impl Scale {
    /// How many decimals the written number may have.
    #[must_use]
    pub const fn decimals(self) -> u32 {
        match self {
            Self::Whole(_) => 0,
            Self::PerMille => 1,
            Self::PerTenThousand => 2,
            Self::Thousandths => 3,
        }
    }

    /// Whether the number is written as a share, with `%`.
    #[must_use]
    pub const fn is_share(self) -> bool {
        matches!(self, Self::PerMille | Self::PerTenThousand)
    }
}

impl Kind {
    pub(super) const UP_TO_DAY: Self = Self::time(&UP_TO_DAY);

    pub(super) const fn time(range: &RangeInclusive<Duration>) -> Self {
        Self::Time { min: *range.start(), max: *range.end() }
    }

    pub(super) const fn number(scale: Scale, range: &RangeInclusive<u32>) -> Self {
        Self::Number { min: *range.start(), max: *range.end(), scale }
    }

    /// The smallest and the largest number of objects, for a list of objects.
    pub(crate) const fn parts(&self) -> Option<(usize, usize)> {
        match *self {
            Self::Parts { min, max } => Some((min, max)),
            Self::Schedule { max } => Some((0, max)),
            _ => None,
        }
    }

    /// The unit, or what is counted: `calls`, `%`, `times`, `calls per second`; empty for a kind
    /// without one. A time includes its own.
    #[must_use]
    pub const fn unit(&self) -> &'static str {
        match self {
            Self::Number { scale: Scale::Whole(of), .. } => of,
            Self::Number { scale: Scale::Thousandths, .. } => "times",
            Self::Number { .. } => "%",
            Self::Rate => "calls per second",
            _ => "",
        }
    }
}
