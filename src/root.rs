//! The frame of the page: name, views, theme; without it in an embedded page.

use crate::address::Address;
use crate::browser;
use crate::herd;
use crate::part::{self, Part, PartState, use_part};
use crate::playground::PlaygroundView;
use fusebox_lab::link::Link;
use yew::prelude::*;

/// The name of a view for people.
fn label(view: &str) -> &'static str {
    if view == Link::VIEWS[1] { "Herd" } else { "Playground" }
}

#[component(Root)]
pub(super) fn root() -> Html {
    let address = use_state_eq(Address::first);
    let dark = use_state_eq(browser::is_dark);
    let details = use_part(Part::Details, address.is_unread(), AFTER_THE_FIRST_PICTURE);
    let view = address.view();
    {
        let address = address.clone();
        use_effect_with((*address).clone(), move |now| {
            let now = now.clone();
            let listener = browser::on_fragment_change(move || address.set(now.next()));
            move || drop(listener)
        });
    }
    {
        let address = address.clone();
        use_effect_with(details.is_here(), move |&is_here| {
            if is_here {
                address.set(address.read_at_last());
            }
        });
    }
    use_effect_with(view, |view| browser::set_title(&format!("{} – Fusebox", label(view))));
    let toggle_theme = {
        let dark = dark.clone();
        Callback::from(move |_| {
            let next = !browser::is_dark();
            browser::set_dark(next);
            dark.set(next);
        })
    };
    html! {
        <>
            if !browser::is_embedded() { { header(view, *dark, toggle_theme) } }
            <main>
                { notice(&address) }
                if address.is_unread() { { details.stand_in() } } else {
                    <Views address={(*address).clone()} {details} />
                }
            </main>
        </>
    }
}

/// Milliseconds after which a part is fetched that nobody has asked for.
const AFTER_THE_FIRST_PICTURE: u32 = 100;
const WHEN_IDLE: u32 = 3_000;

#[derive(PartialEq, Properties)]
struct ViewsProps {
    address: Address,
    details: PartState,
}

/// The views; one that is left stays in the tree, hidden, and comes back as it was.
#[component(Views)]
fn views(ViewsProps { address, details }: &ViewsProps) -> Html {
    let [playground, herd] = Link::VIEWS.map(|name| address.view() == name);
    let herd_part = use_part(Part::Herd, herd, WHEN_IDLE);
    html! {
        <>
            <div hidden={!playground}>
                <PlaygroundView
                    visible={playground} link={address.playground()} details={details.clone()}
                />
            </div>
            <div hidden={!herd}>
                { match part::herd() {
                    Some(herd_view) => herd_view(&herd::Props { visible: herd, link: address.herd() }),
                    None => herd_part.stand_in(),
                } }
            </div>
        </>
    }
}

fn header(view: &str, dark: bool, toggle_theme: Callback<MouseEvent>) -> Html {
    html! {
        <header class="top">
            <a class="top__name" href="#playground" aria-label="Fusebox">
                <svg class="top__logo" viewBox="0 0 24 16" aria-hidden="true">
                    <rect x="1" y="2" width="22" height="12" rx="6" />
                    <path d="M4 8h3c2 0 2-3 4-3s2 6 4 6 2-3 3-3h2" />
                </svg>
                <span>{ "Fusebox" }</span>
            </a>
            <nav aria-label="Views">
                { for Link::VIEWS.map(|other| view_link(other, other == view)) }
            </nav>
            <button class="button button--quiet" type="button" onclick={toggle_theme}>
                { if dark { "Light" } else { "Dark" } }
            </button>
        </header>
    }
}

fn view_link(view: &'static str, current: bool) -> Html {
    let href = format!("#{view}");
    let current = current.then_some("page");
    html! { <a class="top__view" {href} aria-current={current}>{ label(view) }</a> }
}

/// What is wrong with the address, until it is another.
fn notice(address: &Address) -> Html {
    if address.notices.is_empty() {
        return html! {};
    }
    html! {
        <section class="notice panel" role="status" aria-label="About this link">
            { for address.notices.iter().map(|sentence| html! { <p>{ sentence }</p> }) }
        </section>
    }
}
