//! Reads queries, moments and goals.

use super::event::Events;
use super::goal::{Clause, Comparison, Goal};
use super::measure::Measure;
use super::reported::ReportNumber;
use super::series::Series;
use super::unit::Unit;
use super::{Base, LENGTH_MAX, Moment, Reduce, Scope, Sign, Sum, Term, What};
use crate::settings::{DEPENDENCIES, Problem, hint, named, parse_time, shortened};
use core::str::FromStr;
use fusebox::time::Duration;
use fusebox_sim::Endpoint;

/// The deepest parentheses.
const DEPTH_MAX: u32 = 8;

/// The most clauses of a goal.
const CLAUSES_MAX: usize = 16;

/// Reads all of a text with a part of the grammar.
pub(super) fn whole<'a, T>(
    text: &'a str,
    read: impl FnOnce(&mut Parser<'a>) -> Result<T, Problem>,
) -> Result<T, Problem> {
    if text.len() > LENGTH_MAX {
        let what = format!("is longer than {LENGTH_MAX} bytes");
        return Err(Problem::new(format!("{:?}", shortened(text)), what));
    }
    let mut parser = Parser { text, rest: text.trim_start(), depth: 0 };
    let value = read(&mut parser)?;
    if parser.rest.is_empty() { Ok(value) } else { Err(parser.expected("nothing more")) }
}

impl FromStr for Goal {
    type Err = Problem;

    /// Reads a goal.
    fn from_str(text: &str) -> Result<Self, Problem> {
        whole(text, |parser| {
            let mut clauses = vec![parser.clause()?];
            while parser.take("&") {
                clauses.push(parser.clause()?);
            }
            if clauses.len() > CLAUSES_MAX {
                let what = format!("has more than {CLAUSES_MAX} comparisons");
                return Err(Problem::new("the goal", what));
            }
            let within = parser.take_word("within").then(|| parser.time()).transpose()?;
            Ok(Self { clauses, within, text: text.trim().to_string() })
        })
    }
}

/// The rest of a text.
pub(super) struct Parser<'a> {
    text: &'a str,
    rest: &'a str,
    depth: u32,
}

impl<'a> Parser<'a> {
    fn skip(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(bytes);
        self.rest = rest.trim_start();
        taken
    }

    fn take(&mut self, sign: &str) -> bool {
        let is_next = self.rest.starts_with(sign);
        if is_next {
            self.skip(sign.len());
        }
        is_next
    }

    fn take_word(&mut self, word: &str) -> bool {
        let is_next = self.peek_word() == word;
        if is_next {
            self.skip(word.len());
        }
        is_next
    }

