//! The current faults of a server or the service, and their effect on its numbers.

use crate::fault::{Fault, FaultKind};
use fusebox::time::{Duration, Instant};
use fusebox::{RateLimit, RateLimitConfig};

/// The faults of a server or of the service: at most one of each kind.
#[derive(Clone, Debug, Default)]
pub struct FaultSet {
    faults: [Option<Fault>; FaultKind::ALL.len()],
    /// A bit for each kind that is set, since every message checks them.
    kinds: u8,
    limit: Option<RateLimit>,
    /// When a crash ends by itself.
    pub restart_at: Option<Instant>,
}

impl FaultSet {
    pub(super) const fn get(&self, kind: FaultKind) -> Option<Fault> {
        self.faults[kind as usize]
    }

    pub(super) const fn is(&self, kind: FaultKind) -> bool {
        self.kinds & bit(kind) != 0
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.kinds == 0
    }

    /// All faults, in the order of [`FaultKind::ALL`].
    pub fn iter(&self) -> impl Iterator<Item = Fault> {
        self.faults.iter().copied().flatten()
    }

    /// Sets a fault from this moment on, and replaces one of its kind; returns whether there was none.
    pub fn set(&mut self, now: Instant, fault: Fault) -> bool {
        let kind = fault.kind();
        let is_new = !self.is(kind);
        self.faults[kind as usize] = Some(fault);
        self.kinds |= bit(kind);
        match fault {
            Fault::RateLimited { rate } => self.limit = rate_limit(now, rate),
            Fault::Crash { restart_after } => self.restart_at = Some(now + restart_after),
            Fault::Down => self.restart_at = None,
            _ => {}
        }
        is_new
    }

    /// Heals the fault of this kind; returns whether there was one.
    pub fn heal(&mut self, kind: FaultKind) -> bool {
        let was = self.faults[kind as usize].take().is_some();
        self.kinds &= !bit(kind);
        match kind {
            FaultKind::RateLimited => self.limit = None,
            FaultKind::Down => self.restart_at = None,
            _ => {}
        }
        was
    }

    /// Whether its target answers nothing at all.
    pub(super) fn is_silent(&self) -> bool {
        !self.is_empty() && self.iter().any(Fault::is_silent)
    }

    /// How much of this concurrency is left: at least 1.
    pub(super) fn left(&self, of: u32) -> u32 {
        match self.get(FaultKind::Degraded) {
            Some(Fault::Degraded { capacity }) => {
                let left = u64::from(of) * u64::from(capacity);
                u32::try_from(left.div_ceil(1_000)).unwrap_or(u32::MAX)
            }
            _ => of,
        }
    }

    /// How many times as long everything takes that begins now.
    pub(super) const fn factor(&self) -> u32 {
        match self.get(FaultKind::Slow) {
            Some(Fault::Slow { factor }) => factor,
            _ => 1,
        }
    }

    /// The share that fails, in thousandths; none if nothing fails.
    pub(super) const fn failing(&self) -> Option<u32> {
        match self.get(FaultKind::Flaky) {
            Some(Fault::Flaky { error_rate }) => Some(error_rate),
            _ => None,
        }
    }

    /// The rate limit on its answers.
    pub(super) const fn limit(&self) -> Option<&RateLimit> {
        self.limit.as_ref()
    }

    /// The rate limit on its answers, to take a permit from it.
    pub(super) const fn limit_mut(&mut self) -> Option<&mut RateLimit> {
        self.limit.as_mut()
    }
}

const fn bit(kind: FaultKind) -> u8 {
    1 << kind as u8
}

/// The rate limit of a fault, with its burst used up, so that it takes effect at once.
fn rate_limit(now: Instant, per_second: u32) -> Option<RateLimit> {
    let config = RateLimitConfig { permits: per_second, period: Duration::from_secs(1), burst: 1 };
    let mut limit = RateLimit::new(config).ok()?;
    limit.drain(now);
    Some(limit)
}
