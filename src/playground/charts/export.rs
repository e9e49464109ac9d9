//! The files of the charts that the user can save.

use super::picture::{BASELINE_LOOK, picture};
use super::quantity::Content;
use super::series::per_second;
use super::{ChartData, ChartKind, ChartsView};
use crate::chart::{self, Caption, Key, Look, SpanPlace};
use crate::download::{self, Kind};
use crate::palette::Palette;
use crate::playground::session::Chosen;
use fusebox::time::Duration;
use fusebox_lab::csv::{self, Cell};
use fusebox_sim::{Sample, Scenario};

/// The file to save: a chart as a picture, or else all samples as a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::playground) struct Export {
    pub(super) chart: Option<ChartKind>,
    pub(super) kind: Kind,
}

/// The size of a picture: its small letters are still readable on a slide.
const SIZE: (f64, f64) = (960.0, 360.0);

impl Export {
    /// Creates the file and saves it.
    pub(in crate::playground) fn save(
        self,
        data: &ChartData<'_>,
        world: &Chosen,
        palette: &Palette,
    ) {
        let preset = world.preset.name;
        let Some(which) = self.chart else {
            return download::text(&[preset, "samples"], self.kind, &sheet(data));
        };
        let chart = picture(which, data, palette, chart::plane_within(SIZE.0));
        let of = format!("{}, seed {}", world.preset.title, world.plan.seed);
        let caption = caption(which, data, &of, palette);
        let words = [preset, which.content(data.scenario, data.on).file];
        chart::save(&words, self.kind, &chart, palette, SIZE, &caption);
    }
}

/// The caption of a chart in a file: its title, its run, and the meaning of its marks.
fn caption<'a>(
    which: ChartKind,
    data: &ChartData<'_>,
    of: &str,
    palette: &'a Palette,
) -> Caption<'a> {
    let view = ChartsView::of(data, None);
    let chart = &view.charts[which as usize];
    let state = if view.state.is_empty() { String::new() } else { format!("; {}", view.state) };
    Caption {
        title: format!("{}: {of}", chart.title),
        about: format!(
            "From {:.0} s to {:.0} s of the run. At {}: {}{state}.",
            view.range.start,
            view.range.end,
            view.at,
            chart.words()
        ),
        keys: keys(which, data, palette),
    }
}

