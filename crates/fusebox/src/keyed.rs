//! A breaker for each key, as for each host or tenant, so that one bad host does not open it for all.

use crate::breaker::{BreakerConfig, CircuitBreaker, Permit, Recorded, StateName};
use crate::config::ConfigError;
use crate::outcome::{Outcome, Rejection};
use crate::rng::mix;
use crate::time::{Duration, Instant};
use alloc::collections::BTreeMap;

crate::settings! {
    /// The settings of [`KeyedBreakers`], apart from those of each breaker.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct KeyedConfig in "keyed" {
        /// Most breakers at the same time.
        capacity: u32 = 10_000, CAPACITY: 1..=1_000_000;
        /// How long a breaker stays after its newest call or report.
        idle: Duration = Duration::from_secs(3_600), IDLE: Duration::MILLISECOND..=Duration::DAY;
    }
}

/// Circuit breakers with the same settings, one for each key.
///
/// A breaker comes with the first call of its key, closed, and leaves when it has been idle for
/// long enough. The rules:
/// - An idle breaker whose cooldown has not ended stays until it has.
/// - If there is no room for a new key, the closed breaker that was idle for the longest leaves;
///   if none is closed, the breaker that was idle for the longest. So a flood of new keys does not
///   make a breaker forget a bad host while there are others to forget.
/// - A report for a breaker that has left is [`Recorded::Stale`], also if its key has come back.
/// - Each breaker has its own random stream, so that keys which failed together do not try again
///   together.
///
/// ```
/// use fusebox::{BreakerConfig, Failure, KeyedBreakers, KeyedConfig, Outcome};
/// use fusebox::time::Instant;
///
/// let config = BreakerConfig { failures: Some(1), ..BreakerConfig::default() };
/// let mut breakers = KeyedBreakers::new(config, KeyedConfig::default(), 1)?;
/// let now = Instant::ZERO;
/// let permit = breakers.try_acquire(now, &"host a").expect("closed");
/// breakers.report(now, &"host a", permit, Outcome::Failure(Failure::Connect));
/// assert!(breakers.try_acquire(now, &"host a").is_err());
/// assert!(breakers.try_acquire(now, &"host b").is_ok(), "another host is not affected");
/// # Ok::<(), fusebox::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
pub struct KeyedBreakers<K> {
    config: BreakerConfig,
    keyed: KeyedConfig,
    seed: u64,
    entries: BTreeMap<K, Entry>,
    /// The keys by their newest use, oldest first; the number tells apart uses at the same moment.
    by_use: BTreeMap<(Instant, u64), K>,
    /// The number of the newest use.
    uses: u64,
}

#[derive(Clone, Debug)]
struct Entry {
    breaker: CircuitBreaker,
    /// The number of its first use, which no other breaker has.
    number: u64,
    used: (Instant, u64),
}

/// Permission to make one call, to be given back by [`KeyedBreakers::report`].
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a permit is to be reported with the outcome of the call"]
pub struct KeyedPermit {
    permit: Permit,
    number: u64,
}

impl KeyedPermit {
    /// The number of the trial that this permit is for, from 1; none for a call through a closed
    /// breaker.
    #[must_use]
    pub fn trial(&self) -> Option<u64> {
        self.permit.trial()
    }
}

impl<K: Ord + Clone> KeyedBreakers<K> {
    /// No breakers yet; each will have these settings.
    ///
    /// # Errors
    /// When a setting is outside the range that [`BreakerConfig`] or [`KeyedConfig`] states.
    pub fn new(config: BreakerConfig, keyed: KeyedConfig, seed: u64) -> Result<Self, ConfigError> {
        keyed.check_ranges()?;
        config.check()?;
        let (entries, by_use) = (BTreeMap::new(), BTreeMap::new());
        Ok(Self { config, keyed, seed, entries, by_use, uses: 0 })
    }

    /// Asks the breaker of this key for permission to call.
    ///
    /// # Errors
    /// When that breaker is open, or half-open with all its trials in flight.
    pub fn try_acquire(&mut self, now: Instant, key: &K) -> Result<KeyedPermit, Rejection> {
        self.expire(now);
        if !self.entries.contains_key(key) {
            self.make_room();
            self.uses += 1;
            let (number, used) = (self.uses, (now, self.uses));
            // The settings were checked, so there is no error.
            let Ok(breaker) = CircuitBreaker::new(self.config, mix(self.seed ^ mix(number))) else {
                return Err(Rejection::BreakerForcedOpen);
            };
            self.by_use.insert(used, key.clone());
            self.entries.insert(key.clone(), Entry { breaker, number, used });
        }
        let Some(entry) = self.touch(now, key) else { return Err(Rejection::BreakerForcedOpen) };
        let permit = entry.breaker.try_acquire(now)?;
        Ok(KeyedPermit { permit, number: entry.number })
    }

    /// Gives a permit back with the outcome of the call; returns what the breaker made of it.
    pub fn report(
        &mut self,
        now: Instant,
        key: &K,
        permit: KeyedPermit,
        outcome: Outcome,
    ) -> Recorded {
        match self.touch(now, key) {
            Some(entry) if entry.number == permit.number => {
                entry.breaker.report(now, permit.permit, outcome)
            }
            _ => Recorded::Stale,
        }
    }

    /// The breaker of a key, if there is one.
    #[must_use]
    pub fn get(&self, key: &K) -> Option<&CircuitBreaker> {
        self.entries.get(key).map(|entry| &entry.breaker)
    }

