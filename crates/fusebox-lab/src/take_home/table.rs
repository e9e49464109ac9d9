//! The mapping table of a target: from each of our settings to the target's.
//!
//! Export, import, the notes on what differs and the reference are all made from it.

use super::form::Form;
use fusebox::{LayerConfig, LayerKind};
use fusebox_sim::DependencyConfig;

/// A library, proxy or format to which settings can be taken, and what of ours it can hold.
#[derive(Debug)]
pub struct Target {
    /// Its name on the command line: `resilience4j`.
    pub name: &'static str,
    /// Its name in a sentence: `resilience4j`.
    pub title: &'static str,
    /// The version that the table was made for.
    pub version: &'static str,
    /// The name of a file with such settings; `*` stands for the dependency.
    pub(super) file: &'static str,
    /// Its policies, each with its rows.
    pub(super) sections: &'static [Section],
    /// Why it has no policy for the other layers; each is a clause that ends in a full stop.
    pub(super) lacks: &'static [(LayerKind, &'static str)],
    /// The order of its policies.
    pub(super) order: Order,
    /// Changes layers to the nearest ones that the rows can express; those that they can express stay.
    pub(super) adapt: fn(&mut [LayerConfig]),
    /// What differs although the names agree: sentences, each about a layer.
    pub(super) remarks: &'static [(LayerKind, &'static str)],
    /// How it is written.
    pub(super) syntax: Syntax,
}

/// One policy of a target.
#[derive(Debug)]
pub(super) struct Section {
    /// Our layer.
    pub(super) layer: LayerKind,
    /// Whether the target always has it, whatever a file says.
    pub(super) always: bool,
    /// The layer beside which the target cannot have it.
    pub(super) unless: Option<LayerKind>,
    /// Its settings, in the order of our tables: a setting follows those that it depends on.
    pub(super) rows: &'static [&'static [Row]],
    /// Paths that do not depend on our settings, with what is written there.
    pub(super) constants: &'static [(&'static str, &'static str)],
}

/// One of our settings, and what the target has for it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    /// Our key, within the dependency: `breaker.cooldown`.
    pub(super) ours: &'static str,
    /// What the target has.
    pub(super) theirs: Theirs,
    /// Why the value there may be another one: sentences.
    pub(super) note: &'static str,
    /// Writes the key only if another setting of ours has this value; for targets that are not read.
    pub(super) only: Option<(&'static str, &'static [&'static str])>,
}

/// What a target has for one of our settings.
#[derive(Clone, Copy, Debug)]
pub(super) enum Theirs {
    /// A key.
    Key {
        /// Its path, with `*` for the name of the dependency, and numbers for items of lists.
        path: &'static str,
        /// How the value is written.
        form: Form,
        /// What it means if it is not written.
        unset: Meaning,
    },
    /// No key, but it behaves as with a certain value.
    Acts(Meaning),
}

/// A value of one of our settings, as text.
#[derive(Clone, Copy, Debug)]
pub(super) enum Meaning {
    /// Always the same.
    Is(&'static str),
    /// It follows from other settings.
    By(fn(&DependencyConfig) -> String),
}

/// The order of the policies of a target.
#[derive(Debug)]
pub(super) enum Order {
    /// The order of the code.
    Free,
    /// Always this one, innermost first, with what follows from it.
    Fixed(&'static [LayerKind], &'static str),
    /// By a number for each, the larger the further in; innermost first by default. The paths are those
    /// of the numbers.
    Numbered(&'static [(LayerKind, &'static str)]),
}

/// How a target is written.
#[derive(Debug)]
pub(super) enum Syntax {
    /// YAML with comments, one document for each root.
    Yaml(&'static [Root]),
    /// JSON, with comments if its readers accept them.
    Json {
        /// The only root.
        root: &'static [Root],
        /// Whether its readers skip comments.
        comments: bool,
    },
    /// Sections of keys, with comments.
    Ini(&'static [Root]),
    /// Code, which is not read again.
    Code(&'static Code),
}

/// A document of a file.
#[derive(Debug)]
pub(super) struct Root {
    /// The first part of the paths that are in it, which is not written; empty for all paths.
    pub(super) name: &'static str,
    /// What it is, for a comment above it; empty for nothing.
    pub(super) title: &'static str,
    /// Keys that are always written, before the others, with their values.
    pub(super) constants: &'static [(&'static str, &'static str)],
    /// It is the first object of a file that has the first of these paths, or else the next; with none,
    /// the first document.
    pub(super) keys: &'static [&'static str],
    /// Where an object inherits from: other paths for a path, in their order.
    pub(super) inherits: Option<Inherits>,
}

/// The paths at which a value is looked for in an object, given a function that reads texts in it.
pub(super) type Inherits = fn(&str, &dyn Fn(&str) -> Option<String>) -> Vec<String>;

/// A template of code.
///
/// In its lines, `«path»` stands for the value at a path and `«name»` for the dependency; `«?path»` asks for
/// a value and `«!path»` for none, and neither is written. A line that does not get what it asks for is
/// left out. The comments on a setting stand above the line that has its path.
#[derive(Debug)]
pub(super) struct Code {
    /// How a comment begins.
    pub(super) comment: &'static str,
    /// The parts, from the top to the bottom.
    pub(super) parts: &'static [Part],
}

/// A part of a template.
#[derive(Debug)]
pub(super) enum Part {
    /// Always the same lines.
    Lines(&'static str),
    /// Lines for each layer that is there, from the outermost to the innermost.
    Layers(&'static [(LayerKind, &'static str)]),
    /// Lines for each layer that is there, from the innermost to the outermost.
    FromInside(&'static [(LayerKind, &'static str)]),
}

