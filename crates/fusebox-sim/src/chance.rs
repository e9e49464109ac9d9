//! Durations drawn from distributions, with maths that is the same on every machine.

use core::ops::RangeInclusive;
use fusebox::rng::Rng;
use fusebox::time::Duration;
use fusebox::{ConfigError, require_in};
use rand_core::Rng as _;

/// How durations are distributed around their mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distribution {
    /// Always the mean.
    Constant,
    /// Uniform, from a width below the mean to the same width above it.
    Uniform {
        /// The width, in thousandths of the mean and in [`Distribution::WIDTH_PER_MILLE`].
        width_per_mille: u32,
    },
    /// Exponential, like the times between independent arrivals.
    Exponential,
    /// Lognormal, as measured latencies often are.
    LogNormal {
        /// The standard deviation of the logarithm, in thousandths and in
        /// [`Distribution::SIGMA_PER_MILLE`].
        sigma_per_mille: u32,
    },
    /// Normal around the mean; a negative value counts as positive.
    Normal {
        /// The standard deviation, in thousandths of the mean and in
        /// [`Distribution::DEVIATION_PER_MILLE`].
        deviation_per_mille: u32,
    },
}

impl Distribution {
    /// The range of the width of [`Distribution::Uniform`].
    pub const WIDTH_PER_MILLE: RangeInclusive<u32> = 0..=1_000;
    /// The range of the sigma of [`Distribution::LogNormal`].
    pub const SIGMA_PER_MILLE: RangeInclusive<u32> = 0..=2_000;
    /// The range of the deviation of [`Distribution::Normal`].
    pub const DEVIATION_PER_MILLE: RangeInclusive<u32> = 0..=1_000;

    /// Checks the parameter; an error names the field `distribution`.
    ///
    /// # Errors
    /// When the parameter is outside its range.
    pub fn check(self) -> Result<(), ConfigError> {
        let (range, field, value) = match self {
            Self::Constant | Self::Exponential => return Ok(()),
            Self::Uniform { width_per_mille } => {
                (Self::WIDTH_PER_MILLE, "distribution.width", width_per_mille)
            }
            Self::LogNormal { sigma_per_mille } => {
                (Self::SIGMA_PER_MILLE, "distribution.sigma", sigma_per_mille)
            }
            Self::Normal { deviation_per_mille } => {
                (Self::DEVIATION_PER_MILLE, "distribution.deviation", deviation_per_mille)
            }
        };
        require_in(&range, field, value).map(|_| ())
    }
}

/// A random duration with this mean.
#[must_use]
pub fn draw(mean: Duration, spread: Distribution, rng: &mut Rng) -> Duration {
    let factor = match spread {
        Distribution::Constant => return mean,
        Distribution::Uniform { width_per_mille } => {
            let most = mean.per_mille(width_per_mille);
            let drawn = Duration::from_micros(rng.up_to(most.saturating_mul(2).as_micros()));
            return mean.saturating_sub(most).saturating_add(drawn);
        }
        Distribution::Exponential => exponential(rng.next_u64()),
        Distribution::LogNormal { sigma_per_mille } => {
            let sigma = f64::from(sigma_per_mille) / 1_000.0;
            libm::exp(sigma * normal(rng) - sigma * sigma / 2.0)
        }
        Distribution::Normal { deviation_per_mille } => {
            (1.0 + f64::from(deviation_per_mille) / 1_000.0 * normal(rng)).abs()
        }
    };
    Duration::from_secs_f64(mean.as_secs_f64() * factor)
}

/// An exponential number with mean 1, from the upper 53 of 64 random bits.
pub(crate) fn exponential(bits: u64) -> f64 {
    -libm::log(unit(bits))
}

/// A number above 0 and up to 1, in steps of 2^-53.
#[expect(clippy::cast_precision_loss, reason = "53 bits are exact")]
fn unit(bits: u64) -> f64 {
    ((bits >> 11) + 1) as f64 / (1_u64 << 53) as f64
}

/// A standard normal number (Box and Muller 1958).
fn normal(rng: &mut Rng) -> f64 {
    let radius = libm::sqrt(2.0 * exponential(rng.next_u64()));
    radius * libm::cos(core::f64::consts::TAU * unit(rng.next_u64()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spread_has_the_mean_that_was_asked_for() {
        let mean = Duration::from_millis(20);
        let sigma_per_mille = 500;
        // The standard deviations as fractions of the mean: for a uniform distribution, half its
        // width divided by the root of 3; for the lognormal one, sqrt(exp(0.25) - 1).
        for (spread, deviation) in [
            (Distribution::Constant, 0.0),
            (Distribution::Uniform { width_per_mille: 500 }, 0.289),
            (Distribution::Exponential, 1.0),
            (Distribution::LogNormal { sigma_per_mille }, 0.533),
            (Distribution::Normal { deviation_per_mille: 200 }, 0.2),
        ] {
            let mut rng = Rng::from_seed(5);
            let draws = 100_000_u32;
            let sum: f64 =
                (0..draws).map(|_| draw(mean, spread, &mut rng).as_secs_f64() / 0.02).sum();
            let error = (sum / f64::from(draws) - 1.0).abs();
            let allowed = 5.0 * deviation / f64::from(draws).sqrt() + 1e-4;
            assert!(error < allowed, "{spread:?}: {error} of {allowed}");
        }
    }
}
