//! A lane as 64-bit words, which a worker can hand to the page.

use super::bucket::Bucket;
use super::calls::LaneCalls;
use super::lane::Lane;
use super::measure::{LaneMeasures, MEASURES};
use super::outcome::LaneOutcome;
use super::runner::ROWS;
use super::setup::Setup;
use super::strategy::Strategy;
use super::table::SERIES;
use fusebox::time::{Duration, Instant};
use fusebox_sim::{AttemptCounts, AttemptEnd, Attempts, ClientAttempt};

/// The word for a missing number; read as a float, it is a NaN.
const NONE: u64 = u64::MAX;

impl Lane {
    /// Encodes the lane, without its setup and strategy, as words: table after table, each by its columns,
    /// so that what is alike stands together and compresses well.
    #[must_use]
    pub fn to_words(&self) -> Vec<u64> {
        let (buckets, cells) = (&self.buckets, self.attempts.cells());
        let filled: Vec<_> =
            cells.iter().enumerate().filter(|it| *it.1 != AttemptCounts::default()).collect();
        // The rest of the outcome can be computed from the buckets.
        let LaneOutcome { calls, attempts_per_call, wasted_work, .. } = self.outcome;
        let LaneCalls { answered, failed, waiting, gave_up, refused, rejected } = calls;
        let mut words = vec![self.fingerprint, self.events, self.opened_at_low_share];
        words.extend([answered, failed, waiting, gave_up, refused, rejected]);
        words.extend([attempts_per_call, wasted_work].map(f64::to_bits));
        words.extend([cells.len(), buckets.len(), filled.len()].map(|length| length as u64));
        for series in SERIES {
            words.extend(buckets.iter().map(|it| u64::from((series.read)(it))));
        }
        // From each filled cell to the next.
        let mut before = 0;
        words.extend(filled.iter().map(|(n, _)| (n - std::mem::replace(&mut before, *n)) as u64));
        for end in AttemptEnd::ALL {
            words.extend(filled.iter().map(|(_, counts)| u64::from(counts[end as usize])));
        }
        let followed = self.attempts.followed();
        let columns: [fn(&ClientAttempt) -> u64; 5] = [
            |it| it.client.into(),
            |it| it.again.into(),
            |it| it.end as u64,
            |it| it.at.as_micros(),
            |it| it.took.as_micros(),
        ];
        for column in columns {
            words.extend(followed.iter().map(column));
        }
        words
    }

    /// The lane of this setup and strategy from its words; none if the words are not a lane's.
    #[must_use]
    pub fn from_words(setup: Setup, strategy: Strategy, words: &[u64]) -> Option<Self> {
        let (&[fingerprint, events, opened_at_low_share], words) = words.split_first_chunk()?;
        let (calls, words) = words.split_first_chunk()?;
        let &[answered, failed, waiting, gave_up, refused, rejected] = calls;
        let calls = LaneCalls { answered, failed, waiting, gave_up, refused, rejected };
        let (shares, words) = words.split_first_chunk::<2>()?;
        let (lengths, words) = words.split_first_chunk::<3>()?;
        let [length, buckets, filled] = lengths.map(|it| usize::try_from(it).unwrap_or(usize::MAX));
        let (buckets, words) = words.split_at_checked(buckets.checked_mul(SERIES.len())?)?;
        let (marked, followed) = words.split_at_checked(filled.checked_mul(5)?)?;
        let bucket = |words: [u64; 7]| {
            let [first, retries, useful, errors, queued, busy, in_flight] = words.map(small);
            Bucket { first, retries, useful, errors, queued, busy, in_flight }
        };
        let buckets: Vec<_> = rows(buckets)?.map(bucket).collect();
        let mut at = 0_usize;
        let cell = |[step, counts @ ..]: [u64; 5]| {
            at = at.checked_add(usize::try_from(step).ok()?)?;
            Some((at, counts.map(small)))
        };
        let marked: Option<Vec<_>> = rows(marked)?.map(cell).collect();
        let attempt = |[client, again, end, at, took]: [u64; 5]| {
            let (at, took) = (Instant::from_micros(at), Duration::from_micros(took));
            let end = *AttemptEnd::ALL.get(usize::try_from(end).ok()?)?;
            Some(ClientAttempt { client: small(client), again: again > 0, at, took, end })
        };
        let followed: Option<Vec<_>> = rows(followed)?.map(attempt).collect();
        let attempts = Attempts::from_parts(setup.clients, ROWS, length, &marked?, followed?)?;
        let outcome = LaneOutcome::new(&setup, &buckets, calls, shares.map(f64::from_bits));
        Some(Self {
            setup,
            strategy,
            buckets,
            attempts,
            outcome,
            events,
            opened_at_low_share,
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

/// The rows of a table with this many columns, one column after the other; none if they are not equally
/// long.
fn rows<const COLUMNS: usize>(words: &[u64]) -> Option<impl Iterator<Item = [u64; COLUMNS]>> {
    let length = words.len() / COLUMNS;
    let row = move |n| std::array::from_fn(|column| words[column * length + n]);
    (length * COLUMNS == words.len()).then(|| (0..length).map(row))
}

/// A count, which always fits in 32 bits.
fn small(word: u64) -> u32 {
    u32::try_from(word).unwrap_or(u32::MAX)
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
