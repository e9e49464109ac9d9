//! The drawer under the time bar: the explanation of the selection, with the time of a call as a
//! waterfall.

use super::Page;
use super::session::Action;
use crate::breaker::steps;
use crate::browser;
use crate::chart::nice_ceiling;
use crate::selection::Selection;
use fusebox::time::{Duration, Instant};
use fusebox_lab::explain::{CallSpan, Explanation, Line, SpanEnd};
use fusebox_lab::words::length;
use yew::prelude::*;

#[component(Drawer)]
pub(super) fn drawer(page: &Page) -> Html {
    let Page { session, summary, on_action, .. } = page;
    let (selection, explanation) = (session.selection, &summary.explanation);
    // An explanation grows while time goes on, so it is announced once, as it was when the user asked
    // for it.
    let announced = use_memo((selection, explanation.is_some()), |_| {
        explanation.as_ref().map(|explanation| in_a_breath(explanation)).unwrap_or_default()
    });
    let element = use_node_ref();
    {
        let element = element.clone();
        use_effect_with((selection, explanation.is_some()), move |&(_, is_told)| {
            if is_told {
                browser::reveal(&element);
            }
        });
    }
    let choose = |to: Option<Selection>| on_action.reform(move |_| Action::Choose(to));
    html! {
        <>
            <p class="visually-hidden" aria-live="polite">{ (*announced).clone() }</p>
            if let Some(explanation) = explanation {
                <section class="why panel" data-arrows="" aria-label="Why" ref={element}>
                    <header class="why__head">
                        <h2 class="why__title">{ &explanation.title }</h2>
                        { for steps(&summary.breaker, selection).into_iter().zip(["Earlier", "Later"]).filter_map(
                            |(to, name)| to.map(|to| tool(name, choose(Some(to))))
                        ) }
                        { tool("Close", choose(None)) }
                    </header>
                    if explanation.spans.is_empty() {
                        <ol class="why__lines">{ for explanation.lines.iter().map(|it| line(it, on_action)) }</ol>
                    } else {
                        { waterfall(&explanation.spans, summary.now, on_action) }
                    }
                </section>
            }
        </>
    }
}

fn tool(name: &'static str, onclick: Callback<MouseEvent>) -> Html {
    html! { <button class="button" type="button" {onclick}>{ name }</button> }
}

/// A sentence, with its moment if it has one.
fn line(line: &Line, on_action: &Callback<Action>) -> Html {
    html! {
        <li class="why__line">
            { line.at.map(|at| moment(at, on_action)).unwrap_or_default() }
            <span>{ &line.text }</span>
        </li>
    }
}

/// A moment that the run goes to when it is pressed.
fn moment(at: Instant, on_action: &Callback<Action>) -> Html {
    html! {
        <button
            class="link why__at" type="button" title="Go to this moment"
            onclick={on_action.reform(move |_: MouseEvent| Action::Seek(at))}
        >
            <time>{ at.to_string() }</time>
        </button>
    }
}

/// A row for each span on one time axis, with its sentences.
fn waterfall(spans: &[CallSpan], now: Instant, on_action: &Callback<Action>) -> Html {
    let start = spans[0].from;
    let end = spans.iter().map(|span| span.to.unwrap_or(now)).max().unwrap_or(now);
    let whole = end.since(start).as_secs_f64().max(1e-6);
    let percent = |seconds: f64| format!("{:.3}%", (100.0 * seconds / whole).clamp(0.0, 100.0));
    let row = |span: &CallSpan| {
        let from = span.from.since(start).as_secs_f64();
        let long = span.to.unwrap_or(now).since(span.from).as_secs_f64();
        let style = format!("left: {}; width: {}", percent(from), percent(long));
        let (class, sign) = look(span);
        html! {
            <li class="why__row">
                <span class="why__name">{ &span.name }</span>
                <span class="why__track">
                    <i class={classes!("why__bar", class)} ~style={style}><b aria-hidden="true">{ sign }</b></i>
                </span>
                <span class="why__text">{ moment(span.from, on_action) }{ " " }{ &span.text }</span>
            </li>
        }
    };
    let step = nice_ceiling(whole / 5.0);
    let ticks = (0..5_u32).map(|n| f64::from(n) * step).filter(|at| *at < 0.95 * whole);
    let tick = |at: f64| {
        let text = match at {
            0.0 => start.to_string(),
            at => format!("+{}", length(Duration::from_secs_f64(at))),
        };
        html! { <span ~style={format!("left: {}", percent(at))}>{ text }</span> }
    };
    html! {
        <>
            <ol class="why__rows">{ for spans.iter().map(row) }</ol>
            <p class="why__axis" aria-hidden="true">{ for ticks.map(tick) }</p>
        </>
    }
}

/// The class and the sign of a span's end.
const fn look(span: &CallSpan) -> (&'static str, &'static str) {
    match (span.end, span.to) {
        (SpanEnd::Success, _) => ("is-success", "●"),
        (SpanEnd::Substitute, _) => ("is-fallback", "■"),
        (SpanEnd::Failure, _) => ("is-failure", "×"),
        (SpanEnd::Wait, Some(_)) => ("is-wait", ""),
        (SpanEnd::Wait, None) => ("is-open", "…"),
    }
}

fn in_a_breath(explanation: &Explanation) -> String {
    let lines: Vec<&str> = explanation.lines.iter().map(|line| line.text.as_str()).collect();
    format!("{} {}", explanation.title, lines.join(" "))
}
