//! What an answer's status means to the policies: whether it counts against the dependency, and
//! whether the request may be made again.

use crate::outcome::{Failure, Outcome};
use crate::time::Duration;
use alloc::vec::Vec;

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

    /// The class of an error with this status, as in the table of [`Classifier`].
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

/// The classes of answers: those of this table, and rules that replace them for single statuses.
///
/// | answer | verdict | again? |
/// |---|---|---|
/// | 408, 500, 502, 504 and other 5xx | failure | only a read, or a mutation with a key |
/// | 503, 529 | failure | yes: it had no effect |
/// | 429 | throttled | yes, after the wait |
/// | 403 and other 4xx with `Retry-After`, as of APIs that throttle with them | throttled | yes, after the wait |
/// | 409: an earlier attempt with the same key is at work | neutral | only a read, or a mutation with a key |
/// | 423, 425: locked, too early | neutral | yes: it had no effect |
/// | 501, 505, 506, 508, 510, 511: what the server can never do | neutral | never |
/// | 400, 401, 404, 422 and other 4xx | neutral | never |
///
/// A 5xx with `Retry-After` stays a failure: the dependency says itself that it is not up.
///
/// Some proxies answer 503 also when their connection to the server broke, and the request may have taken
/// effect. Behind one, set the class of 503 to [`Class::FAILURE`].
///
/// Breaker, retry, hedge, throttle and fallback are all told the class with the failure, so that
/// they cannot disagree.
///
/// ```
/// use fusebox::{Class, Classifier, Failure, Outcome, Verdict};
///
/// let mut classifier = Classifier::default();
/// assert_eq!(Failure::status(429).class(), Class::THROTTLED);
/// // An API whose 429 means that it is down, and whose 404 is an answer.
/// classifier.set(429, Class::UNAVAILABLE);
/// classifier.set(404, Class::SUCCESS);
/// let Outcome::Failure(failure) = classifier.outcome(429, None) else { panic!() };
/// assert_eq!(failure.class().verdict, Verdict::Failure);
/// assert_eq!(classifier.outcome(404, None), Outcome::Success);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Classifier {
    rules: Vec<(u16, Class)>,
}

impl Classifier {
    /// Sets the class of a status, with or without `Retry-After`.
    pub fn set(&mut self, code: u16, class: Class) {
        self.rules.retain(|rule| rule.0 != code);
        self.rules.push((code, class));
    }

    /// The class that was set for a status.
    #[must_use]
    pub fn rule(&self, code: u16) -> Option<Class> {
        self.rules.iter().find(|rule| rule.0 == code).map(|rule| rule.1)
    }

    /// The outcome of an attempt that was answered with an error.
    #[must_use]
    pub fn outcome(&self, code: u16, retry_after: Option<Duration>) -> Outcome {
        self.classify(Outcome::Failure(Failure::answer(code, retry_after)))
    }

    /// The same outcome with the class that was set for its status.
    #[must_use]
    pub fn classify(&self, outcome: Outcome) -> Outcome {
        match outcome {
            Outcome::Failure(Failure::Status { code, retry_after, .. }) => match self.rule(code) {
                Some(Class { verdict: Verdict::Success, .. }) => Outcome::Success,
                Some(class) => Outcome::Failure(Failure::Status { code, retry_after, class }),
                None => outcome,
            },
            _ => outcome,
        }
    }
}
