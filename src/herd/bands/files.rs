//! The files of the replications that the user can save.

use super::chart::{Attempts, caption, most, picture};
use super::course::Course;
use crate::chart;
use crate::download::{self, Kind};
use crate::export_menu::{ExportEntry, ExportMenu};
use fusebox_lab::herd::{Comparison, Strategy};
use std::rc::Rc;
use yew::prelude::*;

/// The size of a picture: its small letters are still readable on a slide.
const SIZE: (f64, f64) = (960.0, 320.0);

/// A file that can be saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::herd) enum File {
    /// The measures of all lanes.
    Numbers,
    /// The attempts of all lanes over time.
    Attempts,
    /// The chart of a lane.
    Chart(usize, Kind),
}

/// Saves a file with the results of these seeds.
pub(super) fn save(file: File, course: &Course, attempts: &[Attempts], props: &super::Props) {
    let (palette, preset) = (&props.palette, props.chosen.preset.name);
    let Comparison { setup, lanes } = course.comparison();
    let csv = |what: &str, text: &str| {
        download::text(&["herd", preset, "bands", what], Kind::Csv, text);
    };
    match file {
        File::Numbers => csv("numbers", &course.bands().csv(lanes)),
        File::Attempts => csv("attempts", &course.bands().attempts_csv(lanes)),
        File::Chart(n, kind) => {
            let (Some(lane), Some(own)) = (lanes.get(n), attempts.get(n)) else { return };
            let name = lane.title();
            let most = most(attempts, setup).0;
            let seeds = super::over(course.bands().seeds());
            let chart = picture(own, setup, most, palette, chart::plane_within(SIZE.0));
            let words = ["herd", preset, "bands", &name];
            chart::save(&words, kind, &chart, palette, SIZE, &caption(&name, &seeds, palette));
        }
    }
}

/// The export menu of the replications.
pub(super) fn menu(lanes: &[Strategy], on_save: &Callback<File>) -> Html {
    let entries: Rc<[ExportEntry]> = entries(lanes, on_save).into();
    html! { <ExportMenu about="Export the replications" {entries} /> }
}

fn entries(lanes: &[Strategy], on_save: &Callback<File>) -> Vec<ExportEntry> {
    let table = |label: &'static str, file: File| {
        let on_save = on_save.clone();
        ExportEntry::new(label, move || on_save.emit(file))
    };
    let mut entries = vec![
        table("Numbers over the seeds, as CSV", File::Numbers),
        table("Attempts over the seeds, as CSV", File::Attempts),
    ];
    for (n, lane) in lanes.iter().enumerate() {
        let on_save = on_save.clone();
        let save = move |kind| on_save.emit(File::Chart(n, kind));
        entries.extend(ExportEntry::pictures(&lane.title(), save));
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_tables_and_all_charts_can_be_saved() {
        let entries = entries(&Comparison::default().lanes, &Callback::noop());
        let labels: Vec<_> = entries.iter().map(|entry| entry.label.as_str()).collect();
        assert_eq!(labels.len(), 2 + 4 * 2);
        assert!(labels.contains(&"Full jitter, as PNG"), "{labels:?}");
    }
}
