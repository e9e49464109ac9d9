//! B29 to B40: which calls a closed breaker counts, and for how long.

use super::script::given;
use super::{at_rate, case, in_a_row, secs, slow};
use fusebox::{BreakerConfig, Window};

/// A window of this many seconds whose rule never holds.
const fn of_time(length: u64) -> BreakerConfig {
    at_rate(100, Window::Time(secs(length)), 1_000_000)
}

#[case]
fn b29_calls_leave_a_window_of_five_seconds() {
    given(of_time(5)).script(
        "@0s S @0.1s S @0.8s S
         @4.8s => calls=3
         @5.8s => calls=0",
    );
}

#[case]
fn b30_calls_leave_one_by_one_as_they_came() {
    let mut run = given(of_time(10));
    for _ in 0..10 {
        run.script("S");
        run.now += secs(1);
    }
    run.script("@9.999s => calls=10 \n @10s => calls=9 \n @11s => calls=8 \n @19s => calls=0");
}

#[case]
fn b31_exactly_the_length_of_the_window_is_outside() {
    given(of_time(10)).script("S*2 \n @9.999s => calls=2 \n @10s => calls=0");
}

/// gobreaker subtracts an expired bucket from a run of failures; in Fusebox a run does not expire.
#[case]
fn b32_what_leaves_takes_all_its_counts_along() {
    let config = BreakerConfig { slow_rate: Some(slow(secs(1), 100)), ..of_time(30) };
    given(config).script(
        "@0s F*2 S*3 N*4 => calls=5 failures=2 successes=3 slow=0
         @3s +a @6s a:S  => calls=6 failures=2 successes=4 slow=1
         @9s F           => calls=7 failures=3 successes=4 slow=1
         @30s            => calls=2 failures=1 successes=1 slow=1
         @36s            => calls=1 failures=1 successes=0 slow=0
         @39s            => calls=0 failures=0 successes=0 slow=0",
    );
    given(in_a_row(6)).script("F*5 \n @24h N => closed failures=5 \n F => open");
}

/// cockatiel moves its window one part further per call, so calls still count an hour later; in Fusebox
/// only the clock moves the window.
#[case]
fn b33_an_idle_hour_forgets_everything_at_once() {
    given(of_time(10)).script(
        "@0s F S @3s F S @6s F S @9s F S => calls=8
         @1h S                           => calls=1 failures=0
         @1000h F                        => calls=1 failures=1",
    );
}

#[case]
fn b34_a_part_of_the_window_without_calls_is_empty() {
    given(of_time(5)).script(
        "@1s F @2s F @3s F @4s F => failures=4
         @6s F                   => failures=4
         @7s                     => failures=3
         @8s                     => failures=2
         @10.999s                => failures=1
         @11s                    => failures=0",
    );
}

/// gobreaker clears all counts each interval, so failures before and after the end of one never count
/// together; in Fusebox the window always slides.
#[case]
fn b35_no_interval_ends_all_counts_together() {
    given(of_time(30)).script(
        "@0s S
         @29.999s S => calls=2
         @31s     S => calls=2
         @59.3s     => calls=2
         @60s       => calls=1
         @61s       => calls=0",
    );
}

#[case]
fn b36_a_window_that_changes_keeps_the_newest_in_their_order() {
    let by_count = |calls| at_rate(100, Window::Count(calls), 1);
    let keep = |calls| BreakerConfig { min_calls: calls, ..by_count(calls) };
    let mut run = given(keep(6));
    run.script("F S F F F S => calls=6 failures=4");
    run.breaker.reconfigure(run.now, keep(4)).unwrap();
    run.script("=> closed calls=4 failures=3 transitions=0");
    run.breaker.reconfigure(run.now, keep(5)).unwrap();
    // From the oldest on: F F F S, and then S, F, F.
    run.script("=> calls=4 \n S => calls=5 failures=3 \n F => failures=3 \n F => failures=3");

    let mut run = given(of_time(10));
    run.script("@1s F F @4s S @8s F @9s S => calls=5 failures=3");
    run.breaker.reconfigure(run.now, of_time(5)).unwrap();
    run.script("=> calls=2 failures=1");
    run.breaker.reconfigure(run.now, of_time(20)).unwrap();
    run.script("=> calls=2 failures=1 \n @27s => calls=2 \n @28.5s => calls=1 failures=0");

    // A half-open cycle goes on by the settings with which it began.
    for (trials, end) in [("S", "S => closed"), ("F", "F => open until=10s")] {
        let few = BreakerConfig { trials: 3, trials_to_close: 2, ..in_a_row(1) };
        let mut run = given(few);
        run.script(&format!("F \n @5s {trials} => half-open running=0"));
        run.breaker.reconfigure(run.now, in_a_row(1)).unwrap();
        run.script(&format!("=> half-open \n {end}"));
    }
}

/// resilience4j forgets recent calls when its clock steps back; for Fusebox no time passes then.
#[case]
fn b37_a_clock_that_steps_back_forgets_nothing() {
    given(of_time(10)).script(
        "@20s F*5 S*45 => calls=50 failures=5
         @17s S        => calls=51
         @17.5s S      => calls=52
         @18s S        => calls=53
         @17s S        => calls=54
         @3s S         => calls=55
         @0s S         => calls=56 failures=5
         @29.5s        => calls=56
         @30.2s        => calls=0",
    );
}

/// gobreaker counts a call at its start, if that is still in the window; Fusebox counts it at its end,
/// since its outcome is unknown before.
#[case]
fn b38_a_call_is_booked_when_it_ends() {
    given(of_time(10)).script(
        "@0s +a
         @9s a:F => failures=1
         @11s    => failures=1
         @18.9s  => failures=1
         @19s    => failures=0",
    );
}

/// gobreaker ignores such a call; Fusebox counts it as one that took no time.
#[case]
fn b39_a_call_that_ends_before_it_began_took_no_time() {
    let config = BreakerConfig { slow_rate: Some(slow(secs(1), 100)), ..of_time(10) };
    given(config).script("@9s +a*2 \n @2s a:S a:F => calls=2 failures=1 slow=0");
}

/// No timer runs: rules are checked when a call ends.
#[case]
fn b40_time_alone_opens_nothing() {
    given(at_rate(50, Window::Time(secs(10)), 5)).script(
        "@0s S*6
         @5s F*5 => closed calls=11 failures=5
         @10s    => closed calls=5 failures=5 transitions=0
         @14.8s  => closed calls=5 failures=5 transitions=0
         @15s    => closed calls=0",
    );
    given(at_rate(50, Window::Time(secs(10)), 5))
        .script("@0s S*6 @5s F*5 \n @10s S => open transitions=1");
}
