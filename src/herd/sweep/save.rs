//! The files of a sweep that the user can save.

use super::words::{heat_map, label};
use crate::chart::{self, Caption};
use crate::download::{self, Kind};
use crate::export_menu::{ExportEntry, ExportMenu};
use crate::palette::Palette;
use fusebox_lab::sweep::{Field, Sweep};
use std::rc::Rc;
use yew::prelude::*;

/// The size of a picture.
const SIZE: (f64, f64) = (960.0, 640.0);

/// The export menu of a sweep.
pub(super) fn save(sweep: &Sweep, field: Field, palette: &Rc<Palette>) -> Html {
    let all = Rc::new((sweep.clone(), field, palette.clone()));
    let save = move |kind| hand_over(&all.0, &all.1, &all.2, kind);
    let table = save.clone();
    let mut entries = vec![ExportEntry::new("All cells, as CSV", move || table(Kind::Csv))];
    entries.extend(ExportEntry::pictures("The map", save));
    html! { <ExportMenu about="Export the sweep" entries={Rc::from(entries)} /> }
}

fn hand_over(sweep: &Sweep, field: &Field, palette: &Palette, kind: Kind) {
    let words = ["sweep", sweep.measure.name, &sweep.x.key, &sweep.y.key];
    match kind {
        Kind::Csv | Kind::Json => download::text(&words, Kind::Csv, &field.csv(sweep)),
        Kind::Svg | Kind::Png => {
            let map = heat_map(sweep, field, None);
            chart::save(&words, kind, &map, palette, SIZE, &caption(sweep));
        }
    }
}

fn caption(sweep: &Sweep) -> Caption<'static> {
    let (x, y) = (label(&sweep.x), label(&sweep.y));
    let (measure, strategy) = (sweep.measure, sweep.strategy.title());
    Caption {
        title: format!("{}, {strategy}, by {x} and {y}", measure.label),
        // The whole sweep, so that it can be repeated.
        about: format!("{} {}", measure.about, sweep.write()),
        keys: Vec::new(),
    }
}
