//! One lane: what arrived at the database, three numbers, and a sentence.

use crate::app::chart::{Chart, Marks, Paint, Scale, Span, SpanPlace, draw_on_canvas, plane_width};
use crate::app::format::{count, multiple, seconds};
use crate::app::number::number;
use crate::app::palette::Palette;
use crate::lab::herd::{DOWN_AT, Lane, Strategy, arrivals};
use crate::sim::{Dependency, LoadSample, SAMPLE_EVERY, Sample};
use crate::time::Instant;
use std::ops::Range;
use std::rc::Rc;
use web_sys::HtmlCanvasElement;
use yew::prelude::*;

/// Bars are cut at so many times the capacity, so that both lanes can have one scale.
const CUT: f64 = 5.0;

#[derive(Clone, Properties)]
pub(super) struct Props {
    pub(super) lane: Rc<Lane>,
    pub(super) position: Instant,
    pub(super) palette: Rc<Palette>,
}

impl PartialEq for Props {
    /// The same lane is the same value, whose many samples need not be compared.
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.lane, &other.lane)
            && self.position == other.position
            && Rc::ptr_eq(&self.palette, &other.palette)
    }
}

#[component(LaneView)]
pub(super) fn lane_view(props: &Props) -> Html {
    let canvas = use_node_ref();
    {
        let (canvas, props) = (canvas.clone(), props.clone());
        use_effect(move || {
            if let Some(canvas) = canvas.cast::<HtmlCanvasElement>() {
                let chart = chart(&props, plane_width(&canvas));
                draw_on_canvas(&canvas, &chart, &props.palette);
            }
        });
    }
    let lane = &props.lane;
    let (name, wait) = words(lane.strategy);
    let recovery = lane.recovery.map_or_else(|| "never".to_owned(), seconds);
    let good = if lane.recovery.is_some() { "is-success" } else { "is-failure" };
    let label =
        format!("{name}: attempts at the database for each tenth of a second. {}", sentence(lane));
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
                    { number("Retry peak", multiple(lane.retry_peak), None) }
                    { number("Attempts a call", format!("{:.1}", lane.attempts_per_call), None) }
                    { number("Recovered in", recovery, Some(good)) }
                </dl>
                <p>{ sentence(lane) }</p>
            </div>
            <Table lane={props.lane.clone()} />
        </section>
    }
}

const fn words(strategy: Strategy) -> (&'static str, &'static str) {
    match strategy {
        Strategy::Immediate => ("Immediate", "no wait at all"),
        Strategy::FullJitter => ("Full jitter", "a random wait of up to 1 s, then 2 s, 4 s … 20 s"),
    }
}

/// What happened and why, of this strategy and this result.
fn sentence(lane: &Lane) -> String {
    let up_at = lane.outage.up_at();
    let stale = format!(
        "its queue ends with {} attempts, most of which nobody waits for any more, and {} calls have no \
         answer",
        count(u64::from(lane.queued)),
        count(lane.unanswered)
    );
    match (lane.strategy, lane.recovery.map(seconds)) {
        (Strategy::Immediate, Some(recovery)) => {
            format!(
                "The database is up again at {up_at} and catches up with the herd in {recovery}."
            )
        }
        (Strategy::FullJitter, Some(recovery)) => format!(
            "The database is up again at {up_at} and keeps up {recovery} later: the waits spread the herd."
        ),
        (Strategy::Immediate, None) => format!(
            "The database is up again at {up_at} but never keeps up in this run: all come back together, \
             time out together, and leave their work behind; {stale}."
        ),
        (Strategy::FullJitter, None) => format!(
            "The database is up again at {up_at} but does not keep up in this run: the herd is spread, yet \
             too many attempts time out while they wait; {stale}."
        ),
    }
}

/// A bar has so many pixels at the least; below that, neighbours are shown as one.
const BAR_PIXELS: f64 = 2.0;

