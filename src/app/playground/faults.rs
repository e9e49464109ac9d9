//! The database as a thing to break: itself by click and by key, and a button for each fault.

use crate::app::browser;
use crate::app::format::{count, seconds};
use crate::app::playground::layout::Rect;
use crate::sim::{DependencyGauges, Fault};
use crate::time::Duration;
use yew::prelude::*;

/// The key and the verb of each fault.
fn name(fault: Fault) -> (char, &'static str) {
    match fault {
        Fault::Down => ('K', "Kill"),
        Fault::Crash { .. } => ('C', "Crash"),
        Fault::Slow { .. } => ('S', "Slow"),
        Fault::Flaky { .. } => ('F', "Flaky"),
        Fault::Hang => ('H', "Hang"),
        Fault::RateLimit { .. } => ('L', "Limit"),
        Fault::Partition => ('P', "Partition"),
        Fault::Capacity { .. } => ('R', "Reduce"),
    }
}

/// The fault that a key stands for.
fn of_key(key: &str) -> Option<Fault> {
    Fault::ALL.into_iter().find(|&fault| {
        let (letter, _) = name(fault);
        key.eq_ignore_ascii_case(letter.encode_utf8(&mut [0; 4]))
    })
}

/// What choosing a fault leads to: the same again heals.
fn chosen(fault: Fault, current: Option<Fault>) -> Option<Fault> {
    (current != Some(fault)).then_some(fault)
}

#[derive(Properties, PartialEq)]
pub(super) struct DatabaseProps {
    pub(super) place: Rect,
    pub(super) gauges: DependencyGauges,
    pub(super) slots: u32,
    /// How long the fault has been there.
    pub(super) broken_for: Duration,
    pub(super) on_fault: Callback<Option<Fault>>,
}

/// The database itself, over the canvas: a button that kills or heals it.
#[component(Database)]
pub(super) fn database(props: &DatabaseProps) -> Html {
    let DatabaseProps { gauges, slots, broken_for, .. } = *props;
    let fault = gauges.fault;
    let button = use_node_ref();
    {
        // Not as an attribute, which a strict content security policy forbids.
        let button = button.clone();
        use_effect_with(props.place, move |place| {
            let Rect { x, y, width, height } = *place;
            for (name, length) in [("left", x), ("top", y), ("width", width), ("height", height)] {
                browser::set_style(&button, name, &format!("{length}px"));
            }
        });
    }
    let toggle = props.on_fault.reform(move |_| match fault {
        Some(_) => None,
        None => Some(Fault::Down),
    });
    let state = match fault {
        Some(fault) => format!("{} for {}", fault.name(), seconds(broken_for)),
        None => format!("{} of {slots} busy", gauges.busy),
    };
    let waiting = match gauges.queued {
        0 => String::new(),
        waiting => format!("{} waiting", count(u64::from(waiting))),
    };
    let action = if fault.is_some() { "Heal" } else { "Kill" };
    // The name says what does not change from moment to moment.
    let name = format!("Database, {}. {action}", fault.map_or("up", Fault::name));
    html! {
        <button
            ref={button} type="button" onclick={toggle} aria-label={name}
            class={classes!("database", fault.map(|_| "is-broken"))}
            aria-keyshortcuts="K S F H"
        >
            <span class="database__name">{ "Database" }</span>
            <span class="database__state">{ state }</span>
            <span class="database__state">{ waiting }</span>
            <span class="database__action">{ action }</span>
        </button>
    }
}

/// What a key does anywhere on the stage: its fault, or healing where that fault is already there.
pub(super) fn on_key(
    fault: Option<Fault>,
    on_fault: &Callback<Option<Fault>>,
) -> Callback<KeyboardEvent> {
    let on_fault = on_fault.clone();
    Callback::from(move |event: KeyboardEvent| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() || event.repeat() {
            return;
        }
        if let Some(new) = of_key(&event.key()) {
            event.prevent_default();
            on_fault.emit(chosen(new, fault));
        }
    })
}

#[derive(Properties, PartialEq)]
pub(super) struct FaultProps {
    pub(super) fault: Option<Fault>,
    pub(super) on_fault: Callback<Option<Fault>>,
}

/// A button for each fault and one to heal.
#[component(FaultButtons)]
pub(super) fn fault_buttons(props: &FaultProps) -> Html {
    let heal = props.on_fault.reform(|_| None);
    html! {
        <div class="faults" role="group" aria-label="Faults of the database">
            { for Fault::ALL.map(|fault| fault_button(fault, props)) }
            <button
                class="button" type="button" onclick={heal}
                aria-disabled={props.fault.is_none().to_string()}
            >
                { "Heal" }
            </button>
        </div>
    }
}

fn fault_button(fault: Fault, props: &FaultProps) -> Html {
    let (key, label) = name(fault);
    let current = props.fault;
    let onclick = props.on_fault.reform(move |_| chosen(fault, current));
    html! {
        <button
            class="button" type="button" {onclick}
            aria-keyshortcuts={key.to_string()} aria-pressed={(current == Some(fault)).to_string()} title={fault.to_string()}
        >
            { label }<kbd aria-hidden="true">{ key }</kbd>
        </button>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_breaks_and_the_same_key_heals() {
        assert_eq!(of_key("k"), Some(Fault::Down));
        assert_eq!(of_key("H"), Some(Fault::Hang));
        assert_eq!(of_key("Enter"), None);
        assert_eq!(chosen(Fault::Down, None), Some(Fault::Down));
        assert_eq!(chosen(Fault::Hang, Some(Fault::Down)), Some(Fault::Hang));
        assert_eq!(chosen(Fault::Down, Some(Fault::Down)), None);
    }
}
