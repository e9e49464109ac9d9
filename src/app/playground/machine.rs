//! The breaker's state machine, its reasons, and the numbers beside it.

use crate::app::browser;
use crate::app::format::{latency, plural, rate, seconds, share};
use crate::app::number::number;
use crate::app::playground::moves::Move;
use crate::app::playground::summary::{Breaker, Summary};
use crate::engine::{State, StateName, Transition};
use crate::time::Instant;
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) summary: Rc<Summary>,
}

/// The diagram, the state in words, the window, the reason, and the numbers.
#[component(MachinePanel)]
pub(super) fn machine_panel(props: &Props) -> Html {
    let summary = &props.summary;
    html! {
        <section class="machine panel" aria-labelledby="machine-title">
            <h2 id="machine-title" class="panel__title">{ "Breaker on the database" }</h2>
            { for summary.breaker.as_ref().map(|breaker| breaker_view(breaker, summary)) }
            <p class="visually-hidden" role="status">{ &summary.news }</p>
            { numbers(summary) }
        </section>
    }
}

fn breaker_view(breaker: &Breaker, summary: &Summary) -> Html {
    html! {
        <>
            { diagram(breaker, summary) }
            <p class={classes!("machine__state", class_of(breaker))}>
                { headline(breaker, summary.now) }
            </p>
            { window(breaker) }
            <p class={classes!("machine__why", class_of(breaker))}>{ &summary.why }</p>
            { history(summary) }
        </>
    }
}

const fn state_class(state: StateName) -> &'static str {
    match state {
        StateName::Closed => "is-closed",
        StateName::Open => "is-open",
        StateName::HalfOpen => "is-half-open",
    }
}

fn class_of(breaker: &Breaker) -> &'static str {
    if breaker.on { state_class(breaker.state.name()) } else { "is-off" }
}

/// The largest words of the panel.
fn headline(breaker: &Breaker, now: Instant) -> String {
    match breaker.state {
        _ if !breaker.on => "Switched off".to_owned(),
        State::Closed => "Closed, calls pass".to_owned(),
        State::Open { until } if until <= now => "Open, trial is next".to_owned(),
        State::Open { until } => format!("Open, trial in {}", seconds(until.since(now))),
        State::HalfOpen { passed, .. } => {
            format!("Half-open, {passed} of {}", breaker.trials_to_close)
        }
    }
}

/// Failures against the threshold, or trials against those that are needed.
fn window(breaker: &Breaker) -> Html {
    let (title, filled, cells, class) = match breaker.state {
        _ if !breaker.on => ("It counts nothing".to_owned(), 0, breaker.threshold, ""),
        State::HalfOpen { running, passed, failed } => (
            format!("Trials: {passed} passed, {failed} failed, {running} under way"),
            passed,
            breaker.trials,
            "is-success",
        ),
        State::Open { .. } => (
            "The window is empty while no call passes".to_owned(),
            0,
            breaker.threshold,
            "is-failure",
        ),
        State::Closed => (
            format!(
                "{} {}, threshold {}",
                plural(u64::from(breaker.failures), "failure", "failures"),
                breaker.window,
                breaker.threshold
            ),
            breaker.failures,
            breaker.threshold,
            "is-failure",
        ),
    };
    html! {
        <>
            <p class="machine__window-title">{ title }</p>
            <div class="machine__window" aria-hidden="true">
                { for (0..cells.min(20)).map(|n| html! {
                    <span class={classes!("machine__cell", (n < filled).then_some(class))} />
                }) }
            </div>
        </>
    }
}

/// The edges of the diagram: from, to, the curve, and where its words stand.
struct Edge {
    from: StateName,
    to: StateName,
    path: &'static str,
}

const EDGES: [Edge; 4] = [
    Edge { from: StateName::Closed, to: StateName::Open, path: "M98 40 C130 22 182 22 214 40" },
    Edge {
        from: StateName::Open,
        to: StateName::HalfOpen,
        path: "M270 66 C270 104 246 132 212 144",
    },
    Edge {
        from: StateName::HalfOpen,
        to: StateName::Open,
        path: "M184 128 C190 102 206 84 232 68",
    },
    Edge {
        from: StateName::HalfOpen,
        to: StateName::Closed,
        path: "M112 144 C78 132 54 104 54 70",
    },
];

