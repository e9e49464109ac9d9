//! The dots that move on the stage: each stands for an event of the world.
//!
//! A message takes milliseconds, too short to see. So a dot starts at the time of the event and takes
//! half a second of real time for its way, whatever the speed.

use super::geometry::Point;
use super::kinds::{DotKind, ShownKinds};
use super::layout::Layout;
use super::pace::{Detail, Pace, Tally, WAY};
use fusebox::time::Instant;
use fusebox::{Answer, Decision, LayerKind, Outcome};
use fusebox_sim::{Dependency, Each, Entry, What};
use std::collections::VecDeque;

/// The largest number of dots at a time; further events are counted but not drawn.
const PARTICLES_MAX: usize = 10_000;

/// The largest distance of a click from the dot that it selects, in pixels.
const REACH: f64 = 14.0;

/// How a dot moves along its wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Motion {
    Out,
    Back,
    /// To a layer and back: it rejected the call.
    Turned(LayerKind),
    /// Back from the timeout, because no response arrived.
    Lost,
}

/// A dot.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Particle {
    call: u64,
    /// The share of its way that the dot has travelled.
    progress: f32,
    /// Pixels to the side of the wire.
    aside: f32,
    wire: u8,
    kind: DotKind,
    way: Motion,
    /// Whether a fallback answers the call, so that a substitute goes on in its place.
    answered: bool,
}

/// All dots, and the last reply to each client.
#[derive(Debug)]
pub(crate) struct Particles {
    moving: Vec<Particle>,
    pub(super) answers: Answers,
    pub(super) tally: Tally,
    /// The newest call of each kind.
    pub(super) newest: [Option<u64>; DotKind::ALL.len()],
    /// The wire that leads to each dependency.
    wires: Each<Option<u8>>,
    /// Whether the clients call the database directly.
    direct: bool,
    /// The call that the client's own pipeline last decided about, and when.
    decided: Option<(u64, Instant)>,
    pub(super) pace: Pace,
}

impl Particles {
    pub(super) fn new(layout: &Layout) -> Self {
        let wire = |on| layout.wire_to(on).and_then(|wire| u8::try_from(wire).ok());
        Self {
            moving: Vec::new(),
            answers: Answers::new(layout.topology.clients),
            tally: Tally::default(),
            newest: Default::default(),
            wires: Each::of(wire),
            direct: layout.inbound.is_none(),
            decided: None,
            pace: Pace::new(layout),
        }
    }

    /// The number of dots that are moving.
    pub(crate) const fn count(&self) -> usize {
        self.moving.len()
    }

    /// Advances everything by seconds of real time.
    pub(super) fn advance(&mut self, seconds: f64) {
        self.answers.advance(seconds);
        let step = narrow(seconds / WAY);
        // The last dot takes the place of one that has arrived: the order of dots does not matter.
        let mut n = 0;
        while n < self.moving.len() {
            let particle = &mut self.moving[n];
            particle.progress += step;
            if particle.progress < 1.0 {
                n += 1;
            } else {
                self.moving.swap_remove(n);
            }
        }
        self.pace.advance(seconds);
    }

    /// Shows an event: by moving dots, or without them.
    pub(super) fn show(&mut self, entry: &Entry, still: bool) {
        if let Some(call) = entry.call
            && let What::Decided(Decision::Answered(Answer::Stale { .. } | Answer::Default)) =
                entry.what
        {
            self.substitute(call);
        }
        let Some(begun) = self.begins(entry) else { return };
        let (kind, _, wire) = begun;
        self.tally.add(entry.at, usize::from(wire), kind);
        let Some(call) = entry.call else { return };
        // An answer of a dependency may belong to a call that fails later.
        if kind != DotKind::Success || matches!(entry.what, What::Answered { .. }) {
            self.newest[kind as usize] = Some(call);
        }
        if !still {
            self.pace.begin(usize::from(wire));
            self.start(call, begun);
        }
    }

    /// The dot for an entry; none if the entry has no dot.
    fn begins(&mut self, entry: &Entry) -> Option<(DotKind, Motion, u8)> {
        match (entry.on, entry.what) {
            (_, What::Answered { client, reply, latency }) => {
                let kind = DotKind::of(reply, latency);
                self.answers.set(client, kind);
                let arrives = !self.decided_here(entry) && (!self.direct || reply.is_useful());
                arrives.then_some((kind, Motion::Back, 0))
            }
            (_, What::GaveUp { client, .. }) => {
                self.answers.set(client, DotKind::Abandoned);
                Some((DotKind::Abandoned, Motion::Lost, 0))
            }
            (_, What::Decided(decision)) => self.decides(entry, &decision),
            (Some(on), What::Attempted { outcome, .. }) => self.comes_back(on, outcome),
            _ => None,
        }
    }

