//! Whether and when a lane recovers from its outage.
//!
//! Recovery is about answers: from then on the database's queue is short, and the calls that clients make
//! are answered. That a queue is short because its clients gave up is no recovery, and a lane that has
//! not recovered is called metastable only on evidence.

use super::bucket::Bucket;
use super::calls::{ANSWERED_OF_FIVE, LaneCalls};
use super::setup::{Requests, Setup};
use crate::words::float;
use fusebox::time::{Duration, Instant};

/// A lane has recovered if it stays so for this long until the end of the run.
pub const STEADY_FOR: Duration = Duration::from_secs(3);

/// The last part of a run, which decides on what a lane that has not recovered suffers from.
pub const LATELY: Duration = Duration::from_secs(10);

/// The calls in flight show no downward trend if their mean in the later half of [`LATELY`] is at least
/// this share of that in the earlier half. A test runs each metastable lane of the presets for five
/// minutes, and none of them recovers.
const NO_LESS: f64 = 0.95;

/// Whether and when a lane recovers.
///
/// It has recovered at the first moment after the repair from which, up to the end of the run and for at
/// least [`STEADY_FOR`],
/// - no more requests are queued in the database than it works off in a quarter of the clients' timeout;
/// - of the calls made in any stretch of time four fifths are answered in it, give or take the calls in
///   flight before the outage, three calls and a hundredth of the clients.
///
/// If each client calls only once, more than four fifths of all calls must be answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LaneRecovery {
    /// This long after the repair.
    After(Duration),
    /// Not within this run; a longer one may show more.
    #[default]
    NotInRun,
    /// Not within this run, and nothing points to a recovery. All of this holds:
    /// - the run goes on for the client deadline and [`LATELY`] after the repair, so that no call of the
    ///   outage is left, only what its retries have started;
    /// - in both halves of the last [`LATELY`] the load exceeds capacity, and its first attempts alone
    ///   do not;
    /// - the mean number of calls in flight in the later half is at least 95 % of that in the earlier.
    Metastable,
    /// Not within this run: in the last [`LATELY`] even the first attempts exceed capacity.
    Overloaded,
    /// The queue is short because calls failed, and not by answers: of clients that call only once, a
    /// fifth of the calls or more.
    GaveUp,
}

impl LaneRecovery {
    /// The time from the repair until it has recovered; none if that is not within the run.
    #[must_use]
    pub const fn after(self) -> Option<Duration> {
        match self {
            Self::After(after) => Some(after),
            _ => None,
        }
    }

    /// Why it has not recovered, in two or three words; none if it has.
    #[must_use]
    pub const fn reason(self) -> Option<&'static str> {
        match self {
            Self::After(_) => None,
            Self::NotInRun => Some("run too short"),
            Self::Metastable => Some("metastable"),
            Self::Overloaded => Some("overloaded"),
            Self::GaveUp => Some("calls failed"),
        }
    }
}

/// The recovery of a lane with these buckets and calls.
pub(super) fn recovery(setup: &Setup, buckets: &[Bucket], calls: &LaneCalls) -> LaneRecovery {
    let up = Bucket::at(setup.up_at()).min(buckets.len());
    let after = &buckets[up..];
    let behind = after.iter().rposition(|it| f64::from(it.queued) > short_queue(setup));
    // A queue is counted at the end of a bucket.
    let since =
        behind.map(|last| last + 2).max(unanswered(setup, buckets, up).map(|last| last + 1));
    let since = since.unwrap_or(0);
    if since + in_buckets(STEADY_FOR) <= after.len() {
        let is_one_shot = setup.requests == Requests::OneShot;
        return match is_one_shot && !calls.are_mostly_answered() {
            true if 5 * calls.failed >= calls.all() => LaneRecovery::GaveUp,
            true => LaneRecovery::NotInRun,
            false => LaneRecovery::After(Bucket::LENGTH.saturating_mul(since as u64)),
        };
    }
    let late = Late::of(after);
    let capacity = setup.capacity_per_second();
    if after.len() < in_buckets(LATELY) {
        LaneRecovery::NotInRun
    } else if late.first > capacity && setup.requests != Requests::OneShot {
        LaneRecovery::Overloaded
    } else if after.len() >= in_buckets(evidence(setup)) && late.is_stuck(after, capacity) {
        LaneRecovery::Metastable
    } else {
        LaneRecovery::NotInRun
    }
}

