//! Goals: comparisons that a run must fulfil.

use super::Sum;
use super::ran::Ran;
use super::unit::Unit;
use fusebox::time::Duration;

/// What a run must fulfil.
#[derive(Clone, Debug, PartialEq)]
pub struct Goal {
    /// The comparisons, all of which must hold.
    pub clauses: Vec<Clause>,
    /// The length of the run in place of its own.
    pub within: Option<Duration>,
    /// The goal as it was given.
    pub text: String,
}

/// A comparison of a goal.
#[derive(Clone, Debug, PartialEq)]
pub struct Clause {
    pub(super) left: Sum,
    pub(super) is: Comparison,
    pub(super) right: Sum,
    /// The comparison as it was given.
    pub text: String,
}

/// How two numbers are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `>=`
    AtLeast,
    /// `<=`
    AtMost,
    /// `!=`
    Different,
    /// `>`
    Above,
    /// `<`
    Below,
    /// `=`
    Equal,
}

impl Comparison {
    /// All of them, a sign before those that it begins with.
    pub const ALL: [Self; 6] =
        [Self::AtLeast, Self::AtMost, Self::Different, Self::Above, Self::Below, Self::Equal];

    /// Its sign.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::AtLeast => ">=",
            Self::AtMost => "<=",
            Self::Different => "!=",
            Self::Above => ">",
            Self::Below => "<",
            Self::Equal => "=",
        }
    }

    /// Whether it holds. Numbers that differ by rounding alone are equal.
    #[must_use]
    pub fn holds(self, one: f64, other: f64) -> bool {
        let equal = (one - other).abs() <= 1e-9 * one.abs().max(other.abs()).max(1.0);
        match self {
            Self::AtLeast => one >= other || equal,
            Self::AtMost => one <= other || equal,
            Self::Different => !equal,
            Self::Above => one > other && !equal,
            Self::Below => one < other && !equal,
            Self::Equal => equal,
        }
    }
}

/// What a run made of a goal.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// Whether all of it holds.
    pub holds: bool,
    /// Each comparison, in the order of the goal.
    pub clauses: Vec<Measured>,
}

/// What a run made of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// The comparison as it was given.
    pub text: String,
    /// What is measured, in words.
    pub subject: String,
    /// What is wanted of it, in words.
    pub wanted: String,
    /// The number on its left; none if the run does not have it.
    pub left: Option<f64>,
    /// The number on its right; none if the run does not have it.
    pub right: Option<f64>,
    /// Whether the number on its right is part of the goal itself.
    pub is_literal: bool,
    /// The unit of the left one.
    pub unit: Unit,
    /// The unit of the right one.
    pub right_unit: Unit,
    /// Whether it holds; a number that the run does not have fulfils nothing.
    pub holds: bool,
}

impl Goal {
    /// Whether any part of it needs the run beside the run.
    #[must_use]
    pub fn needs_without(&self) -> bool {
        let sums = self.clauses.iter().flat_map(|clause| [&clause.left, &clause.right]);
        sums.flat_map(Sum::terms).any(|term| term.scope.without)
    }

    /// What this run, and the run beside it, make of the goal.
    #[must_use]
    pub fn judge(&self, run: &Ran, without: Option<&Ran>) -> Judgement {
        let numbers = |it: &Clause| [&it.left, &it.right].map(|sum| run.sum(sum, without));
        self.judgement(&self.clauses.iter().map(numbers).collect::<Vec<_>>())
    }

    /// What these numbers, the left and the right one of each comparison, make of the goal.
    pub(crate) fn judgement(&self, numbers: &[[Option<f64>; 2]]) -> Judgement {
        let clauses = self.clauses.iter().zip(numbers).map(|(it, numbers)| it.measured(*numbers));
        let clauses: Vec<_> = clauses.collect();
        Judgement { holds: clauses.iter().all(|it| it.holds), clauses }
    }
}

impl Clause {
    /// The unit of the number on its left.
    #[must_use]
    pub fn unit(&self) -> Unit {
        self.left.unit()
    }

    fn measured(&self, [left, right]: [Option<f64>; 2]) -> Measured {
        Measured {
            text: self.text.clone(),
            subject: self.subject(),
            wanted: self.wanted(),
            left,
            right,
            is_literal: self.right.literal().is_some(),
            unit: self.left.unit(),
            right_unit: self.right.unit(),
            holds: left.zip(right).is_some_and(|(left, right)| self.is.holds(left, right)),
        }
    }
}

impl Measured {
    /// The numbers that were compared, as people read them: `98.5 %`, or `12 and 30` where the run
    /// measures both.
    #[must_use]
    pub fn words(&self) -> String {
        if self.is_literal {
            return self.number();
        }
        let right = self.right.map_or_else(|| "none".to_string(), |it| self.right_unit.text(it));
        format!("{} and {right}", self.number())
    }

    /// The number on its left as people read it, with more digits where it would read like one that
    /// it misses.
    #[must_use]
    pub fn number(&self) -> String {
        let Some(left) = self.left else { return "none".to_string() };
        let text = self.unit.text(left);
        let is_near = |right: f64| !self.holds && self.unit.text(right) == text;
        if self.right.is_some_and(is_near) { self.unit.exact(left) } else { text }
    }
}

#[cfg(test)]
mod tests {
    use crate::query::Goal;

    #[test]
    fn a_number_that_misses_what_is_wanted_does_not_read_like_it() {
        for (text, number, words) in [
            ("success >= 98%", 0.979_96, "97.996 %"),
            ("success >= 98%", 0.98, "98 %"),
            ("amplification <= 1.2", 1.201, "1.201×"),
            ("p99 <= 100ms", 0.100_2, "0.1002 s"),
            ("mean(threads) < 12", 12.0, "12"),
        ] {
            let goal: Goal = text.parse().unwrap();
            let right = goal.clauses[0].right.literal();
            let judged = goal.judgement(&[[Some(number), right]]);
            assert_eq!(judged.clauses[0].number(), words, "{text}");
        }
    }
}
