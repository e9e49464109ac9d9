//! The commands for a target on the stage, by click and by key.

use fusebox_sim::{Command, Dependency, Fault, FaultKind, Target};

/// Something on the stage that can have faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spot {
    Service,
    Dependency(Dependency),
    /// The network link to a dependency.
    Wire(Dependency),
}

impl Spot {
    /// What is broken with it: a wire belongs to its dependency.
    pub(super) const fn target(self) -> Target {
        match self {
            Self::Service => Target::Service,
            Self::Dependency(on) | Self::Wire(on) => Target::Dependency(on),
        }
    }

    /// The faults that it can have, with the parameters that a click sets.
    pub(super) fn faults(self) -> impl Iterator<Item = Fault> {
        Fault::ALL.into_iter().filter(move |fault| match self {
            Self::Service | Self::Dependency(_) => true,
            Self::Wire(_) => fault.kind() == FaultKind::Partitioned,
        })
    }

    /// Its name in the id of the button that opens its menu.
    pub(super) fn id(self) -> String {
        match self {
            Self::Service => "faults-service".to_owned(),
            Self::Dependency(on) => format!("faults-{}", on.name()),
            Self::Wire(on) => format!("faults-wire-{}", on.name()),
        }
    }
}

/// Whether this fault, with any parameter, is among those of a target.
pub(super) fn is_on(fault: Fault, faults: &[Fault]) -> bool {
    faults.iter().any(|other| other.words() == fault.words())
}

/// What choosing a fault does: it heals a fault that is on.
pub(super) fn chosen(fault: Fault, faults: &[Fault]) -> Command {
    if is_on(fault, faults) { Command::Heal(fault.kind()) } else { Command::Fault(fault) }
}

/// What a key does to a target.
pub(crate) fn command_of_key(target: Spot, key: &str, faults: &[Fault]) -> Option<Command> {
    let is_named = |fault: &Fault| {
        let shortcut = fault.words().shortcut;
        key.eq_ignore_ascii_case(shortcut.encode_utf8(&mut [0; 4]))
    };
    target.faults().find(is_named).map(|fault| chosen(fault, faults))
}

/// The key that heals a target with one fault.
pub(super) fn healing_key(faults: &[Fault]) -> Option<char> {
    match faults {
        [fault] => Some(fault.words().shortcut),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox::time::Duration;

    const DATABASE: Spot = Spot::Dependency(Dependency::Postgres);

    #[test]
    fn a_key_breaks_and_the_same_key_heals() {
        let act = |key, faults: &[Fault]| command_of_key(DATABASE, key, faults);
        assert_eq!(act("k", &[]), Some(Command::Fault(Fault::Down)));
        assert_eq!(act("K", &[Fault::Down]), Some(Command::Heal(FaultKind::Down)));
        assert_eq!(act("s", &[Fault::Slow { factor: 7 }]), Some(Command::Heal(FaultKind::Slow)));
        assert_eq!(act("Enter", &[]), None);
        let crash = Fault::Crash { restart_after: Duration::from_secs(3) };
        assert_eq!(
            act("k", &[crash]),
            Some(Command::Fault(Fault::Down)),
            "another reason to be gone"
        );
        assert_eq!(act("c", &[crash]), Some(Command::Heal(FaultKind::Down)));
    }

    #[test]
    fn every_fault_has_a_key_of_its_own() {
        let mut keys: Vec<_> = DATABASE.faults().map(|fault| fault.words().shortcut).collect();
        keys.sort_unstable();
        assert_eq!(keys, ['C', 'F', 'H', 'K', 'L', 'P', 'R', 'S']);
        for fault in DATABASE.faults() {
            assert!(fault.check().is_ok());
        }
    }

    #[test]
    fn a_wire_can_only_be_cut_and_the_service_fails_in_every_way() {
        let wire = Spot::Wire(Dependency::Cache);
        assert_eq!(command_of_key(wire, "p", &[]), Some(Command::Fault(Fault::Partitioned)));
        assert_eq!(command_of_key(wire, "k", &[]), None);
        assert_eq!(Spot::Service.faults().count(), Fault::ALL.len());
    }
}
