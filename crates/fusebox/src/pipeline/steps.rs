//! What a call does at one layer of a pipeline: a hedge, a retry, a report to the breaker.

use crate::breaker::CircuitBreaker;
use crate::call::{Call, Context, End, Phase, Step};
use crate::explain::{Decision, Explain};
use crate::outcome::{Failure, Outcome};
use crate::retry::{Granted, Retry, Tried};
use crate::time::{Duration, Instant};

pub(super) fn send_hedge<X: Explain>(
    call: &mut Call,
    number: u32,
    cx: &mut Context<'_, X>,
) -> Step {
    call.attempts = number;
    cx.record(Decision::Hedged(number));
    Step::Hedge(number)
}

pub(super) fn count_call(retry: &mut Retry, call: &mut Call, now: Instant) {
    if !core::mem::replace(&mut call.counted, true) {
        retry.start_call(now);
    }
}

/// Reports to the retry layer how its inside ended; gives the delay if there is to be a retry.
pub(super) fn end_attempt<X: Explain>(
    retry: &mut Retry,
    call: &mut Call,
    end: End,
    may_retry: bool,
    cx: &mut Context<'_, X>,
) -> Option<Duration> {
    if !call.counted {
        return None;
    }
    let outcome = match (call.phase, end) {
        // A backoff that was cut short is no attempt, and neither is a rejection.
        (Phase::Backoff { .. }, _) | (_, End::Fallback { rejected: true, .. }) => Outcome::Neutral,
        _ => end.outcome(),
    };
    retry.attempt_ended(cx.now, call.retry_permit.take(), outcome);
    if let End::Failure(failure) = end
        && may_retry
        && let Some(delay) = decide_retry(retry, call, failure, cx)
    {
        return Some(delay);
    }
    retry.end_call();
    call.counted = false;
    None
}

#[inline(never)]
fn decide_retry<X: Explain>(
    retry: &mut Retry,
    call: &mut Call,
    failure: Failure,
    cx: &mut Context<'_, X>,
) -> Option<Duration> {
    let tried = Tried {
        failure,
        attempts: call.attempts,
        repeat: call.request.repeat,
        deadline: call.deadline.min(call.respond_by),
    };
    let delays = call.delays;
    match retry.decide(cx.now, &tried, &mut call.delays, cx.rng) {
        Ok(Granted { delay, permit }) => {
            call.retry_permit = permit;
            cx.record(Decision::Retry { failure, delay, range: retry.range(&delays) });
            Some(delay)
        }
        Err(reason) => {
            cx.record(Decision::GaveUp(reason));
            None
        }
    }
}

/// Does something with a breaker, and records the transition if there was one.
pub(super) fn explain_transition<X: Explain, T>(
    breaker: &mut CircuitBreaker,
    cx: &mut Context<'_, X>,
    act: impl FnOnce(&mut CircuitBreaker, &mut Context<'_, X>) -> T,
) -> T {
    let before = (breaker.generation(), breaker.shadow_trips());
    let result = act(breaker, cx);
    if breaker.generation() != before.0
        && let Some(transition) = breaker.last_transition()
    {
        cx.record(Decision::Transition(transition));
    }
    if breaker.shadow_trips() != before.1
        && let Some(observation) = breaker.last_shadow_trip()
    {
        cx.record(Decision::ShadowTrip(observation));
    }
    result
}
