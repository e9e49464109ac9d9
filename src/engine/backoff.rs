//! How long to wait before the next retry.
//!
//! Retries are counted from 0: the first retry of an exponential backoff waits `base`, the next
//! `base * factor`, as in the rule `base * 2^n`. The cap holds for what comes out, jitter included:
//! the range is cut before a delay is drawn from it, so that no herd gathers at the cap. Only the
//! decorrelated jitter is cut after, as its authors have it.
//!
//! The jitters are those of "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015): full,
//! equal and decorrelated; and a factor around the delay, as most libraries have it.

use crate::engine::config::{ConfigError, require};
use crate::rng::Rng;
use crate::time::Duration;

/// The settings of a [`Backoff`]; the default is 1 s, 2 s, 4 s ... up to 20 s with full jitter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BackoffConfig {
    /// The delay before the first retry: up to 1 day.
    pub base: Duration,
    /// How the delay grows from retry to retry.
    pub growth: Growth,
    /// No delay is longer than this, with or without jitter: `base` to 1 day.
    pub cap: Duration,
    /// How chance spreads the delay.
    pub jitter: Jitter,
}

/// How a delay grows with the number of the retry, `n` from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Growth {
    /// `base`, always.
    Constant,
    /// `base * (n + 1)`.
    Linear,
    /// `base * factor^n`.
    Exponential {
        /// The factor in thousandths, 2000 for doubling: 1000 to 100,000.
        factor_per_mille: u32,
    },
}

impl Growth {
    /// Twice as long each time.
    pub const DOUBLING: Self = Self::Exponential { factor_per_mille: 2_000 };
}

/// How chance spreads a delay `d`, so that clients that failed together do not return together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Jitter {
    /// `d` itself.
    None,
    /// Uniform in `[d * (1 - spread), d * (1 + spread)]`.
    Factor {
        /// The spread in thousandths, 500 for `[0.5, 1.5]`: 0 to 1000.
        spread_per_mille: u32,
    },
    /// Uniform in `[0, d]`.
    Full,
    /// Uniform in `[d / 2, d]`.
    Equal,
    /// The lesser of the cap and uniform in `[base, 3 * previous]`, where the first previous delay is
    /// `base`; growth is not used.
    Decorrelated,
}

/// A microsecond is 2^40 parts.
const PART_BITS: u32 = 40;

const DAY: Duration = Duration::from_secs(86_400);

impl Default for BackoffConfig {
    fn default() -> Self {
        Self {
            base: Duration::from_secs(1),
            growth: Growth::DOUBLING,
            cap: Duration::from_secs(20),
            jitter: Jitter::Full,
        }
    }
}

impl BackoffConfig {
    /// The same delay, always.
    #[must_use]
    pub const fn constant(delay: Duration) -> Self {
        Self { base: delay, growth: Growth::Constant, cap: delay, jitter: Jitter::None }
    }

    /// No wait at all: what a naive client does.
    pub const IMMEDIATE: Self = Self {
        base: Duration::ZERO,
        growth: Growth::Constant,
        cap: Duration::ZERO,
        jitter: Jitter::None,
    };
}

/// TEMPORARY
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Delays(u32, Option<Duration>);

impl Delays {
    /// So many.
    #[must_use]
    pub fn after(n: u32) -> Self {
        Self(n, None)
    }

    /// So many.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.0
    }
}

impl Backoff {
    /// The next.
    pub fn next(&self, delays: &mut Delays, rng: &mut Rng) -> Duration {
        let delay = self.delay(delays.0, delays.1, rng);
        delays.0 += 1;
        delays.1 = Some(delay);
        delay
    }
}

/// A rule that turns the number of a retry into a delay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff(BackoffConfig);

impl Backoff {
    /// The rule of these settings.
    ///
    /// # Errors
    /// When a setting is outside the range that [`BackoffConfig`] states.
    pub fn new(config: BackoffConfig) -> Result<Self, ConfigError> {
        let BackoffConfig { base, growth, cap, jitter } = config;
        require(base <= DAY, "backoff.base", base, "at most 1 day")?;
        require((base..=DAY).contains(&cap), "backoff.cap", cap, "backoff.base to 1 day")?;
        if let Growth::Exponential { factor_per_mille: factor } = growth {
            let range = 1_000..=100_000;
            require(range.contains(&factor), "backoff.factor", factor, "1000 to 100,000 ‰")?;
        }
        if let Jitter::Factor { spread_per_mille: spread } = jitter {
            require(spread <= 1_000, "backoff.spread", spread, "0 to 1000 ‰")?;
        }
        Ok(Self(config))
    }

    /// The settings.
    #[must_use]
    pub const fn config(&self) -> &BackoffConfig {
        &self.0
    }

    /// The delay before retry `n`, counted from 0, where the delay before it was `previous`.
    pub fn delay(&self, n: u32, previous: Option<Duration>, rng: &mut Rng) -> Duration {
        let BackoffConfig { base, cap, jitter, .. } = self.0;
        let delay = self.without_jitter(n);
        let drawn = match jitter {
            Jitter::None => delay,
            Jitter::Factor { spread_per_mille } => {
                let least = delay.per_mille(1_000 - spread_per_mille);
                between(least, delay.per_mille(1_000 + spread_per_mille).min(cap), rng)
            }
            Jitter::Full => between(Duration::ZERO, delay, rng),
            Jitter::Equal => between(delay.per_mille(500), delay, rng),
            Jitter::Decorrelated => {
                between(base, previous.unwrap_or(base).saturating_mul(3).max(base), rng)
            }
        };
        drawn.min(cap)
    }

