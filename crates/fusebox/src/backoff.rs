//! How long to wait before the next retry.

use crate::config::{ConfigError, Expected, require, require_in};
use crate::rng::Rng;
use crate::time::Duration;
use core::ops::RangeInclusive;

crate::settings! {
    /// The settings of a [`Backoff`]: by default 1 s, 2 s, 4 s ... up to 20 s with full jitter.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct BackoffConfig in "backoff" {
        /// The delay before the first retry.
        base: Duration = Duration::from_secs(1), BASE: Self::TIME;
        /// How the delay grows from one retry to the next.
        growth: Growth = Growth::DOUBLING;
        /// No delay is longer than this, with or without jitter; it is no shorter than `base`.
        cap: Duration = Duration::from_secs(20), CAP: Self::TIME;
        /// How the delay is randomized.
        jitter: Jitter = Jitter::Full;
    }
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
    /// `base` times 1, 1, 2, 3, 5, 8 ..., each the sum of the two before it (backon).
    Fibonacci,
    /// `base * (2^(n + 1) - 1)`: `base` times 1, 3, 7, 15 ..., the Mersenne numbers (Envoy).
    Mersenne,
}

impl Growth {
    /// The range of the factor of [`Growth::Exponential`], in thousandths.
    pub const FACTOR_PER_MILLE: RangeInclusive<u32> = 1_000..=100_000;
    /// Doubles the delay each time.
    pub const DOUBLING: Self = Self::Exponential { factor_per_mille: 2_000 };
}

/// How a delay `d` is randomized, so that clients that failed together do not retry together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Jitter {
    /// `d` itself, without a draw.
    None,
    /// Uniform in `[d * (1 - share), d * (1 + share)]` (Google's HTTP client, resilience4j; Polly with
    /// 250 ‰).
    PlusMinusShare {
        /// The share in thousandths: 0 to 1,000, where 500 means `[0.5 d, 1.5 d]`.
        per_mille: u32,
    },
    /// Uniform in `[0, d]`.
    Full,
    /// Uniform in `[d / 2, d]`.
    Equal,
    /// Uniform in `[d, d * (1 + share)]` (tower with 990 ‰, backon with 1000 ‰).
    ///
    /// A delay that has reached the cap gets no jitter.
    AddedShare {
        /// The share in thousandths: 0 to 100,000.
        per_mille: u32,
    },
    /// Uniform in `[d, d + time]` (Google Cloud Storage, tenacity's `wait_exponential_jitter`).
    ///
    /// A delay that has reached the cap gets no jitter.
    AddedTime {
        /// The longest time added: up to 1 day.
        time: Duration,
    },
    /// Uniform in `[d - time, d + time]`, but not below zero (failsafe).
    PlusMinusTime {
        /// The longest time added or subtracted: up to 1 day.
        time: Duration,
    },
    /// Uniform in `[base, 3 * previous delay]`, then cut to the cap; the first previous delay is
    /// `base`, and growth is not used.
    Decorrelated,
    /// The step of a smooth curve from one random place to the next, about `base * 2^n`, cut to the
    /// cap; growth is not used (Polly's `DecorrelatedJitterBackoffV2`, cockatiel).
    ///
    /// The curve is `2^t * tanh(sqrt(4 t)) * base / 1.4`, where `t` is `n` plus a random fraction. The
    /// first step starts at zero.
    SmoothDecorrelated,
}

impl Jitter {
    /// The range of the share of [`Jitter::PlusMinusShare`], in thousandths.
    pub const PLUS_MINUS_PER_MILLE: RangeInclusive<u32> = 0..=1_000;
    /// The range of the share of [`Jitter::AddedShare`], in thousandths.
    pub const ADDED_PER_MILLE: RangeInclusive<u32> = 0..=100_000;
}

/// A microsecond is 2^40 parts.
const PART_BITS: u32 = 40;

/// The Fibonacci number with this index is so large that even 1 µs times it exceeds the longest
/// cap.
const FIBONACCI_ENOUGH: u32 = 60;

/// Makes the middle of the first smooth delay equal to the base, as in Polly.
const SMOOTH_SCALE: f64 = 1.4;

impl BackoffConfig {
    /// The range of every time in a backoff.
    pub const TIME: RangeInclusive<Duration> = Duration::ZERO..=Duration::DAY;

    /// The same delay, always.
    #[must_use]
    pub const fn constant(delay: Duration) -> Self {
        Self { base: delay, growth: Growth::Constant, cap: delay, jitter: Jitter::None }
    }

