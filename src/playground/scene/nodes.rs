//! What stands over the canvas as real controls: a box for each dependency, and what opens a menu.

use super::faults::{Spot, command_of_key, healing_key};
use super::geometry::{Rect, rect};
use super::menu::{FaultMenu, has_modifier};
use super::topology::Part;
use crate::browser;
use crate::format::{count, seconds};
use fusebox::time::{Duration, Instant};
use fusebox_sim::{Command, Dependency, DependencyGauges, Fault, FaultKind, Sample, Target};
use std::collections::VecDeque;
use yew::prelude::*;

/// A dependency as its box shows it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node {
    pub(super) part: Part,
    pub(super) place: Rect,
    /// Where its wire can be cut.
    pub(super) link: Rect,
    pub(super) gauges: DependencyGauges,
    pub(super) faults: Vec<Fault>,
    pub(super) broken_for: Option<Duration>,
}

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) nodes: Vec<Node>,
    pub(super) service: Option<Rect>,
    pub(super) service_faults: Vec<Fault>,
    /// Sentences about the service.
    pub(super) about: Vec<String>,
    pub(super) stage: (f64, f64),
    pub(super) chosen: Option<Dependency>,
    pub(super) on_act: Callback<(Target, Command)>,
    pub(super) on_choose: Callback<Dependency>,
}

/// All of them, and the menu that is open.
#[component(Nodes)]
pub(super) fn nodes(props: &Props) -> Html {
    let open = use_state_eq(|| None::<Spot>);
    let toggle = {
        let open = open.clone();
        Callback::from(move |target: Spot| {
            open.set((*open != Some(target)).then_some(target));
        })
    };
    html! {
        <>
            { props.service.map(|place| html! {
                <div onkeydown={on_key(Spot::Service, props.service_faults.clone(), &props.on_act)}>
                    <MenuButton
                        target={Spot::Service} place={rect(place.right() - 40.0, place.y + 6.0, 32.0, 28.0)}
                        cut={!props.service_faults.is_empty()}
                        open={*open == Some(Spot::Service)} on_menu={toggle.clone()}
                    />
                </div>
            }) }
            { for props.nodes.iter().map(|node| html! {
                <NodeBox
                    key={node.part.on.name()} node={node.clone()} chosen={props.chosen == Some(node.part.on)}
                    open={*open} on_act={props.on_act.clone()} on_choose={props.on_choose.clone()}
                    on_menu={toggle.clone()}
                />
            }) }
            { menu(props, &open) }
        </>
    }
}

fn menu(props: &Props, open: &UseStateHandle<Option<Spot>>) -> Html {
    let Some(target) = **open else { return Html::default() };
    let on = target.target().dependency();
    let node = on.and_then(|on| props.nodes.iter().find(|node| node.part.on == on));
    let place = match (target, node) {
        (Spot::Service, _) => props.service,
        (Spot::Dependency(_), Some(node)) => Some(node.place),
        (Spot::Wire(_), Some(node)) => Some(node.link),
        _ => None,
    };
    let Some(place) = place else { return Html::default() };
    let on_close = {
        let open = open.clone();
        Callback::from(move |focus_back| {
            open.set(None);
            if focus_back {
                browser::focus_by_id(&target.id());
            }
        })
    };
    let on_act = props.on_act.clone();
    let on_act = Callback::from(move |act| {
        on_act.emit((target.target(), act));
    });
    let faults = node.map_or_else(|| props.service_faults.clone(), |node| node.faults.clone());
    let about = if target == Spot::Service { props.about.clone() } else { Vec::new() };
    html! {
        <FaultMenu {target} {place} stage={props.stage} {faults} {about} {on_act} {on_close} />
    }
}

#[derive(Properties, PartialEq)]
struct BoxProps {
    node: Node,
    chosen: bool,
    open: Option<Spot>,
    on_act: Callback<(Target, Command)>,
    on_choose: Callback<Dependency>,
    on_menu: Callback<Spot>,
}