fn keys<'a>(which: ChartKind, data: &ChartData<'_>, palette: &'a Palette) -> Vec<Key<'a>> {
    let Content { quantities, compared, .. } = which.content(data.scenario, data.on);
    let mut keys: Vec<Key<'a>> = quantities
        .into_iter()
        .map(|quantity| Key {
            label: quantity.label.to_owned(),
            colour: (quantity.style.colour)(palette),
            look: quantity.look(),
        })
        .collect();
    if data.baseline.is_some() {
        let label = format!("{}: {}", data.baseline_name, compared.label);
        keys.push(Key { label, colour: (compared.style.colour)(palette), look: BASELINE_LOOK });
    }
    let spans = data.spans();
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

/// A row for each sample; if there is a baseline, its values at the same moment are in further columns
/// with its name.
fn sheet(data: &ChartData<'_>) -> String {
    let columns = data.samples.front().map_or_else(Vec::new, |it| cells(data.scenario, it));
    let names: Vec<String> = columns.into_iter().map(|(name, _)| name).collect();
    let mut headers = vec!["time (s)".to_owned()];
    headers.extend(names.iter().cloned());
    if data.baseline.is_some() {
        headers.extend(names.iter().map(|name| format!("{}: {name}", data.baseline_name)));
    }
    let rows = data.samples.iter().map(|sample| {
        let baseline = data.baseline.and_then(|samples| {
            let number = samples.binary_search_by_key(&sample.at, |sample| sample.at).ok()?;
            samples.get(number)
        });
        let cells = [Some(sample), baseline].into_iter().flatten();
        let cells = cells.flat_map(|it| cells_of(data.scenario, it));
        std::iter::once(Cell::from(sample.at.as_secs_f64())).chain(cells)
    });
    csv::write(&headers, rows)
}

fn cells_of(scenario: &Scenario, sample: &Sample) -> impl Iterator<Item = Cell> {
    cells(scenario, sample).into_iter().map(|(_, cell)| cell)
}

/// The values in the row of a sample, with the name and the unit of each column.
fn cells(scenario: &Scenario, sample: &Sample) -> Vec<(String, Cell)> {
    let mut cells = Vec::new();
    let mut add = |name: &str, cell: Cell| cells.push((name.to_owned(), cell));
    add("calls sent (in 0.1 s)", sample.calls.into());
    add("calls answered usefully (in 0.1 s)", sample.useful.into());
    add("of those by a fallback or queued for later (in 0.1 s)", sample.fallbacks.into());
    add("writes queued for later (in 0.1 s)", sample.queued.into());
    add("calls failed (in 0.1 s)", sample.errors.into());
    add("latency p50 of the last second (ms)", millis(sample.p50).into());
    add("latency p99 of the last second (ms)", millis(sample.p99).into());
    add("latency p99 of the last second to any end (ms)", millis(sample.p99_all).into());
    if scenario.service.is_some() {
        add("health checks (in 0.1 s)", sample.health_checks.into());
        add("health checks answered (in 0.1 s)", sample.health_answers.into());
        add("threads busy (count)", sample.gauges.threads_busy.into());
        add("requests queued (count)", sample.gauges.queued.into());
        add("jobs queued (count)", sample.gauges.jobs.into());
        let fault = sample.gauges.service_fault;
        add("fault of the service", fault.map(|fault| fault.words().state).into());
    }
    for on in scenario.used() {
        let (load, gauges) = (&sample.load[on], &sample.gauges.dependencies[on]);
        let mut add = |what: &str, cell: Cell| {
            add(&format!("{}: {what}", on.heading().to_ascii_lowercase()), cell);
        };
        add("first attempts (in 0.1 s)", load.first_attempts.into());
        add("retries (in 0.1 s)", load.retries.into());
        add("capacity (attempts per second)", per_second(sample, on).into());
        add("slots busy (count)", gauges.busy.into());
        add("requests queued (count)", gauges.queued.into());
        add("breaker", gauges.breaker.map(|state| state.to_string()).into());
        add("fault", gauges.fault.map(|fault| fault.words().state).into());
        let has_pool = scenario.service.as_ref().is_some_and(|service| {
            service.shared_pool.is_some() || scenario.dependencies[on].pool.is_some()
        });
        if has_pool {
            add("connections in use (count)", gauges.pool.map(|pool| pool.used).into());
            add("waiting for a connection (count)", gauges.pool.map(|pool| pool.waiting).into());
        }
    }
    cells
}

fn millis(length: Option<Duration>) -> Option<f64> {
    // Times are whole microseconds, so three decimals are exact.
    length.map(|length| f64::from(u32::try_from(length.as_micros()).unwrap_or(u32::MAX)) / 1_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox::time::Instant;
    use fusebox_sim::Scenario;
    use fusebox_sim::{Command, Dependency, Fault, World};

    /// A run whose database hangs from 10 s on, and one without a fault.
    fn worlds() -> (World, World) {
        let world = || World::new(&Scenario::search_service(), 7).unwrap();
        let (mut broken, mut well) = (world(), world());
        broken.run_until(Instant::from_secs(10));
        broken.apply(Dependency::Postgres, Command::Fault(Fault::Hang)).unwrap();
        broken.run_until(Instant::from_secs(31));
        well.run_until(Instant::from_secs(20));
        (broken, well)
    }

    const OF: &str = "Search service, seed 7";

    fn data<'a>(world: &'a World, baseline: Option<&'a World>) -> ChartData<'a> {
        let baseline = baseline.map(|baseline| baseline.measures().samples());
        ChartData { baseline, ..ChartData::of(world) }
    }

    #[test]
    fn a_picture_says_what_it_is_of_and_what_its_marks_mean() {
        let (broken, well) = worlds();
        let palette = Palette::for_tests();
        let caption = caption(ChartKind::Calls, &data(&broken, Some(&well)), OF, &palette);
        assert_eq!(caption.title, "Calls per second: Search service, seed 7");
        let about = &caption.about;
        assert!(about.starts_with("From 0 s to 60 s of the run. At 31.00 s: offered "), "{about}");
        assert!(about.ends_with('.') && about.contains("the database is hanging"), "{about}");
        let labels: Vec<&str> = caption.keys.iter().map(|key| key.label.as_str()).collect();
        assert_eq!(
            labels[..6],
            ["offered", "goodput", "fresh", "fallback", "errors", "without protection: goodput"]
        );
        assert!(labels.contains(&"fault") && labels.contains(&"breaker open"), "{labels:?}");
        let calm = super::caption(ChartKind::Load, &data(&well, None), OF, &palette);
        assert_eq!(calm.keys.len(), 3, "{:?}", calm.keys);
    }

    #[test]
    fn the_table_has_every_sample_with_the_same_moment_of_the_other_run_beside_it() {
        let (broken, well) = worlds();
        let csv = sheet(&data(&broken, Some(&well)));
        let lines: Vec<Vec<&str>> = csv.lines().map(|line| line.split(',').collect()).collect();
        assert_eq!(lines.len(), 1 + broken.measures().samples().len());
        let headers = &lines[0];
        assert!(lines.iter().all(|line| line.len() == headers.len()));
        let at = |name: &str| headers.iter().position(|header| *header == name).expect(name);
        let fault = at("database: fault");
        assert_eq!((lines[90][0], lines[90][fault]), ("9", ""));
        assert_eq!((lines[310][0], lines[310][fault]), ("31", "hanging"));
        let (ours, theirs) =
            (at("calls sent (in 0.1 s)"), at("without protection: calls sent (in 0.1 s)"));
        assert_eq!(lines[150][ours], lines[150][theirs], "the same arrivals");
        assert_ne!(lines[200][theirs], "");
        assert_eq!(lines[201][theirs], "", "the other run has not come so far");
        let sum: u64 = lines[1..].iter().map(|line| line[ours].parse::<u64>().unwrap()).sum();
        let samples = broken.measures().samples();
        assert_eq!(sum, samples.iter().map(|sample| u64::from(sample.calls)).sum::<u64>());
    }
}
