//! The layers that a pipeline can have: their settings, and the running layers.

use crate::breaker::{BreakerConfig, CircuitBreaker};
use crate::bulkhead::{Bulkhead, BulkheadConfig};
use crate::config::ConfigError;
use crate::fallback::FallbackConfig;
use crate::hedge::{Hedge, HedgeConfig};
use crate::outcome::Rejection;
use crate::rate_limit::{RateLimit, RateLimitConfig};
use crate::retry::{Retry, RetryConfig};
use crate::throttle::{Throttle, ThrottleConfig};
use crate::time::Instant;
use crate::timeout::TimeoutConfig;
use alloc::boxed::Box;

/// One layer of a pipeline and its settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayerConfig {
    /// Limits of time.
    Timeout(TimeoutConfig),
    /// Retries.
    Retry(RetryConfig),
    /// The circuit breaker.
    Breaker(BreakerConfig),
    /// An answer in place of the dependency's.
    Fallback(FallbackConfig),
    /// Slots.
    Bulkhead(BulkheadConfig),
    /// Adaptive throttling.
    Throttle(ThrottleConfig),
    /// A limit on the rate of calls.
    RateLimiter(RateLimitConfig),
    /// A second attempt beside a slow one. At any position it repeats attempts, not calls.
    Hedge(HedgeConfig),
}

/// The kinds of layer: first the usual five in their usual order, innermost first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LayerKind {
    /// See [`LayerConfig::Timeout`].
    Timeout,
    /// See [`LayerConfig::Retry`].
    Retry,
    /// See [`LayerConfig::Breaker`].
    Breaker,
    /// See [`LayerConfig::Fallback`].
    Fallback,
    /// See [`LayerConfig::Bulkhead`].
    Bulkhead,
    /// See [`LayerConfig::Throttle`].
    Throttle,
    /// See [`LayerConfig::RateLimiter`].
    RateLimiter,
    /// See [`LayerConfig::Hedge`].
    Hedge,
}

impl Rejection {
    /// The kind of layer that rejected the call; none if its deadline had passed.
    #[must_use]
    pub const fn layer(self) -> Option<LayerKind> {
        match self {
            Self::BreakerOpen { .. } | Self::BreakerForcedOpen | Self::TrialsTaken { .. } => {
                Some(LayerKind::Breaker)
            }
            Self::BulkheadFull { .. } | Self::BulkheadWait => Some(LayerKind::Bulkhead),
            Self::Throttled { .. } => Some(LayerKind::Throttle),
            Self::RateLimited { .. } => Some(LayerKind::RateLimiter),
            Self::Paused { .. } => Some(LayerKind::Retry),
            Self::DeadlinePassed => None,
        }
    }
}

impl LayerKind {
    /// All kinds.
    pub const ALL: [Self; 8] = [
        Self::Timeout,
        Self::Retry,
        Self::Breaker,
        Self::Fallback,
        Self::Bulkhead,
        Self::Throttle,
        Self::RateLimiter,
        Self::Hedge,
    ];

    /// The usual five, in their usual order; each has the same index as in [`Self::ALL`].
    pub const USUAL: [Self; 5] =
        [Self::Timeout, Self::Retry, Self::Breaker, Self::Fallback, Self::Bulkhead];

    /// A layer of this kind with the default settings.
    #[must_use]
    pub fn default_config(self) -> LayerConfig {
        match self {
            Self::Timeout => LayerConfig::Timeout(TimeoutConfig::default()),
            Self::Retry => LayerConfig::Retry(RetryConfig::default()),
            Self::Breaker => LayerConfig::Breaker(BreakerConfig::default()),
            Self::Fallback => LayerConfig::Fallback(FallbackConfig::default()),
            Self::Bulkhead => LayerConfig::Bulkhead(BulkheadConfig::default()),
            Self::Throttle => LayerConfig::Throttle(ThrottleConfig::default()),
            Self::RateLimiter => LayerConfig::RateLimiter(RateLimitConfig::default()),
            Self::Hedge => LayerConfig::Hedge(HedgeConfig::default()),
        }
    }
}

