//! The playground: the Yew shell around the same engine and world that the library has.
//!
//! Who owns what: what the user chose is an immutable value in a reducer; the [`World`] belongs to a
//! struct component, the stage, which draws on canvas and never renders the tree per frame; and a
//! small summary of it reaches the page about eight times a second.
//!
//! [`World`]: fusebox_sim::World
#![forbid(unsafe_code)]

mod address;
mod breaker;
mod browser;
mod chart;
mod convert;
mod disclosure;
mod download;
mod export_menu;
mod failure;
mod format;
mod herd;
mod history;
mod number;
mod palette;
mod part;
mod playback;
mod playground;
mod root;
mod roving;
mod selection;
mod setting_field;
mod share;
mod table;
mod transport;
mod views;
mod worker_pool;

/// Takes the page over: a panic shows a card from here on, and the app is mounted. Where the same
/// module runs in a worker, it does what the page asks for instead.
pub fn mount() {
    if !browser::is_page() {
        part::serve();
        return;
    }
    failure::show_panics();
    if let Some(element) = browser::by_id("app") {
        element.set_inner_html("");
        yew::Renderer::<root::Root>::with_root(element).render();
    }
}
