//! The frame of the page: name, views, theme.

use crate::app::browser;
use crate::app::herd::HerdView;
use crate::app::playground::PlaygroundView;
use yew::prelude::*;

/// The parts of the product, each with an address of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum View {
    Playground,
    Herd,
}

impl View {
    const ALL: [Self; 2] = [Self::Playground, Self::Herd];

    const fn fragment(self) -> &'static str {
        match self {
            Self::Playground => "playground",
            Self::Herd => "herd",
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::Playground => "Playground",
            Self::Herd => "Herd",
        }
    }

    /// The view that the address names; the first where it names none.
    fn current() -> Self {
        let fragment = browser::fragment();
        Self::ALL.into_iter().find(|view| view.fragment() == fragment).unwrap_or(Self::Playground)
    }
}

#[component(Root)]
pub(super) fn root() -> Html {
    let view = use_state_eq(View::current);
    let dark = use_state_eq(browser::is_dark);
    {
        let set_view = view.setter();
        use_effect_with((), move |()| {
            let listener = browser::on_fragment_change(move || set_view.set(View::current()));
            move || drop(listener)
        });
    }
    use_effect_with(*view, |view| browser::set_title(&format!("{} – Fusebox", view.label())));
    let toggle_theme = {
        let dark = dark.clone();
        Callback::from(move |_| {
            let next = !browser::is_dark();
            browser::set_dark(next);
            dark.set(next);
        })
    };
    // A view that is left stays in the tree, hidden, and comes back as it was.
    html! {
        <>
            <header class="top">
                <a class="top__name" href="#playground" aria-label="Fusebox">
                    <svg class="top__logo" viewBox="0 0 24 16" aria-hidden="true">
                        <rect x="1" y="2" width="22" height="12" rx="6" />
                        <path d="M4 8h3c2 0 2-3 4-3s2 6 4 6 2-3 3-3h2" />
                    </svg>
                    <span>{ "Fusebox" }</span>
                </a>
                <nav aria-label="Views">
                    { for View::ALL.map(|other| view_link(other, other == *view)) }
                </nav>
                <button class="button button--quiet" type="button" onclick={toggle_theme}>
                    { if *dark { "Light" } else { "Dark" } }
                </button>
            </header>
            <main>
                <div hidden={*view != View::Playground}>
                    <PlaygroundView visible={*view == View::Playground} />
                </div>
                <div hidden={*view != View::Herd}>
                    <HerdView visible={*view == View::Herd} />
                </div>
            </main>
        </>
    }
}

fn view_link(view: View, current: bool) -> Html {
    let href = format!("#{}", view.fragment());
    let current = current.then_some("page");
    html! { <a class="top__view" {href} aria-current={current}>{ view.label() }</a> }
}
