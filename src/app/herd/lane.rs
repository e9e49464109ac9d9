//! One lane: what arrived at the database, three numbers, and a sentence.

use crate::app::chart::{Chart, Marks, Span, SpanHeight, draw_on_canvas};
use crate::app::format::{count, multiple, seconds};
use crate::app::palette::Palette;
use crate::lab::herd::{DOWN_AT, Lane, Outage, Strategy, arrivals};
use crate::sim::{SAMPLE_EVERY, Sample};
use crate::time::Instant;
use std::ops::Range;
use std::rc::Rc;
use web_sys::HtmlCanvasElement;
use yew::prelude::*;

/// Bars are cut at so many times the capacity, so that both lanes can have one scale.
const CUT: f64 = 5.0;

#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    pub(super) lane: Rc<Lane>,
    pub(super) outage: Outage,
    pub(super) position: Instant,
    pub(super) palette: Rc<Palette>,
}

#[component(LaneView)]
pub(super) fn lane_view(props: &Props) -> Html {
    let canvas = use_node_ref();
    {
        let (canvas, props) = (canvas.clone(), props.clone());
        use_effect(move || {
            if let Some(canvas) = canvas.cast::<HtmlCanvasElement>() {
                draw_on_canvas(&canvas, &chart(&props), &props.palette);
            }
        });
    }
    let lane = &props.lane;
    let (name, wait) = words(lane.strategy);
    let recovery = lane.recovery.map_or_else(|| "never".to_owned(), seconds);
    let good = if lane.recovery.is_some() { "is-success" } else { "is-failure" };
    let label =
        format!("{name}: attempts at the database for each tenth of a second. {}", sentence(props));
    html! {
        <section class="lane panel" aria-label={name}>
            <header class="lane__name">
                <h2>{ name }</h2>
                <p>{ wait }</p>
            </header>
            <figure class="lane__picture">
                <figcaption>
                    <span class="panel__title">{ "Attempts per 100 ms" }</span>
                    <span class="key is-success">{ "first tries" }</span>
                    <span class="key is-retry">{ "retries" }</span>
                    <span class="key is-limit">{ format!("capacity, {:.0}", lane.capacity) }</span>
                    <span class="key is-fault">{ "outage" }</span>
                    <span class="key is-cut">{ format!("cut at {CUT:.0} × capacity") }</span>
                </figcaption>
                <canvas ref={canvas} role="img" aria-label={label} />
            </figure>
            <div class="lane__result">
                <dl class="numbers">
                    { number("Peak once up", multiple(lane.peak), "") }
                    { number("Attempts a call", format!("{:.1}", lane.attempts_per_call), "") }
                    { number("Recovered in", recovery, good) }
                </dl>
                <p>{ sentence(props) }</p>
            </div>
            { table(lane) }
        </section>
    }
}

fn number(label: &'static str, value: String, class: &'static str) -> Html {
    html! {
        <div class="numbers__item"><dt>{ label }</dt><dd {class}>{ value }</dd></div>
    }
}

const fn words(strategy: Strategy) -> (&'static str, &'static str) {
    match strategy {
        Strategy::Immediate => ("Immediate", "no wait at all"),
        Strategy::FullJitter => ("Full jitter", "a random wait of up to 1 s, then 2 s, 4 s … 20 s"),
    }
}

fn sentence(props: &Props) -> String {
    let (lane, up_at) = (&props.lane, props.outage.up_at());
    match lane.recovery {
        Some(recovery) => format!(
            "The database is up again at {up_at} and keeps up {} later: the waits spread the herd.",
            seconds(recovery)
        ),
        None => format!(
            "The database is up again at {up_at} but never keeps up in this run: everyone comes back \
             together, times out together, and {} calls still wait at its end.",
            count(lane.unanswered)
        ),
    }
}

fn chart(props: &Props) -> Chart {
    let Props { lane, outage, position, palette } = props;
    let most = lane.capacity * CUT;
    let width = SAMPLE_EVERY.as_secs_f64();
    let shown = lane.samples.iter().filter(|sample| sample.at <= *position);
    let bars = |height: fn(&Sample) -> Range<f64>| -> Vec<(f64, Range<f64>)> {
        let bar = |sample: &Sample| {
            let Range { start, end } = height(sample);
            (sample.at.as_secs_f64() - width, start.min(most)..end.min(most))
        };
        shown.clone().map(bar).filter(|(_, height)| !height.is_empty()).collect()
    };
    let cut = shown.clone().filter(|sample| f64::from(arrivals(sample)) > most);
    let caps = cut.map(|sample| (sample.at.as_secs_f64() - width, most * 0.955..most)).collect();
    let end = outage.ends_at();
    Chart {
        time: 0.0..end.as_secs_f64(),
        most,
        spans: vec![Span {
            time: DOWN_AT.as_secs_f64()..outage.up_at().as_secs_f64(),
            colour: palette.failure.clone(),
            height: SpanHeight::Full,
        }],
        marks: vec![
            Marks::Bars {
                bars: bars(|sample| 0.0..f64::from(sample.first_attempts)),
                width,
                colour: palette.success.clone(),
            },
            Marks::Bars {
                bars: bars(|sample| f64::from(sample.first_attempts)..f64::from(arrivals(sample))),
                width,
                colour: palette.retry.clone(),
            },
            Marks::Bars { bars: caps, width, colour: palette.ink.clone() },
        ],
        limit: Some(lane.capacity),
        position: (*position < end).then(|| position.as_secs_f64()),
    }
}

/// The picture as numbers, a row a second.
fn table(lane: &Lane) -> Html {
    let rows = lane.samples.chunks(10).map(|second| {
        let sum = |value: fn(&Sample) -> u32| {
            count(second.iter().map(|sample| u64::from(value(sample))).sum())
        };
        let waiting = second.last().map_or(0, |sample| sample.gauges.database_queued);
        html! {
            <tr>
                <th scope="row">{ second.last().map(|sample| sample.at.to_string()) }</th>
                <td>{ sum(|sample| sample.first_attempts) }</td>
                <td>{ sum(|sample| sample.retries) }</td>
                <td>{ count(u64::from(waiting)) }</td>
            </tr>
        }
    });
    html! {
        <details class="lane__table">
            <summary>{ "As a table" }</summary>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{ "Second to" }</th>
                        <th scope="col">{ "First tries" }</th>
                        <th scope="col">{ "Retries" }</th>
                        <th scope="col">{ "Waiting at its end" }</th>
                    </tr>
                </thead>
                <tbody>{ for rows }</tbody>
            </table>
        </details>
    }
}
