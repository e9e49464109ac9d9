//! The breaker on the chosen dependency: its state machine, what it remembers, why it is as it is, and
//! the numbers of the service beside it.

mod diagram;
mod glyph;
mod numbers;
mod rules;
mod strip;
mod trials;
mod view;
mod why;
mod window;
mod words;

use crate::playground::moves::Move;
use crate::playground::selection::Selection;
use crate::playground::summary::Summary;
use fusebox::Transition;
use fusebox::time::Instant;
use fusebox_lab::explain::Explanation;
use fusebox_sim::Dependency;
use std::rc::Rc;
use view::{Chip, Face, Held, state_class};
use window::WindowStrip;
use yew::prelude::*;

pub(super) use view::BreakerView;
pub(super) use words::sentence;

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) summary: Rc<Summary>,
    /// What was chosen to be told about.
    pub(super) selection: Option<Selection>,
    /// The explanation of it.
    pub(super) explanation: Option<Rc<Explanation>>,
    pub(super) on_choose: Callback<Selection>,
    pub(super) on_close: Callback<()>,
    pub(super) on_depend: Callback<Dependency>,
}

/// The panel on the right of the stage.
#[component(BreakerPanel)]
pub(super) fn breaker_panel(props: &Props) -> Html {
    let summary = &props.summary;
    let view = &summary.breaker;
    html! {
        <section class={classes!("breaker", "panel", telling(props))} aria-labelledby="breaker-title">
            <h2 id="breaker-title" class="panel__title">{ format!("Breaker on {}", view.on.title()) }</h2>
            { chips(&view.chips, &props.on_depend) }
            { diagram::diagram(view, &summary.moves) }
            <p class={classes!("breaker__state", view.face.class())}>{ &view.headline }</p>
            <p class="breaker__next">{ &view.next }</p>
            { held(props) }
            <why::WhyBox
                class={view.face.class()} reason={view.why.clone()} selection={props.selection}
                explanation={props.explanation.clone()} on_close={props.on_close.clone()}
                steps={steps(view, props.selection)} on_choose={props.on_choose.clone()}
            />
            { history(props) }
            <p class="visually-hidden" role="status">{ &summary.news }</p>
            { numbers::numbers(summary, props.selection, &props.on_choose) }
        </section>
    }
}

/// A explanation takes the place of what it is not about, so that there is room to read it.
fn telling(props: &Props) -> Option<&'static str> {
    props.explanation.as_ref()?;
    Some(match props.selection? {
        Selection::Slot { .. } => "is-telling is-about-window",
        Selection::Change { .. } => "is-telling is-about-change",
        _ => "is-telling",
    })
}

/// The slices before and after the one that was chosen, where a window has slices.
fn steps(view: &BreakerView, selection: Option<Selection>) -> [Option<Selection>; 2] {
    let (Some(Selection::Slot { on, from, to }), Some(_)) = (selection, view.remembers) else {
        return [None, None];
    };
    let length = to.since(from);
    let earlier = Selection::Slot { on, from: from - length, to: from };
    let later = Selection::Slot { on, from: to, to: to + length };
    [(from > Instant::ZERO).then_some(earlier), (to <= view.now).then_some(later)]
}

/// The breakers on the other dependencies; each is a click away.
fn chips(chips: &[Chip], on_depend: &Callback<Dependency>) -> Html {
    if chips.is_empty() {
        return Html::default();
    }
    html! {
        <ul class="breaker__chips" aria-label="Other breakers">
            { for chips.iter().map(|&Chip { on, face }| {
                let onclick = on_depend.reform(move |_| on);
                html! {
                    <li key={on.name()}>
                        <button class={classes!("chip", face.class())} type="button" {onclick}>
                            { glyph::icon(face) }
                            { format!("{}: {}", on.heading(), face.name()) }
                        </button>
                    </li>
                }
            }) }
        </ul>
    }
}

/// What the breaker has in hand: its window, its trials, or nothing; always of the same height.
fn held(props: &Props) -> Html {
    let view = &props.summary.breaker;
    if view.face == Face::Absent {
        return Html::default();
    }
    let content = match &view.held {
        Held::Window(strip) => html! {
            <WindowStrip
                on={view.on} since={view.since} now={view.now} strip={strip.clone()} length={view.remembers.unwrap_or_default()}
                title={view.held_title.clone()} selection={props.selection} on_choose={props.on_choose.clone()}
            />
        },
        Held::Trials(cycle) => trials::trials(*cycle, &view.held_title, view.now),
        Held::Nothing => html! { <p class="strip strip--nothing">{ words::empty(view.face) }</p> },
    };
    html! {
        <div class="breaker__held">
            <p class="breaker__held-title">{ &view.held_title }</p>
            { content }
            <p class="breaker__quiet">{ &view.quiet }</p>
        </div>
    }
}

/// The newest transitions, each of which has a explanation.
fn history(props: &Props) -> Html {
    let (summary, on) = (&props.summary, props.summary.breaker.on);
    html! {
        <ol class="breaker__history" aria-label="The newest transitions">
            { for summary.moves.iter().map(|newest| change(newest, on, props)) }
            { for summary.moves.is_empty().then(|| html! {
                <li class="breaker__no-change">{ "No change of state yet" }</li>
            }) }
        </ol>
    }
}

fn change(newest: &Move, on: Dependency, props: &Props) -> Html {
    let Transition { at, from, to, .. } = newest.transition;
    let selection = Selection::Change { on, at };
    let onclick = props.on_choose.reform(move |_| selection);
    html! {
        <li key={newest.number}>
            <button
                class="breaker__change" type="button" {onclick}
                aria-label={format!("{:.1} s: from {from} to {to}", at.as_secs_f64())}
                aria-pressed={(props.selection == Some(selection)).to_string()}
            >
                <span class="breaker__at">
                    { format!("{:.1} s", at.as_secs_f64()) }
                    { glyph::icon(Face::Working(from)) }
                    <span aria-hidden="true">{ "→" }</span>
                </span>
                <b class={state_class(to)}>{ to.to_string() }</b>
            </button>
        </li>
    }
}
