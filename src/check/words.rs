//! Words that several parts of the check have.

use super::session::{Action, Item};
use crate::lesson::{Loaded, Numbers, RunState, World};
use crate::playground::Panels;
use fusebox::time::Instant;
use fusebox_lab::lesson::{Ask, WorldLink};
use fusebox_lab::link::Link;
use fusebox_lab::query::{Measured, Moment, Ran};
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

/// The comparisons of a goal, with what the run measured.
pub(super) fn clauses(clauses: &[Measured]) -> Html {
    let line = |clause: &Measured| {
        let (class, mark, word) = if clause.holds {
            ("is-success", "✓", "holds")
        } else {
            ("is-failure", "✗", "does not hold")
        };
        html! {
            <li>
                <span {class} aria-hidden="true">{ mark }</span>
                <span class="visually-hidden">{ format!("{word}: ") }</span>
                <code>{ &clause.text }</code>
                { format!(" is {}", clause.words()) }
            </li>
        }
    };
    html! { <ul class="check__clauses">{ for clauses.iter().map(line) }</ul> }
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

/// A sentence with its first letter large.
pub(super) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str() + "."
}
