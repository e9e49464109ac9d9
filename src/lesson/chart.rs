//! The chart of what is in focus, with the run without it as a dashed line.

use crate::chart::{
    Canvas, Chart, Marks, OnCanvas, Paint, Point, Scale, draw_on_canvas, nice_ceiling,
};
use crate::palette::Palette;
use crate::playground::shown;
use fusebox::time::Instant;
use fusebox_lab::lesson::Focus;
use fusebox_lab::link::Link;
use fusebox_lab::query::series::Series;
use fusebox_lab::query::{Ran, Unit};
use fusebox_lab::words::capital;
use fusebox_sim::{Dependency, Scenario};
use std::ops::Range;
use std::rc::Rc;
use web_sys::HtmlCanvasElement;
use yew::prelude::*;

/// The series of a focus, if it names one, and the dependency that it is of.
pub(crate) fn focused(focus: &[Focus]) -> (Option<&'static Series>, Option<Dependency>) {
    let series = focus.iter().find_map(|focus| Series::find(&focus.0));
    let of = |focus: &Focus| Dependency::ALL.into_iter().find(|on| on.name() == focus.0);
    (series, focus.iter().find_map(of))
}

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) series: &'static Series,
    pub(crate) on: Option<Dependency>,
    /// The run that is shown, and the one beside it, with their names.
    pub(crate) runs: Vec<(AttrValue, RanOf)>,
    pub(crate) now: Instant,
    /// The link of the world, whose time bar is under the chart.
    pub(crate) link: AttrValue,
}

/// A run, compared by its address.
#[derive(Clone)]
pub(crate) struct RanOf(pub(crate) Rc<Ran>);

impl PartialEq for RanOf {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

#[component(FocusChart)]
pub(crate) fn focus_chart(props: &Props) -> Html {
    let Props { series, on, runs, now, link } = props;
    let scenario = use_memo(link.clone(), |link| match Link::read(link).0 {
        Link::Playground(of) => of.scenario,
        _ => Scenario::default(),
    });
    let time = shown(&scenario, *now);
    let lines = use_memo((runs.clone(), *series, *on), |(runs, series, on)| {
        runs.iter().map(|(_, ran)| line(&ran.0, series, *on)).collect::<Vec<_>>()
    });
    let now = now.as_secs_f64();
    let reading = |line: &Vec<Point>| {
        let end = line.partition_point(|(at, _)| *at <= now);
        let value = end.checked_sub(1).map_or(f64::NAN, |n| line[n].1);
        if value.is_nan() { "–".to_owned() } else { series.unit.text(value) }
    };
    let readings = runs.iter().zip(lines.iter()).map(|((name, _), line)| {
        html! { <li>{ name }{ " " }<b>{ reading(line) }</b></li> }
    });
    let (unit, palette) = (series.unit, Palette::read());
    let picture = Picture { lines: lines.clone(), unit, time, now, palette };
    html! {
        <figure class="focus panel">
            <figcaption class="focus__head">
                <span>{ capital(series.about) }</span>
                <ul class="focus__readings">{ for readings }</ul>
            </figcaption>
            <Canvas<Picture> class="focus__plot" {picture} />
        </figure>
    }
}

/// A series of a run, with gaps where it has no value.
fn line(ran: &Ran, series: &Series, on: Option<Dependency>) -> Vec<Point> {
    let points = ran.series(series, on, 0).into_iter();
    points.map(|(at, value)| (at.as_secs_f64(), value.unwrap_or(f64::NAN))).collect()
}

/// The lines as far as they have been played.
#[derive(Clone, PartialEq)]
struct Picture {
    lines: Rc<Vec<Vec<Point>>>,
    unit: Unit,
    time: Range<f64>,
    now: f64,
    palette: Palette,
}

impl OnCanvas for Picture {
    fn draw(&self, canvas: &HtmlCanvasElement) {
        draw_on_canvas(canvas, &self.chart(), &self.palette);
    }
}

impl Picture {
    fn chart(&self) -> Chart<'_> {
        let size = size(self.unit);
        let points = || self.lines.iter().flatten().map(|&(at, value)| (at, value * size));
        let most = points().map(|point| point.1).filter(|it| !it.is_nan()).fold(0.0, f64::max);
        let most = if most > 0.0 { nice_ceiling(most) } else { 1.0 };
        let solid = Paint::solid(&self.palette.ink);
        let dashed = Paint::solid(&self.palette.failure);
        let marks = self.lines.iter().zip([(solid, 1.8, None), (dashed, 1.5, Some((4.0, 3.0)))]);
        let marks = marks.map(|(line, (paint, width, dash))| {
            let played = line.partition_point(|(at, _)| *at <= self.now);
            let points = line[..played].iter().map(|&(at, value)| (at, value * size)).collect();
            Marks::Line { points, paint, width, dash }
        });
        Chart {
            time: self.time.clone(),
            scale: Scale::Linear { most },
            words: words(self.unit),
            spans: Vec::new(),
            marks: marks.rev().collect(),
            position: Some(self.now),
        }
    }
}

/// What a value is multiplied with for the scale, which labels only whole numbers.
const fn size(unit: Unit) -> f64 {
    match unit {
        Unit::Share => 100.0,
        Unit::Time => 1_000.0,
        _ => 1.0,
    }
}

/// How a value is written beside the scale.
fn words(unit: Unit) -> fn(f64) -> String {
    match unit {
        Unit::Share => |value| Unit::Share.text(value / size(Unit::Share)),
        Unit::Time => |value| Unit::Time.text(value / size(Unit::Time)),
        Unit::Rate => |value| Unit::Rate.text(value),
        _ => |value| Unit::Number.text(value),
    }
}
