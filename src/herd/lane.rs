//! A lane on the page: its name, editor, charts, numbers and table.

use super::backlog::{backlog, told};
use super::bands::OtherSeeds;
use super::edit::Editor;
use super::follow::{Follow, Followed, marks};
use super::keys::backlog_keys;
use super::numbers::{calls, others, tiles};
use super::picture::picture;
use super::raster;
use super::session::{Change, Chosen};
use super::so_far::Shown;
use crate::browser;
use crate::chart::{Canvas, OnCanvas, draw_on_canvas, plane_width};
use crate::palette::Palette;
use crate::table::{caption, scrolled, table};
use fusebox::time::{Duration, Instant};
use fusebox_lab::herd::{Bucket, LEADING, Lane, SERIES};
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
    /// The moment up to which it is shown; none for its end.
    pub(super) until: Option<Instant>,
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

/// The id of the button that opens the editor of a lane.
pub(super) fn edit_id(n: usize) -> String {
    format!("lane-{n}-edit")
}

#[component(LaneView)]
pub(super) fn lane_view(props: &Props) -> Html {
    let (edits, is_more) = (use_state_eq(|| false), use_state_eq(|| false));
    let strategy = &props.chosen.comparison.lanes[props.n];
    let name = strategy.title();
    let row = props.follow.map(|follow| follow.row);
    let followed = use_memo((props.lane.clone(), row, props.until), |(lane, row, until)| {
        Some(Followed::new(lane.clone()?, (*row)?, *until))
    });
    let shown = use_memo((props.lane.clone(), props.until), |(lane, until)| {
        Some(Shown::new(lane.as_ref()?, *until))
    });
    let toggle = |(label, about): (&'static str, &str),
                  id: Option<String>,
                  is_open: &UseStateHandle<bool>| {
        let (open, set) = (**is_open, is_open.setter());
        html! {
            <button
                class="button lane__toggle" type="button" {id} aria-expanded={open.to_string()}
                aria-label={format!("{label}{about} {name}")}
                onclick={Callback::from(move |_: MouseEvent| set.set(!open))}
            >
                { label }
            </button>
        }
    };
    let shown = (*shown).as_ref().filter(|_| !props.is_hidden);
    html! {
        <section
            class={classes!("lane", props.is_stale.then_some("is-stale"))}
            aria-label={name.clone()} id={format!("lane-{}", props.n)}
        >
            <header class="lane__head">
                <h2>{ name.clone() }</h2>
                <p>{ strategy.words() }</p>
                { toggle(("Settings", " of"), Some(edit_id(props.n)), &edits) }
            </header>
            if *edits {
                <Editor n={props.n} chosen={props.chosen.clone()} on_change={props.on_change.clone()} />
            }
            { match (shown, &props.lane) {
                (Some(shown), Some(lane)) => html! {
                    <>
                        { pictures(props, lane, shown, (*followed).as_ref()) }
                        <div class="lane__result">
                            { tiles(shown, (props.n, &props.others), longer(props, shown)) }
                            { calls(&shown.lane.outcome.calls) }
                            { leading(&shown.sentences()) }
                            { toggle(("More", " on"), None, &is_more) }
                        </div>
                        if *is_more { { more(props, lane, shown) } }
                    </>
                },
                _ if props.is_hidden => html! { <p class="lane__empty">{ "Hidden until you have made your prediction." }</p> },
                _ => html! { <p class="lane__empty">{ "Computing …" }</p> },
            } }
        </section>
    }
}

/// The verdict, and the sentences that follow it at once.
fn leading(sentences: &[String]) -> Html {
    let (verdict, others) = sentences.split_first().map_or(("", sentences), |it| (it.0, it.1));
    html! {
        <p class="lane__sentence">
            <strong>{ verdict }</strong>
            { for others.iter().take(LEADING - 1).map(|it| format!(" {it}")) }
        </p>
    }
}

/// A button for a longer run, if this one does not show whether the lane recovers.
fn longer(props: &Props, shown: &Shown) -> Html {
    let Some(length) = shown.lane.longer().filter(|_| shown.is_whole) else { return html! {} };
    let text = format!("{}s", length.as_micros() / 1_000_000);
    let onclick = props
        .on_change
        .reform(move |_: MouseEvent| Change::Set("herd.duration".to_owned(), text.clone()));
    html! {
        <button class="button lane__toggle" type="button" {onclick}>{ format!("Run for {length}") }</button>
    }
}

/// The sentences and numbers that do not lead, the backlog, and all charts as a table.
fn more(props: &Props, lane: &Rc<Lane>, shown: &Shown) -> Html {
    let label = shown.is_whole.then(|| told(lane));
    let sentences = shown.sentences();
    html! {
        <div class="lane__more">
            if sentences.len() > LEADING { <p>{ sentences[LEADING..].join(" ") }</p> }
            { others(shown) }
            <figure class="lane__picture">
                { backlog_keys() }
                { canvas(props, lane, ("lane__backlog", Part::Backlog), label) }
                <span class="lane__veil is-backlog" aria-hidden="true" />
            </figure>
            <SeriesTable lane={shown.lane.clone()} />
        </div>
    }
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
    /// With how long after the repair it has recovered, as far as the playhead.
    Arrivals(Option<Duration>),
    Raster,
    Backlog,
}

impl OnCanvas for LanePicture {
    fn draw(&self, canvas: &HtmlCanvasElement) {
        let Self { part, lane, palette, .. } = self;
        match part {
            Part::Arrivals(recovered) => {
                let chart = picture(lane, *recovered, palette, plane_width(canvas));
                draw_on_canvas(canvas, &chart, palette);
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

fn canvas(
    props: &Props,
    lane: &Rc<Lane>,
    (class, part): (&'static str, Part),
    words: Option<String>,
) -> Html {
    let (lane, palette, width) = (lane.clone(), props.palette.clone(), props.width);
    let picture = LanePicture { part, lane, palette, width };
    let title = props.chosen.comparison.lanes[props.n].title();
    let label = words.map(|words| AttrValue::from(format!("{title}: {words}")));
    html! { <Canvas<LanePicture> {class} {label} {picture} /> }
}

/// The chart of the load and the raster of the attempts, on one time axis, as far as the playhead.
fn pictures(props: &Props, lane: &Rc<Lane>, shown: &Shown, followed: Option<&Followed>) -> Html {
    let about = followed.zip(props.follow).map(|(client, follow)| client.told(follow.at));
    let hint = "Choose a client to follow it in all lanes.";
    let arrivals = Part::Arrivals(shown.lane.outcome.recovery.after());
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
    let is_pointed = props.follow.is_some_and(|it| it.at.is_some());
    let label =
        format!("{title}: the attempts of the clients over time. Up and down follow one client.");
    html! {
        <figure class="lane__picture">
            { canvas(props, lane, ("lane__chart", arrivals), Some(shown.sentences().join(" "))) }
            <span class="lane__veil" aria-hidden="true">{ "not played yet" }</span>
            <div
                class="lane__raster" tabindex="0" role="group" aria-label={label}
                onpointermove={hover.clone()} onpointerdown={hover} onkeydown={keys}
            >
                { canvas(props, lane, ("", Part::Raster), None) }
                if let Some(followed) = followed { { marks(followed) } }
                <span class="lane__open" aria-hidden="true" />
            </div>
            // A pointer that moves would have too much said.
            <p
                class={classes!("lane__told", about.is_some().then_some("is-client"))} aria-atomic="true"
                aria-live={if is_pointed { "off" } else { "polite" }}
            >
                if about.is_some() { <span class="visually-hidden">{ format!("{title}: ") }</span> }
                { about.unwrap_or_else(|| hint.to_owned()) }
            </p>
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
