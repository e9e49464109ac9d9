//! The four charts under the stage, on one time axis.
//!
//! The stage owns the samples; it draws the charts in turn ([`draw`]), and passes the readings at a
//! moment as a [`ChartsView`] to [`Charts`], which need nothing else of the run.

mod export;
mod picture;
mod quantity;
mod reading;
mod series;
mod view;

use crate::chart::{draw_on_canvas, plane_width};
use crate::palette::Palette;
pub(super) use export::Export;
use fusebox::time::Instant;
use fusebox_sim::{Dependency, Gauges, Sample, Scenario};
pub(super) use reading::ChartsView;
use std::collections::VecDeque;
use std::ops::Range;
pub(super) use view::Charts;
use web_sys::HtmlCanvasElement;
use yew::NodeRef;

/// One of the charts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ChartKind {
    /// Calls per second.
    Calls,
    /// The latency of useful answers.
    Latency,
    /// Attempts that arrive at the dependency.
    Load,
    /// The utilisation of workers, connections and slots.
    Busy,
}

impl ChartKind {
    /// All charts, in their order on the page.
    const ALL: [Self; CHARTS] = [Self::Calls, Self::Latency, Self::Load, Self::Busy];
}

/// The number of charts.
pub(super) const CHARTS: usize = 4;

/// The canvases of the charts, in their order on the page.
pub(super) type Canvases = [NodeRef; CHARTS];

/// The input of the charts.
#[derive(Clone, Debug)]
pub(super) struct ChartData<'a> {
    /// All recorded samples of the run, even those after `now`.
    pub(super) samples: &'a VecDeque<Sample>,
    /// The samples of the baseline.
    pub(super) baseline: Option<&'a VecDeque<Sample>>,
    /// The name of the baseline.
    pub(super) baseline_name: &'static str,
    /// The scenario of the run.
    pub(super) scenario: &'a Scenario,
    /// The dependency whose load, faults and breaker are shown.
    pub(super) on: Dependency,
    /// The position in time.
    pub(super) now: Instant,
    /// The state of the world at that moment; none for a baseline.
    pub(super) gauges: Option<Gauges>,
    /// The range in seconds.
    pub(super) range: Range<f64>,
}

/// Draws the chart with this number, modulo the number of charts, on its canvas; does nothing while the
/// canvas is not on the page.
pub(super) fn draw(canvases: &Canvases, which: usize, data: &ChartData<'_>, palette: &Palette) {
    let which = which % CHARTS;
    if let Some(canvas) = canvases[which].cast::<HtmlCanvasElement>() {
        let pixels = plane_width(&canvas);
        let chart = picture::picture(ChartKind::ALL[which], data, palette, pixels);
        draw_on_canvas(&canvas, &chart, palette);
    }
}

#[cfg(test)]
impl<'a> ChartData<'a> {
    /// The recorded samples of a world, for tests.
    fn of(world: &'a fusebox_sim::World) -> Self {
        Self {
            samples: world.measures().samples(),
            baseline: None,
            baseline_name: "without protection",
            scenario: world.scenario(),
            on: Dependency::Postgres,
            now: world.now(),
            gauges: Some(world.gauges()),
            range: 0.0..60.0,
        }
    }
}
