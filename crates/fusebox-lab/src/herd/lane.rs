//! A lane that was run: what came to the database, and what became of it.

use super::outcome::Outcome;
use super::setup::{DOWN_AT, OutageKind, Setup};
use super::strategy::Strategy;
use fusebox::time::{Duration, Instant};
use fusebox_sim::{Attempts, Dependency, SAMPLE_EVERY, Sample};

/// The world of a lane in 100 ms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bucket {
    /// First attempts that came to the database.
    pub first: u32,
    /// Further attempts that did.
    pub retries: u32,
    /// Calls that got their answer.
    pub useful: u32,
    /// Calls that ended without.
    pub errors: u32,
    /// Requests that waited in the database at the end of it.
    pub queued: u32,
    /// Requests that it worked on then.
    pub busy: u32,
    /// Calls that were under way then.
    pub under_way: u32,
}

impl Bucket {
    /// How long a bucket is.
    pub const LENGTH: Duration = SAMPLE_EVERY;

    /// All attempts that came.
    #[must_use]
    pub const fn attempts(&self) -> u32 {
        self.first.saturating_add(self.retries)
    }

    /// Requests in the database at the end of it: at work or waiting.
    #[must_use]
    pub const fn in_database(&self) -> u32 {
        self.busy.saturating_add(self.queued)
    }

    /// The buckets of a run.
    pub(super) fn all<'a>(samples: impl Iterator<Item = &'a Sample>) -> Vec<Self> {
        let mut under_way = 0_u32;
        samples
            .map(|sample| {
                under_way =
                    (under_way + sample.calls).saturating_sub(sample.useful + sample.errors);
                let load = sample.load[Dependency::Postgres];
                let gauges = &sample.gauges.dependencies[Dependency::Postgres];
                Self {
                    first: load.first_attempts,
                    retries: load.retries,
                    useful: sample.useful,
                    errors: sample.errors,
                    queued: gauges.queued,
                    busy: gauges.busy,
                    under_way,
                }
            })
            .collect()
    }
}

/// What became of the database under one strategy.
#[derive(Clone, Debug, PartialEq)]
pub struct Lane {
    /// What the lanes have in common.
    pub setup: Setup,
    /// The strategy.
    pub strategy: Strategy,
    /// The world every 100 ms.
    pub buckets: Vec<Bucket>,
    /// Who made which attempt when, and how it ended.
    pub attempts: Attempts,
    /// What it comes to.
    pub outcome: Outcome,
    /// How many events there were.
    pub events: u64,
    /// The run's fingerprint.
    pub fingerprint: u64,
}

impl Lane {
    /// What the database can do in a bucket where all is well.
    #[must_use]
    pub fn capacity(&self) -> f64 {
        self.setup.capacity_per_second() * Bucket::LENGTH.as_secs_f64()
    }

    /// What it can do in this bucket: less while it is reduced. One that can do nothing is measured by what
    /// it could do.
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
