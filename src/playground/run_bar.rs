//! What makes a run what it is besides its settings: what it is compared with, where it forks, its seed.

use crate::browser::selected;
use crate::playground::Page;
use crate::playground::session::{Action, Compare, Session};
use crate::selection::Selection;
use crate::transport::SeedField;
use fusebox::time::Instant;
use fusebox_lab::action_log::ActionLog;
use yew::prelude::*;

#[component(RunBar)]
pub(super) fn run_bar(page: &Page) -> Html {
    let Page { session, summary, shared, on_action, .. } = page;
    let is_past = summary.now < summary.end;
    let at_now = |action: fn(Instant) -> Action| {
        let shared = shared.clone();
        on_action.reform(move |_: MouseEvent| action(shared.now.get()))
    };
    let fork = is_past.then(|| at_now(Action::Fork));
    let slow_motion = session.slow_motion;
    let toggle_slow = on_action.reform(move |_: MouseEvent| Action::SlowMotion(!slow_motion));
    html! {
        <section class="run panel" aria-label="The run">
            { compare_field(session, on_action) }
            <button
                class="button" type="button" onclick={on_action.reform(|_| Action::Pin)}
                title="Puts this run aside, to be shown as dashed lines beside what you change"
            >
                { "Pin this run" }
            </button>
            <button
                class="button" type="button" onclick={fork}
                aria-disabled={(!is_past).to_string()}
                title="Drops what was done after this moment, and pins the run as it was; settings hold from the beginning of a run"
            >
                { "Fork from here" }
            </button>
            <button
                class="toggle" type="button" role="switch" onclick={toggle_slow}
                aria-checked={slow_motion.to_string()}
                title="Time slows down shortly before and after a breaker changes its state"
            >
                <span class="switch__track" aria-hidden="true" />{ "Slow motion at transitions" }
            </button>
            <button
                class="button" type="button" onclick={at_now(|now| Action::Choose(Some(Selection::Now(now))))}
                aria-keyshortcuts="D" title="Tells in words what is on the page"
            >
                { "Describe" }<kbd aria-hidden="true">{ "D" }</kbd>
            </button>
            <span class="run__gap" />
            <button
                class="button" type="button" onclick={at_now(Action::Reset)}
                title="Back to the beginning, with nothing done to it"
            >
                { "Reset" }
            </button>
            <SeedField
                name="playground" seed={session.world.plan.seed}
                on_seed={on_action.reform(Action::Seed)}
            />
            <p class="run__full" role="status">{ full(session.world.plan.actions.actions().len()) }</p>
        </section>
    }
}

/// Why no more can be done to a run whose action log is full.
fn full(actions: usize) -> String {
    if actions < ActionLog::MAX {
        return String::new();
    }
    format!(
        "The action log is full: {actions} actions. Fork the run at an earlier moment, or reset it."
    )
}

/// What the dashed lines of the charts show.
fn compare_field(session: &Session, on_action: &Callback<Action>) -> Html {
    let pinned = matches!(session.compare, Compare::Pinned(_)).then(|| session.compare.clone());
    let options: Vec<Compare> =
        [Compare::Nothing, Compare::Unprotected].into_iter().chain(pinned).collect();
    let known = options.clone();
    let choose = on_action.reform(move |event: Event| {
        let chosen = selected(&event).and_then(|n| known.get(n)).cloned();
        Action::Compare(chosen.unwrap_or(Compare::Nothing))
    });
    html! {
        <label class="field">
            <span>{ "Dashed lines" }</span>
            <select class="input" onchange={choose}>
                { for options.iter().map(|option| html! {
                    <option selected={*option == session.compare}>{ option.label() }</option>
                }) }
            </select>
        </label>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_tape_says_so() {
        assert_eq!(full(ActionLog::MAX - 1), "");
        assert!(full(ActionLog::MAX).contains("500 actions"));
    }
}
