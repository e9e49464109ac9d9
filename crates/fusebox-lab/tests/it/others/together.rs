//! All breakers side by side: their first differences from ours, and properties of all tapes.

use super::by_rate;
use crate::random::property;
use fusebox::time::{Duration, Instant};
use fusebox::{BackoffConfig, BreakerConfig, Rate, StateName, Window};
use fusebox_lab::others::{Basis, Fate, Row, ours, rows};
use fusebox_lab::tape::{Reply, Step, Tape};
use proptest::prelude::*;

const SECOND: Duration = Duration::from_secs(1);

fn differences(config: &BreakerConfig, tape: &str) -> Vec<String> {
    let tape: Tape = tape.parse().expect(tape);
    let rows = rows(config, Basis::Nearest, &tape, SECOND).expect("it is in range");
    let text = |row: &Row| {
        let it = row.difference.as_ref()?;
        let at = row.cells[it.step].at.ended.as_secs_f64();
        Some(format!("{}: {at} s {}. {}", row.system.name(), it.what, it.why))
    };
    rows.iter().filter_map(text).collect()
}

#[test]
fn the_first_differences_are_found_and_explained() {
    let config = BreakerConfig { trials: 2, trials_to_close: 2, ..by_rate(60, 5, 5) };
    assert_eq!(
        differences(&config, "SFFSF.10s.S"),
        [
            "resilience4j 2.4: 15 s refused. Still open: the wait must be exceeded, not only reached.",
            "Polly 8: 15 s closes. The BreakDuration is over: this call is the trial. One success \
             closes it: there is only one trial.",
            "gobreaker 2.4: 15 s refused. Still open at exactly its expiry, which must have passed.",
            "Envoy outlier detection, API v3: 5 s stays in rotation. 3 of 5 answers of the interval \
             failed; it is compared at its end, 10.00 s.",
            "The lesson's class: 5 s stays closed. 1 of 3 failures; time never forgets one.",
        ]
    );
}

#[test]
fn a_result_that_only_one_of_them_counts_is_a_difference() {
    let config = BreakerConfig { trials: 2, trials_to_close: 2, ..by_rate(60, 5, 5) };
    let all = differences(&config, "HSFFFF.11s.HL");
    let of = |name: &str| all.iter().find(|it| it.starts_with(name)).map(String::as_str);
    assert_eq!(
        of("resilience4j"),
        Some(
            "resilience4j 2.4: 18 s counts it. A late result counts as a permitted call. 1 call of 2 before \
             a rate counts."
        )
    );
    let polly = "Polly 8: 18 s closes. A late success closes it: no result is tied to its state.";
    assert_eq!((of("Polly"), of("gobreaker")), (Some(polly), None));
}

#[test]
fn on_failures_in_a_row_only_polly_stays_closed() {
    let window = Window::Consecutive;
    let config = BreakerConfig { window, failures: Some(3), ..BreakerConfig::default() };
    assert_eq!(
        differences(&config, "SSSFFF"),
        ["Polly 8: 6 s stays closed. 3 of 6 calls failed, below FailureRatio 1."]
    );
    assert_eq!(differences(&config, "FFF"), [""; 0]);
}

#[test]
fn our_row_is_the_breaker_of_the_engine() {
    let config = BreakerConfig::default();
    let tape = "HFFFFF.30s.LSIS".parse().expect("a tape");
    let (cells, breaker) = ours(&config, &tape, SECOND).expect("it is in range");
    let fates: Vec<Fate> = cells.iter().map(|cell| cell.fate).collect();
    assert_eq!(
        fates[6..],
        [Fate::Waited, Fate::Stale, Fate::Counted, Fate::Neutral, Fate::Counted]
    );
    assert_eq!((breaker.stale_reports(), breaker.state().name()), (1, StateName::Closed));
    assert_eq!(cells[8].changes[0].to, StateName::HalfOpen);
    assert_eq!(cells[5].why, "It opens: 5 failures in 10 s reached the threshold of 5.");
    assert!(cells[7].why.starts_with("Too late: this call began at 1.00 s"), "{}", cells[7].why);
}

