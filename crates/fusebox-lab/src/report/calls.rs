//! The calls of clients in a report.

use super::millis;
use crate::record;
use fusebox_sim::{Counters, Endpoint, EndpointCounters, Latencies, World};

record! {
    /// The calls of clients by how they ended.
    #[derive(Copy, Eq)]
    pub struct Calls(counters: &Counters, world: &World) {
        sent: u64 = counters.calls, "calls", "All calls that clients sent";
        carried: u64 = counters.carried, "calls", "In flight at the end of the warm-up, and counted as they end";
        successes: u64 = counters.successes, "calls", "Answered with what the client asked for";
        fallbacks: u64 = counters.fallbacks, "calls", "Answered usefully by a fallback";
        queued: u64 = counters.queued, "calls", "Writes accepted for later";
        failures: u64 = counters.failures, "calls", "Answered with an error because a dependency failed";
        failed_fast: u64 = counters.failed_fast, "calls", "Rejected at once by a policy or a full queue";
        gave_up: u64 = counters.gave_up, "calls", "Given up by the client at its deadline";
        in_flight: u64 = world.calls_in_flight(), "calls", "Still in flight at the end of the run";
    }
}

record! {
    /// The calls to one endpoint.
    #[derive(Eq)]
    pub struct EndpointReport(endpoint: Endpoint, of: &EndpointCounters) {
        name: &'static str = endpoint.name(), "", "The endpoint; the list has all, always in the same order";
        calls: u64 = of.calls, "calls", "Calls that clients sent to it";
        useful: u64 = of.useful, "calls", "Calls with a useful answer";
        errors: u64 = of.errors, "calls", "Calls with an error or without an answer";
    }
}

record! {
    /// Latencies in milliseconds, to within 1 %, with the exact longest one; a number is absent if there
    /// is no latency.
    #[derive(Copy)]
    pub struct LatencyReport(of: &Latencies) {
        mean: Option<f64> = of.mean().map(millis), "ms", "Mean, or null";
        p50: Option<f64> = of.quantile(0.5).map(millis), "ms", "Median, or null";
        p90: Option<f64> = of.quantile(0.9).map(millis), "ms", "90th percentile, or null";
        p99: Option<f64> = of.quantile(0.99).map(millis), "ms", "99th percentile, or null";
        max: Option<f64> = of.longest().map(millis), "ms", "Longest, exactly, or null";
    }
}
