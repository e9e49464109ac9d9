//! B51 to B61: which calls a half-open breaker lets through.

use super::script::given;
use super::{FIRST, at_once, case, half_open, on_trial, secs};
use fusebox::time::Instant;
use fusebox::{BreakerConfig, CircuitBreaker, Failure, HalfOpenEnd, HalfOpenTimeout, Outcome};
use std::sync::Mutex;

#[case]
fn b51_as_many_trials_as_are_allowed_and_no_more() {
    given(on_trial(4, 4)).script(
        "F
         @5s  +a*4 X*2 => half-open running=4 rejected=2
         a:F           => open until=10s
         @10s +b*4 X*2 => half-open running=4 rejected=4",
    );
}

#[case]
fn b52_the_call_that_ends_the_cooldown_is_the_first_trial() {
    given(on_trial(1, 1)).script("F \n @5s +a => half-open running=1 \n X => running=1");
    given(on_trial(2, 2)).script("F \n @5s +a +b => half-open running=2 \n X => running=2");
}

#[case]
fn b53_callers_that_race_get_no_more_trials() {
    const CALLERS: usize = 10;
    let breaker = Mutex::new(CircuitBreaker::new(on_trial(3, 3), 1).unwrap());
    let permit = breaker.lock().unwrap().try_acquire(Instant::ZERO).unwrap();
    breaker.lock().unwrap().report(Instant::ZERO, permit, Outcome::Failure(Failure::Timeout));
    let now = Instant::from_secs(5);
    let permits = Mutex::new(Vec::new());
    at_once(CALLERS, |_| {
        if let Ok(permit) = breaker.lock().unwrap().try_acquire(now) {
            permits.lock().unwrap().push(permit);
        }
    });
    let trials = permits.into_inner().unwrap();
    assert_eq!(trials.len(), 3);
    assert_eq!(breaker.lock().unwrap().rejections(), 7);
}

/// In cockatiel the other calls wait for the trial; Fusebox rejects them, since waiting is the task of a
/// queue.
#[case]
fn b54_others_are_rejected_while_a_slow_trial_is_under_way() {
    given(FIRST).script(
        "F
         @5s    +a
         @5.25s X*3 => half-open running=1 rejected=3 retry-after=none
         @5.5s  a:S => closed",
    );
}

/// No call waits, so a rejected call leaves nothing behind that the end of the trial could wake or lose.
#[case]
fn b55_the_end_of_a_trial_does_nothing_for_calls_that_were_rejected() {
    given(FIRST).script(
        "F
         @5s +a X*3 => half-open running=1 rejected=3
         @6s a:F    => open until=11s stale=0 transitions=3
         @11s +b    => half-open running=1",
    );
    given(FIRST).script(
        "F
         @5s +a X*3 => half-open running=1 rejected=3
         @6s a:S    => closed calls=0 stale=0 transitions=3",
    );
}

/// A caller that hangs up reports it, which frees the place of its trial at once; the place of a lost
/// permit is free after the trial timeout.
#[case]
fn b56_a_trial_that_is_abandoned_gives_its_permit_back() {
    given(FIRST).script(
        "F
         @5s +a  => half-open running=1
         @6s a:N => half-open running=0 passed=0 failed=0
         +b      => half-open running=1
         b:S     => closed",
    );
    given(FIRST).script(
        "F
         @5s +a -a    => half-open running=1
         @64.999999s X
         @65s +b      => half-open running=1 passed=0 failed=0
         b:S          => closed",
    );
}

/// Polly, gobreaker, opossum and tower-resilience stay half-open for ever; Fusebox has a timeout for
/// each trial, and one for half-open itself, which counts as a failure unless configured otherwise.
#[case]
fn b57_a_trial_that_never_ends_does_not_hold_the_breaker() {
    given(FIRST).script(
        "F
         @5s +a      => half-open running=1
         @64s X      => half-open running=1
         @65s +b X   => half-open running=1
         @66s a:F    => half-open running=1 failed=0 stale=1
         b:S         => closed",
    );
    // A success counts even so, see F16.
    given(FIRST).script("F \n @5s +a \n @65s +b \n @66s a:S => closed stale=0");
    let half_open_timeout = Some(HalfOpenTimeout { after: secs(20), then: HalfOpenEnd::Open });
    given(BreakerConfig { half_open_timeout, ..FIRST }).script(
        "F
         @5s +a      => half-open running=1
         @24.999s X  => half-open
         @25s X      => open until=30s retry-after=5s
         @29s a:S    => open until=30s stale=1
         @30s +b     => half-open running=1",
    );
    // Long after that, the next call is a trial at once; and what is no call begins no cycle.
    given(BreakerConfig { half_open_timeout, ..FIRST })
        .script("F \n @5s +a \n @1h +b => half-open running=1 \n b:S => closed");
    given(BreakerConfig { half_open_timeout, ..FIRST })
        .script("F \n @5s +a \n @1h a:S => open until=30s stale=1 \n +b => half-open running=1");
    let run = given(BreakerConfig::default());
    assert!(run.breaker.config().half_open_timeout.is_some(), "no setting is needed for it");
}

/// resilience4j and failsafe-go then let more trials through; in Fusebox a permit belongs to its cycle.
#[case]
fn b58_a_permit_of_an_older_cycle_is_not_added_to_the_next() {
    given(on_trial(2, 2)).script(
        "F
         @5s  +a*2 a:F  => open until=10s
         @10s +b*2 X    => half-open running=2
         a:N X          => half-open running=2 stale=1
         b:S*2          => closed",
    );
    // Neither is one whose trial has timed out.
    given(FIRST).script(
        "F
         @5s  +a
         @65s +b X      => half-open running=1
         a:N X          => half-open running=1 stale=1",
    );
}

/// tower-resilience wakes a waiting call; in Fusebox none waits, and the next call takes the free place.
#[case]
fn b59_a_trial_that_comes_free_serves_the_next_call_at_once() {
    given(FIRST).script(
        "F
         @5s    +a X => half-open running=1
         @5.1s  a:N +b X => half-open running=1 transitions=2",
    );
}

#[case]
fn b60_trials_that_end_neutral_make_room_for_others() {
    half_open(3, 3).script(
        "+a*3 X  => running=3
         a:N*3   => half-open running=0 passed=0 failed=0
         +b*3 X  => running=3",
    );
}

#[case]
fn b61_more_calls_than_trials_are_rejected_for_as_long_as_the_trials_take() {
    let config = BreakerConfig { trial_timeout: secs(300), ..on_trial(3, 3) };
    given(config).script(
        "F
         @5s  +a*3 => half-open running=3
         @10s X*3
         @64s X*2  => half-open running=3 rejected=5
         @65s a:S*3 => closed",
    );
}
