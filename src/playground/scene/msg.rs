//! The messages of the stage, from its controls and from the browser.

use super::geometry::Point;
use super::kinds::DotKind;
use fusebox_sim::{Command, Dependency, Fault, FaultKind, Target};

pub(crate) enum Msg {
    /// A frame of the screen, with its timestamp in milliseconds.
    Frame(f64),
    /// Shows or hides dots of a kind.
    Show(DotKind),
    /// Applies a command to the service or a dependency.
    Act(Target, Command),
    /// Applies a command of the open menu, and closes it.
    Choose(Target, Command),
    Depend(Dependency),
    /// Opens or closes the menu of faults of a part of the stage.
    Menu(Option<Spot>),
    /// A press on the picture.
    Point(Point),
    /// Explains the newest call of this kind.
    Why(DotKind),
    /// Ends the slow motion that is on, or goes on from a stop.
    Skip,
    /// Switches slow motion off.
    NoSlowMotion,
    /// The size of the stage is known.
    Measured,
}

/// A part of the stage that can have faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spot {
    Service,
    Dependency(Dependency),
    /// The wire to a dependency.
    Wire(Dependency),
}

impl Spot {
    /// The target of its faults: a wire belongs to its dependency.
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
