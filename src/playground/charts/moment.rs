//! From the pointer and the keys to a moment.

use crate::chart::{LEFT, RIGHT};
use fusebox::time::{Duration, Instant};
use fusebox_sim::SAMPLE_EVERY;
use std::ops::Range;

/// The moment under a pointer, so far from the left edge of a chart of this width; none where it
/// points to what is not recorded yet.
pub(super) fn pointed(x: f64, width: f64, range: &Range<f64>, end: Instant) -> Option<Instant> {
    let share = (x - LEFT) / (width - LEFT - RIGHT).max(1.0);
    let seconds = range.start + share.clamp(0.0, 1.0) * (range.end - range.start);
    let moment = sampled(seconds);
    (moment <= end).then_some(moment)
}

/// The moment to which a key goes from another; none where it is no key of theirs.
///
/// An arrow goes a sixtieth of the range, a page ten of those, and with Shift an arrow goes to the
/// next sample.
pub(super) fn keyed(
    key: &str,
    shift: bool,
    from: Instant,
    range: &Range<f64>,
    end: Instant,
) -> Option<Instant> {
    let every = SAMPLE_EVERY.as_secs_f64();
    let step = ((range.end - range.start) / 60.0).max(every);
    let arrow = if shift { every } else { step };
    let seconds = from.as_secs_f64();
    let to = match key {
        "ArrowLeft" | "ArrowDown" => seconds - arrow,
        "ArrowRight" | "ArrowUp" => seconds + arrow,
        "PageDown" => seconds - 10.0 * step,
        "PageUp" => seconds + 10.0 * step,
        "Home" => range.start,
        "End" => range.end,
        _ => return None,
    };
    Some(sampled(to.clamp(range.start, range.end)).min(end))
}

/// Where a moment is in a chart, as a length of the style sheets.
pub(super) fn place(moment: Instant, range: &Range<f64>) -> String {
    let share = (moment.as_secs_f64() - range.start) / (range.end - range.start);
    let share = share.clamp(0.0, 1.0);
    format!("calc({LEFT}px + (100% - {}px) * {share:.5})", LEFT + RIGHT)
}

/// The nearest moment at which a sample is taken.
fn sampled(seconds: f64) -> Instant {
    let every = SAMPLE_EVERY.as_secs_f64();
    Instant::ZERO + Duration::from_secs_f64((seconds / every).round() * every)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RANGE: Range<f64> = 0.0..60.0;

    #[test]
    fn a_pointer_is_at_the_nearest_sample_that_is_recorded() {
        let end = Instant::from_secs(40);
        let width = LEFT + 600.0 + RIGHT;
        let at = |x| pointed(LEFT + x, width, &RANGE, end);
        assert_eq!(at(123.4), Some(Instant::from_millis(12_300)));
        assert_eq!(at(-20.0), Some(Instant::ZERO));
        assert_eq!(at(400.0), Some(end));
        assert_eq!(at(402.0), None);
    }

    #[test]
    fn keys_go_by_steps_and_stay_within_what_is_recorded() {
        let end = Instant::from_millis(40_500);
        let from = Instant::from_secs(35);
        let go = |key, shift| keyed(key, shift, from, &RANGE, end);
        for (key, shift, millis) in [
            ("ArrowLeft", false, 34_000),
            ("ArrowUp", false, 36_000),
            ("ArrowRight", true, 35_100),
            ("PageDown", false, 25_000),
            ("PageUp", false, 40_500),
            ("Home", false, 0),
            ("End", false, 40_500),
        ] {
            assert_eq!(go(key, shift), Some(Instant::from_millis(millis)), "{key}");
        }
        assert_eq!(go("k", false), None);
    }

    #[test]
    fn a_place_is_a_share_of_the_plane() {
        let text = place(Instant::from_secs(15), &RANGE);
        assert_eq!(text, "calc(46px + (100% - 56px) * 0.25000)");
    }
}