    fn without_jitter(&self, n: u32) -> Duration {
        let BackoffConfig { base, growth, cap, .. } = self.0;
        match growth {
            Growth::Constant => base,
            Growth::Linear => base.saturating_mul(u64::from(n) + 1).min(cap),
            Growth::Exponential { factor_per_mille } => {
                // In parts of a microsecond, so that what is rounded away at each step is too little
                // to show: less than one microsecond at any number of retries below the cap.
                let mut parts = u128::from(base.as_micros()) << PART_BITS;
                let most = u128::from(cap.as_micros()) << PART_BITS;
                for _ in 0..n {
                    let next = parts * u128::from(factor_per_mille) / 1_000;
                    if next >= most || next == parts {
                        return if next >= most { cap } else { base };
                    }
                    parts = next;
                }
                Duration::from_micros(u64::try_from(parts >> PART_BITS).unwrap_or(u64::MAX))
            }
        }
    }
}

fn between(least: Duration, most: Duration, rng: &mut Rng) -> Duration {
    least.saturating_add(Duration::from_micros(rng.up_to(most.saturating_sub(least).as_micros())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delays(growth: Growth, jitter: Jitter) -> Vec<u64> {
        let config = BackoffConfig { growth, jitter, ..BackoffConfig::default() };
        let backoff = Backoff::new(config).unwrap();
        let mut rng = Rng::from_seed(1);
        (0..7).map(|n| backoff.delay(n, None, &mut rng).as_micros() / 1_000_000).collect()
    }

    #[test]
    fn each_growth_has_its_row() {
        assert_eq!(delays(Growth::Constant, Jitter::None), [1; 7]);
        assert_eq!(delays(Growth::Linear, Jitter::None), [1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(delays(Growth::DOUBLING, Jitter::None), [1, 2, 4, 8, 16, 20, 20]);
    }

    #[test]
    fn each_jitter_fills_its_range_and_has_its_mean() {
        let second = 1_000_000;
        for (jitter, least, most) in [
            (Jitter::Factor { spread_per_mille: 500 }, 4 * second, 12 * second),
            (Jitter::Full, 0, 8 * second),
            (Jitter::Equal, 4 * second, 8 * second),
            (Jitter::Decorrelated, second, 15 * second),
        ] {
            let config = BackoffConfig { jitter, ..BackoffConfig::default() };
            let backoff = Backoff::new(config).unwrap();
            let mut rng = Rng::from_seed(3);
            let previous = Some(Duration::from_secs(5));
            let draws: Vec<u64> =
                (0..10_000).map(|_| backoff.delay(3, previous, &mut rng).as_micros()).collect();
            let (min, max) = (draws.iter().min().unwrap(), draws.iter().max().unwrap());
            let range = most - least;
            assert!((least..=least + range / 100).contains(min), "{jitter:?}: {min}");
            assert!((most - range / 100..=most).contains(max), "{jitter:?}: {max}");
            // Five standard errors of a uniform mean over 10,000 draws: 5 * range / sqrt(12) / 100.
            let mean = draws.iter().sum::<u64>() / 10_000;
            assert!(mean.abs_diff(least + range / 2) < range * 15 / 1_000, "{jitter:?}: {mean}");
        }
    }

    #[test]
    fn slow_growth_is_not_rounded_away() {
        for (base, factor, n, micros) in
            [(1_000, 1_001, 3_000, 20_055), (1, 1_500, 30, 191_751), (1, 1_001, 0, 1)]
        {
            let config = BackoffConfig {
                base: Duration::from_micros(base),
                growth: Growth::Exponential { factor_per_mille: factor },
                jitter: Jitter::None,
                ..BackoffConfig::default()
            };
            let delay = Backoff::new(config).unwrap().delay(n, None, &mut Rng::from_seed(1));
            assert_eq!(delay.as_micros(), micros);
        }
    }

    #[test]
    fn no_herd_gathers_at_the_cap() {
        let jitter = Jitter::Factor { spread_per_mille: 500 };
        let backoff = Backoff::new(BackoffConfig { jitter, ..BackoffConfig::default() }).unwrap();
        let mut rng = Rng::from_seed(6);
        let cap = backoff.config().cap;
        let at_cap = (0..10_000).filter(|_| backoff.delay(8, None, &mut rng) == cap).count();
        assert!(at_cap < 10, "{at_cap} of 10,000 wait for exactly the cap");
    }

    #[test]
    fn no_delay_passes_the_cap_at_any_attempt() {
        let mut rng = Rng::from_seed(4);
        for growth in [Growth::Linear, Growth::DOUBLING] {
            for jitter in [Jitter::Factor { spread_per_mille: 1_000 }, Jitter::Decorrelated] {
                let config = BackoffConfig { growth, jitter, ..BackoffConfig::default() };
                let backoff = Backoff::new(config).unwrap();
                for n in [0, 1, 5, 64, 10_000, u32::MAX] {
                    let delay = backoff.delay(n, Some(Duration::MAX), &mut rng);
                    assert!(delay <= config.cap, "{growth:?} {jitter:?} {n}: {delay}");
                }
            }
        }
    }

    #[test]
    fn settings_out_of_range_name_themselves() {
        let default = BackoffConfig::default();
        for (config, field) in [
            (BackoffConfig { base: Duration::MAX, ..default }, "backoff.base"),
            (BackoffConfig { cap: Duration::ZERO, ..default }, "backoff.cap"),
            (
                BackoffConfig { growth: Growth::Exponential { factor_per_mille: 999 }, ..default },
                "backoff.factor",
            ),
            (
                BackoffConfig { jitter: Jitter::Factor { spread_per_mille: 1_001 }, ..default },
                "backoff.spread",
            ),
        ] {
            assert_eq!(Backoff::new(config).unwrap_err().field, field);
        }
    }
}