    /// The breaker of a key, if there is one, for an operator to control it.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut CircuitBreaker> {
        self.entries.get_mut(key).map(|entry| &mut entry.breaker)
    }

    /// The keys and their breakers, by key.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &CircuitBreaker)> {
        self.entries.iter().map(|(key, entry)| (key, &entry.breaker))
    }

    /// Breakers at the moment, including those that have been idle since the last call.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no breaker.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Removes the breakers that have been idle for long enough, as every call does too.
    pub fn expire(&mut self, now: Instant) {
        while let Some(first) = self.by_use.first_entry() {
            let (used, number) = *first.key();
            if now.since(used) < self.keyed.idle {
                return;
            }
            let key = first.remove();
            let Some(entry) = self.entries.get_mut(&key) else { continue };
            if entry.breaker.is_cooling_down(now) {
                // It counts as used, so that it is looked at again after another idle time.
                entry.used = (now, number);
                self.by_use.insert(entry.used, key);
            } else {
                self.entries.remove(&key);
            }
        }
    }

    fn make_room(&mut self) {
        if self.entries.len() < self.keyed.capacity as usize {
            return;
        }
        let is_closed = |key: &K| {
            let breaker = self.entries.get(key).map(|entry| entry.breaker.state().name());
            breaker == Some(StateName::Closed)
        };
        let closed = self.by_use.iter().find(|(_, key)| is_closed(key));
        let leaves = closed.or_else(|| self.by_use.first_key_value()).map(|(used, _)| *used);
        if let Some(key) = leaves.and_then(|used| self.by_use.remove(&used)) {
            self.entries.remove(&key);
        }
    }

    /// The entry of a key, which from now on counts as used now.
    fn touch(&mut self, now: Instant, key: &K) -> Option<&mut Entry> {
        let entry = self.entries.get_mut(key)?;
        if entry.used.0 < now
            && let Some(key) = self.by_use.remove(&entry.used)
        {
            self.uses += 1;
            entry.used = (now, self.uses);
            self.by_use.insert(entry.used, key);
        }
        Some(entry)
    }
}

impl CircuitBreaker {
    /// Whether it is open and would still reject a call.
    fn is_cooling_down(&self, now: Instant) -> bool {
        matches!(self.state(), crate::State::Open { until } if now < until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Failure;

    const FAILED: Outcome = Outcome::Failure(Failure::Timeout);

    fn breakers(capacity: u32) -> KeyedBreakers<u32> {
        let config = BreakerConfig { failures: Some(1), ..BreakerConfig::default() };
        let keyed = KeyedConfig { capacity, idle: Duration::from_secs(60) };
        KeyedBreakers::new(config, keyed, 1).unwrap()
    }

    fn call(breakers: &mut KeyedBreakers<u32>, secs: u64, key: u32, outcome: Outcome) {
        let now = Instant::from_secs(secs);
        let permit = breakers.try_acquire(now, &key).expect("closed");
        breakers.report(now, &key, permit, outcome);
    }

    fn keys(breakers: &KeyedBreakers<u32>) -> alloc::vec::Vec<u32> {
        breakers.iter().map(|(key, _)| *key).collect()
    }

    #[test]
    fn an_idle_breaker_leaves_unless_it_is_cooling_down() {
        let mut breakers = breakers(10);
        call(&mut breakers, 0, 1, Outcome::Success);
        call(&mut breakers, 1, 2, FAILED);
        breakers.get_mut(&2).unwrap().open_for(Instant::from_secs(1), Duration::from_secs(100));
        call(&mut breakers, 59, 3, Outcome::Success);
        breakers.expire(Instant::from_secs(61));
        assert_eq!(keys(&breakers), [2, 3]);
        assert!(breakers.try_acquire(Instant::from_secs(61), &2).is_err());
        breakers.expire(Instant::from_secs(121));
        assert!(breakers.is_empty());
    }

    #[test]
    fn a_new_key_takes_the_place_of_the_closed_breaker_that_was_idle_for_the_longest() {
        let mut breakers = breakers(3);
        call(&mut breakers, 0, 1, FAILED);
        call(&mut breakers, 1, 2, Outcome::Success);
        call(&mut breakers, 2, 3, Outcome::Success);
        call(&mut breakers, 3, 2, Outcome::Success);
        call(&mut breakers, 4, 4, FAILED);
        assert_eq!(keys(&breakers), [1, 2, 4]);
        call(&mut breakers, 5, 5, FAILED);
        call(&mut breakers, 6, 6, FAILED);
        assert_eq!(keys(&breakers), [4, 5, 6], "none is closed, so that the oldest leaves");
        assert_eq!(breakers.len(), 3);
    }

    #[test]
    fn a_permit_of_a_breaker_that_has_left_is_stale() {
        let mut breakers = breakers(1);
        let old = breakers.try_acquire(Instant::ZERO, &1).unwrap();
        call(&mut breakers, 1, 2, Outcome::Success);
        let late = Instant::from_secs(2);
        let new = breakers.try_acquire(late, &1).unwrap();
        assert_eq!(breakers.report(late, &1, old, FAILED), Recorded::Stale);
        assert_eq!(breakers.get(&1).unwrap().state().name(), StateName::Closed);
        breakers.report(late, &1, new, FAILED);
        assert_eq!(breakers.get(&1).unwrap().state().name(), StateName::Open);
    }

    #[test]
    fn settings_out_of_range_name_themselves() {
        let (breaker, keyed) = (BreakerConfig::default(), KeyedConfig::default());
        for (breaker, keyed, field) in [
            (breaker, KeyedConfig { capacity: 0, ..keyed }, "keyed.capacity"),
            (breaker, KeyedConfig { idle: Duration::ZERO, ..keyed }, "keyed.idle"),
            (BreakerConfig { trials: 0, ..breaker }, keyed, "breaker.trials"),
        ] {
            assert_eq!(KeyedBreakers::<u8>::new(breaker, keyed, 1).unwrap_err().field, field);
        }
    }
}
