//! What holds for any breaker, whatever was done to it.

use super::pair::{Op, Pair};
use super::scripts::script;
use super::{FAILED, ms};
use crate::random::each_seed;
use fusebox::rng::Rng;
use fusebox::time::{Duration, Instant};
use fusebox::{
    BackoffConfig, BreakerConfig, CircuitBreaker, Jitter, Mode, Outcome, Permit, Rejection,
    SavedState, State, Window,
};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn what_the_trials_decide_does_not_depend_on_their_order() {
    for trials in 1..=5_u32 {
        for trials_to_close in 1..=trials {
            for passed in 0..1_u32 << trials {
                let config = BreakerConfig {
                    failures: Some(1),
                    trials,
                    trials_to_close,
                    ..BreakerConfig::default()
                };
                let outcomes = (0..trials).map(|n| passed >> n & 1 == 1);
                let expected = passed.count_ones() >= trials_to_close;
                let closed = closes(config, outcomes);
                assert_eq!(closed, expected, "{config:?} with outcomes {passed:05b}");
            }
        }
    }
}

/// Whether a half-open breaker closes after trials that end in this order.
fn closes(config: BreakerConfig, outcomes: impl Iterator<Item = bool>) -> bool {
    let mut breaker = CircuitBreaker::new(config, 1).unwrap();
    let permit = breaker.try_acquire(Instant::ZERO).unwrap();
    breaker.report(Instant::ZERO, permit, FAILED);
    let now = Instant::ZERO + config.cooldown.base;
    let permits: Vec<Permit> =
        (0..config.trials).map(|_| breaker.try_acquire(now).unwrap()).collect();
    assert!(breaker.try_acquire(now).is_err(), "one trial too many");
    for (permit, passed) in permits.into_iter().zip(outcomes) {
        breaker.report(now, permit, if passed { Outcome::Success } else { FAILED });
    }
    breaker.state() == State::Closed
}

/// What a caller sees of one call at this moment.
fn call(
    breaker: &mut CircuitBreaker,
    now: Instant,
    outcome: Outcome,
) -> (Option<Rejection>, State, u32) {
    let rejection = match breaker.try_acquire(now) {
        Ok(permit) => {
            breaker.report(now, permit, outcome);
            None
        }
        Err(rejection) => Some(rejection),
    };
    (rejection, breaker.state(), breaker.window(now).failures)
}

/// The same script, without randomness and without a rule on overdue calls, on a clock that never
/// steps back: an import does not know how far the clock had been.
fn steady(seed: u64) -> (BreakerConfig, Vec<Op>) {
    let (mut config, mut script) = script(seed);
    config.cooldown.jitter = Jitter::None;
    script
        .retain(|op| !matches!(op, Op::Reconfigure(_) | Op::Mode(Mode::Shadow) | Op::StepBack(_)));
    if config.overdue.take().is_some() {
        config.failures = Some(1);
    }
    (config, script)
}

#[test]
fn an_import_goes_on_as_its_original_would_have_without_its_permits() {
    each_seed(3_000, |seed| {
        let (config, script) = steady(seed);
        let mut pair = Pair::new(config);
        pair.run(&script).unwrap_or_else(|(n, difference)| panic!("{difference} at {n}"));
        let Pair { breaker: mut original, mut now, .. } = pair;
        let snapshot = original.export(now);
        let mut import = CircuitBreaker::import(config, 9, now, &snapshot).unwrap();
        if snapshot.state == SavedState::HalfOpen {
            assert!(import.try_acquire(now).unwrap().trial() == Some(1), "a trial at once");
            return;
        }
        let chance = &mut Rng::from_seed(seed);
        for _ in 0..40 {
            now += Duration::from_micros(chance.up_to(50_000));
            let outcome = if chance.chance(500) { FAILED } else { Outcome::Success };
            let expected = call(&mut original, now, outcome);
            assert_eq!(call(&mut import, now, outcome), expected, "{config:?}\n{script:?}");
        }
    });
}

#[test]
fn an_old_export_is_as_if_its_clock_had_gone_on() {
    let config = BreakerConfig { failures: Some(3), ..BreakerConfig::default() };
    let mut breaker = CircuitBreaker::new(config, 1).unwrap();
    for second in [0, 4] {
        let now = Instant::from_secs(second);
        let permit = breaker.try_acquire(now).unwrap();
        breaker.report(now, permit, FAILED);
    }
    // Another process has another clock.
    for (passed, failures) in [(0, 2), (5, 2), (7, 1), (20, 0)] {
        let snapshot = breaker.export(Instant::from_secs(4)).aged(Duration::from_secs(passed));
        let now = Instant::from_secs(1_000);
        let import = CircuitBreaker::import(config, 1, now, &snapshot).unwrap();
        assert_eq!(import.window(now).failures, failures, "after {passed} s");
    }
    breaker.open_for(Instant::from_secs(4), Duration::from_secs(30));
    let snapshot = breaker.export(Instant::from_secs(14)).aged(Duration::from_secs(5));
    assert_eq!(snapshot.state, SavedState::Open { left: Duration::from_secs(15) });
}

