//! A run after its end, and the numbers of it that a query asks for.

use super::event::Event;
use super::measure::{Part, number, percentile};
use super::series::Series;
use super::unit::Unit;
use super::{Base, Moment, Query, Reduce, Scope, Sign, Sum, Term, What};
use crate::herd::{Comparison, LaneMeasures};
use crate::settings::{self, Kind, Problem, Scale, SettingSpec, Value};
use crate::words;
use fusebox::BreakerConfig;
use fusebox::time::{Duration, Instant};
use fusebox_sim::{Dependency, Sample, Scenario};
use std::collections::BTreeMap;

/// A run after its end.
#[derive(Clone, Debug)]
pub struct Ran {
    /// The only lane of a Playground, or the lanes of a Herd.
    pub lanes: Vec<LaneRun>,
    pub(super) settings: Settings,
}

/// The settings of a run.
#[derive(Clone, Debug)]
pub(super) enum Settings {
    Playground(Box<Scenario>),
    Herd(Box<Comparison>),
    Breaker(Box<BreakerConfig>),
}

/// One world of a run.
#[derive(Clone, Debug)]
pub struct LaneRun {
    /// Its events, in the order of time.
    pub events: Vec<Event>,
    /// A sample every 100 ms.
    pub samples: Vec<Sample>,
    /// The end of its warm-up, from when it is measured.
    pub began: Instant,
    /// Its end.
    pub end: Instant,
    /// How many times a breaker opened although few of its calls had failed; none on a tape, whose few
    /// calls say nothing of traffic.
    pub opened_at_low_share: u64,
    /// The numbers of its report.
    pub(super) report: BTreeMap<String, f64>,
    /// The measures of a lane of the Herd.
    pub(super) measures: Option<LaneMeasures>,
}

impl Ran {
    /// The number that a query asks for, in the base of its unit; none if the run does not have it.
    #[must_use]
    pub fn number(&self, query: &Query, without: Option<&Self>) -> Option<f64> {
        self.sum(&query.sum, without)
    }

    /// The same as people read it, with its unit.
    #[must_use]
    pub fn text(&self, query: &Query, without: Option<&Self>) -> Option<String> {
        if let Sum::Term(term) = &query.sum
            && let What::Setting(key) = &term.what
        {
            let run = if term.scope.without { without? } else { self };
            return run.settings.text(key);
        }
        self.number(query, without).map(|number| query.unit().text(number))
    }

    /// When a moment is, in the first lane; none if it is not within the run.
    #[must_use]
    pub fn moment(&self, moment: &Moment) -> Option<Instant> {
        self.lanes.first()?.moment(moment)
    }

    /// The moment from which on a run that goes on no longer changes the number: the latest that the
    /// query names, or the end; none for a number of the run beside it.
    #[must_use]
    pub fn known_at(&self, query: &Query) -> Option<Instant> {
        let known = query.sum.terms().into_iter().map(|term| {
            let lane = self.lanes.get(term.scope.lane.unwrap_or(0))?;
            match (&term.what, &term.scope) {
                (What::Literal(..) | What::Setting(_), _) => Some(Instant::ZERO),
                (_, Scope { without: true, .. }) => None,
                (What::Moment(moment), _) => lane.moment(moment),
                (What::Now(_), Scope { at: Some(at), .. }) => lane.moment(at),
                (What::Value(_), Scope { from: Some(from), .. }) => lane.moment(from),
                (_, Scope { to: Some(to), .. }) => lane.moment(to),
                _ => Some(lane.end),
            }
        });
        known.collect::<Option<Vec<_>>>()?.into_iter().max()
    }

    /// A series over the whole run, each number with its time.
    #[must_use]
    pub fn series(
        &self,
        series: &Series,
        on: Option<Dependency>,
        lane: usize,
    ) -> Vec<(Instant, Option<f64>)> {
        let samples = self.lanes.get(lane).map(|lane| &lane.samples[..]).unwrap_or_default();
        samples.iter().map(|sample| (sample.at, series.of(sample, on))).collect()
    }

