//! The content of the charts, as tables: each quantity, and each chart.

use super::ChartKind;
use crate::chart::Look;
use crate::palette::Palette;
use fusebox::time::Duration;
use fusebox_lab::words::{figure, latency};
use fusebox_sim::{Arrivals, ClientsConfig, Dependency, Gauges, Sample, Scenario};

/// A quantity that is drawn or read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quantity {
    /// Its label beside the line.
    pub(super) label: &'static str,
    pub(super) style: Style,
    pub(super) source: Source,
}

/// How the line of a quantity looks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    /// The class of the sample of the line in the legend.
    pub(super) class: &'static str,
    pub(super) colour: fn(&Palette) -> &str,
    /// The width of the line in pixels.
    pub(super) width: f64,
    /// The dash pattern in pixels: drawn, left out, and so on.
    pub(super) dash: Option<(f64, f64)>,
    /// The opacity of the tint below the line.
    pub(super) tint: Option<f64>,
}

/// How the value of a quantity is computed from samples.
#[derive(Clone, Copy, Debug)]
pub(super) enum Source {
    /// A count since the previous sample; shown as the sum over a second.
    Rate(fn(&Sample, Dependency) -> u32),
    /// The number in use at the moment, and the capacity.
    InUse(fn(&Gauges, Dependency) -> u32, fn(&Scenario, Dependency) -> Option<u32>),
    /// A value that already covers a whole second.
    Latency(fn(&Sample) -> Option<Duration>),
    /// Attempts per second, without smoothing.
    Capacity,
}

/// The width in pixels of a main line, and of a secondary one.
const BOLD: f64 = 2.0;
pub(super) const THIN: f64 = 1.2;

const fn style(
    class: &'static str,
    colour: fn(&Palette) -> &str,
    width: f64,
    tint: Option<f64>,
) -> Style {
    Style { class, colour, width, dash: None, tint }
}

const QUIET: Style = style("is-thin", |palette| &palette.ink_soft, THIN, None);
const LIMIT: Style = Style { class: "is-limit", dash: Some((7.0, 4.0)), ..QUIET };
const SUCCESS: Style = style("is-success", |palette| &palette.success, BOLD, Some(0.16));
const FAILURE: Style = style("is-failure", |palette| &palette.failure, BOLD, None);
const SLOW: Style = style("is-slow", |palette| &palette.slow, BOLD, Some(0.16));
const USEFUL: Style = Style { tint: None, ..SUCCESS };
const NEW: Style = Style { width: THIN, ..SUCCESS };
const FALLEN: Style = style("is-fallback", |palette| &palette.fallback, THIN, Some(0.35));
const LATER: Style = style("is-queued", |palette| &palette.slow, THIN, Some(0.35));
const RETRY: Style = style("is-retry", |palette| &palette.retry, THIN, Some(0.5));
const BUSY: Style = style("is-copper", |palette| &palette.copper, BOLD, Some(0.16));

const fn quantity(label: &'static str, style: Style, source: Source) -> Quantity {
    Quantity { label, style, source }
}

pub(super) const OFFERED: Quantity = quantity("offered", QUIET, Source::Rate(|it, _| it.calls));
pub(super) const GOODPUT: Quantity = quantity("goodput", USEFUL, Source::Rate(|it, _| it.useful));
/// The parts of the goodput, which are stacked.
const FRESH: Quantity =
    quantity("fresh", NEW, Source::Rate(|it, _| it.useful.saturating_sub(it.fallbacks)));
const FALLBACK: Quantity =
    quantity("fallback", FALLEN, Source::Rate(|it, _| it.fallbacks.saturating_sub(it.queued)));
const QUEUED: Quantity = quantity("queued for later", LATER, Source::Rate(|it, _| it.queued));
/// The goodput without what is queued for later.
const ANSWERED: Quantity =
    quantity("answered", FALLEN, Source::Rate(|it, _| it.useful.saturating_sub(it.queued)));
