//! The newest transitions of the breaker, as moves along the edges of its diagram.
//!
//! At speed a half-open breaker may last for less than a frame. So the moves are shown one after the
//! other, each for as long as an eye needs, while the words beside them already say what is.

use crate::engine::Transition;
use std::collections::VecDeque;

/// Milliseconds of the viewer's time for a move along an edge.
const WAY: f64 = 700.0;

/// Milliseconds for which an edge stays lit after that.
const GLOW: f64 = 1_500.0;

/// A move that could not begin within so many milliseconds is not shown as one.
const LATE: f64 = 2_500.0;

/// How many transitions are remembered.
const REMEMBERED: usize = 3;

/// A transition, and when it moves along its edge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Move {
    /// Counts the transitions, so that each is an element of its own on the page.
    pub(super) number: u32,
    pub(super) transition: Transition,
    /// Milliseconds between its appearance on the page and its beginning; none once it is over.
    pub(super) delay: Option<f64>,
}

#[derive(Debug, Default)]
pub(super) struct Moves {
    /// Each with the moment at which it begins.
    newest: VecDeque<(Move, f64)>,
    count: u32,
    /// When the last of the moves that are shown will have arrived.
    busy_until: f64,
}

impl Moves {
    /// Adds a transition that came at this moment, in milliseconds of the viewer's time.
    pub(super) fn add(&mut self, now: f64, transition: Transition) {
        let begins = now.max(self.busy_until);
        let delay = (begins - now < LATE).then_some(begins - now);
        if delay.is_some() {
            self.busy_until = begins + WAY;
        }
        self.count += 1;
        if self.newest.len() == REMEMBERED {
            self.newest.pop_front();
        }
        self.newest.push_back((Move { number: self.count, transition, delay }, begins));
    }

    /// The newest transitions, oldest first.
    pub(super) fn at(&self, now: f64) -> Vec<Move> {
        let settled = |&(mut newest, begins): &(Move, f64)| {
            newest.delay = newest.delay.filter(|_| now < begins + WAY + GLOW);
            newest
        };
        self.newest.iter().map(settled).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Cause, StateName};
    use crate::time::Instant;

    fn delays(moves: &Moves, now: f64) -> Vec<Option<f64>> {
        moves.at(now).iter().map(|newest| newest.delay).collect()
    }

    #[test]
    fn moves_that_come_together_are_shown_one_after_the_other() {
        let transition = Transition {
            at: Instant::ZERO,
            from: StateName::Closed,
            to: StateName::Open,
            cause: Cause::ByHand,
        };
        let mut moves = Moves::default();
        moves.add(0.0, transition);
        moves.add(10.0, transition);
        assert_eq!(delays(&moves, 10.0), [Some(0.0), Some(690.0)]);
        assert_eq!(delays(&moves, 2_300.0), [None, Some(690.0)]);
        assert_eq!(delays(&moves, 3_000.0), [None, None]);
        for _ in 0..10 {
            moves.add(3_000.0, transition);
        }
        assert_eq!(moves.at(3_000.0).len(), REMEMBERED);
        assert_eq!(moves.at(3_000.0)[0].delay, None, "too many to show them all");
    }
}
