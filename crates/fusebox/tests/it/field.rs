//! Cases that people reported from production elsewhere, each as a small input with the right
//! value, by their numbers.

use crate::rig::{Reply, Rig, SUCCESS};
use fusebox::rng::Rng;
use fusebox::time::{Duration, Instant};
use fusebox::{
    BackoffConfig, Begin, BreakerConfig, CircuitBreaker, Class, Classifier, Delays, End, Failure,
    GiveUp, HalfOpenTimeout, HedgeConfig, IdempotencyConfig, IdempotencyTable, Jitter,
    KeyedBreakers, KeyedConfig, LayerConfig, Outcome, Overdue, Rate, Recorded, Rejection, Repeat,
    Retry, RetryConfig, State, StateName, TimeoutConfig, Tried,
};
use std::collections::VecDeque;

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

const fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

const FAILED: Outcome = Outcome::Failure(Failure::Timeout);

const fn asks(code: u16, wait: Duration) -> Failure {
    Failure::answer(code, Some(wait))
}

/// The first decision on a retry of a request that may be repeated.
fn decide(failure: Failure, deadline: Instant, seed: u64) -> Result<Duration, GiveUp> {
    let mut retry = Retry::new(RetryConfig::default()).unwrap();
    let tried = Tried { failure, attempts: 1, repeat: Repeat::Safe, deadline };
    let granted =
        retry.decide(Instant::ZERO, &tried, &mut Delays::default(), &mut Rng::from_seed(seed));
    granted.map(|granted| granted.delay)
}

/// A breaker that has opened at time zero, at the first failure.
fn opened(config: BreakerConfig, seed: u64, failure: Failure) -> CircuitBreaker {
    let config = BreakerConfig { failures: Some(1), ..config };
    let mut breaker = CircuitBreaker::new(config, seed).unwrap();
    call(&mut breaker, Instant::ZERO, Outcome::Failure(failure));
    assert_eq!(breaker.state().name(), StateName::Open);
    breaker
}

fn call(breaker: &mut CircuitBreaker, now: Instant, outcome: Outcome) -> Recorded {
    let permit = breaker.try_acquire(now).expect("it lets the call through");
    breaker.report(now, permit, outcome)
}

/// Nobody earlier than asked, nobody later than half as much again, and hardly two together.
fn is_spread(mut waits: Vec<Duration>, asked: Duration) {
    let (all, longest) = (waits.len(), asked.per_mille(1_500));
    assert!(waits.iter().all(|wait| (asked..=longest).contains(wait)), "{waits:?}");
    waits.sort();
    for tenth in waits.chunks(all / 10) {
        let width = tenth[tenth.len() - 1].saturating_sub(tenth[0]);
        assert!(width < asked.per_mille(100), "a tenth of the waits takes {width}");
    }
    waits.dedup();
    assert!(waits.len() > all * 99 / 100, "{} of {all} moments", waits.len());
}

/// A thousand clients are told to come back after 5 s: all retry at exactly 5 s.
#[test]
fn f01_retry_after_is_a_floor_with_jitter_on_top() {
    for code in [403, 429, 503] {
        let waits = (0..1_000).map(|seed| decide(asks(code, secs(5)), Instant::MAX, seed).unwrap());
        is_spread(waits.collect(), secs(5));
    }
    // So it is for clients whose own delays have no jitter.
    let backoff = BackoffConfig { jitter: Jitter::None, ..BackoffConfig::default() };
    let mut retry =
        Retry::new(RetryConfig { backoff, budget: None, ..RetryConfig::default() }).unwrap();
    let failure = asks(429, secs(5));
    let tried = Tried { failure, attempts: 1, repeat: Repeat::Safe, deadline: Instant::MAX };
    let mut rng = Rng::from_seed(1);
    let waits = (0..1_000).map(|_| {
        retry.decide(Instant::ZERO, &tried, &mut Delays::default(), &mut rng).unwrap().delay
    });
    is_spread(waits.collect(), secs(5));
}

/// The sibling: the breakers of a thousand clients open for exactly what they were told, and send
/// their trials together.
#[test]
fn f01_a_cooldown_that_was_asked_for_has_jitter_on_top() {
    let until = |seed| match opened(BreakerConfig::default(), seed, asks(503, secs(5))).state() {
        State::Open { until } => until.since(Instant::ZERO),
        state => panic!("{state:?}"),
    };
    is_spread((0..1_000).map(until).collect(), secs(5));
}

