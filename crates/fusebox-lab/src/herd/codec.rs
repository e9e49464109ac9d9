//! A lane as 64-bit words, which a worker can hand to the page.

use super::lane::{Bucket, Lane};
use super::measure::{LaneMeasures, MEASURES};
use super::outcome::LaneOutcome;
use super::setup::Setup;
use super::strategy::Strategy;
use fusebox::time::{Duration, Instant};
use fusebox_sim::{AttemptEnd, Attempts, ClientAttempt};

/// The word for a missing number; as a float it would be no number either.
const NONE: u64 = u64::MAX;

impl Lane {
    /// The lane as words, without its setup and strategy.
    #[must_use]
    pub fn to_words(&self) -> Vec<u64> {
        let mut words = vec![self.fingerprint, self.events, self.buckets.len() as u64];
        for it in &self.buckets {
            words.extend([
                pair(it.first, it.retries),
                pair(it.useful, it.errors),
                pair(it.queued, it.busy),
                u64::from(it.in_flight),
            ]);
        }
        // The rest of the outcome follows from the buckets.
        let LaneOutcome { failed, calls, attempts_per_call, wasted_work, .. } = self.outcome;
        words.extend([failed, calls, attempts_per_call.to_bits(), wasted_work.to_bits()]);
        let cells = self.attempts.cells().iter().enumerate();
        let cells: Vec<_> = cells.filter(|(_, cell)| **cell != [0; 3]).collect();
        words.extend([self.attempts.cells().len() as u64, cells.len() as u64]);
        for (n, &[success, failure, unanswered]) in cells {
            words.extend([n as u64, pair(success, failure), u64::from(unanswered)]);
        }
        words.push(self.attempts.followed().len() as u64);
        for it in self.attempts.followed() {
            let flags = u32::from(it.again) << 2 | it.end as u32;
            words.extend([pair(it.client, flags), it.at.as_micros(), it.took.as_micros()]);
        }
        words
    }

    /// The lane of this setup and strategy from its words; none if the words are not a lane's.
    #[must_use]
    pub fn from_words(setup: Setup, strategy: Strategy, words: &[u64]) -> Option<Self> {
        let mut words = Words(words);
        let [fingerprint, events, count] = words.some()?;
        let buckets = words.many(count, |[load, ends, gauges, in_flight]| {
            let [(first, retries), (useful, errors), (queued, busy)] =
                [load, ends, gauges].map(halves);
            let in_flight = halves(in_flight).1;
            Some(Bucket { first, retries, useful, errors, queued, busy, in_flight })
        })?;
        let [failed, calls, attempts_per_call, wasted_work] = words.some()?;
        let shares = [attempts_per_call, wasted_work].map(f64::from_bits);
        let outcome = LaneOutcome::new(&setup, &buckets, [failed, calls], shares);
        let [length, count] = words.some()?;
        let cells = words.many(count, |[n, ends, unanswered]| {
            let (success, failure) = halves(ends);
            Some((usize::try_from(n).ok()?, [success, failure, halves(unanswered).1]))
        })?;
        let [count] = words.some()?;
        let followed = words.many(count, |[who, at, took]| {
            let (client, flags) = halves(who);
            let end = *AttemptEnd::ALL.get((flags & 3) as usize)?;
            let (at, took) = (Instant::from_micros(at), Duration::from_micros(took));
            Some(ClientAttempt { client, again: flags & 4 > 0, at, took, end })
        })?;
        let length = usize::try_from(length).ok()?;
        let attempts =
            Attempts::from_parts(setup.clients, super::runner::ROWS, length, &cells, followed)?;
        words.0.is_empty().then_some(Self {
            setup,
            strategy,
            buckets,
            attempts,
            outcome,
            events,
            fingerprint,
        })
    }
}

impl LaneMeasures {
    /// The measures as words.
    #[must_use]
    pub fn to_words(&self) -> Vec<u64> {
        let values = self.values.iter().map(|value| value.map_or(NONE, f64::to_bits));
        values.chain([self.fingerprint]).collect()
    }

    /// The measures from their words; none if the words are not theirs.
    #[must_use]
    pub fn from_words(words: &[u64]) -> Option<Self> {
        let (fingerprint, values) = words.split_last()?;
        let value = |word: &u64| (*word != NONE).then(|| f64::from_bits(*word));
        (values.len() == MEASURES.len())
            .then(|| Self { values: values.iter().map(value).collect(), fingerprint: *fingerprint })
    }
}

/// Words that are read from the front.
struct Words<'a>(&'a [u64]);

impl Words<'_> {
    fn some<const N: usize>(&mut self) -> Option<[u64; N]> {
        let (first, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*first)
    }

    /// This many items of `N` words each.
    fn many<const N: usize, T>(
        &mut self,
        count: u64,
        read: impl Fn([u64; N]) -> Option<T>,
    ) -> Option<Vec<T>> {
        let count = usize::try_from(count).ok().filter(|count| *count <= self.0.len() / N)?;
        (0..count).map(|_| read(self.some()?)).collect()
    }
}

const fn pair(high: u32, low: u32) -> u64 {
    (high as u64) << 32 | low as u64
}

#[expect(clippy::cast_possible_truncation, reason = "the halves fit")]
const fn halves(word: u64) -> (u32, u32) {
    ((word >> 32) as u32, word as u32)
}

#[cfg(test)]
mod tests {
    use super::super::{Comparison, run};
    use super::*;

    #[test]
    fn a_lane_is_what_its_words_say() {
        let Comparison { setup, lanes } = Comparison::default();
        let setup = Setup { clients: 150, ..setup };
        for strategy in lanes {
            let lane = run(&setup, &strategy, 3).unwrap();
            let words = lane.to_words();
            assert_eq!(Lane::from_words(setup, strategy.clone(), &words), Some(lane));
            for wrong in [&words[1..], &words[..words.len() - 1], &[], &[7; 40]] {
                assert_eq!(Lane::from_words(setup, strategy.clone(), wrong), None);
            }
        }
    }
}
