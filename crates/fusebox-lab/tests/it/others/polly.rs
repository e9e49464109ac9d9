//! Polly 8, by the cases of its controller and health metrics.

use super::{by_rate, last, row, states};
use fusebox::time::Duration;
use fusebox::{BreakerConfig, Window};
use fusebox_lab::others::{Basis, Fate, System};

const THIS: System = System::Polly;

#[track_caller]
fn is(config: &BreakerConfig, tape: &str) -> String {
    last(THIS, config, Basis::Nearest, tape)
}

#[test]
fn a_ratio_counts_from_the_minimum_throughput_on() {
    let config = by_rate(10, 10, 100);
    assert_eq!(is(&config, "FSSSSSSSS"), "closed", "9 calls");
    assert_eq!(is(&config, "SSSSSSSSSF"), "open", "10 calls, at exactly the ratio");
    assert_eq!(is(&config, "SSSSSSSSSS"), "closed");
    assert_eq!(is(&by_rate(50, 5, 10), "FFFSS"), "closed", "a success never opens it");
    assert_eq!(is(&by_rate(50, 1, 10), "F"), "closed", "the least that it accepts is 2");
}

#[test]
fn the_sampling_duration_excludes_its_end() {
    let window = Window::Time(Duration::from_secs(5));
    let config = BreakerConfig { window, ..by_rate(100, 3, 5) };
    assert_eq!(is(&config, "FF.3999ms.F"), "open");
    assert_eq!(is(&config, "FF.4s.F"), "closed");
}

#[test]
fn the_call_at_the_end_of_the_break_is_the_only_probe() {
    let config = by_rate(50, 2, 5);
    assert_eq!(is(&config, "FF.9999ms.S"), "-open");
    assert_eq!(is(&config, "FF.10s.S"), "closed");
    assert_eq!(is(&config, "FF.10s.F"), "open");
    assert_eq!(
        states(THIS, &config, Basis::Nearest, "FF.10s.HSL"),
        "closed open open half -half closed"
    );
    assert_eq!(is(&config, "FF.10s.H.1d.S"), "-half", "a trial without an end blocks it");
    let row = row(THIS, &config, Basis::Nearest, "FF.1ms.S");
    assert_eq!(row.cells[3].why, "Open for another 9.999 s.");
}

#[test]
fn what_it_does_not_handle_closes_it() {
    let config = by_rate(50, 2, 5);
    assert_eq!(is(&config, "FF.10s.I"), "closed");
    assert_eq!(is(&config, "IIFF"), "open", "and counts in the ratio: 2 of 4");
}

#[test]
fn nothing_ties_a_result_to_its_state() {
    let config = by_rate(50, 2, 5);
    assert_eq!(is(&config, "HFF.10s.HL"), "closed");
    assert_eq!(is(&config, "HFF.10s.HX"), "open");
    // A late failure does not make the break longer.
    let late = row(THIS, &config, Basis::Nearest, "HFF.5s.X.5s.S");
    assert_eq!(
        (late.cells[4].fate, last(THIS, &config, Basis::Nearest, "HFF.5s.X.5s.S")),
        (Fate::Neutral, "closed".into())
    );
}

#[test]
fn by_default_it_opens_at_a_tenth_of_a_hundred_calls_for_five_seconds() {
    let default = BreakerConfig::default();
    let calls = Duration::from_millis(100);
    let tape = ("S".repeat(90) + &"F".repeat(10) + ".5s.S").parse().expect("a tape");
    let rows =
        fusebox_lab::others::rows(&default, Basis::Defaults, &tape, calls).expect("in range");
    let states: Vec<String> = rows[2].cells[98..].iter().map(super::cell).collect();
    assert_eq!(states, ["closed", "open", "open", "closed"]);
}
