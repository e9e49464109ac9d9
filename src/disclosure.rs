//! A section that opens and closes; its content exists only while it is open.

use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) class: &'static str,
    /// The visible title of the button.
    pub(super) title: &'static str,
    /// The accessible name, if the title alone does not tell it from others.
    #[prop_or_default]
    pub(super) label: Option<AttrValue>,
    /// The content: a component, which does no work before it is on the page.
    pub(super) children: Html,
}

/// A disclosure; it has no content while it is closed.
#[component(Disclosure)]
pub(super) fn disclosure(props: &Props) -> Html {
    let open = use_state_eq(|| false);
    let toggle = {
        let open = open.clone();
        Callback::from(move |event: MouseEvent| {
            // The browser would open it before its content is there.
            event.prevent_default();
            open.set(!*open);
        })
    };
    html! {
        <details class={props.class} open={*open}>
            <summary onclick={toggle} aria-label={props.label.clone()}>{ props.title }</summary>
            if *open { { props.children.clone() } }
        </details>
    }
}
