//! The settings of what happens at which moment.

use super::kind::{DAY, Kind, MILLISECOND_TO_DAY, UP_TO_DAY, Value, count, per_mille};
use super::layers::{LAYERS, layer_of, layer_word};
use super::service::{TARGETS, target_of};
use super::table::{Access, Item, Table, setting};
use fusebox::LayerKind;
use fusebox::time::{Duration, Instant};
use fusebox_sim::{Command, Dependency, Fault, FaultKind, Target};

/// An entry of a schedule while it is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) at: Instant,
    pub(super) on: Target,
    pub(super) what: What,
    /// After this a fault is healed.
    pub(super) lasts: Option<Duration>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// It was not said yet.
    Nothing,
    Fault(Fault),
    Heal(FaultKind),
    Layer(LayerKind, bool),
}

impl Entry {
    pub(super) fn new(at: Instant, command: Command) -> Self {
        let what = match command {
            Command::Fault(_, fault) | Command::ServiceFault(fault) => What::Fault(fault),
            Command::Heal(_, kind) | Command::ServiceHeal(kind) => What::Heal(kind),
            Command::Layer(_, kind, enabled) => What::Layer(kind, enabled),
        };
        Self { at, on: command.on(), what, lasts: None }
    }

    /// Whether this one begins during another one of the same kind, and so takes its place; of two
    /// that begin together it is the one that stands later.
    pub(super) fn replaces(&self, other: &Self, stands_later: bool) -> bool {
        let (What::Fault(fault), What::Fault(replaced)) = (self.what, other.what) else {
            return false;
        };
        let during = self.at > other.at || stands_later && self.at == other.at;
        let before_its_end = other.lasts.is_some_and(|lasts| self.at <= other.at + lasts);
        self.on == other.on && fault.kind() == replaced.kind() && during && before_its_end
    }

    /// What it does: nothing, one thing, or a fault and, where it `ends`, its end.
    pub(super) fn commands(&self, ends: bool) -> impl Iterator<Item = (Instant, Command)> {
        let Self { at, on, what, lasts } = *self;
        let command = match what {
            What::Nothing => None,
            What::Fault(fault) => Some(on.fault(fault)),
            What::Heal(kind) => Some(on.heal(kind)),
            What::Layer(kind, enabled) => {
                on.dependency().map(|on| Command::Layer(on, kind, enabled))
            }
        };
        let heal = match (what, lasts) {
            (What::Fault(fault), Some(lasts)) if ends => {
                let end = (at + lasts).min(Instant::ZERO + DAY);
                Some((end, on.heal(fault.kind())))
            }
            _ => None,
        };
        command.map(|command| (at, command)).into_iter().chain(heal)
    }
}

pub(super) const ENTRY: &Table<Entry> = &Table {
    name: "entry",
    fresh: || Entry {
        at: Instant::ZERO,
        on: Target::Dependency(Dependency::Postgres),
        what: What::Nothing,
        lasts: None,
    },
    items: &[WHERE, FAULT, OTHER],
    one_of: &["fault", "heal", "layer"],
};

const WHERE: &[Item<Entry>] = &[
    setting(
        "at",
        "At",
        "When it happens.",
        UP_TO_DAY,
        Access::Moment(|entry: &mut Entry| Some(&mut entry.at)),
    )
    .required(),
    setting(
        "on",
        "On",
        "What it happens to: a dependency or, where there is one, the service itself.",
        Kind::Choice(TARGETS),
        Access::Choice(|entry: &Entry| Some(entry.on.name()), set_target),
    )
    .required(),
];

pub(super) const FAULTS: &[&str] =
    &["down", "crash", "hang", "slow", "flaky", "rate_limit", "partition", "capacity"];

/// The words for [`FaultKind::ALL`], in its order.
pub(super) const FAULT_KINDS: &[&str] =
    &["down", "hang", "slow", "flaky", "rate_limit", "partition", "capacity"];

