//! The views that a link can open, and its content for each of them.

use super::{Breaker, Check, Herd, Learn, Notices, Parts, Playground};

/// The content of a view's link.
pub trait Content: Sized {
    /// The content of a link of this view, or none if it is of another view.
    fn of(link: &Link) -> Option<&Self>;
}

/// Declares the views. The content of a view's link has the view's name.
macro_rules! views {
    ($($(#[$about:meta])* $view:ident = ($name:literal, $title:literal, $question:literal),)*) => {
        /// A view of the page.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum View {
            $($(#[$about])* $view,)*
        }

        /// The content of a link.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Link {
            $($(#[$about])* $view(Box<$view>),)*
        }

        $(impl From<$view> for Link {
            fn from(content: $view) -> Self {
                Self::$view(Box::new(content))
            }
        })*

        $(impl Content for $view {
            fn of(link: &Link) -> Option<&Self> {
                if let Link::$view(content) = link { Some(content) } else { None }
            }
        })*

        impl View {
            /// All views, in the order of the page's navigation.
            pub const ALL: [Self; [$($name),*].len()] = [$(Self::$view),*];

            /// The name of the view in a link.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$view => $name),* }
            }

            /// The title of the view on the page.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$view => $title),* }
            }

            /// The question that the view answers.
            #[must_use]
            pub const fn question(self) -> &'static str {
                match self { $(Self::$view => $question),* }
            }

            pub(super) fn read(self, parts: Parts<'_>, notices: &mut Notices) -> Link {
                match self { $(Self::$view => $view::read(parts, notices).into()),* }
            }
        }

        impl Link {
            /// The view that the link opens.
            #[must_use]
            pub const fn view(&self) -> View {
                match self { $(Self::$view(_) => View::$view),* }
            }

            pub(super) fn parts(&self) -> Vec<(String, String)> {
                match self { $(Self::$view(content) => content.parts()),* }
            }
        }
    };
}

views! {
    /// A lesson, step by step.
    Learn = ("learn", "Learn", "What does each layer do when a database dies, step by step?"),
    /// One service, its dependencies, and the layers between them.
    Playground = ("playground", "Playground", "What happens to this service if a dependency fails?"),
    /// A comparison of retry strategies in lanes.
    Herd = ("herd", "Herd", "What do retries do to a database that comes back?"),
    /// One breaker, whose dependency the user plays, and other breakers beside it.
    Breaker = ("breaker", "Breaker", "How exactly does a circuit breaker count, trip and recover, and how do others?"),
    /// Questions whose answers are experiments, challenges, and interview practice.
    Check = ("check", "Check", "Do I understand it? Questions and challenges that experiments answer."),
}

#[expect(clippy::derivable_impls, reason = "the views are declared by a macro")]
impl Default for View {
    fn default() -> Self {
        Self::Playground
    }
}

impl View {
    /// The view with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|view| view.name() == name)
    }
}
