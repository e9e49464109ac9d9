//! What opens and closes; its content exists only while it is open.

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

/// A button that opens one of several panels, and closes it again.
pub(super) fn panel_button<P: Copy + PartialEq + 'static>(
    open: &UseStateHandle<Option<P>>,
    label: &'static str,
    panel: P,
    class: Option<&'static str>,
) -> Html {
    let (is_open, set) = (**open == Some(panel), open.setter());
    html! {
        <button
            class={classes!("button", class)} type="button" aria-expanded={is_open.to_string()}
            onclick={Callback::from(move |_: MouseEvent| set.set((!is_open).then_some(panel)))}
        >
            { label }
        </button>
    }
}
