//! The arrivals of a lane as a chart.

use crate::app::chart::{Chart, Marks, Paint, Scale, Span, SpanPlace};
use crate::app::convert::{float, whole};
use crate::app::palette::Palette;
use crate::lab::herd::{Bucket, DOWN_AT, Lane};
use std::ops::Range;

/// Bars are cut at so many times the capacity, so that all lanes can have one scale.
pub(super) const CUT: f64 = 5.0;

/// A bar is so many pixels wide at least.
const BAR_PIXELS: f64 = 2.0;

/// What came to the database of a lane, for a plane of so many pixels.
pub(super) fn picture<'a>(lane: &Lane, palette: &'a Palette, pixels: f64) -> Chart<'a> {
    let most = lane.capacity() * CUT;
    let each = Bucket::LENGTH.as_secs_f64();
    let merged =
        whole((BAR_PIXELS * float(lane.buckets.len()) / pixels).ceil()).clamp(1, 1_000) as usize;
    let width = each * float(merged);
    let groups = lane.buckets.chunks(merged).enumerate();
    let bars: Vec<Bar> = groups.filter_map(|(n, group)| Bar::of(group, float(n) * width)).collect();
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
        points: vec![(time.start, lane.capacity()), (time.end, lane.capacity())],
        paint: Paint::solid(&palette.ink_soft),
        width: 1.0,
        dash: Some((5.0, 4.0)),
    };
    let outage = DOWN_AT.as_micros()..lane.setup.up_at().as_micros();
    let second = |micros: u64| crate::time::Duration::from_micros(micros).as_secs_f64();
    Chart {
        time,
        scale: Scale::Linear { most },
        words: |value| format!("{value:.0}"),
        spans: vec![Span {
            time: second(outage.start)..second(outage.end),
            colour: &palette.failure,
            place: SpanPlace::Full,
            name: "outage",
        }],
        marks: vec![
            Marks::Bars { bars: cut(|bar| 0.0..bar.first), width, colour: &palette.success },
            Marks::Bars { bars: cut(|bar| bar.first..bar.all), width, colour: &palette.retry },
            Marks::Bars { bars: caps, width, colour: &palette.ink },
            limit,
        ],
        position: None,
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
