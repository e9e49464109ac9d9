//! Composite controls: the tab key stops once in each of them, and the arrow keys move within it.
//!
//! Such a control is an element with `data-arrows`; its items are the buttons, links and summaries in it.
//! Until these keys are installed, each item is a stop of the tab key.

use crate::browser;
use gloo_utils::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

const COMPOSITE: &str = "[data-arrows]";
const ITEM: &str = "button, a[href], summary";

/// Handles the keys of all composite controls, for as long as the page is open.
pub(crate) fn install() {
    browser::on_key(|event| {
        if event.key() == "Tab" {
            let composites = document().query_selector_all(COMPOSITE);
            browser::elements::<Element>(composites).iter().for_each(settle);
        } else if let Some(next) = next(event) {
            browser::focus_on(&next);
            event.prevent_default();
        }
    })
    .forget();
}

/// Decides where the tab key stops in a control: at the item that has the focus, or else at the one with
/// the `tabindex` 0, which had it last or was rendered so, or else at the first. It does so only when the
/// key is pressed, so that no rendering of the page can undo it.
fn settle(composite: &Element) {
    let items = items(composite);
    let focused = document().active_element();
    let here = items.iter().position(|item| Some(item) == focused.as_ref());
    let is_stop = |item: &Element| item.get_attribute("tabindex").as_deref() == Some("0");
    let stop = here.or_else(|| items.iter().position(is_stop)).unwrap_or(0);
    for (n, item) in items.iter().enumerate() {
        // It cannot fail: the attribute's name is well-formed.
        let _ = item.set_attribute("tabindex", if n == stop { "0" } else { "-1" });
    }
}

/// The item that a key leads to; none if it is no such key, or if the focused element needs it.
fn next(event: &KeyboardEvent) -> Option<Element> {
    let is_plain = !(event.ctrl_key() || event.alt_key() || event.meta_key() || event.shift_key());
    if !is_plain || event.default_prevented() {
        return None;
    }
    let target: Element = event.target()?.dyn_into().ok()?;
    if target.matches("input, select, textarea, [role=slider]").unwrap_or(true) {
        return None;
    }
    let mut items = items(&target.closest(COMPOSITE).ok()??);
    let at = items.iter().position(|item| *item == target);
    let next = moved(at, items.len(), &event.key())?;
    Some(items.swap_remove(next))
}

/// The visible items of a control.
fn items(composite: &Element) -> Vec<Element> {
    let mut items: Vec<Element> = browser::elements(composite.query_selector_all(ITEM));
    items.retain(|item| item.get_bounding_client_rect().width() > 0.0);
    items
}

/// The index that a key leads to from another one among `count`, or from outside them; it wraps around
/// at the ends.
fn moved(from: Option<usize>, count: usize, key: &str) -> Option<usize> {
    let last = count.checked_sub(1)?;
    match (key, from) {
        ("ArrowDown" | "ArrowRight", Some(from)) if from < last => Some(from + 1),
        ("ArrowUp" | "ArrowLeft", Some(from)) if from > 0 => Some(from - 1),
        ("ArrowDown" | "ArrowRight" | "Home", _) => Some(0),
        ("ArrowUp" | "ArrowLeft" | "End", _) => Some(last),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_go_round_and_other_keys_do_not_move() {
        let go = |from, key| moved(from, 9, key);
        assert_eq!((go(Some(0), "ArrowUp"), go(Some(0), "ArrowLeft")), (Some(8), Some(8)));
        assert_eq!((go(Some(8), "ArrowDown"), go(Some(3), "ArrowRight")), (Some(0), Some(4)));
        assert_eq!((go(Some(3), "Home"), go(Some(3), "End")), (Some(0), Some(8)));
        assert_eq!((go(None, "ArrowDown"), go(None, "ArrowUp")), (Some(0), Some(8)));
        assert_eq!(go(Some(3), "k"), None);
        assert_eq!(moved(Some(0), 0, "ArrowDown"), None);
    }
}
