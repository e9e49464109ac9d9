//! The user's choices in the Herd: an immutable value, and the changes that produce the next one.

use crate::history::History;
use fusebox::time::Instant;
use fusebox_lab::herd::{Comparison, HerdPreset, LANES_MAX, PRESETS, Setup, Strategy};
use fusebox_lab::job::LaneJob;
use fusebox_lab::link::{self, Experiments, Link};
use fusebox_lab::settings;
use fusebox_lab::sweep::SweepForm;
use fusebox_lab::words::list;
use std::rc::Rc;

/// The comparison with the preset that it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Chosen {
    pub(super) preset: &'static HerdPreset,
    pub(super) comparison: Rc<Comparison>,
    pub(super) seed: u64,
    /// The identity of each lane, which it keeps when lanes around it come and go.
    pub(super) ids: Vec<u32>,
}

/// The comparison, the open experiments, and the history for undo.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Session {
    pub(super) chosen: Chosen,
    /// The open experiments; undo neither opens nor closes them.
    pub(super) experiments: Experiments,
    history: History<Chosen>,
    /// What a change did beyond what it was meant for.
    pub(super) notice: Option<String>,
}

/// A change of the comparison or the experiments; lanes are counted from 0, but for one that is removed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Change {
    Preset(&'static HerdPreset),
    /// Sets a setting by its key (`herd.clients`, `lanes.0.retry.base`, `lanes.0.name`) to a value as
    /// text.
    Set(String, String),
    /// Gives a lane another form of strategy, by its name.
    Form(usize, String),
    Add,
    Duplicate(usize),
    /// Removes the lane with this identity, so that a second press does not remove the next one.
    Remove(u32),
    Seed(u64),
    /// Opens a run as a lane: its setup for all lanes, and its strategy as a further lane, or as the
    /// last one if there are eight.
    Open(Box<(Setup, Strategy)>),
    /// Starts a prediction, or closes it.
    Prediction(bool),
    /// The options of the replications, if they are open.
    Bands(Option<link::Bands>),
    /// The form of the sweep, if it is open.
    Sweep(Option<Box<SweepForm>>),
    Undo,
}

impl Default for Session {
    fn default() -> Self {
        Self::of(&link::Herd::default())
    }
}

impl Session {
    /// The session of a link.
    pub(super) fn of(link: &link::Herd) -> Self {
        let link::Herd { preset, comparison, seed, experiments, .. } = link.clone();
        let ids = (0..).take(comparison.lanes.len()).collect();
        let chosen = Chosen { preset, comparison: Rc::new(comparison), seed, ids };
        Self { chosen, experiments, history: History::default(), notice: None }
    }

    /// The link to this session, at a moment or at the default one.
    pub(super) fn link(&self, at: Option<Instant>) -> Link {
        link::Herd { at, experiments: self.experiments.clone(), ..self.herd() }.into()
    }

    /// The comparison as a link or a document states it.
    pub(super) fn herd(&self) -> link::Herd {
        let Chosen { preset, comparison, seed, .. } = &self.chosen;
        let comparison = (**comparison).clone();
        link::Herd { comparison, seed: *seed, ..link::Herd::of(preset) }
    }

    pub(super) fn can_undo(&self) -> bool {
        self.history.can_undo()
    }

    /// The comparison of the preset.
    pub(super) fn base(&self) -> Comparison {
        (self.chosen.preset.comparison)()
    }

    /// Applies a change; an invalid change has no effect.
    pub(super) fn change(&mut self, change: Change) {
        let experiments = &mut self.experiments;
        match change {
            Change::Prediction(is_open) => experiments.prediction = is_open,
            Change::Bands(bands) => experiments.bands = bands,
            Change::Sweep(sweep) => experiments.sweep = sweep.map(|sweep| *sweep),
            Change::Undo => {
                if let Some(before) = self.history.undo() {
                    self.turn_to(before);
                }
            }
            Change::Open(_) => {
                // The opened lane is a cell of the sweep, so the sweep stays as it is.
                let (sweep, before) = (experiments.sweep.clone(), self.chosen.comparison.setup);
                self.change_chosen(change);
                self.experiments.sweep = sweep;
                self.notice = notice(&before, &self.chosen.comparison.setup);
            }
            change => self.change_chosen(change),
        }
    }

    fn change_chosen(&mut self, change: Change) {
        let setting = if let Change::Set(key, _) = &change { Some(key.clone()) } else { None };
        let mut next = self.chosen.clone();
        next.change(change);
        if next != self.chosen && next.comparison.check().is_ok() {
            let before = self.turn_to(next);
            self.history.record(before, &self.chosen, setting);
        }
    }

    /// Replaces the comparison, which ends the prediction; returns the one before.
    fn turn_to(&mut self, next: Chosen) -> Chosen {
        let before = std::mem::replace(&mut self.chosen, next);
        self.notice = None;
        let Chosen { preset, comparison, .. } = &self.chosen;
        self.experiments.prediction = false;
        let sweep = self.experiments.sweep.as_mut().filter(|form| form.start.is_none());
        if let Some(form) = sweep.filter(|_| comparison.setup != before.comparison.setup) {
            (form.preset, form.setup) = (preset, comparison.setup);
            form.fit();
        }
        before
    }
}

