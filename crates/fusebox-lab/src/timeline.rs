//! A run that can go back in time: checkpoints, and the recorded samples and log.
//!
//! A [`Plan`] determines a run to its last event, so the past need not be stored: it is run again
//! from the checkpoint before it. Samples and log are stored separately, so that they can be shown
//! at any moment of the run, including those after it.

use crate::action_log::ActionLog;
use crate::explain;
use fusebox::time::{Duration, Instant};
use fusebox::{ConfigError, LayerKind};
use fusebox_sim::{Action, Command, Entry, Sample, Scenario, Target, What, World};
use std::collections::VecDeque;
use std::rc::Rc;

/// Everything that determines a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The world.
    pub scenario: Rc<Scenario>,
    /// The seed.
    pub seed: u64,
    /// The actions of the user.
    pub actions: ActionLog,
}

/// A world, and the actions that are applied to it at their times.
#[derive(Debug)]
pub struct Run {
    world: World,
    actions: ActionLog,
    /// How many of the actions have been applied.
    done: usize,
}

impl Plan {
    /// The scenario as the actions up to this moment have made it: with the layers that are on by then,
    /// and the settings that hold.
    #[must_use]
    pub fn scenario_at(&self, now: Instant) -> Scenario {
        let mut scenario = (*self.scenario).clone();
        for Action { on, command, .. } in self.in_order().into_iter().filter(|it| it.at <= now) {
            let Target::Dependency(on) = on else { continue };
            let config = &mut scenario.dependencies[on];
            match command {
                Command::Layer(kind, enabled) => {
                    config.layers_off.retain(|other| *other != kind);
                    config.layers_off.extend((!enabled).then_some(kind));
                }
                Command::Set(change) => {
                    if let Ok(changed) = change.of(config) {
                        *config = changed;
                    }
                }
                Command::Fault(_) | Command::Heal(_) | Command::HealAll => {}
            }
        }
        scenario
    }

    /// The scheduled actions and the user's, in the order in which a run does them: at the same moment,
    /// the user's come after the scheduled ones.
    pub(crate) fn in_order(&self) -> Vec<Action> {
        let mut actions: Vec<Action> = Vec::new();
        // Inserted one by one: nearly all go to the end, and a page would load more code for a sort.
        for action in self.scenario.schedule.iter().chain(self.actions.actions()) {
            let place = actions.partition_point(|other| other.at <= action.at);
            actions.insert(place, *action);
        }
        actions
    }

    /// The plan without any layers, neither from the start nor by an action.
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

impl Clone for Run {
    fn clone(&self) -> Self {
        Self { world: self.world.copy(), actions: self.actions.clone(), done: self.done }
    }
}

impl Run {
    /// The run of a plan at time zero, with a trace of the newest `entries` events.
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

    /// Runs up to and including `end`, but at most `events` events; returns whether it got there.
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

    /// Runs the next event, or applies the next action if that comes first. An action comes after
    /// all events of the same moment.
    pub fn step(&mut self) {
        let event_at = self.world.next_at();
        match self.actions.actions().get(self.done) {
            Some(&Action { at, on, command }) if event_at.is_none_or(|event| event > at) => {
                self.world.run_until(at);
                // An action that is impossible here comes from a link to another scenario.
                let _ = self.world.apply(on, command);
                self.done += 1;
            }
            _ => self.world.step(),
        }
    }

    /// The wanted entries up to `end`, from a copy of the run; none if that takes more than the
    /// `left` events.
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

