//! What a setting may be, and what it is.

use core::ops::RangeInclusive;
use fusebox::time::{Duration, Instant};
use fusebox_sim::Action;

/// What a setting may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A length of time, or a moment as the time since the start of a run.
    Time {
        /// The shortest.
        min: Duration,
        /// The longest.
        max: Duration,
    },
    /// A number.
    Number {
        /// The least, as the config holds it.
        min: u32,
        /// The greatest, as the config holds it.
        max: u32,
        /// How the number in the config is written.
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
        /// At least so many.
        min: usize,
        /// At most so many.
        max: usize,
        /// Whether a word may be there twice.
        repeats: bool,
    },
    /// Calls a second, always the same or over time.
    Rate,
    /// An object with settings of its own, which are what is set; where it is optional, it is itself
    /// on or off.
    Part,
    /// A list of such objects.
    Parts {
        /// At least so many.
        min: usize,
        /// At most so many.
        max: usize,
    },
    /// A schedule: actions, each of which is also an object.
    Schedule {
        /// At most so many actions.
        max: usize,
    },
}

/// How a number in a config is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// As it is, a count of these: `calls`.
    Whole(&'static str),
    /// The config has thousandths of it: 1500 is written `1.5`.
    Thousandths,
    /// The config has thousandths, and it is a share: 125 is written `12.5%`.
    PerMille,
    /// The config has ten-thousandths, and it is a share: 1250 is written `12.5%`.
    PerTenThousand,
}

/// What a setting is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Nothing, where the setting is optional.
    Off,
    /// A length of time, or a moment as the time since the start of a run.
    Time(Duration),
    /// A number as the config holds it.
    Number(u32),
    /// A word.
    Choice(&'static str),
    /// True or false, or whether a part is there.
    Flag(bool),
    /// Words.
    List(Vec<&'static str>),
    /// From each moment on, thousandths of a call a second, with straight lines between.
    Rate(Vec<(Instant, u64)>),
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

/// 1 ms to 1 day.
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

    /// Whether it is written as a share, with `%`.
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

    /// The least and the greatest number of objects, where it is a list of objects.
    pub(crate) const fn parts(&self) -> Option<(usize, usize)> {
        match *self {
            Self::Parts { min, max } => Some((min, max)),
            Self::Schedule { max } => Some((0, max)),
            _ => None,
        }
    }

    /// What is counted, or the unit: `calls`, `%`, `times`, `calls a second`; nothing for what has
    /// none. A time carries its own.
    #[must_use]
    pub const fn unit(&self) -> &'static str {
        match self {
            Self::Number { scale: Scale::Whole(of), .. } => of,
            Self::Number { scale: Scale::Thousandths, .. } => "times",
            Self::Number { .. } => "%",
            Self::Rate => "calls a second",
            _ => "",
        }
    }
}