/// `Retry-After: 120` with a cap of 20 s and a deadline of 60 s: an attempt is burnt after 20 s.
#[test]
fn f04_a_wait_is_as_long_as_asked_or_the_retry_gives_up_at_once() {
    let asked = secs(120);
    let (delay, left) = (asked, secs(60));
    let too_close = GiveUp::DeadlineTooClose { delay, left };
    assert_eq!(decide(asks(503, asked), Instant::from_secs(60), 1), Err(too_close));
    assert!(too_close.to_string().contains("only 60 s left for a delay of 120 s"));
    // The cap of the backoff is for its own delays.
    assert!(decide(asks(503, asked), Instant::MAX, 1).unwrap() >= asked);
    // Where the deadline allows the wait, the jitter leaves half of the rest for the attempt.
    for seed in 0..100 {
        let wait = decide(asks(503, asked), Instant::from_secs(124), seed).unwrap();
        assert!((asked..=secs(122)).contains(&wait), "{wait}");
    }
    // Beyond the limit of both, the retry gives up, and the breaker tries after the limit.
    let longest = RetryConfig::default().max_retry_after.unwrap();
    assert_eq!(BreakerConfig::default().max_retry_after, Some(longest));
    let asked = Duration::DAY;
    let too_long = GiveUp::RetryAfterTooLong { asked, longest };
    assert_eq!(decide(asks(503, asked), Instant::MAX, 1), Err(too_long));
    let breaker = opened(BreakerConfig::default(), 1, asks(503, asked));
    assert!(breaker.cooldown().unwrap() <= longest.per_mille(1_500));
}

/// A retry that meets its own first attempt gets a 409, and takes it for permanent.
#[test]
fn f05_a_retry_waits_for_the_first_attempt_with_the_same_key() {
    let mut table = IdempotencyTable::new(IdempotencyConfig::default()).unwrap();
    let mut retry = Retry::new(RetryConfig::default()).unwrap();
    let (mut now, mut delays, mut rng) = (Instant::ZERO, Delays::default(), Rng::from_seed(1));
    let Begin::New(claim) = table.begin(now, "order 7", 1) else { panic!("a new key") };
    // The answer to the first attempt is lost, and the work goes on.
    let mut tried = Tried {
        failure: Failure::ConnectionLost,
        attempts: 1,
        repeat: Repeat::Safe,
        deadline: Instant::MAX,
    };
    now += retry.decide(now, &tried, &mut delays, &mut rng).unwrap().delay;
    tried.failure = table.begin(now, "order 7", 1).failure(now).expect("it is at work");
    assert_eq!(tried.failure, Failure::status(409));
    tried.attempts = 2;
    let granted = retry.decide(now, &tried, &mut delays, &mut rng).expect("it waits");
    table.complete(now, claim, 201).unwrap();
    now += granted.delay;
    assert_eq!(table.begin(now, "order 7", 1), Begin::Done(&201));
    // Another request under this key never gets a result.
    let mismatch = table.begin(now, "order 7", 2).failure(now).unwrap();
    let permanent = GiveUp::Permanent(mismatch);
    let again = Tried { failure: mismatch, attempts: 1, ..tried };
    assert_eq!(retry.decide(now, &again, &mut delays, &mut rng), Err(permanent));
    // Without a key, the 409 is not about an attempt of this request.
    let without = Tried { failure: Failure::status(409), attempts: 1, ..tried };
    let without = Tried { repeat: Repeat::Unsafe, ..without };
    assert!(retry.decide(now, &without, &mut delays, &mut rng).is_err());
    // A full table asks for a wait.
    let config = IdempotencyConfig { capacity: 1, ..IdempotencyConfig::default() };
    let mut full = IdempotencyTable::<u8, u8>::new(config).unwrap();
    let Begin::New(_claim) = full.begin(now, 1, 1) else { panic!("a new key") };
    assert_eq!(full.begin(now, 2, 1).failure(now), Some(asks(503, secs(60))));
}

