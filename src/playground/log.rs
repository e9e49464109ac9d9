//! The log: the events of the run as a list of sentences.

use crate::playground::summary::LogLine;
use crate::selection::Selection;
use std::rc::Rc;
use yew::prelude::*;

#[derive(Clone, Properties, PartialEq)]
pub(super) struct Props {
    /// The newest lines, oldest first.
    pub(super) lines: Rc<[LogLine]>,
    /// The selected line.
    pub(super) selection: Option<Selection>,
    pub(super) on_choose: Callback<Selection>,
}

/// The log, newest line first; after going back in time, lines in the future are marked.
#[component(Log)]
pub(super) fn log(props: &Props) -> Html {
    let lines = &props.lines;
    html! {
        <section class="log panel" aria-labelledby="log-title">
            <h2 id="log-title" class="panel__title">{ "Log" }</h2>
            { if lines.is_empty() {
                html! { <p class="log__empty">{ "Nothing but calls so far. Break something." }</p> }
            } else {
                html! { <ol class="log__lines" reversed=true data-arrows="">{ for lines.iter().rev().map(|it| line(it, props)) }</ol> }
            } }
        </section>
    }
}

fn line(line: &LogLine, props: &Props) -> Html {
    let selection = Selection::Line(line.number);
    let onclick = props.on_choose.reform(move |_| selection);
    html! {
        <li key={line.number} class={classes!("log__line", line.is_future.then_some("is-future"))}>
            <button
                class="log__button" type="button" {onclick}
                aria-pressed={(props.selection == Some(selection)).to_string()}
            >
                <time>{ line.entry.at.to_string() }</time>
                <span>{ &line.text }</span>
            </button>
        </li>
    }
}
