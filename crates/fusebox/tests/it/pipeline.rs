//! Calls on their way through layers: as timing diagrams, and in every order of every subset.

use crate::orders::all_orders;
use crate::random::each_seed;
use crate::rig::{Flight, Reply, Rig, SUCCESS, busy, status};
use fusebox::rng::Rng;
use fusebox::time::{Duration, Instant};
use fusebox::{
    BackoffConfig, BreakerConfig, BudgetConfig, BulkheadConfig, Call, CircuitBreaker, Context,
    Counts, Decision, End, Failure, FallbackConfig, Growth, HedgeConfig, Input, Jitter,
    LayerConfig, LayerKind, Mode, Outcome, Pipeline, RateLimitConfig, Record, Recorded, Rejection,
    Repeat, Request, Retry, RetryBudget, RetryConfig, Shortage, State, Step, ThrottleConfig,
    TimeoutConfig, Verdict,
};
use std::cell::Cell;

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// 1 s, 2 s, 4 s ... without chance.
const STEADY: BackoffConfig = BackoffConfig {
    base: Duration::from_secs(1),
    growth: Growth::DOUBLING,
    cap: Duration::from_secs(20),
    jitter: Jitter::None,
};

fn timeout() -> LayerConfig {
    LayerConfig::Timeout(TimeoutConfig::default())
}

fn retry() -> LayerConfig {
    LayerConfig::Retry(RetryConfig { backoff: STEADY, ..RetryConfig::default() })
}

fn breaker() -> LayerConfig {
    LayerConfig::Breaker(BreakerConfig::default())
}

fn fallback() -> LayerConfig {
    LayerConfig::Fallback(FallbackConfig::default())
}

fn bulkhead(slots: u32, queue: u32) -> LayerConfig {
    LayerConfig::Bulkhead(BulkheadConfig { slots, queue, max_wait: millis(100) })
}

/// The usual five layers with fixed numbers.
fn five() -> [LayerConfig; 5] {
    [timeout(), retry(), breaker(), fallback(), bulkhead(20, 10)]
}

/// The diagram of one call through these layers to a dependency that does this.
#[track_caller]
fn check(layers: &[LayerConfig], replies: impl IntoIterator<Item = Reply>, diagram: &str) {
    let mut rig = Rig::new(layers);
    rig.replies(replies);
    rig.call_and_run();
    rig.expect(diagram);
    rig.expect_nothing_held();
}

// One call and one layer.

#[test]
fn a_bare_call_ends_as_its_attempt_does() {
    check(&[], [SUCCESS], "0 attempt 1 \n 5 success");
    check(&[], [status(404)], "0 attempt 1 \n 5 status 404");
    check(&[], [Reply::Refused(1)], "0 attempt 1 \n 1 connection refused");
}

#[test]
fn without_a_timeout_only_the_caller_ends_a_silence() {
    check(&[retry(), breaker(), fallback()], [Reply::Silence], "0 attempt 1 \n 3600000 hung up");
}

#[test]
fn a_timeout_ends_a_silence_and_a_connection_that_does_not_come() {
    check(&[timeout()], [Reply::Silence], "0 attempt 1 \n 10000 timed out");
    check(&[timeout()], [Reply::Unreachable], "0 attempt 1 \n 2000 connection refused");
    let late = Reply::After(9_999, Outcome::Success);
    check(&[timeout()], [late], "0 attempt 1 \n 9999 success");
    let too_late = Reply::After(10_001, Outcome::Success);
    check(&[timeout()], [too_late], "0 attempt 1 \n 10000 timed out");
}

#[test]
fn a_call_limit_shorter_than_that_of_an_attempt_ends_the_attempt() {
    let config = TimeoutConfig { call: Duration::from_secs(3), ..TimeoutConfig::default() };
    check(&[LayerConfig::Timeout(config)], [Reply::Silence], "0 attempt 1 \n 3000 timed out");
}

#[test]
fn a_retry_waits_longer_each_time_and_stops_at_its_last_attempt() {
    check(
        &[retry()],
        [Reply::Refused(1); 9],
        "    0 attempt 1
             1 backoff
          1001 attempt 2
          1002 backoff
          3002 attempt 3
          3003 backoff
          7003 attempt 4
          7004 connection refused",
    );
}

#[test]
fn a_retry_does_what_the_answer_says() {
    check(&[retry()], [status(404)], "0 attempt 1 \n 5 status 404");
    check(
        &[retry()],
        [busy(3_000), status(500), SUCCESS],
        "    0 attempt 1
             5 backoff
          3741 attempt 2
          3746 backoff
          5746 attempt 3
          5751 success",
    );
}

#[test]
fn a_breaker_lets_five_failures_through_and_then_nothing_until_two_trials_pass() {
    let mut rig = Rig::new(&[breaker()]);
    rig.replies([Reply::Refused(1); 5]);
    for second in 1..=5 {
        rig.call();
        rig.run_until(second * 1_000);
    }
    rig.call();
    rig.run_until(34_001);
    for _ in 0..3 {
        rig.call();
    }
    rig.run();
    rig.call_and_run();
    rig.expect(
        "     0 #1 attempt 1
              1 #1 connection refused
           1000 #2 attempt 1
           1001 #2 connection refused
           2000 #3 attempt 1
           2001 #3 connection refused
           3000 #4 attempt 1
           3001 #4 connection refused
           4000 #5 attempt 1
           4001 #5 connection refused
           5000 #6 breaker open for another 29 s
          34001 #7 attempt 1
          34001 #8 attempt 1
          34001 #9 breaker half-open with all trials in flight
          34006 #7 success
          34006 #8 success
          34006 #10 attempt 1
          34011 #10 success",
    );
    rig.expect_nothing_held();
}

