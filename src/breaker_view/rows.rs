//! The same tape through all breakers: a row for each on one axis of steps, its first difference from
//! ours ringed, and the reason beside it.

use super::session::{Change, Session};
use super::shape;
use super::shown::{Shown, moment, name};
use crate::breaker::state_class;
use fusebox_lab::others::{Basis, Cell, Fate, Row, Setup, System};
use fusebox_lab::tape::{Step, Timed};
use fusebox_lab::words::length;
use std::rc::Rc;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) session: Session,
    pub(super) shown: Rc<Shown>,
    pub(super) on_change: Callback<Change>,
    /// The only breakers to be shown, without their settings; all of them if there are none.
    #[prop_or_default]
    pub(super) only: &'static [System],
}

/// From this many steps on, only every fifth has its time above it.
const MANY: usize = 24;

#[component(Rows)]
pub(super) fn rows(Props { session, shown, on_change, only }: &Props) -> Html {
    let is_shown = |row: &&Row| only.is_empty() || only.contains(&row.system);
    let rows: Vec<&Row> = shown.rows.iter().filter(is_shown).collect();
    let basis = |(title, basis): (&'static str, Basis)| {
        let onclick = on_change.reform(move |_: MouseEvent| Change::Others(basis));
        let is_on = session.link.others == basis;
        html! { <button class="button" type="button" aria-pressed={is_on.to_string()} {onclick}>{ title }</button> }
    };
    html! {
        <section class="others" aria-labelledby="others-title">
            <div class="others__head">
                <h2 id="others-title">
                    { if only.is_empty() { "The same tape in other breakers" } else { "The tape in both breakers" } }
                </h2>
                { legend() }
                if only.is_empty() {
                    <div class="others__basis" role="group" aria-label="Settings of the others">
                        { basis(("Nearest settings", Basis::Nearest)) }{ basis(("Their defaults", Basis::Defaults)) }
                    </div>
                }
            </div>
            <div class="others__body">
                <div class="others__scroll" role="region" aria-label="All breakers, step by step" tabindex="0">
                    { grid(session, &rows, on_change) }
                </div>
                <ol class="others__reasons" aria-label="First difference from ours">
                    { for rows.iter().copied().map(reason) }
                </ol>
            </div>
            if only.is_empty() {
                <details class="others__setups">
                    <summary>{ "Settings of each, and what it cannot express" }</summary>
                    <dl>{ for rows.iter().copied().map(setup) }</dl>
                </details>
            }
        </section>
    }
}

fn legend() -> Html {
    let state = |class: &'static str, name: &'static str| {
        html! { <span class="others__key"><i class={classes!("band", class)} />{ name }</span> }
    };
    html! {
        <p class="others__legend" aria-hidden="true">
            { state("is-closed", "closed") }{ state("is-open", "open") }{ state("is-half-open", "half-open") }
            <span class="others__key"><i class="others__ring" />{ "first difference from ours" }</span>
        </p>
    }
}

/// The table: a column for each step, and a row for each breaker.
fn grid(session: &Session, rows: &[&Row], on_change: &Callback<Change>) -> Html {
    let link = &session.link;
    let (current, steps) = (session.step(), link.tape.steps().len());
    let head = |(n, at): (usize, Timed)| {
        let is_timed = steps <= MANY || (n + 1).is_multiple_of(5);
        let onclick = on_change.reform(move |_: MouseEvent| Change::Go(n + 1));
        let label = format!("Go to step {}: {}, {}", n + 1, name(at.step), moment(at.ended));
        html! {
            <th key={n} scope="col" class={column(n, current)}>
                <button
                    class="others__step" type="button" {onclick} aria-label={label}
                    tabindex={if n + 1 == current { "0" } else { "-1" }}
                >
                    { shape::of_step(at.step) }
                    { time(at, is_timed) }
                </button>
            </th>
        }
    };
    html! {
        <table class={classes!("others__table", (steps > MANY).then_some("is-long"))}>
            <caption class="visually-hidden">{ "What each breaker did at each step, and its state after it" }</caption>
            <thead data-arrows=""><tr>
                <th scope="col" class="others__name">{ "Your answers" }</th>
                { for link.tape.timed(link.every).enumerate().map(head) }
            </tr></thead>
            <tbody>
                { for rows.iter().map(|row| html! {
                    <tr key={row.system.name()}>
                        <th scope="row" class="others__name">{ row.system.name() }</th>
                        { for row.cells.iter().enumerate().map(|(n, cell)| html! {
                            <td key={n} class={classes!(column(n, current), band(row, n))}>
                                { before(cell) }
                                { shape::of_cell(cell) }
                                <span class="visually-hidden">{ spoken(row.system, cell) }</span>
                            </td>
                        }) }
                        { for (row.cells.len()..steps).map(|n| html! { <td key={n} /> }) }
                    </tr>
                }) }
            </tbody>
        </table>
    }
}

