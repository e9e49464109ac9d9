//! The text of tapes, and the times of their steps.

use fusebox::Rate;
use fusebox::time::{Duration, Instant};
use fusebox_lab::tape::{Reply, SLOW, Step, Tape};

const SECOND: Duration = Duration::from_secs(1);

fn read(text: &str) -> Tape {
    text.parse().expect(text)
}

#[test]
fn a_tape_is_read_in_every_spelling_and_written_in_one() {
    for (text, written) in [
        ("", ""),
        ("SFWIHLHX", "SFWIHLHX"),
        ("ssfff .s10. s", "SSFFF.10s.S"),
        ("SSFFF.s10.S", "SSFFF.10s.S"),
        ("S.10s..F", "S.10s..F"),
        ("S...F", "S...F"),
        ("S.s.F", "S.S.F"),
        ("S.1s.F", "S.F"),
        ("S.1500ms.F.90s.F.2min.", "S.1500ms.F.90s.F.2min."),
    ] {
        assert_eq!(read(text).to_string(), written, "{text}");
        assert_eq!(read(written).to_string(), written);
    }
}

#[test]
fn an_error_names_the_character() {
    for (text, position, what) in [
        ("SSQ", 3, "character 3, \"Q\", is no step"),
        ("S5", 2, "character 2, \"5\", is a number outside of a wait such as .10s."),
        ("SL", 2, "character 2 answers a call, but none waits: begin one with H"),
        ("HLX", 3, "character 3 answers a call, but none waits: begin one with H"),
        (
            "S.10",
            2,
            "character 2 begins a wait, which is to end with a unit and a dot, as in .10s.",
        ),
        (
            "S.10sF",
            2,
            "character 2 begins a wait, which is to end with a unit and a dot, as in .10s.",
        ),
        ("S.0s.", 2, "character 2 begins a wait of no time"),
        ("S.2d.", 2, "character 2 begins a wait of more than a day"),
        ("S.15us.", 2, "character 2 begins a wait that is no whole number of milliseconds"),
        ("é", 1, "character 1, \"é\", is no step"),
    ] {
        let error = text.parse::<Tape>().expect_err(text);
        assert_eq!((error.position, error.to_string()), (position, what.to_owned()), "{text}");
    }
    let full = "S".repeat(Tape::MAX);
    assert_eq!(read(&full).steps().len(), Tape::MAX);
    let error = (full.clone() + "S").parse::<Tape>().expect_err("it is too long");
    assert_eq!(error.position, Tape::MAX + 1);
    assert!(read(&full).and(Step::Hang).is_err());
}

#[test]
fn a_step_comes_one_interval_after_the_one_before_but_at_once_after_a_wait() {
    let ends = |text: &str, every: Duration| -> Vec<u64> {
        read(text).timed(every).map(|it| it.ended.as_micros() / 1_000).collect()
    };
    assert_eq!(ends("FF.10s.S", SECOND), [1_000, 2_000, 12_000, 12_000]);
    assert_eq!(ends("S..S", SECOND), [1_000, 2_000, 3_000, 3_000]);
    assert_eq!(ends("HWLS", Duration::from_millis(100)), [100, 2_200, 2_300, 2_400]);
    let slow = read("W").timed(SECOND).next().expect("it has one step");
    assert_eq!((slow.began, slow.ended), (Instant::from_secs(1), Instant::from_secs(1) + SLOW));
}

#[test]
fn steady_traffic_fails_at_its_rate_and_follows_its_seed() {
    let tape = Tape::steady(300, Rate::percent(40), 7);
    let failed = tape.steps().iter().filter(|step| **step == Step::Call(Reply::Failure)).count();
    assert!((90..150).contains(&failed), "{failed}");
    assert_eq!(tape, Tape::steady(300, Rate::percent(40), 7));
    assert_ne!(tape, Tape::steady(300, Rate::percent(40), 8));
    assert_eq!(tape, read(&tape.to_string()));
    assert_eq!(Tape::steady(1_000, Rate::percent(1), 7).steps().len(), Tape::MAX);
}

#[test]
fn answers_are_only_offered_to_calls_that_wait() {
    assert_eq!([read("HH"), read("HHL"), read("HLHX")].map(|it| it.hanging()), [2, 1, 0]);
    assert!(read("HL").and(Step::Late(Reply::Success)).is_err());
    assert_eq!(read("H").and(Step::Late(Reply::Failure)).expect("it waits"), read("HX"));
    assert_eq!(read("SFS").first(2), read("SF"));
}
