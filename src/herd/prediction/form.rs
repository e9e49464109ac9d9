//! The questions of a prediction: the order of the lanes, and the peak of one lane after the repair.

use super::{Msg, PredictionPanel, names};
use fusebox_lab::herd::Comparison;
use fusebox_lab::herd::prediction::{PEAKS, Prediction, times};
use web_sys::HtmlInputElement;
use yew::html::Scope;
use yew::prelude::*;

/// The questions of a prediction.
pub(super) fn form(
    comparison: &Comparison,
    prediction: &Prediction,
    link: &Scope<PredictionPanel>,
) -> Html {
    let names = names(comparison);
    html! {
        <div class="prediction__questions">
            if names.len() > 1 {
                <div class="prediction__question" role="group" aria-labelledby="prediction-order">
                    <h3 id="prediction-order">{ "Which lane recovers first after the outage, which last?" }</h3>
                    <ol class="prediction__order" data-arrows="">
                        { for prediction.order.iter().enumerate().map(|(place, lane)| {
                            row(place, *lane, &names, link)
                        }) }
                    </ol>
                </div>
            }
            { peak(&names, prediction, link) }
        </div>
    }
}

fn row(place: usize, lane: usize, names: &[String], link: &Scope<PredictionPanel>) -> Html {
    let name = &names[lane];
    let mover = |word: &'static str, arrow: &'static str, forwards: bool, can: bool| {
        html! {
            // Stays enabled at the ends of the list, since a disabled button would lose the focus.
            <button
                class="button" type="button" id={mover(lane, forwards)}
                aria-label={format!("Move {name} {word}")} aria-disabled={(!can).to_string()}
                onclick={link.callback(move |_: MouseEvent| Msg::Shift(lane, forwards))}
            >
                <span aria-hidden="true">{ arrow }</span>
            </button>
        }
    };
    html! {
        <li key={lane} class="prediction__row">
            <span class="prediction__place" aria-hidden="true">{ place + 1 }</span>
            <span class="prediction__name">{ name }</span>
            { mover("up", "↑", true, place > 0) }
            { mover("down", "↓", false, place + 1 < names.len()) }
        </li>
    }
}

/// The id of a button that moves a lane.
pub(super) fn mover(lane: usize, forwards: bool) -> String {
    format!("prediction-{}-{lane}", if forwards { "up" } else { "down" })
}

fn peak(names: &[String], prediction: &Prediction, link: &Scope<PredictionPanel>) -> Html {
    let set = link.batch_callback(|event: InputEvent| {
        let input: HtmlInputElement = event.target_dyn_into()?;
        input.value().parse().ok().map(Msg::Peak)
    });
    let (height, place) = (prediction.height(), prediction.peak);
    let name = names.get(Prediction::PEAK_OF).map_or("", String::as_str);
    html! {
        <div class="prediction__question">
            <h3><label for="prediction-peak">
                { format!("How high is the peak of {name} after the repair, as a multiple of capacity?") }
            </label></h3>
            <div class="slider prediction__peak">
                <input
                    id="prediction-peak" type="range" min="0" max={(PEAKS.len() - 1).to_string()} step="1"
                    value={place.to_string()} oninput={set}
                    aria-valuetext={format!("{height} times capacity")}
                />
                <span class="slider__value" aria-hidden="true">{ times(height) }</span>
            </div>
        </div>
    }
}
