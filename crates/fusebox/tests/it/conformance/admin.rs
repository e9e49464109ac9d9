//! B87 to B105: modes, growing cooldowns, records of transitions, export, and time.

use super::script::{given, resumed};
use super::{FIRST, at_once, at_rate, case, in_a_row, millis, secs, slow};
use fusebox::time::{Duration, Instant};
use fusebox::{
    BackoffConfig, BreakerConfig, Cause, CircuitBreaker, Counts, Failure, Growth, Jitter, Mode,
    Outcome, Overdue, Rejection, SavedState, SavedWindow, Snapshot, State, StateName, Transition,
    Window, WindowEntry,
};
use std::collections::BTreeSet;
use std::sync::Mutex;

/// A growing cooldown without jitter.
fn growing(base: Duration, growth: Growth) -> BreakerConfig {
    let cap = secs(86_400);
    BreakerConfig { cooldown: BackoffConfig { base, growth, cap, jitter: Jitter::None }, ..FIRST }
}

#[case]
fn b87_forced_open_stays_open() {
    let mut run = given(FIRST);
    run.script(
        "force-open => open
         @10s X     => open retry-after=none
         @100h X*2  => open rejected=3 transitions=1",
    );
    assert_eq!(run.breaker.state(), State::Open { until: Instant::MAX });
    assert_eq!(run.breaker.try_acquire(run.now), Err(Rejection::BreakerForcedOpen));
}

#[case]
fn b88_disabled_lets_everything_through_and_counts_nothing() {
    given(in_a_row(1)).script(
        "disable      => closed
         F*100 S*100  => closed calls=0 failures=0 observed=0 rejected=0
         enforce      => closed
         F            => open",
    );
}

#[case]
fn b89_observing_stays_closed_and_says_each_rule_once() {
    let config = at_rate(50, Window::Count(10), 5);
    let mut run = given(BreakerConfig { slow_rate: Some(slow(secs(1), 50)), ..config });
    run.script("observe \n F*4 => closed observed=0 \n F => closed observed=1 failures=5");
    let Some(Cause::Exceeded(exceeded)) = run.breaker.last_shadow_trip().map(|seen| seen.cause)
    else {
        panic!("{:?}", run.breaker.last_shadow_trip());
    };
    assert!(exceeded.failure_rate.is_some() && exceeded.slow_rate.is_none());
    run.script(
        "F*10     => closed observed=1 calls=10 failures=10
         F/2s*4   => closed observed=1 slow=4
         F/2s     => closed observed=2 slow=5
         F/2s*20  => closed observed=2 rejected=0 transitions=1
         enforce  => closed calls=0",
    );
}

/// cockatiel counts how often a breaker was isolated; in Fusebox a mode is set, so setting it twice has
/// the same effect as once.
#[case]
fn b90_a_mode_that_is_set_twice_is_set_once() {
    given(FIRST).script(
        "force-open  => open transitions=1
         force-open  => open transitions=1
         enforce     => closed transitions=2
         S           => closed
         enforce     => closed transitions=2",
    );
    given(in_a_row(3)).script("F F enforce => closed failures=2 \n F enforce => open until=5s");
    given(in_a_row(3)).script("observe F F observe => closed failures=2");
}

/// Breakers share no control; a breaker that must reject even its first call is forced open before it,
/// or is restored from such a state.
#[case]
fn b91_breakers_can_begin_forced_open() {
    let forced = Snapshot {
        mode: Mode::ForceOpen,
        state: SavedState::Closed,
        cooldowns: 0,
        window: SavedWindow::Consecutive(0),
    };
    for seed in [1, 2] {
        let breaker = CircuitBreaker::import(FIRST, seed, Instant::ZERO, &forced).unwrap();
        resumed(breaker, Instant::ZERO).script("=> open \n @24h X => open");
    }
    given(FIRST).script("force-open X => open");
}

/// No method forces a breaker half-open: half-open only follows open.
#[case]
fn b92_no_breaker_goes_from_closed_to_half_open() {
    let mut run = given(FIRST);
    run.script("open-for=0s => open \n +a => half-open");
    let transition = run.breaker.last_transition().unwrap();
    assert_eq!((transition.from, transition.to), (StateName::Open, StateName::HalfOpen));
    assert_eq!(transition.cause, Cause::CooldownOver { cooldown: Duration::ZERO });
}

#[case]
fn b93_the_state_that_a_breaker_has_is_no_transition() {
    let mut run = given(FIRST);
    run.script("reset reset enforce disable observe enforce => closed");
    assert_eq!(run.breaker.last_transition(), None);
    run.script("F => open");
    let opened = run.breaker.last_transition();
    run.script("@1s open-for=10s => open until=11s");
    assert_eq!(run.breaker.last_transition(), opened);
}

