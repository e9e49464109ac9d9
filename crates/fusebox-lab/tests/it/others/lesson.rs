//! The flaws of the lesson's class, each by a tape that shows it.

use super::{last, row, states};
use fusebox::BreakerConfig;
use fusebox_lab::others::{Basis, System};

#[track_caller]
fn is(tape: &str) -> String {
    last(System::Lesson, &BreakerConfig::default(), Basis::Defaults, tape)
}

#[test]
fn it_opens_after_its_threshold_and_tries_again_after_its_cooldown() {
    assert_eq!(is("FFFF"), "closed");
    assert_eq!(is("FFFFF"), "open");
    assert_eq!(is("FFFFF.29s.S"), "-open");
    assert_eq!(is("FFFFF.30s.S"), "closed");
    assert_eq!(is("FFFFF.30s.F"), "open");
}

#[test]
fn failures_are_forgotten_by_a_success_and_never_by_time() {
    assert_eq!(is("FFFF.1d.F"), "open");
    assert_eq!(is("FFFFSFFFF"), "closed");
}

#[test]
fn a_late_success_closes_a_half_open_breaker() {
    assert_eq!(is("HFFFFF.30s.HL"), "closed");
    assert_eq!(is("HFFFFF.30s.HX"), "open");
}

#[test]
fn the_number_of_trials_never_grows() {
    let is = states(System::Lesson, &BreakerConfig::default(), Basis::Defaults, "FFFFF.30s.HHHHH");
    assert!(is.ends_with("half half half half half"), "{is}");
}

#[test]
fn a_late_failure_begins_the_cooldown_anew() {
    assert_eq!(is("HFFFFF.20s.X.10s.S"), "-open");
    let row = row(System::Lesson, &BreakerConfig::default(), Basis::Defaults, "HFFFFF.20s.X.30s.S");
    assert_eq!(row.cells[7].why, "A late failure begins the cooldown anew.");
    assert_eq!(super::cell(&row.cells[9]), "closed");
}

#[test]
fn it_counts_what_should_be_ignored() {
    assert_eq!(is("FFFFI"), "open");
}
