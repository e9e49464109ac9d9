//! Points, boxes and curved wires, in CSS pixels from the top left.

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

impl Rect {
    pub(super) const fn right(&self) -> f64 {
        self.x + self.width
    }

    pub(super) const fn bottom(&self) -> f64 {
        self.y + self.height
    }

    /// Its place on the page, as style; an attribute a strict content security policy would forbid.
    pub(super) fn style(&self) -> String {
        let Self { x, y, width, height } = self;
        format!("left: {x}px; top: {y}px; width: {width}px; height: {height}px")
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

/// Pieces of a wire; a dot is never further than a fraction of a pixel from the true curve.
const PIECES: usize = 64;

/// A way between two places, as a table: a dot asks for its place in every frame.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Wire {
    /// Points at equal distances, and the direction across the wire at each.
    table: Vec<(Point, Point)>,
    /// Where the fuse is, as a share of the way.
    pub(super) gate: f64,
}

impl Wire {
    /// A straight wire without a fuse, or with the place of one in its middle.
    pub(super) fn straight(from: Point, to: Point) -> Self {
        Self::along(&[from, to], 0.5)
    }

    /// A curve to the fuse, and straight on from there.
    pub(super) fn through(curve: [Point; 4], to: Point) -> Self {
        let steps = (0..=PIECES).map(|n| bezier(curve, share(n, PIECES)));
        let mut path: Vec<Point> = steps.collect();
        let bent = length(&path);
        path.push(to);
        let gate = bent / length(&path).max(1.0);
        Self::along(&path, gate)
    }

    fn along(path: &[Point], gate: f64) -> Self {
        let points = evenly(path);
        let table = (0..points.len()).map(|n| {
            let before = points[n.saturating_sub(1)];
            let after = points[(n + 1).min(PIECES)];
            let run = before.distance(after).max(1e-9);
            (points[n], at((before.y - after.y) / run, (after.x - before.x) / run))
        });
        Self { table: table.collect(), gate }
    }

    /// The point at this share of the way.
    pub(super) fn at(&self, share: f64) -> Point {
        self.beside(share, 0.0)
    }

    /// The same point, so many pixels to the side of the wire.
    pub(super) fn beside(&self, share: f64, aside: f64) -> Point {
        let (n, rest) = place(share);
        let (here, across) = self.table[n];
        let (next, _) = self.table[n + 1];
        let on = here.towards(next, rest);
        at(on.x + across.x * aside, on.y + across.y * aside)
    }

    /// How long it is, to a fraction of a pixel.
    pub(super) fn length(&self) -> f64 {
        self.table.windows(2).map(|pair| pair[0].0.distance(pair[1].0)).sum()
    }

    /// The points from one share of the way to another, to be drawn.
    pub(super) fn between(&self, from: f64, to: f64) -> impl Iterator<Item = Point> + '_ {
        let pieces = 32;
        (0..=pieces).map(move |n| self.at(from + (to - from) * share(n, pieces)))
    }
}

/// The piece of a wire at this share of the way, and the share of the piece.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
fn place(share: f64) -> (usize, f64) {
    let along = share.clamp(0.0, 1.0) * 64.0;
    let n = (along as usize).min(PIECES - 1);
    (n, along - along.trunc().min(63.0))
}

fn share(n: usize, of: usize) -> f64 {
    f64::from(u32::try_from(n).unwrap_or(0)) / f64::from(u32::try_from(of).unwrap_or(1))
}

/// De Casteljau's way to a point of a curve.
fn bezier(points: [Point; 4], share: f64) -> Point {
    let [one, two, three, four] = points;
    let middle = two.towards(three, share);
    let early = one.towards(two, share).towards(middle, share);
    let late = middle.towards(three.towards(four, share), share);
    early.towards(late, share)
}

fn length(path: &[Point]) -> f64 {
    path.windows(2).map(|pair| pair[0].distance(pair[1])).sum()
}

/// The same path as points at equal distances.
fn evenly(path: &[Point]) -> Vec<Point> {
    let whole = length(path);
    let (mut piece, mut gone) = (0, 0.0);
    let point = |n| {
        let wanted = whole * share(n, PIECES);
        loop {
            let (from, to) = (path[piece], path[piece + 1]);
            let run = from.distance(to);
            if gone + run >= wanted || piece + 2 == path.len() {
                return from.towards(to, ((wanted - gone) / run.max(1e-9)).clamp(0.0, 1.0));
            }
            gone += run;
            piece += 1;
        }
    };
    (0..=PIECES).map(point).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wire_goes_through_its_fuse_at_an_even_pace() {
        let curve = [at(0.0, 100.0), at(50.0, 100.0), at(50.0, 0.0), at(100.0, 0.0)];
        let wire = Wire::through(curve, at(180.0, 0.0));
        assert!(wire.at(0.0).distance(at(0.0, 100.0)) < 1e-6);
        assert!(wire.at(1.0).distance(at(180.0, 0.0)) < 1e-6);
        assert!(wire.at(wire.gate).distance(at(100.0, 0.0)) < 1.0);
        let steps = (0..20).map(|n| wire.at(share(n, 20)).distance(wire.at(share(n + 1, 20))));
        let (least, most) =
            steps.fold((f64::MAX, 0.0_f64), |(a, b), step| (a.min(step), b.max(step)));
        assert!(most - least < 1.0, "{least} to {most}");
    }

    #[test]
    fn beside_a_wire_is_across_it() {
        let wire = Wire::straight(at(0.0, 0.0), at(100.0, 0.0));
        assert!(wire.beside(0.5, 7.0).distance(at(50.0, 7.0)) < 1e-6);
        assert!(wire.beside(1.0, -7.0).distance(at(100.0, -7.0)) < 1e-6);
    }
}
