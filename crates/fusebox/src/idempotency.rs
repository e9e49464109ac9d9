//! Idempotency keys: a request that is repeated under its key takes effect once.

use crate::config::ConfigError;
use crate::outcome::Failure;
use crate::time::{Duration, Instant};
use alloc::collections::{BTreeMap, VecDeque};

const YEAR: Duration = Duration::DAY.saturating_mul(365);

crate::settings! {
    /// The settings of an [`IdempotencyTable`].
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct IdempotencyConfig in "idempotency" {
        /// How long a result is kept.
        ttl: Duration = Duration::DAY, TTL: Duration::MILLISECOND..=YEAR;
        /// How long work may take before its key is free again.
        claim_timeout: Duration = Duration::from_secs(60), CLAIM_TIMEOUT: Duration::MILLISECOND..=Duration::DAY;
        /// Most keys, including those in progress.
        capacity: u32 = 100_000, CAPACITY: 1..=10_000_000;
    }
}

/// The answer of the table to a request with a key.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a new key is to be completed or abandoned"]
pub enum Begin<'a, K, V> {
    /// The key is new: do the work, and then [`IdempotencyTable::complete`] it, or
    /// [`IdempotencyTable::abandon`] it if nothing took effect.
    New(Claim<K>),
    /// The work is in progress.
    InProgress {
        /// When the key becomes free if the work is neither completed nor abandoned.
        until: Instant,
    },
    /// The work was done, with this result.
    Done(&'a V),
    /// The key belongs to a different request.
    Mismatch,
    /// There is no room for a new key.
    Full {
        /// When the next key is due to leave; one may be abandoned before.
        until: Instant,
    },
}

impl<K, V> Begin<'_, K, V> {
    /// The failure with which the service answers; none if it has work to do, or a result.
    ///
    /// The 409 has no `Retry-After`: the claim's end is when the work must have ended, and most
    /// work ends long before.
    #[must_use]
    pub fn failure(&self, now: Instant) -> Option<Failure> {
        match self {
            Self::New(_) | Self::Done(_) => None,
            Self::InProgress { .. } => Some(Failure::status(409)),
            Self::Mismatch => Some(Failure::status(422)),
            Self::Full { until } => Some(Failure::answer(503, Some(until.since(now)))),
        }
    }
}

/// The right to do the work of a key, until the claim times out.
///
/// It can be neither copied nor used twice. A claim that is dropped blocks its key until it times
/// out.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a claim is to be completed or abandoned"]
pub struct Claim<K> {
    key: K,
    number: u64,
}

impl<K> Claim<K> {
    /// The key.
    #[must_use]
    pub const fn key(&self) -> &K {
        &self.key
    }
}

/// A result that came after its claim had timed out, and was not kept.
///
/// Another worker may have done the work again meanwhile.
#[derive(Debug, PartialEq, Eq)]
pub struct TooLate<V>(pub V);

