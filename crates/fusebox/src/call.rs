//! One call on its way through a pipeline: its request, what it waits for, how it ended.

use crate::backoff::Delays;
use crate::breaker::Permit;
use crate::budget::RetryPermit;
use crate::bulkhead::Slot;
use crate::explain::{Decision, Explain, Record};
use crate::fallback::Answer;
use crate::hedge::Race;
use crate::outcome::{Failure, Outcome, Rejection};
use crate::retry::Repeat;
use crate::rng::Rng;
use crate::throttle::ThrottlePermit;
use crate::time::{Duration, Instant};

/// The request of a call, as far as a policy needs to know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// The caller's name for the call; unique among the calls in flight.
    pub id: u64,
    /// Whether it may be made twice.
    pub repeat: Repeat,
    /// When the cached answer to it was made, if there is one.
    pub cached_at: Option<Instant>,
    /// When the caller no longer needs an answer, as its own caller set it; [`Instant::MAX`] for
    /// never.
    ///
    /// The call ends at this moment or at the limit of the timeout layer, whichever is earlier, and
    /// a call that starts at this moment or later is not sent.
    pub deadline: Instant,
}

impl Request {
    /// A request without a cached answer and without a deadline.
    #[must_use]
    pub const fn new(id: u64, repeat: Repeat) -> Self {
        Self { id, repeat, cached_at: None, deadline: Instant::MAX }
    }
}

/// An event that a call is told of.
#[derive(Debug)]
pub enum Input {
    /// The attempt with this number ended; has no effect if that attempt had ended before.
    Ended(u32, Outcome),
    /// The moment of [`Call::wake_at`] has come.
    Timer,
    /// The bulkhead has a slot for the call.
    Granted(Slot),
    /// The caller no longer waits.
    HungUp,
}

/// What a call does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "an attempt is to be made, or the call has ended"]
pub enum Step {
    /// Make an attempt; the number counts from 1.
    Attempt(u32),
    /// Make a further attempt with this number beside those that are in flight.
    Hedge(u32),
    /// Wait for [`Call::wake_at`], and then try again.
    Backoff,
    /// Wait for a slot of the bulkhead.
    Queue,
    /// Nothing new: go on waiting for the same.
    Unchanged,
    /// The call has ended.
    Done(End),
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The dependency answered.
    Success,
    /// The dependency failed, and no fallback answered.
    Failure(Failure),
    /// A policy of ours rejected the call, and no fallback answered.
    Rejection(Rejection),
    /// The fallback answered.
    Fallback {
        /// The answer.
        answer: Answer,
        /// Whether it replaced a rejection of ours, and not a failure of the dependency.
        rejected: bool,
    },
    /// The caller hung up.
    HungUp,
}

impl End {
    /// The end of a call whose last attempt ended like this, if no layer changes it.
    pub(super) const fn of(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Success => Self::Success,
            Outcome::Failure(failure) => Self::Failure(failure),
            Outcome::Neutral => Self::HungUp,
        }
    }

    /// What this end tells a layer further out about the dependency.
    pub(super) const fn outcome(self) -> Outcome {
        match self {
            // A fallback's answer hides the failure, so a breaker around a fallback sees no
            // failures.
            Self::Success => Outcome::Success,
            Self::Fallback { answer, .. } if answer.is_useful() => Outcome::Success,
            Self::Failure(failure) => Outcome::Failure(failure),
            Self::Rejection(_) | Self::Fallback { .. } | Self::HungUp => Outcome::Neutral,
        }
    }
}

/// What a call waits for, apart from its limits of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// An attempt in flight.
    Attempt {
        /// When the connection times out; [`Instant::MAX`] once it is made, or without that limit.
        connect_by: Instant,
    },
    /// The end of the delay before the next attempt.
    Backoff {
        /// When the delay ends.
        until: Instant,
    },
    /// A slot of the bulkhead.
    Queue {
        /// When the max wait is over.
        until: Instant,
    },
    /// Nothing: it has ended.
    Done,
}

