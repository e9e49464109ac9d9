//! What can be opened and closed, and is made only while it is open.

use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) class: &'static str,
    /// What is read to open it.
    pub(super) title: &'static str,
    /// What is heard instead, where the title alone would not tell it from others.
    #[prop_or_default]
    pub(super) label: Option<AttrValue>,
    /// What is in it: a component, which does its work only once it is on the page.
    pub(super) children: Html,
}

/// A disclosure; while it is closed there is nothing in it.
#[component(Disclosure)]
pub(super) fn disclosure(props: &Props) -> Html {
    let open = use_state_eq(|| false);
    let toggle = {
        let open = open.clone();
        Callback::from(move |event: MouseEvent| {
            // The browser would open it before there is something in it.
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
