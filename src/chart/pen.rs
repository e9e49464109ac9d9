//! The pen with which charts are drawn.

/// A drawing surface; all lengths are in pixels from the left and from the top.
pub(crate) trait Pen {
    /// Width and height.
    fn size(&self) -> (f64, f64);
    /// Fills upright rectangles.
    fn boxes(&mut self, boxes: &[Area], paint: Paint<'_>);
    /// Draws a line through points; NaN interrupts it.
    fn line(
        &mut self,
        points: &[(f64, f64)],
        paint: Paint<'_>,
        width: f64,
        dash: Option<(f64, f64)>,
    );
    /// Fills an outline.
    fn area(&mut self, outline: &[(f64, f64)], paint: Paint<'_>);
    /// Writes a short label, vertically centred at this height.
    fn text(&mut self, text: &str, at: (f64, f64), align: Align, colour: &str);
}

/// An axis-aligned rectangle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Area {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

/// A colour and its opacity, from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Paint<'a> {
    pub(crate) colour: &'a str,
    pub(crate) opacity: f64,
}

impl<'a> Paint<'a> {
    /// An opaque colour.
    pub(crate) const fn solid(colour: &'a str) -> Self {
        Self { colour, opacity: 1.0 }
    }
}

/// The part of a text that is at its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Middle,
    Right,
}

/// The font size in pixels.
pub(super) const LETTERS: f64 = 11.0;

/// The fonts of the system, as on the rest of the page.
pub(super) const FONTS: &str = "system-ui, -apple-system, 'Segoe UI', sans-serif";
