//! Cases from the field: what people reported of such tools must not happen here.

mod breakers;
mod formats;
mod logs;
mod replay;

use fusebox::time::{Duration, Instant};
use fusebox::{Failure, Outcome};
use fusebox_lab::log::{Format, LogError, LogOptions, LogReader, LogSummary, LoggedCall};

const CONNECT: Outcome = Outcome::Failure(Failure::Connect);
const TIMEOUT: Outcome = Outcome::Failure(Failure::Timeout);
const LOST: Outcome = Outcome::Failure(Failure::ConnectionLost);

/// The failure of an answer with this status.
const fn status(code: u16) -> Outcome {
    Outcome::Failure(Failure::status(code))
}

/// A call by the microseconds of its start and of its duration.
fn call(start: u64, duration: u64, outcome: Outcome) -> LoggedCall {
    let (start, duration) = (Instant::from_micros(start), Duration::from_micros(duration));
    LoggedCall { start, duration, outcome }
}

/// The calls in a log with their keys, and what was dropped, read in pieces of this many bytes.
fn read_in_pieces(
    log: &[u8],
    options: LogOptions,
    piece: usize,
) -> Result<(Vec<(LoggedCall, String)>, LogSummary), LogError> {
    let mut calls = Vec::new();
    let mut sink = |call, key: Option<&str>| {
        calls.push((call, key.unwrap_or_default().to_string()));
        Ok(())
    };
    let mut reader = LogReader::new(options);
    for piece in log.chunks(piece) {
        reader.feed(piece, &mut sink)?;
    }
    let summary = reader.finish(&mut sink)?;
    assert_eq!(summary.calls, calls.len() as u64);
    Ok((calls, summary))
}

fn options(format: Option<Format>, key: Option<&str>) -> LogOptions {
    LogOptions { format, log_format: None, key: key.map(str::to_string) }
}

/// The calls of a log that is read to its last line, after its format was guessed.
#[track_caller]
fn calls(log: &str, format: Format) -> Vec<LoggedCall> {
    let (calls, summary) = read_in_pieces(log.as_bytes(), options(None, None), 1_000).unwrap();
    assert_eq!((summary.format, &summary.problems[..]), (Some(format), &[][..]));
    assert_eq!((summary.dropped, summary.cut), (0, None));
    calls.into_iter().map(|(call, _)| call).collect()
}
