//! The breaker beside its model under random scripts, over all settings.

use super::FAILED;
use super::pair::{Op, Pair};
use crate::random::each_seed;
use fusebox::rng::Rng;
use fusebox::time::Duration;
use fusebox::{
    BackoffConfig, BreakerConfig, Cause, CircuitBreaker, Failure, Growth, HalfOpenEnd,
    HalfOpenTimeout, Jitter, Mode, Outcome, Overdue, Rate, SlowRate, State, Window,
};
use std::cell::RefCell;
use std::collections::BTreeMap;

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const SCRIPTS: u64 = if cfg!(target_arch = "wasm32") { 2_000 } else { 100_000 };

fn number(chance: &mut Rng, most: u32) -> u32 {
    u32::try_from(chance.up_to(u64::from(most))).unwrap()
}

fn one_of<T: Copy>(chance: &mut Rng, all: &[T]) -> T {
    all[number(chance, u32::try_from(all.len()).unwrap() - 1) as usize]
}

fn maybe<T>(chance: &mut Rng, per_mille: u32, make: impl FnOnce(&mut Rng) -> T) -> Option<T> {
    chance.chance(per_mille).then(|| make(chance))
}

/// From 1 ms to 300 ms, mostly one of a few lengths, so that ends fall together.
fn length(chance: &mut Rng) -> Duration {
    if chance.chance(700) {
        Duration::from_millis(10 * (1 + chance.up_to(9)))
    } else {
        Duration::from_micros(1_000 + chance.up_to(299_000))
    }
}

fn length_or_none(chance: &mut Rng) -> Duration {
    if chance.chance(100) { Duration::ZERO } else { length(chance) }
}

fn window(chance: &mut Rng) -> Window {
    match chance.up_to(4) {
        0 | 1 => Window::Time(length(chance)),
        2 | 3 => Window::Count(1 + number(chance, 7)),
        _ => Window::Consecutive,
    }
}

fn rate(chance: &mut Rng) -> Rate {
    if chance.chance(500) {
        one_of(chance, &[Rate::percent(25), Rate::percent(50), Rate::percent(100)])
    } else {
        Rate::per_ten_thousand(1 + number(chance, 9_999))
    }
}

fn cooldown(chance: &mut Rng, jitter: Jitter) -> BackoffConfig {
    let base = length_or_none(chance);
    let growth = match chance.up_to(3) {
        0 | 1 => Growth::Constant,
        2 => Growth::Linear,
        _ => Growth::Exponential { factor_per_mille: 1_000 * (1 + number(chance, 2)) },
    };
    let cap = base.saturating_mul(1 + chance.up_to(7));
    BackoffConfig { base, growth, cap, jitter }
}

/// Without jitter, or without the rules by which a call can learn what came of it before it is seen.
fn config(chance: &mut Rng) -> BreakerConfig {
    let window = window(chance);
    let (most, has_rates) = match window {
        Window::Count(calls) => (calls.min(4), true),
        Window::Time(_) => (4, true),
        Window::Consecutive => (4, false),
    };
    let per_mille = if has_rates { 400 } else { 0 };
    let failure_rate = maybe(chance, per_mille, rate);
    let slow_rate = maybe(chance, per_mille, |chance| SlowRate {
        threshold: length_or_none(chance),
        rate: rate(chance),
    });
    let overdue = maybe(chance, 200, |chance| Overdue {
        calls: 1 + number(chance, 2),
        share: maybe(chance, 500, rate),
        after: length(chance),
    });
    let any = failure_rate.is_some() || slow_rate.is_some() || overdue.is_some();
    let failures =
        maybe(chance, if any { 300 } else { 1_000 }, |chance| 1 + number(chance, most - 1));
    let trials = 1 + number(chance, 4);
    let half_open_timeout = maybe(chance, 500, |chance| HalfOpenTimeout {
        after: length(chance),
        then: one_of(chance, &[HalfOpenEnd::Open, HalfOpenEnd::Close]),
    });
    let is_exact =
        overdue.is_some() || half_open_timeout.is_some_and(|u| u.then == HalfOpenEnd::Open);
    let jitter = if is_exact || chance.chance(500) {
        Jitter::None
    } else {
        let per_mille = number(chance, 1_000);
        let factor = Jitter::PlusMinusShare { per_mille };
        one_of(chance, &[factor, Jitter::Full, Jitter::Equal, Jitter::Decorrelated])
    };
    BreakerConfig {
        window,
        failures,
        failure_rate,
        slow_rate,
        min_calls: 1 + number(chance, most - 1),
        overdue,
        cooldown: cooldown(chance, jitter),
        max_retry_after: maybe(chance, 500, length_or_none),
        trials,
        trials_to_close: 1 + number(chance, trials - 1),
        strict_trials: chance.chance(300),
        trial_timeout: length(chance),
        half_open_timeout,
    }
}

