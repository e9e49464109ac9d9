//! Time as integers, so that a run is the same to the last event on every machine.
//!
//! Nothing here reads a clock: the caller provides each [`Instant`]. All arithmetic saturates, so
//! that no configuration and no clock can overflow.

use alloc::format;
use core::fmt;
use core::ops::{Add, AddAssign, Sub};

/// A length of time in whole microseconds, up to about 584,000 years.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(u64);

/// A moment in whole microseconds since the start of the caller's own clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(u64);

impl Duration {
    /// No time at all.
    pub const ZERO: Self = Self(0);
    /// The longest length of time.
    pub const MAX: Self = Self(u64::MAX);
    /// One millisecond, the shortest that most settings accept.
    pub const MILLISECOND: Self = Self(1_000);
    /// One day, the longest that most settings accept.
    pub const DAY: Self = Self(86_400_000_000);

    /// This many microseconds.
    #[must_use]
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros)
    }

    /// This many milliseconds.
    #[must_use]
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis.saturating_mul(1_000))
    }

    /// This many seconds.
    #[must_use]
    pub const fn from_secs(secs: u64) -> Self {
        Self(secs.saturating_mul(1_000_000))
    }

    /// This many seconds, rounded to the nearest microsecond; negative and not-a-number give zero.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a float cast saturates"
    )]
    pub fn from_secs_f64(secs: f64) -> Self {
        Self((secs * 1e6 + 0.5) as u64)
    }

    /// The length in microseconds.
    #[must_use]
    pub const fn as_micros(self) -> u64 {
        self.0
    }

    /// The length in seconds, for display and drawing only.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "display needs no more than 52 bits")]
    pub const fn as_secs_f64(self) -> f64 {
        self.0 as f64 / 1e6
    }

    /// The sum, or [`Duration::MAX`] if it overflows.
    #[must_use]
    pub const fn saturating_add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The difference, or zero if `other` is longer.
    #[must_use]
    pub const fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// The length times `factor`, or [`Duration::MAX`] if it overflows.
    #[must_use]
    pub const fn saturating_mul(self, factor: u64) -> Self {
        Self(self.0.saturating_mul(factor))
    }

    /// This share of the length, in thousandths, rounded down and exact up to [`Duration::MAX`].
    #[must_use]
    pub fn per_mille(self, share: u32) -> Self {
        let micros = u128::from(self.0) * u128::from(share) / 1_000;
        Self(u64::try_from(micros).unwrap_or(u64::MAX))
    }
}

impl Instant {
    /// The start of the clock.
    pub const ZERO: Self = Self(0);
    /// The last possible moment; a timer set to it never fires.
    pub const MAX: Self = Self(u64::MAX);

    /// The moment this many microseconds after the start of the clock.
    #[must_use]
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros)
    }

    /// The moment this many milliseconds after the start of the clock.
    #[must_use]
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis.saturating_mul(1_000))
    }

    /// The moment this many seconds after the start of the clock.
    #[must_use]
    pub const fn from_secs(secs: u64) -> Self {
        Self(secs.saturating_mul(1_000_000))
    }

    /// Microseconds since the start of the clock.
    #[must_use]
    pub const fn as_micros(self) -> u64 {
        self.0
    }

    /// Seconds since the start of the clock, for display and drawing only.
    #[must_use]
    pub const fn as_secs_f64(self) -> f64 {
        Duration(self.0).as_secs_f64()
    }

    /// The time from `earlier` to this, or zero if `earlier` is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Duration {
        Duration(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Duration> for Instant {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(duration.0))
    }
}

impl AddAssign<Duration> for Instant {
    fn add_assign(&mut self, duration: Duration) {
        *self = *self + duration;
    }
}

impl Sub<Duration> for Instant {
    type Output = Self;

    fn sub(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(duration.0))
    }
}

impl From<core::time::Duration> for Duration {
    fn from(duration: core::time::Duration) -> Self {
        Self(u64::try_from(duration.as_micros()).unwrap_or(u64::MAX))
    }
}

impl From<Duration> for core::time::Duration {
    fn from(duration: Duration) -> Self {
        Self::from_micros(duration.0)
    }
}

impl fmt::Display for Duration {
    /// Writes the length in the unit that a person would choose: `20 µs`, `41 ms`, `12.4 s`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => f.write_str("0 s"),
            micros @ ..1_000 => write!(f, "{micros} µs"),
            micros @ ..1_000_000 => write_thousandths(f, micros, "ms"),
            micros => write_thousandths(f, micros / 1_000, "s"),
        }
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hundredths = self.0 / 10_000;
        write!(f, "{}.{:02} s", hundredths / 100, hundredths % 100)
    }
}

/// Writes a number of thousandths with as few decimals as it needs; from 10 on, with at most one.
fn write_thousandths(f: &mut fmt::Formatter<'_>, thousandths: u64, unit: &str) -> fmt::Result {
    let (whole, fraction) = (thousandths / 1_000, thousandths % 1_000);
    let tenths = fraction / 100;
    match (whole, fraction) {
        (_, 0) => write!(f, "{whole} {unit}"),
        (10.., _) if tenths == 0 => write!(f, "{whole} {unit}"),
        (10.., _) => write!(f, "{whole}.{tenths} {unit}"),
        _ => {
            let digits = format!("{fraction:03}");
            write!(f, "{whole}.{} {unit}", digits.trim_end_matches('0'))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_saturates_at_both_ends() {
        assert_eq!(Instant::MAX + Duration::from_secs(1), Instant::MAX);
        assert_eq!(Instant::ZERO - Duration::from_secs(1), Instant::ZERO);
        assert_eq!(Instant::ZERO.since(Instant::MAX), Duration::ZERO);
        assert_eq!(Duration::from_secs(u64::MAX), Duration::MAX);
        assert_eq!(Duration::MAX.per_mille(1_500), Duration::MAX);
        assert_eq!(Duration::MAX.per_mille(1_000), Duration::MAX);
    }

    #[test]
    fn floats_that_are_no_length_give_zero() {
        assert_eq!(Duration::from_secs_f64(-1.0), Duration::ZERO);
        assert_eq!(Duration::from_secs_f64(f64::NAN), Duration::ZERO);
        assert_eq!(Duration::from_secs_f64(0.25), Duration::from_millis(250));
    }

    #[test]
    fn lengths_read_as_a_person_would_write_them() {
        for (micros, text) in [
            (0, "0 s"),
            (20, "20 µs"),
            (1_500, "1.5 ms"),
            (41_900, "41.9 ms"),
            (2_000_000, "2 s"),
            (1_250_000, "1.25 s"),
            (12_400_000, "12.4 s"),
            (30_050_000, "30 s"),
        ] {
            assert_eq!(Duration::from_micros(micros).to_string(), text);
        }
        assert_eq!(Instant::from_millis(18_319).to_string(), "18.31 s");
    }
}
