//! The buttons with which the user plays the dependency.

use super::session::{Change, STEADY, Session};
use super::shape;
use crate::select::Select;
use fusebox::Rate;
use fusebox::time::Duration;
use fusebox_lab::tape::{Reply, Step};
use yew::prelude::*;

/// The answers, with their keys.
pub(super) const ANSWERS: [(Step, &str, &str); 9] = [
    (Step::Call(Reply::Success), "Succeed", "s"),
    (Step::Call(Reply::Failure), "Fail", "f"),
    (Step::Call(Reply::Slow), "Slow, 2 s", "w"),
    (Step::Call(Reply::Ignored), "Ignored", "i"),
    (Step::Hang, "Hang", "h"),
    (Step::Late(Reply::Success), "Late ok", "l"),
    (Step::Late(Reply::Failure), "Late fail", "x"),
    (Step::Wait(Duration::from_secs(1)), "1 s passes", "."),
    (Step::Wait(Duration::from_secs(10)), "10 s pass", ","),
];

/// The shares of failures of steady traffic, in per cent.
const SHARES: [u32; 6] = [10, 20, 40, 60, 80, 100];

/// The times from one call to the next.
const EVERY: [Duration; 5] = [
    Duration::from_millis(100),
    Duration::from_millis(200),
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(5),
];

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) session: Session,
    pub(super) on_change: Callback<Change>,
}

#[component(Answers)]
pub(super) fn answers(Props { session, on_change }: &Props) -> Html {
    let share = use_state_eq(|| 2_usize);
    let played = session.link.tape.first(session.step());
    let button = |&(step, label, key): &(Step, &'static str, &'static str)| {
        let onclick = on_change.reform(move |_: MouseEvent| Change::Play(step));
        let can_be = played.and(step).is_ok();
        html! {
            <button
                class="button answers__button" type="button" {onclick} aria-keyshortcuts={key}
                aria-disabled={(!can_be).to_string()}
            >
                { shape::of_step(step) }<span>{ label }</span><kbd aria-hidden="true">{ key.to_ascii_uppercase() }</kbd>
            </button>
        }
    };
    let steady = {
        let failing = Rate::percent(SHARES[*share]);
        on_change.reform(move |_: MouseEvent| Change::Steady(failing))
    };
    let every = EVERY.iter().position(|every| *every == session.link.every);
    let times: Vec<AttrValue> = EVERY.iter().map(|every| every.to_string().into()).collect();
    html! {
        <section class="answers panel" aria-labelledby="answers-title">
            <h2 id="answers-title">{ "You are the dependency" }</h2>
            <p class="quiet">{ "A call comes. What do you answer?" }</p>
            <div class="answers__buttons" data-arrows="">{ for ANSWERS.iter().map(button) }</div>
            <div class="answers__steady">
                <button class="button" type="button" onclick={steady}>{ format!("{STEADY} calls") }</button>
                <label class="field">
                    { "failing" }
                    <Select
                        options={SHARES.map(|share| format!("{share} %").into()).to_vec()}
                        chosen={*share} on_choose={let set = share.setter(); move |n| set.set(n)}
                    />
                </label>
            </div>
            <label class="field">
                { "Time between calls" }
                <Select
                    options={times} chosen={every}
                    on_choose={on_change.reform(|n: usize| Change::Every(EVERY[n.min(EVERY.len() - 1)]))}
                />
            </label>
        </section>
    }
}
