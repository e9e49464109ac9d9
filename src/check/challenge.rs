//! A challenge: a world to be mended with few settings and few tries, judged on ten seeds.

use super::inputs::fields;
use super::judging::{Props, use_attempt, use_pair, use_report};
use super::picture::changed;
use super::plot::PlotView;
use super::seeds::{running, ten};
use super::session::{Action, Item};
use super::words::{address, back, clauses, goal, live, measured, open, pair, seed_of};
use crate::lesson::{Numbers, paragraph};
use fusebox_lab::lesson::{Attempted, Challenge, Changes, WorldLink};
use fusebox_lab::words::{plural, sentence};
use std::rc::Rc;
use yew::prelude::*;

#[component(ChallengeView)]
pub(super) fn challenge_view(props: &Props) -> Html {
    let Props { session, n, loaded, on_action } = props;
    let item = Item::Challenge(*n);
    let challenge = &session.lesson.challenges[*n];
    let attempted = session.attempted(item);
    let (seeds, verdict) = use_attempt(challenge, attempted.as_ref());
    use_report(session, item, verdict.clone(), on_action);
    let given = session.given(item).and_then(|given| given.verdict.clone());
    let verdict = verdict.or(given).filter(|_| attempted.is_some());
    let draft = use_state_eq(|| attempted.clone().unwrap_or_default().changes);
    let world = draft.world(&challenge.world).ok();
    let base = use_pair(Some(&challenge.world), None);
    let own = use_pair(world.as_ref().filter(|it| **it != challenge.world), None);
    let tries = attempted.as_ref().map_or(0, |it| it.tries);
    let is_won = verdict.as_ref().is_some_and(|it| it.is_right);
    let is_judging = attempted.is_some() && verdict.is_none() && seeds.failed.is_none();
    let is_over = is_won || (tries >= challenge.tries && !is_judging);
    let solved = use_pair(Some(&challenge.solution).filter(|_| is_over), None);
    let is_changed = world.as_ref().is_some_and(|it| *it != challenge.world);
    let shown = measured(&challenge.goal, pair(if is_changed { &own } else { &base }));
    let plot = pair(&base).map(|base| changed(base, pair(&own)));
    let count = session.lesson.challenges.len();
    let judge = judge_button(challenge, tries, is_judging || is_over, &draft, on_action);
    let said = verdict.as_ref().map(|it| match (it.is_right, it.off.as_str()) {
        (true, _) => "Passed on all ten seeds.".to_owned(),
        (false, off) => sentence(&format!("Not yet: {off}")),
    });
    html! {
        <article class="check__item panel" aria-labelledby="check-title">
            <p class="check__kind">{ format!("Challenge {} of {count}", n + 1) }</p>
            <h2 id="check-title" tabindex="-1">{ &challenge.title }</h2>
            { for challenge.briefing.iter().map(|it| html! { <p>{ paragraph(it, &base) }</p> }) }
            <section class="check__goal" aria-labelledby="check-goal">
                <h3 id="check-goal">{ "The goal, on ten seeds that you have not seen" }</h3>
                { goal(&challenge.goal, shown.as_deref()) }
            </section>
            if let Some(plot) = plot { <PlotView plot={Rc::new(plot)} /> } else { { running(true) } }
            <section class="check__bench" aria-label="Settings">
                <fieldset class="check__locked" disabled={is_judging}>
                    <legend>{ "Settings that you may change; all others are locked" }</legend>
                    { fields(&challenge.world, &challenge.change, &draft, &setter(&draft)) }
                </fieldset>
            </section>
            <p class="visually-hidden" role="status">{ said.clone().unwrap_or_default() }</p>
            if let Some(problem) = &seeds.failed {
                <p class="check__problem" role="alert">{ format!("This cannot be judged: {problem}.") }</p>
            }
            if attempted.is_some() {
                <div class="check__verdict">
                    if let Some(said) = said {
                        <p><b class={if is_won { "is-success" } else { "is-failure" }}>{ said }</b></p>
                    }
                    { ten(&seeds) }
                    { verdict.as_ref().map(|it| clauses(seed_of(it), &it.clauses)).unwrap_or_default() }
                </div>
            }
            { live(world.as_ref().unwrap_or(&challenge.world), None, *loaded) }
            if is_over { { debriefing(challenge, &solved) } }
            <div class="check__actions">
                { back(session.beside(false), on_action) }
                { open(world.as_ref().unwrap_or(&challenge.world), None) }
                if is_over {
                    <button class="button" type="button" onclick={on_action.reform(|_: MouseEvent| Action::Again)}>
                        { "Start again" }
                    </button>
                }
                { judge }
            </div>
        </article>
    }
}

fn setter(draft: &UseStateHandle<Changes>) -> Callback<Changes> {
    let draft = draft.setter();
    Callback::from(move |changes| draft.set(changes))
}

fn judge_button(
    challenge: &Challenge,
    tries: u32,
    is_off: bool,
    draft: &Changes,
    on: &Callback<Action>,
) -> Html {
    let left = u64::from(challenge.tries.saturating_sub(tries));
    let text = Attempted { tries: tries + 1, changes: draft.clone() }.write();
    let judge = on.reform(move |_: MouseEvent| Action::Answer(text.clone()));
    html! {
        <>
            <span class="check__hint">{ format!("{} left", plural(left, "try", "tries")) }</span>
            <button
                class="button button--copper" type="button" onclick={(!is_off).then_some(judge)}
                aria-disabled={is_off.then_some("true")}
            >
                { "Judge on ten seeds" }
            </button>
        </>
    }
}

fn debriefing(challenge: &Challenge, solved: &Numbers) -> Html {
    let solution: &WorldLink = &challenge.solution;
    html! {
        <section class="check__why">
            <div>
                <h3>{ &challenge.technique }</h3>
                { for challenge.debriefing.iter().map(|it| html! { <p>{ paragraph(it, solved) }</p> }) }
                <p><a class="check__try" href={address(solution, None)}>{ "Run a solution ›" }</a></p>
            </div>
        </section>
    }
}
