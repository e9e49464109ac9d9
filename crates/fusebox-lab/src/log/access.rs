//! Access logs of Envoy and nginx: as text, and as JSON with an object in each line.

use super::number::{self, MILLIS, SECONDS};
use super::outcome::{self, STATUS};
use super::tokens::{Pattern, inner, labelled, last, tokens};
use super::{Entry, LogError, LoggedCall};
use fusebox::Outcome;
use fusebox::time::{Duration, Instant};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// The fields of Envoy's default format up to the duration, and those after it.
const ENVOY: [&str; 6] = [
    "upstream_service_time",
    "x_forwarded_for",
    "user_agent",
    "request_id",
    "authority",
    "upstream_host",
];

/// The default format of the ingress controller, with times in whole seconds.
const INGRESS: &str = "$remote_addr - $remote_user [$time_local] \"$request\" $status \
    $body_bytes_sent \"$http_referer\" \"$http_user_agent\" $request_length $request_time \
    [$proxy_upstream_name] [$proxy_alternative_upstream_name] $upstream_addr \
    $upstream_response_length $upstream_response_time $upstream_status $req_id";

/// What is in most lines of nginx that name their fields.
const NAMED: &str = " request_time";

/// The proxy that wrote an access log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proxy {
    Envoy,
    Nginx,
}

/// Reads the lines of an access log.
pub(super) struct Access {
    proxy: Proxy,
    /// The format in which nginx may have written a line, and whether it must have.
    pattern: Option<Pattern>,
    is_given: bool,
    key: Option<String>,
}

/// The fields of a line by their names.
enum Fields<'a> {
    Json(Map<String, Value>),
    Named(Vec<(&'a str, &'a str)>),
    Labelled(&'a str, Vec<&'a str>),
}

impl Fields<'_> {
    fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        match self {
            Self::Json(object) => object.get(name).map(|value| match value {
                Value::String(text) => Cow::Borrowed(text.as_str()),
                Value::Null => Cow::Borrowed("-"),
                other => Cow::Owned(other.to_string()),
            }),
            Self::Named(fields) => {
                let field = fields.iter().find(|(known, _)| *known == name);
                field.map(|(_, value)| Cow::Borrowed(*value))
            }
            Self::Labelled(line, tokens) => labelled(line, tokens, name).map(Cow::Borrowed),
        }
    }

    fn need(&self, name: &'static str, expected: &'static str) -> Result<Cow<'_, str>, LogError> {
        self.get(name).ok_or_else(|| LogError::new(name, "", expected))
    }
}

impl Access {
    /// The log of this proxy; a `log_format` of nginx says where its fields are.
    pub(super) fn new(
        proxy: Proxy,
        format: Option<&str>,
        key: Option<&str>,
    ) -> Result<Self, LogError> {
        let pattern = match proxy {
            Proxy::Envoy => None,
            Proxy::Nginx => Some(Pattern::new(format.unwrap_or(INGRESS))?),
        };
        let key = key.map(str::to_string);
        Ok(Self { proxy, pattern, is_given: format.is_some(), key })
    }

    /// Reads a line.
    pub(super) fn read(&self, line: &str) -> Result<Entry<'static>, LogError> {
        let fields = self.fields(line.trim())?;
        let call = match self.proxy {
            Proxy::Envoy => envoy(&fields)?,
            Proxy::Nginx => nginx(&fields)?,
        };
        let key = match &self.key {
            None => None,
            Some(name) => match fields.get(name) {
                Some(key) => Some(Cow::Owned(key.into_owned())),
                None => return Err(LogError::new("--key", name, "the name of a field")),
            },
        };
        Ok(Entry { call, key })
    }

    fn fields<'a>(&'a self, line: &'a str) -> Result<Fields<'a>, LogError> {
        if line.starts_with('{') {
            let object = serde_json::from_str(line);
            return object.map(Fields::Json).map_err(|_| LogError::new("line", line, "JSON"));
        }
        if self.proxy == Proxy::Envoy {
            return envoy_fields(line).map(Fields::Named);
        }
        // A line that names its fields is not in the format without names, which takes long to find out.
        let may_match = self.is_given || !line.contains(NAMED);
        let pattern = self.pattern.as_ref().filter(|_| may_match);
        match pattern.and_then(|pattern| pattern.matches(line)) {
            Some(fields) => Ok(Fields::Named(fields)),
            None if self.is_given => Err(LogError::new("line", line, "as --format says")),
            None => Ok(Fields::Labelled(line, tokens(line))),
        }
    }
}

