//! A run that can be gone back in: checkpoints, and what was recorded on the way.
//!
//! A [`Plan`] determines a run to its last event, so that the past need not be kept: it is made again,
//! from the checkpoint before. What a run has recorded is kept beside, so that it can be shown at any
//! moment of the run, what is still to come included.

use crate::action_log::ActionLog;
use crate::explain;
use fusebox::time::{Duration, Instant};
use fusebox::{ConfigError, LayerKind};
use fusebox_sim::{Action, Command, Entry, Sample, Scenario, What, World};
use std::collections::VecDeque;
use std::rc::Rc;

/// All that determines a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The world.
    pub scenario: Rc<Scenario>,
    /// Its chances.
    pub seed: u64,
    /// What is done to it.
    pub actions: ActionLog,
}

/// A world and the actions that are done to it at their times.
#[derive(Clone, Debug)]
pub struct Run {
    world: World,
    actions: ActionLog,
    /// How many of the actions have been done.
    done: usize,
}

impl Plan {
    /// The plan without any layer, neither from the start nor by an action.
    #[must_use]
    pub fn unprotected(&self) -> Self {
        let mut scenario = (*self.scenario).clone();
        for group in &mut scenario.clients {
            group.layers.clear();
        }
        for (_, dependency) in scenario.dependencies.iter_mut() {
            dependency.layers_off = LayerKind::ALL.to_vec();
        }
        let is_kept = |action: &Action| !matches!(action.command, Command::Layer(..));
        scenario.schedule.retain(is_kept);
        let actions = self.actions.actions().iter().copied().filter(is_kept).collect();
        Self { scenario: Rc::new(scenario), seed: self.seed, actions }
    }
}

impl Run {
    /// The run of a plan, at time zero, with a trace of the newest `entries` things that happened.
    ///
    /// # Errors
    /// With the first field of the scenario that is outside its range.
    pub fn new(plan: &Plan, entries: usize) -> Result<Self, ConfigError> {
        let world = World::with_trace(&plan.scenario, plan.seed, entries)?;
        Ok(Self { world, actions: plan.actions.clone(), done: 0 })
    }

    /// The world as it is now.
    #[must_use]
    pub const fn world(&self) -> &World {
        &self.world
    }

    /// Runs up to and including `end`, but for no more than `events` events; whether it is there.
    pub fn advance(&mut self, end: Instant, events: u32) -> bool {
        let mut left = events;
        while left > 0 {
            let action = self.next_action_at().filter(|&at| at <= end);
            left -= self.world.run_events(action.unwrap_or(end), left);
            if left > 0 && action.is_none() {
                self.world.run_until(end);
                return true;
            }
            if left > 0 {
                self.step();
                left -= 1;
            }
        }
        false
    }

    /// The moment of the next event or action.
    #[must_use]
    pub fn next_at(&self) -> Option<Instant> {
        self.world.next_at().into_iter().chain(self.next_action_at()).min()
    }

    fn next_action_at(&self) -> Option<Instant> {
        self.actions.actions().get(self.done).map(|action| action.at)
    }

    /// Runs the next event, or does the next action if that comes first. An action comes after all
    /// events of its moment.
    pub fn step(&mut self) {
        let event_at = self.world.next_at();
        match self.actions.actions().get(self.done) {
            Some(&Action { at, on, command }) if event_at.is_none_or(|event| event > at) => {
                self.world.run_until(at);
                // An action that is not possible here came from a link to another scenario.
                let _ = self.world.apply(on, command);
                self.done += 1;
            }
            _ => self.world.step(),
        }
    }

    /// What happens up to `end` in a copy of it, as far as it is wanted; none where that takes more than
    /// the events that are `left`.
    fn entries(
        &self,
        end: Instant,
        left: &mut u32,
        is_wanted: impl Fn(&Entry) -> bool,
    ) -> Option<Vec<Entry>> {
        let mut run = self.clone();
        let mut found = Vec::new();
        let mut is_there = false;
        while !is_there && *left > 0 {
            let seen = run.world.trace().added();
            let part = (*left).min(LOOK_EVERY);
            is_there = run.advance(end, part);
            *left -= part;
            found.extend(run.world.trace().since(seen).filter(|entry| is_wanted(entry)).copied());
        }
        is_there.then_some(found)
    }

    /// Whether it would be where it is now with these actions.
    fn agrees_with(&self, actions: &ActionLog) -> bool {
        let (ours, others) = (self.actions.actions(), actions.actions());
        let same_past = others.get(..self.done).is_some_and(|past| *past == ours[..self.done]);
        same_past && others.get(self.done).is_none_or(|next| next.at >= self.world.now())
    }
}

/// The trace has the events of this long before a moment that the user seeks.
const WARM: Duration = Duration::from_secs(1);

/// The first checkpoints are this far apart.
const SPACING: Duration = Duration::from_secs(5);

/// The most checkpoints; when there would be more, every other one goes.
const CHECKPOINTS_MAX: usize = 24;

/// The most clients, calls and events that all checkpoints hold together, about.
const THINGS_MAX: u64 = 400_000;

