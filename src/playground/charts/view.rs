//! The charts on the page: their canvases, their readings, and the crosshair.

use super::reading::{ChartView, ChartsView, Reading};
use super::series::sampled;
use super::{ChartKind, Export};
use crate::chart::{LEFT, RIGHT};
use crate::disclosure::Disclosure;
use crate::download::Kind;
use crate::export_menu::{ExportEntry, ExportMenu};
use crate::playground::Page;
use crate::playground::session::Action;
use crate::playground::stage::Shared;
use fusebox::time::Instant;
use fusebox_sim::SAMPLE_EVERY;
use std::ops::Range;
use std::rc::Rc;
use web_sys::Element;
use yew::prelude::*;

#[component(Charts)]
pub(in crate::playground) fn charts(page: &Page) -> Html {
    let Page { summary, shared, .. } = page;
    let view = &summary.charts;
    let titles = view.charts.each_ref().map(|chart| chart.title.clone());
    let entries = use_memo(titles, |titles| entries(titles, shared));
    // Set only while the crosshair is visible: a change recomputes the style of every element below.
    let style = if view.crossed { place(view.at, &view.range) } else { String::new() };
    html! {
        <section class="charts panel" aria-label="Charts over time" ~style={style}>
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
                    if let Some(baseline) = view.baseline {
                        <li class="key is-baseline">{ baseline }</li>
                    }
                </ul>
                <ExportMenu about="Export the charts" entries={(*entries).clone()} />
            </header>
            { for ChartKind::ALL.map(|which| chart(page, which)) }
        </section>
    }
}

/// The files that can be exported.
fn entries(titles: &[String], shared: &Rc<Shared>) -> Rc<[ExportEntry]> {
    let save = |chart: Option<ChartKind>| {
        let shared = shared.clone();
        move |kind| shared.export.set(Some(Export { chart, kind }))
    };
    let samples = save(None);
    let table = ExportEntry::new("All series, as CSV", move || samples(Kind::Csv));
    let charts = ChartKind::ALL.into_iter().zip(titles);
    let charts = charts.flat_map(|(it, title)| ExportEntry::pictures(title, save(Some(it))));
    std::iter::once(table).chain(charts).collect()
}

fn chart(page: &Page, which: ChartKind) -> Html {
    let Page { summary, on_action, .. } = page;
    let view = &summary.charts;
    let (n, at) = (which as usize, view.at);
    let chart = &view.charts[n];
    let seconds = |moment: Instant| format!("{:.1}", moment.as_secs_f64());
    html! {
        <figure class="chart">
            <figcaption>
                <span class="panel__title">{ chart.title.clone() }</span>
                <ul class="chart__readings">{ for chart.readings.iter().map(reading) }</ul>
            </figcaption>
            <div
                class="chart__plot" role="slider" tabindex="0"
                aria-label={format!("{}: a moment to read", chart.title)}
                aria-valuemin={format!("{:.1}", view.range.start)} aria-valuemax={seconds(view.end)}
                aria-valuenow={seconds(at)} aria-valuetext={spoken(view, chart)}
                onpointermove={on_pointer(page, true)} onpointerleave={on_pointer(page, false)}
                onclick={on_click(page)} onkeydown={on_key(page)}
                onfocus={on_action.reform(move |_| Action::Point(Some(at)))}
                onblur={on_action.reform(|_| Action::Point(None))}
            >
                <canvas ref={page.shared.canvases[n].clone()} aria-hidden="true" />
                <span class="chart__cross" hidden={!view.crossed} />
            </div>
            <Disclosure class="chart__table" title="Table"><Table chart={chart.clone()} /></Disclosure>
        </figure>
    }
}

fn reading(reading: &Reading) -> Html {
    let Reading { quantity, baseline, value, .. } = reading;
    html! {
        <li class={classes!("key", quantity.style.class, baseline.map(|_| "is-baseline"))}>
            { quantity.label }<b>{ reading.words(*value) }</b>
        </li>
    }
}

/// The readings for screen readers, only while the user points to a moment: otherwise they change all
/// the time.
fn spoken(view: &ChartsView, chart: &ChartView) -> String {
    let state = if view.state.is_empty() { String::new() } else { format!("; {}", view.state) };
    if view.crossed {
        format!("{}: {}{state}", view.at, chart.words())
    } else {
        "follows the time".to_owned()
    }
}

/// The moment under the pointer.
fn under(view: &ChartsView, event: &MouseEvent) -> Option<Instant> {
    let plot = event.target_dyn_into::<Element>()?;
    let (x, width) = (f64::from(event.offset_x()), f64::from(plot.client_width()));
    pointed(x, width, &view.range, view.end)
}

/// Points to the moment under a pointer while it is over the chart; a pointer over no recorded moment
/// leaves the moment that the keyboard has chosen.
fn on_pointer(page: &Page, is_over: bool) -> Callback<PointerEvent> {
    let (view, on_action) = (page.summary.charts.clone(), page.on_action.clone());
    Callback::from(move |event: PointerEvent| {
        let moment = under(&view, &event).filter(|_| is_over);
        let plot = event.target_dyn_into::<Element>();
        let by_keyboard = || plot.is_some_and(|it| it.matches(":focus-visible").unwrap_or(false));
        // Most movements of a pointer stay within one moment.
        let is_new = !is_over || moment != view.crossed.then_some(view.at);
        if is_new && (moment.is_some() || !by_keyboard()) {
            on_action.emit(Action::Point(moment));
        }
    })
}

