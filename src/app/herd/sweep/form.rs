//! What somebody fills in to have a sweep, and what is wrong with it.

use crate::lab::herd::{HerdPreset, Measure, Setup, Strategy};
use crate::lab::knobs::{self, Facts, HERD, Kind, LANE, Problem, Setting, Value};
use crate::lab::sweep::{Axis, Steps, Sweep, SweepPreset, VALUES_MAX, VALUES_MIN};
use crate::lab::words::sentence;
use crate::time::Duration;

/// The steps of a range that nobody chose.
const STEPS: usize = 12;

/// The settings of the axes where the ones before do not apply.
const USUAL: [&str; 2] = ["outage", "capacity"];

/// What is filled in.
#[derive(Clone)]
pub(in crate::app::herd) struct Form {
    /// The sweep that it starts from; none for the lanes of the page.
    pub(super) preset: Option<&'static SweepPreset>,
    /// The comparison whose setup that is.
    pub(super) herd: &'static HerdPreset,
    pub(super) setup: Setup,
    pub(super) strategy: Strategy,
    pub(super) x: AxisForm,
    pub(super) y: AxisForm,
    pub(super) measure: &'static Measure,
}

/// A setting, and its range as somebody types it.
#[derive(Clone)]
pub(super) struct AxisForm {
    /// `outage`, `lane.retry.base`.
    pub(super) key: String,
    pub(super) facts: &'static Facts,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) count: String,
    /// Whether the steps have the same ratio, and not the same difference.
    pub(super) log: bool,
}

impl Form {
    pub(super) fn of(preset: &'static SweepPreset) -> Self {
        let Sweep { preset: herd, setup, strategy, x, y, measure, .. } = preset.sweep();
        let (x, y) = (AxisForm::of(&x), AxisForm::of(&y));
        Self { preset: Some(preset), herd, setup, strategy, x, y, measure }
    }

    /// Starts from the lanes of the page.
    pub(super) fn turn_to(&mut self, herd: &'static HerdPreset, setup: Setup, strategy: Strategy) {
        (self.preset, self.herd, self.setup, self.strategy) = (None, herd, setup, strategy);
        self.keep_to_what_applies();
    }

    /// Puts other settings in place of those that this setup and strategy do not have.
    pub(super) fn keep_to_what_applies(&mut self) {
        let known = self.settings();
        let find = |key: &str| known.iter().find(|it| plain(&it.key) == key);
        let mut taken: Vec<String> = Vec::new();
        for axis in [&mut self.x, &mut self.y] {
            if find(&axis.key).is_none() {
                let mut other = USUAL.into_iter().filter(|key| !taken.iter().any(|it| it == key));
                if let Some(setting) = other.find_map(find) {
                    *axis = AxisForm::usual(setting);
                }
            }
            taken.push(axis.key.clone());
        }
    }

    /// The settings that an axis can be of.
    pub(super) fn settings(&self) -> Vec<Setting> {
        let mut settings = knobs::all_in(HERD, &self.setup);
        settings.extend(knobs::all_in(LANE, &self.strategy));
        settings.retain(|it| {
            let kinds = matches!(
                it.facts.kind,
                Kind::Time { .. } | Kind::Number { .. } | Kind::Choice(_) | Kind::Flag
            );
            it.value.is_some() && (kinds || it.facts.kind == Kind::Part && it.facts.optional)
        });
        settings
    }

    /// The sweep that is asked for.
    ///
    /// # Errors
    /// With what is wrong; the path says in which axis, if it is in one.
    pub(super) fn sweep(&self, seed: u64) -> Result<Sweep, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut axis = |name, form: &AxisForm| form.axis(name).map_err(|it| problems.push(it)).ok();
        let (x, y) = (axis("x", &self.x), axis("y", &self.y));
        if self.x.key == self.y.key {
            let what = "must be of another setting than the columns".to_owned();
            problems.push(Problem::new("y", what));
        }
        match (x, y) {
            (Some(x), Some(y)) if problems.is_empty() => {
                let (setup, strategy) =
                    (self.setup, Strategy { name: None, ..self.strategy.clone() });
                let sweep = Sweep::of(self.herd, x, y);
                Ok(Sweep { setup, strategy, measure: self.measure, seed, ..sweep })
            }
            _ => Err(problems),
        }
    }
}

