//! Play, pause, step, speed, reset and seed: the same bar under every view.

use crate::app::browser;
use crate::app::playback::SPEEDS;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    /// The view that it is in, which makes its ids unique.
    pub(super) name: &'static str,
    pub(super) playing: bool,
    /// An index into [`SPEEDS`].
    pub(super) speed: usize,
    pub(super) seed: u64,
    /// The position in time, as text.
    pub(super) time: AttrValue,
    pub(super) on_play: Callback<bool>,
    pub(super) on_speed: Callback<usize>,
    pub(super) on_step: Callback<()>,
    pub(super) on_reset: Callback<()>,
    pub(super) on_seed: Callback<u64>,
}

/// The largest seed; more digits nobody could read aloud.
const SEED_MAX: u64 = 999_999_999;

#[component(Transport)]
pub(super) fn transport(props: &Props) -> Html {
    let Props { playing, speed, seed, .. } = *props;
    let play = props.on_play.reform(move |_| !playing);
    let step = props.on_step.reform(|_| ());
    let reset = props.on_reset.reform(|_| ());
    let choose_speed = props.on_speed.reform(move |event: Event| {
        let chosen = event.target_dyn_into::<HtmlSelectElement>();
        chosen
            .and_then(|select| usize::try_from(select.selected_index()).ok())
            .filter(|&index| index < SPEEDS.len())
            .unwrap_or(speed)
    });
    html! {
        <section class="transport panel" aria-label="Time">
            <button class="button button--strong transport__play" type="button" onclick={play}>
                { if playing { "Pause" } else { "Play" } }
            </button>
            <button class="button" type="button" onclick={step}>{ "Step 0.1 s" }</button>
            <label class="field">
                <span>{ "Speed" }</span>
                <select onchange={choose_speed}>
                    { for SPEEDS.iter().enumerate().map(|(n, factor)| html! {
                        <option selected={n == speed}>{ format!("{factor}×") }</option>
                    }) }
                </select>
            </label>
            <span class="transport__time">{ props.time.clone() }</span>
            <button class="button" type="button" onclick={reset}>{ "Reset" }</button>
            <SeedField name={props.name} {seed} on_seed={props.on_seed.clone()} />
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct SeedProps {
    name: &'static str,
    seed: u64,
    on_seed: Callback<u64>,
}

/// The seed, to be read, typed, or drawn anew; what is no seed is named and the old one kept.
#[component(SeedField)]
fn seed_field(props: &SeedProps) -> Html {
    let problem = use_state_eq(|| None::<String>);
    // What is being typed, so that a page that goes on around it does not take it away.
    let draft = use_state_eq(|| None::<String>);
    let edit = {
        let draft = draft.setter();
        Callback::from(move |event: InputEvent| {
            draft.set(event.target_dyn_into::<HtmlInputElement>().map(|input| input.value()));
        })
    };
    let enter = {
        let (problem, draft, on_seed) = (problem.setter(), draft.setter(), props.on_seed.clone());
        Callback::from(move |event: Event| {
            let Some(input) = event.target_dyn_into::<HtmlInputElement>() else { return };
            match parse_seed(&input.value()) {
                Ok(seed) => {
                    problem.set(None);
                    draft.set(None);
                    on_seed.emit(seed);
                }
                Err(sentence) => problem.set(Some(sentence)),
            }
        })
    };
    let draw = {
        let (problem, draft, on_seed) = (problem.setter(), draft.setter(), props.on_seed.clone());
        Callback::from(move |_| {
            problem.set(None);
            draft.set(None);
            on_seed.emit(browser::random_seed());
        })
    };
    let value = (*draft).clone().unwrap_or_else(|| props.seed.to_string());
    let id = format!("{}-seed-problem", props.name);
    let invalid = problem.is_some().then_some("true");
    html! {
        <>
            <label class="field">
                <span>{ "Seed" }</span>
                <input
                    class="transport__seed" inputmode="numeric" {value}
                    oninput={edit} onchange={enter} aria-invalid={invalid} aria-describedby={id.clone()}
                />
            </label>
            <button class="button" type="button" onclick={draw}>{ "New seed" }</button>
            <p {id} class="transport__problem" role="alert">
                { problem.as_deref().unwrap_or_default() }
            </p>
        </>
    }
}

/// The seed that a text is, or what is wrong with it as a sentence.
fn parse_seed(text: &str) -> Result<u64, String> {
    text.trim().parse().ok().filter(|&seed| seed <= SEED_MAX).ok_or_else(|| {
        let start: String = text.chars().take(20).collect();
        format!("The seed is “{start}”, but must be a whole number from 0 to 999,999,999.")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_a_whole_number_of_up_to_nine_digits() {
        assert_eq!(parse_seed(" 42 "), Ok(42));
        assert_eq!(parse_seed("999999999"), Ok(SEED_MAX));
        for text in ["", "-1", "4.2", "1000000000", "many", "99999999999999999999999"] {
            assert!(parse_seed(text).unwrap_err().contains("must be"), "{text}");
        }
    }
}
