//! Goals in plain words: what is measured, and what is wanted of it.

use super::event::{EventKind, Events};
use super::goal::{Clause, Comparison};
use super::reported::{ReportNumber, ReportedPart};
use super::unit::Unit;
use super::{Base, Moment, Reduce, Scope, Sign, Sum, Term, What};
use crate::words::{capital, length, ordinal};
use fusebox::time::Duration;
use fusebox_sim::Endpoint;

/// Names of several kinds of events, each with what happens, in a sentence without its full stop.
const GROUPS: &[(&str, &str)] = &[
    ("answered", "A client got an answer"),
    ("sent", "A pipeline sent an attempt"),
    ("attempt", "An attempt ended"),
    ("attempt.failure", "An attempt failed"),
    ("breaker", "A breaker changed its state, or in shadow mode would have opened"),
    ("window", "An outcome was counted in the window of a closed breaker"),
    ("trial", "A trial of a half-open breaker ended"),
    ("not_counted", "A breaker did not count an outcome"),
    ("rejected", "A policy rejected a call"),
    ("rejected.breaker", "A breaker rejected a call"),
    ("rejected.bulkhead", "A bulkhead rejected a call"),
    ("queued", "A call or an attempt waits in a queue"),
    ("timed_out", "A timeout ran out or a deadline passed"),
    ("not_retried", "A failure is not retried"),
    ("fallback", "A fallback was used"),
    ("committed", "A write took effect"),
    ("refused", "A pool or a dependency refused an attempt"),
    ("fault", "A fault began"),
];

/// Moments that have a name of their own.
const NAMED: [(&str, &str); 2] = [("fault", "fault"), ("healed", "repair")];

impl Clause {
    /// What is measured, in words.
    #[must_use]
    pub fn subject(&self) -> String {
        capital(&sum(&self.left))
    }

    /// What is wanted of it, in words that follow a colon: `at least 98 %`, `never`, `yes`.
    #[must_use]
    pub fn wanted(&self) -> String {
        let what = match &self.left {
            Sum::Term(term) => Some(&term.what),
            Sum::Two(_) => None,
        };
        match (self.right.literal(), what) {
            (Some(times), Some(What::Count(_))) => how_often(self.is, times),
            (Some(at), Some(What::Moment(_))) => when(self.is, &Unit::Time.text(at)),
            (Some(number), _) => compared(self.is, &literal(self.left.unit(), number)),
            (None, _) => compared(self.is, &sum(&self.right)),
        }
    }

    /// The whole comparison in words: `Useful answers per second: at least 90 /s`.
    #[must_use]
    pub fn said(&self) -> String {
        format!("{}: {}", self.subject(), self.wanted())
    }
}

/// The number of a goal in the unit of what it is compared with.
fn literal(unit: Unit, number: f64) -> String {
    match unit {
        Unit::Count if number.fract() > 0.0 => Unit::Number,
        unit => unit,
    }
    .text(number)
}

fn compared(is: Comparison, number: &str) -> String {
    let is = match is {
        Comparison::AtLeast => "at least ",
        Comparison::AtMost => "at most ",
        Comparison::Different => "anything but ",
        Comparison::Above => "more than ",
        Comparison::Below => "less than ",
        Comparison::Equal => "",
    };
    format!("{is}{number}")
}

fn how_often(is: Comparison, times: f64) -> String {
    let is_whole = times.fract() <= 0.0 && (0.0..=1e9).contains(&times);
    match (is, times) {
        (Comparison::Equal | Comparison::AtMost, 0.0) | (Comparison::Below, 1.0) => {
            "never".to_owned()
        }
        (Comparison::AtLeast, 1.0) | (Comparison::Above | Comparison::Different, 0.0) => {
            "at least once".to_owned()
        }
        (Comparison::AtMost, 1.0) => "at most once".to_owned(),
        (Comparison::Equal, 1.0) => "exactly once".to_owned(),
        (Comparison::Equal, _) => format!("exactly {} times", literal(Unit::Count, times)),
        (Comparison::Below, _) if is_whole => {
            format!("fewer than {} times", literal(Unit::Count, times))
        }
        (is, _) => format!("{} times", compared(is, &literal(Unit::Count, times))),
    }
}

fn when(is: Comparison, at: &str) -> String {
    match is {
        Comparison::AtLeast => format!("at {at} or later"),
        Comparison::AtMost => format!("at {at} or earlier"),
        Comparison::Different => format!("not at {at}"),
        Comparison::Above => format!("after {at}"),
        Comparison::Below => format!("before {at}"),
        Comparison::Equal => format!("at {at}"),
    }
}