#[test]
fn another_window_keeps_the_newest_that_fit() {
    // Of ten calls a second apart, the first five failed.
    let filled = |window| {
        let config = BreakerConfig { window, failures: Some(6), ..BreakerConfig::default() };
        let mut breaker = CircuitBreaker::new(config, 1).unwrap();
        for second in 1..=10 {
            let now = Instant::from_secs(second);
            let permit = breaker.try_acquire(now).unwrap();
            breaker.report(now, permit, if second <= 5 { FAILED } else { Outcome::Success });
        }
        (breaker, config)
    };
    let seconds = |n| Window::Time(Duration::from_secs(n));
    let now = Instant::from_secs(10);
    for (old, new, failures, successes) in [
        (Window::Count(10), Window::Count(7), 2, 5),
        (Window::Count(10), Window::Count(50), 5, 5),
        (Window::Count(7), Window::Count(10), 2, 5),
        (seconds(20), seconds(7), 2, 5),
        (seconds(20), seconds(40), 5, 5),
        (seconds(7), seconds(20), 2, 5),
        (Window::Count(10), seconds(20), 0, 0),
        (seconds(20), Window::Count(10), 0, 0),
        (seconds(20), Window::Consecutive, 0, 0),
    ] {
        let (mut breaker, config) = filled(old);
        let counts = breaker.window(now);
        breaker.reconfigure(now, BreakerConfig { window: new, ..config }).unwrap();
        let kept = breaker.window(now);
        assert_eq!((kept.failures, kept.successes), (failures, successes), "{old:?} to {new:?}");
        assert!(kept.calls() <= counts.calls());
    }
}

#[test]
fn settings_that_are_refused_change_nothing() {
    each_seed(500, |seed| {
        let (config, script) = script(seed);
        let mut pair = Pair::new(config);
        pair.run(&script).unwrap_or_else(|(n, difference)| panic!("{difference} at {n}"));
        let mut breaker = pair.breaker;
        let before = breaker.clone();
        let wrong = BreakerConfig { window: Window::Count(3), trials: 33, ..config };
        breaker.reconfigure(pair.now, wrong).unwrap_err();
        assert_eq!(breaker, before);
    });
}

/// A half-open cycle that has begun when its settings change is decided by the settings it began
/// with.
#[test]
fn fewer_trials_do_not_leave_a_cycle_without_a_decision() {
    let config = BreakerConfig {
        failures: Some(1),
        cooldown: BackoffConfig::constant(ms(10)),
        trials: 3,
        trials_to_close: 2,
        half_open_timeout: None,
        ..BreakerConfig::default()
    };
    let mut breaker = CircuitBreaker::new(config, 1).unwrap();
    let at = |millis| Instant::ZERO + ms(millis);
    call(&mut breaker, at(0), FAILED);
    call(&mut breaker, at(10), Outcome::Success);
    call(&mut breaker, at(10), FAILED);
    breaker.reconfigure(at(10), BreakerConfig { trials: 2, ..config }).unwrap();
    assert_eq!(call(&mut breaker, at(11), Outcome::Success), (None, State::Closed, 0));
}

#[test]
fn calls_from_before_a_rule_on_overdue_calls_do_not_count_for_it() {
    use fusebox::Overdue;
    let rule = |millis| Some(Overdue { calls: 1, share: None, after: ms(millis) });
    for old in [None, rule(98)] {
        let config = BreakerConfig { overdue: old, ..BreakerConfig::default() };
        let mut breaker = CircuitBreaker::new(config, 1).unwrap();
        let at = |millis| Instant::ZERO + ms(millis);
        let old = breaker.try_acquire(at(0)).unwrap();
        breaker.reconfigure(at(0), BreakerConfig { overdue: rule(49), ..config }).unwrap();
        let _hangs = breaker.try_acquire(at(0)).unwrap();
        breaker.report(at(10), old, Outcome::Success);
        assert!(breaker.try_acquire(at(48)).is_ok());
        assert!(breaker.try_acquire(at(50)).is_err(), "one call hangs");
    }
}

/// From its time on a call is overdue, and 3 % and 50 µs later at the latest, wherever it began.
#[test]
fn a_call_is_overdue_in_time() {
    use fusebox::Overdue;
    for after in [1_000, 1_030, 4_999, 50_000, 777_777, 86_400_000_000] {
        for began in [0, 1, 17, 19, 20, 999, 123_456_789] {
            let overdue =
                Some(Overdue { calls: 1, share: None, after: Duration::from_micros(after) });
            let config = BreakerConfig { overdue, ..BreakerConfig::default() };
            let mut breaker = CircuitBreaker::new(config, 1).unwrap();
            let _hangs = breaker.try_acquire(Instant::from_micros(began)).unwrap();
            let is_overdue = |later: u64| {
                breaker.clone().try_acquire(Instant::from_micros(began + later)).is_err()
            };
            assert!(!is_overdue(after - 1), "early: {after} µs from {began}");
            assert!(is_overdue(after + after * 3 / 100 + 50), "late: {after} µs from {began}");
        }
    }
}

/// However the clock goes, the window forgets nothing but by time that passes.
#[test]
fn a_clock_that_steps_back_takes_no_call_from_the_window() {
    for window in [Window::Time(ms(100)), Window::Count(100), Window::Consecutive] {
        each_seed(200, |seed| {
            let chance = &mut Rng::from_seed(seed);
            let config = BreakerConfig { window, failures: Some(100), ..BreakerConfig::default() };
            let mut breaker = CircuitBreaker::new(config, 1).unwrap();
            for n in 1..=50 {
                // The first call is the last in time, so that no time passes for the window.
                let back = if n == 1 { 0 } else { chance.up_to(1_000_000) };
                let now = Instant::from_micros(1_000_000 - back);
                assert_eq!(call(&mut breaker, now, FAILED).2, n);
            }
        });
    }
}
