//! The states of the breaker, the edges between them, and how close each transition is.

use crate::breaker::Move;
use crate::breaker::glyph;
use crate::breaker::status::{BreakerStatus, state_class};
use crate::breaker::view::{BreakerView, EDGES, Edge};
use crate::browser;
use fusebox::{StateName, Transition};
use yew::prelude::*;

/// An edge: its line, and the position of its text. Each edge has a region of its own, so that its text
/// never overlaps another text, a line or a state.
struct Way {
    line: &'static str,
    anchor: &'static str,
    x: u32,
    first: u32,
    second: u32,
}

/// In the order of [`EDGES`].
const WAYS: [Way; 4] = [
    Way { line: "M92 36 H225", anchor: "middle", x: 159, first: 26, second: 53 },
    Way {
        line: "M290 58 V116 Q290 126 280 126 H217",
        anchor: "end",
        x: 318,
        first: 144,
        second: 158,
    },
    Way {
        line: "M176 96 V86 Q176 76 186 76 H248 Q258 76 258 70 V63",
        anchor: "end",
        x: 167,
        first: 74,
        second: 88,
    },
    Way { line: "M108 126 H42 Q32 126 32 116 V63", anchor: "start", x: 2, first: 144, second: 158 },
];

/// Half the height of a state's box.
const HALF: i32 = 22;

/// The middle of a state's box, and half its width.
const fn place(state: StateName) -> (i32, i32, i32) {
    match state {
        StateName::Closed => (46, 36, 44),
        StateName::Open => (274, 36, 44),
        StateName::HalfOpen => (160, 118, 52),
    }
}

pub(crate) fn diagram(view: &BreakerView, moves: &[Move]) -> Html {
    let moves: Vec<(usize, u32, f64)> = moves.iter().filter_map(moving).collect();
    let is_fresh = |edge: usize| moves.iter().any(|&(moving, ..)| moving == edge);
    let states = [StateName::Closed, StateName::Open, StateName::HalfOpen];
    html! {
        <svg
            class={classes!("breaker__diagram", view.status.class())} viewBox="0 0 320 163"
            role="img" aria-label={in_words(view)}
        >
            <defs>{ arrow("arrow", "breaker__arrow") }{ arrow("arrow-live", "breaker__arrow is-live") }</defs>
            { for view.edges.iter().enumerate().map(|(n, edge)| line(n, edge, is_fresh(n))) }
            { for states.map(|state| node(state, view.status)) }
            { for view.edges.iter().zip(&WAYS).map(|(edge, way)| words(edge, way)) }
            {
                // A new key makes a new element at each transition, so that the animation starts again.
                for moves.iter().map(|&(edge, number, delay)| html! {
                    <Spark key={number} {edge} {delay} />
                })
            }
        </svg>
    }
}

/// The diagram in words for screen readers, without the parts that change all the time.
fn in_words(view: &BreakerView) -> String {
    format!("States of the breaker: closed, open, half-open. It is {}.", view.status.name())
}

fn arrow(id: &'static str, class: &'static str) -> Html {
    html! {
        <marker
            {id} viewBox="0 0 8 8" refX="4" refY="4" markerWidth="9" markerHeight="9"
            markerUnits="userSpaceOnUse" orient="auto-start-reverse"
        >
            <path d="M0 0 L8 4 L0 8 Z" {class} />
        </marker>
    }
}

fn line(n: usize, edge: &Edge, is_fresh: bool) -> Html {
    let live = edge.progress.map(|_| "is-live");
    let is_lit = live.is_some() || is_fresh;
    let marker = if is_lit { "url(#arrow-live)" } else { "url(#arrow)" };
    let class = classes!("breaker__edge", live, is_fresh.then_some("is-fresh"));
    html! {
        <>
            <path {class} d={WAYS[n].line} marker-end={marker} />
            if let Some(progress) = edge.progress.filter(|progress| *progress > 0.0) {
                <path
                    class={classes!("breaker__filled", state_class(EDGES[n].1))} d={WAYS[n].line}
                    pathLength="100" stroke-dasharray={format!("{:.0} 100", progress * 100.0)}
                />
            }
        </>
    }
}

fn words(edge: &Edge, way: &Way) -> Html {
    let [first, second] = &edge.words;
    html! {
        <text
            class={classes!("breaker__words", edge.progress.map(|_| "is-live"))}
            text-anchor={way.anchor}
        >
            <tspan class="breaker__first" x={way.x.to_string()} y={way.first.to_string()}>{ first }</tspan>
            <tspan x={way.x.to_string()} y={way.second.to_string()}>{ second }</tspan>
        </text>
    }
}

fn node(state: StateName, status: BreakerStatus) -> Html {
    let (x, y, half) = place(state);
    let is_current = status.state() == Some(state);
    let label = match state {
        StateName::Closed => "Closed",
        StateName::Open => "Open",
        StateName::HalfOpen => "Half-open",
    };
    let shown = if is_current { status } else { BreakerStatus::Working(state) };
    html! {
        <g class={classes!("breaker__node", state_class(state), is_current.then_some("is-current"))}>
            <rect
                x={(x - half).to_string()} y={(y - HALF).to_string()}
                width={(2 * half).to_string()} height={(2 * HALF).to_string()} rx="14"
            />
            <g transform={format!("translate({x} {})", y - 6)}>{ glyph::switch(shown) }</g>
            <text x={x.to_string()} y={(y + 14).to_string()}>{ label }</text>
        </g>
    }
}

/// The edge of a move that is not over yet, its number and its delay.
fn moving(newest: &Move) -> Option<(usize, u32, f64)> {
    let Transition { from, to, .. } = newest.transition;
    let edge = EDGES.iter().position(|&edge| edge == (from, to))?;
    Some((edge, newest.number, newest.delay?))
}

#[derive(Properties, PartialEq)]
struct SparkProps {
    edge: usize,
    delay: f64,
}

/// A spark that runs along an edge, and a ring at its end.
#[component(Spark)]
fn spark(props: &SparkProps) -> Html {
    let group = use_node_ref();
    let (line, to) = (WAYS[props.edge].line, EDGES[props.edge].1);
    {
        // Set as style properties, since a strict content security policy forbids style attributes.
        let group = group.clone();
        use_effect_with(props.delay, move |delay| {
            browser::set_style(&group, "--delay", &format!("{delay:.0}ms"));
            browser::set_style(&group, "--way", &format!("path('{line}')"));
        });
    }
    let (x, y, half) = place(to);
    html! {
        <g ref={group} class={state_class(to)}>
            <circle class="breaker__spark" r="5" />
            <rect
                class="breaker__ring" x={(x - half - 4).to_string()} y={(y - HALF - 4).to_string()}
                width={(2 * half + 8).to_string()} height={(2 * HALF + 8).to_string()} rx="18"
            />
        </g>
    }
}
