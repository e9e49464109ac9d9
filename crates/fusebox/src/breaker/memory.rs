//! What a closed breaker remembers of ended calls.

use super::config::{Overdue, Window};
use crate::rolling::{Rolling, Tally};
use crate::time::{Duration, Instant};
use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

/// Numbers of ended calls, by outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Calls that succeeded.
    pub successes: u32,
    /// Calls that failed.
    pub failures: u32,
    /// Calls that were slow, whether they succeeded or failed; none without a rule on slow calls.
    pub slow: u32,
}

impl Counts {
    #[inline]
    fn count(&mut self, ended: WindowEntry) {
        let how = if ended.failed { &mut self.failures } else { &mut self.successes };
        *how = how.saturating_add(1);
        if ended.slow {
            self.slow = self.slow.saturating_add(1);
        }
    }

    /// Calls that ended.
    #[must_use]
    pub const fn calls(self) -> u32 {
        self.successes.saturating_add(self.failures)
    }
}

impl Tally for Counts {
    #[inline]
    fn add(&mut self, other: Self) {
        self.successes = self.successes.saturating_add(other.successes);
        self.failures = self.failures.saturating_add(other.failures);
        self.slow = self.slow.saturating_add(other.slow);
    }

    #[inline]
    fn subtract(&mut self, other: Self) {
        self.successes = self.successes.saturating_sub(other.successes);
        self.failures = self.failures.saturating_sub(other.failures);
        self.slow = self.slow.saturating_sub(other.slow);
    }
}

/// A call that ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WindowEntry {
    /// Whether it failed.
    pub failed: bool,
    /// Whether it was slow.
    pub slow: bool,
}

impl WindowEntry {
    /// The counts of this one call.
    #[inline]
    #[must_use]
    pub fn counts(self) -> Counts {
        Counts {
            successes: u32::from(!self.failed),
            failures: u32::from(self.failed),
            slow: u32::from(self.slow),
        }
    }
}

/// What a breaker remembers, as data that can leave the process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SavedWindow {
    /// Of a window by time: the counts of each bucket, with its age.
    Time(Vec<(Duration, Counts)>),
    /// Of a window by count: the calls, oldest first.
    Count(Vec<WindowEntry>),
    /// The failures since the last success.
    Consecutive(u32),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Memory {
    Time(Rolling<Counts>),
    Count(Ring),
    /// The failures since the last success.
    Consecutive(Counts),
}

impl Memory {
    pub(super) fn new(window: Window) -> Self {
        match window {
            Window::Time(length) => Self::Time(Rolling::new(length)),
            Window::Count(calls) => Self::Count(Ring::new(calls)),
            Window::Consecutive => Self::Consecutive(Counts::default()),
        }
    }

    /// Adds an ended call, and returns what the window then holds.
    #[inline]
    pub(super) fn record(&mut self, now: Instant, ended: WindowEntry) -> &Counts {
        match self {
            Self::Time(window) => window.record_with(now, |counts| counts.count(ended)),
            Self::Count(ring) => {
                ring.push(ended);
                &ring.total
            }
            Self::Consecutive(run) => {
                run.failures = if ended.failed { run.failures.saturating_add(1) } else { 0 };
                run
            }
        }
    }

    pub(super) fn peek(&self, now: Instant) -> Counts {
        match self {
            Self::Time(window) => window.peek(now),
            Self::Count(ring) => ring.total,
            Self::Consecutive(run) => *run,
        }
    }

    pub(super) fn clear(&mut self) {
        match self {
            Self::Time(window) => window.clear(),
            Self::Count(ring) => ring.clear(),
            Self::Consecutive(run) => *run = Counts::default(),
        }
    }

