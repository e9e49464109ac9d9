//! When a view has its next turn: with the next frame of the screen while something moves, and otherwise
//! only now and then, to notice a new size or theme.

use crate::browser;
use gloo_render::{AnimationFrame, request_animation_frame};
use gloo_timers::callback::Timeout;
use yew::Callback;

/// Milliseconds between two turns of a view in which nothing moves, or which nobody sees.
const LOOK_EVERY: u32 = 250;

/// Milliseconds after a change until everything on the page has been drawn.
const SETTLES: f64 = 1_500.0;

/// The turns of a view.
pub(super) struct Turns {
    /// Receives the time of each turn, in milliseconds on the clock of the page.
    on_turn: Callback<f64>,
    /// When the view last changed by itself or by the user, on that clock.
    stirred_at: f64,
    /// Dropping it cancels the turn.
    next: Option<NextTurn>,
}

enum NextTurn {
    Frame { _handle: AnimationFrame },
    Look { _handle: Timeout },
}

impl Turns {
    /// None yet: the view is not on the page.
    pub(super) const fn new(on_turn: Callback<f64>) -> Self {
        Self { on_turn, stirred_at: 0.0, next: None }
    }

    /// Has turns come with every frame for a while, until everything shows the latest change.
    pub(super) fn stir(&mut self) {
        self.stirred_at = browser::now();
        self.request(true);
    }

    /// The same, if the view is on the page.
    pub(super) fn stir_if_running(&mut self) {
        if self.next.is_some() {
            self.stir();
        }
    }

    /// Whether the latest change may not be shown everywhere at this time; what moves is such a change.
    pub(super) fn are_stirred(&mut self, timestamp: f64, moves: bool) -> bool {
        if moves {
            self.stirred_at = timestamp;
        }
        timestamp - self.stirred_at < SETTLES
    }

    /// Has the next turn come with the next frame, or later if nothing moves.
    pub(super) fn request(&mut self, moves: bool) {
        let on_turn = self.on_turn.clone();
        let act = move |timestamp| on_turn.emit(timestamp);
        self.next = Some(if moves && browser::is_seen() {
            NextTurn::Frame { _handle: request_animation_frame(act) }
        } else {
            NextTurn::Look { _handle: Timeout::new(LOOK_EVERY, move || act(browser::now())) }
        });
    }

    /// The view leaves the page.
    pub(super) fn stop(&mut self) {
        self.next = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_moved_is_drawn_for_a_while_after_it_stands_still() {
        let mut turns = Turns::new(Callback::noop());
        assert!(turns.are_stirred(0.0, false));
        assert!(!turns.are_stirred(1_500.0, false));
        // However long it took.
        assert!(turns.are_stirred(9_000.0, true));
        assert!(turns.are_stirred(10_499.0, false));
        assert!(!turns.are_stirred(10_500.0, false));
    }
}