/// Keys, and the results of their requests.
///
/// A service asks the table before the work and reports the result after it. The answers are those
/// of the IETF's "The Idempotency-Key HTTP Header Field"
/// (draft-ietf-httpapi-idempotency-key-header):
///
/// | the key | answer | HTTP status |
/// |---|---|---|
/// | is new, or its work was abandoned, or its result has expired | [`Begin::New`]: do the work | |
/// | is in progress with the same request | [`Begin::InProgress`] | 409 |
/// | is done with the same request | [`Begin::Done`]: the earlier result | that of the earlier result |
/// | is in progress or done with a different request | [`Begin::Mismatch`] | 422 |
/// | is new, and the table is full | [`Begin::Full`] | 503 |
///
/// [`Begin::failure`] gives these answers as failures. A [`Retry`](crate::Retry) makes a request
/// with a key again after a 409 or a 503, and gives up at a 422.
///
/// The choices where services differ:
/// - No key leaves the table by itself before its time: if there is no room, a new key is rejected.
///   Forgetting an older key would let a payment happen twice.
/// - A claim times out, so a worker that crashed does not block its key for ever: after the
///   timeout, the next request with the key may do the work. So the timeout must be longer than the
///   work can take, including its deadline; a worker that finishes later gets an error, and its
///   result is not kept.
/// - The time to live of a result begins when the result arrives, not when the work began.
///
/// ```
/// use fusebox::{Begin, IdempotencyConfig, IdempotencyTable};
/// use fusebox::time::Instant;
///
/// let mut table = IdempotencyTable::new(IdempotencyConfig::default())?;
/// let now = Instant::ZERO;
/// let request = 0xfeed; // a hash of its payload
/// let Begin::New(claim) = table.begin(now, "order 7", request) else { panic!("a new key") };
/// assert!(matches!(table.begin(now, "order 7", request), Begin::InProgress { .. }));
/// table.complete(now, claim, "201 Created").expect("before the timeout");
/// assert_eq!(table.begin(now, "order 7", request), Begin::Done(&"201 Created"));
/// assert_eq!(table.begin(now, "order 7", 0xbad), Begin::Mismatch);
/// # Ok::<(), fusebox::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyTable<K, V> {
    config: IdempotencyConfig,
    entries: BTreeMap<K, Entry<V>>,
    /// The claims and the results, each in the order of their ends, since all claims last as long, and
    /// so do all results. Entries that have ended or left meanwhile stay until they come to the front,
    /// or are more than the others.
    claims: VecDeque<End<K>>,
    results: VecDeque<End<K>>,
    newest: u64,
}

/// When an entry ends, its number, and its key.
type End<K> = (Instant, u64, K);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry<V> {
    /// The number of its claim.
    number: u64,
    fingerprint: u64,
    /// When the claim times out, or when the result expires.
    ends: Instant,
    /// None while the work is in progress.
    result: Option<V>,
}

impl<K: Ord + Clone, V> IdempotencyTable<K, V> {
    /// An empty table.
    ///
    /// # Errors
    /// When a setting is outside the range that [`IdempotencyConfig`] states.
    pub fn new(config: IdempotencyConfig) -> Result<Self, ConfigError> {
        config.check_ranges()?;
        let (claims, results) = (VecDeque::new(), VecDeque::new());
        Ok(Self { config, entries: BTreeMap::new(), claims, results, newest: 0 })
    }

    /// The settings.
    #[must_use]
    pub const fn config(&self) -> &IdempotencyConfig {
        &self.config
    }

