//! A labelled number, as both views show it.

use yew::prelude::*;

/// An item of a `dl.numbers`; the class colours the value by its meaning.
pub(super) fn number(label: &'static str, value: String, class: Option<&'static str>) -> Html {
    html! {
        <div class="numbers__item">
            <dt>{ label }</dt>
            <dd class={classes!(class)}>{ value }</dd>
        </div>
    }
}
