//! The panel beside the stage: the breaker on the selected dependency, and the numbers of the service.

use crate::breaker::{BreakerPanel, other_breakers};
use crate::convert::float;
use crate::playground::Page;
use crate::playground::session::Action;
use crate::selection::Selection;
use fusebox_lab::explain::Number;
use fusebox_lab::words::{latency, rate, share};
use fusebox_sim::{Dependency, SAMPLE_EVERY, Sample, World};
use yew::prelude::*;

#[component(ServiceBreaker)]
pub(super) fn service_breaker(page: &Page) -> Html {
    let Page { session, summary, on_action, .. } = page;
    let selection = session.selection;
    let on_choose = &on_action.reform(|selection| Action::Choose(Some(selection)));
    let on_depend = on_action.reform(Action::Depend);
    let below_state = html! {
        <>
            { page.details.map(|it| (it.doubt)(page)).unwrap_or_default() }
            { other_breakers(&summary.other_breakers, &on_depend) }
            if !summary.other_breakers.is_empty() { { follow(session.follows, on_action) } }
            <p class="visually-hidden" role="status">{ &summary.announcement }</p>
            <div role="toolbar" aria-label="Numbers of the service" data-arrows="">
                { numbers(&summary.numbers, selection, on_choose) }
            </div>
        </>
    };
    BreakerPanel {
        view: &summary.breaker,
        moves: &summary.moves,
        selection,
        on_choose,
        below_state,
    }
    .html()
}

/// Whether the panel follows the dependency in trouble, with the way to change that.
fn follow(follows: bool, on_action: &Callback<Action>) -> Html {
    let text = if follows { "Follows the dependency in trouble." } else { "You chose this one." };
    html! {
        <p class="breaker__follow">
            { text }
            <button
                class="link" type="button"
                onclick={on_action.reform(move |_: MouseEvent| Action::Follow(!follows))}
            >
                { if follows { "Stay on it" } else { "Follow" } }
            </button>
        </p>
    }
}

/// Rates are those of the last second.
const RATE_SAMPLES: usize = 10;

/// A number as the page shows it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ShownNumber {
    number: Number,
    label: &'static str,
    /// What it is, in a phrase.
    about: &'static str,
    text: String,
    /// The class with the colour of its meaning.
    class: Option<&'static str>,
}

/// The numbers of a world at its moment; the load is that of a dependency.
pub(super) fn numbers_of(world: &World, on: Dependency) -> Vec<ShownNumber> {
    let samples = world.measures().samples();
    let recent = || samples.iter().rev().take(RATE_SAMPLES);
    let seconds = (float(recent().count()) * SAMPLE_EVERY.as_secs_f64()).max(0.1);
    let per_second = |of: &dyn Fn(&Sample) -> u32| {
        recent().map(|sample| f64::from(of(sample))).sum::<f64>() / seconds
    };
    let [useful, fallbacks] = [per_second(&|it| it.useful), per_second(&|it| it.fallbacks)];
    let errors = per_second(&|it| it.errors);
    let checks = per_second(&|it| it.health_checks);
    let healthy = per_second(&|it| it.health_answers);
    let busy = world.gauges().threads_busy;
    let threads = world.scenario().service.as_ref().map(|service| service.threads);
    let none = || "–".to_owned();
    let shown = |number, label, text, is_coloured: bool, class| ShownNumber {
        number,
        label,
        about: about(number),
        text,
        class: is_coloured.then_some(class),
    };
    let plain = |number, label, text| shown(number, label, text, false, "");
    let p99 = samples.back().and_then(|sample| sample.p99_all);
    let of_threads = match threads {
        // Both numbers would be wider than the panel has room for.
        Some(threads) if threads >= 1_000 => share(busy.into(), threads.into()),
        Some(threads) => format!("{busy} of {threads}"),
        None => none(),
    };
    let is_full = threads.is_some_and(|threads| busy >= threads);
    let [errors_share, health] = [share(errors, useful + errors), share(healthy, checks)];
    vec![
        plain(Number::Offered, "Offered", rate(per_second(&|it| it.calls))),
        shown(Number::Goodput, "Goodput", rate(useful), true, "is-success"),
        shown(Number::Fallbacks, "by fallback", rate(fallbacks), fallbacks > 0.0, "is-fallback"),
        shown(Number::Errors, "Errors", errors_share, errors > 0.0, "is-failure"),
        plain(Number::P99, "p99, all", p99.map_or_else(none, latency)),
        shown(Number::Threads, "Threads", of_threads, is_full, "is-failure"),
        shown(Number::Health, "Health checks", health, healthy < checks, "is-failure"),
        plain(Number::Load, "Load", rate(per_second(&|it| it.load[on].attempts()))),
    ]
}

/// What a number is, in a phrase; the explanation says more.
const fn about(number: Number) -> &'static str {
    match number {
        Number::Offered => "Calls that clients send in a second",
        Number::Goodput => "Useful answers in a second, fallbacks included",
        Number::Fallbacks => "Those of the useful answers that a fallback gave",
        Number::Errors => "Errors, as a share of the calls that ended",
        Number::P99 => "99 % of all calls ended within this time, errors included",
        Number::Threads => "Threads of the service that are busy",
        Number::Health => "Health checks of the service: each needs only a free thread",
        Number::Load => "Attempts that reach the dependency in a second",
    }
}

fn numbers(
    numbers: &[ShownNumber],
    selection: Option<Selection>,
    on_choose: &Callback<Selection>,
) -> Html {
    let item = |ShownNumber { number, label, about, text, class }: &ShownNumber| {
        let this = Selection::Number(*number);
        let onclick = on_choose.reform(move |_| this);
        let id = format!("number-{}", label.to_ascii_lowercase().replace([',', ' '], "-"));
        let value_id = format!("{id}-value");
        html! {
            <div class="numbers__item" title={*about}>
                <dt id={id.clone()}>{ label }</dt>
                <dd class={classes!(*class)}>
                    <button
                        id={value_id.clone()} class="numbers__button" type="button" {onclick}
                        aria-labelledby={format!("{id} {value_id}")}
                        aria-pressed={(selection == Some(this)).to_string()}
                    >
                        { text }
                    </button>
                </dd>
            </div>
        }
    };
    html! {
        <>
            <dl class="numbers numbers--quiet">{ for numbers.iter().map(item) }</dl>
            <p class="numbers__hint">{ "Press a number to have it explained." }</p>
        </>
    }
}
