//! The user's choices in the Breaker: the content of its link, and the changes that make the next one.

use crate::history::History;
use fusebox::time::Duration;
use fusebox::{CircuitBreaker, Rate};
use fusebox_lab::link;
use fusebox_lab::others::Basis;
use fusebox_lab::settings;
use fusebox_lab::tape::{Step, Tape};
use std::rc::Rc;
use yew::Reducible;

/// The calls of steady traffic.
pub(super) const STEADY: usize = 60;

/// The content of the link, and the history for undo.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Session {
    pub(super) link: Rc<link::Breaker>,
    history: History<Rc<link::Breaker>>,
    /// The seed of the next steady traffic.
    seed: u64,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Change {
    /// Plays one more step; what the tape had after the current one is gone.
    Play(Step),
    /// Plays another tape to its end.
    Tape(Tape),
    /// Goes to a step of the tape.
    Go(usize),
    /// Sets a setting of the breaker by its key to a value as text.
    Set(String, String),
    Every(Duration),
    Others(Basis),
    /// Plays calls of which this share fails.
    Steady(Rate),
    /// Opens a link.
    Open(Rc<link::Breaker>),
    Undo,
}

impl Session {
    pub(super) fn of(link: Rc<link::Breaker>) -> Self {
        Self { link, ..Self::default() }
    }

    /// The steps that are played.
    pub(super) fn step(&self) -> usize {
        let all = self.link.tape.steps().len();
        self.link.step.map_or(all, |step| step.min(all))
    }

    pub(super) fn can_undo(&self) -> bool {
        self.history.can_undo()
    }

    /// The link after a change; none if the change is not valid.
    fn next(&self, change: Change) -> Option<link::Breaker> {
        let mut next = link::Breaker::clone(&self.link);
        match change {
            Change::Play(step) => {
                next.tape = next.tape.first(self.step()).and(step).ok()?;
                next.step = None;
            }
            Change::Tape(tape) => (next.tape, next.step) = (tape, None),
            Change::Go(step) => next.step = (step < next.tape.steps().len()).then_some(step),
            Change::Set(key, text) => {
                settings::set(&mut next.config, &key, &text).ok()?;
                CircuitBreaker::new(next.config, 0).ok()?;
            }
            Change::Every(every) => next.every = every,
            Change::Others(others) => next.others = others,
            Change::Steady(failing) => {
                (next.tape, next.step) = (Tape::steady(STEADY, failing, self.seed), None);
            }
            Change::Open(link) => next = Rc::unwrap_or_clone(link),
            Change::Undo => return None,
        }
        Some(next)
    }
}

impl Reducible for Session {
    type Action = Change;

    fn reduce(self: Rc<Self>, change: Change) -> Rc<Self> {
        let mut session = Self::clone(&self);
        if change == Change::Undo {
            session.link = session.history.undo().unwrap_or(session.link);
            return session.into();
        }
        session.seed += u64::from(matches!(change, Change::Steady(_)));
        let is_move = matches!(change, Change::Go(_));
        let setting = if let Change::Set(key, _) = &change { Some(key.clone()) } else { None };
        let Some(next) = self.next(change) else { return self };
        session.link = Rc::new(next);
        if !is_move {
            session.history.record(self.link.clone(), &session.link, setting);
        }
        session.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox_lab::tape::Reply;

    fn after(changes: impl IntoIterator<Item = Change>) -> Session {
        let start = Rc::new(Session::default());
        let end = changes.into_iter().fold(start, Reducible::reduce);
        Session::clone(&end)
    }

    fn tape(session: &Session) -> String {
        session.link.tape.to_string()
    }

    #[test]
    fn an_answer_is_played_at_the_current_step_and_can_be_undone() {
        let play = Change::Play(Step::Call(Reply::Failure));
        let session = after([Change::Go(3), play.clone()]);
        assert_eq!((tape(&session).as_str(), session.step()), ("SFFF", 4));
        let session = after([Change::Go(3), play, Change::Undo]);
        assert_eq!((tape(&session).as_str(), session.step()), ("SFFSF.10s.S", 3));
        assert!(!session.can_undo(), "a move along the tape is nothing to undo");
    }

    #[test]
    fn an_invalid_change_has_no_effect() {
        let late = Change::Play(Step::Late(Reply::Success));
        let wrong = |key: &str, text: &str| Change::Set(key.to_owned(), text.to_owned());
        let session = after([late, wrong("breaker.failure_rate", "off"), wrong("trials", "x")]);
        assert_eq!(session, Session::default());
        let session = after([wrong("breaker.trials", "3")]);
        assert_eq!(session.link.config.trials, 3);
    }

    #[test]
    fn steady_traffic_is_another_tape_each_time() {
        let half = || Change::Steady(Rate::percent(50));
        let (once, twice) = (after([half()]), after([half(), half()]));
        assert_eq!(once.link.tape.steps().len(), STEADY);
        assert_ne!(once.link.tape, twice.link.tape);
    }
}
