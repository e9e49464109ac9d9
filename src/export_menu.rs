//! A button that opens a menu of the files that can be saved.

use crate::browser;
use crate::download::Kind;
use std::rc::Rc;
use yew::prelude::*;

/// An item of the menu: a file that can be saved.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ExportEntry {
    /// The content and the format: `Calls a second, as SVG`.
    pub(super) label: AttrValue,
    /// Saves the file.
    pub(super) on_choose: Callback<()>,
}

impl ExportEntry {
    pub(super) fn new(label: impl Into<AttrValue>, save: impl Fn() + 'static) -> Self {
        Self { label: label.into(), on_choose: Callback::from(move |()| save()) }
    }

    /// A picture as SVG and as PNG.
    pub(super) fn pictures(name: &str, save: impl Fn(Kind) + Clone + 'static) -> [Self; 2] {
        [(Kind::Svg, "SVG"), (Kind::Png, "PNG")].map(|(kind, word)| {
            let save = save.clone();
            Self::new(format!("{name}, as {word}"), move || save(kind))
        })
    }
}

#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    /// The accessible name of the button, which says what it exports: `Export the charts`.
    pub(super) about: AttrValue,
    pub(super) entries: Rc<[ExportEntry]>,
}

/// The button, and the menu while it is open. The arrow keys move through the menu; Escape, and moving
/// the focus out of it, close it.
#[component(ExportMenu)]
pub(super) fn export_menu(props: &Props) -> Html {
    let open = use_state_eq(|| false);
    let menu = use_node_ref();
    let button = use_node_ref();
    use_closing(&menu, &open);
    let first = use_node_ref();
    {
        let first = first.clone();
        use_effect_with(*open, move |_| browser::focus(&first));
    }
    let toggle = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(!*open))
    };
    let onkeydown = {
        let (open, button) = (open.clone(), button.clone());
        Callback::from(move |event: KeyboardEvent| {
            if *open && event.key() == "Escape" {
                open.set(false);
                browser::focus(&button);
                event.prevent_default();
                event.stop_propagation();
            }
        })
    };
    let item = |(n, entry): (usize, &ExportEntry)| {
        let (open, button, on_choose) = (open.setter(), button.clone(), entry.on_choose.clone());
        let onclick = Callback::from(move |_: MouseEvent| {
            open.set(false);
            browser::focus(&button);
            on_choose.emit(());
        });
        html! {
            <li>
                <button
                    ref={if n == 0 { first.clone() } else { NodeRef::default() }}
                    class="export__item" type="button" {onclick}
                >
                    { entry.label.clone() }
                </button>
            </li>
        }
    };
    html! {
        <div ref={menu} class="export" {onkeydown}>
            <button
                ref={button.clone()} class="button export__button" type="button" onclick={toggle}
                aria-expanded={open.to_string()} aria-label={props.about.clone()}
            >
                { "Export" }
            </button>
            // An `if` keeps the position of the button among the children, so that it is not created
            // anew and keeps the focus.
            if *open {
                <ul class="export__list" data-arrows="" aria-label={props.about.clone()}>
                    { for props.entries.iter().enumerate().map(item) }
                </ul>
            }
        </div>
    }
}

/// Closes the menu when a press begins elsewhere, or when the focus moves elsewhere.
#[hook]
fn use_closing(menu: &NodeRef, open: &UseStateHandle<bool>) {
    let (menu, set) = (menu.clone(), open.setter());
    use_effect_with(**open, move |is_open| {
        let listeners = is_open.then(|| {
            let close = move || set.set(false);
            let focus = browser::on_focus_outside(menu.clone(), close.clone());
            (browser::on_press_outside(menu, close), focus)
        });
        move || drop(listeners)
    });
}
