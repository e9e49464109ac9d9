//! The user's choices in the Playground: an immutable value, and the actions that produce the next one.

use crate::history::History;
use crate::playback::USUAL_SPEED;
use crate::playground::DATABASE;
use crate::selection::Selection;
use fusebox::LayerKind;
use fusebox::time::Instant;
use fusebox_lab::action_log::ActionLog;
use fusebox_lab::link::{self, Link};
use fusebox_lab::presets::{self, Preset};
use fusebox_lab::settings;
use fusebox_lab::timeline::Plan;
use fusebox_sim::{Command, Dependency, Scenario, Target};
use std::rc::Rc;
use yew::Reducible;

/// Whether each layer is on, in the order of [`LayerKind::ALL`].
pub(super) type Layers = [bool; LayerKind::ALL.len()];

/// The user's choices.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
pub(super) struct Session {
    pub(super) world: Chosen,
    /// The baseline of the charts.
    pub(super) compare: Compare,
    /// The selected dependency.
    pub(super) on: Dependency,
    /// Whether the selection follows the dependency in trouble, as the user has chosen none.
    pub(super) follows: bool,
    pub(super) playing: bool,
    /// An index into [`crate::playback::SPEEDS`].
    pub(super) speed: usize,
    /// Whether letters are shortcuts wherever the focus is, and not only on what they act on.
    pub(super) shortcuts: bool,
    /// Whether time slows down near the first transitions of breakers.
    pub(super) slow_motion: bool,
    /// Counts the single steps.
    pub(super) steps: u32,
    /// The number of the latest request to seek, and its moment.
    pub(super) seek: (u32, Instant),
    /// The selection to be explained.
    pub(super) selection: Option<Selection>,
    /// The moment under the pointer in the charts.
    pub(super) cross: Option<Instant>,
    history: History<Chosen>,
}

/// The world of a session, and the actions on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Chosen {
    pub(super) preset: &'static Preset,
    /// The scenario of the preset.
    pub(super) base: Rc<Scenario>,
    pub(super) plan: Plan,
}

/// The choices of a baseline.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Compare {
    Nothing,
    /// The same run without layers.
    Unprotected,
    /// A run that was pinned.
    Pinned(Rc<Plan>),
}

impl Compare {
    fn of(plan: &Plan) -> Self {
        Self::Pinned(Rc::new(plan.clone()))
    }

    /// Pins a run of which an action at this moment drops later actions.
    fn pin_before(&mut self, at: Instant, plan: &Plan) {
        if plan.actions.actions().last().is_some_and(|last| last.at > at) {
            *self = Self::of(plan);
        }
    }

    /// Its name in a legend.
    pub(super) const fn label(&self) -> &'static str {
        match self {
            Self::Nothing => "none",
            Self::Unprotected => "without protection",
            Self::Pinned(_) => "the pinned run",
        }
    }
}

/// A change of a setting: its key, and its value as text.
pub(super) type Change = (String, String);

/// Applies changes to a plan at a moment.
type Apply = fn(&Plan, Instant, &[Change]) -> Option<Plan>;

