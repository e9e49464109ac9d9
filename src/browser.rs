//! Everything that the page asks of the browser.

use super::convert::whole;
use gloo_events::{EventListener, EventListenerOptions};
use gloo_utils::{document, document_element, window};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{Clamped, JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    CanvasRenderingContext2d, CssStyleDeclaration, Element, Event, EventTarget, HtmlCanvasElement,
    HtmlElement, HtmlSelectElement, ImageData, KeyboardEvent, Node, NodeList,
};
use yew::NodeRef;

/// Whether this module runs in a page; it also runs in workers, which have no window.
pub(super) fn is_page() -> bool {
    web_sys::window().is_some()
}

/// The element with this id.
pub(super) fn by_id(id: &str) -> Option<Element> {
    document().get_element_by_id(id)
}

/// Gives the focus to the element with this id.
pub(super) fn focus_by_id(id: &str) {
    if let Some(element) = by_id(id) {
        focus_on(&element);
    }
}

/// Clicks on the element with this id.
pub(super) fn click_by_id(id: &str) {
    if let Some(element) = by_id(id).and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
        element.click();
    }
}

/// A random seed from the system's randomness, short enough to be read aloud.
pub(super) fn random_seed() -> u64 {
    getrandom::u32().map_or(1, |number| u64::from(number % 1_000_000))
}

/// Milliseconds on a clock that is never set back, in a page or in a worker.
pub(super) fn now() -> f64 {
    let clock = js_sys::Reflect::get(&js_sys::global(), &"performance".into()).ok();
    let clock = clock.and_then(|clock| clock.dyn_into::<web_sys::Performance>().ok());
    clock.map_or(0.0, |clock| clock.now())
}

/// Whether the user asked for less motion, or the author of the page around this one did.
pub(super) fn prefers_reduced_motion() -> bool {
    let asked = document_element().get_attribute("data-motion");
    asked.is_some() || matches_media("(prefers-reduced-motion: reduce)")
}

/// Whether the page is dark: by the user's choice on the page, or else by the system's.
pub(super) fn is_dark() -> bool {
    let theme = document_element().get_attribute("data-theme");
    theme.map_or_else(|| matches_media("(prefers-color-scheme: dark)"), |theme| theme == "dark")
}

/// Makes the page dark or light, whatever the system says.
pub(super) fn set_dark(dark: bool) {
    // It cannot fail: the attribute's name is well-formed.
    let _ = document_element().set_attribute("data-theme", if dark { "dark" } else { "light" });
}

/// The part of the address after the `#`.
pub(super) fn fragment() -> String {
    window().location().hash().unwrap_or_default().trim_start_matches('#').to_owned()
}

/// Whether an event came from an element that this selector finds, or from inside it.
pub(super) fn is_within(target: Option<EventTarget>, selector: &str) -> bool {
    let element = target.and_then(|target| target.dyn_into::<Element>().ok());
    element.is_some_and(|element| element.closest(selector).is_ok_and(|found| found.is_some()))
}

/// Whether the focus is inside an element that this selector finds.
pub(super) fn has_focus(selector: &str) -> bool {
    is_within(document().active_element().map(Into::into), selector)
}

/// Whether this element takes typed letters as text. Text fields contain no other elements, so it does
/// not matter that `is_within` also looks at the elements around it.
pub(super) fn takes_letters(target: Option<EventTarget>) -> bool {
    is_within(target, "input:not([type=range]), select, textarea")
}

/// Whether this element takes the space bar: it presses it, types it, or scrolls by it.
pub(super) fn takes_space(target: Option<EventTarget>) -> bool {
    is_within(
        target,
        "a, button, summary, input:not([type=range]), select, textarea, [role=region], [role=group][tabindex]",
    )
}

/// The key of an event: a letter is small whatever Caps Lock says, and if the layout has no Latin
/// letters, it is the one that the same key has on a Latin keyboard.
pub(super) fn key(event: &KeyboardEvent) -> String {
    latin(&event.key(), &event.code())
}

fn latin(key: &str, code: &str) -> String {
    match code.strip_prefix("Key") {
        Some(letter) if key.chars().count() == 1 && !key.is_ascii() => letter.to_ascii_lowercase(),
        _ if key.len() == 1 => key.to_ascii_lowercase(),
        _ => key.to_owned(),
    }
}

