//! Logs in columns: our own, and those of JMeter, k6, hey and vegeta.

use super::number::{self, MILLIS, NANOS, SECONDS};
use super::outcome::{self, OUTCOMES, STATUS};
use super::{Entry, LogError, LoggedCall};
use csv_core::{ReadRecordResult, Reader, ReaderBuilder, Terminator};
use fusebox::time::{Duration, Instant};
use fusebox::{Failure, Outcome};
use std::borrow::Cow;

/// The most columns.
const COLUMNS_MAX: usize = 512;

/// What may separate two fields.
const DELIMITERS: [u8; 4] = [b',', b'|', b';', b'\t'];

/// The tool that wrote a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Own,
    JMeter,
    K6,
    Hey,
    Vegeta,
}

/// The names of the columns that are read; empty where a tool has none of this kind.
struct Names {
    start: &'static str,
    end: &'static str,
    duration: &'static str,
    outcome: &'static str,
    /// What tells more of the outcome, where the tool writes it.
    detail: &'static str,
}

impl Kind {
    const fn names(self) -> Names {
        let [start, end, duration, outcome, detail] = match self {
            Self::Own => ["start_ms", "end_ms", "duration_ms", "outcome", ""],
            Self::JMeter => ["timeStamp", "", "elapsed", "responseCode", "success"],
            Self::K6 => ["", "timestamp", "metric_value", "status", "error_code"],
            Self::Hey => ["offset", "", "response-time", "status-code", ""],
            Self::Vegeta => ["time", "", "latency", "status", "error"],
        };
        Names { start, end, duration, outcome, detail }
    }

    /// A time in microseconds, or what it must be.
    fn micros(self, text: &str) -> Result<u64, &'static str> {
        let decimals = text.split_once('.').map_or(0, |(_, part)| part.len());
        let (unit, expected) = match self {
            Self::Own if decimals > 3 => return Err(OWN_MILLIS),
            Self::Own => (MILLIS, OWN_MILLIS),
            Self::JMeter | Self::K6 => (MILLIS, "a number of milliseconds"),
            Self::Hey => (SECONDS, "a number of seconds"),
            Self::Vegeta => (NANOS, "a whole number of nanoseconds"),
        };
        number::micros(text, unit).ok_or(expected)
    }

    /// The time of a call in microseconds, or what it must be.
    fn time(self, text: &str) -> Result<u64, &'static str> {
        match self {
            Self::JMeter | Self::K6 => number::stamp(text).ok_or("a time since 1970, or a date"),
            Self::Own | Self::Hey | Self::Vegeta => self.micros(text),
        }
    }

    fn outcome(self, outcome: &str, detail: &str) -> Result<Outcome, &'static str> {
        let status = || outcome::status(outcome);
        match self {
            Self::Own => outcome::word(outcome).ok_or(OUTCOMES),
            Self::K6 if outcome == "0" => Ok(outcome::of_k6(detail)),
            Self::Vegeta if outcome == "0" => {
                let failure = outcome::failure_in(detail).unwrap_or(Failure::Connect);
                Ok(Outcome::Failure(failure))
            }
            Self::Hey | Self::K6 | Self::Vegeta => status().ok_or(STATUS),
            Self::JMeter => match (status(), detail) {
                // A check of the test plan failed although the answer was good.
                (Some(Outcome::Success), "false") => Ok(outcome::UNKNOWN),
                (Some(outcome), _) => Ok(outcome),
                (None, "true") => Ok(Outcome::Success),
                (None, "false") => {
                    Ok(outcome::failure_in(outcome).map_or(outcome::UNKNOWN, Outcome::Failure))
                }
                (None, _) => Err("a status or a text, with true or false in the column success"),
            },
        }
    }
}

const OWN_MILLIS: &str =
    "a number from 0 to 1,000,000,000,000,000 in digits with at most 3 decimals";

const THREE: &str = "3, as in start_ms,duration_ms,outcome, or begin with a header";

/// The columns of vegeta, which writes no header.
const VEGETA: &[&str] = &[
    "time",
    "status",
    "latency",
    "bytes_out",
    "bytes_in",
    "error",
    "body",
    "attack",
    "sequence",
    "method",
    "url",
    "headers",
];

/// Which column holds what.
#[derive(Clone, Copy)]
struct Columns {
    time: usize,
    is_end: bool,
    duration: usize,
    outcome: Option<usize>,
    detail: Option<usize>,
    metric: Option<usize>,
}

/// What is in a line of a table.
pub(super) enum Row<'a> {
    /// A call.
    Call(Entry<'a>),
    /// The header, or a row that is no call.
    Other,
}

/// Reads the records of a table.
pub(super) struct Table {
    kind: Kind,
    reader: Reader,
    fields: Box<Fields>,
    columns: Option<Columns>,
    /// The fields of the header, if the table has one.
    header: Option<Box<Fields>>,
    /// The name of the column that tells calls apart, as [`super::LogOptions::key`].
    key_name: Option<String>,
    key: Option<usize>,
}

