//! The live world beside a text: that of a Playground, the lanes of a Herd, a tape in two breakers, or a
//! link.

use crate::address::Address;
use crate::breaker_view::TapeWorld;
use crate::playground::{Details, LiveWorld, Panels, Request};
use fusebox::time::Instant;
use fusebox_lab::link::{Breaker, Link, Playground, View};
use std::rc::Rc;
use yew::prelude::*;

/// Makes the Herd, as the part of the page that has it does.
pub(crate) type MakeHerd = fn(view: View, visible: bool, address: &Address) -> Html;

/// The code of other parts of the page, as far as it is loaded.
#[derive(Clone, Copy)]
pub(crate) struct Loaded {
    pub(crate) details: Option<&'static Details>,
    pub(crate) herd: Option<MakeHerd>,
}

impl PartialEq for Loaded {
    fn eq(&self, other: &Self) -> bool {
        (self.details, self.herd.is_some()) == (other.details, other.herd.is_some())
    }
}

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The link of the world; a world with another one needs another key.
    pub(crate) link: AttrValue,
    /// The moment at which it is shown.
    pub(crate) at: Option<Instant>,
    pub(crate) loaded: Loaded,
    pub(crate) panels: Panels,
    pub(crate) request: Option<(u32, Request)>,
    pub(crate) on_world: Callback<Option<Rc<Link>>>,
    pub(crate) on_now: Callback<Instant>,
}

#[component(World)]
pub(crate) fn world(props: &Props) -> Html {
    let address = use_memo(props.link.clone(), |link| Address::read(1, link));
    let link = use_memo((props.link.clone(), props.at), |(_, at)| {
        let playground = address.content::<Playground>();
        playground.map(|(_, link)| Rc::new(Playground { at: at.or(link.at), ..(*link).clone() }))
    });
    if let Some(link) = link.as_ref() {
        return html! {
            <LiveWorld
                link={link.clone()} details={props.loaded.details} panels={props.panels}
                request={props.request.clone()} on_world={props.on_world.clone()}
                on_now={props.on_now.clone()}
            />
        };
    }
    if let Some((_, link)) = address.content::<Breaker>() {
        let seek = match &props.request {
            Some((number, Request::Seek(at))) => Some((*number, *at)),
            _ => None,
        };
        return html! {
            <TapeWorld
                {link} at={props.at} {seek} on_world={props.on_world.clone()}
                on_now={props.on_now.clone()}
            />
        };
    }
    match (address.view, props.loaded.herd) {
        (View::Herd, Some(make)) => {
            // Only the view itself is the Herd; beside a text it is its lanes.
            html! { <div class="world__herd">{ make(View::Learn, true, &address) }</div> }
        }
        (View::Herd, None) => html! { <p class="part panel">{ "The Herd is loading …" }</p> },
        (view, _) => html! {
            <p class="part panel">
                <a href={format!("#{}", props.link)}>{ format!("Open it in the {}", view.title()) }</a>
            </p>
        },
    }
}
