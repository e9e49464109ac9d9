//! Actions on a world: one type for a click, a schedule, a link and a log.

use crate::fault::{Fault, FaultKind};
use crate::scenario::dependency::DependencyConfig;
use crate::target::Target;
use fusebox::time::Instant;
use fusebox::{ConfigError, LayerConfig, LayerKind, Pipeline, require};
use std::hash::{Hash, Hasher};

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
    /// Changes a setting of a dependency, or of a layer around it.
    Set(Change),
}

/// A new value of one setting of a dependency, or of a layer around it.
///
/// A world has no names for its settings, so whoever makes the change numbers them and says how the
/// value is written.
#[derive(Clone, Copy, Debug)]
pub struct Change {
    /// The number of the setting.
    pub setting: u32,
    /// The new value.
    pub value: u64,
    /// Writes the value into the settings; returns whether the setting applies there.
    pub write: fn(&mut DependencyConfig, Self) -> bool,
}

/// Two changes are the same if they give the same setting the same value.
impl PartialEq for Change {
    fn eq(&self, other: &Self) -> bool {
        (self.setting, self.value) == (other.setting, other.value)
    }
}

impl Eq for Change {}

impl Hash for Change {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.setting.into());
        state.write_u64(self.value);
    }
}

impl Change {
    /// The settings with this change.
    ///
    /// # Errors
    /// When the setting does not apply, the value does not fit the other settings, or a running world
    /// cannot make the change: other layers, another order of them, or a pool where there was none.
    pub fn of(self, config: &DependencyConfig) -> Result<DependencyConfig, ConfigError> {
        let mut changed = config.clone();
        let applies = (self.write)(&mut changed, self);
        require(applies, "action.set", "a setting", "one that applies to the dependency")?;
        let shape = |config: &DependencyConfig| {
            let layers: Vec<_> = config.layers.iter().map(LayerConfig::kind).collect();
            (layers, config.layers_off.clone(), config.pool.is_some())
        };
        let keeps_shape = shape(&changed) == shape(config);
        require(keeps_shape, "action.set", "a setting", "one that can change in a running world")?;
        changed.check()?;
        Pipeline::new(&changed.layers, 0)?;
        Ok(changed)
    }
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
        let is_change = matches!(self, Self::Set(_));
        let words = "a dependency, as only its settings change while it runs";
        require(!(of_service && is_change), "action.on", on.name(), words)?;
        Ok(())
    }
}
