//! Times and numbers as text: exact, without floating-point numbers in between.

use fusebox::time::Duration;

/// Longer than any number in range.
const NUMBER_LENGTH_MAX: usize = 40;

/// What may stand between thousands, as people type and paste numbers: a comma, a space, and two spaces
/// that do not break the line.
const THOUSANDS: [char; 4] = [',', ' ', '\u{a0}', '\u{202f}'];

const UNITS: [(&str, u64); 8] = [
    ("us", 1),
    ("µs", 1),
    ("μs", 1),
    ("ms", 1_000),
    ("s", 1_000_000),
    ("min", 60_000_000),
    ("h", 3_600_000_000),
    ("d", 86_400_000_000),
];

/// A duration such as `250ms`, `1.5 s` or `10min`, in whole microseconds.
pub(crate) fn parse_time(text: &str) -> Option<Duration> {
    let end = text.rfind(|c: char| c.is_ascii_digit())? + 1;
    let (number, unit) = text.split_at(end);
    let (_, micros) = UNITS.into_iter().find(|(name, _)| *name == unit.trim_start())?;
    let (digits, decimals) = parse_decimal(number)?;
    let micros = digits.checked_mul(micros.into())?;
    let divisor = 10_u128.checked_pow(decimals)?;
    let exact = micros.is_multiple_of(divisor);
    exact.then(|| u64::try_from(micros / divisor).ok()).flatten().map(Duration::from_micros)
}

/// The digits of a number as one whole number, and how many of them are decimals.
fn parse_decimal(text: &str) -> Option<(u128, u32)> {
    if text.len() > NUMBER_LENGTH_MAX {
        return None;
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_number = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_digit())
            && part.ends_with(|c: char| c.is_ascii_digit())
            && part.chars().all(|c| c.is_ascii_digit() || c == '_')
            && !part.contains("__")
    };
    let groups: Vec<_> = whole.split(THOUSANDS).collect();
    let are_thousands = groups.len() == 1
        || groups[0].len() <= 3 && groups[1..].iter().all(|group| group.len() == 3);
    let is_whole = are_thousands && groups.iter().all(|group| is_number(group));
    let is_fraction = is_number(fraction);
    let fraction = fraction.replace('_', "");
    let fraction = fraction.trim_end_matches('0');
    let digits = (groups.concat().replace('_', "") + fraction).parse().ok()?;
    (is_whole && is_fraction).then_some((digits, u32::try_from(fraction.len()).ok()?))
}

/// A whole number, such as `10000`, `10,000`, `10 000` or `10_000`.
#[must_use]
pub fn whole_number(text: &str) -> Option<u64> {
    parse_scaled(text.trim(), 0)
}

/// A number with at most this many decimals, scaled to a whole number.
pub(super) fn parse_scaled(text: &str, decimals: u32) -> Option<u64> {
    let (digits, found) = parse_decimal(text)?;
    let missing = decimals.checked_sub(found)?;
    u64::try_from(digits.checked_mul(10_u128.pow(missing))?).ok()
}

/// A duration in a unit in which it is short, exactly.
pub(crate) fn time_text(time: Duration) -> String {
    match time.as_micros() {
        0 => "0s".to_string(),
        micros @ ..1_000 => format!("{micros}us"),
        micros @ ..1_000_000 => decimal_text(micros, 3) + "ms",
        micros if micros.is_multiple_of(3_600_000_000) => format!("{}h", micros / 3_600_000_000),
        micros if micros.is_multiple_of(60_000_000) && micros > 60_000_000 => {
            format!("{}min", micros / 60_000_000)
        }
        micros => decimal_text(micros, 6) + "s",
    }
}

/// A number whose last digits are decimals, with as few as it needs.
pub(crate) fn decimal_text(number: u64, decimals: u32) -> String {
    let divisor = 10_u64.pow(decimals);
    let (whole, fraction) = (number / divisor, number % divisor);
    let digits = format!("{fraction:0width$}", width = decimals as usize);
    match digits.trim_end_matches('0') {
        "" => whole.to_string(),
        digits => format!("{whole}.{digits}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_exactly_or_not_at_all() {
        for (text, micros) in [
            ("250ms", 250_000),
            ("2s", 2_000_000),
            ("1.5 s", 1_500_000),
            ("10min", 600_000_000),
            ("1h", 3_600_000_000),
            ("50us", 50),
            ("50µs", 50),
            ("1d", 86_400_000_000),
            ("0.000001s", 1),
            ("1_000ms", 1_000_000),
            ("0.1s", 100_000),
            ("1,000 ms", 1_000_000),
            ("1 000.5ms", 1_000_500),
        ] {
            assert_eq!(parse_time(text), Some(Duration::from_micros(micros)), "{text}");
        }
        for text in [
            "",
            "5",
            "s",
            "ms",
            ".5s",
            "5.s",
            "1..2s",
            "0.0000001s",
            "-1s",
            "1e3s",
            "+1s",
            "1_s",
            "_1s",
            "1__0s",
            "99999999999999999999s",
            "1 day",
            "5 m",
            "½s",
            "1s ",
            "1.5us",
            "1,5s",
            "1,00s",
            "1 s 5 s",
        ] {
            assert_eq!(parse_time(text), None, "{text}");
        }
    }

    #[test]
    fn thousands_may_be_separated() {
        for text in
            ["10000", "10,000", "10 000", "10_000", "10\u{a0}000", "10\u{202f}000", " 10,000 "]
        {
            assert_eq!(whole_number(text), Some(10_000), "{text}");
        }
        assert_eq!(whole_number("18,446,744,073,709,551,615"), Some(u64::MAX));
        let wrong =
            ["1,5", "10,00", "1000,000", ",000", "10,", "10,,000", "1,000,00", "1.000,5", "-1", ""];
        for text in wrong {
            assert_eq!(whole_number(text), None, "{text}");
        }
    }

    #[test]
    fn times_are_written_in_a_unit_in_which_they_are_short() {
        for (micros, text) in [
            (0, "0s"),
            (50, "50us"),
            (1_500, "1.5ms"),
            (999_999, "999.999ms"),
            (1_500_000, "1.5s"),
            (1_000_001, "1.000001s"),
            (60_000_000, "60s"),
            (90_000_000, "90s"),
            (300_000_000, "5min"),
            (7_200_000_000, "2h"),
            (86_400_000_000, "24h"),
        ] {
            assert_eq!(time_text(Duration::from_micros(micros)), text);
            assert_eq!(parse_time(text), Some(Duration::from_micros(micros)));
        }
    }
}
