//! The clock of the machine as the engine has it: time since the start, and sleep until a moment.
#![expect(clippy::disallowed_types, reason = "a driver reads the clock")]

use fusebox::time::Instant;
use std::thread;
use std::time::Duration;

/// A clock that starts at zero and never steps back.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    start: std::time::Instant,
}

impl Clock {
    pub(crate) fn start() -> Self {
        Self { start: std::time::Instant::now() }
    }

    pub(crate) fn now(&self) -> Instant {
        Instant::ZERO + self.start.elapsed().into()
    }

    /// How long it is until then; none where that moment has come.
    pub(crate) fn left(&self, until: Instant) -> Option<Duration> {
        let left = Duration::from(until.since(self.now()));
        (!left.is_zero()).then_some(left)
    }

    /// Returns when that moment has come, and never before.
    pub(crate) fn sleep_until(&self, until: Instant) {
        while let Some(left) = self.left(until) {
            thread::sleep(left);
        }
    }
}
