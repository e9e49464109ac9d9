//! A sweep in a link: where it starts from, its two settings, the strategy and what is measured.

use super::{MEASURE, SWEEP, read_measure, unknown, usual_measure};
use crate::herd::{Comparison, Measure, Setup, Strategy};
use crate::link::notices::Notices;
use crate::link::parts::{Parts, encoded};
use crate::settings::{self, Problem, shortened};
use crate::sweep::{Axis, PRESETS, SweepPreset, find};

/// The word for a sweep that starts from the lanes of the page.
const LANES: &str = "lanes";

/// Settings are tried so often, as long as some of them apply only where others are set.
const PASSES: usize = 3;

/// A sweep that is filled in, as far as it differs from what it starts from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sweep {
    /// The sweep that it starts from; none for the lanes of the page.
    pub start: Option<&'static SweepPreset>,
    /// The strategy; none for that of the start, which of the lanes is the first.
    pub strategy: Option<Strategy>,
    /// The setting that differs from column to column; none for that of the start, or what the view
    /// would have.
    pub x: Option<Axis>,
    /// The setting that differs from row to row; none as before.
    pub y: Option<Axis>,
    /// What is measured; none for what the start measures, or else for when the database keeps up.
    pub measure: Option<&'static Measure>,
}

impl Default for Sweep {
    fn default() -> Self {
        Self::of(PRESETS.first())
    }
}

impl Sweep {
    /// The start as it is.
    #[must_use]
    pub const fn of(start: Option<&'static SweepPreset>) -> Self {
        Self { start, strategy: None, x: None, y: None, measure: None }
    }

    /// The same, without what is as in what it starts from.
    #[must_use]
    pub fn brief(mut self, comparison: &Comparison) -> Self {
        let (_, strategy) = self.base(comparison);
        self.strategy = self.strategy.filter(|it| *it != strategy);
        let base = self.start.map(SweepPreset::sweep);
        self.x = self.x.filter(|it| base.as_ref().is_none_or(|base| *it != base.x));
        self.y = self.y.filter(|it| base.as_ref().is_none_or(|base| *it != base.y));
        let measure = base.map_or_else(usual_measure, |base| base.measure);
        self.measure = self.measure.filter(|it| **it != *measure);
        self
    }

    /// What all cells have in common, but for the settings that differ.
    fn base(&self, comparison: &Comparison) -> (Setup, Strategy) {
        let of_lanes = || (comparison.setup, comparison.lanes.first().cloned().unwrap_or_default());
        self.start.map(SweepPreset::sweep).map_or_else(of_lanes, |it| (it.setup, it.strategy))
    }

    pub(super) fn read(
        mut parts: Parts<'_>,
        comparison: &Comparison,
        notices: &mut Notices,
    ) -> Self {
        let starts: Vec<_> = PRESETS.iter().map(|preset| preset.name).chain([LANES]).collect();
        let accepts = format!("one of {}, from which it starts", starts.join(", "));
        let start = parts.read(SWEEP, notices, &accepts, |text| match text {
            LANES => Some(None),
            name => find(name).map(Some),
        });
        let mut read = start.map_or_else(Self::default, Self::of);
        read.measure = read_measure(SWEEP, &mut parts, notices);
        read.strategy = read.read_strategy(&mut parts, comparison, notices);
        let (x, y) = (key("x"), key("y"));
        read.x = read.read_axis(&x, &mut parts, comparison, notices);
        read.y = read.read_axis(&y, &mut parts, comparison, notices);
        read.keep_two_settings(notices);
        unknown(
            parts,
            &["lane", "strategy", MEASURE, "x", "y"].map(key).each_ref().map(String::as_str),
            notices,
        );
        read.brief(comparison)
    }

