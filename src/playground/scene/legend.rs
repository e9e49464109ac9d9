//! The legend of the dots, which also filters them.

use super::kinds::{DotKind, DotKinds};
use super::pace::Detail;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) shown: DotKinds,
    /// The kinds of which there has been a call to ask about.
    pub(crate) known: DotKinds,
    pub(crate) detail: Detail,
    /// Whether nothing moves, and numbers on the wires stand for the dots.
    pub(crate) still: bool,
    /// One call is shown out of this number.
    pub(crate) one_in: u16,
    pub(crate) on_shown: Callback<DotKinds>,
    /// Why did the newest call of this kind go as it did?
    pub(crate) on_why: Callback<DotKind>,
}

#[component(Legend)]
pub(crate) fn legend(props: &Props) -> Html {
    html! {
        <div class="legend" role="group" aria-label="What the dots mean, and which are shown">
            { for DotKind::ALL.map(|kind| item(kind, props)) }
            <p class="legend__words">{ words(props.detail, props.one_in, props.still) }</p>
        </div>
    }
}

fn item(kind: DotKind, props: &Props) -> Html {
    let shown = props.shown;
    let toggle = props.on_shown.reform(move |_| shown.toggled(kind));
    let why = props.on_why.reform(move |_| kind);
    let label = kind.label();
    html! {
        <div class={classes!("legend__item", kind.class())}>
            <button
                class="legend__toggle" type="button" onclick={toggle} title={kind.meaning()}
                aria-pressed={shown.has(kind).to_string()}
            >
                <svg viewBox="-6 -6 12 12" aria-hidden="true">{ shape(kind) }</svg>
                { label }
            </button>
            <button
                class="legend__why" type="button" onclick={why}
                aria-disabled={(!props.known.has(kind)).to_string()}
                aria-label={format!("Why? The newest {label}")} title={format!("Why? The newest {label}")}
            >
                { "?" }
            </button>
        </div>
    }
}

/// How to use the picture.
const HINT: &str = "Press a dot to have it explained, or “…” to inject a fault.";

/// Says what the picture leaves out.
fn words(detail: Detail, one_in: u16, still: bool) -> String {
    if still {
        return "The numbers on each wire count the calls of the last second.".to_owned();
    }
    let small = if detail == Detail::Small { " and is drawn small" } else { "" };
    match one_in {
        1 => format!("Each dot is a call in flight{small}. {HINT}"),
        n => format!(
            "There are too many calls to show them all: each dot stands for {n} calls{small}. {HINT}"
        ),
    }
}

fn shape(kind: DotKind) -> Html {
    match kind {
        DotKind::FirstAttempt => html! { <circle r="3.4" /> },
        DotKind::Success => html! { <circle r="4.4" /> },
        DotKind::Slow => html! { <rect x="-5.8" y="-2.7" width="11.6" height="5.4" rx="2.7" /> },
        DotKind::Retry => html! { <path d="M0 -5 L5.2 3.8 L-5.2 3.8 Z" /> },
        DotKind::FailedFast => html! { <path d="M0 -5.4 L5.4 0 L0 5.4 L-5.4 0 Z" /> },
        DotKind::Fallback => html! { <rect x="-4" y="-4" width="8" height="8" /> },
        DotKind::Failure => html! { <path class="is-outline" d="M-4 -4 L4 4 M-4 4 L4 -4" /> },
        DotKind::Abandoned => html! { <circle class="is-outline" r="3.9" /> },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_said() {
        assert!(!words(Detail::Full, 1, false).contains("small"));
        assert!(words(Detail::Small, 1, false).contains("small"));
        assert!(words(Detail::Full, 10, false).contains("stands for 10"));
        assert!(!words(Detail::Full, 10, true).contains("dot"));
    }
}