/// The most samples that are kept: ten minutes.
const SAMPLES_MAX: usize = 6_000;

/// The most samples that the world itself keeps besides: those of two seconds.
const OWN_SAMPLES_MAX: usize = 20;

/// The most entries of the log.
const LOG_MAX: usize = 1_000;

/// Events of a call are searched up to this long after a known moment of the call.
const CALL_MAX: Duration = Duration::from_secs(60);

/// The most events that are made again for the sake of one call.
const SEARCH_MAX: u32 = 100_000;

/// The newest entries that its world keeps.
const TRACE: usize = 9_216;

/// Events after which the trace is looked through, so that few entries are gone by then.
const LOOK_EVERY: u32 = 256;

/// A run that can be gone back in.
#[derive(Debug)]
pub struct Timeline {
    plan: Plan,
    run: Run,
    /// Of other moments of the same run, oldest first; the first is of time zero.
    checkpoints: Vec<Checkpoint>,
    spacing: Duration,
    record: Record,
}

/// A moment to which a run can be brought back.
#[derive(Clone, Debug)]
struct Checkpoint {
    run: Run,
    /// What the log had seen up to then.
    news: explain::Announcement,
}

/// What was recorded of a run, up to the last moment that it has come to.
#[derive(Clone, Debug, Default)]
pub struct Record {
    /// The samples, oldest first: the newest 6,000.
    pub samples: VecDeque<Sample>,
    /// What was news, oldest first: the newest 1,000.
    pub log: VecDeque<LogEntry>,
    /// The last moment that the run has come to.
    pub end: Instant,
    /// How many entries of the trace were looked at.
    seen: u64,
    news: explain::Announcement,
}

/// Something that was news.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// Its number among all entries of the trace.
    pub number: u64,
    /// What happened; [`explain::event`] has it as a sentence.
    pub entry: Entry,
}

impl Timeline {
    /// The run of a plan, at time zero.
    ///
    /// # Errors
    /// With the first field of the scenario that is outside its range.
    pub fn new(plan: Plan) -> Result<Self, ConfigError> {
        let run = Run::new(&plan, TRACE)?;
        let checkpoints =
            vec![Checkpoint { run: run.clone(), news: explain::Announcement::default() }];
        Ok(Self { plan, run, checkpoints, spacing: SPACING, record: Record::new() })
    }

    /// What it is the run of.
    #[must_use]
    pub const fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The world as it is at the moment.
    #[must_use]
    pub const fn world(&self) -> &World {
        &self.run.world
    }

    /// The run as it is at the moment, to go on by itself.
    #[must_use]
    pub fn fork(&self) -> Run {
        self.run.clone()
    }

    /// What was recorded.
    #[must_use]
    pub const fn record(&self) -> &Record {
        &self.record
    }

    /// Runs up to and including `end`, but for no more than `events` events; whether it is there.
    pub fn advance(&mut self, end: Instant, events: u32) -> bool {
        let mut left = events;
        loop {
            let part = left.min(LOOK_EVERY);
            let end = end.min(self.next_checkpoint_at());
            let is_there = self.run.advance(end, part);
            self.look();
            left -= part;
            if is_there && self.run.world.now() >= self.next_checkpoint_at() {
                self.set_checkpoint();
            } else if is_there || left == 0 {
                return is_there;
            }
        }
    }

    /// Runs to the next thing that is in the trace, but for no more than `events` events; what is new.
    pub fn step(&mut self, events: u32) -> Vec<Entry> {
        let seen = self.run.world.trace().added();
        for _ in 0..events {
            self.run.step();
            if self.run.world.trace().added() > seen {
                break;
            }
        }
        self.look();
        self.run.world.trace().since(seen).copied().collect()
    }

    /// Goes to a moment before `to`, early enough that the trace at `to` has the events before it; from
    /// there [`Timeline::advance`] reaches `to` soon.
    pub fn seek(&mut self, to: Instant) {
        let now = self.run.world.now();
        let warm = |point: &&Checkpoint| point.now() + WARM <= to || point.now() == Instant::ZERO;
        let point = self.checkpoints.iter().rfind(warm);
        let Some(point) = point.filter(|point| to < now || point.now() > now) else { return };
        self.run = point.run.clone();
    }

    /// Has another plan from now on. Where only what is still to come differs, it stays where it is;
    /// where the actions differ before, it goes back to before that; and else to time zero.
    ///
    /// # Errors
    /// With the first field of the scenario that is outside its range; then nothing has changed.
    pub fn change(&mut self, plan: Plan) -> Result<(), ConfigError> {
        if plan == self.plan {
            return Ok(());
        }
        if (&plan.scenario, plan.seed) != (&self.plan.scenario, self.plan.seed) {
            *self = Self::new(plan)?;
            return Ok(());
        }
        self.checkpoints.retain(|point| point.run.agrees_with(&plan.actions));
        for point in &mut self.checkpoints {
            point.run.actions = plan.actions.clone();
        }
        let is_same_past = self.run.agrees_with(&plan.actions);
        self.run.actions = plan.actions.clone();
        self.plan = plan;
        // What was recorded is true up to the present, or else to the latest moment that there is a
        // checkpoint of.
        let is_at_end = is_same_past && self.record.end == self.run.world.now();
        if let (Some(latest), false) = (self.checkpoints.last(), is_at_end) {
            self.record.cut(latest);
            if !is_same_past || latest.now() < self.run.world.now() {
                self.run = latest.run.clone();
            }
        }
        Ok(())
    }

