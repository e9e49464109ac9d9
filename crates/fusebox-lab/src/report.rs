//! What a run gave, as plain values: for people as text, for programs as JSON.
//!
//! A [`Report`] and [`Runs`] can be serialised. The JSON has the fields by
//! their names, in the order of the declarations; what there is none of is `null`. Times are numbers
//! of milliseconds, and their fields end in `_ms`.
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
mod grid;
mod load;
mod runs;
mod text;
mod values;

use crate::recovery;
pub use calls::{Calls, EndpointReport, Latency};
pub use events::{Change, RecoveryReport, Writes};
use fusebox::time::{Duration, Instant};
use fusebox_sim::{Dependency, Endpoint, World};
pub use grid::Grid;
pub use load::{Attempts, DependencyReport, Refusals};
pub use runs::{Runs, Spread};

/// A count with the name of its field.
type Count = (&'static str, u64);

/// What a run gave.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Report {
    /// What was run: the name of a preset or of a file.
    pub scenario: String,
    /// The seed of the run. Beyond 2^53 some readers of JSON round it.
    pub seed: u64,
    /// How long the run was, in simulated milliseconds.
    pub length_ms: f64,
    /// The calls of clients by how they ended.
    pub calls: Calls,
    /// The same by what was asked for; all endpoints, in the order of [`Endpoint::ALL`].
    pub endpoints: Vec<EndpointReport>,
    /// The latency of useful answers; none where there was no such answer.
    pub latency_ms: Option<Latency>,
    /// What came to the dependencies together.
    pub attempts: Attempts,
    /// What was not sent, by who refused it.
    pub refusals: Refusals,
    /// What came to each dependency; all of them, in the order of [`Dependency::ALL`].
    pub dependencies: Vec<DependencyReport>,
    /// The changes of breakers, oldest first; at most 1,000.
    pub transitions: Vec<Change>,
    /// How many more there were.
    pub transitions_beyond: u64,
    /// Whether the world came back.
    pub recovery: RecoveryReport,
    /// What became of the writes.
    pub writes: Writes,
    /// How many events were simulated.
    pub events: u64,
    /// The fingerprint of the run in 16 hexadecimal digits: the same on every machine for the same
    /// scenario, seed and length.
    pub fingerprint: String,
}

impl Report {
    /// What this world gave up to now.
    ///
    /// The name and the seed are those that it was made from. The peaks are as of the last sample,
    /// which is at most 100 ms old.
    #[must_use]
    pub fn of(world: &World, scenario: &str, seed: u64) -> Self {
        let measures = world.measures();
        let counters = measures.counters();
        let changes = measures.breaker_changes();
        Self {
            scenario: scenario.to_string(),
            seed,
            length_ms: millis(world.now().since(Instant::ZERO)),
            calls: Calls::of(world),
            endpoints: Endpoint::ALL.map(|of| EndpointReport::of(of, counters)).into(),
            latency_ms: Latency::of(measures),
            attempts: Attempts::of(counters),
            refusals: Refusals::of(counters),
            dependencies: Dependency::ALL.map(|on| DependencyReport::of(on, counters)).into(),
            transitions: changes.iter().map(Change::of_breaker).collect(),
            transitions_beyond: measures.breaker_changes_seen() - changes.len() as u64,
            recovery: RecoveryReport::of(recovery::judge(world)),
            writes: Writes::of(world.mutations()),
            events: world.events(),
            fingerprint: format!("{:016x}", world.fingerprint()),
        }
    }
}

/// A length of time in milliseconds.
#[must_use]
pub fn millis(length: Duration) -> f64 {
    values::float(length.as_micros()) / 1e3
}
