//! Settings of each kind as text.

use super::action_text::{actions_text, schedule};
use super::kind::{Kind, Scale, Value};
use super::rate::{parse_rate, rate_text};
use super::running;
use super::text::{decimal_text, parse_scaled, parse_time, time_text};

impl Kind {
    /// The value of this text, if it is valid and in range.
    #[must_use]
    pub fn parse(&self, text: &str) -> Option<Value> {
        let text = text.trim();
        match *self {
            Self::Time { min, max } => {
                parse_time(text).filter(|time| (min..=max).contains(time)).map(Value::Time)
            }
            Self::Number { min, max, scale } => parse_number(text, scale)
                .filter(|number| (min..=max).contains(number))
                .map(Value::Number),
            Self::Choice(of) => find(of, text).map(Value::Choice),
            Self::Flag => parse_flag(text, ["false", "true"]),
            Self::Part => parse_flag(text, ["off", "on"]),
            Self::List { of, min, max, repeats } => {
                let words = text.split(',').filter(|_| !text.is_empty());
                let words: Vec<_> =
                    words.map(|word| find(of, word.trim())).collect::<Option<_>>()?;
                let once = |(n, word)| !words[..n].contains(word);
                let holds = (min..=max).contains(&words.len())
                    && (repeats || words.iter().enumerate().all(once));
                holds.then_some(Value::List(words))
            }
            Self::Rate => parse_rate(text).map(Value::Rate),
            Self::Change => running::parse(text).ok().map(Value::Change),
            Self::Schedule { max } => {
                let (actions, problems) = schedule("", text, max);
                problems.is_empty().then_some(Value::Schedule(actions))
            }
            Self::Parts { .. } => None,
        }
    }

    /// The value as text, which [`Kind::parse`] reads as the same value.
    #[must_use]
    pub fn text(&self, value: &Value) -> String {
        match (self, value) {
            (_, Value::Off) => "off".to_string(),
            (_, Value::Time(time)) => time_text(*time),
            (Self::Number { scale, .. }, &Value::Number(number)) => {
                let percent = if scale.is_share() { "%" } else { "" };
                decimal_text(number.into(), scale.decimals()) + percent
            }
            (_, Value::Number(number)) => number.to_string(),
            (_, Value::Choice(word)) => (*word).to_string(),
            (Self::Part, Value::Flag(on)) => if *on { "on" } else { "off" }.to_string(),
            (_, Value::Flag(on)) => on.to_string(),
            (_, Value::List(words)) => words.join(","),
            (_, Value::Rate(points)) => rate_text(points),
            (_, Value::Change(change)) => running::text(*change),
            (_, Value::Schedule(actions)) if actions.is_empty() => "off".to_string(),
            (_, Value::Schedule(actions)) => actions_text(actions),
        }
    }

    /// The smallest and the largest value as text, for kinds that have them.
    #[must_use]
    pub fn range(&self) -> Option<(String, String)> {
        let ends = match *self {
            Self::Time { min, max } => (Value::Time(min), Value::Time(max)),
            Self::Number { min, max, .. } => (Value::Number(min), Value::Number(max)),
            _ => return None,
        };
        Some((self.text(&ends.0), self.text(&ends.1)))
    }
}

fn find(of: &'static [&'static str], word: &str) -> Option<&'static str> {
    of.iter().copied().find(|known| *known == word)
}

fn parse_flag(text: &str, [no, yes]: [&str; 2]) -> Option<Value> {
    (text == no || text == yes).then(|| Value::Flag(text == yes))
}

fn parse_number(text: &str, scale: Scale) -> Option<u32> {
    let number = if scale.is_share() { text.strip_suffix('%')?.trim_end() } else { text };
    u32::try_from(parse_scaled(number, scale.decimals())?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_factors_have_no_more_decimals_than_the_config_can_hold() {
        let number = |text, scale| parse_number(text, scale);
        assert_eq!(number("12.5%", Scale::PerMille), Some(125));
        assert_eq!(number("12.55 %", Scale::PerTenThousand), Some(1_255));
        assert_eq!(number("12.55%", Scale::PerMille), None);
        assert_eq!(number("12.5", Scale::PerMille), None);
        assert_eq!(number("1.5", Scale::Thousandths), Some(1_500));
        assert_eq!(number("1.5004", Scale::Thousandths), None);
        assert_eq!(number("1_000", Scale::Whole("")), Some(1_000));
        assert_eq!(number("4294967296", Scale::Whole("")), None);
    }
}
