//! The views that a link can open.

/// A view of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// One service, its dependencies, and the layers between them.
    #[default]
    Playground,
    /// A comparison of retry strategies.
    Herd,
}

impl View {
    /// All views, in the order of the page's navigation.
    pub const ALL: [Self; 2] = [Self::Playground, Self::Herd];

    /// The name of the view in a link.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Playground => "playground",
            Self::Herd => "herd",
        }
    }

    /// The view with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|view| view.name() == name)
    }
}
