//! What the user chose: a value, and the actions that make another of it.

use crate::engine::LayerKind;
use crate::sim::Fault;
use std::rc::Rc;
use yew::Reducible;

/// Which layers are on, in the order of [`LayerKind::USUAL`].
pub(super) type Layers = [bool; LayerKind::USUAL.len()];

/// What the user chose.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Session {
    /// Counts the runs; a new number is a new world.
    pub(super) run: u32,
    pub(super) seed: u64,
    pub(super) playing: bool,
    /// An index into [`crate::app::playback::SPEEDS`].
    pub(super) speed: usize,
    /// Counts the single steps.
    pub(super) steps: u32,
    pub(super) fault: Option<Fault>,
    pub(super) layers: Layers,
}

/// What a user can do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Action {
    Play(bool),
    Step,
    Speed(usize),
    /// The same world from its beginning; the layers stay as they are.
    Reset,
    /// Another world.
    Seed(u64),
    Fault(Option<Fault>),
    Layer(LayerKind, bool),
}

impl Default for Session {
    fn default() -> Self {
        Self {
            run: 0,
            seed: 42,
            playing: true,
            speed: 2,
            steps: 0,
            fault: None,
            layers: [true; LayerKind::USUAL.len()],
        }
    }
}

impl Reducible for Session {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let mut next = (*self).clone();
        match action {
            Action::Play(playing) => next.playing = playing,
            Action::Step => {
                next.playing = false;
                next.steps += 1;
            }
            Action::Speed(speed) => next.speed = speed,
            Action::Reset => next.restart(),
            Action::Seed(seed) => {
                next.seed = seed;
                next.restart();
            }
            Action::Fault(fault) => next.fault = fault,
            Action::Layer(kind, on) => next.layers[kind as usize] = on,
        }
        Rc::new(next)
    }
}

impl Session {
    fn restart(&mut self) {
        self.run += 1;
        self.fault = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(actions: &[Action]) -> Session {
        let start = Rc::new(Session::default());
        let end = actions.iter().fold(start, |session, &action| session.reduce(action));
        (*end).clone()
    }

    #[test]
    fn a_reset_heals_and_keeps_the_layers() {
        let kill = Action::Fault(Some(Fault::Down));
        let switch = Action::Layer(LayerKind::Retry, false);
        let session = after(&[kill, switch, Action::Reset]);
        assert_eq!((session.run, session.fault), (1, None));
        assert_eq!(session.layers, [true, false, true, true, true]);
    }

    #[test]
    fn a_step_pauses() {
        let session = after(&[Action::Step]);
        assert_eq!((session.playing, session.steps), (false, 1));
    }
}
