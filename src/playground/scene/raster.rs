//! The dots as pixels: thousands of shapes in one picture that is handed to the browser at once. Each
//! shape is rasterised once for each pixel density, as a stamp.

use super::geometry::Point;
use super::kinds::DotKind;
use super::pace::Detail;
use crate::browser;
use crate::convert::{self, float};
use crate::palette::{Palette, rgb};
use web_sys::CanvasRenderingContext2d as Context;

/// More pixels per CSS pixel cost more than anyone can see in a moving picture.
const RATIO_MAX: f64 = 2.0;

/// Sample points per pixel in each direction.
const SAMPLES: u8 = 4;

const KINDS: usize = DotKind::ALL.len();

/// A picture that is transparent where there is no dot.
#[derive(Debug, Default)]
pub(super) struct Raster {
    width: usize,
    height: usize,
    ratio: f64,
    pixels: Vec<u8>,
    /// The stamps in full size and small.
    stamps: [[Stamp; KINDS]; 2],
    colours: [[u8; 3]; KINDS],
    /// The palette of these stamps.
    palette: Option<Palette>,
}

/// The coverage of a shape, pixel by pixel.
#[derive(Debug, Default)]
struct Stamp {
    /// Pixels on each side of the centre.
    reach: usize,
    /// The row, the column and the coverage of each pixel that the shape touches, with 255 for full
    /// coverage.
    cover: Vec<(usize, usize, u8)>,
}

impl Raster {
    /// An empty picture of this size in CSS pixels.
    pub(super) fn begin(&mut self, (width, height, ratio): (f64, f64, f64), palette: &Palette) {
        let ratio = ratio.min(RATIO_MAX);
        if (ratio - self.ratio).abs() > 1e-9 {
            let stamps = |detail| DotKind::ALL.map(|kind| Stamp::new(kind, detail, ratio));
            (self.ratio, self.stamps) = (ratio, [Detail::Full, Detail::Small].map(stamps));
        }
        if self.palette.as_ref() != Some(palette) {
            self.colours = DotKind::ALL.map(|kind| rgb(kind.colour(palette)));
            self.palette = Some(palette.clone());
        }
        (self.width, self.height) = (whole(width * ratio), whole(height * ratio));
        // Reuses the memory while the size stays the same.
        self.pixels.resize(self.width * self.height * 4, 0);
        self.pixels.fill(0);
    }

    /// Draws a dot, if it lies inside the picture.
    pub(super) fn dot(&mut self, kind: DotKind, place: Point, detail: Detail) {
        let stamp = &self.stamps[detail as usize][kind as usize];
        let (x, y) = (whole(place.x * self.ratio), whole(place.y * self.ratio));
        let inside = |at: usize, end: usize| at >= stamp.reach && at + stamp.reach < end;
        if !inside(x, self.width) || !inside(y, self.height) {
            return;
        }
        let [red, green, blue] = self.colours[kind as usize];
        let corner = (y - stamp.reach) * self.width + x - stamp.reach;
        for &(row, column, cover) in &stamp.cover {
            let start = (corner + row * self.width + column) * 4;
            if let Some(pixel) = self.pixels.get_mut(start..start + 4)
                && (cover > 127 || cover > pixel[3])
            {
                pixel.copy_from_slice(&[red, green, blue, cover.max(pixel[3])]);
            }
        }
    }

    /// Puts the picture on the canvas.
    pub(super) fn show(&self, context: &Context) {
        browser::put_pixels(context, &self.pixels, self.width);
    }
}

impl Stamp {
    /// The stamps for a screen with this many pixels per CSS pixel.
    fn new(kind: DotKind, detail: Detail, ratio: f64) -> Self {
        let half = ratio * if detail == Detail::Full { 3.6 } else { 2.5 };
        let reach = whole((half * 1.5).ceil()).clamp(1, 40);
        let steps = || (0..SAMPLES).map(|n| (f64::from(n) + 0.5) / f64::from(SAMPLES) - 0.5);
        let mut cover = Vec::new();
        for (row, column) in (0..=2 * reach).flat_map(|row| (0..=2 * reach).map(move |n| (row, n)))
        {
            let (x, y) = (float(column) - float(reach), float(row) - float(reach));
            let points = steps().flat_map(|dy| steps().map(move |dx| (x + dx, y + dy)));
            let hits = points.filter(|(x, y)| covers(kind, x / half, y / half)).count();
            let share = u8::try_from(hits * 255 / usize::from(SAMPLES * SAMPLES)).unwrap_or(255);
            if share > 0 {
                cover.push((row, column, share));
            }
        }
        Self { reach, cover }
    }
}

/// Whether the shape of this kind, of half-size 1, covers a point.
fn covers(kind: DotKind, x: f64, y: f64) -> bool {
    let far = x.hypot(y);
    match kind {
        DotKind::FirstAttempt => far <= 0.8,
        DotKind::Success => far <= 1.0,
        DotKind::Abandoned => (0.72..=1.2).contains(&far),
        // A dot that is stretched.
        DotKind::Slow => (x.abs() - 0.75).max(0.0).hypot(y) <= 0.62,
        DotKind::Retry => (-1.25..=0.95).contains(&y) && x.abs() <= (y + 1.25) * 0.6,
        DotKind::FailedFast => x.abs() + y.abs() <= 1.35,
        DotKind::Fallback => x.abs().max(y.abs()) <= 0.95,
        DotKind::Failure => {
            let thick = (x - y).abs().min((x + y).abs());
            thick <= 0.5 && x.abs().max(y.abs()) <= 1.15
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
        let draw = |place| {
            let mut raster = Raster::default();
            raster.begin((40.0, 40.0, 1.0), &Palette::for_tests());
            raster.dot(DotKind::Success, place, Detail::Full);
            let pixels = raster.pixels;
            (pixels[(20 * 40 + 20) * 4..][..4].to_vec(), pixels.iter().any(|&byte| byte > 0))
        };
        assert_eq!(draw(at(20.0, 20.0)), (vec![0x80, 0x80, 0x80, 255], true));
        assert_eq!(draw(at(1.0, 20.0)), (vec![0; 4], false));
        assert_eq!(draw(at(-500.0, 1e9)), (vec![0; 4], false));
    }

    #[test]
    fn no_two_shapes_look_alike() {
        for detail in [Detail::Full, Detail::Small] {
            let stamps = DotKind::ALL.map(|kind| Stamp::new(kind, detail, 1.0).cover);
            for (n, one) in stamps.iter().enumerate() {
                for (m, other) in stamps.iter().enumerate().skip(n + 1) {
                    let differs = one.iter().filter(|pixel| !other.contains(pixel)).count();
                    assert!(differs > 3, "{n} and {m} differ by {differs} at {detail:?}");
                }
            }
        }
    }
}