    /// All that happened to a call up to now, from its beginning where that can be found: first in the
    /// trace, and else by making the past again. `around` is a moment at which it was in flight.
    #[must_use]
    pub fn entries_of(&self, call: u64, around: Instant) -> Vec<Entry> {
        let is_of_call = |entry: &Entry| entry.call == Some(call);
        let in_trace = self.run.world.trace().since(0).filter(|entry| is_of_call(entry));
        let mut found: Vec<Entry> = in_trace.copied().collect();
        let mut left = SEARCH_MAX;
        let before = self.checkpoints.iter().rev().filter(|point| point.now() <= around);
        for point in before {
            if found.first().is_some_and(is_beginning) {
                break;
            }
            let end = self.run.world.now().min(around + CALL_MAX);
            let Some(again) = point.run.entries(end, &mut left, is_of_call) else { break };
            found = again;
        }
        found
    }

    /// All that happened up to `to` since a moment at or before `from`, by making it again; none where
    /// that is too much.
    #[must_use]
    pub fn entries_between(&self, from: Instant, to: Instant) -> Option<Vec<Entry>> {
        let to = to.min(self.run.world.now());
        let point = self.checkpoints.iter().rfind(|point| point.now() <= from);
        let mut left = SEARCH_MAX;
        point?.run.entries(to, &mut left, |_| true)
    }

    fn next_checkpoint_at(&self) -> Instant {
        self.checkpoints.last().map_or(Instant::ZERO, |last| last.now() + self.spacing)
    }

    fn set_checkpoint(&mut self) {
        let Run { world, actions, done } = &mut self.run;
        let run = Run { world: world.checkpoint(), actions: actions.clone(), done: *done };
        self.checkpoints.push(Checkpoint { run, news: self.record.news.clone() });
        if self.checkpoints.len() > self.checkpoints_max() {
            // The first stays, and every other one.
            let mut n = 0;
            self.checkpoints.retain(|_| {
                n += 1;
                n % 2 == 1
            });
            self.spacing = self.spacing.saturating_mul(2);
        }
    }

    /// Fewer checkpoints of a world in which there is much.
    fn checkpoints_max(&self) -> usize {
        let world = &self.run.world;
        let clients = u64::from(world.scenario().client_count());
        let things = clients + world.calls_in_flight() + world.events_pending() as u64;
        let most = THINGS_MAX / things.max(1);
        usize::try_from(most).unwrap_or(CHECKPOINTS_MAX).clamp(1, CHECKPOINTS_MAX)
    }

    /// Records what is new.
    fn look(&mut self) {
        self.record.look(&self.run.world);
        if self.run.world.measures().samples().len() > OWN_SAMPLES_MAX {
            self.run.world.forget_samples();
        }
    }
}

fn is_beginning(entry: &Entry) -> bool {
    matches!(entry.what, What::Called { .. })
}

impl Checkpoint {
    const fn now(&self) -> Instant {
        self.run.world.now()
    }
}

impl Record {
    /// An empty one, with the room for all samples, so that a run does not take more while it goes on.
    fn new() -> Self {
        Self { samples: VecDeque::with_capacity(SAMPLES_MAX + OWN_SAMPLES_MAX), ..Self::default() }
    }

    fn look(&mut self, world: &World) {
        if world.now() < self.end {
            return;
        }
        self.end = world.now();
        let samples = world.measures().samples();
        let last = self.samples.back().map_or(Instant::ZERO, |sample| sample.at);
        let first = samples.partition_point(|sample| sample.at <= last);
        self.samples.extend(samples.range(first..));
        let numbers = self.seen.max(world.trace().oldest())..;
        for (number, entry) in numbers.zip(world.trace().since(self.seen)) {
            if self.news.take(entry) {
                self.log.push_back(LogEntry { number, entry: *entry });
            }
        }
        self.seen = self.seen.max(world.trace().added());
        self.bound();
    }

    fn bound(&mut self) {
        let (samples, log) = (self.samples.len(), self.log.len());
        self.samples.drain(..samples.saturating_sub(SAMPLES_MAX));
        self.log.drain(..log.saturating_sub(LOG_MAX));
    }

    /// Forgets what comes after a checkpoint.
    fn cut(&mut self, point: &Checkpoint) {
        let (now, entries) = (point.now(), point.run.world.trace().added());
        self.end = now;
        self.seen = entries;
        self.news = point.news.clone();
        self.samples.truncate(self.samples.partition_point(|sample| sample.at <= now));
        self.log.truncate(self.log.partition_point(|news| news.number < entries));
    }
}