/// The strategy without its name, which does not affect the run.
pub(super) fn unnamed(strategy: &Strategy) -> Strategy {
    Strategy { name: None, ..strategy.clone() }
}

impl Chosen {
    /// The jobs of the lanes in their order.
    pub(super) fn jobs(&self) -> Vec<LaneJob> {
        let Comparison { setup, lanes } = &*self.comparison;
        let job = |it| LaneJob { setup: *setup, strategy: unnamed(it), seed: self.seed };
        lanes.iter().map(job).collect()
    }

    /// The preset's strategy that the settings of a lane are compared with, if there is one.
    pub(super) fn base(&self, lane: usize) -> Option<Strategy> {
        let base = (self.preset.comparison)().lanes.get(lane).cloned();
        base.filter(|base| base.word() == self.comparison.lanes[lane].word())
    }

    fn change(&mut self, change: Change) {
        let comparison = Rc::make_mut(&mut self.comparison);
        let lanes = &mut comparison.lanes;
        let count = lanes.len();
        let new = self.ids.iter().max().map_or(0, |id| id + 1);
        match change {
            Change::Preset(preset) => {
                self.preset = preset;
                self.comparison = Rc::new((preset.comparison)());
                self.ids = (new..).take(self.comparison.lanes.len()).collect();
            }
            // The form shows why a value is invalid.
            Change::Set(key, text) => drop(comparison.set(&key, &text)),
            Change::Form(n, word) => {
                if let (Some(lane), Some(form)) = (lanes.get_mut(n), Strategy::of(&word)) {
                    lane.turn_into(&form);
                }
            }
            Change::Add if count < LANES_MAX => {
                lanes.push(unused(lanes));
                self.ids.push(new);
            }
            Change::Duplicate(n) if n < count && count < LANES_MAX => {
                lanes.insert(n + 1, lanes[n].clone());
                self.ids.insert(n + 1, new);
            }
            Change::Remove(id) if count > 1 => {
                if let Some(n) = self.ids.iter().position(|it| *it == id) {
                    lanes.remove(n);
                    self.ids.remove(n);
                }
            }
            Change::Seed(seed) => self.seed = seed,
            Change::Open(run) => {
                let (setup, strategy) = *run;
                lanes.truncate(LANES_MAX - 1);
                lanes.push(strategy);
                self.ids.truncate(LANES_MAX - 1);
                self.ids.push(new);
                comparison.setup = setup;
            }
            // Too many or too few lanes, or a change that is not of the comparison.
            _ => {}
        }
    }
}

/// The settings of all lanes that a run has brought with it, in a sentence; none if it brought none.
fn notice(before: &Setup, now: &Setup) -> Option<String> {
    let differences = settings::differences(before, now);
    let changes: Vec<_> = differences
        .iter()
        .map(|it| {
            let from = it.from.as_deref().unwrap_or("off");
            format!("{} from {from} to {}", it.spec.label.to_ascii_lowercase(), it.to)
        })
        .collect();
    let all = if changes.len() == 1 { "this setting" } else { "these settings" };
    (!changes.is_empty())
        .then(|| format!("The opened run also changed {all} of all lanes: {}.", list(&changes)))
}

/// The first form that no lane has.
fn unused(lanes: &[Strategy]) -> Strategy {
    let forms = fusebox_lab::herd::FORMS.iter().filter_map(|(word, _)| Strategy::of(word));
    let mut unused = forms.filter(|form| lanes.iter().all(|lane| lane.word() != form.word()));
    unused.next().unwrap_or_default()
}

