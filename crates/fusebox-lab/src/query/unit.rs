//! The units of numbers that queries give, and how people read them.

use crate::words;
use fusebox::time::Duration;

/// The unit of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A number of things.
    Count,
    /// A number that need not be whole.
    Number,
    /// A share, from 0 to 1.
    Share,
    /// Seconds.
    Time,
    /// Things per second.
    Rate,
    /// A multiple.
    Multiple,
    /// Yes (1) or no (0).
    Truth,
}

impl Unit {
    /// The unit of a field in a report.
    pub(super) fn of_field(unit: &str) -> Self {
        match unit {
            "ms" => Self::Time,
            "0 to 1" => Self::Share,
            "x" => Self::Multiple,
            _ => Self::Count,
        }
    }

    /// What it measures, in a phrase.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Count | Self::Number => "a number",
            Self::Share => "a share",
            Self::Time => "a time",
            Self::Rate => "a rate",
            Self::Multiple => "a multiple",
            Self::Truth => "yes or no",
        }
    }

    /// The number as people read it, with its unit if that is short: `8.02 s`, `98.5 %`, `1,194`.
    #[must_use]
    pub fn text(self, number: f64) -> String {
        let rounded = |decimals: usize| {
            let text = format!("{number:.decimals$}");
            let text = if text.contains('.') {
                text.trim_end_matches('0').trim_end_matches('.')
            } else {
                &text
            };
            match text.strip_prefix('-') {
                Some(digits) => format!("-{}", words::separated(digits)),
                None => words::separated(text),
            }
        };
        match self {
            Self::Count => rounded(0),
            Self::Number if number.abs() >= 100.0 => rounded(0),
            Self::Number => rounded(if number.abs() >= 10.0 { 1 } else { 2 }),
            Self::Share => format!("{} %", shortest_share(number)),
            Self::Time if number < 0.0 => format!("-{}", self.text(-number)),
            Self::Time => words::length(Duration::from_secs_f64(number)),
            Self::Rate => words::rate(number),
            Self::Multiple => words::multiple(number),
            Self::Truth => if number > 0.0 { "yes" } else { "no" }.to_string(),
        }
    }

    /// The number with up to six decimals, for one that [`Unit::text`] rounds to another one.
    pub(super) fn exact(self, number: f64) -> String {
        let decimals = |number: f64| {
            let text = format!("{number:.6}");
            text.trim_end_matches('0').trim_end_matches('.').to_string()
        };
        match self {
            Self::Count | Self::Number => decimals(number),
            Self::Share => format!("{} %", decimals(number * 100.0)),
            Self::Time => format!("{} s", decimals(number)),
            Self::Rate => format!("{} /s", decimals(number)),
            Self::Multiple => format!("{}×", decimals(number)),
            Self::Truth => self.text(number),
        }
    }
}

/// A share in per cent with one decimal; one that is nearly nothing or nearly all has as many as tell
/// it from that.
fn shortest_share(share: f64) -> String {
    let percent = share * 100.0;
    let text = (1..=3).map(|decimals| format!("{percent:.decimals$}")).find(|text| {
        let is_whole = text.trim_start_matches("0.").trim_end_matches('0').is_empty()
            || text.starts_with("100.");
        !is_whole || share <= 0.0 || share >= 1.0
    });
    let text = text.unwrap_or_else(|| format!("{percent:.3}"));
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_people_write_them() {
        for (unit, number, text) in [
            (Unit::Count, 1_194.0, "1,194"),
            (Unit::Count, 100.0, "100"),
            (Unit::Number, 2.5, "2.5"),
            (Unit::Number, 1_234.5, "1,234"),
            (Unit::Share, 0.985, "98.5 %"),
            (Unit::Share, 0.999_4, "99.9 %"),
            (Unit::Share, 0.999_94, "99.99 %"),
            (Unit::Share, 0.000_2, "0.02 %"),
            (Unit::Share, 1.0, "100 %"),
            (Unit::Share, 0.0, "0 %"),
            (Unit::Time, 8.02, "8.02 s"),
            (Unit::Time, -0.25, "-250 ms"),
            (Unit::Rate, 182.4, "182 /s"),
            (Unit::Multiple, 2.75, "2.8×"),
            (Unit::Truth, 1.0, "yes"),
        ] {
            assert_eq!(unit.text(number), text);
        }
    }
}
