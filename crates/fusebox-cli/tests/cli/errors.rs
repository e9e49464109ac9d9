//! Invalid input: a sentence names it, and the exit code is 2.

use super::{refusal, refusal_of};
use std::fs;
use std::path::PathBuf;

/// A folder for one test alone.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn a_sentence_names_the_argument_the_value_and_what_is_accepted() {
    for (arguments, sentence) in [
        (
            "run cold-restar",
            "\"cold-restar\" is neither a preset nor a file; did you mean cold-restart?",
        ),
        (
            "run search-service --set breaker=off",
            "postgres.breaker is not one setting; to turn it off, use postgres.layers_off=breaker or \
             postgres.layers without breaker",
        ),
        (
            "run search-service --set postgres.retry.base=30s --set postgres.retry.cap=5s",
            "postgres.retry.cap is 5 s, but must be at least postgres.retry.base, which is \
             30 s",
        ),
        ("run qqq", "\"qqq\" is neither a preset nor a file; the presets are search-service, "),
        (
            "run cold-restart --seed 1x",
            "invalid value '1x' for '--seed <SEED>': \
             must be a whole number from 0 to 18446744073709551615",
        ),
        (
            "run cold-restart --seed -1",
            "invalid value '-1' for '--seed <SEED>': must be a whole number from 0 to ",
        ),
        (
            "run cold-restart --seeds 0",
            "invalid value '0' for '--seeds <N>': must be a whole number from 1 to 10000",
        ),
        (
            "run cold-restart --seed 18446744073709551615 --seeds 2",
            "--seed is 18446744073709551615, but must be at most 18446744073709551614 for 2 seeds",
        ),
        (
            "run cold-restart --set breaker.cooldown",
            "--set is \"breaker.cooldown\", but must be KEY=VALUE, \
             as in breaker.cooldown=5s",
        ),
        (
            "run cold-restart --set postgres.breaker.cooldown=5",
            "postgres.breaker.cooldown is \"5\", but must be a time such as 250ms or 2s, up to 1 day",
        ),
        (
            "run cold-restart --set postgres.concurency=5",
            "postgres.concurency is not a setting; the closest is concurrency",
        ),
        (
            "run cold-restart --duration 30",
            "duration is \"30\", but must be a time such as 250ms or 2s, from 1 ms to 1 day",
        ),
        ("trace cold-restart --on mysql", "invalid value 'mysql' for '--on <DEPENDENCY>'"),
        (
            "trace cold-restart --last 0",
            "invalid value '0' for '--last <N>': must be a whole number from 1 to 1000000",
        ),
        (
            "occ --clients 10001 --backoff full",
            "invalid value '10001' for '--clients <N>': must be a whole number from 1 to 10000",
        ),
        (
            "backoff --set retry.base=5",
            "retry.base is \"5\", but must be a time such as 250ms or 2s, up to 1 day",
        ),
        ("backoff --set cap=5ms", "retry.cap is 5 ms, but must be at least retry.base, which is "),
        (
            "backoff --set retry.jitter_added_share=5%",
            "retry.jitter_added_share is given, but applies only where ",
        ),
        ("backoff --set max_attempts=1", "retry.max_attempts is 1, but must be 2 to 100"),
        (
            "trace cold-restart --duration 1s --call 99999999",
            "--call is 99999999, but the run has calls 0 to ",
        ),
        (
            "backoff --set retry.jitter=some",
            "retry.jitter is \"some\", but must be one of none, plus_minus_share, full",
        ),
        (
            "run cold-restart --duration -1s",
            "duration is \"-1s\", but must be a time such as 250ms or 2s, from ",
        ),
        (
            "run cold-restart --set duration=5s --set duration=6s",
            "duration is given twice; give it once",
        ),
        (
            "run cold-restart --set retry.jitter_plus_minus_share=10%",
            "retry.jitter_plus_minus_share applies nowhere: ",
        ),
        ("settings zzz", "no setting has \"zzz\" in its key or help"),
        ("frobnicate", "unrecognized subcommand 'frobnicate'"),
    ] {
        let complaint = refusal(arguments);
        assert!(complaint.starts_with(&format!("error: {sentence}")), "{arguments}: {complaint}");
    }
    assert!(refusal("occ --clients 10 --backoff ful").contains("a similar value exists: 'full'"));
    assert!(refusal("").contains("Usage: fusebox <COMMAND>"));
}

