//! A layer that is lifted out of the stack, to be put down somewhere else.

use super::layer::{layer_name, row_id};
use crate::browser;
use fusebox::LayerKind;
use fusebox_lab::order::moved;
use fusebox_lab::settings::layer_label;

/// A layer that is lifted, and the order in which the stack would be if it were put down now.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Lift {
    pub(super) kind: LayerKind,
    pub(super) order: Vec<LayerKind>,
    /// The pointer that holds it; none for the keyboard.
    pub(super) pointer: Option<i32>,
}

impl Lift {
    fn place(&self) -> usize {
        self.order.iter().position(|&kind| kind == self.kind).unwrap_or(0)
    }

    /// Moves it by one place, inwards or outwards; whether there was one.
    pub(super) fn step(&mut self, outwards: bool) -> bool {
        let from = self.place();
        let to = if outwards { from + 1 } else { from.wrapping_sub(1) };
        let there = to < self.order.len();
        if there {
            self.order = moved(&self.order, from, to);
        }
        there
    }

    /// Moves it to where the pointer is, at this height of the window; whether it moved.
    ///
    /// It changes places with a neighbour when the pointer has passed the middle of that one, so that
    /// rows of different heights do not jump to and fro.
    pub(super) fn follow(&mut self, y: f64) -> bool {
        let from = self.place();
        let middle = |place: usize| {
            let row = browser::by_id(&row_id(*self.order.get(place)?))?.get_bounding_client_rect();
            Some(row.top() + row.height() / 2.0)
        };
        let inwards = from.checked_sub(1).and_then(middle).is_some_and(|middle| y < middle);
        let outwards = middle(from + 1).is_some_and(|middle| y > middle);
        (inwards || outwards) && self.step(outwards)
    }

    /// Where it is now, in a sentence.
    pub(super) fn sentence(&self) -> String {
        let place = self.place();
        let name = |kind: Option<&LayerKind>| kind.map(|&kind| layer_name(kind));
        let inner = name(place.checked_sub(1).and_then(|inner| self.order.get(inner)));
        let outer = name(self.order.get(place + 1));
        let beside = [
            inner.map(|it| format!("outside the {it}")),
            outer.map(|it| format!("inside the {it}")),
        ];
        let at = format!(
            "{} is number {} of {} from the inside",
            layer_label(self.kind),
            place + 1,
            self.order.len()
        );
        let parts: Vec<String> = std::iter::once(at).chain(beside.into_iter().flatten()).collect();
        parts.join(", ") + "."
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layer_moves_by_one_place_and_not_beyond_the_ends() {
        let (kind, order) = (LayerKind::Retry, LayerKind::USUAL.to_vec());
        let mut lift = Lift { kind, order, pointer: None };
        assert!(lift.step(false));
        assert!(!lift.step(false));
        assert_eq!(lift.sentence(), "Retry is number 1 of 5 from the inside, inside the timeout.");
        assert!(lift.step(true));
        assert!(lift.step(true));
        let there = "Retry is number 3 of 5 from the inside, outside the circuit breaker, inside the \
                     fallback.";
        assert_eq!(lift.sentence(), there);
        assert!(lift.step(true) && lift.step(true) && !lift.step(true));
        assert_eq!(lift.order.last(), Some(&kind));
    }
}
