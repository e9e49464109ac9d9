//! The herd: all clients lose the database at the same moment, and each lane has them try again in its
//! own way.
//!
//! Each lane is a world of its own with the same seed, and so the same tape: the same clients, the same
//! calls at the same moments, the same outage, the same time in the database for the same query. Only
//! the [`Strategy`] differs.
//!
//! ```
//! use fusebox_lab::herd::{Comparison, run};
//!
//! let comparison = Comparison::default();
//! let lanes: Vec<_> = comparison
//!     .lanes
//!     .iter()
//!     .map(|strategy| run(&comparison.setup, strategy, 42).unwrap())
//!     .collect();
//! let attempts: Vec<f64> = lanes.iter().map(|lane| lane.outcome.attempts_per_call).collect();
//! assert!(attempts[0] > 5.0 * attempts[2], "at once, and with full jitter: {attempts:?}");
//! ```

mod comparison;
mod lane;
mod measure;
mod outcome;
pub mod prediction;
mod presets;
mod runner;
mod sentence;
mod setup;
mod strategy;
mod table;
mod waves;
mod words;

pub use comparison::{Comparison, LANES_MAX};
pub use lane::{Bucket, Lane};
pub use measure::{Absent, MEASURES, Measure, Unit};
pub use outcome::{Outcome, Recovery, STEADY_FOR};
pub use presets::{HerdPreset, PRESETS, find};
pub use runner::{Runner, run};
pub use sentence::sentence;
pub use setup::{DOWN_AT, OutageKind, Requests, Setup};
pub use strategy::{FORMS, Strategy};
pub use table::table_csv;
pub use waves::{Wave, waves};

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
fn float(count: u64) -> f64 {
    count as f64
}