#[test]
fn a_fallback_answers_from_the_cache_or_with_a_503() {
    check(&[fallback()], [SUCCESS], "0 attempt 1 \n 5 success");
    let unavailable = "0 attempt 1 \n 5 answered 503, retry after 5 s.";
    check(&[fallback()], [status(500)], unavailable);
    check(&[fallback()], [busy(7_000)], "0 attempt 1 \n 5 answered 503, retry after 7 s.");
    let mut rig = Rig::new(&[fallback()]);
    rig.cached_at = Some(Instant::ZERO);
    rig.replies([status(500)]);
    rig.run_until(60_000);
    rig.call_and_run();
    rig.expect("60000 attempt 1 \n 60005 answered from the cache, 60 s old.");
}

#[test]
fn a_bulkhead_serves_its_queue_in_order_and_no_call_waits_longer_than_the_max_wait() {
    let mut rig = Rig::new(&[bulkhead(1, 2)]);
    let slow = Reply::After(60, Outcome::Success);
    rig.replies([slow, slow, slow]);
    for _ in 0..4 {
        rig.call();
    }
    rig.run();
    rig.expect(
        "  0 #1 attempt 1
           0 #2 queue
           0 #3 queue
           0 #4 bulkhead full (slots: 1, queue: 2)
          60 #1 success
          60 #2 attempt 1
         100 #3 no bulkhead slot in time
         120 #2 success",
    );
    rig.expect_nothing_held();
}

#[test]
fn a_call_that_hangs_up_gives_back_what_it_holds() {
    for replies in [Reply::Silence, Reply::Refused(1)] {
        let mut rig = Rig::new(&[retry(), breaker(), bulkhead(1, 2)]);
        rig.patience = millis(80);
        rig.replies([replies]);
        rig.call();
        rig.run_until(10);
        rig.patience = millis(50);
        rig.call();
        rig.patience = millis(1_000);
        rig.call();
        rig.run();
        let ends = rig.flights.values().map(|flight| flight.end.unwrap());
        let at = Instant::from_millis;
        assert_eq!(
            ends.collect::<Vec<_>>(),
            [(at(80), End::HungUp), (at(60), End::HungUp), (at(85), End::Success)]
        );
        rig.expect_nothing_held();
    }
}

#[test]
fn fewer_slots_let_running_calls_finish_and_more_slots_admit_queued_calls() {
    let mut rig = Rig::new(&[bulkhead(2, 3)]);
    rig.replies([Reply::After(40, Outcome::Success); 5]);
    for _ in 0..5 {
        rig.call();
    }
    rig.set_slots(1);
    rig.run_until(41);
    rig.set_slots(3);
    rig.run();
    rig.expect(
        "  0 #1 attempt 1
           0 #2 attempt 1
           0 #3 queue
           0 #4 queue
           0 #5 queue
          40 #1 success
          40 #2 success
          40 #3 attempt 1
          41 #4 attempt 1
          41 #5 attempt 1
          80 #3 success
          81 #4 success
          81 #5 success",
    );
    rig.expect_nothing_held();
}

// A deadline of the caller.

/// The diagram of one call at 1 s with a deadline of its own.
#[track_caller]
fn check_by(deadline: u64, layers: &[LayerConfig], replies: &[Reply], diagram: &str) {
    let mut rig = Rig::new(layers);
    rig.run_until(1_000);
    rig.deadline = Instant::from_millis(deadline);
    rig.replies(replies.iter().copied());
    rig.call_and_run();
    rig.expect(diagram);
    rig.expect_nothing_held();
}

#[test]
fn a_call_ends_by_its_own_deadline_or_by_the_limit_whichever_is_earlier() {
    check_by(1_800, &[], &[Reply::Silence], "1000 attempt 1 \n 1800 timed out");
    check_by(1_800, &[timeout()], &[Reply::Silence], "1000 attempt 1 \n 1800 timed out");
    check_by(90_000, &[timeout()], &[Reply::Silence], "1000 attempt 1 \n 11000 timed out");
    let (early, late) = (Reply::After(799, Outcome::Success), Reply::After(801, Outcome::Success));
    check_by(1_800, &[timeout()], &[early], "1000 attempt 1 \n 1799 success");
    check_by(1_800, &[timeout()], &[late], "1000 attempt 1 \n 1800 timed out");
}

#[test]
fn a_call_whose_deadline_has_passed_is_not_sent_and_takes_nothing() {
    let passed = "1000 deadline passed";
    for deadline in [0, 999, 1_000] {
        check_by(deadline, &[], &[], passed);
        check_by(deadline, &[timeout(), retry(), breaker(), bulkhead(0, 0)], &[], passed);
        check_by(deadline, &five(), &[], "1000 answered 503, retry after 5 s.");
    }
    check_by(1_001, &[], &[Reply::Silence], "1000 attempt 1 \n 1001 timed out");
    let mut rig = Rig::new(&five());
    rig.deadline = Instant::ZERO;
    rig.call_and_run();
    let refused = Decision::Rejected(Rejection::DeadlinePassed);
    assert_eq!(rig.records[0].decision, refused);
    let breaker = rig.pipeline.breaker().unwrap();
    assert_eq!(breaker.window(rig.now), Counts::default(), "it says nothing of the dependency");
}

#[test]
fn a_retry_that_would_end_after_the_deadline_is_not_begun() {
    let fail = [Reply::Refused(1); 3];
    check_by(2_001, &[retry()], &fail, "1000 attempt 1 \n 1001 connection refused");
    check_by(
        2_002,
        &[retry()],
        &fail,
        "1000 attempt 1 \n 1001 backoff \n 2001 attempt 2 \n 2002 connection refused",
    );
}