    pub(super) fn export(&self, now: Instant) -> SavedWindow {
        match self {
            Self::Time(window) => {
                let filled = window.aged(now).filter(|(_, counts)| *counts != Counts::default());
                SavedWindow::Time(filled.collect())
            }
            Self::Count(ring) => SavedWindow::Count(ring.oldest_first().collect()),
            Self::Consecutive(run) => SavedWindow::Consecutive(run.failures),
        }
    }

    /// A window with as much of this as it holds; it begins empty if the two are of different
    /// kinds.
    pub(super) fn import(window: Window, now: Instant, saved: &SavedWindow) -> Self {
        let mut memory = Self::new(window);
        match (&mut memory, saved) {
            (Self::Time(window), SavedWindow::Time(calls)) => {
                for &(age, counts) in calls {
                    window.record_aged(now, age, counts);
                }
            }
            (Self::Count(ring), SavedWindow::Count(calls)) => {
                for &ended in calls {
                    ring.push(ended);
                }
            }
            (Self::Consecutive(run), SavedWindow::Consecutive(failures)) => {
                run.failures = *failures;
            }
            _ => {}
        }
        memory
    }
}

/// The last calls, up to a fixed number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ring {
    calls: Box<[WindowEntry]>,
    /// Where the next call goes.
    next: usize,
    is_full: bool,
    total: Counts,
}

impl Ring {
    fn new(calls: u32) -> Self {
        let calls = vec![WindowEntry::default(); calls as usize].into_boxed_slice();
        Self { calls, next: 0, is_full: false, total: Counts::default() }
    }

    #[inline(never)]
    fn push(&mut self, ended: WindowEntry) {
        let oldest = core::mem::replace(&mut self.calls[self.next], ended);
        if self.is_full {
            self.total.subtract(oldest.counts());
        }
        self.total.add(ended.counts());
        self.next += 1;
        if self.next == self.calls.len() {
            self.next = 0;
            self.is_full = true;
        }
    }

    fn clear(&mut self) {
        (self.next, self.is_full, self.total) = (0, false, Counts::default());
    }

    pub(super) fn oldest_first(&self) -> impl Iterator<Item = WindowEntry> {
        let older = if self.is_full { &self.calls[self.next..] } else { &[] };
        older.iter().chain(&self.calls[..self.next]).copied()
    }
}

/// The calls in flight, by the time when they began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct InFlight {
    /// Calls that are not overdue.
    recent: Rolling<u32>,
    all: u32,
}

impl Tally for u32 {
    fn add(&mut self, other: Self) {
        *self = self.saturating_add(other);
    }

    fn subtract(&mut self, other: Self) {
        *self = self.saturating_sub(other);
    }
}

impl InFlight {
    pub(super) fn new(rule: Overdue) -> Self {
        // A window forgets after 49 of its 50 steps at the earliest, and no call may be overdue
        // early.
        let step = rule.after.as_micros().div_ceil(49);
        let length = Duration::from_micros(step).saturating_mul(50);
        Self { recent: Rolling::new(length), all: 0 }
    }

    /// Adds a call that begins; returns the moment to pass to [`Self::end`].
    pub(super) fn begin(&mut self, now: Instant) -> Instant {
        self.recent.record(now, 1);
        self.all = self.all.saturating_add(1);
        self.recent.booked_at(now)
    }

    /// Removes an ended call, which was added under this moment.
    pub(super) fn end(&mut self, now: Instant, began: Instant) {
        self.recent.take_back(now, began, 1);
        self.all = self.all.saturating_sub(1);
    }

    pub(super) const fn all(&self) -> u32 {
        self.all
    }

    pub(super) fn overdue(&mut self, now: Instant) -> u32 {
        self.all.saturating_sub(self.recent.total(now))
    }

    /// The number of overdue calls, without moving the window to this moment.
    pub(super) fn peek_overdue(&self, now: Instant) -> u32 {
        self.all.saturating_sub(self.recent.peek(now))
    }

    pub(super) fn clear(&mut self) {
        self.recent.clear();
        self.all = 0;
    }
}
