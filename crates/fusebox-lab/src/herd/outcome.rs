//! The outcome of a lane, in a few numbers.

use super::bucket::Bucket;
use super::calls::LaneCalls;
use super::recovery::{LaneRecovery, Late, STEADY_FOR, recovery};
use super::setup::{DOWN_AT, Setup};
use crate::words::float;
use fusebox::time::{Duration, Instant};
use fusebox_sim::{Counters, Dependency};

/// The outcome of a lane. Loads are in requests per second that reach the database;
/// [`Setup::multiple`] makes multiples of its capacity of them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LaneOutcome {
    /// The highest load of first attempts in 100 ms of the outage. The failure itself brings it: it is
    /// the same whatever the strategy, as long as no breaker rejects it.
    pub first_wave: f64,
    /// The highest load in 100 ms of the outage.
    pub peak_in_outage: f64,
    /// The highest load in 100 ms after the repair.
    pub peak_after_repair: f64,
    /// The mean load at the end of the run.
    pub load_at_end: f64,
    /// Attempts per call.
    pub attempts_per_call: f64,
    /// The share of the database's work that is for abandoned requests.
    pub wasted_work: f64,
    /// What became of the calls.
    pub calls: LaneCalls,
    /// Whether and when the lane recovers.
    pub recovery: LaneRecovery,
    /// The time from the repair until no more calls are in flight than before the outage, give or take
    /// three calls and a hundredth of the clients, and fewer than 5 % fail; none if that does not come
    /// within the run, and for at least [`STEADY_FOR`].
    pub settled_after: Option<Duration>,
}

/// How good a lane's outcome is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// It recovered, and more than four fifths of the calls were answered.
    Good,
    /// It recovered at the price of a fifth of the calls or more, or the run is too short to tell.
    Neutral,
    /// It did not recover.
    Bad,
}

impl LaneOutcome {
    pub(super) fn of(setup: &Setup, buckets: &[Bucket], counters: &Counters) -> Self {
        let database = &counters.dependencies[Dependency::Postgres];
        let attempts_per_call = ratio(database.attempts(), counters.calls);
        let shares = [attempts_per_call, ratio(database.wasted, database.worked)];
        Self::new(setup, buckets, LaneCalls::of(counters), shares)
    }

    /// The outcome of these buckets and calls, with the attempts for each call and the share of wasted
    /// work.
    pub(super) fn new(
        setup: &Setup,
        buckets: &[Bucket],
        calls: LaneCalls,
        [attempts_per_call, wasted_work]: [f64; 2],
    ) -> Self {
        let [down, up] = [DOWN_AT, setup.up_at()].map(|at| Bucket::at(at).min(buckets.len()));
        Self {
            first_wave: peak(&buckets[down..up], |it| it.first),
            peak_in_outage: peak(&buckets[down..up], Bucket::attempts),
            peak_after_repair: peak(&buckets[up..], Bucket::attempts),
            load_at_end: Late::of(&buckets[up..]).load,
            attempts_per_call,
            wasted_work,
            calls,
            recovery: recovery(setup, buckets, &calls),
            settled_after: settled_after(setup, buckets),
        }
    }

    /// How good the outcome is.
    #[must_use]
    pub const fn tone(&self) -> Tone {
        match self.recovery {
            LaneRecovery::After(_) if self.calls.are_mostly_answered() => Tone::Good,
            LaneRecovery::After(_) | LaneRecovery::NotInRun => Tone::Neutral,
            _ => Tone::Bad,
        }
    }
}

/// The highest rate per second within one bucket.
fn peak(buckets: &[Bucket], count: fn(&Bucket) -> u32) -> f64 {
    let most = buckets.iter().map(count).max().unwrap_or(0);
    f64::from(most) / Bucket::LENGTH.as_secs_f64()
}

fn settled_after(setup: &Setup, buckets: &[Bucket]) -> Option<Duration> {
    let most = Bucket::usual_in_flight(buckets, setup);
    let up = Bucket::at(setup.up_at()).min(buckets.len());
    let after = &buckets[up..];
    // Whether 5 % or more of the calls that end in the second from a bucket on fail.
    let fails = |n: usize| {
        let second = &after[n..(n + 10).min(after.len())];
        let sum = |of: fn(&Bucket) -> u32| second.iter().map(|it| u64::from(of(it))).sum::<u64>();
        let (useful, errors) = (sum(|it| it.useful), sum(|it| it.errors));
        errors > 0 && 20 * errors >= useful + errors
    };
    let is_behind = |n: usize| after[n].in_flight > most || fails(n);
    let settled = (0..after.len()).rev().find(|&n| is_behind(n)).map_or(0, |last| last + 2);
    let is_steady = settled + Bucket::at(Instant::ZERO + STEADY_FOR) <= after.len();
    is_steady.then(|| Bucket::LENGTH.saturating_mul(settled as u64))
}

pub(super) fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { float(part) / float(whole) }
}
