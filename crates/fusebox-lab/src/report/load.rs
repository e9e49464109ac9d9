//! The attempts at the dependencies in a report, and the rejections.

use crate::record;
use fusebox_sim::{Counters, Dependency};

record! {
    /// The attempts at all dependencies together.
    #[derive(Copy, Eq)]
    pub struct Attempts {
        pub first: u64 = "attempts", "First attempts at a dependency";
        pub retries: u64 = "attempts", "Further attempts, including those for a client's retry";
        pub client_retries: u64 = "requests", "Retries that clients sent to the service";
        pub timeouts: u64 = "times", "A timeout expired";
    }
}

impl Attempts {
    pub(super) fn of(counters: &Counters) -> Self {
        let all = || counters.dependencies.iter().map(|(_, of)| of);
        Self {
            first: all().map(|of| of.first_attempts).sum(),
            retries: all().map(|of| of.retries).sum(),
            client_retries: counters.client_retries,
            timeouts: counters.timeouts,
        }
    }
}

record! {
    /// Rejections, by the policy or queue that rejected.
    #[derive(Copy, Eq)]
    pub struct Rejections {
        pub breaker: u64 = "calls", "A breaker was open, or half-open with all trials taken";
        pub bulkhead: u64 = "calls", "A bulkhead was full";
        pub throttle: u64 = "calls", "A throttle rejected the call";
        pub rate_limiter: u64 = "calls", "A rate limiter rejected the call";
        pub deadline: u64 = "calls", "The caller's deadline had passed";
        pub pool: u64 = "attempts", "A pool had no free connection and its queue was full";
        pub retry_budget: u64 = "retries", "The retry budget was spent";
        pub accept_queue: u64 = "requests", "The service had no free thread and its queue was full";
    }
}

impl Rejections {
    pub(super) const fn of(counters: &Counters) -> Self {
        let refusals = &counters.refusals;
        Self {
            breaker: refusals.breaker,
            bulkhead: refusals.bulkhead,
            throttle: refusals.throttle,
            rate_limiter: refusals.rate_limiter,
            deadline: refusals.deadline,
            pool: refusals.pool,
            retry_budget: counters.budget_refusals,
            accept_queue: counters.turned_away,
        }
    }
}

record! {
    /// The load on one dependency and its answers.
    #[derive(Eq)]
    pub struct DependencyReport {
        pub name: &'static str = "", "The dependency; the list has all of them, always in the same order";
        pub first_attempts: u64 = "attempts", "First attempts sent to it";
        pub retries: u64 = "attempts", "Further attempts sent to it";
        pub successes: u64 = "attempts", "Answered with a success";
        pub failures: u64 = "attempts", "Refused, lost, failed, or without a connection";
        pub rate_limited: u64 = "attempts", "Failures with status 429";
        pub breaker_rejections: u64 = "calls", "Rejected by the breaker that guards it";
        pub peak_per_second: u64 = "attempts", "The most within one second";
    }
}

impl DependencyReport {
    pub(super) fn of(on: Dependency, counters: &Counters) -> Self {
        let of = counters.dependencies[on];
        Self {
            name: on.name(),
            first_attempts: of.first_attempts,
            retries: of.retries,
            successes: of.successes,
            failures: of.failures,
            rate_limited: of.limited,
            breaker_rejections: of.breaker_refusals,
            peak_per_second: of.peak_per_second,
        }
    }
}
