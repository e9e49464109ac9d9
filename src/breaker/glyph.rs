//! A breaker as the symbol of a switch: the position of its lever shows the state without a colour.

use crate::breaker::status::BreakerStatus;
use fusebox::StateName;
use yew::prelude::*;

/// The switch, within 24 by 14 units around the origin; it is drawn in the colour of the text.
pub(super) fn switch(status: BreakerStatus) -> Html {
    let lever = match status {
        BreakerStatus::Working(StateName::Closed) => "M-9 0 H9",
        BreakerStatus::Working(StateName::Open) => "M-9 0 L6 -7",
        BreakerStatus::Working(StateName::HalfOpen) => "M-9 0 L8 -4",
        // A lever that is held open.
        BreakerStatus::ForcedOpen => "M-9 0 L6 -7 M6 -7 V-2 M3 -2 H9",
        // A closed lever with a circle around it, for shadow mode.
        BreakerStatus::Shadow => "M-9 0 H-4 M4 0 H9 M-4 0 A4 4 0 1 0 4 0 A4 4 0 1 0 -4 0",
        // A line that bypasses the switch.
        BreakerStatus::Disabled | BreakerStatus::SwitchedOff => "M-9 0 C-7 -9 7 -9 9 0 M-3 2 L3 -2",
        BreakerStatus::Absent => "M-3 3 L3 -3",
    };
    let half = (status == BreakerStatus::Working(StateName::HalfOpen)).then_some("is-dashed");
    html! {
        <g class="switch-glyph">
            <circle cx="-10.5" cy="0" r="1.8" />
            <circle cx="10.5" cy="0" r="1.8" />
            <path class={classes!(half)} d={lever} />
        </g>
    }
}

/// The switch as an icon.
pub(super) fn icon(status: BreakerStatus) -> Html {
    html! {
        <svg class="switch-icon" viewBox="-13 -9 26 14" aria-hidden="true">{ switch(status) }</svg>
    }
}
