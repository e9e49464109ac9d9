//! Numbers as a person reads them.

use crate::time::Duration;

/// A count with a comma between thousands: `3,112`.
pub(super) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// So many of something: `1 answer`, `3,112 answers`.
pub(super) fn plural(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// A rate a second, whole: `182 /s`.
pub(super) fn rate(per_second: f64) -> String {
    format!("{per_second:.0} /s")
}

/// A share as per cent, with a decimal below ten: `3.1 %`.
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

/// A length with one decimal, so that a countdown does not jump about: `12.4 s`.
pub(super) fn seconds(length: Duration) -> String {
    format!("{:.1} s", length.as_secs_f64())
}

/// A latency in steps that can be read while it changes: `41 ms`, `1.3 s`.
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
    fn numbers_read_as_a_person_would_write_them() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(share(0.0, 0.0), "–");
        assert_eq!(share(31.0, 1_000.0), "3.1 %");
        assert_eq!(share(1.0, 2.0), "50 %");
        assert_eq!(plural(1, "answer", "answers"), "1 answer");
        assert_eq!(plural(1_200, "answer", "answers"), "1,200 answers");
        assert_eq!(latency(Duration::from_micros(41_900)), "41 ms");
        assert_eq!(latency(Duration::from_millis(1_340)), "1.3 s");
        assert_eq!(multiple(9.14), "9.1×");
    }
}