fn diagram(breaker: &Breaker, summary: &Summary) -> Html {
    // A breaker that is off is in no state.
    let (state, now) = (breaker.on.then(|| breaker.state.name()), summary.now);
    let moves: Vec<(usize, u32, f64)> = summary.moves.iter().filter_map(moving).collect();
    let is_fresh = |edge: usize| moves.iter().any(|&(moving, ..)| moving == edge);
    let until = match breaker.state {
        State::Open { until } if breaker.on => format!("{} left", seconds(until.since(now))),
        _ => format!("after {}", breaker.cooldown),
    };
    let words = [
        (156, 18, format!("{} failures {}", breaker.threshold, breaker.window)),
        (274, 118, until),
        (176, 92, "a trial fails".to_owned()),
        (46, 118, format!("{} trials pass", breaker.trials_to_close)),
    ];
    html! {
        <svg class={classes!("machine__diagram", class_of(breaker))} viewBox="0 0 324 174" role="img" aria-label={headline(breaker, now)}>
            <defs>
                <marker
                    id="arrow" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="9" markerHeight="9"
                    markerUnits="userSpaceOnUse"
                    orient="auto-start-reverse"
                >
                    <path d="M0 0 L8 4 L0 8 Z" class="machine__arrow" />
                </marker>
            </defs>
            { for EDGES.iter().enumerate().map(|(n, edge)| html! {
                <path
                    class={classes!("machine__edge", is_fresh(n).then_some("is-fresh"))}
                    d={edge.path} marker-end="url(#arrow)"
                />
            }) }
            { for words.iter().map(|(x, y, text)| html! {
                <text x={x.to_string()} y={y.to_string()} class="machine__words">{ text }</text>
            }) }
            { node(StateName::Closed, state, "Closed") }
            { node(StateName::Open, state, "Open") }
            { node(StateName::HalfOpen, state, "Half-open") }
            {
                // The key makes it a new element at each transition, so that it sets out anew.
                for moves.iter().map(|&(edge, number, delay)| html! {
                    <Spark key={number} {edge} {delay} />
                })
            }
        </svg>
    }
}

/// The edge of a move that is still to be seen, its number and its delay.
fn moving(newest: &Move) -> Option<(usize, u32, f64)> {
    let Transition { from, to, .. } = newest.transition;
    let edge = EDGES.iter().position(|edge| edge.from == from && edge.to == to)?;
    Some((edge, newest.number, newest.delay?))
}

#[derive(Properties, PartialEq)]
struct SparkProps {
    edge: usize,
    delay: f64,
}

/// A spark that runs along an edge, and a ring where it arrives.
#[component(Spark)]
fn spark(props: &SparkProps) -> Html {
    let group = use_node_ref();
    let edge = &EDGES[props.edge];
    {
        // Not as attributes, which a strict content security policy forbids.
        let group = group.clone();
        use_effect_with(props.delay, move |delay| {
            browser::set_style(&group, "--delay", &format!("{delay:.0}ms"));
            browser::set_style(&group, "--way", &format!("path('{}')", edge.path));
        });
    }
    let (x, y) = place(edge.to);
    html! {
        <g ref={group} class={state_class(edge.to)}>
            <circle class="machine__spark" r="5" />
            <rect
                class="machine__ring" x={(x - 52).to_string()} y={(y - 25).to_string()}
                width="104" height="50" rx="25"
            />
        </g>
    }
}

/// The middle of a state's box.
const fn place(state: StateName) -> (i32, i32) {
    match state {
        StateName::Closed => (54, 48),
        StateName::Open => (262, 48),
        StateName::HalfOpen => (162, 150),
    }
}

/// The newest transitions, with their times.
fn history(summary: &Summary) -> Html {
    html! {
        <ol class="machine__history" aria-label="The newest transitions">
            { for summary.moves.iter().map(|newest| {
                let Transition { at, to, .. } = newest.transition;
                html! {
                    <li key={newest.number}>
                        { format!("{:.1} s ", at.as_secs_f64()) }<b class={state_class(to)}>{ to.to_string() }</b>
                    </li>
                }
            }) }
        </ol>
    }
}

fn node(state: StateName, current: Option<StateName>, label: &str) -> Html {
    let (x, y) = place(state);
    let class = classes!(
        "machine__node",
        state_class(state),
        (Some(state) == current).then_some("is-current")
    );
    html! {
        <g {class}>
            <rect x={(x - 48).to_string()} y={(y - 21).to_string()} width="96" height="42" rx="21" />
            <text x={x.to_string()} y={(y + 5).to_string()}>{ label.to_owned() }</text>
        </g>
    }
}

fn numbers(summary: &Summary) -> Html {
    let rates = &summary.rates;
    let failing = (rates.errors > 0.0).then_some("is-failure");
    let served = (rates.fallbacks > 0.0).then_some("is-fallback");
    let starving = (rates.health_answers < rates.health_checks).then_some("is-failure");
    let full = (summary.gauges.workers_busy >= summary.workers).then_some("is-failure");
    let p99 = summary.p99.map_or_else(|| "–".to_owned(), latency);
    html! {
        <dl class="numbers">
            { number("Offered", rate(rates.calls), None) }
            { number("Goodput", rate(rates.useful), Some("is-success")) }
            { number("Fallback", rate(rates.fallbacks), served) }
            { number("Errors", share(rates.errors, rates.useful + rates.errors), failing) }
            { number("p99", p99, None) }
            { number("Workers", format!("{} of {}", summary.gauges.workers_busy, summary.workers), full) }
            { number("Health", share(rates.health_answers, rates.health_checks), starving) }
        </dl>
    }
}