/// A call on its way through a [`Pipeline`](super::Pipeline); drive it to [`Step::Done`].
#[derive(Debug)]
pub struct Call {
    pub(super) request: Request,
    pub(super) phase: Phase,
    pub(super) attempts: u32,
    /// The delays of the retry layer so far.
    pub(super) delays: Delays,
    /// Whether the retry layer counts the call as in flight.
    pub(super) counted: bool,
    /// The permit of the retry that waits or is in flight.
    pub(super) retry_permit: Option<RetryPermit>,
    pub(super) started_at: Instant,
    /// When the call entered the timeout layer.
    pub(super) limited_at: Instant,
    /// When the newest attempt was sent.
    pub(super) sent_at: Instant,
    pub(super) respond_by: Instant,
    pub(super) deadline: Instant,
    /// The attempts in flight at the same time, if the newest attempt is hedged.
    pub(super) race: Option<Race>,
    pub(super) permit: Option<Permit>,
    pub(super) throttle_permit: Option<ThrottlePermit>,
    pub(super) slot: Option<Slot>,
}

/// Only for a copy of the whole world that the call is in.
#[cfg(feature = "checkpoint")]
impl Clone for Call {
    fn clone(&self) -> Self {
        Self {
            permit: self.permit.as_ref().map(Permit::in_a_copy),
            throttle_permit: self.throttle_permit.clone(),
            retry_permit: self.retry_permit.clone(),
            slot: self.slot.clone(),
            race: self.race.clone(),
            ..*self
        }
    }
}

impl Call {
    pub(super) const fn new(request: Request, now: Instant, deadline: Instant) -> Self {
        Self {
            request,
            phase: Phase::Attempt { connect_by: Instant::MAX },
            attempts: 0,
            delays: Delays::after(0),
            counted: false,
            retry_permit: None,
            started_at: now,
            limited_at: now,
            sent_at: now,
            respond_by: Instant::MAX,
            deadline,
            race: None,
            permit: None,
            throttle_permit: None,
            slot: None,
        }
    }

    /// When to pass [`Input::Timer`]; [`Instant::MAX`] for never.
    #[must_use]
    pub fn wake_at(&self) -> Instant {
        let phase = match self.phase {
            Phase::Attempt { connect_by: until }
            | Phase::Backoff { until }
            | Phase::Queue { until } => until,
            Phase::Done => return Instant::MAX,
        };
        let hedge = self.race.as_ref().map_or(Instant::MAX, Race::wake_at);
        phase.min(hedge).min(self.respond_by).min(self.deadline)
    }

    /// What the call waits for.
    #[must_use]
    pub const fn phase(&self) -> Phase {
        self.phase
    }

    /// When everything inside the timeout layer must have ended; [`Instant::MAX`] for never.
    #[must_use]
    pub const fn respond_by(&self) -> Instant {
        self.respond_by
    }

    /// Reports that the attempt in flight has its connection.
    pub const fn connected(&mut self) {
        if let Phase::Attempt { connect_by } = &mut self.phase {
            *connect_by = Instant::MAX;
        }
    }

    /// When the call must have ended: the earlier of the caller's own deadline and the limit of the
    /// timeout layer; [`Instant::MAX`] for never.
    #[must_use]
    pub const fn deadline(&self) -> Instant {
        self.deadline
    }

    /// How long the attempt in flight may still take, up to the limit of the attempt or the
    /// deadline of the call, whichever comes first; none without either. Pass it on to the
    /// dependency, so that it does not work on an abandoned request.
    #[must_use]
    pub fn time_left(&self, now: Instant) -> Option<Duration> {
        let end = self.deadline.min(self.respond_by);
        (end < Instant::MAX).then(|| end.since(now))
    }

    /// Attempts made so far.
    #[must_use]
    pub const fn attempts(&self) -> u32 {
        self.attempts
    }

    /// The request.
    #[must_use]
    pub const fn request(&self) -> &Request {
        &self.request
    }
}

/// What a decision needs: the time, randomness, and a place for its explanation.
#[derive(Debug)]
pub struct Context<'a, X> {
    /// Now.
    pub now: Instant,
    /// The stream for jitter.
    pub rng: &'a mut Rng,
    /// Where records go; `&mut ()` discards them.
    pub explain: &'a mut X,
}

impl<X: Explain> Context<'_, X> {
    pub(super) fn record(&mut self, decision: Decision) {
        self.explain.record(Record { at: self.now, decision });
    }
}
