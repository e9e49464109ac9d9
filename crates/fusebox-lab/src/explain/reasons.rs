//! Why a call was not sent, and why it was not tried again, as parts of sentences.

use super::clauses::{Tense, all_slots, failure, layer, per_cent};
use crate::words::{count, length, plural};
use fusebox::time::{Duration, Instant};
use fusebox::{GiveUp, LayerKind, Rate, Rejection, Shortage};
use fusebox_sim::Dependency;

/// Why a policy does not let a call through.
pub(super) fn refusal(rejection: Rejection, on: Option<Dependency>, tense: Tense) -> String {
    let (is, are) = (tense.is(), tense.are());
    let breaker = || layer(LayerKind::Breaker, on);
    let bulkhead = || layer(LayerKind::Bulkhead, on);
    match rejection {
        Rejection::BreakerOpen { until: Instant::MAX, .. } => format!("{} {is} open", breaker()),
        Rejection::BreakerOpen { until, retry_after } => {
            let (breaker, wait) = (breaker(), length(retry_after));
            format!(
                "{breaker} {is} open for another {wait}; the first call after {until} is its next trial"
            )
        }
        Rejection::BreakerForcedOpen => format!("{} {is} forced open by hand", breaker()),
        Rejection::TrialsTaken { .. } => {
            let breaker = breaker();
            let allows = tense.word("allows", "allowed");
            format!("{breaker} {is} half-open, and as many trials {are} under way as it {allows}")
        }
        Rejection::BulkheadFull { slots: 0, .. } => {
            format!("{} {} no slots at all", bulkhead(), tense.word("has", "had"))
        }
        Rejection::BulkheadFull { slots, queue: 0 } => {
            let slots = all_slots(slots, &bulkhead(), tense);
            format!("{slots} taken, and it has no queue")
        }
        Rejection::BulkheadFull { slots, queue } => {
            let slots = all_slots(slots, &bulkhead(), tense);
            let places = match queue {
                1 => "the one place in its queue".to_owned(),
                queue => format!("all {} places in its queue", count(queue.into())),
            };
            format!("{slots} taken, and {places}")
        }
        Rejection::BulkheadWait => {
            let came = tense.word("comes", "came");
            format!("no slot of {} {came} free in time", bulkhead())
        }
        Rejection::Throttled { per_mille } => {
            let turns = tense.word("turns", "turned");
            let (throttle, share) = (layer(LayerKind::Throttle, on), per_cent(per_mille));
            format!("{throttle} {turns} {share} of the calls away, and chance chose this one")
        }
        Rejection::RateLimited { retry_after: Duration::MAX } => {
            format!("{} {is} at its limit for good", layer(LayerKind::RateLimiter, on))
        }
        Rejection::RateLimited { retry_after } => {
            let limiter = layer(LayerKind::RateLimiter, on);
            format!("{limiter} {is} at its limit for another {}", length(retry_after))
        }
        Rejection::DeadlinePassed => {
            format!("its deadline {} passed already", tense.word("has", "had"))
        }
    }
}

/// Why a failed attempt is not made again.
pub(super) fn give_up(reason: GiveUp, tense: Tense) -> String {
    let (is, are) = (tense.is(), tense.are());
    match reason {
        GiveUp::Permanent(of) => {
            format!("the request itself {is} at fault ({}), and would fail again", failure(of))
        }
        GiveUp::NotIdempotent(of) => format!(
            "after a failure such as this one ({}) the write may have taken effect, and without an \
             idempotency key a repeat could make it twice",
            failure(of)
        ),
        GiveUp::AttemptsUsed { attempts: 1 } => format!("one attempt {is} all it may make"),
        GiveUp::AttemptsUsed { attempts } => {
            format!("all {} attempts {are} used", count(attempts.into()))
        }
        GiveUp::BudgetEmpty(of) => format!("the retry budget {is} spent ({})", shortage(of)),
        GiveUp::DeadlineTooClose { delay, left } => {
            let fits = tense.word("does not fit", "did not fit");
            let (delay, left) = (length(delay), length(left));
            format!("a wait of {delay} {fits} into the {left} that {are} left for the call")
        }
    }
}

/// What a retry budget compares.
fn shortage(shortage: Shortage) -> String {
    let retries = |number: u64| match number {
        0 => "no retry".to_owned(),
        number => plural(number, "retry", "retries"),
    };
    let calls = |number: u64| plural(number, "call", "calls");
    match shortage {
        Shortage::Traffic { retries: spent, calls: made, ttl } => {
            format!("{} for {} in the last {}", retries(spent), calls(made), length(ttl))
        }
        Shortage::InFlight { retries: spent, calls: made } => {
            format!("{} and {} under way", retries(spent.into()), calls(made.into()))
        }
        Shortage::Tokens { left, of } => {
            format!("{} left, and a retry needs more than half", tokens(left, of))
        }
        Shortage::Quota { left, price } => {
            format!("{} left, and a retry costs {}", count(left.into()), count(price.into()))
        }
        Shortage::Bucket { left, of } => {
            format!("{} left, and a retry needs more than one", tokens(left, of))
        }
        Shortage::FailureRate { failures, calls: made, per_ten_thousand } => {
            let failures = plural(failures, "failure", "failures");
            let (made, most) = (calls(made), Rate::per_ten_thousand(per_ten_thousand));
            format!("{failures} of {made} since the start, and at most {most} may fail")
        }
    }
}

/// Tokens in ten-thousandths, of a bucket that holds so many.
fn tokens(left: u64, of: u64) -> String {
    let text = format!("{}.{:04}", left / 10_000, left % 10_000);
    let left = text.trim_end_matches('0').trim_end_matches('.');
    format!("{left} of {} tokens", count(of / 10_000))
}
