//! The transport bar under every view: play, pause, step, speed, reset and seed.

use crate::browser;
use crate::playback::SPEEDS;
use crate::select::Select;
use fusebox_lab::settings::whole_number;
use web_sys::HtmlInputElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    /// The name of the view, which makes the ids unique.
    pub(super) name: &'static str,
    pub(super) playing: bool,
    /// The current speed, an index into [`SPEEDS`].
    pub(super) speed: usize,
    pub(super) seed: u64,
    /// The position in time and the end of the run, in seconds.
    pub(super) at: (f64, f64),
    pub(super) on_play: Callback<bool>,
    pub(super) on_speed: Callback<usize>,
    pub(super) on_step: Callback<()>,
    pub(super) on_seek: Callback<f64>,
    pub(super) on_reset: Callback<()>,
    pub(super) on_seed: Callback<u64>,
}

#[component(Transport)]
pub(super) fn transport(props: &Props) -> Html {
    let Props { playing, speed, seed, .. } = *props;
    let play = props.on_play.reform(move |_| !playing);
    let step = props.on_step.reform(|_| ());
    let reset = props.on_reset.reform(|_| ());
    let (at, end) = props.at;
    let seek = props.on_seek.reform(move |event: InputEvent| {
        let input = event.target_dyn_into::<HtmlInputElement>();
        input.map_or(end, |input| input.value_as_number())
    });
    html! {
        <section class="transport panel" aria-label="Time">
            // This part stays in view on a small screen, where the lanes are many screens long.
            <div class="transport__main">
                <button class="button button--strong transport__play" type="button" onclick={play}>
                    { if playing { "Pause" } else { "Play" } }
                </button>
                <input
                    type="range" class="transport__scrubber" aria-label="Moment of the run"
                    min="0" max={end.to_string()} step="0.1" value={format!("{at:.1}")} oninput={seek}
                    aria-valuetext={format!("{at:.1} s of {end:.1} s")}
                />
                <span class="transport__time">{ format!("{at:.1} s of {end:.1} s") }</span>
            </div>
            <div class="transport__rest">
                <button class="button" type="button" onclick={step}>{ "Step 0.1 s" }</button>
                <SpeedField {speed} on_speed={props.on_speed.clone()} />
                <button class="button" type="button" onclick={reset}>{ "Reset" }</button>
                <SeedField name={props.name} {seed} on_seed={props.on_seed.clone()} />
            </div>
        </section>
    }
}

#[derive(Properties, PartialEq)]
pub(super) struct SpeedProps {
    /// The current speed, an index into [`SPEEDS`].
    pub(super) speed: usize,
    pub(super) on_speed: Callback<usize>,
}

/// The select for the speed.
#[component(SpeedField)]
pub(super) fn speed_field(props: &SpeedProps) -> Html {
    let options: Vec<AttrValue> = SPEEDS.iter().map(|it| format!("{it}×").into()).collect();
    html! {
        <label class="field">
            <span class="visually-hidden">{ "Speed" }</span>
            <Select {options} chosen={props.speed} on_choose={props.on_speed.clone()} />
        </label>
    }
}

#[derive(Properties, PartialEq)]
pub(super) struct SeedProps {
    /// The name of the view, which makes the ids unique.
    pub(super) name: &'static str,
    pub(super) seed: u64,
    pub(super) on_seed: Callback<u64>,
}

/// The seed, which can be read, typed or drawn at random; for an invalid seed it shows the reason and
/// keeps the old one.
#[component(SeedField)]
pub(super) fn seed_field(props: &SeedProps) -> Html {
    let problem = use_state_eq(|| None::<String>);
    // The typed text is kept here, so that a rendering of the page around it does not discard it.
    let draft = use_state_eq(|| None::<String>);
    let edit = {
        let draft = draft.setter();
        Callback::from(move |event: InputEvent| {
            draft.set(event.target_dyn_into::<HtmlInputElement>().map(|input| input.value()));
        })
    };
    let accept = {
        let (problem, draft, on_seed) = (problem.setter(), draft.setter(), props.on_seed.clone());
        Callback::from(move |seed| {
            problem.set(None);
            draft.set(None);
            on_seed.emit(seed);
        })
    };
    let draw = accept.reform(|_| browser::random_seed());
    let enter = {
        let problem = problem.setter();
        Callback::from(move |event: Event| {
            let Some(input) = event.target_dyn_into::<HtmlInputElement>() else { return };
            match parse_seed(&input.value()) {
                Ok(seed) => accept.emit(seed),
                Err(sentence) => problem.set(Some(sentence)),
            }
        })
    };
    let value = (*draft).clone().unwrap_or_else(|| props.seed.to_string());
    let id = format!("{}-seed-problem", props.name);
    let invalid = problem.is_some().then_some("true");
    html! {
        <>
            <label class="field" title="Another seed starts the run again">
                <span>{ "Seed" }</span>
                <input
                    class="input transport__seed" inputmode="numeric" {value}
                    oninput={edit} onchange={enter} aria-invalid={invalid} aria-describedby={id.clone()}
                />
            </label>
            <button class="button" type="button" onclick={draw} title="Starts the run again with other random draws">{ "New seed" }</button>
            <p {id} class="transport__problem" role="alert">
                { problem.as_deref().unwrap_or_default() }
            </p>
        </>
    }
}

/// Reads a seed; the error is a sentence.
fn parse_seed(text: &str) -> Result<u64, String> {
    whole_number(text).ok_or_else(|| {
        let start: String = text.chars().take(20).collect();
        format!("The seed is “{start}”, but must be a whole number from 0 to 18,446,744,073,709,551,615.")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_a_whole_number() {
        assert_eq!(parse_seed(" 42 "), Ok(42));
        assert_eq!(parse_seed("10,000"), Ok(10_000));
        assert_eq!(parse_seed("18446744073709551615"), Ok(u64::MAX));
        for text in ["", "-1", "4.2", "many", "99999999999999999999999"] {
            assert!(parse_seed(text).unwrap_err().contains("must be"), "{text}");
        }
    }
}