/// Whether the page is embedded in another; it then shows a view without the page's frame. Such a page has
/// a document of its own: see `Trunk.toml`.
pub(super) fn is_embedded() -> bool {
    document_element().has_attribute("data-embed")
}

/// Whether the page is one file, without others beside it: see `script/single`.
pub(super) fn is_one_file() -> bool {
    document_element().has_attribute("data-single")
}

/// Whether somebody can see the page: not while its tab is hidden, while its frame is outside of what is
/// shown of the page around it, or while that page holds it. `static/start.js` observes both.
pub(super) fn is_seen() -> bool {
    let root = document_element();
    !document().hidden() && !["data-unseen", "data-held"].iter().any(|it| root.has_attribute(it))
}

/// Leaves out what takes a browser without a graphics processor most of its time to paint.
pub(super) fn simplify_look() {
    // A page without it is only slower.
    let _ = document_element().set_attribute("data-simple", "");
}

/// The page's own address with another part after `#`; from an embedded page, that of the whole page.
pub(super) fn address_with(fragment: &str) -> String {
    let href = window().location().href().unwrap_or_default();
    let page = href.split(['?', '#']).next().unwrap_or_default();
    let page = page.strip_suffix(EMBED).unwrap_or(page);
    format!("{page}#{fragment}")
}

/// The name of the document for frames.
const EMBED: &str = "embed.html";

/// Replaces the part of the address after `#` without a new entry in the history.
pub(super) fn replace_fragment(fragment: &str) {
    if let Ok(history) = window().history() {
        // In a frame that may not change it, the address stays as it is.
        let address = format!("#{fragment}");
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&address));
    }
}

/// Copies a text to the clipboard; returns whether the browser allowed it.
pub(super) fn copy(text: &str, then: impl Fn(bool) + Clone + 'static) {
    let Some(done) = begin_copy(text) else {
        then(false);
        return;
    };
    let refused = then.clone();
    let fulfilled = Closure::once(move |_: JsValue| then(true));
    let rejected = Closure::once(move |_: JsValue| refused(false));
    // The promise that `then2` returns is not needed.
    let _ = done.then2(&fulfilled, &rejected);
    fulfilled.forget();
    rejected.forget();
}

/// The promise of the clipboard; none if the page has no clipboard, as without HTTPS.
fn begin_copy(text: &str) -> Option<js_sys::Promise> {
    let navigator = js_sys::Reflect::get(&window(), &"navigator".into()).ok()?;
    let clipboard = js_sys::Reflect::get(&navigator, &"clipboard".into()).ok()?;
    let write = js_sys::Reflect::get(&clipboard, &"writeText".into()).ok()?;
    let write = write.dyn_into::<js_sys::Function>().ok()?;
    write.call1(&clipboard, &text.into()).ok()?.dyn_into().ok()
}

/// The value of a custom property of the style sheets, such as `--ink`.
pub(super) fn style_property(name: &str) -> Option<String> {
    let style = window().get_computed_style(&document_element()).ok()??;
    let value = style.get_property_value(name).ok()?;
    Some(value.trim().to_owned()).filter(|value| !value.is_empty())
}

/// Gives the canvas as many pixels as the screen has for it; returns its size in CSS pixels and the
/// screen pixels per CSS pixel.
pub(super) fn fit_canvas(canvas: &HtmlCanvasElement) -> (f64, f64, f64) {
    let ratio = pixel_ratio();
    let (width, height) = (f64::from(canvas.client_width()), f64::from(canvas.client_height()));
    let (wide, high) = (pixels(width * ratio), pixels(height * ratio));
    // Setting either one clears the canvas, so they are set only when they change.
    if canvas.width() != wide {
        canvas.set_width(wide);
    }
    if canvas.height() != high {
        canvas.set_height(high);
    }
    (width, height, ratio)
}

/// Opens a link of the page, with a new entry in the history.
pub(super) fn open_fragment(fragment: &str) {
    // It fails only where a frame may not change its address.
    let _ = window().location().set_hash(fragment);
}

/// The address of the page's own code, as seen from the folder of the page and of the worker's script; see
/// `static/start.js`.
pub(super) fn script() -> Option<String> {
    let script = document().query_selector("script[data-script]").ok()??;
    script.get_attribute("data-script")
}

/// The address of a file that belongs to this build, so that no cached file of an earlier one is used: the
/// name of the page's code changes with every build.
pub(super) fn of_this_build(file: &str) -> String {
    let script = script().unwrap_or_default();
    format!("{file}?{}", script.rsplit('/').next().unwrap_or_default())
}

