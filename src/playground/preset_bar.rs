//! The bar above the stage: the preset and its changes, undo and share.

use crate::playground::Page;
use crate::playground::session::{self, Action, Chosen};
use crate::playground::stack::show_switch;
use crate::playground::take_home::HomePanel;
use crate::select::Select;
use crate::setting_field::spoken;
use crate::share::Share;
use fusebox::time::Instant;
use fusebox::{LayerKind, StateName};
use fusebox_lab::explain;
use fusebox_lab::presets;
use fusebox_lab::settings::{self, Difference};
use fusebox_lab::words::plural;
use fusebox_sim::{Command, Entry, What};
use std::slice;
use yew::prelude::*;

/// The bar above the stage.
#[component(PresetBar)]
pub(super) fn preset_bar(page: &Page) -> Html {
    let Page { session, on_action, .. } = page;
    let chosen = &session.world;
    let details = page.details;
    let shares = use_state_eq(|| false);
    let toggle_share = {
        let shares = shares.clone();
        Callback::from(move |_| shares.set(!*shares))
    };
    // The scenarios of the others come with the details.
    let presets = details.map_or(slice::from_ref(&presets::FIRST), |it| it.presets);
    let choose = on_action.reform(move |n: usize| Action::Preset(&presets[n]));
    let undo = on_action.reform(|_| Action::Undo);
    html! {
        <section class="bar" aria-label="Preset">
            <label class="bar__preset">
                <span class="visually-hidden">{ "Preset" }</span>
                <Select
                    options={presets.iter().map(|it| it.title.into()).collect::<Vec<_>>()}
                    chosen={presets.iter().position(|it| it == chosen.preset)} on_choose={choose}
                />
            </label>
            <div class="bar__acts" data-arrows="">
                <button
                    class="button" type="button" onclick={undo} aria-keyshortcuts="Control+Z"
                    aria-disabled={(!session.can_undo()).to_string()}
                    title={(!session.can_undo()).then_some("There is nothing to undo.")}
                >
                    { "Undo" }
                </button>
                <button
                    class="button button--strong" type="button" onclick={toggle_share}
                    aria-expanded={shares.to_string()}
                >
                    { "Share" }
                </button>
            </div>
            if let Some(next) = next(page) {
                <p class="bar__about is-next" role="status">{ next }</p>
            } else {
                <p class="bar__about">{ chosen.preset.about }</p>
            }
            if let Some(details) = details {
                { (details.changes)(page) }
            } else {
                <p class="bar__changes"></p>
            }
            { details.filter(|_| *shares).map(|it| (it.share)(page)).unwrap_or_default() }
        </section>
    }
}

/// What to try next, for a user who has begun by breaking something: to heal it, and then the same
/// without the breaker. It ends once a layer or a setting is changed.
fn next(Page { session, summary, .. }: &Page) -> Option<Html> {
    let Chosen { base, plan, .. } = &session.world;
    let actions = plan.actions.actions();
    let is_own =
        |it: &fusebox_sim::Action| matches!(it.command, Command::Layer(..) | Command::Set(_));
    if plan.scenario != *base || actions.iter().any(is_own) {
        return None;
    }
    let (on, last) = (summary.breaker.on.title(), actions.last()?);
    match (summary.moves.last()?.transition.to, last.command) {
        (StateName::Open, Command::Fault(_)) => {
            Some(html! { { format!("Now heal {on}, and watch how the breaker closes.") } })
        }
        (StateName::Closed, Command::Heal(_) | Command::HealAll) => {
            // The stack is out of sight on a phone.
            let show = |_: MouseEvent| show_switch(LayerKind::Breaker);
            Some(html! {
                <>
                    { "Now switch the circuit breaker off in " }
                    <button class="link" type="button" onclick={show}>
                        { format!("the stack around {on}") }
                    </button>
                    { ", and break it again." }
                </>
            })
        }
        _ => None,
    }
}

/// The changes from the preset, each by its name: its settings, which a button restores, and the actions
/// in the run.
#[component(Changes)]
pub(super) fn changes(Page { session, on_action, .. }: &Page) -> Html {
    let Chosen { base, plan, .. } = &session.world;
    let both = (base.clone(), plan.scenario.clone());
    let differences =
        use_memo(both, |(base, scenario)| settings::differences(&**base, &**scenario));
    let done =
        use_memo(plan.actions.clone(), |log| log.actions().iter().map(named).collect::<Vec<_>>());
    let title = title(&differences, plan.actions.actions(), &done);
    if differences.is_empty() && done.is_empty() {
        return html! { <p class="bar__changes">{ title }</p> };
    }
    html! {
        <details class="bar__changes changes">
            <summary>{ title }</summary>
            <ul class="changes__list" data-arrows="">
                { for differences.iter().map(|difference| change(difference, on_action)) }
                { for done.iter().map(|name| html! { <li class="changes__item">{ name }</li> }) }
            </ul>
        </details>
    }
}

