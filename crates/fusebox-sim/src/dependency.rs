//! What a service depends on, by name.

use core::ops::{Index, IndexMut};

/// Something that a service calls, and that can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dependency {
    /// The database: it takes reads, and writes in transactions.
    Postgres,
    /// A copy of the database that only reads; the substitute for it.
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

impl Dependency {
    /// All of them.
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
        match self {
            Self::Postgres => "postgres",
            Self::Replica => "replica",
            Self::Model => "model",
            Self::SmallModel => "small_model",
            Self::VectorStore => "vector_store",
            Self::Cache => "cache",
        }
    }

    /// Its name in a sentence.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Postgres => "the database",
            Self::Replica => "the read replica",
            Self::Model => "the model provider",
            Self::SmallModel => "the smaller model",
            Self::VectorStore => "the vector store",
            Self::Cache => "the cache",
        }
    }

    /// Its name as a heading.
    #[must_use]
    pub const fn heading(self) -> &'static str {
        match self {
            Self::Postgres => "Database",
            Self::Replica => "Read replica",
            Self::Model => "Model provider",
            Self::SmallModel => "Smaller model",
            Self::VectorStore => "Vector store",
            Self::Cache => "Cache",
        }
    }

    /// Who can stand in for it, where a fallback asks for a substitute.
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
    pub fn try_of<E>(mut value: impl FnMut(Dependency) -> Result<T, E>) -> Result<Self, E> {
        use Dependency::{Cache, Model, Postgres, Replica, SmallModel, VectorStore};
        Ok(Self([
            value(Postgres)?,
            value(Replica)?,
            value(Model)?,
            value(SmallModel)?,
            value(VectorStore)?,
            value(Cache)?,
        ]))
    }

    /// The value of a dependency.
    #[must_use]
    pub const fn get(&self, dependency: Dependency) -> &T {
        &self.0[dependency as usize]
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
