//! Words that several parts of the check have.

use super::session::{Action, Item};
use crate::lesson::{Loaded, Numbers, RunState, World};
use crate::playground::Panels;
use fusebox::time::Instant;
use fusebox_lab::lesson::{Ask, Verdict, WorldLink};
use fusebox_lab::link::Link;
use fusebox_lab::query::{Clause, Goal, Measured, Moment, Ran};
use fusebox_lab::words::length;
use yew::prelude::*;

/// A run after its end, and the run beside it.
#[derive(Clone, Copy)]
pub(super) struct Pair<'a> {
    pub(super) run: &'a Ran,
    pub(super) without: Option<&'a Ran>,
}

/// The runs, once both are over.
pub(super) fn pair(of: &Numbers) -> Option<Pair<'_>> {
    let is_there = matches!(of.without, RunState::Nothing) || of.without.over().is_some();
    let without = of.without.over().map(|it| &**it);
    of.world.over().filter(|_| is_there).map(|run| Pair { run, without })
}

/// What a question asks for, in a few words.
pub(super) const fn kind(ask: &Ask) -> &'static str {
    match ask {
        Ask::Choose(_) => "choose",
        Ask::Order(_) => "put in order",
        Ask::Predict(_) => "predict a number",
        Ask::Draw(_) => "draw a curve",
        Ask::Set(_) => "find the settings",
        Ask::Find(_) => "find the mistake",
    }
}

/// The comparisons of a goal in words, and once a run is over what it measured.
pub(super) fn goal(goal: &Goal, measured: Option<&[Measured]>) -> Html {
    let line = |(n, clause): (usize, &Clause)| {
        let measured = measured
            .and_then(|all| all.get(n))
            .map(|it| format!("{} in the run shown", it.words()));
        let wanted = (clause.subject(), clause.wanted());
        html! { <li><span aria-hidden="true">{ "•" }</span>{ wants(&wanted, measured) }</li> }
    };
    let lines = goal.clauses.iter().enumerate().map(line);
    html! {
        <>
            <ul class="check__clauses">{ for lines }</ul>
            if let Some(within) = goal.within {
                <p class="check__hint">{ format!("Each run lasts {}.", length(within)) }</p>
            }
        </>
    }
}

/// What the run shown makes of a goal; none if it is not over, or shorter or longer than the goal asks for.
pub(super) fn measured(goal: &Goal, pair: Option<Pair<'_>>) -> Option<Vec<Measured>> {
    let is_its_length = |run: &Ran| {
        let is_it = |within| run.lanes.iter().all(|lane| lane.end == Instant::ZERO + within);
        goal.within.is_none_or(is_it)
    };
    let run = pair.map(|pair| pair.run).filter(|run| is_its_length(run))?;
    Some(goal.judge(run, None).clauses)
}

/// The comparisons of a goal that were judged, and in which run.
pub(super) fn clauses(run: &str, clauses: &[Measured]) -> Html {
    if clauses.is_empty() {
        return html! {};
    }
    let line = |clause: &Measured| {
        let (class, mark, word) = if clause.holds {
            ("is-success", "✓", "holds")
        } else {
            ("is-failure", "✗", "does not hold")
        };
        let wanted = (clause.subject.clone(), clause.wanted.clone());
        html! {
            <li>
                <span {class} aria-hidden="true">{ mark }</span>
                <span class="visually-hidden">{ format!("{word}: ") }</span>
                { wants(&wanted, Some(format!("measured {}", clause.words()))) }
            </li>
        }
    };
    html! {
        <>
            <p class="check__hint">{ run }</p>
            <ul class="check__clauses">{ for clauses.iter().map(line) }</ul>
        </>
    }
}

/// Of which of ten seeds a verdict has the numbers.
pub(super) const fn seed_of(verdict: &Verdict) -> &'static str {
    if verdict.is_right { "On the first of them:" } else { "On the first that failed:" }
}

/// What is wanted of a number, and what it is.
fn wants((subject, wanted): &(String, String), is: Option<String>) -> Html {
    html! {
        <>
            <span>{ format!("{subject}: ") }<b>{ wanted }</b></span>
            if let Some(is) = is { <span class="check__is">{ is }</span> }
        </>
    }
}

/// The link of a world as the address of its view, at a moment of its run.
pub(super) fn address(world: &WorldLink, at: Option<(&Moment, Pair<'_>)>) -> String {
    let mut link = Link::read(&world.0).0;
    let at = at.and_then(|(moment, pair)| pair.run.moment(moment));
    match &mut link {
        Link::Playground(of) => of.at = at.or(of.at),
        Link::Herd(of) => of.at = at.or(of.at),
        _ => {}
    }
    format!("#{}", link.write())
}

/// A link that opens a world in its own view.
pub(super) fn open(world: &WorldLink, at: Option<(&Moment, Pair<'_>)>) -> Html {
    let title = Link::read(&world.0).0.view().title();
    html! { <a class="button" href={address(world, at)}>{ format!("Open in {title}") }</a> }
}

/// A button to the item before.
pub(super) fn back(before: Option<Item>, on: &Callback<Action>) -> Html {
    let button = |before: Item| {
        let onclick = on.reform(move |_: MouseEvent| Action::Show(before));
        html! {
            <button class="button" type="button" {onclick}>
                { "Back" }<kbd aria-hidden="true">{ "←" }</kbd>
            </button>
        }
    };
    before.map(button).unwrap_or_default()
}

/// A live world, at a moment of its run.
pub(super) fn live(world: &WorldLink, at: Option<Instant>, loaded: Loaded) -> Html {
    html! {
        <section class="world" aria-label="The world of this question">
            <World
                key={world.0.clone()} link={world.0.clone()} {at} {loaded} panels={Panels::default()} request={None}
                on_world={Callback::noop()} on_now={Callback::noop()}
            />
        </section>
    }
}
