//! The menu of faults, next to its target.

use super::geometry::Rect;
use super::msg::{Msg, Spot};
use crate::browser;
use fusebox_sim::{Command, Fault, FaultKind};
use yew::prelude::*;

/// Whether a target has this fault, with any parameter.
pub(super) fn is_on(fault: Fault, faults: &[Fault]) -> bool {
    faults.iter().any(|other| other.words() == fault.words())
}

/// The command of a menu entry: it heals the fault if it is on.
pub(super) fn chosen(fault: Fault, faults: &[Fault]) -> Command {
    if is_on(fault, faults) { Command::Heal(fault.kind()) } else { Command::Fault(fault) }
}

/// The command of a dependency's first button, and its name: it heals every fault, or else kills.
pub(crate) fn first_act(faults: &[Fault]) -> (&'static str, Command) {
    if faults.is_empty() {
        ("Kill", Command::Fault(Fault::Down))
    } else {
        ("Heal", Command::HealAll)
    }
}

/// The command of a key for a target.
pub(crate) fn command_of_key(target: Spot, key: &str, faults: &[Fault]) -> Option<Command> {
    let is_named = |fault: &Fault| {
        let shortcut = fault.words().shortcut;
        key.eq_ignore_ascii_case(shortcut.encode_utf8(&mut [0; 4]))
    };
    target.faults().find(is_named).map(|fault| chosen(fault, faults))
}

/// The key that heals a target that has one fault.
pub(super) fn healing_key(faults: &[Fault]) -> Option<char> {
    match faults {
        [fault] => Some(fault.words().shortcut),
        _ => None,
    }
}

/// How far below the top of a narrow window the target of the menu is at most, so that the target and the
/// state of its breaker are above the menu.
const ABOVE_SHEET: f64 = 100.0;

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) spot: Spot,
    /// The position of the target on the stage.
    pub(super) place: Rect,
    /// The size of the stage; the menu stays within it.
    pub(super) stage: (f64, f64),
    pub(super) faults: Vec<Fault>,
    /// Sentences about the target.
    pub(super) about: Vec<String>,
    pub(super) on_msg: Callback<Msg>,
}

#[component(FaultMenu)]
pub(super) fn fault_menu(props: &Props) -> Html {
    let Props { spot, place, stage, ref faults, ref on_msg, .. } = *props;
    let menu = use_node_ref();
    let first = use_node_ref();
    let beside = menu.clone();
    use_effect_with((place, stage), move |&(place, stage)| {
        let Some(size) = browser::size_of(&beside) else { return };
        let (left, top) = position(place, (size.0 + 2.0, size.1 + 2.0), stage);
        browser::set_style(&beside, "left", &format!("{left}px"));
        browser::set_style(&beside, "top", &format!("{top}px"));
    });
    {
        let (menu, first, on_msg) = (menu.clone(), first.clone(), on_msg.clone());
        use_effect_with(spot, move |spot| {
            if browser::is_narrow() {
                browser::bring_up(&spot.id(), ABOVE_SHEET);
            }
            browser::focus(&first);
            let outside = browser::on_press_outside(menu, move || on_msg.emit(Msg::Menu(None)));
            move || drop(outside)
        });
    }
    let offers: Vec<_> = spot.faults().collect();
    let heals = offers.iter().any(|offer| is_on(*offer, faults));
    // A choice closes the menu, so that its consequence can be seen.
    let choose = on_msg.reform(move |act| {
        browser::focus_by_id(&spot.id());
        Msg::Choose(spot.target(), act)
    });
    let onkeydown = {
        let (faults, on_msg) = (faults.clone(), on_msg.clone());
        let choose = choose.clone();
        Callback::from(move |event: KeyboardEvent| {
            let key = browser::key(&event);
            if key == "Escape" || key == "Tab" {
                on_msg.emit(Msg::Menu(None));
                browser::focus_by_id(&spot.id());
            } else if let Some(act) = command_of_key(spot, &key, &faults)
                && !has_modifier(&event)
            {
                choose.emit(act);
            } else {
                // While the menu is open, no letter is one of the view; arrows are those of any menu.
                if key.len() == 1 {
                    event.stop_propagation();
                }
                return;
            }
            event.prevent_default();
            event.stop_propagation();
        })
    };
    let entry = |n: usize,
                 act: Command,
                 role: &'static str,
                 state: Option<bool>,
                 texts: [&str; 3]| {
        let [key, verb, effect] = texts.map(str::to_owned);
        let is_heal = n == offers.len();
        html! {
            <button
                ref={if n == 0 { first.clone() } else { NodeRef::default() }} type="button" {role} tabindex="-1"
                class={classes!("menu__item", is_heal.then_some("is-heal"))}
                aria-checked={state.map(|is_on| is_on.to_string())}
                aria-disabled={(is_heal && !heals).then_some("true")}
                onclick={choose.reform(move |_| act)}
            >
                <kbd>{ key }</kbd>
                <span class="menu__verb">{ verb }</span>
                <span class="menu__effect">{ effect }</span>
            </button>
        }
    };
    let items = offers.iter().enumerate().map(|(n, &fault)| {
        let on = is_on(fault, faults);
        let words = fault.words();
        let effect = if on { "again to heal".to_owned() } else { fault.effect() };
        let texts = [&*words.shortcut.to_string(), words.label, &effect];
        entry(n, chosen(fault, faults), "menuitemcheckbox", Some(on), texts)
    });
    let key = healing_key(faults).map_or_else(String::new, String::from);
    let (heal, what) = match spot {
        Spot::Wire(_) => (Command::Heal(FaultKind::Partitioned), "the connection"),
        _ => (Command::HealAll, "all its faults"),
    };
    let what = if heals { what } else { "There is no fault to heal." };
    let texts = [&*key, "Heal", what];
    let title = title(spot);
    html! {
        <div ref={menu} class="menu" role="menu" aria-label={title.clone()} tabindex="-1" data-arrows="" {onkeydown}>
            if spot == Spot::Service { <p class="menu__title" role="presentation">{ title }</p> }
            { for props.about.iter().map(|line| html! { <p class="menu__about">{ line }</p> }) }
            { for items }
            { entry(offers.len(), heal, "menuitem", None, texts) }
        </div>
    }
}

