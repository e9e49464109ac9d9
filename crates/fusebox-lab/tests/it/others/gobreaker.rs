//! gobreaker 2.4, by the numbers of its cases in `gobreaker_test.go`.

use super::{by_rate, last, states};
use fusebox::time::Duration;
use fusebox::{BackoffConfig, BreakerConfig, Window};
use fusebox_lab::others::{Basis, System};

const THIS: System = System::Gobreaker;

fn default(tape: &str) -> String {
    last(THIS, &BreakerConfig::default(), Basis::Defaults, tape)
}

fn in_a_row(failures: u32, trials: u32) -> BreakerConfig {
    BreakerConfig {
        window: Window::Consecutive,
        failures: Some(failures),
        trials,
        trials_to_close: trials,
        cooldown: BackoffConfig::constant(Duration::from_secs(10)),
        ..BreakerConfig::default()
    }
}

#[test]
fn by_default_the_sixth_failure_in_a_row_trips_it() {
    assert_eq!(default("FFFFF"), "closed");
    assert_eq!(default("FFFFFF"), "open");
    assert_eq!(default("FFFFFSFFFFF"), "closed");
    assert_eq!(default("FFFFFSFFFFFF"), "open");
}

#[test]
fn it_is_open_at_its_expiry_and_half_open_after_it() {
    assert_eq!(default("FFFFFF.60s.S"), "-open");
    assert_eq!(default("FFFFFF.60s.SS"), "closed");
    assert_eq!(default("FFFFFF.60001ms.H"), "half");
    assert_eq!(default("FFFFFF.61s.F"), "open");
}

#[test]
fn it_closes_after_as_many_successes_as_it_lets_through() {
    let config = in_a_row(3, 3);
    let is = |tape: &str| states(THIS, &config, Basis::Nearest, tape);
    assert_eq!(is("FFF.11s.SS"), "closed closed open open half half");
    assert_eq!(is("FFF.11s.SSHFL"), "closed closed open open half half half -half closed");
    assert!(is("FFF.11s.SSF").ends_with("half half open"));
}

#[test]
fn excluded_results_do_not_use_up_the_requests() {
    let config = in_a_row(3, 3);
    assert_eq!(
        states(THIS, &config, Basis::Nearest, "FFF.11s.IIIISSS"),
        "closed closed open open ~half ~half ~half ~half half half closed"
    );
    assert_eq!(default("FFFFFI"), "open", "by default every error is a failure");
}

#[test]
fn results_of_an_earlier_generation_are_ignored() {
    let config = in_a_row(3, 2);
    let is = |tape: &str| last(THIS, &config, Basis::Nearest, tape);
    assert_eq!(is("HFFF.11s.HL"), "~half");
    assert_eq!(is("HFFF.11s.HX"), "~half");
    assert_eq!(is("HFFF.11s.SSX"), "~closed");
    // A late result finds that the timeout is over, as any look at the state does.
    assert_eq!(is("HFFF.11s.L"), "~half");
}

#[test]
fn only_a_failure_can_trip_it() {
    let config = by_rate(60, 5, 10);
    assert_eq!(last(THIS, &config, Basis::Nearest, "FFFSS"), "closed");
    assert_eq!(last(THIS, &config, Basis::Nearest, "FFSSF"), "open");
}

#[test]
fn a_rolling_interval_forgets_bucket_by_bucket() {
    let config = BreakerConfig { failures: Some(3), ..BreakerConfig::default() };
    let is = |tape: &str| last(THIS, &config, Basis::Nearest, tape);
    assert_eq!(is("FF.8s.F"), "open", "the buckets from 1 s to 10 s are in the interval");
    assert_eq!(is("FF.9s.F"), "closed", "the bucket of the first failure has left it");
    assert_eq!(is("FF.1h.F"), "closed");
    // A result belongs to the bucket in which its call began.
    assert_eq!(is("H.9s.FFX"), "~closed");
}
