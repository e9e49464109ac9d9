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

/// Milliseconds of a frame from which on it is slow, and the number of such frames in a row from which on
/// the machine is.
const SLOW: f64 = 80.0;
const SLOW_FRAMES: u32 = 30;

/// The turns of a view.
pub(super) struct Turns {
    /// Receives the time of each turn, in milliseconds on the clock of the page.
    on_turn: Callback<f64>,
    /// When the view last changed by itself or by the user, on that clock.
    stirred_at: f64,
    /// Dropping it cancels the turn.
    next: Option<NextTurn>,
    rate: Rate,
}

/// How long the frames take.
#[derive(Clone, Copy, Debug, Default)]
struct Rate {
    /// When the last frame began, if the next turn is one too.
    began_at: Option<f64>,
    /// The milliseconds of the latest frame.
    latest: f64,
    /// The number of slow frames in a row.
    slow: u32,
}

impl Rate {
    /// A turn begins; returns whether it shows that the machine is slow.
    fn turn(&mut self, timestamp: f64, is_frame: bool) -> bool {
        let began_at = self.began_at.replace(timestamp).filter(|_| is_frame);
        self.latest = began_at.map_or(0.0, |began_at| timestamp - began_at);
        self.slow = if self.latest >= SLOW { self.slow + 1 } else { 0 };
        self.slow == SLOW_FRAMES
    }
}

enum NextTurn {
    Frame { _handle: AnimationFrame },
    Look { _handle: Timeout },
}

impl Turns {
    /// None yet: the view is not on the page.
    pub(super) fn new(on_turn: Callback<f64>) -> Self {
        Self { on_turn, stirred_at: 0.0, next: None, rate: Rate::default() }
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

    /// The milliseconds from the frame before this one to this one; zero after a pause.
    pub(super) const fn frame(&self) -> f64 {
        self.rate.latest
    }

    /// Whether the latest change may not be shown everywhere at this turn; what moves is such a change.
    /// A machine whose frames are slow is given a look that is easier to paint.
    pub(super) fn are_stirred(&mut self, timestamp: f64, moves: bool) -> bool {
        if self.rate.turn(timestamp, matches!(self.next, Some(NextTurn::Frame { .. }))) {
            browser::simplify_look();
        }
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

    #[test]
    fn a_machine_is_slow_after_many_slow_frames_in_a_row() {
        let slow_after = |frames: &mut dyn Iterator<Item = f64>| {
            let (mut rate, mut now) = (Rate::default(), 0.0);
            rate.turn(now, true);
            frames.take(1_000).position(|length| {
                now += length;
                rate.turn(now, true)
            })
        };
        assert_eq!(slow_after(&mut std::iter::repeat(160.0)), Some(29));
        assert_eq!(slow_after(&mut std::iter::repeat(60.0)), None);
        // A page that is busy for a moment again and again.
        assert_eq!(slow_after(&mut [160.0, 160.0, 16.0].into_iter().cycle()), None);
    }

    #[test]
    fn a_pause_is_not_a_slow_frame() {
        let mut rate = Rate::default();
        for turn in 0..100 {
            assert!(!rate.turn(f64::from(turn) * 250.0, false));
            assert!(rate.latest.abs() < f64::EPSILON);
        }
    }
}
