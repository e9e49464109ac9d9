//! What the views of lessons share: documents, the runs of their worlds, prose whose numbers are of
//! those runs, and live worlds.

mod chart;
mod document;
mod prose;
mod run;
mod world;

pub(crate) use chart::{FocusChart, RanOf, focused};
pub(crate) use document::{Document, use_document};
pub(crate) use prose::{Numbers, paragraph, words};
pub(crate) use run::{RunState, use_run};
pub(crate) use world::{Loaded, World};