/// The time after the repair that it takes to tell that a lane is metastable.
pub(super) fn evidence(setup: &Setup) -> Duration {
    setup.patience.unwrap_or_default().saturating_add(LATELY)
}

/// The most requests in a short queue.
fn short_queue(setup: &Setup) -> f64 {
    setup.capacity_per_second() * setup.timeout.as_secs_f64() / 4.0 + f64::from(setup.slots().0)
}

/// The last bucket after the repair from which on, up to some later one, too few of the calls that were
/// made are answered.
fn unanswered(setup: &Setup, buckets: &[Bucket], up: usize) -> Option<usize> {
    let slack = 5 * i64::from(Bucket::usual_in_flight(buckets, setup));
    // What is missing to the share that must be answered, from the start to each bucket, times five.
    let mut missing = 0;
    let missing: Vec<i64> = (up..buckets.len())
        .map(|n| {
            let made = calls(buckets, n) * ANSWERED_OF_FIVE;
            missing += made.cast_signed() - 5 * i64::from(buckets[n].useful);
            missing
        })
        .collect();
    let mut most = i64::MIN;
    let is_short = |(n, now): (usize, &i64)| {
        most = most.max(*now);
        let before = if n == 0 { 0 } else { missing[n - 1] };
        (most - before > slack).then_some(n)
    };
    missing.iter().enumerate().rev().find_map(is_short)
}

/// The calls that clients made in a bucket.
fn calls(buckets: &[Bucket], n: usize) -> u64 {
    let it = &buckets[n];
    let before = n.checked_sub(1).map_or(0, |n| buckets[n].in_flight);
    (u64::from(it.in_flight) + u64::from(it.useful) + u64::from(it.errors))
        .saturating_sub(before.into())
}

fn in_buckets(time: Duration) -> usize {
    Bucket::at(Instant::ZERO + time)
}

/// The end of a lane, at most [`LATELY`].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Late {
    /// Attempts per second.
    pub(super) load: f64,
    /// First attempts per second.
    pub(super) first: f64,
}

impl Late {
    pub(super) fn of(buckets: &[Bucket]) -> Self {
        let late = last(buckets);
        Self { load: mean(late, Bucket::attempts), first: mean(late, |it| it.first) }
    }

    /// Whether retries keep the load above capacity and the calls in flight are not getting fewer.
    fn is_stuck(self, buckets: &[Bucket], capacity: f64) -> bool {
        let late = last(buckets);
        let (earlier, later) = late.split_at(late.len() / 2);
        let in_flight = |half| mean(half, |it: &Bucket| it.in_flight);
        self.first <= capacity
            && [earlier, later].iter().all(|half| mean(half, Bucket::attempts) > capacity)
            && in_flight(later) >= NO_LESS * in_flight(earlier)
    }
}

pub(super) fn last(buckets: &[Bucket]) -> &[Bucket] {
    &buckets[buckets.len().saturating_sub(in_buckets(LATELY))..]
}

/// The mean of a count over some buckets, per second.
fn mean(buckets: &[Bucket], count: fn(&Bucket) -> u32) -> f64 {
    let sum: u64 = buckets.iter().map(|it| u64::from(count(it))).sum();
    let seconds = float(buckets.len() as u64) * Bucket::LENGTH.as_secs_f64();
    if buckets.is_empty() { 0.0 } else { float(sum) / seconds }
}
