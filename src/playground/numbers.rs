//! The numbers of the service, each of which can be asked about.

use crate::format::{latency, rate, share};
use crate::playground::summary::Summary;
use crate::selection::{NUMBERS, Selection, label};
use fusebox_lab::explain::Number;
use yew::prelude::*;

pub(super) fn numbers(
    summary: &Summary,
    selection: Option<Selection>,
    on_choose: &Callback<Selection>,
) -> Html {
    html! {
        <dl class="numbers numbers--quiet">
            { for NUMBERS.map(|name| {
                let is_chosen = selection == Some(Selection::Number(name));
                let (value, class) = value(name, summary);
                number(name, value, class, is_chosen, on_choose)
            }) }
        </dl>
    }
}

fn number(
    name: Number,
    value: String,
    class: Option<&'static str>,
    is_chosen: bool,
    on_choose: &Callback<Selection>,
) -> Html {
    let onclick = on_choose.reform(move |_| Selection::Number(name));
    let id = format!("number-{}", label(name).to_lowercase());
    let value_id = format!("{id}-value");
    html! {
        <div class="numbers__item">
            <dt id={id.clone()}>{ label(name) }</dt>
            <dd class={classes!(class)}>
                <button
                    id={value_id.clone()} class="numbers__button" type="button" {onclick}
                    aria-labelledby={format!("{id} {value_id}")} aria-pressed={is_chosen.to_string()}
                >
                    { value }
                </button>
            </dd>
        </div>
    }
}

/// The number, and the class with the colour of its meaning.
fn value(name: Number, summary: &Summary) -> (String, Option<&'static str>) {
    let rates = &summary.rates;
    let (busy, workers) = (summary.gauges.workers_busy, summary.workers);
    match name {
        Number::Offered => (rate(rates.calls), None),
        Number::Goodput => (rate(rates.useful), Some("is-success")),
        Number::Fallbacks => {
            (rate(rates.fallbacks), (rates.fallbacks > 0.0).then_some("is-fallback"))
        }
        Number::Errors => (
            share(rates.errors, rates.useful + rates.errors),
            (rates.errors > 0.0).then_some("is-failure"),
        ),
        Number::P99 => (summary.p99.map_or_else(|| "–".to_owned(), latency), None),
        // Without a service there is nobody who works.
        Number::Workers if workers == 0 => ("–".to_owned(), None),
        Number::Workers => {
            (format!("{busy} of {workers}"), (busy >= workers).then_some("is-failure"))
        }
        Number::Health => (
            share(rates.health_answers, rates.health_checks),
            (rates.health_answers < rates.health_checks).then_some("is-failure"),
        ),
        Number::Load => (rate(rates.load), None),
    }
}
