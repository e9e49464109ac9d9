//! Actions on a world: one type for a click, a schedule, a link and a log.

use crate::fault::{Fault, FaultKind};
use crate::target::Target;
use fusebox::time::Instant;
use fusebox::{ConfigError, LayerKind, require};

/// A command with its time and its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Action {
    /// When it is applied.
    pub at: Instant,
    /// The service, or the dependency.
    pub on: Target,
    /// What is done.
    pub command: Command,
}

/// What can be done to the service or a dependency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Command {
    /// Sets a fault, and replaces one of the same kind.
    Fault(Fault),
    /// Heals the fault of this kind.
    Heal(FaultKind),
    /// Heals every fault.
    HealAll,
    /// Switches a layer around a dependency on or off.
    Layer(LayerKind, bool),
}

impl Action {
    /// An action.
    pub fn new(at: Instant, on: impl Into<Target>, command: Command) -> Self {
        Self { at, on: on.into(), command }
    }

    /// An action that sets a fault.
    pub fn fault(at: Instant, on: impl Into<Target>, fault: Fault) -> Self {
        Self::new(at, on, Command::Fault(fault))
    }

    /// An action that heals a kind of fault.
    pub fn heal(at: Instant, on: impl Into<Target>, kind: FaultKind) -> Self {
        Self::new(at, on, Command::Heal(kind))
    }
}

impl Command {
    /// Checks that the command can be applied to `on`, in a world with a service or without.
    pub(super) fn check(self, on: Target, has_service: bool) -> Result<(), ConfigError> {
        if let Self::Fault(fault) = self {
            fault.check()?;
        }
        let of_service = on == Target::Service;
        let words = "a dependency, as there is no service";
        require(has_service || !of_service, "action.on", on.name(), words)?;
        let is_layer = matches!(self, Self::Layer(..));
        let words = "a dependency, as the service has no layers";
        require(!(of_service && is_layer), "action.on", on.name(), words)?;
        Ok(())
    }
}
