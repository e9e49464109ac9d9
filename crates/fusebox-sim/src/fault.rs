//! Faults of a dependency or the service, and the one table of their words.

use core::fmt;
use core::ops::RangeInclusive;
use fusebox::time::Duration;
use fusebox::{ConfigError, Ranged, require_in};

/// A fault of a dependency or of the service, which lasts until it is healed.
///
/// A fault of the service means:
///
/// - [`Fault::Down`] and [`Fault::Crash`]: its process ends. New requests are refused at once, and
///   the clients of the requests in it see a lost connection. Its connections close. Work that
///   it had asked servers for runs on there, unless [`Scenario::cancellation`] is on. The new
///   process starts with closed breakers, full budgets and the smallest number of connections
///   in its pools. The job queue and the cache are stores of their own and keep their contents.
/// - [`Fault::Hang`]: its process stands still. Requests wait in the accept queue, and are
///   refused where that is full. Nothing in the process starts, continues or ends, and none of
///   its timeouts fires. Once healed, it processes everything that arrived in the meantime.
/// - [`Fault::Slow`]: its own work takes longer. The own work of a health check is its time. For
///   other requests, whose own work is not modelled otherwise, it is taken to be as long, and the
///   request holds its thread for that long before its first step.
/// - [`Fault::Flaky`]: requests fail with status 500 when a thread takes them.
/// - [`Fault::RateLimited`]: requests above the limit are answered 429 with `Retry-After`.
/// - [`Fault::Partitioned`]: no message passes between the clients and the service.
/// - [`Fault::Degraded`]: only this share of its threads takes requests; busy threads finish.
///
/// [`Scenario::cancellation`]: crate::Scenario::cancellation
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// All work in progress is lost, and every new connection is refused at once.
    Down,
    /// Down, with a restart by itself.
    Crash {
        /// The time until the restart, in [`Fault::RESTART_AFTER`].
        restart_after: Duration,
    },
    /// It accepts connections and requests, and answers none until it is healed.
    Hang,
    /// Everything that it starts takes longer.
    Slow {
        /// How many times as long, in [`Fault::FACTOR`].
        factor: u32,
    },
    /// Some requests fail, with the status
    /// [`ServerConfig::flaky_status`](crate::ServerConfig::flaky_status).
    Flaky {
        /// The share that fails, in thousandths and in [`Fault::ERROR_RATE`].
        error_rate: u32,
    },
    /// It answers a limited number of requests per second, and asks the others to wait: with
    /// `Retry-After` and the status [`ServerConfig::limit_status`](crate::ServerConfig::limit_status).
    RateLimited {
        /// Requests per second, in [`Fault::RATE`].
        rate: u32,
    },
    /// Every message to it and from it is lost, without an error on either side.
    Partitioned,
    /// It works on fewer requests at the same time.
    Degraded {
        /// The share of its concurrency that is left, in thousandths, rounded up and in
        /// [`Fault::CAPACITY`].
        capacity: u32,
    },
}

/// The kinds of [`Fault`]. A target has at most one fault of each kind at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FaultKind {
    /// [`Fault::Down`] and [`Fault::Crash`].
    Down,
    /// [`Fault::Hang`].
    Hang,
    /// [`Fault::Slow`].
    Slow,
    /// [`Fault::Flaky`].
    Flaky,
    /// [`Fault::RateLimited`].
    RateLimited,
    /// [`Fault::Partitioned`].
    Partitioned,
    /// [`Fault::Degraded`].
    Degraded,
}

/// The words for a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FaultWords {
    /// In links, documents and reports: `rate_limited`.
    pub key: &'static str,
    /// The state of the target, after "is": `rate limited`.
    pub state: &'static str,
    /// What a menu offers: `Limit`.
    pub label: &'static str,
    /// The key on the keyboard that sets it.
    pub shortcut: char,
}

const fn words(
    key: &'static str,
    state: &'static str,
    label: &'static str,
    shortcut: char,
) -> FaultWords {
    FaultWords { key, state, label, shortcut }
}

impl Fault {
    /// Every fault once, with the parameters that a click sets.
    pub const ALL: [Self; 8] = [
        Self::Down,
        Self::Slow { factor: 200 },
        Self::Flaky { error_rate: 500 },
        Self::Hang,
        Self::Crash { restart_after: Duration::from_secs(10) },
        Self::RateLimited { rate: 20 },
        Self::Partitioned,
        Self::Degraded { capacity: 500 },
    ];

    /// The key of each of [`Fault::ALL`].
    pub const KEYS: [&'static str; Self::ALL.len()] = {
        let mut keys = [""; Self::ALL.len()];
        let mut n = 0;
        while n < keys.len() {
            keys[n] = Self::ALL[n].words().key;
            n += 1;
        }
        keys
    };

