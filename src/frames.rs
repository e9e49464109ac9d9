//! When a view has its next turn: with the next frame of the screen while something moves, and otherwise
//! only now and then, to notice a new size or theme.

use crate::browser;
use gloo_render::{AnimationFrame, request_animation_frame};
use gloo_timers::callback::Timeout;

/// Milliseconds between two turns of a view in which nothing moves, or which nobody sees.
const LOOK_EVERY: u32 = 250;

/// The next turn of a view; dropping it cancels the turn.
pub(super) enum NextTurn {
    Frame { _handle: AnimationFrame },
    Look { _handle: Timeout },
}

impl NextTurn {
    /// Calls a function with the time of the turn, in milliseconds on the clock of the page.
    pub(super) fn new(moves: bool, act: impl FnOnce(f64) + 'static) -> Self {
        if moves && browser::is_seen() {
            Self::Frame { _handle: request_animation_frame(act) }
        } else {
            Self::Look { _handle: Timeout::new(LOOK_EVERY, || act(browser::now())) }
        }
    }
}
