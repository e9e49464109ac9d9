//! Why: a small record of every decision, with the numbers that it compared.
//!
//! A caller that does not want them passes `&mut ()`, and then they cost nothing.

use crate::engine::breaker::{Observation, Transition};
use crate::engine::fallback::Answer;
use crate::engine::outcome::{Failure, Rejection};
use crate::engine::retry::GiveUp;
use crate::engine::timeout::Limit;
use crate::time::{Duration, Instant};
use alloc::vec::Vec;
use core::fmt;

/// A decision and its moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    /// When.
    pub at: Instant,
    /// What was decided.
    pub decision: Decision,
}

/// What a policy decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Decision {
    /// An attempt was sent; the number counts from 1.
    Sent(u32),
    /// A policy did not let the call through.
    Refused(Rejection),
    /// The breaker changed its state.
    Transition(Transition),
    /// The breaker, which only observes, would have opened.
    Observation(Observation),
    /// The call waits for a slot of the bulkhead behind so many others.
    Queued(u32),
    /// A limit of time ran out.
    TimedOut {
        /// Which.
        limit: Limit,
        /// How long it was.
        after: Duration,
    },
    /// The attempt failed and is made again.
    Retry {
        /// How it failed.
        failure: Failure,
        /// The wait before the next.
        delay: Duration,
    },
    /// The attempt failed and is not made again.
    GaveUp(GiveUp),
    /// The fallback answered.
    Answered(Answer),
}

/// Where records go.
pub trait Explain {
    /// Takes a record.
    fn record(&mut self, record: Record);
}

impl Explain for () {
    #[inline]
    fn record(&mut self, _: Record) {}
}

impl Explain for Vec<Record> {
    fn record(&mut self, record: Record) {
        self.push(record);
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.decision)
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sent(attempt) => write!(f, "attempt {attempt} was sent."),
            Self::Refused(rejection) => {
                write!(f, "not sent, {rejection}")?;
                match rejection.retry_after() {
                    Some(wait) => write!(f, " for another {wait}."),
                    None => f.write_str("."),
                }
            }
            Self::Transition(transition) => transition.fmt(f),
            Self::Observation(observation) => observation.fmt(f),
            Self::Queued(ahead) => write!(f, "waits for a slot behind {ahead} others."),
            Self::TimedOut { limit, after } => write!(f, "{limit} ran out after {after}."),
            Self::Retry { failure, delay } => write!(f, "{failure}; the next try is in {delay}."),
            Self::GaveUp(reason) => write!(f, "no other try: {reason}."),
            Self::Answered(answer) => answer.fmt(f),
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "the time to connect",
            Self::Attempt => "the time for an attempt",
            Self::Call => "the time for the whole call",
            Self::Deadline => "the time up to the caller's deadline",
        })
    }
}

impl fmt::Display for GiveUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Permanent(failure) => write!(f, "{failure} would only happen again"),
            Self::NotIdempotent(failure) => {
                write!(f, "{failure}, and without a key a repeat could apply it twice")
            }
            Self::AttemptsUsed { attempts } => write!(f, "all {attempts} attempts are used"),
            Self::BudgetEmpty => f.write_str("the retry budget is empty"),
            Self::DeadlineTooClose { delay, left } => {
                write!(f, "a wait of {delay} does not fit in the {left} that are left")
            }
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stale { age } => write!(f, "answered from the cache, {age} old."),
            Self::Substitute => f.write_str("answered by the substitute."),
            Self::Default => f.write_str("answered with the default."),
            Self::Unavailable { retry_after } => {
                write!(f, "answered 503, retry after {retry_after}.")
            }
        }
    }
}
