//! The link to the current state of the page, ready to be copied.

use super::browser;
use web_sys::HtmlInputElement;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// The part of the address after the `#`.
    pub(super) link: AttrValue,
    /// A sentence about what the link opens.
    pub(super) about: &'static str,
    /// Options of the link.
    #[prop_or_default]
    pub(super) children: Html,
}

/// The link in a field, and the button that copies it.
#[component(Share)]
pub(super) fn share(props: &Props) -> Html {
    let copied = use_state_eq(|| "");
    let input = use_node_ref();
    let address = browser::address_with(&props.link);
    {
        // A new link has not been copied yet.
        let copied = copied.setter();
        use_effect_with(props.link.clone(), move |_| copied.set(""));
    }
    let copy = {
        let (address, copied, input) = (address.clone(), copied.setter(), input.clone());
        Callback::from(move |_: MouseEvent| {
            if let Some(input) = input.cast::<HtmlInputElement>() {
                input.select();
            }
            let copied = copied.clone();
            browser::copy(&address, move |is_done| {
                copied.set(if is_done { "Copied." } else { "Press Ctrl+C to copy it." });
            });
        })
    };
    html! {
        <div class="share">
            <label class="share__link">
                <span>{ props.about }</span>
                <input ref={input} class="input" readonly=true value={address} />
            </label>
            { props.children.clone() }
            <button class="button" type="button" onclick={copy}>{ "Copy" }</button>
            if !browser::is_one_file() {
                <a class="button share__page" href={format!("share.html#{}", props.link)} target="_blank" rel="noopener">
                    { "Put it into a page" }
                </a>
            }
            <p class="share__done" role="status">{ *copied }</p>
        </div>
    }
}
