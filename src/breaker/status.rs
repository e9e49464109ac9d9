//! What a breaker does, in a word or two.

use fusebox::{Mode, StateName};
use fusebox_sim::{Dependency, World};

/// What a breaker does, in short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BreakerStatus {
    /// There is no breaker.
    Absent,
    SwitchedOff,
    Disabled,
    ForcedOpen,
    /// It permits or rejects calls by its state.
    Working(StateName),
    /// It counts calls and stays closed.
    Shadow,
}

impl BreakerStatus {
    pub(super) fn of(world: &World, on: Dependency) -> Self {
        let is_called = world.scenario().service.is_some() && world.scenario().used().contains(&on);
        let is_on = world.gauges().dependencies[on].breaker.is_some();
        match world.breaker(on).filter(|_| is_called) {
            None => Self::Absent,
            Some(_) if !is_on => Self::SwitchedOff,
            Some(breaker) => match breaker.mode() {
                Mode::Enforce => Self::Working(breaker.state().name()),
                Mode::Shadow => Self::Shadow,
                Mode::Disable => Self::Disabled,
                Mode::ForceOpen => Self::ForcedOpen,
            },
        }
    }

    /// The state that is lit in the diagram; none if the breaker is off.
    pub(super) const fn state(self) -> Option<StateName> {
        match self {
            Self::Working(state) => Some(state),
            Self::Shadow => Some(StateName::Closed),
            Self::ForcedOpen => Some(StateName::Open),
            Self::Absent | Self::SwitchedOff | Self::Disabled => None,
        }
    }

    /// Whether it counts the calls that end.
    pub(super) const fn counts(self) -> bool {
        matches!(self, Self::Working(StateName::Closed) | Self::Shadow)
    }

    /// The status in a word or two.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::SwitchedOff => "switched off",
            Self::Disabled => "disabled",
            Self::ForcedOpen => "forced open",
            Self::Working(StateName::Closed) => "closed",
            Self::Working(StateName::Open) => "open",
            Self::Working(StateName::HalfOpen) => "half-open",
            Self::Shadow => "shadow mode",
        }
    }

    /// The class with the colours of its state.
    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Working(state) => state_class(state),
            Self::Shadow => "is-observing",
            Self::ForcedOpen => "is-open",
            Self::Absent | Self::SwitchedOff | Self::Disabled => "is-off",
        }
    }
}

/// The class with the colours of this state.
pub(crate) const fn state_class(state: StateName) -> &'static str {
    match state {
        StateName::Closed => "is-closed",
        StateName::Open => "is-open",
        StateName::HalfOpen => "is-half-open",
    }
}