    /// The dot for a decision of a pipeline; of the client's own pipeline, only calls that it sends are
    /// messages.
    fn decides(&mut self, entry: &Entry, decision: &Decision) -> Option<(DotKind, Motion, u8)> {
        let is_clients = entry.on.is_none();
        let wire = entry.on.map_or(Some(0), |on| self.wires[on])?;
        let ends = matches!(decision, Decision::TimedOut { .. } | Decision::Rejected(_));
        if is_clients && ends {
            self.decided = entry.call.map(|call| (call, entry.at));
        }
        let (kind, way) = match decision {
            Decision::Sent(1) => (DotKind::FirstAttempt, Motion::Out),
            Decision::Sent(_) | Decision::Hedged(_) => (DotKind::Retry, Motion::Out),
            Decision::TimedOut { .. } => (DotKind::Abandoned, Motion::Lost),
            // The service's reply to the client was not a success.
            Decision::Retry { .. } if is_clients && !self.direct && !self.decided_here(entry) => {
                (DotKind::Failure, Motion::Back)
            }
            Decision::Rejected(_) if is_clients => return None,
            Decision::Rejected(of) => {
                (DotKind::FailedFast, Motion::Turned(of.layer().unwrap_or(LayerKind::Timeout)))
            }
            _ => return None,
        };
        Some((kind, way, wire))
    }

    /// Whether the client's own pipeline has just decided about this call, so that no message came.
    fn decided_here(&self, entry: &Entry) -> bool {
        self.decided.is_some_and(|(call, at)| (Some(call), at) == (entry.call, entry.at))
    }

    /// The end of an attempt. If the clients call the database directly, a success is shown as their
    /// reply.
    fn comes_back(&self, on: Dependency, outcome: Outcome) -> Option<(DotKind, Motion, u8)> {
        let kind = match outcome {
            Outcome::Success if self.direct => return None,
            Outcome::Success => DotKind::Success,
            Outcome::Failure(_) => DotKind::Failure,
            Outcome::Neutral => return None,
        };
        Some((kind, Motion::Back, self.wires[on]?))
    }

    fn start(&mut self, call: u64, (kind, way, wire): (DotKind, Motion, u8)) {
        let one_in = u64::from(self.pace.one_in);
        if call.is_multiple_of(one_in) && self.moving.len() < PARTICLES_MAX {
            // Neighbouring calls move beside each other rather than on top of each other.
            let side = u8::try_from(call / one_in * 5 % 13).unwrap_or(0);
            let spread = if self.pace.detail == Detail::Full { 2.2 } else { 2.8 };
            let aside = (f32::from(side) - 6.0) * spread;
            let answered = false;
            self.moving.push(Particle { call, progress: 0.0, aside, wire, kind, way, answered });
        }
    }

    /// A fallback answers a call at the moment in which its rejection or failure began to move, so its
    /// dot is one of the newest.
    fn substitute(&mut self, call: u64) {
        let newest = self.moving.iter_mut().rev().take(64);
        if let Some(particle) = newest.into_iter().find(|it| it.call == call) {
            particle.answered = particle.way != Motion::Out;
        }
    }

    /// The call of the dot nearest to this point, if it is within reach.
    pub(super) fn at(&self, point: Point, layout: &Layout, shown: ShownKinds) -> Option<u64> {
        let dots = self.dots(layout, shown).map(|(place, _, call)| (place.distance(point), call));
        let nearest = dots.min_by(|(a, _), (b, _)| a.total_cmp(b));
        nearest.filter(|&(distance, _)| distance <= REACH).map(|(_, call)| call)
    }

    /// The visible dots: where each is, its kind, and its call.
    pub(super) fn dots(
        &self,
        layout: &Layout,
        shown: ShownKinds,
    ) -> impl Iterator<Item = (Point, DotKind, u64)> {
        let placed = self.moving.iter().filter_map(|it| Some((it.place(layout)?, it.call)));
        let dots = placed.map(|((place, kind), call)| (place, kind, call));
        dots.filter(move |&(_, kind, _)| shown[kind as usize])
    }
}

