//! The frame of the page: name, views, theme; without it in an embedded page.

use crate::address::Address;
use crate::browser;
use crate::herd;
use crate::part::{self, Fetch, Part, PartState, use_part};
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
    let details = use_part(
        Part::Details,
        if address.is_unread() { Fetch::Now } else { Fetch::Soon(DETAILS_AFTER) },
    );
    let view = address.view();
    let herd = use_part(
        Part::Herd,
        match view == Link::VIEWS[1] {
            true => Fetch::Now,
            false if details.is_here() => Fetch::Soon(HERD_AFTER),
            false => Fetch::Later,
        },
    );
    // A link that the page opens with is waited for; one that comes later finds the views as they are.
    let has_views = {
        let had = use_mut_ref(|| false);
        let mut has = had.borrow_mut();
        *has |= !address.is_unread();
        *has
    };
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
                if has_views { <Views address={(*address).clone()} {details} {herd} /> } else {
                    { details.stand_in() }
                }
            </main>
        </>
    }
}

/// Milliseconds after the first picture.
const DETAILS_AFTER: u32 = 50;

/// Milliseconds after the details, where nobody has asked for the Herd.
const HERD_AFTER: u32 = 3_000;

#[derive(PartialEq, Properties)]
struct ViewsProps {
    address: Address,
    details: PartState,
    herd: PartState,
}

/// The views; one that is left stays in the tree, hidden, and comes back as it was.
#[component(Views)]
fn views(ViewsProps { address, details, herd }: &ViewsProps) -> Html {
    let [is_playground, is_herd] = Link::VIEWS.map(|name| address.view() == name);
    let herd_props = herd::Props { visible: is_herd, link: address.herd() };
    html! {
        <>
            <div hidden={!is_playground}>
                <PlaygroundView
                    visible={is_playground} link={address.playground()} details={details.clone()}
                />
            </div>
            <div hidden={!is_herd}>
                { part::herd().map_or_else(|| herd.stand_in(), |herd_view| herd_view(&herd_props)) }
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
