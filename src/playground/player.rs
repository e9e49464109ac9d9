//! The run on the screen: it plays and seeks, with its baseline beside it.
//!
//! All work that takes longer than a part of a frame is done in slices, so that the page stays
//! responsive.

use crate::playback::Playback;
use crate::playground::session::{Compare, Session};
use fusebox::Decision;
use fusebox::time::{Duration, Instant};
use fusebox_lab::timeline::{Plan, Run, Timeline};
use fusebox_sim::{Entry, Sample, What, World};
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

/// Real seconds before and after a transition in which time is slow, if the user wants that.
const SLOW_BEFORE: f64 = 0.6;
const SLOW_AFTER: f64 = 0.3;

/// The speed near a transition, as a share of the chosen speed.
const SLOW: f64 = 0.12;

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
    transitions: VecDeque<Instant>,
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
    /// the animation, and whether the sought moment has been reached.
    pub(super) fn frame(&mut self, timestamp: f64, session: &Session, speed: f64) -> (f64, bool) {
        let elapsed = self.playback.frame(timestamp);
        let end = self.timeline.record().end;
        let mut done = (0.0, false);
        if let Some(goal) = self.goal {
            done.1 = self.timeline.advance(goal, EVENTS);
            self.goal = (!done.1).then_some(goal);
        } else if session.playing {
            let slowness = if session.slow_motion { self.slowness(speed) } else { 1.0 };
            let target = self.playback.target(self.world().now(), elapsed, speed * slowness);
            self.timeline.advance(target, EVENTS);
            done.0 = elapsed;
        }
        if let Some(baseline) = &mut self.baseline {
            // One frame later, so that no frame takes the checkpoints of both runs.
            baseline.advance(end, BASELINE_EVENTS);
        }
        done
    }

    /// Advances to the next entry of the log; returns the new entries.
    pub(super) fn step(&mut self) -> Vec<Entry> {
        self.scout = None;
        self.timeline.step(STEP_EVENTS)
    }

    /// The factor on the speed, below 1 near a transition that is about to come or has just happened.
    fn slowness(&mut self, speed: f64) -> f64 {
        let now = self.world().now();
        let scout = self.scout.get_or_insert_with(|| Scout::of(&self.timeline));
        let length = |viewers: f64| Duration::from_secs_f64(viewers * speed);
        scout.look(now + length(SLOW_BEFORE));
        let after = length(SLOW_AFTER);
        scout.transitions.retain(|&at| at + after >= now);
        if scout.transitions.is_empty() { 1.0 } else { SLOW }
    }
}

impl Scout {
    fn of(timeline: &Timeline) -> Self {
        let run = timeline.fork();
        let seen = run.world().trace().added();
        Self { run, seen, transitions: VecDeque::new() }
    }

    fn look(&mut self, end: Instant) {
        // In parts that fit into the trace.
        let mut parts = EVENTS / SCOUTED;
        while parts > 0 && !self.run.advance(end, SCOUTED) {
            self.note_transitions();
            parts -= 1;
        }
        self.note_transitions();
    }

    fn note_transitions(&mut self) {
        let trace = self.run.world().trace();
        let transitions = trace.since(self.seen).filter(|entry| {
            entry.on.is_some() && matches!(entry.what, What::Decided(Decision::Transition(_)))
        });
        self.transitions.extend(transitions.map(|entry| entry.at));
        self.seen = trace.added();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::playground::DATABASE;
    use crate::playground::session::{Action, set};
    use fusebox_lab::link::Link;
    use fusebox_sim::{Command, Fault};
    use std::rc::Rc;
    use yew::Reducible;

    /// A session and its player, as the page has them.
    struct Page {
        session: Session,
        player: Player,
        timestamp: f64,
    }

    impl Page {
        fn open() -> Self {
            let session = Session::default();
            let player = Player::new(&session);
            Self { session, player, timestamp: 0.0 }
        }

        fn act(&mut self, action: Action) {
            let next = (*Rc::new(self.session.clone()).reduce(action)).clone();
            self.player.follow(&next, &self.session);
            self.session = next;
        }

        fn frames(&mut self, count: u32) {
            for _ in 0..count {
                self.timestamp += 16.0;
                self.player.frame(self.timestamp, &self.session, 1.0);
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
        let mut page = Page { session, player, timestamp: 0.0 };
        page.frames(10);
        assert_eq!(page.player.world().now(), Instant::from_secs(8));
        assert_eq!(page.player.world().gauges().dependencies[DATABASE].fault, Some(Fault::Down));
    }

    #[test]
    fn a_changed_setting_keeps_the_moment() {
        let mut page = Page::open();
        page.frames(300);
        page.kill();
        page.frames(100);
        page.act(Action::Play(false));
        let now = page.player.world().now();
        let cooldown = ("postgres.breaker.cooldown".to_owned(), "3s".to_owned());
        page.act(set(vec![cooldown]));
        page.frames(20);
        assert_eq!(page.player.world().now(), now);
        let breaker = page.player.world().breaker(DATABASE).expect("it has one");
        assert_eq!(breaker.config().cooldown.base, Duration::from_secs(3));
        page.act(Action::Undo);
        page.frames(20);
        assert_eq!(page.player.world().now(), now);
    }

    #[test]
    fn time_slows_down_around_a_transition() {
        let passed = |slow_motion| {
            let mut page = Page::open();
            page.act(Action::SlowMotion(slow_motion));
            page.frames(100);
            page.kill();
            page.frames(100);
            page.player.world().now().as_secs_f64()
        };
        let (usual, slow) = (passed(false), passed(true));
        assert!((usual - 3.2).abs() < 0.05, "{usual}");
        assert!(slow < usual - 0.5, "{slow} against {usual}");
    }
}
