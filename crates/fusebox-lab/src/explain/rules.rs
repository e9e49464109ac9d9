//! The rules of breakers, backoffs and budgets, as parts of sentences.

use super::clauses::ten_thousandths;
use crate::words::{count, length, plural};
use fusebox::{
    Backoff, BackoffConfig, BreakerConfig, BudgetConfig, Cause, Delays, Exceeded, Growth,
    HalfOpenEnd, HalfOpenTimeout, Jitter, Overdue, Rate, SlowRate, Window,
};

/// The rule that decided, with the numbers that it compared.
pub(super) fn cause(cause: &Cause) -> String {
    match cause {
        Cause::Exceeded(of) => exceeded(of),
        Cause::Overdue { calls, rule: Overdue { calls: most, after } } => {
            let calls = plural((*calls).into(), "call", "calls");
            let (most, after) = (count((*most).into()), length(*after));
            format!("{calls} in flight for over {after} reached the limit of {most}")
        }
        Cause::CooldownOver { cooldown } => {
            format!("a call came after the cooldown of {}", length(*cooldown))
        }
        Cause::TrialsPassed { passed: 1, needed: 1 } => {
            "the one trial that was needed passed".to_owned()
        }
        Cause::TrialsPassed { passed, needed } => {
            let enough = if passed == needed { "as many as" } else { "more than" };
            format!("{passed} trials passed, {enough} were needed")
        }
        Cause::TrialsFailed { failed, slow, trials } => {
            let failed = match (failed, trials) {
                (1, 1) => "the one trial failed".to_owned(),
                (failed, trials) => format!("{failed} of {trials} trials failed"),
            };
            let slow = match slow {
                0 => String::new(),
                slow => format!(", {slow} of them by being slow"),
            };
            format!("{failed}{slow}, so that too few could still pass")
        }
        Cause::HalfOpenTimedOut(HalfOpenTimeout { after, then }) => {
            let taken = match then {
                HalfOpenEnd::Open => "a failure",
                HalfOpenEnd::Close => "a success",
            };
            format!(
                "the trials had not decided after {}, which it takes for {taken}",
                length(*after)
            )
        }
        Cause::ByHand => "somebody switched it".to_owned(),
        Cause::ProcessEnded => {
            "the process that it was in ended, and what it knew with it".to_owned()
        }
    }
}

fn exceeded(exceeded: &Exceeded) -> String {
    let Exceeded { counts, window: of, failures, failure_rate, slow_rate } = exceeded;
    let (of, calls) = (window(*of), count(counts.calls().into()));
    let failed = plural(counts.failures.into(), "failure", "failures");
    let mut parts = Vec::new();
    if let Some(most) = failures {
        parts.push(format!("{failed} {of} reached the threshold of {}", count((*most).into())));
    }
    if let Some(most) = failure_rate {
        parts.push(format!("{failed} of {calls} calls {of} reached the share of {most}"));
    }
    if let Some(SlowRate { threshold, rate }) = slow_rate {
        let (slow, than) = (count(counts.slow.into()), length(*threshold));
        parts.push(format!(
            "{slow} of {calls} calls {of} took longer than {than}, which reached the share of {rate}"
        ));
    }
    parts.join(", and ")
}

/// The stretch that a window looks at.
pub(super) fn window(window: Window) -> String {
    match window {
        Window::Time(of) => format!("in {}", length(of)),
        Window::Count(calls) => format!("in the last {}", plural(calls.into(), "call", "calls")),
        Window::Consecutive => "in a row".to_owned(),
    }
}

/// What opens a closed breaker.
pub(super) fn opens(config: &BreakerConfig) -> String {
    let of = window(config.window);
    let least = format!("at least {}", plural(config.min_calls.into(), "call", "calls"));
    let mut rules = Vec::new();
    if let Some(failures) = config.failures {
        rules.push(format!("{} {of}", plural(failures.into(), "failure", "failures")));
    }
    if let Some(rate) = config.failure_rate {
        rules.push(format!("failures that are {} of {least} {of}", share(rate)));
    }
    if let Some(SlowRate { threshold, rate }) = config.slow_rate {
        let than = length(threshold);
        rules.push(format!("calls of over {than} that are {} of {least} {of}", share(rate)));
    }
    if let Some(Overdue { calls, after }) = config.overdue {
        let calls = plural(calls.into(), "call", "calls");
        rules.push(format!("{calls} in flight for over {}", length(after)));
    }
    rules.join(", or ")
}

