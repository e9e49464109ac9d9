//! The accepted values of settings, in words.

use super::kind::{Kind, Scale};
use super::rate::{POINTS_MAX, RATE_MAX};
use super::text::decimal_text;
use crate::words::separated;
use fusebox::time::Duration;

impl Kind {
    /// The accepted values, in words that follow "must be".
    #[must_use]
    pub fn accepts(&self) -> String {
        match *self {
            Self::Time { min, max } => {
                let range = range_words(min == Duration::ZERO, &words(min), &words(max));
                format!("a time such as 250ms or 2s, {range}")
            }
            Self::Number { min, max, scale } => {
                let end = |number| separated(&decimal_text(number, scale.decimals()));
                let (min, max) = (end(min.into()), end(max.into()));
                match scale {
                    Scale::Whole(_) => format!("a whole number from {min} to {max}"),
                    Scale::Thousandths => {
                        format!("a number from {min} to {max} with at most 3 decimals")
                    }
                    _ => {
                        let step = decimal_text(1, scale.decimals());
                        format!("a share such as 10%, from {min}% to {max}% in steps of {step}%")
                    }
                }
            }
            Self::Choice(of) => format!("one of {}", of.join(", ")),
            Self::Flag => "true or false".to_string(),
            Self::Part => "on or off".to_string(),
            Self::List { of, min, max, repeats } => {
                let again = if repeats { ", with repeats allowed" } else { ", each at most once" };
                format!("a list of {min} to {max} of {}{again}", of.join(", "))
            }
            Self::Rate => format!(
                "a rate in calls per second, from 0 to {} with at most 3 decimals, or 1 to {} \
                 points of a time and a rate in order of time, such as 0s:40, 20s:80",
                separated(&(RATE_MAX / 1_000).to_string()),
                separated(&POINTS_MAX.to_string()),
            ),
            Self::Change => "a setting and its value, such as breaker.failures=3".to_string(),
            Self::Schedule { max } => format!(
                "up to {} actions separated by commas, such as 12.4s:postgres:down, or off",
                separated(&max.to_string()),
            ),
            Self::Parts { min, max } => {
                format!("a list of {min} to {} objects", separated(&max.to_string()))
            }
        }
    }
}

fn words(time: Duration) -> String {
    match time.as_micros() {
        86_400_000_000 => "1 day".to_string(),
        60_000_000 => "1 min".to_string(),
        _ => time.to_string(),
    }
}

fn range_words(from_nothing: bool, min: &str, max: &str) -> String {
    if from_nothing { format!("up to {max}") } else { format!("from {min} to {max}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_accepted_reads_well() {
        let share = Kind::Number { min: 0, max: 10_000_000, scale: Scale::PerTenThousand };
        let words = "a share such as 10%, from 0% to 100,000% in steps of 0.01%";
        assert_eq!(share.accepts(), words);
        let time = Kind::Time { min: Duration::ZERO, max: Duration::from_secs(60) };
        assert_eq!(time.accepts(), "a time such as 250ms or 2s, up to 1 min");
    }
}
