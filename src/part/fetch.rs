//! The parts of a page that is built in parts.
//!
//! All that the functions marked here call, and nothing else calls, becomes a module of its own. A
//! part that could not be fetched is fetched anew the next time.

use super::{DETAILS, Details, HERD, MakeHerd, Part};
use std::cell::Cell;
use wasm_split_helpers::{SplitLoaderError, wasm_split};
use yew::platform::spawn_local;

thread_local! {
    static DETAILS_HERE: Cell<Option<&'static Details>> = const { Cell::new(None) };
    static HERD_HERE: Cell<Option<MakeHerd>> = const { Cell::new(None) };
}

/// What the Playground has besides its picture, once it is here.
pub(crate) fn details() -> Option<&'static Details> {
    DETAILS_HERE.get()
}

/// What makes the Herd, once it is here.
pub(crate) fn herd() -> Option<MakeHerd> {
    HERD_HERE.get()
}

/// Has a part fetched, and tells whether it is here.
pub(crate) async fn fetch(part: Part) -> bool {
    match part {
        Part::Details => DETAILS_HERE.set(fetch_details().await.ok()),
        Part::Herd => HERD_HERE.set(fetch_herd().await.ok()),
    }
    part.is_here()
}

/// Does what the page asks for, where this is a worker; without the part the page hears nothing, and
/// does the work itself.
pub(crate) fn serve() {
    spawn_local(async {
        if let Ok(serve) = fetch_worker().await {
            serve();
        }
    });
}

#[wasm_split(details, fallible)]
#[allow(clippy::unnecessary_wraps)] // It is the fetch that fails.
fn fetch_details() -> Result<&'static Details, SplitLoaderError> {
    Ok(&DETAILS)
}

#[wasm_split(herd, fallible)]
#[allow(clippy::unnecessary_wraps)] // It is the fetch that fails.
fn fetch_herd() -> Result<MakeHerd, SplitLoaderError> {
    Ok(HERD)
}

#[wasm_split(herd, fallible)]
#[allow(clippy::unnecessary_wraps)] // It is the fetch that fails.
fn fetch_worker() -> Result<fn(), SplitLoaderError> {
    Ok(crate::crew::serve)
}