/// The preset with this index in the list.
pub(super) fn preset_at(index: Option<usize>) -> &'static HerdPreset {
    index.and_then(|n| PRESETS.get(n)).unwrap_or(&PRESETS[0])
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox_lab::herd::{Measure, find};

    fn after(changes: &[Change]) -> Session {
        let mut session = four();
        for change in changes {
            session.change(change.clone());
        }
        session
    }

    /// The four lanes of this preset; the default has two.
    fn four() -> Session {
        Session::of(&link::Herd::of(find("two-seconds").unwrap()))
    }

    fn words(session: &Session) -> Vec<String> {
        session.chosen.comparison.lanes.iter().map(Strategy::word).collect()
    }

    fn set(text: &str) -> Change {
        Change::Set("herd.clients".to_owned(), text.to_owned())
    }

    #[test]
    fn lanes_come_and_go_between_one_and_eight() {
        let session = after(&vec![Change::Add; 20]);
        assert_eq!(words(&session).len(), LANES_MAX);
        assert_eq!(words(&session)[4..6], ["none", "fixed"]);
        let session = after(&(0..20).map(Change::Remove).collect::<Vec<_>>());
        assert_eq!(words(&session), ["full-budget-shared"]);
        let session = after(&[Change::Remove(1), Change::Remove(1), Change::Duplicate(1)]);
        assert_eq!(words(&session), ["immediate", "full", "full", "full-budget-shared"]);
        assert_eq!(session.chosen.ids, [0, 2, 4, 3]);
        let session = after(&[Change::Duplicate(1), Change::Form(1, "equal-breaker".to_owned())]);
        assert_eq!(words(&session)[..3], ["immediate", "equal-breaker", "exponential"]);
    }

    #[test]
    fn a_run_is_opened_as_the_last_lane_and_its_setup_is_that_of_all() {
        let setup = Setup { clients: 321, ..Setup::default() };
        let open = Change::Open(Box::new((setup, Strategy::of("equal-breaker").unwrap())));
        let mut session = after(std::slice::from_ref(&open));
        assert_eq!(words(&session)[3..], ["full-budget-shared", "equal-breaker"]);
        assert_eq!(session.chosen.comparison.setup, setup);
        assert_eq!(
            session.notice.as_deref(),
            Some(
                "The opened run also changed this setting of all lanes: clients from 1000 to 321."
            )
        );
        session.change(Change::Undo);
        assert_eq!((&session.chosen, &session.notice), (&four().chosen, &None));
        let session = after(&[vec![Change::Add; 20], vec![open]].concat());
        assert_eq!(words(&session).len(), LANES_MAX);
        assert_eq!(words(&session)[LANES_MAX - 1], "equal-breaker");
    }

    #[test]
    fn a_slider_is_one_change_and_all_can_be_undone() {
        let mut session = after(&[set("2000"), set("3000"), set("4000"), Change::Seed(3)]);
        assert_eq!(session.chosen.comparison.setup.clients, 4_000);
        assert_eq!(session.history.len(), 2);
        session.change(Change::Undo);
        session.change(Change::Undo);
        assert_eq!(session.chosen, four().chosen);
        assert!(!session.can_undo());
    }

    #[test]
    fn an_experiment_is_in_the_link_and_no_change_that_can_be_undone() {
        let Session { chosen, .. } = four();
        let sweep = SweepForm::of_lanes(chosen.preset, &chosen.comparison);
        let sweep = SweepForm { measure: Measure::find("peak_after_repair").unwrap(), ..sweep };
        let bands = link::Bands { seeds: 50, ..link::Bands::default() };
        let mut session = after(&[
            set("2000"),
            Change::Sweep(Some(Box::new(sweep))),
            Change::Bands(Some(bands)),
            Change::Prediction(true),
        ]);
        let text = "herd?preset=two-seconds&clients=2000&prediction=on&bands=50&sweep=lanes&\
                    sweep.measure=peak_after_repair";
        assert_eq!(session.link(None).write(), text);
        session.change(Change::Undo);
        session.change(Change::Sweep(None));
        session.change(Change::Prediction(false));
        assert_eq!(session.link(None).write(), "herd?preset=two-seconds&bands=50");
        let at = session.link(Some(Instant::from_secs(7))).write();
        assert_eq!(at, "herd?preset=two-seconds&at=7s&bands=50");
        let Link::Herd(link) = session.link(None) else { panic!() };
        assert_eq!(Session::of(&link).experiments.bands, Some(bands));
    }

    #[test]
    fn a_sweep_of_the_lanes_follows_their_setup_but_for_a_cell_that_is_opened() {
        let Session { chosen, .. } = four();
        let form = SweepForm::of_lanes(chosen.preset, &chosen.comparison);
        let mut session = after(&[Change::Sweep(Some(Box::new(form.clone()))), set("2000")]);
        let clients = |session: &Session| session.experiments.sweep.as_ref().unwrap().setup.clients;
        assert_eq!(clients(&session), 2_000);
        let setup = Setup { clients: 321, ..form.setup };
        session.change(Change::Open(Box::new((setup, Strategy::default()))));
        assert_eq!((session.chosen.comparison.setup, clients(&session)), (setup, 2_000));
        session.change(Change::Preset(&PRESETS[3]));
        let sweep = session.experiments.sweep.as_ref().unwrap();
        assert_eq!((sweep.preset, sweep.setup), (&PRESETS[3], session.chosen.comparison.setup));
    }

    #[test]
    fn a_prediction_ends_when_the_lanes_change() {
        let mut session = after(&[Change::Prediction(true)]);
        assert!(session.experiments.prediction);
        session.change(Change::Add);
        assert!(!session.experiments.prediction);
    }

    #[test]
    fn an_invalid_change_has_no_effect() {
        assert!(!after(&[set("3"), Change::Form(9, "full".to_owned()), set("1000")]).can_undo());
    }

    #[test]
    fn another_form_keeps_the_name_and_the_numbers_that_both_have() {
        let change = |key: &str, text: &str| Change::Set(key.to_owned(), text.to_owned());
        let session = after(&[
            change("lanes.1.name", "Ours"),
            change("lanes.1.retry.base", "500ms"),
            Change::Form(1, "full".to_owned()),
        ]);
        let lane = &session.chosen.comparison.lanes[1];
        assert_eq!(lane.title(), "Ours");
        assert_eq!(lane.word(), "full");
        assert_eq!(lane.retry.backoff.base, fusebox::time::Duration::from_millis(500));
    }
}
