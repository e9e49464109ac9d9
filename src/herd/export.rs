//! The files of the lanes that the user can save.

use super::session::Session;
use super::sheet::Sheet;
use crate::chart::{self, Caption, Key, Look};
use crate::download::{self, Kind};
use crate::export_menu::{ExportEntry, ExportMenu};
use crate::palette::Palette;
use fusebox_lab::document;
use fusebox_lab::herd::{Lane, sentence, series_csv, table_csv};
use std::rc::Rc;
use yew::prelude::*;

/// The size of a picture: its small letters are still readable on a slide.
const SIZE: (f64, f64) = (960.0, 560.0);

/// A lane and its name.
type Named = (String, Rc<Lane>);

#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    pub(super) lanes: Vec<Named>,
    pub(super) palette: Rc<Palette>,
    /// The comparison that the files are of.
    pub(super) session: Session,
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
            download::text(&["herd", preset, "numbers"], Kind::Csv, &table_csv(&all));
        }),
        ExportEntry::new("Series of all lanes, as CSV", move || {
            download::text(&["herd", preset, "series"], Kind::Csv, &series_csv(&series));
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
            key("capacity", &palette.ink, Look::Line(1.0, super::picture::DASH)),
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
        let table = table_csv(&lanes);
        assert_eq!(table.lines().count(), 3);
        assert!(table.contains("\"Full jitter, budget\","), "{table}");
        let series = series_csv(&lanes);
        assert_eq!(series.lines().count(), 1 + 2 * 300);
        assert!(series.lines().last().unwrap().starts_with("\"Full jitter, budget\",30,"));
    }
}
