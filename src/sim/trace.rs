//! What happened, call by call, with its reasons: the newest entries only.

use crate::engine::{Decision, End, Outcome};
use crate::sim::scenario::Command;
use crate::time::{Duration, Instant};
use core::fmt;
use std::collections::VecDeque;

/// Something that happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: Instant,
    /// To which call; none where it concerns the whole world.
    pub call: Option<u64>,
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
        /// Whether it is a health check, which needs no database.
        health: bool,
    },
    /// A policy decided something.
    Decided(Decision),
    /// An attempt ended.
    Attempted(Outcome),
    /// The service had no thread and no place in its queue, and answered 503.
    TurnedAway,
    /// The service, or the client's own pipeline, was done with the call.
    Finished(End),
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
    Done(Command),
}

/// What a client gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reply {
    /// What it asked for.
    Success,
    /// Something useful in its place.
    Fallback,
    /// An error, because the dependency failed.
    Failure,
    /// An error at once, because a policy of ours did not let the call through.
    FailedFast,
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

    /// How many entries there ever were.
    #[must_use]
    pub const fn added(&self) -> u64 {
        self.added
    }

    /// The entries after the first `seen`, as far as they are still there.
    #[must_use]
    pub fn since(&self, seen: u64) -> impl DoubleEndedIterator<Item = &Entry> {
        let dropped = self.added - self.entries.len() as u64;
        let skip = usize::try_from(seen.saturating_sub(dropped)).unwrap_or(usize::MAX);
        self.entries.iter().skip(skip)
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.at)?;
        if let Some(call) = self.call {
            write!(f, "call {call}: ")?;
        }
        match self.what {
            What::Called { client, health: false } => write!(f, "client {client} calls."),
            What::Called { client, health: true } => write!(f, "client {client} checks health."),
            What::Decided(decision) => decision.fmt(f),
            What::Attempted(Outcome::Success) => f.write_str("the database answered."),
            What::Attempted(Outcome::Failure(failure)) => write!(f, "{failure}."),
            What::Attempted(Outcome::Neutral) => f.write_str("nobody waits for it any more."),
            What::TurnedAway => f.write_str("no thread and no place in the queue: 503."),
            What::Finished(_) => f.write_str("the service is done with it."),
            What::Answered { reply: Reply::Success, latency, .. } => {
                write!(f, "answered after {latency}.")
            }
            What::Answered { reply: Reply::Fallback, latency, .. } => {
                write!(f, "answered by the fallback after {latency}.")
            }
            What::Answered { reply: Reply::Failure, latency, .. } => {
                write!(f, "failed after {latency}.")
            }
            What::Answered { reply: Reply::FailedFast, latency, .. } => {
                write!(f, "failed fast after {latency}.")
            }
            What::GaveUp { latency, .. } => write!(f, "the client gave up after {latency}."),
            What::Done(Command::Fault(Some(fault))) => write!(f, "the database is {fault}."),
            What::Done(Command::Fault(None)) => f.write_str("the database is healed."),
            What::Done(Command::Layer(kind, true)) => write!(f, "{kind:?} is switched on."),
            What::Done(Command::Layer(kind, false)) => write!(f, "{kind:?} is switched off."),
        }
    }
}