#[case]
fn b94_the_cooldown_grows() {
    given(growing(secs(5), Growth::Exponential { factor_per_mille: 1_500 })).script(
        "F        => open until=5s
         @5s F    => open until=12.5s
         @12.5s F => open until=23.75s",
    );
}

#[case]
fn b95_closing_begins_the_growth_anew() {
    let mut run = given(growing(secs(1), Growth::Linear));
    run.script(
        "F     => open until=1s
         @1s F => until=3s
         @3s F => until=6s
         @6s F => until=10s
         @10s F => until=15s
         @15s S => closed
         F      => open until=16s
         @16s F => until=18s
         @18s F => until=21s",
    );
    run.script("reset F => open until=19s");
}

#[case]
fn b96_breakers_that_open_together_do_not_try_together() {
    let cooldown = BackoffConfig { jitter: Jitter::Equal, ..BackoffConfig::constant(secs(5)) };
    let until = |seed| {
        let breaker = CircuitBreaker::new(BreakerConfig { cooldown, ..FIRST }, seed).unwrap();
        let mut run = resumed(breaker, Instant::ZERO);
        run.script("F");
        match run.breaker.state() {
            State::Open { until } => until,
            state => panic!("{state:?}"),
        }
    };
    let ends: BTreeSet<Instant> = (0..100).map(until).collect();
    assert_eq!(ends.len(), 100, "they end at different moments");
    let (first, last) = (*ends.first().unwrap(), *ends.last().unwrap());
    assert!(first >= Instant::from_millis(2_500) && last <= Instant::from_secs(5));
    assert!(last.since(first) > secs(2), "{first} to {last}");
    assert_eq!(until(7), until(7), "chance is the seed's alone");
}

/// gobreaker runs a callback under its lock; Fusebox has no callback: a transition is a value with the
/// counts of the state that ended, and the caller can look at the new state beside it.
#[case]
fn b97_who_hears_of_a_transition_sees_the_new_state() {
    let mut run = given(at_rate(50, Window::Count(4), 4));
    run.script("S S F F => open until=5s calls=0");
    let Transition { at, from, to, cause } = run.breaker.last_transition().unwrap();
    assert_eq!((at, from, to), (Instant::ZERO, StateName::Closed, StateName::Open));
    assert_eq!(to, run.breaker.state().name());
    let Cause::Exceeded(exceeded) = cause else { panic!("{cause:?}") };
    assert_eq!(exceeded.counts, Counts { successes: 2, failures: 2, slow: 0 });
}

/// Nothing runs in the background: each transition is recorded when the call that caused it returns,
/// and starts in the state in which the previous one ended.
#[case]
fn b98_transitions_come_one_after_the_other() {
    let cooldown = BackoffConfig::constant(Duration::ZERO);
    let mut run = given(BreakerConfig { cooldown, ..FIRST });
    let mut state = run.breaker.state().name();
    let mut seen = Vec::new();
    let words = "+a a:F +b b:F +c c:S +d d:F force-open enforce +e e:F open-for=0s +f f:N reset";
    for word in words.split(' ') {
        let before = run.breaker.generation();
        run.script(word);
        let after = run.breaker.state().name();
        let transitions = run.breaker.generation() - before;
        assert!(transitions <= 1, "{word} has done more than one");
        if after != state {
            let Transition { from, to, .. } = run.breaker.last_transition().unwrap();
            assert_eq!((from, to), (state, after), "{word}");
            seen.push(to);
        }
        state = after;
    }
    let seen: Vec<String> = seen.iter().map(StateName::to_string).collect();
    assert_eq!(
        seen.join(", "),
        "open, half-open, open, half-open, closed, open, closed, open, half-open, closed"
    );
}

#[case]
fn b99_a_rejection_does_not_grow() {
    let mut run = given(FIRST);
    run.script("F \n @1s");
    let first = run.breaker.try_acquire(run.now);
    for _ in 0..100 {
        assert_eq!(run.breaker.try_acquire(run.now), first);
    }
    assert!(size_of::<Rejection>() <= 24, "and it needs no memory of its own");
}

