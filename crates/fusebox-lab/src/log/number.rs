//! Numbers and dates in logs, as whole microseconds.

/// The largest time in microseconds: some 31,700 years.
const MICROS_MAX: u64 = 1_000_000_000_000_000_000;

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The unit of a number, as the power of ten of its microseconds.
pub(super) const SECONDS: i32 = 6;
pub(super) const MILLIS: i32 = 3;
pub(super) const NANOS: i32 = -3;

/// A number in digits, with or without decimals, in microseconds; smaller parts are cut off.
pub(super) fn micros(text: &str, unit: i32) -> Option<u64> {
    let (whole, part) = match text.split_once('.') {
        Some((_, "")) => return None,
        Some((whole, part)) => (digits(whole)?, part),
        None => (digits(text)?, ""),
    };
    if !part.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let micros = match u32::try_from(unit) {
        Ok(unit) => {
            let kept = &part[..part.len().min(unit as usize)];
            let scale = 10_u64.pow(unit - u32::try_from(kept.len()).ok()?);
            let part = if kept.is_empty() { 0 } else { digits(kept)? * scale };
            whole.checked_mul(10_u64.pow(unit))?.checked_add(part)?
        }
        Err(_) => whole / 10_u64.pow(unit.unsigned_abs()),
    };
    (micros <= MICROS_MAX).then_some(micros)
}

/// A number of digits only, since parsing would also accept a sign.
pub(super) fn digits(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// A time since 1970 in seconds, milliseconds, microseconds or nanoseconds, which its number of digits
/// tells apart until the year 5138; or a date.
pub(super) fn stamp(text: &str) -> Option<u64> {
    let whole = text.split('.').next()?;
    if whole.contains([':', '-']) {
        return date(text);
    }
    let unit = match whole.len() {
        0..=11 => SECONDS,
        12..=14 => MILLIS,
        15..=17 => 0,
        _ => NANOS,
    };
    micros(text, unit)
}

/// A date such as `2017-01-10T15:39:17.117+01:00[Europe/Berlin]` or `2017/01/10 15:39:17`, in UTC if
/// it names no zone.
pub(super) fn date(text: &str) -> Option<u64> {
    let text = text.split('[').next()?.trim();
    let (day, time) = text.split_once(['T', ' '])?;
    let mut day = day.split(['-', '/']).map(digits);
    let (Some(Some(year)), Some(Some(month)), Some(Some(day)), None) =
        (day.next(), day.next(), day.next(), day.next())
    else {
        return None;
    };
    moment([year, month, day], time)
}

/// A date such as `29/Aug/2012:10:47:20 +0800`.
pub(super) fn log_date(text: &str) -> Option<u64> {
    let (day, time) = text.split_once(':')?;
    let mut day = day.split('/');
    let (date, month, year) = (digits(day.next()?)?, day.next()?, digits(day.next()?)?);
    let month = (1..).zip(MONTHS).find(|(_, name)| *name == month)?.0;
    moment([year, month, date], time)
}

/// The microseconds since 1970 at this time of this day; Java leaves seconds out that are zero.
fn moment([year, month, day]: [u64; 3], time: &str) -> Option<u64> {
    let (clock, zone) = time.split_at(time.find(['Z', '+', '-', ' ']).unwrap_or(time.len()));
    let mut clock = clock.split(':');
    let (hour, minute) = (digits(clock.next()?)?, digits(clock.next()?)?);
    let second = micros(clock.next().unwrap_or("0"), SECONDS)?;
    let is_a_time = (1970..10_000).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && (hour < 24 && minute < 60 && second < 61_000_000)
        && clock.next().is_none();
    if !is_a_time {
        return None;
    }
    let minutes = (days(year, month, day) * 24 + hour) * 60 + minute;
    let minutes = minutes.checked_add_signed(-zone_minutes(zone.trim())?)?;
    Some(minutes * 60_000_000 + second)
}

/// How far a zone is ahead of UTC: `Z`, `+01:00` or `-0800`.
fn zone_minutes(zone: &str) -> Option<i64> {
    let (sign, rest) = match zone {
        "" | "Z" => return Some(0),
        zone => (if zone.starts_with('-') { -1 } else { 1 }, zone.strip_prefix(['+', '-'])?),
    };
    let number = digits(&rest.replace(':', "")).filter(|&number| number < 2_400)?;
    let minutes = if rest.len() == 2 { number * 60 } else { number / 100 * 60 + number % 100 };
    Some(sign * i64::try_from(minutes).ok()?)
}

/// The days from 1 January 1970 to this one.
fn days(year: u64, month: u64, day: u64) -> u64 {
    // The year begins in March, so that the leap day is its last.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year / 4 - year / 100 + year / 400;
    year * 365 + leap_days + (month * 153 + 2) / 5 + day - 1 - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_scaled_and_cut_to_microseconds() {
        for (text, unit, expected) in [
            ("12", MILLIS, Some(12_000)),
            ("221.899000", MILLIS, Some(221_899)),
            ("0.0087", SECONDS, Some(8_700)),
            ("1346208440.833", SECONDS, Some(1_346_208_440_833_000)),
            ("1536504662313741000", NANOS, Some(1_536_504_662_313_741)),
            ("1999", NANOS, Some(1)),
            ("1.0000009", SECONDS, Some(1_000_000)),
            ("1000000000000000", MILLIS, Some(MICROS_MAX)),
            ("1000000000000000.001", MILLIS, None),
            ("99999999999999999999", MILLIS, None),
            ("-1", MILLIS, None),
            ("+1", MILLIS, None),
            ("1e3", MILLIS, None),
            ("1.", MILLIS, None),
            (".5", MILLIS, None),
            ("1.5x", MILLIS, None),
            ("1.\u{663}", MILLIS, None),
            ("", MILLIS, None),
        ] {
            assert_eq!(micros(text, unit), expected, "{text}");
        }
    }

    #[test]
    fn a_moment_is_the_same_in_all_its_forms() {
        let expected = Some(1_484_059_157_117_000);
        for text in [
            "2017-01-10T15:39:17.117+01:00[Europe/Berlin]",
            "2017-01-10T14:39:17.117Z",
            "2017-01-10 14:39:17.117",
            "2017/01/10 06:39:17.117-0800",
            "1484059157.117",
            "1484059157117",
            "1484059157117000",
            "1484059157117000999",
        ] {
            assert_eq!(stamp(text), expected, "{text}");
        }
        assert_eq!(log_date("29/Aug/2012:10:47:20 +0800"), Some(1_346_208_440_000_000));
        assert_eq!(date("1970-01-01T00:00Z"), Some(0));
        assert_eq!(date("2000-03-01T00:00:00Z"), Some(951_868_800_000_000));
        assert_eq!(date("2024-02-29T00:00:00+02"), Some(1_709_157_600_000_000));
        for text in ["1970-01-01T00:00+01:00", "2017-13-01T00:00Z", "2017-01-01T24:00Z", "T", "-"] {
            assert_eq!(stamp(text), None, "{text}");
        }
    }
}
