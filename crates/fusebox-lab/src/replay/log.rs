//! The text of a log: one call per line, three fields with commas between them.

use super::{CALLS_MAX, Recorded};
use fusebox::time::{Duration, Instant};
use fusebox::{Failure, Outcome};
use std::fmt;

/// A problem of a log, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogError {
    /// The number of the line, from 1.
    pub line: usize,
    /// The field: `start_ms`, `duration_ms` or `outcome`; `fields` or `calls` if their number is
    /// wrong.
    pub field: &'static str,
    /// The value there, cut after 40 characters.
    pub value: String,
    /// The accepted values, in words.
    pub expected: &'static str,
}

impl fmt::Display for LogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, field, value, expected } = self;
        write!(f, "line {line}: {field} is {value:?}, but must be {expected}")
    }
}

impl std::error::Error for LogError {}

const FIELDS: [&str; 3] = ["start_ms", "duration_ms", "outcome"];

const THREE: &str = "3, as in start_ms,duration_ms,outcome";
const MILLIS: &str = "a number from 0 to 1,000,000,000,000,000 in digits with at most 3 decimals";
const OUTCOME: &str = "success, ok, failure, error, timeout, connect, lost, aborted, neutral, \
    cancelled or an HTTP status from 100 to 599";

/// The most whole milliseconds: some 31,700 years.
const MILLIS_MAX: u64 = 1_000_000_000_000_000;

/// Reads a log.
///
/// Each line is a call: when it started, how long it took, and how it ended, with commas between
/// them. Times are in milliseconds, up to 10^15 and with up to 3 decimals, on any clock that does
/// not step back; the order of the lines does not matter. An outcome is one of these words, in
/// upper or lower case:
///
/// | word | outcome |
/// |---|---|
/// | `success`, `ok` | success |
/// | `failure`, `error` | a failure without details, taken as status 500 |
/// | `timeout` | no answer in time |
/// | `connect` | no connection |
/// | `lost` | the connection broke |
/// | `aborted` | the transaction was rolled back |
/// | `neutral`, `cancelled` | neither success nor failure |
/// | 100 to 399 | success |
/// | 400 to 599 | the failure of an answer with this status |
///
/// The line `start_ms,duration_ms,outcome` may precede the first call. Blank lines and lines that
/// begin with `#` are skipped; spaces around a field and one pair of quotation marks are dropped,
/// and a line may end with CR LF. A log without calls is empty, not an error.
///
/// # Errors
/// With the first line that is invalid, or that exceeds [`CALLS_MAX`].
pub fn parse(text: &str) -> Result<Vec<Recorded>, LogError> {
    let mut calls = Vec::new();
    let mut may_be_header = true;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (n, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let is_header = may_be_header && is_header(line);
        may_be_header = false;
        if is_header {
            continue;
        }
        if calls.len() == CALLS_MAX {
            return Err(error(n, "calls", "1,000,001", "at most 1,000,000"));
        }
        calls.push(call(n, line)?);
    }
    Ok(calls)
}

fn is_header(line: &str) -> bool {
    let mut fields = line.split(',').map(bare);
    let same = |name: &str| fields.next().is_some_and(|field| field.eq_ignore_ascii_case(name));
    FIELDS.into_iter().all(same) && line.matches(',').count() + 1 == FIELDS.len()
}

/// A field without spaces around it, and without a pair of quotation marks.
fn bare(field: &str) -> &str {
    let field = field.trim();
    let inside = field.strip_prefix('"').and_then(|field| field.strip_suffix('"'));
    inside.map_or(field, str::trim)
}

fn call(n: usize, line: &str) -> Result<Recorded, LogError> {
    let mut fields = line.split(',').map(bare);
    let (Some(start), Some(duration), Some(outcome), None) =
        (fields.next(), fields.next(), fields.next(), fields.next())
    else {
        let count = line.matches(',').count() + 1;
        return Err(error(n, "fields", &count.to_string(), THREE));
    };
    let micros = |field, text| micros(text).ok_or_else(|| error(n, field, text, MILLIS));
    Ok(Recorded {
        start: Instant::from_micros(micros(FIELDS[0], start)?),
        duration: Duration::from_micros(micros(FIELDS[1], duration)?),
        outcome: read_outcome(outcome).ok_or_else(|| error(n, FIELDS[2], outcome, OUTCOME))?,
    })
}

fn error(line: usize, field: &'static str, value: &str, expected: &'static str) -> LogError {
    LogError { line, field, value: value.chars().take(40).collect(), expected }
}

/// Milliseconds in digits, as microseconds.
fn micros(text: &str) -> Option<u64> {
    let (whole, part) = match text.split_once('.') {
        Some((whole, part)) if (1..=3).contains(&part.len()) => (digits(whole)?, part),
        Some(_) => return None,
        None => (digits(text)?, ""),
    };
    let scale = [0, 100, 10, 1][part.len()];
    let part = if part.is_empty() { 0 } else { digits(part)? * scale };
    let micros = whole.checked_mul(1_000)?.checked_add(part)?;
    (micros <= MILLIS_MAX * 1_000).then_some(micros)
}

