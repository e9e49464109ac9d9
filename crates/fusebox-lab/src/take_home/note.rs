//! A note on a difference.

use serde::Serialize;

/// Something that is not the same in a target as here, or in an imported file as there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Note {
    /// Our key, within the dependency: `breaker.failures`; that of a layer, such as `breaker`, for what
    /// concerns all of it; empty for the file as a whole.
    pub ours: String,
    /// The path of the target's key; none if it has no such setting.
    pub theirs: Option<String>,
    /// What is different and why: full sentences.
    pub text: String,
}
