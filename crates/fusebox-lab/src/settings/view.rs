//! Settings that are objects, and configs as objects through their tables.

use super::kind::{Kind, Value};
use super::object::{Inner, Object, Shape};
use super::spec::SettingSpec;
use super::table::{Access, Item, Table};
use core::borrow::BorrowMut;
use core::ops::RangeInclusive;
use fusebox_sim::Action;

/// Objects of type `P` in a `T`.
pub(super) enum Part<T: 'static, P: 'static> {
    /// One object, which always exists or depends on another setting.
    One(fn(&mut T) -> Option<&mut P>, &'static Table<P>),
    /// One that can be switched off.
    Maybe(fn(&mut T) -> &mut Option<P>, &'static Table<P>),
    /// A list.
    Many(fn(&mut T) -> &mut Vec<P>, &'static Table<P>),
}

impl<T, P> Part<T, P> {
    fn parts<'a>(&self, of: &'a mut T) -> &'a mut [P] {
        match self {
            Self::One(place, _) => place(of).map(core::slice::from_mut).unwrap_or_default(),
            Self::Maybe(place, _) => place(of).as_mut_slice(),
            Self::Many(place, _) => place(of),
        }
    }

    const fn typed_table(&self) -> &'static Table<P> {
        match self {
            Self::One(_, table) | Self::Maybe(_, table) | Self::Many(_, table) => table,
        }
    }
}

impl<T> Item<T> {
    /// One object.
    pub(super) const fn part<P>(key: &'static str, part: &'static Part<T, P>) -> Self {
        Self::new(key, Kind::Part, Access::Part(part))
    }

    /// A list of objects.
    pub(super) const fn parts<P>(
        key: &'static str,
        range: RangeInclusive<usize>,
        parts: &'static Part<T, P>,
    ) -> Self {
        let kind = Kind::Parts { min: *range.start(), max: *range.end() };
        Self::new(key, kind, Access::Part(parts))
    }

    /// A schedule, of which each action is also an object.
    pub(super) const fn schedule<P>(
        key: &'static str,
        max: usize,
        parts: &'static Part<T, P>,
        read: fn(&mut T) -> Vec<Action>,
        write: fn(&mut T, &[Action]),
    ) -> Self {
        Self::new(key, Kind::Schedule { max }, Access::Schedule(parts, read, write))
    }
}

impl<T, P> Inner<T> for Part<T, P> {
    fn table(&self) -> &'static dyn Shape {
        self.typed_table()
    }

    fn length(&self, of: &mut T) -> usize {
        self.parts(of).len()
    }

    fn resize(&self, of: &mut T, length: usize) {
        match self {
            Self::One(..) => {}
            Self::Maybe(place, _) if length == 0 => *place(of) = None,
            Self::Maybe(place, table) => drop(place(of).get_or_insert_with(table.fresh)),
            Self::Many(place, table) => place(of).resize_with(length, table.fresh),
        }
    }

    fn open<'a>(&self, of: &'a mut T, at: usize) -> Option<Box<dyn Object + 'a>> {
        let value = self.parts(of).get_mut(at)?;
        Some(Box::new(View { value, table: self.typed_table() }))
    }
}

/// A config, owned or borrowed, with its table.
pub(super) struct View<B, T: 'static> {
    pub(super) value: B,
    pub(super) table: &'static Table<T>,
}

impl<T> Shape for Table<T> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn specs(&self) -> Vec<&'static SettingSpec> {
        self.items().map(|item| &item.spec).collect()
    }

    fn one_of(&self) -> &'static [&'static str] {
        self.one_of
    }

    fn inner(&self, n: usize) -> Option<&'static dyn Shape> {
        Some(self.items().nth(n)?.inner()?.table())
    }

    fn fresh(&'static self) -> Box<dyn Object> {
        Box::new(View { value: (self.fresh)(), table: self })
    }
}

impl<B: BorrowMut<T>, T> Object for View<B, T> {
    fn shape(&self) -> &'static dyn Shape {
        self.table
    }

    fn read(&mut self, n: usize) -> Option<Value> {
        self.table.items().nth(n)?.read(self.value.borrow_mut())
    }

    fn write(&mut self, n: usize, value: &Value) {
        if let Some(item) = self.table.items().nth(n) {
            item.write(self.value.borrow_mut(), value);
        }
    }

    fn length(&mut self, n: usize) -> usize {
        let inner = self.table.items().nth(n).and_then(Item::inner);
        inner.map_or(0, |inner| inner.length(self.value.borrow_mut()))
    }

    fn open(&mut self, n: usize, at: usize) -> Option<Box<dyn Object + '_>> {
        self.table.items().nth(n)?.inner()?.open(self.value.borrow_mut(), at)
    }
}