impl Particle {
    /// Where it is, and its kind there.
    fn place(&self, layout: &Layout) -> Option<(Point, DotKind)> {
        let wire = layout.wire(usize::from(self.wire))?;
        let lane = layout.lane_of(usize::from(self.wire));
        let share_of = |kind| lane.map_or(0.5, |lane| lane.share_of(kind));
        let progress = f64::from(self.progress);
        let there_and_back = 1.0 - (2.0 * progress - 1.0).abs();
        let share = match self.way {
            Motion::Out => progress,
            Motion::Back => 1.0 - progress,
            Motion::Turned(kind) => there_and_back * share_of(kind),
            Motion::Lost => share_of(LayerKind::Timeout) * (1.0 - progress),
        };
        let place = wire.beside(share, f64::from(self.aside));
        // A dot passes behind the layers, so that their symbols can be read.
        let is_hidden = lane.is_some_and(|lane| lane.stops.iter().any(|it| it.place.holds(place)));
        let is_past = share < share_of(LayerKind::Fallback)
            && (self.progress > 0.5 || !matches!(self.way, Motion::Turned(_)));
        let kind = if self.answered && is_past { DotKind::Fallback } else { self.kind };
        (!is_hidden).then_some((place, kind))
    }
}

/// A share of the way, as a dot stores it.
#[expect(clippy::cast_possible_truncation, reason = "a part of a pixel")]
const fn narrow(share: f64) -> f32 {
    share as f32
}

/// Seconds of real time for which a client's dot shows its last reply.
const GLOW: f64 = 1.2;

/// The largest number of clients that glow at a time; the oldest stop first.
const GLOWING_MAX: usize = 100_000;

/// The replies to the clients.
#[derive(Debug)]
pub(super) struct Answers {
    /// The newest reply of each client while it glows, and the number of its replies.
    clients: Vec<(Option<DotKind>, u32)>,
    /// When each client stops glowing, in that order.
    glowing: VecDeque<(f64, u32, u32)>,
    counts: [u32; DotKind::ALL.len()],
    now: f64,
}

impl Answers {
    pub(super) fn new(clients: u32) -> Self {
        Self {
            clients: vec![(None, 0); clients as usize],
            glowing: VecDeque::new(),
            counts: [0; DotKind::ALL.len()],
            now: 0.0,
        }
    }

    pub(super) fn set(&mut self, client: u32, kind: DotKind) {
        if self.glowing.len() >= GLOWING_MAX {
            self.darken_first();
        }
        let Some((got, serial)) = self.clients.get_mut(client as usize) else { return };
        if let Some(before) = got.replace(kind) {
            self.counts[before as usize] -= 1;
        }
        self.counts[kind as usize] += 1;
        *serial = serial.wrapping_add(1);
        self.glowing.push_back((self.now + GLOW, client, *serial));
    }

    pub(super) fn advance(&mut self, seconds: f64) {
        self.now += seconds;
        while self.glowing.front().is_some_and(|&(end, ..)| end <= self.now) {
            self.darken_first();
        }
    }

    fn darken_first(&mut self) {
        let Some((_, client, serial)) = self.glowing.pop_front() else { return };
        let (got, newest) = &mut self.clients[client as usize];
        if *newest == serial
            && let Some(kind) = got.take()
        {
            self.counts[kind as usize] -= 1;
        }
    }

    /// The reply to a client, while it glows.
    pub(super) fn of(&self, client: u32) -> Option<DotKind> {
        self.clients.get(client as usize).and_then(|&(got, _)| got)
    }

