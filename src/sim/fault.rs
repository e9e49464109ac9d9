//! What can go wrong with a dependency, at any moment and until it is healed.

use crate::engine::{ConfigError, require};
use core::fmt;

/// A fault of a dependency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// It is gone: what is under way is lost, and every new connection is refused at once.
    Down,
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
    /// It takes connections and answers nobody until it is healed.
    Hang,
}

impl Fault {
    /// The fault of each kind that a click sets.
    pub const ALL: [Self; 4] =
        [Self::Down, Self::Slow { factor: 200 }, Self::Flaky { per_mille: 500 }, Self::Hang];

    /// The fault itself, where it can be.
    ///
    /// # Errors
    /// When its number is outside its range.
    pub fn check(self) -> Result<Self, ConfigError> {
        match self {
            Self::Slow { factor } => {
                require((2..=1_000).contains(&factor), "fault.factor", factor, "2 to 1000")?;
            }
            Self::Flaky { per_mille: share } => {
                require((1..=1_000).contains(&share), "fault.share", share, "1 to 1000 ‰")?;
            }
            Self::Down | Self::Hang => {}
        }
        Ok(self)
    }

    /// One word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Down => "down",
            Self::Slow { .. } => "slow",
            Self::Flaky { .. } => "flaky",
            Self::Hang => "hanging",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Down => f.write_str("down: it refuses every connection"),
            Self::Slow { factor } => write!(f, "slow: all it starts takes {factor} times as long"),
            Self::Flaky { per_mille } => {
                write!(f, "flaky: {} % of what it does fails", per_mille / 10)
            }
            Self::Hang => f.write_str("hanging: it takes connections and answers nobody"),
        }
    }
}
