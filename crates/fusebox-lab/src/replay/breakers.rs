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
    pub(super) fn new(
        config: BreakerConfig,
        keyed: Option<KeyedConfig>,
        seed: u64,
    ) -> Result<Self, ConfigError> {
        Ok(match keyed {
            None => Self::One(Box::new(CircuitBreaker::new(config, seed)?)),
            Some(keyed) => Self::Keyed(Box::new(KeyedBreakers::new(config, keyed, seed)?)),
        })
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