/// A sum in words, with a small letter at its start.
fn sum(of: &Sum) -> String {
    match of {
        Sum::Term(term) => self::term(term),
        Sum::Two(two) => {
            let sign = match two.1 {
                Sign::Plus => "plus",
                Sign::Minus => "minus",
                Sign::Times => "times",
                Sign::Over => "divided by",
            };
            format!("{} {sign} {}", sum(&two.0), sum(&two.2))
        }
    }
}

fn term(term: &Term) -> String {
    let Term { what, scope } = term;
    let mut words = match what {
        What::Literal(number, unit) => unit.text(*number),
        What::Measure(measure) => small(measure.about.trim_start_matches("Whether ")),
        What::Moment(moment) => self::moment(moment),
        What::Count(events) => happens(events),
        What::Value(events) => {
            format!("{}, the first time that {}", carried(events), happens(events))
        }
        What::OfEvents(reduce, events) => {
            format!(
                "{} of {}, each time that {}",
                reduced(*reduce),
                carried(events),
                happens(events)
            )
        }
        What::OfSeries(reduce, series) => format!("{} of the {}", reduced(*reduce), series.about),
        What::Now(series) => format!("the {}", series.about),
        What::Lane(measure) => small(measure.label),
        What::Report(path, _) => reported(path),
        What::Setting(key) => {
            let label = super::setting(key).map_or(key.as_str(), |spec| spec.label);
            format!("the setting “{label}”")
        }
    };
    for part in scoped(scope) {
        words += ", ";
        words += &part;
    }
    words
}

/// A number of the report, with what it is of.
fn reported(path: &str) -> String {
    let Some(found) = ReportNumber::at(path) else { return path.to_owned() };
    let about = small(found.about);
    match found.of {
        Some(ReportedPart::Dependency(on)) => format!("{about}, of {}", on.title()),
        Some(ReportedPart::Endpoint(of)) => format!("{about}, {} only", plural_of(of)),
        None => about,
    }
}

/// The options of a query, each in words.
fn scoped(scope: &Scope) -> Vec<String> {
    let mut parts = Vec::new();
    parts.extend(scope.endpoint.map(|of| format!("{} only", plural_of(of))));
    parts.extend(scope.on.map(|on| format!("at {}", on.title())));
    parts.extend(scope.lane.map(|lane| format!("in lane {}", lane + 1)));
    if scope.without {
        parts.push("in the world beside it".to_owned());
    }
    parts.extend(match (&scope.from, &scope.to) {
        (Some(from), Some(to)) => Some(format!("from {} to {}", moment(from), moment(to))),
        (Some(from), None) => Some(format!("from {} on", moment(from))),
        (None, Some(to)) => Some(format!("up to {}", moment(to))),
        (None, None) => None,
    });
    parts.extend(scope.at.as_ref().map(|at| format!("at {}", moment(at))));
    parts
}

const fn plural_of(endpoint: Endpoint) -> &'static str {
    match endpoint {
        Endpoint::Search => "searches",
        Endpoint::CachedRead => "cached reads",
        Endpoint::Health => "health checks",
        Endpoint::Mutation => "writes",
    }
}

/// What happens, with a small letter at its start, and at what.
fn happens(events: &Events) -> String {
    let group = GROUPS.iter().find(|(name, _)| *name == events.name).map(|(_, about)| *about);
    let words = small(group.or(kind(events).map(|it| it.0)).unwrap_or(events.name));
    let endpoint = events.endpoint.map(|of| format!(", {} only", plural_of(of)));
    let on = events.on.map(|on| format!(", at {}", on.title()));
    words + &endpoint.unwrap_or_default() + &on.unwrap_or_default()
}

/// What the events carry.
fn carried(events: &Events) -> &'static str {
    match (kind(events).and_then(|it| it.1), events.carried()) {
        (Some(carried), _) => carried,
        (None, Unit::Count) => "the number",
        (None, _) => "the time",
    }
}

/// The sentence of the only kind of these events, and what it carries.
fn kind(events: &Events) -> Option<(&'static str, Option<&'static str>)> {
    let kind = EventKind::ALL.iter().find(|kind| kind.name() == events.name)?;
    let (about, rest) = kind.about().split_once("; ").unwrap_or((kind.about(), ""));
    Some((about, rest.strip_prefix("carries ")))
}

