//! Goals and lessons: the exit code is 1 if they do not hold.

use super::{LOW_SHARE, json, refusal, text};
use std::process::Command;

/// The exit code and the standard output of a run with a goal, which warns of nothing but breakers that
/// open at a low share.
fn goal(arguments: &str, goal: &str) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fusebox"));
    let output =
        command.args(arguments.split_whitespace()).args(["--goal", goal]).output().unwrap();
    let warnings = String::from_utf8(output.stderr).unwrap();
    assert!(warnings.lines().all(|line| line.contains(LOW_SHARE)), "{warnings}");
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn a_goal_that_does_not_hold_on_some_seed_ends_the_run_with_1() {
    let (code, table) =
        goal("run search-service --seeds 3", "success >= 0.99 & errors <= 100 within 20s");
    assert_eq!(code, Some(0), "{table}");
    let lines: Vec<_> = table.lines().collect();
    assert_eq!(
        lines[..4],
        [
            "1. Useful answers as a share of the calls that ended: at least 99 %",
            "2. Calls that ended with an error or without an answer: at most 100",
            "Each run lasts 20 s.",
            ""
        ]
    );
    let heads: Vec<_> = lines[4].split_whitespace().collect();
    assert_eq!(heads, ["seed", "1.", "2.", "holds"]);
    assert!(lines[7].starts_with('3') && lines[7].ends_with("yes"), "{table}");
    assert_eq!(lines[9], "The goal holds with all 3 seeds.");

    let (code, table) = goal("run dies-mid-query --seeds 2", "success >= 99%");
    assert_eq!(code, Some(1));
    assert!(table.ends_with("The goal holds with none of 2 seeds.\n"), "{table}");
    assert!(table.contains("seed  measured  holds"), "{table}");
    let (code, table) = goal("run two-seconds", "recovered lane=2 = yes & recovered lane=0 = no");
    assert_eq!((code, table.lines().last()), (Some(0), Some("The goal holds.")));
}

#[test]
fn a_goal_has_its_numbers_as_json() {
    let (code, text) = goal("run dies-mid-query --seed 5 --json", "count(breaker.open) = 1");
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        (code, &json["holds"], &json["runs"][0]["seed"]),
        (Some(0), &true.into(), &5.into())
    );
    assert_eq!(json["runs"][0]["comparisons"][0]["measured"], 1.0);
    assert_eq!(json["runs"][0]["comparisons"][0]["words"], "A breaker opened: exactly once");
    assert!(self::text("run --help").contains("runs[].comparisons[].measured"));
}

#[test]
fn a_goal_that_cannot_be_read_is_invalid_input() {
    let said = refusal("run search-service --goal sucess>=1");
    assert!(said.contains("the closest is success"), "{said}");
}

#[test]
fn a_lesson_is_checked_and_printed() {
    let file = "../../static/lessons/resilience.json";
    let shown = text(&format!("lesson show {file}"));
    assert!(shown.contains("After a cooldown of 10 s the breaker is half-open"), "{shown}");
    let wrong = std::fs::read_to_string(file).unwrap();
    let lesson: serde_json::Value = serde_json::from_str(&wrong).unwrap();
    let mut one = lesson.clone();
    one["steps"] = serde_json::json!([lesson["steps"][0]]);
    let checked = super::text_from("lesson check - --seeds 2", &one.to_string());
    assert_eq!(
        checked,
        "1 step, 0 questions, 0 challenges, 0 interview questions: all of it is true with 2 seeds.\n"
    );
    one["steps"][0]["expect"] = serde_json::json!(["errors = 0"]);
    let output = super::with_input("lesson check - --seeds 2", &one.to_string());
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(
        said.starts_with("-: steps.fuse-board.expect.0 does not hold with seed 42: errors = 0 is"),
        "{said}"
    );
    let refused = super::refusal_of("lesson check -", "{}");
    assert!(refused.contains("error: -: id is missing"), "{refused}");
    assert_eq!(json("schema lesson")["title"], "A lesson of Fusebox");
    let help = text("lesson --help");
    for word in ["amplification", "thread_queue", "not_retried.not_idempotent"] {
        assert!(help.contains(word), "{word}: {help}");
    }
}