impl LayerConfig {
    /// Which kind of layer this is.
    #[must_use]
    pub const fn kind(&self) -> LayerKind {
        match self {
            Self::Timeout(_) => LayerKind::Timeout,
            Self::Retry(_) => LayerKind::Retry,
            Self::Breaker(_) => LayerKind::Breaker,
            Self::Fallback(_) => LayerKind::Fallback,
            Self::Bulkhead(_) => LayerKind::Bulkhead,
            Self::Throttle(_) => LayerKind::Throttle,
            Self::RateLimiter(_) => LayerKind::RateLimiter,
            Self::Hedge(_) => LayerKind::Hedge,
        }
    }
}

/// A running layer.
#[derive(Clone, Debug)]
pub(super) struct Layer {
    pub(super) kind: LayerKind,
    pub(super) on: bool,
    pub(super) policy: Policy,
}

#[derive(Clone, Debug)]
pub(super) enum Policy {
    Timeout(TimeoutConfig),
    Retry(Retry),
    // Boxed, since it is ten times as large as the others.
    Breaker(Box<CircuitBreaker>),
    Fallback(FallbackConfig),
    Bulkhead(Bulkhead),
    Throttle(Throttle),
    RateLimiter(RateLimit),
    Hedge(Hedge),
}

impl Layer {
    pub(super) fn new(config: LayerConfig, seed: u64) -> Result<Self, ConfigError> {
        let policy = match config {
            LayerConfig::Timeout(config) => {
                config.check_ranges()?;
                Policy::Timeout(config)
            }
            LayerConfig::Retry(config) => Policy::Retry(Retry::new(config)?),
            LayerConfig::Breaker(config) => {
                Policy::Breaker(Box::new(CircuitBreaker::new(config, seed)?))
            }
            LayerConfig::Fallback(config) => Policy::Fallback(config.check()?),
            LayerConfig::Bulkhead(config) => Policy::Bulkhead(Bulkhead::new(config)?),
            LayerConfig::Throttle(config) => Policy::Throttle(Throttle::new(config)?),
            LayerConfig::RateLimiter(config) => Policy::RateLimiter(RateLimit::new(config)?),
            LayerConfig::Hedge(config) => Policy::Hedge(Hedge::new(config)?),
        };
        Ok(Self { kind: config.kind(), on: true, policy })
    }

    /// Changes the settings, and keeps what the layer has seen as far as it fits; settings of another
    /// kind of layer change nothing.
    pub(super) fn reconfigure(
        &mut self,
        now: Instant,
        config: LayerConfig,
    ) -> Result<(), ConfigError> {
        match (&mut self.policy, config) {
            (Policy::Retry(retry), LayerConfig::Retry(config)) => retry.reconfigure(now, config),
            (Policy::Breaker(breaker), LayerConfig::Breaker(config)) => {
                breaker.reconfigure(now, config)
            }
            (Policy::Bulkhead(bulkhead), LayerConfig::Bulkhead(config)) => {
                bulkhead.reconfigure(config)
            }
            (Policy::Throttle(throttle), LayerConfig::Throttle(config)) => {
                throttle.reconfigure(now, config)
            }
            (Policy::RateLimiter(limit), LayerConfig::RateLimiter(config)) => {
                limit.reconfigure(now, config)
            }
            (policy, config) if config.kind() == self.kind => {
                // The others keep nothing from one call to the next; the seed is that of a breaker.
                *policy = Self::new(config, 0)?.policy;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Forgets what the layer has seen, because its process has ended.
    pub(super) fn forget(&mut self, now: Instant) {
        match &mut self.policy {
            Policy::Timeout(_) | Policy::Fallback(_) => {}
            Policy::Hedge(hedge) => hedge.forget(),
            Policy::RateLimiter(limit) => limit.forget(now),
            Policy::Retry(retry) => retry.forget(),
            Policy::Breaker(breaker) => breaker.forget(now),
            Policy::Bulkhead(bulkhead) => bulkhead.forget(),
            Policy::Throttle(throttle) => throttle.forget(),
        }
    }
}
