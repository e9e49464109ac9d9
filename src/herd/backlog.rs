//! The backlog of a lane as a chart: the calls in flight, and the requests in the database.

use super::picture::{columns, outage};
use crate::chart::{Chart, Marks, Paint, Scale, Span};
use crate::format::count;
use crate::palette::Palette;
use fusebox_lab::herd::{Bucket, Lane};
use std::ops::Range;

/// All lanes share one scale, with room for a call of each client and a quarter more.
fn most(lane: &Lane) -> f64 {
    f64::from(lane.setup.clients) * 1.25
}

/// The calls in flight and the requests in the database, for a plane of this many pixels.
pub(super) fn backlog<'a>(lane: &Lane, palette: &'a Palette, pixels: f64) -> Chart<'a> {
    let most = most(lane);
    let (width, columns) = columns(lane, pixels);
    let fullest = |(left, group): (f64, &[Bucket])| {
        let fullest = group.iter().max_by_key(|it| it.in_database())?;
        let in_flight = group.iter().map(|it| it.in_flight).max()?;
        Some((left, *fullest, f64::from(in_flight)))
    };
    let columns: Vec<(f64, Bucket, f64)> = columns.filter_map(fullest).collect();
    let bars = |height: fn(&Bucket) -> Range<f64>| -> Vec<(f64, Range<f64>)> {
        let bar = |(left, it, _): &(f64, Bucket, f64)| {
            let Range { start, end } = height(it);
            (*left, start.min(most)..end.min(most))
        };
        columns.iter().map(bar).filter(|(_, height)| !height.is_empty()).collect()
    };
    let cut = columns.iter().filter(|(_, it, _)| f64::from(it.in_database()) > most);
    let caps = cut.map(|(left, ..)| (*left, most * 0.92..most)).collect();
    let in_flight = columns.iter().map(|(left, _, calls)| (left + width, *calls)).collect();
    Chart {
        time: 0.0..lane.setup.length.as_secs_f64(),
        scale: Scale::Linear { most },
        words: |value| format!("{value:.0}"),
        // The chart above has the label, and here the line would cross it.
        spans: vec![Span { name: "", ..outage(lane) }],
        marks: vec![
            Marks::Bars { bars: bars(|it| 0.0..it.busy.into()), width, colour: &palette.ink_soft },
            Marks::Bars {
                bars: bars(|it| it.busy.into()..it.in_database().into()),
                width,
                colour: &palette.slow,
            },
            Marks::Bars { bars: caps, width, colour: &palette.ink },
            Marks::Line {
                points: in_flight,
                paint: Paint::solid(&palette.ink),
                width: 1.2,
                dash: None,
            },
        ],
        position: None,
    }
}

/// The chart in a sentence.
pub(super) fn told(lane: &Lane) -> String {
    let most = |of: fn(&Bucket) -> u32| lane.buckets.iter().map(of).max().unwrap_or_default();
    let last = lane.buckets.last().copied().unwrap_or_default();
    let words = |number: u32| count(number.into());
    format!(
        "At most {} requests are in the database, and {} at the end; at most {} calls are in flight, and \
         {} at the end.",
        words(most(Bucket::in_database)),
        words(last.in_database()),
        words(most(|it| it.in_flight)),
        words(last.in_flight),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox_lab::herd::{Setup, Strategy, run};

    fn lane(word: &str) -> Lane {
        let setup = Setup { clients: 100, ..Setup::default() };
        run(&setup, &Strategy::of(word).unwrap(), 1).unwrap()
    }

    fn bars<'a>(chart: &'a Chart<'_>, n: usize) -> &'a [(f64, Range<f64>)] {
        match &chart.marks[n] {
            Marks::Bars { bars, .. } => bars,
            _ => panic!("no bars"),
        }
    }

    #[test]
    fn a_queue_that_grows_is_cut_and_one_that_does_not_is_whole() {
        let palette = Palette::for_tests();
        let lane = lane("immediate");
        let chart = backlog(&lane, &palette, 400.0);
        let (queue, caps) = (bars(&chart, 1), bars(&chart, 2));
        assert!(!caps.is_empty() && queue.iter().all(|(_, height)| height.end <= 125.0));
        assert!(told(&lane).contains("requests are in the database"), "{}", told(&lane));

        let lane = super::tests::lane("full-budget-shared");
        assert!(bars(&backlog(&lane, &palette, 400.0), 2).is_empty());
    }

    #[test]
    fn a_bar_stands_for_the_fullest_of_its_buckets() {
        let palette = Palette::for_tests();
        let lane = lane("fixed");
        let highest = |pixels: f64| {
            let chart = backlog(&lane, &palette, pixels);
            bars(&chart, 1).iter().map(|(_, height)| height.end).fold(0.0, f64::max)
        };
        assert!(highest(1_000.0) > 0.0);
        assert!((highest(1_000.0) - highest(100.0)).abs() < 1e-9);
    }
}