#[test]
fn a_slot_that_comes_when_the_deadline_does_goes_to_the_next() {
    let mut rig = Rig::new(&[bulkhead(1, 3)]);
    rig.replies([Reply::After(50, Outcome::Success)]);
    rig.call();
    rig.deadline = Instant::from_millis(50);
    rig.call();
    rig.deadline = Instant::MAX;
    rig.call();
    rig.run();
    rig.expect(
        "  0 #1 attempt 1
           0 #2 queue
           0 #3 queue
          50 #1 success
          50 #2 no bulkhead slot in time
          50 #3 attempt 1
          55 #3 success",
    );
    rig.expect_nothing_held();
}

#[test]
fn an_attempt_passes_on_the_time_that_is_left() {
    let left = |layers: &[LayerConfig], deadline| {
        let mut rig = Rig::new(layers);
        rig.deadline = deadline;
        rig.replies([Reply::Silence]);
        let id = rig.call();
        rig.run_until(500);
        let flight = &rig.flights[&id];
        (flight.deadline(), flight.time_left(rig.now))
    };
    let at = Instant::from_millis;
    assert_eq!(left(&[], Instant::MAX), (Instant::MAX, None));
    assert_eq!(left(&[], at(2_000)), (at(2_000), Some(millis(1_500))));
    assert_eq!(left(&[timeout()], Instant::MAX), (at(30_000), Some(millis(9_500))));
    assert_eq!(left(&[timeout()], at(4_000)), (at(4_000), Some(millis(3_500))));
}

// One call and the usual five layers.

#[test]
fn five_layers_let_a_good_call_through() {
    check(&five(), [SUCCESS], "0 attempt 1 \n 5 success");
}

#[test]
fn five_layers_try_again_within_the_time_for_the_whole_call() {
    check(
        &five(),
        [Reply::Silence; 9],
        "    0 attempt 1
         10000 backoff
         11000 attempt 2
         21000 backoff
         23000 attempt 3
         30000 answered 503, retry after 5 s.",
    );
}

#[test]
fn five_layers_do_not_begin_a_wait_that_they_cannot_finish() {
    check(
        &five(),
        [Reply::Silence, Reply::Silence, Reply::After(6_000, Outcome::Success)],
        "    0 attempt 1
         10000 backoff
         11000 attempt 2
         21000 backoff
         23000 attempt 3
         29000 success",
    );
    let slow_failure = Reply::After(6_000, status_outcome(503));
    check(
        &five(),
        [Reply::Silence, Reply::Silence, slow_failure],
        "    0 attempt 1
         10000 backoff
         11000 attempt 2
         21000 backoff
         23000 attempt 3
         29000 answered 503, retry after 5 s.",
    );
}

const fn status_outcome(code: u16) -> Outcome {
    match status(code) {
        Reply::After(_, outcome) => outcome,
        _ => Outcome::Neutral,
    }
}

#[test]
fn outside_the_retry_a_breaker_counts_calls_and_inside_it_attempts() {
    let failures = |layers: &[LayerConfig]| {
        let mut rig = Rig::new(layers);
        rig.replies([Reply::Refused(1); 4]);
        rig.call_and_run();
        rig.pipeline.breaker().unwrap().window(rig.now).failures
    };
    assert_eq!(failures(&[retry(), breaker()]), 1);
    assert_eq!(failures(&[breaker(), retry()]), 4);
}

#[test]
fn outside_the_retry_a_timeout_limits_all_attempts_together() {
    check(
        &[retry(), timeout()],
        [Reply::Refused(1), Reply::Refused(1), Reply::Silence],
        "    0 attempt 1
             1 backoff
          1001 attempt 2
          1002 backoff
          3002 attempt 3
         10000 timed out",
    );
}

#[test]
fn a_retry_budget_is_shared_by_all_calls() {
    let ttl = Duration::from_secs(60);
    let half = BudgetConfig::Traffic { per_ten_thousand: 5_000, min_per_second: 0, ttl };
    let budget = Some(half);
    let config = RetryConfig { backoff: STEADY, budget, ..RetryConfig::default() };
    let mut rig = Rig::new(&[LayerConfig::Retry(config)]);
    rig.replies([Reply::Refused(1); 100]);
    let attempts: Vec<u32> = (0..6).map(|_| rig.call_and_run().attempts()).collect();
    // Every second call brings a retry.
    assert_eq!(attempts, [1, 2, 1, 2, 1, 2]);
}

#[test]
fn a_retry_layer_that_is_switched_during_a_call_decides_by_its_new_state_and_keeps_its_counts() {
    let under_way = |rig: &Rig| {
        let budget = rig.pipeline.retry().and_then(Retry::budget).unwrap();
        (budget.calls_in_flight(), budget.retries_in_flight())
    };
    let mut rig = Rig::new(&[retry()]);
    rig.replies([Reply::Refused(10); 3]);
    rig.pipeline.switch(rig.now, LayerKind::Retry, false);
    rig.call();
    rig.run_until(5);
    assert_eq!(under_way(&rig), (0, 0));
    rig.pipeline.switch(rig.now, LayerKind::Retry, true);
    rig.run_until(20);
    assert_eq!(under_way(&rig), (1, 1));
    rig.pipeline.switch(rig.now, LayerKind::Retry, false);
    rig.run();
    rig.expect("0 attempt 1 \n 10 backoff \n 1010 attempt 2 \n 1020 connection refused");
    rig.expect_nothing_held();
}

