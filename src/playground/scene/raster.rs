//! The dots as pixels: thousands of shapes in one picture that the browser is given at once.

use super::geometry::Point;
use super::kinds::DotKind;
use super::pace::Detail;
use super::stamps::Stamps;
use crate::browser;
use crate::convert;
use crate::palette::{Palette, rgb};
use web_sys::CanvasRenderingContext2d as Context;

/// More pixels for a CSS pixel would cost more than the eye sees in something that moves.
const RATIO_MAX: f64 = 2.0;

/// A picture that is transparent where there is no dot.
#[derive(Debug)]
pub(super) struct Raster {
    width: usize,
    height: usize,
    ratio: f64,
    pixels: Vec<u8>,
    /// The stamps in full for the clients, and those for what moves.
    still: Stamps,
    moving: Stamps,
    detail: Detail,
    colours: [[u8; 3]; DotKind::ALL.len()],
    /// The palette that the colours are of.
    palette: Option<Palette>,
}

impl Raster {
    pub(super) fn new() -> Self {
        Self {
            width: 0,
            height: 0,
            ratio: 0.0,
            pixels: Vec::new(),
            still: Stamps::new(Detail::Full, 1.0),
            moving: Stamps::new(Detail::Full, 1.0),
            detail: Detail::Full,
            colours: [[0; 3]; DotKind::ALL.len()],
            palette: None,
        }
    }

    /// An empty picture of this size in CSS pixels.
    pub(super) fn begin(&mut self, size: (f64, f64, f64), detail: Detail, palette: &Palette) {
        let (width, height, ratio) = size;
        let ratio = ratio.min(RATIO_MAX);
        let (wide, high) = (whole(width * ratio), whole(height * ratio));
        if (ratio - self.ratio).abs() > 1e-9 {
            self.still = Stamps::new(Detail::Full, ratio);
        }
        if (ratio - self.ratio).abs() > 1e-9 || detail != self.detail {
            self.moving = Stamps::new(detail, ratio);
            (self.ratio, self.detail) = (ratio, detail);
        }
        if self.palette.as_ref() != Some(palette) {
            self.colours = DotKind::ALL.map(|kind| rgb(kind.colour(palette)));
            self.palette = Some(palette.clone());
        }
        (self.width, self.height) = (wide, high);
        // The same memory in every frame of the same size.
        self.pixels.resize(wide * high * 4, 0);
        self.pixels.fill(0);
    }

    /// A dot that moves.
    pub(super) fn dot(&mut self, kind: DotKind, place: Point) {
        stamp(
            &mut self.pixels,
            (self.width, self.height),
            self.ratio,
            &self.moving,
            self.colours[kind as usize],
            kind,
            place,
        );
    }

    /// A dot that stands still, always in full.
    pub(super) fn client(&mut self, kind: DotKind, place: Point) {
        stamp(
            &mut self.pixels,
            (self.width, self.height),
            self.ratio,
            &self.still,
            self.colours[kind as usize],
            kind,
            place,
        );
    }

    /// Gives the picture to the canvas.
    pub(super) fn show(&self, context: &Context) {
        browser::put_pixels(context, &self.pixels, self.width);
    }
}

/// Puts one shape into the picture, where it lies inside.
fn stamp(
    pixels: &mut [u8],
    (width, height): (usize, usize),
    ratio: f64,
    stamps: &Stamps,
    [red, green, blue]: [u8; 3],
    kind: DotKind,
    place: Point,
) {
    let stamp = stamps.of(kind);
    let (x, y) = (whole(place.x * ratio), whole(place.y * ratio));
    let inside = |at: usize, end: usize| at >= stamp.reach && at + stamp.reach < end;
    if !inside(x, width) || !inside(y, height) {
        return;
    }
    let corner = (y - stamp.reach) * width + x - stamp.reach;
    for &(row, column, cover) in &stamp.cover {
        let start = (corner + row * width + column) * 4;
        if let Some(pixel) = pixels.get_mut(start..start + 4)
            && (cover > 127 || cover > pixel[3])
        {
            pixel.copy_from_slice(&[red, green, blue, cover.max(pixel[3])]);
        }
    }
}

fn whole(length: f64) -> usize {
    convert::whole(length.round()).min(8_192) as usize
}

#[cfg(test)]
mod tests {
    use super::super::geometry::at;
    use super::*;

    #[test]
    fn a_dot_is_drawn_inside_and_left_out_at_the_edge() {
        let stamps = Stamps::new(Detail::Full, 1.0);
        let size = (40, 40);
        let draw = |place| {
            let mut pixels = vec![0; 40 * 40 * 4];
            stamp(&mut pixels, size, 1.0, &stamps, [1, 2, 3], DotKind::Success, place);
            (pixels[(20 * 40 + 20) * 4..][..4].to_vec(), pixels.iter().any(|&byte| byte > 0))
        };
        assert_eq!(draw(at(20.0, 20.0)), (vec![1, 2, 3, 255], true));
        assert_eq!(draw(at(1.0, 20.0)), (vec![0; 4], false));
        assert_eq!(draw(at(-500.0, 1e9)), (vec![0; 4], false));
    }
}
