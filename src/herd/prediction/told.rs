//! A prediction compared with the results.

use super::{Props, names};
use crate::number::number;
use crate::table::{caption, table};
use fusebox::time::Duration;
use fusebox_lab::herd::LaneOutcome;
use fusebox_lab::herd::prediction::{PeakError, Prediction, Score, times};
use fusebox_lab::words::multiple;
use fusebox_lab::words::ordinal;
use yew::prelude::*;

/// The score of a prediction, once the results are there.
pub(super) fn told(props: &Props, prediction: &Prediction) -> Html {
    let comparison = &props.chosen.comparison;
    let score = props.lanes.as_ref().and_then(|lanes| {
        let outcomes: Vec<LaneOutcome> = lanes.iter().map(|lane| lane.outcome).collect();
        prediction.score(&comparison.setup, &outcomes)
    });
    let Some(score) = score else {
        return html! { <p class="prediction__about" role="status">{ "The result comes when the run has been played to its end." }</p> };
    };
    let names = names(comparison);
    html! {
        <>
            <p class="prediction__sentence" role="status">{ score.sentence(&names[Prediction::PEAK_OF]) }</p>
            if names.len() > 1 { { order(&score, prediction, &names) } }
            { numbers(&score) }
        </>
    }
}

/// The lanes in the predicted order beside the actual order.
fn order(score: &Score, prediction: &Prediction, names: &[String]) -> Html {
    let places = prediction.order.iter().zip(&score.standings).zip(&score.hits);
    let rows = places.enumerate().map(|(place, ((lane, came), is_hit))| {
        let (class, mark) = if *is_hit {
            ("is-success", "✓ right".to_owned())
        } else {
            let from = score.standing(*lane).map_or(0, |it| it.from + 1);
            ("is-failure", format!("✗ comes {}", ordinal(u32::try_from(from).unwrap_or(u32::MAX))))
        };
        let tie = if came.from == came.to { "" } else { ", a tie" };
        let note = |class, text: String| {
            html! { <span class={classes!("prediction__mark", class)}>{ text }</span> }
        };
        vec![
            Html::from(place + 1),
            html! { <>{ &names[*lane] }{ note(Some(class), mark) }</> },
            html! { <>{ &names[came.lane] }{ note(None, format!("{}{tie}", when(came.after))) }</> },
        ]
    });
    let heads = [
        html! { <span class="visually-hidden">{ "Place" }</span> },
        Html::from("Your prediction"),
        Html::from("Result"),
    ];
    let about = "The order of your prediction, and the order in which the lanes recover";
    table(caption(about), heads, rows)
}

fn numbers(score: &Score) -> Html {
    let (right, all) = score.pairs;
    let (class, verdict) = match score.peak_error() {
        PeakError::Close => ("is-success", "✓ close"),
        PeakError::TooLow(_) => ("is-failure", "✗ too low"),
        PeakError::TooHigh(_) => ("is-failure", "✗ too high"),
    };
    html! {
        <dl class="numbers prediction__numbers">
            if all > 0 { { number("Pairs in the right order", format!("{right} of {all}"), None) } }
            { number("Peak, your prediction", format!("{} {verdict}", times(score.predicted)), Some(class)) }
            { number("Peak, computed", multiple(score.peak), None) }
        </dl>
    }
}

fn when(after: Option<Duration>) -> String {
    match after {
        None => "not in this run".to_owned(),
        Some(Duration::ZERO) => "at once".to_owned(),
        Some(after) => format!("after {:.1} s", after.as_secs_f64()),
    }
}