fn outcome(chance: &mut Rng, failures_per_mille: u32) -> Outcome {
    let retry_after = maybe(chance, 300, length_or_none);
    if chance.chance(failures_per_mille) {
        let asks = Outcome::Failure(Failure::answer(503, retry_after));
        one_of(chance, &[FAILED, asks, Outcome::Failure(Failure::status(429))])
    } else if chance.chance(150) {
        let not_found = Outcome::Failure(Failure::answer(404, retry_after));
        one_of(chance, &[Outcome::Neutral, not_found])
    } else {
        Outcome::Success
    }
}

/// Mostly a length that means something to this breaker, or a microsecond more or less.
fn wait(chance: &mut Rng, config: &BreakerConfig) -> Op {
    if chance.chance(200) {
        let (early, late) = one_of(chance, &[(0, 0), (1, 0), (0, 1)]);
        let (early, late) = (Duration::from_micros(early), Duration::from_micros(late));
        return Op::WaitForCooldown { early, late };
    }
    let length = match chance.up_to(7) {
        0 => config.cooldown.base,
        1 => config.trial_timeout,
        2 => config.slow_rate.map_or(config.trial_timeout, |slow| slow.threshold),
        3 => config.half_open_timeout.map_or(config.trial_timeout, |limit| limit.after),
        4 => config.overdue.map_or(config.trial_timeout, |rule| rule.after),
        5 => match config.window {
            Window::Time(length) => length,
            _ => config.trial_timeout,
        },
        _ => Duration::from_micros(chance.up_to(40_000)),
    };
    let microsecond = Duration::from_micros(1);
    Op::Wait(match chance.up_to(4) {
        0 => length.saturating_sub(microsecond),
        1 => length.saturating_add(microsecond),
        _ => length,
    })
}

/// The settings and what is done; how much of each kind differs from script to script.
pub(super) fn script(seed: u64) -> (BreakerConfig, Vec<Op>) {
    let chance = &mut Rng::from_seed(seed);
    let mut config = config(chance);
    let ops = chance.up_to(60);
    let failures_per_mille = one_of(chance, &[200, 500, 800]);
    let has_hands = chance.chance(300);
    let has_changes = chance.chance(200);
    if has_changes {
        config.cooldown.jitter = Jitter::None;
    }
    let first = config;
    let mut has_steps_back = chance.chance(200);
    // A call that begins on a clock that has stepped back is booked later than it began under a rule
    // on calls under way, and so cannot be told to be slow.
    has_steps_back &= config.overdue.is_none() && !has_changes;
    let mut script = Vec::new();
    for _ in 0..ops {
        let op = match chance.up_to(99) {
            40..72 => Op::Report(number(chance, 7) as usize, outcome(chance, failures_per_mille)),
            72..75 => Op::Lose(number(chance, 7) as usize),
            75..90 => wait(chance, &config),
            90..93 if has_hands => {
                let modes = [Mode::Enforce, Mode::Shadow, Mode::Disable, Mode::ForceOpen];
                Op::Mode(one_of(chance, &modes))
            }
            93 if has_hands => Op::Reset,
            94 if has_hands => Op::OpenFor(length_or_none(chance)),
            95 | 96 if has_changes => {
                config = changed(chance, config);
                Op::Reconfigure(config)
            }
            97 if has_changes => Op::Restart,
            90..97 if has_steps_back => Op::StepBack(Duration::from_micros(chance.up_to(100_000))),
            _ => Op::Acquire,
        };
        script.push(op);
    }
    (first, script)
}

