//! Tables: the settings of a config, and where it stores them.

use super::kind::{Kind, Scale, Value};
use super::object::Inner;
use super::spec::{SettingSpec, When};
use core::mem::discriminant;
use core::ops::RangeInclusive;
use fusebox::time::{Duration, Instant};
use fusebox_sim::Action;

/// The settings of a config, in the order in which they are written and applied.
///
/// A setting follows those that it depends on, so that users may give settings in any order.
pub struct Table<T: 'static> {
    /// The name of the table: `breaker`.
    pub(super) name: &'static str,
    /// A config with default settings.
    pub(super) fresh: fn() -> T,
    /// The settings, in groups that may be shared with other tables.
    pub(super) items: &'static [&'static [Item<T>]],
    /// Exactly one of these keys must be given; empty for no such rule.
    pub(super) one_of: &'static [&'static str],
}

/// A setting of a `T`.
pub(super) struct Item<T: 'static> {
    pub(super) spec: SettingSpec,
    access: Access<T>,
    /// Changes other settings along with it, so that no single change makes an invalid config.
    then: Option<fn(&mut T)>,
}

/// Where a config stores a value; none if the setting does not apply.
type Place<T, V> = fn(&mut T) -> Option<&mut V>;

/// How a config stores a setting.
pub(super) enum Access<T: 'static> {
    Time(Place<T, Duration>),
    TimeOrOff(Place<T, Option<Duration>>),
    Moment(Place<T, Instant>),
    Number(Place<T, u32>),
    Flag(Place<T, bool>),
    Choice(fn(&mut T) -> Option<&'static str>, fn(&mut T, &str)),
    Any(fn(&mut T) -> Option<Value>, fn(&mut T, &Value)),
    /// Objects.
    Part(&'static dyn Inner<T>),
    /// Objects that stand for a schedule of actions.
    Schedule(&'static dyn Inner<T>, fn(&mut T) -> Vec<Action>, fn(&mut T, &[Action])),
}

impl<T> Item<T> {
    pub(super) const fn new(key: &'static str, kind: Kind, access: Access<T>) -> Self {
        let optional = matches!(access, Access::TimeOrOff(_));
        let (label, help) = ("", "");
        let spec = SettingSpec { key, label, help, kind, optional, required: false, when: None };
        Self { spec, access, then: None }
    }

    /// A length of time.
    pub(super) const fn time(
        key: &'static str,
        range: RangeInclusive<Duration>,
        place: Place<T, Duration>,
    ) -> Self {
        Self::new(key, Kind::time(&range), Access::Time(place))
    }

    /// A length of time that can be off.
    pub(super) const fn time_or_off(
        key: &'static str,
        range: RangeInclusive<Duration>,
        place: Place<T, Option<Duration>>,
    ) -> Self {
        Self::new(key, Kind::time(&range), Access::TimeOrOff(place))
    }

    /// A moment within the first day.
    pub(super) const fn moment(key: &'static str, place: Place<T, Instant>) -> Self {
        Self::new(key, Kind::UP_TO_DAY, Access::Moment(place))
    }

    /// A whole number in this unit.
    pub(super) const fn number(
        key: &'static str,
        of: &'static str,
        range: RangeInclusive<u32>,
        place: Place<T, u32>,
    ) -> Self {
        Self::new(key, Kind::number(Scale::Whole(of), &range), Access::Number(place))
    }

    /// A factor, stored in thousandths.
    pub(super) const fn factor(
        key: &'static str,
        range: RangeInclusive<u32>,
        place: Place<T, u32>,
    ) -> Self {
        Self::new(key, Kind::number(Scale::Thousandths, &range), Access::Number(place))
    }

    /// A share, stored in thousandths.
    pub(super) const fn per_mille(
        key: &'static str,
        range: RangeInclusive<u32>,
        place: Place<T, u32>,
    ) -> Self {
        Self::new(key, Kind::number(Scale::PerMille, &range), Access::Number(place))
    }

    /// A share, stored in ten-thousandths.
    pub(super) const fn per_ten_thousand(
        key: &'static str,
        range: RangeInclusive<u32>,
        place: Place<T, u32>,
    ) -> Self {
        Self::new(key, Kind::number(Scale::PerTenThousand, &range), Access::Number(place))
    }

    /// True or false.
    pub(super) const fn flag(key: &'static str, place: Place<T, bool>) -> Self {
        Self::new(key, Kind::Flag, Access::Flag(place))
    }

    /// One of these words.
    pub(super) const fn choice(
        key: &'static str,
        words: &'static [&'static str],
        read: fn(&mut T) -> Option<&'static str>,
        write: fn(&mut T, &str),
    ) -> Self {
        Self::new(key, Kind::Choice(words), Access::Choice(read, write))
    }

    /// A setting with its own functions, if it is neither a single stored value nor a word.
    pub(super) const fn any(
        key: &'static str,
        kind: Kind,
        read: fn(&mut T) -> Option<Value>,
        write: fn(&mut T, &Value),
    ) -> Self {
        Self::new(key, kind, Access::Any(read, write))
    }

    /// Sets the label.
    pub(super) const fn label(mut self, label: &'static str) -> Self {
        self.spec.label = label;
        self
    }

    /// Sets the help.
    pub(super) const fn help(mut self, help: &'static str) -> Self {
        self.spec.help = help;
        self
    }

    /// Allows the setting to be off.
    pub(super) const fn optional(mut self) -> Self {
        self.spec.optional = true;
        self
    }

    /// Requires it in a new object.
    pub(super) const fn required(mut self) -> Self {
        self.spec.required = true;
        self
    }

    /// Limits the setting to when another setting has one of these values, or is not off.
    pub(super) const fn when(mut self, key: &'static str, is: &'static [&'static str]) -> Self {
        self.spec.when = Some(When { key, is });
        self
    }

    /// Changes other settings after each change.
    pub(super) const fn then(mut self, then: fn(&mut T)) -> Self {
        self.then = Some(then);
        self
    }

    /// The value; none if the setting does not apply.
    pub(super) fn read(&self, of: &mut T) -> Option<Value> {
        match self.access {
            Access::Time(place) => place(of).map(|time| Value::Time(*time)),
            Access::TimeOrOff(place) => place(of).map(|time| time.map_or(Value::Off, Value::Time)),
            Access::Moment(place) => place(of).map(|at| Value::Time(at.since(Instant::ZERO))),
            Access::Number(place) => place(of).map(|number| Value::Number(*number)),
            Access::Flag(place) => place(of).map(|flag| Value::Flag(*flag)),
            Access::Choice(read, _) => read(of).map(Value::Choice),
            Access::Any(read, _) => read(of),
            Access::Part(part) => self.spec.optional.then(|| Value::Flag(part.length(of) > 0)),
            Access::Schedule(_, read, _) => Some(Value::Schedule(read(of))),
        }
    }

    /// Sets the value, if the setting applies and the value is of its kind. The value of a list of
    /// objects is their number.
    pub(super) fn write(&self, of: &mut T, value: &Value) {
        match (&self.access, value) {
            (Access::Time(place), Value::Time(time)) => put(place(of), *time),
            (Access::TimeOrOff(place), Value::Time(time)) => put(place(of), Some(*time)),
            (Access::TimeOrOff(place), Value::Off) => put(place(of), None),
            (Access::Moment(place), Value::Time(time)) => put(place(of), Instant::ZERO + *time),
            (Access::Number(place), Value::Number(number)) => put(place(of), *number),
            (Access::Flag(place), Value::Flag(flag)) => put(place(of), *flag),
            (Access::Choice(_, write), Value::Choice(word)) => write(of, word),
            (Access::Any(_, write), value) => write(of, value),
            (Access::Part(part), Value::Flag(on)) => part.resize(of, usize::from(*on)),
            (Access::Part(part) | Access::Schedule(part, ..), Value::Number(length)) => {
                part.resize(of, *length as usize);
            }
            (Access::Schedule(_, _, write), Value::Schedule(actions)) => write(of, actions),
            _ => {}
        }
        if let Some(then) = self.then {
            then(of);
        }
    }

    /// The objects of the setting, if it has any.
    pub(super) const fn inner(&self) -> Option<&'static dyn Inner<T>> {
        match self.access {
            Access::Part(inner) | Access::Schedule(inner, ..) => Some(inner),
            _ => None,
        }
    }
}

fn put<V>(place: Option<&mut V>, value: V) {
    if let Some(place) = place {
        *place = value;
    }
}

impl<T> Table<T> {
    /// A table without required alternatives (`one_of`).
    pub(super) const fn new(
        name: &'static str,
        fresh: fn() -> T,
        items: &'static [&'static [Item<T>]],
    ) -> Self {
        Self { name, fresh, items, one_of: &[] }
    }

    pub(super) fn items(&self) -> impl Iterator<Item = &'static Item<T>> {
        self.items.iter().flat_map(|group| group.iter())
    }
}

/// The words of a choice.
pub(super) const fn words<V, const N: usize>(forms: &[(&'static str, V); N]) -> [&'static str; N] {
    let mut words = [""; N];
    let mut n = 0;
    while n < N {
        words[n] = forms[n].0;
        n += 1;
    }
    words
}

/// The word of the form of this value; the numbers in the value do not matter.
pub(super) fn word<V>(forms: &[(&'static str, V)], value: &V) -> &'static str {
    let is_it = |(_, form): &&(_, V)| discriminant(form) == discriminant(value);
    forms.iter().find(is_it).map_or("", |(word, _)| word)
}

/// Changes the value to the form with this word, unless it has that form already.
pub(super) fn choose<V: Clone>(forms: &[(&'static str, V)], value: &mut V, to: &str) {
    let form = forms.iter().find(|(word, _)| *word == to);
    if let Some((_, form)) = form.filter(|(_, form)| discriminant(form) != discriminant(value)) {
        value.clone_from(form);
    }
}
