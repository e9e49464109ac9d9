//! The answer of the service to a request.

use crate::trace::Reply;
use fusebox::time::Duration;
use fusebox::{Answer, End, Failure, Outcome};

/// The answer of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Response {
    pub(super) reply: Reply,
    pub(super) retry_after: Option<Duration>,
}

impl From<Reply> for Response {
    fn from(reply: Reply) -> Self {
        Self { reply, retry_after: None }
    }
}

impl Response {
    /// The outcome of the client's attempt.
    pub(super) const fn outcome(self) -> Outcome {
        match self.reply {
            Reply::Success | Reply::Fallback | Reply::Queued => Outcome::Success,
            Reply::Failure if self.retry_after.is_none() => Outcome::Failure(Failure::status(500)),
            Reply::Failure | Reply::FailedFast => {
                Outcome::Failure(Failure::answer(503, self.retry_after))
            }
        }
    }

    /// Whether the answer is a 503, because a later call has a chance.
    pub(super) fn is_503(self) -> bool {
        self.reply == Reply::FailedFast || self.retry_after.is_some()
    }

    /// The answer to a request whose step ended like this.
    pub(super) fn of(end: End) -> Self {
        let retry_after = match end {
            End::Rejection(rejection) => rejection.retry_after(),
            End::Failure(failure) => failure.retry_after(),
            End::Fallback { answer: Answer::Unavailable { retry_after }, .. } => Some(retry_after),
            _ => None,
        };
        Self { reply: Reply::from(end), retry_after }
    }
}
