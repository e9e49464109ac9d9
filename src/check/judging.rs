//! The verdicts on answers: from one run on the page, or from ten seeds in the worker pool.

use super::seeds::{Seeds, use_seeds};
use super::session::{Action, Item, Session};
use super::words::pair;
use crate::lesson::{Loaded, Numbers, RunState, use_run};
use fusebox_lab::lesson::{
    Answer, Ask, Attempted, Challenge, Question, Verdict, WorldLink, jobs, over_seeds,
};
use std::rc::Rc;
use yew::prelude::*;

/// The runs of a question, and the verdict on its answer.
pub(super) struct Judging {
    /// The run of the question.
    pub(super) base: Numbers,
    /// The run of the world that the answer makes; none if it is that of the question.
    pub(super) own: Numbers,
    pub(super) seeds: Seeds,
    pub(super) verdict: Option<Rc<Verdict>>,
    /// Why there is no verdict.
    pub(super) problem: Option<String>,
}

impl Judging {
    fn judge(&mut self, question: &Question, answer: Option<&Answer>, world: &WorldLink) {
        let Some(answer) = answer else { return };
        if let Ask::Set(ask) = &question.ask {
            self.verdict = self.seeds.all().map(|all| Rc::new(ask.judge(world, &all)));
            return;
        }
        let found = if question.world == *world { &self.base } else { &self.own };
        if let Some(pair) = pair(found) {
            let verdict = question.judge(answer, pair.run, pair.without);
            self.verdict = verdict.map(Rc::new);
            if self.verdict.is_none() {
                self.problem = Some("the run does not have what is asked for".to_owned());
            }
        }
    }
}

/// Runs a world and the world beside it.
#[hook]
pub(super) fn use_pair(world: Option<&WorldLink>, without: Option<&WorldLink>) -> Numbers {
    let world = use_run(world.map(|link| &*link.0), None);
    let without = use_run(without.map(|link| &*link.0), None);
    Numbers { world, without, on_seek: None }
}

/// Why a run has no end.
pub(super) fn why_not(of: &Numbers) -> Option<String> {
    [&of.world, &of.without].into_iter().find_map(|state| match state {
        RunState::Failed(why) => Some(why.to_string()),
        _ => None,
    })
}

/// Runs the experiments of a question, and judges the answer if there is one.
#[hook]
pub(super) fn use_judging(question: &Question, answer: Option<&Answer>) -> Judging {
    let (world, problem) = match question.world_of(answer) {
        Ok(world) => (world, None),
        Err(problem) => (question.world.clone(), Some(problem.to_string())),
    };
    let base = use_pair(Some(&question.world), question.without.as_ref());
    let own = use_pair(Some(&world).filter(|it| **it != question.world), None);
    let seeds = use_seeds(match (&question.ask, answer, &problem) {
        (Ask::Set(ask), Some(_), None) => jobs(&world, &ask.goal, &question.id),
        _ => Vec::new(),
    });
    let failed = [&base, &own].into_iter().find_map(why_not);
    let problem = problem.or(failed).or_else(|| seeds.failed.clone());
    let mut judging = Judging { base, own, seeds, verdict: None, problem };
    judging.judge(question, answer, &world);
    judging
}

/// Judges a challenge as it was tried.
#[hook]
pub(super) fn use_attempt(
    challenge: &Challenge,
    attempted: Option<&Attempted>,
) -> (Seeds, Option<Rc<Verdict>>) {
    let world = attempted.and_then(|it| it.changes.world(&challenge.world).ok());
    let seeds = use_seeds(
        world.map(|world| jobs(&world, &challenge.goal, &challenge.id)).unwrap_or_default(),
    );
    let verdict = seeds.all().map(|all| Rc::new(over_seeds(&all)));
    (seeds, verdict)
}

/// Reports a verdict once it is there.
#[hook]
pub(super) fn use_report(
    session: &Session,
    item: Item,
    verdict: Option<Rc<Verdict>>,
    on: &Callback<Action>,
) {
    let given = session.given(item);
    let text = given.filter(|given| given.verdict.is_none()).map(|given| given.text.clone());
    let on = on.clone();
    use_effect_with((item, text, verdict), move |(item, text, verdict)| {
        if let (Some(text), Some(verdict)) = (text, verdict) {
            on.emit(Action::Judged(*item, text.clone(), verdict.clone()));
        }
    });
}

/// The inputs of what shows or judges an item.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    pub(super) session: Session,
    /// The number of the item among those of its kind, all of which exist.
    pub(super) n: usize,
    /// The code of other parts of the page, which shows worlds.
    pub(super) loaded: Loaded,
    pub(super) on_action: Callback<Action>,
}

/// Judges the answer to a question that is not shown.
#[component(SilentQuestion)]
pub(super) fn silent_question(Props { session, n, on_action, .. }: &Props) -> Html {
    let item = Item::Question(*n);
    let judging = use_judging(&session.lesson.questions[*n], session.answer(item).as_ref());
    let verdict = judging.verdict.or_else(|| judging.problem.as_deref().map(without_run));
    use_report(session, item, verdict, on_action);
    html! {}
}

/// The verdict where there is no run to judge by, so that the answers after it are judged all the same.
fn without_run(problem: &str) -> Rc<Verdict> {
    Rc::new(Verdict { off: format!("it cannot be judged: {problem}"), ..Verdict::default() })
}

/// Judges a challenge that is not shown.
#[component(SilentChallenge)]
pub(super) fn silent_challenge(Props { session, n, on_action, .. }: &Props) -> Html {
    let item = Item::Challenge(*n);
    let attempted = session.attempted(item);
    let (seeds, verdict) = use_attempt(&session.lesson.challenges[*n], attempted.as_ref());
    let verdict = verdict.or_else(|| seeds.failed.as_deref().map(without_run));
    use_report(session, item, verdict, on_action);
    html! {}
}