#[test]
fn a_sentence_names_the_problem_of_an_experiment() {
    for (arguments, sentence) in [
        ("herd overlod", "\"overlod\" is neither a preset nor a file; did you mean overload?"),
        (
            "trace overload",
            "overload is a comparison, but this command needs a scenario; use fusebox herd",
        ),
        (
            "herd --lanes full,fool",
            "--lanes is \"full,fool\", but must be 1 to 8 strategies with commas between them: none, immediate, ",
        ),
        (
            "herd --set lanes.9.shared_policies=true",
            "lanes.9 does not exist; the list has 2, counted from 0",
        ),
        ("herd --set client=50", "client is not a setting; the closest is clients"),
        ("herd --set outage=5", "outage is \"5\", but must be a time such as 250ms or 2s, from "),
        (
            "herd --set lanes.0.breaker=on --set lanes.0.breaker.failures=off",
            "lanes.0.breaker.failures is none, but must be set",
        ),
        (
            "herd --set clients=100000 --set call_interval=100ms",
            "herd.call_interval is 100 ms, but must be a setup with at most 2,000,000 calls in its run",
        ),
        (
            "herd --seeds 1",
            "invalid value '1' for '--seeds <N>': must be a whole number from 2 to 200",
        ),
        (
            "herd --seeds 2 --seed 18446744073709551615",
            "--seed is 18446744073709551615, but must be at most 18,446,744,073,709,551,614",
        ),
        (
            "run two-seconds --duration 1s",
            "duration is \"1s\", but must be a time such as 250ms or 2s, from ",
        ),
        (
            "sweep bound",
            "\"bound\" is neither a preset of fusebox sweep nor one of fusebox herd; did you mean boundary?",
        ),
        ("sweep overload --x outage:1s,2s", "--y is missing; give a setting and its values"),
        ("sweep --x outage:1s", "--x is \"outage:1s\", but must have 2 to 40 values"),
        ("sweep --y herd.outage:1s,2s", "--y is outage, but must differ from --x"),
        ("sweep --measure peek", "--measure is \"peek\", but must be one of peak_after_repair, "),
        ("sweep --strategy fool", "--strategy is \"fool\", but must be none, immediate, "),
        ("sweep --set lane.retry.bas=1s", "lane.retry.bas is not a setting; the closest is base"),
    ] {
        let complaint = refusal(arguments);
        assert!(complaint.starts_with(&format!("error: {sentence}")), "{arguments}: {complaint}");
    }
}

#[test]
fn settings_that_conflict_are_reported_together() {
    let off = |on| format!("--set {on}.breaker.failure_rate=off");
    let complaint = refusal(&format!("run search-service {} {}", off("postgres"), off("model")));
    assert_eq!(complaint.lines().count(), 2, "{complaint}");
    assert!(complaint.starts_with("error: postgres.breaker.failures is none, but must be set"));
}

