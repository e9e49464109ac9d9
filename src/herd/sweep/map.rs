//! The heat map on the page: drawn on a canvas, explored by pointer and keys, and put into words.

use super::run::Run;
use super::save::save;
use super::words::{brief, heat_map, label, told};
use super::{Msg, SweepTool};
use crate::browser;
use crate::chart::{HeatAxis, HeatMap, draw_on_canvas};
use crate::disclosure::Disclosure;
use crate::palette::Palette;
use crate::table::{scrolled, table};
use fusebox_lab::sweep::{Field, Sweep};
use web_sys::HtmlCanvasElement;
use yew::prelude::*;

/// The number of cells that a large step by key moves.
const FAR: usize = 5;

/// The parts of a map on the page, apart from the sweep that it shows.
#[derive(Default)]
pub(super) struct Map {
    canvas: NodeRef,
    /// The cell under the pointer or the keyboard cursor.
    pub(super) cursor: Option<(usize, usize)>,
    /// The lane that was opened last.
    pub(super) opened: Option<String>,
}

impl Map {
    pub(super) fn draw(&self, run: &Run, palette: &Palette) {
        if let Some(canvas) = self.canvas.cast::<HtmlCanvasElement>() {
            let map = heat_map(&run.sweep, &run.field, self.cursor);
            draw_on_canvas(&canvas, &map, palette);
        }
    }
}

/// The map with its words, its files and its table.
pub(super) fn figure(ctx: &Context<SweepTool>, map: &Map, run: &Run) -> Html {
    let (link, field) = (ctx.link(), &run.field);
    let size = run.sweep.size();
    let (x, y) = (run.sweep.x.texts.clone(), run.sweep.y.texts.clone());
    let at = move |event: &MouseEvent| pointed(event, &x, &y);
    let (hover, press) = (at.clone(), at);
    let onpointermove = link.callback(move |event: PointerEvent| Msg::Point(hover(&event)));
    let onclick = link.batch_callback(move |event: MouseEvent| {
        let (x, y) = press(&event)?;
        Some(Msg::Open(x, y))
    });
    let cursor = map.cursor;
    let onkeydown = link.batch_callback(move |event: KeyboardEvent| {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return None;
        }
        let key = event.key();
        let msg = match (key.as_str(), cursor) {
            ("Enter" | " ", Some((x, y))) => Msg::Open(x, y),
            ("Escape", Some(_)) => Msg::Point(None),
            _ => Msg::Point(Some(moved(cursor, size, &key)?)),
        };
        event.prevent_default();
        event.stop_propagation();
        Some(msg)
    });
    let about = format!(
        "{} by {} and {}, {} by {} cells. The arrow keys go from cell to cell, Enter opens one as a lane.",
        run.sweep.measure.label,
        label(&run.sweep.x),
        label(&run.sweep.y),
        size.0,
        size.1,
    );
    let cell = cursor.map(|cell| told(run, cell));
    let hint = "Point at a cell for its number; click it or press Enter to open its run as a lane.";
    let opened = map.opened.as_ref().map(|name| format!("Opened as the lane “{name}”."));
    html! {
        <figure class="sweep__figure">
            <figcaption class="sweep__title">
                <span class="panel__title">{ run.sweep.measure.label }</span>
                { format!(" {} {}", run.sweep.strategy.title(), run.sweep.strategy.words()) }
            </figcaption>
            <div
                class="sweep__map" role="group" tabindex="0" aria-label={about}
                {onpointermove} {onclick} {onkeydown}
            >
                <canvas ref={map.canvas.clone()} aria-hidden="true" />
            </div>
            <p class="sweep__told" aria-live="polite">{ cell.unwrap_or_else(|| hint.to_owned()) }</p>
            <p class="sweep__told" role="status">{ opened.unwrap_or_default() }</p>
            <div class="sweep__more">
                { save(&run.sweep, field.clone(), &ctx.props().palette) }
                <Disclosure class="sweep__table" title="As a table">
                    <Cells sweep={run.sweep.clone()} field={field.clone()} />
                </Disclosure>
            </div>
        </figure>
    }
}

#[derive(PartialEq, Properties)]
struct CellsProps {
    sweep: Sweep,
    field: Field,
}

/// All cells as numbers, with a row for each value of the second setting.
#[component(Cells)]
fn cells(CellsProps { sweep, field }: &CellsProps) -> Html {
    let (x, y) = (label(&sweep.x), label(&sweep.y));
    let about = format!("{}: {x} from left to right, {y} from top to bottom", sweep.measure.label);
    let heads = [Html::from(y)].into_iter().chain(sweep.x.texts.iter().map(Html::from));
    let rows = sweep.y.texts.iter().enumerate().map(|(y, text)| {
        let cell = |x| Html::from(brief(field.get(x, y), sweep.measure));
        [Html::from(text)].into_iter().chain((0..sweep.x.texts.len()).map(cell)).collect()
    });
    let table = table(html! { <caption>{ about }</caption> }, heads, rows);
    scrolled("lane__scroll", "The sweep as a table".to_owned(), table)
}

/// The cell that a key leads to; the selection stops at the edges.
fn moved(
    cursor: Option<(usize, usize)>,
    (columns, rows): (usize, usize),
    key: &str,
) -> Option<(usize, usize)> {
    let Some((x, y)) = cursor else {
        return key.starts_with("Arrow").then_some((0, 0));
    };
    let (right, top) = (columns.saturating_sub(1), rows.saturating_sub(1));
    Some(match key {
        "ArrowLeft" => (x.saturating_sub(1), y),
        "ArrowRight" => ((x + 1).min(right), y),
        "ArrowDown" => (x, y.saturating_sub(1)),
        "ArrowUp" => (x, (y + 1).min(top)),
        "Home" => (0, y),
        "End" => (right, y),
        "PageDown" => (x, y.saturating_sub(FAR)),
        "PageUp" => (x, (y + FAR).min(top)),
        _ => return None,
    })
}

/// The cell under the pointer.
fn pointed(event: &MouseEvent, x: &[String], y: &[String]) -> Option<(usize, usize)> {
    let (at, size) = browser::pointed(event)?;
    let axis = |texts| HeatAxis { label: String::new(), texts };
    let map = HeatMap { x: axis(x), y: axis(y), cells: Vec::new(), ends: None, cursor: None };
    map.cell_at(size, at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_go_from_cell_to_cell_and_stop_at_the_edges() {
        let go = |from, key| moved(from, (4, 9), key);
        assert_eq!(go(None, "ArrowUp"), Some((0, 0)));
        assert_eq!(go(None, "Home"), None);
        let at = Some((3, 7));
        assert_eq!(go(at, "ArrowRight"), Some((3, 7)));
        assert_eq!(go(at, "ArrowLeft"), Some((2, 7)));
        assert_eq!((go(at, "ArrowUp"), go(at, "PageUp")), (Some((3, 8)), Some((3, 8))));
        assert_eq!((go(at, "PageDown"), go(at, "Home")), (Some((3, 2)), Some((0, 7))));
        assert_eq!(go(Some((0, 0)), "ArrowDown"), Some((0, 0)));
        assert_eq!(go(at, "k"), None);
    }
}
