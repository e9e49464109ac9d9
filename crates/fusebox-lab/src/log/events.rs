//! Logs as JSON documents: the events of resilience4j, and spans of OpenTelemetry.

mod text;

use super::outcome::{self, UNKNOWN};
use super::{Entry, LogError, LoggedCall, number};
use fusebox::Outcome;
use fusebox::time::{Duration, Instant};
use serde::Deserialize;
use std::borrow::Cow;
use text::{AnyValue, Text};

/// The tool that wrote a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Resilience4j,
    Otlp,
}

impl Source {
    /// The list whose items may be calls.
    pub(super) const fn list(self) -> &'static str {
        match self {
            Self::Resilience4j => "circuitBreakerEvents",
            Self::Otlp => "spans",
        }
    }

    /// The call in an item, if it is one.
    pub(super) fn read<'a>(
        self,
        item: &'a [u8],
        key: Option<&str>,
    ) -> Result<Option<Entry<'a>>, LogError> {
        let broken = |error: serde_json::Error| {
            LogError::new("JSON", &error.to_string(), "an object with the fields of this format")
        };
        match self {
            Self::Resilience4j => event(serde_json::from_slice(item).map_err(broken)?, key),
            Self::Otlp => span(&serde_json::from_slice(item).map_err(broken)?, key),
        }
    }
}

/// An event of resilience4j.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event<'a> {
    #[serde(borrow, default)]
    circuit_breaker_name: Cow<'a, str>,
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    creation_time: Cow<'a, str>,
    #[serde(borrow, default)]
    error_message: Option<Cow<'a, str>>,
    #[serde(default)]
    duration_in_ms: Option<u64>,
}

const TIME: &str = "a date such as 2017-01-10T15:39:17.117+01:00";

/// An event is made when its call ends; those that are not about a call, such as changes of state, are
/// left out.
fn event<'a>(event: Event<'a>, key: Option<&str>) -> Result<Option<Entry<'a>>, LogError> {
    let outcome = match &*event.kind {
        "SUCCESS" => Outcome::Success,
        "ERROR" => event.error_message.as_deref().map_or(UNKNOWN, of_exception),
        // A call that was not sent has no outcome, and an ignored error says nothing.
        "IGNORED_ERROR" | "NOT_PERMITTED" => Outcome::Neutral,
        _ => return Ok(None),
    };
    let wrong = || LogError::new("creationTime", &event.creation_time, TIME);
    let end = number::date(&event.creation_time).ok_or_else(wrong)?;
    let duration = event.duration_in_ms.unwrap_or_default().checked_mul(1_000);
    let start = duration.and_then(|duration| end.checked_sub(duration)).ok_or_else(wrong)?;
    let key = match key {
        None => None,
        Some("circuitBreakerName") => Some(event.circuit_breaker_name),
        Some(key) => return Err(LogError::fatal("--key", key, "circuitBreakerName")),
    };
    Ok(Some(Entry { call: call(start, end, outcome), key }))
}

/// What the exception says: `HttpServerErrorException: 503 Service Unavailable`, or the network.
fn of_exception(message: &str) -> Outcome {
    let after = message.split_once("ErrorException").map(|(_, after)| after);
    let code = after.and_then(|after| after.split([':', ' ', '$']).find(|it| it.len() == 3));
    let of_status = code.and_then(outcome::status).filter(|outcome| !outcome.is_success());
    let of_network = || outcome::failure_in(message).map(Outcome::Failure);
    of_status.or_else(of_network).unwrap_or(UNKNOWN)
}

/// A span of OpenTelemetry.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Span<'a> {
    #[serde(borrow, default)]
    name: Cow<'a, str>,
    #[serde(borrow, default)]
    kind: Text<'a>,
    #[serde(borrow, default)]
    start_time_unix_nano: Text<'a>,
    #[serde(borrow, default)]
    end_time_unix_nano: Text<'a>,
    #[serde(borrow, default)]
    attributes: Vec<Attribute<'a>>,
    #[serde(borrow, default)]
    status: Option<Status<'a>>,
}

#[derive(Deserialize)]
struct Attribute<'a> {
    #[serde(borrow)]
    key: Cow<'a, str>,
    #[serde(borrow, default)]
    value: AnyValue<'a>,
}

#[derive(Deserialize)]
struct Status<'a> {
    #[serde(borrow, default)]
    code: Text<'a>,
    #[serde(borrow, default)]
    message: Cow<'a, str>,
}

impl Span<'_> {
    /// The value of an attribute, as text.
    fn attribute(&self, names: &[&str]) -> Option<&str> {
        let attribute = self.attributes.iter().find(|it| names.contains(&&*it.key))?;
        attribute.value.as_str()
    }
}

