//! The run on the screen: it plays and seeks, with its baseline beside it.
//!
//! All work that takes longer than a part of a frame is done in slices, so that the page stays
//! responsive.

use crate::playback::{GAP_MAX, Playback};
use crate::playground::session::{Compare, Session};
use fusebox::time::{Duration, Instant};
use fusebox::{Decision, StateName, Transition};
use fusebox_lab::timeline::{Plan, Run, Timeline};
use fusebox_sim::{Dependency, Entry, Sample, What, World};
use std::collections::VecDeque;

/// The largest number of the run's events in one frame; if there are more, simulated time is slower
/// than chosen, and the page stays responsive.
const EVENTS: u32 = 20_000;

/// The largest number of the baseline's events in one frame.
const BASELINE_EVENTS: u32 = 10_000;

/// The number of events after which the scout checks for transitions.
const SCOUTED: u32 = 500;

/// A step ends after this many events even if none of them is an entry of the log.
const STEP_EVENTS: u32 = 10_000;

/// Simulated seconds in a real one near a transition that is shown in slow motion.
const SLOW: f64 = 0.12;

/// Slow motion begins this long before a transition, and ends this long after it: half a second and
/// two and a half seconds of real time.
const BEFORE: Duration = Duration::from_millis(60);
const AFTER: Duration = Duration::from_millis(300);

/// Real seconds that a half-open breaker is shown, although its trials may take only milliseconds.
const HALF_OPEN: f64 = 3.0;

/// How far ahead of a trial the scout looks for its end.
const TRIALS: Duration = Duration::from_secs(1);

/// Why the plan of a session can always be run.
const VALID: &str = "a session has only what can be";

/// A run on the screen.
#[derive(Debug)]
pub(super) struct Player {
    timeline: Timeline,
    baseline: Option<Timeline>,
    playback: Playback,
    /// The moment to seek, until it is reached.
    goal: Option<Instant>,
    scout: Option<Scout>,
}

/// The same run a little ahead, which finds transitions before they come.
#[derive(Debug)]
struct Scout {
    run: Run,
    seen: u64,
    /// The transitions that have been: only the first of each kind is shown in slow motion.
    known: Vec<(StateName, StateName)>,
    firsts: VecDeque<First>,
}

/// The first transition of its kind in a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct First {
    pub(super) on: Dependency,
    pub(super) transition: Transition,
    /// The next transition of the same breaker, if the scout has seen it.
    next: Option<Instant>,
}

impl Player {
    /// The run of a new session, seeking the moment of the session.
    pub(super) fn new(session: &Session) -> Self {
        let timeline = Timeline::new(session.world.plan.clone()).expect(VALID);
        let goal = Some(session.seek.1).filter(|&to| to > Instant::ZERO);
        let mut player =
            Self { timeline, baseline: None, playback: Playback::default(), goal, scout: None };
        player.compare(session);
        player
    }

    pub(super) const fn world(&self) -> &World {
        self.timeline.world()
    }

    pub(super) const fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// The samples of the baseline.
    pub(super) fn baseline(&self) -> Option<&VecDeque<Sample>> {
        self.baseline.as_ref().map(|baseline| &baseline.record().samples)
    }

    /// The current moment, or the one that it seeks: the time of the next action.
    pub(super) fn moment(&self) -> Instant {
        self.goal.unwrap_or(self.world().now())
    }

    /// Whether it seeks a moment.
    pub(super) const fn is_seeking(&self) -> bool {
        self.goal.is_some()
    }

    /// Takes over the user's choices; returns whether the world is another one than before.
    pub(super) fn follow(&mut self, session: &Session, old: &Session) -> bool {
        if session == old {
            return false;
        }
        let (plan, old_plan) = (&session.world.plan, &old.world.plan);
        let is_another = (&plan.scenario, plan.seed) != (&old_plan.scenario, old_plan.seed);
        let was_seeking = self.goal.is_some();
        let before = self.moment();
        let events = self.world().events();
        if session.slow_motion != old.slow_motion {
            self.scout = None;
        }
        if plan != old_plan {
            self.timeline.change(plan.clone()).expect(VALID);
            self.scout = None;
        }
        if (&session.compare, plan) != (&old.compare, old_plan) {
            self.compare(session);
        }
        if session.seek != old.seek {
            self.scout = None;
            self.goal = Some(session.seek.1);
            self.timeline.seek(session.seek.1);
        } else if self.world().now() != before {
            self.goal = Some(before);
        } else {
            // A new action takes effect at once, played or paused.
            self.timeline.advance(before, EVENTS);
        }
        let leaps = self.goal.is_some() && !was_seeking;
        is_another || leaps || self.world().events() < events
    }

