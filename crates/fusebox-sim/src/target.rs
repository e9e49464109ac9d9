//! What a fault can be set for: the service, or something that it depends on.

use crate::dependency::Dependency;
use crate::fault::{Fault, FaultKind};
use crate::scenario::Command;

/// What a fault can be set for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// The service, where the world has one.
    Service,
    /// Something that it depends on.
    Dependency(Dependency),
}

impl From<Dependency> for Target {
    fn from(dependency: Dependency) -> Self {
        Self::Dependency(dependency)
    }
}

impl Target {
    /// All of them.
    pub const ALL: [Self; 1 + Dependency::ALL.len()] = {
        let mut all = [Self::Service; 1 + Dependency::ALL.len()];
        let mut n = 0;
        while n < Dependency::ALL.len() {
            all[1 + n] = Self::Dependency(Dependency::ALL[n]);
            n += 1;
        }
        all
    };

    /// Its name in scenarios and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Dependency(on) => on.name(),
        }
    }

    /// Its name in a sentence.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Service => "the service",
            Self::Dependency(on) => on.title(),
        }
    }

    /// Which dependency it is; none for the service.
    #[must_use]
    pub const fn dependency(self) -> Option<Dependency> {
        match self {
            Self::Service => None,
            Self::Dependency(on) => Some(on),
        }
    }

    /// The command that sets a fault of it.
    #[must_use]
    pub const fn fault(self, fault: Fault) -> Command {
        match self {
            Self::Service => Command::ServiceFault(fault),
            Self::Dependency(on) => Command::Fault(on, fault),
        }
    }

    /// The command that heals the fault of this kind.
    #[must_use]
    pub const fn heal(self, kind: FaultKind) -> Command {
        match self {
            Self::Service => Command::ServiceHeal(kind),
            Self::Dependency(on) => Command::Heal(on, kind),
        }
    }
}