    /// Begins a request with this key; two requests with the same fingerprint count as the same.
    pub fn begin(&mut self, now: Instant, key: K, fingerprint: u64) -> Begin<'_, K, V> {
        self.expire(now);
        if self.entries.contains_key(&key) {
            return self.repeat(&key, fingerprint);
        }
        if self.entries.len() >= self.config.capacity as usize {
            let ends = [&self.claims, &self.results].map(|queue| queue.front());
            let until = ends.into_iter().flatten().map(|&(end, ..)| end).min();
            return Begin::Full { until: until.unwrap_or(now) };
        }
        self.newest = self.newest.wrapping_add(1);
        let (number, ends) = (self.newest, now + self.config.claim_timeout);
        self.entries.insert(key.clone(), Entry { number, fingerprint, ends, result: None });
        push(&mut self.claims, &self.entries, (ends, number, key.clone()));
        Begin::New(Claim { key, number })
    }

    /// Completes the work of a claim with its result, which is kept for [`IdempotencyConfig::ttl`].
    ///
    /// # Errors
    /// With the result, if the claim has timed out; then nothing is kept.
    pub fn complete(&mut self, now: Instant, claim: Claim<K>, result: V) -> Result<(), TooLate<V>> {
        self.expire(now);
        let Some(entry) = own(&mut self.entries, &claim) else { return Err(TooLate(result)) };
        entry.ends = now + self.config.ttl;
        entry.result = Some(result);
        let end = (entry.ends, claim.number, claim.key);
        push(&mut self.results, &self.entries, end);
        Ok(())
    }

    /// Abandons the work of a claim, which took no effect, so the next request with its key may do
    /// it; false if the claim had timed out and the key no longer belongs to it.
    #[expect(clippy::needless_pass_by_value, reason = "it uses the claim up")]
    pub fn abandon(&mut self, claim: Claim<K>) -> bool {
        own(&mut self.entries, &claim).is_some() && self.forget(&claim.key)
    }

    /// Removes a key, in progress or done, because its request can no longer come again, for
    /// instance since its sender has confirmed the result; false if it was not there.
    ///
    /// A table whose keys are forgotten holds only the requests that may still be repeated,
    /// however long their time to live is.
    pub fn forget(&mut self, key: &K) -> bool {
        self.entries.remove(key).is_some()
    }

    /// Removes what has expired by now, as every request does too.
    ///
    /// Each key is removed once, so the cost is constant per request on average.
    pub fn expire(&mut self, now: Instant) {
        for queue in [&mut self.claims, &mut self.results] {
            while let Some(first) = queue.front() {
                let is_here = is_here(&self.entries, first);
                if is_here && now < first.0 {
                    break;
                }
                if is_here {
                    self.entries.remove(&first.2);
                }
                queue.pop_front();
            }
        }
    }

    /// Keys in the table, including those that have expired since the last request.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether the table has no keys.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn repeat(&self, key: &K, fingerprint: u64) -> Begin<'_, K, V> {
        match self.entries.get(key) {
            Some(entry) if entry.fingerprint == fingerprint => match &entry.result {
                Some(result) => Begin::Done(result),
                None => Begin::InProgress { until: entry.ends },
            },
            _ => Begin::Mismatch,
        }
    }
}

/// Whether the entry that was to end then is still in the table.
fn is_here<K: Ord, V>(entries: &BTreeMap<K, Entry<V>>, (end, number, key): &End<K>) -> bool {
    entries.get(key).is_some_and(|entry| (entry.ends, entry.number) == (*end, *number))
}

/// Adds an end to a queue, and clears the queue of entries that are gone if they are more than the
/// others, so that it is bounded, and the cost constant on average.
fn push<K: Ord, V>(queue: &mut VecDeque<End<K>>, entries: &BTreeMap<K, Entry<V>>, end: End<K>) {
    if queue.len() > 2 * entries.len() + 8 {
        queue.retain(|end| is_here(entries, end));
    }
    queue.push_back(end);
}

