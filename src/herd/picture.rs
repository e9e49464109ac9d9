//! The load on the database of a lane as a chart, and the parts that all charts of the Herd share.

use crate::chart::{Align, Chart, Label, Marks, Point, Scale, Span, SpanPlace};
use crate::convert::{float, whole};
use crate::palette::Palette;
use fusebox::time::Duration;
use fusebox_lab::herd::{Bucket, DOWN_AT, Lane, OutageKind, Setup};
use std::ops::Range;

/// Up to this multiple of capacity the axis is linear. Higher bars are broken and have their number on
/// them, so that all lanes share one scale and any two heights can be told apart.
pub(super) const LINEAR: f64 = 4.0;

/// The multiple at which a broken bar ends, that of its label, and the top of the chart.
const BROKEN: f64 = 5.1;
const LABEL: f64 = 5.6;
const TOP: f64 = 5.9;

/// The gap in a broken bar.
const GAP: Range<f64> = 4.3..4.5;

/// The smallest distance of two labels in pixels.
const APART: f64 = 34.0;

/// A name in a chart, and its width in pixels.
type Name = (&'static str, f64);

/// The wave that the outage brings by itself.
const FIRST: Name = ("first wave", 56.0);

const OUTAGE: Name = ("outage", 42.0);
const REDUCED: Name = ("less capacity", 78.0);

/// The height of the line at the recovery, as a multiple of the capacity.
const RECOVERED: f64 = 2.6;

/// The smallest width of a bar in pixels.
const BAR_PIXELS: f64 = 2.0;

/// The dashes of the capacity line.
pub(super) const DASH: Option<(f64, f64)> = Some((5.0, 4.0));

/// The load on the database of a lane as a multiple of its capacity, for a plane of this many pixels. It
/// recovered this long after the repair: none as long as there is no evidence of it.
pub(super) fn picture<'a>(
    lane: &Lane,
    recovered: Option<Duration>,
    palette: &'a Palette,
    pixels: f64,
) -> Chart<'a> {
    let columns = Columns::of(lane, pixels, Bucket::attempts);
    let multiple = |count: u32| f64::from(count) / lane.capacity();
    let height = |count: u32| match multiple(count) {
        it if it > LINEAR => BROKEN,
        it => it,
    };
    let limit = Marks::line(limit(lane), &palette.ink, 1.0, DASH);
    let recovered = recovered.map(|after| (lane.setup.up_at() + after).as_secs_f64());
    let mark = recovered.into_iter().flat_map(|at| [(at, 0.0), (at, RECOVERED)]);
    let is_broken = |it: &Bucket| multiple(it.attempts()) > LINEAR;
    let gaps = columns.bars(|it| if is_broken(it) { GAP } else { 0.0..0.0 }, &palette.panel);
    let marks = vec![
        columns.bars(|it| 0.0..height(it.first), &palette.ink_soft),
        columns.bars(|it| height(it.first)..height(it.attempts()), &palette.retry),
        gaps,
        limit,
        Marks::line(mark.collect(), &palette.success, 1.5, None),
        named(lane, recovered, palette, pixels),
        Marks::Labels {
            labels: numbers(&columns, lane, pixels),
            colour: &palette.ink,
            ground: &palette.panel,
        },
    ];
    Chart { words: |value| format!("{value:.0}×"), ..over_time(&lane.setup, TOP, marks) }
}

/// The numbers of broken bars. Of bars that are too close for a number each, the highest has one.
fn numbers(columns: &Columns, lane: &Lane, pixels: f64) -> Vec<Label> {
    let apart = APART / pixels * lane.setup.length.as_secs_f64();
    let mut high: Vec<(f64, f64)> = columns
        .buckets
        .iter()
        .map(|(left, it)| (left + columns.width / 2.0, f64::from(it.attempts()) / lane.capacity()))
        .filter(|(_, multiple)| *multiple > LINEAR)
        .collect();
    // The highest first, and of equal ones the earliest.
    high.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.total_cmp(&b.0)));
    let mut labels: Vec<Label> = Vec::new();
    for (time, multiple) in high {
        if labels.iter().all(|it| (it.at.0 - time).abs() >= apart) {
            let text = if multiple < 10.0 {
                format!("{multiple:.1}×")
            } else {
                format!("{multiple:.0}×")
            };
            labels.push(Label { at: (time, LABEL), align: Align::Middle, text });
        }
    }
    labels
}

/// The names of the outage, and of the wave that it brings by itself: before the outage or within it,
/// where there is room for it, since later waves may follow soon.
fn named<'a>(lane: &Lane, recovered: Option<f64>, palette: &'a Palette, pixels: f64) -> Marks<'a> {
    let Setup { kind, .. } = lane.setup;
    let outage = if kind == OutageKind::Reduced { REDUCED } else { OUTAGE };
    let height = LINEAR - 0.4;
    let seconds = lane.setup.length.as_secs_f64();
    let has_room = |time: f64, name: Name| time / seconds * pixels >= name.1;
    let up = lane.setup.up_at().as_secs_f64();
    let (at, align) = if has_room(up, outage) {
        (up, Align::Right)
    } else {
        (up.midpoint(DOWN_AT.as_secs_f64()), Align::Middle)
    };
    let mut labels = vec![Label { at: (at, height - 1.0), align, text: format!("{} ", outage.0) }];
    let first = lane.setup.multiple(lane.outcome.first_wave);
    if lane.setup.all_call_at_once() && first > 1.0 {
        let (down, outage) = (DOWN_AT.as_secs_f64(), lane.setup.outage.as_secs_f64());
        let places = [
            (has_room(down, FIRST), down, Align::Right, format!("{} ", FIRST.0)),
            (
                has_room(outage, FIRST),
                down + 3.0 * Bucket::LENGTH.as_secs_f64(),
                Align::Left,
                FIRST.0.to_owned(),
            ),
        ];
        if let Some((_, at, align, text)) = places.into_iter().find(|it| it.0) {
            labels.push(Label { at: (at, height.min(first)), align, text });
        }
    }
    if let Some(at) = recovered {
        let text = " recovered".to_owned();
        labels.push(Label { at: (at, RECOVERED), align: Align::Left, text });
    }
    Marks::Labels { labels, colour: &palette.ink_soft, ground: &palette.panel }
}

