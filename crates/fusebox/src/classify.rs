//! The classes of statuses, and rules that replace them.

use crate::class::{Class, Verdict};
use crate::outcome::{Failure, Outcome};
use crate::time::Duration;
use alloc::vec::Vec;

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
    /// By status, so that equal rules are equal in whichever order they were set.
    rules: Vec<(u16, Class)>,
}

impl Classifier {
    /// Sets the class of a status, with or without `Retry-After`.
    pub fn set(&mut self, code: u16, class: Class) {
        self.unset(code);
        let at = self.rules.partition_point(|rule| rule.0 < code);
        self.rules.insert(at, (code, class));
    }

    /// Gives a status back the class of the table.
    pub fn unset(&mut self, code: u16) {
        self.rules.retain(|rule| rule.0 != code);
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
