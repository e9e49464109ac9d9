//! The box that tells why: the story of what was chosen, or else of the breaker itself.

use crate::browser;
use crate::playground::topic::Topic;
use fusebox_lab::story::{Line, Story};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    /// The colours of the state of the breaker.
    pub(super) class: &'static str,
    /// What is told while nothing is chosen.
    pub(super) reason: String,
    pub(super) topic: Option<Topic>,
    pub(super) story: Option<Rc<Story>>,
    pub(super) on_close: Callback<()>,
    /// What comes before and after what was chosen.
    pub(super) steps: [Option<Topic>; 2],
    pub(super) on_choose: Callback<Topic>,
}

/// A box of one size, whatever it holds, so that nothing below it moves.
#[component(WhyBox)]
pub(super) fn why_box(props: &Props) -> Html {
    // A story grows while time goes on; it is announced as it was when it was asked for.
    let announced = use_memo((props.topic, props.story.is_some()), |_| {
        props.story.as_ref().map(|story| in_a_breath(story)).unwrap_or_default()
    });
    let on_close = props.on_close.reform(|_| ());
    let element = use_node_ref();
    {
        // Where it is below what was asked about, whoever asked is taken to the answer.
        let element = element.clone();
        use_effect_with((props.topic, props.story.is_some()), move |&(_, is_told)| {
            if is_told {
                browser::reveal(&element);
            }
        });
    }
    html! {
        <div class="machine__box" ref={element}>
            <p class="visually-hidden" aria-live="polite">{ (*announced).clone() }</p>
            <div
                class={classes!("machine__why", props.class, props.story.is_some().then_some("is-story"))}
                role="region" aria-label="Why" tabindex="0"
            >
                { match &props.story {
                    Some(story) => html! {
                        <>
                            <p class="machine__story-title">{ &story.title }</p>
                            { for story.lines.iter().map(line) }
                        </>
                    },
                    None => html! { <p>{ &props.reason }</p> },
                } }
            </div>
            if props.story.is_some() {
                <div class="machine__tools">
                    { tool("Close this story", "M-4 -4 L4 4 M4 -4 L-4 4", on_close) }
                    if props.steps.iter().any(Option::is_some) {
                        { step(props.steps[0], "Earlier", "M2 -4 L-2 0 L2 4", props) }
                        { step(props.steps[1], "Later", "M-2 -4 L2 0 L-2 4", props) }
                    }
                </div>
            }
        </div>
    }
}

/// Goes on to what stands beside; it is there, and does nothing, where there is nothing more.
fn step(topic: Option<Topic>, name: &'static str, sign: &'static str, props: &Props) -> Html {
    let on_choose = props.on_choose.clone();
    let onclick = Callback::from(move |_| {
        if let Some(topic) = topic {
            on_choose.emit(topic);
        }
    });
    tool_that_may_rest(name, sign, onclick, topic.is_none())
}

fn tool(name: &'static str, sign: &'static str, onclick: Callback<MouseEvent>) -> Html {
    tool_that_may_rest(name, sign, onclick, false)
}

fn tool_that_may_rest(
    name: &'static str,
    sign: &'static str,
    onclick: Callback<MouseEvent>,
    rests: bool,
) -> Html {
    html! {
        <button
            class="machine__tool" type="button" {onclick} aria-label={name} title={name}
            aria-disabled={rests.then_some("true")}
        >
            <svg viewBox="-6 -6 12 12" aria-hidden="true"><path d={sign} /></svg>
        </button>
    }
}

/// A line with its moment, where it has one.
fn line(line: &Line) -> Html {
    html! {
        <p class="machine__line">
            if let Some(at) = line.at { <time>{ at.to_string() }</time> }
            <span>{ &line.text }</span>
        </p>
    }
}

fn in_a_breath(story: &Story) -> String {
    let lines: Vec<&str> = story.lines.iter().map(|line| line.text.as_str()).collect();
    format!("{}. {}", story.title, lines.join(" "))
}