/// A user's action in the view.
#[derive(Clone, Debug)]
pub(super) enum Action {
    /// Applies a command to the service or a dependency at a moment, and drops the later actions.
    Act(Instant, Target, Vec<Command>),
    /// Opens a link.
    Open(Rc<link::Playground>),
    /// Changes settings by their keys, from a moment on if a running world can, and otherwise in a run
    /// from the start. Made by [`set`].
    Set(Apply, Instant, Vec<Change>),
    Preset(&'static Preset),
    /// Another seed for the world, with the same settings and actions, from the start.
    Seed(u64),
    /// Restarts the same world without actions; layers and settings stay as they are now.
    Reset(Instant),
    /// Drops the actions after this moment, and pins the run as it was before.
    Fork(Instant),
    /// Pins the current run, to compare others with it.
    Pin,
    Compare(Compare),
    Undo,
    Play(bool),
    Speed(usize),
    SlowMotion(bool),
    Shortcuts(bool),
    Step,
    Seek(Instant),
    /// Selects a dependency, and stays on it.
    Depend(Dependency),
    /// Follows the dependency in trouble, or stays on the selected one.
    Follow(bool),
    /// Another dependency is in trouble.
    Trouble(Dependency),
    Choose(Option<Selection>),
    /// Points to a moment in the charts, or to none.
    Point(Option<Instant>),
}

impl Default for Session {
    fn default() -> Self {
        Self {
            world: Chosen::of(&presets::FIRST),
            compare: Compare::Unprotected,
            on: DATABASE,
            follows: true,
            playing: true,
            speed: USUAL_SPEED,
            shortcuts: true,
            slow_motion: true,
            steps: 0,
            seek: (0, Instant::ZERO),
            selection: None,
            cross: None,
            history: History::default(),
        }
    }
}

impl Reducible for Session {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let mut next = (*self).clone();
        match action {
            Action::Play(playing) => next.playing = playing,
            Action::Speed(speed) => next.speed = speed,
            Action::SlowMotion(slow) => next.slow_motion = slow,
            Action::Shortcuts(shortcuts) => next.shortcuts = shortcuts,
            Action::Compare(compare) => next.compare = compare,
            Action::Pin => next.compare = Compare::of(&next.world.plan),
            Action::Depend(on) => (next.on, next.follows) = (on, false),
            Action::Follow(follows) => next.follows = follows,
            Action::Trouble(on) if next.follows => next.on = on,
            Action::Trouble(_) => {}
            Action::Choose(selection) => next.selection = selection,
            Action::Point(moment) => next.cross = moment,
            Action::Undo => {
                if let Some(before) = next.history.undo() {
                    next.world = before;
                    next.selection = None;
                }
            }
            Action::Seek(to) => {
                next.selection = next.selection.filter(|selection| selection.exists_at(to));
                next.seek(to);
            }
            Action::Step => {
                next.playing = false;
                next.steps += 1;
            }
            change => next.change(change),
        }
        next.choose_dependency();
        Rc::new(next)
    }
}

impl Session {
    /// The session of a link.
    pub(super) fn of(link: &link::Playground) -> Self {
        let mut session = Self::default();
        session.open(link);
        session
    }

    fn open(&mut self, link: &link::Playground) {
        let base = Rc::new((link.preset.scenario)());
        let same = base.as_ref() == &link.scenario;
        let scenario = if same { base.clone() } else { Rc::new(link.scenario.clone()) };
        let plan = Plan { scenario, seed: link.seed, actions: link.actions.clone() };
        let world = Chosen { preset: link.preset, base, plan };
        self.on = link.on.unwrap_or_else(|| usual(&world.plan.scenario));
        self.follows = link.on.is_none();
        if world == self.world && link.at.is_none() {
            // A link to the current state of the page changes nothing.
            return;
        }
        self.world = world;
        self.selection = None;
        // A link to a moment opens paused at that moment.
        self.playing = link.at.is_none();
        self.seek(link.at.unwrap_or(Instant::ZERO));
    }

    /// The link to this session, at a moment or at the start.
    pub(super) fn link(&self, at: Option<Instant>) -> Link {
        let Chosen { preset, plan, .. } = &self.world;
        let is_usual = self.follows || usual(&plan.scenario) == self.on;
        Link::Playground(Box::new(link::Playground {
            preset,
            scenario: (*plan.scenario).clone(),
            seed: plan.seed,
            on: (!is_usual).then_some(self.on),
            actions: plan.actions.clone(),
            at,
        }))
    }

    /// Whether there is a change to undo.
    pub(super) fn can_undo(&self) -> bool {
        self.history.can_undo()
    }