/// The fields of a record, one after the other, and where each ends.
#[derive(Clone)]
struct Fields {
    bytes: Vec<u8>,
    filled: usize,
    ends: [usize; COLUMNS_MAX],
    count: usize,
}

impl Fields {
    const fn new() -> Self {
        Self { bytes: Vec::new(), filled: 0, ends: [0; COLUMNS_MAX], count: 0 }
    }

    fn raw(&self) -> &[u8] {
        &self.bytes[..self.filled]
    }

    fn get(&self, n: usize) -> Cow<'_, str> {
        let Some(&end) = self.ends[..self.count].get(n) else { return Cow::Borrowed("") };
        let start = if n == 0 { 0 } else { self.ends[n - 1] };
        bare(String::from_utf8_lossy(&self.bytes[start..end]))
    }

    fn at(&self, n: Option<usize>) -> Cow<'_, str> {
        n.map_or(Cow::Borrowed(""), |n| self.get(n))
    }

    fn position(&self, name: &str) -> Option<usize> {
        (0..self.count).find(|&n| !name.is_empty() && self.get(n).eq_ignore_ascii_case(name))
    }

    fn names(&self) -> String {
        (0..self.count).map(|n| self.get(n).into_owned()).collect::<Vec<_>>().join(", ")
    }

    /// The columns, if this is a header.
    fn header(&self, kind: Kind) -> Option<Columns> {
        let names = kind.names();
        let (outcome, detail) = (self.position(names.outcome), self.position(names.detail));
        let has_outcome = outcome.is_some() || (kind == Kind::JMeter && detail.is_some());
        let metric = self.position("metric_name");
        let is_whole = has_outcome && (kind != Kind::K6 || metric.is_some());
        let start = self.position(names.start);
        let time = start.or_else(|| self.position(names.end)).filter(|_| is_whole)?;
        let duration = self.position(names.duration)?;
        Some(Columns { time, is_end: start.is_none(), duration, outcome, detail, metric })
    }

    /// The columns, if this is a call in a table without a header.
    fn plain(&self, kind: Kind) -> Option<Columns> {
        let is_number =
            |n: usize| number::digits(&self.get(n)).is_some_and(|_| !self.get(n).is_empty());
        let is_time = |n: usize, digits: usize| self.get(n).len() >= digits && is_number(n);
        match kind {
            Kind::Own => {
                let is_call = self.count == 3
                    && (0..2).all(|n| kind.micros(&self.get(n)).is_ok())
                    && outcome::word(&self.get(2)).is_some();
                is_call.then_some(Columns::OWN)
            }
            Kind::JMeter => {
                let is_flag = |&n: &usize| matches!(&*self.get(n), "true" | "false");
                let detail = (4..self.count).find(is_flag)?;
                let columns = Columns { outcome: Some(3), detail: Some(detail), ..Columns::OWN };
                (is_time(0, 12) && is_number(1)).then_some(columns)
            }
            Kind::Vegeta => {
                let columns =
                    Columns { duration: 2, outcome: Some(1), detail: Some(5), ..Columns::OWN };
                let fits = self.count > 5 && is_time(0, 18) && is_number(1) && is_number(2);
                fits.then_some(columns)
            }
            Kind::K6 | Kind::Hey => None,
        }
    }
}

impl Columns {
    /// The columns of our own format without a header.
    const OWN: Self =
        Self { time: 0, is_end: false, duration: 1, outcome: Some(2), detail: None, metric: None };
}

