//! The policies beside the breaker: bulkhead, timeout, fallback, hedge and rate limit.

use super::case;
use crate::rig::{Reply, Rig, status};
use fusebox::time::{Duration, Instant};
use fusebox::{
    Admission, Bulkhead, BulkheadConfig, FallbackConfig, Hedge, HedgeConfig, HedgeStep,
    LayerConfig, RateLimit, RateLimitConfig, Rejection, RetryConfig, Slot, TimeoutConfig, Waiter,
};
use fusebox::{Failure, Outcome};

const NOW: Instant = Instant::ZERO;

const fn at(millis: u64) -> Instant {
    Instant::from_millis(millis)
}

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn bulkhead(slots: u32, queue: u32) -> Bulkhead {
    Bulkhead::new(BulkheadConfig { slots, queue, max_wait: millis(100) }).unwrap()
}

/// The slot that this caller gets at once.
#[track_caller]
fn slot(bulkhead: &mut Bulkhead, name: u64) -> Slot {
    match bulkhead.try_acquire(NOW, Waiter(name)) {
        Ok(Admission::Slot(slot)) => slot,
        other => panic!("no slot for {name}: {other:?}"),
    }
}

/// Whether this caller has to wait.
fn waits(bulkhead: &mut Bulkhead, name: u64) -> bool {
    matches!(bulkhead.try_acquire(NOW, Waiter(name)), Ok(Admission::Queued { .. }))
}

fn timeout(attempt: Duration) -> LayerConfig {
    LayerConfig::Timeout(TimeoutConfig { attempt, ..TimeoutConfig::default() })
}

// Bulkhead.

#[case]
fn p01_after_one_in_the_queue_gave_up_the_next_still_runs() {
    let mut bulkhead = bulkhead(1, 3);
    let first = slot(&mut bulkhead, 1);
    assert!((2..=4).all(|name| waits(&mut bulkhead, name)));
    bulkhead.leave_queue(Waiter(2));
    bulkhead.leave_queue(Waiter(3));
    bulkhead.release(first);
    assert_eq!(bulkhead.poll_grant().map(|(next, _)| next), Some(Waiter(4)));
    assert_eq!((bulkhead.taken(), bulkhead.waiting()), (1, 0));
}

#[case]
fn p01_a_call_that_is_granted_a_slot_when_it_has_hung_up_passes_it_on() {
    let config = BulkheadConfig { slots: 1, queue: 3, max_wait: millis(1_000) };
    let mut rig = Rig::new(&[LayerConfig::Bulkhead(config)]);
    rig.replies([Reply::After(60, Outcome::Success)]);
    rig.call();
    rig.patience = millis(60);
    rig.call();
    rig.patience = millis(10_000);
    rig.call();
    rig.run();
    rig.expect(
        "  0 #1 attempt 1
           0 #2 queue
           0 #3 queue
          60 #1 success
          60 #2 attempt 1
          60 #2 hung up
          60 #3 attempt 1
          65 #3 success",
    );
    rig.expect_nothing_held();
}

#[case]
fn p02_a_free_slot_is_given_at_once_however_short_the_longest_wait() {
    let config = BulkheadConfig { slots: 1, queue: 1, max_wait: Duration::ZERO };
    let mut bulkhead = Bulkhead::new(config).unwrap();
    let first = slot(&mut bulkhead, 1);
    assert!(waits(&mut bulkhead, 2));
    bulkhead.leave_queue(Waiter(2));
    bulkhead.release(first);
    let _again = slot(&mut bulkhead, 3);
}

#[case]
fn p03_fewer_slots_while_permits_are_out_and_callers_wait() {
    let mut bulkhead = bulkhead(3, 3);
    let held = [1, 2, 3].map(|name| slot(&mut bulkhead, name));
    assert!(waits(&mut bulkhead, 4));
    bulkhead.set_slots(1).unwrap();
    assert_eq!(bulkhead.taken(), 3, "who is inside stays");
    let mut granted = Vec::new();
    for slot in held {
        bulkhead.release(slot);
        granted.push(bulkhead.poll_grant().map(|(next, _)| next));
    }
    assert_eq!(granted, [None, None, Some(Waiter(4))]);
    assert!(waits(&mut bulkhead, 5), "one slot, and it is taken");
}

#[case]
fn p03_more_slots_go_to_those_who_wait_in_turn() {
    let mut bulkhead = bulkhead(1, 3);
    let _held = slot(&mut bulkhead, 1);
    assert!((2..=4).all(|name| waits(&mut bulkhead, name)));
    bulkhead.set_slots(3).unwrap();
    // A new caller is queued behind the earlier ones.
    let full = Err(Rejection::BulkheadFull { slots: 3, queue: 3 });
    assert_eq!(bulkhead.try_acquire(NOW, Waiter(5)), full);
    let granted = core::iter::from_fn(|| bulkhead.poll_grant().map(|(next, _)| next));
    assert_eq!(granted.collect::<Vec<_>>(), [Waiter(2), Waiter(3)]);
    assert_eq!((bulkhead.taken(), bulkhead.waiting()), (3, 1));
}

