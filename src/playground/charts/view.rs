//! The charts on the page: their canvases, what there is to read in them, and the crosshair.

use super::reading::{ChartView, ChartsView, Reading};
use super::table::Table;
use super::{CHARTS, ChartsPainter, Export, moment};
use crate::browser;
use crate::disclosure::Disclosure;
use crate::export_menu::{ExportEntry, ExportMenu};
use fusebox::time::Instant;
use std::rc::Rc;
use web_sys::Element;
use yew::prelude::*;

#[derive(Clone, PartialEq, Properties)]
pub(in crate::playground) struct Props {
    pub(in crate::playground) view: Rc<ChartsView>,
    /// Who draws on the canvases.
    pub(in crate::playground) painter: ChartsPainter,
    /// What the run with other settings is called, such as *without protection*.
    #[prop_or(AttrValue::Static("without"))]
    pub(in crate::playground) baseline: AttrValue,
    /// Somebody points to a moment, or to none any more; the next view should be of that moment.
    pub(in crate::playground) on_cross: Callback<Option<Instant>>,
    /// Somebody wants to go to a moment.
    pub(in crate::playground) on_seek: Callback<Instant>,
    /// Somebody wants something of them as a file.
    pub(in crate::playground) on_export: Callback<Export>,
}

#[component(Charts)]
pub(in crate::playground) fn charts(props: &Props) -> Html {
    let section = use_node_ref();
    let entries = use_entries(props);
    let view = &*props.view;
    {
        // Not as an attribute, which a strict content security policy forbids.
        let section = section.clone();
        // Only where it is seen: every element below has its style worked out anew.
        let place = view.crossed.then(|| moment::place(view.at, &view.range));
        use_effect_with(place, move |place| {
            if let Some(place) = place {
                browser::set_style(&section, "--cross", place);
            }
        });
    }
    html! {
        <section class="charts panel" aria-label="Charts over time" ref={section}>
            <header class="charts__head">
                <p class="charts__at">
                    <b>{ view.at.to_string() }</b>
                    if !view.state.is_empty() { { format!(": {}", view.state) } }
                </p>
                <p class="charts__hint">
                    if view.crossed { { "Click or press Enter to go there." } }
                </p>
                <ul class="charts__keys" aria-label="What the marks in all charts mean">
                    <li class="key is-fault">{ "fault" }</li>
                    <li class="key is-open">{ "breaker open" }</li>
                    <li class="key is-half-open">{ "half-open" }</li>
                    if view.charts[0].baseline.is_some() {
                        <li class="key is-baseline">{ props.baseline.clone() }</li>
                    }
                </ul>
                <ExportMenu about="Export the charts" {entries} />
            </header>
            { for (0..CHARTS).map(|n| chart(props, n)) }
        </section>
    }
}

/// What can be exported; the same list as before unless a chart is called something else now.
#[hook]
fn use_entries(props: &Props) -> Rc<[ExportEntry]> {
    let titles = props.view.charts.each_ref().map(|chart| chart.title.clone());
    let entries = use_memo((titles, props.on_export.clone()), |(titles, on_export)| {
        let entry = |export: Export| ExportEntry {
            label: export.label(titles).into(),
            on_choose: on_export.reform(move |()| export),
        };
        Export::all().map(entry).collect::<Rc<[ExportEntry]>>()
    });
    (*entries).clone()
}