#[test]
fn only_what_was_tried_moves_the_tokens_of_a_budget() {
    let config =
        RetryConfig { backoff: STEADY, budget: Some(BudgetConfig::GRPC), ..RetryConfig::default() };
    let at = Instant::from_millis;
    // A late timer finds a call that is still waiting after its deadline.
    let mut pipeline = Pipeline::new(&[LayerConfig::Retry(config), timeout()], 1).unwrap();
    let request = Request { id: 1, repeat: Repeat::Safe, cached_at: None, deadline: Instant::MAX };
    let mut cx = Context { now: at(0), rng: &mut Rng::from_seed(1), explain: &mut () };
    let (mut call, _) = pipeline.start(request, &mut cx);
    cx.now = at(1);
    let failed = Input::Ended(1, status_outcome(503));
    assert_eq!(pipeline.advance(&mut call, failed, &mut cx), Step::Backoff);
    cx.now = at(99_000);
    let end = End::Failure(Failure::Timeout);
    assert_eq!(pipeline.advance(&mut call, Input::Timer, &mut cx), Step::Done(end));
    let mut one_failure = RetryBudget::new(BudgetConfig::GRPC).unwrap();
    one_failure.attempt_ended(None, status_outcome(503));
    assert_eq!(pipeline.retry().unwrap().budget(), Some(&one_failure));

    // A call that a breaker rejects and a cache answers is no success of the dependency.
    let mut rig = Rig::new(&[breaker(), fallback(), LayerConfig::Retry(config)]);
    rig.cached_at = Some(Instant::ZERO);
    rig.replies([Reply::Refused(1); 5]);
    rig.pipeline.switch(rig.now, LayerKind::Fallback, false);
    for _ in 0..2 {
        rig.call_and_run();
    }
    rig.pipeline.switch(rig.now, LayerKind::Fallback, true);
    let before = rig.pipeline.retry().unwrap().clone();
    let attempts: u32 = (0..20).map(|_| rig.call_and_run().attempts()).sum();
    assert_eq!((attempts, rig.pipeline.retry().unwrap()), (0, &before));
    assert_ne!(before, Retry::new(config).unwrap(), "the bucket is not full");
    rig.expect_nothing_held();
}

#[test]
fn a_breaker_around_a_fallback_sees_what_the_fallback_could_answer() {
    let at_once = Some(Instant::ZERO);
    for (cached_at, seen) in [
        // A cached answer is a success, and a 503 of the fallback is neutral for the breaker.
        (at_once, Counts { successes: 1, ..Counts::default() }),
        (None, Counts::default()),
    ] {
        let mut rig = Rig::new(&[fallback(), breaker()]);
        rig.cached_at = cached_at;
        rig.replies([Reply::Refused(1)]);
        rig.call_and_run();
        assert_eq!(rig.pipeline.breaker().unwrap().window(rig.now), seen, "{cached_at:?}");
    }
}

#[test]
fn each_policy_of_a_pipeline_can_be_looked_at_where_it_is() {
    let all = Pipeline::new(&LayerKind::ALL.map(LayerKind::default_config), 1).unwrap();
    assert!(all.breaker().is_some() && all.bulkhead().is_some());
    assert!(all.retry().is_some() && all.throttle().is_some());
    let none = Pipeline::new(&[], 1).unwrap();
    assert!(none.breaker().is_none() && none.bulkhead().is_none());
    assert!(none.retry().is_none() && none.throttle().is_none());
}

#[test]
fn a_fallback_does_not_stand_in_for_the_answer_to_a_request_that_is_at_fault() {
    for (code, stands_in) in [(404, false), (500, true)] {
        let mut rig = Rig::new(&[fallback()]);
        rig.replies([status(code)]);
        let (_, end) = rig.call_and_run().end.unwrap();
        assert_eq!(matches!(end, End::Fallback { .. }), stands_in, "{code}");
    }
}

#[test]
fn what_a_breaker_decides_is_recorded_once_and_nothing_else() {
    let first = BreakerConfig { failures: Some(1), ..BreakerConfig::default() };
    let kinds = |mode| {
        let mut rig = Rig::new(&[LayerConfig::Breaker(first)]);
        rig.pipeline.breaker_mut().unwrap().set_mode(Instant::ZERO, mode);
        rig.replies([SUCCESS, status(500), status(500)]);
        for _ in 0..3 {
            rig.call_and_run();
        }
        let kind = |record: &Record| match record.decision {
            Decision::Sent(_) => "sent",
            Decision::Reported { recorded: Recorded::Counted(ended), .. } if ended.failed => {
                "failure"
            }
            Decision::Reported { recorded: Recorded::Counted(_), .. } => "success",
            Decision::Reported { recorded: Recorded::Neutral, .. } => "uncounted",
            Decision::Rejected(_) => "refused",
            Decision::Transition(_) => "transition",
            Decision::ShadowTrip(_) => "observation",
            _ => "other",
        };
        rig.records.iter().map(kind).collect::<Vec<_>>()
    };
    let enforced = ["sent", "success", "sent", "failure", "transition", "refused"];
    assert_eq!(kinds(Mode::Enforce), enforced);
    let watched = ["sent", "success", "sent", "failure", "observation", "sent", "failure"];
    assert_eq!(kinds(Mode::Shadow), watched);
    assert_eq!(kinds(Mode::Disable), ["sent", "uncounted"].repeat(3));
    assert_eq!(kinds(Mode::ForceOpen), ["refused", "refused", "refused"]);
}