#[case]
fn p04_no_slots_reject_everything() {
    let mut none = bulkhead(0, 10);
    let full = Err(Rejection::BulkheadFull { slots: 0, queue: 10 });
    for name in 0..5 {
        assert_eq!(none.try_acquire(NOW, Waiter(name)), full);
    }
    // The same where there were slots before, and one waits.
    let mut bulkhead = bulkhead(1, 10);
    let first = slot(&mut bulkhead, 1);
    assert!(waits(&mut bulkhead, 2));
    bulkhead.set_slots(0).unwrap();
    bulkhead.release(first);
    assert_eq!(bulkhead.poll_grant(), None);
    assert_eq!(bulkhead.try_acquire(NOW, Waiter(3)), full);
}

// Timeout and fallback.

#[case]
fn p05_a_timeout_releases_the_slot_once_and_a_late_answer_changes_nothing() {
    let config = BulkheadConfig { slots: 1, queue: 2, max_wait: millis(1_000) };
    // The rig tells each call of an answer once more after its end.
    let mut rig = Rig::new(&[timeout(millis(50)), LayerConfig::Bulkhead(config)]);
    rig.replies([Reply::After(70, Outcome::Success), Reply::After(40, Outcome::Success)]);
    for _ in 0..3 {
        rig.call();
    }
    rig.run_until(60);
    let bulkhead = rig.pipeline.bulkhead().unwrap();
    assert_eq!((bulkhead.taken(), bulkhead.waiting()), (1, 1), "one slot came free, not two");
    rig.run();
    rig.expect(
        "  0 #1 attempt 1
           0 #2 queue
           0 #3 queue
          50 #1 timed out
          50 #2 attempt 1
          90 #2 success
          90 #3 attempt 1
          95 #3 success",
    );
    rig.expect_nothing_held();
}

#[case]
fn p06_the_fallback_answers_once_when_a_call_times_out_and_fails_later() {
    let fallback = LayerConfig::Fallback(FallbackConfig::default());
    let mut rig = Rig::new(&[timeout(millis(50)), fallback]);
    let late = Reply::After(70, Outcome::Failure(Failure::status(500)));
    rig.replies([late]);
    rig.call_and_run();
    rig.expect("0 attempt 1 \n 50 answered 503, retry after 5 s.");
    let answers = rig.records.iter().filter(|record| record.to_string().contains("answered"));
    assert_eq!(answers.count(), 1);
    // With a retry between them the attempt may fail as often as it likes.
    let retry = LayerConfig::Retry(RetryConfig { attempts: 3, ..RetryConfig::default() });
    let mut rig = Rig::new(&[timeout(millis(50)), retry, fallback]);
    rig.replies([late, status(503), status(503)]);
    rig.call_and_run();
    let answers = rig.records.iter().filter(|record| record.to_string().contains("answered"));
    assert_eq!(answers.count(), 1);
}

// Hedged attempts.

const LOST: Outcome = Outcome::Failure(Failure::ConnectionLost);

#[track_caller]
fn is_done(step: HedgeStep, expected: Outcome, cancelled: &[u32]) {
    let HedgeStep::Done { outcome, cancel } = step else { panic!("not done: {step:?}") };
    assert_eq!((outcome, cancel.numbers().collect::<Vec<_>>()), (expected, cancelled.to_vec()));
}

#[case]
fn p15_a_refused_hedge_is_no_failure_of_the_first_attempt() {
    let mut hedge =
        Hedge::new(HedgeConfig { delay: millis(10), attempts: 3, budget: None }).unwrap();
    let (mut race, _) = hedge.start(NOW);
    assert_eq!(race.timer(at(10)), HedgeStep::Send(2));
    assert_eq!(race.rejected(2), HedgeStep::Unchanged);
    assert_eq!(race.wake_at(), Instant::MAX, "it is not asked again and again");
    is_done(race.ended(at(90), 1, Outcome::Success), Outcome::Success, &[]);
    // Nor does it hide what the first attempt said.
    let (mut race, _) = hedge.start(NOW);
    assert_eq!(race.ended(at(5), 1, LOST), HedgeStep::Send(2));
    is_done(race.rejected(2), LOST, &[]);
}

#[case]
fn p16_a_failure_sends_the_next_at_once_and_a_success_cancels_the_rest() {
    let mut hedge =
        Hedge::new(HedgeConfig { delay: millis(10), attempts: 4, budget: None }).unwrap();
    let (mut race, first) = hedge.start(NOW);
    assert_eq!(first, HedgeStep::Send(1));
    assert_eq!(race.ended(at(3), 1, LOST), HedgeStep::Send(2));
    assert_eq!(race.wake_at(), at(13), "the delay begins anew");
    assert_eq!(race.timer(at(13)), HedgeStep::Send(3));
    assert_eq!(race.timer(at(23)), HedgeStep::Send(4));
    is_done(race.ended(at(24), 3, Outcome::Success), Outcome::Success, &[2, 4]);
    assert_eq!(race.ended(at(25), 2, Outcome::Success), HedgeStep::Unchanged);
}

