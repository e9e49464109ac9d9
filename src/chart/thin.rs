//! Fewer points that look the same.

use super::Point;

/// Of all points within a column of the screen the least and the most, in their order, so that a peak
/// stays however short it is; and the ends of each stretch without a gap. `column` is in seconds.
///
/// Columns begin at multiples of their width, so that a picture that moves on does not flicker.
pub(crate) fn thinned(points: impl Iterator<Item = Point>, column: f64) -> Vec<Point> {
    let mut kept = Vec::new();
    let mut open: Option<Column> = None;
    for point in points {
        let number = (point.0 / column).floor();
        open = match open.take() {
            // One gap is as good as many.
            None if point.1.is_nan() => None,
            None => {
                keep(&mut kept, point);
                Some(Column::new(number, point))
            }
            Some(column) if point.1.is_nan() => {
                column.close(&mut kept);
                keep(&mut kept, column.last);
                kept.push(point);
                None
            }
            Some(column) if (column.number - number).abs() < 0.5 => Some(column.with(point)),
            Some(column) => {
                column.close(&mut kept);
                Some(Column::new(number, point))
            }
        };
    }
    if let Some(column) = open {
        column.close(&mut kept);
        keep(&mut kept, column.last);
    }
    kept
}

fn keep(kept: &mut Vec<Point>, point: Point) {
    if kept.last() != Some(&point) {
        kept.push(point);
    }
}

#[derive(Clone, Copy)]
struct Column {
    number: f64,
    least: Point,
    most: Point,
    last: Point,
}

impl Column {
    const fn new(number: f64, point: Point) -> Self {
        Self { number, least: point, most: point, last: point }
    }

    fn with(self, point: Point) -> Self {
        Self {
            number: self.number,
            least: if point.1 < self.least.1 { point } else { self.least },
            most: if point.1 > self.most.1 { point } else { self.most },
            last: point,
        }
    }

    fn close(&self, kept: &mut Vec<Point>) {
        let Self { least, most, .. } = *self;
        let (one, other) = if least.0 <= most.0 { (least, most) } else { (most, least) };
        keep(kept, one);
        keep(kept, other);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_keeps_its_extremes_in_their_order_and_a_line_its_ends() {
        let values = [5.0, 9.0, 5.0, 1.0, 4.0, 4.0, 4.0, 4.0];
        let moments = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7];
        let kept = thinned(moments.into_iter().zip(values), 0.5);
        assert_eq!(kept, [(0.0, 5.0), (0.1, 9.0), (0.3, 1.0), (0.5, 4.0), (0.7, 4.0)]);
    }

    #[test]
    fn six_thousand_points_become_two_a_column_and_lose_no_peak() {
        let points = (0..6_000).map(|n| (f64::from(n) / 10.0, f64::from(u8::from(n == 4_321))));
        let kept = thinned(points, 2.0);
        assert!(kept.len() <= 602, "{}", kept.len());
        assert!(kept.contains(&(432.1, 1.0)));
    }

    #[test]
    fn a_gap_stays_one() {
        let nan = f64::NAN;
        let points = [(0.0, 1.0), (0.1, 3.0), (0.2, 2.0), (0.3, nan), (0.4, nan), (0.5, 2.0)];
        let kept = thinned(points.into_iter(), 1.0);
        assert_eq!(kept[..3], points[..3]);
        assert!(kept[3].1.is_nan());
        assert_eq!(kept[4..], [points[5]]);
        assert!(thinned([(0.0, nan), (0.1, nan)].into_iter(), 1.0).is_empty());
    }
}