#[test]
fn calls_that_were_never_sent_earn_no_retries() {
    let mut hand = Hand::new(&[LayerConfig::Retry(RetryConfig::default())]);
    hand.now = Instant::from_secs(1);
    for id in 0..100 {
        let request = Request { deadline: hand.now, ..Request::new(id, Repeat::Safe) };
        let (_, step) = hand.start(request);
        assert_eq!(step, Step::Done(End::Rejection(Rejection::DeadlinePassed)));
    }
    let budget = hand.pipeline.retry().unwrap().budget().unwrap();
    let shortage = budget.shortage(hand.now, Failure::Connect);
    assert!(matches!(shortage, Shortage::Traffic { calls: 0, .. }), "{shortage:?}");
}

#[test]
fn a_breaker_that_is_switched_off_and_on_keeps_what_it_was_told() {
    for mode in [Mode::Enforce, Mode::Shadow, Mode::Disable, Mode::ForceOpen] {
        let mut rig = Rig::new(&[breaker()]);
        rig.pipeline.breaker_mut().unwrap().set_mode(Instant::ZERO, mode);
        for on in [false, true] {
            rig.pipeline.switch(Instant::ZERO, LayerKind::Breaker, on);
        }
        assert_eq!(rig.pipeline.breaker().unwrap().mode(), mode);
    }
}

// The inputs that a driver may give to a call.

/// A pipeline that is driven by hand, at a time that the test sets.
struct Hand {
    pipeline: Pipeline,
    now: Instant,
    rng: Rng,
    records: Vec<Record>,
}

impl Hand {
    fn new(layers: &[LayerConfig]) -> Self {
        let pipeline = Pipeline::new(layers, 1).unwrap();
        Self { pipeline, now: Instant::ZERO, rng: Rng::from_seed(1), records: Vec::new() }
    }

    fn start(&mut self, request: Request) -> (Call, Step) {
        let mut cx = Context { now: self.now, rng: &mut self.rng, explain: &mut self.records };
        self.pipeline.start(request, &mut cx)
    }

    fn tell(&mut self, call: &mut Call, input: Input) -> Step {
        let mut cx = Context { now: self.now, rng: &mut self.rng, explain: &mut self.records };
        self.pipeline.advance(call, input, &mut cx)
    }

    /// Starts a call that gets no answer; returns how it ends once all its timers have fired.
    fn wait_in_vain(&mut self, connects: bool, deadline: Instant) -> (Step, Decision) {
        let request = Request { deadline, ..Request::new(1, Repeat::Safe) };
        let (mut call, mut step) = self.start(request);
        while !matches!(step, Step::Done(_)) {
            if connects && matches!(step, Step::Attempt(_)) {
                call.connected();
            }
            self.now = call.wake_at();
            step = self.tell(&mut call, Input::Timer);
        }
        (step, self.records.last().unwrap().decision)
    }
}

fn limits(connect: u64, attempt: u64, call: u64) -> LayerConfig {
    LayerConfig::Timeout(TimeoutConfig {
        connect: millis(connect),
        attempt: millis(attempt),
        call: millis(call),
    })
}

#[test]
fn the_limit_that_ran_out_is_named_with_its_length() {
    use fusebox::TimeLimit;
    let timeout = Step::Done(End::Failure(Failure::Timeout));
    let refused = Step::Done(End::Failure(Failure::Connect));
    let never = Instant::MAX;
    for (layer, connects, deadline, end, limit, after) in [
        (limits(20, 50, 90), false, never, refused, TimeLimit::Connect, 20),
        (limits(20, 50, 90), true, never, timeout, TimeLimit::Attempt, 50),
        (limits(20, 90, 50), true, never, timeout, TimeLimit::Call, 50),
        (limits(20, 50, 90), true, Instant::from_millis(1_030), timeout, TimeLimit::Deadline, 30),
    ] {
        let mut hand = Hand::new(&[layer]);
        hand.now = Instant::from_secs(1);
        let ended = hand.wait_in_vain(connects, deadline);
        assert_eq!(ended, (end, Decision::TimedOut { limit, after: millis(after) }));
    }
}

#[test]
fn a_timer_that_comes_early_changes_nothing() {
    let mut hand = Hand::new(&[limits(20, 50, 90)]);
    let (mut call, _) = hand.start(Request::new(1, Repeat::Safe));
    for early in [0, 19] {
        hand.now = Instant::from_millis(early);
        assert_eq!(hand.tell(&mut call, Input::Timer), Step::Unchanged);
    }
    call.connected();
    hand.now = Instant::from_millis(49);
    assert_eq!(hand.tell(&mut call, Input::Timer), Step::Unchanged);
    hand.now = Instant::from_millis(50);
    assert_eq!(hand.tell(&mut call, Input::Timer), Step::Done(End::Failure(Failure::Timeout)));
}

#[test]
fn a_timeout_that_is_off_limits_nothing() {
    let mut hand = Hand::new(&[limits(20, 50, 90)]);
    hand.pipeline.switch(Instant::ZERO, LayerKind::Timeout, false);
    let (call, step) = hand.start(Request::new(1, Repeat::Safe));
    assert_eq!((step, call.wake_at()), (Step::Attempt(1), Instant::MAX));
}

#[test]
fn a_slot_that_is_granted_to_a_call_which_has_hung_up_is_free_again() {
    let mut hand = Hand::new(&[bulkhead(1, 2)]);
    let (mut inside, _) = hand.start(Request::new(1, Repeat::Safe));
    let (mut waits, step) = hand.start(Request::new(2, Repeat::Safe));
    assert_eq!(step, Step::Queue);
    assert!(matches!(hand.tell(&mut inside, Input::Ended(1, Outcome::Success)), Step::Done(_)));
    let (id, slot) = hand.pipeline.poll_grant().unwrap();
    assert_eq!(id, 2);
    assert_eq!(hand.tell(&mut waits, Input::HungUp), Step::Done(End::HungUp));
    assert_eq!(hand.tell(&mut waits, Input::Granted(slot)), Step::Unchanged);
    assert_eq!(hand.pipeline.bulkhead().unwrap().taken(), 0);
}

