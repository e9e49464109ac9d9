//! A pen for a canvas of the page.

use super::pen::{Align, Area, FONTS, LETTERS, Paint, Pen};
use js_sys::Array;
use web_sys::CanvasRenderingContext2d as Context;

pub(super) struct CanvasPen<'a> {
    context: &'a Context,
    size: (f64, f64),
}

impl<'a> CanvasPen<'a> {
    /// A pen for an empty canvas of this size in CSS pixels, with this many screen pixels for each.
    pub(super) fn new(context: &'a Context, size: (f64, f64), ratio: f64) -> Self {
        // It cannot fail: the numbers are finite.
        let _ = context.set_transform(ratio, 0.0, 0.0, ratio, 0.0, 0.0);
        context.clear_rect(0.0, 0.0, size.0, size.1);
        context.set_font(&format!("{LETTERS}px {FONTS}"));
        context.set_text_baseline("middle");
        context.set_line_join("bevel");
        Self { context, size }
    }

    fn trace(&self, points: &[(f64, f64)]) {
        self.context.begin_path();
        let mut lifted = true;
        for &(x, y) in points {
            if y.is_nan() {
                lifted = true;
            } else if std::mem::take(&mut lifted) {
                self.context.move_to(x, y);
            } else {
                self.context.line_to(x, y);
            }
        }
    }

    fn fill_with(&self, paint: Paint<'_>) {
        self.context.set_global_alpha(paint.opacity);
        self.context.set_fill_style_str(paint.colour);
    }

    fn dash(&self, lengths: &Array) {
        // It cannot fail: the lengths are a list of numbers.
        let _ = self.context.set_line_dash(lengths);
    }
}

impl Pen for CanvasPen<'_> {
    fn size(&self) -> (f64, f64) {
        self.size
    }

    fn boxes(&mut self, boxes: &[Area], paint: Paint<'_>) {
        self.fill_with(paint);
        for &Area { x, y, width, height } in boxes {
            self.context.fill_rect(x, y, width, height);
        }
    }

    fn line(
        &mut self,
        points: &[(f64, f64)],
        paint: Paint<'_>,
        width: f64,
        dash: Option<(f64, f64)>,
    ) {
        self.context.set_global_alpha(paint.opacity);
        self.context.set_stroke_style_str(paint.colour);
        self.context.set_line_width(width);
        if let Some((drawn, free)) = dash {
            self.dash(&Array::of2(&drawn.into(), &free.into()));
        }
        self.trace(points);
        self.context.stroke();
        if dash.is_some() {
            self.dash(&Array::new());
        }
    }

    fn area(&mut self, outline: &[(f64, f64)], paint: Paint<'_>) {
        self.fill_with(paint);
        self.trace(outline);
        self.context.fill();
    }

    fn text(&mut self, text: &str, at: (f64, f64), align: Align, colour: &str) {
        self.fill_with(Paint::solid(colour));
        self.context.set_text_align(match align {
            Align::Left => "left",
            Align::Middle => "center",
            Align::Right => "right",
        });
        // It cannot fail: the place is finite.
        let _ = self.context.fill_text(text, at.0, at.1);
    }
}