/// A dependency: its name chooses it, and beside it stand what breaks it and what heals it.
#[component(NodeBox)]
fn node_box(props: &BoxProps) -> Html {
    let node = &props.node;
    let (on, faults) = (node.part.on, &node.faults);
    let element = use_node_ref();
    use_place(&element, node.place);
    let choose = props.on_choose.reform(move |_| on);
    let broken = !faults.is_empty();
    let act = if broken { Command::HealAll } else { Command::Fault(Fault::Down) };
    let key = if broken { healing_key(faults) } else { Some('K') };
    let cut = faults.contains(&Fault::Partitioned);
    let target = Spot::Dependency(on);
    let name = on.heading();
    let class =
        classes!("node", broken.then_some("is-broken"), props.chosen.then_some("is-chosen"),);
    html! {
        <>
            <div onkeydown={on_key(Spot::Wire(on), faults.clone(), &props.on_act)}>
                <MenuButton
                    target={Spot::Wire(on)} place={node.link} {cut}
                    open={props.open == Some(Spot::Wire(on))} on_menu={props.on_menu.clone()}
                />
            </div>
            <div
                ref={element} {class} role="group" aria-label={name}
                onkeydown={on_key(target, faults.clone(), &props.on_act)}
            >
                <button
                    class="node__name" type="button" onclick={choose}
                    aria-pressed={props.chosen.to_string()}
                    aria-keyshortcuts={shortcuts()}
                >
                    { name }
                </button>
                <p class="node__state">{ state(node) }</p>
                <div class="node__acts">
                    <button
                        class="node__act" type="button"
                        onclick={props.on_act.reform(move |_| (on.into(), act))}
                        aria-keyshortcuts={key.map(String::from)}
                    >
                        { if broken { "Heal" } else { "Kill" } }
                        <span class="visually-hidden">{ format!(" the {}", name.to_lowercase()) }</span>
                        { key.map(|key| html! { <kbd aria-hidden="true">{ key }</kbd> }) }
                    </button>
                    <button
                        id={target.id()} class="node__more" type="button"
                        aria-haspopup="menu" aria-expanded={(props.open == Some(target)).to_string()}
                        aria-label={format!("All faults of the {}", name.to_lowercase())}
                        onclick={props.on_menu.reform(move |_| target)}
                    >
                        <svg viewBox="0 0 20 20" aria-hidden="true"><path d="M4 10h.01M10 10h.01M16 10h.01" /></svg>
                    </button>
                </div>
            </div>
        </>
    }
}

/// The keys that set a fault.
fn shortcuts() -> String {
    Fault::ALL.map(|fault| fault.words().shortcut.to_string()).join(" ")
}

/// What a key does while the focus is on a target: its fault, or healing where it is already there.
fn on_key(
    target: Spot,
    faults: Vec<Fault>,
    on_act: &Callback<(Target, Command)>,
) -> Callback<KeyboardEvent> {
    let on_act = on_act.clone();
    Callback::from(move |event: KeyboardEvent| {
        if has_modifier(&event) {
            return;
        }
        if let Some(act) = command_of_key(target, &event.key(), &faults) {
            event.prevent_default();
            event.stop_propagation();
            on_act.emit((target.target(), act));
        }
    })
}

#[derive(Properties, PartialEq)]
struct MenuButtonProps {
    target: Spot,
    place: Rect,
    open: bool,
    #[prop_or_default]
    cut: bool,
    on_menu: Callback<Spot>,
}

/// A small button on the stage that opens a menu.
#[component(MenuButton)]
fn menu_button(props: &MenuButtonProps) -> Html {
    let MenuButtonProps { target, place, open, cut, .. } = *props;
    let element = use_node_ref();
    use_place(&element, place);
    let (class, label, icon) = if let Spot::Wire(on) = target {
        let state = if cut { ", which is cut" } else { "" };
        let label = format!("The wire to the {}{state}", on.heading().to_lowercase());
        let icon = if cut { "M5 5l10 10M15 5L5 15" } else { "M7.5 4v12M12.5 4v12" };
        ("plug", label, icon)
    } else {
        let label = "All faults of the service".to_owned();
        ("plug plug--bare", label, "M4 10h.01M10 10h.01M16 10h.01")
    };
    html! {
        <button
            ref={element} id={target.id()} type="button"
            class={classes!(class, cut.then_some("is-broken"))} aria-label={label}
            aria-haspopup="true" aria-expanded={open.to_string()}
            onclick={props.on_menu.reform(move |_| target)}
        >
            <svg viewBox="0 0 20 20" aria-hidden="true"><path d={icon} /></svg>
        </button>
    }
}

