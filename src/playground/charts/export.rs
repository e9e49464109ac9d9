//! What of the charts is handed to the user as files.

use super::picture::{BASELINE_LOOK, look, picture};
use super::series::Run;
use super::sheet::sheet;
use super::spans::spans;
use super::{ChartData, ChartKind, ChartsView};
use crate::chart::{self, Caption, Key, Look, SpanPlace};
use crate::download::{self, Kind};
use crate::palette::Palette;

/// What is to be saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::playground) enum Export {
    /// All samples, as a table.
    Samples,
    /// A chart, as a picture to be made larger.
    Svg(ChartKind),
    /// A chart, as a picture in pixels.
    Png(ChartKind),
}

/// What the files of a run say of it.
#[derive(Clone, Copy, Debug)]
pub(in crate::playground) struct Named<'a> {
    /// The preset in file names.
    pub(in crate::playground) preset: &'a str,
    /// The preset for people.
    pub(in crate::playground) title: &'a str,
    pub(in crate::playground) seed: u64,
    /// What the run with other settings is called.
    pub(in crate::playground) baseline: &'a str,
}

/// The size of a picture, in which its small letters can still be read on a slide.
const SIZE: (f64, f64) = (960.0, 360.0);

impl Export {
    /// All of them, in the order of the list; it has a name for each chart.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        let pictures =
            ChartKind::ALL.into_iter().flat_map(|which| [Self::Svg(which), Self::Png(which)]);
        std::iter::once(Self::Samples).chain(pictures)
    }

    /// What it is called in a list, with the titles of the charts in their order.
    pub(super) fn label(self, titles: &[String]) -> String {
        let title = |which: ChartKind| titles.get(which as usize).map_or("", String::as_str);
        match self {
            Self::Samples => "All series, as CSV".to_owned(),
            Self::Svg(which) => format!("{}, as SVG", title(which)),
            Self::Png(which) => format!("{}, as PNG", title(which)),
        }
    }

    /// Makes the file and hands it over.
    pub(in crate::playground) fn save(
        self,
        data: &ChartData<'_>,
        named: Named<'_>,
        palette: &Palette,
    ) {
        let (which, kind) = match self {
            Self::Samples => {
                let words = [named.preset, "samples"];
                return download::text(&words, Kind::Csv, &sheet(data, named.baseline));
            }
            Self::Svg(which) => (which, Kind::Svg),
            Self::Png(which) => (which, Kind::Png),
        };
        let words = [named.preset, which.file_name()];
        let chart = picture(which, data, palette, chart::plane_within(SIZE.0));
        let caption = caption(which, data, named, palette);
        chart::save(&words, kind, &chart, palette, SIZE, &caption);
    }
}

/// What stands over a chart in a file: what, of which run, and what its marks mean.
fn caption<'a>(
    which: ChartKind,
    data: &ChartData<'_>,
    named: Named<'_>,
    palette: &'a Palette,
) -> Caption<'a> {
    let view = ChartsView::of(data, None);
    let chart = &view.charts[which as usize];
    let Named { title, seed, baseline, .. } = named;
    let state = if view.state.is_empty() { String::new() } else { format!("; {}", view.state) };
    Caption {
        title: format!("{}: {title}, seed {seed}", chart.title),
        about: format!(
            "From {:.0} s to {:.0} s of the run. At {}: {}{state}.",
            view.range.start,
            view.range.end,
            view.at,
            chart.words(baseline)
        ),
        keys: keys(which, data, baseline, palette),
    }
}

