//! The window of the breaker or its trials, column by column; columns with a time can be selected.

use crate::breaker::strip::{COLUMNS, Column, Held, Strip};
use crate::convert::float;
use crate::selection::Selection;
use fusebox::Counts;
use fusebox::time::Instant;
use fusebox_sim::Dependency;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) on: Dependency,
    /// The start of the stretch of time that the window covers.
    pub(super) since: Instant,
    pub(super) now: Instant,
    pub(super) strip: Strip,
    /// The content of the window in words.
    pub(super) title: String,
    pub(super) selection: Option<Selection>,
    pub(super) on_choose: Callback<Selection>,
}

/// The width of the drawing, the smallest and the largest width of a column, and the gap within it.
const WIDTH: f64 = 312.0;
const PITCH: f64 = 12.0;
const PITCH_MAX: f64 = 24.0;
const GAP: f64 = 2.0;

/// The top and the bottom of a column.
const TOP: f64 = 2.0;
const BOTTOM: f64 = 42.0;

/// The largest height of successes, which grow from below, and of failures, which grow from above.
const MOST: f64 = 20.0;

#[component(WindowStrip)]
pub(super) fn window_strip(props: &Props) -> Html {
    let Strip { columns, axis: [first, last] } = &props.strip;
    let drawing = drawing(columns, props.selection);
    let (on, from, to) = (props.on, props.since, props.now);
    html! {
        <>
            if columns.iter().any(|column| column.during.is_some()) {
                <div class="strip">
                    { drawing }
                    { buttons(columns, props) }
                </div>
            } else {
                // Calls without a time of their own are selected as a whole.
                <button
                    class="strip strip--whole" type="button" aria-label={props.title.clone()}
                    onclick={props.on_choose.reform(move |_| Selection::Bucket { on, from, to })}
                >
                    { drawing }
                </button>
            }
            <p class="strip__axis" aria-hidden="true">
                <span>{ first }</span><span class="strip__now">{ last }</span>
            </p>
        </>
    }
}

/// The columns as buttons over the drawing; the newest is where the tab key stops first.
fn buttons(columns: &[Column], props: &Props) -> Html {
    let last = columns.len().saturating_sub(1);
    let button = |n: usize, column: &Column| {
        let (from, to, name) = column.during.clone()?;
        let on = props.on;
        let onclick = props.on_choose.reform(move |_| Selection::Bucket { on, from, to });
        // Counted from the newest column, so that the focus stays in place while the window moves on.
        Some(html! {
            <button
                key={(last - n).to_string()} class="strip__slice" type="button" {onclick}
                tabindex={if n == last { "0" } else { "-1" }} aria-label={name.clone()} title={name}
                aria-pressed={is_chosen(column, props.selection).to_string()}
            />
        })
    };
    html! {
        <div class="strip__slices" role="toolbar" aria-label="Its contents, oldest first" data-arrows="">
            // Empty places for columns that have not come yet.
            { for (columns.len()..COLUMNS).map(|n| html! { <span key={format!("none-{n}")} /> }) }
            { for columns.iter().enumerate().filter_map(|(n, column)| button(n, column)) }
        </div>
    }
}

fn is_chosen(column: &Column, selection: Option<Selection>) -> bool {
    let Some(Selection::Bucket { from, to, .. }) = selection else { return false };
    column.during.as_ref().is_some_and(|during| (during.0, during.1) == (from, to))
}

fn drawing(columns: &[Column], selection: Option<Selection>) -> Html {
    let ended = |of: fn(Counts) -> u32| {
        let ended = columns.iter().map(|column| match column.held {
            Held::Ended(counts) => of(counts),
            Held::Free | Held::InFlight => 0,
        });
        ended.max().unwrap_or(0)
    };
    let most = (ended(Counts::calls), ended(|counts| counts.failures));
    let is_timed = columns.iter().any(|column| column.during.is_some());
    // The newest column is at the right, and the oldest fade out.
    let before = if is_timed { COLUMNS.saturating_sub(columns.len()) } else { 0 };
    let pitch = if is_timed { PITCH } else { (WIDTH / float(columns.len().max(1))).min(PITCH_MAX) };
    let column = |(n, column): (usize, &Column)| {
        let (x, width) = (pitch * float(before + n), pitch - GAP);
        let fades = match before + n {
            0 if is_timed => Some("is-going"),
            1 if is_timed => Some("is-ageing"),
            _ => None,
        };
        let middle = x + width / 2.0;
        html! {
            <g class={classes!("strip__part", fades)}>
                <rect
                    class={classes!("strip__empty", is_chosen(column, selection).then_some("is-chosen"))}
                    x={text(x + 0.5)} y={text(TOP + 0.5)} width={text(width - 1.0)}
                    height={text(BOTTOM - TOP - 1.0)} rx="2"
                />
                { match column.held {
                    Held::Free => Html::default(),
                    Held::InFlight => html! {
                        <circle class="strip__ring" cx={text(middle)} cy={text(f64::midpoint(TOP, BOTTOM))} r="4" />
                    },
                    Held::Ended(counts) => bars(x, width, counts, most),
                } }
                if is_timed && n + 1 == columns.len() {
                    <path class="strip__newest" d={format!("M{middle} 44 l4 6 h-8 z")} />
                }
            </g>
        }
    };
    html! {
        <svg class="strip__drawing" viewBox="0 0 312 50" aria-hidden="true">
            <defs>
                <pattern id="slow-hatch" width="4" height="4" patternUnits="userSpaceOnUse">
                    <path class="strip__hatch" d="M-1 1 L1 -1 M0 4 L4 0 M3 5 L5 3" />
                </pattern>
            </defs>
            { for columns.iter().enumerate().map(column) }
        </svg>
    }
}

/// Successes from below, failures from above with a cross, and slow calls hatched.
fn bars(x: f64, width: f64, counts: Counts, (calls, failures): (u32, u32)) -> Html {
    let height = |part: u32, whole: u32, least: f64| {
        let share = (f64::from(part) / f64::from(whole.max(1))).min(1.0);
        if part == 0 { 0.0 } else { least + (MOST - least) * share }
    };
    let good = height(counts.successes, calls, 3.0);
    let bad = height(counts.failures, failures, 11.0);
    // Slow calls can be successes or failures.
    let slow = if counts.slow == 0 {
        0.0
    } else {
        (good * f64::from(counts.slow) / f64::from(counts.calls().max(1))).max(4.0)
    };
    let bar = |class: &'static str, y: f64, height: f64| {
        (height > 0.0).then(|| {
            html! {
                <rect
                    class={classes!("strip__bar", class)} x={text(x)} y={text(y)} width={text(width)}
                    height={text(height)} rx="2"
                />
            }
        })
    };
    // Slow calls have a background of their own so that the hatching can be seen.
    let bars = [
        bar("is-success", BOTTOM - good, (good - slow).max(0.0)),
        bar("is-ground", BOTTOM - slow, slow),
        bar("is-slow", BOTTOM - slow, slow),
        bar("is-failure", TOP, bad),
    ];
    html! {
        <>
            { for bars.into_iter().flatten() }
            if bad > 0.0 {
                <path
                    class="strip__cross"
                    d={format!("M{:.1} {:.1} l5.2 5.2 m0 -5.2 l-5.2 5.2", x + width / 2.0 - 2.6, TOP + 2.9)}
                />
            }
        </>
    }
}

fn text(number: f64) -> String {
    format!("{number:.1}")
}
