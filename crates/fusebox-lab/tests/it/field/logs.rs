//! Logs that are damaged, and what holds for every log in every format.

use super::{call, calls, options, read_in_pieces, status};
use crate::random::property;
use fusebox::{Failure, Outcome, Rate};
use fusebox_lab::log::{Format, LogOptions, LoggedCall, RECORD_MAX};
use proptest::collection::vec;
use proptest::prelude::*;

const OK: Outcome = Outcome::Success;

#[track_caller]
fn problem(log: &str) -> String {
    match read_in_pieces(log.as_bytes(), LogOptions::default(), 1_000) {
        Ok((_, summary)) => summary.problems.first().or(summary.cut.as_ref()).unwrap().to_string(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn an_error_names_line_column_value_and_what_would_do() {
    let long = "9".repeat(100);
    for (log, line, column, value) in [
        ("0,1,ok\n\n0,1\n", 3, "fields", "2"),
        ("0,1,ok\n0,1,ok,\n", 2, "fields", "4"),
        ("# a log\n-1,1,ok\n", 2, "start_ms", "-1"),
        ("+1,1,ok\n", 1, "start_ms", "+1"),
        (",1,ok\n", 1, "start_ms", ""),
        ("1,,ok\n", 1, "duration_ms", ""),
        ("1,1.2345,ok\n", 1, "duration_ms", "1.2345"),
        ("1,1.,ok\n", 1, "duration_ms", "1."),
        ("1,.5,ok\n", 1, "duration_ms", ".5"),
        ("1,1e3,ok\n", 1, "duration_ms", "1e3"),
        ("1,1.\u{663},ok\n", 1, "duration_ms", "1.\u{663}"),
        ("1000000000000000.001,1,ok\n", 1, "start_ms", "1000000000000000.001"),
        (&format!("{long},1,ok\n"), 1, "start_ms", &long[..40]),
        ("1,1,\n", 1, "outcome", ""),
        ("1,1,okay\n", 1, "outcome", "okay"),
        ("1,1,99\n", 1, "outcome", "99"),
        ("1,1,600\n", 1, "outcome", "600"),
        ("1,1,+200\n", 1, "outcome", "+200"),
        ("end_ms,duration_ms,outcome\n1,2,ok\n", 2, "duration_ms", "2"),
        ("offset,response-time,status-code\n1,2,abc\n", 2, "status-code", "abc"),
        ("timeStamp,elapsed,responseCode,success\n1,x,200,true\n", 2, "elapsed", "x"),
        (
            "{\"circuitBreakerEvents\":[\n{\"type\":\"ERROR\",\"creationTime\":\"now\"}]}",
            2,
            "creationTime",
            "now",
        ),
    ] {
        let problem = problem(log);
        let expected = format!("line {line}: {column} is {value:?}, but must be ");
        assert!(problem.starts_with(&expected), "{log:?}: {problem}");
    }
    assert_eq!(
        problem("1,1.2345,ok\n"),
        "line 1: duration_ms is \"1.2345\", but must be a number from 0 to \
         1,000,000,000,000,000 in digits with at most 3 decimals"
    );
    assert!(problem("a b c d\n").contains("must be in a known format: fusebox, jmeter, k6, "));
    assert_eq!(calls("1000000000000000,1000000000000000,ok\n", Format::Fusebox).len(), 1);
}

#[test]
fn a_bad_line_in_a_million_is_named_and_the_rest_is_read() {
    let mut log = "5,1,ok\n".repeat(1_000_000);
    log.replace_range(7 * 299_999..7 * 300_000, "5,1,no\n");
    let (calls, summary) = read_in_pieces(log.as_bytes(), LogOptions::default(), 65_536).unwrap();
    assert_eq!((calls.len(), summary.dropped, summary.problems[0].line), (999_999, 1, 300_000));
    assert_eq!(summary.sentence(), "1 of 1,000,000 records (0.00010 %) could not be read");
    assert_eq!(summary.check(Rate::percent(1)), Ok(()));
    assert!(summary.check(Rate::percent(0)).is_err());
}

#[test]
fn too_many_bad_lines_fail_with_their_share() {
    let log = "5,1,ok\n".repeat(98) + &"5,1,no\n".repeat(2);
    let (_, summary) = read_in_pieces(log.as_bytes(), LogOptions::default(), 100).unwrap();
    assert_eq!(summary.check(Rate::percent(2)), Ok(()));
    let error = summary.check(Rate::percent(1)).unwrap_err();
    assert_eq!(error, "2 of 100 records (2.0 %) could not be read, but at most 1 % may be");
}

#[test]
fn a_cut_last_line_is_skipped() {
    for log in ["5,1,ok\n6,1,o", "5,1,ok\n6,", "5,1,ok\n6,1,\"ok"] {
        let (calls, summary) = read_in_pieces(log.as_bytes(), LogOptions::default(), 5).unwrap();
        assert_eq!((calls.len(), summary.dropped), (1, 0), "{log}");
        assert_eq!(summary.cut.unwrap().line, 2, "{log}");
    }
    let events = "{\"circuitBreakerEvents\":[\n\
        {\"type\":\"SUCCESS\",\"creationTime\":\"2017-01-10T15:39:17Z\",\"durationInMs\":0},\n\
        {\"type\":\"SUCCESS\",\"creationT";
    let (calls, summary) = read_in_pieces(events.as_bytes(), LogOptions::default(), 5).unwrap();
    assert_eq!((calls.len(), summary.dropped, summary.cut.unwrap().line), (1, 0, 3));
}

/// One stray quotation mark would otherwise take in all lines after it.
#[test]
fn a_stray_quotation_mark_costs_its_own_line_alone() {
    let lines = "7,1,ok\n".repeat(20_000);
    for stray in ["\"6,1,ok\n", "6,1,\"ok\n"] {
        let log = format!("5,1,ok\n{stray}{lines}");
        let (calls, summary) = read_in_pieces(log.as_bytes(), LogOptions::default(), 999).unwrap();
        assert_eq!((calls.len(), summary.dropped), (20_001, 1));
        assert_eq!(summary.problems[0].line, 2);
    }
}

#[test]
fn other_encodings_are_named() {
    let utf_16 = |bom: bool| -> Vec<u8> {
        let text = "start_ms,duration_ms,outcome\r\n5,1,ok\r\n";
        let mark = bom.then_some(0xfeff);
        mark.into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    };
    let big: Vec<u8> = utf_16(true).chunks(2).flat_map(|pair| [pair[1], pair[0]]).collect();
    for (bytes, name) in [
        (utf_16(true), "UTF-16"),
        (utf_16(false), "UTF-16"),
        (big, "UTF-16"),
        (vec![0x1f, 0x8b, 8, 0], "gzip"),
    ] {
        let error = read_in_pieces(&bytes, LogOptions::default(), 7).unwrap_err();
        assert_eq!((error.field, error.value.as_str()), ("the encoding", name));
    }
}

#[test]
fn a_column_that_is_not_there_is_named() {
    let log = "start_ms,duration_ms,outcome,host\n5,1,ok,a\n";
    let error = read_in_pieces(log.as_bytes(), options(None, Some("hosts")), 9).unwrap_err();
    let expected = "--key is \"hosts\", but must be the name of a column: \
        start_ms, duration_ms, outcome, host";
    assert_eq!(error.to_string(), expected);
    let error = read_in_pieces(b"5,1,ok\n", options(None, Some("host")), 9).unwrap_err();
    assert!(error.to_string().ends_with("left out, as this log has no header"), "{error}");
}

#[test]
fn a_record_that_is_too_long_is_dropped() {
    let filling = "x".repeat(RECORD_MAX);
    let log = format!("5,1,ok\n5,1,{filling}\n6,1,ok\n");
    for piece in [1_000, 10_000_000] {
        let (calls, summary) =
            read_in_pieces(log.as_bytes(), LogOptions::default(), piece).unwrap();
        assert_eq!((calls.len(), summary.dropped, summary.problems[0].line), (2, 1, 2));
    }
    let event = "{\"type\":\"SUCCESS\",\"creationTime\":\"2017-01-10T15:39:17Z\"}";
    let log = format!("{{\"circuitBreakerEvents\":[\n{{\"a\":\"{filling}\"}},\n{event}]}}\n");
    let (calls, summary) = read_in_pieces(log.as_bytes(), LogOptions::default(), 7_000).unwrap();
    assert_eq!((calls.len(), summary.dropped, summary.problems[0].line), (1, 1, 2));
}

/// A time of 10 January 2017, from its midnight on.
fn date(micros: u64) -> String {
    let (minutes, rest) = (micros / 60_000_000, micros % 60_000_000);
    let (second, part) = (rest / 1_000_000, rest % 1_000_000);
    format!("2017-01-10T{:02}:{:02}:{second:02}.{part:06}Z", minutes / 60, minutes % 60)
}

/// A line of this format for a call; none if the format cannot tell it.
fn written(format: Format, call: LoggedCall) -> Option<String> {
    let LoggedCall { start, duration, outcome } = call;
    let (start, length) = (start.as_micros(), duration.as_micros());
    let end = start + length;
    let millis = |micros: u64| format!("{}.{:03}", micros / 1_000, micros % 1_000);
    let seconds = |micros: u64| format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000);
    let code = match outcome {
        Outcome::Success => "200".to_string(),
        Outcome::Failure(Failure::Status { code, .. }) => code.to_string(),
        Outcome::Failure(_) => "0".to_string(),
        Outcome::Neutral => "499".to_string(),
    };
    let message = match outcome {
        Outcome::Failure(Failure::Timeout) => "SocketTimeoutException",
        Outcome::Failure(Failure::Connect) => "ConnectException",
        Outcome::Failure(Failure::ConnectionLost) => "NoHttpResponseException",
        _ => "",
    };
    let whole = start % 1_000 == 0 && length % 1_000 == 0;
    Some(match format {
        Format::Fusebox => {
            let outcome = match outcome {
                Outcome::Failure(Failure::Timeout) => "timeout",
                Outcome::Failure(Failure::ConnectionLost) => "lost",
                Outcome::Failure(Failure::Aborted) => "aborted",
                _ => &code,
            };
            format!("{},{},{outcome}\n", millis(start), millis(length))
        }
        Format::JMeter if whole => {
            let success = outcome.is_success();
            let code = if message.is_empty() { &code } else { message };
            format!(
                "{:013},{},a,{code},\"OK,\n\",1-1,text,{success}\n",
                start / 1_000,
                length / 1_000
            )
        }
        Format::K6 if end % 1_000 == 0 => {
            let error = match outcome {
                Outcome::Failure(Failure::Timeout) => "1050",
                Outcome::Failure(Failure::ConnectionLost) => "1220",
                _ => "",
            };
            format!("http_req_duration,{:013},{},{code},{error}\n", end / 1_000, millis(length))
        }
        Format::Hey => format!("{},{code},{}\n", seconds(length), seconds(start)),
        Format::Vegeta => format!("{start:016}000,{code},{length}000,0,0,{message},,a,1\n"),
        Format::Envoy if length % 1_000 == 0 => {
            let flags = match outcome {
                Outcome::Failure(Failure::Timeout) => "UT",
                Outcome::Failure(Failure::Connect) => "UF",
                Outcome::Failure(Failure::ConnectionLost) => "UC",
                _ => "-",
            };
            format!("[{}] \"GET / HTTP/2\" {code} {flags} 0 0 {}\n", date(start), length / 1_000)
        }
        Format::Nginx => {
            format!("status {code} msec {} request_time {}\n", seconds(end), seconds(length))
        }
        Format::Resilience4j if length % 1_000 == 0 => {
            let (kind, message) = match outcome {
                Outcome::Success => ("SUCCESS", String::new()),
                Outcome::Neutral => ("IGNORED_ERROR", String::new()),
                _ if message.is_empty() => ("ERROR", format!("HttpServerErrorException: {code} x")),
                Outcome::Failure(_) => ("ERROR", message.to_string()),
            };
            format!(
                "{{\"circuitBreakerEvents\":[{{\"type\":\"{kind}\",\"creationTime\":\"{}\",\
                 \"errorMessage\":\"{message}\",\"durationInMs\":{}}}]}}\n",
                date(end),
                length / 1_000
            )
        }
        Format::Otlp => {
            let (attribute, value) = match outcome {
                Outcome::Failure(Failure::Aborted) => ("rpc.grpc.status_code", "10"),
                _ if message.is_empty() => ("http.status_code", code.as_str()),
                _ => ("error.type", message),
            };
            format!(
                "{{\"resourceSpans\":[{{\"scopeSpans\":[{{\"spans\":[{{\"kind\":3,\"status\":{{\"code\":2}},\
                 \"startTimeUnixNano\":{start}000,\"endTimeUnixNano\":\"{end}000\",\"attributes\":[\
                 {{\"key\":\"{attribute}\",\"value\":{{\"stringValue\":\"{value}\"}}}}]}}]}}]}}]}}\n"
            )
        }
        _ => return None,
    })
}

/// Whether a format can tell this outcome from all others.
fn can_tell(format: Format, outcome: Outcome) -> bool {
    match (format, outcome) {
        (Format::Fusebox | Format::Otlp, _) => true,
        (_, Outcome::Failure(Failure::Aborted)) => false,
        (Format::Hey | Format::Nginx, Outcome::Failure(failure)) => {
            !matches!(failure, Failure::Timeout | Failure::ConnectionLost)
        }
        _ => true,
    }
}

const fn header(format: Format) -> &'static str {
    match format {
        Format::K6 => "metric_name,timestamp,metric_value,status,error_code\n",
        Format::Hey => "response-time,status-code,offset\n",
        _ => "",
    }
}

#[test]
fn a_call_written_in_any_format_is_read_as_the_same_call() {
    let outcome = prop_oneof![
        Just(OK),
        Just(Outcome::Neutral),
        (400_u16..600).prop_filter("not the caller's", |code| *code != 499).prop_map(status),
        Just(Outcome::Failure(Failure::Timeout)),
        Just(Outcome::Failure(Failure::Connect)),
        Just(Outcome::Failure(Failure::ConnectionLost)),
        Just(Outcome::Failure(Failure::Aborted)),
    ];
    // On 10 January 2017, to the microsecond or to the millisecond.
    let midnight = 1_484_006_400_000_000_u64;
    let micros = prop_oneof![0..10_000_000_u64, (0..10_000_u64).prop_map(|millis| millis * 1_000)];
    let one = (micros.clone(), micros, outcome);
    property(2_000, &vec(one, 1..20), |given| {
        for format in Format::ALL {
            // A date is written as the time of its day.
            let dated = matches!(format, Format::Envoy | Format::Resilience4j);
            let base = if dated { 0 } else { midnight };
            let given =
                given.iter().map(|&(start, length, outcome)| call(base + start, length, outcome));
            let given = given.filter(|call| can_tell(format, call.outcome));
            let lines: Vec<_> =
                given.filter_map(|call| Some((call, written(format, call)?))).collect();
            let log = lines.iter().fold(header(format).to_string(), |log, (_, line)| log + line);
            let read = read_in_pieces(log.as_bytes(), options(Some(format), None), 50).unwrap();
            let shift = if dated { midnight } else { 0 };
            let read: Vec<_> = read.0.iter().map(|(call, _)| *call).collect();
            let expected: Vec<_> = lines
                .iter()
                .map(|(it, _)| {
                    call(it.start.as_micros() + shift, it.duration.as_micros(), it.outcome)
                })
                .collect();
            prop_assert_eq!(read, expected, "{}: {}", format.name(), log);
        }
        Ok(())
    });
}

/// Random bytes, and lines of real logs with random bytes in them.
fn damaged() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        vec(any::<u8>(), 0..6),
        "[0-9]{0,18}\\.?[0-9]{0,5}".prop_map(String::into_bytes),
        prop_oneof![
            Just(","),
            Just("\n"),
            Just("\""),
            Just("|"),
            Just("ok"),
            Just("[{"),
            Just("}]"),
            Just(" "),
            Just("start_ms,duration_ms,outcome\n"),
            Just("0,1,ok\n"),
            Just("\"spans\":["),
            Just("timeStamp,elapsed,responseCode,success\n"),
            Just("1499876018809,1,a,200,,,true\n"),
            Just("metric_name,timestamp,metric_value,status\n"),
            Just("http_req_duration,1,1,200\n"),
            Just("response-time,status-code,offset\n"),
            Just("msec "),
            Just("request_time "),
            Just("[2016-04-15T20:17:00.310Z] \"GET / HTTP/2\" 200 - 0 0 1\n"),
            Just("status 200 "),
            Just("{\"circuitBreakerEvents\":[{\"type\":\"SUCCESS\",\"creationTime\":\""),
            Just("29/Aug/2012:10:47:20 +0800"),
            Just("-"),
            Just(":"),
            Just("\u{feff}"),
            Just("\u{e9}"),
        ]
        .prop_map(|text| text.as_bytes().to_vec()),
    ];
    vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

