//! The newest events of a run, with the call and the dependency that they concern.

use crate::action::Command;
use crate::dependency::Dependency;
use crate::target::Target;
use fusebox::time::{Duration, Instant};
use fusebox::{Decision, End, Outcome};
use std::collections::VecDeque;

/// One event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The time.
    pub at: Instant,
    /// The call; none for an event that concerns no call, or all calls.
    pub call: Option<u64>,
    /// The dependency, or the one inside the pipeline; none for the client, the service itself and the
    /// client's own pipeline.
    pub on: Option<Dependency>,
    /// The event itself.
    pub what: What,
}

/// The kinds of [`Entry`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A client sent the call.
    Called {
        /// The client's number, from 0.
        client: u32,
        /// The endpoint.
        endpoint: Endpoint,
    },
    /// A policy decided something.
    Decided(Decision),
    /// An attempt ended.
    Attempted {
        /// How it ended.
        outcome: Outcome,
        /// How long after it was sent.
        after: Duration,
    },
    /// The service had no thread and no place in its queue, and answered 503.
    TurnedAway,
    /// The service, or the client's own pipeline, finished the call or a step of it.
    Finished(End),
    /// The service answered 503.
    Unavailable {
        /// The wait in its `Retry-After`, if any.
        retry_after: Option<Duration>,
    },
    /// The service answered a write 500 without `Retry-After`: the answer to its commit was lost, and
    /// without an idempotency key, repeating the write could apply it twice.
    OutcomeUnknown,
    /// The cache had a fresh enough answer.
    CacheHit {
        /// Its age.
        age: Duration,
    },
    /// The call goes to another dependency instead of this one.
    Substituted(Dependency),
    /// The transaction of a write took effect.
    Committed {
        /// Whether the write had taken effect before, so that this is a duplicate.
        again: bool,
    },
    /// The idempotency key of a write was known, so the write was not applied again.
    KeyKnown,
    /// The transaction of a write was rolled back.
    RolledBack,
    /// The write entered the job queue, behind this many others.
    Enqueued(u32),
    /// A write from the job queue was applied.
    JobDone,
    /// The pool found this many dead connections and dropped them.
    DeadConnections(u32),
    /// The pool opened a new connection.
    Connected,
    /// The request is queued for a thread, behind this many others.
    WaitsForThread(u32),
    /// The attempt is queued for a connection of the pool, behind this many others.
    WaitsForConnection(u32),
    /// The attempt is queued at the server, behind this many others.
    WaitsAtServer(u32),
    /// The dependency had no place for the request and a full queue, and answered 503.
    QueueFull,
    /// The pool rejected the attempt, because a connect was refused a moment ago.
    RefusedBefore,
    /// The pool rejected the attempt: no free connection, and a full queue.
    PoolFull,
    /// The dependency is up again, or the service if none is named.
    Restarted,
    /// The client has its answer.
    Answered {
        /// The client's number, from 0.
        client: u32,
        /// How the call ended.
        reply: Reply,
        /// How long after the call.
        latency: Duration,
    },
    /// The client gave up waiting.
    GaveUp {
        /// The client's number, from 0.
        client: u32,
        /// How long after the call.
        latency: Duration,
    },
    /// A command of the user or of the schedule.
    Done(Target, Command),
}

/// The endpoints of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Endpoint {
    /// A search.
    Search,
    /// A read of the cache, and of the database if the cache has nothing fresh.
    CachedRead,
    /// A health check, which needs no dependency.
    Health,
    /// A write to the database.
    Mutation,
}

impl Endpoint {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Search, Self::CachedRead, Self::Health, Self::Mutation];

    /// Its name in scenarios and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Search => "search",
            Self::CachedRead => "cached_read",
            Self::Health => "health",
            Self::Mutation => "mutation",
        }
    }
}

/// The answer that a client gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reply {
    /// What it asked for.
    Success,
    /// A useful substitute.
    Fallback,
    /// The promise to apply its write later.
    Queued,
    /// An error, because the dependency failed.
    Failure,
    /// An error at once, because one of our own policies rejected the call.
    FailedFast,
}

impl Reply {
    /// Whether it is anything but an error.
    #[must_use]
    pub const fn is_useful(self) -> bool {
        matches!(self, Self::Success | Self::Fallback | Self::Queued)
    }
}

impl From<End> for Reply {
    fn from(end: End) -> Self {
        match end {
            End::Success => Self::Success,
            End::Fallback { answer, .. } if answer.is_useful() => Self::Fallback,
            End::Fallback { rejected: true, .. } | End::Rejection(_) => Self::FailedFast,
            End::Fallback { .. } | End::Failure(_) | End::HungUp => Self::Failure,
        }
    }
}

/// The newest entries of a run.
#[derive(Clone, Debug)]
pub struct Trace {
    entries: VecDeque<Entry>,
    capacity: usize,
    /// Entries ever added.
    added: u64,
}

impl Trace {
    pub(super) fn new(capacity: usize) -> Self {
        Self { entries: VecDeque::new(), capacity, added: 0 }
    }

    #[inline]
    pub(super) fn add(&mut self, entry: Entry) {
        self.added += 1;
        if self.capacity == 0 {
            return;
        }
        if self.entries.len() == self.capacity {
            self.entries.pop_front();
        }
        self.entries.push_back(entry);
    }

    /// Takes the entries out, to be put back later.
    pub(super) fn take(&mut self) -> VecDeque<Entry> {
        std::mem::take(&mut self.entries)
    }

    pub(super) fn put_back(&mut self, entries: VecDeque<Entry>) {
        self.entries = entries;
    }

    /// How many entries were ever added.
    #[must_use]
    pub const fn added(&self) -> u64 {
        self.added
    }

    /// The number of the oldest entry still kept, from 0.
    #[must_use]
    pub fn oldest(&self) -> u64 {
        self.added - self.entries.len() as u64
    }

    /// The entries after the first `seen`, as far as they are still kept.
    #[must_use]
    pub fn since(&self, seen: u64) -> impl DoubleEndedIterator<Item = &Entry> {
        let skip = usize::try_from(seen.saturating_sub(self.oldest())).unwrap_or(usize::MAX);
        self.entries.iter().skip(skip)
    }
}
