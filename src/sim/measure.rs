//! What is measured: counters since the start, and a sample of the world every 100 ms.

use crate::engine::{Decision, GiveUp, StateName};
use crate::sim::fault::Fault;
use crate::sim::trace::Reply;
use crate::time::{Duration, Instant};
use hdrhistogram::Histogram;
use std::collections::VecDeque;

/// The time between two samples.
pub const SAMPLE_EVERY: Duration = Duration::from_millis(100);

/// The most samples that are kept: ten minutes.
const SAMPLES_MAX: usize = 6_000;

/// A percentile is that of the last second.
const LATENCY_SAMPLES: usize = 10;

/// Latencies are told apart to 1 % up to this length, and taken as this length beyond.
const LATENCY_MAX: u64 = 3_600_000_000;

/// Counters since the start of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Calls that clients sent.
    pub calls: u64,
    /// Calls that got what they asked for.
    pub successes: u64,
    /// Calls that got a useful answer from the fallback.
    pub fallbacks: u64,
    /// Calls that got an error because the database failed.
    pub failures: u64,
    /// Calls that got an error at once, because a policy or a full queue refused them.
    pub failed_fast: u64,
    /// Calls that the client gave up on.
    pub gave_up: u64,
    /// Health checks that ended, answered or not.
    pub health_checks: u64,
    /// Health checks that were answered.
    pub health_answers: u64,
    /// First attempts that reached the database, or found it gone.
    pub first_attempts: u64,
    /// Further attempts that did.
    pub retries: u64,
    /// Limits of time that ran out.
    pub timeouts: u64,
    /// Retries that the budget refused.
    pub budget_refusals: u64,
    /// Calls that the breaker, the bulkhead or the throttle refused.
    pub refusals: Refusals,
}

/// Calls that were not sent, by who refused them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Refusals {
    /// The breaker.
    pub breaker: u64,
    /// The bulkhead.
    pub bulkhead: u64,
    /// The throttle.
    pub throttle: u64,
}

impl Counters {
    /// Attempts at the database, the first and the further ones.
    #[must_use]
    pub const fn attempts(&self) -> u64 {
        self.first_attempts + self.retries
    }

    /// Calls that got something useful.
    #[must_use]
    pub const fn useful(&self) -> u64 {
        self.successes + self.fallbacks
    }

    /// Calls that got an error, or nothing.
    #[must_use]
    pub const fn errors(&self) -> u64 {
        self.failures + self.failed_fast + self.gave_up
    }

    pub(super) fn health(&mut self, answered: bool) {
        self.health_checks += 1;
        self.health_answers += u64::from(answered);
    }

    pub(super) fn reply(&mut self, reply: Reply) {
        match reply {
            Reply::Success => self.successes += 1,
            Reply::Fallback => self.fallbacks += 1,
            Reply::Failure => self.failures += 1,
            Reply::FailedFast => self.failed_fast += 1,
        }
    }

    pub(super) fn decision(&mut self, decision: &Decision) {
        use crate::engine::Rejection::{
            BreakerForcedOpen, BreakerOpen, BulkheadFull, BulkheadWait, Throttled, TrialsTaken,
        };
        match decision {
            Decision::TimedOut { .. } => self.timeouts += 1,
            Decision::GaveUp(GiveUp::BudgetEmpty(_)) => self.budget_refusals += 1,
            Decision::Refused(BreakerOpen { .. } | BreakerForcedOpen | TrialsTaken { .. }) => {
                self.refusals.breaker += 1;
            }
            Decision::Refused(BulkheadFull { .. } | BulkheadWait) => self.refusals.bulkhead += 1,
            Decision::Refused(Throttled { .. }) => self.refusals.throttle += 1,
            _ => {}
        }
    }
}

