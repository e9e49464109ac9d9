//! Explanations: a small record of every decision, with the numbers that it compared.
//!
//! A caller that does not need them passes `&mut ()`, and then they cost nothing.

use crate::breaker::{Rate, Recorded, ShadowTrip, Transition, WindowEntry};
use crate::budget::Shortage;
use crate::fallback::Answer;
use crate::outcome::{Failure, Outcome, Rejection};
use crate::retry::GiveUp;
use crate::time::{Duration, Instant};
use crate::timeout::TimeLimit;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

/// A decision and its moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    /// The time of the decision.
    pub at: Instant,
    /// What was decided.
    pub decision: Decision,
}

/// Why no hedge was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoHedge {
    /// The budget of hedges is spent.
    BudgetSpent,
    /// A `Retry-After` of the dependency pauses all attempts.
    Paused,
}

impl fmt::Display for NoHedge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BudgetSpent => "the budget of hedges is spent",
            Self::Paused => "a Retry-After pauses all attempts",
        })
    }
}

/// What a policy decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// An attempt was sent; the number counts from 1.
    Sent(u32),
    /// A further attempt was sent beside those in flight; the number counts from 1.
    Hedged(u32),
    /// A further attempt was due beside those in flight, and was not sent.
    NotHedged(NoHedge),
    /// A policy rejected the call.
    Rejected(Rejection),
    /// The breaker changed its state.
    Transition(Transition),
    /// The breaker is in shadow mode, and would have opened.
    ShadowTrip(ShadowTrip),
    /// The outcome of a call was reported to the breaker that had let it through.
    Reported {
        /// When the breaker let the call through.
        began: Instant,
        /// The number of the trial, if the call was one; none for a call through a closed breaker.
        trial: Option<u64>,
        /// How the call ended.
        outcome: Outcome,
        /// What the breaker made of it.
        recorded: Recorded,
    },
    /// The call is queued for a slot of the bulkhead, behind this many others.
    Queued(u32),
    /// A limit of time ran out.
    TimedOut {
        /// Which limit.
        limit: TimeLimit,
        /// How long it was.
        after: Duration,
    },
    /// The attempt failed and is retried.
    Retry {
        /// How it failed.
        failure: Failure,
        /// The wait before the retry.
        delay: Duration,
        /// The smallest and the largest delay that the backoff could draw; a `Retry-After` may ask
        /// for more.
        range: (Duration, Duration),
    },
    /// The call waits for the end of a pause for all calls, because the dependency has asked for it.
    Paused {
        /// The wait, with its jitter.
        delay: Duration,
    },
    /// The attempt failed and is not retried.
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
            Self::Hedged(attempt) => {
                write!(f, "attempt {attempt} was sent as a hedge.")
            }
            Self::NotHedged(why) => write!(f, "no hedge was sent: {why}."),
            Self::Rejected(rejection) => write!(f, "not sent: {rejection}."),
            Self::Transition(transition) => transition.fmt(f),
            Self::ShadowTrip(observation) => observation.fmt(f),
            Self::Reported { outcome, recorded, .. } => {
                let what = if outcome.is_success() {
                    "a success"
                } else {
                    "an outcome other than success"
                };
                let counted = match recorded {
                    Recorded::Counted(WindowEntry { slow: true, .. }) => "counted as slow",
                    Recorded::Counted(_) => "counted",
                    Recorded::Neutral => "not counted",
                    Recorded::Stale => "stale",
                };
                write!(f, "{what} was reported to the breaker: {counted}.")
            }
            Self::Queued(ahead) => write!(f, "queued for a slot, with {ahead} ahead."),
            Self::TimedOut { limit, after } => write!(f, "{limit} passed after {after}."),
            Self::Retry { failure, delay, .. } => {
                write!(f, "{failure}; the next attempt is in {delay}.")
            }
            Self::Paused { delay } => write!(f, "paused by a Retry-After for {delay}."),
            Self::GaveUp(reason) => write!(f, "not retried: {reason}."),
            Self::Answered(answer) => answer.fmt(f),
        }
    }
}