#[test]
fn an_invalid_document_is_named_with_all_of_its_problems() {
    let file = folder("documents").join("mine.json");
    fs::write(&file, r#"{ "duration": "5", "postgres": { "concurency": 3 } }"#).unwrap();
    let name = file.to_str().unwrap();
    for command in ["run", "show", "trace"] {
        let complaint = refusal(&format!("{command} {name}"));
        let expected = format!(
            "error: {name}: duration is \"5\", but must be a time such as 250ms or 2s, \
             from 1 ms to 1 day\n\
             error: {name}: postgres.concurency is not a setting; the closest is concurrency\n"
        );
        assert_eq!(complaint, expected);
    }
    let complaint = refusal_of("run -", "\u{feff}[]");
    assert!(complaint.starts_with("error: -: the document is [], but must be"), "{complaint}");
    let complaint = refusal_of("run -", r#"{ "preset": "nope" }"#);
    let expected =
        "error: -: preset is \"nope\", but must be the name of a preset: search-service, ";
    assert!(complaint.starts_with(expected), "{complaint}");
    let complaint = refusal_of("run -", "{");
    assert!(complaint.starts_with("error: -: the document is not JSON: EOF"), "{complaint}");
}

#[test]
fn an_invalid_comparison_is_named_with_all_of_its_problems() {
    let text = r#"{ "herd": { "clients": 1 }, "lanes": [{ "strategy": "fool" }] }"#;
    for command in ["run -", "herd -", "show -"] {
        let complaint = refusal_of(command, text);
        let mut lines = complaint.lines();
        let first = lines.next().unwrap();
        assert!(
            first.starts_with("error: -: lanes.0.strategy is \"fool\", but must be"),
            "{first}"
        );
        let second = lines.next().unwrap();
        assert!(second.starts_with("error: -: herd.clients is 1, but must be"), "{second}");
        assert_eq!(lines.next(), None);
    }
}

#[test]
fn an_invalid_log_is_named_with_its_first_invalid_line() {
    let complaint = refusal_of("replay -", "0,1,ok\n0,1,okay\n");
    assert!(complaint.contains("\nerror: -: line 2: outcome is \"okay\", but must be success, "));
    let share = "\nerror: -: 1 of 2 records (50.0 %) could not be read, but at most 1 % may be\n";
    assert!(complaint.ends_with(share), "{complaint}");
    let complaint = refusal_of("replay - --format fusebox", "0,1,\u{1b}[2J\n");
    assert!(complaint.contains(r#"outcome is "\u{1b}[2J", but"#), "{complaint}");
    let complaint = refusal_of("replay - --set breaker.failures=0", "0,1,ok\n");
    assert!(complaint.starts_with("error: breaker.failures is \"0\", but must be "), "{complaint}");
    let complaint = refusal_of("replay - --set retry.base=1s", "0,1,ok\n");
    assert!(complaint.starts_with("error: \"retry.base\" cannot be set here; only breaker.* can"));
    for empty in ["", "start_ms,duration_ms,outcome\n", "# Nothing.\n"] {
        let complaint = refusal_of("replay - --format fusebox", empty);
        assert!(complaint.starts_with("error: - has no calls, but must have "), "{complaint}");
    }
}

#[test]
fn an_unreadable_file_is_named() {
    let folder = folder("files");
    let file = |name: &str, bytes: &[u8]| {
        let file = folder.join(name);
        fs::write(&file, bytes).unwrap();
        file.display().to_string()
    };
    let missing = folder.join("missing.json").display().to_string();
    let complaint = refusal(&format!("run {missing}"));
    assert!(complaint.starts_with(&format!("error: {missing} cannot be read: ")), "{complaint}");
    let complaint = refusal(&format!("replay {}", folder.display()));
    assert!(complaint.contains(" cannot be read: "), "{complaint}");

    let binary = file("binary.json", b"{ \"\xff\" }");
    let expected = format!("error: {binary} is not UTF-8 text: byte 3 is invalid\n");
    assert_eq!(refusal(&format!("run {binary}")), expected);

    let long = file("long.json", &vec![b' '; 1_000_001]);
    assert_eq!(refusal(&format!("run {long}")), format!("error: {long} is larger than 1 MB\n"));
    let just = file("just.json", &[vec![b' '; 999_998], b"{]".to_vec()].concat());
    assert!(refusal(&format!("run {just}")).contains("is not JSON"));
}
