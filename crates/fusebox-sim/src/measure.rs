//! Measurements: counters since the start, and a sample of the world every 100 ms.

mod attempts;
mod latencies;
mod layers;

use crate::dependency::{Dependency, Each};
use crate::fault::Fault;
use crate::trace::{Endpoint, Reply};
pub use attempts::{AttemptCounts, AttemptEnd, Attempts, ClientAttempt};
use fusebox::time::{Duration, Instant};
use fusebox::{Decision, StateName, Transition};
pub use latencies::Latencies;
pub use layers::LayerCounters;
use std::collections::VecDeque;

/// The time between two samples.
pub const SAMPLE_EVERY: Duration = Duration::from_millis(100);

/// The most samples that are kept: 10 minutes.
const SAMPLES_MAX: usize = 6_000;

/// The most transitions of breakers that are kept.
const TRANSITIONS_MAX: usize = 1_000;

const SAMPLES_A_SECOND: usize = 10;

/// The numbers of calls whose growth is in a sample, and those with the two of each dependency.
const OF_CALLS: usize = 7;
const SAMPLED: usize = OF_CALLS + 2 * Dependency::ALL.len();

/// Counters since the start of a run, or since its warm-up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Calls that clients sent.
    pub calls: u64,
    /// Calls in flight at the end of the warm-up, which end among the others.
    pub carried: u64,
    /// Calls that got what they asked for.
    pub successes: u64,
    /// Calls that got a useful answer from the fallback.
    pub fallbacks: u64,
    /// Writes that were accepted for later.
    pub queued: u64,
    /// Calls that got an error because a dependency failed.
    pub failures: u64,
    /// Calls that got an error at once, because a policy or a full queue rejected them.
    pub failed_fast: u64,
    /// Calls that the client gave up on.
    pub gave_up: u64,
    /// The counters of calls by endpoint.
    pub endpoints: [EndpointCounters; Endpoint::ALL.len()],
    /// The load on each dependency.
    pub dependencies: Each<DependencyCounters>,
    /// Decisions of the layers of the clients themselves.
    pub client_layers: LayerCounters,
    /// Decisions of all layers: those of the clients and those around dependencies.
    pub layers: LayerCounters,
    /// Retries of clients, each of them a request to the service.
    pub client_retries: u64,
    /// Attempts for which a pool had no connection and no place in its queue.
    pub pool_rejections: u64,
    /// Requests for which the service had no thread and no place in its queue.
    pub turned_away: u64,
}

/// Calls for one endpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EndpointCounters {
    /// Calls that clients sent.
    pub calls: u64,
    /// Calls that got something useful.
    pub useful: u64,
    /// Calls that got an error, or no answer.
    pub errors: u64,
}

/// The attempts that came to a dependency, and how they ended there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DependencyCounters {
    /// First attempts that reached it, or found it unreachable.
    pub first_attempts: u64,
    /// Retries that did, including those for a retry of the client.
    pub retries: u64,
    /// Attempts that it answered successfully.
    pub successes: u64,
    /// Attempts that were refused, lost, failed or too slow, or for which there was no connection;
    /// not those that the caller gave up.
    pub failures: u64,
    /// Attempts above a rate limit, which were asked to wait; the failures include them.
    pub limited: u64,
    /// Requests that it completed.
    pub worked: u64,
    /// Wasted work: completed requests that the caller had abandoned by then.
    pub wasted: u64,
    /// The most attempts that came within a second, in steps of 100 ms.
    pub peak_per_second: u64,
    /// Decisions of the layers around it.
    pub layers: LayerCounters,
}

impl DependencyCounters {
    /// First attempts and retries.
    #[must_use]
    pub const fn attempts(&self) -> u64 {
        self.first_attempts + self.retries
    }
}

impl Counters {
    /// First attempts and retries at a dependency.
    #[must_use]
    pub fn attempts(&self, on: Dependency) -> u64 {
        self.dependencies[on].attempts()
    }

