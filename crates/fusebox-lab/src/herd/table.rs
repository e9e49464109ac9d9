//! The numbers of lanes as tables for spreadsheets and programs.

use super::bucket::Bucket;
use super::lane::Lane;
use super::measure::{MEASURES, Measure};
use crate::csv::{Cell, write};
use std::borrow::Borrow;

/// A row per lane and its name: its strategy, all measures with their units, and its fingerprint. A
/// missing number is empty.
#[must_use]
pub fn table_csv<L: Borrow<Lane>>(lanes: &[(String, L)]) -> String {
    let measure = |measure: &Measure| format!("{} ({})", measure.name, measure.unit.name());
    let names = ["lane", "strategy"].map(str::to_string).into_iter();
    let names = names.chain(MEASURES.iter().map(measure)).chain(["fingerprint".to_string()]);
    let rows = lanes.iter().map(|(name, lane)| {
        let lane = lane.borrow();
        let names = [Cell::from(name.as_str()), lane.strategy.word().into()];
        let values = MEASURES.iter().map(|it| Cell::from(it.of(&lane.outcome, &lane.setup)));
        let fingerprint = Cell::from(format!("{:016x}", lane.fingerprint));
        names.into_iter().chain(values).chain([fingerprint])
    });
    write(&names.collect::<Vec<_>>(), rows)
}

/// A quantity of a lane over time.
pub struct Series {
    /// Its label in tables.
    pub label: &'static str,
    /// Its name in files.
    name: &'static str,
    pub(super) read: fn(&Bucket) -> u32,
    /// Whether it is a value at the end of a bucket, and not a sum.
    is_gauge: bool,
}

/// All quantities, in the order of the columns of tables.
pub const SERIES: [Series; 7] = [
    series("First attempts", "first_attempts", |it| it.first, false),
    series("Retries", "retries", |it| it.retries, false),
    series("Answered", "answered", |it| it.useful, false),
    series("Failed", "failed", |it| it.errors, false),
    series("Queued", "queued", |it| it.queued, true),
    series("In service", "in_service", |it| it.busy, true),
    series("Calls in flight", "calls_in_flight", |it| it.in_flight, true),
];

const fn series(
    label: &'static str,
    name: &'static str,
    read: fn(&Bucket) -> u32,
    is_gauge: bool,
) -> Series {
    Series { label, name, read, is_gauge }
}

impl Series {
    /// The quantity in some buckets: their sum, or the value at their end.
    #[must_use]
    pub fn over(&self, buckets: &[Bucket]) -> u64 {
        let skip = if self.is_gauge { buckets.len().saturating_sub(1) } else { 0 };
        buckets[skip..].iter().map(|bucket| u64::from((self.read)(bucket))).sum()
    }
}

/// A row per lane, with its name, and bucket.
#[must_use]
pub fn series_csv<L: Borrow<Lane>>(lanes: &[(String, L)]) -> String {
    let heads: Vec<_> =
        ["lane", "up_to_s"].into_iter().chain(SERIES.map(|series| series.name)).collect();
    let rows = lanes.iter().flat_map(|(name, lane)| {
        lane.borrow().buckets.iter().enumerate().map(|(n, bucket)| {
            let end = Bucket::end_of(n).as_secs_f64();
            let counts = SERIES.map(|series| Cell::from((series.read)(bucket)));
            [Cell::from(name.as_str()), end.into()].into_iter().chain(counts)
        })
    });
    write(&heads, rows)
}
