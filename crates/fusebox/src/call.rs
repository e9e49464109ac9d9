//! One call on its way through a pipeline: what it is about, what it waits for, how it ended.

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

/// What a call is about, as far as a policy needs to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// The caller's own name for the call; unique among the calls in flight.
    pub id: u64,
    /// Whether it may be made twice.
    pub repeat: Repeat,
    /// When the cached answer to it was made, if there is one.
    pub cached_at: Option<Instant>,
    /// When nobody wants an answer any more, as the caller's own caller told it; [`Instant::MAX`] for
    /// never.
    ///
    /// The call ends by this moment or by the limit of the timeout layer, whichever is earlier, and one
    /// that starts at this moment or later is not sent.
    pub deadline: Instant,
}

impl Request {
    /// A request without a cached answer and without a deadline of its caller.
    #[must_use]
    pub const fn new(id: u64, repeat: Repeat) -> Self {
        Self { id, repeat, cached_at: None, deadline: Instant::MAX }
    }
}

/// What happened, as told to a call.
#[derive(Debug)]
pub enum Input {
    /// The attempt with this number ended; nothing follows from one that was ended before.
    Ended(u32, Outcome),
    /// The moment of [`Call::wake_at`] has come.
    Timer,
    /// The bulkhead has a slot for the call.
    Granted(Slot),
    /// The caller does not wait any longer.
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
    /// As before.
    Unchanged,
    /// The call has ended.
    Done(End),
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The dependency answered.
    Success,
    /// The dependency failed, and nobody answered in its place.
    Failure(Failure),
    /// A policy of ours refused, and nobody answered in the dependency's place.
    Rejection(Rejection),
    /// The fallback answered.
    Fallback {
        /// With what.
        answer: Answer,
        /// Whether it stood in for a rejection of ours, and not for a failure of the dependency.
        rejected: bool,
    },
    /// The caller hung up.
    HungUp,
}

impl End {
    /// How a call ends whose last attempt ended like this, where no layer changes it.
    pub(super) const fn of(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Success => Self::Success,
            Outcome::Failure(failure) => Self::Failure(failure),
            Outcome::Neutral => Self::HungUp,
        }
    }

    /// What this end says about the dependency to a layer further out.
    pub(super) const fn outcome(self) -> Outcome {
        match self {
            // An answer that is of use hides the failure: who puts a fallback inside a breaker
            // has a breaker that sees no failures.
            Self::Success => Outcome::Success,
            Self::Fallback { answer, .. } if answer.is_useful() => Outcome::Success,
            Self::Failure(failure) => Outcome::Failure(failure),
            Self::Rejection(_) | Self::Fallback { .. } | Self::HungUp => Outcome::Neutral,
        }
    }
}

/// What a call waits for, its limits of time apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// An attempt in flight.
    Attempt {
        /// When it is too late for a connection; [`Instant::MAX`] once it is connected, or where that
        /// has no limit.
        connect_by: Instant,
    },
    /// The end of the delay before the next attempt.
    Backoff {
        /// When that is.
        until: Instant,
    },
    /// A slot of the bulkhead.
    Queue {
        /// The end of the longest wait.
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
    /// The waits of the retry layer so far.
    pub(super) delays: Delays,
    /// Whether the retry layer counts the call as in flight.
    pub(super) counted: bool,
    /// What the retry that waits or is in flight holds.
    pub(super) retry_permit: Option<RetryPermit>,
    pub(super) started_at: Instant,
    /// When the call entered the timeout layer.
    pub(super) limited_at: Instant,
    /// When the newest attempt was sent.
    pub(super) sent_at: Instant,
    pub(super) respond_by: Instant,
    pub(super) deadline: Instant,
    /// The attempts in flight beside each other, where the newest is hedged.
    pub(super) race: Option<Race>,
    pub(super) permit: Option<Permit>,
    pub(super) throttle_permit: Option<ThrottlePermit>,
    pub(super) slot: Option<Slot>,
}

/// For a copy of the whole world that the call is in.
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

    /// When what lies inside the timeout layer must have ended; [`Instant::MAX`] for never.
    #[must_use]
    pub const fn respond_by(&self) -> Instant {
        self.respond_by
    }

    /// Tells the call that the attempt in flight has its connection.
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

    /// How long the attempt in flight may still take, to be passed on to the dependency so that it
    /// does not work for nobody: up to the limit of the attempt or the deadline of the call, whichever
    /// comes first; none where there is neither.
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

    /// What the call is about.
    #[must_use]
    pub const fn request(&self) -> &Request {
        &self.request
    }
}

/// The moment, chance and the ear that a decision needs.
#[derive(Debug)]
pub struct Context<'a, X> {
    /// Now.
    pub now: Instant,
    /// The stream for jitter.
    pub rng: &'a mut Rng,
    /// Where records go; `&mut ()` for nowhere.
    pub explain: &'a mut X,
}

impl<X: Explain> Context<'_, X> {
    pub(super) fn record(&mut self, decision: Decision) {
        self.explain.record(Record { at: self.now, decision });
    }
}