    fn compare(&mut self, session: &Session) {
        let plan = match &session.compare {
            Compare::Nothing => None,
            Compare::Unprotected => Some(session.world.plan.unprotected()),
            Compare::Pinned(plan) => Some(Plan::clone(plan)),
        };
        match (&mut self.baseline, plan) {
            (Some(baseline), Some(plan)) => baseline.change(plan).expect(VALID),
            (baseline, plan) => *baseline = plan.map(|it| Timeline::new(it).expect(VALID)),
        }
    }

    /// Advances to a frame with this timestamp in milliseconds; returns the seconds of real time for
    /// the animation, and whether the sought moment has been reached. With `still`, time stands at
    /// the transitions that are otherwise shown in slow motion.
    pub(super) fn frame(
        &mut self,
        timestamp: f64,
        session: &Session,
        speed: f64,
        still: bool,
    ) -> (f64, bool) {
        let elapsed = self.playback.frame(timestamp);
        let end = self.timeline.record().end;
        let mut done = (0.0, false);
        if let Some(goal) = self.goal {
            done.1 = self.timeline.advance(goal, EVENTS);
            self.goal = (!done.1).then_some(goal);
        } else if session.playing {
            let (speed, limit) =
                if session.slow_motion { self.pace(speed, still) } else { (speed, Instant::MAX) };
            let target = self.playback.target(self.world().now(), elapsed, speed);
            self.timeline.advance(target.min(limit), EVENTS);
            done.0 = elapsed;
        }
        if let Some(baseline) = &mut self.baseline {
            // One frame later, so that no frame takes the checkpoints of both runs.
            baseline.advance(end, BASELINE_EVENTS);
        }
        done
    }

    /// Whether nothing is left to compute while time is paused.
    pub(super) fn is_settled(&self) -> bool {
        let end = self.timeline.record().end;
        self.goal.is_none() && self.baseline.as_ref().is_none_or(|it| it.record().end >= end)
    }

    /// Advances to the next entry of the log; returns the new entries.
    pub(super) fn step(&mut self) -> Vec<Entry> {
        self.scout = None;
        self.timeline.step(STEP_EVENTS)
    }

    /// The speed near the first transitions of a run, and the moment up to which it holds.
    fn pace(&mut self, speed: f64, still: bool) -> (f64, Instant) {
        let now = self.world().now();
        let scout = self.scout.get_or_insert_with(|| Scout::of(&self.timeline));
        scout.look(now + BEFORE + Duration::from_secs_f64(GAP_MAX * speed));
        scout.firsts.retain(|first| still || now < first.transition.at + first.shown());
        let Some(first) = scout.firsts.front() else { return (speed, Instant::MAX) };
        let at = first.transition.at;
        match (still, now < at) {
            (true, true) => (speed, at),
            (true, false) => (0.0, now),
            (false, true) if now + BEFORE < at => (speed, at - BEFORE),
            (false, true) => (speed.min(SLOW), at),
            (false, false) => (speed.min(first.speed()), at + first.shown()),
        }
    }

    /// The transition that is shown in slow motion now, or at which time stands.
    pub(super) fn shown_first(&self) -> Option<First> {
        let first = self.scout.as_ref()?.firsts.front().copied();
        first.filter(|first| self.world().now() + BEFORE >= first.transition.at)
    }

    /// Ends the slow motion that is on, or with `still` the stop at a transition.
    pub(super) fn skip(&mut self, still: bool) {
        if let Some(scout) = &mut self.scout {
            let count = if still { scout.firsts.len().min(1) } else { scout.firsts.len() };
            scout.firsts.drain(..count);
        }
    }
}

impl First {
    /// How long it is shown: a half-open breaker until its trials are over.
    fn shown(&self) -> Duration {
        match self.transition.to {
            StateName::HalfOpen => self.next.map_or(TRIALS, |next| next.since(self.transition.at)),
            _ => AFTER,
        }
    }

    /// Simulated seconds in a real one after it.
    fn speed(&self) -> f64 {
        match self.transition.to {
            StateName::HalfOpen => self.shown().as_secs_f64() / HALF_OPEN,
            _ => SLOW,
        }
    }
}

impl Scout {
    fn of(timeline: &Timeline) -> Self {
        let run = timeline.fork();
        let seen = run.world().trace().added();
        let changes = run.world().measures().breaker_changes();
        let known = changes.iter().map(|it| (it.transition.from, it.transition.to)).collect();
        Self { run, seen, known, firsts: VecDeque::new() }
    }

