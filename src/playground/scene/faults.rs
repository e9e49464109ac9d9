//! What can be done to what stands on the stage, by click and by key.

use fusebox_lab::tape::Act;
use fusebox_sim::{Dependency, Fault, FaultKind, Target};

/// Something on the stage that can be broken, or at least asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spot {
    Service,
    Dependency(Dependency),
    /// The way to a dependency.
    Wire(Dependency),
}

/// How a fault is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Offer {
    /// What a click or the key sets.
    pub(super) fault: Fault,
    pub(super) key: char,
    pub(super) verb: &'static str,
    /// What comes of it, in a few words.
    pub(super) effect: &'static str,
}

impl Spot {
    /// What is broken with it: a wire belongs to its dependency.
    pub(super) const fn target(self) -> Target {
        match self {
            Self::Service => Target::Service,
            Self::Dependency(on) | Self::Wire(on) => Target::Dependency(on),
        }
    }

    /// What can be done to it.
    pub(super) fn offers(self) -> impl Iterator<Item = Offer> {
        let all = Fault::ALL.into_iter().filter(move |fault| match self {
            Self::Service | Self::Dependency(_) => true,
            Self::Wire(_) => fault.kind() == FaultKind::Partition,
        });
        all.map(offer)
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

const fn offer(fault: Fault) -> Offer {
    let (key, verb, effect) = match fault {
        Fault::Down => ('K', "Kill", "refuses every connection"),
        Fault::Slow { .. } => ('S', "Slow", "takes 200 times as long"),
        Fault::Flaky { .. } => ('F', "Flaky", "half of its answers are errors"),
        Fault::Hang => ('H', "Hang", "takes requests, never answers"),
        Fault::Crash { .. } => ('C', "Crash", "gone, and back in 10 s"),
        Fault::RateLimit { .. } => ('L', "Limit", "20 a second, and 429 for the rest"),
        Fault::Partition => ('P', "Partition", "nothing gets there or back"),
        Fault::Capacity { .. } => ('R', "Reduce", "half of its slots are gone"),
    };
    Offer { fault, key, verb, effect }
}

/// Whether two faults are offered as one, whatever their numbers.
fn same(a: Fault, b: Fault) -> bool {
    offer(a).key == offer(b).key
}

/// Whether this fault is among those that are there.
pub(super) fn is_on(fault: Fault, faults: &[Fault]) -> bool {
    faults.iter().any(|&other| same(other, fault))
}

/// What choosing a fault does: the same again heals.
pub(super) fn chosen(fault: Fault, faults: &[Fault]) -> Act {
    if is_on(fault, faults) { Act::Heal(fault.kind()) } else { Act::Fault(fault) }
}

/// What a key does to a target.
pub(crate) fn act_of_key(target: Spot, key: &str, faults: &[Fault]) -> Option<Act> {
    let named = |offer: &Offer| key.eq_ignore_ascii_case(offer.key.encode_utf8(&mut [0; 4]));
    target.offers().find(named).map(|offer| chosen(offer.fault, faults))
}

/// The key that heals what is there, where there is one thing.
pub(super) fn healing_key(faults: &[Fault]) -> Option<char> {
    match faults {
        [fault] => Some(offer(*fault).key),
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
        let act = |key, faults: &[Fault]| act_of_key(DATABASE, key, faults);
        assert_eq!(act("k", &[]), Some(Act::Fault(Fault::Down)));
        assert_eq!(act("K", &[Fault::Down]), Some(Act::Heal(FaultKind::Down)));
        assert_eq!(act("s", &[Fault::Slow { factor: 7 }]), Some(Act::Heal(FaultKind::Slow)));
        assert_eq!(act("Enter", &[]), None);
        let crash = Fault::Crash { restart: Duration::from_secs(3) };
        assert_eq!(act("k", &[crash]), Some(Act::Fault(Fault::Down)), "another reason to be gone");
        assert_eq!(act("c", &[crash]), Some(Act::Heal(FaultKind::Down)));
    }

    #[test]
    fn every_fault_has_a_key_of_its_own() {
        let mut keys: Vec<_> = DATABASE.offers().map(|offer| offer.key).collect();
        keys.sort_unstable();
        assert_eq!(keys, ['C', 'F', 'H', 'K', 'L', 'P', 'R', 'S']);
        for offer in DATABASE.offers() {
            assert!(offer.fault.check().is_ok());
        }
    }

    #[test]
    fn a_wire_can_only_be_cut_and_the_service_fails_in_every_way() {
        let wire = Spot::Wire(Dependency::Cache);
        assert_eq!(act_of_key(wire, "p", &[]), Some(Act::Fault(Fault::Partition)));
        assert_eq!(act_of_key(wire, "k", &[]), None);
        assert_eq!(Spot::Service.offers().count(), Fault::ALL.len());
    }
}