/// A number of digits only, since parsing would also accept a sign.
fn digits(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

fn read_outcome(text: &str) -> Option<Outcome> {
    let failure = match text.to_ascii_lowercase().as_str() {
        "success" | "ok" => return Some(Outcome::Success),
        "neutral" | "cancelled" => return Some(Outcome::Neutral),
        "failure" | "error" => Failure::status(500),
        "timeout" => Failure::Timeout,
        "connect" => Failure::Connect,
        "lost" => Failure::ConnectionLost,
        "aborted" => Failure::Aborted,
        code => match digits(code)? {
            100..=399 => return Some(Outcome::Success),
            code @ 400..=599 => Failure::status(u16::try_from(code).ok()?),
            _ => return None,
        },
    };
    Some(Outcome::Failure(failure))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcomes(text: &str) -> Vec<Outcome> {
        parse(text).unwrap().iter().map(|call| call.outcome).collect()
    }

    #[test]
    fn a_log_may_have_a_header_comments_and_ends_of_lines_of_all_kinds() {
        let call = |start, duration, outcome| Recorded {
            start: Instant::from_micros(start),
            duration: Duration::from_micros(duration),
            outcome,
        };
        let calls = [
            call(0, 12_500, Outcome::Success),
            call(1_700_000_000_001_000, 7, Outcome::Failure(Failure::status(503))),
        ];
        let plain = "0,12.5,ok\n1700000000001,0.007,503";
        for text in [
            plain.to_string(),
            format!("start_ms,duration_ms,outcome\n{plain}\n"),
            format!(
                "\u{feff}# From the gateway.\r\n\r\n\"Start_ms\", duration_ms ,OUTCOME\r\n{plain}\r\n"
            ),
            "  0 ,\t12.500,\" OK \"\n  # Then.\n\n1700000000001.0,\"0.007\",503\n".to_string(),
        ] {
            assert_eq!(parse(&text).unwrap(), calls, "{text}");
        }
        for text in ["", "\n", "#", "start_ms,duration_ms,outcome"] {
            assert_eq!(parse(text), Ok(Vec::new()));
        }
    }

    #[test]
    fn every_word_has_its_outcome_in_capitals_too() {
        let status = |code| Outcome::Failure(Failure::status(code));
        for (word, outcome) in [
            ("success", Outcome::Success),
            ("ok", Outcome::Success),
            ("failure", status(500)),
            ("error", status(500)),
            ("timeout", Outcome::Failure(Failure::Timeout)),
            ("connect", Outcome::Failure(Failure::Connect)),
            ("lost", Outcome::Failure(Failure::ConnectionLost)),
            ("aborted", Outcome::Failure(Failure::Aborted)),
            ("neutral", Outcome::Neutral),
            ("cancelled", Outcome::Neutral),
            ("100", Outcome::Success),
            ("399", Outcome::Success),
            ("400", status(400)),
            ("599", status(599)),
        ] {
            let text = format!("1,1,{word}\n1,1,{}", word.to_ascii_uppercase());
            assert_eq!(outcomes(&text), [outcome; 2]);
        }
    }

    #[test]
    fn an_error_names_line_field_value_and_what_would_do() {
        let long = "9".repeat(100);
        for (text, line, field, value) in [
            ("0,1,ok\n\n0,1", 3, "fields", "2"),
            ("0,1,ok,", 1, "fields", "4"),
            ("header", 1, "fields", "1"),
            (
                "start_ms,duration_ms,outcome\nstart_ms,duration_ms,outcome",
                2,
                "start_ms",
                "start_ms",
            ),
            ("duration_ms,start_ms,outcome", 1, "start_ms", "duration_ms"),
            ("# a log\n-1,1,ok", 2, "start_ms", "-1"),
            ("+1,1,ok", 1, "start_ms", "+1"),
            (",1,ok", 1, "start_ms", ""),
            ("1,,ok", 1, "duration_ms", ""),
            ("1,1.2345,ok", 1, "duration_ms", "1.2345"),
            ("1,1.,ok", 1, "duration_ms", "1."),
            ("1,.5,ok", 1, "duration_ms", ".5"),
            ("1,1e3,ok", 1, "duration_ms", "1e3"),
            ("1,1.٣,ok", 1, "duration_ms", "1.٣"),
            ("1000000000000000.001,1,ok", 1, "start_ms", "1000000000000000.001"),
            (&format!("{long},1,ok"), 1, "start_ms", &long[..40]),
            ("1,1,", 1, "outcome", ""),
            ("1,1,okay", 1, "outcome", "okay"),
            ("1,1,99", 1, "outcome", "99"),
            ("1,1,600", 1, "outcome", "600"),
            ("1,1,+200", 1, "outcome", "+200"),
        ] {
            let error = parse(text).unwrap_err();
            assert_eq!((error.line, error.field, error.value.as_str()), (line, field, value));
        }
        assert_eq!(
            parse("1,1.2345,ok").unwrap_err().to_string(),
            "line 1: duration_ms is \"1.2345\", but must be a number from 0 to \
             1,000,000,000,000,000 in digits with at most 3 decimals"
        );
        assert!(parse("1000000000000000,1000000000000000,ok").is_ok());
    }

    #[test]
    fn a_log_has_an_end() {
        let full = "0,1,ok\n".repeat(CALLS_MAX);
        assert_eq!(parse(&full).map(|calls| calls.len()), Ok(CALLS_MAX));
        let error = parse(&format!("{full}0,1,ok")).unwrap_err();
        assert_eq!((error.line, error.field), (CALLS_MAX + 1, "calls"));
    }
}
