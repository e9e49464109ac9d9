//! The dependencies of a service, by name.

use core::ops::{Index, IndexMut};

/// Something that a service calls, and that can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dependency {
    /// The database: it takes reads, and writes in transactions.
    Postgres,
    /// A read-only copy of the database, and its substitute.
    Replica,
    /// The model provider.
    Model,
    /// A smaller model, the substitute for the model provider.
    SmallModel,
    /// The vector store.
    VectorStore,
    /// The cache.
    Cache,
}

/// The names of each: in scenarios and reports, in a sentence, and as a heading.
const WORDS: [(&str, &str, &str); Dependency::ALL.len()] = [
    ("postgres", "the database", "Database"),
    ("replica", "the read replica", "Read replica"),
    ("model", "the model provider", "Model provider"),
    ("small_model", "the smaller model", "Smaller model"),
    ("vector_store", "the vector store", "Vector store"),
    ("cache", "the cache", "Cache"),
];

impl Dependency {
    /// All dependencies.
    pub const ALL: [Self; 6] = [
        Self::Postgres,
        Self::Replica,
        Self::Model,
        Self::SmallModel,
        Self::VectorStore,
        Self::Cache,
    ];

    /// Its name in scenarios and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        WORDS[self as usize].0
    }

    /// Its name in a sentence.
    #[must_use]
    pub const fn title(self) -> &'static str {
        WORDS[self as usize].1
    }

    /// Its name as a heading.
    #[must_use]
    pub const fn heading(self) -> &'static str {
        WORDS[self as usize].2
    }

    /// Its substitute, for a fallback that asks for one.
    #[must_use]
    pub const fn substitute(self) -> Option<Self> {
        match self {
            Self::Postgres => Some(Self::Replica),
            Self::Model => Some(Self::SmallModel),
            _ => None,
        }
    }
}

/// One value for each dependency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Each<T>([T; Dependency::ALL.len()]);

impl<T> Each<T> {
    /// The value of each, made by a function.
    #[must_use]
    pub fn of(value: impl FnMut(Dependency) -> T) -> Self {
        Self(Dependency::ALL.map(value))
    }

    /// The value of each, made by a function that can fail.
    ///
    /// # Errors
    /// With the first error of the function.
    pub(crate) fn try_of<E>(value: impl FnMut(Dependency) -> Result<T, E>) -> Result<Self, E> {
        let values = Dependency::ALL.into_iter().map(value).collect::<Result<Vec<_>, _>>()?;
        let mut values = values.into_iter();
        Ok(Self::of(|_| values.next().expect("one value for each dependency")))
    }

    /// Each dependency and its value.
    pub fn iter(&self) -> impl Iterator<Item = (Dependency, &T)> {
        Dependency::ALL.into_iter().zip(&self.0)
    }

    /// Each dependency and its value, to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (Dependency, &mut T)> {
        Dependency::ALL.into_iter().zip(&mut self.0)
    }
}

impl<T> Index<Dependency> for Each<T> {
    type Output = T;

    fn index(&self, dependency: Dependency) -> &T {
        &self.0[dependency as usize]
    }
}

impl<T> IndexMut<Dependency> for Each<T> {
    fn index_mut(&mut self, dependency: Dependency) -> &mut T {
        &mut self.0[dependency as usize]
    }
}
