//! The arrivals of a lane as a chart, and the parts that all charts of the Herd share.

use crate::chart::{Chart, Marks, Paint, Point, Scale, Span, SpanPlace};
use crate::convert::{float, whole};
use crate::palette::Palette;
use fusebox::time::Instant;
use fusebox_lab::herd::{Bucket, DOWN_AT, Lane, OutageKind, Setup};
use std::ops::Range;

/// Bars are cut at this multiple of capacity, so that all lanes can share one scale.
pub(super) const CUT: f64 = 5.0;

/// The smallest width of a bar in pixels.
const BAR_PIXELS: f64 = 2.0;

/// The dashes of the capacity line.
pub(super) const DASH: Option<(f64, f64)> = Some((5.0, 4.0));

/// The attempts of a lane at the database, for a plane of this many pixels.
pub(super) fn picture<'a>(lane: &Lane, palette: &'a Palette, pixels: f64) -> Chart<'a> {
    let most = lane.capacity() * CUT;
    let columns = Columns::of(lane, pixels, most, Bucket::attempts);
    let limit = line(limit(lane), &palette.ink, 1.0, DASH);
    let marks = vec![
        columns.bars(|it| 0..it.first, &palette.success),
        columns.bars(|it| it.first..it.attempts(), &palette.retry),
        columns.caps(0.955, &palette.ink),
        limit,
    ];
    over_time(&lane.setup, most, outage(&lane.setup), marks)
}

/// A chart over the whole run.
pub(super) fn over_time<'a>(
    setup: &Setup,
    most: f64,
    span: Span,
    marks: Vec<Marks<'a>>,
) -> Chart<'a> {
    Chart {
        time: 0.0..setup.length.as_secs_f64(),
        scale: Scale::Linear { most },
        words: |value| format!("{value:.0}"),
        spans: vec![span],
        marks,
        position: None,
    }
}

/// A line of one colour.
pub(super) fn line(
    points: Vec<Point>,
    colour: &str,
    width: f64,
    dash: Option<(f64, f64)>,
) -> Marks<'_> {
    Marks::Line { points, paint: Paint::solid(colour), width, dash }
}

/// The span of the outage.
pub(super) fn outage(setup: &Setup) -> Span {
    Span {
        time: seconds(DOWN_AT)..seconds(setup.up_at()),
        place: SpanPlace::Full,
        name: if setup.kind == OutageKind::Reduced { "reduced" } else { "outage" },
    }
}

pub(super) fn seconds(at: Instant) -> f64 {
    at.since(Instant::ZERO).as_secs_f64()
}

/// Capacity over time: constant within each span, with a step to the next.
fn limit(lane: &Lane) -> Vec<Point> {
    let each = Bucket::LENGTH.as_secs_f64();
    let mut points: Vec<Point> = Vec::new();
    for n in 0..lane.buckets.len() {
        let (from, to, height) = (float(n) * each, float(n + 1) * each, lane.capacity_in(n));
        match points.last_mut() {
            Some(last) if (last.1 - height).abs() < 1e-9 => last.0 = to,
            _ => points.extend([(from, height), (to, height)]),
        }
    }
    points
}

/// Groups of buckets as wide as a bar, each represented by its bucket with the highest number.
pub(super) struct Columns {
    /// The width of a bar in seconds.
    width: f64,
    /// The highest number that the chart shows.
    most: f64,
    of: fn(&Bucket) -> u32,
    /// The left edge of each group and its highest bucket.
    buckets: Vec<(f64, Bucket)>,
}

impl Columns {
    pub(super) fn of(lane: &Lane, pixels: f64, most: f64, of: fn(&Bucket) -> u32) -> Self {
        let merged = whole((BAR_PIXELS * float(lane.buckets.len()) / pixels).ceil());
        let merged = merged.clamp(1, 1_000) as usize;
        let width = Bucket::LENGTH.as_secs_f64() * float(merged);
        let groups = lane.buckets.chunks(merged).enumerate();
        let most_of = |group: &[Bucket]| group.iter().copied().max_by_key(of);
        let bucket = |(n, group)| Some((float(n) * width, most_of(group)?));
        Self { width, most, of, buckets: groups.filter_map(bucket).collect() }
    }

    /// Bars between two heights, cut at the top of the chart.
    pub(super) fn bars<'a>(&self, height: fn(&Bucket) -> Range<u32>, colour: &'a str) -> Marks<'a> {
        let bar = |(left, bucket): &(f64, Bucket)| {
            let Range { start, end } = height(bucket);
            (*left, f64::from(start).min(self.most)..f64::from(end).min(self.most))
        };
        let bars = self.buckets.iter().map(bar).filter(|(_, height)| !height.is_empty());
        Marks::Bars { bars: bars.collect(), width: self.width, colour }
    }

    /// Caps on the cut bars, from this share of the height on.
    pub(super) fn caps<'a>(&self, share: f64, colour: &'a str) -> Marks<'a> {
        let cut = self.buckets.iter().filter(|(_, it)| f64::from((self.of)(it)) > self.most);
        let bars = cut.map(|(left, _)| (*left, self.most * share..self.most)).collect();
        Marks::Bars { bars, width: self.width, colour }
    }

    /// A point at the right edge of each bar.
    pub(super) fn points(&self) -> Vec<Point> {
        let point = |(left, it): &(f64, Bucket)| (left + self.width, f64::from((self.of)(it)));
        self.buckets.iter().map(point).collect()
    }
}
