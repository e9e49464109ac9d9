//! A sweep in a link: where it starts from, its two settings, the strategy and the measure.

use super::{SWEEP, unknown};
use crate::herd::{Comparison, HerdPreset, Strategy};
use crate::link::notices::Notices;
use crate::link::parts::{Parts, encoded};
use crate::settings::{Problem, shortened};
use crate::sweep::{Axis, PRESETS, SweepForm, SweepPreset, find, key_of, strategy_parts};

/// The word for a sweep that starts from the lanes of the page.
const LANES: &str = "lanes";

/// The prefix of the keys of a sweep.
const INSIDE: &str = "sweep.";

/// The lanes of the page: the comparison, and the preset that it started from.
type Lanes<'a> = (&'static HerdPreset, &'a Comparison);

/// The initial form, without changes.
fn base(start: Option<&'static SweepPreset>, lanes: Lanes<'_>) -> SweepForm {
    start.map_or_else(|| SweepForm::of_lanes(lanes.0, lanes.1), SweepPreset::form)
}

pub(super) fn read(mut parts: Parts<'_>, lanes: Lanes<'_>, notices: &mut Notices) -> SweepForm {
    let starts: Vec<_> = PRESETS.iter().map(|preset| preset.name).chain([LANES]).collect();
    let accepts = format!("one of {}, from which it starts", starts.join(", "));
    let start = parts.read(SWEEP, notices, &accepts, |text| match text {
        LANES => Some(None),
        name => find(name).map(Some),
    });
    let mut form = base(start.unwrap_or(PRESETS.first()), lanes);
    read_strategy(&mut form, &mut parts, &lanes.1.lanes, notices);
    read_axes(&mut form, &mut parts, notices);
    let known = ["lane", "strategy", "measure", "x", "y"].map(key);
    unknown(parts, &known.each_ref().map(String::as_str), notices);
    form
}

/// Reads the measure, and the strategy with its settings, which is unchanged if it is invalid.
fn read_strategy(
    form: &mut SweepForm,
    parts: &mut Parts<'_>,
    lanes: &[Strategy],
    notices: &mut Notices,
) {
    let usual = form.strategy.clone();
    let accepts = format!("the number of a lane, from 0 to {}", lanes.len().saturating_sub(1));
    let lane = parts.read(&key("lane"), notices, &accepts, |text| {
        lanes.get(text.parse::<usize>().ok()?).cloned()
    });
    form.strategy = lane.unwrap_or(form.strategy.clone());
    form.take(parts, INSIDE, notices);
    let given = parts.split_off(&[&key("lane")]).map(Parts::rest).unwrap_or_default();
    let inside = |(key, text): (String, String)| {
        (key.strip_prefix(INSIDE).unwrap_or_default().to_string(), text)
    };
    let problems = form.set_all(given.into_iter().map(inside).collect());
    notices.extend(problems.into_iter().map(|it| Problem::new(key(&it.path), it.what)));
    if let Err(error) = form.setup.scenario(&form.strategy) {
        notices.add(Problem::from(error.under(&key("lane"))));
        form.strategy = usual;
    }
}

/// Reads the axes as far as possible; an axis that is not given is that of the start, or a default.
fn read_axes(form: &mut SweepForm, parts: &mut Parts<'_>, notices: &mut Notices) {
    let names = ["x", "y"].map(key);
    let mut given = names.each_ref().map(|name| {
        let text = parts.take(name)?;
        let axis = Axis::read(name, &text).and_then(|axis| {
            let applies = axis.applies(&form.setup, &form.strategy);
            applies.map(|()| axis.write()).map_err(|problem| {
                Problem::new(name, format!("is {:?}, but {problem}", shortened(text.trim())))
            })
        });
        axis.map_err(|problem| notices.add(problem)).ok()
    });
    let start = if form.start.is_some() { [&form.x, &form.y].map(String::as_str) } else { [""; 2] };
    for (n, other) in [(1, 0), (0, 1)] {
        let is = given[n].as_deref().map(key_of);
        let others = key_of(given[other].as_deref().unwrap_or(start[other]));
        if is == Some(others) {
            let what = format!("is {others}, but must be another setting than {}", names[other]);
            notices.say(&names[n], what);
            given[n] = None;
        }
    }
    // A default axis is replaced if it has the same setting as a given one.
    let gives_way = |n: usize, text: &str| key_of(text) == given[n].as_deref().map_or("", key_of);
    let x = if gives_way(1, &form.x) { String::new() } else { form.x.clone() };
    let y = if gives_way(0, &form.y) { String::new() } else { form.y.clone() };
    let [given_x, given_y] = given;
    (form.x, form.y) = (given_x.unwrap_or(x), given_y.unwrap_or(y));
    form.fit();
}

