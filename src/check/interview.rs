//! An open question: the learner thinks first, and then compares with a model answer that runs.

use super::judging::{Props, use_pair};
use super::picture::in_view;
use super::plot::PlotView;
use super::seeds::running;
use super::session::{Action, Item};
use super::words::{back, live, open, pair};
use crate::lesson::paragraph;
use std::rc::Rc;
use yew::prelude::*;

#[component(InterviewView)]
pub(super) fn interview_view(props: &Props) -> Html {
    let Props { session, n, loaded, on_action } = props;
    let item = Item::Interview(*n);
    let asked = &session.lesson.interview[*n];
    let numbers = use_pair(Some(&asked.world), asked.without.as_ref());
    let pair = pair(&numbers);
    let is_shown = session.given(item).is_some();
    let part = session.lesson.parts.iter().find(|part| part.id == asked.part);
    let part = part.map(|part| format!(", {}", part.title)).unwrap_or_default();
    let count = session.lesson.interview.len();
    let next = session.beside(true);
    let act = on_action.reform(move |_: MouseEvent| match next {
        Some(next) if is_shown => Action::Show(next),
        _ => Action::Answer("1".to_owned()),
    });
    html! {
        <article class="check__item panel" aria-labelledby="check-title">
            <p class="check__kind">{ format!("Interview question {} of {count}{part}", n + 1) }</p>
            <h2 id="check-title" tabindex="-1">{ paragraph(&asked.title, &numbers) }</h2>
            <label class="check__notes">
                <span>{ "Answer it yourself first. Your notes stay on this page and are not stored." }</span>
                <textarea class="input" rows="4" maxlength="4000" />
            </label>
            if is_shown {
                <div class="check__why">
                    <section>
                        <h3>{ "A model answer" }</h3>
                        { for asked.answer.iter().map(|it| html! { <p>{ paragraph(it, &numbers) }</p> }) }
                    </section>
                    if !asked.points.is_empty() {
                        <section>
                            <h3>{ "A strong answer has" }</h3>
                            <ul class="check__points">
                                { for asked.points.iter().map(|it| html! {
                                    <li><label><input type="checkbox" /><span>{ paragraph(it, &numbers) }</span></label></li>
                                }) }
                            </ul>
                        </section>
                    }
                </div>
                if let Some(pair) = pair {
                    <PlotView plot={Rc::new(in_view(&asked.focus, pair))} />
                    { live(&asked.world, asked.at.as_ref().and_then(|at| pair.run.moment(at)), *loaded) }
                } else {
                    { running(true) }
                }
            }
            <div class="check__actions">
                { back(session.beside(false), on_action) }
                if is_shown { { open(&asked.world, asked.at.as_ref().zip(pair)) } }
                <button class="button button--copper" type="button" onclick={act}>
                    { if is_shown { "Next" } else { "Show the model answer" } }
                </button>
            </div>
        </article>
    }
}
