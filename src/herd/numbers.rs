//! The numbers of a lane.

use super::bands::OtherSeeds;
use crate::number::{number, number_and};
use fusebox::time::Duration;
use fusebox_lab::herd::{Lane, LaneCalls, Tone};
use fusebox_lab::words::{count, multiple, seconds, share};
use yew::prelude::*;

/// The recovery time after the repair: `7.3 s`, or `at once`.
fn soon(after: Duration) -> String {
    if after < Duration::from_millis(100) {
        return "at once".to_owned();
    }
    seconds(after)
}

/// The outcome of a lane, with what other seeds give for its first numbers.
pub(super) fn numbers(lane: &Lane, n: usize, others: &OtherSeeds) -> Html {
    let outcome = &lane.outcome;
    let tone = match outcome.tone() {
        Tone::Good => Some("is-success"),
        Tone::Neutral => None,
        Tone::Bad => Some("is-failure"),
    };
    let recovered = outcome.recovery.after().map_or_else(|| "not in this run".to_owned(), soon);
    let peak = multiple(lane.setup.multiple(outcome.peak_after_repair));
    let recovery_notes = html! {
        <>
            if let Some(reason) = outcome.recovery.reason() {
                <dd class="numbers__note">{ reason }</dd>
            }
            { others.note("recovered_after", n) }
        </>
    };
    let settled = outcome.settled_after.map_or_else(|| "not in this run".to_owned(), soon);
    let LaneCalls { answered, failed, waiting, .. } = outcome.calls;
    html! {
        <dl class="numbers lane__numbers">
            { number_and("Peak after repair, × capacity", peak, None, others.note("peak_after_repair", n)) }
            { number_and("Recovered after", recovered, tone, recovery_notes) }
            { number("Answered calls", count(answered), None) }
            { number("Failed calls", count(failed), None) }
            { number("Calls still waiting", count(waiting), None) }
            { number("Attempts per call", format!("{:.1}", outcome.attempts_per_call), None) }
            { number("Wasted work", share(outcome.wasted_work, 1.0), None) }
            { number("Settled after", settled, None) }
        </dl>
    }
}
