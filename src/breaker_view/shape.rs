//! The shape of a step: what the dependency answers, or what became of its call.

use fusebox_lab::others::{Cell, Fate};
use fusebox_lab::tape::{Reply, Step};
use yew::prelude::*;

/// A shape with its class.
struct Shape(&'static str, &'static str);

/// The answer of a step.
pub(super) fn of_step(step: Step) -> Html {
    draw(match step {
        Step::Call(Reply::Success) => SUCCESS,
        Step::Call(Reply::Failure) => FAILURE,
        Step::Call(Reply::Slow) => Shape("is-slow", "M2 8 a6 6 0 0 1 12 0 z M2 11 h12"),
        Step::Call(Reply::Ignored) => Shape("is-line", "M3 8 h3 M10 8 h3"),
        Step::Hang => Shape("is-line", "M8 3 a5 5 0 1 0 .01 0"),
        Step::Late(Reply::Failure) => Shape("is-line is-failure", LATE),
        Step::Late(_) => Shape("is-line is-success", LATE),
        Step::Wait(_) => return Html::default(),
    })
}

/// What became of the call of a step.
pub(super) fn of_cell(cell: &Cell) -> Html {
    match cell.fate {
        Fate::Refused => draw(Shape("is-fast", "M8 2 L14 8 L8 14 L2 8 Z")),
        Fate::Stale => draw(Shape("is-line is-stale", LATE)),
        Fate::Neutral => of_step(Step::Call(Reply::Ignored)),
        Fate::Nothing | Fate::Waited => Html::default(),
        Fate::InFlight => of_step(Step::Hang),
        Fate::Counted => match cell.at.step {
            Step::Late(Reply::Failure) | Step::Call(Reply::Failure | Reply::Ignored) => {
                draw(FAILURE)
            }
            Step::Call(Reply::Slow) => of_step(cell.at.step),
            _ => draw(SUCCESS),
        },
    }
}

const SUCCESS: Shape = Shape("is-success", "M8 3 a5 5 0 1 0 .01 0");
const FAILURE: Shape = Shape("is-line is-failure", "M4 4 L12 12 M12 4 L4 12");

/// A clock.
const LATE: &str = "M8 2 a6 6 0 1 0 .01 0 M8 4.5 V8 L10.5 9.5";

fn draw(Shape(class, path): Shape) -> Html {
    html! {
        <svg class={classes!("shape", class)} viewBox="0 0 16 16" aria-hidden="true"><path d={path} /></svg>
    }
}