#[case]
fn p16_a_fatal_failure_cancels_the_rest_and_pushback_stops_further_hedges() {
    let mut hedge =
        Hedge::new(HedgeConfig { delay: millis(10), attempts: 4, budget: None }).unwrap();
    let (mut race, _) = hedge.start(NOW);
    assert_eq!(race.timer(at(10)), HedgeStep::Send(2));
    let fatal = Outcome::Failure(Failure::status(400));
    is_done(race.ended(at(11), 1, fatal), fatal, &[2]);

    let retry_after = Some(Duration::from_secs(3));
    let pushback = Outcome::Failure(Failure::answer(429, retry_after));
    let (mut race, _) = hedge.start(NOW);
    assert_eq!(race.timer(at(10)), HedgeStep::Send(2));
    assert_eq!(race.ended(at(11), 2, pushback), HedgeStep::Unchanged);
    assert_eq!((race.wake_at(), race.timer(at(99))), (Instant::MAX, HedgeStep::Unchanged));
    is_done(race.ended(at(99), 1, LOST), pushback, &[]);
}

// Rate limit.

/// One permit each 50 ms.
const SLOW: RateLimitConfig = RateLimitConfig { permits: 1, period: millis(50), burst: 1 };

#[case]
fn p17_reservations_of_several_periods_wait_in_turn() {
    let mut limit = RateLimit::new(SLOW).unwrap();
    let longest = millis(150);
    let waits = [0, 50, 100, 150].map(|wait| Ok(millis(wait)));
    assert_eq!([(); 4].map(|()| limit.reserve(NOW, 1, longest)), waits);
    let refused = Err(Rejection::RateLimited { retry_after: millis(50) });
    assert_eq!(limit.reserve(NOW, 1, longest), refused);
    assert_eq!(limit.reserve(at(50), 1, longest), Ok(longest));
    // Several at once, more than the burst ever holds.
    let mut limit = RateLimit::new(SLOW).unwrap();
    assert_eq!(limit.reserve(NOW, 4, longest), Ok(longest));
    assert_eq!(limit.reserve(at(150), 1, longest), Ok(millis(50)));
}

#[case]
fn p17_skipped_periods_do_not_add_up_above_the_limit() {
    let mut limit = RateLimit::new(SLOW).unwrap();
    assert_eq!(limit.reserve(NOW, 2, millis(50)), Ok(millis(50)));
    for later in [1_000, 1_000_000] {
        assert_eq!(limit.available(at(later)), 1);
        assert_eq!(limit.try_acquire(at(later), 1), Ok(()));
        assert!(limit.try_acquire(at(later), 1).is_err());
    }
}

#[case]
fn p17_a_drain_takes_what_is_there_and_what_was_promised_stays() {
    let config = RateLimitConfig { permits: 10, period: millis(1_000), burst: 10 };
    let mut limit = RateLimit::new(config).unwrap();
    assert_eq!(limit.try_acquire(NOW, 3), Ok(()));
    assert_eq!((limit.drain(NOW), limit.drain(NOW)), (7, 0));
    assert_eq!(limit.available(at(99)), 0);
    assert_eq!(limit.reserve(at(100), 3, millis(1_000)), Ok(millis(200)));
    assert_eq!(limit.drain(at(100)), 0);
    assert_eq!(limit.reserve(at(100), 1, millis(1_000)), Ok(millis(300)));
}

#[case]
fn p17_a_change_of_the_limit_holds_at_once_and_keeps_what_was_saved_and_promised() {
    let slow = RateLimitConfig { permits: 10, period: millis(1_000), burst: 10 };
    let mut limit = RateLimit::new(slow).unwrap();
    assert_eq!(limit.try_acquire(NOW, 10), Ok(()));
    // Half a period at the old rate, and then half of one at the double.
    limit.reconfigure(at(500), RateLimitConfig { permits: 20, ..slow }).unwrap();
    assert_eq!((limit.available(at(500)), limit.available(at(750))), (5, 10));
    // A smaller burst takes away what is above it, and a larger one gives nothing for nothing.
    limit.reconfigure(at(750), RateLimitConfig { burst: 4, ..slow }).unwrap();
    assert_eq!(limit.available(at(750)), 4);
    limit.reconfigure(at(750), RateLimitConfig { burst: 100, ..slow }).unwrap();
    assert_eq!(limit.available(at(750)), 4);
    // A promise is kept in permits: two of them, whatever a permit takes from now on.
    assert_eq!(limit.reserve(at(750), 6, millis(200)), Ok(millis(200)));
    let faster = RateLimitConfig { permits: 1, period: millis(10), burst: 10 };
    limit.reconfigure(at(750), faster).unwrap();
    assert_eq!(limit.reserve(at(750), 1, millis(100)), Ok(millis(30)));
}
