//! The bar above the stage: the preset and its changes, undo and share.

use crate::playground::Page;
use crate::playground::session::{self, Action, Chosen};
use crate::select::Select;
use crate::share::Share;
use fusebox::time::Instant;
use fusebox_lab::presets;
use fusebox_lab::settings::{self, Difference};
use fusebox_lab::words::plural;
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
    let choose = on_action.reform(|n: usize| Action::Preset(&presets::ALL[n]));
    let undo = on_action.reform(|_| Action::Undo);
    html! {
        <section class="bar" aria-label="Preset">
            <label class="bar__preset">
                <span class="visually-hidden">{ "Preset" }</span>
                <Select
                options={presets::ALL.iter().map(|it| it.title.into()).collect::<Vec<_>>()}
                chosen={presets::ALL.iter().position(|it| it == chosen.preset)} on_choose={choose}
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
            <p class="bar__about">{ chosen.preset.about }</p>
            { details.map(|it| (it.changes)(page)).unwrap_or_default() }
            { details.filter(|_| *shares).map(|it| (it.share)(page)).unwrap_or_default() }
        </section>
    }
}

/// The changes from the preset, each with a button that restores it.
#[component(Changes)]
pub(super) fn changes(Page { session, on_action, .. }: &Page) -> Html {
    let Chosen { base, plan, .. } = &session.world;
    let both = (base.clone(), plan.scenario.clone());
    let differences =
        use_memo(both, |(base, scenario)| settings::differences(&**base, &**scenario));
    let count = plan.actions.actions().len();
    let changes = plural(differences.len() as u64, "change", "changes");
    let actions = plural(count as u64, "action", "actions");
    let title = match (differences.len(), count) {
        (0, 0) => "as preset".to_owned(),
        (0, _) => actions,
        (_, 0) => changes,
        _ => format!("{changes}, {actions}"),
    };
    if differences.is_empty() {
        return html! { <p class="bar__changes">{ title }</p> };
    }
    html! {
        <details class="bar__changes changes">
            <summary>{ title }</summary>
            <ul class="changes__list">
                { for differences.iter().map(|difference| change(difference, on_action)) }
            </ul>
        </details>
    }
}

fn change(difference: &Difference, on_action: &Callback<Action>) -> Html {
    let Difference { key, labels, from, to, .. } = difference;
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
    html! {
        <li class="changes__item">
            <span>{ labels.join(", ") }</span>
            <span class="changes__values">
                <s>{ from.as_deref().unwrap_or("absent") }</s>{ " " }<b>{ to }</b>
            </span>
            { back.unwrap_or_default() }
        </li>
    }
}

/// The link to the run, from its start or from this moment on.
#[component(ShareRun)]
pub(super) fn share_run(Page { session, shared, .. }: &Page) -> Html {
    // The moment at which it opens; none for the start.
    let at = use_state_eq(|| None::<Instant>);
    let toggle = {
        let (at, shared) = (at.clone(), shared.clone());
        Callback::from(move |_| at.set(at.is_none().then(|| shared.now.get())))
    };
    html! {
        <Share link={session.link(*at).write()} about="Anyone who opens this link sees the same run.">
            <button
                class="toggle" type="button" role="switch" onclick={toggle}
                aria-checked={at.is_some().to_string()}
            >
                <span class="switch__track" aria-hidden="true" />
                { at.map_or_else(|| "Open at this moment".to_owned(), |at| format!("Opens at {at}")) }
            </button>
        </Share>
    }
}
