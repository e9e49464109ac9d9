//! The link to the current state of the page, ready to be copied.

use super::browser;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
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
    /// Other ways to take it along.
    #[prop_or_default]
    pub(super) more: Html,
}

/// The link in a field, and the button that copies it.
#[component(Share)]
pub(super) fn share(props: &Props) -> Html {
    let input = use_node_ref();
    let address = AttrValue::from(browser::address_with(&props.link));
    let (copy, copied) = use_copy(&address, &input);
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
            { props.more.clone() }
            <p class="share__done" role="status">{ copied }</p>
        </div>
    }
}

/// Copies a text that is in a field; gives what a button does, and a word on what it did.
#[hook]
pub(super) fn use_copy(text: &AttrValue, field: &NodeRef) -> (Callback<MouseEvent>, &'static str) {
    let copied = use_state_eq(|| "");
    {
        // A new text has not been copied yet.
        let copied = copied.setter();
        use_effect_with(text.clone(), move |_| copied.set(""));
    }
    let (text, set, field) = (text.clone(), copied.setter(), field.clone());
    let copy = Callback::from(move |_: MouseEvent| {
        match field.get() {
            Some(node) if node.has_type::<HtmlTextAreaElement>() => {
                node.unchecked_into::<HtmlTextAreaElement>().select();
            }
            Some(node) => node.unchecked_into::<HtmlInputElement>().select(),
            None => {}
        }
        let set = set.clone();
        browser::copy(&text, move |is_done| {
            set.set(if is_done { "Copied." } else { "Press Ctrl+C to copy it." });
        });
    });
    (copy, *copied)
}