#[test]
fn a_retry_inside_the_timeout_has_no_more_time_and_one_outside_has() {
    let retry = || {
        LayerConfig::Retry(RetryConfig {
            attempts: 3,
            backoff: BackoffConfig::IMMEDIATE,
            budget: None,
            ..RetryConfig::default()
        })
    };
    for (layers, attempts) in
        [([retry(), limits(20, 50, 900)], 1), ([limits(20, 50, 900), retry()], 3)]
    {
        let mut hand = Hand::new(&layers);
        let (end, _) = hand.wait_in_vain(true, Instant::MAX);
        assert_eq!(end, Step::Done(End::Failure(Failure::Timeout)));
        let sent = |record: &&Record| matches!(record.decision, Decision::Sent(_));
        assert_eq!(hand.records.iter().filter(sent).count(), attempts);
    }
}

// Every order of every subset.

const ATTEMPTS: u32 = 3;
const CALL_LIMIT: Duration = Duration::from_secs(5);
const COOLDOWN: Duration = Duration::from_secs(10);
const SLOTS: u32 = 2;

/// Small numbers, so that a few attempts reach every limit.
fn tight(kind: LayerKind, cooldown: Duration) -> LayerConfig {
    match kind {
        LayerKind::Timeout => LayerConfig::Timeout(TimeoutConfig {
            connect: Duration::from_secs(1),
            attempt: Duration::from_secs(2),
            call: CALL_LIMIT,
        }),
        LayerKind::Retry => LayerConfig::Retry(RetryConfig {
            attempts: ATTEMPTS,
            backoff: BackoffConfig { base: millis(200), ..BackoffConfig::default() },
            // A retry for each call.
            budget: Some(BudgetConfig::Traffic {
                per_ten_thousand: 10_000,
                min_per_second: 0,
                ttl: Duration::from_secs(60),
            }),
            ..RetryConfig::default()
        }),
        LayerKind::Breaker => LayerConfig::Breaker(BreakerConfig {
            failures: Some(2),
            cooldown: BackoffConfig::constant(cooldown),
            trials: 1,
            trials_to_close: 1,
            ..BreakerConfig::default()
        }),
        LayerKind::Fallback => fallback(),
        LayerKind::Bulkhead => bulkhead(SLOTS, 3),
        LayerKind::Throttle => LayerConfig::Throttle(ThrottleConfig {
            k_per_mille: 1_500,
            window: Duration::from_secs(30),
        }),
        LayerKind::RateLimiter => LayerConfig::RateLimiter(RateLimitConfig {
            permits: 1,
            period: Duration::from_secs(10),
            burst: 3,
        }),
        LayerKind::Hedge => {
            LayerConfig::Hedge(HedgeConfig { delay: millis(40), attempts: 2, budget: None })
        }
    }
}

/// What a walk has covered, so that no check passes without a case.
#[derive(Debug, Default)]
struct Seen {
    scripts: usize,
    open: u32,
    retries: usize,
    late: u32,
    throttled: usize,
    limited: usize,
    hedged: usize,
}

#[test]
fn in_every_order_and_for_all_outcomes_a_call_ends_once_and_gives_everything_back() {
    use LayerKind::{Breaker, Bulkhead, Fallback, Hedge, RateLimiter, Retry, Throttle, Timeout};
    let seen = walk_all(&[Timeout, Retry, Breaker, Fallback, Bulkhead, Throttle], 1_957);
    assert!(seen.throttled > 10_000, "{seen:?}");
    let seen = walk_all(&[Timeout, Retry, Breaker, Hedge, RateLimiter], 326);
    assert!(seen.hedged > 10_000 && seen.limited > 10_000, "{seen:?}");
}

/// Runs every script through every order of these kinds; there are this many orders.
fn walk_all(kinds: &[LayerKind], number: usize) -> Seen {
    const REPLIES: [Reply; 5] =
        [SUCCESS, Reply::Refused(1), Reply::Silence, status(404), busy(1_000)];
    /// All sequences of four replies.
    const SCRIPTS: usize = 625;
    let orders = all_orders(kinds);
    assert_eq!(orders.len(), number);
    let mut seen = Seen::default();
    for order in &orders {
        let layers: Vec<LayerConfig> = order.iter().map(|&kind| tight(kind, COOLDOWN)).collect();
        let mut script = 0;
        while script < SCRIPTS {
            let replies = [125, 25, 5, 1].map(|place| REPLIES[script / place % 5]);
            let asked = walk(order, &layers, replies, &mut seen);
            // Scripts that differ only in replies that were not used count once.
            let alike = SCRIPTS / 5_usize.pow(asked.min(4));
            script += alike;
            seen.scripts += alike;
        }
    }
    assert!(seen.scripts == number * SCRIPTS && seen.open > 1_000, "{seen:?}");
    assert!(seen.retries > 10_000 && seen.late > 1_000, "{seen:?}");
    seen
}

