//! One question: what is asked, the answer, and the experiment that decides.

use super::inputs::{self, OnDraft};
use super::judging::{Judging, Props, use_judging, use_report};
use super::picture::{Picture, in_plot, picture};
use super::plot::{Guess, PlotView};
use super::seeds::{running, ten};
use super::session::{Action, Item};
use super::words::{Pair, address, back, clauses, goal, kind, live, measured, open, pair, seed_of};
use crate::lesson::{Loaded, paragraph};
use fusebox_lab::lesson::{Answer, Ask, CURVE_POINTS, Changes, Part, Prose, Question, Verdict};
use fusebox_lab::words::sentence;
use std::rc::Rc;
use yew::prelude::*;

/// The answer with which a question begins; none if the learner has to choose one.
fn first(question: &Question, pair: Option<Pair<'_>>) -> Option<Answer> {
    match &question.ask {
        Ask::Choose(_) | Ask::Find(_) => None,
        Ask::Set(_) => Some(Answer::Set(Changes::default())),
        Ask::Order(ask) => {
            // The later half comes first, so that no moment is in its place.
            let mut order: Vec<usize> = (0..ask.items.len()).collect();
            order.rotate_left(ask.items.len() / 2);
            Some(Answer::Order(order))
        }
        Ask::Predict(ask) => {
            let [from, to] = [&ask.from, &ask.to].map(|it| it.literal().unwrap_or_default());
            Some(Answer::Predict(f64::midpoint(from, to)))
        }
        Ask::Draw(ask) => {
            let curve = ask.curve(pair?.run)?;
            Some(Answer::Draw(vec![curve[0].1; CURVE_POINTS]))
        }
    }
}

#[component(QuestionView)]
pub(super) fn question_view(props: &Props) -> Html {
    let Props { session, n, loaded, on_action } = props;
    let item = Item::Question(*n);
    let question = &session.lesson.questions[*n];
    let answer = session.answer(item);
    let judging = use_judging(question, answer.as_ref());
    use_report(session, item, judging.verdict.clone(), on_action);
    let given = session.given(item).and_then(|given| given.verdict.clone());
    let verdict = judging.verdict.clone().or(given).filter(|_| answer.is_some());
    let base = pair(&judging.base);
    let draft = use_state(|| None::<Answer>);
    let now = answer.clone().or_else(|| (*draft).clone());
    let now = now.or_else(|| first(question, base));
    let on_draft = {
        let draft = draft.setter();
        Callback::from(move |answer| draft.set(Some(answer)))
    };
    let view = View {
        question,
        judging: &judging,
        base,
        now: now.as_ref(),
        is_answered: answer.is_some(),
        verdict: verdict.as_deref(),
        on_draft: &on_draft,
    };
    let again = {
        let (draft, on_action) = (draft.setter(), on_action.clone());
        Callback::from(move |_: MouseEvent| {
            draft.set(answer.clone());
            on_action.emit(Action::Again);
        })
    };
    let part = session.lesson.parts.iter().find(|part| part.id == question.part);
    let count = session.lesson.questions.len();
    html! {
        <article class="check__item panel" aria-labelledby="check-title">
            { head(&format!("Question {} of {count}", n + 1), part, kind(&question.ask)) }
            <h2 id="check-title" tabindex="-1">{ paragraph(&question.title, &judging.base) }</h2>
            <div class={classes!("check__said", question_class(&question.ask))}>
                { view.input() }
                { view.outcome() }
            </div>
            <p class="visually-hidden" role="status">{ view.announced() }</p>
            if let Some(problem) = &judging.problem {
                <p class="check__problem" role="alert">{ format!("This cannot be judged: {problem}.") }</p>
            }
            { view.plot() }
            { view.why() }
            { view.live(*loaded) }
            { view.actions([session.beside(false), session.beside(true)], on_action, again) }
        </article>
    }
}

/// The class of a question whose verdict is beside its numbers.
fn question_class(ask: &Ask) -> Option<&'static str> {
    matches!(ask, Ask::Predict(_)).then_some("is-beside")
}

/// The line above a title.
fn head(number: &str, part: Option<&Part>, kind: &str) -> Html {
    let part = part.map(|part| format!(", {}", part.title)).unwrap_or_default();
    html! { <p class="check__kind">{ format!("{number}{part}: {kind}") }</p> }
}

