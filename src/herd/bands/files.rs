//! What of the bands is handed to the user as files.

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

/// The list of what can be saved.
pub(super) fn menu(lanes: &[Strategy], on_save: &Callback<File>) -> Html {
    let entries: Rc<[ExportEntry]> = all(lanes)
        .into_iter()
        .map(|(label, file)| ExportEntry {
            label: label.into(),
            on_choose: on_save.reform(move |()| file),
        })
        .collect();
    html! { <ExportMenu about="Export the bands" entries={entries} /> }
}

fn all(lanes: &[Strategy]) -> Vec<(String, File)> {
    let mut all = vec![
        ("Numbers over the seeds, as CSV".to_owned(), File::Numbers),
        ("Attempts over the seeds, as CSV".to_owned(), File::Attempts),
    ];
    for (n, lane) in lanes.iter().enumerate() {
        for (kind, word) in [(Kind::Svg, "SVG"), (Kind::Png, "PNG")] {
            all.push((format!("{}, as {word}", lane.title()), File::Chart(n, kind)));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_tables_and_all_charts_can_be_saved() {
        let labels: Vec<_> =
            all(&Comparison::default().lanes).into_iter().map(|(label, _)| label).collect();
        assert_eq!(labels.len(), 2 + 4 * 2);
        assert!(labels.contains(&"Full jitter, as PNG".to_owned()), "{labels:?}");
    }
}
