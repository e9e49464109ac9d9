//! The values of a slider: round numbers, each about a fifth larger than the one before.

use fusebox::time::Duration;
use fusebox_lab::settings::{Kind, Scale, Value};

/// The values of a slider, from the least to the greatest.
///
/// A setting may range from a millisecond to a day, and on a slider of that range nobody could pick ten
/// seconds. So a slider covers round numbers around the value that it starts at; the text field beside
/// it accepts every other value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ladder {
    kind: Kind,
    rungs: Vec<u64>,
}

/// The range of the slider: from a 30th to 30 times the starting value.
const REACH: u64 = 30;

/// The multiples of a power of ten, in tenths.
const ROUND: [u64; 9] = [10, 15, 20, 25, 30, 40, 50, 60, 80];

impl Ladder {
    /// The values around this one; none if it is neither a time nor a number.
    pub(super) fn around(kind: Kind, middle: &Value) -> Option<Self> {
        let (min, max) = match kind {
            Kind::Time { min, max } => (min.as_micros(), max.as_micros()),
            Kind::Number { min, max, .. } => (min.into(), max.into()),
            _ => return None,
        };
        let middle = raw(middle).unwrap_or(min).clamp(min, max);
        let rungs = match kind {
            Kind::Number { scale, .. } if scale.is_share() => shares(scale, min, max.max(middle)),
            // A small count starts at its minimum, such as one attempt or a queue of length zero.
            Kind::Number { .. } => round_between(min, max.min(middle.max(10) * REACH)),
            _ => round_between(min.max(middle / REACH), max.min(middle * REACH)),
        };
        let mut rungs: Vec<u64> = (min == 0).then_some(0).into_iter().chain(rungs).collect();
        // A range without a round number still has its minimum.
        if rungs.is_empty() {
            rungs.push(min);
        }
        Some(Self { kind, rungs })
    }

    /// The index of the last value; the first is 0.
    pub(super) fn last(&self) -> usize {
        self.rungs.len() - 1
    }

    /// The index of the value that is nearest to this one, by ratio.
    pub(super) fn nearest(&self, value: &Value) -> usize {
        let Some(value) = raw(value) else { return 0 };
        let at = self.rungs.partition_point(|&rung| rung < value);
        match (at.checked_sub(1), self.rungs.get(at)) {
            (Some(below), Some(&above)) if below_is_nearer(self.rungs[below], value, above) => {
                below
            }
            (Some(below), None) => below,
            _ => at,
        }
    }

    /// The index of the next value above or below this one; none beyond the ends.
    pub(super) fn beside(&self, value: &Value, is_above: bool) -> Option<usize> {
        let value = raw(value)?;
        if is_above {
            Some(self.rungs.partition_point(|&rung| rung <= value)).filter(|it| *it <= self.last())
        } else {
            self.rungs.partition_point(|&rung| rung < value).checked_sub(1)
        }
    }

    /// The value with this index, as the setting accepts it.
    pub(super) fn text(&self, number: usize) -> String {
        let rung = self.rungs[number.min(self.last())];
        let value = match self.kind {
            Kind::Time { .. } => Value::Time(Duration::from_micros(rung)),
            _ => Value::Number(u32::try_from(rung).unwrap_or(u32::MAX)),
        };
        self.kind.text(&value)
    }
}

const fn raw(value: &Value) -> Option<u64> {
    match value {
        Value::Time(time) => Some(time.as_micros()),
        Value::Number(number) => Some(*number as u64),
        _ => None,
    }
}

/// Whether the ratio to the lower value is the smaller one.
const fn below_is_nearer(below: u64, value: u64, above: u64) -> bool {
    (value as u128) * (value as u128) < (below as u128) * (above as u128)
}

/// Shares have even steps: 1 %, 2 %, and then steps of 5 %.
fn shares(scale: Scale, min: u64, max: u64) -> Vec<u64> {
    let percent = 10_u64.pow(scale.decimals());
    let steps = [1, 2].into_iter().chain((5..=100).step_by(5)).map(|share| share * percent);
    let mut rungs: Vec<u64> = steps.filter(|share| (min.max(1)..=max).contains(share)).collect();
    // A share of more than 100 % is rare, and may then be a large multiple.
    if max > 100 * percent {
        rungs.extend(round_between(150 * percent, max.min(1_000 * percent)));
    }
    rungs
}

