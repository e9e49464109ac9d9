//! The action log: what a user did to a run, and when.

use fusebox::time::Instant;
use fusebox_sim::{Action, Command};

/// What a user did to a run, in the order of time: at most [`ActionLog::MAX`] actions.
///
/// A scenario, a seed and an action log determine a run to its last event.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ActionLog(Vec<Action>);

impl ActionLog {
    /// The most actions of a log.
    pub const MAX: usize = 500;

    /// The actions, in the order of time.
    #[must_use]
    pub fn actions(&self) -> &[Action] {
        &self.0
    }

    /// The log with one more action, after the others of the same moment. A setting that is changed
    /// again at the same moment has only its last value. A full log stays as it is.
    #[must_use]
    pub fn with(&self, action: Action) -> Self {
        let mut actions = self.0.clone();
        actions.retain(|other| !is_overridden(other, &action));
        if actions.len() < Self::MAX {
            let place = actions.partition_point(|other| other.at <= action.at);
            actions.insert(place, action);
        }
        Self(actions)
    }

    /// The actions up to and including `end`.
    #[must_use]
    pub fn up_to(&self, end: Instant) -> Self {
        Self(self.0.iter().copied().take_while(|action| action.at <= end).collect())
    }
}

/// Whether an action changes the same setting at the same moment as a later one.
fn is_overridden(action: &Action, later: &Action) -> bool {
    match (action.command, later.command) {
        (Command::Set(change), Command::Set(other)) => {
            (action.at, action.on, change.setting) == (later.at, later.on, other.setting)
        }
        _ => false,
    }
}

impl FromIterator<Action> for ActionLog {
    /// Puts the actions in the order of time.
    fn from_iter<I: IntoIterator<Item = Action>>(actions: I) -> Self {
        actions.into_iter().fold(Self::default(), |log, action| log.with(action))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings;
    use fusebox::LayerKind;
    use fusebox_sim::{Dependency, Fault, FaultKind, Scenario, Target, World};

    fn action(seconds: u64, command: Command) -> Action {
        Action::new(Instant::from_secs(seconds), Dependency::Postgres, command)
    }

    #[test]
    fn actions_stand_in_the_order_of_time_and_a_log_has_an_end() {
        let (kill, heal) = (Command::Fault(Fault::Down), Command::HealAll);
        let log = ActionLog::from_iter([action(5, heal), action(2, kill), action(5, kill)]);
        assert_eq!(log.actions(), [action(2, kill), action(5, heal), action(5, kill)]);
        assert_eq!(log.up_to(Instant::from_secs(4)).actions(), [action(2, kill)]);
        let full: ActionLog = (0..600).map(|n| action(n, kill)).collect();
        assert_eq!(full.actions().len(), ActionLog::MAX);
    }

    #[test]
    fn a_setting_that_is_changed_again_at_the_same_moment_has_its_last_value() {
        let (scenario, at) = (Scenario::search_service(), Instant::from_secs(3));
        let set = |at, key: &str, text| settings::change(&scenario, at, key, text).expect(key);
        let (three, four) =
            ["3", "4"].map(|text| set(at, "postgres.breaker.failures", text)).into();
        let (other, later) = (
            set(at, "postgres.breaker.cooldown", "3s"),
            set(Instant::from_secs(4), "postgres.breaker.failures", "5"),
        );
        let log = ActionLog::from_iter([three, other, later, four]);
        assert_eq!(log.actions(), [other, four, later]);
    }

    #[test]
    fn healing_all_leaves_nothing_wrong() {
        let mut world = World::new(&Scenario::search_service(), 1).expect("the presets are tested");
        for on in [Target::Service, Dependency::Postgres.into()] {
            for fault in Fault::ALL {
                world.apply(on, Command::Fault(fault)).expect("it is in its range");
            }
            // Down and crashed are of one kind, and so not there together.
            assert_eq!(world.faults(on).count(), FaultKind::ALL.len());
            world.apply(on, Command::HealAll).expect("it has no parameter");
            assert_eq!(world.faults(on).next(), None);
        }
    }

    #[test]
    fn what_cannot_be_done_is_an_error() {
        let on = Target::Service;
        let mut world = World::new(&Scenario::search_service(), 1).expect("the presets are tested");
        let layer = world.apply(on, Command::Layer(LayerKind::Retry, false));
        let error = layer.expect_err("the service has no layers");
        let words = "action.on is service, but must be a dependency, as the service has no layers";
        assert_eq!(error.to_string(), words);
        let bare = Scenario { service: None, ..Scenario::search_service() };
        let mut world = World::new(&bare, 1).expect("clients may call the database themselves");
        let error = world.apply(on, Command::Fault(Fault::Down)).expect_err("there is none");
        let words = "action.on is service, but must be a dependency, as there is no service";
        assert_eq!(error.to_string(), words);
        assert_eq!(world.fingerprint(), World::new(&bare, 1).expect("it was").fingerprint());
    }
}
