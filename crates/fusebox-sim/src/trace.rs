//! What happened, call by call, with its reasons: the newest entries only.

use crate::action::Command;
use crate::dependency::Dependency;
use crate::target::Target;
use core::fmt;
use fusebox::time::{Duration, Instant};
use fusebox::{Decision, End, Outcome};
use std::collections::VecDeque;

/// Something that happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: Instant,
    /// To which call; none where it concerns no call, or all.
    pub call: Option<u64>,
    /// At which dependency, or in the pipeline around it; none for the client, the service itself and
    /// the client's own pipeline.
    pub on: Option<Dependency>,
    /// What.
    pub what: What,
}

/// The kinds of [`Entry`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A client sent the call.
    Called {
        /// The client's number, from 0.
        client: u32,
        /// What it asks for.
        endpoint: Endpoint,
    },
    /// A policy decided something.
    Decided(Decision),
    /// An attempt ended.
    Attempted(Outcome),
    /// The service had no thread and no place in its queue, and answered 503.
    TurnedAway,
    /// The service, or the client's own pipeline, was done with the call or a step of it.
    Finished(End),
    /// The service answered 503, and when to come back where it knows.
    Unavailable {
        /// The wait that it asks for.
        retry_after: Option<Duration>,
    },
    /// The cache had an answer of this age, which is fresh enough.
    CacheHit {
        /// Its age.
        age: Duration,
    },
    /// Another dependency is asked in the place of this one.
    Substituted(Dependency),
    /// The transaction of a write took effect.
    Committed {
        /// Whether the write had taken effect before, so that this is a duplicate.
        again: bool,
    },
    /// The key of a write was recorded already, so the write was not made again.
    KeyKnown,
    /// The transaction of a write ended before its commit; nothing of it can be seen.
    RolledBack,
    /// The write waits in the queue of jobs behind so many others.
    Enqueued(u32),
    /// The write from the queue of jobs is done.
    JobDone,
    /// The pool found so many of its connections dead and threw them away.
    DeadConnections(u32),
    /// A new connection of the pool is open.
    Connected,
    /// No thread is free for the request, which waits behind so many others.
    WaitsForThread(u32),
    /// No connection of the pool is free for the attempt, which waits behind so many others.
    WaitsForConnection(u32),
    /// The server has no place at work for the attempt, which waits there behind so many others.
    WaitsAtServer(u32),
    /// The pool has no connection for an attempt, and as many wait as may.
    PoolFull,
    /// The dependency is up again, or the service where none is named.
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
    /// Somebody did something to the world.
    Done(Target, Command),
}

/// What a client asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Endpoint {
    /// A search.
    Search,
    /// A read of the cache, and of the database where that has nothing fresh.
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

/// What a client gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reply {
    /// What it asked for.
    Success,
    /// Something useful in its place.
    Fallback,
    /// The word that its write will be made later.
    Queued,
    /// An error, because the dependency failed.
    Failure,
    /// An error at once, because a policy of ours did not let the call through.
    FailedFast,
}

impl Reply {
    /// All but an error is of use.
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

    /// Takes the entries out, to be put back.
    pub(super) fn take(&mut self) -> VecDeque<Entry> {
        std::mem::take(&mut self.entries)
    }

    pub(super) fn put_back(&mut self, entries: VecDeque<Entry>) {
        self.entries = entries;
    }

    /// How many entries there ever were.
    #[must_use]
    pub const fn added(&self) -> u64 {
        self.added
    }

    /// The number of the oldest entry that is still there, from 0.
    #[must_use]
    pub fn oldest(&self) -> u64 {
        self.added - self.entries.len() as u64
    }

