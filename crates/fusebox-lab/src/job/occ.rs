//! Optimistic concurrency on one row as a job.

use super::Work;
use super::fields::{Fields, required};
use core::fmt;
use fusebox::ConfigError;
use fusebox_sim::occ::{OccBackoff, Series, Summary};

/// So many trials of [`occ`](fusebox_sim::occ); as text it is the line that describes the job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OccJob {
    /// Clients that write the same row, 1 to 10,000.
    pub clients: u32,
    /// How a client waits before it tries again.
    pub backoff: OccBackoff,
    /// How often all is done anew, 1 to 100,000.
    pub trials: u32,
    /// What all chance comes from.
    pub seed: u64,
}

impl fmt::Display for OccJob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { clients, backoff, trials, seed } = self;
        let backoff = backoff.name();
        write!(f, "occ?clients={clients}&backoff={backoff}&trials={trials}&seed={seed}")
    }
}

impl OccJob {
    /// The result from its words; none where these are the words of another kind of job.
    #[must_use]
    pub fn summary(words: &[u64]) -> Option<Summary> {
        let [mean_time_ms, sd_time_ms, mean_calls, sd_calls] =
            <[u64; 4]>::try_from(words).ok()?.map(f64::from_bits);
        Some(Summary { mean_time_ms, sd_time_ms, mean_calls, sd_calls })
    }

    pub(super) fn read(mut fields: Fields<'_>) -> Result<Self, String> {
        let clients = fields.whole("clients", 1, 10_000);
        let backoffs = OccBackoff::ALL.map(|backoff| (backoff.name(), backoff));
        let backoff = fields.one_of("backoff", backoffs);
        let trials = fields.whole("trials", 1, 100_000).unwrap_or(100);
        let seed = fields.seed("seed").unwrap_or(1);
        fields.end()?;
        let (clients, backoff) = (required("clients", clients)?, required("backoff", backoff)?);
        Ok(Self { clients, backoff, trials, seed })
    }

    pub(super) fn begin(&self) -> Result<Series, ConfigError> {
        Series::new(self.clients, self.trials, self.backoff, self.seed)
    }
}

impl Work for Series {
    fn advance(&mut self, events: u32) -> bool {
        Self::advance(self, events)
    }

    fn progress(&self) -> f64 {
        Self::progress(self)
    }

    fn result(&self) -> Vec<u64> {
        let Summary { mean_time_ms, sd_time_ms, mean_calls, sd_calls } = self.summary();
        [mean_time_ms, sd_time_ms, mean_calls, sd_calls].map(f64::to_bits).into()
    }
}
