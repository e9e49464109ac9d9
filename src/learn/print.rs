//! The world on paper: as wide as on the screen, and then made smaller, so that what was drawn on it and
//! what was laid out on it still fit together.

use crate::browser;
use gloo_events::EventListener;
use gloo_utils::window;
use yew::prelude::*;

/// The width of the text area of a page of A4 paper, in CSS pixels.
const PAPER: f64 = 700.0;

/// Tells the style sheet, before the page is printed, how wide an element is and how much smaller it is
/// on paper.
#[hook]
pub(super) fn use_print_size(node: NodeRef) {
    use_effect_with((), move |()| {
        let listener = EventListener::new(&window(), "beforeprint", move |_| {
            let Some((width, _)) = browser::size_of(&node).filter(|(width, _)| *width > 0.0) else {
                return;
            };
            browser::set_style(&node, "--world-width", &format!("{width}px"));
            browser::set_style(&node, "--world-zoom", &(PAPER / width).min(1.0).to_string());
        });
        move || drop(listener)
    });
}
