//! An axis of a sweep: a setting and its values.

use crate::herd::{Setup, Strategy};
use crate::settings::{self, Kind, Problem, Setting, SettingSpec, Value, hint, shortened};
use crate::words::float;
use fusebox::time::Duration;

/// The fewest values of an axis.
pub const VALUES_MIN: usize = 2;

/// The most values of an axis.
pub const VALUES_MAX: usize = 40;

/// The default number of values of a range.
const VALUES: usize = 12;

/// The prefix of the keys of a strategy.
pub(super) const OF_LANE: &str = "lane.";

/// The suffix of a range with logarithmic steps.
const LOG: &str = ":log";

/// A setting and its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Axis {
    /// The key of the setting: `outage`, `lane.retry.base`.
    pub key: String,
    /// The description of the setting.
    pub spec: &'static SettingSpec,
    /// The values as text, from [`VALUES_MIN`] to [`VALUES_MAX`] of them.
    pub texts: Vec<String>,
    /// The suffix of a range: none, or [`LOG`]; `None` for a list of values.
    range: Option<&'static str>,
}

impl Axis {
    /// The axis of a text: `outage:1s..60s:20`, with the suffix `:log` for logarithmic steps, or
    /// with a list of values as in `capacity_lost:10%,50%,100%`.
    ///
    /// Values between the ends are rounded to three figures.
    ///
    /// # Errors
    /// In words that name the axis, the problem, and what is accepted.
    pub fn read(name: &str, text: &str) -> Result<Self, Problem> {
        Self::of(text).map_err(|what| {
            Problem::new(name, format!("is {:?}, but {what}", shortened(text.trim())))
        })
    }

    fn of(text: &str) -> Result<Self, String> {
        let (key, values) = text.trim().split_once(':').ok_or(
            "must be a setting and its values, as in outage:1s..60s:20 or capacity_lost:10%,50%",
        )?;
        let (key, spec) = setting(key.trim()).map_err(|problem| problem.to_string())?;
        if matches!(
            spec.kind,
            Kind::List { .. }
                | Kind::Rate
                | Kind::Change
                | Kind::Parts { .. }
                | Kind::Schedule { .. }
        ) {
            return Err(format!("{key} is a list, which cannot be an axis"));
        }
        let parse = |text: &str| {
            let text = text.trim();
            let wrong =
                || format!("{key} cannot be {:?}, only {}", shortened(text), spec.accepts());
            spec.parse(text).ok_or_else(wrong)
        };
        let (range, values) = if values.contains("..") {
            let (log, values) = range(values.trim(), parse)?;
            (Some(log), values)
        } else {
            (None, listed(spec, values.trim(), parse)?)
        };
        let texts = values.iter().map(|value| spec.kind.text(value)).collect();
        Ok(Self { key, spec, texts, range })
    }

    /// The axis of a setting around its current value, as text: from a quarter to four times a time
    /// or a count, over the whole range of a share, and with all words of a choice.
    #[must_use]
    pub fn around(setting: &Setting) -> String {
        let (key, kind) = (plain(&setting.key), &setting.spec.kind);
        let Some((least, most)) = kind.range() else {
            let words = match kind {
                Kind::Choice(words) => words.join(","),
                kind => [false, true].map(|on| kind.text(&Value::Flag(on))).join(","),
            };
            return format!("{key}:{words}");
        };
        let is = setting.value.as_deref().or(setting.default.as_deref());
        let near = is.and_then(|is| around(kind, &kind.parse(is)?));
        // A small range of whole numbers has fewer values, and one that starts at 0 has no
        // logarithmic steps.
        let counts = (VALUES_MIN..=VALUES).rev();
        let texts = counts.flat_map(|count| {
            let near = near.as_ref().map(|(low, high)| format!("{key}:{low}..{high}:{count}"));
            let log = near.as_ref().map(|near| format!("{near}{LOG}"));
            log.into_iter().chain(near).chain([format!("{key}:{least}..{most}:{count}")])
        });
        let mut texts = texts.filter(|text| Self::of(text).is_ok());
        texts.next().unwrap_or_default()
    }

    /// The text that [`Axis::read`] reads as this axis.
    #[must_use]
    pub fn write(&self) -> String {
        let Self { key, texts, range, .. } = self;
        let (first, last) = (&texts[0], &texts[texts.len() - 1]);
        match range {
            None => format!("{key}:{}", texts.join(",")),
            Some(log) => format!("{key}:{first}..{last}:{}{log}", texts.len()),
        }
    }

