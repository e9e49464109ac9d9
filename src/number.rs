//! A labelled number, as both views show it.

use yew::prelude::*;

/// An item of a `dl.numbers`; the class colours the value by its meaning.
pub(super) fn number(label: &'static str, value: String, class: Option<&'static str>) -> Html {
    number_and(label, value, class, None)
}

/// An item of a `dl.numbers` with a word below its value.
pub(super) fn number_and(
    label: &'static str,
    value: String,
    class: Option<&'static str>,
    why: Option<&'static str>,
) -> Html {
    html! {
        <div class="numbers__item">
            <dt>{ label }</dt>
            <dd class={classes!(class)}>{ value }</dd>
            if let Some(why) = why {
                <dd class="numbers__note">{ why }</dd>
            }
        </div>
    }
}