    /// Changes the world or its actions.
    fn change(&mut self, action: Action) {
        let before = self.world.clone();
        let setting = match &action {
            Action::Set(_, at, changes) if changes.len() == 1 => {
                Some(format!("{} at {at}", changes[0].0))
            }
            _ => None,
        };
        let plan = &mut self.world.plan;
        match action {
            Action::Act(at, on, commands) => {
                self.compare.pin_before(at, plan);
                let actions =
                    commands.into_iter().map(|command| fusebox_sim::Action { at, on, command });
                let before = plan.actions.up_to(at);
                plan.actions = actions.fold(before, |log, action| log.with(action));
            }
            Action::Set(apply, at, changes) => {
                // An invalid setting has no effect, as the form shows the reason.
                if let Some(changed) = apply(plan, at, &changes) {
                    let restarts = changed.scenario != plan.scenario;
                    if !restarts {
                        self.compare.pin_before(at, plan);
                    }
                    *plan = changed;
                    if restarts {
                        self.selection = None;
                        self.seek(Instant::ZERO);
                    }
                }
            }
            Action::Preset(preset) => {
                self.world = Chosen::of(preset);
                self.on = usual(&self.world.plan.scenario);
                self.follows = true;
                self.selection = None;
                self.seek(Instant::ZERO);
            }
            Action::Open(link) => self.open(&link),
            Action::Seed(seed) => {
                plan.seed = seed;
                self.selection = None;
                self.seek(Instant::ZERO);
            }
            Action::Reset(now) => {
                plan.scenario = Rc::new(as_at(plan, now));
                plan.actions = ActionLog::default();
                self.selection = None;
                self.seek(Instant::ZERO);
            }
            Action::Fork(at) => {
                self.compare = Compare::of(plan);
                plan.actions = plan.actions.up_to(at);
            }
            _ => {}
        }
        self.history.record(before, &self.world, setting);
    }

    fn seek(&mut self, to: Instant) {
        self.seek = (self.seek.0 + 1, to);
    }

    /// Selects a dependency that the scenario uses.
    fn choose_dependency(&mut self) {
        let scenario = &self.world.plan.scenario;
        if !scenario.used().contains(&self.on) {
            self.on = usual(scenario);
        }
    }
}

/// The dependency that is selected by default: the first one with a scheduled fault, or else the first
/// one.
fn usual(scenario: &Scenario) -> Dependency {
    let used = scenario.used();
    let failing = scenario.schedule.iter().find_map(|action| match action.command {
        Command::Fault(_) => action.on.dependency().filter(|on| used.contains(on)),
        _ => None,
    });
    failing.or(used.first().copied()).unwrap_or(DATABASE)
}

impl Chosen {
    fn of(preset: &'static Preset) -> Self {
        let base = Rc::new((preset.scenario)());
        let plan = Plan { scenario: base.clone(), seed: link::SEED, actions: ActionLog::default() };
        Self { preset, base, plan }
    }
}

/// A plan with these settings, applied in order; none if one of them is invalid.
///
/// At time zero they are settings of the scenario. Later they are actions, if a running world can change
/// all of them; otherwise the run starts again with the layers and settings that hold at this moment,
/// and with the same faults.
fn with_settings(plan: &Plan, at: Instant, changes: &[Change]) -> Option<Plan> {
    if at > Instant::ZERO
        && let Some(actions) = as_actions(plan, at, changes)
    {
        return Some(Plan { actions, ..plan.clone() });
    }
    let mut scenario = as_at(plan, at);
    let are_set = changes.iter().all(|(key, text)| settings::set(&mut scenario, key, text).is_ok());
    if !are_set || !settings::check(&scenario).is_empty() {
        return None;
    }
    let actions = plan.actions.actions().iter().copied();
    let is_kept = |action: &fusebox_sim::Action| {
        at == Instant::ZERO || !matches!(action.command, Command::Set(_) | Command::Layer(..))
    };
    let actions = actions.filter(is_kept).collect();
    Some(Plan { scenario: Rc::new(scenario), seed: plan.seed, actions })
}

