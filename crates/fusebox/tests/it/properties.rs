//! What holds of the policies beside the breaker for all settings, with random ones.

use crate::random::each_seed;
use fusebox::rng::Rng;
use fusebox::time::{Duration, Instant};
use fusebox::{
    Answer, Backoff, BackoffConfig, Delays, Failure, FallbackConfig, Growth, Jitter, Otherwise,
    Outcome, RateLimit, RateLimitConfig, Rejection, Throttle, ThrottleConfig,
};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const DAY: u64 = 86_400_000_000;

fn number(chance: &mut Rng, least: u32, most: u32) -> u32 {
    least + u32::try_from(chance.up_to(u64::from(most - least))).unwrap()
}

/// Up to this many microseconds, short times as often as long ones.
fn length(chance: &mut Rng, most: u64) -> Duration {
    let magnitude = most >> chance.up_to(36);
    Duration::from_micros(chance.up_to(magnitude))
}

fn growth(chance: &mut Rng) -> Growth {
    match chance.up_to(4) {
        0 => Growth::Constant,
        1 => Growth::Linear,
        2 => Growth::Exponential { factor_per_mille: number(chance, 1_000, 100_000) },
        3 => Growth::Fibonacci,
        _ => Growth::Mersenne,
    }
}

fn jitter(chance: &mut Rng) -> Jitter {
    match chance.up_to(8) {
        0 => Jitter::None,
        1 => Jitter::PlusMinusShare { per_mille: number(chance, 0, 1_000) },
        2 => Jitter::Full,
        3 => Jitter::Equal,
        4 => Jitter::AddedShare { per_mille: number(chance, 0, 100_000) },
        5 => Jitter::AddedTime { time: length(chance, DAY) },
        6 => Jitter::PlusMinusTime { time: length(chance, DAY) },
        7 => Jitter::Decorrelated,
        _ => Jitter::SmoothDecorrelated,
    }
}

#[test]
fn no_delay_passes_the_cap_and_without_jitter_none_is_shorter_than_the_one_before() {
    each_seed(2_000, |seed| {
        let mut chance = Rng::from_seed(seed);
        let base = length(&mut chance, DAY);
        let cap = base.max(length(&mut chance, DAY));
        let growth = growth(&mut chance);
        let config = BackoffConfig { base, growth, cap, jitter: jitter(&mut chance) };
        let (backoff, plain) = (
            Backoff::new(config).unwrap(),
            Backoff::new(BackoffConfig { jitter: Jitter::None, ..config }).unwrap(),
        );
        let start = Delays::after(number(&mut chance, 0, 20_000));
        let (mut delays, mut plain_delays) = (start, start);
        let mut before = base;
        for n in 1..20 {
            let delay = backoff.next(&mut delays, &mut chance);
            assert!(delay <= cap, "{delay} in {config:?}");
            assert_eq!(delays.count(), start.count() + n);
            let delay = plain.next(&mut plain_delays, &mut chance);
            assert!(before <= delay && delay <= cap, "{before}, {delay} in {config:?}");
            before = delay;
        }
    });
}

#[test]
fn within_any_time_no_more_pass_a_rate_limit_than_burst_and_rate() {
    each_seed(1_000, |seed| {
        let mut chance = Rng::from_seed(seed);
        let config = RateLimitConfig {
            permits: number(&mut chance, 1, 50),
            period: Duration::from_millis(1 + chance.up_to(999)),
            burst: number(&mut chance, 1, 20),
        };
        let mut limit = RateLimit::new(config).unwrap();
        let mut now = Instant::ZERO;
        // When each permit may be used.
        let mut used: Vec<Instant> = Vec::new();
        for _ in 0..100 {
            now += Duration::from_micros(chance.up_to(50_000));
            let permits = number(&mut chance, 1, 3);
            let granted = if chance.chance(500) {
                limit.try_acquire(now, permits).map(|()| Duration::ZERO)
            } else {
                limit.reserve(now, permits, Duration::from_millis(200))
            };
            match granted {
                Ok(wait) => {
                    assert!(wait <= Duration::from_millis(200));
                    used.extend((0..permits).map(|_| now + wait));
                }
                Err(Rejection::RateLimited { retry_after }) => {
                    assert!(retry_after > Duration::ZERO || permits > config.burst);
                }
                Err(other) => panic!("{other}"),
            }
        }
        used.sort_unstable();
        for (n, &first) in used.iter().enumerate() {
            for (more, &last) in used[n..].iter().enumerate() {
                // A wait is rounded up to the next microsecond, in which a little more comes in.
                let time = u128::from(last.since(first).as_micros()) + 1;
                let earned = time * u128::from(config.permits);
                let period = u128::from(config.period.as_micros());
                // A promise for more than the burst is kept at once when its time has come.
                let burst = u128::from(config.burst.max(3));
                assert!(
                    (more as u128 + 1) * period <= burst * period + earned,
                    "{} permits in {} of {config:?}",
                    more + 1,
                    last.since(first)
                );
            }
        }
    });
}

#[test]
fn a_throttle_lets_everything_through_that_is_accepted_and_never_nothing_at_all() {
    each_seed(300, |seed| {
        let mut chance = Rng::from_seed(seed);
        let config = ThrottleConfig {
            k_per_mille: number(&mut chance, 1_000, 5_000),
            window: Duration::from_secs(1 + chance.up_to(59)),
        };
        let mut rng = Rng::from_seed(seed + 1);
        let mut healthy = Throttle::new(config).unwrap();
        let mut dead = Throttle::new(config).unwrap();
        let mut sent_to_the_dead = 0;
        for n in 0..2_000 {
            let now = Instant::from_millis(n * 10);
            let permit = healthy.try_acquire(now, &mut rng).expect("all were accepted");
            healthy.report(now, permit, Outcome::Success);
            assert_eq!(healthy.chance_per_mille(now), 0);
            if let Ok(permit) = dead.try_acquire(now, &mut rng) {
                sent_to_the_dead += 1;
                dead.report(now, permit, Outcome::Failure(Failure::Timeout));
            }
            let demand = dead.demand(now);
            assert!(dead.chance_per_mille(now) < 1_000 && demand.accepts == 0, "{demand:?}");
        }
        assert!((1..400).contains(&sent_to_the_dead), "{sent_to_the_dead} in {config:?}");
    });
}

#[test]
fn a_fallback_serves_the_cache_exactly_as_long_as_it_may() {
    each_seed(2_000, |seed| {
        let mut chance = Rng::from_seed(seed);
        let oldest = length(&mut chance, DAY);
        let default = length(&mut chance, DAY);
        let otherwise = Otherwise::Unavailable { retry_after: default };
        let fallback = FallbackConfig { max_stale_age: Some(oldest), otherwise }.check().unwrap();
        let cached_at = Instant::ZERO + length(&mut chance, DAY);
        let known = chance.chance(500).then(|| length(&mut chance, DAY));
        let unavailable = Answer::Unavailable { retry_after: known.unwrap_or(default) };
        for (age, expected) in [
            (oldest, Answer::Stale { age: oldest }),
            (oldest.saturating_add(Duration::from_micros(1)), unavailable),
        ] {
            assert_eq!(fallback.answer(cached_at + age, Some(cached_at), known), expected);
        }
        assert_eq!(fallback.answer(cached_at, None, known), unavailable);
    });
}