#[test]
fn f05_locked_and_too_early_are_retried_and_none_counts_against_the_dependency() {
    for code in [409, 423, 425] {
        assert!(decide(Failure::status(code), Instant::MAX, 1).is_ok(), "{code}");
        assert!(!Failure::status(code).counts(), "{code}");
    }
    // A hedge that meets the first attempt does not end the race, and no more hedges follow.
    let mut hedge = fusebox::Hedge::new(fusebox::HedgeConfig::default()).unwrap();
    let (mut race, _) = hedge.start(Instant::ZERO);
    let now = race.wake_at();
    assert_eq!(race.timer(now), fusebox::HedgeStep::Send(2));
    let conflict = Outcome::Failure(Failure::status(409));
    assert_eq!(race.ended(now, 2, conflict), fusebox::HedgeStep::Unchanged);
    let end = race.ended(now, 1, Outcome::Success);
    assert!(matches!(end, fusebox::HedgeStep::Done { outcome: Outcome::Success, .. }));
}

/// After an outage every call asks for something that is not there: half-open for ever.
#[test]
fn f10_an_answer_to_a_trial_says_that_the_dependency_is_up() {
    for code in [400, 404, 409, 422, 429, 501] {
        let mut breaker = opened(BreakerConfig::default(), 1, Failure::Connect);
        for second in [30, 31] {
            let answer = Outcome::Failure(Failure::status(code));
            call(&mut breaker, Instant::from_secs(second), answer);
        }
        assert_eq!(breaker.state(), State::Closed, "{code}");
        // The strict reading: it decides nothing, and another call may try.
        let strict = BreakerConfig { strict_trials: true, ..BreakerConfig::default() };
        let mut breaker = opened(strict, 1, Failure::Connect);
        for second in 30..60 {
            let answer = Outcome::Failure(Failure::status(code));
            call(&mut breaker, Instant::from_secs(second), answer);
        }
        assert_eq!(breaker.state(), State::HalfOpen { running: 0, passed: 0, failed: 0 });
    }
    // What is no answer says nothing either way.
    let mut breaker = opened(BreakerConfig::default(), 1, Failure::Connect);
    let recorded = call(&mut breaker, Instant::from_secs(30), Outcome::Neutral);
    assert_eq!(recorded, Recorded::Neutral);
    assert_eq!(breaker.state(), State::HalfOpen { running: 0, passed: 0, failed: 0 });
}

/// Large APIs throttle with 403 and `Retry-After`, which was permanent.
#[test]
fn f11_a_status_with_retry_after_is_throttling() {
    for code in [403, 404, 413, 420, 501] {
        assert_eq!(asks(code, secs(3)).class(), Class::THROTTLED, "{code}");
        let wait = decide(asks(code, secs(3)), Instant::MAX, 1).unwrap();
        assert!((secs(3)..=millis(4_500)).contains(&wait), "{code}: {wait}");
        let permanent = GiveUp::Permanent(Failure::status(code));
        assert_eq!(decide(Failure::status(code), Instant::MAX, 1), Err(permanent));
    }
    // These say more than that the server is busy.
    assert_eq!(asks(408, secs(3)).class(), Class::FAILURE);
    assert_eq!(asks(409, secs(3)).class(), Class::IN_PROGRESS);
    let config = BreakerConfig { failures: Some(1), ..BreakerConfig::default() };
    let mut breaker = CircuitBreaker::new(config, 1).unwrap();
    call(&mut breaker, Instant::ZERO, Outcome::Failure(asks(403, secs(3))));
    assert_eq!(breaker.state(), State::Closed);
}

/// A trial timeout of 1 s, and answers that take 3 s: each comes late, and the breaker stays
/// half-open for ever although the dependency is healthy.
#[test]
fn f16_a_late_success_of_the_same_cycle_counts() {
    let config = BreakerConfig {
        trial_timeout: secs(1),
        half_open_timeout: None::<HalfOpenTimeout>,
        ..BreakerConfig::default()
    };
    let mut breaker = opened(config, 1, Failure::Connect);
    let at = Instant::from_secs;
    let mut trials = Vec::new();
    for second in 30..33 {
        trials.push(breaker.try_acquire(at(second)).expect("the trial before has timed out"));
    }
    let mut trials = trials.into_iter();
    // A failure that comes late has lost its place.
    let late = breaker.report(at(33), trials.next().unwrap(), FAILED);
    assert_eq!(late, Recorded::Stale);
    for second in [34, 35] {
        breaker.report(at(second), trials.next().unwrap(), Outcome::Success);
    }
    assert_eq!(breaker.state(), State::Closed);
    // One of an earlier cycle stays stale.
    let mut breaker = opened(config, 1, Failure::Connect);
    let old = breaker.try_acquire(at(30)).expect("the cooldown is over");
    call(&mut breaker, at(31), FAILED);
    let _new = breaker.try_acquire(at(61)).expect("the cooldown is over");
    assert_eq!(breaker.report(at(62), old, Outcome::Success), Recorded::Stale);
    assert!(matches!(breaker.state(), State::HalfOpen { running: 1, passed: 0, .. }));
}