/// The entry that is still in progress under this claim.
fn own<'a, K: Ord, V>(
    entries: &'a mut BTreeMap<K, Entry<V>>,
    claim: &Claim<K>,
) -> Option<&'a mut Entry<V>> {
    let entry = entries.get_mut(&claim.key)?;
    (entry.number == claim.number && entry.result.is_none()).then_some(entry)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Table = IdempotencyTable<&'static str, u32>;

    const NOW: Instant = Instant::ZERO;
    const LEASE_ENDS: Instant = Instant::from_secs(60);

    fn table(capacity: u32) -> Table {
        let config = IdempotencyConfig { capacity, ..IdempotencyConfig::default() };
        IdempotencyTable::new(config).unwrap()
    }

    #[track_caller]
    fn claim(table: &mut Table, now: Instant, key: &'static str) -> Claim<&'static str> {
        match table.begin(now, key, 1) {
            Begin::New(claim) => claim,
            other => panic!("{key} is not new: {other:?}"),
        }
    }

    #[test]
    fn a_result_is_given_again_until_its_time_is_over() {
        let mut table = table(10);
        let first = claim(&mut table, NOW, "a");
        assert_eq!(table.begin(NOW, "a", 1), Begin::InProgress { until: LEASE_ENDS });
        let done = Instant::from_secs(7);
        table.complete(done, first, 201).unwrap();
        let last = done + Duration::DAY - Duration::from_micros(1);
        assert_eq!(table.begin(last, "a", 1), Begin::Done(&201));
        assert!(matches!(table.begin(done + Duration::DAY, "a", 1), Begin::New(_)));
    }

    #[test]
    fn another_request_under_the_same_key_is_refused_at_work_and_done() {
        let mut table = table(10);
        let first = claim(&mut table, NOW, "a");
        assert_eq!(table.begin(NOW, "a", 2), Begin::Mismatch);
        table.complete(NOW, first, 201).unwrap();
        assert_eq!(table.begin(NOW, "a", 2), Begin::Mismatch);
    }

    #[test]
    fn abandoned_work_leaves_its_key_to_the_next() {
        let mut table = table(1);
        let first = claim(&mut table, NOW, "a");
        assert!(table.abandon(first) && table.is_empty());
        let second = claim(&mut table, NOW, "b");
        assert_eq!(table.complete(NOW, second, 5), Ok(()));
    }

    #[test]
    fn a_forgotten_key_is_new_again_in_progress_or_done() {
        let mut table = table(1);
        let first = claim(&mut table, NOW, "a");
        assert!(!table.forget(&"b") && table.forget(&"a") && table.is_empty());
        assert_eq!(table.complete(NOW, first, 1), Err(TooLate(1)));
        let second = claim(&mut table, NOW, "a");
        table.complete(NOW, second, 2).unwrap();
        assert!(table.forget(&"a") && !table.forget(&"a"));
        let _third = claim(&mut table, NOW, "a");
        assert_eq!(table.len(), 1);
    }

    #[test]
    fn a_worker_that_crashed_blocks_its_key_until_the_lease_ends_and_is_then_told_so() {
        let mut table = table(10);
        let (lost, slow) = (claim(&mut table, NOW, "a"), claim(&mut table, NOW, "b"));
        let before = LEASE_ENDS - Duration::from_micros(1);
        assert_eq!(table.begin(before, "a", 1), Begin::InProgress { until: LEASE_ENDS });
        let second = claim(&mut table, LEASE_ENDS, "a");
        assert_eq!(table.complete(LEASE_ENDS, lost, 1), Err(TooLate(1)));
        assert_eq!(table.complete(LEASE_ENDS, slow, 2), Err(TooLate(2)), "nobody came meanwhile");
        assert_eq!(table.complete(LEASE_ENDS, second, 3), Ok(()));
        assert_eq!(table.begin(LEASE_ENDS, "a", 1), Begin::Done(&3));
        let again = claim(&mut table, LEASE_ENDS, "b");
        table.expire(LEASE_ENDS + Duration::DAY);
        assert!(!table.abandon(again));
    }

    #[test]
    fn a_full_table_refuses_new_keys_and_forgets_none() {
        let mut table = table(2);
        let (first, _second) = (claim(&mut table, NOW, "a"), claim(&mut table, NOW, "b"));
        table.complete(NOW, first, 1).unwrap();
        assert_eq!(table.begin(NOW, "c", 1), Begin::Full { until: LEASE_ENDS });
        assert_eq!(table.begin(NOW, "a", 1), Begin::Done(&1));
        assert!(matches!(table.begin(LEASE_ENDS, "c", 1), Begin::New(_)));
        assert_eq!((table.len(), table.is_empty()), (2, false));
    }

    #[test]
    fn settings_out_of_range_name_themselves() {
        let default = IdempotencyConfig::default();
        for (config, field) in [
            (IdempotencyConfig { ttl: Duration::ZERO, ..default }, "idempotency.ttl"),
            (IdempotencyConfig { ttl: Duration::MAX, ..default }, "idempotency.ttl"),
            (
                IdempotencyConfig { claim_timeout: Duration::ZERO, ..default },
                "idempotency.claim_timeout",
            ),
            (
                IdempotencyConfig { claim_timeout: Duration::MAX, ..default },
                "idempotency.claim_timeout",
            ),
            (IdempotencyConfig { capacity: 0, ..default }, "idempotency.capacity"),
        ] {
            assert_eq!(Table::new(config).unwrap_err().field, field);
        }
    }
}
