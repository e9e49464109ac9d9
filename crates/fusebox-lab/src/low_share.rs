//! Breakers that opened although few of the calls had failed, because there were many calls.

use crate::words::plural;
use fusebox::{Cause, Rate, Transition};

/// A breaker that opens at a smaller share of failures is worth a warning.
pub const LOW_SHARE: Rate = Rate::percent(5);

/// Whether a rule on failures opened a breaker although few of its calls had failed.
#[must_use]
pub fn is_at_low_share(transition: &Transition) -> bool {
    let Cause::Exceeded(exceeded) = transition.cause else { return false };
    let by_failures = exceeded.failures.is_some() || exceeded.failure_rate.is_some();
    let (failures, calls) = (exceeded.counts.failures, exceeded.counts.calls());
    let share = u64::from(failures) * 10_000;
    by_failures && share < u64::from(calls) * u64::from(LOW_SHARE.as_per_ten_thousand())
}

/// What is doubtful about the settings, as a sentence; none if it never happened.
#[must_use]
pub fn warning(times: u64) -> Option<String> {
    (times > 0).then(|| {
        format!(
            "{} to open came when under {LOW_SHARE} of the calls in the window had failed: a \
             number of failures means less the more calls there are; consider \
             breaker.failure_rate with breaker.min_calls instead of breaker.failures",
            plural(times, "change", "changes")
        )
    })
}
