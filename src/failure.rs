//! An error card in place of a blank page, for a bug that stops the page.

use crate::browser;
use std::panic::PanicHookInfo;

/// Shows every panic on the page, and in the console.
pub(super) fn show_panics() {
    yew::set_custom_panic_hook(Box::new(|info: &PanicHookInfo<'_>| {
        web_sys::console::error_1(&info.to_string().into());
        show(&info.to_string());
    }));
}

/// Puts the card on the page; `static/start.js` shows the same card for a failure before this module
/// runs.
fn show(details: &str) {
    let (Some(card), Some(text)) = (browser::by_id("failure"), browser::by_id("failure-details"))
    else {
        return;
    };
    text.set_text_content(Some(details));
    // It cannot fail: the attribute's name is well-formed.
    let _ = card.remove_attribute("hidden");
    if let Some(app) = browser::by_id("app") {
        let _ = app.set_attribute("hidden", "");
    }
}
