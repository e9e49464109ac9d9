//! The shapes of the dots, rasterised once for each size of the screen's pixels.

use super::kinds::DotKind;
use super::pace::Detail;
use crate::convert::whole;

/// The coverage of a shape, pixel by pixel.
#[derive(Debug)]
pub(super) struct Stamp {
    /// Pixels on each side of the middle one.
    pub(super) reach: usize,
    /// The row and the column of each pixel that it covers in part, and 255 where it covers all of it.
    pub(super) cover: Vec<(usize, usize, u8)>,
}

/// A stamp of each kind.
#[derive(Debug)]
pub(super) struct Stamps([Stamp; DotKind::ALL.len()]);

/// Points in each direction in which a pixel is looked at.
const SAMPLES: u8 = 4;

impl Stamps {
    /// The stamps for a screen with so many pixels for each CSS pixel.
    pub(super) fn new(detail: Detail, ratio: f64) -> Self {
        let half = ratio
            * match detail {
                Detail::Full => 3.6,
                Detail::Small => 2.5,
            };
        Self(
            DotKind::ALL
                .map(|kind| Stamp::new(half * 1.5, |x, y| covers(kind, x / half, y / half))),
        )
    }

    pub(super) const fn of(&self, kind: DotKind) -> &Stamp {
        &self.0[kind as usize]
    }
}

/// Whether the shape of this kind, of half-size 1, covers a point.
fn covers(kind: DotKind, x: f64, y: f64) -> bool {
    let far = x.hypot(y);
    match kind {
        DotKind::FirstAttempt => far <= 0.8,
        DotKind::Success => far <= 1.0,
        DotKind::Abandoned => (0.72..=1.2).contains(&far),
        // A dot drawn out.
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

impl Stamp {
    fn new(half: f64, covers: impl Fn(f64, f64) -> bool) -> Self {
        let reach = pixels(half);
        let side = 2 * reach + 1;
        let middle = f64::from(u16::try_from(reach).unwrap_or(0));
        let mut cover = Vec::new();
        for row in 0..side {
            for column in 0..side {
                let (x, y) = (offset(column) - middle, offset(row) - middle);
                let steps =
                    || (0..SAMPLES).map(|n| (f64::from(n) + 0.5) / f64::from(SAMPLES) - 0.5);
                let hits = steps().flat_map(|dy| steps().map(move |dx| (dx, dy)));
                let hits = hits.filter(|(dx, dy)| covers(x + dx, y + dy)).count();
                let share =
                    u8::try_from(hits * 255 / usize::from(SAMPLES * SAMPLES)).unwrap_or(255);
                if share > 0 {
                    cover.push((row, column, share));
                }
            }
        }
        Self { reach, cover }
    }
}

fn offset(n: usize) -> f64 {
    f64::from(u16::try_from(n).unwrap_or(0))
}

fn pixels(length: f64) -> usize {
    whole(length.ceil()).clamp(1, 40) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_shapes_look_alike() {
        for detail in [Detail::Full, Detail::Small] {
            let stamps = Stamps::new(detail, 1.0);
            for (n, a) in DotKind::ALL.into_iter().enumerate() {
                for b in &DotKind::ALL[n + 1..] {
                    let (one, other) = (stamps.of(a), stamps.of(*b));
                    let differs =
                        one.cover.iter().filter(|pixel| !other.cover.contains(pixel)).count();
                    assert!(differs > 3, "{a:?} and {b:?} differ by {differs} at {detail:?}");
                }
            }
        }
    }
}
