//! A lane after its run: the load on the database, and the outcome.

use super::bucket::Bucket;
use super::calls::LaneCalls;
use super::measure::LaneMeasures;
use super::outcome::{LaneOutcome, ratio};
use super::recovery::{LaneRecovery, evidence};
use super::setup::{DOWN_AT, OutageKind, Setup};
use super::strategy::Strategy;
use fusebox::time::{Duration, Instant};
use fusebox_sim::Attempts;

/// A run under one strategy.
#[derive(Clone, Debug, PartialEq)]
pub struct Lane {
    /// The settings of all lanes.
    pub setup: Setup,
    /// The strategy.
    pub strategy: Strategy,
    /// The world every 100 ms.
    pub buckets: Vec<Bucket>,
    /// The attempts of all clients: when each was made, and how it ended.
    pub attempts: Attempts,
    /// The outcome.
    pub outcome: LaneOutcome,
    /// The number of events.
    pub events: u64,
    /// How often a breaker opened when fewer than 5 % of its calls had failed, of its first 1,000 changes.
    pub opened_at_low_share: u64,
    /// The run's fingerprint.
    pub fingerprint: u64,
}

/// None of its numbers is a `NaN`.
impl Eq for Lane {}

impl Lane {
    /// All measures of the lane.
    #[must_use]
    pub fn measures(&self) -> LaneMeasures {
        LaneMeasures::of(&self.outcome, &self.setup, self.fingerprint)
    }

    /// The lane up to a moment, without its attempts. Its wasted work stays that of the whole run, since
    /// that of a part is not recorded.
    #[must_use]
    pub fn until(&self, at: Instant) -> Self {
        let end = at.as_micros() / Bucket::LENGTH.as_micros();
        let end = usize::try_from(end).unwrap_or(usize::MAX).min(self.buckets.len());
        let buckets = self.buckets[..end].to_vec();
        let measured = &buckets[Bucket::at(Instant::ZERO + self.setup.warm_up).min(end)..];
        let sum = |of: fn(&Bucket) -> u32| measured.iter().map(|it| u64::from(of(it))).sum::<u64>();
        let calls = LaneCalls {
            answered: sum(|it| it.useful),
            failed: sum(|it| it.errors),
            waiting: buckets.last().map_or(0, |it| it.in_flight.into()),
            ..LaneCalls::default()
        };
        let attempts_per_call = ratio(sum(Bucket::attempts), calls.all());
        let shares = [attempts_per_call, self.outcome.wasted_work];
        Self {
            outcome: LaneOutcome::new(&self.setup, &buckets, calls, shares),
            strategy: self.strategy.clone(),
            attempts: Attempts::new(1, 1),
            buckets,
            ..*self
        }
    }

    /// The length of a run that may show whether the lane recovers; none if this one does, or if no
    /// longer run is possible.
    #[must_use]
    pub fn longer(&self) -> Option<Duration> {
        let is_open = self.outcome.recovery == LaneRecovery::NotInRun;
        self.setup.lengthened(evidence(&self.setup)).filter(|_| is_open)
    }

    /// The normal capacity of the database in a bucket.
    #[must_use]
    pub fn capacity(&self) -> f64 {
        self.setup.capacity_per_second() * Bucket::LENGTH.as_secs_f64()
    }

    /// The capacity in this bucket, which is lower during a reduction. A database that is down counts
    /// with its normal capacity.
    #[must_use]
    pub fn capacity_in(&self, bucket: usize) -> f64 {
        let begins_at = Bucket::end_of(bucket) - Bucket::LENGTH;
        let is_out = (DOWN_AT..self.setup.up_at()).contains(&begins_at);
        if is_out && self.setup.effect() == OutageKind::Reduced {
            self.capacity() * f64::from(1_000 - self.setup.depth_per_mille) / 1_000.0
        } else {
            self.capacity()
        }
    }
}
