//! The parts of a page that is built in parts.
//!
//! All code that only the functions marked here call becomes a module of its own. If a part cannot be
//! fetched, the next request fetches it again.

use super::{DETAILS, Details, HERD, HOME, Home, LESSONS, MakeView, Part};
use crate::worker_pool;
use std::cell::Cell;
use std::thread::LocalKey;
use wasm_split_helpers::{SplitLoaderError, wasm_split};
use yew::platform::spawn_local;

thread_local! {
    static DETAILS_HERE: Cell<Option<&'static Details>> = const { Cell::new(None) };
    static HOME_HERE: Cell<Option<&'static Home>> = const { Cell::new(None) };
    static VIEWS_HERE: [Cell<Option<MakeView>>; Part::COUNT] =
        const { [const { Cell::new(None) }; Part::COUNT] };
}

/// The code of the Playground besides its picture; none until it is fetched.
pub(crate) fn details() -> Option<&'static Details> {
    DETAILS_HERE.get()
}

/// The panel of settings to take home; none until it is fetched.
pub(crate) fn home() -> Option<&'static Home> {
    HOME_HERE.get()
}

/// The function that makes the views of a part; none if it has none, or until the part is fetched.
pub(crate) fn views(part: Part) -> Option<MakeView> {
    VIEWS_HERE.with(|all| all[part as usize].get())
}

/// Fetches a part; returns whether it is loaded.
pub(crate) async fn fetch(part: Part) -> bool {
    let views = match part {
        Part::Details => return keep(&DETAILS_HERE, fetch_details().await),
        Part::Home => return keep(&HOME_HERE, fetch_home().await),
        Part::Herd => fetch_herd().await,
        Part::Lessons => fetch_lessons().await,
    };
    views.is_ok_and(|make| {
        VIEWS_HERE.with(|all| all[part as usize].set(Some(make)));
        true
    })
}

/// Keeps what was fetched; returns whether it was.
fn keep<T>(
    here: &'static LocalKey<Cell<Option<&'static T>>>,
    fetched: Result<&'static T, SplitLoaderError>,
) -> bool {
    fetched.is_ok_and(|it| {
        here.set(Some(it));
        true
    })
}

/// In a worker, serves the jobs of the page. If the part cannot be fetched, the page runs its jobs
/// itself.
pub(crate) fn serve() {
    spawn_local(async {
        match fetch_worker().await {
            Ok(serve) => serve(),
            Err(_) => worker_pool::decline(),
        }
    });
}

#[wasm_split(details, fallible)]
#[allow(clippy::unnecessary_wraps)] // The result is that of fetching this function.
fn fetch_details() -> Result<&'static Details, SplitLoaderError> {
    Ok(&DETAILS)
}

#[wasm_split(home, fallible)]
#[allow(clippy::unnecessary_wraps)] // The result is that of fetching this function.
fn fetch_home() -> Result<&'static Home, SplitLoaderError> {
    Ok(&HOME)
}

#[wasm_split(herd, fallible)]
#[allow(clippy::unnecessary_wraps)] // The result is that of fetching this function.
fn fetch_herd() -> Result<MakeView, SplitLoaderError> {
    Ok(HERD)
}

#[wasm_split(lessons, fallible)]
#[allow(clippy::unnecessary_wraps)] // The result is that of fetching this function.
fn fetch_lessons() -> Result<MakeView, SplitLoaderError> {
    Ok(LESSONS)
}

#[wasm_split(herd, fallible)]
#[allow(clippy::unnecessary_wraps)] // The result is that of fetching this function.
fn fetch_worker() -> Result<fn(), SplitLoaderError> {
    Ok(worker_pool::serve)
}