const FAULT: &[Item<Entry>] = &[
    setting(
        "fault",
        "Fault",
        "What goes wrong, in place of a fault of the same kind.",
        Kind::Choice(FAULTS),
        Access::Choice(
            |entry| match entry.what {
                What::Fault(fault) => Some(fault_word(fault)),
                _ => None,
            },
            set_fault,
        ),
    ),
    setting(
        "restart",
        "Restart",
        "How long after a crash it is back.",
        MILLISECOND_TO_DAY,
        Access::Time(|entry: &mut Entry| match &mut entry.what {
            What::Fault(Fault::Crash { restart }) => Some(restart),
            _ => None,
        }),
    )
    .when("fault", &["crash"]),
    setting(
        "factor",
        "Factor",
        "How many times as long what it starts takes.",
        count("times", 2..=1_000),
        Access::Number(|entry: &mut Entry| match &mut entry.what {
            What::Fault(Fault::Slow { factor }) => Some(factor),
            _ => None,
        }),
    )
    .when("fault", &["slow"]),
    setting(
        "share",
        "Share",
        "The share of what it does that fails with status 500.",
        per_mille(1..=1_000),
        Access::Number(|entry: &mut Entry| match &mut entry.what {
            What::Fault(Fault::Flaky { per_mille }) => Some(per_mille),
            _ => None,
        }),
    )
    .when("fault", &["flaky"]),
    setting(
        "per_second",
        "Requests a second",
        "How many requests a second it answers; the rest get 429.",
        count("requests a second", 1..=1_000_000),
        Access::Number(|entry: &mut Entry| match &mut entry.what {
            What::Fault(Fault::RateLimit { per_second }) => Some(per_second),
            _ => None,
        }),
    )
    .when("fault", &["rate_limit"]),
    setting(
        "left",
        "Left",
        "The share of its slots that is left, rounded up.",
        per_mille(1..=999),
        Access::Number(|entry: &mut Entry| match &mut entry.what {
            What::Fault(Fault::Capacity { per_mille }) => Some(per_mille),
            _ => None,
        }),
    )
    .when("fault", &["capacity"]),
    setting(
        "for",
        "For",
        "How long after its beginning the fault is healed, unless one of its kind takes its place before; at the latest a day after the start.",
        MILLISECOND_TO_DAY,
        Access::Any {
            optional: true,
            read: |entry: &Entry| match entry.what {
                What::Fault(_) => Some(entry.lasts.map_or(Value::Off, Value::Time)),
                _ => None,
            },
            write: |entry: &mut Entry, value| {
                entry.lasts = match (entry.what, value) {
                    (What::Fault(_), Value::Time(lasts)) => Some(*lasts),
                    _ => None,
                };
            },
        },
    )
    .when("fault", &[]),
];

const OTHER: &[Item<Entry>] = &[
    setting(
        "heal",
        "Heal",
        "The kind of fault that is healed; a crash is of the kind down.",
        Kind::Choice(FAULT_KINDS),
        Access::Choice(
            |entry| match entry.what {
                What::Heal(kind) => Some(kind_word(kind)),
                _ => None,
            },
            |entry, word| {
                let kind = FaultKind::ALL.into_iter().find(|it| kind_word(*it) == word);
                entry.what = kind.map_or(entry.what, What::Heal);
            },
        ),
    ),
    setting(
        "layer",
        "Layer",
        "The layer around the dependency that is switched; there are none around the service.",
        Kind::Choice(LAYERS),
        Access::Choice(
            |entry| match entry.what {
                What::Layer(kind, _) => Some(layer_word(kind)),
                _ => None,
            },
            set_layer,
        ),
    ),
    setting(
        "enabled",
        "Enabled",
        "Whether the layer is on from then on.",
        Kind::Flag,
        Access::Flag(|entry: &mut Entry| match &mut entry.what {
            What::Layer(_, enabled) => Some(enabled),
            _ => None,
        }),
    )
    .when("layer", &[]),
];

/// The layers stand around dependencies, and none around the service.
fn set_target(entry: &mut Entry, word: &str) {
    let target = target_of(word).unwrap_or(entry.on);
    if target != Target::Service || !matches!(entry.what, What::Layer(..)) {
        entry.on = target;
    }
}

fn set_layer(entry: &mut Entry, word: &str) {
    let enabled = matches!(entry.what, What::Layer(_, true));
    if let (Some(kind), true) = (layer_of(word), entry.on != Target::Service) {
        entry.what = What::Layer(kind, enabled);
    }
}

pub(super) const fn fault_word(fault: Fault) -> &'static str {
    match fault {
        Fault::Down => "down",
        Fault::Crash { .. } => "crash",
        Fault::Hang => "hang",
        Fault::Slow { .. } => "slow",
        Fault::Flaky { .. } => "flaky",
        Fault::RateLimit { .. } => "rate_limit",
        Fault::Partition => "partition",
        Fault::Capacity { .. } => "capacity",
    }
}

fn set_fault(entry: &mut Entry, word: &str) {
    let same = matches!(entry.what, What::Fault(fault) if fault_word(fault) == word);
    if !same {
        entry.what = fault_of(word).map_or(entry.what, What::Fault);
    }
}

/// The fault that a word is for, as a click sets it.
pub(super) fn fault_of(word: &str) -> Option<Fault> {
    Fault::ALL.into_iter().find(|fault| fault_word(*fault) == word)
}

/// The word for a kind of fault.
pub(super) fn kind_word(kind: FaultKind) -> &'static str {
    FAULT_KINDS[kind as usize]
}