    /// Whether this setup and strategy have the setting of the axis.
    ///
    /// # Errors
    /// When they do not, with when it would apply.
    pub(crate) fn applies(&self, setup: &Setup, strategy: &Strategy) -> Result<(), Problem> {
        if self.get(setup, strategy).is_some() {
            return Ok(());
        }
        let what = match self.spec.when {
            Some(when) => format!("applies only where {}", when.words()),
            None => "does not apply with the other settings".to_string(),
        };
        Err(Problem::new(&self.key, what))
    }

    pub(super) fn get(&self, setup: &Setup, strategy: &Strategy) -> Option<String> {
        let key = &self.key;
        if key.starts_with(OF_LANE) {
            settings::get(strategy, key)
        } else {
            settings::get(setup, key)
        }
    }
}

/// Changes a setting of the setup, or of the strategy if its key begins with `lane`.
pub(super) fn set(
    setup: &mut Setup,
    strategy: &mut Strategy,
    key: &str,
    text: &str,
) -> Result<(), Problem> {
    if key.starts_with(OF_LANE) {
        return settings::set(strategy, key, text);
    }
    setting(key)?;
    settings::set(setup, key, text)
}

/// A key without an optional table name.
#[must_use]
pub fn plain(key: &str) -> &str {
    key.strip_prefix("herd.").unwrap_or(key)
}

/// The full key of a setting, and its description.
fn setting(key: &str) -> Result<(String, &'static SettingSpec), Problem> {
    if key.starts_with(OF_LANE) {
        return Ok((key.to_string(), settings::spec::<Strategy>(key)?));
    }
    let key = plain(key);
    let (known, head) = (settings::keys::<Setup>(), key.split('.').next().unwrap_or_default());
    if known.contains(&head) {
        return Ok((key.to_string(), settings::spec::<Setup>(key)?));
    }
    let of_lane = format!("{OF_LANE}{key}");
    let near = match settings::spec::<Strategy>(&of_lane) {
        Ok(_) => format!("; the closest is {}", shortened(&of_lane)),
        Err(_) => hint(head, &known),
    };
    let key = if key.is_empty() { "\"\"".to_string() } else { shortened(key) };
    Err(Problem::new(key, format!("is not a setting{near}")))
}

/// From a quarter of a time or a count to four times as much, within its range; none for shares and
/// for zero.
fn around(kind: &Kind, value: &Value) -> Option<(String, String)> {
    let number = number(value).filter(|number| *number > 3)?;
    if matches!(kind, Kind::Number { scale, .. } if scale.is_share() || number >= 1_000_000) {
        return None;
    }
    let text = |number: u64| kind.text(&like(value, number));
    let (least, most) = kind.range()?;
    let within = |text: String, end: String| if kind.parse(&text).is_some() { text } else { end };
    let ends = (within(text(number / 4), least), within(text(number.saturating_mul(4)), most));
    (ends.0 != ends.1).then_some(ends)
}

/// The number of values, if an axis may have that many.
fn counted(count: usize) -> Result<usize, String> {
    let wrong = || format!("must have {VALUES_MIN} to {VALUES_MAX} values");
    (VALUES_MIN..=VALUES_MAX).contains(&count).then_some(count).ok_or_else(wrong)
}

fn listed(
    spec: &SettingSpec,
    text: &str,
    parse: impl Fn(&str) -> Result<Value, String>,
) -> Result<Vec<Value>, String> {
    counted(text.split(',').count())?;
    let mut values = Vec::new();
    for text in text.split(',') {
        let value = parse(text)?;
        if values.contains(&value) {
            return Err(format!("has {} twice", spec.kind.text(&value)));
        }
        values.push(value);
    }
    Ok(values)
}

/// The suffix of a range, and its values.
fn range(
    text: &str,
    parse: impl Fn(&str) -> Result<Value, String>,
) -> Result<(&'static str, Vec<Value>), String> {
    let form = "its range must be as in 1s..60s:20, or 1s..60s:20:log";
    let (from, rest) = text.split_once("..").ok_or(form)?;
    let (log, [to, count]) = match rest.split(':').map(str::trim).collect::<Vec<_>>()[..] {
        [to] => ("", [to, ""]),
        [to, count] => ("", [to, count]),
        [to, count, "log"] => (LOG, [to, count]),
        _ => return Err(form.to_string()),
    };
    let (from, to) = (parse(from)?, parse(to)?);
    let (Some(first), Some(last)) = (number(&from), number(&to)) else {
        return Err("only numbers and times have a range; give its values with commas".to_string());
    };
    let count = counted(count.parse().map_err(|_| form)?)?;
    if first >= last {
        return Err("its range must begin below its end".to_string());
    }
    if log == LOG && first == 0 {
        return Err("a logarithmic range must begin above 0".to_string());
    }
    let numbers: Vec<u64> =
        (0..count).map(|n| between(first, last, n, count, log == LOG)).collect();
    if numbers.windows(2).any(|two| two[0] >= two[1]) {
        return Err(format!("its range has fewer than {count} different values"));
    }
    Ok((log, numbers.into_iter().map(|number| like(&from, number)).collect()))
}