fn keys<'a>(
    which: ChartKind,
    data: &ChartData<'_>,
    baseline: &str,
    palette: &'a Palette,
) -> Vec<Key<'a>> {
    let ChartData { samples, scenario, on, .. } = *data;
    let quantities = which.quantities(scenario, on).into_iter().enumerate();
    let mut keys: Vec<Key<'a>> = quantities
        .map(|(n, quantity)| Key {
            label: quantity.label().to_owned(),
            colour: quantity.colour(palette),
            look: look(quantity, n == 0),
        })
        .collect();
    if data.baseline.is_some() {
        let quantity = which.compared(scenario);
        let label = format!("{}, {baseline}", quantity.label());
        keys.push(Key { label, colour: quantity.colour(palette), look: BASELINE_LOOK });
    }
    let spans = spans(Run { samples, scenario, on }, &data.range, palette);
    for (place, label, colour, height) in [
        (SpanPlace::Full, "fault", &palette.failure_wash, 10.0),
        (SpanPlace::Strip, "breaker open", &palette.fast, 6.0),
        (SpanPlace::HalfStrip, "half-open", &palette.slow, 3.0),
    ] {
        if spans.iter().any(|span| span.place == place) {
            keys.push(Key { label: label.to_owned(), colour, look: Look::Fill(height) });
        }
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox::time::Instant;
    use fusebox_sim::Scenario;
    use fusebox_sim::{Command, Dependency, Fault, World};

    /// A run whose database hangs from 10 s on, and one in which all is well.
    fn worlds() -> (World, World) {
        let world = || World::new(&Scenario::search_service(), 7).unwrap();
        let (mut broken, mut well) = (world(), world());
        broken.run_until(Instant::from_secs(10));
        broken.apply(Dependency::Postgres, Command::Fault(Fault::Hang)).unwrap();
        broken.run_until(Instant::from_secs(31));
        well.run_until(Instant::from_secs(20));
        (broken, well)
    }

    fn data<'a>(world: &'a World, baseline: Option<&'a World>) -> ChartData<'a> {
        ChartData {
            samples: world.measures().samples(),
            baseline: baseline.map(|baseline| baseline.measures().samples()),
            scenario: world.scenario(),
            on: Dependency::Postgres,
            now: world.now(),
            range: 0.0..60.0,
        }
    }

    const NAMED: Named<'_> =
        Named { preset: "search-service", title: "Search service", seed: 7, baseline: "without" };

    #[test]
    fn a_picture_says_what_it_is_of_and_what_its_marks_mean() {
        let (broken, well) = worlds();
        let palette = Palette::for_tests();
        let caption = caption(ChartKind::Calls, &data(&broken, Some(&well)), NAMED, &palette);
        assert_eq!(caption.title, "Calls per second: Search service, seed 7");
        let about = &caption.about;
        assert!(about.starts_with("From 0 s to 60 s of the run. At 31.00 s: offered "), "{about}");
        assert!(about.ends_with('.') && about.contains("the database is hanging"), "{about}");
        let labels: Vec<&str> = caption.keys.iter().map(|key| key.label.as_str()).collect();
        assert_eq!(labels[..4], ["offered", "goodput", "errors", "goodput, without"]);
        assert!(labels.contains(&"fault") && labels.contains(&"breaker open"), "{labels:?}");
        let calm = super::caption(ChartKind::Load, &data(&well, None), NAMED, &palette);
        assert_eq!(calm.keys.len(), 3, "{:?}", calm.keys);
    }

    #[test]
    fn the_table_has_every_sample_with_the_same_moment_of_the_other_run_beside_it() {
        let (broken, well) = worlds();
        let csv = sheet(&data(&broken, Some(&well)), "without");
        let lines: Vec<Vec<&str>> = csv.lines().map(|line| line.split(',').collect()).collect();
        assert_eq!(lines.len(), 1 + broken.measures().samples().len());
        let headers = &lines[0];
        assert!(lines.iter().all(|line| line.len() == headers.len()));
        let at = |name: &str| headers.iter().position(|header| *header == name).expect(name);
        let fault = at("database: fault");
        assert_eq!((lines[90][0], lines[90][fault]), ("9", ""));
        assert_eq!((lines[310][0], lines[310][fault]), ("31", "hanging"));
        let (ours, theirs) = (at("calls sent (in 0.1 s)"), at("without: calls sent (in 0.1 s)"));
        assert_eq!(lines[150][ours], lines[150][theirs], "the same arrivals");
        assert_ne!(lines[200][theirs], "");
        assert_eq!(lines[201][theirs], "", "the other run has not come so far");
        let sum: u64 = lines[1..].iter().map(|line| line[ours].parse::<u64>().unwrap()).sum();
        let samples = broken.measures().samples();
        assert_eq!(sum, samples.iter().map(|sample| u64::from(sample.calls)).sum::<u64>());
    }

    #[test]
    fn each_entry_has_a_name_of_its_own() {
        let titles = ["A", "B", "C", "D"].map(str::to_owned);
        let labels: Vec<String> = Export::all().map(|export| export.label(&titles)).collect();
        assert_eq!(labels[..3], ["All series, as CSV", "A, as SVG", "A, as PNG"]);
        assert_eq!(labels.len(), 9);
    }
}