    /// Looks for transitions up to a moment, and for the end of the trials that it finds.
    fn look(&mut self, end: Instant) {
        // In parts that fit into the trace.
        let mut parts = EVENTS / SCOUTED;
        while parts > 0 {
            let trials = self.firsts.back().filter(|first| first.next.is_none());
            let end = trials.map_or(end, |first| end.max(first.transition.at + first.shown()));
            let is_there = self.run.advance(end, SCOUTED);
            if !self.note_transitions() && is_there {
                return;
            }
            parts -= 1;
        }
    }

    /// Notes the first transitions; returns whether there are any.
    fn note_transitions(&mut self) -> bool {
        let trace = self.run.world().trace();
        let before = self.firsts.len();
        for entry in trace.since(self.seen) {
            let (Some(on), What::Decided(Decision::Transition(transition))) =
                (entry.on, entry.what)
            else {
                continue;
            };
            let last = self.firsts.iter_mut().rev().find(|first| first.on == on);
            if let Some(first @ First { next: None, .. }) = last {
                first.next = Some(transition.at);
            }
            let kind = (transition.from, transition.to);
            if !self.known.contains(&kind) {
                self.known.push(kind);
                self.firsts.push_back(First { on, transition, next: None });
            }
        }
        self.seen = trace.added();
        self.firsts.len() > before
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::playground::DATABASE;
    use crate::playground::session::{Action, set};
    use fusebox::{CircuitBreaker, State};
    use fusebox_lab::link::Link;
    use fusebox_sim::{Command, Fault};
    use std::rc::Rc;
    use yew::Reducible;

    /// A session and its player, as the page has them.
    struct Page {
        session: Session,
        player: Player,
        timestamp: f64,
        speed: f64,
        still: bool,
    }

    impl Page {
        fn open() -> Self {
            let session = Session::default();
            let player = Player::new(&session);
            Self { session, player, timestamp: 0.0, speed: 1.0, still: false }
        }

        fn act(&mut self, action: Action) {
            let next = (*Rc::new(self.session.clone()).reduce(action)).clone();
            self.player.follow(&next, &self.session);
            self.session = next;
        }

        fn frames(&mut self, count: u32) {
            for _ in 0..count {
                self.timestamp += 16.0;
                self.player.frame(self.timestamp, &self.session, self.speed, self.still);
            }
        }

        fn kill(&mut self) {
            let now = self.player.world().now();
            self.act(Action::Act(now, DATABASE.into(), vec![Command::Fault(Fault::Down)]));
        }
    }

    #[test]
    fn a_click_is_seen_at_once_and_the_baseline_sees_it_too() {
        let mut page = Page::open();
        page.frames(200);
        page.act(Action::Play(false));
        page.kill();
        assert_eq!(page.player.world().gauges().dependencies[DATABASE].fault, Some(Fault::Down));
        page.act(Action::Play(true));
        page.frames(600);
        // The baseline is a frame behind while the run plays.
        page.act(Action::Play(false));
        page.frames(1);
        let baseline = page.player.baseline().expect("the comparison is on").back().copied();
        let main = page.player.world().measures().samples().back().copied();
        let (baseline, main) = (baseline.expect("it ran"), main.expect("it ran"));
        assert_eq!(baseline.at, main.at, "the baseline is at the same moment");
        assert_eq!(baseline.gauges.dependencies[DATABASE].fault, Some(Fault::Down));
        assert_eq!(baseline.calls, main.calls, "the same arrivals");
        assert!(baseline.useful < main.useful, "{baseline:?} {main:?}");
    }

    #[test]
    fn back_in_time_and_forward_again_is_the_same() {
        let mut page = Page::open();
        page.frames(300);
        page.kill();
        page.frames(300);
        page.act(Action::Play(false));
        let (now, fingerprint) = (page.player.world().now(), page.player.world().fingerprint());
        page.act(Action::Seek(Instant::from_secs(2)));
        page.frames(5);
        assert_eq!(page.player.world().now(), Instant::from_secs(2));
        page.act(Action::Seek(now));
        page.frames(5);
        assert_eq!(
            (page.player.world().now(), page.player.world().fingerprint()),
            (now, fingerprint)
        );
    }

    #[test]
    fn a_link_to_a_moment_begins_there() {
        let (link, problems) = Link::read("playground?actions=3s:postgres:down&at=8s");
        assert_eq!(problems, []);
        let Link::Playground(link) = link else { panic!("it is another view") };
        let session = Session::of(&link);
        let player = Player::new(&session);
        let mut page = Page { session, player, ..Page::open() };
        page.frames(10);
        assert_eq!(page.player.world().now(), Instant::from_secs(8));
        assert_eq!(page.player.world().gauges().dependencies[DATABASE].fault, Some(Fault::Down));
    }

    #[test]
    fn a_changed_setting_keeps_the_moment_and_the_past() {
        let mut page = Page::open();
        page.frames(300);
        page.kill();
        page.frames(100);
        page.act(Action::Play(false));
        let now = page.player.world().now();
        let state = page.player.world().breaker(DATABASE).expect("it has one").state();
        assert!(matches!(state, State::Open { .. }), "{state:?}");
        let cooldown = ("postgres.breaker.cooldown".to_owned(), "3s".to_owned());
        page.act(set(now, vec![cooldown]));
        page.frames(20);
        assert_eq!(page.player.world().now(), now);
        let breaker = page.player.world().breaker(DATABASE).expect("it has one");
        assert_eq!(breaker.config().cooldown.base, Duration::from_secs(3));
        assert_eq!(breaker.state(), state, "the past stays as it was");
        page.act(Action::Undo);
        page.frames(20);
        assert_eq!(page.player.world().now(), now);
    }

    /// The real seconds until the database's breaker has gone to a state, if only for less than a frame.
    fn outage(page: &mut Page, until: StateName) -> f64 {
        let gone = |page: &Page| {
            let changes = page.player.world().measures().breaker_changes();
            changes.iter().rev().take(2).filter(|change| change.transition.to == until).count()
        };
        let (before, mut frames) = (gone(page), 0);
        while gone(page) <= before {
            page.frames(1);
            frames += 1;
            assert!(frames < 4_000, "never {until}");
        }
        f64::from(frames) * 0.016
    }

    fn recovery(slow_motion: bool, speed: f64) -> (f64, f64, f64) {
        let mut page = Page { speed, ..Page::open() };
        page.act(Action::SlowMotion(slow_motion));
        page.frames(20);
        page.kill();
        let trip = outage(&mut page, StateName::Open);
        let now = page.player.world().now();
        page.act(Action::Act(now, DATABASE.into(), vec![Command::HealAll]));
        outage(&mut page, StateName::HalfOpen);
        let is_over = page.player.world().breaker(DATABASE).map(CircuitBreaker::state);
        let half_open = match is_over {
            Some(State::Closed) => 0.0,
            _ => outage(&mut page, StateName::Closed),
        };
        let now = page.player.world().now();
        page.frames(100);
        (trip, half_open, page.player.world().now().since(now).as_secs_f64())
    }

    #[test]
    fn the_first_trip_trial_and_closing_are_shown_in_slow_motion_at_any_speed() {
        for speed in [1.0, 10.0] {
            let (usual, slow) = (recovery(false, speed), recovery(true, speed));
            assert!(slow.0 > usual.0 + 0.3, "{speed}: the trip took {} and {}", usual.0, slow.0);
            assert!(usual.1 < 0.2, "{speed}: half-open for {}", usual.1);
            assert!((2.0..4.0).contains(&slow.1), "{speed}: half-open for {}", slow.1);
            assert!(
                slow.2 < usual.2 / 2.0,
                "{speed}: after the closing {} and {}",
                usual.2,
                slow.2
            );
        }
    }

    #[test]
    fn slow_motion_can_be_skipped_and_each_kind_of_transition_has_it_once() {
        let mut page = Page::open();
        page.frames(20);
        page.kill();
        outage(&mut page, StateName::Open);
        let shown = page.player.shown_first().expect("the trip is shown");
        assert_eq!((shown.on, shown.transition.to), (DATABASE, StateName::Open));
        page.player.skip(false);
        assert_eq!(page.player.shown_first(), None);
        let now = page.player.world().now();
        page.frames(50);
        assert!(page.player.world().now().since(now) > Duration::from_millis(780));
        // The same plan from its start has its first transitions again; a later cycle has none.
        page.act(Action::Act(page.player.world().now(), DATABASE.into(), vec![Command::HealAll]));
        outage(&mut page, StateName::Closed);
        page.player.skip(false);
        page.frames(20);
        page.kill();
        outage(&mut page, StateName::Open);
        assert_eq!(page.player.shown_first(), None, "it is not the first trip");
    }

    #[test]
    fn with_reduced_motion_time_stands_at_a_transition_until_the_user_goes_on() {
        let mut page = Page { still: true, ..Page::open() };
        page.frames(20);
        page.kill();
        outage(&mut page, StateName::Open);
        let at = page.player.world().now();
        page.frames(200);
        assert_eq!(page.player.world().now(), at);
        assert_eq!(page.player.shown_first().expect("it stands there").transition.at, at);
        page.player.skip(true);
        page.frames(50);
        assert!(page.player.world().now().since(at) > Duration::from_millis(780));
    }
}
