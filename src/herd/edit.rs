//! The editor of a lane: its strategy, name, settings and actions.

use super::session::{Change, Chosen};
use crate::select::Select;
use crate::setting_field::{Subject, fields};
use fusebox_lab::herd::{FORMS, LANES_MAX, Strategy};
use fusebox_lab::settings;
use std::rc::Rc;
use web_sys::HtmlInputElement;
use yew::prelude::*;

#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    pub(super) n: usize,
    pub(super) chosen: Chosen,
    pub(super) on_change: Callback<Change>,
}

impl Props {
    fn strategy(&self) -> &Strategy {
        &self.chosen.comparison.lanes[self.n]
    }
}

/// The editor.
#[component(Editor)]
pub(super) fn editor(props: &Props) -> Html {
    let (n, count) = (props.n, props.chosen.comparison.lanes.len());
    html! {
        <div class="lane__editor">
            { form(props) }
            <div class="lane__around" data-arrows="">{ for extras(props) }</div>
            { settings(props) }
            <div class="lane__actions" data-arrows="">
                { action(props, "Duplicate", (count >= LANES_MAX).then(full), Change::Duplicate(n)) }
                { action(props, "Remove", (count <= 1).then(|| "The last lane stays.".to_owned()), Change::Remove(props.chosen.ids[n])) }
            </div>
        </div>
    }
}

fn form(props: &Props) -> Html {
    let n = props.n;
    let extras = props.strategy().word();
    let extras = extras.strip_prefix(props.strategy().form()).unwrap_or_default().to_owned();
    let choose = props
        .on_change
        .reform(move |form: usize| Change::Form(n, format!("{}{extras}", FORMS[form].0)));
    let options: Vec<AttrValue> = FORMS.iter().map(|form| form.1.into()).collect();
    let chosen = FORMS.iter().position(|form| form.0 == props.strategy().form());
    html! {
        <label class="lane__form">
            <span class="visually-hidden">{ "Strategy" }</span>
            <Select {options} {chosen} on_choose={choose} />
        </label>
    }
}

/// The switches for a budget and a breaker, and for sharing them if either is on.
fn extras(props: &Props) -> Vec<Html> {
    let (n, strategy) = (props.n, props.strategy());
    let all = [
        ("budget", "Budget", strategy.retry.budget.is_some()),
        ("breaker", "Breaker", strategy.breaker.is_some()),
        ("shared", "Shared by all", strategy.shared),
    ];
    let has_state = all[0].2 || all[1].2;
    let switch = |(part, label, on): (&'static str, &'static str, bool)| {
        let words = all.iter().filter(|(it, _, on)| *on != (*it == part)).map(|it| it.0);
        let word = [strategy.form()].into_iter().chain(words).collect::<Vec<_>>().join("-");
        let onclick = props.on_change.reform(move |_: MouseEvent| Change::Form(n, word.clone()));
        html! {
            <button class="toggle" type="button" role="switch" aria-checked={on.to_string()} {onclick}>
                <span class="switch__track" aria-hidden="true" />{ label }
            </button>
        }
    };
    all.into_iter().filter(|(part, ..)| has_state || *part != "shared").map(switch).collect()
}

fn settings(props: &Props) -> Html {
    let (n, strategy) = (props.n, props.strategy());
    let rename = props.on_change.reform(move |event: Event| {
        let input = event.target_dyn_into::<HtmlInputElement>();
        let name = input.map(|input| input.value()).unwrap_or_default();
        Change::Set(format!("lanes.{n}.name"), name)
    });
    let id = format!("lane-{n}-name");
    // The switches show these settings already.
    let hidden = ["lane.shared_policies", "lane.breaker", "lane.retry.jitter", "lane.retry.growth"];
    let mut settings = settings::all(props.strategy());
    settings.retain(|it| !hidden.contains(&it.key.as_str()));
    let before = settings::all(&props.chosen.base(n).unwrap_or(strategy.clone()));
    let of = Subject::Lane(props.chosen.comparison.setup, Rc::new(strategy.clone()));
    let on_set = props.on_change.reform(move |(key, text): (String, String)| {
        let inside = key.strip_prefix("lane.").unwrap_or(&key);
        Change::Set(format!("lanes.{n}.{inside}"), text)
    });
    html! {
        <div class="lane__settings">
            // With a key like the other fields, so that each keeps its element when their number
            // changes.
            <div key="name" class="setting is-brief">
                <label class="setting__label" for={id.clone()}>{ "Name" }</label>
                <input
                    class="input lane__rename" type="text" maxlength="40" autocomplete="off" {id}
                    value={props.strategy().name.clone().unwrap_or_default()}
                    placeholder={props.strategy().title()} onchange={rename}
                />
            </div>
            { for fields(&settings, &before, &of, &format!("l{n}-"), &on_set) }
        </div>
    }
}

/// The button for a further lane beside this many, or why there can be none.
pub(super) fn add(lanes: usize, on_change: &Callback<Change>) -> Html {
    let is_full = lanes >= LANES_MAX;
    html! {
        <>
            <button
                class="button" type="button" aria-disabled={is_full.to_string()}
                onclick={on_change.reform(|_: MouseEvent| Change::Add)} aria-describedby="herd-full"
            >
                { "Add a lane" }
            </button>
            <span id="herd-full" class="herd__full">
                { if is_full { full() } else { String::new() } }
            </span>
        </>
    }
}

fn full() -> String {
    format!("{LANES_MAX} lanes are the most.")
}

/// A button, with the reason beside it if it cannot be used; the session ignores it then.
fn action(props: &Props, label: &'static str, refused: Option<String>, change: Change) -> Html {
    let onclick = props.on_change.reform(move |_: MouseEvent| change.clone());
    let id = format!("lane-{}-{label}", props.n);
    html! {
        <>
            <button
                class="button button--quiet" type="button" {onclick}
                aria-disabled={refused.is_some().to_string()} aria-describedby={id.clone()}
                aria-label={format!("{label} {}", props.strategy().title())}
            >
                { label }
            </button>
            <span {id} class="herd__full">{ refused.unwrap_or_default() }</span>
        </>
    }
}