/// A chart over the whole run.
pub(super) fn over_time<'a>(setup: &Setup, most: f64, marks: Vec<Marks<'a>>) -> Chart<'a> {
    Chart {
        time: 0.0..setup.length.as_secs_f64(),
        scale: Scale::Linear { most },
        words: |value| format!("{value:.0}"),
        spans: vec![outage(setup)],
        marks,
        position: None,
    }
}

/// The span of the outage; its name is a label of the upper chart, above the bars.
fn outage(setup: &Setup) -> Span {
    let time = DOWN_AT.as_secs_f64()..setup.up_at().as_secs_f64();
    Span { time, place: SpanPlace::Full, name: "" }
}

/// Capacity over time as a multiple of the normal one: constant within each span, with a step to the
/// next.
fn limit(lane: &Lane) -> Vec<Point> {
    let each = Bucket::LENGTH.as_secs_f64();
    let mut points: Vec<Point> = Vec::new();
    for n in 0..lane.buckets.len() {
        let (from, to, height) =
            (float(n) * each, float(n + 1) * each, lane.capacity_in(n) / lane.capacity());
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
    of: fn(&Bucket) -> u32,
    /// The left edge of each group and its highest bucket.
    buckets: Vec<(f64, Bucket)>,
}

impl Columns {
    pub(super) fn of(lane: &Lane, pixels: f64, of: fn(&Bucket) -> u32) -> Self {
        let merged = whole((BAR_PIXELS * float(lane.buckets.len()) / pixels).ceil());
        let merged = merged.clamp(1, 1_000) as usize;
        let width = Bucket::LENGTH.as_secs_f64() * float(merged);
        let groups = lane.buckets.chunks(merged).enumerate();
        let most_of = |group: &[Bucket]| group.iter().copied().max_by_key(of);
        let bucket = |(n, group)| Some((float(n) * width, most_of(group)?));
        Self { width, of, buckets: groups.filter_map(bucket).collect() }
    }

    /// Bars between two heights.
    pub(super) fn bars<'a>(
        &self,
        height: impl Fn(&Bucket) -> Range<f64>,
        colour: &'a str,
    ) -> Marks<'a> {
        let bars = self.buckets.iter().map(|(left, bucket)| (*left, height(bucket)));
        let bars = bars.filter(|(_, height)| height.start < height.end);
        Marks::Bars { bars: bars.collect(), width: self.width, colour }
    }

    /// A point at the right edge of each bar.
    pub(super) fn points(&self) -> Vec<Point> {
        let point = |(left, it): &(f64, Bucket)| (left + self.width, f64::from((self.of)(it)));
        self.buckets.iter().map(point).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox_lab::herd::{Strategy, find, run};

    fn labels(word: &str, pixels: f64) -> Vec<String> {
        let setup = (find("jitter").unwrap().comparison)().setup;
        let setup = Setup { clients: 1_000, ..setup };
        let lane = run(&setup, &Strategy::of(word).unwrap(), 1).unwrap();
        let palette = Palette::for_tests();
        let chart = picture(&lane, None, &palette, pixels);
        let labels = chart.marks.into_iter().rev().find_map(|marks| match marks {
            Marks::Labels { labels, .. } => Some(labels),
            _ => None,
        });
        let mut labels = labels.unwrap();
        labels.sort_by(|a, b| a.at.0.total_cmp(&b.at.0));
        labels.into_iter().map(|it| it.text).collect()
    }

    #[test]
    fn each_bar_beyond_the_linear_axis_has_its_number_if_there_is_room() {
        let (waves, jitter) = (labels("immediate", 1_200.0), labels("factor", 1_200.0));
        assert!(waves.len() >= 9, "a wave each second: {waves:?}");
        assert_eq!(jitter.len(), 1, "only the first wave: {jitter:?}");
        for text in waves.iter().chain(&jitter) {
            let number: f64 = text.strip_suffix('×').unwrap().parse().unwrap();
            assert!((LINEAR..12.0).contains(&number), "{text}");
        }
        assert!(labels("immediate", 120.0).len() < waves.len());
    }

    #[test]
    fn the_recovery_is_marked_once_there_is_evidence_of_it() {
        let setup = (find("jitter").unwrap().comparison)().setup;
        let setup = Setup { clients: 1_000, ..setup };
        let lane = run(&setup, &Strategy::of("factor").unwrap(), 1).unwrap();
        let palette = Palette::for_tests();
        let is_marked = |recovered| {
            let is_it = |label: &Label| label.text == " recovered";
            picture(&lane, recovered, &palette, 1_200.0).marks.iter().any(|marks| match marks {
                Marks::Labels { labels, .. } => labels.iter().any(is_it),
                _ => false,
            })
        };
        assert!(!is_marked(None));
        assert!(is_marked(Some(lane.outcome.recovery.after().unwrap())));
    }
}