const ERRORS: Quantity = quantity("errors", FAILURE, Source::Rate(|it, _| it.errors));
pub(super) const P50: Quantity = quantity("p50", QUIET, Source::Latency(|it| it.p50));
pub(super) const P99: Quantity = quantity("p99", SLOW, Source::Latency(|it| it.p99));
/// That of all calls that ended, with an answer or without.
pub(super) const P99_ALL: Quantity =
    quantity("p99, all", Style { width: THIN, ..FAILURE }, Source::Latency(|it| it.p99_all));
const FIRST_ATTEMPTS: Quantity =
    quantity("first attempts", SUCCESS, Source::Rate(|it, on| it.load[on].first_attempts));
const RETRIES: Quantity = quantity("retries", RETRY, Source::Rate(|it, on| it.load[on].retries));
/// First attempts and retries.
const ATTEMPTS: Quantity =
    quantity("attempts", RETRY, Source::Rate(|it, on| it.load[on].attempts()));
const CAPACITY: Quantity = quantity("capacity", LIMIT, Source::Capacity);
const THREADS: Quantity = quantity(
    "threads",
    BUSY,
    Source::InUse(|it, _| it.threads_busy, |it, _| Some(it.service.as_ref()?.threads)),
);
/// The service's connections to the dependency.
const CONNECTIONS: Quantity = quantity(
    "connections",
    QUIET,
    Source::InUse(
        |it, on| it.dependencies[on].pool.map_or(0, |pool| pool.used),
        |it, on| Some(it.dependencies[on].pool?.max_connections),
    ),
);
/// The service's connections to all dependencies together.
const ALL_CONNECTIONS: Quantity = quantity(
    "all connections",
    QUIET,
    Source::InUse(
        |it, _| {
            let pools = it.dependencies.iter().filter_map(|(_, gauges)| gauges.pool);
            pools.map(|pool| pool.used).sum()
        },
        |it, _| Some(it.service.as_ref()?.shared_pool?.max_connections),
    ),
);
/// The slots of the dependency itself.
const SLOTS: Quantity = quantity(
    "slots",
    QUIET,
    Source::InUse(
        |it, on| it.dependencies[on].busy,
        |it, on| Some(it.dependencies[on].server.concurrency),
    ),
);

impl PartialEq for Quantity {
    fn eq(&self, other: &Self) -> bool {
        self.label == other.label
    }
}

impl Quantity {
    /// The value of its line: retries are stacked on the first attempts, and the parts of the goodput
    /// on each other.
    pub(super) fn drawn(self) -> Self {
        match self {
            it if it == RETRIES => ATTEMPTS,
            it if it == FALLBACK => ANSWERED,
            it if it == QUEUED => Self { style: LATER, ..GOODPUT },
            it => it,
        }
    }

    /// The capacity of a resource; none if the quantity is not a usage.
    pub(super) fn limit(self, scenario: &Scenario, on: Dependency) -> Option<f64> {
        match self.source {
            Source::InUse(_, of) => of(scenario, on).map(f64::from),
            _ => None,
        }
    }

    pub(super) const fn look(self) -> Look {
        Look::Line(self.style.width, self.style.dash)
    }

    /// A value as people write it.
    pub(super) fn words(self, value: Option<f64>, limit: Option<f64>) -> String {
        match (value, limit, self.source) {
            (None, ..) => "–".to_owned(),
            (Some(millis), _, Source::Latency(_)) => {
                latency(Duration::from_secs_f64(millis / 1_000.0))
            }
            (Some(value), Some(limit), _) => format!("{} of {}", figure(value), figure(limit)),
            (Some(value), None, _) => figure(value),
        }
    }
}

/// The title of a chart.
pub(super) struct Content {
    /// The name of its file.
    pub(super) file: &'static str,
    pub(super) title: String,
    /// The quantities that are drawn and read.
    pub(super) quantities: Vec<Quantity>,
    /// The quantities of the baseline that are drawn.
    pub(super) compared: Quantity,
}