/// The round numbers from one value to another.
fn round_between(low: u64, high: u64) -> Vec<u64> {
    let tens = (0..).map_while(|power| 10_u64.checked_pow(power)).take_while(|ten| *ten <= high);
    let round = tens.flat_map(|ten| ROUND.map(|tenths| tenths * ten));
    let whole = round.filter(|tenths| tenths.is_multiple_of(10)).map(|tenths| tenths / 10);
    whole.filter(|number| (low..=high).contains(number)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIME: Kind =
        Kind::Time { min: Duration::from_millis(1), max: Duration::from_secs(86_400) };

    fn texts(ladder: &Ladder) -> Vec<String> {
        (0..=ladder.last()).map(|number| ladder.text(number)).collect()
    }

    #[test]
    fn a_time_has_round_neighbours_far_to_both_sides() {
        let two = Value::Time(Duration::from_secs(2));
        let ladder = Ladder::around(TIME, &two).unwrap();
        let texts = texts(&ladder);
        assert_eq!(texts.first().map(String::as_str), Some("80ms"));
        assert_eq!(texts.last().map(String::as_str), Some("60s"));
        for near in ["1.5s", "2s", "2.5s", "10s"] {
            assert!(texts.iter().any(|text| text == near), "{near} of {texts:?}");
        }
        assert_eq!(ladder.text(ladder.nearest(&two)), "2s");
        let odd = Value::Time(Duration::from_millis(2_100));
        assert_eq!(ladder.text(ladder.nearest(&odd)), "2s");
        let beside = |value: &Value, is_above| Some(ladder.text(ladder.beside(value, is_above)?));
        let text = |text: &str| Some(text.to_owned());
        assert_eq!([beside(&two, false), beside(&two, true)], [text("1.5s"), text("2.5s")]);
        assert_eq!([beside(&odd, false), beside(&odd, true)], [text("2s"), text("2.5s")]);
        let [least, most] = [80, 60_000].map(|it| Value::Time(Duration::from_millis(it)));
        assert_eq!([beside(&least, false), beside(&most, true)], [None, None]);
        let far = Value::Time(Duration::from_secs(4_000));
        assert_eq!(ladder.nearest(&far), ladder.last());
    }

    #[test]
    fn a_count_begins_at_its_least_and_a_share_has_even_steps() {
        let count = Kind::Number { min: 1, max: 1_000_000, scale: Scale::Whole("calls") };
        let ladder = Ladder::around(count, &Value::Number(3)).unwrap();
        assert_eq!(texts(&ladder)[..6], ["1", "2", "3", "4", "5", "6"]);
        let places = Kind::Number { min: 0, max: 1_000_000, scale: Scale::Whole("calls") };
        let ladder = Ladder::around(places, &Value::Number(3)).unwrap();
        assert_eq!(texts(&ladder)[..3], ["0", "1", "2"]);
        let share = Kind::Number { min: 1, max: 10_000, scale: Scale::PerTenThousand };
        let ladder = Ladder::around(share, &Value::Off).unwrap();
        assert_eq!(texts(&ladder)[..4], ["1%", "2%", "5%", "10%"]);
        assert_eq!(ladder.text(ladder.last()), "100%");
        assert_eq!(Ladder::around(Kind::Flag, &Value::Flag(true)), None);
    }

    #[test]
    fn every_value_of_a_ladder_is_accepted() {
        for (_, settings) in fusebox_lab::settings::reference() {
            for setting in settings {
                let kind = setting.spec.kind;
                let values = setting.default.and_then(|text| setting.spec.parse(&text));
                let Some(ladder) = Ladder::around(kind, &values.unwrap_or(Value::Off)) else {
                    continue;
                };
                for text in texts(&ladder) {
                    assert!(kind.parse(&text).is_some(), "{} cannot be {text}", setting.key);
                }
                assert!(ladder.last() < 200, "{} {}", setting.key, ladder.last());
            }
        }
    }
}
