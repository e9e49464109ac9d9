//! One lane: its charts, its numbers, and a sentence.

use super::backlog::{backlog, told};
use super::edit::Editor;
use super::follow::{Follow, Marks, use_followed};
use super::numbers::numbers;
use super::picture::picture;
use super::raster;
use super::session::Change;
use super::table::Table;
use crate::browser;
use crate::chart::{draw_on_canvas, plane_width};
use crate::disclosure::Disclosure;
use crate::palette::Palette;
use fusebox_lab::herd::{Lane, Setup, Strategy, sentence};
use std::rc::Rc;
use web_sys::{HtmlCanvasElement, PointerEvent};
use yew::prelude::*;

#[derive(Clone, Properties)]
pub(super) struct Props {
    /// Its number, from 0.
    pub(super) n: usize,
    pub(super) setup: Setup,
    pub(super) strategy: Rc<Strategy>,
    /// The strategy that its settings are compared with.
    pub(super) base: Rc<Strategy>,
    /// The result; none before the first.
    pub(super) lane: Option<Rc<Lane>>,
    /// Whether the result is of former settings.
    pub(super) is_stale: bool,
    /// Whether the result is hidden.
    pub(super) is_hidden: bool,
    /// The client that is followed in all lanes.
    pub(super) follow: Option<Follow>,
    pub(super) palette: Rc<Palette>,
    /// The number of lanes.
    pub(super) count: usize,
    /// The width of the page, so that a change of it has all drawn anew.
    pub(super) width: i32,
    pub(super) on_change: Callback<Change>,
    pub(super) on_follow: Callback<Option<Follow>>,
}

impl PartialEq for Props {
    /// The same lane is the same value, whose many buckets need not be compared.
    fn eq(&self, other: &Self) -> bool {
        self.lane.as_ref().map(Rc::as_ptr) == other.lane.as_ref().map(Rc::as_ptr)
            && (self.n, self.is_stale, self.count, self.width)
                == (other.n, other.is_stale, other.count, other.width)
            && (self.setup, &self.strategy, &self.base)
                == (other.setup, &other.strategy, &other.base)
            && (self.follow, self.is_hidden) == (other.follow, other.is_hidden)
            && Rc::ptr_eq(&self.palette, &other.palette)
    }
}

#[component(LaneView)]
pub(super) fn lane_view(props: &Props) -> Html {
    let name = props.strategy.title();
    let id = format!("lane-{}", props.n);
    html! {
        <section
            class={classes!("lane", "panel", props.is_stale.then_some("is-stale"))}
            aria-label={name.clone()} id={id}
        >
            <header class="lane__name">
                <h2>{ name }</h2>
                <p>{ props.strategy.words() }</p>
            </header>
            <Disclosure class="lane__edit" title="Edit" label={format!("Edit {}", props.strategy.title())}>
                <Editor
                    n={props.n} setup={props.setup} strategy={props.strategy.clone()}
                    base={props.base.clone()} count={props.count} on_change={props.on_change.clone()}
                />
            </Disclosure>
            { match &props.lane {
                _ if props.is_hidden => html! { <p class="lane__empty">{ "Hidden until you have made your prediction." }</p> },
                Some(lane) => html! {
                    <>
                        <Pictures lane={props.clone()} />
                        <div class="lane__result">
                            { numbers(lane) }
                            <p class="lane__sentence">{ sentence(lane) }</p>
                        </div>
                        <Disclosure class="lane__table" title="As a table">
                            <Table lane={lane.clone()} />
                        </Disclosure>
                    </>
                },
                None => html! { <p class="lane__empty">{ "Computing …" }</p> },
            } }
        </section>
    }
}

#[derive(PartialEq, Properties)]
struct PicturesProps {
    lane: Props,
}

/// The charts of the arrivals and of the backlog and the raster of the attempts, on one axis of time.
#[component(Pictures)]
fn pictures(props: &PicturesProps) -> Html {
    let props = &props.lane;
    let [chart, dots, load] = [use_node_ref(), use_node_ref(), use_node_ref()];
    {
        let nodes = [chart.clone(), dots.clone(), load.clone()];
        let key = (props.lane.as_ref().map(Rc::as_ptr), Rc::as_ptr(&props.palette), props.width);
        let (lane, palette) = (props.lane.clone(), props.palette.clone());
        use_effect_with(key, move |_| {
            if let Some(lane) = lane {
                draw(&lane, &palette, &nodes);
            }
        });
    }
    let followed = use_followed(props.lane.as_ref(), props.follow);
    let Some(lane) = &props.lane else { return html! {} };
    let about = followed.as_ref().zip(props.follow).map(|(who, follow)| who.told(follow.at));
    let rows = lane.attempts.rows();
    let hover = {
        let (on_follow, lane) = (props.on_follow.clone(), lane.clone());
        Callback::from(move |event: PointerEvent| {
            on_follow.emit(pointed(&event).map(|(x, y)| Follow::at(&lane, x, y)));
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
    let label = format!(
        "{}: the attempts of the clients over time. Up and down follow one client.",
        props.strategy.title()
    );
    html! {
        <figure class="lane__picture">
            <canvas class="lane__chart" ref={chart} role="img" aria-label={format!("{}: {}", props.strategy.title(), sentence(lane))} />
            <div
                class="lane__raster" tabindex="0" role="group" aria-label={label}
                onpointermove={hover.clone()} onpointerdown={hover} onkeydown={keys}
            >
                <canvas ref={dots} aria-hidden="true" />
                if let Some(followed) = &followed {
                    <Marks followed={followed.clone()} />
                }
            </div>
            <canvas class="lane__backlog" ref={load} role="img" aria-label={format!("{}: {}", props.strategy.title(), told(lane))} />
            <p class="lane__told">{ about.unwrap_or_default() }</p>
            <span class="lane__veil" aria-hidden="true" />
        </figure>
    }
}

fn draw(lane: &Lane, palette: &Palette, [chart, dots, load]: &[NodeRef; 3]) {
    if let Some(canvas) = chart.cast::<HtmlCanvasElement>() {
        draw_on_canvas(&canvas, &picture(lane, palette, plane_width(&canvas)), palette);
    }
    if let Some(canvas) = load.cast::<HtmlCanvasElement>() {
        draw_on_canvas(&canvas, &backlog(lane, palette, plane_width(&canvas)), palette);
    }
    let Some(canvas) = dots.cast::<HtmlCanvasElement>() else { return };
    let ratio = browser::pixel_ratio();
    let size = |css: i32| browser::pixels(f64::from(css) * ratio) as usize;
    let (width, height) = (size(canvas.client_width()), size(canvas.client_height()));
    if let Some(context) = browser::context_2d(&canvas) {
        browser::put_pixels(&context, &raster::pixels(lane, palette, width, height), width);
    }
}

/// Where a pointer is in what it points at, as shares from 0 to 1.
fn pointed(event: &PointerEvent) -> Option<(f64, f64)> {
    let element = browser::listener_of(event)?;
    let place = element.get_bounding_client_rect();
    let share =
        |at: i32, from: f64, length: f64| ((f64::from(at) - from) / length).clamp(0.0, 0.999);
    let x = share(event.client_x(), place.left(), place.width().max(1.0));
    let y = share(event.client_y(), place.top(), place.height().max(1.0));
    Some((x, y))
}