#[case]
fn b100_a_half_open_breaker_that_is_taken_over_tries_at_once() {
    let config = growing(secs(5), Growth::DOUBLING);
    let mut run = given(config);
    run.script("F => until=5s \n @5s F => until=15s \n @15s +a => half-open");
    let exported = run.breaker.export(run.now);
    assert_eq!((exported.state, exported.cooldowns), (SavedState::HalfOpen, 2));
    let elsewhere = Instant::from_secs(1_000);
    let import = || {
        let breaker = CircuitBreaker::import(config, 2, elsewhere, &exported).unwrap();
        resumed(breaker, elsewhere)
    };
    import().script("=> open until=1000s \n +a X => half-open running=1 \n a:S => closed");
    import().script("F => open until=1020s");
}

#[case]
fn b101_a_cooldown_that_ended_meanwhile_is_over() {
    let mut run = given(FIRST);
    run.script("F \n @1s");
    let exported = run.breaker.export(run.now);
    assert_eq!(exported.state, SavedState::Open { left: secs(4) });
    let now = Instant::from_secs(70);
    let import = |passed| {
        let aged = exported.clone().aged(passed);
        resumed(CircuitBreaker::import(FIRST, 1, now, &aged).unwrap(), now)
    };
    import(secs(3)).script("X => open until=71s retry-after=1s \n @71s +a => half-open");
    import(secs(4)).script("=> open until=70s \n +a X => half-open running=1");
    import(secs(3_600)).script("=> open until=70s \n S => closed");
}

#[case]
fn b102_what_was_exported_has_a_life_of_its_own() {
    let mut run = given(at_rate(100, Window::Count(5), 5));
    run.script("F F S");
    let mut exported = run.breaker.export(run.now);
    let SavedWindow::Count(calls) = &mut exported.window else { panic!("{exported:?}") };
    calls.clear();
    exported.mode = Mode::ForceOpen;
    run.script("=> closed calls=3 failures=2");
    let mut exported = run.breaker.export(run.now);
    let breaker = CircuitBreaker::import(*run.breaker.config(), 1, run.now, &exported).unwrap();
    let SavedWindow::Count(calls) = &mut exported.window else { panic!("{exported:?}") };
    calls.push(WindowEntry { failed: true, slow: false });
    run.script("F => failures=3");
    resumed(breaker, run.now).script("=> closed calls=3 failures=2");
}

#[case]
fn b103_no_call_is_lost_between_threads() {
    const THREADS: usize = 10;
    const CALLS: u32 = 10_000;
    let config = BreakerConfig { window: Window::Count(100_000), ..in_a_row(100_000) };
    let breaker = Mutex::new(CircuitBreaker::new(config, 1).unwrap());
    at_once(THREADS, |thread| {
        for n in 0..CALLS {
            let now = Instant::from_micros(u64::from(n));
            let permit = breaker.lock().unwrap().try_acquire(now).unwrap();
            let failed = n % 4 == 0 && thread % 2 == 0;
            let failure = Outcome::Failure(Failure::Timeout);
            let outcome = if failed { failure } else { Outcome::Success };
            breaker.lock().unwrap().report(now, permit, outcome);
        }
    });
    let breaker = breaker.into_inner().unwrap();
    let counts = breaker.window(Instant::from_secs(1));
    assert_eq!(counts, Counts { successes: 87_500, failures: 12_500, slow: 0 });
    assert_eq!((breaker.stale_reports(), breaker.rejections()), (0, 0));
}

/// gobreaker and go-zero notice a dependency that hangs only when the first call ends, here after 30,000
/// calls; Fusebox has a rule on overdue calls.
#[case]
fn b105_a_dependency_that_hangs_is_seen_before_a_call_ends() {
    let overdue = Some(Overdue { calls: 100, share: None, after: secs(1) });
    let config = BreakerConfig { overdue, ..at_rate(50, Window::Time(secs(10)), 10) };
    let mut run = given(config);
    let mut admitted = 0;
    while run.breaker.try_acquire(run.now).is_ok() {
        admitted += 1;
        run.now += millis(1);
        assert!(admitted < 30_000, "the breaker is blind");
    }
    // A hundred calls are overdue after 1.1 s, and up to 3 % of the limit later they are seen.
    assert!((1_100..=1_131).contains(&admitted), "{admitted}");
    run.script("X => open");
    let cause = run.breaker.last_transition().unwrap().cause;
    assert!(matches!(cause, Cause::Overdue { calls: 100.., .. }), "{cause:?}");

    // Without the rule it is blind, and a neighbour is to see it: a bulkhead, or a timeout within.
    let mut run = given(BreakerConfig { overdue: None, ..config });
    for _ in 0..29_999 {
        run.script("+a");
        run.now += millis(1);
    }
    run.script("=> closed \n a:F*9 => closed \n a:F => open");
}