/// 501 is retried, and held against the dependency.
#[test]
fn f18_what_can_never_succeed_is_permanent_and_neutral() {
    for code in [501, 505, 506, 508, 510, 511] {
        let failure = Failure::status(code);
        assert_eq!(failure.class(), Class::PERMANENT, "{code}");
        assert_eq!(decide(failure, Instant::MAX, 1), Err(GiveUp::Permanent(failure)));
    }
    for code in [500, 502, 503, 504, 507, 520, 529] {
        assert!(Failure::status(code).counts(), "{code}");
        assert!(decide(Failure::status(code), Instant::MAX, 1).is_ok(), "{code}");
    }
}

/// Whether 429, or any other status, counts for the breaker can be chosen, and the retry follows.
#[test]
fn f19_the_class_of_a_status_is_a_setting_of_the_whole_pipeline() {
    let breaker = BreakerConfig { failures: Some(1), ..BreakerConfig::default() };
    let backoff = BackoffConfig::constant(millis(100));
    let retry = RetryConfig { attempts: 2, backoff, ..RetryConfig::default() };
    let run = |code: u16, class: Option<Class>| {
        let mut rig = Rig::new(&[LayerConfig::Retry(retry), LayerConfig::Breaker(breaker)]);
        if let Some(class) = class {
            let mut classifier = Classifier::default();
            classifier.set(code, class);
            rig.pipeline.set_classifier(classifier);
        }
        rig.replies([Reply::After(5, Outcome::Failure(Failure::status(code))); 2]);
        let flight = rig.call_and_run();
        let (attempts, end) = (flight.attempts(), flight.end.unwrap().1);
        let state = rig.pipeline.breaker().unwrap().state().name();
        (attempts, end == End::Success, state)
    };
    let (closed, open) = (StateName::Closed, StateName::Open);
    assert_eq!(run(429, None), (2, false, closed));
    assert_eq!(run(429, Some(Class::UNAVAILABLE)), (2, false, open));
    assert_eq!(run(429, Some(Class::PERMANENT)), (1, false, closed));
    assert_eq!(run(404, None), (1, false, closed));
    assert_eq!(run(404, Some(Class::SUCCESS)), (1, true, closed));
    assert_eq!(run(404, Some(Class::FAILURE)), (2, false, open));
    assert_eq!(run(503, None), (2, false, open));
    assert_eq!(run(503, Some(Class::THROTTLED)), (2, false, closed));
}

/// The sibling: a proxy answers 503 also when its connection to the server broke, so the request may have
/// taken effect; a write without a key must not be made again then.
#[test]
fn f19_behind_a_proxy_a_503_can_be_one_that_may_have_taken_effect() {
    let mut proxy = Classifier::default();
    proxy.set(503, Class::FAILURE);
    let mut retry = Retry::new(RetryConfig::default()).unwrap();
    let mut may_repeat = |classifier: &Classifier, retry_after, repeat| {
        let Outcome::Failure(failure) = classifier.outcome(503, retry_after) else { panic!() };
        let tried = Tried { failure, attempts: 1, repeat, deadline: Instant::MAX };
        let mut rng = Rng::from_seed(1);
        retry.decide(Instant::ZERO, &tried, &mut Delays::default(), &mut rng).is_ok()
    };
    for retry_after in [None, Some(secs(5))] {
        assert!(may_repeat(&Classifier::default(), retry_after, Repeat::Unsafe));
        assert!(!may_repeat(&proxy, retry_after, Repeat::Unsafe));
        assert!(may_repeat(&proxy, retry_after, Repeat::Safe));
    }
}

