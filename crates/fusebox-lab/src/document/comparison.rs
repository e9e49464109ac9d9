//! Comparisons as JSON documents: the common setup, each lane, the seed and the preset.

use super::apply::Reader;
use super::json::Json;
use super::{PRESET, SCHEMA, apply, is_comparison, parse, read, take, written};
use crate::herd::{HerdPreset, PRESETS, STRATEGIES, Strategy, find};
use crate::link::{Herd, SEED};
use crate::settings::{Problem, object, shortened};
use fusebox_sim::Scenario;

/// Keys of a comparison beside its settings.
const SEED_KEY: &str = "seed";
const LANES: &str = "lanes";

/// Keys of a lane beside its settings.
const NAME: &str = "name";
const STRATEGY: &str = "strategy";

/// The content of a document of either kind.
#[derive(Clone, Debug, PartialEq)]
pub enum Document {
    /// One world.
    Scenario(Box<Scenario>),
    /// A comparison of strategies.
    Comparison(Box<Herd>),
}

impl Document {
    /// The content of a document: a comparison if it has lanes, a common setup, or a preset of the
    /// Herd; otherwise a scenario.
    ///
    /// # Errors
    /// With all problems that can be detected.
    pub fn read(
        text: &str,
        presets: impl Fn(&str) -> Option<Scenario>,
    ) -> Result<Self, Vec<Problem>> {
        if parse(text).is_ok_and(|members| is_comparison(&members)) {
            return read_comparison(text).map(|herd| Self::Comparison(Box::new(herd)));
        }
        read(text, presets).map(|scenario| Self::Scenario(Box::new(scenario)))
    }
}

/// The comparison of a document, based on the preset that it names, or else on the first, with the
/// settings in `herd` and the strategies in `lanes`.
///
/// A lane states its changes from the strategy that it names, or else from the preset's lane with
/// the same index; the result has as many lanes as the document.
///
/// ```
/// use fusebox_lab::document::{read_comparison, write_comparison};
///
/// let text = r#"{
///     "preset": "overload", "seed": 7,
///     "herd": { "clients": 500 },
///     "lanes": [{ "strategy": "full-budget-shared", "name": "Ours", "retry": { "base": "2s" } }]
/// }"#;
/// let herd = read_comparison(text).unwrap();
/// assert_eq!((herd.seed, herd.comparison.setup.clients), (7, 500));
/// assert_eq!(herd.comparison.lanes[0].title(), "Ours");
/// assert_eq!(read_comparison(&write_comparison(&herd)), Ok(herd));
///
/// let problems = read_comparison(r#"{ "lanes": [{ "strategy": "fool" }], "sed": 1 }"#);
/// assert_eq!(problems.unwrap_err()[0].path, "lanes.0.strategy");
/// ```
///
/// # Errors
/// With all problems that can be detected, up to 20.
pub fn read_comparison(text: &str) -> Result<Herd, Vec<Problem>> {
    let mut members = parse(text).map_err(|problem| vec![problem])?;
    let mut reader = Reader::default();
    let preset = preset(take(&mut members, PRESET), &mut reader);
    let seed = seed(take(&mut members, SEED_KEY), &mut reader);
    take(&mut members, SCHEMA);
    let mut comparison = (preset.comparison)();
    if let Some((_, Json::List(lanes))) = members.iter_mut().find(|(key, _)| key == LANES)
        && COMPARISON_LANES.contains(&lanes.len())
    {
        let bases = std::mem::take(&mut comparison.lanes);
        let lane = |(n, lane)| base_of_lane(lane, n, bases.get(n), &mut reader);
        comparison.lanes = lanes.iter_mut().enumerate().map(lane).collect();
    }
    let (comparison, problems) = apply(comparison, reader, &members);
    if problems.is_empty() {
        Ok(Herd { comparison, seed, ..Herd::of(preset) })
    } else {
        Err(problems)
    }
}

/// The number of lanes in a comparison.
const COMPARISON_LANES: std::ops::RangeInclusive<usize> = 1..=crate::herd::LANES_MAX;

/// The document of a comparison, with every setting that applies.
#[must_use]
pub fn write_comparison(herd: &Herd) -> String {
    let mut members = vec![
        (PRESET.to_string(), Json::text(herd.preset.name)),
        (SEED_KEY.to_string(), Json::number(herd.seed)),
    ];
    if let Json::Object(settings) = written(&mut *object(&herd.comparison)) {
        members.extend(settings);
    }
    if let Some((_, Json::List(lanes))) = members.iter_mut().find(|(key, _)| key == LANES) {
        for (json, lane) in lanes.iter_mut().zip(&herd.comparison.lanes) {
            let Json::Object(settings) = json else { continue };
            let name = lane.name.as_ref().map(|name| (NAME.to_string(), Json::text(name)));
            let strategy = (STRATEGY.to_string(), Json::text(lane.word()));
            settings.splice(..0, name.into_iter().chain([strategy]));
        }
    }
    Json::Object(members).pretty()
}

fn preset(json: Option<Json>, reader: &mut Reader) -> &'static HerdPreset {
    let Some(json) = json else { return &PRESETS[0] };
    let found = if let Json::Text(name) = &json { find(name) } else { None };
    found.unwrap_or_else(|| {
        let known: Vec<_> = PRESETS.iter().map(|preset| preset.name).collect();
        let expected = format!("the name of a preset of the herd: {}", known.join(", "));
        reader.refuse(PRESET, &json, &expected);
        &PRESETS[0]
    })
}

fn seed(json: Option<Json>, reader: &mut Reader) -> u64 {
    let Some(json) = json else { return SEED };
    let seed = if let Json::Number(number) = &json { number.parse().ok() } else { None };
    seed.unwrap_or_else(|| {
        let expected = "a whole number from 0 to 18,446,744,073,709,551,615";
        reader.refuse(SEED_KEY, &json, expected);
        SEED
    })
}