fn reduced(reduce: Reduce) -> String {
    match reduce {
        Reduce::Min => "the minimum".to_owned(),
        Reduce::Mean => "the mean".to_owned(),
        Reduce::Max => "the maximum".to_owned(),
        Reduce::Percentile(50) => "the median".to_owned(),
        Reduce::Percentile(percent) => format!("the {} percentile", ordinal(percent)),
    }
}

/// A moment in words, with a small letter at its start: `5 s after the first fault`.
fn moment(of: &Moment) -> String {
    let base = match &of.base {
        Base::Start if of.shift[0] > Duration::ZERO && of.shift[1] == Duration::ZERO => {
            return length(of.shift[0]);
        }
        Base::Start => "the start of the run".to_owned(),
        Base::End => "the end of the run".to_owned(),
        Base::Event { events, number, from_end, after } => {
            let which = match (number, from_end) {
                (1, false) => "first".to_owned(),
                (1, true) => "last".to_owned(),
                (n, false) => ordinal(*n),
                (n, true) => format!("{} last", ordinal(*n)),
            };
            let bare = events.on.is_none() && events.endpoint.is_none();
            let named = NAMED.iter().find(|(name, _)| bare && *name == events.name);
            let what = match named {
                Some((_, noun)) => format!("the {which} {noun}"),
                None => format!("the {which} time that {}", happens(events)),
            };
            match after {
                Some(after) => format!("{what} after {}", moment(after)),
                None => what,
            }
        }
    };
    match of.shift {
        [Duration::ZERO, Duration::ZERO] => base,
        [later, Duration::ZERO] => format!("{} after {base}", length(later)),
        [Duration::ZERO, earlier] => format!("{} before {base}", length(earlier)),
        [later, earlier] => format!("{} minus {} after {base}", length(later), length(earlier)),
    }
}

/// With a small letter at its start, unless it begins with an abbreviation.
fn small(text: &str) -> String {
    let mut letters = text.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), second) if second.is_none_or(|it| !it.is_ascii_uppercase()) => {
            first.to_ascii_lowercase().to_string() + letters.as_str()
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::Goal;

    fn said(text: &str) -> Vec<String> {
        let goal: Goal = text.parse().unwrap();
        goal.clauses.iter().map(Clause::said).collect()
    }

    #[test]
    fn a_goal_is_said_in_plain_words() {
        for (text, words) in [
            ("success >= 0.99", "Useful answers as a share of the calls that ended: at least 99 %"),
            ("amplification <= 1.2", "Attempts as a multiple of the first attempts: at most 1.2×"),
            ("recovered = yes", "The run recovered after its faults: yes"),
            ("count(breaker.closed) >= 1", "A breaker closed: at least once"),
            ("count(breaker.open on=postgres) = 0", "A breaker opened, at the database: never"),
            ("count(timed_out.attempt) <= 6", "The timeout of an attempt ran out: at most 6 times"),
            ("first(breaker.open) < 10s", "The first time that a breaker opened: before 10 s"),
            (
                "success endpoint=health from=fault+5s to=healed >= 98%",
                "Useful answers as a share of the calls that ended, health checks only, from 5 s after \
                 the first fault to the first repair: at least 98 %",
            ),
            (
                "success to=20s >= 99%",
                "Useful answers as a share of the calls that ended, up to 20 s: at least 99 %",
            ),
            ("max(threads) < 64", "The maximum of the busy threads of the service: less than 64"),
            (
                "p99(answered.success) <= 100ms",
                "The 99th percentile of the latency, each time that a client got what it asked for: at \
                 most 100 ms",
            ),
            ("recovered lane=1 = no", "The run recovered after its faults, in lane 2: no"),
            (
                "max(busy) on=postgres <= setting(postgres.bulkhead.max_concurrent)",
                "The maximum of the requests in progress at the dependency, at the database: at most \
                 the setting “Maximum concurrency”",
            ),
        ] {
            assert_eq!(said(text), [words]);
        }
    }

    #[test]
    fn every_name_of_events_has_words() {
        let known = |name: &str| {
            GROUPS.iter().any(|(group, _)| *group == name)
                || EventKind::ALL.iter().any(|kind| kind.name() == name)
        };
        for kind in EventKind::ALL {
            for (at, _) in kind.name().match_indices('.') {
                assert!(known(&kind.name()[..at]), "{}", kind.name());
            }
        }
        for (group, _) in GROUPS {
            assert!(Events::named(group).is_ok(), "{group}");
        }
    }
}
