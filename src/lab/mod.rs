//! Experiments on worlds: presets to look at, and comparisons on one tape.

pub mod herd;
pub mod presets;