#[test]
fn what_a_system_cannot_express_is_said() {
    let all = "H".parse().expect("a tape");
    let rows = rows(&BreakerConfig::default(), Basis::Nearest, &all, SECOND).expect("in range");
    let lacks = |n: usize| rows[n].setup.lacks.join("; ");
    assert_eq!(lacks(0), "");
    let stands = "a number of failures: 50 % of as many calls stands for it";
    assert_eq!(lacks(1), format!("{stands}; a number of trials that must pass: the rate decides"));
    assert_eq!(lacks(2), format!("{stands}; more than one trial"));
    assert_eq!(lacks(3), "");
    assert_eq!(lacks(4), "failures that are not in a row; trials");
    assert_eq!(lacks(5), "a window");
}

/// A tape of any steps.
fn tapes() -> impl Strategy<Value = Tape> {
    let replies = prop_oneof![
        Just(Reply::Success),
        Just(Reply::Failure),
        Just(Reply::Failure),
        Just(Reply::Slow),
        Just(Reply::Ignored),
    ];
    let late = prop_oneof![Just(Reply::Success), Just(Reply::Failure)];
    let waits = prop_oneof![1_u64..5_000, Just(10_000), Just(30_000), Just(86_400_000)];
    let steps = prop_oneof![
        6 => replies.prop_map(Step::Call),
        1 => Just(Step::Hang),
        1 => late.prop_map(Step::Late),
        1 => waits.prop_map(|millis| Step::Wait(Duration::from_millis(millis))),
    ];
    prop::collection::vec(steps, 0..80).prop_map(|steps| {
        // An answer that no call waits for is left out.
        let add = |tape: Tape, step| tape.and(step).unwrap_or(tape);
        steps.into_iter().fold(Tape::default(), add)
    })
}

fn configs() -> impl Strategy<Value = BreakerConfig> {
    let windows = prop_oneof![
        (1_u64..60).prop_map(|seconds| Window::Time(Duration::from_secs(seconds))),
        (1_u32..20).prop_map(Window::Count),
        Just(Window::Consecutive),
    ];
    let rules = (1_u32..8, prop::option::of(1_u32..=100), 1_u32..8, 1_u32..5, 1_u64..40);
    (windows, rules).prop_map(|(window, (failures, percent, min_calls, trials, cooldown))| {
        let size = if let Window::Count(size) = window { size } else { u32::MAX };
        let percent = percent.filter(|_| window != Window::Consecutive);
        BreakerConfig {
            window,
            failures: percent.is_none().then_some(failures.min(size)),
            failure_rate: percent.map(Rate::percent),
            min_calls: min_calls.min(size),
            trials,
            trials_to_close: trials.div_ceil(2),
            cooldown: BackoffConfig::constant(Duration::from_secs(cooldown)),
            ..BreakerConfig::default()
        }
    })
}

#[test]
fn every_tape_is_read_back_and_played_by_all_of_them() {
    let cases = (tapes(), configs(), prop_oneof![Just(Basis::Nearest), Just(Basis::Defaults)]);
    property(500, &cases, |(tape, config, basis)| {
        prop_assert_eq!(&tape.to_string().parse::<Tape>().expect("it was written"), &tape);
        for row in rows(&config, basis, &tape, SECOND).expect("it is in range") {
            prop_assert_eq!(row.cells.len(), tape.steps().len());
            let mut now = Instant::ZERO;
            let mut state = StateName::Closed;
            for cell in &row.cells {
                prop_assert_eq!(cell.before, state);
                for change in &cell.changes {
                    prop_assert!(now <= change.at && change.at <= cell.at.ended);
                    prop_assert_ne!(change.to, state);
                    (now, state) = (change.at, change.to);
                }
                prop_assert_eq!(cell.state, state);
                let is_silent = matches!(cell.fate, Fate::Waited | Fate::InFlight);
                prop_assert!(is_silent || cell.why.ends_with('.'), "{:?} {}", row.system, cell.why);
            }
        }
        Ok(())
    });
}
