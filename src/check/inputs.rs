//! The inputs of each kind of question, all of which the keyboard can use.

use super::words::Pair;
use crate::lesson::{Numbers, paragraph};
use crate::setting_field::{SettingField, Subject, spoken};
use fusebox::time::Instant;
use fusebox_lab::herd::Comparison;
use fusebox_lab::lesson::{
    Answer, Changes, Choice, Choose, Find, Key, NamedMoment, Order, Predict, Suspect, WorldLink,
};
use fusebox_lab::link::Link;
use fusebox_lab::query::Unit;
use fusebox_lab::settings::{self, Setting};
use fusebox_sim::Scenario;
use std::rc::Rc;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// Receives another draft of an answer.
pub(super) type OnDraft = Callback<Answer>;

/// How an option of a judged question stands.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Standing {
    is_chosen: bool,
    is_right: bool,
}

/// A list of radio buttons; once `judged`, the right one and the chosen one are marked.
fn radios(
    label: &str,
    options: Vec<(Html, bool)>,
    chosen: Option<usize>,
    judged: bool,
    on: &Callback<usize>,
) -> Html {
    let option = |(n, (content, is_right)): (usize, (Html, bool))| {
        let is_chosen = chosen == Some(n);
        let stands = Standing { is_chosen, is_right };
        let class = classes!(
            "check__option",
            is_chosen.then_some("is-chosen"),
            (judged && is_right).then_some("is-right"),
        );
        html! {
            <li>
                <label {class}>
                    <input
                        type="radio" name="check-option" checked={is_chosen} disabled={judged}
                        onchange={on.reform(move |_: Event| n)}
                    />
                    <span>{ content }</span>
                    if judged { { standing(stands) } }
                </label>
            </li>
        }
    };
    html! {
        <fieldset class="check__options">
            <legend class="visually-hidden">{ label }</legend>
            <ul>{ for options.into_iter().enumerate().map(option) }</ul>
        </fieldset>
    }
}

fn standing(stands: Standing) -> Html {
    let (class, text) = match (stands.is_right, stands.is_chosen) {
        (true, true) => ("is-success", "✓ your answer, right"),
        (true, false) => ("is-success", "✓ right"),
        (false, true) => ("is-failure", "✗ your answer"),
        (false, false) => return html! {},
    };
    html! { <span class={classes!("check__standing", class)}>{ text }</span> }
}

pub(super) fn choose(
    ask: &Choose,
    chosen: Option<usize>,
    judged: bool,
    numbers: &Numbers,
    on: &OnDraft,
) -> Html {
    let option = |it: &Choice| (paragraph(&it.text, numbers), it.right);
    let options = ask.options.iter().map(option).collect();
    radios("Claims", options, chosen, judged, &on.reform(Answer::Choose))
}

/// The lines of a configuration, of which one is the mistake.
pub(super) fn find(
    ask: &Find,
    world: &WorldLink,
    chosen: Option<usize>,
    judged: bool,
    on: &OnDraft,
) -> Html {
    let line = |it: &Suspect| {
        let value = value_of(world, &it.setting.0);
        let content = html! {
            <code class="check__line">{ format!("{} = {value}", it.setting.0) }</code>
        };
        (content, it.right)
    };
    let lines = ask.lines.iter().map(line).collect();
    radios("Lines of the configuration", lines, chosen, judged, &on.reform(Answer::Find))
}

/// The value of a setting in a world, as people write it.
fn value_of(world: &WorldLink, key: &str) -> String {
    let (text, spec) = match Link::read(&world.0).0 {
        Link::Playground(of) => {
            (settings::get(&of.scenario, key), settings::spec::<Scenario>(key).ok())
        }
        Link::Herd(of) => {
            (settings::get(&of.comparison, key), settings::spec::<Comparison>(key).ok())
        }
        _ => (None, None),
    };
    match (text, spec) {
        (Some(text), Some(spec)) => spoken(spec, &text),
        (text, _) => text.unwrap_or_else(|| "not set".to_owned()),
    }
}

