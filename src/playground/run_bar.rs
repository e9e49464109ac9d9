//! The bars under the stage: time with its scrubber, and the parts of a run besides its settings, such
//! as its baseline and its seed.

use crate::breaker::{status_class, status_name};
use crate::browser;
use crate::playground::Page;
use crate::playground::scene::first_act;
use crate::playground::session::{Action, Compare, Session};
use crate::select::Select;
use crate::selection::Selection;
use crate::transport::{SeedField, SpeedField};
use fusebox::time::{Duration, Instant};
use fusebox_lab::action_log::ActionLog;
use fusebox_sim::Scenario;
use std::ops::Range;
use web_sys::HtmlInputElement;
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
    html! {
        <section class="run panel" aria-label="The run" data-arrows="">
            { compare_field(session, on_action) }
            <button
                class="button" type="button" onclick={on_action.reform(|_| Action::Pin)}
                title="Keeps this run as dashed lines to compare with"
            >
                { "Pin this run" }
            </button>
            <button
                class="button" type="button" onclick={fork}
                aria-disabled={(!is_past).to_string()}
                title={if is_past {
                    "Rewrites the run from this moment on: drops later actions, and pins the run as it was"
                } else {
                    "Go back in time first: a fork rewrites the run from an earlier moment on"
                }}
            >
                { "Fork from here" }
            </button>
            { toggle("Slow motion", session.slow_motion, Action::SlowMotion, on_action) }
            { toggle("Letters are shortcuts", session.shortcuts, Action::Shortcuts, on_action) }
            <button
                class="button" type="button" onclick={at_now(|now| Action::Choose(Some(Selection::Now(now))))}
                aria-keyshortcuts="D" title="Describes the page in words"
            >
                { "Describe" }<kbd aria-hidden="true">{ "D" }</kbd>
            </button>
            <span class="run__gap" />
            <button
                class="button" type="button" onclick={at_now(Action::Reset)}
                title="Back to the start, without actions"
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

/// A switch.
fn toggle(
    name: &'static str,
    is_on: bool,
    action: fn(bool) -> Action,
    on_action: &Callback<Action>,
) -> Html {
    html! {
        <button
            class="toggle" type="button" role="switch" aria-checked={is_on.to_string()}
            onclick={on_action.reform(move |_| action(!is_on))}
        >
            <span class="switch__track" aria-hidden="true" />{ name }
        </button>
    }
}

/// Why no more actions are possible once the action log is full.
fn full(actions: usize) -> String {
    if actions < ActionLog::MAX {
        return String::new();
    }
    format!(
        "The action log is full: {actions} actions. Fork the run at an earlier moment, or reset it."
    )
}

/// The choice of the baseline, the dashed lines of the charts.
fn compare_field(session: &Session, on_action: &Callback<Action>) -> Html {
    let pinned = matches!(session.compare, Compare::Pinned(_)).then(|| session.compare.clone());
    let options: Vec<Compare> =
        [Compare::Nothing, Compare::Unprotected].into_iter().chain(pinned).collect();
    let chosen = options.iter().position(|option| *option == session.compare);
    let titles: Vec<AttrValue> = options.iter().map(|option| option.label().into()).collect();
    let choose = on_action.reform(move |n: usize| Action::Compare(options[n].clone()));
    html! {
        <label class="field">
            <span>{ "Dashed lines" }</span>
            <Select options={titles} {chosen} on_choose={choose} />
        </label>
    }
}

#[component(TimeBar)]
pub(super) fn time_bar(page: &Page) -> Html {
    let Page { session, summary, on_action, .. } = page;
    let playing = session.playing;
    let act = |action: Action| on_action.reform(move |_: MouseEvent| action.clone());
    html! {
        <section class="time panel" aria-label="Time">
            <div class="time__controls" data-arrows="">
            <button
                class="button button--strong time__play" type="button"
                onclick={act(Action::Play(!playing))}
            >
                { if playing { "Pause" } else { "Play" } }
            </button>
            <button
                class="button" type="button" onclick={act(Action::Step)}
                title="Advances by one event, and describes it"
            >
                { "Step" }
            </button>
            <SpeedField speed={session.speed} on_speed={on_action.reform(Action::Speed)} />
            if browser::is_embedded() { { brief(page) } }
            </div>
            { scrubber(page) }
            // The value changes all the time, so it is not announced.
            <output
                class={classes!("time__now", summary.seeking.then_some("is-seeking"))} aria-live="off"
            >{ summary.now.to_string() }</output>
            <p class="time__told" role="status">{ &summary.step }</p>
        </section>
    }
}

/// The breaker's state and the button that breaks what it is around, for a frame in which both would be
/// out of sight.
fn brief(Page { summary, shared, on_action, .. }: &Page) -> Html {
    let (on, view) = (summary.breaker.on, &summary.breaker);
    let (verb, command) = first_act(&summary.faults);
    let act = {
        let shared = shared.clone();
        on_action
            .reform(move |_: MouseEvent| Action::Act(shared.now.get(), on.into(), vec![command]))
    };
    html! {
        <div class="time__brief">
            <button class="button button--strong time__kill" type="button" onclick={act}>
                { verb }<span class="visually-hidden">{ format!(" {}", on.title()) }</span>
            </button>
            <span class={classes!("time__state", status_class(view))}>
                { format!("Breaker {}", status_name(view)) }
            </span>
        </div>
    }
}

/// The range of time, in seconds, that the scrubber and the charts show: the whole run with what is
/// scheduled in it, or the last ten minutes if it is longer.
pub(crate) fn shown(scenario: &Scenario, end: Instant) -> Range<f64> {
    const LENGTHS: [f64; 7] = [30.0, 60.0, 120.0, 180.0, 300.0, 420.0, 600.0];
    let end = end.as_secs_f64();
    let length = scenario.duration.as_secs_f64();
    let scheduled = scenario.schedule.iter().map(|action| action.at.as_secs_f64());
    let needed = scheduled.fold(length.min(60.0), f64::max).min(length).max(end);
    LENGTHS.into_iter().find(|&fits| fits >= needed).map_or(end - 600.0..end, |fits| 0.0..fits)
}

/// The scrubber: the moments of the run in a row, with its actions, to seek any of them.
fn scrubber(Page { session, summary, on_action, .. }: &Page) -> Html {
    let plan = &session.world.plan;
    let range = shown(&plan.scenario, summary.end);
    let end = summary.end.as_secs_f64();
    let seek = on_action.reform(move |event: InputEvent| {
        let input = event.target_dyn_into::<HtmlInputElement>();
        let value = input.map_or(0.0, |input| input.value_as_number());
        Action::Seek(Instant::ZERO + Duration::from_secs_f64(value.clamp(0.0, end)))
    });
    let now = summary.now.as_secs_f64();
    let actions = plan.actions.actions().iter().map(|action| action.at.as_secs_f64());
    let share =
        |at: f64| ((at - range.start) / (range.end - range.start) * 1_000.0).clamp(0.0, 1_000.0);
    html! {
        <div class="scrubber">
            <svg class="scrubber__marks" viewBox="0 0 1000 40" preserveAspectRatio="none" aria-hidden="true">
                <rect class="scrubber__ground" x="0" y="18" width="1000" height="4" />
                <rect class="scrubber__run" x="0" y="18" width={share(end).to_string()} height="4" />
                <rect class="scrubber__past" x="0" y="18" width={share(now).to_string()} height="4" />
                { for actions.map(|at| html! {
                    <rect class="scrubber__action" x={(share(at) - 0.8).to_string()} y="12" width="1.6" height="16" />
                }) }
            </svg>
            <input
                type="range" class="scrubber__range" aria-label="Moment of the run"
                min={range.start.to_string()} max={range.end.to_string()} step="0.1"
                value={format!("{now:.1}")} oninput={seek}
                aria-valuetext={format!("{now:.1} s of {end:.1} s")}
            />
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_scheduled_is_on_the_time_axis_from_the_start() {
        let scenario = |name| (fusebox_lab::presets::find(name).expect("a preset").scenario)();
        assert_eq!(shown(&scenario("search-service"), Instant::ZERO), 0.0..60.0);
        let outage = scenario("two-minute-outage");
        let last = outage.schedule.iter().map(|action| action.at).max().expect("an outage");
        assert!(
            last > Instant::from_secs(60)
                && shown(&outage, Instant::ZERO).end >= last.as_secs_f64()
        );
    }

    #[test]
    fn a_full_action_log_says_so() {
        assert_eq!(full(ActionLog::MAX - 1), "");
        assert!(full(ActionLog::MAX).contains("500 actions"));
    }
}
