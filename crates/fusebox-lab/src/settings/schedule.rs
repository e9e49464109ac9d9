//! The settings of a schedule's entries.

use super::kind::MILLISECOND_TO_DAY;
use super::kind::{DAY, Kind, UP_TO_DAY, Value, count, per_mille, time};
use super::layers::{LAYERS, layer_of, layer_word};
use super::service::{TARGETS, target_of};
use super::table::{Access, Item, Table, setting};
use fusebox::time::{Duration, Instant};
use fusebox_sim::{Action, Command, Dependency, Fault, FaultKind, Target};

/// An entry of a schedule while it is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) at: Instant,
    pub(super) on: Target,
    /// None until one is set.
    pub(super) command: Option<Command>,
    /// The time after which a fault is healed.
    pub(super) heal_after: Option<Duration>,
}

impl Entry {
    pub(super) const fn new(Action { at, on, command }: Action) -> Self {
        Self { at, on, command: Some(command), heal_after: None }
    }

    pub(super) const fn fault(&self) -> Option<Fault> {
        match self.command {
            Some(Command::Fault(fault)) => Some(fault),
            _ => None,
        }
    }

    /// Whether this fault starts while another of the same kind lasts, and so takes its place. Of two
    /// that start together it is the one that stands later.
    pub(super) fn replaces(&self, other: &Self, stands_later: bool) -> bool {
        let (Some(fault), Some(replaced)) = (self.fault(), other.fault()) else { return false };
        let during = self.at > other.at || stands_later && self.at == other.at;
        let before_its_end = other.heal_after.is_some_and(|after| self.at <= other.at + after);
        self.on == other.on && fault.kind() == replaced.kind() && during && before_its_end
    }

    /// Its actions: none, one, or a fault and, where it `ends`, its healing.
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
    items: &[WHERE, FAULT, OTHER],
    one_of: &["fault", "heal", "layer"],
};

const WHERE: &[Item<Entry>] = &[
    setting(
        "at",
        "Time",
        "When it happens.",
        UP_TO_DAY,
        Access::Moment(|entry: &mut Entry| Some(&mut entry.at)),
    )
    .required(),
    setting(
        "on",
        "Target",
        "A dependency, or the service if there is one.",
        Kind::Choice(TARGETS),
        Access::Choice(|entry: &Entry| Some(entry.on.name()), set_target),
    )
    .required(),
];

/// The word that heals every fault.
pub(super) const ALL: &str = "all";

/// The words of what can be healed: all, or one kind.
const HEALABLE: &[&str] = &{
    let mut words = [ALL; 1 + FaultKind::ALL.len()];
    let mut n = 0;
    while n < FaultKind::ALL.len() {
        words[1 + n] = FaultKind::ALL[n].words().key;
        n += 1;
    }
    words
};

/// The parameter of a kind of fault.
macro_rules! parameter {
    ($key:literal of $word:literal, $label:literal, $help:literal, $kind:expr, $access:ident,
     $fault:ident { $field:ident }) => {
        setting(
            $key,
            $label,
            $help,
            $kind,
            Access::$access(|entry: &mut Entry| match &mut entry.command {
                Some(Command::Fault(Fault::$fault { $field })) => Some($field),
                _ => None,
            }),
        )
        .when("fault", &[$word])
    };
}

const FAULT: &[Item<Entry>] = &[
    setting(
        "fault",
        "Fault",
        "The fault that starts, in place of one of the same kind.",
        Kind::Choice(&Fault::KEYS),
        Access::Choice(|entry| entry.fault().map(|fault| fault.words().key), set_fault),
    ),
    parameter!(
        "restart_after" of "crash", "Restart after", "The time from the crash to the restart.",
        time(Fault::RESTART_AFTER), Time, Crash { restart_after }
    ),
    parameter!(
        "factor" of "slow", "Factor", "How many times as long new work takes.",
        count("times", Fault::FACTOR), Number, Slow { factor }
    ),
    parameter!(
        "error_rate" of "flaky", "Error rate", "The share of requests that fail with status 500.",
        per_mille(Fault::ERROR_RATE), Number, Flaky { error_rate }
    ),
    parameter!(
        "rate" of "rate_limited", "Rate limit", "Requests answered per second; the others get 429.",
        count("req/s", Fault::RATE), Number, RateLimited { rate }
    ),
    parameter!(
        "capacity" of "degraded", "Capacity", "The share of its concurrency that is left, rounded up.",
        per_mille(Fault::CAPACITY), Number, Degraded { capacity }
    ),
    setting(
        "heal_after",
        "Heal after",
        "The time after which the fault is healed, unless another of its kind replaces it first; at the latest one day after the start of the run.",
        MILLISECOND_TO_DAY,
        Access::Any {
            optional: true,
            read: |entry: &Entry| {
                entry.fault().map(|_| entry.heal_after.map_or(Value::Off, Value::Time))
            },
            write: |entry: &mut Entry, value| {
                entry.heal_after = match (entry.fault(), value) {
                    (Some(_), Value::Time(after)) => Some(*after),
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
        "The kind of fault to heal, or all; a crash is of the kind down.",
        Kind::Choice(HEALABLE),
        Access::Choice(
            |entry| match entry.command {
                Some(Command::Heal(kind)) => Some(kind.words().key),
                Some(Command::HealAll) => Some(ALL),
                _ => None,
            },
            |entry, word| {
                let kind = FaultKind::ALL.into_iter().find(|kind| kind.words().key == word);
                entry.command = Some(kind.map_or(Command::HealAll, Command::Heal));
            },
        ),
    ),
    setting(
        "layer",
        "Layer",
        "The layer around the dependency to switch; the service has none.",
        Kind::Choice(LAYERS),
        Access::Choice(
            |entry| match entry.command {
                Some(Command::Layer(kind, _)) => Some(layer_word(kind)),
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
        Access::Flag(|entry: &mut Entry| match &mut entry.command {
            Some(Command::Layer(_, enabled)) => Some(enabled),
            _ => None,
        }),
    )
    .when("layer", &[]),
];

/// Layers stand around dependencies, so that the service is no target for a switch.
fn set_target(entry: &mut Entry, word: &str) {
    let target = target_of(word).unwrap_or(entry.on);
    if target != Target::Service || !matches!(entry.command, Some(Command::Layer(..))) {
        entry.on = target;
    }
}

fn set_layer(entry: &mut Entry, word: &str) {
    let enabled = matches!(entry.command, Some(Command::Layer(_, true)));
    if let (Some(kind), true) = (layer_of(word), entry.on != Target::Service) {
        entry.command = Some(Command::Layer(kind, enabled));
    }
}

/// Keeps the parameter of a fault that is set already.
fn set_fault(entry: &mut Entry, word: &str) {
    if entry.fault().is_none_or(|fault| fault.words().key != word) {
        entry.command = Fault::find(word).map(Command::Fault).or(entry.command);
    }
}
