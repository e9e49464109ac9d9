//! Experiments: worlds to look at, comparisons on one tape, and what settings come to.

pub mod delays;
pub mod herd;
pub mod occ;
pub mod presets;
pub mod replay;
