//! Answers to questions, and their texts in links.

use super::{Ask, Challenge, Key, WorldLink};
use crate::herd::Comparison;
use crate::link::Link;
use crate::settings::{self, Problem};
use fusebox_sim::Scenario;

/// The numbers of a drawn curve, which are evenly spaced in time.
pub const CURVE_POINTS: usize = 9;

/// An answer to a question.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// The number of the claim, from 0.
    Choose(usize),
    /// The numbers of the moments, from 0, in the answered order.
    Order(Vec<usize>),
    /// The predicted number.
    Predict(f64),
    /// The numbers of the drawn curve, [`CURVE_POINTS`] of them.
    Draw(Vec<f64>),
    /// The changed settings.
    Set(Changes),
    /// The number of the suspected setting, from 0.
    Find(usize),
}

/// Settings with their new values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes(Vec<(String, String)>);

/// A challenge that was tried.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attempted {
    /// How often it was judged.
    pub tries: u32,
    /// The settings that were judged last.
    pub changes: Changes,
}

impl Attempted {
    /// The attempts with this text; none if there are more than the challenge has, if a setting is
    /// locked, or if one does not accept its value.
    #[must_use]
    pub fn read(challenge: &Challenge, text: &str) -> Option<Self> {
        let (tries, changes) = text.split_once('/').unwrap_or((text, ""));
        let tries = tries.parse().ok().filter(|tries| (1..=challenge.tries).contains(tries))?;
        let changes = Changes::read(&challenge.change, changes)?;
        changes.world(&challenge.world).ok()?;
        Some(Self { tries, changes })
    }

    /// The text from which [`Attempted::read`] makes it.
    #[must_use]
    pub fn write(&self) -> String {
        format!("{}/{}", self.tries, self.changes.write())
    }
}

impl Answer {
    /// The answer with this text; none if it is no answer to such a question.
    #[must_use]
    pub fn read(ask: &Ask, text: &str) -> Option<Self> {
        let number = |text: &str| text.parse().ok().filter(|it: &f64| it.abs() <= 1e9);
        let index = |count: usize| text.parse().ok().filter(|it| *it < count);
        match ask {
            Ask::Choose(ask) => index(ask.options.len()).map(Self::Choose),
            Ask::Find(ask) => index(ask.lines.len()).map(Self::Find),
            Ask::Predict(_) => number(text).map(Self::Predict),
            Ask::Set(ask) => Changes::read(&ask.change, text).map(Self::Set),
            Ask::Order(ask) => {
                let order: Option<Vec<usize>> = text.split('/').map(|it| it.parse().ok()).collect();
                let order = order.filter(|order| order.len() == ask.items.len())?;
                let has_all = (0..order.len()).all(|item| order.contains(&item));
                has_all.then_some(Self::Order(order))
            }
            Ask::Draw(_) => {
                let numbers: Option<Vec<f64>> = text.split('/').map(number).collect();
                let numbers = numbers.filter(|numbers| numbers.len() == CURVE_POINTS);
                numbers.map(Self::Draw)
            }
        }
    }

    /// The text from which [`Answer::read`] makes it, but for digits that make no difference.
    #[must_use]
    pub fn write(&self) -> String {
        let number = |number: &f64| ((number * 1e4).round() / 1e4).to_string();
        match self {
            Self::Choose(n) | Self::Find(n) => n.to_string(),
            Self::Order(order) => {
                order.iter().map(ToString::to_string).collect::<Vec<_>>().join("/")
            }
            Self::Predict(predicted) => number(predicted),
            Self::Draw(numbers) => numbers.iter().map(number).collect::<Vec<_>>().join("/"),
            Self::Set(changes) => changes.write(),
        }
    }
}

impl Changes {
    /// The changes with this text; none if one is of a setting that is not open.
    #[must_use]
    pub fn read(open: &[Key], text: &str) -> Option<Self> {
        let mut changes = Self::default();
        for pair in text.split('/').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=')?;
            if !open.iter().any(|it| it.0 == key) {
                return None;
            }
            changes.set(key, &value.replace(';', ","));
        }
        Some(changes)
    }

    /// Their text. A comma separates answers in links, so a semicolon stands for it.
    #[must_use]
    pub fn write(&self) -> String {
        let pair = |(key, value): &(String, String)| format!("{key}={}", value.replace(',', ";"));
        self.0.iter().map(pair).collect::<Vec<_>>().join("/")
    }

    /// Sets one setting, in place of its change before.
    pub fn set(&mut self, key: &str, value: &str) {
        self.0.retain(|(other, _)| other != key);
        self.0.push((key.to_string(), value.to_string()));
    }

    /// Whether nothing is changed.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The world with these changes.
    ///
    /// # Errors
    /// When a setting does not accept its value.
    pub fn world(&self, world: &WorldLink) -> Result<WorldLink, Problem> {
        let mut link = Link::read(&world.0).0;
        let problems = match &mut link {
            Link::Playground(of) => settings::set_all::<Scenario>(&mut of.scenario, &self.0),
            Link::Herd(of) => settings::set_all::<Comparison>(&mut of.comparison, &self.0),
            Link::Learn(_) | Link::Breaker(_) | Link::Check(_) => {
                vec![Problem::new("the view", "has no settings")]
            }
        };
        problems.into_iter().next().map_or_else(|| Ok(WorldLink(link.write())), Err)
    }
}
