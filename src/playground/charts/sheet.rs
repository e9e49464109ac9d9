//! All that was recorded of a run as a table for a spreadsheet.

use super::ChartData;
use super::quantity::per_second;
use fusebox::time::Duration;
use fusebox_lab::csv::{self, Cell};
use fusebox_sim::{Dependency, PoolGauges, Sample, Scenario};

/// A column: its name with the unit, and what of a sample stands in it.
struct Column<'a> {
    name: String,
    cell: Box<dyn Fn(&Sample) -> Cell + 'a>,
}

impl<'a> Column<'a> {
    fn new<C: Into<Cell>>(name: impl Into<String>, cell: impl Fn(&Sample) -> C + 'a) -> Self {
        Self { name: name.into(), cell: Box::new(move |sample| cell(sample).into()) }
    }
}

/// A row for each sample; where there is a run with other settings, what that one gave at the same
/// moment stands beside it, in columns with its name.
pub(super) fn sheet(data: &ChartData<'_>, baseline_name: &str) -> String {
    let columns = columns(data.scenario);
    let names = columns.iter().map(|column| column.name.clone());
    let mut headers: Vec<String> = std::iter::once("time (s)".to_owned()).chain(names).collect();
    if data.baseline.is_some() {
        headers.extend(columns.iter().map(|column| format!("{baseline_name}: {}", column.name)));
    }
    let rows = data.samples.iter().map(|sample| {
        let at = Cell::from(sample.at.as_secs_f64());
        let baseline = data.baseline.and_then(|samples| {
            let number = samples.binary_search_by_key(&sample.at, |sample| sample.at).ok()?;
            samples.get(number)
        });
        let cells = |sample: &Sample| columns.iter().map(|column| (column.cell)(sample)).collect();
        let row: Vec<Cell> = cells(sample);
        let beside: Vec<Cell> = baseline.map_or_else(Vec::new, cells);
        std::iter::once(at).chain(row).chain(beside)
    });
    csv::write(&headers, rows)
}

fn columns(scenario: &Scenario) -> Vec<Column<'_>> {
    let mut columns = vec![
        Column::new("calls sent (in 0.1 s)", |sample| sample.calls),
        Column::new("calls answered usefully (in 0.1 s)", |sample| sample.useful),
        Column::new("of those by a fallback or queued for later (in 0.1 s)", |sample| {
            sample.fallbacks
        }),
        Column::new("calls failed (in 0.1 s)", |sample| sample.errors),
        Column::new("latency p50 of the last second (ms)", |sample| millis(sample.p50)),
        Column::new("latency p99 of the last second (ms)", |sample| millis(sample.p99)),
    ];
    if scenario.service.is_some() {
        columns.extend([
            Column::new("health checks (in 0.1 s)", |sample| sample.health_checks),
            Column::new("health checks answered (in 0.1 s)", |sample| sample.health_answers),
            Column::new("threads busy (count)", |sample| sample.gauges.workers_busy),
            Column::new("requests queued (count)", |sample| sample.gauges.queued),
            Column::new("jobs queued (count)", |sample| sample.gauges.jobs),
            Column::new("fault of the service", |sample| {
                sample.gauges.service_fault.map(|fault| fault.words().state)
            }),
        ]);
    }
    columns.extend(scenario.used().into_iter().flat_map(|on| of_dependency(scenario, on)));
    columns
}

fn of_dependency(scenario: &Scenario, on: Dependency) -> Vec<Column<'_>> {
    let name = |what: &str| format!("{}: {what}", on.heading().to_lowercase());
    let pool = move |sample: &Sample, of: fn(PoolGauges) -> u32| {
        sample.gauges.dependencies[on].pool.map(of)
    };
    let service = scenario.service.as_ref();
    let has_pool = service.is_some_and(|service| {
        service.shared_pool.is_some() || scenario.dependencies[on].pool.is_some()
    });
    let mut columns = vec![
        Column::new(name("first attempts (in 0.1 s)"), move |it| it.load[on].first_attempts),
        Column::new(name("retries (in 0.1 s)"), move |it| it.load[on].retries),
        Column::new(name("capacity (attempts per second)"), move |it| {
            per_second(it.gauges.dependencies[on].capacity)
        }),
        Column::new(name("slots busy (count)"), move |it| it.gauges.dependencies[on].busy),
        Column::new(name("requests queued (count)"), move |it| it.gauges.dependencies[on].queued),
        Column::new(name("breaker"), move |it| {
            it.gauges.dependencies[on].breaker.map(|state| state.to_string())
        }),
        Column::new(name("fault"), move |it| {
            it.gauges.dependencies[on].fault.map(|fault| fault.words().state)
        }),
    ];
    if has_pool {
        columns.extend([
            Column::new(name("connections in use (count)"), move |it| pool(it, |pool| pool.used)),
            Column::new(name("waiting for a connection (count)"), move |it| {
                pool(it, |pool| pool.waiting)
            }),
        ]);
    }
    columns
}

fn millis(length: Option<Duration>) -> Option<f64> {
    // Of whole microseconds, so that three decimals are all that there are.
    length.map(|length| f64::from(u32::try_from(length.as_micros()).unwrap_or(u32::MAX)) / 1_000.0)
}
