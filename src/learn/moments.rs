//! The moments of a run on a rail with their times, and what its clients see.

use crate::lesson::{Numbers, paragraph, words};
use crate::playground::Request;
use fusebox::time::Instant;
use fusebox_lab::lesson::{NamedMoment, Response};
use fusebox_lab::query::Moment;
use yew::prelude::*;

/// The time of a moment of the run, if it has come to its end and has the moment.
fn time(moment: &Moment, numbers: &Numbers) -> Option<Instant> {
    numbers.world.over()?.moment(moment)
}

fn seconds(at: Instant) -> String {
    format!("{:.2} s", at.as_secs_f64())
}

/// The moments, each of which the world can be taken to.
pub(super) fn moments(
    moments: &[NamedMoment],
    numbers: &Numbers,
    now: Instant,
    on_request: &Callback<Request>,
) -> Html {
    let times: Vec<_> = moments.iter().map(|it| time(&it.at, numbers)).collect();
    let past = |at: &Option<Instant>| at.is_some_and(|at| at <= now);
    let here = times.iter().rposition(past);
    let item = |(n, moment): (usize, &NamedMoment)| {
        let at = times[n];
        let class = classes!(
            "moment",
            past(&at).then_some("is-past"),
            (here == Some(n)).then_some("is-here")
        );
        let seek = at.map(|at| on_request.reform(move |_: MouseEvent| Request::Seek(at)));
        html! {
            <li {class}>
                <button
                    class="moment__title" type="button" onclick={seek.clone()}
                    aria-disabled={seek.is_none().to_string()}
                    aria-current={(here == Some(n)).then_some("step")}
                >
                    <span class="moment__at">{ at.map_or_else(|| "–".to_owned(), seconds) }</span>
                    { " " }
                    <span>{ &moment.title }</span>
                </button>
                if let Some(text) = &moment.text { <p>{ paragraph(text, numbers) }</p> }
            </li>
        }
    };
    html! {
        <section class="moments panel" aria-label="What happens, and when">
            <h2 class="panel__title">{ "What happens, and when" }</h2>
            <ol data-arrows="">{ for moments.iter().enumerate().map(item) }</ol>
        </section>
    }
}

/// What the clients of the service see, each answer from the moment on when the first one is sent.
pub(super) fn responses(responses: &[Response], numbers: &Numbers, now: Instant) -> Html {
    let item = |response: &Response| {
        let at = time(&response.at, numbers);
        let is_sent = at.is_some_and(|at| at <= now);
        let when = match at {
            Some(at) if is_sent => format!("since {}", seconds(at)),
            Some(at) => format!("not before {}", seconds(at)),
            None => String::new(),
        };
        let lines: Vec<_> = response.lines.iter().map(|line| words(line, numbers)).collect();
        html! {
            <li class={classes!("response", is_sent.then_some("is-sent"))}>
                <p class="response__head"><b>{ &response.title }</b>{ " " }<span>{ when }</span></p>
                <pre>{ lines.join("\n") }</pre>
            </li>
        }
    };
    html! {
        <section class="responses panel" aria-label="What a user sees">
            <h2 class="panel__title">{ "What a user sees" }</h2>
            <ul>{ for responses.iter().map(item) }</ul>
        </section>
    }
}
