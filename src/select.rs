//! A select that shows its value, whatever the user chose before.

use crate::browser;
use web_sys::{Event, HtmlSelectElement};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    /// The titles of the options.
    pub(super) options: Vec<AttrValue>,
    /// The titles of the groups of options, if there are any, and the number of options of each.
    #[prop_or_default]
    pub(super) groups: Vec<(&'static str, usize)>,
    /// The index of the current option.
    pub(super) chosen: Option<usize>,
    pub(super) on_choose: Callback<usize>,
    #[prop_or("input")]
    pub(super) class: &'static str,
    #[prop_or_default]
    pub(super) id: Option<AttrValue>,
    /// The accessible name, if no label gives it one.
    #[prop_or_default]
    pub(super) label: Option<AttrValue>,
    #[prop_or_default]
    pub(super) describedby: Option<AttrValue>,
}

#[component(Select)]
pub(super) fn select(props: &Props) -> Html {
    let Props { options, groups, chosen, on_choose, class, id, label, describedby } = props;
    let node = use_node_ref();
    {
        // Once the user has chosen, the attributes of the options have no effect any more.
        let (node, chosen) = (node.clone(), *chosen);
        use_effect(move || {
            let chosen = chosen.and_then(|n| i32::try_from(n).ok());
            if let (Some(select), Some(n)) = (node.cast::<HtmlSelectElement>(), chosen) {
                select.set_selected_index(n);
            }
        });
    }
    let onchange = {
        let on_choose = on_choose.clone();
        Callback::from(move |event: Event| {
            if let Some(n) = browser::selected(&event) {
                on_choose.emit(n);
            }
        })
    };
    let mut rest = options.iter().map(|title| html! { <option>{ title }</option> });
    let mut group = |(title, count): &(&'static str, usize)| {
        html! { <optgroup label={*title}>{ for rest.by_ref().take(*count) }</optgroup> }
    };
    let groups: Vec<Html> = groups.iter().map(&mut group).collect();
    html! {
        <select
            ref={node} class={*class} id={id.clone()} aria-label={label.clone()}
            aria-describedby={describedby.clone()} {onchange}
        >
            { for groups }
            { for rest }
        </select>
    }
}
