//! The settings of a schedule's entries.

use super::kind::{DAY, Kind, MILLISECOND_TO_DAY, Value};
use super::layers::{LAYERS, layer_of, layer_word};
use super::service::{TARGETS, target_of};
use super::table::{Item, Table};
use fusebox::LayerKind;
use fusebox::time::{Duration, Instant};
use fusebox_sim::{Action, Command, Dependency, Fault, FaultKind, Target};

/// An entry of a schedule while it is being made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) at: Instant,
    pub(super) on: Target,
    /// None until a command is set.
    pub(super) command: Option<Command>,
    /// The time after which a fault is healed.
    pub(super) heal_after: Option<Duration>,
}

impl Entry {
    pub(super) const fn new(Action { at, on, command }: Action) -> Self {
        Self { at, on, command: Some(command), heal_after: None }
    }

    const fn fault(&self) -> Option<Fault> {
        match self.command {
            Some(Command::Fault(fault)) => Some(fault),
            _ => None,
        }
    }

    const fn fault_mut(&mut self) -> Option<&mut Fault> {
        match &mut self.command {
            Some(Command::Fault(fault)) => Some(fault),
            _ => None,
        }
    }

    /// The layer that is switched, and whether it is switched on.
    const fn switch(&mut self) -> Option<(LayerKind, &mut bool)> {
        match &mut self.command {
            Some(Command::Layer(kind, enabled)) => Some((*kind, enabled)),
            _ => None,
        }
    }

    /// Whether this fault starts while another of the same kind lasts, and so replaces it. Of two
    /// that start together, the later entry replaces the other.
    pub(super) fn replaces(&self, other: &Self, stands_later: bool) -> bool {
        let (Some(fault), Some(replaced)) = (self.fault(), other.fault()) else { return false };
        let during = self.at > other.at || stands_later && self.at == other.at;
        let before_its_end = other.heal_after.is_some_and(|after| self.at <= other.at + after);
        self.on == other.on && fault.kind() == replaced.kind() && during && before_its_end
    }

    /// Its actions: none, one, or a fault and, if it `ends`, its healing.
    pub(super) fn actions(&self, ends: bool) -> impl Iterator<Item = Action> {
        let Self { at, on, command, heal_after } = *self;
        let heal = self.fault().zip(heal_after).filter(|_| ends).map(|(fault, after)| {
            Action::heal((at + after).min(Instant::ZERO + DAY), on, fault.kind())
        });
        command.map(|command| Action { at, on, command }).into_iter().chain(heal)
    }
}

pub(super) const ENTRY: &Table<Entry> = &Table {
    name: "entry",
    fresh: || Entry {
        at: Instant::ZERO,
        on: Target::Dependency(Dependency::Postgres),
        command: None,
        heal_after: None,
    },
    items: &[ITEMS],
    one_of: &["fault", "heal", "layer", "set"],
};

/// The word that heals every fault.
const ALL: &str = "all";

/// The words for what can be healed: all faults, or one kind.
const HEALABLE: &[&str] = &{
    let mut words = [ALL; 1 + FaultKind::ALL.len()];
    let mut n = 0;
    while n < FaultKind::ALL.len() {
        words[1 + n] = FaultKind::ALL[n].words().key;
        n += 1;
    }
    words
};

