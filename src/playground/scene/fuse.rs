//! The breakers as switches on their wires: they swing when the state changes, and then rest.

use fusebox::StateName;
use fusebox_sim::{Dependency, Each};

/// The position of a switch at a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Pose {
    /// The angle of the blade, in radians.
    pub(super) angle: f64,
    /// The brightness of the flash after a change, from 1 to 0.
    pub(super) flash: f64,
}

/// Seconds of real time for a swing and for the flash after it.
const SWING: f64 = 0.3;
const FLASH: f64 = 0.7;

#[derive(Clone, Copy, Debug, Default)]
struct Fuse {
    state: Option<StateName>,
    from: f64,
    /// Seconds since the change; none if the switch rests.
    moving: Option<f64>,
}

/// The switches of all breakers.
#[derive(Debug, Default)]
pub(super) struct Fuses(Each<Fuse>);

impl Fuses {
    /// Sets the current state of a breaker. The first state, and every state with reduced motion, is
    /// set without a swing.
    pub(super) fn set(&mut self, on: Dependency, state: Option<StateName>, still: bool) {
        let fuse = &mut self.0[on];
        if fuse.state == state {
            return;
        }
        let pose = fuse.pose();
        let moves = fuse.state.is_some() && state.is_some() && !still;
        *fuse = Fuse { state, from: pose.angle, moving: moves.then_some(0.0) };
    }

    pub(super) fn advance(&mut self, seconds: f64) {
        for (_, fuse) in self.0.iter_mut() {
            fuse.moving = fuse.moving.map(|time| time + seconds).filter(|&time| time < FLASH);
        }
    }

    /// Whether any switch moves.
    pub(super) fn are_moving(&self) -> bool {
        self.0.iter().any(|(_, fuse)| fuse.moving.is_some())
    }

    pub(super) fn pose(&self, on: Dependency) -> Pose {
        self.0[on].pose()
    }
}

impl Fuse {
    fn pose(&self) -> Pose {
        let to = match self.state {
            None | Some(StateName::Closed) => 0.0,
            Some(StateName::HalfOpen) => 0.3,
            Some(StateName::Open) => 0.75,
        };
        let Some(time) = self.moving else { return Pose { angle: to, flash: 0.0 } };
        // The blade overshoots a little, like a spring.
        let rest = (1.0 - time / SWING).clamp(0.0, 1.0);
        let gone = 1.0 - rest.powi(3) * (1.0 - 2.2 * (1.0 - rest));
        Pose { angle: self.from + (to - self.from) * gone, flash: 1.0 - time / FLASH }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_switch_swings_once_and_rests() {
        let on = Dependency::Model;
        let mut fuses = Fuses::default();
        fuses.set(on, Some(StateName::Closed), false);
        assert!(!fuses.are_moving(), "there is nothing to swing from");
        fuses.set(on, Some(StateName::Open), false);
        assert!(fuses.are_moving() && fuses.pose(on).angle.abs() < 1e-9);
        fuses.advance(SWING);
        assert!((fuses.pose(on).angle - 0.75).abs() < 1e-9);
        assert!(fuses.pose(on).flash > 0.0);
        fuses.advance(FLASH);
        assert!(!fuses.are_moving());
        assert_eq!(fuses.pose(on), Pose { angle: 0.75, flash: 0.0 });
        assert_eq!(fuses.pose(Dependency::Cache), Pose::default());
    }

    #[test]
    fn with_reduced_motion_no_switch_swings() {
        let mut fuses = Fuses::default();
        for state in [StateName::Closed, StateName::Open, StateName::HalfOpen] {
            fuses.set(Dependency::Cache, Some(state), true);
            assert!(!fuses.are_moving());
        }
    }
}