fn chart(props: &Props, n: usize) -> Html {
    let (view, chart) = (&*props.view, &props.view.charts[n]);
    let seconds = |moment: Instant| format!("{:.1}", moment.as_secs_f64());
    html! {
        <figure class="chart">
            <figcaption>
                <span class="panel__title">{ chart.title.clone() }</span>
                <ul class="chart__readings">
                    { for chart.readings.iter().map(|reading| self::reading(reading, false)) }
                    { for chart.baseline.iter().map(|reading| self::reading(reading, true)) }
                </ul>
            </figcaption>
            <div
                class="chart__plot" role="slider" tabindex="0"
                aria-label={format!("{}: a moment to read", chart.title)}
                aria-valuemin={format!("{:.1}", view.range.start)} aria-valuemax={seconds(view.end)}
                aria-valuenow={seconds(view.at)} aria-valuetext={spoken(props, chart)}
                onpointermove={on_move(props)} onclick={on_click(props)} onkeydown={on_key(props)}
                onpointerleave={on_leave(props)}
                onpointercancel={on_leave(props)}
                onfocus={on_focus(props)} onblur={props.on_cross.reform(|_: FocusEvent| None)}
            >
                <canvas ref={props.painter.canvases[n].clone()} aria-hidden="true" />
                <span class="chart__cross" hidden={!view.crossed} />
            </div>
            <Disclosure class="chart__table" title="Table">
                <Table chart={chart.clone()} baseline={props.baseline.clone()} />
            </Disclosure>
        </figure>
    }
}

fn reading(reading: &Reading, baseline: bool) -> Html {
    let class = classes!("key", reading.quantity.class(), baseline.then_some("is-baseline"));
    html! {
        <li {class}>{ reading.quantity.label() }<b>{ reading.words() }</b></li>
    }
}

/// The values as text; without a moment they change all the time, and nobody should have to listen.
fn spoken(props: &Props, chart: &ChartView) -> String {
    let view = &*props.view;
    if !view.crossed {
        return "follows the time".to_owned();
    }
    let mut words = format!("{}: {}", view.at, chart.words(&props.baseline));
    if !view.state.is_empty() {
        words.push_str("; ");
        words.push_str(&view.state);
    }
    words
}

/// The moment under the pointer.
fn under(view: &ChartsView, event: &MouseEvent) -> Option<Instant> {
    let plot = event.target_dyn_into::<Element>()?;
    let (x, width) = (f64::from(event.offset_x()), f64::from(plot.client_width()));
    moment::pointed(x, width, &view.range, view.end)
}

fn on_move(props: &Props) -> Callback<PointerEvent> {
    let Props { view, on_cross, .. } = props.clone();
    Callback::from(move |event: PointerEvent| {
        let moment = under(&view, &event);
        // A pointer moves more often than it comes to another moment.
        if moment != view.crossed.then_some(view.at) {
            point(&on_cross, &event, moment);
        }
    })
}

fn on_leave(props: &Props) -> Callback<PointerEvent> {
    let on_cross = props.on_cross.clone();
    Callback::from(move |event: PointerEvent| point(&on_cross, &event, None))
}

/// Points to a moment; a pointer that points to none takes nothing from who came by the keyboard.
fn point(on_cross: &Callback<Option<Instant>>, event: &PointerEvent, moment: Option<Instant>) {
    let plot = event.target_dyn_into::<Element>();
    let by_keyboard = || plot.is_some_and(|plot| plot.matches(":focus-visible").unwrap_or(false));
    if moment.is_some() || !by_keyboard() {
        on_cross.emit(moment);
    }
}

fn on_click(props: &Props) -> Callback<MouseEvent> {
    let Props { view, on_seek, .. } = props.clone();
    Callback::from(move |event: MouseEvent| {
        if let Some(moment) = under(&view, &event) {
            on_seek.emit(moment);
        }
    })
}

fn on_focus(props: &Props) -> Callback<FocusEvent> {
    let view = props.view.clone();
    props.on_cross.reform(move |_| Some(view.at))
}

fn on_key(props: &Props) -> Callback<KeyboardEvent> {
    let Props { view, on_cross, on_seek, .. } = props.clone();
    Callback::from(move |event: KeyboardEvent| {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        let (key, shift) = (event.key(), event.shift_key());
        if key == "Enter" {
            on_seek.emit(view.at);
        } else if key == "Escape" {
            on_cross.emit(None);
        } else if let Some(moment) = moment::keyed(&key, shift, view.at, &view.range, view.end) {
            on_cross.emit(Some(moment));
        } else {
            return;
        }
        event.prevent_default();
    })
}