/// A field without spaces around it, and without a pair of quotation marks.
fn bare(field: Cow<'_, str>) -> Cow<'_, str> {
    fn inner(field: &str) -> &str {
        let field = field.trim();
        let inside = field.strip_prefix('"').and_then(|field| field.strip_suffix('"'));
        inside.map_or(field, str::trim)
    }
    match field {
        Cow::Borrowed(field) => Cow::Borrowed(inner(field)),
        Cow::Owned(field) => Cow::Owned(inner(&field).to_owned()),
    }
}

impl Table {
    /// A table of this kind, if this can be one of its first lines.
    pub(super) fn fitting(kind: Kind, line: &[u8], key: Option<&str>) -> Option<Self> {
        DELIMITERS.iter().find_map(|&delimiter| {
            let mut table = Self::new(kind, delimiter, key);
            let whole = table.add(line).is_ok_and(|whole| whole);
            let fields = &table.fields;
            let fits = whole && fields.header(kind).or_else(|| fields.plain(kind)).is_some();
            fits.then(|| Self::new(kind, delimiter, key))
        })
    }

    /// A table of which nothing is known but its kind and what separates its fields.
    pub(super) fn new(kind: Kind, delimiter: u8, key: Option<&str>) -> Self {
        let terminator = Terminator::Any(b'\n');
        Self {
            kind,
            reader: ReaderBuilder::new().delimiter(delimiter).terminator(terminator).build(),
            fields: Box::new(Fields::new()),
            columns: None,
            header: None,
            key_name: key.map(str::to_string),
            key: None,
        }
    }

    /// Begins a record.
    pub(super) fn begin(&mut self) {
        self.reader.reset();
        self.fields.filled = 0;
        self.fields.count = 0;
    }

    /// What the record says of which all lines were added.
    pub(super) fn row(&mut self) -> Result<Row<'_>, LogError> {
        // Also where a log was added to another.
        if self.header.as_ref().is_some_and(|header| header.raw() == self.fields.raw()) {
            return Ok(Row::Other);
        }
        let Some(columns) = self.columns else { return self.first_row() };
        self.call(columns)
    }

    /// Finds the columns in the header, or in the first call of a table without one.
    fn first_row(&mut self) -> Result<Row<'_>, LogError> {
        let header = self.fields.header(self.kind);
        let Some(columns) = header.or_else(|| self.fields.plain(self.kind)) else {
            let line = String::from_utf8_lossy(self.fields.raw());
            return match self.kind {
                Kind::Own => self.call(Columns::OWN),
                _ => Err(LogError::new("line", &line, "a header or a call of this format")),
            };
        };
        self.find_key(header.is_some())?;
        self.columns = Some(columns);
        if header.is_some() {
            self.header = Some(self.fields.clone());
            return Ok(Row::Other);
        }
        self.call(columns)
    }

    /// Adds the fields of a line; false if its record goes on in the next line.
    pub(super) fn add(&mut self, line: &[u8]) -> Result<bool, LogError> {
        let Fields { bytes, filled, ends, count } = &mut *self.fields;
        let most = *filled + line.len();
        if bytes.len() < most {
            bytes.resize(most, 0);
        }
        let out = self.reader.read_record(line, &mut bytes[*filled..], &mut ends[*count..]);
        let (result, _, written, ended) = out;
        (*filled, *count) = (*filled + written, *count + ended);
        match result {
            ReadRecordResult::Record => Ok(true),
            ReadRecordResult::InputEmpty => Ok(false),
            _ => Err(LogError::new("fields", "more than 512", "at most 512")),
        }
    }

    fn find_key(&mut self, has_header: bool) -> Result<(), LogError> {
        let name = match &self.key_name {
            Some(name) if name.is_empty() => return Ok(()),
            Some(name) => name,
            None => {
                let is_own = has_header && self.kind == Kind::Own;
                self.key = if is_own { self.fields.position("key") } else { None };
                return Ok(());
            }
        };
        let plain: &[&str] = match self.kind {
            _ if has_header => &[],
            Kind::JMeter => &["timeStamp", "elapsed", "label"],
            Kind::Vegeta => VEGETA,
            Kind::Own | Kind::K6 | Kind::Hey => &[],
        };
        let in_header = if has_header { self.fields.position(name) } else { None };
        self.key = in_header.or_else(|| plain.iter().position(|it| it.eq_ignore_ascii_case(name)));
        if self.key.is_some() {
            return Ok(());
        }
        let names = if has_header { self.fields.names() } else { plain.join(", ") };
        let expected = match names.as_str() {
            "" => "left out, as this log has no header".to_owned(),
            names => format!("the name of a column: {names}"),
        };
        Err(LogError::fatal("--key", name, expected))
    }

    /// What the fields say.
    fn call(&self, columns: Columns) -> Result<Row<'_>, LogError> {
        let Self { kind, fields, .. } = self;
        if columns.metric.is_some_and(|metric| fields.get(metric) != "http_req_duration") {
            return Ok(Row::Other);
        }
        self.check_count()?;
        let names = kind.names();
        let time_name = if columns.is_end { names.end } else { names.start };
        let wrong = |name, value: &str, expected| LogError::new(name, value, expected);
        let time = fields.get(columns.time);
        let at = kind.time(&time).map_err(|expected| wrong(time_name, &time, expected))?;
        let length = fields.get(columns.duration);
        let duration =
            kind.micros(&length).map_err(|expected| wrong(names.duration, &length, expected))?;
        let start = if columns.is_end { at.checked_sub(duration) } else { Some(at) };
        let start = start.ok_or_else(|| wrong(names.duration, &length, "at most its end"))?;
        let (outcome, detail) = (fields.at(columns.outcome), fields.at(columns.detail));
        let read = kind.outcome(&outcome, &detail);
        let outcome = read.map_err(|expected| wrong(names.outcome, &outcome, expected))?;
        let (start, duration) = (Instant::from_micros(start), Duration::from_micros(duration));
        let key = self.key.map(|key| fields.get(key));
        Ok(Row::Call(Entry { call: LoggedCall { start, duration, outcome }, key }))
    }

    /// A record must have as many fields as the header, or those that are read.
    fn check_count(&self) -> Result<(), LogError> {
        let count = self.fields.count;
        let expected = match (&self.header, self.kind) {
            (Some(header), _) if header.count != count => {
                format!("{}, as in the header", header.count)
            }
            (None, Kind::Own) if count != 3 => THREE.to_owned(),
            (None, Kind::JMeter) if count < 6 => "at least 6".to_owned(),
            (None, Kind::Vegeta) if count < 6 => "9 or 12".to_owned(),
            _ => return Ok(()),
        };
        Err(LogError::new("fields", &count.to_string(), expected))
    }
}