    /// Calls that got something useful.
    #[must_use]
    pub const fn useful(&self) -> u64 {
        self.successes + self.fallbacks + self.queued
    }

    /// Calls that got an error, or no answer.
    #[must_use]
    pub const fn errors(&self) -> u64 {
        self.failures + self.failed_fast + self.gave_up
    }

    /// Calls for one endpoint.
    #[must_use]
    pub const fn endpoint(&self, endpoint: Endpoint) -> &EndpointCounters {
        &self.endpoints[endpoint as usize]
    }

    pub(super) fn called(&mut self, endpoint: Endpoint) {
        self.calls += 1;
        self.endpoints[endpoint as usize].calls += 1;
    }

    pub(super) fn reply(&mut self, endpoint: Endpoint, reply: Reply) {
        match reply {
            Reply::Success => self.successes += 1,
            Reply::Fallback => self.fallbacks += 1,
            Reply::Queued => self.queued += 1,
            Reply::Failure => self.failures += 1,
            Reply::FailedFast => self.failed_fast += 1,
        }
        let endpoint = &mut self.endpoints[endpoint as usize];
        if reply.is_useful() {
            endpoint.useful += 1;
        } else {
            endpoint.errors += 1;
        }
    }

    pub(super) fn gave_up(&mut self, endpoint: Endpoint) {
        self.gave_up += 1;
        self.endpoints[endpoint as usize].errors += 1;
    }

    /// The numbers whose growth is in a sample, in the order of its fields.
    fn sampled(&self) -> [u64; SAMPLED] {
        let health = self.endpoint(Endpoint::Health);
        let of_calls = [
            self.calls,
            self.useful(),
            self.fallbacks + self.queued,
            self.queued,
            self.errors(),
            health.useful + health.errors,
            health.useful,
        ];
        let mut all = [0; SAMPLED];
        all[..OF_CALLS].copy_from_slice(&of_calls);
        let loads = self.dependencies.iter();
        for (load, (_, of)) in all[OF_CALLS..].chunks_exact_mut(2).zip(loads) {
            load.copy_from_slice(&[of.first_attempts, of.retries]);
        }
        all
    }

    pub(super) fn decision(&mut self, on: Option<Dependency>, decision: &Decision) {
        self.layers.count(decision);
        match on {
            Some(on) => self.dependencies[on].layers.count(decision),
            None => self.client_layers.count(decision),
        }
    }
}

/// The world at one moment, and its events since the sample before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// The time of the sample.
    pub at: Instant,
    /// Calls that were sent.
    pub calls: u32,
    /// Calls that got a useful answer.
    pub useful: u32,
    /// Useful answers that came from the fallback, or were writes accepted for later.
    pub fallbacks: u32,
    /// Those of the fallbacks that were writes accepted for later.
    pub queued: u32,
    /// Calls that got an error, or no answer.
    pub errors: u32,
    /// Health checks that ended.
    pub health_checks: u32,
    /// Health checks that ended with an answer.
    pub health_answers: u32,
    /// The median latency of useful answers within the last whole second; none without any.
    pub p50: Option<Duration>,
    /// The 99th percentile of these latencies.
    pub p99: Option<Duration>,
    /// The 99th percentile of the latency of all calls that ended within that second: with an answer,
    /// with an error, or because the client gave up.
    pub p99_all: Option<Duration>,
    /// The load on each dependency.
    pub load: Each<LoadSample>,
    /// The state of the world at that moment.
    pub gauges: Gauges,
}

/// The load on a dependency since the sample before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LoadSample {
    /// First attempts.
    pub first_attempts: u32,
    /// Retries.
    pub retries: u32,
}

impl LoadSample {
    /// First attempts and retries.
    #[must_use]
    pub const fn attempts(&self) -> u32 {
        self.first_attempts.saturating_add(self.retries)
    }
}

/// The state of a world at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gauges {
    /// Busy worker threads of the service.
    pub threads_busy: u32,
    /// Requests queued for a thread of the service.
    pub queued: u32,
    /// Writes in the job queue or being tried from it.
    pub jobs: u32,
    /// The state of each dependency.
    pub dependencies: Each<DependencyGauges>,
    /// The fault of the service itself, the first in the order of
    /// [`FaultKind::ALL`](super::FaultKind::ALL).
    pub service_fault: Option<Fault>,
}

