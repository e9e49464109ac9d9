//! The backlog of a lane as a chart: the calls in flight, and the requests in the database.

use super::picture::{Columns, over_time};
use crate::chart::{Chart, Marks};
use crate::palette::Palette;
use fusebox_lab::herd::{Bucket, Lane};
use fusebox_lab::words::count;

/// The calls in flight and the requests in the database, for a plane of this many pixels. All lanes
/// share one scale: one call of each client and a quarter more.
pub(super) fn backlog<'a>(lane: &Lane, palette: &'a Palette, pixels: f64) -> Chart<'a> {
    let most = f64::from(lane.setup.clients) * 1.25;
    let columns = Columns::of(lane, pixels, Bucket::in_database);
    let in_flight = Columns::of(lane, pixels, |it| it.in_flight);
    let height = |count: u32| f64::from(count).min(most);
    let cap = |it: &Bucket| if f64::from(it.in_database()) > most { most * 0.92 } else { most };
    // Stripes, so that what is queued differs from what is in service by more than its colour.
    let height_of_one = most / STRIPES;
    let starts = (0..).map(|n| f64::from(n) * 2.0 * height_of_one);
    let gaps = starts.take_while(|from| *from < most).map(|from| {
        let within = |it: &Bucket| {
            from.max(height(it.busy))..(from + height_of_one).min(height(it.in_database()))
        };
        columns.bars(within, &palette.panel)
    });
    let mut marks = vec![
        columns.bars(|it| 0.0..height(it.busy), &palette.ink_soft),
        columns.bars(|it| height(it.busy)..height(it.in_database()), &palette.slow),
    ];
    marks.extend(gaps);
    marks.push(columns.bars(|it| cap(it)..most, &palette.ink));
    marks.push(Marks::line(in_flight.points(), &palette.ink, 1.2, None));
    over_time(&lane.setup, most, marks)
}

/// The number of stripes and gaps in a full queue.
const STRIPES: f64 = 24.0;

/// The chart as a sentence.
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
    use crate::chart::Marks;
    use fusebox_lab::herd::{Setup, Strategy, run};
    use std::ops::Range;

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
        let (queue, caps) = (bars(&chart, 1), bars(&chart, chart.marks.len() - 2));
        assert!(!caps.is_empty() && queue.iter().all(|(_, height)| height.end <= 125.0));
        assert!(told(&lane).contains("requests are in the database"), "{}", told(&lane));

        let lane = super::tests::lane("full-budget-shared");
        let chart = backlog(&lane, &palette, 400.0);
        assert!(bars(&chart, chart.marks.len() - 2).is_empty());
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
