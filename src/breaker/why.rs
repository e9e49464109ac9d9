//! The explanation box: it explains the selection, or else the breaker itself.

use crate::browser;
use crate::selection::Selection;
use fusebox_lab::explain::{Explanation, Line};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    /// The class with the colours of the breaker's state.
    pub(super) class: &'static str,
    /// The text while nothing is selected.
    pub(super) reason: String,
    pub(super) selection: Option<Selection>,
    pub(super) explanation: Option<Rc<Explanation>>,
    pub(super) on_close: Callback<()>,
    /// The selections before and after this one.
    pub(super) steps: [Option<Selection>; 2],
    pub(super) on_choose: Callback<Selection>,
}

/// A box of fixed size, whatever it holds, so that nothing below it moves.
#[component(WhyBox)]
pub(super) fn why_box(props: &Props) -> Html {
    // An explanation grows while time goes on, so it is announced once, as it was when the user asked
    // for it.
    let announced = use_memo((props.selection, props.explanation.is_some()), |_| {
        props.explanation.as_ref().map(|explanation| in_a_breath(explanation)).unwrap_or_default()
    });
    let on_close = props.on_close.reform(|_| ());
    let element = use_node_ref();
    {
        // If the box is below the part that the user selected, the page scrolls to it.
        let element = element.clone();
        use_effect_with((props.selection, props.explanation.is_some()), move |&(_, is_told)| {
            if is_told {
                browser::reveal(&element);
            }
        });
    }
    html! {
        <div class="breaker__box" ref={element}>
            <p class="visually-hidden" aria-live="polite">{ (*announced).clone() }</p>
            <div
                class={classes!("breaker__why", props.class, props.explanation.is_some().then_some("is-explanation"))}
                role="region" aria-label="Why" tabindex="0"
            >
                { match &props.explanation {
                    Some(explanation) => html! {
                        <>
                            <p class="breaker__explanation-title">{ &explanation.title }</p>
                            { for explanation.lines.iter().map(line) }
                        </>
                    },
                    None => html! { <p>{ &props.reason }</p> },
                } }
            </div>
            if props.explanation.is_some() {
                <div class="breaker__tools">
                    { tool("Close this explanation", "M-4 -4 L4 4 M4 -4 L-4 4", Some(on_close)) }
                    if props.steps.iter().any(Option::is_some) {
                        { step(props.steps[0], "Earlier", "M2 -4 L-2 0 L2 4", props) }
                        { step(props.steps[1], "Later", "M-2 -4 L2 0 L-2 4", props) }
                    }
                </div>
            }
        </div>
    }
}

/// A button to the previous or the next selection.
fn step(to: Option<Selection>, name: &'static str, sign: &'static str, props: &Props) -> Html {
    tool(name, sign, to.map(|selection| props.on_choose.reform(move |_| selection)))
}

/// A button that stays in its place while it is disabled.
fn tool(name: &'static str, sign: &'static str, onclick: Option<Callback<MouseEvent>>) -> Html {
    html! {
        <button
            class="breaker__tool" type="button" aria-label={name} title={name}
            aria-disabled={onclick.is_none().then_some("true")} {onclick}
        >
            <svg viewBox="-6 -6 12 12" aria-hidden="true"><path d={sign} /></svg>
        </button>
    }
}

/// A line of the explanation, with its moment if it has one.
fn line(line: &Line) -> Html {
    html! {
        <p class="breaker__line">
            if let Some(at) = line.at { <time>{ at.to_string() }</time> }
            <span>{ &line.text }</span>
        </p>
    }
}

fn in_a_breath(explanation: &Explanation) -> String {
    let lines: Vec<&str> = explanation.lines.iter().map(|line| line.text.as_str()).collect();
    format!("{}. {}", explanation.title, lines.join(" "))
}