impl fmt::Display for TimeLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "the connect timeout",
            Self::Attempt => "the attempt timeout",
            Self::Call => "the call timeout",
            Self::Deadline => "the caller's deadline",
        })
    }
}

/// A phrase without a verb, so that it can follow any sentence about the call.
impl fmt::Display for GiveUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Permanent(failure) => write!(f, "{failure} is permanent"),
            Self::NotIdempotent(failure) => {
                write!(f, "{failure}, and without an idempotency key a retry could apply it twice")
            }
            Self::AttemptsUsed { attempts } => write!(f, "limit of attempts reached ({attempts})"),
            Self::BudgetEmpty(shortage) => write!(f, "retry budget spent ({shortage})"),
            Self::RetryAfterTooLong { asked, longest } => {
                write!(f, "Retry-After {asked}, longer than {longest}")
            }
            Self::DeadlineTooClose { delay, left } => {
                write!(f, "only {left} left for a delay of {delay}")
            }
        }
    }
}

impl fmt::Display for Shortage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Traffic { retries, allowed, calls, ttl } => {
                write!(f, "{retries} of {allowed} retries for {calls} calls in the last {ttl}")
            }
            Self::InFlight { retries, allowed, calls } => {
                write!(f, "{retries} of {allowed} retries for {calls} calls in flight")
            }
            Self::Tokens { left, of } => {
                write!(f, "tokens: {} of {}, not more than half", tokens(*left), tokens(*of))
            }
            Self::Quota { left, cost } => write!(f, "left: {left}, cost: {cost}"),
            Self::Bucket { left, of } => {
                write!(f, "tokens: {} of {}, not more than one", tokens(*left), tokens(*of))
            }
            Self::FailureRate { failures, calls, per_ten_thousand } => {
                let most = Rate::per_ten_thousand(*per_ten_thousand);
                write!(f, "failures: {failures}, calls: {calls}, more than {most}")
            }
        }
    }
}

