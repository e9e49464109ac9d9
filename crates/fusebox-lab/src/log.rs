//! Logs of real tools: bytes in, calls out, as a stream and in bounded memory.
//!
//! A [`LogReader`] takes a log in pieces of any size and hands each call on as it finds it. It keeps at
//! most one record and does no I/O, so a program and a page can both use it. If it is not told the
//! [`Format`], it guesses it from the first lines:
//!
//! | format | written by | start and duration from | outcome from |
//! |---|---|---|---|
//! | `fusebox` | our own CSV: a header with columns in any order, or three fields | `start_ms` or `end_ms`, `duration_ms` | `outcome` |
//! | `jmeter` | JMeter's JTL as CSV, with or without a header, with `,` or <code>&#124;</code> | `timeStamp`, `elapsed` in ms | `responseCode`, or its text; `success` |
//! | `k6` | `k6 run --out csv=FILE`: rows of `http_req_duration` | `timestamp`, which is the end, `metric_value` in ms | `status`, `error_code` |
//! | `hey` | `hey -o csv` | `offset`, `response-time` in s | `status-code` |
//! | `vegeta` | `vegeta encode --to csv`, without a header | time and latency in ns | status, and the error if that is 0 |
//! | `envoy` | Envoy's default access log, that of Istio, and both as JSON | `start_time`, `duration` in ms | `response_flags`, then `response_code` |
//! | `nginx` | an access log with `$request_time`, as `name value`, `name=value` or JSON, that of the ingress controller, or any [`log_format`](LogOptions::log_format) | `msec` or the local time, which is the end, `request_time` in s | the last of `upstream_status`, or `status` |
//! | `resilience4j` | `/actuator/circuitbreakerevents` | `creationTime`, which is the end, `durationInMs` | `type`, `errorMessage` |
//! | `otlp` | OpenTelemetry spans as JSON: those of kind client | `startTimeUnixNano`, `endTimeUnixNano` | the HTTP status, the code of gRPC, or the status of the span |
//!
//! A column `key` of our own format tells calls apart, as by the host that they went to; any other column
//! or field does so by its name ([`LogOptions::key`]).
//!
//! # Outcomes
//! An outcome of our own format is one of these words, in upper or lower case:
//!
//! | word | outcome |
//! |---|---|
//! | `success`, `ok` | success |
//! | `failure`, `error` | a failure without details, taken as status 500 |
//! | `timeout` | no answer in time |
//! | `connect`, 0, 000, `-` | no answer: there was no connection |
//! | `lost` | the connection broke |
//! | `aborted` | the transaction was rolled back |
//! | `neutral`, `cancelled`, 499 | neither success nor failure: the caller left |
//! | 100 to 399 | success |
//! | other 400 to 599 | the failure of an answer with this status, which a [`fusebox::Classifier`] can class |
//!
//! The status of other tools means the same. What tells more than a status is used: the exception in
//! JMeter's `responseCode`, the error of vegeta, the error code of k6, and the response flags of Envoy.
//! What a proxy or a breaker decided by itself (Envoy's `UO` and `RL`, resilience4j's `NOT_PERMITTED`)
//! is neutral: it says nothing about the dependency.
//!
//! # What is dropped
//! Blank lines, lines that begin with `#`, headers, and rows that are no calls are skipped. A line that
//! cannot be read is dropped and counted; [`LogSummary::check`] fails if too many were. A last line
//! without its end that cannot be read was cut off, and is no error. A record longer than
//! [`RECORD_MAX`] bytes is dropped.

mod access;
mod events;
mod format;
mod number;
mod outcome;
mod reader;
mod summary;
mod table;
mod tokens;

pub use format::Format;
pub use reader::{LogOptions, LogReader, RECORD_MAX};
pub use summary::LogSummary;

use fusebox::Outcome;
use fusebox::time::{Duration, Instant};
use std::borrow::Cow;
use std::fmt;

/// One call of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoggedCall {
    /// When it started, on the clock of the log.
    pub start: Instant,
    /// How long it took.
    pub duration: Duration,
    /// How it ended.
    pub outcome: Outcome,
}

/// A call as it stands in a log, with the value of the column that tells calls apart.
struct Entry<'a> {
    call: LoggedCall,
    key: Option<Cow<'a, str>>,
}

/// A problem of a log, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogError {
    /// The number of the line, from 1; 0 if the problem is not that of a line.
    pub line: u64,
    /// The column or field; `fields` if their number is wrong, `line` if it is the whole.
    pub field: &'static str,
    /// The value there, cut after 40 characters.
    pub value: String,
    /// The accepted values, in words.
    pub expected: Cow<'static, str>,
    /// Whether no line of the log can be read for this.
    pub is_fatal: bool,
}

impl LogError {
    /// A problem of the line that is read.
    pub(crate) fn new(
        field: &'static str,
        value: &str,
        expected: impl Into<Cow<'static, str>>,
    ) -> Self {
        let value = value.chars().take(40).collect();
        Self { line: 0, field, value, expected: expected.into(), is_fatal: false }
    }

    /// A problem of the whole log.
    pub(crate) fn fatal(
        field: &'static str,
        value: &str,
        expected: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { is_fatal: true, ..Self::new(field, value, expected) }
    }
}

impl fmt::Display for LogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, field, value, expected, .. } = self;
        if *line > 0 {
            write!(f, "line {line}: ")?;
        }
        write!(f, "{field} is {value:?}, but must be {expected}")
    }
}

impl std::error::Error for LogError {}
