//! A prediction: the results are hidden until the user has made one, and are then compared with it.

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

/// What opens the panel.
const OPENER: &str = "prediction-open";

/// The title of the panel, which gets the focus when its content changes.
const TITLE: &str = "prediction-title";

#[derive(Clone, Properties)]
pub(super) struct Props {
    pub(super) chosen: Chosen,
    /// The results; none before all are there.
    pub(super) lanes: Option<Rc<[Rc<Lane>]>>,
    /// Whether a link opens it, and the number of that link; a new number is a new wish.
    pub(super) is_wanted: bool,
    pub(super) wish: u32,
    /// Whether the results are to be hidden.
    pub(super) on_hide: Callback<bool>,
    /// Whether it is open.
    pub(super) on_change: Callback<Change>,
}

impl PartialEq for Props {
    /// The same lane is the same value, whose many buckets need not be compared.
    fn eq(&self, other: &Self) -> bool {
        let same = match (&self.lanes, &other.lanes) {
            (Some(one), Some(other)) => {
                one.len() == other.len() && one.iter().zip(&**other).all(|(a, b)| Rc::ptr_eq(a, b))
            }
            (one, other) => one.is_none() && other.is_none(),
        };
        same && self.chosen == other.chosen
            && (self.is_wanted, self.wish) == (other.is_wanted, other.wish)
    }
}

pub(super) enum Msg {
    Open,
    Close,
    /// Moves a lane towards the front or the end.
    Shift(usize, bool),
    /// Another peak, by its place in the list of peaks.
    Peak(usize),
    Run,
}

#[derive(Clone, Copy, PartialEq)]
enum Phase {
    Closed,
    /// The results are hidden.
    Open,
    /// The prediction is made, and the results are shown.
    Made,
}

/// The button that begins a prediction, and the panel that it opens.
pub(super) struct PredictionPanel {
    phase: Phase,
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
        let mut panel = Self {
            phase: Phase::Closed,
            prediction: Prediction::new(0),
            moved: String::new(),
            focus: None,
        };
        if ctx.props().is_wanted {
            panel.open(ctx);
        }
        panel
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &Props) -> bool {
        let is_wish = ctx.props().wish != old.wish;
        if is_wish && ctx.props().is_wanted {
            self.open(ctx);
        } else if is_wish || ctx.props().chosen != old.chosen {
            // A prediction is about the comparison for which it was made.
            self.close(ctx);
        }
        true
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        let comparison = &ctx.props().chosen.comparison;
        match msg {
            Msg::Open => {
                self.open(ctx);
                self.focus = Some(TITLE.to_owned());
            }
            Msg::Close => {
                self.close(ctx);
                self.focus = Some(OPENER.to_owned());
            }
            Msg::Shift(lane, forwards) => {
                let Some(place) = self.prediction.shift(lane, forwards) else { return false };
                let name = names(comparison).swap_remove(lane);
                let place = u32::try_from(place + 1).unwrap_or(u32::MAX);
                self.moved =
                    format!("{name} is {} of {}.", ordinal(place), self.prediction.order().len());
                // Its row is put elsewhere, which would lose the focus.
                self.focus = Some(form::mover(lane, forwards));
            }
            Msg::Peak(place) => self.prediction.set_peak(place),
            Msg::Run => {
                self.phase = Phase::Made;
                self.focus = Some(TITLE.to_owned());
                ctx.props().on_hide.emit(false);
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
        let act = |msg: fn() -> Msg| ctx.link().callback(move |_: MouseEvent| msg());
        match self.phase {
            Phase::Closed => html! {
                <button id={OPENER} class="button prediction__open" type="button" onclick={act(|| Msg::Open)}>
                    { "Predict" }
                </button>
            },
            Phase::Open => html! {
                <section class="prediction panel" aria-labelledby={TITLE}>
                    <h2 id={TITLE} tabindex="-1">{ "Your prediction" }</h2>
                    <p class="prediction__about">{ "The results are hidden until you have made your prediction." }</p>
                    { form(&ctx.props().chosen.comparison, &self.prediction, ctx.link()) }
                    <p class="visually-hidden" role="status">{ &self.moved }</p>
                    <div class="prediction__actions">
                        { button("Run", "button--strong", act(|| Msg::Run)) }
                        { button("Close", "", act(|| Msg::Close)) }
                    </div>
                </section>
            },
            Phase::Made => html! {
                <section class="prediction panel" aria-labelledby={TITLE}>
                    <h2 id={TITLE} tabindex="-1">{ "Your prediction and the result" }</h2>
                    { told(ctx.props(), &self.prediction) }
                    <div class="prediction__actions">
                        { button("Predict again", "", act(|| Msg::Open)) }
                        { button("Close", "", act(|| Msg::Close)) }
                    </div>
                </section>
            },
        }
    }
}

impl PredictionPanel {
    /// Begins a new prediction, without taking the focus.
    fn open(&mut self, ctx: &Context<Self>) {
        self.phase = Phase::Open;
        self.prediction = Prediction::new(ctx.props().chosen.comparison.lanes.len());
        self.moved.clear();
        ctx.props().on_hide.emit(true);
        ctx.props().on_change.emit(Change::Prediction(true));
    }

    fn close(&mut self, ctx: &Context<Self>) {
        if self.phase == Phase::Open {
            ctx.props().on_hide.emit(false);
        }
        if self.phase != Phase::Closed {
            ctx.props().on_change.emit(Change::Prediction(false));
        }
        self.phase = Phase::Closed;
    }
}

fn button(label: &'static str, class: &'static str, onclick: Callback<MouseEvent>) -> Html {
    html! { <button class={classes!("button", class)} type="button" {onclick}>{ label }</button> }
}

/// The lanes as a person can tell them apart: by their titles, and by their numbers where two have the
/// same.
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
