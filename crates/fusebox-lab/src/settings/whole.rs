//! The lists of a scenario, each as one setting: how many groups of clients there are, and the
//! schedule with an entry after the other.

use super::deed::{deeds, deeds_text};
use super::draft::SCENARIO;
use super::kind::{Value, count};
use super::problem::{Problem, shortened};
use super::table::Facts;
use crate::tape::{Act, Deed};
use crate::words::separated;
use fusebox::time::Instant;
use fusebox_sim::{Command, FaultKind, Scenario, Target};

/// The key of the schedule as one text.
pub(super) const SCHEDULE: &str = "schedule";

/// The most entries of a schedule.
const ENTRIES_MAX: usize = 1_000;

/// How many groups of clients there are.
pub(super) const GROUPS: &Facts = &Facts {
    key: "groups",
    label: "Groups of clients",
    help: "How many groups of clients there are; a new one has the defaults.",
    kind: count("groups", 1..=8),
    optional: false,
    required: false,
    when: None,
};

/// What the table of a scenario says of its schedule.
pub(super) fn schedule_facts() -> &'static Facts {
    let schedule = SCENARIO.items().find(|item| item.facts.key == SCHEDULE);
    schedule.map_or(GROUPS, |item| &item.facts)
}

/// What such a list is, as text; none for any other key.
pub(super) fn get(scenario: &Scenario, key: &str) -> Option<String> {
    match key {
        SCHEDULE => Some(schedule_text(&scenario.schedule)),
        _ if key == GROUPS.key => Some(scenario.clients.len().to_string()),
        _ => None,
    }
}

/// Whether a key is that of such a list.
pub(super) fn is_whole(key: &str) -> bool {
    key == SCHEDULE || key == GROUPS.key
}

/// Makes the list of such a key what a text says, as far as that can be, with all that is wrong.
pub(super) fn set(scenario: &mut Scenario, key: &str, text: &str) -> Vec<Problem> {
    if key == SCHEDULE {
        return set_schedule(scenario, text);
    }
    if let Some(Value::Number(groups)) = GROUPS.parse(text) {
        scenario.clients.resize_with(groups as usize, Default::default);
        return Vec::new();
    }
    let what = format!("is {:?}, but must be {}", shortened(text), GROUPS.accepts());
    vec![Problem::new(key, what)]
}

fn set_schedule(scenario: &mut Scenario, text: &str) -> Vec<Problem> {
    let text = if text.trim() == "off" { "" } else { text };
    let (entries, mut problems) = deeds(SCHEDULE, text, ENTRIES_MAX);
    scenario.schedule = commands(&entries);
    if scenario.schedule.len() > ENTRIES_MAX {
        scenario.schedule.truncate(ENTRIES_MAX);
        let most = separated(&ENTRIES_MAX.to_string());
        problems.push(Problem::new(SCHEDULE, format!("heals more than its {most} entries can")));
    }
    problems
}

/// A schedule in which nothing happens is off.
fn schedule_text(schedule: &[(Instant, Command)]) -> String {
    if schedule.is_empty() {
        return "off".to_string();
    }
    deeds_text(schedule.iter().map(|&(at, command)| match command {
        Command::Fault(on, fault) => Deed { at, on: on.into(), act: Act::Fault(fault) },
        Command::Heal(on, kind) => Deed { at, on: on.into(), act: Act::Heal(kind) },
        Command::Layer(on, kind, enabled) => {
            Deed { at, on: on.into(), act: Act::Layer(kind, enabled) }
        }
        Command::ServiceFault(fault) => Deed { at, on: Target::Service, act: Act::Fault(fault) },
        Command::ServiceHeal(kind) => Deed { at, on: Target::Service, act: Act::Heal(kind) },
    }))
}

/// A schedule knows only kinds to heal, so a deed that heals all stands for the kinds that the deeds
/// before it have set.
fn commands(deeds: &[Deed]) -> Vec<(Instant, Command)> {
    let mut set: Vec<(Target, FaultKind)> = Vec::new();
    let mut commands = Vec::new();
    for &Deed { at, on, act } in deeds {
        match act {
            Act::Fault(fault) => {
                if !set.contains(&(on, fault.kind())) {
                    set.push((on, fault.kind()));
                }
                commands.push((at, on.fault(fault)));
            }
            Act::Heal(kind) => commands.push((at, on.heal(kind))),
            Act::Layer(kind, enabled) => {
                commands.extend(on.dependency().map(|on| (at, Command::Layer(on, kind, enabled))));
            }
            Act::HealAll => {
                let healed = set.extract_if(.., |(whom, _)| *whom == on);
                commands.extend(healed.map(|(_, kind)| (at, on.heal(kind))));
            }
        }
    }
    commands
}

#[cfg(test)]
mod tests {
    use super::super::{get, set};
    use super::*;

    #[test]
    fn a_schedule_is_one_text() {
        let mut scenario = Scenario::default();
        let is = |scenario: &Scenario, text: &str| {
            assert_eq!(get(scenario, "schedule").as_deref(), Some(text));
        };
        is(&scenario, "off");
        let text = "20s:postgres:slow:500,10s:postgres:down,15s:model.retry:off,80s:database:heal";
        set(&mut scenario, "schedule", text).unwrap();
        let healed = "80s:postgres:heal:slow,80s:postgres:heal:down";
        is(&scenario, &text.replace("80s:database:heal", healed));
        set(&mut scenario, "schedule.0.factor", "7").unwrap();
        assert!(get(&scenario, "schedule").unwrap().starts_with("20s:postgres:slow:7,"));
        let before = scenario.clone();
        let wrong = set(&mut scenario, "schedule", "1s:postgres:down,2s").unwrap_err();
        assert!(wrong.to_string().starts_with("schedule has \"2s\", which"), "{wrong}");
        assert_eq!(scenario, before, "what is wrong changes nothing");
        set(&mut scenario, "schedule", "off").unwrap();
        is(&scenario, "off");
    }

    #[test]
    fn there_are_as_many_groups_as_one_says() {
        let mut scenario = Scenario::default();
        set(&mut scenario, "clients.0.count", "7").unwrap();
        set(&mut scenario, "groups", "3").unwrap();
        assert_eq!(scenario.clients.len(), 3);
        assert_eq!((scenario.clients[0].count, scenario.clients[2].count), (7, 100));
        let wrong = set(&mut scenario, "groups", "0").unwrap_err().to_string();
        assert_eq!(wrong, "groups is \"0\", but must be a whole number from 1 to 8");
        assert_eq!(get(&scenario, "groups").as_deref(), Some("3"));
    }
}