/// Moments with buttons that move them up and down.
pub(super) fn order(ask: &Order, order: &[usize], numbers: &Numbers, on: &OnDraft) -> Html {
    let row = |(place, &n): (usize, &usize)| {
        let NamedMoment { title, text, .. } = &ask.items[n];
        let mover = |up: bool| {
            let to = if up { place.checked_sub(1) } else { Some(place + 1) };
            let to = to.filter(|to| *to < order.len());
            let (word, arrow) = if up { ("earlier", "↑") } else { ("later", "↓") };
            let order = order.to_vec();
            let on = on.clone();
            let onclick = Callback::from(move |_: MouseEvent| {
                if let Some(to) = to {
                    let mut order = order.clone();
                    order.swap(place, to);
                    on.emit(Answer::Order(order));
                }
            });
            html! {
                <button
                    id={format!("check-move-{n}-{word}")} class="button" type="button" {onclick}
                    aria-disabled={to.is_none().then_some("true")}
                    aria-label={format!("Move “{title}” {word}")}
                >
                    { arrow }
                </button>
            }
        };
        html! {
            <li key={n} class="check__row">
                <span class="check__place">{ place + 1 }</span>
                <span>
                    { title }
                    if let Some(text) = text { <small>{ paragraph(text, numbers) }</small> }
                </span>
                { mover(true) }
                { mover(false) }
            </li>
        }
    };
    html! {
        <ol class="check__order" aria-label="The order">
            { for order.iter().enumerate().map(row) }
        </ol>
    }
}

/// The answered order beside the times of the run.
pub(super) fn ordered(ask: &Order, order: &[usize], pair: Pair<'_>) -> Html {
    let moments: Vec<_> = ask.items.iter().map(|item| pair.run.moment(&item.at)).collect();
    let row = |(place, &n): (usize, &usize)| {
        let at = moments[n].map(Instant::as_secs_f64);
        // Of two at the same moment, either may come first.
        let is_right = moments[n] == moments[place];
        let (class, mark) = if is_right { ("is-success", "✓") } else { ("is-failure", "✗") };
        let place = if is_right { String::new() } else { format!("comes {}", ordinal(n)) };
        html! {
            <li class="check__row">
                <span {class}>{ mark }</span>
                <span>{ &ask.items[n].title }</span>
                <span class="check__standing">{ place }</span>
                <b>{ at.map(|at| Unit::Time.text(at)).unwrap_or_default() }</b>
            </li>
        }
    };
    html! {
        <ol class="check__order is-judged" aria-label="Your order, with the times of the run">
            { for order.iter().enumerate().map(row) }
        </ol>
    }
}

fn ordinal(n: usize) -> String {
    fusebox_lab::words::ordinal(u32::try_from(n + 1).unwrap_or(u32::MAX))
}

/// What a number is multiplied with in a field, and the unit after the field.
fn field_of(unit: Unit) -> (f64, &'static str) {
    match unit {
        Unit::Share => (100.0, "%"),
        Unit::Time => (1.0, "s"),
        Unit::Rate => (1.0, "/s"),
        Unit::Multiple => (1.0, "×"),
        Unit::Count | Unit::Number | Unit::Truth => (1.0, ""),
    }
}

/// A field for a predicted number.
pub(super) fn predict(ask: &Predict, number: f64, on: &OnDraft) -> Html {
    let (factor, unit) = field_of(ask.query.unit());
    let change = on.clone();
    let oninput = Callback::from(move |event: InputEvent| {
        let input = event.target_dyn_into::<HtmlInputElement>();
        let number = input.and_then(|it| it.value().trim().parse::<f64>().ok());
        if let Some(number) = number.filter(|number| number.abs() <= 1e9) {
            change.emit(Answer::Predict(number / factor));
        }
    });
    let value = ((number * factor) * 100.0).round() / 100.0;
    html! {
        <label class="check__number">
            <span>{ "You predict" }</span>
            <span class="check__field">
                <input class="input" type="number" step="any" {oninput} value={value.to_string()} />
                { unit }
            </span>
        </label>
    }
}

