//! B73 to B80: outcomes that say nothing about the dependency, and those that only seem to.

use super::script::given;
use super::{FIRST, case, half_open, in_a_row};
use crate::rig::{Reply, Rig};
use fusebox::time::Duration;
use fusebox::{BreakerConfig, Failure, LayerConfig, StateName, TimeoutConfig, Window};

/// Opens after a hundred failures, so that the tests can look at the counts before.
const MANY: BreakerConfig = BreakerConfig { window: Window::Count(1_000), ..in_a_row(100) };

#[case]
fn b73_neutral_trials_do_not_use_up_the_trials() {
    half_open(3, 3).script(
        "N*4         => half-open running=0 passed=0 failed=0
         +a*3 X      => half-open running=3
         a:N a:S a:S => half-open passed=2
         S           => closed",
    );
}

#[case]
fn b74_a_neutral_last_trial_leaves_its_place_to_another() {
    half_open(2, 2).script(
        "S    => half-open passed=1
         N    => half-open running=0 passed=1 failed=0
         S    => closed",
    );
    half_open(2, 2).script("S N F => open");
}

/// Polly, pybreaker, opossum and cockatiel count a call that was cancelled as a success and close.
#[case]
fn b75_a_trial_without_an_answer_decides_nothing() {
    half_open(1, 1).script("N => half-open transitions=2 running=0 passed=0 failed=0");
}

/// An outcome is one of three, so there is no precedence; gobreaker counts a neutral one as a request,
/// Fusebox does not count it at all.
#[case]
fn b76_a_neutral_call_is_in_no_count() {
    given(MANY).script("S F N 404 N => calls=2 successes=1 failures=1");
    given(in_a_row(3)).script("F F N 404 => failures=2 \n F => open");
}

/// Every answer is in exactly one class: an error of the request itself and throttling do not count,
/// nor does what the server can never do, and all other errors are failures, including 408.
#[case]
fn b77_an_answer_is_either_counted_or_not() {
    for code in 400..=599 {
        let never = [501, 505, 506, 508, 510, 511].contains(&code);
        let is_counted = code == 408 || code >= 500 && !never;
        assert_eq!(Failure::status(code).counts(), is_counted, "{code}");
        let expected = u32::from(is_counted);
        given(MANY).script(&format!("{code} => calls={expected} failures={expected}"));
    }
}

#[case]
fn b78_an_answer_that_is_an_error_is_a_failure() {
    given(in_a_row(2)).script("503 => closed failures=1 \n 500 => open");
    half_open(1, 1).script("503 => open");
}

/// gobreaker counts a panic as a failure; Fusebox does not run the call, so its driver may count one, and
/// a permit that a panic drops does not count.
#[case]
fn b79_a_panic_drops_the_permit() {
    given(MANY).script("+a -a => closed calls=0 failures=0 stale=0 transitions=0");
    half_open(1, 1).script(
        "+a -a X     => half-open running=1 failed=0
         @65s S      => closed",
    );
    #[cfg(not(target_arch = "wasm32"))]
    {
        let mut run = given(FIRST);
        let permit = run.breaker.try_acquire(run.now).unwrap();
        let call = |permit: fusebox::Permit| {
            if permit.trial().is_none() {
                std::panic::resume_unwind(Box::new("the call has panicked"));
            }
            permit
        };
        let result = std::panic::catch_unwind(move || call(permit));
        assert!(result.is_err());
        run.script("=> closed failures=0 stale=0 \n F => open");
    }
}

/// A deadline that passed is a failure of the dependency; a caller that hung up is not.
#[case]
fn b80_a_timeout_inside_the_breaker_is_a_failure() {
    let timeout = LayerConfig::Timeout(TimeoutConfig::default());
    let layers = [timeout, LayerConfig::Breaker(FIRST)];
    let mut rig = Rig::new(&layers);
    rig.replies([Reply::Silence]);
    rig.call_and_run();
    rig.expect("0 attempt 1 \n 10000 timed out");
    assert_eq!(rig.pipeline.breaker().unwrap().state().name(), StateName::Open);

    let mut rig = Rig::new(&layers);
    rig.patience = Duration::from_secs(1);
    rig.replies([Reply::Silence]);
    rig.call_and_run();
    rig.expect("0 attempt 1 \n 1000 hung up");
    assert_eq!(rig.pipeline.breaker().unwrap().generation(), 0, "it has stayed closed");
}
