//! The attempts at the dependencies in a report, the rejections, and the writes.

use crate::record;
use fusebox_sim::{Counters, Dependency, DependencyCounters, Mutations};

record! {
    /// The attempts at all dependencies together.
    #[derive(Copy, Eq)]
    pub struct Attempts(of: &Counters) {
        first: u64 = of.dependencies.iter().map(|(_, it)| it.first_attempts).sum(), "attempts",
            "First attempts at a dependency";
        retries: u64 = of.dependencies.iter().map(|(_, it)| it.retries).sum(), "attempts",
            "Later attempts, including those for a client's retry";
        client_retries: u64 = of.client_retries, "requests", "Retries that clients sent to the service";
        timeouts: u64 = of.layers.timeouts(), "times", "Timeouts that expired";
    }
}

record! {
    /// Rejections, by the policy or queue that rejected.
    #[derive(Copy, Eq)]
    pub struct Rejections(of: &Counters) {
        breaker: u64 = of.layers.breaker_rejections, "calls", "A breaker was open, or half-open with all trials taken";
        bulkhead: u64 = of.layers.bulkhead_rejections, "calls", "A bulkhead was full";
        throttle: u64 = of.layers.throttle_rejections, "calls", "A throttle rejected the call";
        rate_limiter: u64 = of.layers.rate_limiter_rejections, "calls", "A rate limiter rejected the call";
        pause: u64 = of.layers.pause_rejections, "calls", "A Retry-After paused all calls beyond the deadline";
        deadline: u64 = of.layers.deadline_rejections, "calls", "The caller's deadline had passed";
        pool: u64 = of.pool_rejections, "attempts", "A pool had no free connection and its queue was full";
        retry_budget: u64 = of.layers.budget_refusals, "retries", "The retry budget was spent";
        hedge_budget: u64 = of.layers.hedge_refusals, "hedges", "Hedges that their budget or a pause refused";
        accept_queue: u64 = of.turned_away, "requests", "The service had no free thread and its queue was full";
    }
}

record! {
    /// The load on one dependency and its answers.
    #[derive(Eq)]
    pub struct DependencyReport(on: Dependency, of: DependencyCounters) {
        name: &'static str = on.name(), "", "The dependency; the list has all, always in the same order";
        first_attempts: u64 = of.first_attempts, "attempts", "First attempts sent to it";
        retries: u64 = of.retries, "attempts", "Later attempts sent to it";
        successes: u64 = of.successes, "attempts", "Answered with a success";
        failures: u64 = of.failures, "attempts", "Refused, lost, failed, or without a connection";
        rate_limited: u64 = of.limited, "attempts", "Failures above a rate limit, with Retry-After";
        breaker_rejections: u64 = of.layers.breaker_rejections, "calls", "Rejected by the breaker that guards it";
        peak_per_second: u64 = of.peak_per_second, "attempts", "Most attempts within one second";
    }
}

record! {
    /// The outcomes of the writes.
    #[derive(Copy, Eq)]
    pub struct Writes(of: &Mutations) {
        requested: u64 = of.asked, "writes", "Writes that clients requested";
        applied: u64 = of.applied, "writes", "Writes that took effect at least once";
        lost: u64 = of.lost, "writes", "Writes that were confirmed to the client but never applied";
        duplicated: u64 = of.duplicated, "times", "Times that a write took effect again";
        prevented: u64 = of.prevented, "repeats", "Repeated writes stopped by an idempotency key";
        rolled_back: u64 = of.rolled_back, "times", "Transactions that were rolled back";
    }
}