/// A row of the reference: one of our settings, and what a target has for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// Our key, within a dependency: `breaker.cooldown`.
    pub ours: &'static str,
    /// The path of the target's key; none if it has no such setting.
    pub theirs: Option<&'static str>,
    /// What differs, in full sentences; empty for nothing.
    pub note: &'static str,
}

impl Row {
    /// The path of the target's key; none if it has no such setting.
    pub(super) const fn path(&self) -> Option<&'static str> {
        match self.theirs {
            Theirs::Key { path, .. } => Some(path),
            Theirs::Acts(_) => None,
        }
    }

    /// A setting with a key there; `unset` is what it means if it is not written, as a value of ours.
    pub(super) const fn key(
        ours: &'static str,
        path: &'static str,
        form: Form,
        unset: &'static str,
    ) -> Self {
        let theirs = Theirs::Key { path, form, unset: Meaning::Is(unset) };
        Self { ours, theirs, note: "", only: None }
    }

    /// A setting with a key there, which follows from others if it is not written.
    pub(super) const fn key_or(
        ours: &'static str,
        path: &'static str,
        form: Form,
        from: fn(&DependencyConfig) -> String,
    ) -> Self {
        let theirs = Theirs::Key { path, form, unset: Meaning::By(from) };
        Self { ours, theirs, note: "", only: None }
    }

    /// A setting without a key there, which behaves as with this value.
    pub(super) const fn acts(ours: &'static str, as_if: &'static str, note: &'static str) -> Self {
        Self { ours, theirs: Theirs::Acts(Meaning::Is(as_if)), note, only: None }
    }

    /// A setting without a key there, which follows from others.
    pub(super) const fn follows(
        ours: &'static str,
        from: fn(&DependencyConfig) -> String,
        note: &'static str,
    ) -> Self {
        Self { ours, theirs: Theirs::Acts(Meaning::By(from)), note, only: None }
    }

    /// Says why the value there may be another one.
    pub(super) const fn note(mut self, note: &'static str) -> Self {
        self.note = note;
        self
    }

    /// Writes the key only if another setting of ours, within the dependency, has one of these values.
    pub(super) const fn only(mut self, key: &'static str, is: &'static [&'static str]) -> Self {
        self.only = Some((key, is));
        self
    }
}

impl Section {
    /// A policy that is there if a file has one of its keys.
    pub(super) const fn new(layer: LayerKind, rows: &'static [&'static [Row]]) -> Self {
        Self { layer, always: false, unless: None, rows, constants: &[] }
    }

    /// A policy that is always there.
    pub(super) const fn always(layer: LayerKind, rows: &'static [&'static [Row]]) -> Self {
        Self { always: true, ..Self::new(layer, rows) }
    }

    /// The same, but not beside another layer.
    pub(super) const fn unless(mut self, other: LayerKind) -> Self {
        self.unless = Some(other);
        self
    }

    /// The same with constants.
    pub(super) const fn with(mut self, constants: &'static [(&'static str, &'static str)]) -> Self {
        self.constants = constants;
        self
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = &'static Row> + use<> {
        self.rows.iter().flat_map(|group| group.iter())
    }
}

impl Meaning {
    pub(super) fn text(&self, of: &DependencyConfig) -> String {
        match self {
            Self::Is(text) => (*text).to_string(),
            Self::By(function) => function(of),
        }
    }
}

impl Target {
    /// Those of the layers that it can have together.
    pub(super) fn possible(&self, kinds: &[LayerKind]) -> Vec<LayerKind> {
        let can_have =
            |section: &Section| section.unless.is_none_or(|other| !kinds.contains(&other));
        let is_possible = |kind: &LayerKind| self.section(*kind).is_some_and(can_have);
        kinds.iter().copied().filter(is_possible).collect()
    }

    /// The policy for a kind of layer.
    pub(super) fn section(&self, layer: LayerKind) -> Option<&'static Section> {
        self.sections.iter().find(|section| section.layer == layer)
    }

    /// The row of one of our settings; of several, one with a note.
    pub(super) fn row(&self, ours: &str) -> Option<&'static Row> {
        let rows = self.sections.iter().flat_map(Section::rows).filter(|row| row.ours == ours);
        rows.max_by_key(|row| !row.note.is_empty())
    }

    /// The documents of its files; none for code.
    pub(super) fn roots(&self) -> &'static [Root] {
        match self.syntax {
            Syntax::Yaml(roots) | Syntax::Json { root: roots, .. } | Syntax::Ini(roots) => roots,
            Syntax::Code(_) => &[],
        }
    }

    /// Whether its files can be imported.
    #[must_use]
    pub fn is_read(&self) -> bool {
        !matches!(self.syntax, Syntax::Code(_))
    }

    /// Its table: each of our settings that it has a policy for, with its own key, and the layers for
    /// which it has none.
    #[must_use]
    pub fn mappings(&self) -> Vec<Mapping> {
        let row = |row: &Row| Mapping { ours: row.ours, theirs: row.path(), note: row.note };
        let rows = self.sections.iter().flat_map(Section::rows).map(row);
        let lack = |(layer, note): &(LayerKind, &'static str)| Mapping {
            ours: crate::settings::layer_word(*layer),
            theirs: None,
            note,
        };
        rows.chain(self.lacks.iter().map(lack)).collect()
    }
}