/// Two calls one after the other, and a third when the cooldown is over; the replies come round
/// again. Gives the number of attempts.
fn walk(order: &[LayerKind], layers: &[LayerConfig], replies: [Reply; 4], seen: &mut Seen) -> u32 {
    let story = || format!("{order:?}, innermost first; {replies:?}");
    let mut rig = Rig::new(layers);
    rig.patience = Duration::from_secs(20);
    rig.replies(replies.repeat(4));
    let has = |kind| order.contains(&kind);
    for n in 0..3 {
        if n == 2 {
            rig.now += COOLDOWN;
        }
        let breaker = rig.pipeline.breaker().map(CircuitBreaker::state);
        let open = matches!(breaker, Some(State::Open { until }) if rig.now < until);
        let flight = rig.call_and_run();
        let (ended_at, end) = flight.end.expect("an end");
        let lasted = ended_at.since(flight.started_at);
        assert!(!has(LayerKind::Timeout) || lasted <= CALL_LIMIT, "{lasted}: {}", story());
        // The last attempt that the retries allow may be hedged once more.
        let most =
            if has(LayerKind::Retry) { ATTEMPTS } else { 1 } + u32::from(has(LayerKind::Hedge));
        assert!(flight.attempts() <= most, "{} attempts: {}", flight.attempts(), story());
        assert!(!open || flight.attempts() == 0, "an attempt through an open breaker: {}", story());
        let answered = flight.last_outcome == Some(Outcome::Success);
        assert!(end != End::Success || answered, "a success out of nothing: {}", story());
        if order.last() == Some(&LayerKind::Fallback) {
            let bare = match end {
                End::Failure(failure) => failure.class().verdict != Verdict::Neutral,
                other => matches!(other, End::Rejection(_)),
            };
            assert!(!bare, "{end:?} passed the fallback: {}", story());
        }
        seen.open += u32::from(open);
        seen.late += u32::from(lasted >= CALL_LIMIT);
        rig.expect_nothing_held();
    }
    // One for each call.
    assert!(rig.retries() <= 3, "{} retries: {}", rig.retries(), story());
    let throttled = |record: &&Record| {
        matches!(record.decision, Decision::Rejected(Rejection::Throttled { .. }))
    };
    let limited = |record: &&Record| {
        matches!(record.decision, Decision::Rejected(Rejection::RateLimited { .. }))
    };
    let hedged = |record: &&Record| matches!(record.decision, Decision::Hedged(_));
    seen.throttled += rig.records.iter().filter(throttled).count();
    seen.limited += rig.records.iter().filter(limited).count();
    seen.hedged += rig.records.iter().filter(hedged).count();
    seen.retries += rig.retries();
    rig.flights.values().map(Flight::attempts).sum()
}

// Hedges and a rate limit.

fn hedge(attempts: u32) -> LayerConfig {
    LayerConfig::Hedge(HedgeConfig { delay: millis(40), attempts, budget: None })
}

#[test]
fn a_slow_attempt_is_hedged_and_the_first_good_answer_wins() {
    let slow = |millis| Reply::After(millis, Outcome::Success);
    check(&[hedge(2)], [slow(30)], "0 attempt 1 \n 30 success");
    check(&[hedge(2)], [slow(200)], "0 attempt 1 \n 40 hedge 2 \n 45 success");
    check(&[hedge(2)], [slow(43), slow(90)], "0 attempt 1 \n 40 hedge 2 \n 43 success");
    let silent = [Reply::Silence, Reply::Unreachable, SUCCESS];
    check(&[hedge(3)], silent, "0 attempt 1 \n 40 hedge 2 \n 80 hedge 3 \n 85 success");
}

#[test]
fn a_failure_sends_the_next_hedge_at_once_and_the_last_failure_is_the_end() {
    let failing = [status(500), status(503)];
    check(&[hedge(2)], failing, "0 attempt 1 \n 5 hedge 2 \n 10 status 503");
    check(&[hedge(3)], [busy(9_000)], "0 attempt 1 \n 5 status 503");
    check(&[hedge(3)], [status(404)], "0 attempt 1 \n 5 status 404");
    let refused = [Reply::Refused(1), Reply::Refused(1)];
    check(&[hedge(2)], refused, "0 attempt 1 \n 1 hedge 2 \n 2 connection refused");
}

#[test]
fn hedges_are_attempts_of_the_call_and_end_with_the_limit_of_one() {
    let layers = [hedge(2), timeout(), retry()];
    let silent = [Reply::Silence, Reply::Silence];
    let diagram = "0 attempt 1 \n 40 hedge 2 \n 10000 backoff \n 11000 attempt 3 \n 11005 success";
    check(&layers, silent, diagram);
    // Wherever the layer stands, it hedges attempts; a connection that takes too long is hedged too.
    let layers = [timeout(), retry(), hedge(2)];
    check(&layers, [Reply::Unreachable], "0 attempt 1 \n 40 hedge 2 \n 45 success");
}

#[test]
fn what_may_not_be_repeated_is_not_hedged_and_nor_is_anything_while_the_layer_is_off() {
    let mut hand = Hand::new(&[hedge(2)]);
    let (call, step) = hand.start(Request::new(1, Repeat::Unsafe));
    assert_eq!((step, call.wake_at()), (Step::Attempt(1), Instant::MAX));
    hand.pipeline.switch(Instant::ZERO, LayerKind::Hedge, false);
    let (call, _) = hand.start(Request::new(2, Repeat::Safe));
    assert_eq!(call.wake_at(), Instant::MAX);
}

#[test]
fn a_breaker_sees_one_report_for_an_attempt_and_its_hedges() {
    let mut rig = Rig::new(&[hedge(3), breaker()]);
    rig.replies([status(500), status(500), status(500), status(500), SUCCESS]);
    rig.call_and_run();
    rig.call_and_run();
    let counts = rig.pipeline.breaker().unwrap().window(rig.now);
    assert_eq!((counts.failures, counts.calls()), (1, 2));
}

