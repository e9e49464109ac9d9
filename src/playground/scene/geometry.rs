//! Points, boxes and curved wires, in CSS pixels from the top left.

use crate::convert::float;

/// A point.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Point {
    pub(crate) x: f64,
    pub(crate) y: f64,
}

/// A box.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Rect {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

pub(super) const fn at(x: f64, y: f64) -> Point {
    Point { x, y }
}

pub(super) const fn rect(x: f64, y: f64, width: f64, height: f64) -> Rect {
    Rect { x, y, width, height }
}

/// The sine and the cosine of an angle in radians. The browser has these functions already, so that the
/// page need not bring its own.
pub(super) fn sin_cos(angle: f64) -> (f64, f64) {
    if cfg!(target_arch = "wasm32") {
        (js_sys::Math::sin(angle), js_sys::Math::cos(angle))
    } else {
        angle.sin_cos()
    }
}

impl Rect {
    pub(super) const fn right(&self) -> f64 {
        self.x + self.width
    }

    pub(super) const fn bottom(&self) -> f64 {
        self.y + self.height
    }

    /// Its position on the page as style properties; a strict content security policy forbids style
    /// attributes.
    pub(super) fn style(&self) -> String {
        let Self { x, y, width, height } = self;
        format!("left: {x}px; top: {y}px; width: {width}px; height: {height}px")
    }

    pub(super) fn holds(&self, point: Point) -> bool {
        let Point { x, y } = point;
        self.x <= x && x <= self.right() && self.y <= y && y <= self.bottom()
    }

    #[cfg(test)]
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        let across = self.x < other.right() && other.x < self.right();
        across && self.y < other.bottom() && other.y < self.bottom()
    }

    /// The box with a margin around it.
    pub(super) const fn grown(&self, by: f64) -> Self {
        rect(self.x - by, self.y - by, self.width + 2.0 * by, self.height + 2.0 * by)
    }

    pub(super) const fn middle(&self) -> Point {
        at(self.x + self.width / 2.0, self.y + self.height / 2.0)
    }
}

impl Point {
    pub(super) fn distance(self, other: Self) -> f64 {
        (self.x - other.x).hypot(self.y - other.y)
    }

    fn towards(self, other: Self, share: f64) -> Self {
        at(self.x + (other.x - self.x) * share, self.y + (other.y - self.y) * share)
    }
}

/// Segments of a curve; with this many, a dot is less than a pixel from the true curve.
const PIECES: usize = 64;

/// How many shares of a wire can be told apart.
const SHARES: usize = 512;

/// A path between two positions.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Wire {
    /// Successive points, each with its distance from the first along the path.
    path: Vec<(f64, Point)>,
}

impl Wire {
    /// A straight wire.
    pub(super) fn straight(from: Point, to: Point) -> Self {
        Self::along([from, to].into_iter())
    }

    /// A curve, and straight lines from its end.
    pub(super) fn through(curve: [Point; 4], to: &[Point]) -> Self {
        let steps = (0..=PIECES).map(|n| bezier(curve, share(n, PIECES)));
        Self::along(steps.chain(to.iter().copied()))
    }

    /// The share of the path that is nearest to a point.
    pub(super) fn nearest(&self, point: Point) -> f64 {
        let shares = (0..=SHARES).map(|n| share(n, SHARES));
        let far = |share: f64| self.at(share).distance(point);
        shares.min_by(|a, b| far(*a).total_cmp(&far(*b))).unwrap_or_default()
    }

    fn along(points: impl Iterator<Item = Point>) -> Self {
        let mut path: Vec<(f64, Point)> = Vec::new();
        for point in points {
            let gone = path.last().map_or(0.0, |(gone, last)| gone + last.distance(point));
            path.push((gone, point));
        }
        Self { path }
    }

    /// The point at this share of the path.
    pub(super) fn at(&self, share: f64) -> Point {
        self.beside(share, 0.0)
    }

    /// The point at this share of the path, moved to the side of the wire by some pixels.
    pub(super) fn beside(&self, share: f64, aside: f64) -> Point {
        let along = share.clamp(0.0, 1.0) * self.length();
        let after = self.path.partition_point(|(gone, _)| *gone < along);
        let n = after.clamp(1, self.path.len() - 1);
        let ((gone, from), (end, to)) = (self.path[n - 1], self.path[n]);
        let run = (end - gone).max(1e-9);
        let on = from.towards(to, (along - gone) / run);
        at(on.x + (from.y - to.y) / run * aside, on.y + (to.x - from.x) / run * aside)
    }

    pub(super) fn length(&self) -> f64 {
        self.path.last().map_or(0.0, |(gone, _)| *gone)
    }

    /// The points from one share of the path to another, for drawing.
    pub(super) fn between(&self, from: f64, to: f64) -> impl Iterator<Item = Point> + '_ {
        let pieces = 32;
        (0..=pieces).map(move |n| self.at(from + (to - from) * share(n, pieces)))
    }
}

fn share(n: usize, of: usize) -> f64 {
    float(n) / float(of)
}

/// De Casteljau's algorithm for a point of a curve.
fn bezier(points: [Point; 4], share: f64) -> Point {
    let [one, two, three, four] = points;
    let middle = two.towards(three, share);
    let early = one.towards(two, share).towards(middle, share);
    let late = middle.towards(three.towards(four, share), share);
    early.towards(late, share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wire_goes_along_its_curve_at_an_even_pace() {
        let curve = [at(0.0, 100.0), at(50.0, 100.0), at(50.0, 0.0), at(100.0, 0.0)];
        let wire = Wire::through(curve, &[at(180.0, 0.0)]);
        assert!(wire.at(0.0).distance(at(0.0, 100.0)) < 1e-6);
        assert!(wire.at(1.0).distance(at(180.0, 0.0)) < 1e-6);
        assert!(wire.at(wire.nearest(at(100.0, 9.0))).distance(at(100.0, 0.0)) < 1.0);
        let steps = (0..20).map(|n| wire.at(share(n, 20)).distance(wire.at(share(n + 1, 20))));
        let (least, most) =
            steps.fold((f64::MAX, 0.0_f64), |(a, b), step| (a.min(step), b.max(step)));
        assert!(most - least < 1.0, "{least} to {most}");
    }

    #[test]
    fn an_offset_is_perpendicular_to_the_wire() {
        let wire = Wire::straight(at(0.0, 0.0), at(100.0, 0.0));
        assert!(wire.beside(0.5, 7.0).distance(at(50.0, 7.0)) < 1e-6);
        assert!(wire.beside(1.0, -7.0).distance(at(100.0, -7.0)) < 1e-6);
    }
}
