//! The controls over the canvas: a box for each dependency, and the buttons that open menus.

use super::Scene;
use super::geometry::{Rect, rect};
use super::layout::Lane;
use super::menu::{FaultMenu, command_of_key, first_act, has_modifier, healing_key};
use super::msg::{Msg, Spot};
use crate::browser;
use fusebox::time::{Duration, Instant};
use fusebox_lab::words::{count, latency, seconds};
use fusebox_sim::{Command, Dependency, DependencyGauges, Fault, Sample, World};
use std::collections::VecDeque;
use yew::prelude::*;

/// The controls of a scene at a moment.
pub(super) struct Controls<'a> {
    pub(super) scene: &'a Scene,
    pub(super) world: &'a World,
    pub(super) samples: &'a VecDeque<Sample>,
    pub(super) chosen: Option<Dependency>,
    pub(super) on_msg: &'a Callback<Msg>,
}

/// Three dots, the icon of a button that opens a menu of faults.
const MORE: &str = "M4 10h.01M10 10h.01M16 10h.01";

/// The same icon beside a button that does one of the things in the menu.
const SPLIT: &str = "M5.5 8l4.5 4.5L14.5 8";

/// A link, the icon of a connection, and the same link cut.
const LINK: &str = "M8.5 6H6a4 4 0 0 0 0 8h2.5M11.5 6H14a4 4 0 0 1 0 8h-2.5M7.5 10h5";
const CUT: &str = "M7 6H6a4 4 0 0 0 0 8h1M13 6h1a4 4 0 0 1 0 8h-1M12 3L8 17";