#[test]
fn a_rate_limiter_rejects_calls_above_the_limit_and_says_when_the_next_may_come() {
    let limit = RateLimitConfig { permits: 1, period: millis(500), burst: 2 };
    let mut rig = Rig::new(&[retry(), LayerConfig::RateLimiter(limit), breaker()]);
    let ends = [0; 3].map(|_| rig.call_and_run().end.unwrap().1);
    let refused = End::Rejection(Rejection::RateLimited { retry_after: millis(490) });
    assert_eq!(ends, [End::Success, End::Success, refused]);
    assert_eq!(rig.pipeline.rate_limiter().unwrap().available(rig.now), 0);
    let counts = rig.pipeline.breaker().unwrap().window(rig.now);
    assert_eq!(counts.calls(), 2, "our own refusal says nothing about the dependency");
    rig.run_until(500);
    assert_eq!(rig.call_and_run().end.unwrap().1, End::Success);
    rig.pipeline.forget(rig.now);
    assert_eq!(rig.pipeline.rate_limiter().unwrap().available(rig.now), 2);
}

// Several calls at once.

/// The kinds for competing calls: all but the rate limiter, which would reject most of them.
const ORDERED: [LayerKind; 7] = [
    LayerKind::Timeout,
    LayerKind::Retry,
    LayerKind::Breaker,
    LayerKind::Fallback,
    LayerKind::Bulkhead,
    LayerKind::Throttle,
    LayerKind::Hedge,
];

#[test]
fn calls_that_compete_for_slots_get_them_in_turn_and_give_them_back_in_every_order() {
    let orders = all_orders(&ORDERED);
    let with_bulkhead: Vec<_> =
        orders.iter().filter(|order| order.contains(&LayerKind::Bulkhead)).collect();
    let (runs, queued) = (Cell::new(0), Cell::new(0));
    each_seed(1_000, |seed| {
        let mut chance = Rng::from_seed(seed);
        let order = *pick(&with_bulkhead, &mut chance);
        let rig = compete(order, &mut chance, |_, _| {});
        runs.set(runs.get() + 1);
        queued.set(queued.get() + rig.queued());
    });
    assert!(runs.get() < 1_000 || queued.get() > 1_000, "{} calls in queues", queued.get());
}

#[test]
fn layers_that_are_switched_while_calls_are_in_flight_leak_nothing() {
    let orders = all_orders(&ORDERED);
    each_seed(2_000, |seed| {
        let mut chance = Rng::from_seed(seed);
        let order = pick(&orders, &mut chance);
        compete(order, &mut chance, |rig, chance| {
            let kind = *pick(&LayerKind::ALL, chance);
            rig.pipeline.switch(rig.now, kind, chance.chance(500));
        });
    });
}

#[test]
fn slots_that_change_while_calls_are_in_flight_leak_nothing() {
    let orders = all_orders(&ORDERED);
    each_seed(1_000, |seed| {
        let mut chance = Rng::from_seed(seed);
        let order = pick(&orders, &mut chance);
        compete(order, &mut chance, |rig, chance| {
            rig.set_slots(u32::try_from(chance.up_to(u64::from(SLOTS))).unwrap());
        });
    });
}

fn pick<'a, T>(from: &'a [T], chance: &mut Rng) -> &'a T {
    let last = from.len() as u64 - 1;
    &from[usize::try_from(chance.up_to(last)).unwrap()]
}

/// A budget of each form, and none.
const BUDGETS: [Option<BudgetConfig>; 7] = [
    None,
    Some(BudgetConfig::FINAGLE),
    Some(BudgetConfig::ENVOY),
    Some(BudgetConfig::GRPC),
    Some(BudgetConfig::AWS),
    Some(BudgetConfig::Bucket { tokens: 5, call_refill_per_ten_thousand: 1_000 }),
    Some(BudgetConfig::FailureRate { per_ten_thousand: 5_000 }),
];

/// 20 calls within about 400 ms, with an optional change between two of them.
fn compete(
    order: &[LayerKind],
    chance: &mut Rng,
    mut between: impl FnMut(&mut Rig, &mut Rng),
) -> Rig {
    // The cooldown is so short that the breaker is half-open while calls are in flight.
    let mut layers: Vec<LayerConfig> = order.iter().map(|&kind| tight(kind, millis(30))).collect();
    for layer in &mut layers {
        if let LayerConfig::Retry(retry) = layer {
            retry.budget = *pick(&BUDGETS, chance);
        }
    }
    let mut rig = Rig::new(&layers);
    let mut switched = false;
    for _ in 0..20 {
        let latency = chance.up_to(150);
        rig.replies([match chance.up_to(5) {
            0 => Reply::Silence,
            1 => Reply::Unreachable,
            2 => Reply::Refused(latency),
            3 => Reply::After(latency, status_outcome(503)),
            _ => Reply::After(latency, Outcome::Success),
        }]);
        rig.patience = millis(20 + chance.up_to(20_000));
        let in_time = rig.now + millis(chance.up_to(2_000));
        rig.deadline = if chance.chance(300) { in_time } else { Instant::MAX };
        rig.call();
        rig.run_until(rig.now.as_micros() / 1_000 + chance.up_to(40));
        let before = LayerKind::ALL.map(|kind| rig.pipeline.is_on(kind));
        between(&mut rig, chance);
        switched |= LayerKind::ALL.map(|kind| rig.pipeline.is_on(kind)) != before;
        if order.contains(&LayerKind::Bulkhead) && !switched {
            assert!(rig.trying() <= SLOTS as usize, "{} at once: {order:?}", rig.trying());
        }
    }
    rig.run();
    rig.expect_nothing_held();
    rig
}
