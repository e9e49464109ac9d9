//! The four charts under the stage, on one axis of time.
//!
//! The stage owns the samples; it has [`ChartsPainter`] draw one chart after the other, and hands what
//! there is to read at a moment as a [`ChartsView`] to [`Charts`], which is all of the page that they
//! have.

mod export;
mod moment;
mod picture;
mod quantity;
mod reading;
mod series;
mod sheet;
mod spans;
mod table;
mod view;

use crate::chart::{draw_on_canvas, plane_width};
use crate::palette::Palette;
pub(super) use export::{Export, Named};
use fusebox::time::Instant;
use fusebox_sim::{Dependency, Sample, Scenario};
pub(super) use reading::ChartsView;
pub(super) use spans::{Mark, MarkKind};
use std::collections::VecDeque;
use std::ops::Range;
pub(super) use view::{Charts, Props as ChartsProps};
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

    /// What a file with it is called.
    const fn file_name(self) -> &'static str {
        match self {
            Self::Calls => "calls",
            Self::Latency => "latency",
            Self::Load => "attempts",
            Self::Busy => "in-use",
        }
    }
}

/// How many charts there are.
pub(super) const CHARTS: usize = 4;

/// What the charts are about.
#[derive(Clone, Debug)]
pub(super) struct ChartData<'a> {
    /// All that was recorded of the run, even what lies after `now`.
    pub(super) samples: &'a VecDeque<Sample>,
    /// Those of the same run with other settings.
    pub(super) baseline: Option<&'a VecDeque<Sample>>,
    /// What is run.
    pub(super) scenario: &'a Scenario,
    /// The dependency whose load, faults and breaker are shown.
    pub(super) on: Dependency,
    /// The position in time.
    pub(super) now: Instant,
    /// The seconds that are shown.
    pub(super) range: Range<f64>,
}

/// Draws the charts, on the canvases that [`Charts`] has put on the page.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct ChartsPainter {
    canvases: [NodeRef; CHARTS],
}

impl ChartsPainter {
    /// Draws the chart with this number, which is taken to go round; nothing while it is not on the
    /// page.
    pub(super) fn draw(&self, which: usize, data: &ChartData<'_>, palette: &Palette) {
        let which = which % CHARTS;
        if let Some(canvas) = self.canvases[which].cast::<HtmlCanvasElement>() {
            let pixels = plane_width(&canvas);
            let chart = picture::picture(ChartKind::ALL[which], data, palette, pixels);
            draw_on_canvas(&canvas, &chart, palette);
        }
    }
}
