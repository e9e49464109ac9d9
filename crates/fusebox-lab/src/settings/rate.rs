//! Rates of calls as text.

use super::kind::DAY;
use super::text::{decimal_text, parse_scaled, parse_time, time_text};
use fusebox::time::Instant;

/// The highest rate, in thousandths of a call per second.
pub(super) const RATE_MAX: u64 = 1_000_000_000_000;

/// The most points of a rate.
pub(super) const POINTS_MAX: usize = 1_000;

/// A rate in thousandths of a call per second: constant, or over time with `:` and `,`.
pub(super) fn parse_rate(text: &str) -> Option<Vec<(Instant, u64)>> {
    if !text.contains(':') {
        return Some(vec![(Instant::ZERO, parse_rate_number(text)?)]);
    }
    let points = text.split(',').map(|point| {
        let (at, rate) = point.split_once(':')?;
        parse_point(at, rate)
    });
    checked_points(points.collect::<Option<_>>()?)
}

fn parse_rate_number(text: &str) -> Option<u64> {
    parse_scaled(text.trim(), 3).filter(|rate| *rate <= RATE_MAX)
}

/// A point of a rate from the text of its moment and of its number.
pub(crate) fn parse_point(at: &str, rate: &str) -> Option<(Instant, u64)> {
    let at = parse_time(at.trim()).filter(|at| *at <= DAY)?;
    Some((Instant::ZERO + at, parse_rate_number(rate)?))
}

/// The points themselves, if their number is valid and they are in order of time.
pub(crate) fn checked_points(points: Vec<(Instant, u64)>) -> Option<Vec<(Instant, u64)>> {
    let ordered = points.is_sorted_by_key(|(at, _)| *at);
    (ordered && (1..=POINTS_MAX).contains(&points.len())).then_some(points)
}

/// A constant rate, as text.
pub(crate) fn constant_rate(points: &[(Instant, u64)]) -> Option<String> {
    match points {
        [(Instant::ZERO, rate)] => Some(decimal_text(*rate, 3)),
        _ => None,
    }
}

/// A point as the text of its moment and of its number.
pub(crate) fn point_text((at, rate): (Instant, u64)) -> (String, String) {
    (time_text(at.since(Instant::ZERO)), decimal_text(rate, 3))
}

pub(super) fn rate_text(points: &[(Instant, u64)]) -> String {
    constant_rate(points).unwrap_or_else(|| {
        let point = |&point| {
            let (at, rate) = point_text(point);
            format!("{at}:{rate}")
        };
        points.iter().map(point).collect::<Vec<_>>().join(",")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_a_number_or_points() {
        let at = Instant::from_secs;
        assert_eq!(parse_rate("200"), Some(vec![(at(0), 200_000)]));
        let points = vec![(at(0), 40_000), (at(20), 80_500)];
        assert_eq!(parse_rate("0s:40, 20s:80.5").as_ref(), Some(&points));
        for text in ["", "x", "0s", "20s:1,0s:2", "0s:1,", "1000000000.001", "25h:1"] {
            assert_eq!(parse_rate(text), None, "{text}");
        }
        assert_eq!(rate_text(&points), "0s:40,20s:80.5");
        assert_eq!(rate_text(&[(at(5), 1_000)]), "5s:1");
    }
}
