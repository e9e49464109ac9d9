//! An axis of a sweep: a setting and its values.

use crate::herd::{Setup, Strategy};
use crate::settings::{self, Kind, Problem, SettingSpec, Value, hint, shortened};
use fusebox::time::Duration;

/// The fewest values of an axis.
pub const VALUES_MIN: usize = 2;

/// The most values of an axis.
pub const VALUES_MAX: usize = 40;

/// What a key of a lane begins with.
const OF_LANE: &str = "lane.";

/// A setting and its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Axis {
    key: String,
    spec: &'static SettingSpec,
    steps: Steps,
    texts: Vec<String>,
}

/// Where the values of an axis come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Steps {
    /// They are given one by one.
    Given,
    /// From the first to the last with the same difference between any two.
    Linear,
    /// From the first to the last with the same ratio between any two.
    Logarithmic,
}

impl Axis {
    /// The axis that a text says: `outage:1s..60s:20`, with `:log` after it for logarithmic steps, or
    /// with its values as in `capacity_lost:10%,50%,100%`.
    ///
    /// Values between the ends are rounded to three figures.
    ///
    /// # Errors
    /// In words that name the axis, what is wrong, and what it may be.
    pub fn read(name: &str, text: &str) -> Result<Self, Problem> {
        let problem = |what: String| {
            Problem::new(name, format!("is {:?}, but {what}", shortened(text.trim())))
        };
        let Some((key, values)) = text.trim().split_once(':') else {
            return Err(problem(
                "must be a setting and its values, as in outage:1s..60s:20 or capacity_lost:10%,50%".into(),
            ));
        };
        let (key, spec) = setting(key.trim()).map_err(|it| problem(it.to_string()))?;
        match spec.kind {
            Kind::List { .. } | Kind::Rate | Kind::Parts { .. } | Kind::Schedule { .. } => {
                return Err(problem(format!("{key} is a list, of which there can be no axis")));
            }
            _ => {}
        }
        let values = values.trim();
        let read = if values.contains("..") { range(spec, values) } else { given(spec, values) };
        let (steps, values) = read.map_err(|what| problem(what.of(&key)))?;
        let texts = values.iter().map(|value| spec.kind.text(value)).collect();
        Ok(Self { key, spec, steps, texts })
    }

    /// The text that [`Axis::read`] reads as this axis.
    #[must_use]
    pub fn write(&self) -> String {
        let Self { key, steps, texts, .. } = self;
        let (first, last) = (&texts[0], &texts[texts.len() - 1]);
        match steps {
            Steps::Given => format!("{key}:{}", texts.join(",")),
            Steps::Linear => format!("{key}:{first}..{last}:{}", texts.len()),
            Steps::Logarithmic => format!("{key}:{first}..{last}:{}:log", texts.len()),
        }
    }

