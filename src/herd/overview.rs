//! The load of the lanes of a comparison as a picture for a file.

use super::picture::picture;
use crate::chart::{Align, Caption, Drawing, Pen, RIGHT, plane_within, svg};
use crate::convert::float;
use crate::palette::Palette;
use fusebox_lab::herd::{Comparison, Lane, run};
use fusebox_lab::link::SEED;

/// The most lanes that are on the picture.
const LANES: usize = 3;

/// How much wider the bars are than on the page.
const WIDER: f64 = 3.0;

/// The height of the name of a lane in pixels.
const NAME: f64 = 22.0;

/// The first lanes of a comparison.
pub(crate) struct Overview(Vec<Lane>);

impl Overview {
    pub(crate) fn of(comparison: &Comparison) -> Self {
        let lanes = comparison.lanes.iter().take(LANES);
        Self(lanes.filter_map(|it| run(&comparison.setup, it, SEED).ok()).collect())
    }

    /// Their loads, as an SVG document of this size.
    pub(crate) fn picture(&self, palette: &Palette, size: (f64, f64)) -> String {
        svg(self, palette, size, &Caption::default())
    }
}

impl Drawing for Overview {
    fn draw_below(&self, pen: &mut impl Pen, palette: &Palette, head: f64) {
        let (width, bottom) = pen.size();
        let each = (bottom - head) / float(self.0.len().max(1));
        for (n, lane) in self.0.iter().enumerate() {
            let top = head + each * float(n);
            pen.text(&lane.strategy.title(), (RIGHT, top + NAME / 2.0), Align::Left, &palette.ink);
            // Wider bars than on the page make a small file.
            let chart =
                picture(lane, lane.outcome.recovery.after(), palette, plane_within(width) / WIDER);
            chart.draw_between(pen, palette, top + NAME..top + each);
        }
    }
}
