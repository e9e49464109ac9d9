//! Strokes, fills and words on a canvas.

use super::geometry::{Point, Rect};
use std::f64::consts::TAU;
use wasm_bindgen::JsValue;
use web_sys::CanvasRenderingContext2d as Context;

const FONT: &str = "system-ui, -apple-system, 'Segoe UI', sans-serif";

/// The weight and the size of words.
pub(super) const TITLE: (u32, f64) = (620, 14.0);
pub(super) const WORDS: (u32, f64) = (400, 12.0);
pub(super) const SMALL: (u32, f64) = (400, 11.0);

/// A pen for one canvas.
#[derive(Clone, Copy)]
pub(super) struct Pen<'a>(pub(super) &'a Context);

// What the context says it might fail at cannot: the numbers are finite, and no radius is negative.
impl Pen<'_> {
    pub(super) fn line(self, points: impl Iterator<Item = Point>, colour: &str, width: f64) {
        self.0.begin_path();
        for (n, Point { x, y }) in points.enumerate() {
            if n == 0 { self.0.move_to(x, y) } else { self.0.line_to(x, y) }
        }
        self.0.set_stroke_style_str(colour);
        self.0.set_line_width(width);
        self.0.stroke();
    }

    pub(super) fn dash(self, pattern: &[f64]) {
        let segments: js_sys::Array = pattern.iter().map(|&length| JsValue::from(length)).collect();
        let _ = self.0.set_line_dash(&segments);
    }

    pub(super) fn opacity(self, share: f64) {
        self.0.set_global_alpha(share);
    }

    /// A box with round corners, filled and with a line around it.
    pub(super) fn round(
        self,
        place: Rect,
        radius: f64,
        fill: Option<&str>,
        line: Option<(&str, f64)>,
    ) {
        self.0.begin_path();
        let Rect { x, y, width, height } = place;
        let _ = self.0.round_rect_with_f64(x, y, width, height, radius);
        if let Some(fill) = fill {
            self.0.set_fill_style_str(fill);
            self.0.fill();
        }
        if let Some((line, width)) = line {
            self.0.set_stroke_style_str(line);
            self.0.set_line_width(width);
            self.0.stroke();
        }
    }

    /// Many boxes in one go: setting a colour costs more than drawing.
    pub(super) fn boxes(self, places: impl Iterator<Item = Rect>, radius: f64) {
        self.0.begin_path();
        for Rect { x, y, width, height } in places {
            let _ = self.0.round_rect_with_f64(x, y, width, height, radius);
        }
    }

    pub(super) fn fill(self, colour: &str) {
        self.0.set_fill_style_str(colour);
        self.0.fill();
    }

    pub(super) fn stroke(self, colour: &str) {
        self.0.set_stroke_style_str(colour);
        self.0.set_line_width(1.0);
        self.0.stroke();
    }

    pub(super) fn discs(self, places: impl Iterator<Item = Point>, radius: f64) {
        self.0.begin_path();
        for Point { x, y } in places {
            self.0.move_to(x + radius, y);
            let _ = self.0.arc(x, y, radius, 0.0, TAU);
        }
    }

    pub(super) fn text(self, text: &str, x: f64, y: f64, style: (u32, f64), colour: &str) {
        let (weight, size) = style;
        self.0.set_font(&format!("{weight} {size}px {FONT}"));
        self.0.set_fill_style_str(colour);
        let _ = self.0.fill_text(text, x, y);
    }
}
