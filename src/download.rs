//! Files for the user, made on the page without a server.

use crate::browser;
use gloo_timers::callback::Timeout;
use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlCanvasElement, Url};

/// The content of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A table.
    Csv,
    /// A document.
    Json,
    /// A picture that scales without loss.
    Svg,
    /// A picture in pixels.
    Png,
}

impl Kind {
    /// The file extension and the media type.
    const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Csv => ("csv", "text/csv;charset=utf-8"),
            Self::Json => ("json", "application/json"),
            Self::Svg => ("svg", "image/svg+xml;charset=utf-8"),
            Self::Png => ("png", "image/png"),
        }
    }
}

/// The longest name before its extension, in characters: file systems have a limit, and long names are
/// hard to read.
const NAME_MAX: usize = 80;

/// Milliseconds until the browser may forget a file: some browsers ask where to save it, and read it
/// only after the answer.
const KEPT: u32 = 60_000;

/// Saves a text as a file named after these words.
pub(super) fn text(words: &[&str], kind: Kind, text: &str) {
    bytes(words, kind, text.as_bytes());
}

/// Saves bytes as a file named after these words.
pub(super) fn bytes(words: &[&str], kind: Kind, bytes: &[u8]) {
    save(&file_name(words, kind), kind.names().1, bytes);
}

fn save(name: &str, media_type: &str, bytes: &[u8]) {
    let parts = Array::of1(&Uint8Array::from(bytes));
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    if let Ok(blob) = Blob::new_with_u8_array_sequence_and_options(&parts, &options) {
        hand_over(&blob, name);
    }
}

/// Saves a text as a file with this name, as a tool expects it.
pub(super) fn file(name: &str, text: &str) {
    save(name, "text/plain;charset=utf-8", text.as_bytes());
}

/// Saves the content of a canvas as a PNG named after these words.
pub(super) fn png(words: &[&str], canvas: &HtmlCanvasElement) {
    let name = file_name(words, Kind::Png);
    let then = Closure::once_into_js(move |blob: JsValue| {
        // A canvas that is too large for the browser gives no blob.
        if let Some(blob) = blob.dyn_ref::<Blob>() {
            hand_over(blob, &name);
        }
    });
    // It fails only if a canvas has pictures of other sites on it, and this one has none.
    let _ = canvas.to_blob(then.unchecked_ref());
}

/// Has the browser save a file; in a frame that may not save files, nothing happens.
fn hand_over(blob: &Blob, name: &str) {
    if let Ok(address) = Url::create_object_url_with_blob(blob) {
        browser::click_link(&[("href", &address), ("download", name)]);
        let forget = move || {
            let _ = Url::revoke_object_url(&address);
        };
        Timeout::new(KEPT, forget).forget();
    }
}

/// A file name that every system accepts: `fusebox-herd-full-jitter-arrivals.svg`.
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
    fn a_file_name_has_only_portable_characters() {
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
