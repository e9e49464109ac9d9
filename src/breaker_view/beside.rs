//! A tape beside a text, live: the lesson's class, line by line, and ours on the same answers.

use super::class::{Ran, class, variables};
use super::player::{Act, Player};
use super::rows::Rows;
use super::session::Change;
use super::shown::{Shown, moment, name};
use super::tape::{TapeBar, steps};
use crate::breaker::state_class;
use crate::browser;
use fusebox::StateName;
use fusebox::time::Instant;
use fusebox_lab::link::{self, Link};
use fusebox_lab::others::{Row, System};
use fusebox_lab::tape::Step;
use gloo_timers::callback::Timeout;
use std::rc::Rc;
use yew::prelude::*;

/// Milliseconds from one line to the next while it plays.
const EVERY: u32 = 260;

/// Milliseconds after the last line of a step.
const PAUSE: u32 = 900;

/// The breakers that are shown, the class first.
const BOTH: &[System] = &[System::Fusebox, System::Lesson];

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) link: Rc<link::Breaker>,
    /// The moment at which it is shown; its end if there is none.
    pub(crate) at: Option<Instant>,
    /// A moment that the text asks for, and its number; each request has a new one.
    pub(crate) seek: Option<(u32, Instant)>,
    /// Receives the tape whenever the user has changed it; none if it is as it was.
    pub(crate) on_world: Callback<Option<Rc<Link>>>,
    /// Receives the moment at the end of the current step.
    pub(crate) on_now: Callback<Instant>,
}

#[component(TapeWorld)]
pub(crate) fn tape_world(props: &Props) -> Html {
    let player = {
        let (link, at) = (props.link.clone(), props.at);
        use_reducer_eq(move || Player::of(&link, at, !browser::prefers_reduced_motion()))
    };
    let act = use_callback((), {
        let dispatcher = player.dispatcher();
        move |act: Act, ()| dispatcher.dispatch(act)
    });
    use_effect_with(props.seek, {
        let act = act.clone();
        move |seek| {
            if let Some((_, at)) = seek {
                act.emit(Act::Seek(*at));
            }
        }
    });
    // Each line is a turn; the pause after a step leaves time to read what it did.
    let turn = (player.is_playing, player.session.step(), player.lines());
    use_effect_with((turn, player.begun().is_some()), {
        let act = act.clone();
        move |&((plays, ..), is_within)| {
            let wait = if is_within { EVERY } else { PAUSE };
            let timeout = plays.then(|| Timeout::new(wait, move || act.emit(Act::Line)));
            move || drop(timeout)
        }
    });
    use_effect_with(player.session.link.clone(), {
        let (on_world, start) = (props.on_world.clone(), props.link.clone());
        move |link| {
            let now = link::Breaker { step: start.step, ..link::Breaker::clone(link) };
            on_world.emit((now != *start).then(|| Rc::new(now.into())));
        }
    });
    let shown = use_memo((player.session.link.clone(), player.done()), |(link, step)| {
        Shown::of(link, *step).map(Rc::new)
    });
    let now = shown.as_ref().as_ref().map(|shown| shown.now);
    use_effect_with(now, {
        let on_now = props.on_now.clone();
        move |now| now.iter().for_each(|now| on_now.emit(*now))
    });
    let (Some(shown), Some(row)) = ((*shown).clone(), player.row().cloned()) else {
        return Html::default();
    };
    let on_change = act.reform(Act::Change);
    let session = player.session.clone();
    let ran = Ran::of(&row, session.step(), player.lines());
    html! {
        <div class="beside">
            <div class="beside__both panel">
                { pair(&player, &shown, ran) }
                { variables(&row, ran) }
                <Rows session={session.clone()} shown={shown.clone()} on_change={on_change.clone()} only={BOTH} />
                <TapeBar
                    session={session.clone()} on_change={on_change.clone()}
                    controls={controls(&player, &act, &on_change)}
                />
            </div>
            { class(ran) }
        </div>
    }
}

/// The buttons that play it and run its next line. Arrow keys go from one to the next, so that they do
/// not leave the text.
fn controls(player: &Player, act: &Callback<Act>, on_change: &Callback<Change>) -> Html {
    let plays = player.is_playing;
    let can_run = !player.is_at_end();
    let line = act.reform(move |_: MouseEvent| Act::Line);
    html! {
        <div class="tape__controls" role="group" aria-label="Playing the tape" data-arrows="">
            <button
                class="button button--strong" type="button"
                onclick={act.reform(move |_: MouseEvent| Act::Play(!plays))}
            >
                { if plays { "Pause" } else { "Play" } }
            </button>
            <button class="button" type="button" onclick={line} aria-disabled={(!can_run).to_string()}>
                { "Next line" }
            </button>
            { steps(&player.session, on_change, false) }
        </div>
    }
}

/// What both breakers did at the current step, side by side.
fn pair(player: &Player, shown: &Shown, ran: Ran<'_>) -> Html {
    let step = player.begun().map_or_else(|| at_rest(shown), begun);
    let of = |system: System| shown.rows.iter().find(|row| row.system == system);
    let (Some(ours), Some(theirs)) = (of(System::Fusebox), of(System::Lesson)) else {
        return Html::default();
    };
    let is_within = player.begun().is_some();
    let differs = ours.cells.last().zip(theirs.cells.last()).filter(|_| !is_within);
    let differs = differs.is_some_and(|(ours, theirs)| {
        ours.state != theirs.state || ours.is_refused() != theirs.is_refused()
    });
    html! {
        <div class="beside__pair">
            <p class="beside__step">{ step }</p>
            { card("The lesson's class", ran.now().state, theirs, is_within, differs) }
            { card("Fusebox", shown.breaker_state(), ours, is_within, false) }
        </div>
    }
}

/// What the tape has come to.
fn at_rest(shown: &Shown) -> String {
    let Some(cell) = &shown.cell else { return "No call has come yet.".to_owned() };
    format!("{}: {}", moment(cell.at.ended), name(cell.at.step))
}

/// A step while the lines of the class run.
fn begun(step: Step) -> String {
    format!("Now: {}", name(step))
}

/// A breaker with its state, and why it did what it did.
fn card(name: &'static str, state: StateName, row: &Row, is_within: bool, differs: bool) -> Html {
    let why = row.cells.last().filter(|_| !is_within);
    let why = why.map_or("", |cell| &cell.why);
    let class = classes!("beside__card", state_class(state), differs.then_some("is-difference"));
    html! {
        <section {class} aria-label={name}>
            <h2>{ name }{ if differs { ", not as ours" } else { "" } }</h2>
            <p class="beside__state">{ state.to_string() }</p>
            <p class="beside__why" role="status">{ why }</p>
        </section>
    }
}
