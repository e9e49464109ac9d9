//! One breaker, or one for each key.

use fusebox::time::Instant;
use fusebox::{
    BreakerConfig, CircuitBreaker, ConfigError, KeyedBreakers, KeyedConfig, KeyedPermit, Outcome,
    Permit, Recorded, Rejection,
};

/// The breakers of a replay.
pub(super) enum Breakers {
    One(Box<CircuitBreaker>),
    Keyed(Box<KeyedBreakers<u32>>),
}

/// Permission for one call.
pub(super) enum Pass {
    One(Permit),
    Keyed(KeyedPermit),
}

impl Breakers {
    /// One breaker.
    pub(super) fn new(config: BreakerConfig, seed: u64) -> Result<Self, ConfigError> {
        Ok(Self::One(Box::new(CircuitBreaker::new(config, seed)?)))
    }

    /// A breaker for each key with the settings of the one breaker, which has seen no call yet.
    pub(super) fn split(&mut self, seed: u64) {
        let Self::One(breaker) = self else { return };
        // The settings were checked, so there is no error.
        if let Ok(keyed) = KeyedBreakers::new(*breaker.config(), KeyedConfig::default(), seed) {
            *self = Self::Keyed(Box::new(keyed));
        }
    }

    pub(super) const fn is_keyed(&self) -> bool {
        matches!(self, Self::Keyed(_))
    }

    pub(super) fn get(&self, key: u32) -> Option<&CircuitBreaker> {
        match self {
            Self::One(breaker) => Some(breaker),
            Self::Keyed(breakers) => breakers.get(&key),
        }
    }

    pub(super) fn generation(&self, key: u32) -> Option<u64> {
        self.get(key).map(CircuitBreaker::generation)
    }

    pub(super) fn try_acquire(&mut self, now: Instant, key: u32) -> Result<Pass, Rejection> {
        match self {
            Self::One(breaker) => breaker.try_acquire(now).map(Pass::One),
            Self::Keyed(breakers) => breakers.try_acquire(now, &key).map(Pass::Keyed),
        }
    }

    /// Reports an outcome; true if it came too late to count.
    pub(super) fn report(&mut self, now: Instant, key: u32, pass: Pass, outcome: Outcome) -> bool {
        let recorded = match (self, pass) {
            (Self::One(breaker), Pass::One(permit)) => breaker.report(now, permit, outcome),
            (Self::Keyed(breakers), Pass::Keyed(permit)) => {
                breakers.report(now, &key, permit, outcome)
            }
            // A permit comes from these breakers.
            _ => return false,
        };
        recorded == Recorded::Stale
    }
}