/// The world at one moment, and what happened since the sample before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// When.
    pub at: Instant,
    /// Calls that were sent.
    pub calls: u32,
    /// Calls that got a useful answer.
    pub useful: u32,
    /// Of those, the fallback's.
    pub fallbacks: u32,
    /// Calls that got an error or nothing.
    pub errors: u32,
    /// First attempts at the database.
    pub first_attempts: u32,
    /// Further attempts at it.
    pub retries: u32,
    /// Health checks that ended.
    pub health_checks: u32,
    /// Of those, the ones that were answered.
    pub health_answers: u32,
    /// The 99th percentile of the latency of useful answers over the last second; none where there
    /// was none.
    pub p99: Option<Duration>,
    /// The state of the world itself.
    pub gauges: Gauges,
}

/// What can be read off a world at a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gauges {
    /// Busy worker threads of the service.
    pub workers_busy: u32,
    /// Calls in the service's accept queue.
    pub queued: u32,
    /// Queries that the database works on.
    pub database_busy: u32,
    /// Queries that wait in the database.
    pub database_queued: u32,
    /// The database's fault.
    pub fault: Option<Fault>,
    /// The state of the breaker; none where there is none or it is off.
    pub breaker: Option<StateName>,
}

/// All that is measured in a run.
#[derive(Clone, Debug)]
pub struct Measures {
    pub(super) counters: Counters,
    at_last_sample: Counters,
    samples: VecDeque<Sample>,
    recent: VecDeque<Histogram<u32>>,
    last_second: Histogram<u32>,
}

impl Measures {
    pub(super) fn new() -> Self {
        Self {
            counters: Counters::default(),
            at_last_sample: Counters::default(),
            samples: VecDeque::new(),
            recent: (0..LATENCY_SAMPLES).map(|_| empty()).collect(),
            last_second: empty(),
        }
    }

    /// Counters since the start.
    #[must_use]
    pub const fn counters(&self) -> &Counters {
        &self.counters
    }

    /// The samples, oldest first.
    #[must_use]
    pub const fn samples(&self) -> &VecDeque<Sample> {
        &self.samples
    }

    /// Takes the latency of a useful answer; an error that comes at once would make it look good.
    pub(super) fn latency(&mut self, latency: Duration) {
        if let Some(newest) = self.recent.back_mut() {
            newest.saturating_record(latency.as_micros().max(1));
            self.last_second.saturating_record(latency.as_micros().max(1));
        }
    }

    pub(super) fn sample(&mut self, at: Instant, gauges: Gauges) {
        let (now, before) = (self.counters, self.at_last_sample);
        let since = |count: fn(&Counters) -> u64| {
            u32::try_from(count(&now) - count(&before)).unwrap_or(u32::MAX)
        };
        if self.samples.len() == SAMPLES_MAX {
            self.samples.pop_front();
        }
        self.samples.push_back(Sample {
            at,
            calls: since(|counters| counters.calls),
            useful: since(Counters::useful),
            fallbacks: since(|counters| counters.fallbacks),
            errors: since(Counters::errors),
            first_attempts: since(|counters| counters.first_attempts),
            retries: since(|counters| counters.retries),
            health_checks: since(|counters| counters.health_checks),
            health_answers: since(|counters| counters.health_answers),
            p99: self.p99(),
            gauges,
        });
        self.at_last_sample = now;
        self.forget_oldest_latencies();
    }

    fn p99(&self) -> Option<Duration> {
        let latencies = &self.last_second;
        (!latencies.is_empty()).then(|| Duration::from_micros(latencies.value_at_quantile(0.99)))
    }

    fn forget_oldest_latencies(&mut self) {
        let Some(mut oldest) = self.recent.pop_front() else { return };
        if !oldest.is_empty() {
            // It cannot fail: all that is subtracted was added before.
            let _ = self.last_second.subtract(&oldest);
            oldest.reset();
        }
        self.recent.push_back(oldest);
    }
}

fn empty() -> Histogram<u32> {
    Histogram::new_with_max(LATENCY_MAX, 2).expect("bounds that hdrhistogram accepts")
}
