//! The code of the Playground besides its picture, behind function pointers: see [`crate::part`].

use super::asks::Asks;
use super::charts::{self, Canvases, ChartData, ChartsView, Export};
use super::log::Log;
use super::player::Player;
use super::preset_bar::{Changes, ShareRun};
use super::session::Chosen;
use super::{Page, explanation, run_bar, stack};
use super::{drawer::Drawer, tracks::Tracks};
use crate::address::Address;
use crate::host;
use crate::palette::Palette;
use crate::roving;
use crate::selection::Selection;
use fusebox::time::Instant;
use fusebox_lab::explain::{self, Explanation};
use fusebox_lab::link::Link;
use fusebox_lab::presets::{self, Preset};
use fusebox_sim::{Dependency, Entry, World};
use std::ptr;
use yew::prelude::*;

/// The code of the Playground besides its picture: links, explanations, settings and charts.
#[derive(Clone, Copy)]
pub(crate) struct Details {
    pub(crate) read_link: fn(number: u32, text: &str) -> Address,
    pub(super) write_link: fn(&Link) -> String,
    pub(super) presets: &'static [Preset],
    /// What the whole page does once they are here: arrow keys, and a word to its host.
    pub(crate) begin: fn(),
    /// An entry as a sentence.
    pub(super) event: fn(&Entry) -> String,
    /// Everything on the stage, as a paragraph.
    pub(super) now: fn(&World, Dependency) -> String,
    pub(super) explanation: fn(Selection, &Player, Dependency) -> Option<(Explanation, bool)>,
    pub(super) changes: fn(&Page) -> Html,
    pub(super) share: fn(&Page) -> Html,
    pub(super) stack: fn(&Page) -> Html,
    /// What is doubtful about the settings of the breaker.
    pub(super) doubt: fn(&Page) -> Html,
    /// The faults over time, and the explanation of the selection.
    pub(super) tracks: fn(&Page) -> Html,
    pub(super) drawer: fn(&Page) -> Html,
    pub(super) log: fn(&Page, on_choose: &Callback<Selection>) -> Html,
    /// Everything below the stage.
    pub(super) below: fn(&Page, on_choose: &Callback<Selection>) -> Html,
    pub(super) charts_view: fn(&ChartData<'_>, cross: Option<Instant>) -> ChartsView,
    pub(super) draw_chart: fn(&Canvases, which: usize, &ChartData<'_>, &Palette),
    pub(super) save_chart: fn(Export, &ChartData<'_>, &Chosen, &Palette),
}

impl PartialEq for Details {
    fn eq(&self, other: &Self) -> bool {
        ptr::eq(self, other)
    }
}

pub(crate) static DETAILS: Details = Details {
    read_link: Address::read,
    write_link: Link::write,
    presets: presets::ALL,
    begin: || {
        roving::install();
        host::tell("ready", &[]);
    },
    event: explain::event,
    now: explain::now,
    explanation: explanation::explanation,
    changes: |page| html! { <Changes ..page.clone() /> },
    share: |page| html! { <ShareRun ..page.clone() /> },
    stack: |page| html! { <stack::LayerStack ..page.clone() /> },
    doubt: stack::doubt,
    tracks,
    drawer,
    log,
    below: |page, on_choose| {
        html! {
            <>
                { tracks(page) }
                { drawer(page) }
                <charts::Charts ..page.clone() />
                <run_bar::RunBar ..page.clone() />
                { log(page, on_choose) }
                <Asks ..page.clone() />
            </>
        }
    },
    charts_view: ChartsView::of,
    draw_chart: charts::draw,
    save_chart: Export::save,
};

fn tracks(page: &Page) -> Html {
    html! { <Tracks ..page.clone() /> }
}

fn drawer(page: &Page) -> Html {
    html! { <Drawer ..page.clone() /> }
}

fn log(page: &Page, on_choose: &Callback<Selection>) -> Html {
    html! {
        <Log
            lines={page.summary.log.clone()} selection={page.session.selection}
            on_choose={on_choose.clone()}
        />
    }
}
