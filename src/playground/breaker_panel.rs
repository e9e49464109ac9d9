//! The panel beside the stage: the breaker on the selected dependency, and the numbers of the service.

use crate::breaker::{BreakerPanel, other_breakers};
use crate::playground::numbers::numbers;
use crate::playground::session::Action;
use crate::playground::summary::Summary;
use crate::selection::Selection;
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) summary: Rc<Summary>,
    pub(super) selection: Option<Selection>,
    pub(super) on_choose: Callback<Selection>,
    pub(super) on_action: Callback<Action>,
}

#[component(ServiceBreaker)]
pub(super) fn service_breaker(props: &Props) -> Html {
    let Props { summary, selection, on_choose, on_action } = props;
    let footer = html! {
        <>
            <p class="visually-hidden" role="status">{ &summary.news }</p>
            { numbers(&summary.numbers, *selection, on_choose) }
        </>
    };
    BreakerPanel {
        view: &summary.breaker,
        moves: &summary.moves,
        selection: *selection,
        explanation: summary.explanation.clone(),
        on_choose,
        on_close: &on_action.reform(|()| Action::Choose(None)),
        below_title: other_breakers(&summary.other_breakers, &on_action.reform(Action::Depend)),
        footer,
    }
    .html()
}