fn time(at: Timed, is_timed: bool) -> Html {
    match at.step {
        Step::Wait(wait) => html! { <span class="others__wait">{ length(wait) }</span> },
        _ if is_timed => html! { <span>{ moment(at.ended) }</span> },
        _ => Html::default(),
    }
}

fn column(n: usize, current: usize) -> Option<&'static str> {
    (n + 1 == current).then_some("is-current")
}

/// The band of a state, and the ring of a first difference.
fn band(row: &Row, n: usize) -> Classes {
    let cell = &row.cells[n];
    let differs = row.difference.as_ref().is_some_and(|it| it.step == n).then_some("is-difference");
    classes!("band", state_class(cell.state), differs)
}

/// The band before a call that changed the state: the call is where one ends and the other begins.
fn before(cell: &Cell) -> Html {
    if cell.before == cell.state {
        return Html::default();
    }
    html! { <i class={classes!("band", "others__before", state_class(cell.before))} /> }
}

/// A cell in words.
fn spoken(system: System, cell: &Cell) -> String {
    let fate = match cell.fate {
        Fate::Refused => "rejected",
        Fate::Counted => "counted",
        Fate::Neutral => "not counted",
        Fate::Stale => "too late",
        Fate::InFlight => "in flight",
        Fate::Nothing => "no answer",
        Fate::Waited => "time passed",
    };
    format!("{fate}, {}", system.state(cell.state))
}

/// What a breaker did first that ours did not, and why; of ours, what it did last.
fn reason(row: &Row) -> Html {
    let text = match &row.difference {
        Some(it) => html! {
            <><b>{ format!("{}: {}.", moment(row.cells[it.step].at.ended), it.what) }</b>{ " " }{ &it.why }</>
        },
        None if row.system == System::Fusebox => Html::from(ours(row)),
        None => Html::from("No difference from ours on this tape."),
    };
    let mark =
        row.difference.as_ref().map(|_| html! { <i class="others__ring" aria-hidden="true" /> });
    html! {
        <li key={row.system.name()}>
            { mark.unwrap_or_default() }
            <span class="others__of">{ format!("{}: ", row.system.name()) }</span>
            <span>{ text }</span>
        </li>
    }
}

/// The changes of state of our breaker.
fn ours(row: &Row) -> String {
    let changes = row.cells.iter().flat_map(|cell| &cell.changes);
    let told: Vec<String> =
        changes.take(4).map(|it| format!("{} at {}", it.to, moment(it.at))).collect();
    if told.is_empty() {
        "Closed all the time.".to_owned()
    } else {
        format!("This breaker: {}.", told.join(", "))
    }
}

fn setup(row: &Row) -> Html {
    let Setup { settings, lacks } = &row.setup;
    let written: Vec<String> =
        settings.iter().map(|(key, value)| format!("{key} {value}")).collect();
    let written = if written.is_empty() { "its defaults".to_owned() } else { written.join(", ") };
    html! {
        <>
            <dt>{ row.system.name() }</dt>
            <dd>
                { written }
                if !lacks.is_empty() { <p>{ format!("It has no equal for: {}.", lacks.join("; ")) }</p> }
            </dd>
        </>
    }
}
