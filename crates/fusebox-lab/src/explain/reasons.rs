//! Why a call was not sent, and why it was not tried again, as clauses in both tenses.

use super::clauses::{failure, layer, ten_thousandths};
use crate::words::{count, length, plural};
use fusebox::time::{Duration, Instant};
use fusebox::{GiveUp, LayerKind, Rate, Rejection, Shortage};
use fusebox_sim::Dependency;

/// Why a policy does not let a call through.
pub(super) fn refusal(rejection: Rejection, on: Option<Dependency>) -> String {
    let of = |kind| layer(kind, on);
    match rejection {
        Rejection::BreakerOpen { until: Instant::MAX, .. } | Rejection::BreakerForcedOpen => {
            format!("{} <is|was> forced open", of(LayerKind::Breaker))
        }
        Rejection::BreakerOpen { until, retry_after } => format!(
            "{} <is|was> open for another {}; the first call after {until} is its next trial",
            of(LayerKind::Breaker),
            length(retry_after)
        ),
        Rejection::TrialsTaken { .. } => {
            format!("{} <is|was> half-open, with all its trials in flight", of(LayerKind::Breaker))
        }
        Rejection::BulkheadFull { slots, queue } => {
            let slots = plural(slots.into(), "slot", "slots");
            let queue = match queue {
                0 => "no queue".to_owned(),
                queue => format!("a queue of {}", count(queue.into())),
            };
            format!("{} <is|was> full ({slots}, {queue})", of(LayerKind::Bulkhead))
        }
        Rejection::BulkheadWait => {
            format!("no slot of {} <comes|came> free in time", of(LayerKind::Bulkhead))
        }
        Rejection::Throttled { per_mille } => format!(
            "{} <rejects|rejected> {} of calls at random, this one among them",
            of(LayerKind::Throttle),
            Rate::per_ten_thousand(per_mille.saturating_mul(10))
        ),
        Rejection::RateLimited { retry_after: Duration::MAX } => {
            format!("{} <is|was> at its limit for good", of(LayerKind::RateLimiter))
        }
        Rejection::RateLimited { retry_after } => {
            let limiter = of(LayerKind::RateLimiter);
            format!("{limiter} <is|was> at its limit for another {}", length(retry_after))
        }
        Rejection::DeadlinePassed => "its deadline <has|had> passed already".to_owned(),
    }
}

/// Why a failed attempt is not made again.
pub(super) fn give_up(reason: GiveUp) -> String {
    match reason {
        GiveUp::Permanent(of) => {
            format!("the request itself <is|was> at fault ({}), and would fail again", failure(of))
        }
        GiveUp::NotIdempotent(of) => format!(
            "after this failure ({}) the write may have been applied, and without an idempotency \
             key a retry could apply it twice",
            failure(of)
        ),
        GiveUp::AttemptsUsed { attempts } => {
            let attempts = plural(attempts.into(), "attempt", "attempts");
            format!("the limit of {attempts} <is|was> reached")
        }
        GiveUp::BudgetEmpty(of) => format!("the retry budget <is|was> spent ({})", shortage(of)),
        GiveUp::DeadlineTooClose { delay, left } => format!(
            "a delay of {} <does|did> not fit into the {} left for the call",
            length(delay),
            length(left)
        ),
    }
}

/// What a retry budget compares.
fn shortage(shortage: Shortage) -> String {
    let retries = |number: u64| plural(number, "retry", "retries");
    let calls = |number: u64| plural(number, "call", "calls");
    match shortage {
        Shortage::Traffic { retries: spent, calls: made, ttl } => {
            format!("{} for {} in the last {}", retries(spent), calls(made), length(ttl))
        }
        Shortage::InFlight { retries: spent, calls: made } => {
            format!("{} and {} in flight", retries(spent.into()), calls(made.into()))
        }
        Shortage::Tokens { left, of } => format!(
            "{} of {} tokens left, and a retry needs more than half",
            ten_thousandths(left),
            ten_thousandths(of)
        ),
        Shortage::Quota { left, price } => {
            format!("{} left, and a retry costs {}", count(left.into()), count(price.into()))
        }
        Shortage::Bucket { left, of } => format!(
            "{} of {} tokens left, and a retry needs more than one",
            ten_thousandths(left),
            ten_thousandths(of)
        ),
        Shortage::FailureRate { failures, calls: made, per_ten_thousand } => format!(
            "{} of {} since the start, and at most {} may fail",
            plural(failures, "failure", "failures"),
            calls(made),
            Rate::per_ten_thousand(per_ten_thousand)
        ),
    }
}
