//! The files that the user can save of the replications.

use super::chart::{Attempts, caption, most, picture};
use crate::chart;
use crate::download::{self, Kind};
use crate::export_menu::{ExportEntry, ExportMenu};
use crate::palette::Palette;
use fusebox_lab::bands::Bands;
use fusebox_lab::herd::{Comparison, Strategy};
use std::rc::Rc;
use yew::prelude::*;

/// The size of a picture, in which its small letters can still be read on a slide.
const SIZE: (f64, f64) = (960.0, 320.0);

/// Something that can be saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::herd) enum File {
    /// The measures of all lanes.
    Numbers,
    /// The attempts of all lanes over time.
    Attempts,
    /// The chart of a lane.
    Chart(usize, Kind),
}

/// What files are made of.
pub(super) struct Files<'a> {
    pub(super) bands: &'a Bands,
    pub(super) comparison: &'a Comparison,
    pub(super) attempts: &'a [Attempts],
    pub(super) palette: &'a Palette,
    pub(super) preset: &'static str,
    /// Which seeds there are, in words.
    pub(super) seeds: &'a str,
}

impl Files<'_> {
    pub(super) fn save(&self, file: File) {
        let lanes = &self.comparison.lanes;
        match file {
            File::Numbers => self.csv("numbers", &self.bands.csv(lanes)),
            File::Attempts => self.csv("attempts", &self.bands.attempts_csv(lanes)),
            File::Chart(n, kind) => self.chart(n, kind),
        }
    }

    fn csv(&self, what: &str, text: &str) {
        download::text(&["herd", self.preset, "bands", what], Kind::Csv, text);
    }

    fn chart(&self, n: usize, kind: Kind) {
        let Self { comparison, attempts, palette, preset, .. } = *self;
        let (Some(lane), Some(own)) = (comparison.lanes.get(n), attempts.get(n)) else { return };
        let (name, setup) = (lane.title(), &comparison.setup);
        let most = most(attempts, setup).0;
        let chart = picture(own, setup, most, palette, chart::plane_within(SIZE.0));
        let caption = caption(&name, self.seeds, palette);
        let words = ["herd", preset, "bands", name.as_str()];
        chart::save(&words, kind, &chart, palette, SIZE, &caption);
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
