//! The outcome of a lane, in a few numbers.

use super::bucket::Bucket;
use super::float;
use super::setup::{DOWN_AT, Requests, Setup};
use fusebox::time::{Duration, Instant};
use fusebox_sim::{Counters, Dependency};

/// A database has recovered if its queue stays short for this long until the end of the run.
pub const STEADY_FOR: Duration = Duration::from_secs(3);

/// The last part of a run, whose load distinguishes a metastable failure from an overload.
const LATELY: Duration = Duration::from_secs(5);

/// The outcome of a lane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LaneOutcome {
    /// The most attempts per second that reach the database from the start of the outage.
    pub peak: f64,
    /// The most attempts per second once it is repaired.
    pub peak_after_repair: f64,
    /// Attempts per call.
    pub attempts_per_call: f64,
    /// The share of the database's work that is for abandoned requests.
    pub wasted_work: f64,
    /// Calls that fail or that the client abandons.
    pub failed: u64,
    /// All calls.
    pub calls: u64,
    /// Whether and when the database recovers.
    pub recovery: LaneRecovery,
    /// The time from the repair until no more calls are in flight than before the outage, give or take
    /// a hundredth of the clients, and fewer than 5 % fail; none if that never comes.
    pub settled_after: Option<Duration>,
}

/// Whether and when a database recovers: from then on no request is queued for more than a quarter of the
/// clients' timeout.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LaneRecovery {
    /// This long after the repair.
    After(Duration),
    /// Not in this run, although the load without retries is below capacity.
    Metastable {
        /// Attempts per second beyond capacity at the end.
        excess: f64,
    },
    /// Not in this run: even without retries the load exceeds capacity.
    Overloaded {
        /// First attempts per second beyond capacity at the end.
        excess: f64,
    },
}

impl LaneRecovery {
    /// The time from the repair until it has recovered; none if it never does.
    #[must_use]
    pub const fn after(self) -> Option<Duration> {
        match self {
            Self::After(after) => Some(after),
            Self::Metastable { .. } | Self::Overloaded { .. } => None,
        }
    }
}

impl LaneOutcome {
    pub(super) fn of(setup: &Setup, buckets: &[Bucket], counters: &Counters) -> Self {
        let database = &counters.dependencies[Dependency::Postgres];
        let attempts_per_call = ratio(database.attempts(), counters.calls);
        let shares = [attempts_per_call, ratio(database.wasted, database.worked)];
        Self::new(setup, buckets, [counters.errors(), counters.calls], shares)
    }

    /// The outcome of these buckets, with the failed and all calls, and with the attempts for each call
    /// and the share of wasted work.
    pub(super) fn new(
        setup: &Setup,
        buckets: &[Bucket],
        [failed, calls]: [u64; 2],
        [attempts_per_call, wasted_work]: [f64; 2],
    ) -> Self {
        Self {
            peak: peak(buckets, DOWN_AT),
            peak_after_repair: peak(buckets, setup.up_at()),
            attempts_per_call,
            wasted_work,
            failed,
            calls,
            recovery: recovery(setup, buckets),
            settled_after: settled_after(setup, buckets),
        }
    }

    /// The peak as a multiple of the normal call rate; none if clients call only once.
    #[must_use]
    pub fn peak_ratio(&self, setup: &Setup) -> Option<f64> {
        setup.calls_per_second().map(|normal| self.peak / normal)
    }
}

/// The most attempts in any second that begins after a moment.
fn peak(buckets: &[Bucket], from: Instant) -> f64 {
    let from = bucket_after(from).min(buckets.len());
    let second = usize::try_from(1_000_000 / Bucket::LENGTH.as_micros()).unwrap_or(1);
    let sums = buckets[from..].windows(second);
    let most = sums.map(|second| second.iter().map(|it| u64::from(it.attempts())).sum()).max();
    float(most.unwrap_or(0))
}

/// The first bucket that begins at or after a moment.
fn bucket_after(at: Instant) -> usize {
    usize::try_from(at.as_micros().div_ceil(Bucket::LENGTH.as_micros())).unwrap_or(usize::MAX)
}

fn recovery(setup: &Setup, buckets: &[Bucket]) -> LaneRecovery {
    let capacity = setup.capacity_per_second();
    let most = capacity * setup.timeout.as_secs_f64() / 4.0 + f64::from(setup.slots().0);
    let up = bucket_after(setup.up_at()).min(buckets.len());
    let behind = buckets[up..].iter().rposition(|it| f64::from(it.queued) > most);
    let since = behind.map_or(setup.up_at(), |n| Bucket::end_of(up + n + 1));
    if since + STEADY_FOR <= setup.ends_at() {
        return LaneRecovery::After(since.since(setup.up_at()));
    }
    let late = &buckets[bucket_after(setup.ends_at() - LATELY).min(buckets.len())..];
    let rate = |count: fn(&Bucket) -> u32| {
        let sum: u64 = late.iter().map(|it| u64::from(count(it))).sum();
        float(sum) / LATELY.as_secs_f64()
    };
    let first = rate(|it| it.first);
    if first > capacity && setup.requests != Requests::OneShot {
        LaneRecovery::Overloaded { excess: first - capacity }
    } else {
        LaneRecovery::Metastable { excess: (rate(Bucket::attempts) - capacity).max(0.0) }
    }
}

fn settled_after(setup: &Setup, buckets: &[Bucket]) -> Option<Duration> {
    let down = bucket_after(DOWN_AT).min(buckets.len());
    let before = buckets[..down].iter().map(|it| it.in_flight).max().unwrap_or(0);
    let most = before.saturating_add(setup.clients / 100);
    let up = bucket_after(setup.up_at()).min(buckets.len());
    let after = &buckets[up..];
    // Whether 5 % or more of the calls that end in the second from a bucket on fail.
    let fails = |n: usize| {
        let second = &after[n..(n + 10).min(after.len())];
        let sum = |of: fn(&Bucket) -> u32| second.iter().map(|it| u64::from(of(it))).sum::<u64>();
        let (useful, errors) = (sum(|it| it.useful), sum(|it| it.errors));
        errors > 0 && 20 * errors >= useful + errors
    };
    let is_behind = |n: usize| after[n].in_flight > most || fails(n);
    let last = (0..after.len()).rev().find(|&n| is_behind(n));
    let since = last.map_or(setup.up_at(), |n| Bucket::end_of(up + n + 1));
    (since <= setup.ends_at()).then(|| since.since(setup.up_at()))
}

fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { float(part) / float(whole) }
}
