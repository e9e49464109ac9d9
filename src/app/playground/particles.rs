//! What moves on the stage: every dot is something that happened in the world.
//!
//! A message takes milliseconds, which no eye could follow. So a dot starts when the thing happened
//! and takes half a second of the viewer's time for its way, whatever the speed. Where that would be
//! too many to tell apart, only every so many-th call is shown, from end to end.

use crate::app::playground::DATABASE;
use crate::app::playground::layout::{Layout, Point};
use crate::engine::{Decision, Outcome, Rejection};
use crate::sim::{Entry, Reply, What};
use crate::time::Duration;

/// Seconds of the viewer's time for a way.
const WAY: f64 = 0.55;

/// Seconds for which a client's dot shows what it got.
const GLOW: f64 = 1.2;

/// The most dots at the same time; what happens beyond is counted but not drawn.
const PARTICLES_MAX: usize = 1_500;

/// So many dots on one wire can still be told apart.
const READABLE: f64 = 45.0;

/// A success that took longer is shown as slow.
const SLOW: Duration = Duration::from_millis(500);

/// What a dot is; each has a shape and a colour of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Request,
    Retry,
    Success,
    Slow,
    Failure,
    FailedFast,
    Fallback,
}

impl Kind {
    pub(super) const ALL: [Self; 7] = [
        Self::Request,
        Self::Retry,
        Self::Success,
        Self::Slow,
        Self::Failure,
        Self::FailedFast,
        Self::Fallback,
    ];

    /// What a client got.
    fn of(reply: Reply, latency: Duration) -> Self {
        match reply {
            Reply::Success if latency > SLOW => Self::Slow,
            Reply::Success => Self::Success,
            Reply::Fallback | Reply::Queued => Self::Fallback,
            Reply::Failure => Self::Failure,
            Reply::FailedFast => Self::FailedFast,
        }
    }

    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Request => "first try",
            Self::Retry => "retry",
            Self::Success => "success",
            Self::Slow => "slow",
            Self::Failure => "failure",
            Self::FailedFast => "failed fast",
            Self::Fallback => "fallback",
        }
    }
}

/// The ways that a dot can take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    ToService,
    ToDatabase,
    FromDatabase,
    /// To the open fuse and back.
    Turned,
    /// From the fuse, because nothing came from behind it.
    Lost,
    ToClient,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Particle {
    pub(super) kind: Kind,
    way: Way,
    /// The share of the way that it has gone.
    progress: f64,
    /// Pixels beside the wire.
    aside: f64,
}

/// All dots, and what each client got last.
#[derive(Debug)]
pub(super) struct Particles {
    moving: Vec<Particle>,
    /// What each client got, and for how many seconds that still glows.
    clients: Vec<(Kind, f64)>,
    /// Of so many calls one is shown.
    one_in: u64,
}

/// How many calls one dot stands for, at this many calls a second of the viewer's time.
pub(super) fn calls_per_dot(calls_per_second: f64) -> u64 {
    let needed = calls_per_second * WAY / READABLE;
    [1_u32, 2, 5, 10, 20, 50, 100]
        .into_iter()
        .find(|&n| f64::from(n) >= needed)
        .unwrap_or(100)
        .into()
}

impl Particles {
    pub(super) fn new(clients: u32) -> Self {
        Self {
            moving: Vec::new(),
            clients: vec![(Kind::Request, 0.0); clients as usize],
            one_in: 1,
        }
    }

    /// Shows one in so many calls from now on.
    pub(super) const fn show_one_in(&mut self, calls: u64) {
        self.one_in = calls;
    }

    /// Moves everything on by seconds of the viewer's time.
    pub(super) fn advance(&mut self, seconds: f64) {
        for particle in &mut self.moving {
            particle.progress += seconds / WAY;
        }
        self.moving.retain(|particle| particle.progress < 1.0);
        for (_, glow) in &mut self.clients {
            *glow = (*glow - seconds).max(0.0);
        }
    }

    /// Shows something that happened, by what the clients got alone.
    pub(super) fn show_still(&mut self, entry: &Entry) {
        match entry.what {
            What::Answered { client, reply, latency } => {
                self.glow(client, Kind::of(reply, latency));
            }
            What::GaveUp { client, .. } => self.glow(client, Kind::Failure),
            _ => {}
        }
    }

    /// Shows something that happened.
    pub(super) fn show(&mut self, entry: &Entry) {
        self.show_still(entry);
        match (entry.on, entry.what) {
            (_, What::Called { .. }) => self.start(entry, Kind::Request, Way::ToService),
            (_, What::Answered { reply, latency, .. }) => {
                self.start(entry, Kind::of(reply, latency), Way::ToClient);
            }
            (Some(DATABASE), What::Decided(decision)) => self.show_decision(entry, decision),
            (Some(DATABASE), What::Attempted(Outcome::Success)) => {
                self.start(entry, Kind::Success, Way::FromDatabase);
            }
            (Some(DATABASE), What::Attempted(Outcome::Failure(_))) => {
                self.start(entry, Kind::Failure, Way::FromDatabase);
            }
            // What a client's own pipeline decides is no message, and nothing else moves.
            _ => {}
        }
    }