/// The fields of Envoy's default format, and of that of Istio, which has three more after the flags.
fn envoy_fields(line: &str) -> Result<Vec<(&str, &str)>, LogError> {
    let wrong = || {
        LogError::new(
            "line",
            line,
            "as in [2016-04-15T20:17:00.310Z] \"GET / HTTP/2\" 200 - 0 9 226",
        )
    };
    let tokens = tokens(line);
    let is_number = |n: usize| tokens.get(n).is_some_and(|it| number::digits(it).is_some());
    let sizes = (4..tokens.len()).find(|&n| (n..n + 3).all(is_number)).ok_or_else(wrong)?;
    let mut request = inner(tokens[1]).split(' ');
    let mut found = vec![
        ("start_time", inner(tokens[0])),
        ("method", request.next().unwrap_or_default()),
        ("path", request.next().unwrap_or_default()),
        ("response_code", tokens[2]),
        ("response_flags", tokens[3]),
        ("bytes_received", tokens[sizes]),
        ("bytes_sent", tokens[sizes + 1]),
        ("duration", tokens[sizes + 2]),
    ];
    found.extend(ENVOY.into_iter().zip(tokens[sizes + 3..].iter().map(|token| inner(token))));
    Ok(found)
}

fn envoy(fields: &Fields<'_>) -> Result<LoggedCall, LogError> {
    const START: &str = "a date such as 2016-04-15T20:17:00.310Z";
    const DURATION: &str = "a number of milliseconds";
    let time = fields.need("start_time", START)?;
    let start = number::date(&time).ok_or_else(|| LogError::new("start_time", &time, START))?;
    let length = fields.need("duration", DURATION)?;
    let duration = number::micros(&length, MILLIS);
    let duration = duration.ok_or_else(|| LogError::new("duration", &length, DURATION))?;
    let code = fields.need("response_code", STATUS)?;
    let flags = fields.get("response_flags").unwrap_or_default();
    let outcome = outcome::of_flags(&flags).or_else(|| outcome::status(&code));
    let outcome = outcome.ok_or_else(|| LogError::new("response_code", &code, STATUS))?;
    Ok(call(start, duration, outcome))
}

fn nginx(fields: &Fields<'_>) -> Result<LoggedCall, LogError> {
    const END: &str = "a number of seconds since 1970, or the field time_local";
    const DURATION: &str = "a number of seconds";
    let end = match fields.get("msec") {
        Some(msec) => {
            number::micros(&msec, SECONDS).ok_or_else(|| LogError::new("msec", &msec, END))?
        }
        None => local_time(fields).ok_or_else(|| LogError::new("msec", "", END))?,
    };
    let length = fields.need("request_time", DURATION)?;
    let wrong = || LogError::new("request_time", &length, DURATION);
    let duration = number::micros(&length, SECONDS).ok_or_else(wrong)?;
    let start = end.checked_sub(duration).ok_or_else(wrong)?;
    Ok(call(start, duration, nginx_outcome(fields)?))
}

/// The end of the call in whole seconds, which nginx has in brackets by default.
fn local_time(fields: &Fields<'_>) -> Option<u64> {
    match fields {
        Fields::Labelled(_, tokens) => tokens.iter().find_map(|it| number::log_date(inner(it))),
        _ => match fields.get("time_local") {
            Some(local) => number::log_date(&local),
            None => number::date(&fields.get("time_iso8601")?),
        },
    }
}

/// The status from the last upstream that was asked, or that of the answer if there was none.
fn nginx_outcome(fields: &Fields<'_>) -> Result<Outcome, LogError> {
    let status = match fields {
        // A number of three digits after the date, with or without quotation marks.
        Fields::Labelled(_, tokens) if fields.get("status").is_none() => {
            let dated = tokens.iter().skip_while(|it| number::log_date(inner(it)).is_none());
            let is_status = |it: &&str| outcome::status(it).is_some() && it.len() == 3;
            dated.map(|it| inner(it)).find(is_status).map(Cow::Borrowed)
        }
        _ => fields.get("status"),
    };
    let upstream = fields.get("upstream_status");
    let upstream = upstream.as_deref().map(last).filter(|last| !matches!(*last, "" | "-"));
    let text = match (&status, upstream) {
        // The caller has left, whatever the upstream was doing.
        (Some(status), _) if status == "499" => status,
        (_, Some(upstream)) => upstream,
        (Some(status), None) => status,
        (None, None) => return Err(LogError::new("status", "", STATUS)),
    };
    outcome::status(text).ok_or_else(|| LogError::new("status", text, STATUS))
}

fn call(start: u64, duration: u64, outcome: Outcome) -> LoggedCall {
    let (start, duration) = (Instant::from_micros(start), Duration::from_micros(duration));
    LoggedCall { start, duration, outcome }
}