/// The strategy that a lane is based on, with its name; both are taken out of the lane.
fn base_of_lane(
    json: &mut Json,
    n: usize,
    base: Option<&Strategy>,
    reader: &mut Reader,
) -> Strategy {
    let mut strategy = base.cloned().unwrap_or_default();
    let Json::Object(members) = json else { return strategy };
    if let Some(json) = take(members, STRATEGY) {
        let read = if let Json::Text(word) = &json { Strategy::of(word) } else { None };
        match read {
            Some(read) => strategy = read,
            None => reader.refuse(&format!("{LANES}.{n}.{STRATEGY}"), &json, STRATEGIES),
        }
    }
    if let Some(json) = take(members, NAME) {
        match &json {
            Json::Null => strategy.name = None,
            Json::Text(name) => {
                strategy.rename(name);
                if strategy.name.as_deref() != Some(name) {
                    let name = shortened(name);
                    let what = format!("is {name:?}, but must be up to 40 letters in one line");
                    reader.add(Problem::new(format!("{LANES}.{n}.{NAME}"), what));
                }
            }
            _ => reader.refuse(&format!("{LANES}.{n}.{NAME}"), &json, "a text, or null"),
        }
    }
    strategy
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox::time::Duration;

    #[track_caller]
    fn problems(text: &str) -> Vec<String> {
        read_comparison(text).unwrap_err().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_preset_is_read_as_it_is_written() {
        for preset in PRESETS {
            let mut herd = Herd::of(preset);
            herd.seed = u64::MAX;
            let last = herd.comparison.lanes.len() - 1;
            herd.comparison.lanes[last].rename("Ours \"and\" theirs");
            herd.comparison.lanes[0].retry.backoff.cap = Duration::from_secs(70);
            let text = write_comparison(&herd);
            assert_eq!(read_comparison(&text).as_ref(), Ok(&herd), "{text}");
            let read = Document::read(&text, |_| None);
            assert_eq!(read, Ok(Document::Comparison(Box::new(herd))));
        }
    }

    #[test]
    fn what_is_not_said_is_as_in_the_preset() {
        assert_eq!(read_comparison("{}"), Ok(Herd::default()));
        let herd =
            read_comparison(r#"{ "preset": "caps", "lanes": [{}, { "shared_policies": true }] }"#);
        let (herd, caps) = (herd.unwrap(), Herd::of(find("caps").unwrap()));
        assert_eq!(herd.comparison.setup, caps.comparison.setup);
        assert_eq!(herd.comparison.lanes[0], caps.comparison.lanes[0]);
        assert!(herd.comparison.lanes[1].shared && herd.comparison.lanes.len() == 2);
        let more = format!(r#"{{ "lanes": [{}] }}"#, [r#"{ "name": null }"#; 8].join(","));
        assert_eq!(read_comparison(&more).unwrap().comparison.lanes[7], Strategy::default());
    }

    #[test]
    fn all_that_is_wrong_is_named() {
        let text = r#"{
            "preset": "cold-restart", "seed": 1.5, "hurd": {}, "herd": { "clients": 5, "fault": 1 },
            "lanes": [{ "strategy": "fool" }, { "strategy": "full", "retri": {} }, 7,
                { "name": "a\nb" }, { "breaker": { "cooldown": "5" } }]
        }"#;
        let said = problems(text);
        let starts = [
            "preset is \"cold-restart\", but must be the name of a preset of the herd: jitter, ",
            "seed is 1.5, but must be a whole number from 0 to ",
            "lanes.0.strategy is \"fool\", but must be none, immediate, ",
            "lanes.3.name is \"a\\nb\", but must be up to 40 letters",
            "hurd is not a setting; the closest is herd",
            "herd.clients is 5, but must be a whole number from 10 to 100,000",
            "herd.fault is 1, but must be one of down, ",
            "lanes.1.retri is not a setting; the closest is retry",
            "lanes.2 is 7, but must be an object",
            "lanes.4.breaker.cooldown is \"5\", but must be a time",
        ];
        assert_eq!(said.len(), starts.len(), "{said:#?}");
        for (said, start) in said.iter().zip(starts) {
            assert!(said.starts_with(start), "{said}");
        }
    }

    #[test]
    fn what_does_not_go_together_is_named() {
        let lanes = r#"{ "lanes": [{}, { "breaker": { "failures": null } }] }"#;
        assert!(problems(lanes)[0].starts_with("lanes.1.breaker.failures is none"));
        let calls = r#"{ "herd": { "clients": 100000, "call_interval": "100ms" } }"#;
        assert!(
            problems(calls)[0]
                .starts_with("herd.call_interval is 100 ms, but must be a setup with")
        );
        assert!(problems(r#"{ "lanes": [] }"#)[0].starts_with("lanes has 0 objects, but must be"));
        assert!(problems(r#"{ "lanes": {} }"#)[0].starts_with("lanes is an object, but must be"));
        assert!(problems("[]")[0].starts_with("the document is [], but must be an object"));
        let twice = r#"{ "seed": 1, "seed": 2 }"#;
        assert!(problems(twice)[0].starts_with("seed is not a setting"), "{:?}", problems(twice));
    }

    #[test]
    fn a_scenario_is_still_one() {
        for text in ["{}", r#"{ "duration": "5s" }"#] {
            assert!(matches!(Document::read(text, |_| None), Ok(Document::Scenario(_))));
        }
        let problems =
            Document::read(r#"{ "duration": "5s", "lanes": [{}] }"#, |_| None).unwrap_err();
        assert!(problems[0].to_string().starts_with("duration is not a setting"), "{problems:?}");
    }
}
