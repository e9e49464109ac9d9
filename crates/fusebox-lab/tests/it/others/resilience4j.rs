//! resilience4j 2.4, by the cases of its `CircuitBreakerStateMachineTest` and what was observed of it.

use super::{by_rate, last, row, states};
use fusebox::time::Duration;
use fusebox::{BreakerConfig, HalfOpenEnd, HalfOpenTimeout, Rate, SlowRate, Window};
use fusebox_lab::others::{Basis, System};

const THIS: System = System::Resilience4j;

#[track_caller]
fn is(config: &BreakerConfig, tape: &str) -> String {
    last(THIS, config, Basis::Nearest, tape)
}

fn with_trials(trials: u32) -> BreakerConfig {
    BreakerConfig { trials, trials_to_close: trials, ..by_rate(50, 5, 5) }
}

#[test]
fn a_success_that_completes_the_minimum_opens_it() {
    assert_eq!(is(&by_rate(50, 5, 10), "FFFS"), "closed");
    assert_eq!(is(&by_rate(50, 5, 10), "FFFSS"), "open");
    assert_eq!(is(&by_rate(50, 10, 10), "SSSSSFFFFF"), "open", "at exactly the threshold");
    let full = "S".repeat(100);
    assert_eq!(is(&by_rate(50, 10, 10), &(full.clone() + "FFFFF")), "open", "the window slides");
    assert_eq!(is(&by_rate(50, 10, 10), &(full + "FFFF")), "closed");
}

#[test]
fn by_default_it_needs_a_hundred_calls() {
    let default = BreakerConfig::default();
    let is = |tape: &str| last(THIS, &default, Basis::Defaults, tape);
    assert_eq!(is(&"F".repeat(99)), "closed");
    assert_eq!(is(&"F".repeat(100)), "open");
    assert_eq!(is(&("S".repeat(50) + &"I".repeat(50))), "open", "every exception is recorded");
    assert_eq!(is(&("F".repeat(100) + ".60s.S")), "-open");
    assert_eq!(is(&("F".repeat(100) + ".61s.S")), "half");
}

#[test]
fn slow_calls_open_it_if_they_take_longer_than_the_threshold() {
    let slow = |millis| {
        let threshold = Duration::from_millis(millis);
        let slow_rate = Some(SlowRate { threshold, rate: Rate::percent(50) });
        BreakerConfig { slow_rate, ..by_rate(100, 5, 5) }
    };
    assert_eq!(is(&slow(1_999), "WSWSW"), "open", "3 of 5 took longer");
    assert_eq!(is(&slow(2_000), "WSWSW"), "closed", "they took exactly the threshold");
    // Trials that are slow open it again.
    assert_eq!(is(&slow(1_999), "FFFFF.11s.WS"), "open");
}

#[test]
fn a_window_by_time_has_whole_seconds() {
    let window = Window::Time(Duration::from_secs(5));
    let config = BreakerConfig { window, ..by_rate(100, 3, 5) };
    // The failures at 1 s, 2 s and 3 s, and those at 1 s, 2 s and 5.9 s.
    assert_eq!(is(&config, "FFF"), "open");
    assert_eq!(is(&config, "FF.3900ms.F"), "open");
    assert_eq!(is(&config, "FF.4s.F"), "closed", "the second from 1 s on has left the window");
}

#[test]
fn its_wait_must_be_exceeded() {
    assert_eq!(is(&with_trials(2), "FFFFF.10s.S"), "-open");
    assert_eq!(is(&with_trials(2), "FFFFF.10001ms.S"), "half");
    let row = row(THIS, &with_trials(2), Basis::Nearest, "FFFFF.10s.S");
    assert_eq!(row.cells[6].why, "Still open: the wait must be exceeded, not only reached.");
}

#[test]
fn the_permitted_calls_are_decided_by_the_rate() {
    let config = with_trials(4);
    assert_eq!(
        states(THIS, &config, Basis::Nearest, "FFFFF.11s.HHHHHH"),
        "closed closed closed closed open open half half half half -half -half"
    );
    assert_eq!(is(&config, "FFFFF.11s.FSSS"), "closed", "25 % are below the threshold");
    assert_eq!(is(&config, "FFFFF.11s.FFSF"), "open", "75 % are above it");
    assert_eq!(is(&config, "FFFFF.11s.SSS"), "half");
    // The minimum of calls decides before all permitted calls have ended.
    let early = BreakerConfig { trials: 10, trials_to_close: 10, ..by_rate(50, 2, 5) };
    assert_eq!(is(&early, "FF.11s.SS"), "closed");
}

#[test]
fn nothing_ties_a_result_to_its_state() {
    let config = with_trials(2);
    assert_eq!(is(&config, "HHFFFFF.11s.HLL"), "closed", "no trial has ended");
    assert_eq!(is(&config, "HHFFFFF.11s.HXX"), "open");
    assert_eq!(is(&config, "HFFFFFX"), "~open");
}

#[test]
fn an_ignored_result_gives_back_a_permission_that_it_may_not_have_taken() {
    assert_eq!(is(&with_trials(1), "FFFFF.11s.I"), "~half");
    assert_eq!(is(&with_trials(1), "FFFFF.11s.IS"), "closed");
    let row = row(THIS, &with_trials(2), Basis::Nearest, "FFFFF.11s.II");
    assert_eq!(row.cells[7].why, "Ignored: its permission is given back.");
}

#[test]
fn a_limit_ends_half_open_by_a_timer() {
    let limit = |then| {
        let after = Duration::from_secs(5);
        BreakerConfig { half_open_timeout: Some(HalfOpenTimeout { after, then }), ..with_trials(2) }
    };
    let open = row(THIS, &limit(HalfOpenEnd::Open), Basis::Nearest, "FFFFF.11s.H.6s.");
    let change = open.cells[7].changes[0];
    assert_eq!((change.at.as_secs_f64(), open.cells[7].state.to_string()), (21.0, "open".into()));
    assert_eq!(is(&limit(HalfOpenEnd::Close), "FFFFF.11s.H.6s."), "closed");
    let never = BreakerConfig { half_open_timeout: None, ..with_trials(1) };
    assert_eq!(is(&never, "FFFFF.11s.H.1d.S"), "-half", "a call without an end blocks it");
}
