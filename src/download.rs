//! Files for the user, made on the page and handed over without a server.

use crate::browser;
use gloo_timers::callback::Timeout;
use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlCanvasElement, Url};

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A table.
    Csv,
    /// A document.
    Json,
    /// A picture that can be made larger.
    Svg,
    /// A picture in pixels.
    Png,
}

impl Kind {
    /// The extension of its files, and its media type.
    const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Csv => ("csv", "text/csv;charset=utf-8"),
            Self::Json => ("json", "application/json"),
            Self::Svg => ("svg", "image/svg+xml;charset=utf-8"),
            Self::Png => ("png", "image/png"),
        }
    }
}

/// The most letters of a name before its extension, as file systems and people have their limits.
const NAME_MAX: usize = 80;

/// Milliseconds until a file is forgotten that the user has not taken: some browsers ask where to put
/// it, and read it only then.
const KEPT: u32 = 60_000;

/// Hands a text to the user, as a file named for these words.
pub(super) fn text(words: &[&str], kind: Kind, text: &str) {
    bytes(words, kind, text.as_bytes());
}

/// Hands bytes to the user, as a file named for these words.
pub(super) fn bytes(words: &[&str], kind: Kind, bytes: &[u8]) {
    let parts = Array::of1(&Uint8Array::from(bytes));
    let options = BlobPropertyBag::new();
    options.set_type(kind.names().1);
    if let Ok(blob) = Blob::new_with_u8_array_sequence_and_options(&parts, &options) {
        hand_over(&blob, &file_name(words, kind));
    }
}

/// Hands what is on a canvas to the user, as a PNG named for these words.
pub(super) fn png(words: &[&str], canvas: &HtmlCanvasElement) {
    let name = file_name(words, Kind::Png);
    let then = Closure::once_into_js(move |blob: JsValue| {
        // A canvas that is too large for the browser gives nothing.
        if let Some(blob) = blob.dyn_ref::<Blob>() {
            hand_over(blob, &name);
        }
    });
    // It fails only where a canvas has pictures of other sites on it, of which there are none.
    let _ = canvas.to_blob(then.unchecked_ref());
}

/// Has the browser save a file; in a frame that may not do it, nothing happens.
fn hand_over(blob: &Blob, name: &str) {
    if let Ok(address) = Url::create_object_url_with_blob(blob) {
        browser::click_link(&[("href", &address), ("download", name)]);
        let forget = move || {
            let _ = Url::revoke_object_url(&address);
        };
        Timeout::new(KEPT, forget).forget();
    }
}

/// A name that every system takes: `fusebox-herd-full-jitter-arrivals.svg`.
fn file_name(words: &[&str], kind: Kind) -> String {
    let words = words.iter().flat_map(|word| word.split(|c: char| !c.is_ascii_alphanumeric()));
    let words = ["fusebox"].into_iter().chain(words.filter(|word| !word.is_empty()));
    let mut name = words.collect::<Vec<_>>().join("-").to_ascii_lowercase();
    name.truncate(NAME_MAX);
    format!("{}.{}", name.trim_end_matches('-'), kind.names().0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_of_letters_that_every_system_takes() {
        let name = |words: &[&str]| file_name(words, Kind::Svg);
        let words = ["herd", "Full jitter", "arrivals"];
        assert_eq!(name(&words), "fusebox-herd-full-jitter-arrivals.svg");
        assert_eq!(name(&["../..\\con:*?\"<>|", "a\0b"]), "fusebox-con-a-b.svg");
        assert_eq!(name(&["größer", "..."]), "fusebox-gr-er.svg");
        assert_eq!(name(&[]), "fusebox.svg");
        let long = name(&["x".repeat(500).as_str(), "y"]);
        assert_eq!(long.len(), NAME_MAX + ".svg".len());
    }
}
