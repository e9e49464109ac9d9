//! The latencies of the current second.

use super::latencies::Latencies;
use fusebox::time::Duration;

/// A second with no more latencies keeps them one by one; to count them in histograms, to add these and
/// to clear them costs more.
const FEW: usize = 1_000;

/// Latencies of the current second, of which the quantiles are wanted once.
#[derive(Clone, Debug)]
pub(super) struct Second {
    few: Vec<Duration>,
    /// Those after the first few.
    more: Latencies<u32>,
}

impl Second {
    pub(super) fn new() -> Self {
        Self { few: Vec::new(), more: Latencies::new() }
    }

    #[inline]
    pub(super) fn record(&mut self, latency: Duration) {
        if self.few.len() < FEW {
            self.few.push(latency);
        } else {
            self.more.record(latency);
        }
    }

    /// The median and the 99th percentile of useful answers, and the 99th percentile of all ends; then
    /// a new second begins.
    pub(super) fn end(useful: &mut Self, others: &mut Self) -> [Option<Duration>; 3] {
        let quantiles = if useful.more.is_empty() && others.more.is_empty() {
            let bounds = &useful.more;
            let [p50, p99] = [0.5, 0.99].map(|it| bounds.quantile_of(&mut useful.few, it));
            useful.few.append(&mut others.few);
            [p50, p99, bounds.quantile_of(&mut useful.few, 0.99)]
        } else {
            for second in [&mut *useful, &mut *others] {
                second.few.drain(..).for_each(|latency| second.more.record(latency));
            }
            let all = useful.more.with(&others.more);
            [useful.more.quantile(0.5), useful.more.quantile(0.99), all.quantile(0.99)]
        };
        for second in [useful, others] {
            second.few.clear();
            if !second.more.is_empty() {
                second.more.clear();
            }
        }
        quantiles
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox::rng::Rng;

    #[test]
    fn its_quantiles_are_those_of_histograms() {
        let mut rng = Rng::from_seed(1);
        let mut seconds = [Second::new(), Second::new()];
        for round in 0..300 {
            let mut whole = [Latencies::<u32>::new(), Latencies::new()];
            for (second, whole) in seconds.iter_mut().zip(&mut whole) {
                // Short and long ones, and in a third of the seconds more than a few.
                let most = if round % 3 == 0 { 3_000 } else { 150 };
                let longest = 1 << rng.up_to(40);
                for _ in 0..rng.up_to(most) {
                    let latency = Duration::from_micros(rng.up_to(longest));
                    second.record(latency);
                    whole.record(latency);
                }
            }
            let [useful, others] = &whole;
            let all = useful.with(others).quantile(0.99);
            let expected = [useful.quantile(0.5), useful.quantile(0.99), all];
            let [useful, others] = &mut seconds;
            assert_eq!(Second::end(useful, others), expected, "round {round}");
        }
    }
}
