//! The numbers of a lane.

use crate::number::{number, number_and};
use fusebox::time::Duration;
use fusebox_lab::herd::{Lane, LaneRecovery};
use fusebox_lab::words::{multiple, seconds, share};
use yew::prelude::*;

/// The recovery time after the repair: `7.3 s`, or `at once`.
fn soon(after: Duration) -> String {
    if after < Duration::from_millis(100) {
        return "at once".to_owned();
    }
    seconds(after)
}

/// The outcome of a lane.
pub(super) fn numbers(lane: &Lane) -> Html {
    let outcome = &lane.outcome;
    let (peak, of) = match outcome.peak_ratio(&lane.setup) {
        Some(factor) => (multiple(factor), "Peak, × normal"),
        None => (multiple(outcome.peak / lane.setup.capacity_per_second()), "Peak, × capacity"),
    };
    let never = |why| ("never".to_owned(), Some("is-failure"), Some(why));
    let (recovery, good, why) = match outcome.recovery {
        LaneRecovery::After(after) => (soon(after), Some("is-success"), None),
        LaneRecovery::Metastable { .. } => never("metastable"),
        LaneRecovery::Overloaded { .. } => never("overloaded"),
    };
    let settled_after = outcome.settled_after.map_or_else(|| "not yet".to_owned(), soon);
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
    let failed = share(outcome.failed as f64, outcome.calls as f64);
    html! {
        <dl class="numbers lane__numbers">
            { number_and("Recovered after", recovery, good, why) }
            { number(of, peak, None) }
            { number("Attempts per call", format!("{:.1}", outcome.attempts_per_call), None) }
            { number("Failure rate", failed, None) }
            { number("Wasted work", share(outcome.wasted_work, 1.0), None) }
            { number("Settled after", settled_after, None) }
        </dl>
    }
}
