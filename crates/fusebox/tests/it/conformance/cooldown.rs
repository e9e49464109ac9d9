//! B41 to B50: how long an open breaker stays open.

use super::script::{Run, given, resumed};
use super::{FIRST, at_rate, case, millis, secs};
use fusebox::time::{Duration, Instant};
use fusebox::{
    BackoffConfig, BreakerConfig, CircuitBreaker, Growth, Jitter, Rejection, State, Window,
};

/// 5 s, 10 s, 20 s ...
const DOUBLING: BreakerConfig = BreakerConfig {
    cooldown: BackoffConfig {
        base: secs(5),
        growth: Growth::DOUBLING,
        cap: secs(3_600),
        jitter: Jitter::None,
    },
    ..FIRST
};

#[case]
fn b41_open_until_the_cooldown_is_over() {
    given(FIRST).script(
        "F         => open until=5s
         @4.999s X => open
         @6s +a    => half-open running=1",
    );
}

/// resilience4j, gobreaker, failsafe-rs and recloser reject at exactly the end; Fusebox does not, since
/// its rejections name that moment as the end of the wait.
#[case]
fn b42_exactly_at_its_end_the_cooldown_is_over() {
    given(FIRST).script("F \n @4.999999s X => retry-after=0.000001s \n @5s +a => half-open");
}

#[case]
fn b43_a_rejection_says_when_to_come_back() {
    given(FIRST).script(
        "F
         @0.001s X => retry-after=4.999s
         @2s X     => retry-after=3s
         @4.999s X => retry-after=0.001s rejected=3",
    );
    let mut run = given(FIRST);
    run.script("F \n @1s");
    let rejection = run.breaker.try_acquire(run.now).unwrap_err();
    let until = Instant::from_secs(5);
    assert_eq!(rejection, Rejection::BreakerOpen { until, retry_after: secs(4) });
}

/// No timer runs, as in most libraries; the next call ends the cooldown.
#[case]
fn b44_without_calls_an_open_breaker_stays_open() {
    given(FIRST).script(
        "F      => open transitions=1
         @5s    => open until=5s
         @1h    => open until=5s transitions=1
         +a     => half-open transitions=2",
    );
}

/// No timer can fire late: a cooldown that another transition has replaced has no effect.
#[case]
fn b45_what_is_done_by_hand_ends_the_cooldown() {
    given(FIRST).script(
        "F             => open until=5s
         @1s reset     => closed transitions=2
         @5s S         => closed transitions=2",
    );
    given(FIRST).script(
        "F             => open until=5s
         @1s force-open X => open transitions=2
         @5s X*2       => open transitions=2",
    );
    given(FIRST).script(
        "F             => open until=5s
         @1s open-for=10s => open until=11s
         @5s X         => open until=11s
         @11s +a       => half-open",
    );
}

#[case]
fn b46_a_second_failure_does_not_open_again() {
    given(FIRST).script(
        "+a*3
         a:F       => open until=5s transitions=1
         a:F       => open until=5s transitions=1 stale=1
         @4s a:F   => open until=5s transitions=1 stale=2
         @5s +b    => half-open",
    );
}

#[case]
fn b47_a_cooldown_beyond_the_end_of_the_clock_ends_with_it() {
    let late = Instant::MAX - millis(1);
    for window in [Window::Consecutive, Window::Count(1), Window::Time(secs(10))] {
        let cooldown = BackoffConfig::constant(secs(86_400));
        let config = BreakerConfig { window, cooldown, ..FIRST };
        let mut run = resumed(CircuitBreaker::new(config, 1).unwrap(), late);
        run.script("F X => open");
        assert_eq!(run.breaker.state(), State::Open { until: Instant::MAX });
        run.breaker.open_for(late, Duration::MAX);
        assert_eq!(run.breaker.state(), State::Open { until: Instant::MAX });
        run.now = Instant::MAX;
        run.script("+a => half-open");
    }
}

#[case]
fn b48_without_a_cooldown_the_next_call_is_a_trial() {
    let cooldown = BackoffConfig::constant(Duration::ZERO);
    given(BreakerConfig { cooldown, ..FIRST }).script(
        "F    => open until=0s
         +a X => half-open running=1
         a:F  => open until=0s
         S    => closed",
    );
}

/// Polly and resilience4j add such a failure to their counts; Fusebox counts it as stale.
#[case]
fn b49_failures_that_come_while_open_do_not_extend_it() {
    let mut run = given(at_rate(50, Window::Count(2), 2));
    run.script("+a*3 F F => open until=5s transitions=1");
    let before = run.breaker.last_transition();
    run.script("@4s a:F*3 => open until=5s transitions=1 stale=3 calls=0");
    assert_eq!(run.breaker.last_transition(), before);
    run.script("@5s +b => half-open");
}

#[case]
fn b50_a_cooldown_that_is_asked_for_once_is_not_the_next() {
    given(DOUBLING).script(
        "open-for=2h  => open until=7200s
         @7199.999s X => open
         @2h F        => open until=7205s
         @7205s F     => open until=7215s",
    );
    // A failure can ask for it too, and may ask for no more than is allowed; the jitter is on top.
    let mut run = given(BreakerConfig { max_retry_after: Some(secs(60)), ..DOUBLING });
    let asks = |run: &mut Run, line, from, least: u64| {
        run.script(line);
        let State::Open { until } = run.breaker.state() else { panic!("{line}: it is not open") };
        let (from, least) = (Instant::from_secs(from), millis(least * 1_000));
        assert!((from + least..=from + least.per_mille(1_500)).contains(&until), "{line}: {until}");
    };
    asks(&mut run, "503~7s => open", 0, 7);
    run.script("@20s F => open until=25s");
    asks(&mut run, "@25s 503~2h => open", 25, 60);
    run.script("@120s F => open until=130s \n @130s S => closed");
    asks(&mut run, "503~1s => open", 130, 1);
    given(FIRST).script("429~1s => closed failures=0");
    given(BreakerConfig { max_retry_after: None, ..DOUBLING }).script("503~7s => open until=5s");
}
