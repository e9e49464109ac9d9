//! The parts of a page that is built in parts.
//!
//! All that the functions marked here call, and nothing else calls, becomes a module of its own. A
//! part that could not be fetched is fetched anew the next time.

use super::{DETAILS, Details, HERD, MakeHerd, Part};
use crate::worker_pool;
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
        Part::Details => fetch_details().await.is_ok_and(|it| {
            DETAILS_HERE.set(Some(it));
            true
        }),
        Part::Herd => fetch_herd().await.is_ok_and(|it| {
            HERD_HERE.set(Some(it));
            true
        }),
    }
}

/// Does what the page asks for, where this is a worker; without the part the page does it itself.
pub(crate) fn serve() {
    spawn_local(async {
        match fetch_worker().await {
            Ok(serve) => serve(),
            Err(_) => worker_pool::decline(),
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
    Ok(worker_pool::serve)
}