    /// The strategy with its settings; none where it has none in the link, or cannot be.
    fn read_strategy(
        &self,
        parts: &mut Parts<'_>,
        comparison: &Comparison,
        notices: &mut Notices,
    ) -> Option<Strategy> {
        let lanes = &comparison.lanes;
        let accepts = format!("the number of a lane, from 0 to {}", lanes.len().saturating_sub(1));
        let lane = parts.read(&key("lane"), notices, &accepts, |text| {
            lanes.get(text.parse::<usize>().ok()?).cloned()
        });
        let accepts = "none, immediate, fixed, exponential, factor, full, equal or decorrelated, with \
                       -budget, -breaker or -shared after it";
        let word = parts.read(&key("strategy"), notices, accepts, Strategy::of);
        let mut given = parts.split_off(&[&key("lane")]).map(Parts::rest).unwrap_or_default();
        if lane.is_none() && word.is_none() && given.is_empty() {
            return None;
        }
        let (setup, usual) = self.base(comparison);
        let base = word.or(lane).unwrap_or(usual);
        let mut strategy = base.clone();
        for _ in 0..PASSES {
            given.retain(|(key, text)| set(&mut strategy, key, text).is_err());
        }
        notices.extend(given.iter().filter_map(|(key, text)| set(&mut strategy, key, text).err()));
        if let Err(error) = setup.scenario(&strategy) {
            notices.add(Problem::from(error.under(&key("lane"))));
            return Some(base);
        }
        Some(strategy)
    }

    fn read_axis(
        &self,
        key: &str,
        parts: &mut Parts<'_>,
        comparison: &Comparison,
        notices: &mut Notices,
    ) -> Option<Axis> {
        let (setup, mut strategy) = self.base(comparison);
        strategy = self.strategy.clone().unwrap_or(strategy);
        let text = parts.take(key)?;
        let axis = Axis::read(key, &text).and_then(|axis| {
            axis.applies(&setup, &strategy).map(|()| axis).map_err(|problem| {
                let what = format!("is {:?}, but {problem}", shortened(text.trim()));
                Problem::new(key, what)
            })
        });
        axis.map_err(|problem| notices.add(problem)).ok()
    }

    /// Leaves out a setting that would be that of the columns and of the rows.
    fn keep_two_settings(&mut self, notices: &mut Notices) {
        let base = self.start.map(SweepPreset::sweep);
        let (x, y) = (base.as_ref().map(|base| &base.x), base.as_ref().map(|base| &base.y));
        let mut say = |name: &str, is: &str, other: &str| {
            let what = format!("is {is}, but must be another setting than {}", key(other));
            notices.say(&key(name), what);
        };
        if let Some(setting) = same(self.y.as_ref(), self.x.as_ref().or(x)) {
            say("y", &setting, "x");
            self.y = None;
        }
        if let (Some(setting), None) = (same(self.x.as_ref(), y), &self.y) {
            say("x", &setting, "y");
            self.x = None;
        }
    }

    pub(super) fn parts(&self, comparison: &Comparison) -> Vec<(String, String)> {
        let start = self.start.map_or(LANES, |start| start.name);
        let mut parts = vec![(SWEEP.to_string(), start.to_string())];
        let mut say = |name: &str, text: &str| parts.push((key(name), encoded(text)));
        if let Some(strategy) = &self.strategy {
            if let Some(n) = comparison.lanes.iter().position(|lane| lane == strategy) {
                say("lane", &n.to_string());
            } else {
                say("strategy", &strategy.word());
                if let Some(name) = &strategy.name {
                    say("lane.name", name);
                }
                let plain = Strategy::of(&strategy.word()).unwrap_or_default();
                for it in settings::differences(&plain, strategy) {
                    say(&it.key, &it.to);
                }
            }
        }
        for (name, axis) in [("x", &self.x), ("y", &self.y)] {
            if let Some(axis) = axis {
                say(name, &axis.write());
            }
        }
        if let Some(measure) = self.measure {
            say(MEASURE, measure.name);
        }
        parts
    }
}

/// The setting of both axes, where it is the same.
fn same(one: Option<&Axis>, other: Option<&Axis>) -> Option<String> {
    one.zip(other).filter(|(one, other)| one.key() == other.key()).map(|(one, _)| one.key().into())
}

fn key(name: &str) -> String {
    format!("{SWEEP}.{name}")
}

/// Changes a setting of the strategy by its key in the link: `sweep.lane.retry.base`.
fn set(strategy: &mut Strategy, key: &str, text: &str) -> Result<(), Problem> {
    let inside = key.strip_prefix(SWEEP).and_then(|rest| rest.strip_prefix(".lane."));
    match inside.unwrap_or_default() {
        "name" => {
            strategy.rename(text);
            Ok(())
        }
        inside => settings::set(strategy, inside, text)
            .map_err(|problem| Problem::new(shortened(key), problem.what)),
    }
}

#[cfg(test)]
mod tests {
    use crate::link::{Link, sentences};