    /// No delay at all, as in a naive client.
    pub const IMMEDIATE: Self = Self::constant(Duration::ZERO);
}

/// How many delays one call has had, and what the next delay depends on; the default is none yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delays {
    count: u32,
    /// The newest delay, if known.
    previous: Option<Duration>,
    /// Where on the smooth curve the newest delay ended, relative to `count - 1`, as a fraction of
    /// 2^64.
    place: u64,
}

impl Delays {
    /// The state after this number of delays, if nothing else about them is known.
    ///
    /// A jitter that depends on the previous delay takes it to be the base (decorrelated) or the
    /// middle of its range (smooth decorrelated).
    #[must_use]
    pub const fn after(count: u32) -> Self {
        Self { count, previous: None, place: if count == 0 { 0 } else { 1 << 63 } }
    }

    /// Delays so far.
    #[must_use]
    pub const fn count(&self) -> u32 {
        self.count
    }
}

/// A rule that turns the number of a retry into a delay.
///
/// Retries are counted from 0: the first retry of an exponential backoff waits `base`, the next
/// `base * factor`, as in the rule `base * 2^n`. A [`Backoff`] is the rule, which calls share;
/// [`Delays`] is the progress of one call.
///
/// The cap applies to the result, including the jitter: the range is cut before a delay is drawn
/// from it, so that no herd gathers at the cap. Libraries disagree here: Polly, resilience4j and
/// Envoy cut afterwards; backoff and backon cut before the jitter is added, which then exceeds the
/// cap. Only the two decorrelated jitters are cut afterwards, as their authors define them.
///
/// The jitters full, equal and decorrelated are those of "Exponential Backoff And Jitter" (AWS
/// Architecture Blog, 2015); the others name the library that they come from.
///
/// ```
/// use fusebox::{Backoff, BackoffConfig, Delays, Jitter};
/// use fusebox::rng::Rng;
/// use fusebox::time::Duration;
///
/// let config = BackoffConfig { jitter: Jitter::Equal, ..BackoffConfig::default() };
/// let backoff = Backoff::new(config)?;
/// let mut delays = Delays::default();
/// let mut rng = Rng::from_seed(1);
/// for (least, most) in [(500, 1_000), (1_000, 2_000), (2_000, 4_000)] {
///     let delay = backoff.next(&mut delays, &mut rng);
///     assert!(delay >= Duration::from_millis(least) && delay <= Duration::from_millis(most));
/// }
/// assert_eq!(delays.count(), 3);
/// # Ok::<(), fusebox::ConfigError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff(BackoffConfig);

impl Backoff {
    /// A rule with these settings.
    ///
    /// # Errors
    /// When a setting is outside the range that [`BackoffConfig`] states.
    pub fn new(config: BackoffConfig) -> Result<Self, ConfigError> {
        let BackoffConfig { base, growth, cap, jitter } = config;
        config.check_ranges()?;
        let expected = Expected::other("at least", "backoff.base", base);
        require(base <= cap, "backoff.cap", cap, expected)?;
        if let Growth::Exponential { factor_per_mille: factor } = growth {
            require_in(&Growth::FACTOR_PER_MILLE, "backoff.factor_per_mille", factor)?;
        }
        let share = |range, share| require_in(&range, "backoff.jitter_per_mille", share).map(drop);
        match jitter {
            Jitter::PlusMinusShare { per_mille } => share(Jitter::PLUS_MINUS_PER_MILLE, per_mille),
            Jitter::AddedShare { per_mille } => share(Jitter::ADDED_PER_MILLE, per_mille),
            Jitter::AddedTime { time } | Jitter::PlusMinusTime { time } => {
                require_in(&BackoffConfig::TIME, "backoff.jitter_time", time).map(drop)
            }
            _ => Ok(()),
        }?;
        Ok(Self(config))
    }

    /// The settings.
    #[must_use]
    pub const fn config(&self) -> &BackoffConfig {
        &self.0
    }

    /// The next delay.
    pub fn next(&self, delays: &mut Delays, rng: &mut Rng) -> Duration {
        self.draw(delays, |most| rng.up_to(most))
    }

    /// The next delay for `random`, a fraction of 2^64: for other generators, and for tables of
    /// expected delays.
    pub fn next_at(&self, delays: &mut Delays, random: u64) -> Duration {
        self.draw(delays, |most| share(random, most))
    }

