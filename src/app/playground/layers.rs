//! The stack: a switch for each layer, and what it has done so far.

use crate::app::format::{count, plural};
use crate::app::playground::DATABASE;
use crate::app::playground::session::Layers;
use crate::app::playground::summary::{Summary, settings};
use crate::engine::LayerKind;
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) layers: Layers,
    pub(super) on_layer: Callback<(LayerKind, bool)>,
    pub(super) summary: Rc<Summary>,
}

#[component(LayerStack)]
pub(super) fn layer_stack(props: &Props) -> Html {
    let all_settings = use_memo((), |()| LayerKind::USUAL.map(settings));
    let all_on = props.layers.iter().all(|&on| on);
    let switch_all = {
        let on_layer = props.on_layer.clone();
        Callback::from(move |_| {
            for kind in LayerKind::USUAL {
                on_layer.emit((kind, !all_on));
            }
        })
    };
    html! {
        <section class="stack panel" aria-labelledby="stack-title">
            <h2 id="stack-title" class="panel__title">{ "The stack, innermost first" }</h2>
            <ol class="stack__layers">
                { for LayerKind::USUAL.map(|kind| layer(kind, &all_settings[kind as usize], props)) }
            </ol>
            <button class="button stack__all" type="button" onclick={switch_all}>
                { if all_on { "Switch all off" } else { "Switch all on" } }
            </button>
        </section>
    }
}

fn layer(kind: LayerKind, setting: &str, props: &Props) -> Html {
    let on = props.layers[kind as usize];
    let onclick = props.on_layer.reform(move |_| (kind, !on));
    let id = format!("layer-{}", name(kind).to_lowercase().replace(' ', "-"));
    let line = if on { done(kind, &props.summary) } else { off(kind).to_owned() };
    html! {
        <li class={classes!("stack__layer", (!on).then_some("is-off"))}>
            <button
                {id} class="switch" type="button" role="switch"
                aria-checked={on.to_string()} {onclick}
            >
                <span class="switch__track" aria-hidden="true" />
                <span class="stack__name">{ name(kind) }</span>
            </button>
            <span class="stack__setting">{ setting }</span>
            <p class="stack__line">{ line }</p>
        </li>
    }
}

fn name(kind: LayerKind) -> &'static str {
    match kind {
        LayerKind::Timeout => "Timeout",
        LayerKind::Retry => "Retry",
        LayerKind::Breaker => "Circuit breaker",
        LayerKind::Fallback => "Fallback",
        LayerKind::Bulkhead => "Bulkhead",
        LayerKind::Throttle => "Throttle",
    }
}

/// What a layer has done so far.
fn done(kind: LayerKind, summary: &Summary) -> String {
    let counters = &summary.counters;
    let database = &counters.dependencies[DATABASE];
    match kind {
        LayerKind::Timeout => format!("Cut {} short", plural(counters.timeouts, "wait", "waits")),
        LayerKind::Retry => {
            let retries = plural(database.retries, "retry", "retries");
            format!("{retries}, {} refused by the budget", count(counters.budget_refusals))
        }
        LayerKind::Breaker => {
            format!("Kept {} from the database", plural(database.breaker_refusals, "call", "calls"))
        }
        LayerKind::Fallback => format!("Gave {}", plural(counters.fallbacks, "answer", "answers")),
        LayerKind::Bulkhead => {
            format!(
                "Turned {} away with an error",
                plural(counters.refusals.bulkhead, "call", "calls")
            )
        }
        LayerKind::Throttle => {
            format!("Held {} back", plural(counters.refusals.throttle, "call", "calls"))
        }
    }
}

/// What it means that a layer is off.
const fn off(kind: LayerKind) -> &'static str {
    match kind {
        LayerKind::Timeout => "Off: a call waits for ever",
        LayerKind::Retry => "Off: one failure fails the call",
        LayerKind::Breaker => "Off: it stops no call, dead database or not",
        LayerKind::Fallback => "Off: a failure reaches the client",
        LayerKind::Bulkhead => "Off: the database can take every worker",
        LayerKind::Throttle => "Off: it holds no call back, overloaded database or not",
    }
}
