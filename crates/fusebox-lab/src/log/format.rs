//! The formats of logs, and how a first line tells which it is.

use super::access::{Access, Proxy};
use super::events::Source;
use super::table::{Kind, Table};

/// A format of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Our own CSV.
    Fusebox,
    /// JMeter's JTL as CSV.
    JMeter,
    /// The CSV of k6.
    K6,
    /// The CSV of hey.
    Hey,
    /// The CSV of vegeta.
    Vegeta,
    /// The access log of Envoy.
    Envoy,
    /// An access log of nginx with times.
    Nginx,
    /// The events of resilience4j as JSON.
    Resilience4j,
    /// Spans of OpenTelemetry as JSON.
    Otlp,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 9] = [
        Self::Fusebox,
        Self::JMeter,
        Self::K6,
        Self::Hey,
        Self::Vegeta,
        Self::Envoy,
        Self::Nginx,
        Self::Resilience4j,
        Self::Otlp,
    ];

    /// The name of the format.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fusebox => "fusebox",
            Self::JMeter => "jmeter",
            Self::K6 => "k6",
            Self::Hey => "hey",
            Self::Vegeta => "vegeta",
            Self::Envoy => "envoy",
            Self::Nginx => "nginx",
            Self::Resilience4j => "resilience4j",
            Self::Otlp => "otlp",
        }
    }

    /// What a log in this format cannot tell, as a sentence.
    #[must_use]
    pub const fn caveat(self) -> Option<&'static str> {
        match self {
            Self::Hey => Some("hey leaves out requests without an answer, so failures are missing"),
            Self::K6 => Some(
                "k6 writes whole seconds by default; K6_CSV_TIME_FORMAT=unix_milli makes times exact",
            ),
            _ => None,
        }
    }

    /// The format of which this can be a line.
    pub(super) fn of_line(line: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|format| match format.parts() {
            Parts::Table(kind) => Table::fitting(kind, line, None).is_some(),
            Parts::Access(proxy) => {
                let access = Access::new(proxy, None, None).ok();
                let line = String::from_utf8_lossy(line);
                access.is_some_and(|access| access.read(&line).is_ok())
            }
            Parts::Events(_) => false,
        })
    }

    /// The format of a JSON document that begins so.
    pub(super) fn of_document(head: &str) -> Option<Self> {
        let has = |name: &str| head.contains(&format!("\"{name}\""));
        match () {
            () if !head.trim_start().starts_with(['{', '[']) => None,
            () if has("circuitBreakerEvents") => Some(Self::Resilience4j),
            () if has("resourceSpans") || has("scopeSpans") => Some(Self::Otlp),
            () => None,
        }
    }

    /// How the format is read.
    pub(super) const fn parts(self) -> Parts {
        match self {
            Self::Fusebox => Parts::Table(Kind::Own),
            Self::JMeter => Parts::Table(Kind::JMeter),
            Self::K6 => Parts::Table(Kind::K6),
            Self::Hey => Parts::Table(Kind::Hey),
            Self::Vegeta => Parts::Table(Kind::Vegeta),
            Self::Envoy => Parts::Access(Proxy::Envoy),
            Self::Nginx => Parts::Access(Proxy::Nginx),
            Self::Resilience4j => Parts::Events(Source::Resilience4j),
            Self::Otlp => Parts::Events(Source::Otlp),
        }
    }
}

/// What a log is made of.
pub(super) enum Parts {
    /// Records with columns.
    Table(Kind),
    /// Lines of an access log.
    Access(Proxy),
    /// Items in JSON documents.
    Events(Source),
}
