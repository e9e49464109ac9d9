//! Counters of the layers of one pipeline, or of all clients together, since the start.

use fusebox::time::Duration;
use fusebox::{Answer, Decision, GiveUp, LayerKind, TimeLimit};

/// Counters of the layers of one pipeline, or of all clients together, since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LayerCounters {
    /// Connections that timed out.
    pub connect_timeouts: u64,
    /// Attempts that timed out.
    pub attempt_timeouts: u64,
    /// Calls that timed out.
    pub call_timeouts: u64,
    /// Retries that the retry layer allowed.
    pub retries: u64,
    /// Hedges: attempts sent beside a slow one.
    pub hedges: u64,
    /// Hedges that the budget of hedges, or a pause, did not allow.
    pub hedge_refusals: u64,
    /// Retries that the budget rejected.
    pub budget_refusals: u64,
    /// Calls that the breaker rejected.
    pub breaker_rejections: u64,
    /// Calls that the bulkhead rejected, at once or after the max wait.
    pub bulkhead_rejections: u64,
    /// Calls that the throttle rejected.
    pub throttle_rejections: u64,
    /// Calls that the rate limiter rejected.
    pub rate_limiter_rejections: u64,
    /// Calls that the retry layer rejected, as a pause would not have ended before their deadline.
    pub pause_rejections: u64,
    /// Calls whose deadline had passed before anything was sent.
    pub deadline_rejections: u64,
    /// Answers of the fallback from the cache.
    pub stale_answers: u64,
    /// The age of the oldest of these answers.
    pub oldest_answer: Duration,
    /// Calls that the fallback passed to a substitute.
    pub substitutes: u64,
    /// Fixed answers of the fallback.
    pub fixed_answers: u64,
    /// Calls that the fallback could only answer with a 503.
    pub unavailable: u64,
}

impl LayerCounters {
    /// Timeouts of all three kinds.
    #[must_use]
    pub const fn timeouts(&self) -> u64 {
        self.connect_timeouts + self.attempt_timeouts + self.call_timeouts
    }

    /// Counts a decision, if there is a counter for it.
    pub(super) fn count(&mut self, decision: &Decision) {
        let number = match decision {
            Decision::TimedOut { limit, .. } => match limit {
                TimeLimit::Connect => &mut self.connect_timeouts,
                TimeLimit::Attempt => &mut self.attempt_timeouts,
                TimeLimit::Call => &mut self.call_timeouts,
                TimeLimit::Deadline => return,
            },
            Decision::Retry { .. } => &mut self.retries,
            Decision::Hedged(_) => &mut self.hedges,
            Decision::NotHedged(_) => &mut self.hedge_refusals,
            Decision::GaveUp(GiveUp::BudgetEmpty(_)) => &mut self.budget_refusals,
            Decision::Rejected(rejection) => match rejection.layer() {
                Some(LayerKind::Breaker) => &mut self.breaker_rejections,
                Some(LayerKind::Bulkhead) => &mut self.bulkhead_rejections,
                Some(LayerKind::Throttle) => &mut self.throttle_rejections,
                Some(LayerKind::RateLimiter) => &mut self.rate_limiter_rejections,
                Some(LayerKind::Retry) => &mut self.pause_rejections,
                // These reject no call.
                Some(LayerKind::Timeout | LayerKind::Fallback | LayerKind::Hedge) => return,
                None => &mut self.deadline_rejections,
            },
            Decision::Answered(answer) => match *answer {
                Answer::Stale { age } => {
                    self.oldest_answer = self.oldest_answer.max(age);
                    &mut self.stale_answers
                }
                Answer::Substitute => &mut self.substitutes,
                Answer::Default => &mut self.fixed_answers,
                Answer::Unavailable { .. } => &mut self.unavailable,
            },
            _ => return,
        };
        *number += 1;
    }
}
