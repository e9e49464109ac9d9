//! The tape: as a text that can be edited, examples, and the steps along it.

use super::session::{Change, Session};
use fusebox_lab::link::{self, Content, Link};
use fusebox_lab::tape::Tape;
use fusebox_lab::words::sentence;
use std::rc::Rc;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// Tapes on which breakers differ, as links.
const EXAMPLES: [(&str, &str); 6] = [
    ("A success in between", "breaker"),
    ("Failures first", "breaker?tape=FFFSS"),
    ("A late answer", "breaker?tape=HSFFFF.11s.HL"),
    ("A trial without an end", "breaker?tape=SFFFF.11s.HHS.60s.SS"),
    ("An ignored trial", "breaker?tape=SFFFF.11s.ISS"),
    (
        "Failures far apart",
        "breaker?tape=F.20s.F.20s.F.20s.F&breaker.window=time&breaker.failures=3&breaker.failure_rate=off",
    ),
];

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) session: Session,
    pub(super) on_change: Callback<Change>,
    /// Other controls than its own, without examples.
    #[prop_or_default]
    pub(super) controls: Option<Html>,
}

#[component(TapeBar)]
pub(super) fn tape_bar(Props { session, on_change, controls }: &Props) -> Html {
    // The text that is being typed, while it is no tape, and why.
    let draft = use_state_eq(|| None::<(String, String)>);
    {
        let clear = draft.setter();
        use_effect_with(session.link.tape.clone(), move |_| clear.set(None));
    }
    let edit = {
        let (set, on_change) = (draft.setter(), on_change.clone());
        Callback::from(move |event: InputEvent| {
            let Some(input) = event.target_dyn_into::<HtmlInputElement>() else { return };
            let text = input.value();
            match text.parse::<Tape>() {
                Ok(tape) => {
                    set.set(None);
                    on_change.emit(Change::Tape(tape));
                }
                Err(error) => set.set(Some((text, sentence(&error.to_string())))),
            }
        })
    };
    let (text, problem) = match &*draft {
        Some((text, problem)) => (text.clone(), Some(problem.clone())),
        None => (session.link.tape.to_string(), None),
    };
    let example = |&(title, text): &(&'static str, &'static str)| {
        let onclick = on_change.reform(move |_: MouseEvent| Change::Open(example(text)));
        html! { <button class="chip" type="button" {onclick}>{ title }</button> }
    };
    html! {
        <div class="tape">
            <label class="tape__field">
                <b>{ "The tape" }</b>
                <input
                    class="input tape__text" type="text" autocomplete="off" spellcheck="false"
                    autocapitalize="characters" value={text} oninput={edit}
                    aria-invalid={problem.is_some().then_some("true")} aria-describedby="tape-help tape-problem"
                />
            </label>
            if controls.is_none() {
                <div class="tape__examples" role="group" aria-label="Examples" data-arrows="">
                    { for EXAMPLES.iter().map(example) }
                </div>
            }
            <p id="tape-help" class="tape__help">
                { "S success, F failure, W slow, I ignored error, H no answer yet, L and X its late success or \
                   failure, a dot for 1 s, .10s. for longer" }
            </p>
            { controls.clone().unwrap_or_else(|| steps(session, on_change, true)) }
            <p id="tape-problem" class="tape__problem" role="alert">{ problem.unwrap_or_default() }</p>
        </div>
    }
}

/// The content of an example.
fn example(text: &str) -> Rc<link::Breaker> {
    let link = Link::read(text).0;
    Rc::new(link::Breaker::of(&link).cloned().unwrap_or_default())
}

/// The buttons that go along the tape; they have keys only where no others have these keys.
pub(super) fn steps(session: &Session, on_change: &Callback<Change>, has_keys: bool) -> Html {
    let (step, all) = (session.step(), session.link.tape.steps().len());
    let button = |label: &'static str,
                  key: &'static str,
                  shown: &'static str,
                  to: Option<usize>| {
        let onclick = on_change.reform(move |_: MouseEvent| Change::Go(to.unwrap_or(step)));
        html! {
            <button
                class="button" type="button" {onclick} aria-keyshortcuts={has_keys.then_some(key)}
                aria-disabled={to.is_none().to_string()}
            >
                { label }
                if has_keys { <kbd aria-hidden="true">{ shown }</kbd> }
            </button>
        }
    };
    html! {
        <div class="tape__steps" role="group" aria-label="Steps">
            <span class="quiet">{ format!("Step {step} of {all}") }</span>
            { button("Start", "Home", "⇤", (step > 0).then_some(0)) }
            { button("Back", "ArrowLeft", "←", step.checked_sub(1)) }
            { button("Step", "ArrowRight", "→", (step < all).then_some(step + 1)) }
            { button("End", "End", "⇥", (step < all).then_some(all)) }
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox_lab::others::rows;

    #[test]
    fn in_every_example_another_breaker_differs_from_ours() {
        for (title, text) in EXAMPLES {
            let (link, problems) = Link::read(text);
            assert_eq!((link.write().as_str(), problems), (text, Vec::new()), "{title}");
            let link::Breaker { config, tape, every, others, .. } = &*example(text);
            let rows = rows(config, *others, tape, *every).expect(title);
            assert!(rows.iter().filter(|row| row.difference.is_some()).count() >= 2, "{title}");
        }
    }
}
