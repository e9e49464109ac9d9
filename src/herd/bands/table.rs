//! The measures of all lanes over their seeds, as a table.

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
    let is_open = measure.none == Absent::NotInRun && spread.median.is_none();
    html! {
        <>
            <span class={classes!("bands__median", is_open.then_some("is-failure"))}>
                { measure.text(spread.median) }
            </span>
            if let Some(band) = around(measure, &spread) {
                <span class="bands__band">{ format!(" {band}") }</span>
            }
        </>
    }
}

/// The band as it stands behind the median: `(6.9 to 8.1)`, with its units if they differ from the
/// median's; none if it is no wider than the median as printed.
fn around(measure: &Measure, spread: &Spread) -> Option<String> {
    let [low, median, high] = [spread.low, spread.median, spread.high].map(|it| measure.text(it));
    if low == median && high == median {
        return None;
    }
    let is_number = |text: &str| text.parse::<f64>().is_ok();
    let of = |text: &str| text.split_once(' ').map(|(_, unit)| format!(" {unit}"));
    let unit = of(&median).unwrap_or_default();
    let bare =
        |text: &String| text.strip_suffix(&unit).filter(|it| is_number(it)).map(str::to_owned);
    let (low, high) = bare(&low).zip(bare(&high)).unwrap_or((low, high));
    Some(format!("({low} to {high})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(name: &str, [low, median, high]: [Option<f64>; 3]) -> Option<String> {
        let spread = Spread { seeds: 20, absent: 0, low, median, high };
        around(Measure::find(name).unwrap(), &spread)
    }

    #[test]
    fn a_band_has_units_only_where_they_differ() {
        let times = |low, median, high| told("recovered_after", [low, median, high]);
        assert_eq!(times(Some(6.9), Some(7.3), Some(8.1)).unwrap(), "(6.9 to 8.1)");
        assert_eq!(times(Some(0.4), Some(7.3), Some(8.1)).unwrap(), "(400 ms to 8.1 s)");
        assert_eq!(times(Some(61.0), Some(62.0), Some(63.0)).unwrap(), "(1 min 1 s to 1 min 3 s)");
        assert_eq!(times(Some(6.9), Some(7.3), None).unwrap(), "(6.9 s to not in this run)");
        assert_eq!(times(None, None, None), None);
        assert_eq!(
            told("wasted_work", [Some(0.1), Some(0.25), Some(0.5)]).unwrap(),
            "(10.0 to 50.0)"
        );
        assert_eq!(
            told("failed", [Some(900.0), Some(1e3), Some(1200.0)]).unwrap(),
            "(900 to 1,200)"
        );
        assert_eq!(told("failed", [Some(900.1), Some(900.2), Some(900.3)]), None);
    }
}
