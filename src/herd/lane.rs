//! A lane on the page: its name, editor, charts, numbers and table.

use super::backlog::{backlog, told};
use super::bands::OtherSeeds;
use super::edit::Editor;
use super::follow::{Follow, Followed, marks};
use super::numbers::numbers;
use super::picture::picture;
use super::raster;
use super::session::{Change, Chosen};
use crate::browser;
use crate::chart::{Canvas, OnCanvas, draw_on_canvas, plane_width};
use crate::disclosure::Disclosure;
use crate::palette::Palette;
use crate::table::{caption, scrolled, table};
use fusebox::time::Duration;
use fusebox_lab::herd::{Bucket, Lane, SERIES, sentence};
use fusebox_lab::words::count;
use std::rc::Rc;
use web_sys::{HtmlCanvasElement, PointerEvent};
use yew::prelude::*;

#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    /// Its number, from 0.
    pub(super) n: usize,
    pub(super) chosen: Chosen,
    /// The result; none until the first is computed.
    pub(super) lane: Option<Rc<Lane>>,
    /// Whether the result is of earlier settings.
    pub(super) is_stale: bool,
    /// What other seeds give.
    pub(super) others: OtherSeeds,
    /// Whether the result is hidden.
    pub(super) is_hidden: bool,
    /// The client that is followed in all lanes.
    pub(super) follow: Option<Follow>,
    pub(super) palette: Rc<Palette>,
    /// The width of the page: a change of it redraws everything.
    pub(super) width: i32,
    pub(super) on_change: Callback<Change>,
    pub(super) on_follow: Callback<Option<Follow>>,
}

#[component(LaneView)]
pub(super) fn lane_view(props: &Props) -> Html {
    let strategy = &props.chosen.comparison.lanes[props.n];
    let name = strategy.title();
    let id = format!("lane-{}", props.n);
    let row = props.follow.map(|follow| follow.row);
    let followed = use_memo((props.lane.clone(), row), |(lane, row)| {
        Some(Followed::new(lane.clone()?, (*row)?))
    });
    html! {
        <section
            class={classes!("lane", "panel", props.is_stale.then_some("is-stale"))}
            aria-label={name.clone()} id={id}
        >
            <header class="lane__name">
                <h2>{ name }</h2>
                <p>{ strategy.words() }</p>
            </header>
            <Disclosure class="lane__edit" title="Edit" label={format!("Edit {}", strategy.title())}>
                <Editor n={props.n} chosen={props.chosen.clone()} on_change={props.on_change.clone()} />
            </Disclosure>
            { match &props.lane {
                _ if props.is_hidden => html! { <p class="lane__empty">{ "Hidden until you have made your prediction." }</p> },
                Some(lane) => html! {
                    <>
                        { pictures(props, lane, (*followed).as_ref()) }
                        <div class="lane__result">
                            { numbers(lane, props.n, &props.others) }
                            <p class="lane__sentence">{ sentence(lane) }</p>
                            if let Some(length) = lane.longer() { { longer(props, length) } }
                        </div>
                        <Disclosure class="lane__table" title="As a table">
                            <SeriesTable lane={lane.clone()} />
                        </Disclosure>
                    </>
                },
                None => html! { <p class="lane__empty">{ "Computing …" }</p> },
            } }
        </section>
    }
}

/// Runs all lanes for longer, to see whether this one recovers.
fn longer(props: &Props, length: Duration) -> Html {
    let text = length.to_string();
    let label = format!("Run for {text} instead");
    let onclick = props.on_change.reform(move |_: MouseEvent| {
        Change::Set("herd.duration".to_owned(), text.replace(' ', ""))
    });
    html! { <button class="button lane__longer" type="button" {onclick}>{ label }</button> }
}

/// The chart of a lane on a canvas of the page.
#[derive(Clone, PartialEq)]
struct LanePicture {
    part: Part,
    lane: Rc<Lane>,
    palette: Rc<Palette>,
    width: i32,
}

#[derive(Clone, Copy, PartialEq)]
enum Part {
    Arrivals,
    Raster,
    Backlog,
}

