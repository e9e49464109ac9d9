//! What all breakers have in common, and how a tape is played through one.

use super::class::Line;
use crate::tape::{Reply, Step, Tape, Timed};
use fusebox::time::{Duration, Instant};
use fusebox::{Permit, StateName};
use std::collections::VecDeque;

/// What became of the call of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The breaker rejected it.
    Refused,
    /// It was let through, and its outcome counts.
    Counted,
    /// It was let through, and its outcome counts neither as success nor as failure.
    Neutral,
    /// Its outcome came too late to count.
    Stale,
    /// It was let through and has no answer yet.
    InFlight,
    /// The step answers a call that was rejected, so there is none.
    Nothing,
    /// Time passed.
    Waited,
}

/// What a breaker did at a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The step at its time.
    pub at: Timed,
    /// What became of its call.
    pub fate: Fate,
    /// The state before the step.
    pub before: StateName,
    /// The state after the step.
    pub state: StateName,
    /// The changes of state during the step.
    pub changes: Vec<Change>,
    /// What the breaker did and why, in sentences.
    pub why: String,
    /// The lines of the lesson's class that ran; none of any other breaker.
    pub lines: Vec<Line>,
}

/// A change of state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// When.
    pub at: Instant,
    /// The state after it.
    pub to: StateName,
}

impl Cell {
    /// Whether the call was rejected.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.fate == Fate::Refused
    }

    /// Whether the call was let through, and its outcome counts neither as success nor as failure.
    #[must_use]
    pub fn is_uncounted(&self) -> bool {
        matches!(self.fate, Fate::Neutral | Fate::Stale)
    }
}

/// A call that was let through.
#[derive(Debug)]
pub(super) struct Pass {
    pub(super) began: Instant,
    /// The number of state changes before it.
    pub(super) generation: u64,
    /// The permit of our breaker.
    pub(super) permit: Option<Permit>,
}

/// A call that was let through, and what the breaker did for it.
pub(super) struct Admitted {
    pub(super) pass: Pass,
    /// A sentence, or nothing where the breaker has only let it through.
    pub(super) why: String,
}

/// A breaker that is told of calls.
pub(super) trait Model {
    /// A call comes; for a rejection, the reason as a sentence.
    fn try_acquire(&mut self, now: Instant) -> Result<Admitted, String>;

    /// A call that was let through has ended; returns what became of it and why.
    fn report(&mut self, now: Instant, pass: Pass, reply: Reply) -> (Fate, String);

    fn state(&self) -> StateName;

    /// Does what a timer is due to do first until this moment; returns when it was due and what
    /// it did.
    fn timer(&mut self, _until: Instant) -> Option<(Instant, String)> {
        None
    }

    /// The lines of its code that have run since the last time it was asked, if it has code to show.
    fn lines(&mut self) -> Vec<Line> {
        Vec::new()
    }
}

/// Plays a tape, step by step.
pub(super) fn play(model: &mut dyn Model, tape: &Tape, every: Duration) -> Vec<Cell> {
    let mut player = Player { model, changes: Vec::new(), why: Vec::new() };
    let mut hanging = VecDeque::new();
    tape.timed(every).map(|at| player.step(at, &mut hanging)).collect()
}

struct Player<'a> {
    model: &'a mut dyn Model,
    changes: Vec<Change>,
    why: Vec<String>,
}

impl Player<'_> {
    fn step(&mut self, at: Timed, hanging: &mut VecDeque<Option<Pass>>) -> Cell {
        let before = self.model.state();
        self.timers(at.began);
        let fate = match at.step {
            Step::Wait(_) => {
                self.timers(at.ended);
                Fate::Waited
            }
            Step::Hang => {
                let pass = self.acquire(at.began);
                let fate = if pass.is_some() { Fate::InFlight } else { Fate::Refused };
                hanging.push_back(pass);
                fate
            }
            Step::Late(reply) => {
                if let Some(pass) = hanging.pop_front().flatten() {
                    self.report(at.ended, pass, reply)
                } else {
                    self.why.push("It had rejected this call, so no answer comes.".to_owned());
                    Fate::Nothing
                }
            }
            Step::Call(reply) => match self.acquire(at.began) {
                Some(pass) => {
                    self.timers(at.ended);
                    self.report(at.ended, pass, reply)
                }
                None => Fate::Refused,
            },
        };
        Cell {
            at,
            fate,
            before,
            state: self.model.state(),
            changes: std::mem::take(&mut self.changes),
            why: std::mem::take(&mut self.why).join(" "),
            lines: self.model.lines(),
        }
    }

    fn acquire(&mut self, now: Instant) -> Option<Pass> {
        let admitted = self.noting(now, |model| model.try_acquire(now));
        let (pass, why) = match admitted {
            Ok(Admitted { pass, why }) => (Some(pass), why),
            Err(why) => (None, why),
        };
        self.say(why);
        pass
    }

    fn report(&mut self, now: Instant, pass: Pass, reply: Reply) -> Fate {
        let (fate, why) = self.noting(now, |model| model.report(now, pass, reply));
        self.say(why);
        fate
    }

    fn timers(&mut self, until: Instant) {
        loop {
            let before = self.model.state();
            let Some((at, why)) = self.model.timer(until) else { return };
            self.note(before, at);
            self.say(why);
        }
    }

    fn noting<T>(&mut self, now: Instant, act: impl FnOnce(&mut dyn Model) -> T) -> T {
        let before = self.model.state();
        let result = act(self.model);
        self.note(before, now);
        result
    }

    fn note(&mut self, before: StateName, at: Instant) {
        let to = self.model.state();
        if to != before {
            self.changes.push(Change { at, to });
        }
    }

    fn say(&mut self, why: String) {
        if !why.is_empty() {
            self.why.push(why);
        }
    }
}
