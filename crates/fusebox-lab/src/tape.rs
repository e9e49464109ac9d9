//! The tape: what somebody did to a world, and when.

use fusebox::time::Instant;
use fusebox::{ConfigError, LayerKind, require};
use fusebox_sim::{Command, Fault, FaultKind, Target, World};

/// Something that somebody did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Deed {
    /// When.
    pub at: Instant,
    /// To what.
    pub on: Target,
    /// What.
    pub act: Act,
}

/// What somebody can do to the service or a dependency, or to the layers around a dependency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Act {
    /// Sets a fault, in place of one of the same kind.
    Fault(Fault),
    /// Heals the fault of this kind.
    Heal(FaultKind),
    /// Heals all that is wrong with it.
    HealAll,
    /// Switches a layer around it; there are none around the service.
    Layer(LayerKind, bool),
}

/// What somebody did in the course of a run, in the order of time and at most
/// [`Tape::DEEDS_MAX`] deeds.
///
/// A scenario, a seed and a tape determine a run to its last event.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Tape(Vec<Deed>);

impl Tape {
    /// The most deeds on a tape.
    pub const DEEDS_MAX: usize = 500;

    /// The deeds, in the order of time.
    #[must_use]
    pub fn deeds(&self) -> &[Deed] {
        &self.0
    }

    /// The same tape with a deed more, after all others of the same moment; the same tape where it is
    /// full.
    #[must_use]
    pub fn with(&self, deed: Deed) -> Self {
        let mut deeds = self.0.clone();
        if deeds.len() < Self::DEEDS_MAX {
            let place = deeds.partition_point(|other| other.at <= deed.at);
            deeds.insert(place, deed);
        }
        Self(deeds)
    }

    /// The same tape up to and including this moment.
    #[must_use]
    pub fn up_to(&self, end: Instant) -> Self {
        Self(self.0.iter().copied().take_while(|deed| deed.at <= end).collect())
    }
}

impl Deed {
    /// Does it to a world, now.
    ///
    /// # Errors
    /// When a number of the fault is outside its range, the world has no service to do it to, or it is
    /// a layer of the service, which has none; then nothing has happened.
    pub fn apply(&self, world: &mut World) -> Result<(), ConfigError> {
        let on = self.on;
        match self.act {
            Act::Fault(fault) => world.apply(on.fault(fault)),
            Act::Heal(kind) => world.apply(on.heal(kind)),
            Act::Layer(kind, enabled) => match on {
                Target::Dependency(on) => world.apply(Command::Layer(on, kind, enabled)),
                Target::Service => {
                    let words = "a dependency, where a layer is switched";
                    require(false, "deed.on", on.name(), words).map(|_| ())
                }
            },
            Act::HealAll => {
                let faults: Vec<Fault> = world.faults(on).collect();
                faults.into_iter().try_for_each(|fault| world.apply(on.heal(fault.kind())))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox_sim::Dependency;
    use fusebox_sim::Scenario;

    fn deed(seconds: u64, act: Act) -> Deed {
        Deed { at: Instant::from_secs(seconds), on: Dependency::Postgres.into(), act }
    }

    #[test]
    fn deeds_stand_in_the_order_of_time_and_a_tape_has_an_end() {
        let (kill, heal) = (Act::Fault(Fault::Down), Act::HealAll);
        let tape = Tape::default().with(deed(5, heal)).with(deed(2, kill)).with(deed(5, kill));
        assert_eq!(tape.deeds(), [deed(2, kill), deed(5, heal), deed(5, kill)]);
        assert_eq!(tape.up_to(Instant::from_secs(4)).deeds(), [deed(2, kill)]);
        let full = (0..600).fold(Tape::default(), |tape, n| tape.with(deed(n, kill)));
        assert_eq!(full.deeds().len(), Tape::DEEDS_MAX);
    }

    #[test]
    fn healing_all_leaves_nothing_wrong() {
        let mut world = World::new(&Scenario::search_service(), 1).expect("the presets are tested");
        for on in [Target::Service, Dependency::Postgres.into()] {
            let deed = |act| Deed { on, ..deed(0, act) };
            for fault in Fault::ALL {
                deed(Act::Fault(fault)).apply(&mut world).expect("it is in its range");
            }
            // Down and crashed are of one kind, and so not there together.
            assert_eq!(world.faults(on).count(), FaultKind::ALL.len());
            deed(Act::HealAll).apply(&mut world).expect("a heal has no number");
            assert_eq!(world.faults(on).next(), None);
        }
    }

    #[test]
    fn what_cannot_be_done_is_an_error() {
        let on = Target::Service;
        let layer = Deed { on, ..deed(0, Act::Layer(LayerKind::Retry, false)) };
        let mut world = World::new(&Scenario::search_service(), 1).expect("the presets are tested");
        let error = layer.apply(&mut world).expect_err("the service has no layers");
        let words = "deed.on is service, but must be a dependency, where a layer is switched";
        assert_eq!(error.to_string(), words);
        let bare = Scenario { service: None, ..Scenario::search_service() };
        let mut world = World::new(&bare, 1).expect("clients may call the database themselves");
        let fault = Deed { on, ..deed(0, Act::Fault(Fault::Down)) };
        let error = fault.apply(&mut world).expect_err("there is none");
        let words = "command.on is service, but must be a dependency, as there is no service";
        assert_eq!(error.to_string(), words);
        assert_eq!(world.fingerprint(), World::new(&bare, 1).expect("it was").fingerprint());
    }
}
