//! Breakers that opened although few of the calls had failed, because there were many calls.

use crate::words::plural;
use fusebox::{Cause, Rate, Transition};
use fusebox_sim::{Dependency, Measures};

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

/// How many times a rule on failures did that in a run, of its first 1,000 changes: the breaker around a
/// dependency, or any breaker.
#[must_use]
pub fn times(measures: &Measures, on: Option<Dependency>) -> u64 {
    let changes = measures.breaker_changes().iter();
    let of_it = changes.filter(|change| on.is_none_or(|on| change.on == Some(on)));
    of_it.filter(|change| is_at_low_share(&change.transition)).count() as u64
}

/// What is doubtful about the settings, as a sentence; none if it never happened.
#[must_use]
pub fn warning(times: u64) -> Option<String> {
    (times > 0).then(|| {
        format!(
            "{} to open came when under {LOW_SHARE} of the calls in the window had failed: a \
             number of failures means less the more calls there are. Consider a failure rate with a \
             minimum of calls instead (breaker.failure_rate, breaker.min_calls).",
            plural(times, "change", "changes")
        )
    })
}