    /// The entries after the first `seen`, as far as they are still there.
    #[must_use]
    pub fn since(&self, seen: u64) -> impl DoubleEndedIterator<Item = &Entry> {
        let skip = usize::try_from(seen.saturating_sub(self.oldest())).unwrap_or(usize::MAX);
        self.entries.iter().skip(skip)
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.at)?;
        if let Some(call) = self.call {
            write!(f, "call {call}: ")?;
        }
        if let Some(on) = self.on {
            write!(f, "{on}: ", on = on.name())?;
        } else if self.what == What::Restarted {
            write!(f, "{on}: ", on = Target::Service.name())?;
        }
        self.what.fmt(f)
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Called { client, endpoint } => {
                write!(f, "client {client} calls {}.", endpoint.name())
            }
            Self::Decided(decision) => decision.fmt(f),
            Self::Attempted(Outcome::Success) => f.write_str("answered."),
            Self::Attempted(Outcome::Failure(failure)) => write!(f, "{failure}."),
            Self::Attempted(Outcome::Neutral) => f.write_str("nobody waits for it any more."),
            Self::TurnedAway => f.write_str("no thread and no place in the queue: 503."),
            Self::Finished(End::Success) => f.write_str("done."),
            Self::Finished(_) => f.write_str("done, without success."),
            Self::Unavailable { retry_after: Some(wait) } => {
                write!(f, "503, Retry-After: {wait}.")
            }
            Self::Unavailable { retry_after: None } => f.write_str("503."),
            Self::CacheHit { age } => write!(f, "an answer of {age} ago is fresh enough."),
            Self::Substituted(other) => write!(f, "{} is asked in its place.", other.title()),
            Self::Committed { again: false } => f.write_str("the transaction committed."),
            Self::Committed { again: true } => {
                f.write_str("the transaction committed, and the write took effect once more.")
            }
            Self::KeyKnown => {
                f.write_str("its idempotency key is recorded, so the write is not made again.")
            }
            Self::RolledBack => {
                f.write_str("the transaction was rolled back; nothing of it can be seen.")
            }
            Self::Enqueued(0) => f.write_str("the write goes to the queue of jobs: 202."),
            Self::Enqueued(ahead) => {
                write!(f, "the write goes to the queue of jobs, number {} there: 202.", ahead + 1)
            }
            Self::JobDone => f.write_str("the queued write is done."),
            Self::DeadConnections(1) => f.write_str("a dead connection left the pool."),
            Self::DeadConnections(n) => write!(f, "{n} dead connections left the pool."),
            Self::Connected => f.write_str("a new connection is open."),
            Self::WaitsForThread(n) => write!(f, "waits for a thread, as number {}.", n + 1),
            Self::WaitsForConnection(n) => {
                write!(f, "waits for a connection of the pool, as number {}.", n + 1)
            }
            Self::WaitsAtServer(n) => write!(f, "waits in its queue, as number {}.", n + 1),
            Self::PoolFull => {
                f.write_str("no connection in the pool, and no place to wait for one.")
            }
            Self::Restarted => f.write_str("it is up again."),
            Self::Answered { reply, latency, .. } => match reply {
                Reply::Success => write!(f, "answered after {latency}."),
                Reply::Fallback => write!(f, "answered by the fallback after {latency}."),
                Reply::Queued => write!(f, "accepted for later after {latency}."),
                Reply::Failure => write!(f, "failed after {latency}."),
                Reply::FailedFast => write!(f, "failed fast after {latency}."),
            },
            Self::GaveUp { latency, .. } => write!(f, "the client gave up after {latency}."),
            Self::Done(on, command) => {
                let on = on.title();
                match command {
                    Command::Fault(fault) => write!(f, "{on} is {fault}."),
                    Command::Heal(kind) => write!(f, "{on} is no longer {}.", kind.words().state),
                    Command::HealAll => write!(f, "{on} is healed."),
                    Command::Layer(kind, true) => write!(f, "{kind:?} around {on} is on."),
                    Command::Layer(kind, false) => write!(f, "{kind:?} around {on} is off."),
                }
            }
        }
    }
}