struct View<'a> {
    question: &'a Question,
    judging: &'a Judging,
    base: Option<Pair<'a>>,
    /// The answer, or its draft.
    now: Option<&'a Answer>,
    is_answered: bool,
    verdict: Option<&'a Verdict>,
    on_draft: &'a OnDraft,
}

impl View<'_> {
    fn input(&self) -> Html {
        let (judged, on) = (self.is_answered, self.on_draft);
        match (&self.question.ask, self.now) {
            (Ask::Choose(ask), now) => {
                let chosen = if let Some(Answer::Choose(n)) = now { Some(*n) } else { None };
                inputs::choose(ask, chosen, judged, &self.judging.base, on)
            }
            (Ask::Find(ask), now) => {
                let chosen = if let Some(Answer::Find(n)) = now { Some(*n) } else { None };
                inputs::find(ask, &self.question.world, chosen, judged, on)
            }
            (Ask::Order(ask), Some(Answer::Order(order))) => match (judged, self.base) {
                (true, Some(pair)) => inputs::ordered(ask, order, pair),
                _ => inputs::order(ask, order, &self.judging.base, on),
            },
            (Ask::Predict(ask), Some(Answer::Predict(number))) => self.predicted(ask, *number),
            (Ask::Set(ask), Some(Answer::Set(changes))) => html! {
                <>
                    <section class="check__goal" aria-labelledby="check-goal">
                        <h3 id="check-goal">{ "The goal, on ten seeds" }</h3>
                        { goal(&ask.goal, measured(&ask.goal, self.base.filter(|_| !judged)).as_deref()) }
                    </section>
                    <fieldset class="check__locked" disabled={judged}>
                        <legend class="visually-hidden">{ "Settings" }</legend>
                        { inputs::fields(&self.question.world, &ask.change, changes, &on.reform(Answer::Set)) }
                    </fieldset>
                </>
            },
            (Ask::Draw(_), _) if !judged => html! {
                <p class="check__hint">
                    { "Drag the points to where you expect the curve, or move them with the arrow keys." }
                </p>
            },
            _ => html! {},
        }
    }

    /// The prediction, and beside it what the run says.
    fn predicted(&self, ask: &fusebox_lab::lesson::Predict, number: f64) -> Html {
        let unit = ask.query.unit();
        if !self.is_answered {
            return html! {
                <div class="check__boxes">
                    <div class="check__box is-guess">{ inputs::predict(ask, number, self.on_draft) }</div>
                    if !in_plot(ask) { { inputs::scale(ask, number, self.on_draft) } }
                </div>
            };
        }
        let found = self.base.and_then(|it| it.run.number(&ask.query, it.without));
        let tolerance = found.and_then(|found| ask.tolerance_of(found));
        html! {
            <div class="check__boxes">
                <div class="check__box is-guess">
                    <span>{ "You predicted" }</span>
                    <b>{ unit.text(number) }</b>
                </div>
                if let (Some(found), Some(tolerance)) = (found, tolerance) {
                    <div class="check__box">
                        <span>{ "The run says" }</span>
                        <b>{ unit.text(found) }</b>
                        <span>{ format!("right within ± {}", unit.text(tolerance)) }</span>
                    </div>
                    if !in_plot(ask) { { inputs::bars(ask, number, found) } }
                }
            </div>
        }
    }

    /// The verdict in a few words.
    fn said(&self) -> Option<(bool, String)> {
        let verdict = self.verdict?;
        let off = if verdict.off.is_empty() { String::new() } else { format!(": {}", verdict.off) };
        let text = if verdict.is_right { "Right".to_owned() } else { format!("Not yet{off}") };
        Some((verdict.is_right, sentence(&text)))
    }

    fn announced(&self) -> String {
        match (self.said(), self.is_answered, &self.judging.problem) {
            (Some((_, text)), ..) => text,
            (None, true, None) => "The experiment runs.".to_owned(),
            _ => String::new(),
        }
    }

    fn outcome(&self) -> Html {
        if !self.is_answered {
            return html! {};
        }
        let seeds = if self.judging.seeds.found.is_empty() {
            html! {}
        } else {
            ten(&self.judging.seeds)
        };
        let Some((is_right, text)) = self.said() else {
            return html! { <>{ seeds }{ running(self.judging.problem.is_none()) }</> };
        };
        let (class, mark) = if is_right { ("is-success", "✓") } else { ("is-failure", "✗") };
        let run = |verdict| match self.question.ask {
            Ask::Find(_) => "With this setting changed:",
            _ => seed_of(verdict),
        };
        let verdict = self.verdict.map(|it| clauses(run(it), &it.clauses)).unwrap_or_default();
        html! {
            <div class="check__verdict">
                <p><b {class}>{ mark }{ " " }{ text }</b></p>
                { seeds }
                { verdict }
            </div>
        }
    }

    fn plot(&self) -> Html {
        let own = pair(&self.judging.own);
        let is_shown = self.verdict.is_some();
        let Some(base) = self.base else { return running(self.judging.problem.is_none()) };
        let wanted = Picture { question: self.question, base, own, now: self.now, is_shown };
        let Some(plot) = picture(&wanted) else { return html! {} };
        let on_guess = (!self.is_answered).then(|| {
            self.on_draft.reform(|guess| match guess {
                Guess::Moment(number) | Guess::Level(number) => Answer::Predict(number),
                Guess::Curve(numbers) => Answer::Draw(numbers),
            })
        });
        html! { <PlotView plot={Rc::new(plot)} {on_guess} /> }
    }

    /// The world itself, where the answer is what happens in it.
    fn live(&self, loaded: Loaded) -> Html {
        let is_story = matches!(self.question.ask, Ask::Choose(_) | Ask::Order(_));
        let Some(pair) = self.base.filter(|_| is_story && self.verdict.is_some()) else {
            return html! {};
        };
        let at = self.question.at.as_ref().and_then(|at| pair.run.moment(at));
        live(&self.question.world, at, loaded)
    }

    /// The explanation, and what would have to be true of a wrong answer.
    fn why(&self) -> Html {
        let Some(verdict) = self.verdict else { return html! {} };
        let base = &self.judging.base;
        let why = self.question.why.iter().map(|text| html! { <p>{ paragraph(text, base) }</p> });
        let said = |text: &Prose| html! { <p>{ paragraph(text, base) }</p> };
        let of_right = self.question.ask.why_right().map(said);
        let if_true = verdict.why.as_ref().filter(|_| !verdict.is_right).map(said);
        let world = verdict.world.as_ref();
        let (wrong, solution) = match &self.question.ask {
            Ask::Find(_) => ("Why it is not that one", None),
            Ask::Set(ask) => ("Why it does not hold", Some(&ask.solution)),
            _ => ("What would have to be true", None),
        };
        html! {
            <div class="check__why">
                <section>
                    <h3>{ "Why" }</h3>
                    { of_right.unwrap_or_default() }
                    { for why }
                    if let Some(solution) = solution {
                        <p><a class="check__try" href={address(solution, None)}>{ "Run a solution ›" }</a></p>
                    }
                </section>
                if if_true.is_some() || world.is_some() {
                    <section>
                        <h3>{ wrong }</h3>
                        { if_true.unwrap_or_default() }
                        if let Some(world) = world {
                            <p><a class="check__try" href={address(world, None)}>{ "Run that world ›" }</a></p>
                        }
                    </section>
                }
            </div>
        }
    }

    fn actions(
        &self,
        [before, next]: [Option<Item>; 2],
        on: &Callback<Action>,
        again: Callback<MouseEvent>,
    ) -> Html {
        let text = self.now.map(Answer::write);
        // The same button goes on, so that it keeps the focus.
        let (label, is_off) = match (self.is_answered, next) {
            (false, _) => ("Answer", text.is_none()),
            (true, Some(_)) => ("Next", false),
            (true, None) => ("Next", true),
        };
        let is_answered = self.is_answered;
        let act = on.reform(move |_: MouseEvent| match (is_answered, &text, next) {
            (false, Some(text), _) => Action::Answer(text.clone()),
            (true, _, Some(next)) => Action::Show(next),
            _ => Action::Again,
        });
        let onclick = (!is_off).then_some(act);
        let at = self.question.at.as_ref().zip(self.base);
        html! {
            <div class="check__actions">
                { back(before, on) }
                if is_answered {
                    { open(&self.question.world, at) }
                    <button class="button" type="button" onclick={again}>{ "Answer again" }</button>
                }
                <button
                    class="button button--copper" type="button" {onclick}
                    aria-disabled={is_off.then_some("true")}
                >
                    { label }
                    if is_answered { <kbd aria-hidden="true">{ "→" }</kbd> }
                </button>
            </div>
        }
    }
}