impl AxisForm {
    fn of(axis: &Axis) -> Self {
        let texts = axis.texts();
        Self {
            key: axis.key().to_owned(),
            facts: axis.facts(),
            from: texts[0].clone(),
            to: texts[texts.len() - 1].clone(),
            count: texts.len().to_string(),
            log: axis.steps() == Steps::Logarithmic,
        }
    }

    /// A setting with a range around what it is.
    pub(super) fn usual(setting: &Setting) -> Self {
        let facts = setting.facts;
        let (from, to) = facts.kind.range().unwrap_or_default();
        let is = setting.value.as_deref().or(setting.default.as_deref());
        let (from, to, log) = match around(&facts.kind, is.and_then(|text| facts.parse(text))) {
            Some((low, high)) => (low, high, true),
            None => (from, to, false),
        };
        // A small range of whole numbers may have fewer steps.
        let fits = |count: &usize| {
            let text = format!("{}:{from}..{to}:{count}", plain(&setting.key));
            Axis::read("x", &text).is_ok()
        };
        let count = (VALUES_MIN..=STEPS).rev().find(fits).unwrap_or(STEPS);
        let key = plain(&setting.key).to_owned();
        let log = log && {
            let text = format!("{key}:{from}..{to}:{count}:log");
            Axis::read("x", &text).is_ok()
        };
        Self { key, facts, from, to, count: count.to_string(), log }
    }

    /// Whether it has a beginning and an end, and not a few words of which all are taken.
    pub(super) const fn is_range(&self) -> bool {
        matches!(self.facts.kind, Kind::Time { .. } | Kind::Number { .. })
    }

    /// The words that it takes where it has no range.
    pub(super) fn words(&self) -> Vec<String> {
        match self.facts.kind {
            Kind::Choice(words) => words.iter().map(|word| (*word).to_owned()).collect(),
            kind => [false, true].map(|on| kind.text(&Value::Flag(on))).into(),
        }
    }

    fn axis(&self, name: &str) -> Result<Axis, Problem> {
        if !self.is_range() {
            return Axis::read(name, &format!("{}:{}", self.key, self.words().join(",")));
        }
        for (what, text) in [("From", &self.from), ("To", &self.to)] {
            if !matches!(self.facts.parse(text), Some(Value::Time(_) | Value::Number(_))) {
                let kind = Facts { optional: false, ..*self.facts };
                let what = format!("{what} is {:?}, but must be {}", text.trim(), kind.accepts());
                return Err(Problem::new(name, what));
            }
        }
        let count = self.count.trim();
        let range = VALUES_MIN..=VALUES_MAX;
        if !count.parse::<usize>().is_ok_and(|count| range.contains(&count)) {
            let what = "but must be a whole number from";
            let what = format!("Steps is {count:?}, {what} {VALUES_MIN} to {VALUES_MAX}");
            return Err(Problem::new(name, what));
        }
        let log = if self.log { ":log" } else { "" };
        let text = format!("{}:{}..{}:{count}{log}", self.key, self.from.trim(), self.to.trim());
        // The text is of no help to who has not written it.
        let brief = |problem: Problem| match problem.what.split_once(", but ") {
            Some((_, what)) => Problem::new(name, what),
            None => problem,
        };
        Axis::read(name, &text).map_err(brief)
    }
}

/// What is wrong with an axis, as a sentence; none where nothing is.
pub(super) fn problem_of(problems: &[Problem], name: &str) -> Option<String> {
    let problem = problems.iter().find(|problem| problem.path == name)?;
    Some(format!("{}.", sentence(&problem.what).trim_end_matches('.')))
}