    pub(super) fn sum(&self, sum: &Sum, without: Option<&Self>) -> Option<f64> {
        match sum {
            Sum::Term(term) => {
                let run = if term.scope.without { without? } else { self };
                run.term(term)
            }
            Sum::Two(two) => {
                let (one, other) = (self.sum(&two.0, without)?, self.sum(&two.2, without)?);
                match two.1 {
                    Sign::Plus => Some(one + other),
                    Sign::Minus => Some(one - other),
                    Sign::Times => Some(one * other),
                    Sign::Over => (other.abs() > 0.0).then(|| one / other),
                }
            }
        }
    }

    fn term(&self, term: &Term) -> Option<f64> {
        let lane = self.lanes.get(term.scope.lane.unwrap_or(0))?;
        match &term.what {
            What::Literal(number, _) => Some(*number),
            What::Setting(key) => self.settings.number(key),
            what => lane.number(what, &term.scope),
        }
    }
}

impl LaneRun {
    /// When a moment is; none if it is not within the run.
    #[must_use]
    pub fn moment(&self, moment: &Moment) -> Option<Instant> {
        let base = match &moment.base {
            Base::Start => Instant::ZERO,
            Base::End => self.end,
            Base::Event { events, number, from_end, after } => {
                let after = match after {
                    Some(after) => self.moment(after)?,
                    None => Instant::ZERO,
                };
                let start = self.events.partition_point(|event| event.at < after);
                let mut found = self.events[start..].iter().filter(|event| events.has(event));
                let skip = *number as usize - 1;
                if *from_end { found.nth_back(skip) } else { found.nth(skip) }?.at
            }
        };
        let [later, earlier] = moment.shift;
        Some((base + later) - earlier).filter(|at| *at <= self.end)
    }

    /// The part of the run that a scope has; none if one of its moments is not within the run.
    fn part(&self, scope: &Scope) -> Option<Part<'_>> {
        let from = scope.from.as_ref().map_or(Some(self.began), |from| self.moment(from))?;
        let to = scope.to.as_ref().map_or(Some(self.end), |to| self.moment(to))?;
        let first = self.events.partition_point(|event| event.at < from);
        let is_before = |at: Instant| if scope.to.is_some() { at < to } else { at <= to };
        let end = self.events.partition_point(|event| is_before(event.at));
        let [after, until] =
            [from, to].map(|at| self.samples.partition_point(|sample| sample.at <= at));
        Some(Part {
            events: self.events.get(first..end)?,
            samples: self.samples.get(after..until)?,
            length: to.since(from),
            endpoint: scope.endpoint,
            on: scope.on,
            recovered_after: self.recovered_after(),
        })
    }

    fn recovered_after(&self) -> Option<f64> {
        match &self.measures {
            Some(measures) => measures.get(crate::herd::Measure::usual()),
            None => self.report.get("recovery.after_ms").map(|millis| millis / 1e3),
        }
    }

    fn number(&self, what: &What, scope: &Scope) -> Option<f64> {
        match what {
            What::Literal(..) | What::Setting(_) => None,
            What::Measure(measure) => measure.of(&self.part(scope)?),
            What::Moment(moment) => Some(self.moment(moment)?.as_secs_f64()),
            What::Count(events) => {
                let part = self.part(scope)?;
                Some(number(part.events.iter().filter(|event| events.has(event)).count()))
            }
            What::Value(events) => {
                let part = self.part(scope)?;
                part.events.iter().find(|event| events.has(event))?.carried.number()
            }
            What::OfEvents(reduce, events) => {
                let part = self.part(scope)?;
                let found = part.events.iter().filter(|event| events.has(event));
                reduce.of(found.filter_map(|event| event.carried.number()).collect())
            }
            What::OfSeries(reduce, series) => {
                let part = self.part(scope)?;
                reduce.of(part.samples.iter().filter_map(|it| series.of(it, scope.on)).collect())
            }
            What::Now(series) => {
                let at = scope.at.as_ref().map_or(Some(self.end), |at| self.moment(at))?;
                let next = self.samples.partition_point(|sample| sample.at < at);
                let sample = self.samples.get(next).or_else(|| self.samples.last())?;
                series.of(sample, scope.on)
            }
            What::Lane(measure) => self.measures.as_ref()?.get(measure),
            What::Report(path, unit) => {
                let number = *self.report.get(path)?;
                Some(if *unit == Unit::Time { number / 1e3 } else { number })
            }
        }
    }
}