/// The state of a dependency at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DependencyGauges {
    /// Requests in progress.
    pub busy: u32,
    /// Requests in its queue.
    pub queued: u32,
    /// Its fault, the first of them in the order of [`FaultKind::ALL`](super::FaultKind::ALL).
    pub fault: Option<Fault>,
    /// Its capacity with all its faults once it is warm, in thousandths of an attempt per second;
    /// none while it answers nothing, and none for a database with writes, since an attempt of a
    /// write makes many requests.
    pub capacity: Option<u64>,
    /// The state of the breaker around it; none without a breaker, or if it is off.
    pub breaker: Option<StateName>,
    /// The connections of the service to it, or without a service those of its clients.
    pub pool: Option<PoolGauges>,
}

/// The state of a pool at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PoolGauges {
    /// Connections that are in use or being opened.
    pub used: u32,
    /// Connections that are open and free.
    pub idle: u32,
    /// Attempts queued for a connection.
    pub waiting: u32,
}

/// A breaker changed its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BreakerChange {
    /// The time of the change.
    pub at: Instant,
    /// The dependency that the breaker is around; none for a client's own. A breaker that dependencies
    /// share changes once for each.
    pub on: Option<Dependency>,
    /// The transition and its cause.
    pub transition: Transition,
}

/// All measurements of a run.
#[derive(Clone, Debug)]
pub struct Measures {
    pub(super) counters: Counters,
    /// When the counters and latencies begin.
    began: Instant,
    /// The attempts of clients, once they are watched.
    pub(super) attempts: Option<Box<Attempts>>,
    at_last_sample: [u64; SAMPLED],
    /// Attempts that came to each dependency within the last ten samples.
    last_second: Each<u64>,
    samples: VecDeque<Sample>,
    changes: Vec<BreakerChange>,
    /// All changes so far, including those not kept.
    changed: u64,
    /// The latencies of useful answers, and those of all other ends.
    latencies: [Latencies; 2],
    /// Both in the current second.
    second: [Latencies<u32>; 2],
    /// Of the last whole second: the median and the 99th percentile of useful answers, and the 99th
    /// percentile of all ends.
    last_latency: [Option<Duration>; 3],
}

impl Measures {
    pub(super) fn new() -> Self {
        Self {
            counters: Counters::default(),
            began: Instant::ZERO,
            attempts: None,
            at_last_sample: [0; SAMPLED],
            last_second: Each::default(),
            samples: VecDeque::new(),
            changes: Vec::new(),
            changed: 0,
            latencies: [Latencies::new(), Latencies::new()],
            second: [Latencies::new(), Latencies::new()],
            last_latency: [None; 3],
        }
    }

    /// The attempts of clients; none without [`World::watch`](super::World::watch).
    #[must_use]
    pub fn attempts(&self) -> Option<&Attempts> {
        self.attempts.as_deref()
    }

    /// Begins the counters, the latencies and the changes of breakers anew, with this many calls in
    /// flight.
    pub(super) fn begin(&mut self, now: Instant, carried: u64) {
        self.began = now;
        self.counters = Counters { carried, ..Counters::default() };
        self.at_last_sample = self.counters.sampled();
        self.latencies.iter_mut().for_each(Latencies::clear);
        self.changes.clear();
        self.changed = 0;
    }

    /// When the counters, the latencies and the changes of breakers begin: at the first sample after the
    /// warm-up.
    #[must_use]
    pub const fn began(&self) -> Instant {
        self.began
    }

    /// Counters since the start, or since the warm-up.
    #[must_use]
    pub const fn counters(&self) -> &Counters {
        &self.counters
    }

    /// The samples, oldest first.
    #[must_use]
    pub const fn samples(&self) -> &VecDeque<Sample> {
        &self.samples
    }