    /// Whether the run would be in the same state with these actions.
    fn agrees_with(&self, actions: &ActionLog) -> bool {
        let (ours, others) = (self.actions.actions(), actions.actions());
        let same_past = others.get(..self.done).is_some_and(|past| *past == ours[..self.done]);
        same_past && others.get(self.done).is_none_or(|next| next.at >= self.world.now())
    }
}

/// The trace goes back this far before the moment that the user seeks.
const WARM: Duration = Duration::from_secs(1);

/// The first checkpoints are this far apart.
const SPACING: Duration = Duration::from_secs(5);

/// The most checkpoints; above this, every other one is dropped.
const CHECKPOINTS_MAX: usize = 24;

/// About the most clients, calls and events that all checkpoints hold together.
const THINGS_MAX: u64 = 400_000;

/// The most samples that are kept: 10 minutes.
const SAMPLES_MAX: usize = 6_000;

/// The most samples that the world itself keeps in addition: 2 seconds.
const OWN_SAMPLES_MAX: usize = 20;

/// The most entries of the log.
const LOG_MAX: usize = 1_000;

/// Events of a call are searched up to this long after a known moment of the call.
const CALL_MAX: Duration = Duration::from_secs(60);

/// The most events that are run again to explain one call.
const SEARCH_MAX: u32 = 100_000;

/// The most entries in the trace of the world.
const TRACE: usize = 9_216;

/// The number of events after which the trace is read, so that few entries have been dropped by
/// then.
const LOOK_EVERY: u32 = 256;

/// A run that can go back in time.
#[derive(Debug)]
pub struct Timeline {
    plan: Plan,
    run: Run,
    /// The run at other moments, oldest first; the first is at time zero.
    checkpoints: Vec<Checkpoint>,
    spacing: Duration,
    record: Record,
}

/// A moment to which a run can return.
#[derive(Clone, Debug)]
struct Checkpoint {
    run: Run,
    /// The state of the announcements at that moment.
    news: explain::Announcement,
}

/// The record of a run, up to the latest moment that it has reached.
#[derive(Clone, Debug, Default)]
pub struct Record {
    /// The samples, oldest first: the newest 6,000.
    pub samples: VecDeque<Sample>,
    /// The log, oldest first: the newest 1,000 entries.
    pub log: VecDeque<LogEntry>,
    /// The latest moment that the run has reached.
    pub end: Instant,
    /// How many entries of the trace have been read.
    seen: u64,
    news: explain::Announcement,
}

/// An entry of the log.
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

    /// The plan of the run.
    #[must_use]
    pub const fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The world at the current moment.
    #[must_use]
    pub const fn world(&self) -> &World {
        &self.run.world
    }

    /// The run at the current moment, as a copy to be continued on its own.
    #[must_use]
    pub fn fork(&self) -> Run {
        self.run.clone()
    }

    /// The record of the run.
    #[must_use]
    pub const fn record(&self) -> &Record {
        &self.record
    }

    /// Runs up to and including `end`, but at most `events` events; returns whether it got there.
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

    /// Runs to the next entry of the trace, but at most `events` events; returns the new entries.
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

    /// Goes to a moment before `to`, early enough that the trace at `to` has the events before it;
    /// from there, [`Timeline::advance`] reaches `to` soon.
    pub fn seek(&mut self, to: Instant) {
        let now = self.run.world.now();
        let warm = |point: &&Checkpoint| point.now() + WARM <= to || point.now() == Instant::ZERO;
        let point = self.checkpoints.iter().rfind(warm);
        let Some(point) = point.filter(|point| to < now || point.now() > now) else { return };
        self.run = point.run.clone();
    }

    /// Changes the plan. If only the future differs, the run stays where it is; if past actions
    /// differ, it goes back to before them; otherwise it goes back to time zero.
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
        // The record is valid up to the current moment, or otherwise up to the latest checkpoint
        // that is kept.
        let is_at_end = is_same_past && self.record.end == self.run.world.now();
        if let (Some(latest), false) = (self.checkpoints.last(), is_at_end) {
            self.record.cut(latest);
            if !is_same_past || latest.now() < self.run.world.now() {
                self.run = latest.run.clone();
            }
        }
        Ok(())
    }

    /// All events of a call up to now, from its beginning if it can be found: first in the trace,
    /// otherwise by running the past again. `around` is a moment at which the call was in flight.
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

    /// All events up to `to` since a moment at or before `from`, by running them again; none if
    /// that is too much work.
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
            // Keeps the first and every other one.
            let mut n = 0;
            self.checkpoints.retain(|_| {
                n += 1;
                n % 2 == 1
            });
            self.spacing = self.spacing.saturating_mul(2);
        }
    }

    /// The most checkpoints, fewer for a world with many calls and events.
    fn checkpoints_max(&self) -> usize {
        let world = &self.run.world;
        let clients = u64::from(world.scenario().client_count());
        let things = clients + world.calls_in_flight() + world.events_pending() as u64;
        let most = THINGS_MAX / things.max(1);
        usize::try_from(most).unwrap_or(CHECKPOINTS_MAX).clamp(1, CHECKPOINTS_MAX)
    }

    /// Records new samples and log entries.
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
    /// An empty record with the allocation for all samples, so that a run does not grow later.
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

    /// Drops everything after a checkpoint.
    fn cut(&mut self, point: &Checkpoint) {
        let (now, entries) = (point.now(), point.run.world.trace().added());
        self.end = now;
        self.seen = entries;
        self.news = point.news.clone();
        self.samples.truncate(self.samples.partition_point(|sample| sample.at <= now));
        self.log.truncate(self.log.partition_point(|news| news.number < entries));
    }
}
