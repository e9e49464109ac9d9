//! The results of a run: text for people, JSON for programs.
//!
//! A [`Report`] and [`Runs`] can be serialised. The JSON has the fields under their names, in the order
//! of the declarations; an absent value is `null`. Times are in milliseconds, and their fields end in
//! `_ms`.
//!
//! ```
//! use fusebox_lab::report::{Report, text};
//! use fusebox_sim::{Scenario, World};
//! use fusebox::time::Instant;
//!
//! let mut world = World::new(&Scenario::search_service(), 42)?;
//! world.run_until(Instant::from_secs(5));
//! let report = Report::of_world(&world, "search", 42);
//! assert!(report.calls.successes > 0);
//! assert!(text(&report).starts_with("scenario          search\nseed              42\n"));
//! # Ok::<(), fusebox::ConfigError>(())
//! ```

mod calls;
mod events;
mod fields;
mod grid;
mod load;
mod runs;
mod text;

use crate::words::float;
use crate::{closed, low_share, record, recovery};
pub use calls::{Calls, EndpointReport, LatencyReport};
pub use events::{Change, RecoveryReport};
pub use fields::{Described, Field};
use fusebox::time::{Duration, Instant};
use fusebox_sim::{Counters, Dependency, Endpoint, Measures, World};
pub use grid::Grid;
pub use load::{Attempts, DependencyReport, Rejections, Writes};
pub(crate) use runs::numbers;
pub use runs::{Runs, Spread};
pub use text::text;

record! {
    /// The results of a run.
    pub struct Report(world: &World, measures: &Measures, counters: &Counters, scenario: &str, seed: u64) {
        scenario: String = scenario.to_string(), "", "The name of the preset or of the file";
        seed: u64 = seed, "", "The seed of all randomness; some JSON readers round numbers beyond 2^53";
        duration_ms: f64 = millis(world.now().since(Instant::ZERO)), "ms",
            "The duration of the run, in simulated time";
        measured_from_ms: Option<f64> = (measures.began() > Instant::ZERO)
            .then(|| millis(measures.began().since(Instant::ZERO))), "ms",
            "The end of the warm-up, from when everything but the recovery is counted, or null";
        useful_share: Option<f64> = share(counters.useful(), counters.useful() + counters.errors()), "0 to 1",
            "Share of useful answers among the calls that ended, or null";
        calls: Calls = Calls::of(counters, world), "", "The calls of clients by how they ended";
        endpoints: Vec<EndpointReport> =
            Endpoint::ALL.map(|it| EndpointReport::of(it, counters.endpoint(it))).into(), "",
            "The same calls by endpoint";
        latency_ms: LatencyReport = LatencyReport::of(measures.latencies()), "",
            "Latency of useful answers, to within 1 %";
        latency_all_ms: LatencyReport = LatencyReport::of(&measures.all_latencies()), "",
            "Latency to any end, to within 1 %: an answer, an error, or the client's giving up";
        latency_corrected_ms: Option<LatencyReport> =
            closed::corrected(world).map(|(_, all)| LatencyReport::of(&all)), "",
            "The latter from when each call of a closed loop would have been sent had no client waited \
             for an answer (coordinated omission), or null for an open loop";
        attempts: Attempts = Attempts::of(counters), "", "The attempts at all dependencies together";
        rejections: Rejections = Rejections::of(counters), "",
            "Rejections, by the policy or queue that rejected";
        dependencies: Vec<DependencyReport> =
            Dependency::ALL.map(|on| DependencyReport::of(on, counters.dependencies[on])).into(), "",
            "The load on each dependency and its answers";
        state_changes: u64 = measures.breaker_changes_seen(), "changes", "State changes of breakers";
        opened_at_low_share: u64 = low_share::times(measures, None), "changes",
            "Changes to open when fewer than 5 % of the calls in the window had failed, among the first 1,000";
        transitions: Vec<Change> =
            measures.breaker_changes().iter().map(|it| Change::of(&it.transition, it.on)).collect(), "",
            "The first 1,000 state changes, oldest first";
        recovery: RecoveryReport = recovery::judge(world).into(), "",
            "Whether the service recovered after its faults, as judged over the whole run";
        writes: Writes = Writes::of(&world.mutations()), "",
            "The outcomes of the writes, also of those that were requested during the warm-up";
        events: u64 = world.events(), "events", "Simulated events";
        fingerprint: String = format!("{:016x}", world.fingerprint()), "",
            "16 hexadecimal digits; the same run has the same on every machine";
    }
}

impl Report {
    /// The results of this world up to now.
    ///
    /// The world does not keep the name and the seed that it was made from. The peaks are those of the
    /// last sample, which is at most 100 ms old.
    #[must_use]
    pub fn of_world(world: &World, scenario: &str, seed: u64) -> Self {
        let measures = world.measures();
        Self::of(world, measures, measures.counters(), scenario, seed)
    }
}

/// A duration in milliseconds.
#[must_use]
pub fn millis(length: Duration) -> f64 {
    float(length.as_micros()) / 1e3
}

fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| float(part) / float(whole))
}
