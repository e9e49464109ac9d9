//! A single value in a file of a target.

/// A value as a target writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Scalar {
    /// A number, a word of the language, or code, written as it is.
    Bare(String),
    /// A text, which some formats put between quotation marks.
    Text(String),
}

impl Scalar {
    /// The value without quotation marks.
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Bare(text) | Self::Text(text) => text,
        }
    }
}