fn chart(props: &Props, pixels: f64) -> Chart<'_> {
    let Props { lane, position, palette } = props;
    let most = lane.capacity * CUT;
    let each = SAMPLE_EVERY.as_secs_f64();
    let pixels_each = pixels / count_of(lane.samples.len());
    let merged = whole((BAR_PIXELS / pixels_each).ceil());
    let width = each * count_of(merged);
    let groups: Vec<Bar> = lane
        .samples
        .chunks(merged)
        .filter(|group| group.last().is_some_and(|sample| sample.at <= *position))
        .filter_map(|group| Bar::of(group, each))
        .collect();
    let bars = |height: fn(&Bar) -> Range<f64>| -> Vec<(f64, Range<f64>)> {
        let cut = |bar: &Bar| {
            let Range { start, end } = height(bar);
            (bar.left, start.min(most)..end.min(most))
        };
        groups.iter().map(cut).filter(|(_, height)| !height.is_empty()).collect()
    };
    let cut = groups.iter().filter(|bar| bar.all > most);
    let caps = cut.map(|bar| (bar.left, most * 0.955..most)).collect();
    let end = lane.outage.ends_at();
    let time = 0.0..end.as_secs_f64();
    let limit = Marks::Line {
        points: vec![(time.start, lane.capacity), (time.end, lane.capacity)],
        paint: Paint::solid(&palette.ink_soft),
        width: 1.0,
        dash: Some((5.0, 4.0)),
    };
    Chart {
        time,
        scale: Scale::Linear { most },
        words: |value| format!("{value:.0}"),
        spans: vec![Span {
            time: DOWN_AT.as_secs_f64()..lane.outage.up_at().as_secs_f64(),
            colour: &palette.failure,
            place: SpanPlace::Full,
            name: "outage",
        }],
        marks: vec![
            Marks::Bars { bars: bars(|bar| 0.0..bar.first), width, colour: &palette.success },
            Marks::Bars { bars: bars(|bar| bar.first..bar.all), width, colour: &palette.retry },
            Marks::Bars { bars: caps, width, colour: &palette.ink },
            limit,
        ],
        position: (*position < end).then(|| position.as_secs_f64()),
    }
}

/// Attempts in a tenth of a second, the busiest of those that one bar stands for.
struct Bar {
    left: f64,
    first: f64,
    all: f64,
}

impl Bar {
    fn of(samples: &[Sample], each: f64) -> Option<Self> {
        let busiest = samples.iter().max_by_key(|sample| arrivals(sample))?;
        Some(Self {
            left: samples.first()?.at.as_secs_f64() - each,
            first: f64::from(load(busiest).first_attempts),
            all: f64::from(arrivals(busiest)),
        })
    }
}

/// What came to the database.
const fn load(sample: &Sample) -> &LoadSample {
    sample.load.get(Dependency::Postgres)
}

#[expect(clippy::cast_precision_loss, reason = "a few hundred")]
fn count_of(number: usize) -> f64 {
    number as f64
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
fn whole(number: f64) -> usize {
    number.clamp(1.0, 1_000.0) as usize
}

#[derive(Properties)]
struct TableProps {
    lane: Rc<Lane>,
}

impl PartialEq for TableProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.lane, &other.lane)
    }
}

/// The picture as numbers, a row a second.
#[component(Table)]
fn table(props: &TableProps) -> Html {
    let rows = props.lane.samples.chunks(10).map(|second| {
        let sum = |value: fn(&Sample) -> u32| {
            count(second.iter().map(|sample| u64::from(value(sample))).sum())
        };
        let waiting = second
            .last()
            .map_or(0, |sample| sample.gauges.dependencies[Dependency::Postgres].queued);
        html! {
            <tr>
                <th scope="row">{ second.last().map(|sample| sample.at.to_string()) }</th>
                <td>{ sum(|sample| load(sample).first_attempts) }</td>
                <td>{ sum(|sample| load(sample).retries) }</td>
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
                        <th scope="col">{ "Up to" }</th>
                        <th scope="col">{ "First tries" }</th>
                        <th scope="col">{ "Retries" }</th>
                        <th scope="col">{ "In the queue at its end" }</th>
                    </tr>
                </thead>
                <tbody>{ for rows }</tbody>
            </table>
        </details>
    }
}