/// A value in the unit of the config; none for one that is not a number.
fn number(value: &Value) -> Option<u64> {
    match value {
        Value::Time(time) => Some(time.as_micros()),
        Value::Number(number) => Some((*number).into()),
        _ => None,
    }
}

/// A time or a number of the same kind as another value.
fn like(value: &Value, number: u64) -> Value {
    match value {
        Value::Time(_) => Value::Time(Duration::from_micros(number)),
        _ => Value::Number(u32::try_from(number).unwrap_or(u32::MAX)),
    }
}

/// The n-th of this many values, rounded to three figures, except for the ends.
fn between(first: u64, last: u64, n: usize, count: usize, log: bool) -> u64 {
    if n == 0 {
        return first;
    }
    if n + 1 == count {
        return last;
    }
    let share = float(n as u64) / float(count as u64 - 1);
    let (first, last) = (float(first), float(last));
    rounded(if log {
        first * libm::exp(share * libm::log(last / first))
    } else {
        first + share * (last - first)
    })
}

/// Rounds to three figures, or to a whole number if that has fewer.
fn rounded(number: f64) -> u64 {
    let mut unit = 1.0;
    while number / unit >= 1_000.0 {
        unit *= 10.0;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the range")]
    let rounded = (libm::round(number / unit) * unit) as u64;
    rounded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> String {
        Axis::read("x", text).unwrap().texts.join(" ")
    }

    #[test]
    fn a_range_is_made_as_its_setting_is() {
        for (text, is) in [
            ("outage:1s..60s:4", "1s 20.7s 40.3s 60s"),
            ("herd.outage: 1s .. 100s : 3 : log", "1s 10s 100s"),
            ("capacity_lost:10%..100%:4", "10% 40% 70% 100%"),
            ("clients:10..100000:5:log", "10 100 1000 10000 100000"),
            ("lane.retry.max_attempts:1..4:4", "1 2 3 4"),
            ("lane.retry.base:10ms..10s:4:log", "10ms 100ms 1s 10s"),
            ("lane.breaker.cooldown:1s,5s,30s", "1s 5s 30s"),
            ("requests:open,closed", "open closed"),
            ("deadline:off,5s", "off 5s"),
            ("lane.breaker:on,off", "on off"),
        ] {
            assert_eq!(texts(text), is, "{text}");
            let axis = Axis::read("x", text).unwrap();
            assert_eq!(Axis::read("y", &axis.write()).as_ref(), Ok(&axis), "{text}");
        }
    }

    #[test]
    fn what_is_no_axis_is_said() {
        for (text, what) in [
            ("", "must be a setting and its values"),
            ("outage", "must be a setting and its values"),
            ("outages:1s,2s", "outages is not a setting; the closest is outage"),
            ("retry.base:1s,2s", "retry.base is not a setting; the closest is lane.retry.base"),
            ("lane.retry.bas:1s,2s", "lane.retry.bas is not a setting; the closest is base"),
            ("lane:1,2", "lane is not a setting"),
            (":1,2", "\"\" is not a setting"),
            ("lane.retry:1,2", "lane.retry cannot be set as a whole"),
            ("outage.x:1s,2s", "outage is a single setting, with no settings inside it"),
            ("outage:1s", "must have 2 to 40 values"),
            ("outage:1s..60s:41", "must have 2 to 40 values"),
            ("outage:1s..60s", "its range must be as in"),
            ("outage:1s..60s:x", "its range must be as in"),
            ("outage:1s..60s:5:exp", "its range must be as in"),
            ("outage:1s..60s:5:log:log", "its range must be as in"),
            ("outage:60s..1s:5", "its range must begin below its end"),
            ("outage:1..60:5", "outage cannot be \"1\", only a time such as"),
            ("outage:1s,1000ms", "has 1s twice"),
            ("clients:10..12:5", "its range has fewer than 5 different values"),
            ("requests:open..closed:2", "only numbers and times have a range"),
            ("lane.breaker.cooldown:0s..1s:5:log", "must begin above 0"),
        ] {
            let problem = Axis::read("x", text).unwrap_err();
            assert_eq!(problem.path, "x");
            assert!(problem.what.contains(what), "{text}: {problem}");
        }
        let long = format!("outage:{}", "1s,".repeat(100_000));
        assert!(Axis::read("x", &long).unwrap_err().what.len() < 200);
    }
}
