//! The flaws of the lesson's class, each by a tape that shows it.

use super::{last, row, states};
use fusebox::time::{Duration, Instant};
use fusebox::{BackoffConfig, BreakerConfig, StateName};
use fusebox_lab::others::{Basis, CLASS, Line, System, Variables};

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

/// The lines of the class that run at the last step of a tape.
fn lines(tape: &str) -> Vec<Line> {
    let row = row(System::Lesson, &BreakerConfig::default(), Basis::Defaults, tape);
    row.cells.last().expect("a step").lines.clone()
}

#[track_caller]
fn runs(tape: &str, expected: &[u32]) -> Variables {
    let lines = lines(tape);
    assert_eq!(lines.iter().map(|line| line.number).collect::<Vec<_>>(), expected, "{tape}");
    lines.last().expect("a line").after
}

#[test]
fn each_call_runs_the_lines_that_python_runs() {
    let fresh = Variables::default();
    assert_eq!(runs("S", &[13, 14, 15, 22, 25, 26, 27, 28, 29, 30, 31]), fresh);
    let one = runs("F", &[13, 14, 15, 22, 25, 26, 32, 33, 34, 35, 38, 41]);
    assert_eq!(one, Variables { failures: 1, ..fresh });
    let open = runs("FFFFF", &[13, 14, 15, 22, 25, 26, 32, 33, 34, 35, 38, 39, 40, 41]);
    let at = Some(Instant::from_secs(5));
    assert_eq!(open, Variables { state: StateName::Open, failures: 5, opened_at: at, ..fresh });
    let rejected = runs("FFFFFS", &[13, 14, 15, 16, 17, 21]);
    assert_eq!(rejected, Variables { elapsed: Some(Duration::from_secs(1)), ..open });
    let trial = runs("FFFFF.30s.H", &[13, 14, 15, 16, 17, 18, 19, 25, 26]);
    let elapsed = Some(Duration::from_secs(30));
    assert_eq!(trial, Variables { state: StateName::HalfOpen, elapsed, ..open });
    runs("FFFFF.30s.HH", &[13, 14, 15, 22, 25, 26]);
    let again = runs("FFFFF.30s.HX", &[32, 33, 34, 35, 36, 37, 41]);
    assert_eq!((again.failures, again.opened_at), (6, Some(Instant::from_secs(36))));
    runs("HFFFFFL", &[27, 28, 31]);
    let anew = runs("HFFFFFX", &[32, 33, 34, 35, 38, 39, 40, 41]);
    assert_eq!(anew.opened_at, Some(Instant::from_secs(7)));
    assert_eq!(lines("F."), [], "time alone runs nothing");
}

#[test]
fn a_variable_changes_at_the_line_that_assigns_it() {
    let assigned = |before: Variables, after: Variables| {
        [
            (before.state != after.state, "self._state = State."),
            (before.failures != after.failures, "self._failures "),
            (before.opened_at != after.opened_at, "self._opened_at = "),
            (before.trials != after.trials, "self._trials"),
        ]
    };
    for tape in ["SFFFFFS.30s.HLS", "HHFFFFF.30s.HXLX", "FFSFFFFF.40s.F.30s.S"] {
        let row = row(System::Lesson, &BreakerConfig::default(), Basis::Defaults, tape);
        let mut before = Variables::default();
        for line in row.cells.iter().flat_map(|cell| &cell.lines) {
            let code = CLASS[line.number as usize - 1].trim();
            for (changed, start) in assigned(before, line.after) {
                assert!(!changed || code.starts_with(start), "{tape}: {code}");
            }
            before = line.after;
        }
    }
}

/// A step as the recording of Python has it.
fn recorded(lines: &[Line], now: Variables) -> String {
    let ran: Vec<String> = lines.iter().map(|line| line.number.to_string()).collect();
    let space = if ran.is_empty() { "" } else { " " };
    let state = match now.state {
        StateName::Closed => "closed",
        StateName::Open => "open",
        StateName::HalfOpen => "half_open",
    };
    let at = |at: Instant| (at.as_micros() / 1_000_000).to_string();
    let opened = now.opened_at.map_or_else(|| "None".to_owned(), at);
    let ran = ran.join(" ");
    format!("  {ran}{space}| {state} {} {opened} {}", now.failures, now.trials)
}

#[test]
fn it_runs_the_lines_that_python_ran_on_forty_tapes() {
    let text = include_str!("class.txt");
    let cooldown = BackoffConfig::constant(Duration::from_secs(10));
    let config = BreakerConfig { failures: Some(3), cooldown, trials: 2, ..<_>::default() };
    let mut lines = text.lines().filter(|line| !line.starts_with('#')).peekable();
    let mut tapes = 0;
    while let Some(tape) = lines.next() {
        tapes += 1;
        let row = row(System::Lesson, &config, Basis::Nearest, tape);
        let mut now = Variables::default();
        for (step, cell) in row.cells.iter().enumerate() {
            now = cell.lines.last().map_or(now, |line| line.after);
            let python = lines.next().expect("a line for each step");
            assert_eq!(recorded(&cell.lines, now), python, "{tape}, step {}", step + 1);
        }
        assert!(lines.peek().is_none_or(|line| !line.starts_with(' ')), "{tape} is longer");
    }
    assert_eq!(tapes, 40);
}