    /// The range of [`Fault::Crash`].
    pub const RESTART_AFTER: RangeInclusive<Duration> = Duration::MILLISECOND..=Duration::DAY;
    /// The range of [`Fault::Slow`].
    pub const FACTOR: RangeInclusive<u32> = 2..=1_000;
    /// The range of [`Fault::Flaky`], in thousandths.
    pub const ERROR_RATE: RangeInclusive<u32> = 1..=1_000;
    /// The range of [`Fault::RateLimited`].
    pub const RATE: RangeInclusive<u32> = 1..=1_000_000;
    /// The range of [`Fault::Degraded`], in thousandths.
    pub const CAPACITY: RangeInclusive<u32> = 1..=999;

    /// The words for the fault.
    #[must_use]
    pub const fn words(self) -> FaultWords {
        match self {
            Self::Down => words("down", "down", "Kill", 'K'),
            Self::Crash { .. } => words("crash", "crashed", "Crash", 'C'),
            Self::Hang => words("hang", "hanging", "Hang", 'H'),
            Self::Slow { .. } => words("slow", "slow", "Slow", 'S'),
            Self::Flaky { .. } => words("flaky", "flaky", "Flaky", 'F'),
            Self::RateLimited { .. } => words("rate_limited", "rate limited", "Limit", 'L'),
            Self::Partitioned => words("partitioned", "partitioned", "Partition", 'P'),
            Self::Degraded { .. } => words("degraded", "degraded", "Reduce", 'R'),
        }
    }

    /// What its target does, after "it": `refuses every connection`.
    #[must_use]
    pub fn effect(self) -> String {
        match self {
            Self::Down => "refuses every connection".to_owned(),
            Self::Crash { restart_after } => {
                format!("refuses every connection and restarts after {restart_after}")
            }
            Self::Hang => "accepts requests and never answers".to_owned(),
            Self::Slow { factor } => format!("takes {} times as long", factor.text()),
            Self::Flaky { error_rate } => {
                format!("answers {} of requests with an error", per_cent(error_rate))
            }
            Self::RateLimited { rate } => {
                format!("answers {} req/s and asks the rest to wait", rate.text())
            }
            Self::Partitioned => "loses every message, in and out".to_owned(),
            Self::Degraded { capacity } => format!("has {} of its capacity", per_cent(capacity)),
        }
    }

    /// The kind of the fault.
    #[must_use]
    pub const fn kind(self) -> FaultKind {
        match self {
            Self::Down | Self::Crash { .. } => FaultKind::Down,
            Self::Hang => FaultKind::Hang,
            Self::Slow { .. } => FaultKind::Slow,
            Self::Flaky { .. } => FaultKind::Flaky,
            Self::RateLimited { .. } => FaultKind::RateLimited,
            Self::Partitioned => FaultKind::Partitioned,
            Self::Degraded { .. } => FaultKind::Degraded,
        }
    }

    /// Whether its target answers nothing at all.
    #[must_use]
    pub const fn is_silent(self) -> bool {
        matches!(self.kind(), FaultKind::Down | FaultKind::Hang | FaultKind::Partitioned)
    }

    /// The fault with this key, with the parameters that a click sets.
    #[must_use]
    pub fn find(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fault| fault.words().key == key)
    }

    /// The fault itself, if its parameter is in range.
    ///
    /// # Errors
    /// When it is not.
    pub fn check(self) -> Result<Self, ConfigError> {
        match self {
            Self::Crash { restart_after } => {
                require_in(&Self::RESTART_AFTER, "fault.restart_after", restart_after)?;
            }
            Self::Slow { factor } => {
                require_in(&Self::FACTOR, "fault.factor", factor)?;
            }
            Self::Flaky { error_rate } => {
                require_in(&Self::ERROR_RATE, "fault.error_rate", error_rate)?;
            }
            Self::RateLimited { rate } => {
                require_in(&Self::RATE, "fault.rate", rate)?;
            }
            Self::Degraded { capacity } => {
                require_in(&Self::CAPACITY, "fault.capacity", capacity)?;
            }
            Self::Down | Self::Hang | Self::Partitioned => {}
        }
        Ok(self)
    }
}

impl FaultKind {
    /// All kinds.
    pub const ALL: [Self; 7] = [
        Self::Down,
        Self::Hang,
        Self::Slow,
        Self::Flaky,
        Self::RateLimited,
        Self::Partitioned,
        Self::Degraded,
    ];

    /// The words for the kind; for [`FaultKind::Down`], those of [`Fault::Down`].
    #[must_use]
    pub const fn words(self) -> FaultWords {
        let mut n = 0;
        while Fault::ALL[n].kind() as u8 != self as u8 {
            n += 1;
        }
        Fault::ALL[n].words()
    }
}

/// A share in thousandths: `12.5 %`.
fn per_cent(per_mille: u32) -> String {
    format!("{} %", f64::from(per_mille) / 10.0)
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words().key)
    }
}

/// Follows "is" in a sentence: `down: it refuses every connection`.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: it {}", self.kind().words().state, self.effect())
    }
}