/// A hundred workers of a process, one 429: each runs into its own.
#[test]
fn f27_a_retry_after_pauses_all_calls_of_the_pipeline() {
    let retry = LayerConfig::Retry(RetryConfig::default());
    let mut rig = Rig::new(&[retry]);
    rig.replies([Reply::After(5, Outcome::Failure(asks(429, secs(4))))]);
    rig.call();
    rig.run_until(10);
    for _ in 0..100 {
        rig.call();
    }
    let attempts = |rig: &Rig| rig.flights.values().map(super::rig::Flight::attempts).sum::<u32>();
    rig.run_until(4_004);
    assert_eq!(attempts(&rig), 1, "none of the others has made an attempt");
    // They come one by one, over half of the pause.
    for (millis, least, most) in [(4_505, 15, 40), (5_005, 35, 65), (6_006, 102, 102)] {
        rig.run_until(millis);
        assert!((least..=most).contains(&attempts(&rig)), "{} at {millis}", attempts(&rig));
    }
    rig.run();
    assert!(rig.flights.values().all(|flight| flight.end.unwrap().1 == End::Success));
    rig.expect_nothing_held();
}

#[test]
fn f27_a_call_that_cannot_wait_out_the_pause_is_rejected_at_once() {
    let timeout = LayerConfig::Timeout(TimeoutConfig { call: secs(2), ..TimeoutConfig::default() });
    let retry = LayerConfig::Retry(RetryConfig::default());
    let mut rig = Rig::new(&[timeout, retry]);
    rig.replies([Reply::After(5, Outcome::Failure(asks(429, secs(4)))), SUCCESS]);
    let first = rig.call_and_run().end.unwrap();
    assert_eq!(first.1, End::Failure(asks(429, secs(4))), "it gives up at once");
    let started = rig.now;
    let (ended, end) = rig.call_and_run().end.unwrap();
    assert_eq!((ended, end), (started, End::Rejection(Rejection::Paused { retry_after: secs(4) })));
    rig.expect_nothing_held();
    // Without the pause each call finds out for itself.
    let retry = LayerConfig::Retry(RetryConfig { pause: false, ..RetryConfig::default() });
    let mut rig = Rig::new(&[timeout, retry]);
    rig.replies([Reply::After(5, Outcome::Failure(asks(429, secs(4)))), SUCCESS]);
    rig.call_and_run();
    assert_eq!(rig.call_and_run().end.unwrap().1, End::Success);
}

/// One breaker for all hosts: one bad host of ten opens it for the nine others.
#[test]
fn f26_one_bad_host_does_not_open_the_breaker_of_the_others() {
    let mut breakers =
        KeyedBreakers::new(BreakerConfig::default(), KeyedConfig::default(), 1).unwrap();
    let mut rejected = [0; 10];
    for n in 0..1_000_u64 {
        let (now, host) = (Instant::ZERO + millis(10).saturating_mul(n), n % 10);
        let index = usize::try_from(host).unwrap();
        match breakers.try_acquire(now, &host) {
            Ok(permit) if host == 3 => {
                breakers.report(now, &host, permit, Outcome::Failure(Failure::Timeout));
            }
            Ok(permit) => drop(breakers.report(now, &host, permit, Outcome::Success)),
            Err(_) => rejected[index] += 1,
        }
    }
    assert_eq!(rejected, [0, 0, 0, 95, 0, 0, 0, 0, 0, 0]);
}

/// Keys that never come again, as of tenants or of addresses, take no memory for ever.
#[test]
fn f26_the_breakers_are_bounded_and_idle_ones_leave() {
    let keyed = KeyedConfig { capacity: 100, idle: Duration::from_secs(60) };
    let mut breakers = KeyedBreakers::new(BreakerConfig::default(), keyed, 1).unwrap();
    for key in 0..10_000_u64 {
        let now = Instant::ZERO + millis(1).saturating_mul(key);
        let permit = breakers.try_acquire(now, &key).expect("closed");
        breakers.report(now, &key, permit, Outcome::Success);
        assert!(breakers.len() <= 100);
    }
    assert!(breakers.try_acquire(Instant::from_secs(80), &0).is_ok());
    assert_eq!(breakers.len(), 1);
}

