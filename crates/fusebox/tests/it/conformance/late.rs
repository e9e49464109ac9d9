//! B81 to B86: reports from before the newest transition.

use super::script::given;
use super::{FIRST, at_rate, case, half_open, in_a_row, secs};
use fusebox::{Permit, Window};

/// gobreaker begins a new generation each interval; in Fusebox the window slides, so the call counts
/// when it ends, and only a transition makes it stale.
#[case]
fn b81_a_call_over_the_end_of_an_interval_counts_when_it_ends() {
    given(at_rate(100, Window::Time(secs(30)), 10)).script(
        "@29s +a*2 S
         @31s a:F       => calls=2 failures=1 stale=0
         reset          => calls=0
         a:F            => calls=0 stale=1",
    );
}

/// resilience4j, cockatiel, opossum and tower-resilience take such a report for that of a trial.
#[case]
fn b82_a_late_report_is_no_trial() {
    given(in_a_row(1)).script(
        "+a*5 F               => open until=5s
         @5s +t               => half-open running=1 passed=0 failed=0
         a:S                  => half-open running=1 passed=0 failed=0 stale=1
         a:F                  => half-open running=1 passed=0 failed=0 stale=2
         a:N                  => half-open running=1 passed=0 failed=0 stale=3
         a:404                => half-open running=1 passed=0 failed=0 stale=4
         X                    => transitions=2
         t:S                  => closed transitions=3
         a:F                  => closed calls=0 stale=5 transitions=3",
    );
    // The same from an older half-open cycle.
    half_open(2, 2).script(
        "+a*2 a:F             => open until=10s
         @10s +b              => half-open running=1
         a:S                  => half-open running=1 passed=0 stale=1
         b:S S                => closed",
    );
}

/// resilience4j counts it in the window of the closed state; in Fusebox that window ends with the state.
#[case]
fn b83_a_late_failure_while_open_is_only_stale() {
    given(FIRST).script(
        "+a F      => open until=5s calls=0 stale=0
         @1s a:F   => open until=5s calls=0 stale=1 transitions=1",
    );
}

#[case]
fn b84_a_late_success_does_not_close_what_is_forced_open() {
    given(FIRST).script("+a force-open => open \n a:S X => open stale=1 transitions=1");
    half_open(1, 1).script("+a force-open => open \n a:S X => open stale=1");
}

/// gobreaker counts both reports; in Fusebox a report uses its permit up, so there is no second one.
#[case]
fn b85_a_permit_is_reported_once() {
    trait OfEvery<Of> {
        fn there() {}
    }
    struct Copied;
    impl<T> OfEvery<()> for T {}
    impl<T: Clone> OfEvery<Copied> for T {}
    // Two of this name would fit a permit that can be cloned, and then this would not compile.
    <Permit as OfEvery<_>>::there();
    given(at_rate(100, Window::Count(10), 10)).script("+a a:F => calls=1 failures=1");
}

#[case]
fn b86_calls_under_way_at_a_reset_are_of_the_old_generation() {
    given(in_a_row(3)).script(
        "F +a*3     => failures=1
         reset      => closed failures=0 transitions=1
         a:F*3      => closed failures=0 stale=3 transitions=1
         F F        => closed failures=2
         F          => open",
    );
}
