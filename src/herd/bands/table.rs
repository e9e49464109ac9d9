//! The measures of all lanes over their seeds, as a table.

use super::words::words;
use crate::table::{caption, scrolled, table};
use fusebox_lab::bands::{Bands, Spread};
use fusebox_lab::herd::{Absent, Comparison, MEASURES, Measure};
use yew::prelude::*;

/// The measures that are defined for at least one lane.
pub(super) fn measures(bands: &Bands) -> Vec<&'static Measure> {
    let is_there = |measure: &&Measure| {
        let spreads = (0..bands.lanes()).filter_map(|lane| bands.spread(measure, lane));
        measure.none == Absent::NotInRun || spreads.into_iter().any(|it| it.absent < it.seeds)
    };
    MEASURES.iter().filter(is_there).collect()
}

/// A row for each lane; empty before the first run is done.
pub(super) fn numbers(bands: &Bands, comparison: &Comparison) -> Html {
    let measures = measures(bands);
    let head = |it: &&Measure| html! { <span title={it.about}>{ it.label }</span> };
    let heads = [Html::from("Lane")].into_iter().chain(measures.iter().map(head));
    let rows = comparison.lanes.iter().enumerate().map(|(n, lane)| {
        let cells = measures.iter().map(|measure| cell(measure, bands.spread(measure, n)));
        [Html::from(lane.title())].into_iter().chain(cells).collect()
    });
    let about = caption("The median over the seeds, with the 5-95 % band in brackets");
    let label = "The numbers over the seeds";
    scrolled("bands__scroll", label.to_owned(), table(about, heads, rows))
}

fn cell(measure: &Measure, spread: Option<Spread>) -> Html {
    let Some(spread) = spread else { return Html::from("…") };
    let is_missing = measure.none != Absent::Nothing && spread.median.is_none();
    let (median, band) = words(measure, &spread);
    html! {
        <>
            <span class={classes!("bands__median", is_missing.then_some("is-failure"))}>{ median }</span>
            if let Some(band) = band {
                <span class="bands__band">{ format!(" {band}") }</span>
            }
        </>
    }
}
