//! Numbers, times and lists as people write them, in sentences and in tables.

use fusebox::time::Duration;

/// A count with a comma between thousands: `3,112`.
#[must_use]
pub fn count(number: u64) -> String {
    separated(&number.to_string())
}

/// A number in digits with a comma between thousands; digits after a decimal point stay unchanged.
#[must_use]
pub fn separated(number: &str) -> String {
    let (whole, fraction) = number.split_at(number.find('.').unwrap_or(number.len()));
    let mut text = String::new();
    for (n, digit) in whole.chars().enumerate() {
        if n > 0 && (whole.len() - n).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text + fraction
}

/// A count with its noun: `1 answer`, `3,112 answers`.
#[must_use]
pub fn plural(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// A duration, to at most three figures: `0.4 ms`, `143 ms`, `2.15 s`, `1 min 30 s`.
#[must_use]
pub fn length(length: Duration) -> String {
    match length.as_micros() {
        0 => "0 s".to_owned(),
        micros @ ..50 => format!("{micros} µs"),
        micros @ ..9_950 => decimals(micros, 1_000, 1, "ms"),
        micros @ ..999_500 => decimals(micros, 1_000, 0, "ms"),
        micros @ ..9_995_000 => decimals(micros, 1_000_000, 2, "s"),
        micros @ ..59_950_000 => decimals(micros, 1_000_000, 1, "s"),
        micros => {
            let seconds = (micros + 500_000) / 1_000_000;
            let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
            let parts = [(hours, "h"), (minutes, "min"), (seconds, "s")];
            let parts = parts.iter().filter(|(number, _)| *number > 0).take(2);
            parts.map(|(number, unit)| format!("{number} {unit}")).collect::<Vec<_>>().join(" ")
        }
    }
}

/// A whole number in at most five characters: `182`, `1,016`, `15.7k`, `120k`, `1.2M`.
#[must_use]
pub fn figure(number: f64) -> String {
    let (number, decimals, unit) = match number {
        ..9_999.5 => (number, 0, ""),
        ..99_950.0 => (number / 1e3, 1, "k"),
        ..999_500.0 => (number / 1e3, 0, "k"),
        _ => (number / 1e6, 1, "M"),
    };
    let text = format!("{number:.decimals$}");
    separated(text.strip_suffix(".0").unwrap_or(&text)) + unit
}

/// A rate per second: `182 /s`.
#[must_use]
pub fn rate(per_second: f64) -> String {
    format!("{} /s", figure(per_second))
}

/// A load: `7,605 requests/s`, and a small one with its decimals.
#[must_use]
pub fn requests(per_second: f64) -> String {
    let number = match per_second {
        few @ ..10.0 => ((few * 100.0).round() / 100.0).to_string(),
        many => separated(&format!("{many:.0}")),
    };
    format!("{number} requests/s")
}

/// A share in per cent, with one decimal below ten: `3.1 %`.
#[must_use]
pub fn share(part: f64, whole: f64) -> String {
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

/// A count as a number to compute with.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "no run counts to 2^53")]
pub const fn float(count: u64) -> f64 {
    count as f64
}

/// A duration with one decimal, so that the width of a countdown does not change: `12.4 s`.
#[must_use]
pub fn seconds(length: Duration) -> String {
    format!("{:.1} s", length.as_secs_f64())
}

/// The rest of a duration, short enough to fit beside an edge.
#[must_use]
pub fn left(length: Duration) -> String {
    match length.as_micros() / 1_000_000 {
        0..100 => seconds(length),
        whole @ 100..1_000 => format!("{whole} s"),
        whole @ 1_000..36_000 => format!("{} min", whole / 60),
        whole => format!("{} h", whole / 3_600),
    }
}

/// A latency rounded enough to be readable while it changes: `41 ms`, `1.3 s`.
#[must_use]
pub fn latency(length: Duration) -> String {
    match length.as_micros() {
        ..1_000 => "<1 ms".to_owned(),
        micros @ ..1_000_000 => format!("{} ms", micros / 1_000),
        _ => format!("{:.1} s", length.as_secs_f64()),
    }
}

/// A multiple: `9.1×`, from 100 on without decimals.
#[must_use]
pub fn multiple(factor: f64) -> String {
    if factor >= 100.0 { format!("{factor:.0}×") } else { format!("{factor:.1}×") }
}

/// A number of units, rounded to at most this many decimals, without zeros at the end.
fn decimals(number: u64, unit: u64, places: u32, name: &str) -> String {
    let scale = 10_u64.pow(places);
    let rounded = (number * scale + unit / 2) / unit;
    let width = places as usize;
    let text = format!("{}.{:0width$}", rounded / scale, rounded % scale);
    format!("{} {name}", text.trim_end_matches('0').trim_end_matches('.'))
}

/// The n-th: `1st`, `2nd`, `13th`.
#[must_use]
pub fn ordinal(n: u32) -> String {
    let ending = match (n % 10, n % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{}{ending}", count(n.into()))
}

/// A list in a sentence: `a`, `a and b`, `a, b and c`.
#[must_use]
pub fn list(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

/// The text with a capital letter at its start, and a full stop at its end.
#[must_use]
pub fn sentence(text: &str) -> String {
    let stop = if text.ends_with('.') { "" } else { "." };
    capital(text) + stop
}

/// The text with a capital letter at its start.
#[must_use]
pub fn capital(text: &str) -> String {
    let mut text = text.to_owned();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

/// The words of a text in lines of at most this many characters; a longer word has a line of its own.
#[must_use]
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                *line += " ";
                *line += word;
            }
            _ => lines.push(word.to_string()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_have_commas_and_know_one_from_many() {
        assert_eq!([0, 999, 1_234_567].map(count), ["0", "999", "1,234,567"]);
        assert_eq!(plural(1, "answer", "answers"), "1 answer");
        assert_eq!(plural(1_200, "answer", "answers"), "1,200 answers");
        let numbers = [1, 2, 3, 4, 11, 12, 13, 21, 112, 1_002];
        let words =
            ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "112th", "1,002nd"];
        assert_eq!(numbers.map(ordinal), words);
    }

    #[test]
    fn lengths_are_rounded_to_what_a_person_reads() {
        for (micros, text) in [
            (0, "0 s"),
            (49, "49 µs"),
            (400, "0.4 ms"),
            (1_449, "1.4 ms"),
            (9_999, "10 ms"),
            (143_400, "143 ms"),
            (999_900, "1 s"),
            (2_149_900, "2.15 s"),
            (2_000_000, "2 s"),
            (12_440_000, "12.4 s"),
            (59_960_000, "1 min"),
            (90_000_000, "1 min 30 s"),
            (3_900_000_000, "1 h 5 min"),
            (86_400_000_000, "24 h"),
        ] {
            assert_eq!(length(Duration::from_micros(micros)), text);
        }
    }

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
        let rates = [12.4, 1_016.0, 9_999.6, 15_659.0, 99_960.0, 1e6, 1_230_000.0].map(rate);
        let texts = ["12", "1,016", "10k", "15.7k", "100k", "1M", "1.2M"];
        assert_eq!(rates, texts.map(|text| format!("{text} /s")));
        assert_eq!(share(0.0, 0.0), "–");
        assert_eq!(share(31.0, 1_000.0), "3.1 %");
        assert_eq!(share(1.0, 2.0), "50 %");
        assert_eq!(latency(Duration::from_micros(41_900)), "41 ms");
        assert_eq!(latency(Duration::from_millis(1_340)), "1.3 s");
        assert_eq!(multiple(9.14), "9.1×");
    }

    #[test]
    fn parts_become_a_sentence() {
        let parts = ["a", "b", "c"].map(str::to_owned);
        assert_eq!([list(&[]), list(&parts[..1]), list(&parts[..2])], ["", "a", "a and b"]);
        assert_eq!(sentence(&list(&parts)), "A, b and c.");
        assert_eq!(sentence("Done."), "Done.");
        assert_eq!(sentence(""), ".");
    }
}
