//! What the layers of one pipeline, or of all clients together, have done since the start.

use fusebox::time::Duration;
use fusebox::{Answer, Decision, GiveUp, Rejection, TimeLimit};

/// What the layers of one pipeline, or of all clients together, have done since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LayerCounters {
    /// Connections that took too long.
    pub connect_timeouts: u64,
    /// Waits that the limit for an attempt ended.
    pub attempt_timeouts: u64,
    /// Waits that the limit for the whole call ended.
    pub call_timeouts: u64,
    /// Further attempts that the retry layer decided on.
    pub retries: u64,
    /// Attempts that were sent beside a slow one.
    pub hedges: u64,
    /// Retries that the budget refused.
    pub budget_refusals: u64,
    /// Calls that the breaker refused.
    pub breaker_refusals: u64,
    /// Calls for which the bulkhead had no slot, at once or after a wait.
    pub bulkhead_refusals: u64,
    /// Calls that the throttle turned away.
    pub throttle_refusals: u64,
    /// Calls that the rate limiter refused.
    pub rate_limiter_refusals: u64,
    /// Answers of the fallback from the cache.
    pub stale_answers: u64,
    /// The age of the oldest of them.
    pub oldest_answer: Duration,
    /// Calls that the fallback passed to a substitute.
    pub substitutes: u64,
    /// Fixed answers of the fallback.
    pub fixed_answers: u64,
    /// Calls for which the fallback had nothing but a 503.
    pub unavailable: u64,
}

impl LayerCounters {
    /// Counts a decision, if it is one of those.
    pub(super) fn count(&mut self, decision: &Decision) {
        match decision {
            Decision::TimedOut { limit, .. } => self.timed_out(*limit),
            Decision::Retry { .. } => self.retries += 1,
            Decision::Hedged(_) => self.hedges += 1,
            Decision::GaveUp(GiveUp::BudgetEmpty(_)) => self.budget_refusals += 1,
            Decision::Refused(rejection) => self.refused(*rejection),
            Decision::Answered(answer) => self.answered(*answer),
            _ => {}
        }
    }

    const fn timed_out(&mut self, limit: TimeLimit) {
        match limit {
            TimeLimit::Connect => self.connect_timeouts += 1,
            TimeLimit::Attempt => self.attempt_timeouts += 1,
            TimeLimit::Call => self.call_timeouts += 1,
            TimeLimit::Deadline => {}
        }
    }

    const fn refused(&mut self, rejection: Rejection) {
        match rejection {
            Rejection::BreakerOpen { .. }
            | Rejection::BreakerForcedOpen
            | Rejection::TrialsTaken { .. } => self.breaker_refusals += 1,
            Rejection::BulkheadFull { .. } | Rejection::BulkheadWait => self.bulkhead_refusals += 1,
            Rejection::Throttled { .. } => self.throttle_refusals += 1,
            Rejection::RateLimited { .. } => self.rate_limiter_refusals += 1,
            Rejection::DeadlinePassed => {}
        }
    }

    fn answered(&mut self, answer: Answer) {
        match answer {
            Answer::Stale { age } => {
                self.stale_answers += 1;
                self.oldest_answer = self.oldest_answer.max(age);
            }
            Answer::Substitute => self.substitutes += 1,
            Answer::Default => self.fixed_answers += 1,
            Answer::Unavailable { .. } => self.unavailable += 1,
        }
    }
}
