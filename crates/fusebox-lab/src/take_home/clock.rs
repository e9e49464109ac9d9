//! Lengths of time as each target writes them.

use super::scalar::Scalar;
use crate::settings::{decimal_text, time_text};
use fusebox::time::Duration;

/// How a target writes lengths of time, and which it accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Clock {
    pub(super) style: Style,
    /// Times are multiples of this; others are rounded up.
    pub(super) step: Duration,
    /// The shortest.
    pub(super) min: Duration,
    /// The longest.
    pub(super) max: Duration,
}

/// The notation of a length of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// Whole numbers with a unit, as Spring reads them: `30s`, `500ms`. A bare number is milliseconds.
    Spring,
    /// Seconds with decimals, as the JSON of Protocol Buffers has them: `0.5s`.
    Proto,
    /// Seconds with nine decimals: `0.500000000s`. Some readers of gRPC's service config take the digits
    /// after the point for nanoseconds, and with nine digits they are.
    Nanos,
    /// A .NET time span: `00:00:30`, with days in front of a point. A bare number is days.
    TimeSpan,
    /// A number of seconds.
    Seconds,
    /// A number of milliseconds.
    Millis,
    /// Code in C#.
    CSharp,
    /// Code in Go.
    Go,
    /// Code in Rust.
    Rust,
}

impl Clock {
    /// Any time of whole milliseconds up to a day.
    pub(super) const fn new(style: Style) -> Self {
        Self { style, step: Duration::MILLISECOND, min: Duration::ZERO, max: Duration::DAY }
    }

    /// The same with another step.
    pub(super) const fn step(mut self, step: Duration) -> Self {
        self.step = step;
        self
    }

    /// The same with another shortest time.
    pub(super) const fn min(mut self, min: Duration) -> Self {
        self.min = min;
        self
    }

    /// The time that is written for this one.
    pub(super) fn fit(&self, time: Duration) -> Duration {
        let step = self.step.as_micros().max(1);
        let micros = time.clamp(self.min, self.max).as_micros();
        Duration::from_micros(micros.div_ceil(step).saturating_mul(step))
    }

    /// The accepted times, in words that follow "must be".
    pub(super) fn accepts(&self) -> String {
        let [step, min, max] = [self.step, self.min, self.max].map(time_text);
        let example = self.write(self.fit(Duration::from_secs(30)));
        let example = example.text();
        format!("a time such as {example}, from {min} to {max} in steps of {step}")
    }

    pub(super) fn write(&self, time: Duration) -> Scalar {
        let micros = time.as_micros();
        match self.style {
            Style::Spring => Scalar::Text(in_units(micros, ["us", "ms", "s"])),
            Style::Proto => Scalar::Text(decimal_text(micros, 6) + "s"),
            Style::Nanos => {
                let (seconds, rest) = (micros / 1_000_000, micros % 1_000_000);
                Scalar::Text(match rest {
                    0 => format!("{seconds}s"),
                    rest => format!("{seconds}.{rest:06}000s"),
                })
            }
            Style::TimeSpan => Scalar::Text(time_span(micros)),
            Style::Seconds => Scalar::Bare(decimal_text(micros, 6)),
            Style::Millis => Scalar::Bare(decimal_text(micros, 3)),
            Style::CSharp => {
                Scalar::Bare(code(micros, |number, unit| format!("TimeSpan.From{unit}({number})")))
            }
            Style::Go => Scalar::Bare(code(micros, |number, unit| {
                format!("{number} * time.{}", unit.trim_end_matches('s'))
            })),
            Style::Rust => Scalar::Bare(code(micros, |number, unit| {
                let unit = match unit {
                    "Seconds" => "secs",
                    "Milliseconds" => "millis",
                    _ => "micros",
                };
                format!("Duration::from_{unit}({number})")
            })),
        }
    }
}

/// The number of the largest of three units, each 1,000 of the one before, in which it is whole.
fn largest_whole(micros: u64, units: [&str; 3]) -> (u64, &str) {
    match micros {
        micros if micros.is_multiple_of(1_000_000) => (micros / 1_000_000, units[2]),
        micros if micros.is_multiple_of(1_000) => (micros / 1_000, units[1]),
        micros => (micros, units[0]),
    }
}

fn in_units(micros: u64, units: [&str; 3]) -> String {
    let (number, unit) = largest_whole(micros, units);
    format!("{number}{unit}")
}

fn code(micros: u64, write: impl Fn(u64, &str) -> String) -> String {
    let (number, unit) = largest_whole(micros, ["Microseconds", "Milliseconds", "Seconds"]);
    write(number, unit)
}

fn time_span(micros: u64) -> String {
    let (seconds, rest) = (micros / 1_000_000, micros % 1_000_000);
    let days = match seconds / 86_400 {
        0 => String::new(),
        days => format!("{days}."),
    };
    let fraction = if rest == 0 { String::new() } else { format!(".{rest:06}0") };
    let (hours, minutes) = (seconds / 3_600 % 24, seconds / 60 % 60);
    format!("{days}{hours:02}:{minutes:02}:{:02}{fraction}", seconds % 60)
}

/// The units of times, with how many nanoseconds each has.
const UNITS: [(&str, u128); 10] = [
    ("ns", 1),
    ("us", 1_000),
    ("µs", 1_000),
    ("ms", 1_000_000),
    ("s", SECOND),
    ("min", 60 * SECOND),
    ("m", 60 * SECOND),
    ("h", 3_600 * SECOND),
    ("d", 86_400 * SECOND),
    ("", 0),
];

const SECOND: u128 = 1_000_000_000;

/// The longest text of a time.
const LENGTH_MAX: usize = 40;

