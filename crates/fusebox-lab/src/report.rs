//! The results of a run: text for people, JSON for programs.
//!
//! A [`Report`] and [`Runs`] can be serialised. The JSON has the fields under their names, in the order
//! of the declarations; an absent value is `null`. Times are in milliseconds, and their fields end in
//! `_ms`.
//!
//! ```
//! use fusebox_lab::report::Report;
//! use fusebox_sim::{Scenario, World};
//! use fusebox::time::Instant;
//!
//! let mut world = World::new(&Scenario::search_service(), 42)?;
//! world.run_until(Instant::from_secs(5));
//! let report = Report::of(&world, "search", 42);
//! assert!(report.calls.successes > 0);
//! assert!(report.to_string().starts_with("search, seed 42, 5 s\n"));
//! # Ok::<(), fusebox::ConfigError>(())
//! ```

mod calls;
mod events;
mod fields;
mod grid;
mod load;
mod runs;
mod text;
mod values;

use crate::{record, recovery};
pub use calls::{Calls, EndpointReport, Latency};
pub use events::{Change, RecoveryReport, Writes};
pub use fields::{Described, Field};
use fusebox::time::{Duration, Instant};
use fusebox_sim::{Dependency, Endpoint, World};
pub use grid::Grid;
pub use load::{Attempts, DependencyReport, Rejections};
pub use runs::{Runs, Spread};

record! {
    /// The results of a run.
    pub struct Report {
        pub scenario: String = "", "The name of the preset or of the file";
        pub seed: u64 = "", "The seed of all randomness; some JSON readers round numbers beyond 2^53";
        pub duration_ms: f64 = "ms", "The duration of the run, in simulated time";
        pub calls: Calls = "", "The calls of clients by how they ended";
        pub endpoints: Vec<EndpointReport> = "", "The same calls by endpoint";
        pub latency_ms: Option<Latency> = "", "Latency of useful answers, to within 1 %; null if there is none";
        pub attempts: Attempts = "", "The attempts at all dependencies together";
        pub rejections: Rejections = "", "Rejections, by the policy or queue that rejected";
        pub dependencies: Vec<DependencyReport> = "", "The load on each dependency and its answers";
        pub transitions: Vec<Change> = "", "State changes of breakers, oldest first; at most 1,000";
        pub transitions_omitted: u64 = "changes", "State changes beyond those in the list";
        pub recovery: RecoveryReport = "", "Whether the service recovered after its faults";
        pub writes: Writes = "", "The outcomes of the writes";
        pub events: u64 = "events", "Simulated events";
        pub fingerprint: String = "", "16 hexadecimal digits; the same run has the same on every machine";
    }
}

impl Report {
    /// The results of this world up to now.
    ///
    /// The world does not keep the name and the seed that it was made from. The peaks are those of the
    /// last sample, which is at most 100 ms old.
    #[must_use]
    pub fn of(world: &World, scenario: &str, seed: u64) -> Self {
        let measures = world.measures();
        let counters = measures.counters();
        let changes = measures.breaker_changes();
        Self {
            scenario: scenario.to_string(),
            seed,
            duration_ms: millis(world.now().since(Instant::ZERO)),
            calls: Calls::of(world),
            endpoints: Endpoint::ALL.map(|of| EndpointReport::of(of, counters)).into(),
            latency_ms: Latency::of(measures),
            attempts: Attempts::of(counters),
            rejections: Rejections::of(counters),
            dependencies: Dependency::ALL.map(|on| DependencyReport::of(on, counters)).into(),
            transitions: changes.iter().map(Change::of_breaker).collect(),
            transitions_omitted: measures.breaker_changes_seen() - changes.len() as u64,
            recovery: RecoveryReport::of(recovery::judge(world)),
            writes: Writes::of(world.mutations()),
            events: world.events(),
            fingerprint: format!("{:016x}", world.fingerprint()),
        }
    }
}

/// A duration in milliseconds.
#[must_use]
pub fn millis(length: Duration) -> f64 {
    values::float(length.as_micros()) / 1e3
}