/// "20 calls in flight for over 1 s" at a hundredth of the traffic is more than there ever are.
#[test]
fn f25_a_share_of_the_calls_in_flight_means_the_same_at_any_traffic() {
    let overdue = Overdue { calls: 3, share: Some(Rate::percent(50)), after: secs(1) };
    let config = BreakerConfig { failures: None, overdue: Some(overdue), ..Default::default() };
    // The dependency hangs from 10 s on; until then an answer takes as long as given here.
    let trips_after = |per_second: u64, answers_after: u64| {
        let mut breaker = CircuitBreaker::new(config, 1).unwrap();
        let mut permits = VecDeque::new();
        for n in 0.. {
            let millis = n * 1_000 / per_second;
            let now = Instant::from_millis(millis);
            while let Some(&(at, _)) = permits.front()
                && at <= millis.min(9_999)
            {
                let (_, permit) = permits.pop_front().unwrap();
                breaker.report(now, permit, Outcome::Success);
            }
            match breaker.try_acquire(now) {
                Ok(permit) => permits.push_back((millis + answers_after, permit)),
                Err(_) => return millis - 10_000,
            }
        }
        unreachable!()
    };
    for per_second in [5, 50, 500] {
        let after = trips_after(per_second, 100);
        // Half of the calls in flight are overdue after 2 s.
        assert!((1_800..=2_300).contains(&after), "{after} ms at {per_second}/s");
    }
    // The minimum holds: one overdue call of one opens nothing.
    let mut breaker = CircuitBreaker::new(config, 1).unwrap();
    let _hangs = breaker.try_acquire(Instant::ZERO);
    assert!(breaker.try_acquire(Instant::from_secs(5)).is_ok());
    assert_eq!(breaker.overdue_calls(Instant::from_secs(5)), 1);
}

/// Everything is slow, so every call is hedged, and the load doubles exactly then.
#[test]
fn f36_hedges_have_a_budget_of_a_share_of_the_calls() {
    let attempts_of = |budget| {
        let hedge = HedgeConfig { delay: millis(50), attempts: 2, budget };
        let mut rig = Rig::new(&[LayerConfig::Hedge(hedge)]);
        rig.replies(vec![Reply::After(200, Outcome::Success); 4_000]);
        for n in 0..1_000 {
            rig.call();
            rig.run_until(10 * (n + 1));
        }
        rig.run();
        assert!(rig.flights.values().all(|flight| flight.end.unwrap().1 == End::Success));
        rig.flights.values().map(super::rig::Flight::attempts).sum::<u32>()
    };
    assert_eq!(attempts_of(None), 2_000, "without a budget every call is hedged");
    // 10 hedges are saved up at the start, and the first call cannot add to them.
    assert_eq!(attempts_of(HedgeConfig::default().budget), 1_109);
    assert_eq!(attempts_of(Some(Rate::percent(5))), 1_059);
}

/// A failure makes the next attempt at once; that is paid out of the same budget.
#[test]
fn f36_hedges_after_failures_are_in_the_budget_too() {
    let mut rig = Rig::new(&[LayerConfig::Hedge(HedgeConfig::default())]);
    rig.replies(vec![Reply::Refused(1); 1_000]);
    let ends = (0..200).map(|_| {
        let flight = rig.call_and_run();
        (flight.attempts(), flight.end.unwrap().1)
    });
    let ends: Vec<_> = ends.collect();
    assert!(ends.iter().all(|&(_, end)| end == End::Failure(Failure::Connect)));
    assert_eq!(ends.iter().map(|&(attempts, _)| attempts).sum::<u32>(), 200 + 10 + 19);
}

/// A 503 may be of one endpoint that fails fast; the limit of a 429 is for all.
#[test]
fn f27_a_503_does_not_pause_other_calls() {
    let mut rig = Rig::new(&[LayerConfig::Retry(RetryConfig::default())]);
    rig.replies([Reply::After(5, Outcome::Failure(asks(503, secs(4))))]);
    rig.call();
    rig.run_until(10);
    let other = rig.call();
    rig.run_until(20);
    assert!(rig.flights[&other].end.is_some_and(|(_, end)| end == End::Success));
}

/// The sibling: one answer that asks for a day must not stop a process for a day.
#[test]
fn f27_a_pause_is_no_longer_than_the_longest_wait() {
    let longest = RetryConfig::default().max_retry_after.unwrap();
    let mut rig = Rig::new(&[LayerConfig::Retry(RetryConfig::default())]);
    rig.replies([Reply::After(5, Outcome::Failure(asks(429, Duration::DAY)))]);
    assert_eq!(rig.call_and_run().end.unwrap().1, End::Failure(asks(429, Duration::DAY)));
    let since = rig.now;
    let (ended, end) = rig.call_and_run().end.unwrap();
    assert_eq!(end, End::Success);
    let waited = ended.since(since);
    assert!(
        (longest..=longest.per_mille(1_500).saturating_add(millis(5))).contains(&waited),
        "{waited}"
    );
}
