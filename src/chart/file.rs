//! A picture as a file: with its ground and its caption, for where there is no page around it.

use super::Caption;
use super::canvas::CanvasPen;
use super::pen::{Area, Paint, Pen};
use super::svg::SvgPen;
use crate::browser;
use crate::download::{self, Kind};
use crate::palette::Palette;
use web_sys::HtmlCanvasElement;

/// Pixels of a picture for each of its size.
const RATIO: f64 = 2.0;

/// Something that can be drawn with any pen.
pub(crate) trait Drawing {
    /// Draws it below so many pixels that are something else's.
    fn draw_below(&self, pen: &mut impl Pen, palette: &Palette, head: f64);
}

/// Hands a picture of this size to the user, as SVG or else as PNG, in a file named for these words.
pub(crate) fn save(
    words: &[&str],
    kind: Kind,
    drawing: &impl Drawing,
    palette: &Palette,
    size: (f64, f64),
    caption: &Caption<'_>,
) {
    if kind == Kind::Svg {
        download::text(words, kind, &svg(drawing, palette, size, caption));
    } else if let Some(canvas) = on_canvas(drawing, palette, size, caption) {
        download::png(words, &canvas);
    }
}

/// It as an SVG document; it looks as on a canvas.
pub(crate) fn svg(
    drawing: &impl Drawing,
    palette: &Palette,
    size: (f64, f64),
    caption: &Caption<'_>,
) -> String {
    let mut pen = SvgPen::new(size);
    draw_whole(&mut pen, drawing, palette, caption);
    pen.svg(&caption.title, &caption.about)
}

/// The same on a canvas that is not on the page; none where the browser has no canvas.
fn on_canvas(
    drawing: &impl Drawing,
    palette: &Palette,
    size: (f64, f64),
    caption: &Caption<'_>,
) -> Option<HtmlCanvasElement> {
    let canvas = browser::new_canvas(size.0 * RATIO, size.1 * RATIO)?;
    let context = browser::context_2d(&canvas)?;
    draw_whole(&mut CanvasPen::new(&context, size, RATIO), drawing, palette, caption);
    Some(canvas)
}

fn draw_whole(
    pen: &mut impl Pen,
    drawing: &impl Drawing,
    palette: &Palette,
    caption: &Caption<'_>,
) {
    let (width, height) = pen.size();
    pen.boxes(&[Area { x: 0.0, y: 0.0, width, height }], Paint::solid(&palette.panel));
    caption.draw(pen, palette);
    drawing.draw_below(pen, palette, caption.height(width));
}
