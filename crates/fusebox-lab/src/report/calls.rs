//! The calls of clients in a report.

use super::millis;
use crate::record;
use fusebox_sim::{Counters, Endpoint, Measures, World};

record! {
    /// The calls of clients by how they ended.
    #[derive(Copy, Eq)]
    pub struct Calls {
        pub sent: u64 = "calls", "All calls that clients sent";
        pub successes: u64 = "calls", "Answered with what the client asked for";
        pub fallbacks: u64 = "calls", "Answered usefully by a fallback";
        pub queued: u64 = "calls", "Writes accepted for later";
        pub failures: u64 = "calls", "Answered with an error because a dependency failed";
        pub failed_fast: u64 = "calls", "Rejected at once by a policy or a full queue";
        pub gave_up: u64 = "calls", "Given up by the client at its deadline";
        pub in_flight: u64 = "calls", "Still in flight at the end of the run";
    }
}

impl Calls {
    pub(super) fn of(world: &World) -> Self {
        let counters = world.measures().counters();
        Self {
            sent: counters.calls,
            successes: counters.successes,
            fallbacks: counters.fallbacks,
            queued: counters.queued,
            failures: counters.failures,
            failed_fast: counters.failed_fast,
            gave_up: counters.gave_up,
            in_flight: world.calls_under_way(),
        }
    }
}

record! {
    /// The calls to one endpoint.
    #[derive(Eq)]
    pub struct EndpointReport {
        pub name: &'static str = "", "The endpoint; the list has all of them, always in the same order";
        pub calls: u64 = "calls", "Calls that clients sent to it";
        pub useful: u64 = "calls", "Calls with a useful answer";
        pub errors: u64 = "calls", "Calls with an error or without an answer";
    }
}

impl EndpointReport {
    pub(super) const fn of(endpoint: Endpoint, counters: &Counters) -> Self {
        let of = counters.endpoint(endpoint);
        let name = endpoint.name();
        Self { name, calls: of.calls, useful: of.useful, errors: of.errors }
    }
}

record! {
    /// The latency of useful answers in milliseconds, to within 1 %.
    #[derive(Copy)]
    pub struct Latency {
        pub mean: f64 = "ms", "Mean";
        pub p50: f64 = "ms", "Median";
        pub p90: f64 = "ms", "90th percentile";
        pub p99: f64 = "ms", "99th percentile";
        pub max: f64 = "ms", "Longest";
    }
}

impl Latency {
    pub(super) fn of(measures: &Measures) -> Option<Self> {
        let quantile = |share| measures.latency_quantile(share).map(millis);
        Some(Self {
            mean: measures.latency_mean().map(millis)?,
            p50: quantile(0.5)?,
            p90: quantile(0.9)?,
            p99: quantile(0.99)?,
            max: quantile(1.0)?,
        })
    }
}
