//! The chart of a lane's attempts over its seeds.

use crate::chart::{
    Canvas, Caption, Chart, Key, Look, Marks, OnCanvas, Paint, Point, draw_on_canvas, nice_ceiling,
    plane_width, thinned,
};
use crate::herd::picture::{DASH, over_time};
use crate::palette::Palette;
use fusebox_lab::bands::BucketSpread;
use fusebox_lab::herd::{Bucket, Setup, Strategy};
use std::rc::Rc;
use web_sys::HtmlCanvasElement;
use yew::prelude::*;

/// The charts end at this multiple of capacity, so that all lanes can share one scale.
pub(super) const CUT: f64 = 5.0;

/// The opacity of the band.
const BAND: f64 = 0.3;

/// The attempts of a lane in each bucket, over its seeds.
pub(super) type Attempts = Rc<Vec<BucketSpread>>;

/// The top of the scale that the charts of all lanes share, in attempts; and whether any lane exceeds
/// it.
pub(super) fn most(lanes: &[Attempts], setup: &Setup) -> (f64, bool) {
    let cut = capacity(setup) * CUT;
    let high = lanes.iter().flat_map(|lane| lane.iter()).map(|bucket| bucket.high);
    let high = high.fold(capacity(setup), f64::max);
    (nice_ceiling(high).min(cut), high > cut)
}

/// The capacity of the database in attempts per bucket.
fn capacity(setup: &Setup) -> f64 {
    setup.capacity_per_second() * Bucket::LENGTH.as_secs_f64()
}

/// The median of a lane and the band around it, for a plane of this many pixels.
pub(super) fn picture<'a>(
    attempts: &[BucketSpread],
    setup: &Setup,
    most: f64,
    palette: &'a Palette,
    pixels: f64,
) -> Chart<'a> {
    let length = setup.length.as_secs_f64();
    let half = Bucket::LENGTH.as_secs_f64() / 2.0;
    let points = |value: fn(&BucketSpread) -> f64| -> Vec<Point> {
        let points = attempts.iter().enumerate();
        let points =
            points.map(|(n, it)| (Bucket::end_of(n).as_secs_f64() - half, value(it).min(most)));
        thinned(points, length / pixels)
    };
    let limit = vec![(0.0, capacity(setup)), (length, capacity(setup))];
    let band = Marks::Between {
        upper: points(|bucket| bucket.high),
        lower: points(|bucket| bucket.low),
        paint: Paint { colour: &palette.ink_soft, opacity: BAND },
    };
    let limit = Marks::line(limit, &palette.ink_soft, 1.0, DASH);
    let median = Marks::line(points(|bucket| bucket.median), &palette.ink, 1.6, None);
    over_time(setup, most, vec![band, limit, median])
}

/// The caption of the chart in a file.
pub(super) fn caption<'a>(name: &str, seeds: &str, palette: &'a Palette) -> Caption<'a> {
    let key = |label: &str, colour: &'a str, look| Key { label: label.to_owned(), colour, look };
    Caption {
        title: format!("{name}: attempts at the database in 100 ms, {seeds}"),
        about: "The median over the seeds, and the 5-95 % band.".to_owned(),
        keys: vec![
            key("median", &palette.ink, Look::Line(1.6, None)),
            key("5-95 %", &palette.ink_soft, Look::Fill(8.0)),
            key("capacity", &palette.ink_soft, Look::Line(1.0, DASH)),
        ],
    }
}

/// The chart of a lane on a canvas of the page.
#[derive(Clone, PartialEq)]
pub(super) struct BandPicture {
    pub(super) attempts: Attempts,
    pub(super) setup: Setup,
    pub(super) most: f64,
    pub(super) palette: Rc<Palette>,
    /// The width of the page: a change of it redraws everything.
    pub(super) width: i32,
}

impl OnCanvas for BandPicture {
    fn draw(&self, canvas: &HtmlCanvasElement) {
        let Self { attempts, setup, most, palette, .. } = self;
        let chart = picture(attempts, setup, *most, palette, plane_width(canvas));
        draw_on_canvas(canvas, &chart, palette);
    }
}

/// The chart of one lane on the page.
pub(super) fn chart(lane: &Strategy, picture: BandPicture) -> Html {
    let name = lane.title();
    let label = format!(
        "{name}: attempts at the database over time, as a median with its 5-95 % band. The table below has the numbers."
    );
    html! {
        <figure class="bands__chart">
            <figcaption>{ name }</figcaption>
            <Canvas<BandPicture> class="" label={AttrValue::from(label)} {picture} />
        </figure>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lane(high: f64) -> Attempts {
        Rc::new(vec![
            BucketSpread { low: 1.0, median: 2.5, high },
            BucketSpread { low: 2.0, median: 3.0, high: 4.0 },
        ])
    }

    #[test]
    fn all_lanes_have_one_scale_that_is_cut_where_the_lanes_are() {
        let setup = Setup::default();
        let capacity = capacity(&setup);
        let times = |factor: f64| lane(capacity * factor);
        let (low, is_cut) = most(&[times(0.2), lane(0.0)], &setup);
        assert!(low >= capacity && low < 2.0 * capacity && !is_cut, "{low}");
        let (high, is_cut) = most(&[times(0.2), times(80.0)], &setup);
        assert!((high - CUT * capacity).abs() < 1e-9 && is_cut, "{high}");
    }

    #[test]
    fn a_chart_has_the_band_behind_the_limit_and_the_median() {
        let (palette, setup) = (Palette::for_tests(), Setup::default());
        let chart = picture(&lane(900.0), &setup, 100.0, &palette, 800.0);
        let [Marks::Between { upper, lower, .. }, Marks::Line { .. }, Marks::Line { points, .. }] =
            &chart.marks[..]
        else {
            panic!("other marks");
        };
        assert_eq!(*upper, [(0.05, 100.0), (0.15, 4.0)].map(near(upper)));
        assert_eq!(lower.iter().map(|point| point.1).collect::<Vec<_>>(), [1.0, 2.0]);
        assert_eq!(points.iter().map(|point| point.1).collect::<Vec<_>>(), [2.5, 3.0]);
    }

    /// The computed point's moment, if it equals this one but for rounding.
    fn near(points: &[Point]) -> impl Fn(Point) -> Point + '_ {
        |(at, value)| {
            let same = points.iter().find(|point| (point.0 - at).abs() < 1e-9);
            (same.map_or(at, |point| point.0), value)
        }
    }
}
