//! The Herd: all clients lose the database at the same moment, and each lane retries with a strategy of
//! its own.
//!
//! Each lane is a world of its own with the same seed and so with common random numbers: the same
//! clients, calls, outage and service times. Only the [`Strategy`] differs.
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

mod bucket;
mod calls;
mod codec;
mod comparison;
mod lane;
mod measure;
mod outcome;
pub mod prediction;
mod presets;
mod recovery;
mod runner;
mod sentence;
mod setup;
mod strategy;
mod table;
mod waves;

pub use bucket::Bucket;
pub use calls::LaneCalls;
pub use comparison::{Comparison, LANES_MAX};
pub use lane::Lane;
pub use measure::{Absent, LaneMeasures, MEASURES, Measure, Unit};
pub use outcome::{LaneOutcome, Tone};
pub use presets::{HerdPreset, PRESETS, find};
pub use recovery::{LATELY, LaneRecovery, STEADY_FOR};
pub(crate) use runner::measures;
pub use runner::{Runner, run};
pub use sentence::{LEADING, sentence, sentences, verdict};
pub use setup::{DOWN_AT, OutageKind, Requests, Setup};
pub use strategy::{FORMS, STRATEGIES, Strategy};
pub use table::{SERIES, Series, series_csv, table_csv};
pub use waves::{Wave, waves};