/// The actions up to a moment, and then these changes; none if a running world cannot change all of
/// them.
fn as_actions(plan: &Plan, at: Instant, changes: &[Change]) -> Option<ActionLog> {
    let mut scenario = plan.scenario_at(at);
    changes.iter().try_fold(plan.actions.up_to(at), |log, (key, text)| {
        let action = settings::change(&scenario, at, key, text)?;
        settings::set(&mut scenario, key, text).ok()?;
        Some(log.with(action))
    })
}

/// The action that changes settings at a moment. Only code that is loaded with the settings may call
/// it: see [`crate::part`].
pub(super) fn set(at: Instant, changes: Vec<Change>) -> Action {
    Action::Set(with_settings, at, changes)
}

/// The scenario with the layers that the user's actions have left on at this moment, and the settings
/// that hold then.
fn as_at(plan: &Plan, at: Instant) -> Scenario {
    let mut own = Plan::clone(plan);
    let schedule = std::mem::take(&mut Rc::make_mut(&mut own.scenario).schedule);
    Scenario { schedule, ..own.scenario_at(at) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox_sim::Fault;

    fn after(actions: &[Action]) -> Session {
        let start = Rc::new(Session::default());
        let end = actions.iter().fold(start, |session, action| session.reduce(action.clone()));
        (*end).clone()
    }

    fn act(seconds: u64, command: Command) -> Action {
        Action::Act(Instant::from_secs(seconds), DATABASE.into(), vec![command])
    }

    fn one(at: u64, key: &str, text: &str) -> Action {
        super::set(Instant::from_secs(at), vec![(key.to_owned(), text.to_owned())])
    }

    #[test]
    fn a_reset_heals_and_keeps_the_layers() {
        let switch = act(3, Command::Layer(LayerKind::Retry, false));
        let session = after(&[
            act(2, Command::Fault(Fault::Down)),
            switch,
            Action::Reset(Instant::from_secs(9)),
        ]);
        assert!(session.world.plan.actions.actions().is_empty());
        let off = &session.world.plan.scenario.dependencies[DATABASE].layers_off;
        assert_eq!(*off, [LayerKind::Retry]);
        assert_eq!(session.seek.1, Instant::ZERO);
    }

    #[test]
    fn a_step_pauses() {
        let session = after(&[Action::Step]);
        assert_eq!((session.playing, session.steps), (false, 1));
    }

    #[test]
    fn an_action_in_the_past_drops_the_future_and_pins_it() {
        let kill = Command::Fault(Fault::Down);
        let session = after(&[act(10, kill), act(20, Command::HealAll), act(5, kill)]);
        let actions = session.world.plan.actions.actions();
        assert_eq!(actions.len(), 1);
        assert_eq!(actions[0].at, Instant::from_secs(5));
        let Compare::Pinned(plan) = session.compare else { panic!("it is not pinned") };
        assert_eq!(plan.actions.actions().len(), 2);
    }

    #[test]
    fn every_change_can_be_undone_and_a_slider_is_one() {
        let start = Session::default();
        let set = |text: &str| one(0, "postgres.breaker.failures", text);
        let changes = [act(1, Command::HealAll), set("6"), set("7"), set("8"), Action::Seed(7)];
        let mut session = after(&changes);
        assert_eq!(session.history.len(), 3);
        for _ in 0..3 {
            assert!(session.can_undo());
            session = (*Rc::new(session).reduce(Action::Undo)).clone();
        }
        assert_eq!(session.world, start.world);
        assert!(!session.can_undo());
    }

    #[test]
    fn setting_a_value_back_leaves_nothing_to_undo() {
        let set = |text: &str| one(0, "postgres.breaker.cooldown", text);
        assert!(!after(&[set("3s"), set("10s")]).can_undo());
        let session = after(&[set("3s"), set("10s"), set("4s")]);
        assert_eq!(session.history.len(), 1);
    }

    #[test]
    fn a_change_without_effect_leaves_nothing_to_undo() {
        assert!(!after(&[Action::Seed(42)]).can_undo());
        assert!(!after(&[one(0, "postgres.breaker.cooldown", "never")]).can_undo());
    }

    #[test]
    fn a_setting_acts_from_its_moment_on_and_undo_takes_it_back() {
        let session = after(&[
            act(2, Command::Fault(Fault::Down)),
            one(5, "postgres.breaker.failures", "3"),
            one(5, "postgres.breaker.failures", "4"),
            one(9, "postgres.concurrency", "7"),
        ]);
        let plan = &session.world.plan;
        assert_eq!(plan.scenario, session.world.base, "the past stays");
        assert_eq!(
            session.link(None).write().split("actions=").nth(1),
            Some(
                "2s:postgres:down,5s:postgres:set:breaker.failures=4,9s:postgres:set:concurrency=7"
            )
        );
        let failures = |at| {
            let scenario = plan.scenario_at(Instant::from_secs(at));
            settings::get(&scenario, "postgres.breaker.failures")
        };
        assert_eq!([failures(4), failures(5)].map(Option::unwrap), ["off", "4"]);
        assert_eq!(session.history.len(), 3, "one drag is one change");
        let undone = Rc::new(session).reduce(Action::Undo).reduce(Action::Undo);
        assert_eq!(undone.world.plan.actions.actions().len(), 1);
    }

    #[test]
    fn what_a_running_world_cannot_change_starts_the_run_again_with_the_same_faults() {
        let session = after(&[
            act(2, Command::Fault(Fault::Down)),
            act(3, Command::Layer(LayerKind::Retry, false)),
            one(5, "postgres.breaker.failures", "3"),
            one(9, "postgres.layers", "timeout,retry,breaker"),
        ]);
        let Plan { scenario, actions, .. } = &session.world.plan;
        assert_eq!(actions.actions().len(), 1, "{actions:?}");
        assert_eq!(actions.actions()[0].command, Command::Fault(Fault::Down));
        assert_eq!(settings::get(&**scenario, "postgres.breaker.failures").as_deref(), Some("3"));
        assert_eq!(scenario.dependencies[DATABASE].layers_off, [LayerKind::Retry]);
        assert_eq!(session.seek, (1, Instant::ZERO));
        assert_eq!(after(&[Action::Seed(7)]).seek, (1, Instant::ZERO));
    }

    #[test]
    fn a_setting_in_the_past_drops_the_future_and_pins_it() {
        let session = after(&[
            act(10, Command::Fault(Fault::Down)),
            one(5, "postgres.breaker.failures", "3"),
        ]);
        assert_eq!(session.world.plan.actions.actions().len(), 1);
        let Compare::Pinned(plan) = session.compare else { panic!("it is not pinned") };
        assert_eq!(plan.actions.actions()[0].command, Command::Fault(Fault::Down));
    }

    #[test]
    fn the_selection_follows_trouble_until_the_user_chooses() {
        let shared = presets::find("shared-pool").expect("a preset");
        let (model, cache) = (Dependency::Model, Dependency::Cache);
        let preset = Action::Preset(shared);
        let followed = after(&[preset.clone(), Action::Trouble(model)]);
        assert_eq!(followed.on, model);
        let plain = after(std::slice::from_ref(&preset));
        assert_eq!(followed.link(None), plain.link(None), "the user has not chosen it");
        let chosen = after(&[preset.clone(), Action::Depend(cache), Action::Trouble(model)]);
        assert_eq!(chosen.on, cache);
        let stays = [preset, Action::Trouble(model), Action::Follow(false), Action::Trouble(cache)];
        assert_eq!(after(&stays).on, model);
    }

    #[test]
    fn the_selected_dependency_is_in_use() {
        let shared = presets::find("shared-pool").expect("a preset");
        let session = after(&[Action::Preset(shared), Action::Depend(Dependency::Model)]);
        assert_eq!(session.on, Dependency::Model);
        let session = after(&[
            Action::Preset(shared),
            Action::Depend(Dependency::Model),
            Action::Preset(&presets::ALL[0]),
        ]);
        assert_eq!(session.on, DATABASE);
    }
}