/// A number of tokens, given in ten-thousandths of a token.
fn tokens(number: u64) -> String {
    let text = format!("{}.{:04}", number / 10_000, number % 10_000);
    text.trim_end_matches('0').trim_end_matches('.').to_string()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::breaker::{
        Cause, Counts, Exceeded, HalfOpenEnd, HalfOpenTimeout, Overdue, SlowRate, StateName, Window,
    };

    const SECOND: Duration = Duration::from_secs(1);

    fn sentence(decision: Decision) -> alloc::string::String {
        Record { at: Instant::from_secs(2), decision }.to_string()
    }

    #[test]
    fn every_decision_is_a_sentence_with_its_numbers() {
        let until = Instant::from_secs(12);
        let retry_after = Duration::from_secs(10);
        let open = Rejection::BreakerOpen { until, retry_after };
        for (decision, text) in [
            (Decision::Sent(1), "attempt 1 was sent."),
            (Decision::Rejected(open), "not sent: breaker open for another 10 s."),
            (Decision::Rejected(Rejection::BreakerForcedOpen), "not sent: breaker forced open."),
            (
                Decision::Rejected(Rejection::TrialsTaken { until }),
                "not sent: breaker half-open with all trials in flight.",
            ),
            (
                Decision::Rejected(Rejection::BulkheadFull { slots: 20, queue: 10 }),
                "not sent: bulkhead full (slots: 20, queue: 10).",
            ),
            (Decision::Rejected(Rejection::BulkheadWait), "not sent: no bulkhead slot in time."),
            (
                Decision::Rejected(Rejection::Throttled { per_mille: 333 }),
                "not sent: throttle rejecting 33.3 % of calls.",
            ),
            (
                Decision::Rejected(Rejection::RateLimited { retry_after }),
                "not sent: rate limit reached for another 10 s.",
            ),
            (Decision::Rejected(Rejection::DeadlinePassed), "not sent: deadline passed."),
            (
                Decision::TimedOut { limit: TimeLimit::Deadline, after: SECOND },
                "the caller's deadline passed after 1 s.",
            ),
            (
                Decision::Retry {
                    failure: Failure::Aborted,
                    delay: SECOND,
                    range: (SECOND, SECOND),
                },
                "transaction rolled back; the next attempt is in 1 s.",
            ),
            (
                Decision::Retry {
                    failure: Failure::Connect,
                    delay: SECOND,
                    range: (SECOND, SECOND),
                },
                "connection refused; the next attempt is in 1 s.",
            ),
            (
                Decision::Retry {
                    failure: Failure::Timeout,
                    delay: SECOND,
                    range: (SECOND, SECOND),
                },
                "timed out; the next attempt is in 1 s.",
            ),
            (
                Decision::NotHedged(NoHedge::BudgetSpent),
                "no hedge was sent: the budget of hedges is spent.",
            ),
            (
                Decision::NotHedged(NoHedge::Paused),
                "no hedge was sent: a Retry-After pauses all attempts.",
            ),
            (Decision::Paused { delay: SECOND }, "paused by a Retry-After for 1 s."),
            (
                Decision::Rejected(Rejection::Paused { retry_after: SECOND }),
                "not sent: paused by a Retry-After for another 1 s.",
            ),
            (Decision::Queued(3), "queued for a slot, with 3 ahead."),
            (
                Decision::TimedOut { limit: TimeLimit::Attempt, after: SECOND },
                "the attempt timeout passed after 1 s.",
            ),
            (
                Decision::TimedOut { limit: TimeLimit::Connect, after: SECOND },
                "the connect timeout passed after 1 s.",
            ),
            (
                Decision::TimedOut { limit: TimeLimit::Call, after: SECOND },
                "the call timeout passed after 1 s.",
            ),
            (
                Decision::Retry {
                    failure: Failure::status(503),
                    delay: SECOND,
                    range: (SECOND, SECOND),
                },
                "status 503; the next attempt is in 1 s.",
            ),
            (
                Decision::Answered(Answer::Stale { age: SECOND }),
                "answered from the cache, 1 s old.",
            ),
            (Decision::Answered(Answer::Substitute), "answered by the substitute."),
            (Decision::Answered(Answer::Default), "answered with the default."),
            (
                Decision::Answered(Answer::Unavailable { retry_after: SECOND }),
                "answered 503, retry after 1 s.",
            ),
        ] {
            assert_eq!(sentence(decision), format!("2.00 s: {text}"));
        }
    }

    #[test]
    fn every_reason_to_give_up_is_a_sentence_with_its_numbers() {
        let traffic = Shortage::Traffic { retries: 3, allowed: 3, calls: 12, ttl: SECOND };
        for (reason, text) in [
            (GiveUp::Permanent(Failure::status(404)), "status 404 is permanent"),
            (
                GiveUp::NotIdempotent(Failure::ConnectionLost),
                "connection lost, and without an idempotency key a retry could apply it twice",
            ),
            (GiveUp::AttemptsUsed { attempts: 4 }, "limit of attempts reached (4)"),
            (
                GiveUp::BudgetEmpty(traffic),
                "retry budget spent (3 of 3 retries for 12 calls in the last 1 s)",
            ),
            (
                GiveUp::BudgetEmpty(Shortage::InFlight { retries: 3, allowed: 3, calls: 12 }),
                "retry budget spent (3 of 3 retries for 12 calls in flight)",
            ),
            (
                GiveUp::BudgetEmpty(Shortage::Tokens { left: 40_500, of: 100_000 }),
                "retry budget spent (tokens: 4.05 of 10, not more than half)",
            ),
            (
                GiveUp::BudgetEmpty(Shortage::Quota { left: 9, cost: 14 }),
                "retry budget spent (left: 9, cost: 14)",
            ),
            (
                GiveUp::BudgetEmpty(Shortage::Bucket { left: 9_050, of: 50_000 }),
                "retry budget spent (tokens: 0.905 of 5, not more than one)",
            ),
            (
                GiveUp::BudgetEmpty(Shortage::FailureRate {
                    failures: 12,
                    calls: 100,
                    per_ten_thousand: 1_050,
                }),
                "retry budget spent (failures: 12, calls: 100, more than 10.5 %)",
            ),
            (
                GiveUp::RetryAfterTooLong { asked: SECOND, longest: Duration::ZERO },
                "Retry-After 1 s, longer than 0 s",
            ),
            (
                GiveUp::DeadlineTooClose { delay: SECOND, left: Duration::from_millis(20) },
                "only 20 ms left for a delay of 1 s",
            ),
        ] {
            let expected = format!("2.00 s: not retried: {text}.");
            assert_eq!(sentence(Decision::GaveUp(reason)), expected);
        }
    }

    #[test]
    fn every_cause_is_a_sentence_with_its_numbers() {
        let threshold = Duration::from_secs(2);
        let half = Rate::percent(50);
        let exceeded = |failures, failure_rate, slow_rate| {
            let counts = Counts { successes: 4, failures: 6, slow: 5 };
            let window = Window::Count(10);
            Cause::Exceeded(Exceeded { counts, window, failures, failure_rate, slow_rate })
        };
        let slow = SlowRate { threshold, rate: Rate::per_ten_thousand(3_325) };
        for (cause, text) in [
            (
                exceeded(Some(6), None, None),
                "6 failures in the last 10 calls reached the threshold of 6",
            ),
            (
                exceeded(Some(6), Some(half), None),
                "6 failures in the last 10 calls reached the threshold of 6, and \
                 6 failures of 10 calls in the last 10 calls reached 50 %",
            ),
            (
                exceeded(None, None, Some(slow)),
                "5 of 10 calls in the last 10 calls were slow (over 2 s), which reached 33.25 %",
            ),
            (
                Cause::Overdue {
                    calls: 7,
                    of: 9,
                    rule: Overdue { calls: 7, share: None, after: SECOND },
                },
                "7 calls in flight for over 1 s reached the limit of 7",
            ),
            (
                Cause::Overdue {
                    calls: 7,
                    of: 9,
                    rule: Overdue { calls: 2, share: Some(half), after: SECOND },
                },
                "7 of 9 calls in flight for over 1 s reached 50 %",
            ),
            (
                Cause::CooldownOver { cooldown: SECOND },
                "the cooldown of 1 s was over when a call came",
            ),
            (Cause::TrialsPassed { passed: 2, needed: 2 }, "2 of 2 trials passed"),
            (Cause::TrialsFailed { failed: 2, slow: 0, trials: 3 }, "2 of 3 trials failed"),
            (
                Cause::TrialsFailed { failed: 2, slow: 1, trials: 3 },
                "2 of 3 trials failed, 1 of them slow",
            ),
            (
                Cause::HalfOpenTimedOut(HalfOpenTimeout { after: SECOND, then: HalfOpenEnd::Open }),
                "the trials had not decided after 1 s",
            ),
            (Cause::ByHand, "by hand"),
            (Cause::ProcessEnded, "its process ended"),
        ] {
            let (from, to) = (StateName::Closed, StateName::Open);
            let transition = Transition { at: Instant::from_secs(2), from, to, cause };
            let expected = format!("2.00 s: the breaker went from closed to open: {text}.");
            assert_eq!(sentence(Decision::Transition(transition)), expected);
            let observation = ShadowTrip { at: Instant::from_secs(2), cause };
            let expected =
                format!("2.00 s: the breaker is in shadow mode, and would have opened: {text}.");
            assert_eq!(sentence(Decision::ShadowTrip(observation)), expected);
        }
    }

    #[test]
    fn windows_rates_and_states_have_words() {
        let words = [Window::Time(SECOND), Window::Count(3), Window::Consecutive];
        assert_eq!(
            words.map(|window| window.to_string()),
            ["in 1 s", "in the last 3 calls", "in a row"]
        );
        let rates = [5_000, 3_330, 3_333, 3_303, 1].map(Rate::per_ten_thousand);
        assert_eq!(
            rates.map(|rate| rate.to_string()),
            ["50 %", "33.3 %", "33.33 %", "33.03 %", "0.01 %"]
        );
        let states = [StateName::Closed, StateName::Open, StateName::HalfOpen];
        assert_eq!(states.map(|name| name.to_string()), ["closed", "open", "half-open"]);
    }
}
