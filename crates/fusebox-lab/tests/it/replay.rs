//! Logs whose replay is worked out by hand, and properties of every log.

use crate::random::property;
use fusebox::time::{Duration, Instant};
use fusebox::{BackoffConfig, BreakerConfig, Failure, Outcome, Rate, Window};
use fusebox_lab::log::{LogOptions, LogReader, LoggedCall};
use fusebox_lab::replay::{Rejected, Replay, Replayer, TRANSITIONS_MAX};
use proptest::collection::vec;
use proptest::prelude::*;

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const CLOSED: &str = "closed";
const HALF_OPEN: &str = "half-open";
const OPEN: &str = "open";

/// Opens at the second failure in a row, for one second, and one trial decides.
const SECOND_FAILURE: BreakerConfig = BreakerConfig {
    window: Window::Consecutive,
    failures: Some(2),
    failure_rate: None,
    slow_rate: None,
    min_calls: 1,
    overdue: None,
    cooldown: BackoffConfig::constant(Duration::from_secs(1)),
    max_retry_after: None,
    trials: 1,
    strict_trials: false,
    trials_to_close: 1,
    trial_timeout: Duration::from_secs(60),
    half_open_timeout: None,
};

fn replay(log: &str) -> Replay {
    let mut calls = Vec::new();
    let mut reader = LogReader::new(LogOptions::default());
    let mut sink = |call, _: Option<&str>| {
        calls.push(call);
        Ok(())
    };
    reader.feed(log.as_bytes(), &mut sink).unwrap();
    assert_eq!(reader.finish(&mut sink).unwrap().dropped, 0);
    replay_calls(&calls, SECOND_FAILURE)
}

fn replay_calls(calls: &[LoggedCall], config: BreakerConfig) -> Replay {
    let mut replayer = Replayer::new(config, 1).unwrap();
    for &call in calls {
        replayer.add(call, None).unwrap();
    }
    replayer.finish().unwrap()
}

/// The time in milliseconds, and the new state.
fn changes(replay: &Replay) -> Vec<(f64, &str)> {
    replay.transitions.iter().map(|change| (change.at_ms, change.to.as_str())).collect()
}

fn rejected(replay: &Replay) -> u64 {
    replay.rejected.open + replay.rejected.trials_taken
}

/// An outage from 100 to 2,300 ms, in any order of the lines.
///
/// The failures that end at 150 and 250 open the breaker at 250, until 1,250; calls until then are
/// rejected. The call at 1,300 is a trial that fails at 1,400; the one at 1,350 finds it in flight.
/// The call at 2,400 is a trial that succeeds at 2,410.
#[test]
fn an_outage_is_cut_short() {
    let replay = replay(
        "start_ms,duration_ms,outcome
        0,10,ok
        100,50,timeout
        200,50,503
        1300,100,timeout
        300,1000,timeout
        600,500,connect
        700,10.5,error
        1249.999,5,ok
        1350,10,404
        1500,900,timeout
        2300,5,200
        2400,10,ok
        2500,10,ok",
    );
    assert_eq!(
        changes(&replay),
        [
            (250.0, OPEN),
            (1_300.0, HALF_OPEN),
            (1_400.0, OPEN),
            (2_400.0, HALF_OPEN),
            (2_410.0, CLOSED)
        ]
    );
    assert_eq!(replay.transitions[0].cause, "2 failures in a row reached the threshold of 2");
    let expected = Replay {
        starts_at_ms: 0.0,
        calls: 13,
        sent: 6,
        rejected: Rejected { open: 6, trials_taken: 1 },
        failures: 7,
        failures_avoided: 4,
        // At 1,249.999 and 2,300 ms.
        successes_lost: 2,
        time_saved_ms: 2_410.5,
        state_changes: 5,
        transitions: replay.transitions.clone(),
        time_open_ms: 1_050.0 + 1_000.0,
        state: Some(CLOSED.to_string()),
        open_until_ms: None,
        stale_reports: 0,
        opened_at_low_share: 0,
        keys: Vec::new(),
    };
    assert_eq!(replay, expected);
}

/// The call at 0 lasts until 5,000, when the breaker has long opened: its report changes nothing.
#[test]
fn a_report_from_before_the_last_transition_is_stale() {
    let replay = replay("0,5000,timeout\n10,10,timeout\n20,10,timeout");
    assert_eq!((replay.sent, replay.stale_reports), (3, 1));
    assert_eq!(changes(&replay), [(30.0, OPEN)]);
    assert_eq!((replay.state.as_deref(), replay.open_until_ms), (Some(OPEN), Some(1_030.0)));
    assert_eq!(Some(replay.time_open_ms), Some(4_970.0), "up to the last report");
}

/// The second failure ends at 20 ms, and the call that starts then is the first that is rejected.
#[test]
fn an_end_comes_before_a_start_at_the_same_moment() {
    let ends_before = replay("0,10,timeout\n10,10,timeout\n20,10,ok");
    assert_eq!((ends_before.sent, ends_before.rejected.open), (2, 1));
    let ends_after = replay("0,10,timeout\n10,10.001,timeout\n20,10,ok");
    assert_eq!((ends_after.sent, ends_after.rejected.open), (3, 0));
    // Calls without a duration end before the next begins, and keep their order.
    let at_once = replay("5,0,timeout\n5,0,timeout\n5,0,ok");
    assert_eq!((at_once.sent, at_once.successes_lost), (2, 1));
    let other_order = replay("5,0,timeout\n5,0,ok\n5,0,timeout");
    assert_eq!((other_order.sent, other_order.transitions.len()), (3, 0));
}

