//! Numbers as people write them.

use fusebox::time::Duration;
pub(super) use fusebox_lab::words::{count, plural};

/// A rate per second as a whole number: `182 /s`, from 100,000 on in thousands: `120k /s`.
pub(super) fn rate(per_second: f64) -> String {
    if per_second >= 1e5 {
        return format!("{:.0}k /s", per_second / 1e3);
    }
    format!("{per_second:.0} /s")
}

/// A share in per cent, with one decimal below ten: `3.1 %`.
pub(super) fn share(part: f64, whole: f64) -> String {
    if whole <= 0.0 {
        return "–".to_owned();
    }
    let percent = 100.0 * part / whole;
    if percent > 0.0 && percent < 10.0 {
        format!("{percent:.1} %")
    } else {
        format!("{percent:.0} %")
    }
}

/// A duration with one decimal, so that the width of a countdown does not change: `12.4 s`.
pub(super) fn seconds(length: Duration) -> String {
    format!("{:.1} s", length.as_secs_f64())
}

/// The rest of a duration, short enough to fit beside an edge.
pub(super) fn left(length: Duration) -> String {
    match length.as_micros() / 1_000_000 {
        0..100 => seconds(length),
        whole @ 100..1_000 => format!("{whole} s"),
        whole @ 1_000..36_000 => format!("{} min", whole / 60),
        whole => format!("{} h", whole / 3_600),
    }
}

/// A latency rounded enough to be readable while it changes: `41 ms`, `1.3 s`.
pub(super) fn latency(length: Duration) -> String {
    match length.as_micros() {
        ..1_000 => "<1 ms".to_owned(),
        micros @ ..1_000_000 => format!("{} ms", micros / 1_000),
        _ => format!("{:.1} s", length.as_secs_f64()),
    }
}

/// A multiple: `9.1×`, from 100 on without decimals.
pub(super) fn multiple(factor: f64) -> String {
    if factor >= 100.0 { format!("{factor:.0}×") } else { format!("{factor:.1}×") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remaining_time_is_short_at_any_length() {
        let left = |millis| left(Duration::from_millis(millis));
        assert_eq!(left(12_400), "12.4 s");
        assert_eq!(left(203_000), "203 s");
        assert_eq!(left(1_800_000), "30 min");
        assert_eq!(left(86_400_000), "24 h");
    }

    #[test]
    fn numbers_read_as_a_person_would_write_them() {
        assert_eq!(share(0.0, 0.0), "–");
        assert_eq!(share(31.0, 1_000.0), "3.1 %");
        assert_eq!(share(1.0, 2.0), "50 %");
        assert_eq!(latency(Duration::from_micros(41_900)), "41 ms");
        assert_eq!(latency(Duration::from_millis(1_340)), "1.3 s");
        assert_eq!(multiple(9.14), "9.1×");
    }
}
