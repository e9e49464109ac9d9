//! B13 to B28: what opens a closed breaker.

use super::script::given;
use super::{FIRST, at_rate, case, in_a_row, secs, slow};
use crate::rig::{Reply, Rig, SUCCESS};
use fusebox::time::Duration;
use fusebox::{
    BreakerConfig, BulkheadConfig, Cause, CircuitBreaker, Exceeded, LayerConfig, Outcome, Rate,
    Window,
};

/// The rules that opened the breaker last.
fn exceeded(breaker: &CircuitBreaker) -> Exceeded {
    match breaker.last_transition().map(|transition| transition.cause) {
        Some(Cause::Exceeded(exceeded)) => exceeded,
        cause => panic!("{cause:?}"),
    }
}

#[case]
fn b13_the_last_failure_of_a_run_opens_and_clears() {
    given(in_a_row(6)).script(
        "F*5  => closed failures=5
         F    => open   failures=0",
    );
}

#[case]
fn b14_a_success_ends_a_run_of_failures() {
    given(in_a_row(6)).script(
        "F*5 S => closed failures=0
         F*5   => closed failures=5
         F     => open",
    );
}

#[case]
fn b15_a_rate_holds_from_the_minimum_of_calls_on() {
    let config = at_rate(10, Window::Time(secs(30)), 10);
    given(config).script(
        "F S*8 => closed calls=9
         S     => open",
    );
    given(config).script("S*9 F => open");
    given(config).script("S*10 => closed calls=10");
}

/// cockatiel and opossum stay closed at exactly the threshold; Fusebox opens there.
#[case]
fn b16_exactly_the_threshold_opens() {
    let config = at_rate(50, Window::Count(10), 10);
    given(config).script("S*5 F*4 => closed \n F => open");
    given(config).script("S*6 F*4 => closed calls=10 failures=4");
}

/// Polly, gobreaker and cockatiel check their rules only after a failure; Fusebox does so after every
/// call, since the order in which calls end says nothing about the dependency.
#[case]
fn b17_a_success_that_completes_the_minimum_opens() {
    let mut run = given(at_rate(50, Window::Count(5), 5));
    run.script("F F F S => closed calls=4 \n S => open");
    let Exceeded { counts, failure_rate, .. } = exceeded(&run.breaker);
    assert_eq!((counts.failures, counts.calls()), (3, 5));
    assert_eq!(failure_rate, Some(Rate::percent(50)));
}

#[case]
fn b18_slow_calls_open_where_failures_would_not() {
    let config = at_rate(50, Window::Count(5), 5);
    let mut run = given(BreakerConfig { slow_rate: Some(slow(secs(4), 50)), ..config });
    run.script(
        "F/5s S/5s F S => closed failures=2 slow=2
         S/5s          => open",
    );
    let Exceeded { counts, failure_rate, slow_rate, failures, .. } = exceeded(&run.breaker);
    assert_eq!((counts.slow, counts.failures, counts.calls()), (3, 2, 5));
    assert_eq!((failures, failure_rate, slow_rate), (None, None, Some(slow(secs(4), 50))));
}

#[case]
fn b19_how_long_a_call_takes_is_measured_on_the_clock_of_the_caller() {
    let config = at_rate(100, Window::Time(secs(60)), 100);
    given(BreakerConfig { slow_rate: Some(slow(secs(4), 100)), ..config }).script(
        "+a   => calls=0 slow=0
         @5s  => calls=0 slow=0
         a:S  => calls=1 slow=1",
    );
}

/// tower-resilience counts a call of exactly the limit as slow; Fusebox does not, since the call took no
/// longer than the limit.
#[case]
fn b20_a_call_of_exactly_the_slow_duration_is_not_slow() {
    let config = at_rate(100, Window::Count(10), 10);
    given(BreakerConfig { slow_rate: Some(slow(secs(4), 100)), ..config }).script(
        "S/3.999999s => calls=1 slow=0
         S/4s        => calls=2 slow=0
         S/4.000001s => calls=3 slow=1",
    );
    given(BreakerConfig { slow_rate: Some(slow(Duration::ZERO, 100)), ..config })
        .script("S => calls=1 slow=0 \n S/1us => calls=2 slow=1");
}

