//! The breaker beside its model under every short script.
//!
//! A script is a path in a tree, and paths with the same beginning share the pair that it leads to.
//! What changes nothing is left out: to report where no permit is kept, and to report the newest where
//! it is also the oldest.
//!
//! | walk | ops to choose from | depth | scripts |
//! |---|---|---|---|
//! | trials, one and two of two to pass | 6 | 11 | 2 * 2.1 million |
//! | failures within a time, slow trials | 5 | 11 | 1.0 million |
//! | rates of the last calls | 6 | 10 | 0.7 million |
//! | failures in a row | 6 | 11 | 2.9 million |
//! | calls in flight, by number and by share | 7 | 10 | 2 * 1.4 million |
//! | cooldowns that grow or are asked for | 8 | 9 | 1.2 million |
//! | cycles without a decision, both ends | 6 | 11 | 2 * 2.1 million |
//! | modes | 10 | 7 | 1.6 million |
//! | a breaker that may observe | 6 | 10 | 2.4 million |
//! | restarts and a clock that steps back | 7 | 9 | 1.7 million |
//!
//! In a browser each is less deep by four. The variable `FUSEBOX_SIZES` has every walk tell its size.

use super::pair::{Op, Pair};
use super::{FAILED, ms};
use fusebox::time::Duration;
use fusebox::{
    BackoffConfig, BreakerConfig, Growth, HalfOpenEnd, HalfOpenTimeout, Jitter, Mode, Outcome,
    Overdue, Rate, SlowRate, State, Window,
};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// The length of every wait; all lengths are so long or a multiple, so that each is met exactly.
const UNIT: Duration = Duration::from_millis(50);

const CALLS: [Op; 5] = [
    Op::Acquire,
    Op::Report(0, Outcome::Success),
    Op::Report(0, FAILED),
    Op::ReportNewest(FAILED),
    Op::Wait(UNIT),
];

/// What a walk came by.
#[derive(Debug, Default)]
struct Seen {
    scripts: u64,
    half_open: u64,
    transitions: u64,
    shadow_trips: u64,
}

struct Walk<'a> {
    alphabet: &'a [Op],
    depth: usize,
    script: Vec<Op>,
    seen: Seen,
}

impl Walk<'_> {
    fn go(&mut self, pair: &Pair) {
        self.seen.scripts += 1;
        self.seen.half_open += u64::from(matches!(pair.breaker.state(), State::HalfOpen { .. }));
        if self.script.len() == self.depth {
            self.expect(pair.check_end());
            return;
        }
        for &op in self.alphabet {
            if pair.is_idle(op) {
                continue;
            }
            let mut next = pair.clone();
            self.script.push(op);
            let difference = next.act(op);
            self.expect(difference);
            self.seen.transitions +=
                u64::from(next.breaker.generation() > pair.breaker.generation());
            self.seen.shadow_trips +=
                u64::from(next.breaker.shadow_trips() > pair.breaker.shadow_trips());
            self.go(&next);
            self.script.pop();
        }
    }

    fn expect(&self, checked: super::pair::Checked) {
        checked.unwrap_or_else(|difference| panic!("{difference}\nafter {:#?}", self.script));
    }
}

/// All scripts of up to this many ops; fewer in a browser.
fn walk(config: BreakerConfig, more: &[Op], depth: usize) -> Seen {
    let alphabet: Vec<Op> = CALLS.iter().chain(more).copied().collect();
    let depth = if cfg!(target_arch = "wasm32") { depth - 2 } else { depth };
    let mut walk = Walk { alphabet: &alphabet, depth, script: Vec::new(), seen: Seen::default() };
    walk.go(&Pair::new(config));
    if std::env::var_os("FUSEBOX_SIZES").is_some() {
        eprintln!("{} letters, depth {depth}: {:?}", alphabet.len(), walk.seen);
    }
    walk.seen
}

/// One failure opens, one of two trials closes, and everything takes a unit.
fn small() -> BreakerConfig {
    BreakerConfig {
        failures: Some(1),
        window: Window::Time(UNIT),
        min_calls: 1,
        cooldown: BackoffConfig::constant(UNIT),
        trials: 2,
        trials_to_close: 1,
        trial_timeout: UNIT,
        half_open_timeout: None,
        ..BreakerConfig::default()
    }
}

