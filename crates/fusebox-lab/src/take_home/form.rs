//! How a target writes the values of settings, and how they are read back.

use super::clock::{Clock, parse_clock};
use super::scalar::Scalar;
use crate::settings::{Kind, Scale, Value, decimal_text, time_text};
use fusebox::time::Duration;

/// How a target writes a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A length of time.
    Time(Clock),
    /// A length of time; off is written as zero.
    TimeOrOff(Clock),
    /// A whole number, smaller than ours by `less`; what is written is in the range.
    Whole {
        /// What ours counts more: the first attempt, among attempts that are written as retries.
        less: u32,
        /// The numbers that the target accepts.
        range: [u32; 2],
    },
    /// A share.
    Share {
        /// What is written for 100 %: 100 or 1.
        whole: u32,
        /// The shares that the target accepts, in ten-thousandths.
        range: [u32; 2],
        /// Shares are multiples of this many ten-thousandths; others are rounded up.
        step: u32,
    },
    /// A factor, with decimals.
    Factor,
    /// A word for each word of ours that the target has an equal of; without quotation marks.
    Word(&'static [(&'static str, &'static str)]),
    /// A word for each word of ours, as a text.
    Quoted(&'static [(&'static str, &'static str)]),
    /// False for off and true for any value, which then means the value with this text.
    Switch(&'static str),
    /// True or false.
    Flag,
    /// Not written itself: if anything is at its path, it means this word.
    Present(&'static str),
}

/// A value as it is written, and the value of ours that this means to the target.
#[derive(Debug)]
pub(super) struct Written {
    /// None if other keys say it.
    pub(super) scalar: Option<Scalar>,
    pub(super) meant: Value,
}

impl Form {
    /// A whole number that is the same here and there.
    pub(super) const fn whole(min: u32, max: u32) -> Self {
        Self::Whole { less: 0, range: [min, max] }
    }

    /// The number of retries, at least `min`, for our number of attempts.
    pub(super) const fn retries(min: u32) -> Self {
        Self::Whole { less: 1, range: [min, u32::MAX - 1] }
    }

    /// A share in per cent, in ten-thousandths from `min` to `max`.
    pub(super) const fn percent(min: u32, max: u32) -> Self {
        Self::Share { whole: 100, range: [min, max], step: 1 }
    }

    /// A share from 0 to 1, in ten-thousandths from `min` to `max`.
    pub(super) const fn fraction(min: u32, max: u32) -> Self {
        Self::Share { whole: 1, range: [min, max], step: 1 }
    }

    /// The value as the target writes it; none if it has no equal there.
    pub(super) fn write(&self, kind: Kind, value: &Value) -> Option<Written> {
        let bare = |text: String, meant| Some(Written { scalar: Some(Scalar::Bare(text)), meant });
        match (self, value) {
            (Self::Time(clock) | Self::TimeOrOff(clock), Value::Time(time)) => {
                let time = clock.fit(*time);
                Some(Written { scalar: Some(clock.write(time)), meant: Value::Time(time) })
            }
            (Self::TimeOrOff(clock), Value::Off) => {
                Some(Written { scalar: Some(clock.write(Duration::ZERO)), meant: Value::Off })
            }
            (Self::Whole { less, range }, Value::Number(number)) => {
                let there = number.saturating_sub(*less).clamp(range[0], range[1]);
                bare(there.to_string(), Value::Number(there.saturating_add(*less)))
            }
            (Self::Share { whole, range, step }, Value::Number(number)) => {
                let unit = ten_thousandths(kind);
                let share = number.saturating_mul(unit).clamp(range[0], range[1]);
                let share = share.div_ceil(*step).saturating_mul(*step);
                let decimals = if *whole == 100 { 2 } else { 4 };
                bare(decimal_text(share.into(), decimals), Value::Number(share / unit))
            }
            (Self::Factor, Value::Number(number)) => {
                bare(decimal_text((*number).into(), 3), Value::Number(*number))
            }
            (Self::Word(words), Value::Choice(word)) => bare(there(words, word)?, value.clone()),
            (Self::Quoted(words), Value::Choice(word)) => {
                let scalar = Some(Scalar::Text(there(words, word)?));
                Some(Written { scalar, meant: value.clone() })
            }
            (Self::Switch(_), Value::Off) => bare("false".to_string(), Value::Off),
            (Self::Switch(on), _) => bare("true".to_string(), kind.parse(on)?),
            (Self::Flag, Value::Flag(flag)) => bare(flag.to_string(), value.clone()),
            (Self::Present(is), Value::Choice(word)) if is == word => {
                Some(Written { scalar: None, meant: value.clone() })
            }
            _ => None,
        }
    }

    /// The value of ours that a text of the target means; it may be out of our range.
    pub(super) fn read(&self, kind: Kind, text: &str) -> Option<Value> {
        let text = text.trim();
        match self {
            Self::Time(clock) => parse_clock(text, clock.style).map(Value::Time),
            Self::TimeOrOff(clock) => {
                let time = parse_clock(text, clock.style)?;
                Some(if time == Duration::ZERO { Value::Off } else { Value::Time(time) })
            }
            Self::Whole { less, .. } => {
                let number = text.parse::<u64>().ok()?;
                let number = u32::try_from(number).unwrap_or(u32::MAX);
                Some(Value::Number(number.saturating_add(*less)))
            }
            Self::Share { whole, .. } => {
                let unit = f64::from(ten_thousandths(kind) * whole);
                scaled(text, 10_000.0 / unit)
            }
            Self::Factor => scaled(text, 1_000.0),
            Self::Word(words) | Self::Quoted(words) => {
                let is_it = |(_, there): &&(&str, &str)| there.eq_ignore_ascii_case(text);
                words.iter().find(is_it).and_then(|(here, _)| kind.parse(here))
            }
            Self::Flag => flag(text).map(Value::Flag),
            Self::Switch(on) => {
                if flag(text)? {
                    kind.parse(on)
                } else {
                    Some(Value::Off)
                }
            }
            Self::Present(word) => kind.parse(word),
        }
    }

    /// What the target accepts, in words that follow "must be".
    pub(super) fn accepts(&self) -> String {
        match self {
            Self::Time(clock) | Self::TimeOrOff(clock) => clock.accepts(),
            Self::Whole { range: [min, max], .. } if *max >= u32::MAX - 1 => {
                format!("a whole number from {min}")
            }
            Self::Whole { range: [min, max], .. } => format!("a whole number from {min} to {max}"),
            Self::Share { whole, range, .. } => {
                let decimals = if *whole == 100 { 2 } else { 4 };
                let [min, max] = range.map(|it| decimal_text(it.into(), decimals));
                format!("a number from {min} to {max}")
            }
            Self::Factor => "a number".to_string(),
            Self::Word(words) | Self::Quoted(words) => {
                let mut all: Vec<&str> = words.iter().map(|(_, there)| *there).collect();
                all.dedup();
                all.join(" or ")
            }
            Self::Switch(_) | Self::Flag => "true or false".to_string(),
            Self::Present(_) => "set".to_string(),
        }
    }
}

/// The value nearest to this one that a setting of this kind accepts.
pub(super) fn fit(kind: Kind, value: Value) -> Value {
    match (kind, value) {
        (Kind::Time { min, max }, Value::Time(time)) => Value::Time(time.clamp(min, max)),
        (Kind::Number { min, max, .. }, Value::Number(number)) => {
            Value::Number(number.clamp(min, max))
        }
        (_, value) => value,
    }
}

/// A value in the words of our settings, for a sentence.
pub(super) fn words(kind: Kind, value: &Value) -> String {
    match value {
        Value::Time(time) => time_text(*time),
        value => kind.text(value),
    }
}

/// How many ten-thousandths are in the unit in which a share is stored.
fn ten_thousandths(kind: Kind) -> u32 {
    match kind {
        Kind::Number { scale: Scale::PerMille, .. } => 10,
        _ => 1,
    }
}

fn flag(text: &str) -> Option<bool> {
    let words = [("false", false), ("true", true)];
    words.into_iter().find(|(word, _)| text.eq_ignore_ascii_case(word)).map(|(_, flag)| flag)
}

/// The word that the target has for one of ours.
fn there(words: &[(&str, &str)], word: &str) -> Option<String> {
    words.iter().find(|(here, _)| *here == word).map(|(_, there)| (*there).to_string())
}

/// A decimal number times a factor, rounded to a whole number.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float cast saturates, and negative numbers are refused"
)]
fn scaled(text: &str, factor: f64) -> Option<Value> {
    let number: f64 = text.parse().ok()?;
    let holds = number.is_finite() && number >= 0.0;
    if holds { Some(Value::Number((number * factor + 0.5) as u32)) } else { None }
}
