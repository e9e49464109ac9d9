//! A prediction: the results stay hidden until the user has made one, and are then compared with it.

mod form;
mod told;

use crate::browser;
use crate::herd::session::{Change, Chosen};
use form::form;
use fusebox_lab::herd::prediction::Prediction;
use fusebox_lab::herd::{Comparison, Lane, Strategy};
use fusebox_lab::words::ordinal;
use std::rc::Rc;
use told::told;
use yew::prelude::*;

/// The id of the button that opens the panel.
const OPENER: &str = "prediction-open";

/// The id of the panel's title, which gets the focus when its content changes.
const TITLE: &str = "prediction-title";

#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    pub(super) chosen: Chosen,
    /// The results; none until all lanes have one.
    pub(super) lanes: Option<Rc<[Rc<Lane>]>>,
    pub(super) is_open: bool,
    /// Whether the results are hidden because the user has not made the prediction yet.
    pub(super) is_hidden: bool,
    pub(super) on_made: Callback<()>,
    pub(super) on_change: Callback<Change>,
}

pub(super) enum Msg {
    /// Starts a new prediction, or closes the panel.
    Open(bool),
    /// Moves a lane towards the front or the back.
    Shift(usize, bool),
    /// Chooses another peak, by its index in the list of peaks.
    Peak(usize),
    Run,
}

/// The button that begins a prediction, and the panel that it opens.
pub(super) struct PredictionPanel {
    prediction: Prediction,
    /// The announcement of a move.
    moved: String,
    /// The element that gets the focus after the next rendering.
    focus: Option<String>,
}

impl Component for PredictionPanel {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        let prediction = Prediction::new(ctx.props().chosen.comparison.lanes.len());
        Self { prediction, moved: String::new(), focus: None }
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &Props) -> bool {
        if ctx.props().is_hidden && !old.is_hidden {
            *self = Self { focus: self.focus.take(), ..Component::create(ctx) };
        }
        true
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        let Props { chosen, on_change, on_made, .. } = ctx.props();
        match msg {
            Msg::Open(is_open) => {
                self.focus = Some(if is_open { TITLE } else { OPENER }.to_owned());
                on_change.emit(Change::Prediction(is_open));
            }
            Msg::Shift(lane, forwards) => {
                let Some(place) = self.prediction.shift(lane, forwards) else { return false };
                let name = names(&chosen.comparison).swap_remove(lane);
                let place = u32::try_from(place + 1).unwrap_or(u32::MAX);
                self.moved =
                    format!("{name} is {} of {}.", ordinal(place), self.prediction.order.len());
                // The row of the lane moves in the page, which would lose the focus.
                self.focus = Some(form::mover(lane, forwards));
            }
            Msg::Peak(place) => self.prediction.peak = place,
            Msg::Run => {
                self.focus = Some(TITLE.to_owned());
                on_made.emit(());
            }
        }
        true
    }

    fn rendered(&mut self, _: &Context<Self>, _: bool) {
        if let Some(id) = self.focus.take() {
            browser::focus_by_id(&id);
        }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let Props { chosen, is_open, is_hidden, .. } = ctx.props();
        let button = |label: &'static str, class: &'static str, msg: fn() -> Msg| {
            let onclick = ctx.link().callback(move |_: MouseEvent| msg());
            html! { <button class={classes!("button", class)} type="button" {onclick}>{ label }</button> }
        };
        if !is_open {
            let open = ctx.link().callback(|_: MouseEvent| Msg::Open(true));
            return html! {
                <button id={OPENER} class="button prediction__open" type="button" onclick={open}>
                    { "Predict" }
                </button>
            };
        }
        let title = if *is_hidden { "Your prediction" } else { "Your prediction and the result" };
        html! {
            <section class="prediction panel" aria-labelledby={TITLE}>
                <h2 id={TITLE} tabindex="-1">{ title }</h2>
                if *is_hidden {
                    <p class="prediction__about">{ "The results are hidden until you have made your prediction." }</p>
                    { form(&chosen.comparison, &self.prediction, ctx.link()) }
                    <p class="visually-hidden" role="status">{ &self.moved }</p>
                } else {
                    { told(ctx.props(), &self.prediction) }
                }
                <div class="prediction__actions">
                    if *is_hidden {
                        { button("Run", "button--strong", || Msg::Run) }
                    } else {
                        { button("Predict again", "", || Msg::Open(true)) }
                    }
                    { button("Close", "", || Msg::Open(false)) }
                </div>
            </section>
        }
    }
}

/// The names of the lanes: their titles, with their numbers if two have the same title.
pub(super) fn names(comparison: &Comparison) -> Vec<String> {
    let titles: Vec<_> = comparison.lanes.iter().map(Strategy::title).collect();
    let name = |(n, title): (usize, &String)| {
        let is_alone = titles.iter().filter(|it| *it == title).count() == 1;
        if is_alone { title.clone() } else { format!("{title} (lane {})", n + 1) }
    };
    titles.iter().enumerate().map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox_lab::herd::Setup;

    #[test]
    fn lanes_with_the_same_title_are_told_apart() {
        let comparison = Comparison::of(Setup::default(), &["full", "none", "full"]);
        let titles: Vec<_> = comparison.lanes.iter().map(Strategy::title).collect();
        let [first, second, third] = [0, 1, 2].map(|n| names(&comparison)[n].clone());
        assert_eq!(first, format!("{} (lane 1)", titles[0]));
        assert_eq!(second, titles[1]);
        assert_eq!(third, format!("{} (lane 3)", titles[2]));
    }
}