#[case]
fn b21_two_rules_that_one_call_breaks_are_one_transition() {
    let config = at_rate(50, Window::Count(2), 2);
    let mut run = given(BreakerConfig { slow_rate: Some(slow(secs(4), 50)), ..config });
    run.script("S => closed transitions=0 \n F/5s => open transitions=1");
    let Exceeded { failure_rate, slow_rate, failures, .. } = exceeded(&run.breaker);
    assert_eq!(failure_rate, Some(Rate::percent(50)));
    assert_eq!((failures, slow_rate), (None, Some(slow(secs(4), 50))));
}

#[case]
fn b22_so_many_failures_of_the_last_so_many_calls_open() {
    let config = BreakerConfig { window: Window::Count(3), ..in_a_row(2) };
    given(config).script("F S => closed \n F => open");
    given(config).script(
        "F S S => closed calls=3 failures=1
         F     => closed calls=3 failures=1
         S     => closed calls=3 failures=1
         F     => open",
    );
}

/// tower-resilience counts since the last transition and would need 100 failures here.
#[case]
fn b23_a_window_by_count_forgets_old_successes() {
    given(at_rate(50, Window::Count(10), 10)).script(
        "S*100 => calls=10 failures=0
         F*4   => closed calls=10 failures=4
         F     => open",
    );
}

/// opossum divides by the calls that began, Fusebox by those that ended.
#[case]
fn b24_calls_under_way_do_not_dilute_the_rate() {
    given(at_rate(50, Window::Time(secs(60)), 19)).script(
        "+a*20         => calls=0
         @10s a:F*18   => closed calls=18 failures=18
         a:F           => open",
    );
}

/// opossum counts its own rejections as failures; in Fusebox they are neutral, whichever layer rejects.
#[case]
fn b25_rejections_of_our_own_do_not_open() {
    given(FIRST).script(
        "F          => open until=5s
         @1s X*1000 => open until=5s transitions=1
         @5s +a X*9 => half-open running=1 failed=0
         a:S        => closed calls=0",
    );
    let full = BulkheadConfig { slots: 1, queue: 0, max_wait: Duration::ZERO };
    let mut rig = Rig::new(&[LayerConfig::Bulkhead(full), LayerConfig::Breaker(in_a_row(1))]);
    rig.replies([Reply::After(100, Outcome::Success)]);
    for _ in 0..10 {
        rig.call();
    }
    rig.run();
    let breaker = rig.pipeline.breaker().unwrap();
    assert_eq!((breaker.generation(), breaker.rejections()), (0, 0), "it has stayed closed");
    let successes = rig.flights.values().filter(|flight| flight.last_outcome.is_some());
    assert_eq!(successes.count(), 1, "the bulkhead has let one through");
    rig.replies([SUCCESS]);
    rig.call_and_run();
    rig.expect_nothing_held();
}

#[case]
fn b26_below_the_minimum_of_calls_nothing_opens() {
    given(at_rate(50, Window::Time(secs(10)), 3)).script(
        "F => closed
         F => closed
         F => open",
    );
}

/// opossum has a warm-up time; in Fusebox a breaker can start in shadow mode and enforce later.
#[case]
fn b27_a_breaker_that_warms_up_does_not_open() {
    given(in_a_row(2)).script(
        "observe     => closed
         @1s F*9     => closed observed=1
         @10s enforce => closed failures=0
         F           => closed
         F           => open",
    );
}

/// failsafe rounds 49.5 % up and opens; Fusebox compares whole numbers without rounding.
#[case]
fn b28_a_rate_is_not_rounded() {
    given(at_rate(50, Window::Count(200), 200)).script(
        "S*101 F*99 => closed calls=200 failures=99
         F          => open",
    );
    let third = Some(Rate::per_ten_thousand(3_334));
    let config = BreakerConfig { failure_rate: third, ..at_rate(1, Window::Count(3), 3) };
    given(config).script("S S F => closed");
    let third = Some(Rate::per_ten_thousand(3_333));
    given(BreakerConfig { failure_rate: third, ..config }).script("S S F => open");
}
