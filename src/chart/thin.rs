//! Thins out points without changing how their line looks.

use super::Point;

/// Keeps the smallest and the largest point within each column of the screen, in order, so that even a
/// very short peak stays; and the ends of each stretch without a gap. `column` is in seconds.
///
/// Columns begin at multiples of their width, so that a line that scrolls does not flicker.
pub(crate) fn thinned(points: impl Iterator<Item = Point>, column: f64) -> Vec<Point> {
    let points: Vec<Point> = points.collect();
    let number = |point: &Point| (point.0 / column).floor();
    let mut kept: Vec<Point> = Vec::new();
    // Consecutive gaps are one gap.
    let stretches = points.split(|point| point.1.is_nan()).filter(|stretch| !stretch.is_empty());
    for stretch in stretches {
        let (first, last) = (stretch[0], stretch[stretch.len() - 1]);
        kept.extend((!kept.is_empty()).then_some((first.0, f64::NAN)));
        kept.push(first);
        for group in stretch.chunk_by(|a, b| (number(a) - number(b)).abs() < 0.5) {
            let (mut low, mut high) = (group[0], group[0]);
            for &point in group {
                low = if point.1 < low.1 { point } else { low };
                high = if point.1 > high.1 { point } else { high };
            }
            kept.extend(if low.0 <= high.0 { [low, high] } else { [high, low] });
        }
        kept.push(last);
    }
    kept.dedup();
    kept
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
