//! The same tape through our breaker and through those of other libraries.
//!
//! Ours is the breaker of the engine. Each of the others is a small model in a file of its own, written
//! from the source, the tests and the documentation of the version that it names; it is no port, and
//! has only what a tape can show. A [`Row`] has what one of them did at each step, and the first step
//! at which it did something else than ours.
//!
//! The settings of the others are either their defaults or those nearest to ours; what they cannot
//! express is listed, and never replaced silently.

mod class;
mod envoy;
mod gobreaker;
mod lesson;
mod model;
mod ours;
mod polly;
mod resilience4j;
mod setup;

use crate::tape::Tape;
pub use class::{CLASS, Line, Variables};
use fusebox::time::Duration;
use fusebox::{BreakerConfig, CircuitBreaker, ConfigError, StateName};
pub use model::{Cell, Change, Fate};
use model::{Model, play};
use ours::Ours;
pub(crate) use setup::NearestRate;
pub use setup::Setup;

/// A breaker that plays a tape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    /// The breaker of the engine.
    Fusebox,
    /// resilience4j, for Java.
    Resilience4j,
    /// Polly, for .NET.
    Polly,
    /// sony/gobreaker, for Go.
    Gobreaker,
    /// The outlier detection of Envoy, for one host of a cluster.
    Envoy,
    /// The minimal class of the lesson, in Python.
    Lesson,
}

/// Which settings the other breakers have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Basis {
    /// Those nearest to ours.
    #[default]
    Nearest,
    /// Their defaults.
    Defaults,
}

/// What a breaker did with a tape.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The breaker.
    pub system: System,
    /// Its settings.
    pub setup: Setup,
    /// One for each step.
    pub cells: Vec<Cell>,
    /// The first step at which it did something else than ours, and what.
    pub difference: Option<Difference>,
}

/// The first step at which a breaker did something else than ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The number of the step, from 0.
    pub step: usize,
    /// What it did, in a few words: `refused`.
    pub what: String,
    /// Why, as a sentence.
    pub why: String,
}

impl System {
    /// All of them, ours first.
    pub const ALL: [Self; 6] = [
        Self::Fusebox,
        Self::Resilience4j,
        Self::Polly,
        Self::Gobreaker,
        Self::Envoy,
        Self::Lesson,
    ];

    /// Its name, with the version that is modelled.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fusebox => "Fusebox",
            Self::Resilience4j => "resilience4j 2.4",
            Self::Polly => "Polly 8",
            Self::Gobreaker => "gobreaker 2.4",
            Self::Envoy => "Envoy outlier detection, API v3",
            Self::Lesson => "The lesson's class",
        }
    }

    /// What it calls a state.
    #[must_use]
    pub const fn state(self, state: StateName) -> &'static str {
        match (self, state) {
            (Self::Envoy, StateName::Closed) => "in rotation",
            (Self::Envoy, _) => "ejected",
            (_, StateName::Closed) => "closed",
            (_, StateName::Open) => "open",
            (_, StateName::HalfOpen) => "half-open",
        }
    }
}

impl Basis {
    /// Both, with their names in links.
    pub const ALL: [(&'static str, Self); 2] =
        [("nearest", Self::Nearest), ("defaults", Self::Defaults)];
}

/// The rows of all breakers, ours first.
///
/// # Errors
/// When a setting of ours is out of range.
pub fn rows(
    config: &BreakerConfig,
    basis: Basis,
    tape: &Tape,
    every: Duration,
) -> Result<Vec<Row>, ConfigError> {
    let mut rows: Vec<Row> = Vec::new();
    for system in System::ALL {
        let (mut model, setup): (Box<dyn Model>, Setup) = match system {
            System::Fusebox => (Box::new(Ours::new(*config)?), ours::setup(config)),
            System::Resilience4j => resilience4j::model(config, basis)?,
            System::Polly => polly::model(config, basis)?,
            System::Gobreaker => gobreaker::model(config, basis),
            System::Envoy => envoy::model(config, basis),
            System::Lesson => lesson::model(config, basis),
        };
        let cells = play(model.as_mut(), tape, every);
        let difference = rows.first().and_then(|ours| difference(system, &ours.cells, &cells));
        rows.push(Row { system, setup, cells, difference });
    }
    Ok(rows)
}

/// What our breaker did with a tape, and the breaker after it.
///
/// # Errors
/// When a setting is out of range.
pub fn ours(
    config: &BreakerConfig,
    tape: &Tape,
    every: Duration,
) -> Result<(Vec<Cell>, CircuitBreaker), ConfigError> {
    let mut ours = Ours::new(*config)?;
    let cells = play(&mut ours, tape, every);
    Ok((cells, ours.into_breaker()))
}

fn difference(system: System, ours: &[Cell], theirs: &[Cell]) -> Option<Difference> {
    let differs = |(ours, theirs): (&Cell, &Cell)| {
        ours.is_refused() != theirs.is_refused()
            || ours.state != theirs.state
            || (ours.is_uncounted() && theirs.fate == Fate::Counted)
            || (theirs.is_uncounted() && ours.fate == Fate::Counted)
    };
    let step = ours.iter().zip(theirs).position(differs)?;
    let (ours, cell) = (&ours[step], &theirs[step]);
    let what = match (ours.is_refused(), cell.is_refused()) {
        (false, true) => "refused".to_owned(),
        (true, false) => format!("let through, {}", system.state(cell.state)),
        _ if ours.state == cell.state && cell.is_uncounted() => "does not count it".to_owned(),
        _ if ours.state == cell.state => "counts it".to_owned(),
        _ if cell.before == cell.state => format!("stays {}", system.state(cell.state)),
        _ => match (system, cell.state) {
            (System::Envoy, StateName::Closed) => "back in rotation".to_owned(),
            (System::Envoy, _) => "ejected".to_owned(),
            (_, StateName::Closed) => "closes".to_owned(),
            (_, StateName::Open) => "opens".to_owned(),
            (_, StateName::HalfOpen) => "half-open".to_owned(),
        },
    };
    Some(Difference { step, what, why: cell.why.clone() })
}
