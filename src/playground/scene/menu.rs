//! The choice of faults, next to what it is for.

use super::faults::{Spot, chosen, command_of_key, healing_key, is_on};
use super::geometry::Rect;
use crate::browser;
use crate::roving::moved;
use fusebox_sim::{Command, Fault};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) target: Spot,
    /// What it is for, on the stage.
    pub(super) place: Rect,
    /// The size of the stage, which it does not leave.
    pub(super) stage: (f64, f64),
    pub(super) faults: Vec<Fault>,
    /// Sentences about the target.
    pub(super) about: Vec<String>,
    pub(super) on_act: Callback<Command>,
    /// It is to be closed; true where the focus goes back to what opened it.
    pub(super) on_close: Callback<bool>,
}

/// The most entries of a menu: each fault, and to heal all.
const ENTRIES_MAX: usize = Fault::ALL.len() + 1;

#[component(FaultMenu)]
pub(super) fn fault_menu(props: &Props) -> Html {
    let menu = use_node_ref();
    let entries = use_memo((), |()| [(); ENTRIES_MAX].map(|()| NodeRef::default()));
    let focused = use_mut_ref(|| 0_usize);
    use_place(&menu, props);
    {
        let (menu, entries, on_close) = (menu.clone(), entries.clone(), props.on_close.clone());
        use_effect_with(props.target, move |target| {
            let first = if target.faults().next().is_some() { &entries[0] } else { &menu };
            browser::focus(first);
            let outside = browser::on_press_outside(menu, move || on_close.emit(false));
            move || drop(outside)
        });
    }
    let offers: Vec<_> = props.target.faults().collect();
    let heals = !props.faults.is_empty() && !offers.is_empty();
    let count = offers.len() + usize::from(heals);
    {
        // What heals goes with what it heals; the focus then stays in the menu.
        let (entries, focused) = (entries.clone(), focused.clone());
        use_effect_with(heals, move |heals| {
            if !heals && *focused.borrow() > 0 && *focused.borrow() >= count {
                *focused.borrow_mut() = 0;
                browser::focus(&entries[0]);
            }
        });
    }
    let onkeydown = {
        let focused = focused.clone();
        let (entries, on_act, on_close) =
            (entries.clone(), props.on_act.clone(), props.on_close.clone());
        let (target, faults) = (props.target, props.faults.clone());
        Callback::from(move |event: KeyboardEvent| {
            event.stop_propagation();
            let key = event.key();
            // In the condition itself the borrow would last for as long as the branch.
            let from = *focused.borrow();
            if key == "Escape" || key == "Tab" {
                event.prevent_default();
                on_close.emit(true);
            } else if let Some(next) = moved(from, count, &key) {
                event.prevent_default();
                *focused.borrow_mut() = next;
                browser::focus(&entries[next]);
            } else if !has_modifier(&event)
                && let Some(act) = command_of_key(target, &key, &faults)
            {
                event.prevent_default();
                on_act.emit(act);
            }
        })
    };
    let entry =
        |n: usize, class: &'static str, checked: Option<bool>, act: Command, content: Html| {
            let (on_act, focused) = (props.on_act.clone(), focused.clone());
            let onclick = Callback::from(move |_| {
                *focused.borrow_mut() = n;
                on_act.emit(act);
            });
            let role = if checked.is_some() { "menuitemcheckbox" } else { "menuitem" };
            html! {
                <button
                    ref={entries[n].clone()} type="button" {role} {class} {onclick} tabindex="-1"
                    hidden={n >= count}
                    aria-checked={checked.map(|checked| checked.to_string())}
                >
                    { content }
                </button>
            }
        };
    let items = offers.iter().enumerate().map(|(n, &fault)| {
        let on = is_on(fault, &props.faults);
        let words = fault.words();
        let content = html! {
            <>
                <kbd>{ words.shortcut }</kbd>
                <span class="menu__verb">{ words.label }</span>
                <span class="menu__effect">{ if on { "again to heal".to_owned() } else { fault.effect() } }</span>
            </>
        };
        entry(n, "menu__item", Some(on), chosen(fault, &props.faults), content)
    });
    // It is always there, so that the focus stays where it is while this comes and goes.
    let heal = (!offers.is_empty()).then(|| {
        let key = healing_key(&props.faults);
        let content = html! {
            <>
                <kbd>{ key.map_or_else(String::new, String::from) }</kbd>
                <span class="menu__verb">{ "Heal" }</span>
                <span class="menu__effect">{ "all that is wrong with it" }</span>
            </>
        };
        entry(offers.len(), "menu__item is-heal", None, Command::HealAll, content)
    });
    let title = title(props.target);
    let role = if offers.is_empty() { "dialog" } else { "menu" };
    html! {
        <div ref={menu} class="menu" {role} aria-label={title.clone()} tabindex="-1" {onkeydown}>
            <p class="menu__title" role="presentation">{ title }</p>
            { for props.about.iter().map(|line| html! { <p class="menu__about">{ line }</p> }) }
            { for items }
            { heal }
        </div>
    }
}

fn title(target: Spot) -> String {
    match target {
        Spot::Service => "Search service".to_owned(),
        Spot::Dependency(on) => format!("Break the {}", on.heading().to_lowercase()),
        Spot::Wire(on) => format!("The wire to the {}", on.heading().to_lowercase()),
    }
}

/// Whether a key is part of a shortcut of the browser's, or held.
pub(crate) fn has_modifier(event: &KeyboardEvent) -> bool {
    event.ctrl_key() || event.meta_key() || event.alt_key() || event.repeat()
}

/// Puts the menu beside what it is for.
#[hook]
fn use_place(menu: &NodeRef, props: &Props) {
    let menu = menu.clone();
    let key = (props.place, props.stage, props.faults.is_empty());
    use_effect_with(key, move |&(place, stage, _)| {
        let Some(size) = browser::size_of(&menu) else { return };
        let (left, top) = position(place, (size.0 + 2.0, size.1 + 2.0), stage);
        browser::set_style(&menu, "left", &format!("{left}px"));
        browser::set_style(&menu, "top", &format!("{top}px"));
    });
}

/// Beside the place where there is room, else below or above it; always on the stage.
fn position(place: Rect, (wide, high): (f64, f64), stage: (f64, f64)) -> (f64, f64) {
    const GAP: f64 = 6.0;
    let within = |at: f64, length: f64, end: f64| at.min(end - length - GAP).max(GAP);
    let beside = place.x - wide - GAP;
    if beside >= GAP {
        return (beside, within(place.middle().y - high / 2.0, high, stage.1));
    }
    let below = place.bottom() + GAP;
    let top = if below + high + GAP <= stage.1 { below } else { place.y - high - GAP };
    (within(place.right() - wide, wide, stage.0), within(top, high, stage.1))
}

#[cfg(test)]
mod tests {
    use super::super::geometry::rect;
    use super::*;

    #[test]
    fn a_menu_stays_on_the_stage() {
        for stage in [(262.0, 700.0), (360.0, 1_000.0), (586.0, 440.0), (1_200.0, 640.0)] {
            let size = (250.0, 380.0);
            for place in [
                rect(90.0, 10.0, 160.0, 110.0),
                rect(90.0, stage.1 - 120.0, 160.0, 110.0),
                rect(stage.0 - 170.0, stage.1 / 2.0, 160.0, 88.0),
            ] {
                let (left, top) = position(place, size, stage);
                assert!(left >= 0.0 && left + size.0 <= stage.0, "{stage:?}: {left}");
                assert!(top >= 0.0 && top + size.1 <= stage.1, "{stage:?}: {top}");
            }
        }
    }
}
