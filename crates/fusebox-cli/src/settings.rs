//! Lists the settings with their ranges and defaults.

use super::args::SettingsArgs;
use super::failure::Failure;
use super::output::write_json;
use fusebox::time::Instant;
use fusebox_lab::record;
use fusebox_lab::settings::{self, Kind, Setting};
use fusebox_sim::{Action, Dependency, Fault, Scenario};
use std::collections::BTreeMap;
use std::io::Write;

record! {
    /// The settings of one kind of object.
    pub(super) struct Group(name: &'static str, places: Vec<String>, settings: Vec<Line>) {
        name: &'static str = name, "", "The kind of object, in one word";
        places: Vec<String> = places, "",
            "What the keys begin with, such as breaker or postgres.breaker; empty for keys that stand alone";
        settings: Vec<Line> = settings, "", "The settings";
    }
}

record! {
    /// A setting of the group.
    pub(super) struct Line(of: &Setting, place: &str, defaults: BTreeMap<String, String>) {
        key: &'static str = of.spec.key, "", "The end of its key, such as cooldown";
        label: &'static str = of.spec.label, "", "The label in forms";
        help: &'static str = of.spec.help, "", "What it does";
        accepts: String = of.spec.accepts(), "", "The accepted values, in words";
        min: Option<String> = of.spec.kind.range().map(|it| it.0), "", "The least value, or null";
        max: Option<String> = of.spec.kind.range().map(|it| it.1), "", "The greatest value, or null";
        default: Option<String> = defaults.get(place).cloned().or_else(|| of.default.clone()), "",
            "The default in the first place, or null if it does not apply there";
        defaults: BTreeMap<String, String> = defaults, "", "The default in each place where it applies";
        when: Option<String> = of.spec.when.map(|when| when.words()), "",
            "Where it applies, in words; null for always";
    }
}

pub(super) fn settings(args: &SettingsArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let groups = groups(args.text.as_deref().unwrap_or_default());
    if groups.is_empty() {
        let text = args.text.as_deref().unwrap_or_default();
        return Err(Failure::input(format!("no setting has {text:?} in its key or help")));
    }
    if args.json {
        return write_json(out, &groups);
    }
    groups.iter().try_for_each(|group| group.write(out))
}

/// All groups, with only the settings whose key or help contains this text.
fn groups(text: &str) -> Vec<Group> {
    let full = full_scenario();
    let everywhere = settings::all(&full);
    let group = |(name, settings): (&'static str, Vec<Setting>)| {
        let places = places(name, &settings, &everywhere, &full);
        let is_wanted = |setting: &Setting| {
            let has = |place: &String| full_key(place, setting.spec.key).contains(text);
            setting.spec.help.contains(text) || places.iter().any(has)
        };
        let settings =
            settings.iter().filter(|setting| setting.spec.has_value() && is_wanted(setting));
        let settings: Vec<_> = settings.map(|setting| line(setting, &places)).collect();
        (!settings.is_empty()).then(|| Group::of(name, places, settings))
    };
    settings::reference().into_iter().filter_map(group).collect()
}

fn full_key(place: &str, key: &str) -> String {
    if place.is_empty() { key.to_string() } else { format!("{place}.{key}") }
}

/// The prefixes of these settings' keys, the shortest first.
fn places(
    name: &str,
    settings: &[Setting],
    everywhere: &[Setting],
    full: &Scenario,
) -> Vec<String> {
    let mut places = Vec::new();
    let Some(first) = settings.iter().find(|setting| setting.spec.has_value()) else {
        return places;
    };
    if first
        .default
        .as_ref()
        .is_some_and(|default| settings::set(&mut full.clone(), &first.key, default).is_ok())
    {
        places.push(name.to_string());
    }
    for setting in everywhere.iter().filter(|setting| setting.spec == first.spec) {
        let place = setting.key.strip_suffix(first.spec.key).unwrap_or_default();
        let place = place.trim_end_matches('.').replace(".0", "");
        if !places.contains(&place) {
            places.push(place);
        }
    }
    places
}

/// A scenario that has every part that a scenario can have.
fn full_scenario() -> Scenario {
    let action = Action::fault(Instant::ZERO, Dependency::Postgres, Fault::Down);
    let mut scenario = Scenario { schedule: vec![action], ..Scenario::default() };
    // Each round switches on settings that the previous round has made available.
    loop {
        let before = scenario.clone();
        for setting in settings::all(&scenario) {
            if let Some(most) = most(&setting) {
                // A part that conflicts with another one is left as it was.
                let _ = settings::set(&mut scenario, &setting.key, &most);
            }
        }
        if scenario == before {
            return scenario;
        }
    }
}

/// The values that make further settings available: a list with all its items, and a part that is
/// missing.
fn most(setting: &Setting) -> Option<String> {
    match setting.spec.kind {
        Kind::Part if setting.value.as_deref() == Some("off") => Some("on".to_string()),
        Kind::List { of, .. } => Some(of.join(",")),
        _ => None,
    }
}

/// The line of a setting, with its defaults in these places.
fn line(setting: &Setting, places: &[String]) -> Line {
    let scenario = Scenario::default();
    let defaults = places.iter().filter_map(|place| {
        Some((place.clone(), settings::get(&scenario, &full_key(place, setting.spec.key))?))
    });
    Line::of(setting, places.first().map_or("", String::as_str), defaults.collect())
}

impl Group {
    fn write(&self, out: &mut dyn Write) -> Result<(), Failure> {
        let place = self.places.first().map_or(self.name, String::as_str);
        let others = self.places.get(1..).unwrap_or_default();
        write!(out, "{}", self.name)?;
        if !others.is_empty() {
            write!(out, " (also as {})", others.join(", "))?;
        }
        writeln!(out)?;
        for line in &self.settings {
            let default = line.default.as_deref().unwrap_or("-");
            writeln!(out, "  {}={default}", full_key(place, line.key))?;
            writeln!(out, "      {}", line.help)?;
            write!(out, "      It is {}", line.accepts)?;
            match &line.when {
                Some(when) => writeln!(out, "; applies only where {when}.")?,
                None => writeln!(out, ".")?,
            }
            let differ = self.places.iter().filter_map(|place| {
                let other = line.defaults.get(place)?;
                (other != default).then(|| format!("{}={other}", full_key(place, line.key)))
            });
            let differ: Vec<_> = differ.collect();
            if !differ.is_empty() {
                writeln!(out, "      Other defaults: {}.", differ.join(", "))?;
            }
        }
        writeln!(out)?;
        Ok(())
    }
}