#[test]
fn no_bytes_make_a_reader_panic_and_pieces_change_nothing() {
    let formats =
        prop_oneof![Just(None), (0..Format::ALL.len()).prop_map(|n| Some(Format::ALL[n])),];
    let log_format = prop_oneof![4 => Just(None), 1 => "(\\$?[a-z{}]{0,5} ?){0,4}".prop_map(Some)];
    let key = prop_oneof![3 => Just(None), 1 => Just(Some("outcome".to_string()))];
    property(10_000, &(damaged(), formats, log_format, key, 1..40_usize), |case| {
        let (log, format, log_format, key, piece) = case;
        let options = LogOptions { format, log_format, key };
        let whole = read_in_pieces(&log, options.clone(), 1_000_000);
        prop_assert_eq!(&read_in_pieces(&log, options, piece), &whole);
        if let Ok((calls, summary)) = whole {
            let lines = log.split(|&byte| byte == b'\n').count();
            prop_assert!(summary.problems.iter().all(|it| it.line >= 1 && it.line <= lines as u64));
            prop_assert!(summary.problems.iter().all(|it| it.value.chars().count() <= 40));
            // An item of a document takes at least two bytes.
            prop_assert!(calls.len() as u64 + summary.dropped <= log.len() as u64);
        }
        Ok(())
    });
}
