//! The calls of clients in a report.

use super::{Count, millis};
use fusebox_sim::{Counters, Endpoint, Measures, World};

/// Calls of clients by how they ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Calls {
    /// Calls that clients sent; all that follow, together.
    pub sent: u64,
    /// They got what they asked for.
    pub successes: u64,
    /// They got a useful answer from a fallback.
    pub fallbacks: u64,
    /// Writes that were accepted for later.
    pub queued: u64,
    /// They got an error because a dependency failed.
    pub failures: u64,
    /// They got an error at once, because a policy or a full queue refused them.
    pub failed_fast: u64,
    /// The client gave up waiting.
    pub gave_up: u64,
    /// They were under way at the end of the run.
    pub unfinished: u64,
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
            unfinished: world.calls_under_way(),
        }
    }

    pub(super) const fn counts(&self) -> [Count; 8] {
        [
            ("sent", self.sent),
            ("successes", self.successes),
            ("fallbacks", self.fallbacks),
            ("queued", self.queued),
            ("failures", self.failures),
            ("failed_fast", self.failed_fast),
            ("gave_up", self.gave_up),
            ("unfinished", self.unfinished),
        ]
    }
}

/// Calls for one endpoint.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct EndpointReport {
    /// The name of the endpoint.
    pub name: &'static str,
    /// Calls that clients sent.
    pub calls: u64,
    /// They got something useful.
    pub useful: u64,
    /// They got an error, or nothing.
    pub errors: u64,
}

impl EndpointReport {
    pub(super) const fn of(endpoint: Endpoint, counters: &Counters) -> Self {
        let of = counters.endpoint(endpoint);
        let name = endpoint.name();
        Self { name, calls: of.calls, useful: of.useful, errors: of.errors }
    }

    pub(super) const fn counts(&self) -> [Count; 3] {
        [("calls", self.calls), ("useful", self.useful), ("errors", self.errors)]
    }
}

/// The latency of useful answers in milliseconds, told apart to 1 %.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Latency {
    /// The mean.
    pub mean: f64,
    /// Half of the answers took no longer.
    pub p50: f64,
    /// 90 % took no longer.
    pub p90: f64,
    /// 99 % took no longer.
    pub p99: f64,
    /// The longest.
    pub max: f64,
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

    pub(super) const fn numbers(&self) -> [(&'static str, f64); 5] {
        [
            ("mean", self.mean),
            ("p50", self.p50),
            ("p90", self.p90),
            ("p99", self.p99),
            ("max", self.max),
        ]
    }
}
