//! The numbers of a lane: the two that lead, what became of the calls, and the others.

use super::bands::OtherSeeds;
use super::so_far::Shown;
use crate::number::number;
use crate::table::{caption, table};
use fusebox::time::{Duration, Instant};
use fusebox_lab::herd::{Lane, LaneCalls, Measure, Tone};
use fusebox_lab::words::{count, multiple, requests, share};
use yew::prelude::*;

/// A time after the repair, as the measures write it: `7.3 s`, or `at once`.
fn soon(after: Duration) -> String {
    Measure::usual().text(Some(after.as_secs_f64()))
}

/// The two numbers that lead: the peak after the repair, and the recovery, at the end of the run with
/// what other seeds give.
pub(super) fn tiles(shown: &Shown, (n, others): (usize, &OtherSeeds), longer: Html) -> Html {
    let outcome = &shown.lane.outcome;
    let of = match outcome.peak_after_repair {
        load if load > 0.0 => format!("capacity, or {}", requests(load)),
        _ => String::new(),
    };
    let (recovered, reason) = recovered(shown);
    let class = shown.is_whole.then(|| match outcome.tone() {
        Tone::Good => Some("is-success"),
        Tone::Neutral => None,
        Tone::Bad => Some("is-failure"),
    });
    let others = |name: &str| {
        if shown.is_whole { others.note(name, n) } else { Html::default() }
    };
    let below = html! { <>{ reason }{ longer }</> };
    html! {
        <dl class="tiles lane__numbers">
            { tile(PEAK, (peak(shown), None), of.into(), others("peak_after_repair")) }
            { tile(RECOVERED, (recovered, class.flatten()), below, others("recovered_after")) }
        </dl>
    }
}

/// The two numbers of every lane in one table, for a page that is too narrow to show two lanes at once.
pub(super) fn overview(
    lanes: impl IntoIterator<Item = (String, Option<Shown>)>,
    below: Html,
) -> Html {
    let rows = lanes.into_iter().map(|(name, shown)| {
        let cell =
            |text: fn(&Shown) -> String| Html::from(shown.as_ref().map_or_else(String::new, text));
        vec![name.into(), cell(peak), cell(|shown| recovered(shown).0)]
    });
    let heads = ["", PEAK, RECOVERED].map(Html::from);
    html! {
        <div class="herd__overview panel">
            { table(caption("The lanes at a glance"), heads, rows) }
            { below }
        </div>
    }
}

const PEAK: &str = "Peak after repair";
const RECOVERED: &str = "Recovered after";

/// The peak after the repair as far as the playhead, in multiples of the capacity.
fn peak(shown: &Shown) -> String {
    match shown.lane.outcome.peak_after_repair {
        load if load > 0.0 => multiple(shown.lane.setup.multiple(load)),
        _ => "not yet".to_owned(),
    }
}

/// The recovery as far as the playhead, and a word on it.
fn recovered(shown: &Shown) -> (String, String) {
    let recovery = &shown.lane.outcome.recovery;
    match recovery.after() {
        Some(after) => {
            let repair = soon(shown.lane.setup.up_at().since(Instant::ZERO));
            (soon(after), format!("since the repair at {repair}"))
        }
        None if shown.is_whole => {
            let reason = recovery.reason().unwrap_or_default();
            ("not in this run".to_owned(), reason.to_owned())
        }
        None => ("not yet".to_owned(), shown.since_repair()),
    }
}

fn tile(
    label: &'static str,
    (value, class): (String, Option<&'static str>),
    below: Html,
    others: Html,
) -> Html {
    html! {
        <div class="numbers__item">
            <dt>{ label }</dt>
            <dd class={classes!("tiles__value", class)}>{ value }</dd>
            <dd class="tiles__note">{ below }</dd>
            { others }
        </div>
    }
}

/// What became of the calls: one bar in three parts that add up, and the same in numbers.
pub(super) fn calls(calls: &LaneCalls) -> Html {
    let parts = [
        ("is-answered", "answered", calls.answered),
        ("is-failed", "failed", calls.failed),
        ("is-waiting", "waiting", calls.waiting),
    ];
    let mut before = 0.0;
    let bar = |&(class, _, number): &(&'static str, &str, u64)| {
        let width = 100.0 * ratio(number, calls.all());
        let x = before;
        before += width;
        html! { <rect {class} x={format!("{x:.3}%")} width={format!("{width:.3}%")} height="100%" /> }
    };
    let key = |&(class, word, number): &(&'static str, &str, u64)| {
        html! {
            <li class={classes!("calls__key", class)}>{ format!("{word} ") }<b>{ count(number) }</b></li>
        }
    };
    html! {
        <div class="calls">
            <svg class="calls__bar" aria-hidden="true">{ for parts.iter().map(bar) }</svg>
            <ul class="calls__keys" aria-label="What became of the calls">
                <li>{ format!("Calls: {}", count(calls.all())) }</li>
                { for parts.iter().map(key) }
            </ul>
        </div>
    }
}

/// The patterns of the parts of those bars, which differ without their colours too.
pub(super) fn patterns() -> Html {
    let pattern = |id: &'static str, class: &'static str, turn: &'static str| {
        html! {
            <pattern
                {id} width="7" height="14" patternUnits="userSpaceOnUse" patternTransform={turn}
            >
                <path {class} d="M2.5 0 V14" />
            </pattern>
        }
    };
    html! {
        <svg class="herd__patterns" width="0" height="0" aria-hidden="true">
            <defs>
                { pattern("herd-failed", "is-failed", "rotate(0)") }
                { pattern("herd-waiting", "is-waiting", "rotate(45)") }
            </defs>
        </svg>
    }
}

fn ratio(part: u64, whole: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
    let (part, whole) = (part as f64, whole.max(1) as f64);
    part / whole
}

/// The other numbers.
pub(super) fn others(shown: &Shown) -> Html {
    let Lane { outcome, setup, .. } = shown.lane.as_ref();
    let LaneCalls { failed, .. } = outcome.calls;
    let failed = share(ratio(failed, outcome.calls.all()), 1.0);
    let at_end = |text: String| if shown.is_whole { text } else { "not yet".to_owned() };
    let settled = outcome.settled_after.map_or_else(|| "not yet".to_owned(), soon);
    html! {
        <dl class="numbers lane__others">
            { number("First wave", setup.load_words(outcome.first_wave), None) }
            { number("Peak in the outage", setup.load_words(outcome.peak_in_outage), None) }
            { number("Attempts per call", format!("{:.1}", outcome.attempts_per_call), None) }
            { number("Failure rate", failed, None) }
            { number("Wasted work", at_end(share(outcome.wasted_work, 1.0)), None) }
            { number("Settled after", settled, None) }
        </dl>
    }
}