    fn show_decision(&mut self, entry: &Entry, decision: Decision) {
        match decision {
            Decision::Sent(1) => self.start(entry, Kind::Request, Way::ToDatabase),
            Decision::Sent(_) => self.start(entry, Kind::Retry, Way::ToDatabase),
            Decision::Refused(
                Rejection::BreakerOpen { .. }
                | Rejection::BreakerForcedOpen
                | Rejection::TrialsTaken { .. },
            ) => {
                self.start(entry, Kind::FailedFast, Way::Turned);
            }
            Decision::TimedOut { .. } => self.start(entry, Kind::Failure, Way::Lost),
            _ => {}
        }
    }

    fn start(&mut self, entry: &Entry, kind: Kind, way: Way) {
        let call = entry.call.unwrap_or(0);
        if call.is_multiple_of(self.one_in) && self.moving.len() < PARTICLES_MAX {
            // Neighbouring calls move side by side rather than on top of each other.
            let lane = u32::try_from(call / self.one_in * 5 % 13).unwrap_or(0);
            let aside = (f64::from(lane) - 6.0) * 3.4;
            self.moving.push(Particle { kind, way, progress: 0.0, aside });
        }
    }

    fn glow(&mut self, client: u32, kind: Kind) {
        if let Some(place) = self.clients.get_mut(client as usize) {
            *place = (kind, GLOW);
        }
    }

    /// The dots of one kind, where they are.
    pub(super) fn of_kind(
        &self,
        kind: Kind,
        layout: &Layout,
    ) -> impl Iterator<Item = Point> + use<'_> {
        let layout = *layout;
        self.moving
            .iter()
            .filter(move |particle| particle.kind == kind)
            .map(move |particle| particle.place(&layout))
    }

    /// The clients that still glow, by what they got.
    pub(super) fn glowing(&self, kind: Kind) -> impl Iterator<Item = u32> + use<'_> {
        let numbered = (0..).zip(&self.clients);
        numbered.filter(move |(_, (got, glow))| *got == kind && *glow > 0.0).map(|(n, _)| n)
    }
}

impl Particle {
    fn place(&self, layout: &Layout) -> Point {
        let there_and_back = 0.5 * (1.0 - (2.0 * self.progress - 1.0).abs());
        let (wire, share) = match self.way {
            Way::ToService => (layout.left, self.progress),
            Way::ToClient => (layout.left, 1.0 - self.progress),
            Way::ToDatabase => (layout.right, self.progress),
            Way::FromDatabase => (layout.right, 1.0 - self.progress),
            Way::Turned => (layout.right, there_and_back * 0.84),
            Way::Lost => (layout.right, 0.5 * (1.0 - self.progress)),
        };
        wire.beside(share, self.aside)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::{Dependency, Endpoint};
    use crate::time::Instant;

    fn called(call: u64) -> Entry {
        let what = What::Called { client: 0, endpoint: Endpoint::Search };
        Entry { at: Instant::ZERO, call: Some(call), on: None, what }
    }

    #[test]
    fn a_dot_ends_its_way_and_there_is_a_bound() {
        let mut particles = Particles::new(1);
        for call in 0..10_000 {
            particles.show(&called(call));
        }
        assert_eq!(particles.moving.len(), PARTICLES_MAX);
        particles.advance(WAY / 2.0);
        assert_eq!(particles.moving.len(), PARTICLES_MAX);
        particles.advance(WAY);
        assert_eq!(particles.moving.len(), 0);
    }

    #[test]
    fn only_what_goes_to_the_database_moves_there() {
        let moving = |on| {
            let mut particles = Particles::new(1);
            let what = What::Decided(Decision::Sent(1));
            particles.show(&Entry { at: Instant::ZERO, call: Some(0), on, what });
            particles.moving.len()
        };
        assert_eq!(moving(Some(DATABASE)), 1);
        assert_eq!(moving(Some(Dependency::Replica)), 0);
        assert_eq!(moving(None), 0, "a client's own pipeline sends to the service");
    }

    #[test]
    fn a_crowd_is_thinned_out() {
        assert_eq!(calls_per_dot(50.0), 1);
        assert_eq!(calls_per_dot(200.0), 5);
        assert_eq!(calls_per_dot(3_200.0), 50);
        assert_eq!(calls_per_dot(1e9), 100);
        let mut particles = Particles::new(1);
        particles.show_one_in(5);
        (0..100).for_each(|call| particles.show(&called(call)));
        assert_eq!(particles.moving.len(), 20);
    }

    #[test]
    fn a_refused_call_turns_round_before_the_database() {
        let layout = Layout::new(800.0, 430.0, 1);
        let fuse = layout.fuse().x;
        for step in 0..=20 {
            let progress = f64::from(step) / 20.0;
            let particle =
                Particle { kind: Kind::FailedFast, way: Way::Turned, progress, aside: 0.0 };
            assert!(particle.place(&layout).x < fuse);
        }
    }
}
