//! Experiments on simulated worlds: presets, comparisons with common random numbers, sweeps, replays,
//! settings, documents, links and explanations.
#![forbid(unsafe_code)]

pub mod action_log;
pub mod bands;
pub mod closed;
pub mod csv;
pub mod delays;
pub mod document;
pub mod explain;
pub mod fault_spans;
pub mod herd;
pub mod job;
pub mod lesson;
pub mod link;
pub mod log;
pub mod low_share;
pub mod order;
pub mod others;
pub mod presets;
pub mod query;
pub mod recovery;
pub mod replay;
pub mod report;
pub mod settings;
pub mod shared_breaker;
pub mod sweep;
pub mod take_home;
pub mod tape;
pub mod timeline;
pub mod trial_time;
pub mod words;
