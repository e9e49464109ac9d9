//! Questions to a run, and goals for it.
//!
//! A [`Query`] is a number of a run, in words: a measure, and the options that narrow it.
//!
//! | measure | is |
//! |---|---|
//! | `success`, `errors`, `p99` … | one of [`MEASURES`](measure::MEASURES), of the part of the run between `from` and `to` |
//! | `count(rejected.breaker)` | how many [events](event::EventKind) of this name there were |
//! | `first(breaker.open)`, `last(…)` | the moment of an event; `#5` after its name means the fifth |
//! | `value(fallback.stale)` | what the first such event carries: a latency, an age, a number |
//! | `p50(answered)`, `p99(…)`, `min(…)`, `mean(…)`, `max(…)` | what all such events carry |
//! | `max(threads)`, `min(…)`, `mean(…)` | of a [series](series::SERIES); its name alone is its number at the moment `at` |
//! | `time` | the time between `from` and `to` |
//! | `peak_after_repair`, `wasted_work` … | a measure of a lane of the Herd |
//! | `writes.duplicated`, `dependencies.postgres.retries` … | a number of the [report](crate::report::Report) of the whole run |
//! | `setting(postgres.breaker.cooldown)` | a setting; in prose also `setting postgres.breaker.cooldown` |
//! | `0.99`, `99%`, `10s`, `yes` | itself |
//!
//! The options are `on=postgres`, `endpoint=health`, `from=`, `to=` and `at=` with a moment, `lane=1`
//! for a lane of the Herd or a row of the Breaker from 0, and `of=without` for the run beside the run. Of events, `on`,
//! `endpoint` and `after` (a moment) may also stand in the parentheses. A moment is `start`, `end`, a
//! time such as `20s`, `first(…)`, `last(…)` or the name of an event, which means the first;
//! `+2s` or `-2s` may follow it. Queries can be added, subtracted, multiplied and divided, with blanks
//! around the sign.
//!
//! A [`Goal`] compares queries: `success >= 0.99 & amplification <= 1.2 within 60s`. `within` is the
//! length of the run.
//!
//! ```
//! use fusebox_lab::query::{Experiment, Goal, Query};
//!
//! let experiment = Experiment::of_link("playground?preset=dies-mid-query")?;
//! let run = experiment.run()?;
//! let silence: Query = "time from=first(breaker.open) to=first(breaker.half_open)".parse()?;
//! assert_eq!(run.text(&silence, None).as_deref(), Some("30 s"));
//! let goal: Goal = "writes.duplicated = 0 & success >= 99%".parse()?;
//! assert!(!goal.judge(&run, None).holds);
//! # Ok::<(), fusebox_lab::settings::Problem>(())
//! ```

pub mod event;
mod experiment;
mod goal;
pub mod measure;
mod parse;
mod played;
mod ran;
mod reported;
mod said;
pub mod series;
mod unit;

use crate::settings::Problem;
use core::fmt;
use core::str::FromStr;
use event::Events;
pub use experiment::{Experiment, Running};
use fusebox::time::Duration;
use fusebox_sim::{Dependency, Endpoint};
pub use goal::{Clause, Comparison, Goal, Judgement, Measured};
use measure::Measure;
pub(crate) use ran::setting;
pub use ran::{LaneRun, Ran};
use series::Series;
pub use unit::Unit;

/// The longest query or goal that is read, in bytes.
pub const LENGTH_MAX: usize = 1_000;

/// A number of a run, in words.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// The words.
    pub text: String,
    pub(crate) sum: Sum,
}

/// Terms with signs between them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Sum {
    Term(Box<Term>),
    Two(Box<(Sum, Sign, Sum)>),
}

/// What is done with two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    Plus,
    Minus,
    Times,
    Over,
}

/// One number, and the part of the run that it is of.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Term {
    pub(crate) what: What,
    pub(crate) scope: Scope,
}

