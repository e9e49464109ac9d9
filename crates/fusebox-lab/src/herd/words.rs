//! A lane as a row of words, for who computes it elsewhere than where it is looked at.

use super::lane::{Bucket, Lane};
use super::outcome::{Outcome, Recovery};
use super::setup::Setup;
use super::strategy::Strategy;
use fusebox::time::{Duration, Instant};
use fusebox_sim::{AttemptEnd, Attempts, ClientAttempt};

/// What stands for no number.
const NONE: u64 = u64::MAX;

impl Lane {
    /// The lane as words, but for what it was made of.
    #[must_use]
    pub fn to_words(&self) -> Vec<u64> {
        let mut words = vec![self.fingerprint, self.events, self.buckets.len() as u64];
        for it in &self.buckets {
            words.extend([
                pair(it.first, it.retries),
                pair(it.useful, it.errors),
                pair(it.queued, it.busy),
                u64::from(it.under_way),
            ]);
        }
        self.outcome.push_to(&mut words);
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

    /// The lane of this setup and strategy from its words; none where they are no lane's.
    #[must_use]
    pub fn from_words(setup: Setup, strategy: Strategy, words: &[u64]) -> Option<Self> {
        let mut words = Words(words);
        let [fingerprint, events, count] = words.some()?;
        let buckets = words.many(count, |[load, ends, gauges, under_way]| {
            let [(first, retries), (useful, errors), (queued, busy)] =
                [load, ends, gauges].map(halves);
            let under_way = halves(under_way).1;
            Some(Bucket { first, retries, useful, errors, queued, busy, under_way })
        })?;
        let outcome = Outcome::take_from(&mut words)?;
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

impl Outcome {
    /// The outcome from its words; none where they are no outcome's.
    pub(crate) fn from_words(words: &[u64]) -> Option<Self> {
        let mut words = Words(words);
        let outcome = Self::take_from(&mut words)?;
        words.0.is_empty().then_some(outcome)
    }

    pub(crate) fn push_to(&self, words: &mut Vec<u64>) {
        let numbers = [self.peak, self.peak_after, self.attempts_per_call, self.wasted];
        words.extend(numbers.map(f64::to_bits));
        let (kind, number) = match self.recovery {
            Recovery::After(after) => (0, after.as_micros()),
            Recovery::Metastable { excess } => (1, excess.to_bits()),
            Recovery::Overloaded { excess } => (2, excess.to_bits()),
        };
        let caught_up = self.caught_up.map_or(NONE, Duration::as_micros);
        words.extend([self.failed, self.calls, kind, number, caught_up]);
    }

    fn take_from(words: &mut Words<'_>) -> Option<Self> {
        let [peak, peak_after, attempts_per_call, wasted] = words.some::<4>()?.map(f64::from_bits);
        let [failed, calls, kind, number, caught_up] = words.some()?;
        let recovery = match kind {
            0 => Recovery::After(Duration::from_micros(number)),
            1 => Recovery::Metastable { excess: f64::from_bits(number) },
            2 => Recovery::Overloaded { excess: f64::from_bits(number) },
            _ => return None,
        };
        let caught_up = (caught_up != NONE).then(|| Duration::from_micros(caught_up));
        Some(Self {
            peak,
            peak_after,
            attempts_per_call,
            wasted,
            failed,
            calls,
            recovery,
            caught_up,
        })
    }
}

/// Words that are taken from the front.
struct Words<'a>(&'a [u64]);

impl Words<'_> {
    fn some<const N: usize>(&mut self) -> Option<[u64; N]> {
        let (first, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*first)
    }

    /// So many of what takes `N` words each.
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

#[expect(clippy::cast_possible_truncation, reason = "the two halves")]
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
