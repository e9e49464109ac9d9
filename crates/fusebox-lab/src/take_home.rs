//! Settings as the files of other libraries and proxies, to take home; and such files as settings.
//!
//! Each [`Target`] has one table, with what it has for each of our settings. An export is written from
//! it, and then read again with the same table: every setting that is not the same after that is a note,
//! so nothing is converted silently. An import starts from the defaults of the target, not from ours.
//!
//! ```
//! use fusebox_lab::take_home;
//! use fusebox_sim::{Dependency, Scenario};
//!
//! let target = take_home::find("resilience4j").unwrap();
//! let mut scenario = Scenario::search_service();
//! let exported = take_home::export(target, &scenario, Dependency::Postgres);
//! assert_eq!(exported.file_name, "application.yml");
//! assert!(exported.text.contains("waitDurationInOpenState: 10s"));
//! assert!(exported.notes.iter().any(|note| note.ours == "timeout.connect"));
//!
//! let on = Dependency::Postgres;
//! let notes = take_home::import(target, &exported.text, None, &mut scenario, on).unwrap();
//! assert!(notes.is_empty());
//! ```

mod clock;
mod convert;
mod document;
mod export;
mod form;
mod import;
mod measured;
mod nearest;
mod node;
mod note;
mod read;
mod scalar;
mod table;
mod targets;
mod template;
#[cfg(test)]
mod tests;

pub use export::{Exported, export};
pub use import::{LENGTH_MAX, import};
pub use measured::{Figure, Measured};
pub use note::Note;
pub use table::{Mapping, Target};
pub use targets::TARGETS;

/// The target with this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Target> {
    TARGETS.iter().copied().find(|target| target.name == name)
}