/// A key without the name of the table that needs none.
pub(super) fn plain(key: &str) -> &str {
    key.strip_prefix("herd.").unwrap_or(key)
}

/// What a setting is called, with what it is a part of: `Outage`, `Retry: Base`.
pub(super) fn label(key: &str, facts: &Facts) -> String {
    let inside = plain(key);
    let inside = inside.strip_prefix("lane.").unwrap_or(inside);
    match inside.rsplit_once('.') {
        Some((parts, _)) => {
            format!("{}: {}", sentence(&parts.replace('.', " ")).trim_end_matches('.'), facts.label)
        }
        None => facts.label.to_owned(),
    }
}

/// From a quarter of a time or a count to four times as much, as far as that may be; none for shares
/// and for nothing.
fn around(kind: &Kind, value: Option<Value>) -> Option<(String, String)> {
    let (low, high) = match (kind, value?) {
        (Kind::Time { min, max }, Value::Time(time)) if time > Duration::ZERO => {
            let micros = time.as_micros();
            let low = Duration::from_micros(micros / 4).max(*min);
            let high = Duration::from_micros(micros.saturating_mul(4)).min(*max);
            (Value::Time(low), Value::Time(high))
        }
        (Kind::Number { min, max, scale }, Value::Number(number))
            if number > 3 && number < 1_000_000 && !scale.is_share() =>
        {
            let (low, high) = ((number / 4).max(*min), number.saturating_mul(4).min(*max));
            (Value::Number(low), Value::Number(high))
        }
        _ => return None,
    };
    (low != high).then(|| (kind.text(&low), kind.text(&high)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::herd::{Comparison, PRESETS};
    use crate::lab::sweep;

    fn form() -> Form {
        Form::of(&sweep::PRESETS[0])
    }

    fn told(change: impl Fn(&mut Form)) -> Vec<String> {
        let mut form = form();
        change(&mut form);
        form.sweep(1).unwrap_err().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_preset_is_filled_in_and_comes_out_again() {
        let sweep = sweep::PRESETS[0].sweep();
        assert_eq!(form().sweep(sweep.seed), Ok(sweep));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_field_and_what_it_may_be() {
        let from = told(|form| form.x.from = "soon".to_owned());
        assert!(from[0].contains("From is \"soon\", but must be"), "{from:?}");
        assert!(from[0].contains("100 ms to 300 s"), "{from:?}");
        let count = told(|form| form.y.count = "41".to_owned());
        assert_eq!(count, ["y Steps is \"41\", but must be a whole number from 2 to 40"]);
        let back = told(|form| form.x.to = "500ms".to_owned());
        assert_eq!(back, ["x its range must begin below its end"]);
        let twice = told(|form| form.y = form.x.clone());
        assert!(twice[0].contains("another setting"), "{twice:?}");
        let both = told(|form| (form.x.to, form.y.to) = (String::new(), String::new()));
        assert_eq!(both.len(), 2);
    }

    #[test]
    fn every_setting_that_is_offered_makes_an_axis() {
        for lane in ["full-budget-breaker", "fixed", "none"] {
            let mut form = form();
            let strategy = Strategy::of(lane).unwrap();
            form.turn_to(&PRESETS[0], Comparison::default().setup, strategy);
            form.sweep(1).unwrap();
            let settings = form.settings();
            assert!(settings.len() > 12);
            for setting in settings {
                let axis = AxisForm::usual(&setting);
                assert!(axis.axis("x").is_ok(), "{}: {:?}", setting.key, axis.axis("x"));
                assert!(!label(&axis.key, axis.facts).is_empty());
            }
        }
    }

    #[test]
    fn a_setting_that_does_not_apply_gives_way_to_one_that_does() {
        let mut form = form();
        assert_eq!(form.y.key, "depth");
        form.turn_to(&PRESETS[0], Setup::default(), Strategy::default());
        assert_eq!((form.x.key.as_str(), form.y.key.as_str()), ("outage", "capacity"));
        assert_eq!(label("lane.retry.base", form.x.facts), "Retry: Outage");
    }
}
