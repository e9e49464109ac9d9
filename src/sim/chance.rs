//! Lengths of time drawn from distributions, by maths that is the same on every machine.

use crate::rng::Rng;
use crate::time::Duration;
use rand_core::Rng as _;

/// How lengths of time spread around their mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spread {
    /// Always the mean.
    Constant,
    /// Exponential: what independent arrivals have between them.
    Exponential,
    /// Lognormal with this sigma in thousandths, as measured latencies often are: 0 to 2000.
    LogNormal {
        /// The standard deviation of the logarithm, in thousandths.
        sigma_per_mille: u32,
    },
}

/// A length of time by chance, with this mean.
pub(super) fn draw(mean: Duration, spread: Spread, rng: &mut Rng) -> Duration {
    let factor = match spread {
        Spread::Constant => return mean,
        Spread::Exponential => -libm::log(unit(rng)),
        Spread::LogNormal { sigma_per_mille } => {
            let sigma = f64::from(sigma_per_mille) / 1_000.0;
            libm::exp(sigma * normal(rng) - sigma * sigma / 2.0)
        }
    };
    Duration::from_secs_f64(mean.as_secs_f64() * factor)
}

/// A number above 0 and up to 1, in steps of 2^-53.
#[expect(clippy::cast_precision_loss, reason = "53 bits are exact")]
fn unit(rng: &mut Rng) -> f64 {
    ((rng.next_u64() >> 11) + 1) as f64 / (1_u64 << 53) as f64
}

/// A standard normal number (Box and Muller 1958).
fn normal(rng: &mut Rng) -> f64 {
    let radius = libm::sqrt(-2.0 * libm::log(unit(rng)));
    radius * libm::cos(core::f64::consts::TAU * unit(rng))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spread_has_the_mean_that_was_asked_for() {
        let mean = Duration::from_millis(20);
        let sigma_per_mille = 500;
        // The standard deviations are 0, 1 and sqrt(exp(0.25) - 1) = 0.533 of the mean.
        for (spread, deviation) in [
            (Spread::Constant, 0.0),
            (Spread::Exponential, 1.0),
            (Spread::LogNormal { sigma_per_mille }, 0.533),
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
