//! Replays with a breaker for each key, at low shares of failures, and out of order.

use super::{TIMEOUT, call};
use fusebox::time::Duration;
use fusebox::{BreakerConfig, Outcome, Rate, Window};
use fusebox_lab::replay::{IN_FLIGHT_MAX, KEYS_MAX, PENDING_MAX, Replay, Replayer};

const OK: Outcome = Outcome::Success;

/// A replayer that opens after this many failures within 10 s.
fn replayer(failures: u32) -> Replayer {
    let window = Window::Time(Duration::from_secs(10));
    let config = BreakerConfig { failures: Some(failures), window, ..BreakerConfig::default() };
    Replayer::new(config, 1).unwrap()
}

/// Host `b` fails from the first second on; host `a` is well. Both get ten calls a second.
fn two_hosts(keyed: bool) -> Replay {
    let mut replayer = replayer(5);
    for n in 0..100 {
        let at = n * 100_000;
        replayer.add(call(at, 1_000, OK), keyed.then_some("a")).unwrap();
        let outcome = if n < 10 { OK } else { TIMEOUT };
        replayer.add(call(at, 1_000, outcome), keyed.then_some("b")).unwrap();
    }
    replayer.finish().unwrap()
}

#[test]
fn f26_one_bad_host_does_not_open_the_breaker_of_another() {
    let one = two_hosts(false);
    assert!(one.successes_lost > 50, "{one:?}");
    assert_eq!((one.state.as_deref(), one.keys.len()), (Some("open"), 0));

    let keyed = two_hosts(true);
    assert_eq!((keyed.successes_lost, keyed.calls, keyed.state), (0, 200, None));
    let [b, a] = &keyed.keys[..] else { panic!("{:?}", keyed.keys) };
    assert_eq!((a.key.as_str(), a.calls, a.rejected, a.state.as_str()), ("a", 100, 0, "closed"));
    assert_eq!((b.key.as_str(), b.calls, b.failures, b.state.as_str()), ("b", 100, 90, "open"));
    assert_eq!(b.rejected, keyed.rejected.open);
    assert_eq!(keyed.transitions[0].key.as_deref(), Some("b"));
    assert_eq!(b.failures_avoided, keyed.failures_avoided);
}

#[test]
fn f26_there_are_only_so_many_keys() {
    let mut replayer = replayer(5);
    for n in 0..KEYS_MAX {
        replayer.add(call(0, 0, OK), Some(&n.to_string())).unwrap();
    }
    assert!(replayer.add(call(0, 0, OK), Some("0")).is_ok());
    let error = replayer.add(call(0, 0, OK), Some("another")).unwrap_err();
    assert!(error.is_fatal && error.expected.contains("at most 10,000"), "{error}");
    let error = replayer.add(call(0, 0, OK), Some(&"x".repeat(201))).unwrap_err();
    assert!(!error.is_fatal, "{error}");
}

/// 200 calls a second of which 1 in 100 fails: within 10 s there are 5 failures, but that is nothing.
#[test]
fn f09_a_breaker_that_opens_at_a_low_share_of_failures_is_worth_a_warning() {
    let mut replayer = replayer(5);
    for n in 0..2_000 {
        let outcome = if n % 100 == 99 { TIMEOUT } else { OK };
        replayer.add(call(n * 5_000, 1_000, outcome), None).unwrap();
    }
    let replay = replayer.finish().unwrap();
    assert_eq!(replay.opened_at_low_share, 1, "{replay:?}");
    let warning = replay.warning().unwrap();
    assert!(warning.starts_with("1 change to open came when under 5 % of the calls"), "{warning}");
    assert_eq!(two_hosts(false).warning(), None);

    let by_rate = BreakerConfig {
        failures: None,
        failure_rate: Some(Rate::percent(50)),
        min_calls: 10,
        ..BreakerConfig::default()
    };
    let mut replayer = Replayer::new(by_rate, 1).unwrap();
    for n in 0..100 {
        replayer.add(call(n * 5_000, 1_000, TIMEOUT), None).unwrap();
    }
    assert_eq!(replayer.finish().unwrap().warning(), None);
}

/// Times count from the first call, whatever the clock of the log.
#[test]
fn a_log_may_begin_at_any_time() {
    let start = 1_700_000_000_000_000;
    let mut replayer = replayer(1);
    replayer.add(call(start + 5_000, 1_000, OK), None).unwrap();
    replayer.add(call(start, 1_000, TIMEOUT), None).unwrap();
    let replay = replayer.finish().unwrap();
    assert_eq!(Some(replay.starts_at_ms), Some(1_700_000_000_000.0));
    assert_eq!(Some(replay.transitions[0].at_ms), Some(1.0));
    assert_eq!(replay.rejected.open, 1);
}

#[test]
fn a_call_may_come_half_a_million_calls_late() {
    let mut replayer = replayer(1);
    let half = (PENDING_MAX / 2) as u64;
    // The calls from 1 ms on come in order; that at 0 comes late, but before its turn is over.
    for n in 1..2 * half {
        replayer.add(call(n * 1_000, 0, OK), None).unwrap();
    }
    replayer.add(call(0, 1_000, TIMEOUT), None).unwrap();
    let error = replayer.add(call(1_000, 0, OK), None).unwrap_err();
    assert!(error.to_string().starts_with("the start is \"1 ms\", but must be at most 500,000 "));
    let replay = replayer.finish().unwrap();
    assert_eq!((replay.calls, replay.failures), (2 * half, 1));
    // The call at 1 ms starts when that at 0 has failed.
    assert_eq!(Some(replay.transitions[0].at_ms), Some(1.0));
}

#[test]
fn only_so_many_calls_may_be_in_flight() {
    let mut replayer = replayer(1);
    let hour = 3_600_000_000;
    let mut result = Ok(());
    for _ in 0..IN_FLIGHT_MAX + PENDING_MAX {
        result = result.and_then(|()| replayer.add(call(0, hour, OK), None));
    }
    assert!(result.and_then(|()| replayer.finish().map(|_| ())).unwrap_err().is_fatal);
}
