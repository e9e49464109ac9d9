//! What somebody fills in to have a sweep, and what is wrong with it.

use crate::herd::session::Chosen;
use fusebox::time::Duration;
use fusebox_lab::herd::{Comparison, HerdPreset, Measure, Setup, Strategy};
use fusebox_lab::link;
use fusebox_lab::settings::{self, Kind, Problem, Setting, SettingSpec, Value};
use fusebox_lab::sweep::{Axis, PRESETS, Steps, Sweep, SweepPreset, VALUES_MAX, VALUES_MIN};
use fusebox_lab::words::sentence;

/// The steps of a range that nobody chose.
const STEPS: usize = 12;

/// What stands between values that are listed.
const COMMA: &str = ", ";

/// The settings of the axes where the ones before do not apply.
const USUAL: [&str; 2] = ["outage", "capacity"];

/// What is filled in.
#[derive(Clone)]
pub(in crate::herd) struct Form {
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
    pub(super) spec: &'static SettingSpec,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) count: String,
    /// The values one by one, with commas between them.
    pub(super) listed: String,
    pub(super) steps: Steps,
}

impl Default for Form {
    fn default() -> Self {
        Self::of(&PRESETS[0])
    }
}

impl Form {
    pub(super) fn of(preset: &'static SweepPreset) -> Self {
        let Sweep { preset: herd, setup, strategy, x, y, measure, .. } = preset.sweep();
        let (x, y) = (AxisForm::of(&x), AxisForm::of(&y));
        Self { preset: Some(preset), herd, setup, strategy, x, y, measure }
    }

    /// What a link has filled in beside these lanes.
    pub(super) fn wanted(link: &link::Sweep, chosen: &Chosen) -> Self {
        let Comparison { setup, lanes } = &*chosen.comparison;
        let mut form = link.start.map_or_else(Self::default, Self::of);
        let first = lanes.first().cloned().unwrap_or_default();
        let strategy = link.strategy.clone();
        if link.start.is_none() {
            form.turn_to(chosen.preset, *setup, strategy.unwrap_or(first));
        } else if let Some(strategy) = strategy {
            form.strategy = strategy;
        }
        for (axis, of) in [(&mut form.x, &link.x), (&mut form.y, &link.y)] {
            if let Some(of) = of {
                *axis = AxisForm::of(of);
            }
        }
        if link.x.is_none() && form.x.key == form.y.key {
            form.x.key.clear();
        }
        form.measure = link.measure.unwrap_or(form.measure);
        form.keep_to_what_applies();
        form
    }

    /// What of this a link says beside these lanes.
    pub(super) fn link(&self, comparison: &Comparison) -> link::Sweep {
        let sweep = link::Sweep {
            start: self.preset,
            strategy: Some(self.strategy.clone()),
            x: self.x.axis("x").ok(),
            y: self.y.axis("y").ok().filter(|_| self.x.key != self.y.key),
            measure: Some(self.measure),
        };
        sweep.brief(comparison)
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
        let mut other = self.y.key.clone();
        for axis in [&mut self.x, &mut self.y] {
            if find(&axis.key).is_none() {
                let mut usual = USUAL.into_iter().filter(|key| *key != other);
                if let Some(setting) = usual.find_map(find) {
                    *axis = AxisForm::usual(setting);
                }
            }
            other.clone_from(&axis.key);
        }
    }