const ITEMS: &[Item<Entry>] = &[
    Item::<Entry>::moment("at", |it| Some(&mut it.at))
        .label("Time")
        .help("When it happens.")
        .required(),
    Item::<Entry>::choice("on", TARGETS, |it| Some(it.on.name()), set_target)
        .label("Target")
        .help("A dependency, or the service if there is one.")
        .required(),
    Item::<Entry>::choice(
        "fault",
        &Fault::KEYS,
        |it| it.fault().map(|fault| fault.words().key),
        set_fault,
    )
    .label("Fault")
    .help("The fault that starts; it replaces one of the same kind."),
    Item::<Entry>::time("restart_after", Fault::RESTART_AFTER, |it| match it.fault_mut()? {
        Fault::Crash { restart_after } => Some(restart_after),
        _ => None,
    })
    .label("Restart after")
    .help("The time from the crash to the restart.")
    .when("fault", &["crash"]),
    Item::<Entry>::number("factor", "times", Fault::FACTOR, |it| match it.fault_mut()? {
        Fault::Slow { factor } => Some(factor),
        _ => None,
    })
    .label("Factor")
    .help("The factor by which new work takes longer.")
    .when("fault", &["slow"]),
    Item::<Entry>::per_mille("error_rate", Fault::ERROR_RATE, |it| match it.fault_mut()? {
        Fault::Flaky { error_rate } => Some(error_rate),
        _ => None,
    })
    .label("Error rate")
    .help("The share of requests that fail, with the status of flaky_status.")
    .when("fault", &["flaky"]),
    Item::<Entry>::number("rate", "req/s", Fault::RATE, |it| match it.fault_mut()? {
        Fault::RateLimited { rate } => Some(rate),
        _ => None,
    })
    .label("Rate limit")
    .help("Requests answered per second; the others are asked to wait, with Retry-After.")
    .when("fault", &["rate_limited"]),
    Item::<Entry>::per_mille("capacity", Fault::CAPACITY, |it| match it.fault_mut()? {
        Fault::Degraded { capacity } => Some(capacity),
        _ => None,
    })
    .label("Capacity")
    .help("The share of its concurrency that is left, rounded up.")
    .when("fault", &["degraded"]),
    Item::<Entry>::any(
        "heal_after",
        Kind::time(&MILLISECOND_TO_DAY),
        |it| it.fault().map(|_| it.heal_after.map_or(Value::Off, Value::Time)),
        |it, value| it.heal_after = it.fault().and(value.time()),
    )
    .optional()
    .label("Heal after")
    .help(
        "The time after which the fault is healed, unless another of its kind replaces it first; \
         at the latest one day after the start of the run.",
    )
    .when("fault", &[]),
    Item::<Entry>::choice("heal", HEALABLE, healed, |it, word| {
        let kind = FaultKind::ALL.into_iter().find(|kind| kind.words().key == word);
        it.command = Some(kind.map_or(Command::HealAll, Command::Heal));
    })
    .label("Heal")
    .help("The kind of fault to heal, or all; a crash is of the kind down."),
    Item::<Entry>::choice("layer", LAYERS, |it| Some(layer_word(it.switch()?.0)), set_layer)
        .label("Layer")
        .help("The layer around the dependency to switch; the service has none."),
    Item::<Entry>::flag("enabled", |it| Some(it.switch()?.1))
        .label("Enabled")
        .help("Whether the layer is on from then on.")
        .when("layer", &[]),
    Item::<Entry>::any("set", Kind::Change, changed, |it, value| {
        if let (Value::Change(change), true) = (value, it.on != Target::Service) {
            it.command = Some(Command::Set(*change));
        }
    })
    .label("Set")
    .help("Another value for a setting of the dependency, or of a layer around it, from then on."),
];

fn healed(entry: &mut Entry) -> Option<&'static str> {
    match entry.command {
        Some(Command::Heal(kind)) => Some(kind.words().key),
        Some(Command::HealAll) => Some(ALL),
        _ => None,
    }
}

fn changed(entry: &mut Entry) -> Option<Value> {
    match entry.command {
        Some(Command::Set(change)) => Some(Value::Change(change)),
        _ => None,
    }
}

/// Only dependencies have layers and settings that change, so neither a switch nor a change can have
/// the service as its target.
fn set_target(entry: &mut Entry, word: &str) {
    let target = target_of(word).unwrap_or(entry.on);
    let of_dependency = matches!(entry.command, Some(Command::Layer(..) | Command::Set(_)));
    if target != Target::Service || !of_dependency {
        entry.on = target;
    }
}

fn set_layer(entry: &mut Entry, word: &str) {
    let enabled = entry.switch().is_some_and(|(_, enabled)| *enabled);
    if let (Some(kind), true) = (layer_of(word), entry.on != Target::Service) {
        entry.command = Some(Command::Layer(kind, enabled));
    }
}

/// Sets a fault; a fault that is already set keeps its parameter.
fn set_fault(entry: &mut Entry, word: &str) {
    if entry.fault().is_none_or(|fault| fault.words().key != word) {
        entry.command = Fault::find(word).map(Command::Fault).or(entry.command);
    }
}
