//! The views of the page.

use crate::address::Address;
use crate::part::{self, PartState};
use crate::playground::PlaygroundView;
use fusebox_lab::link::View;
use yew::prelude::*;

/// The inputs of every view.
#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) address: Address,
    pub(super) details: PartState,
    pub(super) herd: PartState,
    pub(super) lessons: PartState,
}

/// A view, or a placeholder until its part of the page is loaded.
fn make(view: View, visible: bool, Props { address, details, herd, lessons }: &Props) -> Html {
    let part = match view {
        View::Playground => {
            return html! {
                <PlaygroundView
                    {visible} link={address.content()}
                    details={part::details().filter(|_| details.is_here())}
                    stand_in={details.stand_in()}
                />
            };
        }
        View::Herd => herd,
        View::Learn | View::Breaker | View::Check => lessons,
    };
    part.views().map_or_else(|| part.stand_in(), |make| make(view, visible, address))
}

/// All views. A view that the user leaves stays in the tree, hidden, and keeps its state.
#[component(Views)]
pub(super) fn views(props: &Props) -> Html {
    let view = |view: View| {
        let visible = props.address.view == view;
        html! { <div key={view.name()} hidden={!visible}>{ make(view, visible, props) }</div> }
    };
    html! { <>{ for View::ALL.map(view) }</> }
}
