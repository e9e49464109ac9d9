//! The editor of a lane: its strategy, name, settings and actions.

use super::session::Change;
use crate::browser::selected;
use crate::setting_field::{SettingField, Subject};
use fusebox_lab::herd::{FORMS, LANES_MAX, Setup, Strategy};
use fusebox_lab::settings::{self, Setting};
use std::rc::Rc;
use web_sys::HtmlInputElement;
use yew::prelude::*;

#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    pub(super) n: usize,
    pub(super) setup: Setup,
    pub(super) strategy: Rc<Strategy>,
    pub(super) base: Rc<Strategy>,
    pub(super) count: usize,
    pub(super) on_change: Callback<Change>,
}

/// The editor.
#[component(Editor)]
pub(super) fn editor(props: &Props) -> Html {
    let n = props.n;
    html! {
        <div class="lane__editor">
            { form(props) }
            <div class="lane__around">
                { extra(props, "budget", props.strategy.retry.budget.is_some()) }
                { extra(props, "breaker", props.strategy.breaker.is_some()) }
                if has_state(&props.strategy) { { extra(props, "shared", props.strategy.shared) } }
            </div>
            { settings(props) }
            <div class="lane__actions">
                { action(props, "Duplicate", props.count < LANES_MAX, Change::Duplicate(n)) }
                { action(props, "Remove", props.count > 1, Change::Remove(n)) }
            </div>
        </div>
    }
}

/// Whether the strategy has a part that all clients can share.
const fn has_state(strategy: &Strategy) -> bool {
    strategy.retry.budget.is_some() || strategy.breaker.is_some()
}

fn form(props: &Props) -> Html {
    let n = props.n;
    let extras = props.strategy.word();
    let extras = extras.strip_prefix(props.strategy.form()).unwrap_or_default().to_owned();
    let choose = props.on_change.reform(move |event: Event| {
        let form = selected(&event).and_then(|n| FORMS.get(n)).map_or("full", |form| form.0);
        Change::Form(n, format!("{form}{extras}"))
    });
    html! {
        <label class="lane__form">
            <span class="visually-hidden">{ "Strategy" }</span>
            <select class="input" onchange={choose}>
                { for FORMS.iter().map(|(word, title)| html! {
                    <option selected={*word == props.strategy.form()}>{ *title }</option>
                }) }
            </select>
        </label>
    }
}

/// A switch for a budget, a breaker, or their sharing.
fn extra(props: &Props, part: &'static str, on: bool) -> Html {
    let (n, strategy) = (props.n, props.strategy.clone());
    let onclick = props.on_change.reform(move |_: MouseEvent| {
        let has = |other: &str, has: bool| if other == part { !on } else { has };
        let mut word = strategy.form().to_owned();
        for (other, there) in [
            ("budget", strategy.retry.budget.is_some()),
            ("breaker", strategy.breaker.is_some()),
            ("shared", strategy.shared),
        ] {
            if has(other, there) {
                word = format!("{word}-{other}");
            }
        }
        Change::Form(n, word)
    });
    let label = match part {
        "budget" => "Budget",
        "breaker" => "Breaker",
        _ => "Shared by all",
    };
    html! {
        <button class="toggle" type="button" role="switch" aria-checked={on.to_string()} {onclick}>
            <span class="switch__track" aria-hidden="true" />{ label }
        </button>
    }
}

fn settings(props: &Props) -> Html {
    let n = props.n;
    let rename = props.on_change.reform(move |event: Event| {
        let input = event.target_dyn_into::<HtmlInputElement>();
        Change::Rename(n, input.map(|input| input.value()).unwrap_or_default())
    });
    let id = format!("lane-{n}-name");
    let before = settings::all(&*props.base);
    let settings = settings::all(&*props.strategy);
    // What the switches show is not shown again.
    let hidden = ["lane.shared_policies", "lane.breaker", "lane.retry.jitter", "lane.retry.growth"];
    let shown = settings.into_iter().filter(|it| !hidden.contains(&it.key.as_str()));
    let setting = |setting: Setting| {
        let preset = before.iter().find(|it| it.key == setting.key);
        let preset = preset.and_then(|it| it.value.as_deref()).map(Rc::from);
        let on_set = props.on_change.reform(move |(key, text)| Change::SetLane(n, key, text));
        let key = setting.key.clone();
        let setting = Rc::new(setting);
        html! {
            <SettingField
                {key} prefix={format!("l{n}-")} {setting} {preset}
                of={Subject::Lane(props.setup, props.strategy.clone())} {on_set} brief=true
            />
        }
    };
    html! {
        <div class="lane__settings">
            // With a key as the others, so that they stay who they are when their number changes.
            <div key="name" class="setting is-brief">
                <label class="setting__label" for={id.clone()}>{ "Name" }</label>
                <input
                    class="input lane__rename" type="text" maxlength="40" autocomplete="off" {id}
                    value={props.strategy.name.clone().unwrap_or_default()}
                    placeholder={props.strategy.title()} onchange={rename}
                />
            </div>
            { for shown.map(setting) }
        </div>
    }
}

fn action(props: &Props, label: &'static str, can: bool, change: Change) -> Html {
    let onclick = props.on_change.reform(move |_: MouseEvent| change.clone());
    html! {
        <button
            class="button button--quiet" type="button" {onclick} disabled={!can}
            aria-label={format!("{label} {}", props.strategy.title())}
        >
            { label }
        </button>
    }
}