impl Controls<'_> {
    pub(super) fn view(&self) -> Html {
        let layout = &self.scene.layout;
        html! {
            <>
                <div role="toolbar" aria-label="Faults" data-arrows="">
                    if let Some(place) = layout.service {
                        { self.plug(Spot::Service, self.corner(place)) }
                    }
                    { for layout.lanes.iter().map(|lane| self.dependency(lane)) }
                </div>
                { self.menu() }
            </>
        }
    }

    fn faults(&self, spot: Spot) -> Vec<Fault> {
        self.world.faults(spot.target()).collect()
    }

    /// Whether to invite the user to inject the first fault: not if one comes by itself.
    fn invites(&self) -> bool {
        self.scene.invites && self.world.scenario().schedule.is_empty()
    }

    /// The next fault that is scheduled for a dependency, and the time until then.
    fn due(&self, on: Dependency) -> Option<(Fault, Duration)> {
        let now = self.world.now();
        let coming =
            self.world.scenario().schedule.iter().filter_map(|action| match action.command {
                Command::Fault(fault) if action.on == on.into() && action.at > now => {
                    Some((fault, action.at.since(now)))
                }
                _ => None,
            });
        coming.min_by_key(|(_, wait)| *wait)
    }

    /// Handles a key while the focus is on a spot.
    fn on_key(&self, spot: Spot) -> Callback<KeyboardEvent> {
        on_key(spot, self.faults(spot), self.on_msg)
    }

    /// Opens or closes the menu of a spot.
    fn toggle(&self, spot: Spot) -> Callback<MouseEvent> {
        let is_open = self.scene.menu == Some(spot);
        self.on_msg.reform(move |_| Msg::Menu((!is_open).then_some(spot)))
    }

    /// The button of the service, in its corner.
    fn corner(&self, service: Rect) -> Rect {
        let (wide, high) = if self.scene.touch { (44.0, 44.0) } else { (32.0, 28.0) };
        rect(service.right() - wide / 2.0 - 24.0, service.y + 20.0 - high / 2.0, wide, high)
    }

    /// The button that partitions the wire of a lane.
    fn link(&self, lane: &Lane) -> Rect {
        let side = if self.scene.touch { 44.0 } else { 24.0 };
        rect(lane.link.x - side / 2.0, lane.link.y - side / 2.0, side, side)
    }

    /// A dependency: the button with its name selects it; the buttons beside it inject and heal faults.
    fn dependency(&self, lane: &Lane) -> Html {
        let on = lane.part.on;
        let spot = Spot::Dependency(on);
        let faults = self.faults(spot);
        let gauges = self.scene.gauges.dependencies[on];
        let now = self.world.now();
        let marked = match faults.first() {
            Some(&fault) => Some(lasting(&faults, broken_for(self.samples, now, on, fault))),
            None => self.due(on).map(|(fault, wait)| due(fault, wait)),
        };
        let is_broken = !faults.is_empty();
        let (verb, act) = first_act(&faults);
        let name = on.heading();
        let lower = name.to_ascii_lowercase();
        let is_chosen = self.chosen == Some(on);
        // The keys of the stage apply to the selected dependency, or to the only one.
        let has_keys = self.chosen.is_none_or(|chosen| chosen == on);
        let key = if is_broken { healing_key(&faults) } else { Some('K') }.filter(|_| has_keys);
        let condition = faults.first().map(|fault| condition(*fault));
        let class = classes!("node", condition, is_chosen.then_some("is-chosen"));
        let is_primary = !is_broken && has_keys;
        html! {
            <>
                { self.plug(Spot::Wire(on), self.link(lane)) }
                <div
                    key={on.name()} {class} role="group" aria-label={name} ~style={lane.place.style()}
                    onkeydown={self.on_key(spot)}
                >
                    if is_primary && self.invites() {
                        <p class="node__start">{ "Start here: break it" }</p>
                    }
                    <button
                        class="node__name" type="button"
                        onclick={self.on_msg.reform(move |_| Msg::Depend(on))}
                        aria-pressed={is_chosen.to_string()} aria-keyshortcuts={shortcuts()}
                    >
                        { name }
                    </button>
                    if let Some(words) = marked { <p class="node__fault">{ words }</p> }
                    <p class="node__state">{ work(lane.part.slots, &gauges) }</p>
                    <div class={classes!("node__acts", is_primary.then_some("is-primary"))}>
                        <button
                            class="node__act" type="button" tabindex={has_keys.then_some("0")}
                            aria-keyshortcuts={key.map(String::from)}
                            onclick={self.on_msg.reform(move |_| Msg::Act(on.into(), act))}
                        >
                            { verb }
                            <span class="visually-hidden">{ format!(" the {lower}") }</span>
                            if let Some(key) = key { <kbd aria-hidden="true">{ key }</kbd> }
                        </button>
                        <button
                            id={spot.id()} class="node__more" type="button" aria-haspopup="menu"
                            aria-expanded={(self.scene.menu == Some(spot)).to_string()}
                            aria-label={format!("All faults of the {lower}")}
                            onclick={self.toggle(spot)}
                        >
                            <svg viewBox="0 0 20 20" aria-hidden="true"><path d={SPLIT} /></svg>
                        </button>
                    </div>
                </div>
            </>
        }
    }

    /// A small button on the stage that opens a menu.
    fn plug(&self, spot: Spot, place: Rect) -> Html {
        let (class, label, icon, is_broken) = if let Spot::Wire(on) = spot {
            let is_cut = self.faults(spot).contains(&Fault::Partitioned);
            let state = if is_cut { ", cut" } else { "" };
            let label =
                format!("The connection to the {}{state}", on.heading().to_ascii_lowercase());
            let icon = if is_cut { CUT } else { LINK };
            ("plug", label, icon, is_cut)
        } else {
            let label = "All faults of the service".to_owned();
            ("plug plug--bare", label, MORE, !self.faults(spot).is_empty())
        };
        html! {
            <button
                key={spot.id()} id={spot.id()} type="button" ~style={place.style()}
                class={classes!(class, is_broken.then_some("is-broken"))} aria-label={label}
                aria-haspopup="true" aria-expanded={(self.scene.menu == Some(spot)).to_string()}
                onclick={self.toggle(spot)} onkeydown={self.on_key(spot)}
            >
                <svg viewBox="0 0 20 20" aria-hidden="true"><path d={icon} /></svg>
            </button>
        }
    }

    /// The open menu.
    fn menu(&self) -> Html {
        let Some(spot) = self.scene.menu else { return Html::default() };
        let layout = &self.scene.layout;
        let lane = |on: Dependency| layout.lanes.iter().find(|lane| lane.part.on == on);
        let place = match spot {
            Spot::Service => layout.service,
            Spot::Dependency(on) => lane(on).map(|lane| lane.place),
            Spot::Wire(on) => lane(on).map(|lane| self.link(lane)),
        };
        let Some(place) = place else { return Html::default() };
        let about = if spot == Spot::Service { about_service(self.world) } else { Vec::new() };
        html! {
            <FaultMenu
                {spot} {place} stage={self.scene.size} faults={self.faults(spot)} {about}
                on_msg={self.on_msg.clone()}
            />
        }
    }
}

/// The keys that inject a fault.
fn shortcuts() -> String {
    Fault::ALL.map(|fault| fault.words().shortcut.to_string()).join(" ")
}

/// The command of a key for a spot: inject its fault, or heal it if it is on.
fn on_key(spot: Spot, faults: Vec<Fault>, on_msg: &Callback<Msg>) -> Callback<KeyboardEvent> {
    let on_msg = on_msg.clone();
    Callback::from(move |event: KeyboardEvent| {
        let act = command_of_key(spot, &browser::key(&event), &faults);
        if let Some(act) = act.filter(|_| !has_modifier(&event)) {
            event.prevent_default();
            event.stop_propagation();
            on_msg.emit(Msg::Act(spot.target(), act));
        }
    })
}

/// The classes for the look of a target with a fault: red only if it answers nothing.
pub(super) fn condition(fault: Fault) -> String {
    let of = if fault.is_silent() { "is-broken" } else { "is-impaired" };
    format!("{of} is-{}", fault.words().key.replace('_', "-"))
}

