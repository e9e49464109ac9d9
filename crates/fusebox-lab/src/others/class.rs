//! The code of the lesson's class, and what is seen of it while it runs.

use fusebox::StateName;
use fusebox::time::{Duration, Instant};

/// The class as the lesson has it, line by line.
pub const CLASS: [&str; 41] = [
    "class CircuitBreaker:",
    "    def __init__(self, failure_threshold=5, cooldown=30.0, trial_limit=2):",
    "        self.threshold = failure_threshold",
    "        self.cooldown = cooldown",
    "        self.trial_limit = trial_limit",
    "        self._state = State.CLOSED",
    "        self._failures = 0",
    "        self._opened_at = None",
    "        self._trials = 0",
    "        self._lock = threading.Lock()",
    "",
    "    def call(self, fn, *args, fallback=None, **kwargs):",
    "        with self._lock:",
    "            state = self._state",
    "            if state == State.OPEN:",
    "                elapsed = time.monotonic() - self._opened_at",
    "                if elapsed >= self.cooldown:",
    "                    self._state = State.HALF_OPEN",
    "                    self._trials = 0",
    "                else:",
    "                    return fallback() if callable(fallback) else fallback",
    "            elif state == State.HALF_OPEN and self._trials >= self.trial_limit:",
    "                # still probing; refuse extra calls",
    "                return fallback() if callable(fallback) else fallback",
    "        try:",
    "            result = fn(*args, **kwargs)",
    "            with self._lock:",
    "                if self._state in (State.HALF_OPEN, State.CLOSED):",
    "                    self._failures = 0",
    "                    self._state = State.CLOSED",
    "            return result",
    "        except Exception:",
    "            with self._lock:",
    "                self._failures += 1",
    "                if self._state == State.HALF_OPEN:",
    "                    self._state = State.OPEN",
    "                    self._opened_at = time.monotonic()",
    "                elif self._failures >= self.threshold:",
    "                    self._state = State.OPEN",
    "                    self._opened_at = time.monotonic()",
    "            raise",
];

/// A line of the class that ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number in [`CLASS`], from 1.
    pub number: u32,
    /// The variables after it.
    pub after: Variables,
}

/// The variables of the class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variables {
    /// `self._state`.
    pub state: StateName,
    /// `self._failures`.
    pub failures: u32,
    /// `self._opened_at`.
    pub opened_at: Option<Instant>,
    /// `self._trials`.
    pub trials: u32,
    /// `elapsed`, in a call that comes while it is open.
    pub elapsed: Option<Duration>,
}

impl Default for Variables {
    fn default() -> Self {
        Self { state: StateName::Closed, failures: 0, opened_at: None, trials: 0, elapsed: None }
    }
}
