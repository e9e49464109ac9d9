//! B62 to B72: how the trials decide.

use super::script::given;
use super::{FIRST, at_rate, case, half_open, in_a_row, millis, on_trial, secs, slow};
use fusebox::{BreakerConfig, Cause, Window};

#[case]
fn b62_the_last_trial_that_passes_closes() {
    half_open(3, 3).script(
        "S S   => half-open passed=2
         +a X  => half-open running=1 passed=2
         a:S   => closed",
    );
}

#[case]
fn b63_enough_of_the_trials_decide() {
    half_open(4, 3).script("F S S => half-open failed=1 passed=2 \n S => closed");
    let mut run = half_open(4, 3);
    run.script(
        "+a*4 a:F => half-open failed=1 \n a:F => open until=10s \n a:S a:F => open stale=2",
    );
    let cause = run.breaker.last_transition().unwrap().cause;
    assert_eq!(cause, Cause::TrialsFailed { failed: 2, slow: 0, trials: 4 });
    let mut run = half_open(4, 3);
    run.script("S F S S => closed");
    let cause = run.breaker.last_transition().unwrap().cause;
    assert_eq!(cause, Cause::TrialsPassed { passed: 3, needed: 3 });
}

#[case]
fn b64_a_failure_too_many_opens_without_waiting_for_the_rest() {
    half_open(10, 7).script("F*3 S*6 => half-open passed=6 failed=3 \n S => closed");
    half_open(10, 7).script("+a*10 a:F*3 => half-open running=7 \n a:F => open");
}

#[case]
fn b65_a_decision_falls_as_soon_as_it_is_certain() {
    half_open(4, 3).script("S F S => half-open passed=2 failed=1 \n F => open");
    half_open(4, 3).script("F F => open");
    half_open(4, 3).script("S S => half-open passed=2 \n S => closed");
}

/// The rules of a closed breaker do not apply to its trials.
#[case]
fn b66_only_the_rule_of_the_trials_decides() {
    half_open(3, 2).script("F => half-open failed=1 \n S S => closed");
    let lenient = BreakerConfig { trials: 3, trials_to_close: 3, ..in_a_row(2) };
    given(lenient).script("F*2 \n @5s F => open until=10s");
}

#[case]
fn b67_trials_that_are_slow_have_not_passed() {
    let config = BreakerConfig { window: Window::Count(1), ..on_trial(4, 2) };
    let mut run = given(BreakerConfig { slow_rate: Some(slow(secs(1), 50)), ..config });
    run.script(
        "F        => open until=5s
         @5s S    => half-open passed=1
         S/2s*2   => half-open passed=1 failed=2
         S/2s     => open",
    );
    let cause = run.breaker.last_transition().unwrap().cause;
    assert_eq!(cause, Cause::TrialsFailed { failed: 3, slow: 3, trials: 4 });
}

/// opossum was stuck here: its minimum of calls kept the single trial from counting.
#[case]
fn b68_the_minimum_of_calls_is_not_for_trials() {
    let config = at_rate(50, Window::Time(secs(10)), 20);
    given(config).script("F*20 => open until=5s \n @60s F => open until=65s");
    given(config).script("F*20 => open until=5s \n @60s S => closed");
}

/// In recloser, at exactly the threshold, a success closes and a failure opens.
#[case]
fn b69_the_order_in_which_trials_end_does_not_decide() {
    let orders = [
        "a:S a:S a:F a:F",
        "a:S a:F a:S a:F",
        "a:S a:F a:F a:S",
        "a:F a:S a:S a:F",
        "a:F a:S a:F a:S",
        "a:F a:F a:S a:S",
    ];
    for order in orders {
        half_open(4, 2).script(&format!("+a*4 {order} => closed"));
        half_open(4, 3).script(&format!("+a*4 {order} => open until=10s"));
    }
}

/// In resilience4j the minimum number of calls decides, here after two of ten.
#[case]
fn b70_trials_do_not_decide_before_it_is_certain() {
    let by_rate = at_rate(50, Window::Count(10), 2);
    given(BreakerConfig { trials: 10, trials_to_close: 9, ..by_rate }).script(
        "F F       => open
         @5s S S   => half-open passed=2
         S*6       => half-open passed=8
         F         => half-open passed=8 failed=1
         S         => closed",
    );
}

/// tower-resilience keeps its trials in the time window, and is stuck when they leave it.
#[case]
fn b71_trials_do_not_expire() {
    let config = at_rate(50, Window::Time(millis(100)), 1);
    given(BreakerConfig { trials: 3, trials_to_close: 3, ..config }).script(
        "F
         @5s    S => half-open passed=1
         @5.15s S => half-open passed=2
         @5.3s  S => closed",
    );
    given(BreakerConfig { trials: 3, trials_to_close: 3, ..FIRST })
        .script("F \n @5s S \n @1h S \n @2h S => closed");
}

#[case]
fn b72_a_breaker_that_closes_begins_anew() {
    let by_rate = |window| at_rate(50, window, 4);
    for config in [in_a_row(4), by_rate(Window::Count(4)), by_rate(Window::Time(secs(60)))] {
        given(config).script(
            "F*4   => open until=5s calls=0
             @5s S => closed calls=0
             F     => closed calls=1 failures=1
             F F   => closed calls=3
             F     => open",
        );
    }
}