/// The range of a predicted number.
fn range(ask: &Predict) -> [f64; 2] {
    [&ask.from, &ask.to].map(|it| it.literal().unwrap_or_default())
}

/// A slider for a number that is not in a plot.
pub(super) fn scale(ask: &Predict, number: f64, on: &OnDraft) -> Html {
    let unit = ask.query.unit();
    let [from, to] = range(ask);
    let on = on.clone();
    let oninput = Callback::from(move |event: InputEvent| {
        let input = event.target_dyn_into::<HtmlInputElement>();
        if let Some(number) = input.and_then(|it| it.value().parse().ok()) {
            on.emit(Answer::Predict(number));
        }
    });
    html! {
        <label class="slider check__scale">
            <span aria-hidden="true">{ unit.text(from) }</span>
            <input
                type="range" min={from.to_string()} max={to.to_string()} {oninput}
                step={((to - from) / 100.0).to_string()} value={number.to_string()}
                aria-label="Your prediction" aria-valuetext={unit.text(number)}
            />
            <span aria-hidden="true">{ unit.text(to) }</span>
        </label>
    }
}

/// The prediction and the number of the run as two bars on one scale.
pub(super) fn bars(ask: &Predict, number: f64, found: f64) -> Html {
    let [from, to] = range(ask);
    let to = to.max(number).max(found);
    let width = |it: f64| format!("{:.2}%", ((it - from) / (to - from) * 100.0).clamp(0.5, 100.0));
    html! {
        <svg class="check__bars" aria-hidden="true">
            <rect class="is-guess" y="4" width={width(number)} height="22" rx="3" />
            <rect y="38" width={width(found)} height="22" rx="3" />
        </svg>
    }
}

/// The settings that are open, as form controls.
pub(super) fn fields(
    world: &WorldLink,
    open: &[Key],
    changes: &Changes,
    on: &Callback<Changes>,
) -> Html {
    let Ok(own) = changes.world(world) else { return html! {} };
    let [before, now] = [world, &own].map(|world| Link::read(&world.0).0);
    let on_set = {
        let (on, changes) = (on.clone(), changes.clone());
        Callback::from(move |(key, value): (String, String)| {
            let mut changes = changes.clone();
            changes.set(&key, &value);
            on.emit(changes);
        })
    };
    let field = |(setting, preset, of): (Setting, Option<String>, Subject)| {
        let (prefix, key) = ("check-", setting.key.clone());
        html! {
            <SettingField
                {key} setting={Rc::new(setting)} preset={preset.map(Rc::from)}
                {of} on_set={on_set.clone()} {prefix}
            />
        }
    };
    html! {
        <div class="check__settings">{ for open.iter().filter_map(|key| subject(&before, &now, key)).map(field) }</div>
    }
}

/// A setting of a world with changes, its value without them, and what it is a setting of.
fn subject(
    before: &Link,
    now: &Link,
    Key(key): &Key,
) -> Option<(Setting, Option<String>, Subject)> {
    match (before, now) {
        (Link::Playground(before), Link::Playground(now)) => {
            let found = settings::all(&now.scenario).into_iter().find(|it| it.key == *key)?;
            let preset = settings::get(&before.scenario, key);
            Some((found, preset, Subject::Scenario(Rc::new(now.scenario.clone()))))
        }
        (Link::Herd(before), Link::Herd(now)) => {
            let found = settings::all(&now.comparison).into_iter().find(|it| it.key == *key)?;
            let preset = settings::get(&before.comparison, key);
            Some((found, preset, Subject::Comparison(Rc::new(now.comparison.clone()))))
        }
        _ => None,
    }
}