fn on_click(page: &Page) -> Callback<MouseEvent> {
    let (view, on_action) = (page.summary.charts.clone(), page.on_action.clone());
    Callback::from(move |event: MouseEvent| {
        if let Some(moment) = under(&view, &event) {
            on_action.emit(Action::Seek(moment));
        }
    })
}

fn on_key(page: &Page) -> Callback<KeyboardEvent> {
    let (view, on_action) = (page.summary.charts.clone(), page.on_action.clone());
    Callback::from(move |event: KeyboardEvent| {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        let (key, shift) = (event.key(), event.shift_key());
        if key == "Enter" {
            on_action.emit(Action::Seek(view.at));
        } else if key == "Escape" {
            on_action.emit(Action::Point(None));
        } else if let Some(moment) = keyed(&key, shift, view.at, &view.range, view.end) {
            on_action.emit(Action::Point(Some(moment)));
        } else {
            return;
        }
        event.prevent_default();
    })
}

/// The moment at this distance from the left edge of a chart of this width; none if it is not recorded
/// yet.
fn pointed(x: f64, width: f64, range: &Range<f64>, end: Instant) -> Option<Instant> {
    let share = (x - LEFT) / (width - LEFT - RIGHT).max(1.0);
    let seconds = range.start + share.clamp(0.0, 1.0) * (range.end - range.start);
    let moment = sampled(seconds);
    (moment <= end).then_some(moment)
}

/// The moment that a key leads to from another; none for other keys.
///
/// An arrow key moves by a sixtieth of the range, a page key by ten of those, and an arrow key with
/// Shift by one sample.
fn keyed(
    key: &str,
    shift: bool,
    from: Instant,
    range: &Range<f64>,
    end: Instant,
) -> Option<Instant> {
    let every = SAMPLE_EVERY.as_secs_f64();
    let step = ((range.end - range.start) / 60.0).max(every);
    let arrow = if shift { every } else { step };
    let seconds = from.as_secs_f64();
    let to = match key {
        "ArrowLeft" | "ArrowDown" => seconds - arrow,
        "ArrowRight" | "ArrowUp" => seconds + arrow,
        "PageDown" => seconds - 10.0 * step,
        "PageUp" => seconds + 10.0 * step,
        "Home" => range.start,
        "End" => range.end,
        _ => return None,
    };
    Some(sampled(to.clamp(range.start, range.end)).min(end))
}

/// The position of a moment in a chart, for the style sheets.
fn place(moment: Instant, range: &Range<f64>) -> String {
    let share = (moment.as_secs_f64() - range.start) / (range.end - range.start);
    let share = share.clamp(0.0, 1.0);
    format!("--cross: calc({LEFT}px + (100% - {}px) * {share:.5})", LEFT + RIGHT)
}

#[derive(Clone, PartialEq, Properties)]
struct TableProps {
    chart: ChartView,
}

/// The chart as numbers at evenly spaced moments; a row never changes once it is there.
#[component(Table)]
fn table(TableProps { chart }: &TableProps) -> Html {
    let columns = &chart.readings;
    html! {
        <div class="chart__rows" tabindex="0" role="group" aria-label={chart.title.clone()}>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{ "at" }</th>
                        { for columns.iter().map(|it| html! { <th scope="col">{ it.name() }</th> }) }
                    </tr>
                </thead>
                <tbody>
                    { for chart.rows.iter().map(|(at, values)| html! {
                        <tr>
                            <th scope="row">{ format!("{:.0} s", at.as_secs_f64()) }</th>
                            { for columns.iter().zip(values).map(|(column, value)| html! {
                                <td>{ column.words(*value) }</td>
                            }) }
                        </tr>
                    }) }
                </tbody>
            </table>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RANGE: Range<f64> = 0.0..60.0;

    #[test]
    fn a_pointer_is_at_the_nearest_sample_that_is_recorded() {
        let end = Instant::from_secs(40);
        let width = LEFT + 600.0 + RIGHT;
        let at = |x| pointed(LEFT + x, width, &RANGE, end);
        assert_eq!(at(123.4), Some(Instant::from_millis(12_300)));
        assert_eq!(at(-20.0), Some(Instant::ZERO));
        assert_eq!(at(400.0), Some(end));
        assert_eq!(at(402.0), None);
    }

    #[test]
    fn keys_go_by_steps_and_stay_within_what_is_recorded() {
        let end = Instant::from_millis(40_500);
        let from = Instant::from_secs(35);
        let go = |key, shift| keyed(key, shift, from, &RANGE, end);
        for (key, shift, millis) in [
            ("ArrowLeft", false, 34_000),
            ("ArrowUp", false, 36_000),
            ("ArrowRight", true, 35_100),
            ("PageDown", false, 25_000),
            ("PageUp", false, 40_500),
            ("Home", false, 0),
            ("End", false, 40_500),
        ] {
            assert_eq!(go(key, shift), Some(Instant::from_millis(millis)), "{key}");
        }
        assert_eq!(go("k", false), None);
    }

    #[test]
    fn a_place_is_a_share_of_the_plane() {
        let text = place(Instant::from_secs(15), &RANGE);
        assert_eq!(text, "--cross: calc(46px + (100% - 56px) * 0.25000)");
    }

    #[test]
    fn each_entry_has_a_name_of_its_own() {
        let titles = ["A", "B", "C", "D"].map(str::to_owned);
        let entries = entries(&titles, &Rc::default());
        let labels: Vec<&str> = entries.iter().map(|entry| &*entry.label).collect();
        assert_eq!(labels[..3], ["All series, as CSV", "A, as SVG", "A, as PNG"]);
        assert_eq!(labels.len(), 9);
    }
}
