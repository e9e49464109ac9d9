//! The rolling window of the breaker, slice by slice, to look at and to choose from.

use crate::breaker::strip::{SLICES, Slice, Strip};
use crate::browser;
use crate::convert::float;
use crate::selection::Selection;
use fusebox::Counts;
use fusebox::time::{Duration, Instant};
use fusebox_sim::Dependency;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) on: Dependency,
    /// Since when the window has been filling.
    pub(super) since: Instant,
    pub(super) now: Instant,
    pub(super) strip: Strip,
    /// How far back it reaches.
    pub(super) length: Duration,
    /// What it holds, in words.
    pub(super) title: String,
    pub(super) selection: Option<Selection>,
    pub(super) on_choose: Callback<Selection>,
}

/// The units of a slice, of which the last two are the gap to the next.
const PITCH: f64 = 12.0;
const GAP: f64 = 2.0;

/// Where a slice begins and ends, from above.
const TOP: f64 = 2.0;
const BOTTOM: f64 = 42.0;

/// The most that successes take from below, and failures from above.
const MOST: f64 = 20.0;

#[component(WindowStrip)]
pub(super) fn window_strip(props: &Props) -> Html {
    // Counted from the newest, so that it stays in its place while the window moves on.
    let current = use_state(|| 0_usize);
    match &props.strip {
        Strip::Slices(slices) => {
            let current_now = (*current).min(slices.len().saturating_sub(1));
            html! {
                <>
                    <div class="strip">
                        { drawing(for_slices(slices, props.selection)) }
                        { buttons(slices, current_now, props, &current) }
                    </div>
                    <p class="strip__axis" aria-hidden="true">
                        <span>{ format!("{} ago", props.length) }</span><span class="strip__now">{ "now" }</span>
                    </p>
                </>
            }
        }
        Strip::Cells { cells, per_cell } => {
            let several =
                if *per_cell > 1 { format!("a cell is {per_cell} calls") } else { "oldest".into() };
            whole(props, for_cells(cells), [&several, "newest"])
        }
        Strip::Run { failures, of } => {
            whole(props, for_run(*failures, *of), ["failures in a row", "opens"])
        }
    }
}

/// The slices as buttons over the drawing: one stop of the tab key, and from there by arrows.
fn buttons(slices: &[Slice], current: usize, props: &Props, set: &UseStateHandle<usize>) -> Html {
    let last = slices.len().saturating_sub(1);
    let onkeydown = {
        let set = set.clone();
        Callback::from(move |event: KeyboardEvent| {
            let next = match event.key().as_str() {
                "ArrowLeft" => (current + 1).min(last),
                "ArrowRight" => current.saturating_sub(1),
                "Home" => last,
                "End" => 0,
                _ => return,
            };
            event.prevent_default();
            set.set(next);
            browser::focus_by_id(&id(next));
        })
    };
    html! {
        <div class="strip__slices" role="group" aria-label="What it remembers, oldest first" {onkeydown}>
            // Places of which nothing is known yet.
            { for (slices.len()..SLICES).map(|n| html! { <span key={format!("none-{n}")} /> }) }
            { for slices.iter().enumerate().map(|(n, slice)| {
                let from_newest = last - n;
                let (on, from, to) = (props.on, slice.from, slice.to);
                let onclick = {
                    let set = set.clone();
                    props.on_choose.reform(move |_| {
                        set.set(from_newest);
                        Selection::Bucket { on, from, to }
                    })
                };
                html! {
                    <button
                        key={from_newest.to_string()} id={id(from_newest)} class="strip__slice" type="button" {onclick}
                        tabindex={if from_newest == current { "0" } else { "-1" }}
                        aria-label={slice.name()} title={slice.name()}
                        aria-pressed={is_chosen(slice, props.selection).to_string()}
                    />
                }
            }) }
        </div>
    }
}

fn id(from_newest: usize) -> String {
    format!("slice-{from_newest}")
}

fn is_chosen(slice: &Slice, selection: Option<Selection>) -> bool {
    matches!(selection, Some(Selection::Bucket { from, to, .. }) if (from, to) == (slice.from, slice.to))
}

/// A window whose calls have no times: it is chosen as a whole.
fn whole(props: &Props, content: Html, [first, last]: [&str; 2]) -> Html {
    let (on, from, to) = (props.on, props.since, props.now);
    let onclick = props.on_choose.reform(move |_| Selection::Bucket { on, from, to });
    html! {
        <>
            <button class="strip strip--whole" type="button" {onclick} aria-label={props.title.clone()}>
                { drawing(content) }
            </button>
            <p class="strip__axis" aria-hidden="true">
                <span>{ first.to_owned() }</span><span class="strip__now">{ last.to_owned() }</span>
            </p>
        </>
    }
}

fn drawing(content: Html) -> Html {
    html! {
        <svg class="strip__drawing" viewBox="0 0 312 50" aria-hidden="true">
            <defs>
                <pattern id="slow-hatch" width="4" height="4" patternUnits="userSpaceOnUse">
                    <path class="strip__hatch" d="M-1 1 L1 -1 M0 4 L4 0 M3 5 L5 3" />
                </pattern>
            </defs>
            { content }
        </svg>
    }
}