/// Other settings, or the same but for the window.
fn changed(chance: &mut Rng, old: BreakerConfig) -> BreakerConfig {
    let mut new = config(chance);
    // A cycle of the old settings may end by the new cooldown before it is seen.
    new.cooldown.jitter = Jitter::None;
    let window = match old.window {
        Window::Time(_) => Window::Time(length(chance)),
        Window::Count(calls) => Window::Count(calls + number(chance, 4)),
        Window::Consecutive => Window::Consecutive,
    };
    if chance.chance(500) { BreakerConfig { window, ..old } } else { new }
}

/// A script that still shows a difference, and from which nothing can be left out.
fn shrink(config: BreakerConfig, script: &[Op], failing: usize) -> Vec<Op> {
    let mut script = script[..=failing.min(script.len() - 1)].to_vec();
    let mut n = script.len();
    while n > 0 {
        n -= 1;
        let mut shorter = script.clone();
        shorter.remove(n);
        if check(config, &shorter).is_err() {
            script = shorter;
        }
    }
    script
}

fn check(config: BreakerConfig, script: &[Op]) -> Result<Pair, (usize, String)> {
    let mut pair = Pair::new(config);
    pair.run(script)?;
    pair.check_end().map_err(|difference| (script.len(), difference))?;
    Ok(pair)
}

/// What a run came by, so that it is known to have tried everything.
type Seen = BTreeMap<&'static str, u32>;

fn count(seen: &mut Seen, breaker: &CircuitBreaker) {
    let mut saw = |what| *seen.entry(what).or_default() += 1;
    if breaker.shadow_trips() > 0 {
        saw("an observation");
    }
    if breaker.stale_reports() > 0 {
        saw("a stale report");
    }
    if let State::HalfOpen { passed, failed, .. } = breaker.state()
        && passed > 0
        && failed > 0
    {
        saw("a cycle with both");
    }
    let Some(transition) = breaker.last_transition() else { return };
    match transition.cause {
        Cause::Exceeded(exceeded) => {
            if exceeded.failures.is_some() {
                saw("failures");
            }
            if exceeded.failure_rate.is_some() {
                saw("a failure rate");
            }
            if exceeded.slow_rate.is_some() {
                saw("a slow rate");
            }
        }
        Cause::Overdue { .. } => saw("calls overdue"),
        Cause::CooldownOver { .. } => saw("a cooldown over"),
        Cause::TrialsPassed { .. } => saw("trials passed"),
        Cause::TrialsFailed { slow: 0, .. } => saw("trials failed"),
        Cause::TrialsFailed { .. } => saw("slow trials"),
        Cause::HalfOpenTimedOut(HalfOpenTimeout { then: HalfOpenEnd::Open, .. }) => {
            saw("undecided, open");
        }
        Cause::HalfOpenTimedOut(HalfOpenTimeout { then: HalfOpenEnd::Close, .. }) => {
            saw("undecided, closed");
        }
        Cause::ByHand => saw("a hand"),
        Cause::ProcessEnded => saw("the end of a process"),
    }
}

#[test]
fn the_breaker_does_what_its_model_does_under_random_scripts() {
    let seen = RefCell::new((0, Seen::new()));
    each_seed(SCRIPTS, |seed| {
        let (config, script) = script(seed);
        match check(config, &script) {
            Ok(pair) => {
                let (scripts, seen) = &mut *seen.borrow_mut();
                *scripts += 1;
                count(seen, &pair.breaker);
            }
            Err((failing, _)) => {
                let script = shrink(config, &script, failing);
                let Err((_, difference)) = check(config, &script) else {
                    unreachable!("it failed")
                };
                panic!("{difference}\nafter {script:#?}\nwith {config:#?}");
            }
        }
    });
    let (scripts, seen) = seen.into_inner();
    if scripts == SCRIPTS {
        assert_eq!(seen.len(), 14, "something was never come by: {seen:?}");
        let rarest = seen.values().min().copied().unwrap_or(0);
        assert!(u64::from(rarest) * 2_000 >= SCRIPTS, "too rare to be tested: {seen:?}");
    }
}
