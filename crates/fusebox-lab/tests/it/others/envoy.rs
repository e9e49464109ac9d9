//! Envoy's outlier detection, by its documented settings and its detector.

use super::{by_rate, last, row, states};
use fusebox::time::Duration;
use fusebox::{BackoffConfig, BreakerConfig, Growth, Window};
use fusebox_lab::others::{Basis, System};

const THIS: System = System::Envoy;

#[track_caller]
fn default(tape: &str) -> String {
    last(THIS, &BreakerConfig::default(), Basis::Defaults, tape)
}

#[test]
fn five_errors_in_a_row_eject_a_host() {
    assert_eq!(default("FFFF"), "closed");
    assert_eq!(default("FFFFF"), "open");
    assert_eq!(default("FFFFSF"), "closed");
    assert_eq!(default("FFFFIF"), "open", "a cancelled request does not break the row");
    assert_eq!(default("FFFFFS"), "-open");
}

#[test]
fn a_timer_returns_the_host_and_no_call_is_a_trial() {
    // Ejected at 5 s for 30 s; the intervals end every 10 s.
    let row = row(THIS, &BreakerConfig::default(), Basis::Defaults, "FFFFF.34s.F.2s.F");
    let changes: Vec<f64> =
        row.cells.iter().flat_map(|it| &it.changes).map(|it| it.at.as_secs_f64()).collect();
    assert_eq!(changes, [5.0, 40.0]);
    assert_eq!(super::cell(&row.cells[6]), "-open");
    assert_eq!(super::cell(&row.cells[8]), "closed", "one failure does not eject it again");
}

#[test]
fn a_second_ejection_takes_twice_as_long_unless_the_host_was_well() {
    let back = |tape: &str| -> Vec<f64> {
        let row = row(THIS, &BreakerConfig::default(), Basis::Defaults, tape);
        row.cells.iter().flat_map(|it| &it.changes).map(|it| it.at.as_secs_f64()).collect()
    };
    assert_eq!(back("FFFFF.35s.FFFFF.2min."), [5.0, 40.0, 44.0, 110.0]);
    // After an interval in rotation the next ejection is short again.
    assert_eq!(back("FFFFF.50s.FFFFF.2min."), [5.0, 40.0, 59.0, 90.0]);
}

#[test]
fn a_share_of_failures_is_compared_at_the_end_of_an_interval() {
    let window = Window::Time(Duration::from_secs(10));
    let config = BreakerConfig { window, ..by_rate(50, 4, 5) };
    assert_eq!(
        states(THIS, &config, Basis::Nearest, "FFSS.5s..."),
        "closed closed closed closed closed open open"
    );
    assert_eq!(last(THIS, &config, Basis::Nearest, "FFS.10s."), "closed", "3 answers are too few");
    assert_eq!(last(THIS, &config, Basis::Nearest, "FSSS.10s."), "closed");
}

#[test]
fn long_waits_skip_the_intervals_that_change_nothing() {
    let cooldown = BackoffConfig {
        growth: Growth::Linear,
        cap: Duration::from_secs(300),
        ..BackoffConfig::constant(Duration::from_secs(10))
    };
    let config = BreakerConfig {
        cooldown,
        failures: Some(1),
        window: Window::Consecutive,
        ..BreakerConfig::default()
    };
    let tape = "F.1d.".repeat(3);
    assert_eq!(states(THIS, &config, Basis::Nearest, &tape), "open closed open closed open closed");
}
