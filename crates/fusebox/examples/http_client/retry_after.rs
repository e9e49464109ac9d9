//! The wait that a server asks for in `Retry-After`: a number of seconds, or a date.
#![expect(clippy::disallowed_types, reason = "a date is on the clock of the world")]

use fusebox::time::Duration;
use std::time::SystemTime;

/// The wait from now on; zero for a date in the past, and none for what is neither seconds nor a date.
///
/// `date` is the `Date` of the answer. A date is compared with it where it is there, so that a clock of
/// ours that is wrong does not matter.
pub(crate) fn wait(retry_after: &str, date: Option<&str>) -> Option<Duration> {
    if !retry_after.is_empty() && retry_after.bytes().all(|byte| byte.is_ascii_digit()) {
        // More seconds than a number can hold are a wait without end.
        return Some(retry_after.parse().map_or(Duration::MAX, Duration::from_secs));
    }
    let until = httpdate::parse_http_date(retry_after).ok()?;
    let now = date.and_then(|date| httpdate::parse_http_date(date).ok());
    let wait = until.duration_since(now.unwrap_or_else(SystemTime::now));
    Some(wait.map_or(Duration::ZERO, Duration::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Option<&str> = Some("Sun, 29 Nov 2026 12:00:00 GMT");

    #[test]
    fn f17_both_forms_are_understood() {
        for (text, seconds) in [
            ("0", 0),
            ("120", 120),
            ("Sun, 29 Nov 2026 12:02:00 GMT", 120),
            // The two older forms, which a client has to accept as well.
            ("Sunday, 29-Nov-26 12:02:00 GMT", 120),
            ("Sun Nov 29 12:02:00 2026", 120),
            ("Mon, 30 Nov 2026 12:00:00 GMT", 86_400),
        ] {
            assert_eq!(wait(text, NOW), Some(Duration::from_secs(seconds)), "{text}");
        }
        assert_eq!(wait("99999999999999999999", NOW), Some(Duration::MAX));
    }

    #[test]
    fn f17_a_date_in_the_past_is_no_wait() {
        let past = "Sun, 29 Nov 2026 11:59:59 GMT";
        assert_eq!(wait(past, NOW), Some(Duration::ZERO));
        // Without the date of the answer, or with a wrong one, the clock of the machine decides.
        let long_past = "Sun, 06 Nov 1994 08:49:37 GMT";
        assert_eq!(
            [wait(long_past, None), wait(long_past, Some("soon"))],
            [Some(Duration::ZERO); 2]
        );
    }

    #[test]
    fn f17_nonsense_is_none() {
        for text in [
            "",
            "soon",
            "-5",
            "+5",
            "1.5",
            "5 s",
            "Sun, 29 Nov 2026",
            "Sun, 31 Feb 2027 12:00:00 GMT",
        ] {
            assert_eq!(wait(text, NOW), None, "{text}");
        }
    }
}
