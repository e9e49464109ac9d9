//! Configs of any type seen through their tables, so that whoever reads, writes or lists settings
//! needs to know no type.

use super::kind::Value;
use super::table::{Access, SettingSpec, Table};

/// A table of any type.
pub(crate) trait Shape: Sync {
    /// The name of the table.
    fn name(&self) -> &'static str;
    /// What it says of each setting.
    fn specs(&self) -> Vec<&'static SettingSpec>;
    /// Of these keys exactly one must be given; none for no such rule.
    fn one_of(&self) -> &'static [&'static str];
    /// The table of the object or objects that the setting with this number is.
    fn inner(&self, n: usize) -> Option<&'static dyn Shape>;
    /// Whether that object begins as its table's fresh config, and not as a part of its owner's.
    fn inner_is_fresh(&self, n: usize) -> bool;
    /// Does something with a fresh config.
    fn with_fresh(&'static self, act: &mut dyn FnMut(&mut dyn Object));
}

/// A config of any type and its table; settings go by their number in it.
pub(crate) trait Object {
    /// The table.
    fn shape(&self) -> &'static dyn Shape;
    /// What a setting is; none where it does not apply.
    fn read(&mut self, n: usize) -> Option<Value>;
    /// Makes a setting so, where it applies.
    fn write(&mut self, n: usize, value: Value);
    /// How many objects there are in the setting with this number.
    fn length(&mut self, n: usize) -> usize;
    /// Makes it so many objects, where it can be; what is new is fresh.
    fn resize(&mut self, n: usize, length: usize);
    /// One of these objects.
    fn open(&mut self, n: usize, at: usize) -> Option<Box<dyn Object + '_>>;
}

/// The objects in a `T`: none, one or many.
pub(super) trait Inner<T>: Sync {
    fn table(&self) -> &'static dyn Shape;
    fn is_fresh(&self) -> bool;
    fn length(&self, of: &mut T) -> usize;
    fn resize(&self, of: &mut T, length: usize);
    fn open<'a>(&self, of: &'a mut T, at: usize) -> Option<Box<dyn Object + 'a>>;
}

/// An object that is always there.
pub(super) struct Always<T: 'static, P: 'static> {
    pub(super) place: fn(&mut T) -> &mut P,
    pub(super) table: &'static Table<P>,
}

/// An object that is there where another setting says so.
pub(super) struct Sometimes<T: 'static, P: 'static> {
    pub(super) place: fn(&mut T) -> Option<&mut P>,
    pub(super) table: &'static Table<P>,
}

/// An object that can be off.
pub(super) struct Maybe<T: 'static, P: 'static> {
    pub(super) place: fn(&mut T) -> &mut Option<P>,
    pub(super) table: &'static Table<P>,
}

/// A list of objects.
pub(super) struct Many<T: 'static, P: 'static> {
    pub(super) place: fn(&mut T) -> &mut Vec<P>,
    pub(super) table: &'static Table<P>,
}

impl<T, P> Inner<T> for Always<T, P> {
    fn table(&self) -> &'static dyn Shape {
        self.table
    }

    fn is_fresh(&self) -> bool {
        false
    }

    fn length(&self, _: &mut T) -> usize {
        1
    }

    fn resize(&self, _: &mut T, _: usize) {}

    fn open<'a>(&self, of: &'a mut T, _: usize) -> Option<Box<dyn Object + 'a>> {
        Some(view((self.place)(of), self.table))
    }
}

impl<T, P> Inner<T> for Sometimes<T, P> {
    fn table(&self) -> &'static dyn Shape {
        self.table
    }

    fn is_fresh(&self) -> bool {
        true
    }

    fn length(&self, of: &mut T) -> usize {
        usize::from((self.place)(of).is_some())
    }

    fn resize(&self, _: &mut T, _: usize) {}

    fn open<'a>(&self, of: &'a mut T, _: usize) -> Option<Box<dyn Object + 'a>> {
        (self.place)(of).map(|part| view(part, self.table))
    }
}

impl<T, P> Inner<T> for Maybe<T, P> {
    fn table(&self) -> &'static dyn Shape {
        self.table
    }

    fn is_fresh(&self) -> bool {
        true
    }

    fn length(&self, of: &mut T) -> usize {
        usize::from((self.place)(of).is_some())
    }

    fn resize(&self, of: &mut T, length: usize) {
        *(self.place)(of) = (length > 0).then(self.table.fresh);
    }

    fn open<'a>(&self, of: &'a mut T, _: usize) -> Option<Box<dyn Object + 'a>> {
        (self.place)(of).as_mut().map(|part| view(part, self.table))
    }
}

impl<T, P> Inner<T> for Many<T, P> {
    fn table(&self) -> &'static dyn Shape {
        self.table
    }

    fn is_fresh(&self) -> bool {
        true
    }

    fn length(&self, of: &mut T) -> usize {
        (self.place)(of).len()
    }

    fn resize(&self, of: &mut T, length: usize) {
        (self.place)(of).resize_with(length, self.table.fresh);
    }

    fn open<'a>(&self, of: &'a mut T, at: usize) -> Option<Box<dyn Object + 'a>> {
        (self.place)(of).get_mut(at).map(|part| view(part, self.table))
    }
}

/// A config through its table.
pub(crate) struct View<'a, T: 'static> {
    pub(super) value: &'a mut T,
    pub(super) table: &'static Table<T>,
}

fn view<'a, T>(value: &'a mut T, table: &'static Table<T>) -> Box<dyn Object + 'a> {
    Box::new(View { value, table })
}

impl<'a, T> View<'a, T> {
    pub(crate) const fn new(value: &'a mut T, table: &'static Table<T>) -> Self {
        Self { value, table }
    }
}

impl<T> View<'_, T> {
    fn inner(&self, n: usize) -> Option<&'static dyn Inner<T>> {
        self.table.inner_of(n)
    }
}

impl<T> Table<T> {
    fn inner_of(&self, n: usize) -> Option<&'static dyn Inner<T>> {
        match self.items().nth(n)?.access {
            Access::Inner { inner, .. } => Some(inner),
            _ => None,
        }
    }
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
        self.inner_of(n).map(Inner::table)
    }

    fn inner_is_fresh(&self, n: usize) -> bool {
        self.inner_of(n).is_some_and(Inner::is_fresh)
    }

    fn with_fresh(&'static self, act: &mut dyn FnMut(&mut dyn Object)) {
        act(&mut View { value: &mut (self.fresh)(), table: self });
    }
}

impl<T> Object for View<'_, T> {
    fn shape(&self) -> &'static dyn Shape {
        self.table
    }

    fn read(&mut self, n: usize) -> Option<Value> {
        self.table.items().nth(n)?.access.read(self.value)
    }

    fn write(&mut self, n: usize, value: Value) {
        if let Some(item) = self.table.items().nth(n) {
            item.access.write(self.value, value);
            if let Some(then) = item.then {
                then(self.value);
            }
        }
    }

    fn length(&mut self, n: usize) -> usize {
        self.inner(n).map_or(0, |inner| inner.length(self.value))
    }

    fn resize(&mut self, n: usize, length: usize) {
        if let Some(inner) = self.inner(n) {
            inner.resize(self.value, length);
        }
    }

    fn open(&mut self, n: usize, at: usize) -> Option<Box<dyn Object + '_>> {
        self.inner(n)?.open(self.value, at)
    }
}
