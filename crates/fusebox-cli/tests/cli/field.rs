//! Logs of real tools, as they come out of pipes and archives.

use super::{json_from, refusal_of, text, with_bytes, with_input};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::Output;

const JMETER: &str = "1499876018809,2384,ipify,200,OK,Thread Group 1-84,text,true,,220,129,2,2,2384,0,0\n\
                      1499876021193,95,ipify,503,Busy,Thread Group 1-84,text,false,,220,129,2,2,94,0,9\n";

fn complaints(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[track_caller]
fn result(output: &Output) -> Value {
    assert_eq!(output.status.code(), Some(0), "{}", complaints(output));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn packed(text: &str) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(text.as_bytes()).unwrap();
    packer.finish().unwrap()
}

#[test]
fn a_guessed_format_is_said_and_a_given_one_is_not() {
    let guessed = with_input("replay - --json", JMETER);
    assert_eq!(complaints(&guessed), "note: - is read as jmeter; --format names another format\n");
    let given = with_input("replay - --json --format jmeter", JMETER);
    assert_eq!((complaints(&given).as_str(), result(&given)), ("", result(&guessed)));
    assert_eq!(result(&given)["starts_at_ms"], 1_499_876_018_809.0);
    let hey = "response-time,status-code,offset\n0.0087,200,0.0016\n";
    let hey = complaints(&with_input("replay -", hey));
    assert!(hey.contains("\nnote: hey leaves out requests without an answer"), "{hey}");
}

#[test]
fn a_format_can_be_named_or_is_that_of_nginx() {
    let complaint = refusal_of("replay - --format csv", JMETER);
    let expected = "error: --format is \"csv\", but must be fusebox, jmeter, k6, hey, vegeta, envoy, \
                    nginx, resilience4j, otlp, or a log_format of nginx\n";
    assert_eq!(complaint, expected);
    let nginx = json_from("replay - --json --format $msec|$request_time|$status", "8.5|0.5|503\n");
    assert_eq!((&nginx["starts_at_ms"], &nginx["failures"]), (&8_000.0.into(), &1.into()));
}

/// The two files of a program that packs its log every hour may be joined.
#[test]
fn gzip_is_read_also_in_several_parts_and_cut() {
    let all = "replay - --format fusebox --json";
    let parts = [packed("0,1,ok\n"), packed("5,1,ok\n6,1,503\n")].concat();
    let whole = with_bytes(all, &parts);
    assert_eq!((result(&whole)["calls"].as_u64(), complaints(&whole)), (Some(3), String::new()));

    // Unpacked before its format is guessed, so that every format may be packed.
    let jmeter = with_bytes("replay - --json", &packed(JMETER));
    assert_eq!(result(&jmeter), result(&with_input("replay - --json", JMETER)));

    let many = (0..20_000).fold(String::new(), |mut text, n| {
        writeln!(text, "{n},{},ok", n * 7_919 % 1_000).unwrap();
        text
    });
    let bytes = packed(&many);
    let cut = with_bytes(all, &bytes[..bytes.len() / 2]);
    let calls = result(&cut)["calls"].as_u64().unwrap();
    assert!((1_000..20_000).contains(&calls), "{calls}");
    let warning = "warning: - ends within its gzip stream; what came before is replayed\n";
    assert!(complaints(&cut).starts_with(warning), "{}", complaints(&cut));

    let mut broken = bytes;
    let middle = broken.len() / 2;
    broken[middle..].fill(0xff);
    let broken = with_bytes(all, &broken);
    assert_eq!(broken.status.code(), Some(2));
    assert!(
        complaints(&broken).starts_with("error: - cannot be read: "),
        "{}",
        complaints(&broken)
    );
}

#[test]
fn a_bad_line_is_dropped_up_to_a_share() {
    let log = "0,1,ok\n".repeat(199) + "0,1,no\n";
    let output = with_input("replay - --format fusebox --json", &log);
    assert_eq!(result(&output)["calls"], 199);
    let told = complaints(&output);
    assert!(told.starts_with("warning: -: line 200: outcome is \"no\", but must be "), "{told}");
    let share = "; dropped\nwarning: -: 1 of 200 records (0.5 %) could not be read\n";
    assert!(told.ends_with(share), "{told}");

    let told = refusal_of("replay - --format fusebox --max-bad-lines 0.1%", &log);
    assert!(told.starts_with("error: -: line 200: outcome is "), "{told}");
    assert!(told.ends_with("(0.5 %) could not be read, but at most 0.1 % may be\n"), "{told}");
    let told = refusal_of("replay - --max-bad-lines 101%", &log);
    assert!(told.contains("must be a share from 0% to 100%"), "{told}");

    let cut = with_input("replay - --format fusebox --json", "0,1,ok\n0,1,o");
    assert_eq!(result(&cut)["calls"], 1);
    let told = complaints(&cut);
    assert!(
        told.starts_with("warning: -: the end was cut off, and is skipped: line 2: "),
        "{told}"
    );
}

#[test]
fn utf_16_is_named() {
    let bytes: Vec<u8> = "\u{feff}0,1,ok\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let output = with_bytes("replay -", &bytes);
    let expected = "error: -: the encoding is \"UTF-16\", but must be UTF-8; convert the log, as with \
                    iconv -f UTF-16 -t UTF-8\n";
    assert_eq!((output.status.code(), complaints(&output).as_str()), (Some(2), expected));
}

#[test]
fn f26_a_column_gives_each_value_a_breaker() {
    let log = "start_ms,duration_ms,outcome,host\n0,1,503,b\n10,1,ok,a\n20,1,503,b\n30,1,ok,a\n";
    let arguments = "replay - --format fusebox --set breaker.failures=1 --json";
    assert_eq!(json_from(arguments, log)["successes_lost"], 2);
    let keyed = json_from(&format!("{arguments} --key host"), log);
    assert_eq!((&keyed["successes_lost"], &keyed["state"]), (&0.into(), &Value::Null));
    let keys: Vec<_> = keyed["keys"].as_array().unwrap().iter().map(|it| &it["key"]).collect();
    assert_eq!(keys, ["b", "a"]);
    assert_eq!(keyed["transitions"][0]["key"], "b");
    let refused = refusal_of(&format!("{arguments} --key hosts"), log);
    assert!(refused.contains("--key is \"hosts\", but must be the name of a column: start_ms, "));

    // A column of that name needs no option, and is told.
    let log = &log.replace("host", "key");
    let output = with_input(arguments, log);
    assert_eq!(result(&output), json_from(&format!("{arguments} --key key"), log));
    assert_eq!(
        complaints(&output),
        "note: - has a column key, and each key has its own breaker; --key '' makes it one for all\n"
    );
    assert_eq!(json_from(&format!("{arguments} --key="), log)["successes_lost"], 2);
}

#[test]
fn f09_a_breaker_that_opens_at_a_low_share_of_failures_is_a_warning() {
    let log = (0..2_000).fold(String::new(), |mut log, n| {
        writeln!(log, "{},1,{}", n * 5, if n % 100 == 99 { "503" } else { "ok" }).unwrap();
        log
    });
    let output = with_input("replay - --format fusebox --json --set breaker.failures=5", &log);
    assert_eq!(result(&output)["opened_at_low_share"], 1);
    let told = complaints(&output);
    assert!(
        told.starts_with("warning: 1 change to open came when under 5 % of the calls"),
        "{told}"
    );
}

#[test]
fn f16_a_run_warns_of_a_trial_timeout_that_is_too_short() {
    let run = "run search-service --duration 2s --json --set postgres.breaker.trial_timeout=";
    let told = complaints(&with_input(&format!("{run}100ms"), ""));
    assert!(told.starts_with("warning: postgres: The trial timeout of 100 ms is shorter than "));
    assert_eq!(complaints(&with_input(&format!("{run}60s"), "")), "");
}

/// Whether 429 counts is a choice; by default it does not, as the dependency is up.
#[test]
fn f19_the_class_of_a_status_can_be_chosen() {
    let log = "0,1,429\n5,1,404\n9,1,503\n";
    let failures = |more: &str| {
        json_from(&format!("replay - --format fusebox --json {more}"), log)["failures"].clone()
    };
    assert_eq!(failures(""), 1);
    assert_eq!(failures("--status 429=failure"), 2);
    assert_eq!(failures("--status 429=failure --status 404=success --status 503=neutral"), 1);
    assert_eq!(failures("--status 503=throttled"), 0);
    for wrong in ["429", "200=failure", "429=fail", "=failure"] {
        let told = refusal_of(&format!("replay - --status {wrong}"), log);
        let must = "must be a status from 400 to 599 and failure, throttled, neutral or success";
        assert!(told.contains(must));
    }
}

#[test]
fn help_names_every_format() {
    let help = text("replay --help");
    for format in fusebox_lab::log::Format::ALL {
        assert!(help.contains(&format!("\n  {:<12}  ", format.name())), "{}", format.name());
    }
}
