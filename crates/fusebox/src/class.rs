//! What an answer's status means to the policies: whether it counts against the dependency, and
//! whether the request may be made again.

/// What an answer says about the health of the dependency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It counts against the dependency.
    Failure,
    /// The dependency is up, and takes no more calls for now: wait, and hold nothing against it.
    Throttled,
    /// It says nothing: the request is at fault, or the state of what it asks for.
    Neutral,
    /// It is a useful answer.
    Success,
}

/// Whether a request may be made again after an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Retryable {
    /// It would fail again.
    Never,
    /// It may have taken effect: only a read, or a mutation with an idempotency key.
    IfSafe,
    /// It had no effect.
    Always,
}

/// What an answer means to every policy of a pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Class {
    /// What it says about the dependency, for the breaker and the throttle.
    pub verdict: Verdict,
    /// Whether the request may be made again, for the retry and the hedge.
    pub retry: Retryable,
}

impl Class {
    /// A failure of the dependency that may have taken effect.
    pub const FAILURE: Self = Self::new(Verdict::Failure, Retryable::IfSafe);
    /// A failure of the dependency that had no effect.
    pub const UNAVAILABLE: Self = Self::new(Verdict::Failure, Retryable::Always);
    /// The dependency asks the caller to wait.
    pub const THROTTLED: Self = Self::new(Verdict::Throttled, Retryable::Always);
    /// The state of what was asked for is in the way, and will change.
    pub const BLOCKED: Self = Self::new(Verdict::Neutral, Retryable::Always);
    /// An earlier attempt with the same idempotency key is at work.
    pub const IN_PROGRESS: Self = Self::new(Verdict::Neutral, Retryable::IfSafe);
    /// The request can never succeed.
    pub const PERMANENT: Self = Self::new(Verdict::Neutral, Retryable::Never);
    /// A useful answer.
    pub const SUCCESS: Self = Self::new(Verdict::Success, Retryable::Never);

    /// A class of both.
    #[must_use]
    pub const fn new(verdict: Verdict, retry: Retryable) -> Self {
        Self { verdict, retry }
    }

    /// The class of an error with this status, as in the table of [`Classifier`](crate::Classifier).
    #[must_use]
    pub const fn of(code: u16, has_retry_after: bool) -> Self {
        match code {
            408 | 500 | 502 | 504 => Self::FAILURE,
            503 | 529 => Self::UNAVAILABLE,
            409 => Self::IN_PROGRESS,
            429 => Self::THROTTLED,
            400..=499 | 501 | 505 | 506 | 508 | 510 | 511 if has_retry_after => Self::THROTTLED,
            423 | 425 => Self::BLOCKED,
            400..=499 | 501 | 505 | 506 | 508 | 510 | 511 => Self::PERMANENT,
            _ => Self::FAILURE,
        }
    }
}
