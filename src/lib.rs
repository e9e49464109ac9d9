//! The playground: the Yew shell around the engine and world of the library.
//!
//! Ownership: the user's choices are an immutable value in a reducer; the [`World`] belongs to a struct
//! component, the stage, which draws on canvas and never renders the tree per frame; and a small
//! summary of the world reaches the page about eight times a second.
//!
//! [`World`]: fusebox_sim::World
#![forbid(unsafe_code)]

mod address;
mod breaker;
mod breaker_view;
mod browser;
mod chart;
mod check;
mod convert;
mod disclosure;
mod docs;
mod download;
mod export_menu;
mod failure;
mod frames;
mod herd;
mod history;
mod host;
mod keys;
mod learn;
mod lesson;
mod listing;
mod number;
mod palette;
mod part;
mod playback;
mod playground;
mod poster;
mod root;
mod roving;
mod select;
mod selection;
mod setting_field;
mod share;
mod table;
mod transport;
mod views;
mod worker_pool;

pub use docs::docs;
pub use herd::results;
pub use poster::posters;

/// Starts the page: from here on a panic shows a card, and the app is mounted. In a worker the same
/// module serves the jobs of the page instead.
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
