//! The program `fusebox` as its users run it: arguments in, text and an exit code out.

mod errors;
mod experiments;
mod field;
mod goals;
mod parts;
mod results;
mod runs;
mod take_home;

use serde_json::Value;
use std::io::Write;
use std::process::{Command, Output, Stdio};

/// Part of the warning of a breaker that opened early.
const LOW_SHARE: &str = "to open came when under 5 % of the calls in the window had failed";

/// Runs the program with these arguments, separated by blanks, and this standard input.
fn with_input(arguments: &str, input: &str) -> Output {
    with_bytes(arguments, input.as_bytes())
}

fn with_bytes(arguments: &str, input: &[u8]) -> Output {
    let mut child = command(arguments).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // A program that fails early does not read all of its input.
    let _ = stdin.write_all(input);
    drop(stdin);
    child.wait_with_output().unwrap()
}

fn command(arguments: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fusebox"));
    command.args(arguments.split_whitespace());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// The output of a run that must succeed and print nothing to standard error, except that the lesson
/// warns of its 5 failures in 10 s.
#[track_caller]
fn text_from(arguments: &str, input: &str) -> String {
    let output = with_input(arguments, input);
    let complaints = String::from_utf8(output.stderr).unwrap();
    let is_of_lesson =
        |line: &&str| arguments.contains("dies-mid-query") && line.contains(LOW_SHARE);
    let complaints: Vec<&str> = complaints.lines().filter(|line| !is_of_lesson(line)).collect();
    assert_eq!((output.status.code(), &complaints[..]), (Some(0), &[][..]), "{arguments}");
    String::from_utf8(output.stdout).unwrap()
}

#[track_caller]
fn text(arguments: &str) -> String {
    text_from(arguments, "")
}

#[track_caller]
fn json_from(arguments: &str, input: &str) -> Value {
    serde_json::from_str(&text_from(arguments, input)).unwrap()
}

#[track_caller]
fn json(arguments: &str) -> Value {
    json_from(arguments, "")
}

/// The errors of a run that must reject its input.
#[track_caller]
fn refusal_of(arguments: &str, input: &str) -> String {
    let output = with_input(arguments, input);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{arguments}");
    let complaints = String::from_utf8(output.stderr).unwrap();
    assert!(!complaints.contains("panicked"), "{complaints}");
    complaints
}

#[track_caller]
fn refusal(arguments: &str) -> String {
    refusal_of(arguments, "")
}