impl Reduce {
    fn of(self, numbers: Vec<f64>) -> Option<f64> {
        match self {
            Self::Min => numbers.into_iter().reduce(f64::min),
            Self::Max => numbers.into_iter().reduce(f64::max),
            Self::Mean => {
                let count = numbers.len();
                (count > 0).then(|| numbers.into_iter().sum::<f64>() / number(count))
            }
            Self::Percentile(percent) => percentile(numbers, percent),
        }
    }
}

impl Settings {
    fn get(&self, key: &str) -> Option<(&'static SettingSpec, String)> {
        match self {
            Self::Playground(scenario) => {
                let spec = settings::spec::<Scenario>(key).ok()?;
                settings::get(&**scenario, key).map(|text| (spec, text))
            }
            Self::Herd(comparison) => {
                let spec = settings::spec::<Comparison>(key).ok()?;
                settings::get(&**comparison, key).map(|text| (spec, text))
            }
            Self::Breaker(config) => {
                let spec = settings::spec::<BreakerConfig>(key).ok()?;
                settings::get(&**config, key).map(|text| (spec, text))
            }
        }
    }

    fn number(&self, key: &str) -> Option<f64> {
        let (spec, text) = self.get(key)?;
        match (spec.parse(&text)?, spec.kind) {
            (Value::Time(time), _) => Some(time.as_secs_f64()),
            (Value::Number(number), Kind::Number { scale, .. }) => {
                let divisor = if scale.is_share() { 100.0 } else { 1.0 };
                let decimals = i32::try_from(scale.decimals()).unwrap_or_default();
                Some(f64::from(number) / libm::pow(10.0, f64::from(decimals)) / divisor)
            }
            (Value::Flag(flag), _) => Some(f64::from(u8::from(flag))),
            (Value::Rate(points), _) => {
                let (_, first) = *points.first()?;
                let same = points.iter().all(|(_, rate)| *rate == first);
                same.then(|| Duration::from_millis(first).as_secs_f64())
            }
            _ => None,
        }
    }

    /// A setting as people read it.
    fn text(&self, key: &str) -> Option<String> {
        let (spec, text) = self.get(key)?;
        match spec.parse(&text)? {
            Value::Time(time) => Some(words::length(time)),
            Value::Off => Some("off".to_string()),
            Value::Flag(flag) => Some(if flag { "on" } else { "off" }.to_string()),
            Value::Number(_) => self.number(key).map(|number| unit_of_setting(key).text(number)),
            Value::Rate(_) => {
                let constant = self.number(key).map(|number| Unit::Number.text(number));
                Some(constant.unwrap_or(text))
            }
            _ => Some(text),
        }
    }
}

/// The description of a setting of a world, a comparison or a breaker.
///
/// # Errors
/// When there is no such setting, or the key means several.
pub(crate) fn setting(key: &str) -> Result<&'static SettingSpec, Problem> {
    let others = |problem| {
        let lane = settings::spec::<Comparison>(key);
        lane.or_else(|_| settings::spec::<BreakerConfig>(key)).map_err(|_| problem)
    };
    settings::spec::<Scenario>(key).or_else(others)
}

/// The unit of the number of a setting.
pub(super) fn unit_of_setting(key: &str) -> Unit {
    match setting(key).map(|spec| spec.kind) {
        Ok(Kind::Time { .. }) => Unit::Time,
        Ok(Kind::Flag) => Unit::Truth,
        Ok(Kind::Number { scale: Scale::PerMille | Scale::PerTenThousand, .. }) => Unit::Share,
        Ok(Kind::Number { scale: Scale::Whole(_), .. }) => Unit::Count,
        _ => Unit::Number,
    }
}
