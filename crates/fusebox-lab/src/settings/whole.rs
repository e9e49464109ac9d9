//! The lists of a scenario, each as one setting: how many groups of clients there are, and the
//! schedule with an entry after the other.

use super::action_text::{actions, actions_text};
use super::draft::SCENARIO;
use super::kind::{Value, count};
use super::problem::{Problem, shortened};
use super::table::SettingSpec;
use fusebox_sim::{Action, Scenario};

/// The key of the schedule as one text.
pub(super) const SCHEDULE: &str = "schedule";

/// The most entries of a schedule.
const ENTRIES_MAX: usize = 1_000;

/// How many groups of clients there are.
pub(super) const GROUPS: &SettingSpec = &SettingSpec {
    key: "groups",
    label: "Groups of clients",
    help: "How many groups of clients there are; a new one has the defaults.",
    kind: count("groups", 1..=8),
    optional: false,
    required: false,
    when: None,
};

/// What the table of a scenario says of its schedule.
pub(super) fn schedule_spec() -> &'static SettingSpec {
    let schedule = SCENARIO.items().find(|item| item.spec.key == SCHEDULE);
    schedule.map_or(GROUPS, |item| &item.spec)
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
    let (schedule, problems) = actions(SCHEDULE, text, ENTRIES_MAX);
    scenario.schedule = schedule;
    problems
}

/// An empty schedule is off.
fn schedule_text(schedule: &[Action]) -> String {
    if schedule.is_empty() { "off".to_string() } else { actions_text(schedule) }
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
        is(&scenario, &text.replace("database", "postgres"));
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
