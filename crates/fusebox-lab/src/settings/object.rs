//! Configs of any type, accessed through their tables, so that the code that reads, writes or lists
//! settings is the same for all types.

use super::kind::Value;
use super::spec::SettingSpec;

/// A table of any type; its settings are addressed by index.
pub(crate) trait Shape: Sync {
    /// The name of the table.
    fn name(&self) -> &'static str;
    /// Its settings.
    fn specs(&self) -> Vec<&'static SettingSpec>;
    /// Exactly one of these keys must be given; empty for no such rule.
    fn one_of(&self) -> &'static [&'static str];
    /// The table of the object or objects in a setting.
    fn inner(&self, n: usize) -> Option<&'static dyn Shape>;
    /// A config with default settings.
    fn fresh(&'static self) -> Box<dyn Object>;
}

/// A config of any type and its table.
pub(crate) trait Object {
    /// The table.
    fn shape(&self) -> &'static dyn Shape;
    /// The value of a setting; none if it does not apply.
    fn read(&mut self, n: usize) -> Option<Value>;
    /// Sets a setting, if it applies.
    fn write(&mut self, n: usize, value: &Value);
    /// The number of objects in a setting.
    fn length(&mut self, n: usize) -> usize;
    /// One of these objects.
    fn open(&mut self, n: usize, at: usize) -> Option<Box<dyn Object + '_>>;
}

/// The objects in a setting of a `T`.
pub(super) trait Inner<T>: Sync {
    fn table(&self) -> &'static dyn Shape;
    fn length(&self, of: &mut T) -> usize;
    /// Changes the number of objects, if possible; new ones have default settings.
    fn resize(&self, of: &mut T, length: usize);
    fn open<'a>(&self, of: &'a mut T, at: usize) -> Option<Box<dyn Object + 'a>>;
}
