//! B01 to B12: the settings with which a breaker can be built.

use super::script::given;
use super::{FIRST, at_rate, case, in_a_row, millis, on_trial, secs};
use fusebox::time::Duration;
use fusebox::{
    BackoffConfig, BreakerConfig, CircuitBreaker, Growth, HalfOpenEnd, HalfOpenTimeout, Rate,
    Window,
};

/// Asserts that these settings are rejected, and that the error names this one.
#[track_caller]
fn refused(config: BreakerConfig, field: &str) {
    let error = CircuitBreaker::new(config, 1).expect_err("settings that cannot be");
    assert_eq!(error.field, field);
}

/// Polly accepts 0, with which every call opens the breaker; Fusebox rejects it.
#[case]
fn b01_a_failure_rate_of_zero_is_refused() {
    refused(at_rate(0, Window::Count(10), 10), "breaker.failure_rate");
    let least = Some(Rate::per_ten_thousand(1));
    given(BreakerConfig { failure_rate: least, ..at_rate(1, Window::Count(10), 10) });
}

/// cockatiel rejects 100 % too; Fusebox accepts it: open when all calls have failed.
#[case]
fn b02_a_failure_rate_over_a_hundred_per_cent_is_refused() {
    refused(at_rate(101, Window::Count(10), 10), "breaker.failure_rate");
    given(at_rate(100, Window::Count(4), 4)).script(
        "F*3 S  => closed
         F*3    => closed
         F      => open",
    );
}

#[case]
fn b03_a_window_or_a_minimum_of_nothing_is_refused() {
    refused(at_rate(50, Window::Count(0), 1), "breaker.window_calls");
    refused(at_rate(50, Window::Time(Duration::ZERO), 1), "breaker.window_length");
    refused(at_rate(50, Window::Count(10), 0), "breaker.min_calls");
}

/// resilience4j silently lowers the minimum to the window; Fusebox rejects it, since one of the two
/// numbers must be a mistake.
#[case]
fn b04_a_minimum_that_a_window_by_count_cannot_hold_is_refused() {
    refused(at_rate(50, Window::Count(5), 6), "breaker.min_calls");
    given(at_rate(50, Window::Count(5), 5)).script("F*4 => closed \n F => open");
}

#[case]
fn b05_a_window_by_time_takes_any_minimum() {
    let mut run = given(at_rate(50, Window::Time(secs(10)), 1_000));
    assert_eq!(run.breaker.config().min_calls, 1_000);
    run.script("F*999 => closed \n F => open");
}

/// tower-resilience accepts 0 and never closes again, gobreaker makes it 1; Fusebox rejects it.
#[case]
fn b06_a_half_open_breaker_without_trials_is_refused() {
    refused(on_trial(0, 0), "breaker.trials");
    refused(on_trial(0, 1), "breaker.trials");
    refused(on_trial(2, 0), "breaker.trials_to_close");
    refused(on_trial(2, 3), "breaker.trials_to_close");
}

/// gobreaker replaces a negative length with its default; in Fusebox a length cannot be negative: a
/// negative number becomes 0, which is rejected where it has no meaning.
#[case]
fn b07_a_negative_length_is_not_taken_for_a_default() {
    let negative = Duration::from_secs_f64(-1.0);
    assert_eq!(negative, Duration::ZERO);
    refused(at_rate(50, Window::Time(negative), 1), "breaker.window_length");
    refused(BreakerConfig { trial_timeout: negative, ..FIRST }, "breaker.trial_timeout");
    let half_open_timeout = Some(HalfOpenTimeout { after: negative, then: HalfOpenEnd::Open });
    refused(BreakerConfig { half_open_timeout, ..FIRST }, "breaker.half_open_timeout.after");
}

/// The 50 steps in which a window forgets are rounded up to whole microseconds, here from 20.02 to 21.
#[case]
fn b08_a_window_that_its_steps_do_not_divide_is_rounded_up() {
    given(at_rate(100, Window::Time(Duration::from_micros(1_001)), 10)).script(
        "@0s       S => calls=1
         @1.029ms    => calls=1
         @1.049ms    => calls=1
         @1.05ms     => calls=0",
    );
}

/// Polly does not divide a window below 200 ms into ten parts; Fusebox has 50 parts at any length.
#[case]
fn b09_a_short_window_slides_as_a_long_one_does() {
    for window in [millis(1), millis(199), millis(200), secs(86_400)] {
        let mut run = given(at_rate(100, Window::Time(window), 10));
        run.script("S");
        run.now += window.per_mille(500);
        run.script("S => calls=2");
        run.now += window.per_mille(480);
        run.script("=> calls=2");
        run.now += window.per_mille(20);
        run.script("=> calls=1");
        run.now += window.per_mille(500);
        run.script("=> calls=0");
    }
}

/// Half-open that no trial decides can end closed, open or not at all; it cannot end half-open.
#[case]
fn b10_what_follows_an_undecided_cycle_is_open_or_closed() {
    for (then, end) in [(HalfOpenEnd::Open, "open until=35s"), (HalfOpenEnd::Close, "closed")] {
        let half_open_timeout = Some(HalfOpenTimeout { after: secs(25), then });
        let mut run = given(BreakerConfig { half_open_timeout, ..FIRST });
        run.script("F \n @5s +a => half-open \n @29.999s X => half-open \n @30s a:S");
        run.script(&format!("=> stale=1 {end}"));
    }
    let trial_timeout = secs(86_400);
    given(BreakerConfig { half_open_timeout: None, trial_timeout, ..FIRST })
        .script("F \n @5s +a => half-open \n @86404s X => half-open running=1");
}

/// One setting holds the cooldown, fixed or growing, so two cannot be set at once; a cooldown that
/// contradicts itself is an error.
#[case]
fn b11_two_waits_that_contradict_each_other_are_refused() {
    let fixed = BackoffConfig::constant(secs(5));
    let both = BackoffConfig { growth: Growth::DOUBLING, cap: secs(4), ..fixed };
    refused(BreakerConfig { cooldown: both, ..FIRST }, "breaker.cooldown.cap");
    given(BreakerConfig { cooldown: fixed, ..FIRST }).script("F => until=5s \n @5s F => until=10s");
}

/// Shares are whole numbers of ten-thousandths, and trials are a number out of another: neither can be
/// missing, a fraction, or not a number.
#[case]
fn b12_a_share_is_always_a_number() {
    for rate in [Rate::percent(u32::MAX), Rate::per_ten_thousand(10_001)] {
        let config = BreakerConfig { failure_rate: Some(rate), ..in_a_row(1) };
        let window = Window::Count(10);
        refused(BreakerConfig { window, ..config }, "breaker.failure_rate");
    }
    assert_eq!(Rate::percent(30), Rate::per_ten_thousand(3_000));
    assert!(Rate::percent(30) < Rate::per_ten_thousand(3_001));
    refused(on_trial(10, 11), "breaker.trials_to_close");
}