/// The parts of a link to a sweep: its changes from where it starts, as far as there are any.
pub(super) fn parts(form: &SweepForm, lanes: Lanes<'_>) -> Vec<(String, String)> {
    let base = base(form.start, lanes);
    let start = form.start.map_or(LANES, |start| start.name);
    let mut parts = vec![(SWEEP.to_string(), start.to_string())];
    if form.strategy != base.strategy {
        let lane = lanes.1.lanes.iter().position(|lane| *lane == form.strategy);
        let lane = lane.map(|n| vec![("lane".to_string(), n.to_string())]);
        let inside = lane.unwrap_or_else(|| strategy_parts(&form.strategy));
        parts.extend(inside.into_iter().map(|(name, text)| (key(&name), text)));
    }
    let is_other = key_of(&form.x) != key_of(&form.y);
    for (name, text, base) in [("x", &form.x, &base.x), ("y", &form.y, &base.y)] {
        let axis = Axis::read(name, text).map(|axis| axis.write()).ok();
        let axis = axis.filter(|axis| axis != base && (is_other || name == "x"));
        parts.extend(axis.map(|axis| (key(name), encoded(&axis))));
    }
    if form.measure != base.measure {
        parts.push((key("measure"), form.measure.name.to_string()));
    }
    parts
}

fn key(name: &str) -> String {
    format!("{INSIDE}{name}")
}

#[cfg(test)]
mod tests {
    use crate::link::{Link, sentences};

    /// How a link to the Herd is read and written again, and its problems.
    fn read(text: &str) -> (String, Vec<String>) {
        const FOUR: &str = "herd?preset=two-seconds&";
        let (link, problems) = Link::read(&format!("{FOUR}{text}"));
        let text = link.write();
        (text.strip_prefix(FOUR).unwrap_or(&text).to_string(), sentences(&problems))
    }

    #[test]
    fn what_is_as_in_the_start_is_left_out() {
        for (text, is) in [
            ("sweep=boundary", "sweep=boundary"),
            ("sweep.measure=recovered_after", "sweep=boundary"),
            ("sweep=boundary&sweep.x=outage:1s..60s:24:log&sweep.strategy=full", "sweep=boundary"),
            (
                "sweep.measure=peak_after_repair&sweep=lanes&sweep.lane=0",
                "sweep=lanes&sweep.measure=peak_after_repair",
            ),
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
            ("sweep.z=1", "sweep=boundary", "sweep.z is not a key of this view"),
            ("sweep.measur=peak", "sweep=boundary", "the closest is sweep.measure"),
            (
                "sweep.measure=height&sweep.y=capacity_lost:50%,90%",
                "sweep=boundary&sweep.y=capacity_lost:50%25,90%25",
                "sweep.measure is \"height\", but must be one of peak_after_repair, ",
            ),
            (
                "sweep.x=outage:1s..60s:41&sweep.measure=peak_after_repair",
                "sweep=boundary&sweep.measure=peak_after_repair",
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
                "sweep.strategy is \"fool\", but must be a strategy such as full",
            ),
            (
                "sweep.lane.retry.bas=1s",
                "sweep=boundary",
                "sweep.lane.retry.bas is not a setting; the closest is base",
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
            ("sweep.lane.=7", "sweep=boundary", "sweep.lane. is not a setting"),
        ] {
            let (text, said) = read(text);
            let all = said.join(" ");
            assert!(all.contains(what) && all.ends_with(REST), "{what}: {said:?}");
            assert_eq!(text, is, "{what}");
        }
    }
}