fn title(spot: Spot) -> String {
    match spot {
        Spot::Service => "Search service".to_owned(),
        Spot::Dependency(on) => format!("Break the {}", on.heading().to_ascii_lowercase()),
        Spot::Wire(on) => format!("The connection to the {}", on.heading().to_ascii_lowercase()),
    }
}

/// Whether a key is repeated, or part of a shortcut of the browser.
pub(super) fn has_modifier(event: &KeyboardEvent) -> bool {
    event.ctrl_key() || event.meta_key() || event.alt_key() || event.repeat()
}

/// The height below the picture that a menu may cover: that of the legend and of the bar of time.
const BELOW: f64 = 170.0;

/// Below the target if there is room, or above it, so that neither the target nor its wire is covered;
/// else as far below as possible.
fn position(place: Rect, (wide, high): (f64, f64), stage: (f64, f64)) -> (f64, f64) {
    const GAP: f64 = 6.0;
    let end = stage.1 + BELOW;
    let left = (place.right() - wide).min(stage.0 - wide - GAP).max(GAP);
    let below = place.bottom() + GAP;
    let above = place.y - high - GAP;
    let top = if below + high <= end || above < 0.0 { below.min(end - high) } else { above };
    (left, top.max(0.0))
}

#[cfg(test)]
mod tests {
    use super::super::geometry::rect;
    use super::*;
    use fusebox::time::Duration;
    use fusebox_sim::{Dependency, FaultKind};

    const DATABASE: Spot = Spot::Dependency(Dependency::Postgres);

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
                assert!(top >= 0.0 && top + size.1 <= stage.1 + BELOW, "{stage:?}: {top}");
            }
        }
    }

    #[test]
    fn a_menu_covers_neither_its_target_nor_the_wire_to_it() {
        let (size, stage) = ((318.0, 250.0), (720.0, 400.0));
        for y in [20.0, 147.0, 280.0] {
            let place = rect(540.0, y, 170.0, 106.0);
            let (_, top) = position(place, size, stage);
            assert!(top >= place.bottom() || top + size.1 <= place.y, "{y}: {top}");
        }
    }

    #[test]
    fn a_key_breaks_and_the_same_key_heals() {
        let act = |key, faults: &[Fault]| command_of_key(DATABASE, key, faults);
        assert_eq!(act("k", &[]), Some(Command::Fault(Fault::Down)));
        assert_eq!(act("K", &[Fault::Down]), Some(Command::Heal(FaultKind::Down)));
        assert_eq!(act("s", &[Fault::Slow { factor: 7 }]), Some(Command::Heal(FaultKind::Slow)));
        assert_eq!(act("Enter", &[]), None);
        let crash = Fault::Crash { restart_after: Duration::from_secs(3) };
        assert_eq!(
            act("k", &[crash]),
            Some(Command::Fault(Fault::Down)),
            "another reason to be gone"
        );
        assert_eq!(act("c", &[crash]), Some(Command::Heal(FaultKind::Down)));
    }

    #[test]
    fn every_fault_has_a_key_of_its_own() {
        let mut keys: Vec<_> = DATABASE.faults().map(|fault| fault.words().shortcut).collect();
        keys.sort_unstable();
        assert_eq!(keys, ['C', 'F', 'H', 'K', 'L', 'P', 'R', 'S']);
        for fault in DATABASE.faults() {
            assert!(fault.check().is_ok());
        }
    }

    #[test]
    fn a_wire_can_only_be_cut_and_the_service_fails_in_every_way() {
        let wire = Spot::Wire(Dependency::Cache);
        assert_eq!(command_of_key(wire, "p", &[]), Some(Command::Fault(Fault::Partitioned)));
        assert_eq!(command_of_key(wire, "k", &[]), None);
        assert_eq!(Spot::Service.faults().count(), Fault::ALL.len());
    }
}
