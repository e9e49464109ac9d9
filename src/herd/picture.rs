//! The arrivals of a lane as a chart.

use crate::chart::{Chart, Marks, Paint, Point, Scale, Span, SpanPlace};
use crate::convert::{float, whole};
use crate::palette::Palette;
use fusebox::time::Instant;
use fusebox_lab::herd::{Bucket, DOWN_AT, Lane, OutageKind};
use std::ops::Range;

/// Bars are cut at so many times the capacity, so that all lanes can have one scale.
pub(super) const CUT: f64 = 5.0;

/// A bar is so many pixels wide at least.
const BAR_PIXELS: f64 = 2.0;

/// What came to the database of a lane, for a plane of so many pixels.
pub(super) fn picture<'a>(lane: &Lane, palette: &'a Palette, pixels: f64) -> Chart<'a> {
    let most = lane.capacity() * CUT;
    let (width, columns) = columns(lane, pixels);
    let bars: Vec<Bar> = columns.filter_map(|(left, group)| Bar::of(group, left)).collect();
    let cut = |height: fn(&Bar) -> Range<f64>| -> Vec<(f64, Range<f64>)> {
        let cut = |bar: &Bar| {
            let Range { start, end } = height(bar);
            (bar.left, start.min(most)..end.min(most))
        };
        bars.iter().map(cut).filter(|(_, height)| !height.is_empty()).collect()
    };
    let caps = bars.iter().filter(|bar| bar.all > most);
    let caps = caps.map(|bar| (bar.left, most * 0.955..most)).collect();
    let time = 0.0..lane.setup.length.as_secs_f64();
    let limit = Marks::Line {
        points: limit(lane),
        paint: Paint::solid(&palette.ink),
        width: 1.0,
        dash: Some((5.0, 4.0)),
    };
    Chart {
        time,
        scale: Scale::Linear { most },
        words: |value| format!("{value:.0}"),
        spans: vec![outage(lane)],
        marks: vec![
            Marks::Bars { bars: cut(|bar| 0.0..bar.first), width, colour: &palette.success },
            Marks::Bars { bars: cut(|bar| bar.first..bar.all), width, colour: &palette.retry },
            Marks::Bars { bars: caps, width, colour: &palette.ink },
            limit,
        ],
        position: None,
    }
}

/// What the database can do over time; a line goes along each stretch and straight to the next.
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

/// How long a bar is in seconds, and the buckets of each with the moment of its left edge.
pub(super) fn columns(lane: &Lane, pixels: f64) -> (f64, impl Iterator<Item = (f64, &[Bucket])>) {
    let each = Bucket::LENGTH.as_secs_f64();
    let merged =
        whole((BAR_PIXELS * float(lane.buckets.len()) / pixels).ceil()).clamp(1, 1_000) as usize;
    let width = each * float(merged);
    let groups = lane.buckets.chunks(merged).enumerate();
    (width, groups.map(move |(n, group)| (float(n) * width, group)))
}

/// The time for which the database failed.
pub(super) fn outage(lane: &Lane) -> Span {
    let seconds = |at: Instant| at.since(Instant::ZERO).as_secs_f64();
    Span {
        time: seconds(DOWN_AT)..seconds(lane.setup.up_at()),
        place: SpanPlace::Full,
        name: if lane.setup.kind == OutageKind::Reduced { "reduced" } else { "outage" },
    }
}

/// Attempts in a tenth of a second, the busiest of those that one bar stands for.
struct Bar {
    left: f64,
    first: f64,
    all: f64,
}

impl Bar {
    fn of(group: &[Bucket], left: f64) -> Option<Self> {
        let busiest = group.iter().max_by_key(|bucket| bucket.attempts())?;
        Some(Self { left, first: f64::from(busiest.first), all: f64::from(busiest.attempts()) })
    }
}