fn without_failures(window: Window) -> BreakerConfig {
    BreakerConfig { failures: None, window, min_calls: 2, ..small() }
}

const NEUTRAL: Op = Op::Report(0, Outcome::Neutral);
const NOT_FOUND: Op = Op::Report(0, Outcome::Failure(fusebox::Failure::status(404)));

const fn slow(percent: u32) -> SlowRate {
    SlowRate { threshold: Duration::from_millis(49), rate: Rate::percent(percent) }
}

#[test]
fn trials_of_every_number_and_order() {
    let mut seen = 0;
    for trials_to_close in [1, 2] {
        let config = BreakerConfig { trials_to_close, ..small() };
        seen += walk(config, &[NEUTRAL], 11).half_open;
    }
    assert!(seen > 1_000);
}

#[test]
fn failures_within_a_time_and_slow_trials() {
    let config = BreakerConfig {
        failures: Some(2),
        window: Window::Time(ms(100)),
        slow_rate: Some(slow(100)),
        min_calls: 3,
        ..small()
    };
    assert!(walk(config, &[], 11).transitions > 1_000);
}

#[test]
fn rates_of_the_last_calls() {
    let config = BreakerConfig {
        failure_rate: Some(Rate::percent(60)),
        slow_rate: Some(slow(67)),
        ..without_failures(Window::Count(3))
    };
    assert!(walk(config, &[NOT_FOUND], 10).transitions > 1_000);
}

#[test]
fn failures_in_a_row() {
    let config = BreakerConfig { failures: Some(2), window: Window::Consecutive, ..small() };
    assert!(walk(config, &[NEUTRAL], 11).half_open > 1_000);
}

#[test]
fn calls_in_flight() {
    for share in [None, Some(Rate::percent(67))] {
        let overdue = Some(Overdue { calls: 2, share, after: ms(49) });
        let config = BreakerConfig { overdue, ..without_failures(Window::Count(2)) };
        assert!(walk(config, &[NEUTRAL, Op::Lose(0)], 10).half_open > 100);
    }
}

#[test]
fn cooldowns_that_grow_or_are_asked_for() {
    let cooldown =
        BackoffConfig { base: UNIT, growth: Growth::DOUBLING, cap: ms(150), jitter: Jitter::None };
    let config = BreakerConfig {
        cooldown,
        max_retry_after: Some(ms(100)),
        trials: 1,
        trials_to_close: 1,
        ..small()
    };
    let asks = |units| {
        let retry_after = Some(UNIT.saturating_mul(units));
        Op::Report(0, Outcome::Failure(fusebox::Failure::answer(503, retry_after)))
    };
    let to_the_end = Op::WaitForCooldown { early: Duration::ZERO, late: Duration::ZERO };
    assert!(walk(config, &[asks(1), asks(3), to_the_end], 9).transitions > 1_000);
}

#[test]
fn cycles_without_a_decision() {
    for then in [HalfOpenEnd::Open, HalfOpenEnd::Close] {
        let half_open_timeout = Some(HalfOpenTimeout { after: ms(100), then });
        let config = BreakerConfig {
            half_open_timeout,
            trials_to_close: 2,
            trial_timeout: ms(150),
            ..small()
        };
        assert!(walk(config, &[NEUTRAL], 11).half_open > 1_000);
    }
}

#[test]
fn modes() {
    let config = BreakerConfig {
        failures: Some(2),
        failure_rate: Some(Rate::percent(60)),
        ..without_failures(Window::Count(3))
    };
    let modes = [Mode::Shadow, Mode::Disable, Mode::ForceOpen].map(Op::Mode);
    let more = [&modes[..], &[Op::Reset, Op::OpenFor(UNIT)]].concat();
    assert!(walk(config, &more, 7).transitions > 1_000);
    let observing = [Op::Mode(Mode::Shadow)];
    assert!(walk(config, &observing, 10).shadow_trips > 100);
}

#[test]
fn restarts_and_a_clock_that_steps_back() {
    let config = BreakerConfig { failures: Some(2), ..small() };
    assert!(walk(config, &[Op::StepBack(UNIT), Op::Restart], 9).transitions > 1_000);
}
