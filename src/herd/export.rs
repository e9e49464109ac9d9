//! The files that the user can save of the lanes.

use super::session::Session;
use super::sheet::Sheet;
use crate::chart::{self, Caption, Key, Look};
use crate::download::{self, Kind};
use crate::export_menu::{ExportEntry, ExportMenu};
use crate::palette::Palette;
use fusebox::time::Duration;
use fusebox_lab::csv::{self, Cell};
use fusebox_lab::document;
use fusebox_lab::herd::{Lane, sentence, table_csv};
use std::rc::Rc;
use yew::prelude::*;

/// The size of a picture, whose small letters can still be read on a slide.
const SIZE: (f64, f64) = (960.0, 560.0);

/// A lane with its name.
type Named = (String, Rc<Lane>);

#[derive(Clone, Properties)]
pub(super) struct Props {
    pub(super) lanes: Vec<Named>,
    pub(super) palette: Rc<Palette>,
    /// What is compared.
    pub(super) session: Session,
}

impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        let same =
            |(one, other): (&Named, &Named)| one.0 == other.0 && Rc::ptr_eq(&one.1, &other.1);
        self.lanes.len() == other.lanes.len()
            && self.lanes.iter().zip(&other.lanes).all(same)
            && Rc::ptr_eq(&self.palette, &other.palette)
            && self.session == other.session
    }
}

/// The export menu of the lanes.
#[component(Export)]
pub(super) fn export(props: &Props) -> Html {
    let entries = use_memo(props.clone(), entries);
    html! { <ExportMenu about="Export the lanes" entries={(*entries).clone()} /> }
}

fn entries(props: &Props) -> Rc<[ExportEntry]> {
    let Props { lanes, palette, session } = props.clone();
    let preset = session.chosen.preset.name;
    let (all, series) = (lanes.clone(), lanes.clone());
    let mut entries = vec![
        ExportEntry::new("The comparison, as JSON for fusebox run", move || {
            let document = document::write_comparison(&session.herd());
            download::text(&["herd", preset, "comparison"], Kind::Json, &document);
        }),
        ExportEntry::new("Numbers of all lanes, as CSV", move || {
            download::text(&["herd", preset, "numbers"], Kind::Csv, &numbers(&all));
        }),
        ExportEntry::new("Series of all lanes, as CSV", move || {
            download::text(&["herd", preset, "series"], Kind::Csv, &rows(&series));
        }),
    ];
    for (name, lane) in lanes {
        let palette = palette.clone();
        let title = name.clone();
        let save = move |kind| save(&name, &lane, &palette, preset, kind);
        entries.extend(ExportEntry::pictures(&title, save));
    }
    entries.into()
}

fn save(name: &str, lane: &Lane, palette: &Palette, preset: &str, kind: Kind) {
    let words = ["herd", preset, name];
    let caption = Caption {
        title: format!("{name}: attempts at the database in 100 ms, clients, and backlog"),
        about: sentence(lane),
        keys: vec![
            key("first attempts", &palette.success, Look::Fill(8.0)),
            key("retries", &palette.retry, Look::Fill(8.0)),
            key("capacity", &palette.ink, Look::Line(1.0, Some((5.0, 4.0)))),
            key("answered", &palette.success, Look::Fill(4.0)),
            key("failed", &palette.failure, Look::Fill(8.0)),
            key("in service in the database", &palette.ink_soft, Look::Fill(8.0)),
            key("queued in the database", &palette.slow, Look::Fill(8.0)),
            key("calls in flight", &palette.ink, Look::Line(1.2, None)),
        ],
    };
    chart::save(&words, kind, &Sheet(lane), palette, SIZE, &caption);
}

fn key<'a>(label: &str, colour: &'a str, look: Look) -> Key<'a> {
    Key { label: label.to_owned(), colour, look }
}

/// A row for each lane, under the names that are shown.
fn numbers(lanes: &[Named]) -> String {
    let named = |(name, lane): &Named| {
        let mut lane = (**lane).clone();
        lane.strategy.rename(name);
        lane
    };
    table_csv(&lanes.iter().map(named).collect::<Vec<_>>())
}

/// A row for each lane and 100 ms.
fn rows(lanes: &[Named]) -> String {
    let heads = [
        "lane",
        "up_to_s",
        "first_attempts",
        "retries",
        "answered",
        "failed",
        "queued",
        "in_service",
        "calls_in_flight",
    ];
    let of = |(name, lane): &Named| -> Vec<Vec<Cell>> {
        let row = |(n, it): (usize, &fusebox_lab::herd::Bucket)| {
            let at = Lane::end_of(n).as_micros();
            let counts =
                [it.first, it.retries, it.useful, it.errors, it.queued, it.busy, it.in_flight];
            let head =
                [Cell::from(name.as_str()), Cell::from(Duration::from_micros(at).as_secs_f64())];
            head.into_iter().chain(counts.map(Cell::from)).collect()
        };
        lane.buckets.iter().enumerate().map(row).collect()
    };
    csv::write(&heads, lanes.iter().flat_map(of))
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox_lab::herd::{Setup, Strategy, run};

    #[test]
    fn the_tables_have_all_lanes_and_all_moments() {
        let setup = Setup { clients: 50, ..Setup::default() };
        let lane = |word: &str| {
            let strategy = Strategy::of(word).unwrap();
            (strategy.title(), Rc::new(run(&setup, &strategy, 1).unwrap()))
        };
        let lanes = [lane("none"), lane("full-budget")];
        let table = numbers(&lanes);
        assert_eq!(table.lines().count(), 3);
        assert!(table.contains("\"Full jitter, budget\","), "{table}");
        let series = rows(&lanes);
        assert_eq!(series.lines().count(), 1 + 2 * 300);
        assert!(series.lines().last().unwrap().starts_with("\"Full jitter, budget\",30,"));
    }
}