    /// The next delay; `chance` draws a whole number from 0 to its argument.
    fn draw(&self, delays: &mut Delays, chance: impl FnOnce(u64) -> u64) -> Duration {
        let mut place = 0;
        let drawn = match self.0.jitter {
            Jitter::None => self.without_jitter(delays.count),
            Jitter::SmoothDecorrelated => {
                place = chance(u64::MAX);
                smooth_step(delays, place, self.0.base)
            }
            _ => {
                let (least, most) = self.range(delays);
                let drawn = chance(most.saturating_sub(least).as_micros());
                least.saturating_add(Duration::from_micros(drawn))
            }
        };
        let drawn = drawn.min(self.0.cap);
        *delays = Delays { count: delays.count.saturating_add(1), previous: Some(drawn), place };
        drawn
    }

    /// The smallest and the largest value that the jitter can draw for the next delay, before the
    /// cap.
    ///
    /// For the smooth decorrelated jitter it is the delay without any jitter.
    #[must_use]
    pub fn range(&self, delays: &Delays) -> (Duration, Duration) {
        let BackoffConfig { base, cap, jitter, .. } = self.0;
        let delay = self.without_jitter(delays.count);
        match jitter {
            Jitter::None | Jitter::SmoothDecorrelated => (delay, delay),
            Jitter::PlusMinusShare { per_mille } => {
                (delay.per_mille(1_000 - per_mille), delay.per_mille(1_000 + per_mille).min(cap))
            }
            Jitter::Full => (Duration::ZERO, delay),
            Jitter::Equal => (delay.per_mille(500), delay),
            Jitter::AddedShare { per_mille } => {
                (delay, delay.per_mille(1_000 + per_mille).min(cap))
            }
            Jitter::AddedTime { time } => (delay, delay.saturating_add(time).min(cap)),
            Jitter::PlusMinusTime { time } => {
                (delay.saturating_sub(time), delay.saturating_add(time).min(cap))
            }
            Jitter::Decorrelated => {
                (base, delays.previous.unwrap_or(base).saturating_mul(3).max(base))
            }
        }
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
            Growth::Fibonacci => {
                let (mut delay, mut next) = (base, base);
                for _ in 0..n.min(FIBONACCI_ENOUGH) {
                    (delay, next) = (next, delay.saturating_add(next));
                }
                delay.min(cap)
            }
            Growth::Mersenne => {
                let power = 1_u64.checked_shl(n.saturating_add(1));
                base.saturating_mul(power.map_or(u64::MAX, |power| power - 1)).min(cap)
            }
        }
    }
}

/// A wait that a server asked for, with jitter on top of it: up to half of the wait, as in Envoy,
/// but no more than `room`. So nobody comes early, and those who were told the same time do not
/// come together.
pub(crate) fn spread(asked: Duration, room: Duration, rng: &mut Rng) -> Duration {
    let most = (asked.as_micros() / 2).min(room.as_micros());
    asked.saturating_add(Duration::from_micros(rng.up_to(most)))
}

/// The step along the smooth curve from the place of the newest delay to `place`.
fn smooth_step(delays: &Delays, place: u64, base: Duration) -> Duration {
    let before = delays.count.checked_sub(1).map_or(0.0, |n| smooth_curve(n, delays.place));
    let step = smooth_curve(delays.count, place) - before;
    // Far out the curve is infinite and a step is not a number; both count as longer than any cap.
    let finite = step.min(f64::MAX);
    Duration::from_secs_f64(finite * base.as_secs_f64() / SMOOTH_SCALE)
}

/// `2^t * tanh(sqrt(4 t))` at `t = n + fraction`, the same to the last bit on every machine.
#[expect(clippy::cast_precision_loss, reason = "a fraction needs no more than 53 bits")]
fn smooth_curve(n: u32, fraction: u64) -> f64 {
    let fraction = (fraction >> 11) as f64 / (1_u64 << 53) as f64;
    let t = f64::from(n) + fraction;
    libm::exp2(t) * libm::tanh(libm::sqrt(4.0 * t))
}

