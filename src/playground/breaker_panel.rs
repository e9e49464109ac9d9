//! The panel beside the stage: the breaker on the selected dependency, and the numbers of the service.

use crate::breaker::{BreakerPanel, other_breakers};
use crate::playground::Page;
use crate::playground::numbers::numbers;
use crate::playground::session::Action;
use yew::prelude::*;

#[component(ServiceBreaker)]
pub(super) fn service_breaker(Page { session, summary, on_action, .. }: &Page) -> Html {
    let selection = session.selection;
    let on_choose = &on_action.reform(|selection| Action::Choose(Some(selection)));
    let footer = html! {
        <>
            <p class="visually-hidden" role="status">{ &summary.news }</p>
            { numbers(&summary.numbers, selection, on_choose) }
        </>
    };
    BreakerPanel {
        view: &summary.breaker,
        moves: &summary.moves,
        selection,
        explanation: summary.explanation.clone(),
        on_choose,
        on_close: &on_action.reform(|()| Action::Choose(None)),
        below_title: other_breakers(&summary.other_breakers, &on_action.reform(Action::Depend)),
        footer,
    }
    .html()
}
