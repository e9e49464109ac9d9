//! The frame of the page: name, navigation and theme. An embedded page shows the view alone.

use crate::address::Address;
use crate::browser;
use crate::part::{self, Fetch, Part, use_part};
use crate::views::Views;
use fusebox_lab::link::View;
use fusebox_lab::words::plural;
use std::rc::Rc;
use yew::prelude::*;

#[component(Root)]
pub(super) fn root() -> Html {
    let address = use_state_eq(|| Address::first(read()));
    let dark = use_state_eq(browser::is_dark);
    let details = use_part(
        Part::Details,
        if address.is_unread() { Fetch::Now } else { Fetch::Soon(DETAILS_AFTER) },
    );
    let closed = use_state_eq(Rc::<[String]>::default);
    let view = address.view;
    let herd = use_part(
        Part::Herd,
        match view {
            View::Herd => Fetch::Now,
            View::Playground | View::Learn | View::Check if details.is_here() => {
                Fetch::Soon(HERD_AFTER)
            }
            View::Playground | View::Learn | View::Breaker | View::Check => Fetch::Later,
        },
    );
    let lessons = use_part(
        Part::Lessons,
        match view {
            View::Learn | View::Breaker | View::Check => Fetch::Now,
            View::Playground | View::Herd => Fetch::Later,
        },
    );
    // The views wait until the first link can be read. They stay on the page while a later link waits.
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
            let listener = browser::on_fragment_change(move || address.set(now.next(read())));
            move || drop(listener)
        });
    }
    {
        let address = address.clone();
        use_effect_with(details.is_here(), move |&is_here| {
            if let Some(details) = part::details().filter(|_| is_here) {
                (details.begin)();
                address.set(address.read_at_last(read()));
            }
        });
    }
    use_effect_with(view, |view| browser::set_title(&format!("{} – Fusebox", view.title())));
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
            <main id="main" tabindex="-1">
                { notice(&address, &closed) }
                if has_views { <Views address={(*address).clone()} {details} {herd} {lessons} /> } else {
                    { details.stand_in() }
                }
            </main>
        </>
    }
}

/// The function that reads links, once it is loaded.
fn read() -> Option<fn(u32, &str) -> Address> {
    part::details().map(|it| it.read_link)
}

/// Milliseconds from the first frame until the details are fetched.
const DETAILS_AFTER: u32 = 50;

/// Milliseconds from the details until the Herd is fetched, unless the user opened it before.
const HERD_AFTER: u32 = 500;

fn header(view: View, dark: bool, toggle_theme: Callback<MouseEvent>) -> Html {
    html! {
        <>
        // A link would be an address, and the address is that of the view.
        <button class="button skip" type="button" onclick={|_| browser::focus_by_id("main")}>
            { "Skip to the content" }
        </button>
        <header class="top">
            <a class="top__name" href="#playground" aria-label="Fusebox">
                <svg class="top__logo" viewBox="0 0 24 16" aria-hidden="true">
                    <rect x="1" y="2" width="22" height="12" rx="6" />
                    <path d="M4 8h3c2 0 2-3 4-3s2 6 4 6 2-3 3-3h2" />
                </svg>
                <span>{ "Fusebox" }</span>
            </a>
            <nav aria-label="Views" data-arrows="">
                { for View::ALL.map(|other| view_link(other, other == view)) }
            </nav>
            <button class="button button--quiet" type="button" onclick={toggle_theme}>
                { if dark { "Light" } else { "Dark" } }
            </button>
        </header>
        </>
    }
}

fn view_link(view: View, current: bool) -> Html {
    let href = format!("#{}", view.name());
    let current = current.then_some("page");
    html! { <a class="top__view" {href} aria-current={current}>{ view.title() }</a> }
}

/// The problems of the link in the address in one line, until the address changes or the user closes them.
fn notice(address: &Address, closed: &UseStateHandle<Rc<[String]>>) -> Html {
    let [first, rest @ ..] = &*address.notices else { return html! {} };
    if **closed == address.notices {
        return html! {};
    }
    let close = {
        let (closed, notices) = (closed.setter(), address.notices.clone());
        Callback::from(move |_: MouseEvent| closed.set(notices.clone()))
    };
    let others = plural(rest.len() as u64, "more problem", "more problems");
    html! {
        <section class="notice is-brief panel" role="status" aria-label="About this link">
            if rest.is_empty() { <p>{ first }</p> } else {
                <details>
                    <summary>{ first }{ " " }<b>{ format!("And {others}.") }</b></summary>
                    { for rest.iter().map(|sentence| html! { <p>{ sentence }</p> }) }
                </details>
            }
            <button class="button button--quiet" type="button" onclick={close}>{ "Close" }</button>
        </section>
    }
}
