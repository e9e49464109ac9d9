//! The files of the lanes that the user can save.

use super::head::{assumptions, headline};
use super::session::{Chosen, Session};
use super::sheet::Sheet;
use crate::chart::{self, Caption, Key, Look};
use crate::convert::float;
use crate::download::{self, Kind};
use crate::export_menu::{ExportEntry, ExportMenu};
use crate::palette::Palette;
use fusebox_lab::document;
use fusebox_lab::herd::{Lane, sentence, series_csv, table_csv};
use std::rc::Rc;
use yew::prelude::*;

/// The width of a picture, and the height of its caption and of each lane: its small letters are still
/// readable on a slide.
const WIDTH: f64 = 960.0;
const CAPTION: f64 = 150.0;
const LANE: f64 = 400.0;

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
    let of_all = (lanes.len() > 1).then(|| ("All lanes".to_owned(), lanes.clone()));
    let each = lanes.into_iter().map(|it| (it.0.clone(), vec![it]));
    for (title, lanes) in of_all.into_iter().chain(each) {
        let (palette, session, name) = (palette.clone(), props.session.clone(), title.clone());
        let save = move |kind| save(&name, &lanes, &palette, &session, kind);
        entries.extend(ExportEntry::pictures(&title, save));
    }
    entries.into()
}

/// Saves a picture of some lanes, with everything that one needs to make it again.
fn save(name: &str, lanes: &[Named], palette: &Palette, session: &Session, kind: Kind) {
    let size = (WIDTH, CAPTION + LANE * float(lanes.len()));
    let words = ["herd", session.chosen.preset.name, name];
    let caption = caption(lanes, palette, session);
    let named: Vec<_> =
        lanes.iter().map(|(name, lane)| (described(name, lane), lane.clone())).collect();
    chart::save(&words, kind, &Sheet(&named), palette, size, &caption);
}

/// The name of a lane with what its strategy does.
fn described(name: &str, lane: &Lane) -> String {
    format!("{name}: {}", lane.strategy.words())
}

/// The story, the settings and the seed of the lanes, and the legend.
fn caption<'a>(lanes: &[Named], palette: &'a Palette, session: &Session) -> Caption<'a> {
    let Chosen { comparison, seed, .. } = &session.chosen;
    let sentences = lanes.iter().map(|(name, lane)| format!("{name}: {}", sentence(lane)));
    Caption {
        title: format!(
            "{}\n{}\nLoad on the database in 100 ms as a multiple of its capacity, the attempts of the \
             clients, and the backlog. Seed {seed}, link #{}",
            headline(comparison),
            assumptions(&comparison.setup),
            session.link(None).write(),
        ),
        about: sentences.collect::<Vec<_>>().join(" "),
        keys: vec![
            key("first attempts", &palette.ink_soft, Look::Fill(8.0)),
            key("retries", &palette.retry, Look::Fill(8.0)),
            key("capacity", &palette.ink, Look::Line(1.0, super::picture::DASH)),
            key("answered", &palette.success, Look::Fill(4.0)),
            key("failed", &palette.failure, Look::Fill(8.0)),
            key("attempts in flight", &palette.slow, Look::Fill(4.0)),
            key("in service in the database", &palette.ink_soft, Look::Fill(8.0)),
            key("queued in the database", &palette.slow, Look::Fill(8.0)),
            key("calls in flight", &palette.ink, Look::Line(1.2, None)),
        ],
    }
}

fn key<'a>(label: &str, colour: &'a str, look: Look) -> Key<'a> {
    Key { label: label.to_owned(), colour, look }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox_lab::herd::{Setup, Strategy, run};

    #[test]
    fn a_picture_says_how_to_make_it_again_and_what_it_shows() {
        let session = Session::default();
        let Chosen { comparison, seed, .. } = &session.chosen;
        let setup = Setup { clients: 20, ..comparison.setup };
        let lane = Rc::new(run(&setup, &comparison.lanes[0], *seed).unwrap());
        let palette = Palette::for_tests();
        let lanes = [("Immediate".to_owned(), lane.clone())];
        let caption = caption(&lanes, &palette, &session);
        for part in ["10,000 clients", "after 15 s", "Seed 42, link #herd"] {
            assert!(caption.title.contains(part), "{part}: {}", caption.title);
        }
        assert!(caption.about.contains(&sentence(&lane)), "{}", caption.about);
        assert_eq!(described("Ours", &lane), "Ours: no wait");
        // The caption has room above the lanes.
        let svg = chart::svg(&Sheet(&lanes), &palette, (WIDTH, CAPTION + LANE), &caption);
        assert!(svg.contains(">capacity<") && svg.contains(">Immediate<"), "{svg}");
    }

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
