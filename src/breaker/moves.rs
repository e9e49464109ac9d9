//! The newest transitions of each breaker, as moves along the edges of its diagram.
//!
//! At high speed a breaker may be half-open for less than a frame. So the moves are shown one after the
//! other, each long enough to be seen, while the text beside them already gives the current state.

use fusebox::Transition;
use fusebox_sim::{BreakerChange, Dependency, Each};
use std::collections::VecDeque;

/// Milliseconds of real time for a move along an edge.
const WAY: f64 = 700.0;

/// Milliseconds for which an edge stays lit after a move.
const GLOW: f64 = 1_500.0;

/// If a move cannot begin within this many milliseconds, it is not animated.
const LATE: f64 = 2_500.0;

/// The number of transitions that are kept.
const REMEMBERED: usize = 3;

/// A transition, and when it moves along its edge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Move {
    /// Numbers the transitions, so that each is an element of its own on the page.
    pub(crate) number: u32,
    pub(crate) transition: Transition,
    /// Milliseconds from its appearance on the page to its start; none if it is not animated any more.
    pub(crate) delay: Option<f64>,
}

/// The moves of every breaker; they are shown one breaker at a time.
#[derive(Debug, Default)]
pub(crate) struct Moves {
    each: Each<Newest>,
    count: u32,
}

/// The moves of one breaker.
#[derive(Debug, Default)]
struct Newest {
    /// Each move with the moment at which it begins.
    moves: VecDeque<(Move, f64)>,
    /// When the last animated move will have arrived.
    busy_until: f64,
}

impl Moves {
    /// Transitions of the past, as after a jump to another moment; none of them is animated.
    pub(crate) fn past<'a>(changes: impl IntoIterator<Item = &'a BreakerChange>) -> Self {
        let mut moves = Self::default();
        for change in changes {
            if let Some(on) = change.on {
                moves.count += 1;
                let number = moves.count;
                moves.each[on]
                    .keep(Move { number, transition: change.transition, delay: None }, 0.0);
            }
        }
        moves
    }

    /// Adds a transition of the breaker on a dependency that happened at this moment, in milliseconds
    /// of real time.
    pub(crate) fn add(&mut self, now: f64, on: Dependency, transition: Transition) {
        self.count += 1;
        self.each[on].add(now, self.count, transition);
    }

    /// The newest transitions of the breaker on a dependency, oldest first.
    pub(crate) fn at(&self, now: f64, on: Dependency) -> Vec<Move> {
        let settled = |&(mut newest, begins): &(Move, f64)| {
            newest.delay = newest.delay.filter(|_| now < begins + WAY + GLOW);
            newest
        };
        self.each[on].moves.iter().map(settled).collect()
    }
}

impl Newest {
    fn add(&mut self, now: f64, number: u32, transition: Transition) {
        let begins = now.max(self.busy_until);
        let delay = (begins - now < LATE).then_some(begins - now);
        if delay.is_some() {
            self.busy_until = begins + WAY;
        }
        self.keep(Move { number, transition, delay }, begins);
    }

    fn keep(&mut self, newest: Move, begins: f64) {
        if self.moves.len() == REMEMBERED {
            self.moves.pop_front();
        }
        self.moves.push_back((newest, begins));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox::time::Instant;
    use fusebox::{Cause, StateName};

    fn delays(moves: &Moves, now: f64) -> Vec<Option<f64>> {
        moves.at(now, Dependency::Postgres).iter().map(|newest| newest.delay).collect()
    }

    #[test]
    fn past_transitions_are_kept_and_not_animated() {
        let change = |seconds| {
            let at = Instant::from_secs(seconds);
            let (from, to) = (StateName::Closed, StateName::Open);
            let transition = Transition { at, from, to, cause: Cause::ByHand };
            BreakerChange { at, on: Some(Dependency::Postgres), transition }
        };
        let changes: Vec<BreakerChange> = (1..6).map(change).collect();
        let moves = Moves::past(&changes);
        assert_eq!(delays(&moves, 0.0), [None; REMEMBERED]);
        let last = moves.at(0.0, Dependency::Postgres)[REMEMBERED - 1];
        assert_eq!((last.number, last.transition.at), (5, Instant::from_secs(5)));
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
        moves.add(0.0, Dependency::Postgres, transition);
        moves.add(10.0, Dependency::Postgres, transition);
        moves.add(10.0, Dependency::Model, transition);
        assert_eq!(delays(&moves, 10.0), [Some(0.0), Some(690.0)]);
        assert_eq!(delays(&moves, 2_300.0), [None, Some(690.0)]);
        assert_eq!(delays(&moves, 3_000.0), [None, None]);
        for _ in 0..10 {
            moves.add(3_000.0, Dependency::Postgres, transition);
        }
        let shown = moves.at(3_000.0, Dependency::Postgres);
        assert_eq!(shown.len(), REMEMBERED);
        assert_eq!(shown[0].delay, None, "too many to show them all");
        assert_eq!(moves.at(3_000.0, Dependency::Model).len(), 1);
    }
}
