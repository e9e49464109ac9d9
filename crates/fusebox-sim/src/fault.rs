//! What can go wrong with a dependency or the service, at any moment and until it is healed.

use core::fmt;
use fusebox::time::Duration;
use fusebox::{ConfigError, require};

/// A fault of a dependency, or of the service itself; what it comes to in the service says
/// [`Command::ServiceFault`](super::Command::ServiceFault).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// It is gone: what is under way is lost, and every new connection is refused at once.
    Down,
    /// The same, and it comes back by itself.
    Crash {
        /// After so long: 1 ms to 1 day.
        restart: Duration,
    },
    /// It takes connections and answers nobody until it is healed.
    Hang,
    /// All that it starts takes longer.
    Slow {
        /// So many times as long: 2 to 1000.
        factor: u32,
    },
    /// Some of what it does fails with status 500.
    Flaky {
        /// The share that fails, in thousandths: 1 to 1000.
        per_mille: u32,
    },
    /// It answers only so many requests a second, and the rest with 429 and `Retry-After`.
    RateLimit {
        /// Requests a second: 1 to 1,000,000.
        per_second: u32,
    },
    /// Nothing that is sent to it or by it arrives, and nobody is told; what was lost stays lost.
    Partition,
    /// It does less at the same time.
    Capacity {
        /// The share of its slots that is left, in thousandths and rounded up: 1 to 999.
        per_mille: u32,
    },
}

/// The kinds of [`Fault`]; each has at most one of each at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FaultKind {
    /// [`Fault::Down`] and [`Fault::Crash`]: it is gone, for one reason or the other.
    Down,
    /// [`Fault::Hang`].
    Hang,
    /// [`Fault::Slow`].
    Slow,
    /// [`Fault::Flaky`].
    Flaky,
    /// [`Fault::RateLimit`].
    RateLimit,
    /// [`Fault::Partition`].
    Partition,
    /// [`Fault::Capacity`].
    Capacity,
}

impl FaultKind {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Down,
        Self::Hang,
        Self::Slow,
        Self::Flaky,
        Self::RateLimit,
        Self::Partition,
        Self::Capacity,
    ];
}

impl FaultKind {
    /// One word or two for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Down => "down",
            Self::Hang => "hanging",
            Self::Slow => "slow",
            Self::Flaky => "flaky",
            Self::RateLimit => "rate limited",
            Self::Partition => "cut off",
            Self::Capacity => "reduced",
        }
    }
}

impl Fault {
    /// The faults as a click sets them, one of each form: with these numbers where none are said.
    pub const ALL: [Self; 8] = [
        Self::Down,
        Self::Slow { factor: 200 },
        Self::Flaky { per_mille: 500 },
        Self::Hang,
        Self::Crash { restart: Duration::from_secs(10) },
        Self::RateLimit { per_second: 20 },
        Self::Partition,
        Self::Capacity { per_mille: 500 },
    ];

    /// Its kind.
    #[must_use]
    pub const fn kind(self) -> FaultKind {
        match self {
            Self::Down | Self::Crash { .. } => FaultKind::Down,
            Self::Hang => FaultKind::Hang,
            Self::Slow { .. } => FaultKind::Slow,
            Self::Flaky { .. } => FaultKind::Flaky,
            Self::RateLimit { .. } => FaultKind::RateLimit,
            Self::Partition => FaultKind::Partition,
            Self::Capacity { .. } => FaultKind::Capacity,
        }
    }

    /// The fault itself, where it can be.
    ///
    /// # Errors
    /// When its number is outside its range.
    pub fn check(self) -> Result<Self, ConfigError> {
        match self {
            Self::Crash { restart } => {
                let range = Duration::from_millis(1)..=Duration::from_secs(86_400);
                require(range.contains(&restart), "fault.restart", restart, "1 ms to 1 day")?;
            }
            Self::Slow { factor } => {
                require((2..=1_000).contains(&factor), "fault.factor", factor, "2 to 1000")?;
            }
            Self::Flaky { per_mille: share } => {
                require((1..=1_000).contains(&share), "fault.share", share, "1 to 1000 ‰")?;
            }
            Self::RateLimit { per_second: rate } => {
                let range = 1..=1_000_000;
                require(range.contains(&rate), "fault.per_second", rate, "1 to 1,000,000")?;
            }
            Self::Capacity { per_mille: share } => {
                require((1..=999).contains(&share), "fault.share", share, "1 to 999 ‰")?;
            }
            Self::Down | Self::Hang | Self::Partition => {}
        }
        Ok(self)
    }

    /// One word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Crash { .. } => "crashed",
            other => other.kind().name(),
        }
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Down => "down",
            Self::Hang => "hang",
            Self::Slow => "slow",
            Self::Flaky => "flaky",
            Self::RateLimit => "rate_limit",
            Self::Partition => "partition",
            Self::Capacity => "capacity",
        })
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Down => f.write_str("down: it refuses every connection"),
            Self::Crash { restart } => {
                write!(f, "crashed: it refuses every connection and is back in {restart}")
            }
            Self::Hang => f.write_str("hanging: it takes connections and answers nobody"),
            Self::Slow { factor } => write!(f, "slow: all it starts takes {factor} times as long"),
            Self::Flaky { per_mille } => {
                write!(f, "flaky: {} % of what it does fails", f64::from(*per_mille) / 10.0)
            }
            Self::RateLimit { per_second } => {
                write!(
                    f,
                    "rate limited: it answers {per_second} requests a second and the rest 429"
                )
            }
            Self::Partition => f.write_str("cut off: nothing reaches it, and nothing comes back"),
            Self::Capacity { per_mille } => {
                write!(f, "reduced: {} % of its capacity is left", f64::from(*per_mille) / 10.0)
            }
        }
    }
}