/// The options of a query.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Scope {
    pub(crate) on: Option<Dependency>,
    pub(crate) endpoint: Option<Endpoint>,
    pub(crate) from: Option<Moment>,
    pub(crate) to: Option<Moment>,
    pub(crate) at: Option<Moment>,
    pub(crate) lane: Option<usize>,
    /// Whether it is of the run beside the run.
    pub(crate) without: bool,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum What {
    Literal(f64, Unit),
    Measure(&'static Measure),
    Moment(Moment),
    Count(Events),
    /// What the first event carries.
    Value(Events),
    OfEvents(Reduce, Events),
    OfSeries(Reduce, &'static Series),
    /// A series at a moment, or at the end.
    Now(&'static Series),
    Lane(&'static crate::herd::Measure),
    Report(String, Unit),
    Setting(String),
}

/// One number from many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reduce {
    Min,
    Mean,
    Max,
    /// The value below which this share in per cent lies.
    Percentile(u32),
}

/// A moment of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    /// The words.
    pub text: String,
    pub(crate) base: Base,
    /// A time after it, and a time before it.
    pub(crate) shift: [Duration; 2],
}

/// Where a moment is counted from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Base {
    /// The start of the run.
    Start,
    End,
    Event {
        events: Events,
        /// Counted from 1, from the end if it is the last that is wanted.
        number: u32,
        from_end: bool,
        after: Option<Box<Moment>>,
    },
}

impl FromStr for Query {
    type Err = Problem;

    /// Reads a query.
    fn from_str(text: &str) -> Result<Self, Problem> {
        let sum = parse::whole(text, parse::Parser::sum)?;
        Ok(Self { text: text.trim().to_string(), sum })
    }
}

impl FromStr for Events {
    type Err = Problem;

    /// Reads the name of events, with `on` and `endpoint`.
    fn from_str(text: &str) -> Result<Self, Problem> {
        parse::whole(text, parse::Parser::events)
    }
}

impl FromStr for Moment {
    type Err = Problem;

    /// Reads a moment.
    fn from_str(text: &str) -> Result<Self, Problem> {
        parse::whole(text, parse::Parser::moment)
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Query {
    /// The unit of its number.
    #[must_use]
    pub fn unit(&self) -> Unit {
        self.sum.unit()
    }

    /// Whether it asks when something happens, counted from the start of the run.
    #[must_use]
    pub fn is_moment(&self) -> bool {
        matches!(&self.sum, Sum::Term(term) if matches!(term.what, What::Moment(_)))
    }

    /// The moment from which it asks for a time; none if it asks for something else.
    #[must_use]
    pub fn time_from(&self) -> Option<&Moment> {
        let Sum::Term(term) = &self.sum else { return None };
        let is_time = matches!(term.what, What::Measure(measure) if measure.name == "time");
        term.scope.from.as_ref().filter(|_| is_time)
    }

    /// The series over which it takes a number; none if it asks for something else.
    #[must_use]
    pub fn of_series(&self) -> Option<(&'static Series, Option<Dependency>)> {
        let Sum::Term(term) = &self.sum else { return None };
        match term.what {
            What::OfSeries(_, series) | What::Now(series) => Some((series, term.scope.on)),
            _ => None,
        }
    }

    /// The number that it states itself; none if it asks a run.
    #[must_use]
    pub fn literal(&self) -> Option<f64> {
        self.sum.literal()
    }

    /// The query of a single series at its end, as a picture of it has it.
    #[must_use]
    pub fn series(&self) -> Option<(&'static Series, Option<Dependency>)> {
        match &self.sum {
            Sum::Term(term) => match term.what {
                What::Now(series) => Some((series, term.scope.on)),
                _ => None,
            },
            Sum::Two(_) => None,
        }
    }

    /// Whether it needs the run beside the run.
    #[must_use]
    pub fn needs_without(&self) -> bool {
        self.sum.terms().iter().any(|term| term.scope.without)
    }
}

impl Sum {
    pub(crate) fn terms(&self) -> Vec<&Term> {
        match self {
            Self::Term(term) => vec![term],
            Self::Two(two) => [two.0.terms(), two.2.terms()].concat(),
        }
    }

    pub(crate) fn literal(&self) -> Option<f64> {
        match self {
            Self::Term(term) => match term.what {
                What::Literal(number, _) => Some(number),
                _ => None,
            },
            Self::Two(_) => None,
        }
    }

    pub(crate) fn unit(&self) -> Unit {
        match self {
            Self::Term(term) => term.unit(),
            Self::Two(two) => match (two.0.unit(), two.1, two.2.unit()) {
                (one, Sign::Over, other) if one == other => Unit::Number,
                (Unit::Count, Sign::Over, Unit::Time) => Unit::Rate,
                (Unit::Count | Unit::Number, Sign::Over, Unit::Rate) => Unit::Time,
                (Unit::Count, Sign::Over, _) => Unit::Number,
                (Unit::Count | Unit::Number, Sign::Times, other) => other,
                (one, ..) => one,
            },
        }
    }
}

impl Term {
    fn unit(&self) -> Unit {
        match &self.what {
            What::Literal(_, unit) | What::Report(_, unit) => *unit,
            What::Measure(measure) => measure.unit,
            What::Moment(_) => Unit::Time,
            What::Count(_) => Unit::Count,
            What::Value(events) | What::OfEvents(_, events) => events.carried(),
            What::OfSeries(Reduce::Mean, series) if series.unit == Unit::Count => Unit::Number,
            What::OfSeries(_, series) | What::Now(series) => series.unit,
            What::Lane(measure) => match measure.unit {
                crate::herd::Unit::Count(_) => Unit::Count,
                crate::herd::Unit::Number(_) => Unit::Number,
                crate::herd::Unit::Capacity => Unit::Multiple,
                crate::herd::Unit::Share => Unit::Share,
                crate::herd::Unit::Seconds => Unit::Time,
            },
            What::Setting(key) => ran::unit_of_setting(key),
        }
    }
}