impl ChartKind {
    pub(super) fn content(self, scenario: &Scenario, on: Dependency) -> Content {
        let (file, title, quantities, compared) = match self {
            Self::Calls => {
                let fallback = scenario.service.is_some().then_some(FALLBACK);
                let all = [Some(OFFERED), Some(GOODPUT), Some(FRESH)];
                let parts = all.into_iter().chain([fallback, queued(scenario), Some(ERRORS)]);
                let title = "Calls per second".to_owned();
                ("calls", title, parts.flatten().collect(), GOODPUT)
            }
            Self::Latency => {
                let is_closed = |it: &ClientsConfig| matches!(it.arrivals, Arrivals::Closed { .. });
                let title = if scenario.clients.iter().any(is_closed) {
                    "Latency; a closed loop hides waiting"
                } else {
                    "Latency of useful answers and of all calls"
                };
                ("latency", title.to_owned(), vec![P50, P99, P99_ALL], P99)
            }
            Self::Load => {
                let title = format!("Attempts per second at {}", on.title());
                ("attempts", title, vec![FIRST_ATTEMPTS, RETRIES, CAPACITY], ATTEMPTS)
            }
            Self::Busy => {
                let (title, quantities) = in_use(scenario, on);
                ("in-use", title, quantities.clone(), quantities[0])
            }
        };
        Content { file, title, quantities, compared }
    }
}

/// What is queued for later, if writes can be.
fn queued(scenario: &Scenario) -> Option<Quantity> {
    let jobs = scenario.service.as_ref()?.writes.job_queue;
    let writes = scenario.clients.iter().any(|group| group.mix.mutation > 0);
    jobs.filter(|_| writes).map(|_| QUEUED)
}

fn in_use(scenario: &Scenario, on: Dependency) -> (String, Vec<Quantity>) {
    let Some(service) = &scenario.service else {
        let slots = Quantity { style: BUSY, ..SLOTS };
        return (format!("In use: slots of {}", on.title()), vec![slots]);
    };
    let connections = match (service.shared_pool, scenario.dependencies[on].pool) {
        (Some(_), _) => ALL_CONNECTIONS,
        (None, Some(_)) => CONNECTIONS,
        (None, None) => {
            return (format!("In use: threads, slots of {}", on.title()), vec![THREADS, SLOTS]);
        }
    };
    ("In use: threads and connections".to_owned(), vec![THREADS, connections])
}

#[cfg(test)]
mod tests {
    use super::super::ChartData;
    use super::*;
    use fusebox::time::Instant;
    use fusebox_lab::presets;
    use fusebox_sim::{Distribution, World};

    #[test]
    fn the_parts_of_the_goodput_are_stacked_up_to_all_of_it() {
        let scenario = (presets::find("two-minute-outage").unwrap().scenario)();
        let mut world = World::new(&scenario, 1).unwrap();
        world.run_until(Instant::ZERO + scenario.duration);
        let content = ChartKind::Calls.content(&scenario, Dependency::Postgres);
        let drawn: Vec<_> = content.quantities.iter().map(|it| it.drawn().label).collect();
        assert_eq!(drawn, ["offered", "goodput", "fresh", "answered", "goodput", "errors"]);
        let data = ChartData::of(&world);
        let (mut fallbacks, mut queued) = (0.0, 0.0);
        for n in 0..data.samples.len() {
            let of = |quantity: Quantity| data.value(quantity, n);
            let stack = [FRESH, FALLBACK, QUEUED].map(|it| of(it.drawn()));
            assert!(stack.is_sorted(), "{stack:?}");
            assert!((stack[0] + of(FALLBACK) - stack[1]).abs() < 1e-9);
            assert!((stack[1] + of(QUEUED) - stack[2]).abs() < 1e-9);
            assert!((stack[2] - of(GOODPUT)).abs() < 1e-9);
            fallbacks += of(FALLBACK);
            queued += of(QUEUED);
        }
        assert!(fallbacks > 100.0 && queued > 100.0, "{fallbacks} and {queued}");
    }

    #[test]
    fn the_latencies_of_a_closed_loop_say_that_they_hide_waiting() {
        let title =
            |scenario: &Scenario| ChartKind::Latency.content(scenario, Dependency::Postgres).title;
        let mut scenario = Scenario::search_service();
        assert_eq!(title(&scenario), "Latency of useful answers and of all calls");
        scenario.clients[0].arrivals = Arrivals::Closed {
            think_time: Duration::from_secs(1),
            distribution: Distribution::Constant,
        };
        assert_eq!(title(&scenario), "Latency; a closed loop hides waiting");
    }
}