/// The faults of a dependency, the first with the time for which it has lasted.
fn lasting(faults: &[Fault], broken_for: Duration) -> String {
    let state = faults.first().map_or("", |fault| fault.words().state);
    let more = match faults.len() {
        0 | 1 => String::new(),
        n => format!(", and {} more", n - 1),
    };
    format!("{state} for {}{more}", seconds(broken_for))
}

/// A fault that is scheduled, and the time until then.
fn due(fault: Fault, wait: Duration) -> String {
    format!("{} in {}", fault.words().state, seconds(wait))
}

/// The work of a dependency, with or without a fault.
pub(super) fn work(slots: u32, gauges: &DependencyGauges) -> String {
    let DependencyGauges { busy, queued, .. } = *gauges;
    let waiting = match queued {
        0 => String::new(),
        waiting => format!(", {} queued", count(waiting.into())),
    };
    format!("{busy} of {} busy{waiting}", count(slots.into()))
}

/// How long a dependency has had a fault of this kind, according to the samples.
fn broken_for(samples: &VecDeque<Sample>, now: Instant, on: Dependency, fault: Fault) -> Duration {
    let is_broken = |sample: &&Sample| {
        let past = sample.gauges.dependencies[on].fault;
        past.is_some_and(|past| past.kind() == fault.kind())
    };
    let past = samples.iter().rev().skip_while(|sample| sample.at > now);
    let since = past.take_while(is_broken).last().map_or(now, |sample| sample.at);
    now.since(since)
}

/// The service and its condition, in sentences.
fn about_service(world: &World) -> Vec<String> {
    let Some(service) = &world.scenario().service else { return Vec::new() };
    let steps: Vec<&str> = service.search.iter().copied().map(Dependency::title).collect();
    vec![
        format!(
            "{} threads, each with one request from start to end. {} more can queue; the next is \
             answered 503.",
            count(service.threads.into()),
            count(service.accept_queue.into())
        ),
        format!("A search calls {}.", steps.join(", then ")),
        format!("A health check needs only a thread, for {}.", latency(service.health_check_time)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox_lab::presets;
    use fusebox_sim::Scenario;

    #[test]
    fn a_box_says_its_faults_and_always_its_work() {
        let gauges = DependencyGauges { busy: 12, queued: 31, ..DependencyGauges::default() };
        assert_eq!(work(20, &gauges), "12 of 20 busy, 31 queued");
        let lasting = |faults: &[Fault]| lasting(faults, Duration::from_millis(5_900));
        assert_eq!(lasting(&[Fault::Down]), "down for 5.9 s");
        assert_eq!(lasting(&[Fault::Hang, Fault::Partitioned]), "hanging for 5.9 s, and 1 more");
        assert_eq!(due(Fault::Hang, Duration::from_secs(16)), "hanging in 16.0 s");
    }

    #[test]
    fn only_a_target_that_answers_nothing_looks_dead_and_no_two_faults_look_alike() {
        let looks = Fault::ALL.map(condition);
        let dead = looks.iter().filter(|look| look.starts_with("is-broken"));
        let dead: Vec<&str> = dead.map(String::as_str).collect();
        let expected = [
            "is-broken is-down",
            "is-broken is-hang",
            "is-broken is-crash",
            "is-broken is-partitioned",
        ];
        assert_eq!(dead, expected);
        assert!(looks.contains(&"is-impaired is-rate-limited".to_owned()), "{looks:?}");
        for (n, look) in looks.iter().enumerate() {
            assert!(!looks[..n].contains(look), "{look}");
        }
    }

    #[test]
    fn the_duration_of_a_fault_comes_from_the_samples() {
        let on = Dependency::Postgres;
        let long =
            |world: &World, fault| broken_for(world.measures().samples(), world.now(), on, fault);
        let mut world = World::new(&Scenario::search_service(), 1).expect("the presets are tested");
        world.run_until(Instant::from_secs(2));
        assert_eq!(long(&world, Fault::Down), Duration::ZERO);
        world.apply(on, Command::Fault(Fault::Down)).expect("it has no number");
        world.run_until(Instant::from_secs(5));
        assert_eq!(long(&world, Fault::Slow { factor: 200 }), Duration::ZERO);
        let long = long(&world, Fault::Down).as_micros() / 1_000;
        assert!((2_800..=3_000).contains(&long), "{long}");
    }

    #[test]
    fn the_service_is_described_in_words() {
        let about = |preset: &str| {
            let preset = presets::find(preset).expect("a preset");
            about_service(&World::new(&(preset.scenario)(), 1).expect("the presets are tested"))
        };
        let words = about("bulkheads-save-health");
        assert_eq!(words[1], "A search calls the database, then the model provider.");
        assert!(about("herd-immediate").is_empty());
    }
}