    /// What a link to the Herd is read as, written again, and what is wrong with it.
    fn read(text: &str) -> (String, Vec<String>) {
        let (link, problems) = Link::read(&format!("herd?{text}"));
        let text = link.write();
        (text.strip_prefix("herd?").unwrap_or(&text).to_string(), sentences(&problems))
    }

    #[test]
    fn what_is_as_in_the_start_is_left_out() {
        for (text, is) in [
            ("sweep=boundary", "sweep=boundary"),
            ("sweep.measure=recovered_after", "sweep=boundary"),
            ("sweep=boundary&sweep.x=outage:1s..60s:24:log&sweep.strategy=full", "sweep=boundary"),
            ("sweep.measure=peak&sweep=lanes&sweep.lane=0", "sweep=lanes&sweep.measure=peak"),
            ("sweep=lanes&sweep.strategy=full", "sweep=lanes&sweep.lane=2"),
            (
                "sweep=lanes&sweep.y=capacity:100..900:9&sweep.x=fault:down,hang",
                "sweep=lanes&sweep.x=fault:down,hang&sweep.y=capacity:100..900:9",
            ),
            (
                "sweep.lane.retry.base=2s&sweep.lane.name=Ours",
                "sweep=boundary&sweep.strategy=full&sweep.lane.name=Ours&sweep.lane.retry.base=2s",
            ),
            (
                "sweep.y=capacity_lost:45%..100%:12",
                "sweep=boundary&sweep.y=capacity_lost:45%25..100%25:12",
            ),
        ] {
            assert_eq!(read(text), (is.to_string(), Vec::new()), "{text}");
            assert_eq!(read(is), (is.to_string(), Vec::new()));
        }
    }

    #[test]
    fn what_cannot_be_is_told_and_the_rest_is_kept() {
        const REST: &str = "; the link's other parts are kept.";
        for (text, is, what) in [
            (
                "sweep=edge",
                "sweep=boundary",
                "sweep is \"edge\", but must be one of boundary, lanes, from",
            ),
            ("sweep.z=1", "sweep=boundary", "sweep.z is nothing that this view has"),
            ("sweep.measur=peak", "sweep=boundary", "near it is sweep.measure"),
            (
                "sweep.measure=height&sweep.y=capacity_lost:50%,90%",
                "sweep=boundary&sweep.y=capacity_lost:50%25,90%25",
                "sweep.measure is \"height\", but must be one of peak, ",
            ),
            (
                "sweep.x=outage:1s..60s:41&sweep.measure=peak",
                "sweep=boundary&sweep.measure=peak",
                "sweep.x is \"outage:1s..60s:41\", but must have 2 to 40 values",
            ),
            (
                "sweep.x=outage:1s..9000s:4",
                "sweep=boundary",
                "only a time such as 250ms or 2s, from 100 ms to 300 s",
            ),
            (
                "sweep.x=capacity_lost:50%,90%",
                "sweep=boundary",
                "sweep.x is capacity_lost, but must be another setting than sweep.y",
            ),
            (
                "sweep.y=outage:1s,9s",
                "sweep=boundary",
                "sweep.y is outage, but must be another setting than sweep.x",
            ),
            (
                "sweep=lanes&sweep.x=capacity_lost:50%,90%",
                "sweep=lanes",
                "but capacity_lost applies only where fault is",
            ),
            (
                "sweep=lanes&sweep.lane=4",
                "sweep=lanes",
                "sweep.lane is \"4\", but must be the number of a lane, from 0 to 3",
            ),
            (
                "sweep.strategy=fool",
                "sweep=boundary",
                "sweep.strategy is \"fool\", but must be none, immediate, ",
            ),
            (
                "sweep.lane.retry.bas=1s",
                "sweep=boundary",
                "sweep.lane.retry.bas is no setting; near it is base",
            ),
            (
                "sweep.lane.retry.base=soon",
                "sweep=boundary",
                "sweep.lane.retry.base is \"soon\", but must be",
            ),
            (
                "sweep.lane.retry.cap=1ms",
                "sweep=boundary",
                "sweep.lane.retry.cap is 1 ms, but must be",
            ),
            ("sweep.lane.=7", "sweep=boundary", "sweep.lane. is no setting"),
        ] {
            let (text, said) = read(text);
            let all = said.join(" ");
            assert!(all.contains(what) && all.ends_with(REST), "{what}: {said:?}");
            assert_eq!(text, is, "{what}");
        }
    }
}
