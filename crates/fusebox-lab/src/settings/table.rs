//! Tables: what the settings of a config are, and where it keeps them.

use super::kind::{Kind, Value};
use super::object::Inner;
use fusebox::time::{Duration, Instant};

/// The settings of a config, in the order in which they are written and applied.
///
/// What a setting depends on stands before it, so that it does not matter in which order a user gives
/// them.
pub struct Table<T: 'static> {
    /// The name of the table: `breaker`.
    pub(super) name: &'static str,
    /// A config as it is where nothing is set.
    pub(super) fresh: fn() -> T,
    /// The settings, in groups that may be shared with other tables.
    pub(super) items: &'static [&'static [Item<T>]],
    /// Exactly one of these keys must be given; none for no such rule.
    pub(super) one_of: &'static [&'static str],
}

/// What a setting is called, does and accepts: all but where it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SettingSpec {
    /// Its key within its config: `cooldown`.
    pub key: &'static str,
    /// What a form calls it, in a few words.
    pub label: &'static str,
    /// What it does, in one sentence.
    pub help: &'static str,
    /// What it may be.
    pub kind: Kind,
    /// Whether it can also be off.
    pub optional: bool,
    /// Whether it must be given, where its object is new.
    pub required: bool,
    /// Where it applies; none for always.
    pub when: Option<When>,
}

/// Where a setting applies: depending on another one beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct When {
    /// The key of the other one.
    pub key: &'static str,
    /// What that one is or, if it is a list, has; none of them for anything but off.
    pub is: &'static [&'static str],
}

/// A setting of a `T`.
pub(super) struct Item<T: 'static> {
    pub(super) spec: SettingSpec,
    pub(super) access: Access<T>,
    /// What changes with it, so that no setting alone makes a config that cannot be.
    pub(super) then: Option<fn(&mut T)>,
}

/// Where a config keeps a setting; none where it does not apply.
pub(super) enum Access<T: 'static> {
    Time(fn(&mut T) -> Option<&mut Duration>),
    TimeOrOff(fn(&mut T) -> Option<&mut Option<Duration>>),
    Moment(fn(&mut T) -> Option<&mut Instant>),
    Number(fn(&mut T) -> Option<&mut u32>),
    NumberOrOff(fn(&mut T) -> Option<&mut Option<u32>>),
    Flag(fn(&mut T) -> Option<&mut bool>),
    /// By a word.
    Choice(fn(&T) -> Option<&'static str>, fn(&mut T, &str)),
    /// By anything; what does not apply is not written.
    Any {
        optional: bool,
        read: fn(&T) -> Option<Value>,
        write: fn(&mut T, &Value),
    },
    /// An object or a list of objects.
    Inner {
        optional: bool,
        inner: &'static dyn Inner<T>,
    },
}

/// A setting.
pub(super) const fn setting<T>(
    key: &'static str,
    label: &'static str,
    help: &'static str,
    kind: Kind,
    access: Access<T>,
) -> Item<T> {
    let optional = match access {
        Access::TimeOrOff(_) | Access::NumberOrOff(_) => true,
        Access::Any { optional, .. } | Access::Inner { optional, .. } => optional,
        _ => false,
    };
    let spec = SettingSpec { key, label, help, kind, optional, required: false, when: None };
    Item { spec, access, then: None }
}

impl<T> Item<T> {
    /// The same setting where it applies only there.
    pub(super) const fn when(mut self, key: &'static str, is: &'static [&'static str]) -> Self {
        self.spec.when = Some(When { key, is });
        self
    }

    /// The same setting where it must be given.
    pub(super) const fn required(mut self) -> Self {
        self.spec.required = true;
        self
    }

    /// The same setting where something else follows it.
    pub(super) const fn then(mut self, then: fn(&mut T)) -> Self {
        self.then = Some(then);
        self
    }
}

impl<T> Table<T> {
    pub(super) fn items(&self) -> impl Iterator<Item = &'static Item<T>> {
        self.items.iter().flat_map(|group| group.iter())
    }
}

impl<T> Access<T> {
    /// What it is; none where it does not apply.
    pub(super) fn read(&self, of: &mut T) -> Option<Value> {
        match self {
            Self::Time(place) => place(of).map(|time| Value::Time(*time)),
            Self::TimeOrOff(place) => place(of).map(|time| time.map_or(Value::Off, Value::Time)),
            Self::Moment(place) => place(of).map(|at| Value::Time(at.since(Instant::ZERO))),
            Self::Number(place) => place(of).map(|number| Value::Number(*number)),
            Self::NumberOrOff(place) => {
                place(of).map(|number| number.map_or(Value::Off, Value::Number))
            }
            Self::Flag(place) => place(of).map(|flag| Value::Flag(*flag)),
            Self::Choice(read, _) => read(of).map(Value::Choice),
            Self::Any { read, .. } => read(of),
            Self::Inner { optional, inner } => optional.then(|| Value::Flag(inner.length(of) > 0)),
        }
    }

    /// Makes it so, where it applies and the value is of its kind.
    pub(super) fn write(&self, of: &mut T, value: Value) {
        match (self, value) {
            (Self::Time(place), Value::Time(time)) => put(place(of), time),
            (Self::TimeOrOff(place), Value::Time(time)) => put(place(of), Some(time)),
            (Self::TimeOrOff(place), Value::Off) => put(place(of), None),
            (Self::Moment(place), Value::Time(time)) => put(place(of), Instant::ZERO + time),
            (Self::Number(place), Value::Number(number)) => put(place(of), number),
            (Self::NumberOrOff(place), Value::Number(number)) => put(place(of), Some(number)),
            (Self::NumberOrOff(place), Value::Off) => put(place(of), None),
            (Self::Flag(place), Value::Flag(flag)) => put(place(of), flag),
            (Self::Choice(_, write), Value::Choice(word)) => write(of, word),
            (Self::Any { write, .. }, value) => write(of, &value),
            // What is there already stays as it is.
            (Self::Inner { inner, .. }, Value::Flag(on)) if on != (inner.length(of) > 0) => {
                inner.resize(of, usize::from(on));
            }
            _ => {}
        }
    }
}

fn put<V>(place: Option<&mut V>, value: V) {
    if let Some(place) = place {
        *place = value;
    }
}

impl SettingSpec {
    /// What is accepted, in words that follow "must be".
    #[must_use]
    pub fn accepts(&self) -> String {
        let or_off = self.optional && self.kind != Kind::Part;
        self.kind.accepts() + if or_off { ", or off" } else { "" }
    }

    /// The value that this text says, where it is accepted.
    #[must_use]
    pub fn parse(&self, text: &str) -> Option<Value> {
        let is_off = self.optional && self.kind != Kind::Part && text.trim() == "off";
        if is_off { Some(Value::Off) } else { self.kind.parse(text) }
    }
}

impl When {
    /// Where that is, in words that follow "applies only where".
    #[must_use]
    pub fn words(&self) -> String {
        match (self.key, self.is) {
            (key, []) => format!("{key} is set"),
            ("layers", kinds) => format!("layers has {}", kinds.join(" or ")),
            (key, words) => format!("{key} is {}", words.join(" or ")),
        }
    }
}