/// The text of a file beside the page; none if there is no such file, or no network.
pub(super) async fn fetch_text(path: &str) -> Option<String> {
    let call = |of: &JsValue, name: &str, with: &JsValue| {
        let function = js_sys::Reflect::get(of, &name.into()).ok()?;
        let function = function.dyn_into::<js_sys::Function>().ok()?;
        function.call1(of, with).ok()?.dyn_into::<js_sys::Promise>().ok()
    };
    let response = JsFuture::from(call(&window(), "fetch", &path.into())?).await.ok()?;
    let is_here = js_sys::Reflect::get(&response, &"ok".into()).ok()?.is_truthy();
    let text = call(&response, "text", &JsValue::UNDEFINED).filter(|_| is_here)?;
    JsFuture::from(text).await.ok()?.as_string()
}

/// Lets the browser do what else it has to do.
pub(super) async fn pause() {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        // It cannot fail: the function is one.
        let _ = window().set_timeout_with_callback(&resolve);
    });
    // It is never rejected.
    let _ = JsFuture::from(promise).await;
}

/// Calls a function whenever the part of the address after `#` changes, until the result is dropped.
pub(super) fn on_fragment_change(mut act: impl FnMut() + 'static) -> EventListener {
    EventListener::new(&window(), "hashchange", move |_| act())
}

/// Calls a function for every key that no element on the page has handled, wherever the focus is, until
/// the result is dropped.
pub(super) fn on_key(mut act: impl FnMut(&KeyboardEvent) + 'static) -> EventListener {
    let options = EventListenerOptions::enable_prevent_default();
    EventListener::new_with_options(&window(), "keydown", options, move |event: &Event| {
        if let Some(event) = event.dyn_ref() {
            act(event);
        }
    })
}

/// Sets one property of an element's style, in a way that a strict content security policy allows.
pub(super) fn set_style(node: &NodeRef, name: &str, value: &str) {
    if let Some(style) =
        node.get().and_then(|node| js_sys::Reflect::get(&node, &"style".into()).ok())
        && let Ok(style) = style.dyn_into::<CssStyleDeclaration>()
    {
        // It cannot fail: the names are well-formed, and a browser ignores a value it cannot read.
        let _ = style.set_property(name, value);
    }
}

/// Sets the title in the browser's tab.
pub(super) fn set_title(title: &str) {
    document().set_title(title);
}

/// A canvas of this size in pixels that is not on the page.
pub(super) fn new_canvas(width: f64, height: f64) -> Option<HtmlCanvasElement> {
    let canvas = document().create_element("canvas").ok()?;
    let canvas = canvas.dyn_into::<HtmlCanvasElement>().ok()?;
    canvas.set_width(pixels(width));
    canvas.set_height(pixels(height));
    Some(canvas)
}

/// Clicks a link with these attributes; the link is on the page only during the click.
pub(super) fn click_link(attributes: &[(&str, &str)]) {
    let Ok(link) = document().create_element("a") else { return };
    // None of it can fail: the names are well-formed, and the body takes a child.
    let _ = attributes.iter().try_for_each(|(name, value)| link.set_attribute(name, value));
    let _ = gloo_utils::body().append_child(&link);
    if let Some(link) = link.dyn_ref::<HtmlElement>() {
        link.click();
    }
    link.remove();
}

/// The drawing context of a canvas.
pub(super) fn context_2d(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    canvas.get_context("2d").ok()??.dyn_into().ok()
}

/// Replaces the content of a canvas by a picture of this width, with red, green, blue and opacity for
/// each pixel; the canvas takes its size.
pub(super) fn put_pixels(context: &CanvasRenderingContext2d, pixels: &[u8], width: usize) {
    let Some(canvas) = context.canvas() else { return };
    let Ok(wide) = u32::try_from(width) else { return };
    let high = u32::try_from(pixels.len() / 4 / width.max(1)).unwrap_or(0);
    if (canvas.width(), canvas.height()) != (wide, high) {
        canvas.set_width(wide);
        canvas.set_height(high);
    }
    // Both fail only for an empty picture, which need not be shown.
    if let Ok(picture) = ImageData::new_with_u8_clamped_array(Clamped(pixels), wide) {
        let _ = context.put_image_data(&picture, 0.0, 0.0);
    }
}