fn share(rate: Rate) -> String {
    if rate == Rate::percent(100) { "all".to_owned() } else { format!("{rate} or more") }
}

/// What closes a half-open breaker.
pub(super) fn trials(config: &BreakerConfig) -> String {
    let BreakerConfig { trials, trials_to_close: needed, .. } = *config;
    match (trials, needed) {
        (1, _) => "one call passes as a trial, and the breaker closes if it succeeds".to_owned(),
        (trials, needed) if trials == needed => {
            format!("{trials} calls pass as trials, and the breaker closes if all of them succeed")
        }
        (trials, needed) => {
            format!("{trials} calls pass as trials, and the breaker closes if {needed} succeed")
        }
    }
}

/// How long an open breaker stays so, where that is not known to the moment.
pub(super) fn cooldown(config: &BackoffConfig) -> String {
    let BackoffConfig { base, growth, cap, jitter } = *config;
    let random = if jitter == Jitter::None { "" } else { " with jitter" };
    if growth == Growth::Constant || base == cap {
        format!("{}{random}", length(base))
    } else {
        format!("{} at first and {} at the most{random}", length(base), length(cap))
    }
}

/// Where the delay before this retry, counted from 0, comes from, as a sentence.
pub(super) fn delay(config: &BackoffConfig, retry: u32) -> Option<String> {
    let kind = match config.jitter {
        Jitter::None => return None,
        Jitter::SmoothDecorrelated => return Some("Smooth decorrelated jitter.".to_owned()),
        Jitter::Decorrelated => "decorrelated jitter",
        Jitter::Full => "full jitter",
        Jitter::Equal => "equal jitter",
        Jitter::PlusMinusShare { .. } => "a random factor",
        Jitter::AddedShare { .. } | Jitter::AddedTime { .. } => "added jitter",
        Jitter::PlusMinusTime { .. } => "jitter to both sides",
    };
    let (least, most) = match config.jitter {
        // Its range depends on the delay before, which is a draw of its own.
        Jitter::Decorrelated => (config.base, config.cap),
        _ => Backoff::new(*config).ok()?.range(&Delays::after(retry)),
    };
    Some(format!("With {kind}: {} to {}.", length(least), length(most.min(config.cap))))
}

/// What a retry budget allows.
pub(super) fn budget(config: &BudgetConfig) -> String {
    match *config {
        BudgetConfig::Traffic { per_ten_thousand, min_per_second, ttl } => {
            let (share, ttl) = (Rate::per_ten_thousand(per_ten_thousand), length(ttl));
            let floor = match min_per_second {
                0 => String::new(),
                floor => format!(", and {floor} a second besides"),
            };
            format!("retries for {share} of the calls of the last {ttl}{floor}")
        }
        BudgetConfig::InFlight { per_ten_thousand, floor } => {
            let (share, floor) = (Rate::per_ten_thousand(per_ten_thousand), count(floor.into()));
            format!("retries for {share} of the calls in flight, or {floor} where that is more")
        }
        BudgetConfig::Tokens { tokens, success_refill_per_ten_thousand } => {
            let (tokens, part) =
                (count(tokens.into()), ten_thousandths(success_refill_per_ten_thousand.into()));
            format!(
                "retries while more than half of {tokens} tokens are there; a failed attempt takes \
                 one, and a success adds {part}"
            )
        }
        BudgetConfig::Quota { stock, price, throttled_cost } => {
            let (stock, price) = (count(stock.into()), count(price.into()));
            let throttled = count(throttled_cost.into());
            format!("retries at {price} each, or {throttled} after 429 and 503, from {stock}")
        }
        BudgetConfig::Bucket { tokens, call_refill_per_ten_thousand } => {
            let (tokens, part) =
                (count(tokens.into()), ten_thousandths(call_refill_per_ten_thousand.into()));
            format!("retries at a token each, of {tokens}, to which each call adds {part}")
        }
        BudgetConfig::FailureRate { per_ten_thousand } => {
            let share = Rate::per_ten_thousand(per_ten_thousand);
            format!("retries while at most {share} of all calls so far have failed")
        }
    }
}
