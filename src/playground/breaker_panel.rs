//! The panel beside the stage: the breaker on the selected dependency, and the numbers of the service.

use crate::breaker::{BreakerPanel, other_breakers};
use crate::playground::numbers::numbers;
use crate::playground::summary::Summary;
use crate::selection::Selection;
use fusebox_lab::explain::Explanation;
use fusebox_sim::Dependency;
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) summary: Rc<Summary>,
    pub(super) selection: Option<Selection>,
    /// The explanation of the selection.
    pub(super) explanation: Option<Rc<Explanation>>,
    pub(super) on_choose: Callback<Selection>,
    pub(super) on_close: Callback<()>,
    pub(super) on_depend: Callback<Dependency>,
}

#[component(ServiceBreaker)]
pub(super) fn service_breaker(props: &Props) -> Html {
    let Props { summary, selection, explanation, on_choose, on_close, on_depend } = props;
    let footer = html! {
        <>
            <p class="visually-hidden" role="status">{ &summary.news }</p>
            { numbers(summary, *selection, on_choose) }
        </>
    };
    BreakerPanel {
        view: &summary.breaker,
        moves: &summary.moves,
        selection: *selection,
        explanation: explanation.clone(),
        on_choose,
        on_close,
        below_title: other_breakers(&summary.other_breakers, on_depend),
        footer,
    }
    .html()
}