#[test]
fn neither_failure_nor_success_is_only_counted_as_a_call() {
    let neither = replay("0,1,timeout\n1,1,timeout\n10,1,404\n20,1,cancelled\n30,1,400");
    assert_eq!((neither.sent, rejected(&neither), neither.failures), (2, 3, 2));
    assert_eq!((neither.failures_avoided, neither.successes_lost), (0, 0));
    assert_eq!(Some(neither.time_saved_ms), Some(0.0));
}

/// A trial that never ends blocks the others until its trial timeout of 60 s.
#[test]
fn a_trial_that_hangs_holds_its_place_until_its_lease_ends() {
    let replay = replay("0,0,lost\n1,0,aborted\n1001,99999,ok\n61000,1,ok\n61001,1,ok");
    assert_eq!(replay.rejected, Rejected { open: 0, trials_taken: 1 });
    assert_eq!((replay.sent, replay.stale_reports), (4, 1));
    let last = replay.transitions.last().unwrap();
    assert_eq!((last.at_ms, last.to.as_str()), (61_002.0, CLOSED));
}

#[test]
fn an_empty_log_leaves_a_closed_breaker() {
    let replay = replay("# Nothing.");
    assert_eq!(
        (replay.calls, replay.state.as_deref(), replay.time_open_ms),
        (0, Some(CLOSED), 0.0)
    );
}

#[test]
fn state_changes_beyond_the_most_that_are_kept_are_counted() {
    // Each failure opens, after a cooldown of zero.
    let cooldown = BackoffConfig::IMMEDIATE;
    let config = BreakerConfig { failures: Some(1), cooldown, ..SECOND_FAILURE };
    let call = |n| LoggedCall {
        start: Instant::from_millis(n),
        duration: Duration::ZERO,
        outcome: Outcome::Failure(Failure::Timeout),
    };
    let calls: Vec<LoggedCall> = (0..6_000).map(call).collect();
    let replay = replay_calls(&calls, config);
    assert_eq!((replay.sent, replay.transitions.len()), (6_000, TRANSITIONS_MAX));
    // The first call opens; each of the others half-opens and opens again.
    assert_eq!(replay.state_changes, 1 + 2 * 5_999);
    // Each time up to the next call.
    assert_eq!(Some(replay.time_open_ms), Some(5_999.0));
}

#[test]
fn settings_that_cannot_be_are_named() {
    let none = BreakerConfig { failures: Some(0), ..SECOND_FAILURE };
    let error = Replayer::new(none, 1).err().unwrap();
    assert_eq!(error.field, "breaker.failures");
}

fn calls() -> impl Strategy<Value = Vec<LoggedCall>> {
    let outcome = prop_oneof![
        3 => Just(Outcome::Success),
        4 => Just(Outcome::Failure(Failure::Timeout)),
        1 => Just(Outcome::Failure(Failure::status(404))),
        1 => Just(Outcome::Neutral),
    ];
    let call = (0..20_000_u64, 0..3_000_u64, outcome).prop_map(|(start, duration, outcome)| {
        let (start, duration) = (Instant::from_millis(start), Duration::from_millis(duration));
        LoggedCall { start, duration, outcome }
    });
    vec(call, 0..300)
}

#[test]
fn what_holds_for_every_log() {
    let by_rate = BreakerConfig {
        window: Window::Time(Duration::from_secs(2)),
        failures: None,
        failure_rate: Some(Rate::percent(40)),
        min_calls: 3,
        ..SECOND_FAILURE
    };
    property(1_000, &(calls(), any::<bool>()), |(calls, rate)| {
        let config = if rate { by_rate } else { SECOND_FAILURE };
        let replay = replay_calls(&calls, config);
        let is_failure = |call: &&LoggedCall| call.outcome == Outcome::Failure(Failure::Timeout);
        prop_assert_eq!(replay.calls, calls.len() as u64);
        prop_assert_eq!(replay.sent + rejected(&replay), replay.calls);
        prop_assert_eq!(replay.failures, calls.iter().filter(is_failure).count() as u64);
        prop_assert!(replay.failures_avoided <= replay.failures);
        prop_assert!(replay.failures_avoided + replay.successes_lost <= rejected(&replay));
        prop_assert!(replay.stale_reports <= replay.sent);
        let mut state = CLOSED;
        for pair in replay.transitions.windows(2) {
            prop_assert!(pair[0].at_ms <= pair[1].at_ms);
        }
        for transition in &replay.transitions {
            prop_assert_eq!(&transition.from, state);
            state = &transition.to;
        }
        prop_assert_eq!(replay.state.as_deref(), Some(state));
        prop_assert!(rejected(&replay) == 0 || !replay.transitions.is_empty());
        // The order of the lines matters only among calls that start at the same moment.
        let mut sorted = calls.clone();
        sorted.sort_by_key(|call| call.start);
        prop_assert_eq!(replay, replay_calls(&sorted, config));
        Ok(())
    });
}