    /// The settings that an axis can be of.
    pub(super) fn settings(&self) -> Vec<Setting> {
        let mut settings = settings::all(&self.setup);
        settings.extend(settings::all(&self.strategy));
        settings.retain(|it| {
            let kinds = matches!(
                it.spec.kind,
                Kind::Time { .. } | Kind::Number { .. } | Kind::Choice(_) | Kind::Flag
            );
            it.value.is_some() && (kinds || it.spec.kind == Kind::Part && it.spec.optional)
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
            spec: axis.spec(),
            from: texts[0].clone(),
            to: texts[texts.len() - 1].clone(),
            count: texts.len().to_string(),
            listed: texts.join(COMMA),
            steps: axis.steps(),
        }
    }

    /// A setting with a range around what it is.
    pub(super) fn usual(setting: &Setting) -> Self {
        let spec = setting.spec;
        let (from, to) = spec.kind.range().unwrap_or_default();
        let is = setting.value.as_deref().or(setting.default.as_deref());
        let (from, to, log) = match around(&spec.kind, is.and_then(|text| spec.parse(text))) {
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
        let kind = &spec.kind;
        let listed = if has_range(kind) { [from.clone(), to.clone()].into() } else { words(kind) };
        let steps = match (has_range(kind), log) {
            (false, _) => Steps::Given,
            (true, true) => Steps::Logarithmic,
            (true, false) => Steps::Linear,
        };
        Self { key, spec, from, to, count: count.to_string(), listed: listed.join(COMMA), steps }
    }

    /// Whether it can have a beginning and an end, and not only words one by one.
    pub(super) const fn has_range(&self) -> bool {
        has_range(&self.spec.kind)
    }

    /// The words that it takes where it has no range.
    pub(super) fn words(&self) -> String {
        words(&self.spec.kind).join(COMMA)
    }

    /// Goes from value to value in another way; what is listed then begins as it was.
    pub(super) fn step(&mut self, steps: Steps) {
        if let (Steps::Given, Ok(axis)) = (steps, self.axis("x")) {
            self.listed = axis.texts().join(COMMA);
        }
        self.steps = steps;
    }

    fn axis(&self, name: &str) -> Result<Axis, Problem> {
        // The text is of no help to who has not written it.
        let read = |values: String| {
            Axis::read(name, &format!("{}:{values}", self.key)).map_err(|problem| {
                match problem.what.split_once(", but ") {
                    Some((_, what)) => Problem::new(name, what),
                    None => problem,
                }
            })
        };
        if self.steps == Steps::Given {
            return read(self.listed.clone());
        }
        for (what, text) in [("From", &self.from), ("To", &self.to)] {
            if !matches!(self.spec.parse(text), Some(Value::Time(_) | Value::Number(_))) {
                let kind = SettingSpec { optional: false, ..*self.spec };
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
        let log = if self.steps == Steps::Logarithmic { ":log" } else { "" };
        read(format!("{}..{}:{count}{log}", self.from.trim(), self.to.trim()))
    }
}

const fn has_range(kind: &Kind) -> bool {
    matches!(kind, Kind::Time { .. } | Kind::Number { .. })
}

/// The words that a setting without a range can be.
fn words(kind: &Kind) -> Vec<String> {
    match kind {
        Kind::Choice(words) => words.iter().map(|word| (*word).to_owned()).collect(),
        kind => [false, true].map(|on| kind.text(&Value::Flag(on))).into(),
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
pub(super) fn label(key: &str, spec: &SettingSpec) -> String {
    let inside = plain(key);
    let inside = inside.strip_prefix("lane.").unwrap_or(inside);
    match inside.rsplit_once('.') {
        Some((parts, _)) => {
            format!("{}: {}", sentence(&parts.replace('.', " ")).trim_end_matches('.'), spec.label)
        }
        None => spec.label.to_owned(),
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
    use fusebox_lab::herd;
    use fusebox_lab::link::Link;
    use std::rc::Rc;

    fn form() -> Form {
        Form::default()
    }

    /// What a link fills in, and what the link to that is.
    fn again(text: &str) -> (Form, String) {
        let (link, problems) = Link::read(text);
        assert_eq!(problems, []);
        let Link::Herd(mut link) = link else { panic!("{text}") };
        let (preset, seed) = (link.preset, link.seed);
        let chosen = Chosen { preset, comparison: Rc::new(link.comparison.clone()), seed };
        let form = Form::wanted(link.experiments.sweep.as_ref().unwrap(), &chosen);
        link.experiments.sweep = Some(form.link(&link.comparison));
        (form, Link::Herd(link).write())
    }

    fn told(change: impl Fn(&mut Form)) -> Vec<String> {
        let mut form = form();
        change(&mut form);
        form.sweep(1).unwrap_err().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_preset_is_filled_in_and_comes_out_again() {
        let sweep = PRESETS[0].sweep();
        assert_eq!(form().sweep(sweep.seed), Ok(sweep));
    }

    #[test]
    fn a_link_is_filled_in_and_written_again() {
        for text in [
            "herd?sweep=boundary",
            "herd?sweep=boundary&sweep.lane=3&sweep.x=outage:1s..9s:6&sweep.measure=peak",
            "herd?preset=caps&sweep=lanes&sweep.lane=1&sweep.x=clients:100..900:4:log\
             &sweep.y=lane.retry.cap:1s,5s,30s",
            "herd?sweep=lanes&sweep.strategy=full-breaker&sweep.lane.name=Ours\
             &sweep.lane.breaker.failures=9&sweep.x=fault:down,hang&sweep.y=capacity:100..300:3",
        ] {
            let (form, link) = again(text);
            assert_eq!(link, text);
            form.sweep(1).unwrap();
        }
        let (form, _) = again("herd?preset=caps&sweep=lanes&sweep.y=lane.retry.cap:1s,5s,30s");
        assert_eq!((form.y.listed.as_str(), form.y.steps), ("1s, 5s, 30s", Steps::Given));
        let (form, link) = again("herd?sweep=lanes&sweep.y=outage:1s..9s:3");
        assert_eq!((form.x.key.as_str(), form.y.key.as_str()), ("capacity", "outage"));
        assert!(link.starts_with("herd?sweep=lanes&sweep.x=capacity:"), "{link}");
    }

    #[test]
    fn what_cannot_be_is_not_in_a_link() {
        let mut form = form();
        (form.x.to, form.measure) = ("soon".to_owned(), Measure::find("peak").unwrap());
        let link = form.link(&Comparison::default());
        assert_eq!((link.x, link.measure.map(|it| it.name)), (None, Some("peak")));
    }

    #[test]
    fn values_are_a_range_or_listed() {
        let mut axis = form().y;
        axis.count = "3".to_owned();
        axis.step(Steps::Given);
        assert_eq!(axis.listed, "45%, 72.5%, 100%");
        axis.listed = "50%,  90%".to_owned();
        assert_eq!(axis.axis("y").unwrap().write(), "capacity_lost:50%,90%");
        axis.listed = "50%, soon".to_owned();
        assert!(
            axis.axis("y").unwrap_err().what.starts_with("capacity_lost cannot be \"soon\", only")
        );
        axis.step(Steps::Linear);
        assert_eq!(axis.axis("y").unwrap().write(), "capacity_lost:45%..100%:3");
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
            form.turn_to(&herd::PRESETS[0], Comparison::default().setup, strategy);
            form.sweep(1).unwrap();
            let settings = form.settings();
            assert!(settings.len() > 12);
            for setting in settings {
                let axis = AxisForm::usual(&setting);
                assert!(axis.axis("x").is_ok(), "{}: {:?}", setting.key, axis.axis("x"));
                assert!(!label(&axis.key, axis.spec).is_empty());
            }
        }
    }

    #[test]
    fn a_setting_that_does_not_apply_gives_way_to_one_that_does() {
        let mut form = form();
        assert_eq!(form.y.key, "capacity_lost");
        form.turn_to(&herd::PRESETS[0], Setup::default(), Strategy::default());
        assert_eq!((form.x.key.as_str(), form.y.key.as_str()), ("outage", "capacity"));
        assert_eq!(label("lane.retry.base", form.x.spec), "Retry: Outage");
    }
}
