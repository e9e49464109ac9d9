//! The four charts under the stage, on one axis of time.
//!
//! The stage owns the samples; it draws one chart after the other ([`draw`]), and hands what there is to
//! read at a moment as a [`ChartsView`] to [`Charts`], which is all of the page that they have.

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
use fusebox_sim::{Dependency, Sample, Scenario};
pub(super) use reading::ChartsView;
use std::collections::VecDeque;
use std::ops::Range;
pub(super) use view::Charts;
use web_sys::HtmlCanvasElement;
use yew::NodeRef;

/// One of the charts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ChartKind {
    /// Calls a second.
    Calls,
    /// How long useful answers take.
    Latency,
    /// Attempts that come to the dependency.
    Load,
    /// What is busy of all that can be.
    Busy,
}

impl ChartKind {
    /// All of them, in their order on the page.
    const ALL: [Self; CHARTS] = [Self::Calls, Self::Latency, Self::Load, Self::Busy];
}

/// How many charts there are.
pub(super) const CHARTS: usize = 4;

/// The canvases of the charts, in their order on the page.
pub(super) type Canvases = [NodeRef; CHARTS];

/// What the charts are about.
#[derive(Clone, Debug)]
pub(super) struct ChartData<'a> {
    /// All that was recorded of the run, even what lies after `now`.
    pub(super) samples: &'a VecDeque<Sample>,
    /// Those of the same run with other settings.
    pub(super) baseline: Option<&'a VecDeque<Sample>>,
    /// What the run with other settings is called.
    pub(super) baseline_name: &'static str,
    /// What is run.
    pub(super) scenario: &'a Scenario,
    /// The dependency whose load, faults and breaker are shown.
    pub(super) on: Dependency,
    /// The position in time.
    pub(super) now: Instant,
    /// The seconds that are shown.
    pub(super) range: Range<f64>,
}

/// Draws the chart with this number, which is taken to go round, on its canvas; nothing while that is
/// not on the page.
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
    /// What a world has recorded, for tests.
    fn of(world: &'a fusebox_sim::World) -> Self {
        Self {
            samples: world.measures().samples(),
            baseline: None,
            baseline_name: "without protection",
            scenario: world.scenario(),
            on: Dependency::Postgres,
            now: world.now(),
            range: 0.0..60.0,
        }
    }
}
