//! Latencies: how long calls took until they ended.

use fusebox::time::Duration;
use hdrhistogram::{Counter, Histogram};

/// Latencies are told apart to 1 % up to this length; longer ones count as this length.
const MOST: u64 = 3_600_000_000;

const BOUNDS: &str = "bounds that hdrhistogram accepts";

/// Latencies, told apart to 1 %; the longest is exact.
#[derive(Clone, Debug)]
pub struct Latencies<C: Counter = u64> {
    histogram: Histogram<C>,
    longest: u64,
}

impl<C: Counter> Latencies<C> {
    pub(super) fn new() -> Self {
        Self { histogram: Histogram::new_with_max(MOST, 2).expect(BOUNDS), longest: 0 }
    }

    #[inline]
    pub(super) fn record(&mut self, latency: Duration) {
        let micros = latency.as_micros();
        self.histogram.saturating_record(micros.max(1));
        self.longest = self.longest.max(micros);
    }

    pub(super) fn clear(&mut self) {
        self.histogram.reset();
        self.longest = 0;
    }

    /// These latencies and the others.
    pub(super) fn with(&self, others: &Self) -> Self {
        let mut all = self.clone();
        // Both have the same bounds.
        let _ = all.histogram.add(&others.histogram);
        all.longest = self.longest.max(others.longest);
        all
    }

    /// The quantile, from 0 to 1, to 1 % and never above the longest; none without any latency.
    #[must_use]
    pub fn quantile(&self, quantile: f64) -> Option<Duration> {
        let some = !self.histogram.is_empty();
        let micros = || self.histogram.value_at_quantile(quantile).min(self.longest);
        some.then(|| Duration::from_micros(micros()))
    }

    /// The mean, to 1 %; none without any latency.
    #[must_use]
    pub fn mean(&self) -> Option<Duration> {
        let some = !self.histogram.is_empty();
        some.then(|| Duration::from_secs_f64(self.histogram.mean() / 1e6))
    }

    /// The longest, exactly; none without any latency.
    #[must_use]
    pub fn longest(&self) -> Option<Duration> {
        (!self.histogram.is_empty()).then(|| Duration::from_micros(self.longest))
    }

    /// The latencies as they would be if each client had kept calling in this interval while a call
    /// took longer: a call of three intervals also stands for two that would have been sent meanwhile
    /// and would have waited for two intervals and for one.
    #[must_use]
    pub fn corrected(&self, interval: Duration) -> Self {
        let histogram = self.histogram.clone_correct(interval.as_micros().max(1));
        Self { histogram, longest: self.longest }
    }
}
