//! The charts under the stage, from the samples of the last minute.

use crate::app::chart::{Chart, Marks, Span, SpanHeight, nice_ceiling};
use crate::app::palette::Palette;
use crate::app::playground::DATABASE;
use crate::engine::StateName;
use crate::sim::{SAMPLE_EVERY, Sample, World};
use std::collections::VecDeque;
use std::ops::Range;

/// How much of the past the charts show, in seconds.
const SHOWN: f64 = 60.0;

/// A rate is smoothed over so many samples, half a second.
const SMOOTHED: usize = 5;

/// The calls: offered, goodput and errors a second.
pub(super) fn calls(world: &World, palette: &Palette) -> Chart {
    chart(
        world,
        palette,
        &[
            (palette.ink_soft.as_str(), false, |sample| sample.calls),
            (palette.success.as_str(), true, |sample| sample.useful),
            (palette.failure.as_str(), false, |sample| sample.errors),
        ],
    )
}

/// The attempts at the database a second: all of them, and the retries among them.
pub(super) fn attempts(world: &World, palette: &Palette) -> Chart {
    chart(
        world,
        palette,
        &[
            (palette.ink_soft.as_str(), true, |sample| sample.load[DATABASE].attempts()),
            (palette.retry.as_str(), false, |sample| sample.load[DATABASE].retries),
        ],
    )
}

type Quantity<'a> = (&'a str, bool, fn(&Sample) -> u32);

fn chart(world: &World, palette: &Palette, quantities: &[Quantity<'_>]) -> Chart {
    let end = world.now().as_secs_f64().max(SHOWN);
    let time = end - SHOWN..end;
    let samples = world.measures().samples();
    let first = samples.partition_point(|sample| sample.at.as_secs_f64() < time.start);
    let shown: Vec<&Sample> = samples.range(first..).collect();
    let marks: Vec<Marks> = quantities
        .iter()
        .map(|&(colour, filled, value)| Marks::Line {
            points: smoothed(&shown, value),
            colour: colour.to_owned(),
            filled,
        })
        .collect();
    let highest = marks.iter().flat_map(heights).fold(250.0, f64::max);
    Chart {
        spans: spans(samples, &time, palette),
        time,
        most: nice_ceiling(highest),
        marks,
        limit: None,
        position: Some(world.now().as_secs_f64()),
    }
}

fn heights(marks: &Marks) -> impl Iterator<Item = f64> {
    let points = match marks {
        Marks::Line { points, .. } => points.as_slice(),
        Marks::Bars { .. } => &[],
    };
    points.iter().map(|&(_, height)| height)
}

fn smoothed(samples: &[&Sample], value: fn(&Sample) -> u32) -> Vec<(f64, f64)> {
    let per_second = 1.0 / SAMPLE_EVERY.as_secs_f64();
    let at = |n: usize| {
        let around = &samples[n.saturating_sub(SMOOTHED - 1)..=n];
        let sum: f64 = around.iter().map(|sample| f64::from(value(sample))).sum();
        #[expect(clippy::cast_precision_loss, reason = "a handful")]
        let mean = sum / around.len() as f64;
        (samples[n].at.as_secs_f64(), mean * per_second)
    };
    (0..samples.len()).map(at).collect()
}

/// Faults as tinted stretches, and the breaker's states as a strip along the top.
fn spans(samples: &VecDeque<Sample>, time: &Range<f64>, palette: &Palette) -> Vec<Span> {
    let fault = stretches(samples, time, SpanHeight::Full, |sample| {
        sample.gauges.dependencies[DATABASE].fault.map(|_| palette.failure.as_str())
    });
    let breaker = stretches(samples, time, SpanHeight::Strip, |sample| {
        match sample.gauges.dependencies[DATABASE].breaker {
            Some(StateName::Open) => Some(palette.fast.as_str()),
            Some(StateName::HalfOpen) => Some(palette.slow.as_str()),
            Some(StateName::Closed) | None => None,
        }
    });
    fault.into_iter().chain(breaker).collect()
}

fn stretches<'a>(
    samples: &VecDeque<Sample>,
    time: &Range<f64>,
    height: SpanHeight,
    colour_of: impl Fn(&Sample) -> Option<&'a str>,
) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    let every = SAMPLE_EVERY.as_secs_f64();
    for sample in samples {
        let end = sample.at.as_secs_f64();
        let (Some(colour), true) = (colour_of(sample), end > time.start) else { continue };
        let start = (end - every).max(time.start);
        match spans.last_mut() {
            Some(last) if last.colour == colour && start - last.time.end < every / 2.0 => {
                last.time.end = end;
            }
            _ => spans.push(Span { time: start..end, colour: colour.to_owned(), height }),
        }
    }
    spans
}
