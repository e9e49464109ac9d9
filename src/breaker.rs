//! The breaker panel: the state machine, the window or the trials, the reason of the state, and the
//! newest transitions. Any view can show it for a breaker of a world ([`BreakerView`]).

mod diagram;
mod glyph;
mod moves;
mod rules;
mod status;
mod strip;
mod view;
mod window;
mod words;

use crate::selection::Selection;
use fusebox::time::Instant;
use fusebox::{StateName, Transition};
use fusebox_sim::Dependency;
use status::BreakerStatus;
use window::WindowStrip;
use yew::prelude::*;

pub(crate) use diagram::diagram;
pub(crate) use moves::{Move, Moves};
pub(crate) use status::state_class;
pub(crate) use view::{BreakerView, OtherBreaker, others};
pub(crate) use words::{caption, sentence};

/// The panel of a breaker.
pub(crate) struct BreakerPanel<'a> {
    pub(crate) view: &'a BreakerView,
    /// The newest transitions, oldest first.
    pub(crate) moves: &'a [Move],
    pub(crate) selection: Option<Selection>,
    pub(crate) on_choose: &'a Callback<Selection>,
    /// Content of the view below the state, which is always in sight: other breakers, and numbers.
    pub(crate) below_state: Html,
}

impl BreakerPanel<'_> {
    pub(crate) fn html(self) -> Html {
        let Self { view, moves, selection, on_choose, .. } = self;
        let below_state = self.below_state.clone();
        html! {
                    <section class={"breaker panel"} aria-labelledby="breaker-title">
                        <h2 id="breaker-title" class="panel__title">{ format!("Breaker on {}", view.on.title()) }</h2>
                        <p class={classes!("breaker__state", view.status.class())}>{ &view.words.headline }</p>
                        <p class="breaker__next">{ &view.words.next }</p>
                        { below_state }
                        { diagram(view, moves) }
                        { held(view, selection, on_choose) }
        <p class={classes!("breaker__why", view.status.class())}>{ &view.words.why }</p>
                        { history(view.on, moves, selection, on_choose) }
                    </section>
                }
    }
}

/// The class with the colours of the breaker's state.
pub(crate) const fn status_class(view: &BreakerView) -> &'static str {
    view.status.class()
}

/// The breaker's state in a word or two.
pub(crate) const fn status_name(view: &BreakerView) -> &'static str {
    view.status.name()
}

/// The buckets before and after the selected one, if the window has buckets of time.
pub(crate) fn steps(view: &BreakerView, selection: Option<Selection>) -> [Option<Selection>; 2] {
    let (Some(Selection::Bucket { on, from, to }), Some(_)) = (selection, view.remembers) else {
        return [None, None];
    };
    let length = to.since(from);
    let earlier = Selection::Bucket { on, from: from - length, to: from };
    let later = Selection::Bucket { on, from: to, to: to + length };
    [(from > Instant::ZERO).then_some(earlier), (to <= view.now).then_some(later)]
}

/// Buttons with the status of other breakers; each shows its breaker.
pub(crate) fn other_breakers(others: &[OtherBreaker], on_depend: &Callback<Dependency>) -> Html {
    if others.is_empty() {
        return Html::default();
    }
    html! {
        <ul class="breaker__chips" data-arrows="" aria-label="Other breakers">
            { for others.iter().map(|&OtherBreaker { on, status }| {
                let onclick = on_depend.reform(move |_| on);
                html! {
                    <li key={on.name()}>
                        <button class={classes!("chip", status.class())} type="button" {onclick}>
                            { glyph::icon(status) }
                            { format!("{}: {}", on.heading(), status.name()) }
                        </button>
                    </li>
                }
            }) }
        </ul>
    }
}

/// The window of a closed breaker, the trials of a half-open one, or a sentence; always of the same
/// height.
pub(crate) fn held(
    view: &BreakerView,
    selection: Option<Selection>,
    on_choose: &Callback<Selection>,
) -> Html {
    if view.status == BreakerStatus::Absent {
        return Html::default();
    }
    let content = match &view.held {
        Some(strip) => html! {
            <WindowStrip
                on={view.on} since={view.since} now={view.now} strip={strip.clone()}
                title={view.words.held.clone()} {selection} on_choose={on_choose.clone()}
            />
        },
        None if view.status.state() == Some(StateName::Open) => {
            html! { <p class="strip strip--nothing">{ "No call passes, so nothing is counted." }</p> }
        }
        None => html! { <p class="strip strip--nothing">{ "Every call passes uncounted." }</p> },
    };
    html! {
        <div class="breaker__held">
            <p class="breaker__held-title">{ &view.words.held }</p>
            { content }
            <p class="breaker__quiet">{ &view.words.quiet }</p>
        </div>
    }
}

/// The newest transitions; each can be selected for an explanation.
fn history(
    on: Dependency,
    moves: &[Move],
    selection: Option<Selection>,
    on_choose: &Callback<Selection>,
) -> Html {
    html! {
        <ol class="breaker__history" data-arrows="" aria-label="The newest transitions">
            { for moves.iter().map(|newest| change(newest, on, selection, on_choose)) }
            { for moves.is_empty().then(|| html! {
                <li class="breaker__no-change">{ "No change of state yet" }</li>
            }) }
        </ol>
    }
}

fn change(
    newest: &Move,
    on: Dependency,
    selection: Option<Selection>,
    on_choose: &Callback<Selection>,
) -> Html {
    let Transition { at, from, to, .. } = newest.transition;
    let this = Selection::Change { on, at };
    let onclick = on_choose.reform(move |_| this);
    html! {
        <li key={newest.number}>
            <button
                class="breaker__change" type="button" {onclick}
                aria-label={format!("{:.1} s: from {from} to {to}", at.as_secs_f64())}
                aria-pressed={(selection == Some(this)).to_string()}
            >
                <span class="breaker__at">
                    { format!("{:.1} s", at.as_secs_f64()) }
                    { glyph::icon(BreakerStatus::Working(from)) }
                    <span aria-hidden="true">{ "→" }</span>
                </span>
                <b class={state_class(to)}>{ to.to_string() }</b>
            </button>
        </li>
    }
}