    /// For dots that stand for several clients each: the first dot of each kind and the one after its
    /// last, so that the shares of dots are the shares of clients, to half a dot.
    pub(super) fn shares(&self, per_dot: u32) -> impl Iterator<Item = (DotKind, u32, u32)> + '_ {
        let (mut clients, mut dot) = (0, 0);
        DotKind::ALL.into_iter().map(move |kind| {
            clients += self.counts[kind as usize];
            let first = dot;
            dot = (clients + per_dot / 2) / per_dot;
            (kind, first, dot)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::geometry::at;
    use super::super::layout::{StopKind, Topology};
    use super::*;
    use fusebox::Rejection;
    use fusebox::time::Duration;
    use fusebox_lab::presets;
    use fusebox_sim::{Endpoint, Reply, Scenario};

    const ALL: ShownKinds = [true; DotKind::ALL.len()];

    fn stage() -> (Layout, Particles) {
        let topology = Topology::of(&Scenario::default());
        let layout = Layout::new(800.0, 440.0, false, topology);
        let particles = Particles::new(&layout);
        (layout, particles)
    }

    fn entry(call: u64, on: Option<Dependency>, what: What) -> Entry {
        Entry { at: Instant::ZERO, call: Some(call), on, what }
    }

    fn sent(call: u64) -> Entry {
        entry(call, None, What::Decided(Decision::Sent(1)))
    }

    fn answered(call: u64) -> Entry {
        let what = What::Answered { client: 0, reply: Reply::FailedFast, latency: Duration::ZERO };
        entry(call, None, what)
    }

    #[test]
    fn a_dot_ends_its_way_and_there_is_a_bound() {
        let (_, mut particles) = stage();
        (0..30_000).for_each(|call| particles.show(&sent(call), false));
        assert_eq!(particles.moving.len(), PARTICLES_MAX);
        particles.advance(0.3);
        assert_eq!(particles.moving.len(), PARTICLES_MAX);
        particles.advance(0.3);
        assert_eq!(particles.moving.len(), 0);
    }

    #[test]
    fn a_crowd_loses_detail_and_then_dots_but_never_half_a_call() {
        let (_, mut particles) = stage();
        let mut second = |calls: u64| {
            for _ in 0..20 {
                (0..calls / 20).for_each(|call| particles.show(&sent(call), false));
                particles.advance(0.05);
            }
            (particles.pace.detail, particles.pace.one_in)
        };
        // The clients' wire is about 50 pixels long here.
        assert_eq!(second(60), (Detail::Full, 1));
        assert_eq!(second(160), (Detail::Small, 1));
        assert_eq!(second(400), (Detail::Small, 4));
        assert_eq!(second(6_000), (Detail::Small, 64));
        assert_eq!(second(1_000_000).1, 1_024);
        for _ in 0..20 {
            second(50);
        }
        assert_eq!(second(50), (Detail::Full, 1));
    }

    #[test]
    fn every_dependency_on_the_stage_has_a_wire_and_no_other() {
        let (_, mut particles) = stage();
        for on in [Dependency::Postgres, Dependency::Model, Dependency::VectorStore] {
            particles.show(&entry(1, Some(on), What::Decided(Decision::Sent(2))), false);
        }
        let wires: Vec<_> = particles.moving.iter().map(|it| (it.wire, it.kind)).collect();
        assert_eq!(wires, [(1, DotKind::Retry), (2, DotKind::Retry)]);
    }

    #[test]
    fn a_rejected_call_turns_round_at_the_layer_that_rejects_it() {
        let (layout, mut particles) = stage();
        let refusal = Decision::Rejected(Rejection::BreakerForcedOpen);
        particles.show(&entry(0, Some(Dependency::Postgres), What::Decided(refusal)), false);
        let mut furthest = 0.0_f64;
        for _ in 0..20 {
            let dots = particles.dots(&layout, ALL).map(|(place, ..)| place.x);
            furthest = dots.fold(furthest, f64::max);
            particles.advance(0.025);
        }
        let stops = &layout.lanes[0].stops;
        let breaker = StopKind::Layer(LayerKind::Breaker);
        let at = stops.iter().position(|stop| stop.kind == breaker).expect("it has one");
        let (before, breaker) = (stops[at - 1].place.right(), stops[at].place.x);
        assert!(before < furthest && furthest <= breaker + 1.0, "{before} {furthest} {breaker}");
    }

    #[test]
    fn a_rejection_that_a_fallback_answers_goes_on_as_a_substitute() {
        let (layout, mut particles) = stage();
        let decided = |of| entry(0, Some(Dependency::Postgres), What::Decided(of));
        particles.show(&decided(Decision::Rejected(Rejection::BreakerForcedOpen)), false);
        particles.show(&decided(Decision::Answered(Answer::Default)), false);
        let mut seen = Vec::new();
        for _ in 0..20 {
            seen.extend(particles.dots(&layout, ALL).map(|(_, kind, _)| kind));
            particles.advance(0.025);
        }
        seen.dedup();
        assert_eq!(seen, [DotKind::FailedFast, DotKind::Fallback]);
    }

    #[test]
    fn a_decision_of_the_client_is_no_message_from_the_service() {
        let (_, mut particles) = stage();
        let refusal = Decision::Rejected(Rejection::BreakerForcedOpen);
        particles.show(&entry(3, None, What::Decided(refusal)), false);
        particles.show(&answered(3), false);
        assert_eq!(particles.moving.len(), 0);
        assert_eq!(particles.answers.of(0), Some(DotKind::FailedFast));
        particles.show(&answered(4), false);
        assert_eq!(particles.moving.len(), 1);
    }

    #[test]
    fn without_a_service_there_is_one_wire_and_no_answer_is_shown_twice() {
        let herd = presets::find("herd-immediate").expect("a preset");
        let topology = Topology::of(&(herd.scenario)());
        let mut particles = Particles::new(&Layout::new(800.0, 440.0, false, topology));
        let on = Some(Dependency::Postgres);
        let (outcome, after) = (Outcome::Success, Duration::ZERO);
        particles.show(&entry(0, on, What::Attempted { outcome, after }), false);
        assert_eq!(particles.moving.len(), 0);
        let what = What::Answered { client: 9, reply: Reply::Success, latency: Duration::ZERO };
        particles.show(&entry(0, None, what), false);
        assert_eq!(particles.moving.len(), 1);
        assert_eq!(particles.answers.of(9), Some(DotKind::Success));
    }

    #[test]
    fn a_click_finds_the_nearest_dot_that_is_shown() {
        let (layout, mut particles) = stage();
        particles.show(&sent(7), false);
        particles.advance(0.2);
        let (place, ..) = particles.dots(&layout, ALL).next().unwrap();
        let near = at(place.x + 9.0, place.y);
        let without = DotKind::ALL.map(|kind| kind != DotKind::FirstAttempt);
        assert_eq!(particles.at(near, &layout, ALL), Some(7));
        assert_eq!(particles.at(near, &layout, without), None);
        assert_eq!(particles.at(at(place.x + 40.0, place.y), &layout, ALL), None);
    }

    #[test]
    fn the_newest_call_of_a_kind_can_be_asked_about() {
        let (_, mut particles) = stage();
        (0..40).for_each(|call| particles.show(&sent(call), true));
        assert_eq!(particles.newest[DotKind::FirstAttempt as usize], Some(39));
        assert_eq!(particles.newest[DotKind::Failure as usize], None);
        assert_eq!(particles.moving.len(), 0, "nothing moves where it should not");
        let what = What::Called { client: 0, endpoint: Endpoint::Search };
        particles.show(&entry(99, None, what), true);
        assert_eq!(
            particles.newest[DotKind::FirstAttempt as usize],
            Some(39),
            "it is not sent yet"
        );
        let at_database = What::Attempted { outcome: Outcome::Success, after: Duration::ZERO };
        particles.show(&entry(7, Some(Dependency::Postgres), at_database), true);
        assert_eq!(particles.newest[DotKind::Success as usize], None, "the call may still fail");
        let latency = Duration::from_millis(40);
        let answered = What::Answered { client: 0, reply: Reply::Success, latency };
        particles.show(&entry(7, None, answered), true);
        assert_eq!(particles.newest[DotKind::Success as usize], Some(7));
    }

    #[test]
    fn a_client_shows_its_newest_answer_and_goes_dark() {
        let mut answers = Answers::new(2);
        answers.set(0, DotKind::Success);
        answers.advance(1.0);
        answers.set(0, DotKind::Failure);
        answers.advance(1.0);
        assert_eq!((answers.of(0), answers.of(1)), (Some(DotKind::Failure), None));
        answers.advance(1.0);
        assert_eq!(answers.of(0), None);
        assert_eq!(answers.counts, [0; 8]);
        answers.set(7, DotKind::Success);
        assert_eq!(answers.counts, [0; 8], "there is no such client");
    }

    #[test]
    fn dots_for_several_clients_have_the_shares_of_the_clients() {
        let mut answers = Answers::new(1_000);
        (0..300).for_each(|n| answers.set(n, DotKind::Success));
        (300..400).for_each(|n| answers.set(n, DotKind::Failure));
        let lit: Vec<_> = answers.shares(5).filter(|(_, first, end)| first < end).collect();
        assert_eq!(lit, [(DotKind::Success, 0, 60), (DotKind::Failure, 60, 80)]);
    }

    #[test]
    fn the_number_of_glowing_clients_is_bounded() {
        let mut answers = Answers::new(10);
        (0..300_000).for_each(|n| answers.set(n % 10, DotKind::Success));
        assert!(answers.glowing.len() <= GLOWING_MAX);
        assert!(answers.counts[DotKind::Success as usize] <= 10);
    }
}