impl OnCanvas for LanePicture {
    fn draw(&self, canvas: &HtmlCanvasElement) {
        let Self { part, lane, palette, .. } = self;
        match part {
            Part::Arrivals => {
                draw_on_canvas(canvas, &picture(lane, palette, plane_width(canvas)), palette);
            }
            Part::Backlog => {
                draw_on_canvas(canvas, &backlog(lane, palette, plane_width(canvas)), palette);
            }
            Part::Raster => {
                let ratio = browser::pixel_ratio();
                let size = |css: i32| browser::pixels(f64::from(css) * ratio) as usize;
                let (width, height) = (size(canvas.client_width()), size(canvas.client_height()));
                if let Some(context) = browser::context_2d(canvas) {
                    let pixels = raster::pixels(lane, palette, width, height);
                    browser::put_pixels(&context, &pixels, width);
                }
            }
        }
    }
}

/// The charts of the arrivals and the backlog and the raster of the attempts, on one time axis.
fn pictures(props: &Props, lane: &Rc<Lane>, followed: Option<&Followed>) -> Html {
    let about = followed.zip(props.follow).map(|(client, follow)| client.told(follow.at));
    let rows = lane.attempts.rows();
    let hover = {
        let lane = lane.clone();
        props.on_follow.reform(move |event: PointerEvent| {
            let ((x, y), (width, height)) = browser::pointed(&event)?;
            Some(Follow::at(&lane, x / width.max(1.0), y / height.max(1.0)))
        })
    };
    let keys = {
        let (on_follow, follow) = (props.on_follow.clone(), props.follow);
        Callback::from(move |event: KeyboardEvent| {
            let step = match event.key().as_str() {
                "ArrowDown" => 1,
                "ArrowUp" => -1,
                "Escape" => return on_follow.emit(None),
                _ => return,
            };
            event.prevent_default();
            on_follow.emit(Some(Follow::next(follow, step, rows)));
        })
    };
    let title = props.chosen.comparison.lanes[props.n].title();
    let canvas = |class: &'static str, part: Part, words: Option<String>| {
        let (lane, palette, width) = (lane.clone(), props.palette.clone(), props.width);
        let picture = LanePicture { part, lane, palette, width };
        let label = words.map(|words| AttrValue::from(format!("{title}: {words}")));
        html! { <Canvas<LanePicture> {class} {label} {picture} /> }
    };
    let label =
        format!("{title}: the attempts of the clients over time. Up and down follow one client.");
    html! {
        <figure class="lane__picture">
            { canvas("lane__chart", Part::Arrivals, Some(sentence(lane))) }
            <div
                class="lane__raster" tabindex="0" role="group" aria-label={label}
                onpointermove={hover.clone()} onpointerdown={hover} onkeydown={keys}
            >
                { canvas("", Part::Raster, None) }
                if let Some(followed) = followed { { marks(followed) } }
            </div>
            { canvas("lane__backlog", Part::Backlog, Some(told(lane))) }
            <p class="lane__told">{ about.unwrap_or_default() }</p>
            <span class="lane__veil" aria-hidden="true" />
        </figure>
    }
}

#[derive(PartialEq, Properties)]
struct SeriesProps {
    lane: Rc<Lane>,
}

/// The charts as a table with a row for each second.
#[component(SeriesTable)]
fn series_table(SeriesProps { lane }: &SeriesProps) -> Html {
    const SECOND: usize = 10;
    let heads = SERIES.map(|series| Html::from(series.label));
    let rows = lane.buckets.chunks(SECOND).enumerate().map(|(n, second): (usize, &[Bucket])| {
        let end = Bucket::end_of((n + 1) * SECOND - 1).to_string();
        let cells = SERIES.map(|series| Html::from(count(series.over(second))));
        [Html::from(end)].into_iter().chain(cells).collect()
    });
    let heads = [Html::from("Up to")].into_iter().chain(heads);
    let label = "The numbers of the lane";
    scrolled("lane__scroll", label.to_owned(), table(caption(label), heads, rows))
}