    /// The changes of breakers, oldest first; the first 1,000 of [`Measures::breaker_changes_seen`].
    #[must_use]
    pub fn breaker_changes(&self) -> &[BreakerChange] {
        &self.changes
    }

    /// How many changes of breakers there were.
    #[must_use]
    pub const fn breaker_changes_seen(&self) -> u64 {
        self.changed
    }

    /// The latencies of useful answers.
    #[must_use]
    pub const fn latencies(&self) -> &Latencies {
        &self.latencies[0]
    }

    /// The latencies of all calls that ended: with an answer, with an error, or because the client gave
    /// up.
    #[must_use]
    pub fn all_latencies(&self) -> Latencies {
        let [useful, others] = &self.latencies;
        useful.with(others)
    }

    /// Takes the samples out, to be put back later, except those that the peaks still need.
    pub(super) fn take_old_samples(&mut self) -> VecDeque<Sample> {
        let kept = self.samples.len().saturating_sub(SAMPLES_A_SECOND + 1);
        let newest = self.samples.range(kept..).copied().collect();
        std::mem::replace(&mut self.samples, newest)
    }

    /// Drops those samples, and keeps their allocation for new ones.
    pub(super) fn forget_old_samples(&mut self) {
        self.samples.drain(..self.samples.len().saturating_sub(SAMPLES_A_SECOND + 1));
    }

    pub(super) fn put_back(&mut self, samples: VecDeque<Sample>) {
        self.samples = samples;
    }

    pub(super) fn breaker_changed(&mut self, change: BreakerChange) {
        self.changed += 1;
        if self.changes.len() < TRANSITIONS_MAX {
            self.changes.push(change);
        }
    }

    /// Records the latency of a call that ended. Useful answers are kept apart, since quick errors would
    /// improve their latency.
    #[inline]
    pub(super) fn latency(&mut self, latency: Duration, is_useful: bool) {
        let which = usize::from(!is_useful);
        self.latencies[which].record(latency);
        self.second[which].record(latency);
    }

    pub(super) fn sample(&mut self, at: Instant, gauges: &Gauges) {
        self.note_latency(at);
        let now = self.counters.sampled();
        let mut grown = [0; SAMPLED];
        for (n, (now, before)) in now.iter().zip(self.at_last_sample).enumerate() {
            grown[n] = u32::try_from(now - before).unwrap_or(u32::MAX);
        }
        let [calls, useful, fallbacks, queued, errors, health_checks, health_answers, loads @ ..] =
            grown;
        if self.samples.len() == SAMPLES_MAX {
            self.samples.pop_front();
        }
        self.samples.push_back(Sample {
            at,
            calls,
            useful,
            fallbacks,
            queued,
            errors,
            health_checks,
            health_answers,
            p50: self.last_latency[0],
            p99: self.last_latency[1],
            p99_all: self.last_latency[2],
            load: Each::of(|on| {
                let n = 2 * on as usize;
                LoadSample { first_attempts: loads[n], retries: loads[n + 1] }
            }),
            gauges: *gauges,
        });
        self.at_last_sample = now;
        self.note_peaks();
    }

    fn note_peaks(&mut self) {
        let newest = self.samples.back();
        let gone = self.samples.iter().nth_back(SAMPLES_A_SECOND);
        for (on, counters) in self.counters.dependencies.iter_mut() {
            let came = |sample: Option<&Sample>| {
                sample.map_or(0, |sample| u64::from(sample.load[on].attempts()))
            };
            let last_second = &mut self.last_second[on];
            *last_second = *last_second + came(newest) - came(gone);
            counters.peak_per_second = counters.peak_per_second.max(*last_second);
        }
    }

    fn note_latency(&mut self, at: Instant) {
        if !at.as_micros().is_multiple_of(1_000_000) {
            return;
        }
        let [useful, others] = &mut self.second;
        let all = useful.with(others);
        self.last_latency = [useful.quantile(0.5), useful.quantile(0.99), all.quantile(0.99)];
        useful.clear();
        others.clear();
    }
}