/// A single change by its name, or how many there are. A setting that is changed in the run is an action
/// too, but to the user it is a change of a setting.
fn title(differences: &[Difference], actions: &[fusebox_sim::Action], done: &[String]) -> String {
    let set = actions.iter().filter(|it| matches!(it.command, Command::Set(_))).count();
    let changes = plural((differences.len() + set) as u64, "change", "changes");
    let others = plural((actions.len() - set) as u64, "action", "actions");
    match (differences, done) {
        ([], []) => "as preset".to_owned(),
        ([Difference { labels, spec, from, to, .. }], []) => {
            let [from, to] = [from.as_deref().unwrap_or("absent"), to].map(|it| spoken(spec, it));
            format!("{}: {from} → {to}", labels.last().unwrap_or(&spec.label))
        }
        ([], [name]) => name.clone(),
        _ if differences.len() + set == 0 => others,
        _ if actions.len() == set => changes,
        _ => format!("{changes}, {others}"),
    }
}

/// An action in the run, with its moment.
fn named(action: &fusebox_sim::Action) -> String {
    let fusebox_sim::Action { at, on, command } = *action;
    let what = What::Done(on, command);
    let done = explain::event(&Entry { at, call: None, on: on.dependency(), what });
    // What a fault does then is a matter of the log.
    let brief = done.split_once(": ").filter(|_| !matches!(command, Command::Set(_)));
    format!("{at}: {}", brief.map_or(done.as_str(), |(brief, _)| brief).trim_end_matches('.'))
}

fn change(difference: &Difference, on_action: &Callback<Action>) -> Html {
    let Difference { key, labels, spec, from, to } = difference;
    let back = from.clone().map(|from| {
        let key = key.clone();
        // The change is one of the scenario, and so its end is too.
        let back = on_action
            .reform(move |_| session::set(Instant::ZERO, vec![(key.clone(), from.clone())]));
        html! {
            <button class="button button--quiet" type="button" onclick={back} title="Starts the run again" aria-label={format!("Back to the preset: {}", labels.join(", "))}>
                { "Back" }
            </button>
        }
    });
    let from = from.as_deref().map_or_else(|| "absent".to_owned(), |from| spoken(spec, from));
    html! {
        <li class="changes__item">
            <span>{ labels.join(", ") }</span>
            <span class="changes__values"><s>{ from }</s>{ " " }<b>{ spoken(spec, to) }</b></span>
            { back.unwrap_or_default() }
        </li>
    }
}

/// The link to the run, from its start or from this moment on.
#[component(ShareRun)]
pub(super) fn share_run(page: &Page) -> Html {
    let Page { session, shared, .. } = page;
    // The moment at which it opens; none for the start.
    let at = use_state_eq(|| None::<Instant>);
    let toggle = {
        let (at, shared) = (at.clone(), shared.clone());
        Callback::from(move |_| at.set(at.is_none().then(|| shared.now.get())))
    };
    let home = use_state_eq(|| false);
    let toggle_home = {
        let home = home.clone();
        Callback::from(move |_: MouseEvent| home.set(!*home))
    };
    let home_button = html! {
        <button class="button" type="button" onclick={toggle_home} aria-expanded={home.to_string()}>
            { "Take the settings home" }
        </button>
    };
    html! {
        <>
        <Share
            link={session.link(*at).write()} about="Anyone who opens this link sees the same run."
            more={home_button}
        >
            <button
                class="toggle" type="button" role="switch" onclick={toggle}
                aria-checked={at.is_some().to_string()}
            >
                <span class="switch__track" aria-hidden="true" />
                { at.map_or_else(|| "Open at this moment".to_owned(), |at| format!("Opens at {at}")) }
            </button>
        </Share>
        if *home { <HomePanel ..page.clone() /> }
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox_sim::{Dependency, Fault, Scenario};

    #[test]
    fn a_single_change_is_named_and_several_are_counted() {
        let base = Scenario::search_service();
        let set = |text| {
            let mut scenario = base.clone();
            settings::set(&mut scenario, "postgres.breaker.cooldown", text).expect("in range");
            settings::differences(&base, &scenario)
        };
        let action = |seconds, command| fusebox_sim::Action {
            at: Instant::from_secs(seconds),
            on: Dependency::Postgres.into(),
            command,
        };
        let title = |differences: &[Difference], actions: &[fusebox_sim::Action]| {
            let done: Vec<String> = actions.iter().map(named).collect();
            super::title(differences, actions, &done)
        };
        assert_eq!(title(&[], &[]), "as preset");
        assert_eq!(title(&set("3s"), &[]), "Cooldown: 10 s → 3 s");
        let down = action(5, Command::Fault(Fault::Down));
        assert_eq!(title(&[], &[down]), "5.00 s: The database goes down");
        assert_eq!(title(&[], &[down, down]), "2 actions");
        assert_eq!(title(&set("3s"), &[down]), "1 change, 1 action");
    }
}
