//! A lane after its run: the load on the database, and the outcome.

use super::measure::LaneMeasures;
use super::outcome::LaneOutcome;
use super::setup::{DOWN_AT, OutageKind, Setup};
use super::strategy::Strategy;
use fusebox::time::{Duration, Instant};
use fusebox_sim::{Attempts, Dependency, SAMPLE_EVERY, Sample};

/// A lane within one bucket of 100 ms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bucket {
    /// First attempts that reached the database.
    pub first: u32,
    /// Retries that reached it.
    pub retries: u32,
    /// Calls that succeeded.
    pub useful: u32,
    /// Calls that failed.
    pub errors: u32,
    /// Requests queued in the database at the end of the bucket.
    pub queued: u32,
    /// Requests in service in the database at the end of the bucket.
    pub busy: u32,
    /// Calls in flight at the end of the bucket.
    pub in_flight: u32,
}

impl Bucket {
    /// The length of a bucket.
    pub const LENGTH: Duration = SAMPLE_EVERY;

    /// All attempts that reached the database.
    #[must_use]
    pub const fn attempts(&self) -> u32 {
        self.first.saturating_add(self.retries)
    }

    /// Requests in service or queued in the database at the end of the bucket.
    #[must_use]
    pub const fn in_database(&self) -> u32 {
        self.busy.saturating_add(self.queued)
    }

    /// The buckets of a run.
    pub(super) fn all<'a>(samples: impl Iterator<Item = &'a Sample>) -> Vec<Self> {
        let mut in_flight = 0_u32;
        samples
            .map(|sample| {
                in_flight =
                    (in_flight + sample.calls).saturating_sub(sample.useful + sample.errors);
                let load = sample.load[Dependency::Postgres];
                let gauges = &sample.gauges.dependencies[Dependency::Postgres];
                Self {
                    first: load.first_attempts,
                    retries: load.retries,
                    useful: sample.useful,
                    errors: sample.errors,
                    queued: gauges.queued,
                    busy: gauges.busy,
                    in_flight,
                }
            })
            .collect()
    }
}

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

    /// The normal capacity of the database in a bucket.
    #[must_use]
    pub fn capacity(&self) -> f64 {
        self.setup.capacity_per_second() * Bucket::LENGTH.as_secs_f64()
    }

    /// The capacity in this bucket, which is lower during a reduction. A database that is down counts
    /// with its normal capacity.
    #[must_use]
    pub fn capacity_in(&self, bucket: usize) -> f64 {
        let begins_at = Self::end_of(bucket) - Bucket::LENGTH;
        let is_out = (DOWN_AT..self.setup.up_at()).contains(&begins_at);
        let kept = 1_000_u32.saturating_sub(self.setup.depth_per_mille);
        if is_out && self.setup.kind == OutageKind::Reduced && kept > 0 {
            self.capacity() * f64::from(kept) / 1_000.0
        } else {
            self.capacity()
        }
    }

    /// The end of a bucket.
    #[must_use]
    pub fn end_of(bucket: usize) -> Instant {
        Instant::from_micros(Bucket::LENGTH.as_micros() * (bucket as u64 + 1))
    }
}