fn for_slices(slices: &[Slice], selection: Option<Selection>) -> Html {
    let most =
        |part: fn(&Counts) -> u32| slices.iter().map(|it| part(&it.counts)).max().unwrap_or(0);
    let (calls, failures) = (most(|counts| counts.calls()), most(|counts| counts.failures));
    let before = SLICES.saturating_sub(slices.len());
    let newest = slices.len().saturating_sub(1);
    html! {
        { for slices.iter().enumerate().map(|(n, slice)| {
            let x = left(before + n);
            let fades = match before + n {
                0 => Some("is-going"),
                1 => Some("is-ageing"),
                _ => None,
            };
            html! {
                <g class={classes!("strip__part", fades)}>
                    { outline(x, TOP, PITCH - GAP, BOTTOM - TOP, is_chosen(slice, selection)) }
                    { slice_bars(x, slice.counts, calls, failures) }
                    if n == newest {
                        <path
                            class="strip__newest" d={format!("M{} 44 l4 6 h-8 z", x + (PITCH - GAP) / 2.0)}
                        />
                    }
                </g>
            }
        }) }
    }
}

/// Successes from below, failures from above with a cross, and slow calls hatched.
fn slice_bars(x: f64, counts: Counts, calls: u32, failures: u32) -> Html {
    let height = |part: u32, whole: u32, least: f64| {
        let share = (f64::from(part) / f64::from(whole.max(1))).min(1.0);
        if part == 0 { 0.0 } else { least + (MOST - least) * share }
    };
    let good = height(counts.successes, calls, 3.0);
    let bad = height(counts.failures, failures, 11.0);
    // The slow ones are part of either.
    let slow = if counts.slow == 0 {
        0.0
    } else {
        let share = f64::from(counts.slow) / f64::from(counts.calls().max(1));
        (good * share).max(4.0)
    };
    html! {
        <>
            { bar("is-success", x, BOTTOM - good, (good - slow).max(0.0)) }
            { hatched(x, BOTTOM - slow, slow) }
            { bar("is-failure", x, TOP, bad) }
            if bad > 0.0 { { cross(x + (PITCH - GAP) / 2.0, TOP + 5.5, 2.6) } }
        </>
    }
}

/// Slow calls, on a ground of their own so that the lines can be seen.
fn hatched(x: f64, y: f64, height: f64) -> Html {
    html! { <>{ bar("is-ground", x, y, height) }{ bar("is-slow", x, y, height) }</> }
}

fn for_cells(cells: &[Option<Counts>]) -> Html {
    let rows = cells.len().div_ceil(SLICES).max(1);
    let columns = cells.len().div_ceil(rows).max(1);
    let width = (SLICES_WIDTH / float(columns)).min(24.0);
    let height = (BOTTOM - TOP) / float(rows);
    html! {
        { for cells.iter().enumerate().map(|(n, cell)| {
            let (x, y) = (width * float(n % columns), TOP + height * float(n / columns));
            html! { { one_cell(*cell, x, y, width - GAP, height - GAP) } }
        }) }
    }
}

fn one_cell(cell: Option<Counts>, x: f64, y: f64, width: f64, height: f64) -> Html {
    let Some(counts) = cell else { return outline(x, y, width, height, false) };
    let part = |part: u32| height * f64::from(part) / f64::from(counts.calls().max(1));
    let bad = if counts.failures == 0 { 0.0 } else { part(counts.failures).max(5.0).min(height) };
    let arm = (bad / 2.0 - 0.5).min(2.6);
    let middle = (x + width / 2.0, y + height / 2.0);
    html! {
        <>
            { block("is-success", x, y + bad, width, height - bad) }
            { block("is-failure", x, y, width, bad) }
            if counts.slow > 0 && 2 * counts.slow >= counts.calls() {
                <circle
                    class="strip__ring" cx={text(middle.0)} cy={text(middle.1)} r={text((width / 2.0 - 1.0).min(5.0))}
                />
            }
            if counts.failures > 0 { { cross(middle.0, y + bad / 2.0, arm) } }
        </>
    }
}

/// The failures in a row, and the places for those that would open it.
fn for_run(failures: u32, of: u32) -> Html {
    let per_cell = of.div_ceil(CELLS_OF_RUN).max(1);
    let filled = failures.div_ceil(per_cell);
    let one = Counts { successes: 0, failures: 1, slow: 0 };
    let cells: Vec<Option<Counts>> =
        (0..of.div_ceil(per_cell)).map(|n| (n < filled).then_some(one)).collect();
    for_cells(&cells)
}

const CELLS_OF_RUN: u32 = 26;

const SLICES_WIDTH: f64 = 312.0;

fn left(place: usize) -> f64 {
    PITCH * float(place)
}

fn text(number: f64) -> String {
    format!("{number:.1}")
}

fn outline(x: f64, y: f64, width: f64, height: f64, is_chosen: bool) -> Html {
    let class = classes!("strip__empty", is_chosen.then_some("is-chosen"));
    html! {
        <rect
            {class} x={text(x + 0.5)} y={text(y + 0.5)} width={text(width - 1.0)}
            height={text(height - 1.0)} rx="2"
        />
    }
}

fn bar(class: &'static str, x: f64, y: f64, height: f64) -> Html {
    block(class, x, y, PITCH - GAP, height)
}

fn block(class: &'static str, x: f64, y: f64, width: f64, height: f64) -> Html {
    if height <= 0.0 {
        return Html::default();
    }
    html! {
        <rect
            class={classes!("strip__bar", class)} x={text(x)} y={text(y)} width={text(width)}
            height={text(height)} rx="2"
        />
    }
}

fn cross(x: f64, y: f64, arm: f64) -> Html {
    let (x, y) = (x - arm, y - arm);
    let side = 2.0 * arm;
    html! {
        <path class="strip__cross" d={format!("M{x:.1} {y:.1} l{side} {side} m0 -{side} l-{side} {side}")} />
    }
}