/// Puts an element where it belongs; not as an attribute, which a strict content security policy
/// forbids.
#[hook]
fn use_place(element: &NodeRef, place: Rect) {
    let element = element.clone();
    use_effect_with(place, move |&Rect { x, y, width, height }| {
        for (name, length) in [("left", x), ("top", y), ("width", width), ("height", height)] {
            browser::set_style(&element, name, &format!("{length}px"));
        }
    });
}

/// How it is, in a few words.
fn state(node: &Node) -> String {
    let DependencyGauges { busy, queued, .. } = node.gauges;
    let waiting = match queued {
        0 => String::new(),
        waiting => format!(", {} waiting", count(waiting.into())),
    };
    let Some(fault) = node.faults.first() else {
        return format!("{busy} of {} busy{waiting}", count(node.part.slots.into()));
    };
    let long = node.broken_for.map(|long| format!(" for {}", seconds(long))).unwrap_or_default();
    let more = match node.faults.len() {
        1 => String::new(),
        n => format!(", and {} more", n - 1),
    };
    format!("{}{long}{more}", fault.words().state)
}

/// How long a dependency has had a fault of this kind, as the samples have it.
pub(super) fn broken_for(
    samples: &VecDeque<Sample>,
    now: Instant,
    on: Dependency,
    kind: FaultKind,
) -> Duration {
    let is_broken = |sample: &&Sample| {
        sample.gauges.dependencies[on].fault.is_some_and(|fault| fault.kind() == kind)
    };
    let past = samples.iter().rev().skip_while(|sample| sample.at > now);
    let since = past.take_while(is_broken).last().map_or(now, |sample| sample.at);
    now.since(since)
}

#[cfg(test)]
mod tests {
    use super::super::topology::Topology;
    use super::*;
    use fusebox_sim::{Scenario, World};

    fn node(faults: Vec<Fault>) -> Node {
        let part = Topology::of(&Scenario::search_service()).parts[0];
        let gauges = DependencyGauges { busy: 12, queued: 31, ..DependencyGauges::default() };
        let broken_for = (!faults.is_empty()).then_some(Duration::from_millis(5_900));
        Node { part, place: Rect::default(), link: Rect::default(), gauges, faults, broken_for }
    }

    #[test]
    fn a_box_says_how_its_dependency_is() {
        assert_eq!(state(&node(vec![])), "12 of 20 busy, 31 waiting");
        assert_eq!(state(&node(vec![Fault::Down])), "down for 5.9 s");
        let two = state(&node(vec![Fault::Hang, Fault::Partitioned]));
        assert_eq!(two, "hanging for 5.9 s, and 1 more");
    }

    #[test]
    fn how_long_something_is_broken_is_read_off_the_samples() {
        let on = Dependency::Postgres;
        let long =
            |world: &World, kind| broken_for(world.measures().samples(), world.now(), on, kind);
        let mut world = World::new(&Scenario::search_service(), 1).expect("the presets are tested");
        world.run_until(Instant::from_secs(2));
        assert_eq!(long(&world, FaultKind::Down), Duration::ZERO);
        world.apply(on, Command::Fault(Fault::Down)).expect("it has no number");
        world.run_until(Instant::from_secs(5));
        assert_eq!(long(&world, FaultKind::Slow), Duration::ZERO);
        let long = long(&world, FaultKind::Down).as_micros() / 1_000;
        assert!((2_800..=3_000).contains(&long), "{long}");
    }
}