/// A time in any notation of the formats that are read: numbers with units, one after the other
/// (`1m30s`, `0.5s`), ISO 8601 (`PT1.5S`), a time span (`00:00:30`), or a bare number, whose unit depends
/// on the notation. What is finer than a microsecond is rounded up.
pub(super) fn parse_clock(text: &str, style: Style) -> Option<Duration> {
    if text.len() > LENGTH_MAX {
        return None;
    }
    let lower = text.trim().to_ascii_lowercase();
    let nanos = if lower.contains(':') {
        parse_time_span(&lower)?
    } else if lower.bytes().all(|c| c.is_ascii_digit() || c == b'.') {
        let unit = match style {
            Style::TimeSpan => 86_400 * SECOND,
            Style::Seconds => SECOND,
            Style::Spring | Style::Millis => 1_000_000,
            // Protocol Buffers and Go need a unit, but for zero.
            _ if lower == "0" => 0,
            _ => return None,
        };
        decimal(&lower, unit)?
    } else {
        let iso = lower.strip_prefix('p').map(|rest| rest.replacen('t', "", 1));
        parse_units(iso.as_deref().unwrap_or(&lower))?
    };
    u64::try_from(nanos.div_ceil(1_000)).ok().map(Duration::from_micros)
}

/// Numbers with units, one after the other, as nanoseconds.
fn parse_units(text: &str) -> Option<u128> {
    let is_number = |c: char| c.is_ascii_digit() || c == '.';
    let (mut rest, mut sum) = (text, 0_u128);
    while !rest.is_empty() {
        let (number, after) = rest.split_at(rest.find(|c| !is_number(c))?);
        let (unit, after) = after.split_at(after.find(is_number).unwrap_or(after.len()));
        let (_, nanos) = UNITS.into_iter().find(|(name, _)| *name == unit.trim())?;
        sum = sum.checked_add(decimal(number, nanos)?)?;
        rest = after;
    }
    (!text.is_empty()).then_some(sum)
}

/// A time span `[days.]hours:minutes[:seconds[.fraction]]` as nanoseconds.
fn parse_time_span(text: &str) -> Option<u128> {
    let parts: Vec<&str> = text.split(':').collect();
    let [hours, minutes, seconds] = match parts[..] {
        [hours, minutes] => [hours, minutes, "0"],
        [hours, minutes, seconds] => [hours, minutes, seconds],
        _ => return None,
    };
    let (days, hours) = hours.split_once('.').unwrap_or(("0", hours));
    let whole = |text: &str, unit: u128| text.parse::<u32>().ok().map(|it| u128::from(it) * unit);
    let sum = whole(days, 86_400 * SECOND)? + whole(hours, 3_600 * SECOND)?;
    Some(sum + whole(minutes, 60 * SECOND)? + decimal(seconds, SECOND)?)
}

/// A number with decimals times a unit; digits beyond the unit are dropped.
fn decimal(text: &str, unit: u128) -> Option<u128> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_digits = |text: &str| text.bytes().all(|c| c.is_ascii_digit());
    if whole.len() + fraction.len() == 0 || !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    let whole: u128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let mut sum = whole.checked_mul(unit)?;
    let mut place = unit;
    for digit in fraction.bytes() {
        place /= 10;
        sum += u128::from(digit - b'0') * place;
    }
    Some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_notation_is_read_as_it_is_written() {
        let styles = [
            Style::Spring,
            Style::Proto,
            Style::Nanos,
            Style::TimeSpan,
            Style::Seconds,
            Style::Millis,
        ];
        for micros in [0, 1, 1_500, 25_000, 999_999, 1_500_000, 90_000_000, 86_400_000_000] {
            let time = Duration::from_micros(micros);
            for style in styles {
                let text = Clock::new(style).write(time);
                assert_eq!(parse_clock(text.text(), style), Some(time), "{style:?}: {text:?}");
            }
        }
    }

    #[test]
    fn the_notations_of_the_world_are_read() {
        for (text, style, millis) in [
            ("PT10S", Style::Spring, 10_000),
            ("PT1M30.5S", Style::Spring, 90_500),
            ("500", Style::Spring, 500),
            ("1m30s", Style::Proto, 90_000),
            (".5s", Style::Nanos, 500),
            ("1.02:03:04.5", Style::TimeSpan, 93_784_500),
            ("00:10", Style::TimeSpan, 600_000),
            ("1", Style::TimeSpan, 86_400_000),
            ("0.25", Style::Seconds, 250),
        ] {
            assert_eq!(parse_clock(text, style), Some(Duration::from_millis(millis)), "{text}");
        }
        for text in ["", "s", "-1s", "1", "1x", "1:2:3:4", "1s2", "9999999999999999999999h", "½s"]
        {
            assert_eq!(parse_clock(text, Style::Proto), None, "{text}");
        }
    }

    #[test]
    fn code_has_the_largest_whole_unit() {
        let write = |style, micros| {
            Clock::new(style).write(Duration::from_micros(micros)).text().to_string()
        };
        assert_eq!(write(Style::CSharp, 500_000), "TimeSpan.FromMilliseconds(500)");
        assert_eq!(write(Style::Go, 30_000_000), "30 * time.Second");
        assert_eq!(write(Style::Rust, 25), "Duration::from_micros(25)");
    }

    #[test]
    fn times_are_rounded_up_to_a_step_within_the_range() {
        let clock = Clock::new(Style::Spring).step(Duration::from_secs(1));
        assert_eq!(clock.fit(Duration::from_millis(2_500)), Duration::from_secs(3));
        let clock = clock.min(Duration::from_secs(5));
        assert_eq!(clock.fit(Duration::ZERO), Duration::from_secs(5));
    }
}
