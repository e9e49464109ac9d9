//! A rate that finds its own limit: less after a throttling error, and then along a cubic curve back up
//! to where it was, slowly past it, and faster and faster where nothing happens.

use crate::config::{ConfigError, require};
use crate::time::{Duration, Instant};

/// What is left of the rate after an error.
const BETA: f64 = 0.7;

/// How steep the curve is, in requests a second for each cubic second.
const SCALE: f64 = 0.4;

/// The least rate, in requests a second.
const LEAST: f64 = 0.5;

/// The highest rate that an error can come at, in requests a second.
const MOST: f64 = 1e6;

/// A rate in requests a second that follows the successes and errors of a client.
///
/// It is the curve of TCP CUBIC as the adaptive mode of the AWS SDKs uses it (botocore,
/// `retries/throttling.py` and `retries/adaptive.py`), with `t` in seconds since the newest error:
///
/// ```text
/// on an error:   w_max = rate;  k = cbrt(w_max * (1 - 0.7) / 0.4);  rate = 0.7 * w_max
/// on a success:  rate = 0.4 * (t - k)^3 + w_max
/// ```
///
/// As there, the rate is at the most twice the one that was measured, so that a client that asks for
/// little does not save up a right to much, and at the least one request in two seconds.
///
/// ```
/// use fusebox::CubicRate;
/// use fusebox::time::Instant;
///
/// let mut rate = CubicRate::new(100.0, Instant::ZERO)?;
/// let at = Instant::from_secs;
/// assert_eq!(rate.throttled(at(10), 80.0), 56.0);
/// assert!(rate.succeeded(at(12), 56.0) < 80.0);
/// assert!(rate.succeeded(at(20), 80.0) > 80.0);
/// # Ok::<(), fusebox::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct CubicRate {
    w_max: f64,
    /// Seconds from the newest error until the rate is `w_max` again.
    k: f64,
    failed_at: Instant,
}

impl CubicRate {
    /// A curve as if an error had come now at this rate, in requests a second: 0.5 to 1,000,000.
    ///
    /// # Errors
    /// When the rate is outside that range, or no number.
    pub fn new(rate: f64, now: Instant) -> Result<Self, ConfigError> {
        let range = LEAST..=MOST;
        require(range.contains(&rate), "cubic_rate.rate", rate, "0.5 to 1,000,000 a second")?;
        Ok(Self { w_max: rate, k: zero_point(rate), failed_at: now })
    }

    /// The curve itself at this moment, without bounds.
    #[must_use]
    pub fn curve(&self, now: Instant) -> f64 {
        let after = seconds(now.since(self.failed_at)) - self.k;
        SCALE * after * after * after + self.w_max
    }

    /// The rate after a success, where so many requests a second were measured.
    #[must_use]
    pub fn succeeded(&self, now: Instant, measured: f64) -> f64 {
        bounded(self.curve(now), measured)
    }

    /// A throttling error came at this rate, the measured one or the limit, whichever is lower; gives
    /// the rate from now on. A rate that is no number is taken as the least.
    pub fn throttled(&mut self, now: Instant, rate: f64) -> f64 {
        self.w_max = if rate.is_nan() { LEAST } else { rate.clamp(LEAST, MOST) };
        self.k = zero_point(self.w_max);
        self.failed_at = now;
        bounded(BETA * self.w_max, self.w_max)
    }
}

fn bounded(rate: f64, measured: f64) -> f64 {
    rate.min(2.0 * measured).max(LEAST)
}

fn zero_point(w_max: f64) -> f64 {
    libm::cbrt(w_max * (1.0 - BETA) / SCALE)
}

#[expect(clippy::cast_precision_loss, reason = "exact up to 285 years")]
fn seconds(length: Duration) -> f64 {
    length.as_micros() as f64 / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT_ERROR: Instant = Instant::from_secs(5);

    #[test]
    fn the_curve_has_the_values_of_its_formula() {
        let rate = CubicRate::new(10.0, AT_ERROR).unwrap();
        assert!((rate.k - 1.957_433_820_6).abs() < 1e-9, "{}", rate.k);
        for (second, expected) in (5..).zip([
            7.0,
            9.648_936_01,
            10.000_030_85,
            10.453_284_521,
            13.408_697_022,
            21.266_268_354,
            36.425_998_517,
        ]) {
            let value = rate.curve(Instant::from_secs(second));
            assert!((value - expected).abs() < 1e-8, "{value}, not {expected}, at {second} s");
        }
    }

    #[test]
    fn an_error_takes_three_tenths_away_and_starts_the_curve_there() {
        let mut rate = CubicRate::new(100.0, Instant::ZERO).unwrap();
        let after = rate.throttled(AT_ERROR, 10.0);
        assert!((after - 7.0).abs() < 1e-9 && (rate.curve(AT_ERROR) - 7.0).abs() < 1e-9);
        assert_eq!(rate, CubicRate::new(10.0, AT_ERROR).unwrap());
    }

    #[test]
    fn the_rate_stays_between_its_bounds_whatever_is_measured() {
        let mut rate = CubicRate::new(10.0, Instant::ZERO).unwrap();
        for measured in [0.0, -1.0, f64::NAN, f64::INFINITY, f64::MAX, f64::MIN] {
            for now in [Instant::ZERO, AT_ERROR, Instant::MAX] {
                assert!(rate.succeeded(now, measured) >= LEAST);
                assert!(rate.throttled(now, measured) >= LEAST);
                assert!(rate.curve(now).is_finite());
            }
        }
        let rate = CubicRate::new(10.0, Instant::ZERO).unwrap();
        assert!((rate.succeeded(Instant::from_secs(100), 30.0) - 60.0).abs() < 1e-9);
    }

    #[test]
    fn a_rate_that_cannot_be_names_itself() {
        for wrong in [0.4, -1.0, 1e7, f64::NAN] {
            let error = CubicRate::new(wrong, Instant::ZERO).unwrap_err();
            assert_eq!(error.field, "cubic_rate.rate");
        }
    }
}