    /// A word with dots; empty if no word is next.
    fn peek_word(&self) -> &'a str {
        if !self.rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return "";
        }
        let is_in = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
        &self.rest[..self.rest.find(|c| !is_in(c)).unwrap_or(self.rest.len())]
    }

    fn word(&mut self, accepts: &str) -> Result<&'a str, Problem> {
        match self.peek_word() {
            "" => Err(self.expected(accepts)),
            word => Ok(self.skip(word.len())),
        }
    }

    /// A number with its unit, as it stands.
    fn peek_number(&self) -> &'a str {
        if !self.rest.starts_with(|c: char| c.is_ascii_digit()) {
            return "";
        }
        let is_in = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '%');
        &self.rest[..self.rest.find(|c| !is_in(c)).unwrap_or(self.rest.len())]
    }

    fn expected(&self, accepts: &str) -> Problem {
        let at = self.text.len() - self.rest.len();
        let found = if self.rest.is_empty() {
            "ends".to_string()
        } else {
            format!("has {:?}", shortened(self.rest))
        };
        let what = format!("{found} after {at} characters, but must have {accepts} there");
        Problem::new(format!("{:?}", shortened(self.text)), what)
    }

    fn unknown(&self, word: &str, what: &str, known: &[&str]) -> Problem {
        let hint = hint(word, known);
        let what = format!("has {:?}, which is no {what}{hint}", shortened(word));
        Problem::new(format!("{:?}", shortened(self.text)), what)
    }

    fn refused(&self, what: impl Into<String>) -> Problem {
        Problem::new(format!("{:?}", shortened(self.text)), what)
    }

    fn clause(&mut self) -> Result<Clause, Problem> {
        let start = self.rest;
        let left = self.sum()?;
        let signs = Comparison::ALL.into_iter();
        let Some(is) = signs.into_iter().find(|it| self.take(it.sign())) else {
            return Err(self.expected("a comparison (>=, <=, >, <, !=, =)"));
        };
        let right = self.sum()?;
        let text = start[..start.len() - self.rest.len()].trim_end().to_string();
        let alike = |one: Unit, other: Unit| {
            let plain = |unit| matches!(unit, Unit::Count | Unit::Number);
            let any =
                |unit| plain(unit) || matches!(unit, Unit::Rate | Unit::Multiple | Unit::Share);
            one == other || any(one) && any(other)
        };
        let (one, other) = (left.unit(), right.unit());
        if !alike(one, other) {
            let what = format!("compares {} with {}", one.words(), other.words());
            return Err(Problem::new(format!("{:?}", shortened(&text)), what));
        }
        Ok(Clause { left, is, right, text })
    }

    pub(super) fn sum(&mut self) -> Result<Sum, Problem> {
        self.signed(&[("+", Sign::Plus), ("-", Sign::Minus)], |parser| {
            parser.signed(&[("*", Sign::Times), ("/", Sign::Over)], Self::single)
        })
    }

    fn signed(
        &mut self,
        signs: &[(&str, Sign)],
        read: impl Fn(&mut Self) -> Result<Sum, Problem>,
    ) -> Result<Sum, Problem> {
        let mut sum = read(self)?;
        while let Some((_, sign)) = signs.iter().find(|(text, _)| self.take(text)) {
            sum = Sum::Two(Box::new((sum, *sign, read(self)?)));
        }
        Ok(sum)
    }

    fn single(&mut self) -> Result<Sum, Problem> {
        if !self.take("(") {
            return Ok(Sum::Term(Box::new(self.term()?)));
        }
        self.deeper()?;
        let sum = self.sum()?;
        self.close()?;
        Ok(sum)
    }

    fn deeper(&mut self) -> Result<(), Problem> {
        self.depth += 1;
        if self.depth > DEPTH_MAX { Err(self.refused("has too many parentheses")) } else { Ok(()) }
    }

    fn close(&mut self) -> Result<(), Problem> {
        self.depth -= 1;
        if self.take(")") { Ok(()) } else { Err(self.expected("a )")) }
    }

    fn term(&mut self) -> Result<Term, Problem> {
        let what = self.what()?;
        let scope = self.scope()?;
        self.check(&what, &scope)?;
        Ok(Term { what, scope })
    }

    fn what(&mut self) -> Result<What, Problem> {
        let number = self.peek_number();
        if !number.is_empty() {
            let Some((value, unit)) = literal(number) else {
                return Err(self.expected("a number, a share such as 99% or a time such as 2s"));
            };
            self.skip(number.len());
            return Ok(What::Literal(value, unit));
        }
        let word = self.word("a measure or a number")?;
        if self.rest.starts_with('(') {
            return self.call(word);
        }
        match word {
            "yes" => Ok(What::Literal(1.0, Unit::Truth)),
            "no" => Ok(What::Literal(0.0, Unit::Truth)),
            "setting" => {
                let key = self.word("the key of a setting")?;
                Self::setting(key)
            }
            _ => self.named(word),
        }
    }

    fn named(&self, word: &str) -> Result<What, Problem> {
        if let Some(measure) = Measure::find(word) {
            return Ok(What::Measure(measure));
        }
        if let Some(series) = Series::find(word) {
            return Ok(What::Now(series));
        }
        if let Some(measure) = crate::herd::Measure::find(word) {
            return Ok(What::Lane(measure));
        }
        if let Some(number) = ReportNumber::at(word) {
            return Ok(What::Report(word.to_string(), number.unit));
        }
        let known = super::measure::MEASURES.iter().map(|it| it.name);
        let known = known.chain(super::series::SERIES.iter().map(|it| it.name));
        Err(self.unknown(word, "measure", &known.collect::<Vec<_>>()))
    }

    fn setting(key: &str) -> Result<What, Problem> {
        super::ran::setting(key).map(|_| What::Setting(key.to_string()))
    }

    /// A function with its argument.
    fn call(&mut self, name: &str) -> Result<What, Problem> {
        self.take("(");
        self.deeper()?;
        let reduce = match name {
            "min" => Some(Reduce::Min),
            "mean" => Some(Reduce::Mean),
            "max" => Some(Reduce::Max),
            "p50" => Some(Reduce::Percentile(50)),
            "p90" => Some(Reduce::Percentile(90)),
            "p99" => Some(Reduce::Percentile(99)),
            _ => None,
        };
        let series = Series::find(self.peek_word());
        let what = match (name, reduce) {
            (_, Some(reduce)) => {
                match series.filter(|_| !matches!(reduce, Reduce::Percentile(_))) {
                    Some(series) => {
                        self.word("a series")?;
                        What::OfSeries(reduce, series)
                    }
                    None => What::OfEvents(reduce, self.events()?),
                }
            }
            ("count", _) => What::Count(self.events()?),
            ("value", _) => What::Value(self.events()?),
            ("setting", _) => {
                let key = self.word("the key of a setting")?;
                Self::setting(key)?
            }
            ("first" | "last", _) => {
                let base = self.event_base(name == "last")?;
                What::Moment(Moment { text: String::new(), base, shift: [Duration::ZERO; 2] })
            }
            _ => {
                let known = [
                    "first", "last", "count", "value", "min", "mean", "max", "p50", "p90", "p99",
                    "setting",
                ];
                return Err(self.unknown(name, "function", &known));
            }
        };
        self.close()?;
        Ok(what)
    }

    /// The name of events with its own options.
    pub(super) fn events(&mut self) -> Result<Events, Problem> {
        let word = self.word("the name of an event")?;
        let mut events = Events::named(word)?;
        let scope = self.scope()?;
        let bare = Scope { on: scope.on, endpoint: scope.endpoint, ..Scope::default() };
        if scope != bare {
            return Err(self.refused("gives an event more than on and endpoint"));
        }
        (events.on, events.endpoint) = (scope.on, scope.endpoint);
        Ok(events)
    }

    /// What stands in the parentheses of `first` and `last`.
    fn event_base(&mut self, from_end: bool) -> Result<Base, Problem> {
        let word = self.word("the name of an event")?;
        let mut events = Events::named(word)?;
        let mut number = 1;
        if self.take("#") {
            let digits = self.peek_number();
            let parsed = digits.parse().ok().filter(|number| (1..=1_000_000).contains(number));
            number = parsed.ok_or_else(|| self.expected("a number from 1"))?;
            self.skip(digits.len());
        }
        let mut after = None;
        loop {
            if self.take_option("on") {
                events.on = Some(self.dependency()?);
            } else if self.take_option("endpoint") {
                events.endpoint = Some(self.endpoint()?);
            } else if self.take_option("after") {
                after = Some(Box::new(self.moment()?));
            } else {
                return Ok(Base::Event { events, number, from_end, after });
            }
        }
    }

    pub(super) fn moment(&mut self) -> Result<Moment, Problem> {
        let start = self.rest;
        let mut shift = [Duration::ZERO; 2];
        let number = self.peek_number();
        let base = if number.is_empty() {
            let word = self.peek_word();
            match word {
                "start" | "end" => {
                    self.skip(word.len());
                    if word == "start" { Base::Start } else { Base::End }
                }
                "first" | "last" if self.rest[word.len()..].trim_start().starts_with('(') => {
                    self.skip(word.len());
                    self.take("(");
                    self.deeper()?;
                    let base = self.event_base(word == "last")?;
                    self.close()?;
                    base
                }
                _ => {
                    let word = self.word("a moment")?;
                    let events = Events::named(word)?;
                    Base::Event { events, number: 1, from_end: false, after: None }
                }
            }
        } else {
            shift[0] = self.time()?;
            Base::Start
        };
        for (side, sign) in ["+", "-"].into_iter().enumerate() {
            if self.take(sign) {
                shift[side] = shift[side].saturating_add(self.time()?);
            }
        }
        let text = start[..start.len() - self.rest.len()].trim_end().to_string();
        Ok(Moment { text, base, shift })
    }

    fn time(&mut self) -> Result<Duration, Problem> {
        let text = self.peek_number();
        let time = parse_time(text).filter(|time| *time <= Duration::DAY);
        let time = time.ok_or_else(|| self.expected("a time such as 250ms or 2s"))?;
        self.skip(text.len());
        Ok(time)
    }

    fn take_option(&mut self, key: &str) -> bool {
        let rest = self.rest.strip_prefix(key);
        let is_next = rest.is_some_and(|rest| rest.trim_start().starts_with('='));
        if is_next {
            self.skip(key.len());
            self.take("=");
        }
        is_next
    }

    fn dependency(&mut self) -> Result<fusebox_sim::Dependency, Problem> {
        let word = self.word("a dependency")?;
        named(word).ok_or_else(|| self.unknown(word, "dependency", DEPENDENCIES))
    }

    fn endpoint(&mut self) -> Result<Endpoint, Problem> {
        let word = self.word("an endpoint")?;
        let found = Endpoint::ALL.into_iter().find(|it| it.name() == word);
        found.ok_or_else(|| self.unknown(word, "endpoint", &Endpoint::ALL.map(Endpoint::name)))
    }

    fn scope(&mut self) -> Result<Scope, Problem> {
        let mut scope = Scope::default();
        loop {
            if self.take_option("on") {
                scope.on = Some(self.dependency()?);
            } else if self.take_option("endpoint") {
                scope.endpoint = Some(self.endpoint()?);
            } else if self.take_option("from") {
                scope.from = Some(self.moment()?);
            } else if self.take_option("to") {
                scope.to = Some(self.moment()?);
            } else if self.take_option("at") {
                scope.at = Some(self.moment()?);
            } else if self.take_option("lane") {
                let digits = self.peek_number();
                let lane = digits.parse().ok().filter(|lane| *lane < crate::herd::LANES_MAX);
                scope.lane = Some(lane.ok_or_else(|| self.expected("a lane, from 0 to 7"))?);
                self.skip(digits.len());
            } else if self.take_option("of") {
                if !self.take_word("without") {
                    return Err(self.expected("without"));
                }
                scope.without = true;
            } else {
                return Ok(scope);
            }
        }
    }

    /// Refuses options that would have no effect.
    fn check(&self, what: &What, scope: &Scope) -> Result<(), Problem> {
        let is_part = scope.from.is_some() || scope.to.is_some();
        let (part, at, on, endpoint) = match what {
            What::Measure(measure) => {
                let is_whole = ["recovered", "recovered_after"].contains(&measure.name);
                (!is_whole, false, measure.takes_dependency(), measure.takes_endpoint())
            }
            What::Literal(..)
            | What::Setting(_)
            | What::Moment(_)
            | What::Lane(_)
            | What::Report(..) => (false, false, false, false),
            What::Count(_) | What::Value(_) | What::OfEvents(..) => (true, false, false, false),
            What::OfSeries(..) => (true, false, true, false),
            What::Now(_) => (false, true, true, false),
        };
        for (given, takes, option) in [
            (is_part, part, "from and to"),
            (scope.at.is_some(), at, "at"),
            (scope.on.is_some(), on, "on"),
            (scope.endpoint.is_some(), endpoint, "endpoint"),
        ] {
            if given && !takes {
                return Err(self.refused(format!("gives {option} to what does not take it")));
            }
        }
        Ok(())
    }
}

/// The value of a number with its unit.
fn literal(text: &str) -> Option<(f64, Unit)> {
    let number = |digits: &str| digits.replace('_', "").parse::<f64>().ok();
    if let Some(digits) = text.strip_suffix('%') {
        return number(digits).map(|it| (it / 100.0, Unit::Share));
    }
    if text.ends_with(|c: char| c.is_ascii_digit()) {
        return number(text).map(|it| (it, Unit::Number));
    }
    parse_time(text).map(|time| (time.as_secs_f64(), Unit::Time))
}
