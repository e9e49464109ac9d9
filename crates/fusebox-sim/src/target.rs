//! The target of an action: the service, or one of its dependencies.

use crate::dependency::Dependency;

/// The target of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// The service, if the world has one.
    Service,
    /// A dependency.
    Dependency(Dependency),
}

impl From<Dependency> for Target {
    fn from(dependency: Dependency) -> Self {
        Self::Dependency(dependency)
    }
}

impl Target {
    /// Every target.
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

    /// The dependency; none for the service.
    #[must_use]
    pub const fn dependency(self) -> Option<Dependency> {
        match self {
            Self::Service => None,
            Self::Dependency(on) => Some(on),
        }
    }
}