/// The whole number from 0 to `most` that this fraction of 2^64 selects.
fn share(fraction: u64, most: u64) -> u64 {
    let product = u128::from(fraction) * (u128::from(most) + 1);
    u64::try_from(product >> 64).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000;

    fn backoff(growth: Growth, jitter: Jitter) -> Backoff {
        Backoff::new(BackoffConfig { growth, jitter, ..BackoffConfig::default() }).unwrap()
    }

    #[test]
    fn each_growth_has_its_row() {
        for (growth, row) in [
            (Growth::Constant, [1; 7]),
            (Growth::Linear, [1, 2, 3, 4, 5, 6, 7]),
            (Growth::DOUBLING, [1, 2, 4, 8, 16, 20, 20]),
            (Growth::Fibonacci, [1, 1, 2, 3, 5, 8, 13]),
            (Growth::Mersenne, [1, 3, 7, 15, 20, 20, 20]),
        ] {
            let (backoff, mut delays) = (backoff(growth, Jitter::None), Delays::default());
            let mut next = || backoff.next(&mut delays, &mut Rng::from_seed(1)).as_micros();
            assert_eq!([(); 7].map(|()| next() / SECOND), row, "{growth:?}");
        }
    }

    #[test]
    fn each_jitter_fills_its_range_and_has_its_mean() {
        for (jitter, least, most) in [
            (Jitter::PlusMinusShare { per_mille: 500 }, 4 * SECOND, 12 * SECOND),
            (Jitter::Full, 0, 8 * SECOND),
            (Jitter::Equal, 4 * SECOND, 8 * SECOND),
            (Jitter::AddedShare { per_mille: 500 }, 8 * SECOND, 12 * SECOND),
            (Jitter::AddedShare { per_mille: 100_000 }, 8 * SECOND, 20 * SECOND),
            (Jitter::AddedTime { time: Duration::from_secs(3) }, 8 * SECOND, 11 * SECOND),
            (Jitter::PlusMinusTime { time: Duration::from_secs(3) }, 5 * SECOND, 11 * SECOND),
            (Jitter::PlusMinusTime { time: Duration::from_secs(10) }, 0, 18 * SECOND),
            (Jitter::Decorrelated, SECOND, 15 * SECOND),
        ] {
            let backoff = backoff(Growth::DOUBLING, jitter);
            let mut rng = Rng::from_seed(3);
            let previous = Some(Duration::from_secs(5));
            let next = || {
                let mut delays = Delays { previous, ..Delays::after(3) };
                backoff.next(&mut delays, &mut rng).as_micros()
            };
            let draws: Vec<u64> = core::iter::repeat_with(next).take(10_000).collect();
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
    fn a_fraction_picks_the_same_place_in_a_range_as_a_draw() {
        let jitter = Jitter::PlusMinusShare { per_mille: 500 };
        let backoff = backoff(Growth::Constant, jitter);
        let at = |random| backoff.next_at(&mut Delays::default(), random).as_micros();
        assert_eq!(
            [0, 1 << 62, 1 << 63, u64::MAX].map(at),
            [500_000, 750_000, 1_000_000, 1_500_000]
        );
        assert_eq!(share(u64::MAX, u64::MAX), u64::MAX);
    }

    #[test]
    fn without_jitter_nothing_is_drawn() {
        let (mut rng, mut delays) = (Rng::from_seed(1), Delays::default());
        backoff(Growth::DOUBLING, Jitter::None).next(&mut delays, &mut rng);
        assert_eq!(rng.up_to(u64::MAX), Rng::from_seed(1).up_to(u64::MAX));
    }

    #[test]
    fn delays_count_and_can_begin_later() {
        let backoff = backoff(Growth::DOUBLING, Jitter::None);
        let mut delays = Delays::default();
        assert_eq!(delays, Delays::after(0));
        for n in 0..4 {
            assert_eq!(delays.count(), n);
            let mut later = Delays::after(n);
            assert_eq!(backoff.next_at(&mut delays, 0), backoff.next_at(&mut later, 0));
        }
    }

    #[test]
    fn decorrelated_jitters_that_begin_later_begin_at_the_base_and_in_the_middle() {
        let at = |jitter, count, random| {
            backoff(Growth::Constant, jitter).next_at(&mut Delays::after(count), random).as_micros()
        };
        assert_eq!(at(Jitter::Decorrelated, 7, u64::MAX), 3 * SECOND);
        assert_eq!(at(Jitter::SmoothDecorrelated, 0, 1 << 63), 897_405);
        assert_eq!(at(Jitter::SmoothDecorrelated, 3, 1 << 63), 4_045_979);
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
            let delay = Backoff::new(config).unwrap().next_at(&mut Delays::after(n), 0);
            assert_eq!(delay.as_micros(), micros);
        }
    }

    #[test]
    fn no_herd_gathers_at_the_cap() {
        for jitter in [
            Jitter::PlusMinusShare { per_mille: 500 },
            Jitter::PlusMinusTime { time: Duration::from_secs(5) },
            Jitter::Full,
            Jitter::Equal,
        ] {
            let backoff = backoff(Growth::DOUBLING, jitter);
            let mut rng = Rng::from_seed(6);
            let mut at_cap =
                |_: &u32| backoff.next(&mut Delays::after(8), &mut rng) == backoff.config().cap;
            let at_cap = (0..10_000).filter(&mut at_cap).count();
            assert!(at_cap < 10, "{jitter:?}: {at_cap} of 10,000 wait for exactly the cap");
        }
    }

    const JITTERS: [Jitter; 9] = [
        Jitter::None,
        Jitter::PlusMinusShare { per_mille: 1_000 },
        Jitter::Full,
        Jitter::Equal,
        Jitter::AddedShare { per_mille: 100_000 },
        Jitter::AddedTime { time: Duration::DAY },
        Jitter::PlusMinusTime { time: Duration::DAY },
        Jitter::Decorrelated,
        Jitter::SmoothDecorrelated,
    ];

    const GROWTHS: [Growth; 6] = [
        Growth::Constant,
        Growth::Linear,
        Growth::DOUBLING,
        Growth::Exponential { factor_per_mille: 1_000 },
        Growth::Fibonacci,
        Growth::Mersenne,
    ];

    #[test]
    fn no_delay_passes_the_cap_at_any_attempt() {
        let micros = Duration::from_micros;
        let ranges = [
            (micros(0), micros(0)),
            (micros(0), Duration::DAY),
            (micros(1), Duration::DAY),
            (micros(1), micros(1)),
            (Duration::DAY, Duration::DAY),
        ];
        let numbers =
            [0, 1, 5, 52, 62, 63, 64, 1_022, 1_023, 1_024, 10_000, u32::MAX - 1, u32::MAX];
        for (growth, jitter) in
            GROWTHS.iter().flat_map(|&growth| JITTERS.map(|jitter| (growth, jitter)))
        {
            for (base, cap) in ranges {
                let backoff = Backoff::new(BackoffConfig { base, growth, cap, jitter }).unwrap();
                for (n, random) in
                    numbers.iter().flat_map(|&n| [0, 1 << 63, u64::MAX].map(|r| (n, r)))
                {
                    let mut delays = Delays { previous: Some(Duration::MAX), ..Delays::after(n) };
                    let first = backoff.next_at(&mut delays, random);
                    let second = backoff.next_at(&mut delays, random);
                    assert!(
                        first <= cap && second <= cap,
                        "{growth:?} {jitter:?} {n}: {first}, {second}"
                    );
                    assert_eq!(delays.count(), n.saturating_add(2));
                }
            }
        }
    }

    #[test]
    fn what_grows_ends_at_the_cap() {
        for growth in [Growth::Linear, Growth::DOUBLING, Growth::Fibonacci, Growth::Mersenne] {
            let (base, jitter) = (Duration::from_micros(1), Jitter::None);
            let config = BackoffConfig { base, growth, cap: Duration::DAY, jitter };
            let delay = Backoff::new(config).unwrap().next_at(&mut Delays::after(u32::MAX), 0);
            let most = if growth == Growth::Linear {
                Duration::from_micros(1 << 32)
            } else {
                Duration::DAY
            };
            assert_eq!(delay, most, "{growth:?}");
        }
        for n in [1_024, 10_000, u32::MAX] {
            let backoff = backoff(Growth::Constant, Jitter::SmoothDecorrelated);
            let mut delays = Delays::after(n);
            for _ in 0..3 {
                assert_eq!(backoff.next_at(&mut delays, 0), backoff.config().cap, "{n}");
            }
        }
    }

    #[test]
    fn settings_out_of_range_name_themselves() {
        let default = BackoffConfig::default();
        let growth = |factor_per_mille| BackoffConfig {
            growth: Growth::Exponential { factor_per_mille },
            ..default
        };
        let jitter = |jitter| BackoffConfig { jitter, ..default };
        for (config, field) in [
            (BackoffConfig { base: Duration::MAX, ..default }, "backoff.base"),
            (BackoffConfig { cap: Duration::ZERO, ..default }, "backoff.cap"),
            (growth(999), "backoff.factor_per_mille"),
            (growth(100_001), "backoff.factor_per_mille"),
            (jitter(Jitter::PlusMinusShare { per_mille: 1_001 }), "backoff.jitter_per_mille"),
            (jitter(Jitter::AddedShare { per_mille: 100_001 }), "backoff.jitter_per_mille"),
            (jitter(Jitter::AddedTime { time: Duration::MAX }), "backoff.jitter_time"),
            (jitter(Jitter::PlusMinusTime { time: Duration::MAX }), "backoff.jitter_time"),
        ] {
            assert_eq!(Backoff::new(config).unwrap_err().field, field);
        }
    }
}
