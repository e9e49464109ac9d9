//! A lane in buckets of time.

use super::setup::{DOWN_AT, Setup};
use fusebox::time::{Duration, Instant};
use fusebox_sim::{Dependency, SAMPLE_EVERY, Sample};

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

    /// The end of a bucket.
    #[must_use]
    pub fn end_of(bucket: usize) -> Instant {
        Instant::from_micros(Bucket::LENGTH.as_micros() * (bucket as u64 + 1))
    }

    /// The first bucket that begins at or after a moment.
    pub(super) fn at(at: Instant) -> usize {
        usize::try_from(at.as_micros().div_ceil(Self::LENGTH.as_micros())).unwrap_or(usize::MAX)
    }

    /// The number of calls in flight that is as low as before the outage, give or take three calls and a
    /// hundredth of the clients.
    pub(super) fn usual_in_flight(buckets: &[Self], setup: &Setup) -> u32 {
        let before = buckets.iter().take(Self::at(DOWN_AT)).map(|it| it.in_flight).max();
        before.unwrap_or(0).saturating_add(setup.clients / 100 + 3)
    }

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