/// Only spans of clients are calls to a dependency.
fn span<'a>(span: &Span<'a>, key: Option<&str>) -> Result<Option<Entry<'a>>, LogError> {
    if !matches!(span.kind.as_str(), Some("3" | "SPAN_KIND_CLIENT")) {
        return Ok(None);
    }
    let nanos = |name, value: &Text<'_>| {
        let text = value.as_str().unwrap_or("null");
        let micros = number::micros(text, number::NANOS);
        micros.ok_or_else(|| LogError::new(name, text, "a number of nanoseconds since 1970"))
    };
    let start = nanos("startTimeUnixNano", &span.start_time_unix_nano)?;
    let end = nanos("endTimeUnixNano", &span.end_time_unix_nano)?;
    if end < start {
        return Err(LogError::new("endTimeUnixNano", &end.to_string(), "at least its start"));
    }
    let key = match key {
        None => None,
        Some("name") => Some(span.name.clone()),
        Some(key) => Some(Cow::Owned(span.attribute(&[key]).unwrap_or_default().to_owned())),
    };
    Ok(Some(Entry { call: call(start, end, span_outcome(span)), key }))
}

/// The HTTP status if there is one, then the code of gRPC, then the status of the span.
fn span_outcome(span: &Span<'_>) -> Outcome {
    let http = span.attribute(&["http.response.status_code", "http.status_code"]);
    if let Some(outcome) = http.and_then(outcome::status) {
        return outcome;
    }
    let grpc = span.attribute(&["rpc.grpc.status_code"]);
    if let Some(code) = grpc.and_then(number::digits) {
        return outcome::of_grpc(code);
    }
    let Some(status) = &span.status else { return Outcome::Success };
    if !matches!(status.code.as_str(), Some("2" | "STATUS_CODE_ERROR")) {
        return Outcome::Success;
    }
    let kind = span.attribute(&["error.type", "exception.type"]).unwrap_or_default();
    let of_message = || outcome::failure_in(&status.message).map(Outcome::Failure);
    let of_kind = outcome::failure_in(kind).map(Outcome::Failure);
    outcome::status(kind).or(of_kind).or_else(of_message).unwrap_or(UNKNOWN)
}

fn call(start: u64, end: u64, outcome: Outcome) -> LoggedCall {
    let (start, duration) = (Instant::from_micros(start), Duration::from_micros(end - start));
    LoggedCall { start, duration, outcome }
}

/// What a byte of JSON means to a [`Scanner`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// An item begins with this byte.
    Begin,
    /// An item ends with this byte.
    End,
}

/// Finds the items of the lists with one name, byte by byte, without keeping any.
///
/// It follows strings, brackets and braces only: whether an item is JSON turns out when it is read.
pub(super) struct Scanner {
    list: &'static [u8],
    depth: u32,
    /// How deep the items of the list are.
    items: Option<u32>,
    in_string: bool,
    is_escaped: bool,
    /// How much of the last string is the name of the list so far; none if it is another.
    matched: Option<usize>,
}

impl Scanner {
    pub(super) const fn new(list: &'static str) -> Self {
        let list = list.as_bytes();
        Self { list, depth: 0, items: None, in_string: false, is_escaped: false, matched: None }
    }

    /// Whether a document is unfinished.
    pub(super) const fn is_inside(&self) -> bool {
        self.depth > 0
    }

    /// How many of these bytes, which come next, it need not see, and `next` would take as they are:
    /// those of a string that cannot be the name of the list.
    pub(super) fn skips(&self, bytes: &[u8]) -> usize {
        if !self.in_string || self.is_escaped || self.matched.is_some() {
            return 0;
        }
        // The lines are counted elsewhere.
        memchr::memchr3(b'"', b'\\', b'\n', bytes).unwrap_or(bytes.len())
    }

    /// Takes the next byte.
    pub(super) fn next(&mut self, byte: u8) -> Option<Found> {
        if self.in_string {
            self.in_string(byte);
            return None;
        }
        let name = self.matched.filter(|_| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b':'));
        match byte {
            // Within the list, its name does not matter.
            b'"' => (self.in_string, self.matched) = (true, self.items.is_none().then_some(0)),
            b'[' | b'{' => {
                self.depth = self.depth.saturating_add(1);
                if byte == b'{' && self.items == Some(self.depth) {
                    return Some(Found::Begin);
                }
                if byte == b'[' && self.items.is_none() && name == Some(self.list.len()) {
                    self.items = Some(self.depth + 1);
                }
                self.matched = None;
            }
            b']' | b'}' => {
                let depth = self.depth;
                self.depth = depth.saturating_sub(1);
                self.matched = None;
                if byte == b'}' && self.items == Some(depth) {
                    return Some(Found::End);
                }
                if self.items.is_some_and(|items| items > depth) {
                    self.items = None;
                }
            }
            _ if name.is_some() => self.matched = None,
            _ => {}
        }
        None
    }

    fn in_string(&mut self, byte: u8) {
        if self.is_escaped {
            (self.is_escaped, self.matched) = (false, None);
            return;
        }
        match byte {
            b'"' => {
                self.in_string = false;
                self.matched = self.matched.filter(|&length| length == self.list.len());
            }
            b'\\' => self.is_escaped = true,
            _ => {
                let is_next = |length: &usize| self.list.get(*length) == Some(&byte);
                self.matched = self.matched.filter(is_next).map(|length| length + 1);
            }
        }
    }
}
