//! The narrow door to the browser.

use wasm_bindgen::JsCast;
use web_sys::{CssStyleDeclaration, Element, HtmlCanvasElement, Window};
use yew::NodeRef;

/// The window; there is one wherever this code runs.
fn window() -> Option<Window> {
    web_sys::window()
}

/// The element with this id.
pub(super) fn by_id(id: &str) -> Option<Element> {
    window()?.document()?.get_element_by_id(id)
}

/// A seed that nobody chose, from the system's own randomness, short enough to be read aloud.
pub(super) fn random_seed() -> u64 {
    getrandom::u32().map_or(1, |number| u64::from(number % 1_000_000))
}

/// Whether the user asked for less motion.
pub(super) fn prefers_reduced_motion() -> bool {
    matches_media("(prefers-reduced-motion: reduce)")
}

/// Whether the page is dark: by the user's choice on it, or else the system's.
pub(super) fn is_dark() -> bool {
    match root().and_then(|root| root.get_attribute("data-theme")) {
        Some(theme) => theme == "dark",
        None => matches_media("(prefers-color-scheme: dark)"),
    }
}

/// Makes the page dark or light, whatever the system says.
pub(super) fn set_dark(dark: bool) {
    if let Some(root) = root() {
        // It cannot fail: the attribute's name is well-formed.
        let _ = root.set_attribute("data-theme", if dark { "dark" } else { "light" });
    }
}

/// The part of the address after `#`, without it.
pub(super) fn fragment() -> String {
    let hash = window().and_then(|window| window.location().hash().ok()).unwrap_or_default();
    hash.trim_start_matches('#').to_owned()
}

/// The value of a custom property of the style sheets, such as `--ink`.
pub(super) fn style_property(name: &str) -> Option<String> {
    let style = window()?.get_computed_style(&root()?).ok()??;
    let value = style.get_property_value(name).ok()?;
    Some(value.trim().to_owned()).filter(|value| !value.is_empty())
}

/// Gives the canvas as many pixels as the screen has for it; returns its size in CSS pixels and the
/// screen's pixels for each of them.
pub(super) fn fit_canvas(canvas: &HtmlCanvasElement) -> (f64, f64, f64) {
    let ratio = window().map_or(1.0, |window| window.device_pixel_ratio()).clamp(1.0, 3.0);
    let (width, height) = (f64::from(canvas.client_width()), f64::from(canvas.client_height()));
    let (wide, high) = (pixels(width * ratio), pixels(height * ratio));
    // Setting either clears the canvas, so they are set only when they change.
    if canvas.width() != wide {
        canvas.set_width(wide);
    }
    if canvas.height() != high {
        canvas.set_height(high);
    }
    (width, height, ratio)
}

/// Runs something whenever the part of the address after `#` changes, until the result is dropped.
pub(super) fn on_fragment_change(
    mut act: impl FnMut() + 'static,
) -> Option<gloo_events::EventListener> {
    Some(gloo_events::EventListener::new(&window()?.into(), "hashchange", move |_| act()))
}

/// Sets a property of an element's own style, as a strict content security policy allows it.
pub(super) fn set_style(node: &NodeRef, name: &str, value: &str) {
    if let Some(style) =
        node.get().and_then(|node| js_sys::Reflect::get(&node, &"style".into()).ok())
        && let Ok(style) = style.dyn_into::<CssStyleDeclaration>()
    {
        // It cannot fail: the names are well-formed, and a browser ignores a value it cannot read.
        let _ = style.set_property(name, value);
    }
}

/// Names the page in the browser's tab.
pub(super) fn set_title(title: &str) {
    if let Some(document) = window().and_then(|window| window.document()) {
        document.set_title(title);
    }
}

/// The drawing context of a canvas.
pub(super) fn context_2d(canvas: &HtmlCanvasElement) -> Option<web_sys::CanvasRenderingContext2d> {
    canvas.get_context("2d").ok()??.dyn_into().ok()
}

fn root() -> Option<Element> {
    window()?.document()?.document_element()
}

fn matches_media(query: &str) -> bool {
    window()
        .and_then(|window| window.match_media(query).ok().flatten())
        .is_some_and(|list| list.matches())
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
fn pixels(length: f64) -> u32 {
    length.round().clamp(1.0, 8_192.0) as u32
}