    /// The key of the setting: `outage`, `lane.retry.base`.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// What the tables say of the setting.
    #[must_use]
    pub const fn spec(&self) -> &'static SettingSpec {
        self.spec
    }

    /// Where the values come from.
    #[must_use]
    pub const fn steps(&self) -> Steps {
        self.steps
    }

    /// The values as text.
    #[must_use]
    pub fn texts(&self) -> &[String] {
        &self.texts
    }

    /// One of them.
    #[must_use]
    pub fn text(&self, n: usize) -> Option<&str> {
        self.texts.get(n).map(String::as_str)
    }

    /// How many there are.
    #[expect(clippy::len_without_is_empty, reason = "there are two at least")]
    #[must_use]
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    pub(super) fn set(
        &self,
        setup: &mut Setup,
        strategy: &mut Strategy,
        text: &str,
    ) -> Result<(), Problem> {
        set(setup, strategy, &self.key, text)
    }

    /// Whether this setup and strategy have its setting.
    ///
    /// # Errors
    /// When they have not, with where they would.
    pub fn applies(&self, setup: &Setup, strategy: &Strategy) -> Result<(), Problem> {
        if self.get(setup, strategy).is_some() {
            return Ok(());
        }
        let what = match self.spec.when {
            Some(when) => format!("applies only where {}", when.words()),
            None => "does not apply beside the other settings".to_string(),
        };
        Err(Problem::new(self.key(), what))
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

/// Changes a setting of the setup, or of the strategy where its key begins with `lane`.
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

/// The whole key of a setting, and what the tables say of it.
fn setting(key: &str) -> Result<(String, &'static SettingSpec), Problem> {
    if key.starts_with(OF_LANE) {
        return Ok((key.to_string(), settings::spec::<Strategy>(key)?));
    }
    let key = key.strip_prefix("herd.").unwrap_or(key);
    let (known, head) = (settings::keys::<Setup>(), key.split('.').next().unwrap_or_default());
    if known.contains(&head) {
        return Ok((key.to_string(), settings::spec::<Setup>(key)?));
    }
    let of_lane = format!("{OF_LANE}{key}");
    let near = match settings::spec::<Strategy>(&of_lane) {
        Ok(_) => format!("; near it is {}", shortened(&of_lane)),
        Err(_) => hint(head, &known),
    };
    let key = if key.is_empty() { "\"\"".to_string() } else { shortened(key) };
    Err(Problem::new(key, format!("is no setting{near}")))
}

/// What is wrong with values.
enum Wrong {
    /// One of them, as the setting may not be it.
    Value(String, &'static SettingSpec),
    /// All together, in words.
    All(String),
}

impl Wrong {
    fn of(self, key: &str) -> String {
        match self {
            Self::Value(text, spec) => {
                format!("{key} cannot be {:?}, only {}", shortened(&text), spec.accepts())
            }
            Self::All(what) => what,
        }
    }
}

fn parse(spec: &'static SettingSpec, text: &str) -> Result<Value, Wrong> {
    spec.parse(text).ok_or_else(|| Wrong::Value(text.trim().to_string(), spec))
}

fn counted(count: usize) -> Result<usize, Wrong> {
    if (VALUES_MIN..=VALUES_MAX).contains(&count) {
        return Ok(count);
    }
    Err(Wrong::All(format!("must have {VALUES_MIN} to {VALUES_MAX} values")))
}

fn given(spec: &'static SettingSpec, text: &str) -> Result<(Steps, Vec<Value>), Wrong> {
    counted(text.split(',').count())?;
    let mut values = Vec::new();
    for text in text.split(',') {
        let value = parse(spec, text)?;
        if values.contains(&value) {
            return Err(Wrong::All(format!("has {} twice", spec.kind.text(&value))));
        }
        values.push(value);
    }
    Ok((Steps::Given, values))
}

fn range(spec: &'static SettingSpec, text: &str) -> Result<(Steps, Vec<Value>), Wrong> {
    let all = |what: &str| Wrong::All(what.to_string());
    let form = "its range must be as in 1s..60s:20, or 1s..60s:20:log";
    let (from, rest) = text.split_once("..").ok_or_else(|| all(form))?;
    let mut rest = rest.split(':');
    let (to, count) = (rest.next().unwrap_or_default(), rest.next().unwrap_or_default());
    let steps = match (rest.next().map(str::trim), rest.next()) {
        (None, None) => Steps::Linear,
        (Some("log"), None) => Steps::Logarithmic,
        _ => return Err(all(form)),
    };
    let (from, to) = (parse(spec, from)?, parse(spec, to)?);
    let (Some(first), Some(last)) = (number(&from), number(&to)) else {
        return Err(all("only numbers and times have a range; give its values with commas"));
    };
    let count = counted(count.trim().parse().map_err(|_| all(form))?)?;
    if first >= last {
        return Err(all("its range must begin below its end"));
    }
    if steps == Steps::Logarithmic && first == 0 {
        return Err(all("a logarithmic range must begin above 0"));
    }
    let numbers: Vec<u64> = (0..count).map(|n| between(first, last, n, count, steps)).collect();
    if numbers.windows(2).any(|two| two[0] >= two[1]) {
        return Err(Wrong::All(format!("there are no {count} different values in its range")));
    }
    let like = |number: u64| match from {
        Value::Time(_) => Value::Time(Duration::from_micros(number)),
        _ => Value::Number(u32::try_from(number).unwrap_or(u32::MAX)),
    };
    Ok((steps, numbers.into_iter().map(like).collect()))
}

/// A value as the config holds it; none for what is no number.
fn number(value: &Value) -> Option<u64> {
    match value {
        Value::Time(time) => Some(time.as_micros()),
        Value::Number(number) => Some((*number).into()),
        _ => None,
    }
}

/// The n-th of so many values, rounded to three figures, but for the ends.
fn between(first: u64, last: u64, n: usize, count: usize, steps: Steps) -> u64 {
    if n == 0 {
        return first;
    }
    if n + 1 == count {
        return last;
    }
    let share = float(n as u64) / float(count as u64 - 1);
    let (first, last) = (float(first), float(last));
    let exact = match steps {
        Steps::Logarithmic => first * libm::exp(share * libm::log(last / first)),
        _ => first + share * (last - first),
    };
    rounded(exact)
}

/// To three figures, or to a whole number where that has fewer.
fn rounded(number: f64) -> u64 {
    let mut unit = 1.0;
    while number / unit >= 1_000.0 {
        unit *= 10.0;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the range")]
    let rounded = (libm::round(number / unit) * unit) as u64;
    rounded
}

#[expect(clippy::cast_precision_loss, reason = "no setting has so many figures")]
const fn float(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> String {
        Axis::read("x", text).unwrap().texts().join(" ")
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
            ("outages:1s,2s", "outages is no setting; near it is outage"),
            ("retry.base:1s,2s", "retry.base is no setting; near it is lane.retry.base"),
            ("lane.retry.bas:1s,2s", "lane.retry.bas is no setting; near it is base"),
            ("lane:1,2", "lane is no setting"),
            (":1,2", "\"\" is no setting"),
            ("lane.retry:1,2", "lane.retry is not one setting"),
            ("outage.x:1s,2s", "outage is one setting, and has none in it"),
            ("outage:1s", "must have 2 to 40 values"),
            ("outage:1s..60s:41", "must have 2 to 40 values"),
            ("outage:1s..60s", "its range must be as in"),
            ("outage:1s..60s:x", "its range must be as in"),
            ("outage:1s..60s:5:exp", "its range must be as in"),
            ("outage:1s..60s:5:log:log", "its range must be as in"),
            ("outage:60s..1s:5", "its range must begin below its end"),
            ("outage:1..60:5", "outage cannot be \"1\", only a time such as"),
            ("outage:1s,1000ms", "has 1s twice"),
            ("clients:10..12:5", "there are no 5 different values"),
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
