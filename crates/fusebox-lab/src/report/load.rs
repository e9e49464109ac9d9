//! What came to the dependencies in a report, and what was kept from them.

use super::Count;
use fusebox_sim::{Counters, Dependency};

/// What came to all dependencies together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Attempts {
    /// First attempts at a dependency.
    pub first: u64,
    /// Further attempts at a dependency, those for a further try of the client included.
    pub retries: u64,
    /// Further tries of clients, each of them a request to the service.
    pub client_retries: u64,
    /// Limits of time that ran out.
    pub timeouts: u64,
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

    pub(super) const fn counts(&self) -> [Count; 4] {
        [
            ("first", self.first),
            ("retries", self.retries),
            ("client_retries", self.client_retries),
            ("timeouts", self.timeouts),
        ]
    }
}

/// What was not sent, by who refused it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Refusals {
    /// Calls: a breaker was open or on trial.
    pub breaker: u64,
    /// Calls: a bulkhead had no slot.
    pub bulkhead: u64,
    /// Calls: a throttle.
    pub throttle: u64,
    /// Calls: a rate limiter.
    pub rate_limiter: u64,
    /// Calls: the caller's deadline had passed.
    pub deadline: u64,
    /// Attempts: a pool had no connection and no place to wait for one.
    pub pool: u64,
    /// Retries: the budget was spent.
    pub retry_budget: u64,
    /// Requests: the service had no thread and no place in its queue.
    pub accept_queue: u64,
}

impl Refusals {
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

    pub(super) const fn counts(&self) -> [Count; 8] {
        [
            ("breaker", self.breaker),
            ("bulkhead", self.bulkhead),
            ("throttle", self.throttle),
            ("rate_limiter", self.rate_limiter),
            ("deadline", self.deadline),
            ("pool", self.pool),
            ("retry_budget", self.retry_budget),
            ("accept_queue", self.accept_queue),
        ]
    }
}

/// What came to a dependency, and what became of it there.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct DependencyReport {
    /// The name of the dependency.
    pub name: &'static str,
    /// First attempts that reached it, or found it gone.
    pub first_attempts: u64,
    /// Further attempts that did.
    pub retries: u64,
    /// Attempts that it answered with what was asked.
    pub successes: u64,
    /// Attempts that were refused, lost or failed there, or for which there was no connection.
    pub failures: u64,
    /// Attempts that got a 429; they are among the failures.
    pub limited: u64,
    /// Calls that the breaker around it refused.
    pub breaker_refusals: u64,
    /// The most attempts that came within a second, in steps of 100 ms.
    pub peak_per_second: u64,
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
            limited: of.limited,
            breaker_refusals: of.breaker_refusals,
            peak_per_second: of.peak_per_second,
        }
    }

    pub(super) const fn counts(&self) -> [Count; 7] {
        [
            ("first_attempts", self.first_attempts),
            ("retries", self.retries),
            ("successes", self.successes),
            ("failures", self.failures),
            ("limited", self.limited),
            ("breaker_refusals", self.breaker_refusals),
            ("peak_per_second", self.peak_per_second),
        ]
    }
}