/// The position of a pointer within the element under it, and the size of that element. The listening
/// element is the root of the page, where Yew hears all events.
pub(super) fn pointed(event: &web_sys::MouseEvent) -> Option<((f64, f64), (f64, f64))> {
    let element: Element = event.target()?.dyn_into().ok()?;
    let place = element.get_bounding_client_rect();
    let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
    Some(((x - place.left(), y - place.top()), (place.width(), place.height())))
}

/// The index of the chosen option in a select.
pub(super) fn selected(event: &Event) -> Option<usize> {
    let select: HtmlSelectElement = event.target()?.dyn_into().ok()?;
    usize::try_from(select.selected_index()).ok()
}

/// The size of an element in CSS pixels.
pub(super) fn size_of(node: &NodeRef) -> Option<(f64, f64)> {
    let element = node.cast::<Element>()?;
    Some((f64::from(element.client_width()), f64::from(element.client_height())))
}

/// Screen pixels per CSS pixel.
pub(super) fn pixel_ratio() -> f64 {
    window().device_pixel_ratio().clamp(1.0, 3.0)
}

/// Whether the page is used by touch.
pub(super) fn is_touch() -> bool {
    matches_media("(pointer: coarse)")
}

/// Scrolls as little as needed to show an element.
pub(super) fn reveal(node: &NodeRef) {
    if let Some(element) = node.cast::<Element>() {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// Scrolls the page down, and none around it, until an element is at most this far below the top of the
/// window.
pub(super) fn bring_up(id: &str, below: f64) {
    if let Some(element) = by_id(id) {
        let far = element.get_bounding_client_rect().top() - below;
        window().scroll_by_with_x_and_y(0.0, far.max(0.0));
    }
}

/// Gives an element the focus.
pub(super) fn focus(node: &NodeRef) {
    if let Some(element) = node.cast::<Element>() {
        focus_on(&element);
    }
}

/// The elements of this type that a selector has found.
pub(super) fn elements<T: JsCast>(found: Result<NodeList, JsValue>) -> Vec<T> {
    let Ok(found) = found else { return Vec::new() };
    (0..found.length()).filter_map(|n| found.get(n)?.dyn_into().ok()).collect()
}

/// Gives this element the focus.
pub(super) fn focus_on(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        // It fails only if the element is no longer on the page.
        let _ = element.focus();
    }
}

/// Calls a function when a press begins outside an element, until the result is dropped.
pub(super) fn on_press_outside(node: NodeRef, act: impl FnMut() + 'static) -> EventListener {
    on_event_outside("pointerdown", node, act)
}

/// Calls a function when the focus goes outside an element, until the result is dropped.
pub(super) fn on_focus_outside(node: NodeRef, act: impl FnMut() + 'static) -> EventListener {
    on_event_outside("focusin", node, act)
}

fn on_event_outside(
    event: &'static str,
    node: NodeRef,
    mut act: impl FnMut() + 'static,
) -> EventListener {
    EventListener::new(&window(), event, move |event| {
        let target = event.target().and_then(|target| target.dyn_into::<Node>().ok());
        let inside = node.get().is_some_and(|node| node.contains(target.as_ref()));
        if !inside {
            act();
        }
    })
}

/// Whether the page is so narrow that a menu is a sheet at its lower edge; see `static/style/stage.css`.
pub(super) fn is_narrow() -> bool {
    matches_media("(max-width: 620px)")
}

fn matches_media(query: &str) -> bool {
    window().match_media(query).ok().flatten().is_some_and(|list| list.matches())
}

/// A side of a canvas in whole pixels.
pub(super) fn pixels(length: f64) -> u32 {
    whole(length.round()).clamp(1, 8_192)
}

#[cfg(test)]
mod tests {
    use super::latin;

    #[test]
    fn a_letter_is_that_of_a_latin_keyboard_in_any_layout() {
        assert_eq!(latin("k", "KeyK"), "k");
        assert_eq!(latin("Z", "KeyZ"), "z", "Caps Lock is on");
        assert_eq!(latin("л", "KeyK"), "k", "a Russian layout");
        assert_eq!(latin("k", "KeyV"), "k", "Dvorak has the letter elsewhere");
        assert_eq!((latin("Enter", "Enter"), latin(" ", "Space")), ("Enter".into(), " ".into()));
    }
}
